"""Which shared pages show an edit, and why: a pure comparison of what lists showed of a person and what they show now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from careerhub.document.site import (
    DIRECTORY,
    SITEMAP,
    Entry,
    Listed,
    Membership,
    date_in_feed,
    is_facet,
    list_memberships,
)
from careerhub.output.listings import Key, Start

NEIGHBOURS = "its neighbours changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What becomes of a person's lines: lists they left, joined, or are in under another name, and lists whose line of
    them reads differently; `in_feed` when the feed shows a difference, `feeds` are lists whose own feed does."""

    left: tuple[Membership, ...] = ()
    joined: tuple[Membership, ...] = ()
    renamed: tuple[tuple[Membership, Membership], ...] = ()
    changed: tuple[str, ...] = ()
    in_feed: bool = False
    feeds: tuple[str, ...] = ()


def compare_listed(before: Listed | None, after: Listed | None) -> Difference:
    """Compare what lists show of one person; None is nothing."""
    in_feed = _show_in_feed(before) != _show_in_feed(after)
    was, becomes = _name_lists(before), _name_lists(after)
    feeds = _compare_feeds(_show_in_feeds(before), _show_in_feeds(after))
    if before is None or after is None or before.sort_key != after.sort_key:
        return Difference(left=tuple(was.values()), joined=tuple(becomes.values()), in_feed=in_feed, feeds=feeds)
    both = [path for path in was if path in becomes]
    return Difference(
        left=tuple(was[path] for path in was if path not in becomes),
        joined=tuple(becomes[path] for path in becomes if path not in was),
        renamed=tuple((was[path], becomes[path]) for path in both if was[path] != becomes[path]),
        changed=tuple(path for path in both if show_in(path, before) != show_in(path, after)),
        in_feed=in_feed,
        feeds=feeds,
    )


def show_in(path: str, listed: Listed) -> str:
    """Return the text that stands in a list."""
    if path == DIRECTORY:
        return listed.card
    return listed.urls if path == SITEMAP else listed.line


def _name_lists(listed: Listed | None) -> dict[str, Membership]:
    return {membership.path: membership for membership in list_memberships(listed.entry)} if listed else {}


def _show_in_feed(listed: Listed | None) -> tuple[object, ...] | None:
    if listed is None or not listed.entry.is_indexable:
        return None
    entry: Entry = listed.entry
    return entry.slug, entry.full_name, entry.headline, entry.location, entry.lang, entry.changed_on, listed.sort_key


def _show_in_feeds(listed: Listed | None) -> dict[str, tuple[object, ...]]:
    """Return what the feeds of lists show, by the list: no headline, so that an edit of it stays out of a dozen feeds."""
    if listed is None:
        return {}
    entry = listed.entry
    shown = (entry.slug, entry.full_name, entry.location, entry.lang, listed.sort_key)
    dates = {path: date_in_feed(path, entry) for path in _name_lists(listed) if is_facet(path)}
    return {path: (*shown, day) for path, day in dates.items() if day}


def _compare_feeds(before: dict[str, tuple[object, ...]], after: dict[str, tuple[object, ...]]) -> tuple[str, ...]:
    return tuple(path for path in (before | after) if before.get(path) != after.get(path))


@dataclass(slots=True, kw_only=True)
class Touched:
    """What edits touched of one list, each place with its reason: lines that changed, places where people came or went,
    beginnings of pages that came or went, and why the list has another name."""

    lines: dict[Key, str] = field(default_factory=dict)
    moves: dict[Key, str] = field(default_factory=dict)
    boundaries: set[Start] = field(default_factory=set)
    renamed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """A page boundary that came or went: the page that shows the place now, the one before it and the one after.

    None is the first page; `following` is missing at the end of the list.
    """

    boundary: Start
    here: Start | None
    before: Start | None
    following: Start | None

    @property
    def is_gone(self) -> bool:
        return self.here != self.boundary


def plan_list(
    touched: Touched, shown_on: dict[Key, Start | None], boundaries: Iterable[Neighbourhood]
) -> dict[Start | None, str]:
    """Say which pages of a list show a difference, and why. `shown_on` names the page of every touched place."""
    pages: dict[Start | None, str] = {}
    for key, reason in (*touched.moves.items(), *touched.lines.items()):
        pages.setdefault(shown_on[key], reason)
    if touched.moves:
        # the first page counts people and leads to where letters begin
        pages.setdefault(None, next(iter(touched.moves.values())))
    for each in boundaries:
        pages.setdefault(each.here, NEIGHBOURS)
        pages.setdefault(each.before, NEIGHBOURS)
        if each.following:
            pages.setdefault(each.following, NEIGHBOURS)
    return pages
