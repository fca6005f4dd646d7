"""What stands between bucket and visitors: which addresses a key has there, and how few paths purge them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from careerhub.errors import WrongUse

# CloudFront works on at most so many wildcards at a time, and answers the next one with an error
MOST_PATHS = 15
# a month and account, of all its distributions together; a wildcard counts as one
FREE_PATHS = 1000
DISTRIBUTION = re.compile(r"[A-Z0-9]{5,32}")
INDEX = "index.html"


class Cdn(Protocol):
    """A CDN in front of the target. Methods raise TargetUnreachable (try again later) or WrongUse (a setting)."""

    @property
    def name(self) -> str:
        """The CDN in messages."""

    def fold(self, keys: Iterable[str], *, taken: Iterable[str] = (), purged: int = 0) -> list[str]:
        """Choose the paths to purge, as `plan_purge` does."""

    def purge(self, paths: Sequence[str], reference: str) -> str:
        """Begin to purge paths and return the purge's id; the same reference and paths again begin nothing new."""

    def wait(self, purge: str) -> float | None:
        """Wait until no edge has the paths any more; return the seconds it took, None if it takes too long."""


def open_cdn(distribution: str, *, site_url: str) -> Cdn | None:
    """Make the CDN of a setting, contacting nothing; None without one. WrongUse: it can't be a distribution's id."""
    if not distribution:
        return None
    if not DISTRIBUTION.fullmatch(distribution):
        raise WrongUse(
            f"CAREERHUB_CLOUDFRONT_DISTRIBUTION is {distribution!r}: it is the distribution's id, like E2EXAMPLE1ABCD"
        )
    # boto3 takes a third of a second to import: only those who use it wait
    from careerhub.publish.cloudfront import CloudFront, make_client

    return CloudFront(distribution, make_client(), base=urlsplit(site_url).path)


def list_addresses(key: str) -> tuple[str, ...]:
    """Return the addresses below the site's own that show a key: a page has its folder's too, in the order people use."""
    folder, slash, name = key.rpartition("/")
    whole = _encode(f"/{key}")
    return (_encode(f"/{folder}{slash}"), whole) if name == INDEX else (whole,)


def plan_purge(keys: Iterable[str], *, taken: Iterable[str] = (), purged: int = 0, base: str = "") -> list[str]:
    """Choose the paths to purge: everything while the month's free paths last, then what was taken from the site.

    `keys` were replaced: an old one ages out of the caches in minutes (`s-maxage`). `taken` are keys that were removed
    or lost something private, and the paths that an earlier run still owes. `purged` counts this month's paths.
    """
    taken = list(taken)
    paths = fold_paths(keys, taken=taken, base=base)
    return paths if purged + len(paths) <= FREE_PATHS else fold_paths((), taken=taken, base=base)


def fold_paths(keys: Iterable[str], *, taken: Iterable[str] = (), base: str = "") -> list[str]:
    """Fold keys, and paths folded earlier, into at most MOST_PATHS paths that cover all of them.

    Hashed assets never change: they are left out, unless `taken`. `/p/x` without its slash needs no path: what answers
    it is the viewer-request function, before any cache. `base` is the path of the site's address, `/people` say.
    """
    replaced = {key for key in keys if not key.startswith("assets/")}
    places = _drop_covered(_fold_folders({_place_of(item, base) for item in {*replaced, *taken}}))
    for broader in (_fold_people, _fold_kinds, _fold_site):
        if len(places) + sum(place.endswith(INDEX) for place in places) > MOST_PATHS:
            places = _drop_covered(broader(places))
    return _list_paths(places, base)


def show_budget(purged: Mapping[str, int], month: str) -> str:
    """Say how much of a month's free paths is used; `purged` counts paths by month (`2026-11`)."""
    return f"{purged.get(month, 0):,} of {FREE_PATHS:,} free paths this month"


def _place_of(item: str, base: str) -> str:
    """Turn a key or a path into what folding compares: a key, or the beginning of keys and a star."""
    if not item.startswith("/"):
        return item
    inside = unquote(item.removeprefix(base)).removeprefix("/")
    return f"{inside}{INDEX}" if inside == "" or inside.endswith("/") else inside


def _list_paths(places: Collection[str], base: str) -> list[str]:
    paths = {path for place in places for path in _paths_of(place)}
    return sorted(f"{base}{path}" for path in paths)


def _paths_of(place: str) -> tuple[str, ...]:
    # no key ends with a star: its extension would be unknown
    return (f"{_encode(f'/{place[:-1]}')}*",) if place.endswith("*") else list_addresses(place)


def _encode(path: str) -> str:
    """Encode what CloudFront wants encoded, and a star, which would be a wildcard; nothing else, or it purges nothing."""
    return quote(path, safe="/$-_.+!'(),;:@=&")


def _drop_covered(places: Collection[str]) -> list[str]:
    """Drop what another place's wildcard covers; in this order a wildcard comes right before all that it covers."""
    left: list[str] = []
    wide: str | None = None
    for place in sorted(places, key=lambda place: (place.removesuffix("*"), not place.endswith("*"))):
        if wide is not None and place.startswith(wide):
            continue
        left.append(place)
        if place.endswith("*"):
            wide = place.removesuffix("*")
    return left


def _fold_folders(places: Collection[str]) -> set[str]:
    """Fold several keys of one person, and of one kind of list, into one wildcard each."""
    return _fold_groups(places, _folder_of, least=2)


def _fold_people(places: Collection[str]) -> set[str]:
    return _fold_groups(places, lambda place: "p/" if place.startswith("p/") else "", least=1)


def _fold_kinds(places: Collection[str]) -> set[str]:
    return _fold_groups(places, _folder_of, least=1)


def _fold_site(_: Collection[str]) -> set[str]:
    return {"*"}


def _fold_groups(places: Collection[str], folder_of: Callable[[str], str], *, least: int) -> set[str]:
    groups = defaultdict(set)
    for place in places:
        groups[folder_of(place)].add(place)
    wide = {folder for folder, group in groups.items() if folder and len(group) >= least}
    return {f"{folder}*" for folder in wide} | {place for place in places if folder_of(place) not in wide}


def _folder_of(place: str) -> str:
    """Return the beginning that a place shares with what tends to change together with it; empty: with nothing."""
    top, slash, rest = place.partition("/")
    if top == "p" and "/" in rest:
        return f"p/{rest.partition('/')[0]}/"
    if not slash and top.startswith("sitemap"):
        return "sitemap"
    return f"{top}/" if slash else ""
