"""Put what was rendered into the lists: at once and one by one, or all together where most people changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from careerhub.document.site import Entry, Listed, Membership, weigh
from careerhub.output.listings import Key, Listings
from careerhub.pipeline.graph import Touched, compare_listed

_LATEST = "latest changes"


@dataclass(slots=True, kw_only=True)
class Relisting:
    """What this build has done to the lists. In bulk nothing is noted: all of them are made anew at the end.

    `indexes` has the reason for each folder of lists whose index changed, `feeds` for each list whose own feed did;
    `feed` is that of the site's, else ''. `found` are people
    as the search knew them, and as it does now.
    """

    lists: Listings
    is_bulk: bool
    touched: dict[str, Touched] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    feeds: dict[str, str] = field(default_factory=dict)
    feed: str = ""
    found: list[tuple[Listed | None, Listed | None]] = field(default_factory=list)

    def relist(self, profile_id: str, after: Listed | None) -> None:
        """Show a person as they are now, or not at all."""
        if not self.is_bulk:
            self._compare(profile_id, self.lists.find(profile_id), after)
        if after is None:
            self.lists.drop(profile_id)
        else:
            self.lists.write(profile_id, after)

    def settle(self) -> None:
        """Mark anew where pages of lists begin, once everybody is where they belong."""
        if self.is_bulk:
            self.lists.rebuild()
        for path, touched in self.touched.items():
            if touched.moves:
                touched.boundaries |= self.lists.settle(path, touched.moves.keys())

    def _compare(self, profile_id: str, before: Listed | None, after: Listed | None) -> None:
        self._find(profile_id, before, after)
        difference = compare_listed(before, after)
        if before:
            self._leave(difference.left, Key(before.sort_key, profile_id), before.entry.slug)
        if after:
            key, slug = Key(after.sort_key, profile_id), after.entry.slug
            self._join(difference.joined, key, after.entry)
            for was, becomes in difference.renamed:
                with_name = self.lists.find_name(was.path)
                self.lists.rename(was, becomes)
                self._note_name(becomes, with_name, f"{slug} calls it {becomes.name}")
            for path in difference.changed:
                self._touch(path).lines.setdefault(key, f"the line of {slug} changed")
            for path in difference.feeds:
                self.lists.date(path, key, after.entry)
        self.feeds |= dict.fromkeys(difference.feeds, _LATEST)
        if difference.in_feed:
            self.feed = _LATEST

    def _find(self, profile_id: str, before: Listed | None, after: Listed | None) -> None:
        """Let the search find a person by what they show now; what was and what is, is noted."""
        if before:
            self.lists.findings.remove(before.keys, weigh(before.entry.slug), profile_id)
        if after:
            self.lists.findings.add(after.keys, weigh(after.entry.slug), profile_id)
        if (before and before.keys) or (after and after.keys):
            self.found.append((before, after))

    def _leave(self, memberships: tuple[Membership, ...], key: Key, slug: str) -> None:
        for membership in memberships:
            with_name, touched = self.lists.find_name(membership.path), self._touch(membership.path)
            if start := self.lists.leave(membership, key):
                touched.boundaries.add(start)
            touched.lines.pop(key, None)
            touched.moves.setdefault(key, f"{slug} left")
            self._note_name(membership, with_name, f"{slug} left")

    def _join(self, memberships: tuple[Membership, ...], key: Key, entry: Entry) -> None:
        for membership in memberships:
            with_name = self.lists.find_name(membership.path)
            self.lists.join(membership, key, entry)
            self._touch(membership.path).moves[key] = f"{entry.slug} joined"
            self._note_name(membership, with_name, f"{entry.slug} joined")

    def _touch(self, path: str) -> Touched:
        return self.touched.setdefault(path, Touched())

    def _note_name(self, membership: Membership, before: str, reason: str) -> None:
        """Note that a named list counts other people, or is called something else now."""
        if membership.name:
            self.indexes.setdefault(membership.path.partition("/")[0] + "/", reason)
            if before not in ("", self.lists.find_name(membership.path)):
                self._touch(membership.path).renamed = reason
                self.feeds.setdefault(membership.path, reason)
