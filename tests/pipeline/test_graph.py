"""An edit changes exactly the files that show it, each for a reason, whatever the number of people."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from careerhub.output.folder import open_build_folder
from careerhub.output.listings import Reaches
from careerhub.output.manifest import Manifest
from careerhub.pipeline.build import BuildOutcome
from tests.crowded import crowded
from tests.databases import Cluster
from tests.pipeline.sites import Place

OF_BELA = "(SELECT id FROM profiles WHERE slug = 'bela')"
OWN = {f"p/bela/{name}" for name in ("index.html", "resume.json", "contact.vcf", "projects/beacon/index.html")}
PAGE = {"p/bela/index.html", "p/bela/resume.json"}
DIRECTORY, FEED, SITEMAP, INDEX = "index.html", "feed.xml", "sitemap.xml", "technologies/index.html"
PYTHON, SQL = "technologies/python/index.html", "technologies/sql/index.html"
PYTHON_FEED, SQL_FEED = "technologies/python/feed.xml", "technologies/sql/feed.xml"
PLACES, PIER, ENGLISH = "places/index.html", "places/x-pier-9/index.html", "languages/en/index.html"
LEARN_SQL = (
    f"INSERT INTO skills (profile_id, id, name, technology_id) SELECT {OF_BELA}, '01BX5ZZKBKACTAV9WEVGEMMVRZ', name, id"
    " FROM technologies WHERE slug = 'sql'"
)
SHARED = {DIRECTORY, FEED, SITEMAP, INDEX, PYTHON, PYTHON_FEED, "languages/index.html", ENGLISH}


def explain(place: Place, **wanted: Any) -> dict[str, str]:
    """Build, and return each changed file with its reason; check them against the disk."""
    before = place.files()
    outcome = place.build(is_explained=True, **wanted)
    after = place.files()
    changes = {change.path: change.reason for change in outcome.changes}
    assert set(changes) == {path for path in before | after if before.get(path) != after.get(path)}
    assert len(outcome.changes) == len(changes)
    place.check_whole()
    return changes


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        ("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'bela'", PAGE | {"p/bela/contact.vcf", DIRECTORY, FEED}),
        ("UPDATE profiles SET summary = 'Keeps lamps.' WHERE slug = 'bela'", PAGE),
        ("UPDATE profiles SET location = 'Pier 9' WHERE slug = 'bela'", PAGE | {DIRECTORY, FEED, PYTHON, PYTHON_FEED, PLACES, PIER, ENGLISH, SITEMAP}),
        ("UPDATE profiles SET full_name = 'Bela B.', sort_name = 'Bela B.' WHERE slug = 'bela'", OWN | {DIRECTORY, FEED, PYTHON, PYTHON_FEED, ENGLISH}),
        ("UPDATE profiles SET is_indexable = false WHERE slug = 'bela'", {"p/bela/index.html", "p/bela/projects/beacon/index.html", FEED, PYTHON_FEED, SITEMAP}),
        ("UPDATE profiles SET visibility = 'PRIVATE' WHERE slug = 'bela'", OWN | SHARED),
        ("UPDATE profiles SET slug = 'bee' WHERE slug = 'bela'", OWN | {path.replace("bela", "bee") for path in OWN} | SHARED - {INDEX, "languages/index.html"}),
        (f"UPDATE projects SET name = 'Buoy' WHERE profile_id = {OF_BELA}", PAGE | {"p/bela/projects/beacon/index.html"}),
        (f"UPDATE projects SET is_hidden = true WHERE profile_id = {OF_BELA}", PAGE | {"p/bela/projects/beacon/index.html", SITEMAP}),
        (f"UPDATE interests SET name = 'Knots' WHERE profile_id = {OF_BELA}", PAGE),
        (LEARN_SQL, PAGE | {DIRECTORY, INDEX, SQL, SQL_FEED, SITEMAP}),
        ("UPDATE technologies SET name = 'Serpent' WHERE slug = 'python'",
         {path.replace("bela", slug) for path in PAGE | {"p/bela/projects/beacon/index.html"} for slug in ("ada", "bela", "cleo")}
         | {DIRECTORY, INDEX, PYTHON, PYTHON_FEED}),
    ],
)  # fmt: skip
def test_an_edit_changes_exactly_what_shows_it(place: Place, edit: str, changed: set[str]) -> None:
    place.add("ada", "bela", "cleo")
    place.build()
    place.edit(edit)
    # an edit of the same day leaves the sitemap's dates as they were
    assert {path for path in explain(place) if not path.startswith("s/")} == changed | (
        {"p/bela/index.html"} if "'bee'" in edit else set()
    )
    assert explain(place) == {}


def test_each_change_says_why(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build()
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'bela'")
    changes = explain(place)
    assert changes["p/bela/index.html"] == "edited"
    assert changes[DIRECTORY] == "the line of bela changed"
    assert changes[FEED] == "latest changes"
    place.add("dora")
    changes = explain(place)
    assert {changes[path] for path in (DIRECTORY, PYTHON, INDEX, SITEMAP)} == {"dora joined"}
    assert changes["p/dora/index.html"] == "new"
    place.hide("dora")
    changes = explain(place)
    assert (changes[PYTHON], changes["p/dora/index.html"]) == ("dora left", "no longer PUBLIC")
    place.home_slug = "ada"
    assert explain(place)[DIRECTORY] == "the home page is another one"
    place.site_url = "https://cv.example.net"
    assert set(explain(place).values()) == {"templates, fonts, settings or software changed"}
    place.edit("UPDATE profiles SET open_to_work_until = '2031-06-30' WHERE slug = 'bela'")
    place.build()
    assert explain(place, today=date(2031, 7, 1))["p/bela/index.html"] == "a date has passed"


def test_who_is_open_to_work_stands_in_that_list_until_the_day_is_over(place: Place) -> None:
    place.add("ada", "bela")
    place.edit("UPDATE profiles SET open_to_work_until = '2031-06-30' WHERE slug = 'bela'")
    place.build()
    assert "/p/bela/" in place.read("open-to-work/index.html")
    assert "/p/ada/" not in place.read("open-to-work/index.html")
    place.build(today=date(2031, 6, 30))
    assert "/p/bela/" in place.read("open-to-work/index.html")
    assert explain(place, today=date(2031, 7, 1))["open-to-work/index.html"] == "bela left"
    assert "/p/bela/" not in place.read("open-to-work/index.html")
    assert "0 people" in place.read("open-to-work/index.html")


def test_facets_come_and_go_with_whoever_has_them(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.edit("UPDATE profiles SET city = 'München', country_code = 'DE' WHERE slug IN ('ada', 'bela')")
    place.edit("UPDATE profiles SET city = 'MUNCHEN', country_code = 'DE' WHERE slug = 'cleo'")
    place.build()
    munich, germany = place.read("places/de-munchen/index.html"), place.read("places/de/index.html")
    assert '<h1 dir="auto">München, Germany</h1>' in munich
    assert '<h1 dir="auto">Germany</h1>' in germany
    assert "3 people" in munich
    assert '<a href="/places/de/"><bdi>Germany</bdi></a>' in munich
    assert "https://people.example.org/places/de-munchen/" in place.read(SITEMAP)
    assert "https://people.example.org/languages/en/" in place.read(SITEMAP)
    assert "English" in place.read(ENGLISH)
    lead = f"UPDATE experiences SET position = 'Team Lead', is_current = true, end_date = NULL WHERE profile_id = {OF_BELA}"
    place.edit(lead, "UPDATE profiles SET city = '' WHERE slug IN ('ada', 'bela')")
    changes = explain(place)
    assert changes["seniority/lead/index.html"] == "bela joined"
    assert "seniority/index.html" in changes
    assert '<h1 dir="auto">MUNCHEN, Germany</h1>' in place.read("places/de-munchen/index.html")
    place.hide("cleo")
    assert "places/de-munchen/index.html" in explain(place)
    assert "places/de-munchen/index.html" not in place.files()
    assert "places/de-munchen/" not in place.read(SITEMAP) + place.read(PLACES) + place.read(DIRECTORY)


def test_an_edit_of_a_headline_stays_out_of_facets_and_their_feeds(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'bela'")
    folders = ("technologies/", "places/", "languages/", "seniority/", "open-to-work/")
    assert not [path for path in explain(place) if path.startswith(folders)]
    assert "Keeper" not in place.read(PYTHON_FEED)
    assert "<title>bela" in place.read(PYTHON_FEED).casefold()


def test_a_technology_has_a_feed_of_who_may_be_listed(place: Place) -> None:
    place.add("ada", "bela")
    place.edit("UPDATE profiles SET is_indexable = false WHERE slug = 'bela'")
    place.build()
    assert "/p/ada/" in place.read(PYTHON_FEED)
    assert "/p/bela/" not in place.read(PYTHON_FEED)
    assert f'href="/{PYTHON_FEED}"' in place.read(PYTHON)
    place.hide("ada")
    place.hide("bela")
    assert PYTHON_FEED in explain(place)
    assert PYTHON_FEED not in place.files()


def test_what_isnt_asked_for_isnt_kept(place: Place) -> None:
    place.add("ada")
    assert place.build().changes == []


def test_the_command_names_every_file_and_why(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'bela'")
    told = place.run("build", "--only", "pages", "--explain").out.splitlines()
    assert "p/bela/index.html: edited" in told
    assert "index.html: the line of bela changed" in told
    place.edit("UPDATE profiles SET headline = 'Warden' WHERE slug = 'bela'")
    listed = place.run("build", "--only", "pages", "--json").json["changes"]
    assert {"path": "feed.xml", "reason": "latest changes"} in listed


@pytest.fixture
def town(embedded: Cluster, tmp_path: Path, cache: Path) -> Iterator[Place]:
    """Give a place with 300 people, whose lists have many pages."""
    with crowded(embedded, 300) as database:
        place = Place(database, tmp_path / "build", cache, reaches=Reaches(4, 3, 5))
        place.build()
        yield place


def test_who_joins_a_long_list_changes_the_first_page_their_own_and_at_most_its_neighbours(town: Place) -> None:
    pages = {path for path in town.files() if path.startswith("people/")}
    assert len(pages) > 20
    town.add("mila", full_name="Mila Middle", sort_name="Middle, Mila")
    changes = explain(town)
    touched = {path for path in changes if path.startswith("people/")}
    assert 1 <= len(touched) <= 4
    assert changes[DIRECTORY] == "mila joined"
    assert all(re.fullmatch(r"people/[0-9a-f]{12}/index\.html", path) for path in touched)
    assert len([path for path in changes if path.startswith("sitemaps/")]) <= 4
    assert not [
        path for path in changes if path.startswith("technologies/") and "/python/" not in path and path != INDEX
    ]
    town.hide("mila")
    assert set(explain(town)) >= touched | {DIRECTORY}
    assert {path for path in town.files() if path.startswith("people/")} == pages


def test_every_page_of_a_long_list_is_led_to_and_everybody_stands_on_one(town: Place) -> None:
    seen, address = [], DIRECTORY
    while address:
        page = town.read(address)
        seen += re.findall(r'<h2 dir="auto"><a href="/p/([^/"]+)/"', page)
        following = re.search(r'<a href="/([^"]*)" rel="next"', page)
        address = f"{following[1]}index.html" if following else ""
    public = town.ask("SELECT count(*) FROM profiles WHERE visibility = 'PUBLIC'")
    assert len(seen) == len(set(seen)) == public
    first = town.read(DIRECTORY)
    assert f"{public} people" in first
    letters = re.findall(
        r'<a href="([^"]*)"><bdi>(.)</bdi></a>', first.partition('class="letters"')[2].partition("</nav>")[0]
    )
    assert len(letters) > 30
    for href, _ in letters:
        assert (town.site / href.lstrip("/") / "index.html").is_file()
    index = town.read(SITEMAP)
    parts = re.findall(r"<loc>https://people.example.org/(sitemaps/[^<]+)</loc>", index)
    listed = [loc for part in parts for loc in re.findall(r"<loc>[^<]*/p/([^/<]+)/</loc>", town.read(part))]
    assert sorted(listed) == sorted(seen)
    assert sorted(parts) == sorted(path for path in town.files() if path.startswith("sitemaps/"))


def test_a_sitemap_shrinks_to_one_file_and_grows_again(town: Place) -> None:
    before = town.files()
    town.edit("UPDATE profiles SET is_indexable = false WHERE slug NOT IN ('person-1', 'person-2', 'person-3')")
    town.build()
    assert not [path for path in town.files() if path.startswith("sitemaps/")]
    town.edit("UPDATE profiles SET is_indexable = true")
    town.build()
    assert set(town.files()) == set(before)


def measure(place: Place, act: Callable[[], BuildOutcome]) -> tuple[int, int, int]:
    """Return how much SQLite worked, how many of its rows a build changed, and how many files."""
    steps = rows = 0
    opened, closed = Manifest.__init__, Manifest.close

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def watched_open(self: Manifest, *arguments: Any) -> None:
        opened(self, *arguments)
        self._store._db.set_progress_handler(count, 10)

    def watched_close(self: Manifest) -> None:
        nonlocal rows
        rows += self._store._db.total_changes
        closed(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Manifest, "__init__", watched_open)
        patch.setattr(Manifest, "close", watched_close)
        outcome = act()
    return steps, rows, outcome.files + outcome.shared


def test_an_edit_and_an_idle_build_cost_the_same_among_ten_times_as_many_people(
    embedded: Cluster, tmp_path: Path, cache: Path
) -> None:
    costs = {}
    for people in (200, 2000):
        with crowded(embedded, people) as database:
            place = Place(database, tmp_path / f"build-{people}", cache)
            place.build()
            place.edit("UPDATE profiles SET visibility = 'PUBLIC', location = 'Pier 8' WHERE slug = 'person-7'")
            place.build()
            place.edit("UPDATE profiles SET headline = 'Keeper', location = 'Pier 9' WHERE slug = 'person-7'")
            costs[people] = (measure(place, place.build), measure(place, place.build))
    (edit_steps, edit_rows, edit_files), (idle_steps, idle_rows, idle_files) = costs[2000]
    small_edit, small_idle = costs[200]
    # lists of two hundred people are shorter than a page gets: hence not exactly
    assert edit_steps < 2 * small_edit[0] + 100
    assert edit_rows <= small_edit[1] + 5
    assert 5 < edit_files <= small_edit[2] + 2
    assert (idle_rows, idle_files) == (0, 0)
    assert idle_steps < 2 * small_idle[0] + 20


def test_a_path_is_told_once_as_what_became_of_it(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    with open_build_folder(place.root, create=False) as folder:
        first = folder.manifest.generation
        assert {change.path for change in folder.manifest.list_changes(0)} == set(place.files())
        # what was removed is told as long as a target has to hear of it
        folder.manifest.write_meta("published:somewhere", '{"generation": 0}')
        folder.manifest.commit()
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'bela'")
    place.hide("ada")
    place.build()
    place.build()
    with open_build_folder(place.root, create=False) as folder:
        second = folder.manifest.generation
        changes = {change.path: change.file for change in folder.manifest.list_changes(first)}
        assert list(changes) == sorted(changes)
        assert changes["p/ada/index.html"] is None
        assert changes["p/bela/index.html"] is not None
        assert "404.html" not in changes
        assert [built.slug for built in folder.manifest.list_built(first)] == ["bela"]
        assert list(folder.manifest.list_changes(second)) == []
    assert second == first + 1
    place.hide("ada", "PUBLIC")
    place.build()
    with open_build_folder(place.root, create=False) as folder:
        assert folder.manifest.find_owner_of("ada") is not None
        assert all(change.file for change in folder.manifest.list_changes(0))
        back = {change.path for change in folder.manifest.list_changes(second)}
        assert "p/ada/index.html" in back
        folder.manifest.write_meta("published:somewhere", json.dumps({"generation": folder.manifest.generation}))
        folder.manifest.forget_removed()


def test_an_interrupted_build_gives_its_number_to_no_other(place: Place) -> None:
    place.add("ada")
    place.build()
    with open_build_folder(place.root, create=False) as folder:
        folder.begin()
        begun = folder.manifest.generation
    place.build()
    with open_build_folder(place.root, create=False) as folder:
        assert folder.manifest.generation > begun
