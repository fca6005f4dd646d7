"""Pages in several languages: an edit reaches just those that show it, and what is taken away is gone everywhere."""

from __future__ import annotations

import pytest

from careerhub.pipeline.plan import BOTH
from tests.pipeline.sites import Place

OF_ADA = "(SELECT id FROM profiles WHERE slug = 'ada')"
PROJECT = f"(SELECT id FROM projects WHERE profile_id = {OF_ADA})"
GERMAN = "p/ada/in/de/index.html"
OF_BEACON = "p/ada/in/de/projects/beacon/index.html"


def translate(place: Place, entity: str, row: str, field: str, said: str, lang: str = "de") -> None:
    place.edit(
        "INSERT INTO translations (profile_id, entity_type, entity_id, field, lang, text)"
        f" VALUES ({OF_ADA}, '{entity}', {row}, '{field}', '{lang}', :said)",
        said=said,
    )


@pytest.fixture
def german(place: Place) -> Place:
    """Give a place whose Ada is read in German too."""
    place.add("ada", "bela", headline="Lamp keeper")
    place.build()
    translate(place, "PROFILE", OF_ADA, "headline", "Lampenwärterin")
    translate(place, "PROJECT", PROJECT, "name", "Leuchtfeuer")
    return place


def test_a_text_in_a_language_writes_that_persons_pages_and_no_others(german: Place) -> None:
    before = german.times()
    german.build()
    after = german.times()
    changed = {path for path in after if after[path] != before.get(path)}
    assert {GERMAN, OF_BEACON, "p/ada/index.html", "p/ada/projects/beacon/index.html", "sitemap.xml"} <= changed
    assert not [path for path in changed if path.startswith(("p/bela/", "technologies/", "places/"))]
    assert "Lampenwärterin" in german.read(GERMAN)
    assert "Leuchtfeuer" in german.read(OF_BEACON)
    assert german.read("sitemap.xml").count('hreflang="de"') == 4
    german.check_whole()


def test_a_text_that_is_taken_away_takes_its_pages_along(german: Place) -> None:
    german.build()
    german.publish()
    assert GERMAN in german.read_published()
    german.edit("DELETE FROM translations WHERE entity_type = 'PROJECT'")
    german.build()
    assert OF_BEACON not in german.files()
    assert GERMAN in german.files()
    german.edit("DELETE FROM translations")
    german.build()
    german.publish()
    left = german.read_published()
    assert not [path for path in left if "/in/" in path]
    assert not [path for path, data in left.items() if "Lampenwärterin".encode() in data or b"hreflang" in data]


@pytest.mark.parametrize(
    "change",
    ["is_hidden = true", "visibility = 'ANONYMOUS', anonymized_company = 'A harbour', show_anonymized = true"],
)
def test_a_project_that_hides_hides_in_every_language(german: Place, change: str) -> None:
    german.build()
    german.publish()
    german.edit(f"UPDATE projects SET {change} WHERE profile_id = {OF_ADA}")
    german.build()
    german.publish()
    left = german.read_published()
    assert OF_BEACON not in left
    assert GERMAN in left
    assert not [path for path, data in left.items() if b"Leuchtfeuer" in data]


def test_who_hides_is_gone_in_every_language(german: Place) -> None:
    german.build()
    german.publish()
    german.hide("ada")
    german.build()
    german.publish()
    assert not [path for path in german.read_published() if path.startswith("p/ada/")]
    assert "in/de" not in german.read_published()["sitemap.xml"].decode()


def test_who_isnt_to_be_found_is_in_no_sitemap_in_any_language(german: Place) -> None:
    german.edit("UPDATE profiles SET is_indexable = false WHERE slug = 'ada'")
    german.build()
    assert "p/ada" not in german.read("sitemap.xml")
    assert 'name="robots" content="noindex' in german.read(GERMAN)


def test_a_new_address_moves_every_language(german: Place) -> None:
    german.build()
    german.edit("UPDATE profiles SET slug = 'augusta' WHERE slug = 'ada'")
    german.build()
    assert "p/augusta/in/de/index.html" in german.files()
    assert GERMAN not in german.files()


def test_a_cv_in_a_language_says_what_is_there(german: Place) -> None:
    german.edit(f"UPDATE cv_versions SET lang = 'de' WHERE profile_id = {OF_ADA}")
    german.build(BOTH)
    from pypdf import PdfReader

    text = "".join(page.extract_text() for page in PdfReader(german.site / "p/ada/cv/short.pdf").pages)
    assert "Leuchtfeuer" in text
    assert "Lampenwärterin" in text
    assert "Leuchtfeuer" not in "".join(page.extract_text() for page in PdfReader(german.site / "p/ada/cv.pdf").pages)
    assert '/p/ada/cv/short.pdf" type="application/pdf"><svg' in german.read(GERMAN).replace("\n", "")
