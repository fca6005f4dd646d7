"""However a folder came to be, the same rows make the same bytes."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from careerhub.output.listings import Reaches
from careerhub.pipeline.plan import BOTH, ProfileKind
from careerhub.resources import shipped
from tests.crowded import crowded
from tests.databases import Cluster
from tests.pipeline.sites import PAGES, TODAY, Place

WORDS = ("Lantern", "Harbour", "Tide", "Beacon", "Anchor", "Compass")
TABLES = ("experiences", "projects", "skills", "education", "certifications", "achievements", "languages", "interests")
OF_ONE = "(SELECT id FROM profiles WHERE slug = :slug)"


class Editor:
    """Somebody who changes one thing after the other, at random."""

    def __init__(self, place: Place, seed: int) -> None:
        self._place = place
        self._random = random.Random(seed)
        self._number = 0

    def change(self) -> str:
        """Make one change; return what it was."""
        changes: list[Callable[[], None]] = [
            self.add, self.add, self.headline, self.hide_row, self.show_rows, self.delete_row, self.rename, self.flip, self.flip,
            self.technology, self.skill, self.name, self.remove, self.date, self.anonymise, self.cv,
            self.town, self.post, self.language, self.index, self.translate, self.translate, self.untranslate,
        ]  # fmt: skip
        change = self._random.choice(changes)
        change()
        return change.__name__

    def add(self) -> None:
        self._number += 1
        visibility = self._random.choice(("PUBLIC", "PUBLIC", "PRIVATE", "FRIENDS"))
        self._place.add(f"joiner-{self._number}", visibility=visibility)

    def headline(self) -> None:
        self._on_one("UPDATE profiles SET headline = :word WHERE slug = :slug")

    def hide_row(self) -> None:
        self._on_one(f"UPDATE {self._random.choice(TABLES)} SET is_hidden = true WHERE profile_id = {OF_ONE}")

    def show_rows(self) -> None:
        self._on_one(*(f"UPDATE {table} SET is_hidden = false WHERE profile_id = {OF_ONE}" for table in TABLES))

    def delete_row(self) -> None:
        self._on_one(f"DELETE FROM {self._random.choice(TABLES)} WHERE profile_id = {OF_ONE}")

    def rename(self) -> None:
        self._number += 1
        self._on_one(f"UPDATE profiles SET slug = 'renamed-{self._number}' WHERE slug = :slug")

    def flip(self) -> None:
        to = self._random.choice(("PUBLIC", "PUBLIC", "PRIVATE"))
        self._on_one(f"UPDATE profiles SET visibility = '{to}' WHERE slug = :slug")

    def technology(self) -> None:
        self._number += 1
        self._place.force(
            f"UPDATE technologies SET slug = 'tool-{self._number}' WHERE name = 'Python'",
            f"UPDATE technologies SET name = 'Tool {self._number}' WHERE slug = 'sql'",
        )

    def skill(self) -> None:
        used = "(SELECT id FROM technologies WHERE slug = 'sql')"
        self._on_one(
            f"UPDATE skills s SET technology_id = {used} WHERE profile_id = {OF_ONE}"
            f' AND id = (SELECT min(id COLLATE "C") FROM skills o WHERE o.profile_id = {OF_ONE})'
            f" AND NOT EXISTS (SELECT FROM skills o WHERE o.profile_id = {OF_ONE} AND o.technology_id = {used})"
        )

    def name(self) -> None:
        self._on_one("UPDATE profiles SET full_name = :word, sort_name = :word WHERE slug = :slug")

    def remove(self) -> None:
        self._on_one(f"DELETE FROM users WHERE id = (SELECT user_id FROM profiles WHERE id = {OF_ONE})")

    def date(self) -> None:
        self._on_one("UPDATE profiles SET open_to_work_until = '2031-05-30' WHERE slug = :slug")

    def anonymise(self) -> None:
        shown = self._random.choice(("true", "false"))
        self._on_one(
            "UPDATE projects SET visibility = 'ANONYMOUS', anonymized_company = 'A harbour',"
            f" show_anonymized = {shown} WHERE profile_id = {OF_ONE}"
        )

    def cv(self) -> None:
        self._on_one(f"UPDATE cv_versions SET is_public = NOT is_public WHERE profile_id = {OF_ONE}")

    def town(self) -> None:
        city = self._random.choice(("", "München", "MUNCHEN", "Łódź", "横浜市", "Berlin"))
        country = self._random.choice(("", "DE", "PL"))
        self._on_one(
            f"UPDATE profiles SET city = '{city}', country_code = '{country}', location = :word WHERE slug = :slug"
        )

    def post(self) -> None:
        title = self._random.choice(("Junior Cook", "Sr. Cook", "Head of Soup", "CTO", "Cook"))
        self._on_one(f"UPDATE experiences SET position = '{title}' WHERE profile_id = {OF_ONE}")

    def language(self) -> None:
        tag = self._random.choice(("", "de", "pt-BR", "pt"))
        self._on_one(f"UPDATE languages SET tag = '{tag}' WHERE profile_id = {OF_ONE}")

    def index(self) -> None:
        shown = self._random.choice(("true", "false"))
        self._on_one(f"UPDATE profiles SET is_indexable = {shown} WHERE slug = :slug")

    def translate(self) -> None:
        lang = self._random.choice(("de", "fr", "qq"))
        entity, row, field = self._random.choice(
            (("PROFILE", OF_ONE, "headline"), ("PROJECT", f"(SELECT min(id) FROM projects WHERE profile_id = {OF_ONE})", "name"))
        )  # fmt: skip
        self._on_one(
            "INSERT INTO translations (profile_id, entity_type, entity_id, field, lang, text)"
            f" SELECT {OF_ONE}, '{entity}', {row}, '{field}', '{lang}', :word WHERE {row} IS NOT NULL"
            " ON CONFLICT (profile_id, entity_type, entity_id, field, lang) DO UPDATE SET text = excluded.text"
        )

    def untranslate(self) -> None:
        self._on_one(f"DELETE FROM translations WHERE profile_id = {OF_ONE}")

    def _on_one(self, *statements: str) -> None:
        with self._place.database.connect() as connection:
            slugs = [str(row[0]) for row in connection.execute("SELECT slug FROM profiles ORDER BY slug").fetchall()]
        if slugs:
            self._place.edit(*statements, slug=self._random.choice(slugs), word=self._random.choice(WORDS))


def check_same_as_fresh(
    place: Place, name: str, kinds: frozenset[ProfileKind], trail: list[str], *, today: date = TODAY
) -> None:
    fresh = place.elsewhere(name)
    fresh.build(kinds, today=today)
    assert place.files() == fresh.files(), trail
    assert place.manifest() == fresh.manifest(), trail
    assert place.lines() == fresh.lines(), trail
    place.check_whole()


def test_many_small_builds_make_what_one_makes(place: Place) -> None:
    editor = Editor(place, 1)
    place.add("ada", "bela")
    trail = []
    for step in range(25):
        trail.append(editor.change())
        place.build(PAGES)
        if step % 9 == 8:
            check_same_as_fresh(place, f"fresh-{step}", PAGES, trail)
    check_same_as_fresh(place, "fresh", PAGES, trail)


class Operator:
    """Somebody who builds this way and that, on days that pass, and changes the settings and the templates."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self.today = TODAY
        self._random = random.Random(seed)

    def build(self) -> str:
        """Build in one of the ways there are; return which."""
        ways: list[Callable[[], object]] = [
            self.plainly, self.plainly, self.plainly, self.one_profile, self.tomorrow, self.nobody, self.home, self.template,
        ]  # fmt: skip
        way = self._random.choice(ways)
        way()
        return way.__name__

    def plainly(self) -> None:
        self.place.build(PAGES, today=self.today)

    def one_profile(self) -> None:
        slug = self.place.ask("SELECT slug FROM profiles WHERE visibility = 'PUBLIC' ORDER BY md5(slug) LIMIT 1")
        self.place.build(PAGES, today=self.today, slugs=(slug,))

    def tomorrow(self) -> None:
        self.today += timedelta(days=self._random.choice((1, 9)))
        self.plainly()

    def nobody(self) -> None:
        self.place.build(frozenset(), today=self.today)

    def home(self) -> None:
        slug = self.place.ask("SELECT slug FROM profiles WHERE visibility = 'PUBLIC' ORDER BY md5(slug || 'x') LIMIT 1")
        self.place.home_slug = self._random.choice(("", slug))
        self.plainly()

    def template(self) -> None:
        with (self.place.templates / "pages" / "line.html").open("a") as file:
            file.write("\n")
        self.plainly()


