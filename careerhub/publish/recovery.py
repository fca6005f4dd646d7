"""After a run that died: look what the places it was touching really hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from careerhub.publish.bucket import Bucket, Found
from careerhub.publish.headers import headers_for
from careerhub.publish.manifest import Kind, RemoteObject, place_of
from careerhub.publish.parallel import work_through
from careerhub.publish.plan import LocalFile
from careerhub.publish.tree import Tree

# more listings than this take longer than one of everything
MANY_PLACES = 50


@dataclass(slots=True, kw_only=True)
class Continued:
    """What workers did in a run that was announced before: what they put, what is gone, and the places they told all of.

    The root had `mark_before` then and has `mark_after` now.
    """

    token: str
    mark_before: str
    mark_after: str
    places: set[str] = field(default_factory=set)
    objects: dict[str, RemoteObject] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)


def take_over(tree: Tree, continued: Continued) -> None:
    """Note in the tree what workers reported."""
    tree.load(continued.places)
    for key in continued.gone:
        if place_of(key) in continued.places:
            tree.drop(key)
    for key, known in continued.objects.items():
        if place_of(key) in continued.places:
            tree.put(key, known)


def recover(
    tree: Tree, bucket: Bucket, find_local: Callable[[str], LocalFile | None], known_places: Collection[str] = ()
) -> None:
    """Note in the tree what is there, place by place but for those that are known; nothing on the target is changed.

    Whose an object is says the build when it has the same bytes there, else who had the place before. Nobody's, it is
    withdrawn unless the build has that key.
    """
    places = frozenset(tree.root.touching) - frozenset(known_places)
    tree.load(places)
    known = {key: each for key, each in tree.objects.items() if place_of(key) in places}
    owners = {place_of(key): each.owner for key, each in known.items()}
    keys = sorted({*known, *_list_keys(bucket, places)})
    found: dict[str, Found | None] = {}

    def look(key: str) -> None:
        found[key] = bucket.find(key)

    work_through(keys, look, parallel=bucket.parallel)
    for key in keys:
        there = found[key]
        if there is None:
            tree.drop(key)
        else:
            tree.put(key, _make_object(there, known.get(key), find_local(key), owners.get(place_of(key), "")))


def _list_keys(bucket: Bucket, places: frozenset[str]) -> Iterable[str]:
    """List what may be there: single keys are looked at one by one anyway."""
    folders = [place for place in places if place.endswith("/")]
    yield from (place for place in places if not place.endswith("/"))
    for prefix in folders if len(folders) <= MANY_PLACES else ["p/"]:
        yield from (found.key for found in bucket.list_objects(prefix) if place_of(found.key) in places)


def _make_object(
    found: Found, known: RemoteObject | None, local: LocalFile | None, owner_of_place: str
) -> RemoteObject:
    is_built = local is not None and local.sha256 == found.sha256
    if local and is_built:
        owner, kind = local.owner, local.kind
    elif known:
        owner, kind = known.owner, known.kind
    else:
        owner, kind = owner_of_place, local.kind if local else guess_kind(found.key)
    return RemoteObject(
        sha256=found.sha256,
        size=found.size,
        mark=found.mark,
        # a folder can't say: what it was published with doesn't matter there
        headers=found.headers or (known.headers if known else headers_for(found.key)),
        owner=owner,
        kind=kind,
    )


def guess_kind(key: str) -> Kind:
    """Return what a file must be by its address alone."""
    if key.startswith("assets/"):
        return "asset"
    if key.endswith(".pdf"):
        return "cv"
    if key.startswith("p/"):
        return "page"
    return "feed" if key.endswith((".xml", ".txt")) else "list"
