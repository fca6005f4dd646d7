"""Where the pages of lists begin, whatever the way the lists came to be."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from careerhub.document.profile import Technology
from careerhub.document.site import DIRECTORY, SITEMAP, Entry, Listed, weigh
from careerhub.output.listings import Key, Listings, Reaches
from careerhub.output.manifest import Manifest
from careerhub.output.starts import find_starts
from careerhub.pipeline.graph import Touched, compare_listed, plan_list
from careerhub.pipeline.relisting import Relisting

REACHES = Reaches(directory=3, facet=2, sitemap=4)
PYTHON, RUST = Technology(name="Python", slug="python"), Technology(name="Rust", slug="rust")
ENTRY = Entry(
    slug="ada", full_name="Ada", headline="", location="", lang="en", open_to_work=False, is_indexable=True,
    changed_on=date(2031, 5, 17), technologies=(PYTHON,), projects=(), initial="A",
)  # fmt: skip


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    manifest = Manifest(tmp_path / "manifest.sqlite", REACHES)
    yield manifest
    manifest.close()


def list_person(name: str, slug: str, *, card: str = "", **entry: object) -> Listed:
    made = replace(ENTRY, slug=slug, initial=name[:1], **entry)  # type: ignore[arg-type]
    key = ord(name[:1]).to_bytes(2, "big") + name.encode() + b"\0" + slug.encode()
    return Listed(entry=made, sort_key=key, card=card or f"card of {slug}", line=slug, urls=slug)


def read_marks(lists: Listings) -> list[tuple[object, ...]]:
    return lists._store.run("SELECT list, profile_id, starts_page FROM listing ORDER BY list, sort_key").fetchall()


def read_tally(lists: Listings) -> list[tuple[object, ...]]:
    return lists._store.run("SELECT * FROM tally ORDER BY list, name").fetchall()


def test_a_page_begins_where_nobody_near_weighs_less() -> None:
    chance = random.Random(3)
    for _ in range(500):
        reach = chance.randrange(1, 8)
        weights = [chance.randrange(12) for _ in range(chance.randrange(60))]
        wanted = [
            i
            for i in range(reach, len(weights) - reach)
            if all((weights[i], i) < (weights[j], j) for j in range(i - reach, i + reach + 1) if j != i)
        ]
        assert find_starts(weights, reach) == wanted


def test_pages_are_never_short_and_seldom_long() -> None:
    weights = [weigh(f"person-{number}") for number in range(100_000)]
    starts = [0, *find_starts(weights, 30), len(weights)]
    lengths = sorted(after - before for before, after in pairwise(starts))
    assert lengths[0] >= 31
    assert 58 < sum(lengths) / len(lengths) < 64
    assert lengths[-1] < 250


def test_coming_and_going_marks_what_marking_everything_marks(manifest: Manifest) -> None:
    chance = random.Random(5)
    people: dict[str, Listed] = {}
    for number in range(400):
        work = Relisting(lists=manifest.lists, is_bulk=False)
        for _ in range(chance.choice((1, 1, 1, 3))):
            if people and chance.random() < 0.2:
                profile_id = chance.choice(sorted(people))
                del people[profile_id]
                work.relist(profile_id, None)
            else:
                profile_id = chance.choice(sorted(people)) if people and chance.random() < 0.3 else f"id-{number}"
                skills = tuple(chance.sample((PYTHON, RUST), chance.randrange(3)))
                people[profile_id] = list_person(
                    chance.choice("ABCDÉ王") + str(chance.randrange(50)), f"slug-{number}", technologies=skills,
                    is_indexable=chance.random() < 0.8,
                )  # fmt: skip
                work.relist(profile_id, people[profile_id])
        before = {start for path in work.touched for start in manifest.lists.list_starts(path)}
        work.settle()
        noted = {start for touched in work.touched.values() for start in touched.boundaries}
        after = {start for path in work.touched for start in manifest.lists.list_starts(path)}
        assert before ^ after <= noted
        if number % 20 == 19:
            marks, tally = read_marks(manifest.lists), read_tally(manifest.lists)
            manifest.lists.rebuild()
            assert (read_marks(manifest.lists), read_tally(manifest.lists)) == (marks, tally)
    assert sum(1 for mark in read_marks(manifest.lists) if mark[2]) > 20


def test_a_list_leads_to_the_page_where_each_letter_begins(manifest: Manifest) -> None:
    chance = random.Random(1)
    for number in range(200):
        name = f"{chance.choice('ABKXЖ王')}{chance.randrange(1000)}"
        manifest.lists.write(f"id-{number}", list_person(name, f"slug-{number}"))
    manifest.lists.rebuild()
    starts = [None, *manifest.lists.list_starts(DIRECTORY)]
    letters = dict(manifest.lists.list_initials(DIRECTORY))
    assert list(letters) == list("ABKXЖ王")
    for letter, start in letters.items():
        following = manifest.lists.find_next(DIRECTORY, start.key if start else None)
        shown = manifest.lists.list_lines(DIRECTORY, "card", start, following)
        initials = [
            manifest.lists._store.run("SELECT initial FROM entry WHERE card = ?", (card,)).fetchone()[0]
            for card in shown
        ]
        assert letter in initials
        assert start is None or letter != "ABKXЖ王"[0]
    pages = [
        manifest.lists.list_lines(DIRECTORY, "card", start, following)
        for start, following in zip(starts, [*starts[1:], None], strict=True)
    ]
    assert len(pages) > 15
    assert sum(len(page) for page in pages) == manifest.lists.count() == 200


def test_every_look_up_of_a_page_uses_an_index(manifest: Manifest) -> None:
    seen: list[str] = []
    for number in range(50):
        manifest.lists.write(f"id-{number}", list_person(f"A{number}", f"slug-{number}"))
    manifest.lists.rebuild()
    database: sqlite3.Connection = manifest._store._db
    database.set_trace_callback(seen.append)
    key = Key(b"\0AA2", "id-2")
    manifest.lists.settle(DIRECTORY, [key])
    manifest.lists.list_initials(DIRECTORY)
    manifest.lists.list_latest(100)
    manifest.lists.list_lines(DIRECTORY, "card", None, manifest.lists.find_next(DIRECTORY, None))
    manifest.lists.find_previous(DIRECTORY, key)
    manifest.lists.count()
    manifest.list_pending(("pages", "cvs"), date(2031, 5, 17))
    list(manifest.list_built(3))
    list(manifest.list_changes(3))
    database.set_trace_callback(None)
    queries = [statement for statement in seen if statement.lstrip().startswith("SELECT")]
    assert len(queries) > 15
    for query in queries:
        for row in database.execute(f"EXPLAIN QUERY PLAN {query}"):
            # what is read whole is a partial index of the few it names
            assert not row[3].startswith("SCAN") or "USING" in row[3], (row[3], query)


def test_an_equal_line_is_no_difference_and_another_one_is_only_where_it_stands() -> None:
    before = list_person("Ada", "ada")
    assert compare_listed(before, before) == compare_listed(None, None)
    card = compare_listed(before, replace(before, card="Keeper"))
    assert (card.changed, card.joined, card.left, card.in_feed) == ((DIRECTORY,), (), (), False)
    assert compare_listed(before, replace(before, urls="later")).changed == (SITEMAP,)
    assert compare_listed(before, replace(before, line="here")).changed == ("technologies/python",)


def test_who_comes_moves_or_renames_is_in_other_lists() -> None:
    before = list_person("Ada", "ada")
    assert [each.path for each in compare_listed(None, before).joined] == [DIRECTORY, SITEMAP, "technologies/python"]
    moved = compare_listed(before, replace(before, sort_key=b"other"))
    assert len(moved.left) == len(moved.joined) == 3
    other = replace(before, entry=replace(before.entry, technologies=(replace(PYTHON, name="Adder"), RUST)))
    difference = compare_listed(before, other)
    assert [(was.name, becomes.name) for was, becomes in difference.renamed] == [("Python", "Adder")]
    assert [each.path for each in difference.joined] == ["technologies/rust"]


def test_a_line_that_changes_touches_its_page_alone() -> None:
    key = Key(b"k", "id")
    assert plan_list(Touched(lines={key: "why"}), {key: None}, []) == {None: "why"}
