"""Compare what a target holds with what CareerHub left there; change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from careerhub.publish.bucket import Bucket, Found
from careerhub.publish.manifest import RemoteObject, list_paths
from careerhub.publish.parallel import work_through
from careerhub.publish.tree import Tree, open_tree
from careerhub.reporting import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What isn't as it was published, by key: `extra` nobody published, `changed` says in what.

    `unfinished` are places a run was touching when it died, `unreferenced` parts of the state that nothing leads to.
    """

    objects: int
    extra: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    changed: Mapping[str, str]
    unfinished: tuple[str, ...] = ()
    unreferenced: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not (self.extra or self.missing or self.changed or self.unfinished or self.unreferenced)


def verify_target(bucket: Bucket, report: Report, *, deep: bool = False) -> Verified:
    """List the target and compare; `deep`: ask for the headers and the digest of every object, too."""
    tree = open_tree(bucket)
    tree.load()
    found = {each.key: each for each in bucket.list_objects()}
    known = tree.objects
    both = {key: found[key] for key in known.keys() & found.keys()}
    if deep:
        both = _look_closely(bucket, both, report)
    changed = {key: why for key, each in both.items() if (why := _tell_difference(known[key], each))}
    return Verified(
        objects=len(known),
        extra=tuple(sorted(found.keys() - known.keys())),
        missing=tuple(sorted(known.keys() - found.keys())),
        changed=dict(sorted(changed.items())),
        unfinished=tree.root.touching,
        unreferenced=_list_unreferenced(bucket, tree),
    )


def describe_differences(verified: Verified) -> Iterator[str]:
    """Say in lines for people what isn't as it was published; the last one counts."""
    for key in verified.extra:
        yield f"extra         {key}"
    for key in verified.missing:
        yield f"missing       {key}"
    for key, why in verified.changed.items():
        yield f"changed       {key}  ({why})"
    for place in verified.unfinished:
        yield f"unfinished    {place}"
    for path in verified.unreferenced:
        yield f"unreferenced  {path}"
    yield (
        f"{verified.objects:,} published, {len(verified.extra):,} extra, {len(verified.missing):,} missing,"
        f" {len(verified.changed):,} changed"
    )


def _look_closely(bucket: Bucket, listed: Mapping[str, Found], report: Report) -> dict[str, Found]:
    found: dict[str, Found] = {}

    def look(key: str) -> None:
        # gone since the listing: it differs, by having no mark
        found[key] = bucket.find(key) or Found(key=key, size=0, mark="")
        report.progress("verifying", len(found), len(listed))

    work_through(sorted(listed), look, parallel=bucket.parallel)
    return found


def _tell_difference(known: RemoteObject, found: Found) -> str:
    """Say what differs, "" when nothing does; a listing can't tell of headers and digests."""
    if known.size != found.size:
        return "size"
    if known.mark != found.mark:
        return "content"
    if found.sha256 and known.sha256 != found.sha256:
        return "digest"
    return "headers" if found.headers and found.headers != known.headers else ""


def _list_unreferenced(bucket: Bucket, tree: Tree) -> tuple[str, ...]:
    return tuple(sorted(set(bucket.list_state()) - set(list_paths(tree.root.shards.values()))))
