"""Publishing to SeaweedFS beside rclone, s5cmd and `aws s3 sync`: everything, nothing, and one edit.

Every tool gets the flags that make it fastest, a bucket of its own, and its turn in every place of the order. Tools that
compare sizes and times alone are named with what they would miss.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.crowds import Home
from benchmarks.measuring import Failed, Measured, careerhub, find_program, measure, median, say
from tests.seaweed import Seaweed

OURS = "careerhub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program that uploads a folder: how for the first time, and how again."""

    name: str
    first: Callable[[Path, str], list[str]]
    again: Callable[[Path, str], list[str]]
    compares: str


def _rclone(*flags: str) -> Callable[[Path, str], list[str]]:
    def command(site: Path, bucket: str) -> list[str]:
        parallel = ["--transfers", "32", "--checkers", "32", "--s3-no-check-bucket", "--s3-no-head"]
        return [find_program("rclone"), flags[0], str(site), f"bench:{bucket}", *parallel, *flags[1:]]

    return command


def _s5cmd_first(site: Path, bucket: str) -> list[str]:
    return [find_program("s5cmd"), "--numworkers", "64", "--log", "error", "cp", f"{site}/*", f"s3://{bucket}/"]


def _s5cmd_again(site: Path, bucket: str) -> list[str]:
    flags = ["--numworkers", "64", "--log", "error", "sync", "--delete"]
    return [find_program("s5cmd"), *flags, f"{site}/", f"s3://{bucket}/"]


def _aws(site: Path, bucket: str) -> list[str]:
    # without --delete: this server lists "a-b/" after "a/", which isn't S3's order, and aws then deletes what is there
    return [find_program("aws"), "s3", "sync", str(site), f"s3://{bucket}", "--only-show-errors"]


TOOLS = (
    Tool(
        name="rclone",
        first=_rclone("copy", "--no-check-dest"),
        again=_rclone("sync", "--fast-list", "--checksum"),
        compares="MD5 of every file with the ETags of a listing",
    ),
    Tool(
        name="rclone by time",
        first=_rclone("copy", "--no-check-dest"),
        again=_rclone("sync", "--fast-list", "--update", "--use-server-modtime"),
        compares="time of change and size with a listing: misses what is older than its upload",
    ),
    Tool(
        name="s5cmd",
        first=_s5cmd_first,
        again=_s5cmd_again,
        compares="time of change and size with a listing: misses what is older than its upload",
    ),
    Tool(
        name="aws s3 sync",
        first=_aws,
        again=_aws,
        compares="time of change and size with a listing: misses what is older than its upload",
    ),
)


def measure_publishing(home: Home, server: Seaweed, folder: Path, *, rounds: int, edits: int) -> dict[str, Any]:
    """Publish a home's pages with every tool: to new buckets, with nothing changed, and after one edit."""
    bench = _Bench(home, server, folder)
    bench.build()
    files = sum(1 for path in home.site.rglob("*") if path.is_file())
    names = [OURS, *(tool.name for tool in TOOLS)]
    found: dict[str, dict[str, list[Measured]]] = {kind: {n: [] for n in names} for kind in ("first", "none", "edit")}
    requests: dict[str, Any] = {}
    for number in range(rounds):
        # "rclone by time" differs from rclone only in what follows the first time
        for name in _take_turns([n for n in names if n != "rclone by time"], number):
            found["first"][name].append(bench.publish_first(name, number))
        say(f"{files:,} files, first publish {number + 1}: " + _describe(found["first"]))
    bench.publish_first("rclone by time", rounds - 1)
    for number in range(edits):
        for name in _take_turns(names, number):
            found["none"][name].append(bench.publish_again(name, rounds - 1))
        changed = bench.edit(number)
        for name in _take_turns(names, number):
            run = bench.publish_again(name, rounds - 1)
            found["edit"][name].append(run)
            if name == OURS:
                requests = {"changed": changed, "said": read_json(run.output)}
        say(f"{files:,} files: nothing {_describe(found['none'])}; one edit {_describe(found['edit'])}")
    return {
        "files": files,
        "wrong": bench.count_wrong(rounds - 1),
        "compares": {tool.name: tool.compares for tool in TOOLS},
        "runs": {kind: {name: median(runs) for name, runs in each.items() if runs} for kind, each in found.items()},
        "last_edit": _count(requests),
    }


