"""Small sites to publish, and targets to publish them to."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from careerhub.publish.apply import Outcome, apply_plan
from careerhub.publish.bucket import Bucket, open_bucket
from careerhub.publish.manifest import RemoteObject
from careerhub.publish.plan import LocalFile, SyncPlan, plan_sync
from careerhub.publish.recovery import guess_kind, recover
from careerhub.publish.tree import Tree, open_tree
from careerhub.reporting import Silent
from tests.seaweed import Seaweed

BUCKET = "published"
NOBODY: frozenset[str] = frozenset()
NOW = datetime(2031, 5, 17, 12, tzinfo=UTC)
# an asset that became an orphan at NOW may go
LATER = NOW + timedelta(hours=25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Somewhere to publish to, and a way to see what visitors get there."""

    address: str
    open: Callable[[], Bucket]
    read_all: Callable[[], dict[str, bytes]]


def write_site(root: Path, files: Mapping[str, str]) -> dict[str, LocalFile]:
    """Write a build folder; what lay there before goes."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for key, text in files.items():
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return make_local(files)


def make_local(files: Mapping[str, str]) -> dict[str, LocalFile]:
    """Make the build's manifest of some files: `p/<slug>/…` belongs to the profile `id-<slug>`."""
    return {key: make_file(key, files[key]) for key in sorted(files)}


def make_file(key: str, text: str) -> LocalFile:
    data = text.encode()
    owner = f"id-{key.split('/')[1]}" if key.startswith("p/") else ""
    return LocalFile(
        key=key, sha256=hashlib.sha256(data).hexdigest(), size=len(data), owner=owner, kind=guess_kind(key)
    )


def make_people(people: Mapping[str, str], css: str) -> dict[str, str]:
    """Make the files of a site: pages that link their CV and style, lists that link the pages."""
    style = f"assets/site.{hashlib.sha256(css.encode()).hexdigest()[:12]}.css"
    files = {style: css}
    for slug, text in people.items():
        files[f"p/{slug}/cv.pdf"] = f"pdf {text}"
        files[f"p/{slug}/resume.json"] = f'"{text}"'
        files[f"p/{slug}/index.html"] = f'<link href="/{style}"><a href="/p/{slug}/cv.pdf">{text}</a>'
    links = "".join(f'<a href="/p/{slug}/index.html">{slug}</a>' for slug in people)
    files["index.html"] = f'<link href="/{style}">{links}'
    files["sitemap.xml"] = "".join(f"<loc>/p/{slug}/index.html</loc>" for slug in people)
    return files


def read_objects(bucket: Bucket) -> dict[str, RemoteObject]:
    """Read all that a target's manifest says."""
    tree = open_tree(bucket)
    tree.load()
    return dict(tree.objects)


def plan_publish(bucket: Bucket, local: Mapping[str, LocalFile], **options: Any) -> tuple[SyncPlan, Tree]:
    """Read the target and plan as the pipeline does."""
    tree = open_tree(bucket)
    if tree.root.touching:
        recover(tree, bucket, local.get)
    tree.load()
    root = tree.root
    settings = {"hidden": NOBODY, "now": NOW, "noted": root.orphans, "assets": root.counts.get("asset", 0), **options}
    return plan_sync(local, dict(tree.objects), **settings), tree


def publish(bucket: Bucket, root: Path, local: Mapping[str, LocalFile], **options: Any) -> tuple[SyncPlan, Outcome]:
    """Publish as the pipeline does: read, plan, apply."""
    plan, tree = plan_publish(bucket, local, **options)
    is_noted = dict(plan.lingering) == dict(tree.root.orphans)
    if plan.is_empty and is_noted and not (tree.root.touching or plan.refused_orphans):
        tree.delete_stale()
        return plan, Outcome(run=tree.root.run, unchanged=plan.unchanged)
    return plan, apply_plan(plan, bucket, root, tree, Silent())


def make_folder_target(root: Path) -> Target:
    def read_all() -> dict[str, bytes]:
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    address = root.as_uri()
    return Target(address=address, open=lambda: open_bucket(address), read_all=read_all)


def make_s3_target(server: Seaweed, prefix: str) -> Target:
    address = f"s3://{BUCKET}/{prefix}"
    client = server.client()

    def read_all() -> dict[str, bytes]:
        start = f"{urlsplit(address).path[1:]}/"
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=start)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {
            key.removeprefix(start): client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in sorted(keys)
        }

    return Target(
        address=address, open=lambda: open_bucket(address, endpoint_url=server.endpoint_url), read_all=read_all
    )
