"""Which files of the search index show an edit, and how a forked process renders them."""

from __future__ import annotations

from collections.abc import Iterator

from careerhub.document.site import LANGUAGES, PLACES, SENIORITY, SITEMAP, TECHNOLOGIES, Listed, weigh
from careerhub.output.listings import Listings, read_entry
from careerhub.render.files import File
from careerhub.render.lists import name_list
from careerhub.render.renderer import Renderer
from careerhub.render.search import (
    HEAD,
    PLACE_NAMES,
    VOCABULARY,
    Source,
    choose_bits,
    find_slot,
    list_paths,
    name_cards,
    render_head,
    render_names,
    render_part,
)

INDEX = "s/"
# So many places are offered by name: the rest is found by typing it.
_MOST_PLACES = 2_000


def find_bits(lists: Listings) -> int:
    """Return the size of the index for the people there are."""
    return choose_bits(lists.count(SITEMAP))  # whoever wants to be found stands there


def list_changed(before: Listed | None, after: Listed | None, bits: int) -> set[str]:
    """Return the files of the index that may show a difference between what was known of a person and what is."""
    changed: set[str] = set()
    if before == after:
        return changed
    sides = [(each, find_slot(weigh(each.entry.slug), bits)) for each in (before, after) if each and each.keys]
    was, becomes = (set(each.keys) if each else set() for each in (before, after))
    is_moved = len({slot for _, slot in sides}) > 1
    for key in was | becomes if is_moved else was ^ becomes:
        changed.update(list_paths(key, bits))
    changed.update(name_cards(slot, bits) for _, slot in sides)
    return changed


def list_all(lists: Listings, bits: int) -> Iterator[str]:
    """Yield every file that the index may have, but those of names."""
    for key in lists.findings.list_keys():
        yield from list_paths(key, bits)
    for slot in lists.findings.list_slots("c", bits, 0, 1 << bits):
        yield name_cards(slot, bits)


def render_index_part(lists: Listings, path: str) -> File | None:
    """Render a file of the index from the manifest's rows."""
    findings = lists.findings
    source = Source(
        list_slots=findings.list_slots,
        count_slots=findings.count_slots,
        list_terms=lambda kind, beginning, is_whole: findings.list_terms(kind, beginning, is_whole=is_whole),
        list_people=lambda bits, first, end: [
            (slot, read_entry(entry)) for slot, entry in findings.list_people(bits, first, end)
        ],
    )
    return render_part(source, path)


def render_index_names(renderer: Renderer, lists: Listings, bits: int) -> Iterator[File]:
    """Render what the page loads first: the size, and what technologies, languages, seniority and places are called."""
    yield render_head(bits)
    folders = {"t": TECHNOLOGIES, "l": LANGUAGES, "s": SENIORITY}
    yield render_names(VOCABULARY, {kind: _name_all(renderer, lists, folder) for kind, folder in folders.items()})
    places = lists.list_largest(PLACES, _MOST_PLACES)
    yield render_names(
        PLACE_NAMES,
        {
            "g": sorted(
                (path.removeprefix(PLACES), name_list(renderer, path, name), people) for path, name, people in places
            )
        },
    )


def _name_all(renderer: Renderer, lists: Listings, folder: str) -> list[tuple[str, str, int]]:
    return [
        (path.removeprefix(folder), name_list(renderer, path, name), people)
        for path, name, people in lists.list_lists(folder)
    ]


def is_index_part(path: str) -> bool:
    """Tell whether a file of the site is a part of the index, but not what says where it lies."""
    return path.startswith(INDEX) and path not in (HEAD, VOCABULARY, PLACE_NAMES)
