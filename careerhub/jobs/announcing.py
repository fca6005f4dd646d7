"""Say on the target that a run is at work there, and put what its pages need."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from careerhub.errors import CareerHubError, Overtaken
from careerhub.publish.bucket import Bucket, open_bucket
from careerhub.publish.headers import headers_for
from careerhub.publish.manifest import RemoteObject, place_of
from careerhub.publish.parallel import work_through
from careerhub.publish.tree import Tree, open_tree
from careerhub.render.files import File


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What the target held when the run was announced.

    `marks` are those of every key in the announced places, by place; `unknown` the places that a run before this left in
    doubt; `assets` were put now. The root had `mark_before`, and has `mark_after`.
    """

    marks: Mapping[str, Mapping[str, str]]
    unknown: frozenset[str]
    assets: Mapping[str, RemoteObject]
    mark_before: str
    mark_after: str
    requests: Counter[tuple[str, str]]


def announce(bucket: Bucket, token: str, places: Iterable[str], assets: Sequence[File]) -> Announced:
    """Write a run's token and the places it will touch into the target's root, then the assets that aren't there."""
    tree = open_tree(bucket)
    before, unknown = tree.mark, frozenset(tree.root.touching)
    wanted = sorted({*places})
    tree.load([*wanted, *(asset.path for asset in assets)])
    missing = [asset for asset in assets if asset.path not in tree.objects]
    tree.announce({*wanted, *(asset.path for asset in missing), *unknown}, token)
    put: dict[str, RemoteObject] = {}
    work_through(missing, lambda asset: put.update(_put_asset(bucket, tree, asset)), parallel=bucket.parallel)
    return Announced(
        marks=_list_marks(tree, frozenset(wanted)),
        unknown=unknown,
        assets=put,
        mark_before=before,
        mark_after=tree.mark,
        requests=bucket.requests,
    )


def announce_apart(bucket: Bucket, endpoint_url: str | None, *what: Any) -> Announced:
    """Announce from a process of its own: what talks to the target has threads, and a coordinator has to fork."""
    ours, theirs = multiprocessing.Pipe()
    # a fresh one: a fork of a process that has talked to the target before would hang
    process = multiprocessing.get_context("spawn").Process(
        target=_answer, args=(theirs, bucket.name, endpoint_url, what)
    )
    process.start()
    theirs.close()
    try:
        answer = ours.recv()
    except EOFError:
        answer = CareerHubError(f"{bucket.name}: the process that announces the run died; run it again.")
    process.join()
    if isinstance(answer, Exception):
        raise answer
    assert isinstance(answer, Announced)
    bucket.requests.update(answer.requests)
    return answer


def _answer(pipe: Connection, target: str, endpoint_url: str | None, what: tuple[Any, ...]) -> None:
    try:
        pipe.send(announce(open_bucket(target, endpoint_url=endpoint_url), *what))
    except CareerHubError as error:
        pipe.send(error)


def _list_marks(tree: Tree, places: frozenset[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, known in tree.objects.items():
        if (place := place_of(key)) in places:
            found.setdefault(place, {})[key] = known.mark
    return found


def _put_asset(bucket: Bucket, tree: Tree, asset: File) -> dict[str, RemoteObject]:
    """Put one asset; its name says what is in it, so that whatever a crash left there is the same."""
    sha256, headers = hashlib.sha256(asset.data).hexdigest(), headers_for(asset.path)
    try:
        mark = bucket.put(asset.path, asset.data, headers, sha256, "")
    except Overtaken:
        found = bucket.find(asset.path)
        if found is None or not tree.is_ours():
            raise
        mark = bucket.put(asset.path, asset.data, headers, sha256, found.mark)
    known = RemoteObject(sha256=sha256, size=len(asset.data), headers=headers, owner="", kind="asset", mark=mark)
    return {asset.path: known}
