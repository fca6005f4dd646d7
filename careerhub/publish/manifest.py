"""What a target holds, as CareerHub left it: a small root, and shards of key → digest, size, mark, headers, owner, kind.

An edit rewrites the root and the shards it touches. A shard's name is the run that wrote it and its digest: names never
come back, so whoever deletes an old shard late takes nothing of anybody else's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args

import orjson

from careerhub.errors import TargetUnreachable, WrongUse
from careerhub.publish.headers import Headers

FORMAT = 2
ROOT = "manifest.json"
SHARDS = "shards/"

# a shard of a few hundred objects is some 100 kB; more shards would make the root, written twice a run, the larger part
FULL_SHARD = 500
SPARSE_SHARD = 20
GREATEST_DEPTH = 3

# the order of the waves: nothing is linked to before it is there
Kind = Literal["asset", "cv", "page", "list", "feed"]
KINDS: tuple[Kind, ...] = get_args(Kind)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteObject:
    """One published file. `mark` is the target's own name of these bytes (an ETag), given back with the next write."""

    sha256: str
    size: int
    headers: Headers
    owner: str
    kind: Kind
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The root of a target's manifest. It carries no time but that of orphans.

    `run` counts the runs that had something to do. `touching` are the places (`place_of`) of which nobody knows what
    they hold, because a run is at work there, or died; `token` tells two runs of the same number apart while they work.
    `stale` are shards to delete, `orphans` old assets and since when, `purge` the paths a CDN may still show, `purged`
    how many were purged a month.
    """

    run: int = 0
    token: str = ""
    depth: int = 0
    shards: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    touching: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    orphans: Mapping[str, str] = field(default_factory=dict)
    purge: tuple[str, ...] = ()
    purged: Mapping[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return how many objects there are."""
        return sum(self.counts.values())


def place_of(key: str) -> str:
    """Return the place a key belongs to: `p/<slug>/` with all a person has there, else the key itself."""
    parts = key.split("/", 2)
    return f"p/{parts[1]}/" if len(parts) == 3 and parts[0] == "p" else key


def shard_of(place: str, depth: int) -> str:
    """Return the hexadecimal digits that name a place's shard; all of a person's files share one."""
    return hashlib.sha256(place.encode()).hexdigest()[:depth]


def plan_depth(count: int, depth: int) -> int:
    """Return how many digits a shard's name needs; it changes seldom, because every shard is written anew then."""
    while depth < GREATEST_DEPTH and count > FULL_SHARD * 16**depth:
        depth += 1
    while depth > 0 and count < SPARSE_SHARD * 16**depth:
        depth -= 1
    return depth


def write_root(root: Root) -> bytes:
    """Write a root so that equal ones have equal bytes."""
    plain = {"format": FORMAT} | {name: getattr(root, name) for name in Root.__dataclass_fields__}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def read_root(data: bytes | None, *, name: str) -> Root:
    """Read the root of the target `name`; None is a target nothing was published to yet."""
    return Root() if data is None else _read(data, name, _make_root)


def write_shard(objects: Mapping[str, RemoteObject]) -> bytes:
    """Write a shard so that equal ones have equal bytes."""
    plain = {key: _to_plain(known) for key, known in objects.items()}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def read_shard(data: bytes | None, shard: str, *, name: str) -> dict[str, RemoteObject]:
    """Read the shard `shard` of the target `name`."""
    if data is None or name_shard(0, data).partition("-")[2] != shard.partition("-")[2]:
        raise _damaged(name, f"{SHARDS}{shard}.json is missing or another")
    return _read(data, name, lambda plain: {key: _make_object(value) for key, value in plain.items()})


def name_shard(run: int, data: bytes) -> str:
    """Return the name of a shard that a run writes."""
    return f"{run}-{hashlib.sha256(data).hexdigest()}"


def list_paths(shards: Iterable[str]) -> list[str]:
    """Return where shards lie below the state."""
    return [f"{SHARDS}{shard}.json" for shard in shards]


def _read(data: bytes, name: str, make: Callable[[Any], T]) -> T:
    try:
        plain = orjson.loads(data)
        if (found := plain.get("format", FORMAT)) != FORMAT:
            raise WrongUse(f"{name}: published by {_tell_age(found)}")
        return make(plain)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(name, repr(error)) from error


def _tell_age(found: int) -> str:
    if found > FORMAT:
        return "a newer CareerHub; upgrade this one before publishing to it"
    return "an older CareerHub; empty the target and remove its manifest, then publish again"


def _damaged(name: str, why: str) -> TargetUnreachable:
    return TargetUnreachable(
        f"{name}: its manifest is damaged ({why}); restore it from a backup of the target,"
        " or empty the target, remove the manifest and publish again"
    )


def _make_root(plain: dict[str, Any]) -> Root:
    if any(kind not in KINDS for kind in plain["counts"]) or not 0 <= plain["depth"] <= GREATEST_DEPTH:
        raise ValueError("unknown kinds or depth")
    return Root(
        run=int(plain["run"]),
        token=str(plain["token"]),
        depth=int(plain["depth"]),
        shards={str(prefix): str(shard) for prefix, shard in plain["shards"].items()},
        counts={kind: int(count) for kind, count in plain["counts"].items()},
        touching=tuple(map(str, plain["touching"])),
        stale=tuple(map(str, plain["stale"])),
        orphans={str(key): str(since) for key, since in plain["orphans"].items()},
        purge=tuple(map(str, plain["purge"])),
        purged={str(month): int(paths) for month, paths in plain["purged"].items()},
    )


def _to_plain(known: RemoteObject) -> dict[str, Any]:
    headers = known.headers
    return {
        "sha256": known.sha256,
        "size": known.size,
        "mark": known.mark,
        "headers": [headers.content_type, headers.cache_control, headers.content_disposition, headers.redirect],
        "owner": known.owner,
        "kind": known.kind,
    }


def _make_object(plain: dict[str, Any]) -> RemoteObject:
    if plain["kind"] not in KINDS:
        raise ValueError(f"unknown kind {plain['kind']!r}")
    content_type, cache_control, disposition, redirect = map(str, plain["headers"])
    return RemoteObject(
        sha256=str(plain["sha256"]),
        size=int(plain["size"]),
        mark=str(plain["mark"]),
        headers=Headers(
            content_type=content_type,
            cache_control=cache_control,
            content_disposition=disposition,
            redirect=redirect,
        ),
        owner=str(plain["owner"]),
        kind=plain["kind"],
    )