class _Bench:
    """A folder, a server, and a bucket for each tool and round."""

    def __init__(self, home: Home, server: Seaweed, folder: Path) -> None:
        self._home = home
        self._server = server
        self._client = server.client()
        self._config = folder / "aws-config"
        # ten at a time is aws's default; more was faster
        self._config.write_text("[default]\nregion = us-east-1\ns3 =\n  max_concurrent_requests = 32\n")
        self._tools = {tool.name: tool for tool in TOOLS}

    def build(self) -> None:
        measure(careerhub("build", "--only", "pages"), self._home.environment())

    def edit(self, number: int) -> list[str]:
        """Edit somebody, build, and return the files that differ now."""
        before = self._sum_up()
        slugs = self._home.list_slugs()
        self._home.edit(slugs[number % len(slugs)], f"Edited for the {number + 1}. time")
        self.build()
        after = self._sum_up()
        return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))

    def publish_first(self, name: str, number: int) -> Measured:
        """Publish into a new bucket; the one of the round before goes."""
        if number and name != "rclone by time":
            self._client.delete_bucket(Bucket=_name_bucket(name, number - 1))
        bucket = _name_bucket(name, number)
        self._client.create_bucket(Bucket=bucket)
        # the first bytes of a bucket take the server a volume; nobody shall pay for it
        self._client.put_object(Bucket=bucket, Key="warm", Body=b"warm")
        self._client.delete_object(Bucket=bucket, Key="warm")
        if name == OURS:
            with self._home.connect() as connection:
                connection.execute("DELETE FROM profile_publications")
            return self._publish_ours(bucket)
        return measure(self._tools[name].first(self._home.site, bucket), self._environment(bucket))

    def publish_again(self, name: str, number: int) -> Measured:
        bucket = _name_bucket(name, number)
        if name == OURS:
            return self._publish_ours(bucket)
        return measure(self._tools[name].again(self._home.site, bucket), self._environment(bucket))

    def count_wrong(self, number: int) -> dict[str, int]:
        """Return for each tool how many objects aren't the folder's files as they are now. Ours: raise Failed."""
        sums = self._sum_up()
        return {name: self._count_wrong(name, number, sums) for name in (OURS, *self._tools)}

    def _sum_up(self) -> dict[str, str]:
        files = (path for path in self._home.site.rglob("*.*") if path.is_file())
        return {str(path.relative_to(self._home.site)): _sum_up(path) for path in files}

    def _count_wrong(self, name: str, number: int, sums: dict[str, str]) -> int:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=_name_bucket(name, number))
        found = {item["Key"]: item["ETag"].strip('"') for page in pages for item in page.get("Contents", [])}
        served = {key: etag for key, etag in found.items() if not key.startswith("_state/")}
        wrong = sorted(key for key in sums.keys() | served.keys() if sums.get(key) != served.get(key))
        if wrong:
            say(f"{name} left {len(wrong)} objects that aren't the folder's: {[(k, served.get(k)) for k in wrong[:3]]}")
        if wrong and name == OURS:
            raise Failed("CareerHub's bucket isn't the folder.")
        return len(wrong)

    def _publish_ours(self, bucket: str) -> Measured:
        environment = self._environment(bucket)
        return measure(careerhub("publish", "--json"), environment, server=self._home.postmaster)

    def _environment(self, bucket: str) -> dict[str, str]:
        return self._home.environment(
            self._server.environment()
            | {
                "AWS_CONFIG_FILE": str(self._config),
                "AWS_ENDPOINT_URL": self._server.endpoint_url,
                "S3_ENDPOINT_URL": self._server.endpoint_url,
                "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
                "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
                "CAREERHUB_S3_ENDPOINT_URL": self._server.endpoint_url,
                "CAREERHUB_TARGET": f"s3://{bucket}",
                "RCLONE_CONFIG": "/dev/null",
                "RCLONE_CONFIG_BENCH_TYPE": "s3",
                "RCLONE_CONFIG_BENCH_PROVIDER": "SeaweedFS",
                "RCLONE_CONFIG_BENCH_ENV_AUTH": "true",
                "RCLONE_CONFIG_BENCH_REGION": "us-east-1",
                "RCLONE_CONFIG_BENCH_ENDPOINT": self._server.endpoint_url,
            }
        )


def read_json(output: str) -> dict[str, Any]:
    """Return the JSON object at the end of what a command said; an empty one if there is none."""
    start = output.find("{\n")
    try:
        found: dict[str, Any] = json.loads(output[start:]) if start >= 0 else {}
    except ValueError:
        return {}
    return found


def _count(requests: dict[str, Any]) -> dict[str, Any]:
    """Return what the last edit's publish did: objects changed in the folder, uploaded, and requests of each kind."""
    said = requests.get("said", {})
    uploaded = (said.get("done") or {}).get("uploaded")
    changed = requests.get("changed", [])
    return {"changed_files": len(changed), "uploaded": uploaded, "requests": said.get("requests")}


def _sum_up(path: Path) -> str:
    # what this server's ETag is, for a file that was uploaded in one piece
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _name_bucket(name: str, number: int) -> str:
    return f"bench-{name.replace(' ', '-')}-{number}"


def _take_turns(names: Sequence[str], number: int) -> list[str]:
    start = number % len(names)
    return [*names[start:], *names[:start]]


def _describe(found: dict[str, list[Measured]]) -> str:
    return ", ".join(f"{name} {runs[-1].seconds:.2f}" for name, runs in found.items() if runs)
