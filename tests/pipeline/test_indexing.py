"""The search index: what an edit writes, that no history shows in it, and that who left is in none of its files."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from careerhub.document.search import list_keys, list_words
from careerhub.document.site import make_entry, weigh
from careerhub.output.files import check_path
from careerhub.render import search
from careerhub.render.search import choose_bits, find_slot, list_paths, write_block
from tests.crowded import crowded
from tests.databases import Cluster
from tests.pipeline.sites import PAGES, Place
from tests.render.making import make_profile
from tests.render.people import RICH

# A word, and what it is found by in every program that makes or reads the index: tests of the browser have these, too.
WORDS = {
    "Żaneta Brzozowicz-Kłos": ["zaneta", "brzozowicz", "klos"],
    "Ærø Straße ISTANBUL İzmir": ["aero", "strasse", "istanbul", "izmir"],
    "נועה ברקוביץ־לב": ["נועה", "ברקוביץ", "לב"],
    "مُهَنْدِس الأنظمة": ["مهندس", "الانظمه"],
    "Δάφνη Σοφός": ["δαφνη", "σοφοσ"],
    "水無瀬 遥香": ["水無", "無瀬", "瀬", "遥香", "香"],
    "도하린": ["도하", "하린", "린"],
    "आरोही देशवाल": ["आरोही", "देशवाल"],
    "UXデザイナー": ["ux", "デザ", "ザイ", "イナ", "ナー", "ー"],
    "C++ & C# / .NET 8": ["c", "c", "net", "8"],
    "x" * 60: ["x" * 24],
    "  —  ": [],
}


@pytest.mark.parametrize(("text", "words"), WORDS.items())
def test_a_text_is_found_by_its_words_without_case_and_ornaments(text: str, words: list[str]) -> None:
    assert list_words(text) == words


def test_a_person_is_found_by_what_lists_show_and_by_nothing_else() -> None:
    keys = list_keys(make_entry(RICH))
    assert {"c", "n:ada", "n:sample", "r:elpmas", "t:python", "p:python", "g:pt", "w:staff", "o:1"} <= set(keys)
    assert "r:ada" not in keys  # too short to be misspelt
    said = " ".join(keys)
    for word in ("northwind", "tangled", "351", "ledger"):  # employer, summary, phone, project
        assert word not in said
    assert list_keys(make_entry(make_profile(is_indexable=False, headline="Cook"))) == ()


def test_slots_come_back_from_either_form() -> None:
    for slots in ([0], [7, 8, 300], list(range(5000)), sorted(random.Random(1).sample(range(65_536), 9000)), [65_535]):
        data = write_block([slot + 65_536 for slot in slots], 65_536)
        assert len(data) <= 8_193
        assert read_block(data) == slots


def read_block(data: bytes) -> list[int]:
    """Read a block as `search.js` does."""
    if data[0] == 1:
        return [at * 8 + bit for at, byte in enumerate(data[1:]) for bit in range(8) if byte >> bit & 1]
    found, place, gap, shift = [], -1, 0, 0
    for byte in data[1:]:
        gap |= (byte & 127) << shift
        if byte & 128:
            shift += 7
            continue
        place += gap + 1
        found.append(place)
        gap = shift = 0
    return found


def list_index(place: Place) -> dict[str, str]:
    return {path: digest for path, digest in place.files().items() if path.startswith("s/")}


def test_an_edit_writes_the_files_of_the_keys_it_changes(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build(PAGES)
    before = list_index(place)
    place.edit("UPDATE profiles SET headline = headline || ' Keeper' WHERE slug = 'bela'")
    place.build(PAGES)
    after = list_index(place)
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    assert len(changed) == 2
    leaf = json.loads((place.site / "s/14/x" / f"{b'ke'.hex()}.json").read_bytes())
    assert leaf["keeper"] == [[], [find_slot(weigh("bela"), 14)]]
    place.edit("UPDATE profiles SET summary = 'Other words.' WHERE slug = 'bela'")
    place.build(PAGES)
    assert list_index(place) == after


@pytest.mark.parametrize(
    "edit", ["visibility = 'PRIVATE'", "is_indexable = false", "full_name = 'Someone Else', sort_name = 'E'"]
)
def test_who_left_is_in_no_file_of_the_index(place: Place, edit: str) -> None:
    place.add("ada", "bela", "cleo")
    place.edit("UPDATE profiles SET full_name = 'Wilhelmina Quixotica', headline = 'Zymurgist' WHERE slug = 'bela'")
    place.build(PAGES)

    def find(word: str) -> list[str]:
        data = {path: (place.site / path).read_bytes() for path in list_index(place)}
        return [path for path, said in data.items() if word.encode() in said.lower() or word.encode().hex() in path]

    assert find("quixotica")
    assert find("acitoxiuq") == []  # backwards it stands nowhere: leaves of endings have words as they are
    place.edit(f"UPDATE profiles SET {edit} WHERE slug = 'bela'")
    place.build(PAGES)
    assert find("quixotica") == []
    if "full_name" not in edit:
        assert find("zymurgist") == []
        assert find('"bela"') == []


def test_an_index_that_grew_and_shrank_is_the_one_that_is_made_at_once(
    embedded: Cluster, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With limits so low that words get files of their own, and the whole index other sizes."""
    monkeypatch.setattr(search, "MOST_INLINE", 3)
    monkeypatch.setattr(search, "_SIZES", ((40, 8), (90, 17)))
    monkeypatch.setattr(search, "_LARGEST", 18)
    seen = set()
    with crowded(embedded, 60) as database:
        place = Place(database, tmp_path / "build", cache)
        for step, edit in enumerate(
            (
                "",
                "UPDATE profiles SET headline = 'Common words ' || slug",
                "UPDATE profiles SET is_indexable = (slug < 'person-3')",
                "UPDATE profiles SET headline = 'Rare' WHERE slug < 'person-2'",
                "UPDATE profiles SET is_indexable = true",
                "UPDATE profiles SET visibility = 'PRIVATE' WHERE slug LIKE '%7'",
                "UPDATE profiles SET headline = 'Common again' WHERE slug LIKE '%1'",
            )
        ):
            if edit:
                place.edit(edit)
            place.build(PAGES)
            seen |= {path.split("/")[1] for path in list_index(place) if path.count("/") > 1}
            fresh = place.elsewhere(f"fresh-{step}")
            fresh.build(PAGES)
            assert list_index(place) == list_index(fresh)
            assert json.loads((place.site / "s/head.json").read_bytes())["inline"] == 3
        assert [path for path in list_index(place) if "/w/" in path]
    assert {"8", "17"} <= seen


def test_every_key_has_an_address_a_site_can_have() -> None:
    for bits in (14, 17, 20, 23):
        for key in (
            "t:c-sharp",
            "g:x-0123456789",
            "l:de",
            "s:senior",
            "o:1",
            "n:" + "𠀀" * 24,
            "w:שלום",
            "r:elpmas",
            "c",
        ):
            for path in list_paths(key, bits):
                check_path(path)
    assert [choose_bits(people) for people in (0, 4_096, 4_097, 40_000, 10**6)] == [14, 14, 17, 20, 23]