@pytest.mark.parametrize("seed", range(1, 5))
def test_any_walk_of_edits_and_builds_over_many_pages_ends_where_one_build_does(
    embedded: Cluster, tmp_path: Path, cache: Path, seed: int
) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(shipped("site_templates"), templates)
    with crowded(embedded, 220) as database:
        place = Place(database, tmp_path / "build", cache, templates=templates, reaches=Reaches(4, 3, 5))
        editor, operator = Editor(place, seed), Operator(place, seed)
        operator.plainly()
        assert len([path for path in place.files() if path.startswith(("people/", "technologies/"))]) > 40
        trail: list[str] = []
        for step in range(24):
            trail += [editor.change() for _ in range(1 + step % 3)]
            trail.append(operator.build())
            if step in (7, 15):
                operator.plainly()
                check_same_as_fresh(place, f"fresh-{step}", PAGES, trail, today=operator.today)
        operator.plainly()
        check_same_as_fresh(place, "fresh", PAGES, trail, today=operator.today)


def test_many_small_builds_make_what_one_makes_with_cvs_too(place: Place) -> None:
    editor = Editor(place, 3)
    place.add("ada", "bela")
    trail = []
    for step in range(7):
        trail.append(editor.change())
        # some of them leave the PDFs for later
        place.build(PAGES if step % 3 == 1 else BOTH)
    place.build(BOTH)
    check_same_as_fresh(place, "fresh", BOTH, trail)


def test_another_process_on_another_day_in_another_place_makes_the_same_bytes(place: Place, tmp_path: Path) -> None:
    place.add("ada", "bela", "cleo")
    place.build_all()
    other = place.elsewhere("other")
    where = tmp_path / "somewhere"
    where.mkdir()
    ended = other.run(
        "build", "--jobs", "1", "--json", cwd=where, TZ="Pacific/Kiritimati", PYTHONHASHSEED="77", LC_ALL="C"
    )
    assert ended.code == 0, ended.error
    assert ended.json["people"] == 3
    assert other.files() == place.files()
    again = other.run("build", "--json", TZ="Pacific/Pago_Pago", PYTHONHASHSEED="3")
    assert (again.json["rendered"], again.json["shared_changed"]) == (0, 0)
    # this process and that one are of one mind about what is stale, too
    assert other.build_all().changed_nothing
