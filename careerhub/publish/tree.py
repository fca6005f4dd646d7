"""The manifest of a target while it is used: read as far as somebody asks, written as far as something changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from careerhub.errors import Overtaken, TargetUnreachable
from careerhub.publish.bucket import Bucket
from careerhub.publish.manifest import (
    ROOT,
    RemoteObject,
    Root,
    list_paths,
    name_shard,
    place_of,
    plan_depth,
    read_root,
    read_shard,
    shard_of,
    write_root,
    write_shard,
)
from careerhub.publish.parallel import work_through


class Tree:
    """What a target holds. `root` is as it stands on the target, `mark` its mark; `objects` are those read so far."""

    def __init__(self, bucket: Bucket, root: Root, mark: str) -> None:
        self.root = root
        self.mark = mark
        self._bucket = bucket
        self._objects: dict[str, RemoteObject] = {}
        self._shards: dict[str, dict[str, RemoteObject]] = {}
        self._changed: set[str] = set()
        self._counts = Counter(root.counts)

    @property
    def objects(self) -> Mapping[str, RemoteObject]:
        """Everything that was read so far, with the changes since."""
        return self._objects

    @property
    def is_changed(self) -> bool:
        return bool(self._changed)

    def load(self, keys: Iterable[str] | None = None) -> None:
        """Read what is known of keys, or of places; of everything when none are given."""
        depth = self.root.depth
        wanted = set(self.root.shards) if keys is None else {shard_of(place_of(key), depth) for key in keys}
        missing = sorted((wanted & set(self.root.shards)) - set(self._shards))
        work_through(missing, self._load_shard, parallel=self._bucket.parallel)
        for prefix in missing:
            self._objects |= self._shards[prefix]

    def put(self, key: str, known: RemoteObject) -> None:
        """Note what a key holds by now."""
        shard = self._change(key)
        if old := shard.get(key):
            self._counts[old.kind] -= 1
        self._objects[key] = shard[key] = known
        self._counts[known.kind] += 1

    def drop(self, key: str) -> None:
        """Note that a key holds nothing."""
        if known := self._objects.pop(key, None):
            del self._change(key)[key]
            self._counts[known.kind] -= 1

    def announce(self, places: Iterable[str], token: str) -> None:
        """Write the next run's number and what it is about to touch. Overtaken: somebody published meanwhile."""
        self._write_root(replace(self.root, run=self.root.run + 1, token=token, touching=tuple(sorted(places))))

    def commit(self, **told: Any) -> None:
        """Write the changed shards, then the root with what is told, then delete the shards nobody needs."""
        root = self.root
        shards, depth = self._write_shards()
        # what the root called stale before was deleted since: when the run began, or by the one before it
        stale = tuple(sorted(set(root.shards.values()) - set(shards.values())))
        counts = {kind: count for kind, count in sorted(self._counts.items()) if count}
        self._write_root(replace(root, token="", shards=shards, depth=depth, stale=stale, counts=counts, **told))
        self._changed.clear()
        self.delete_stale()

    def note(self, **told: Any) -> None:
        """Write the root alone, with what is told; shards that were deleted are no longer named."""
        self._write_root(replace(self.root, stale=(), **told))

    def delete_stale(self) -> None:
        """Delete what the root says nobody needs: it names people who left."""
        if self.root.stale:
            self._bucket.delete_state(list_paths(self.root.stale))

    def delete_unknown(self) -> None:
        """Delete shards that a run wrote and never committed."""
        known = set(list_paths((*self.root.shards.values(), *self.root.stale)))
        if unknown := [path for path in self._bucket.list_state() if path not in known]:
            self._bucket.delete_state(unknown)

    def is_ours(self) -> bool:
        """Tell whether the root on the target is still the one this run wrote."""
        return self._bucket.read_state(ROOT)[1] == self.mark

    def _load_shard(self, prefix: str) -> None:
        shard = self.root.shards[prefix]
        data, _ = self._bucket.read_state(list_paths([shard])[0])
        if data is None and not self.is_ours():
            raise Overtaken(f"{self._bucket.name}: another publisher was here meanwhile; run it again")
        self._shards[prefix] = read_shard(data, shard, name=self._bucket.name)

    def _change(self, key: str) -> dict[str, RemoteObject]:
        """Return the shard of a key, to be written anew."""
        prefix = shard_of(place_of(key), self.root.depth)
        if prefix in self.root.shards and prefix not in self._shards:
            self.load([key])
        self._changed.add(prefix)
        return self._shards.setdefault(prefix, {})

    def _write_shards(self) -> tuple[dict[str, str], int]:
        depth = plan_depth(sum(self._counts.values()), self.root.depth)
        names = dict(self.root.shards)
        content = {prefix: self._shards[prefix] for prefix in self._changed}
        if depth != self.root.depth:
            self.load()
            names, self._shards = {}, _split(self._objects, depth)
            content = self._shards
        data = {prefix: write_shard(objects) for prefix, objects in content.items() if objects}
        for prefix in content.keys() - data.keys():
            names.pop(prefix, None)
        new = {prefix: name_shard(self.root.run, each) for prefix, each in data.items()}
        # what is as it was keeps its name
        changed = [prefix for prefix in new if _digest(names.get(prefix, "")) != _digest(new[prefix])]
        work_through(
            changed, lambda prefix: self._write_shard(new[prefix], data[prefix]), parallel=self._bucket.parallel
        )
        return {**names, **{prefix: new[prefix] for prefix in changed}}, depth

    def _write_shard(self, shard: str, data: bytes) -> None:
        self._bucket.write_state(list_paths([shard])[0], data, "")

    def _write_root(self, root: Root) -> None:
        mark = self._bucket.write_state(ROOT, write_root(root), self.mark)
        if not mark:
            raise TargetUnreachable(f"{self._bucket.name}: this store gives written objects no ETag; use another")
        self.root, self.mark = root, mark


def open_tree(bucket: Bucket) -> Tree:
    """Read the root of what a target holds."""
    data, mark = bucket.read_state(ROOT)
    return Tree(bucket, read_root(data, name=bucket.name), mark)


def _split(objects: Mapping[str, RemoteObject], depth: int) -> dict[str, dict[str, RemoteObject]]:
    found: dict[str, dict[str, RemoteObject]] = {}
    for key, known in objects.items():
        found.setdefault(shard_of(place_of(key), depth), {})[key] = known
    return found


def _digest(shard: str) -> str:
    return shard.partition("-")[2]
