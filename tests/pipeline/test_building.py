"""A build makes every address of who is PUBLIC, nothing of anybody else, and only what changed."""

from __future__ import annotations

from datetime import date

import pytest

from careerhub.errors import NotFound
from tests.pipeline.sites import CVS, SITE_URL, Place, each_page, spoil_rows

PERSON = ("index.html", "resume.json", "contact.vcf", "projects/beacon/index.html")


def canonical(place: Place, path: str) -> str:
    return place.read(path).partition('<link rel="canonical" href="')[2].partition('"')[0]


def test_the_first_build_makes_every_address_of_public_people_and_nothing_of_others(place: Place) -> None:
    place.add("ada", "bela")
    place.add("quiet", visibility="PRIVATE", full_name="Quiet Quokka")
    place.add("shy", visibility="FRIENDS", full_name="Shy Shrike")
    outcome = place.build_all()
    assert (outcome.people, outcome.rendered, outcome.failed) == (2, 2, {})
    files = set(place.files())
    for slug in ("ada", "bela"):
        wanted = {f"p/{slug}/{name}" for name in (*PERSON, "cv.pdf", "cv/short.pdf")}
        assert {path for path in files if path.startswith(f"p/{slug}/")} == wanted
    shared = {"index.html", "404.html", "robots.txt", "sitemap.xml", "feed.xml", "technologies/index.html"}
    assert shared | {"technologies/python/index.html"} <= files
    assert any(path.startswith("assets/") and path.endswith(".css") for path in files)
    said = b"".join((place.site / path).read_bytes().lower() for path in files)
    assert b"quiet" not in said
    assert b"shrike" not in said
    place.check_whole()


def test_every_address_within_the_site_is_there(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    found = 0
    for path, page in each_page(place):
        for part in page.split('href="/')[1:]:
            address = part.partition('"')[0].partition("#")[0].partition("?")[0]
            target = place.site / address
            assert target.is_file() or (target / "index.html").is_file(), f"{path} leads to /{address}"
            found += 1
    assert found > 20


def test_one_person_is_the_home_page_until_there_are_two(place: Place) -> None:
    place.add("ada")
    place.build()
    assert place.read("index.html") == place.read("p/ada/index.html")
    assert canonical(place, "p/ada/index.html") == f"{SITE_URL}/"
    assert f"<loc>{SITE_URL}/</loc>" in place.read("sitemap.xml")
    place.add("bela")
    outcome = place.build()
    assert outcome.reasons == {"new": 1, "the home page is another one": 1}
    assert canonical(place, "p/ada/index.html") == f"{SITE_URL}/p/ada/"
    assert "Ada" in place.read("index.html")
    assert "Bela" in place.read("index.html")
    place.hide("bela")
    place.build()
    assert place.read("index.html") == place.read("p/ada/index.html")


def test_the_person_named_as_home_is_it_while_public_else_the_directory_is(place: Place) -> None:
    place.add("ada", "bela")
    place.home_slug = "bela"
    place.build()
    assert place.read("index.html") == place.read("p/bela/index.html")
    assert canonical(place, "p/ada/index.html") == f"{SITE_URL}/p/ada/"
    place.hide("bela")
    outcome = place.build()
    assert outcome.dropped == 1
    assert "Bela" not in place.read("index.html")
    assert place.read("index.html") != place.read("p/ada/index.html")
    place.check_whole()


def test_the_last_person_leaving_leaves_an_empty_directory(place: Place) -> None:
    place.add("ada")
    place.build()
    place.hide("ada")
    assert place.build().dropped == 1
    assert "Ada" not in place.read("index.html")
    assert not (place.site / "p").exists()
    place.check_whole()


def test_a_second_build_touches_no_file(place: Place) -> None:
    place.add("ada", "bela")
    assert not place.build().changed_nothing
    before = place.times()
    again = place.build()
    assert again.changed_nothing
    assert again.people == 2
    assert place.times() == before
    place.check_whole()


def test_an_edit_rebuilds_that_profile_and_the_lists_that_show_it(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build()
    before = place.times()
    place.edit("UPDATE profiles SET headline = 'Lighthouse keeper' WHERE slug = 'bela'")
    outcome = place.build()
    assert (outcome.rendered, outcome.reasons) == (1, {"edited": 1})
    touched = {path for path, when in place.times().items() if before.get(path) != when and path[:2] != "s/"}
    # lists by technology show no headline, and her project's page and contact card don't either
    assert touched == {"p/bela/index.html", "p/bela/resume.json", "p/bela/contact.vcf", "index.html", "feed.xml"}


def test_edits_of_hidden_rows_rebuild_nothing(place: Place) -> None:
    place.add("ada", "bela")
    place.edit("UPDATE experiences SET is_hidden = true", "UPDATE projects SET is_hidden = true")
    place.build()
    before = place.times()
    place.edit("UPDATE experiences SET position = 'Other'", "UPDATE projects SET name = 'Other'")
    assert place.build().changed_nothing
    assert place.times() == before


def test_a_renamed_technology_is_renamed_everywhere(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    place.force("UPDATE technologies SET name = 'Adder', slug = 'adder' WHERE name = 'Python'")
    assert place.build().rendered == 2
    assert not [path for path, page in each_page(place) if "technologies/python" in page]
    assert "Adder" in place.read("p/ada/projects/beacon/index.html")
    assert not (place.site / "technologies/python").exists()
    assert "Ada" in place.read("technologies/adder/index.html")
    place.check_whole()


def test_a_renamed_person_leaves_nothing_but_the_way_on_at_the_old_address(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.edit("UPDATE profiles SET slug = 'ada-two' WHERE slug = 'ada'")
    place.build()  # pages only: the PDFs of the old address go all the same
    assert [path for path in place.files() if path.startswith("p/ada/")] == ["p/ada/index.html"]
    assert 'content="0; url=/p/ada-two/"' in place.read("p/ada/index.html")
    assert "cv.pdf" not in place.read("p/ada-two/index.html")
    place.check_whole()
    place.build_all()
    assert "/p/ada-two/cv.pdf" in place.read("p/ada-two/index.html")
    place.check_whole()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE certifications SET expiry_date = '2031-06-01', expiry_precision = 'M' WHERE profile_id = :id",
        "UPDATE profiles SET open_to_work_until = '2031-06-30' WHERE id = :id",
    ],
)
def test_a_date_that_passes_makes_exactly_that_profile_stale(place: Place, change: str) -> None:
    place.add("ada", "bela")
    bela = place.ask("SELECT id FROM profiles WHERE slug = 'bela'")
    place.edit(change, id=bela)
    place.build()
    before = place.files()
    assert place.build(today=date(2031, 6, 30)).changed_nothing
    outcome = place.build(today=date(2031, 7, 1))
    assert outcome.reasons == {"a date has passed": 1}
    changed = {path for path, digest in place.files().items() if before[path] != digest}
    assert "p/bela/index.html" in changed
    assert not [path for path in changed if path.startswith("p/ada")]
    assert place.build(today=date(2032, 1, 1)).changed_nothing


def test_a_date_that_passes_reaches_the_cv_also_after_a_build_of_pages(place: Place) -> None:
    place.add("ada")
    place.edit("UPDATE certifications SET expiry_date = '2031-06-01', expiry_precision = 'M'")
    place.build_all()
    place.build(today=date(2031, 7, 1))
    outcome = place.build_all(today=date(2031, 7, 1))
    assert outcome.rendered == 1
    fresh = place.elsewhere("fresh")
    fresh.build_all(today=date(2031, 7, 1))
    assert place.files() == fresh.files()


def test_the_home_page_moving_reaches_the_cv_also_after_a_build_of_pages(place: Place) -> None:
    place.add("ada")
    place.build_all()
    place.add("bela")
    place.build()
    place.build_all()
    fresh = place.elsewhere("fresh")
    fresh.build_all()
    assert place.files() == fresh.files()


def test_pages_alone_link_the_cvs_there_are_unless_something_was_taken_away(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'ada'")
    place.build()
    assert "/p/ada/cv.pdf" in place.read("p/ada/index.html")
    assert (place.site / "p/ada/cv.pdf").is_file()
    place.edit("UPDATE interests SET is_hidden = true WHERE profile_id = (SELECT id FROM profiles WHERE slug = 'ada')")
    place.build()
    assert "cv.pdf" not in place.read("p/ada/index.html")
    assert not list(place.site.glob("p/ada/**/*.pdf"))
    assert (place.site / "p/bela/cv.pdf").is_file()
    place.build(CVS)  # PDFs alone: the page that didn't link them has to
    assert "/p/ada/cv.pdf" in place.read("p/ada/index.html")
    place.check_whole()


def test_a_build_of_one_profile_leaves_the_others_but_drops_who_hid(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build()
    place.edit("UPDATE profiles SET headline = 'New'")
    place.hide("cleo")
    outcome = place.build(slugs=("ada",))
    assert (outcome.rendered, outcome.dropped) == (1, 1)
    assert "New" not in place.read("p/bela/index.html")
    assert "Cleo" not in place.read("index.html")
    with pytest.raises(NotFound, match="cleo"):
        place.build(slugs=("cleo",))
    place.check_whole()


def test_another_address_of_the_site_renders_everything_again(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    place.site_url = "https://cv.example.net/people"
    assert place.build().reasons == {"templates, fonts, settings or software changed": 2}
    assert not [path for path, page in each_page(place) if SITE_URL in page]


def test_building_everything_repairs_what_somebody_damaged(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    before = place.files()
    (place.site / "p/ada/index.html").write_text("damaged")
    (place.site / "index.html").unlink()
    (place.site / "stray.html").write_text("not ours")
    assert place.build(everything=True).rendered == 2
    assert place.files() == before
    place.check_whole()


def test_a_slug_that_passes_on_takes_nothing_of_its_old_owner_along(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    place.force("DELETE FROM slug_history")
    place.edit("UPDATE profiles SET slug = 'old-ada' WHERE slug = 'ada'")
    place.force("DELETE FROM slug_history")
    # the old owner's rows can't be read any more: her last good pages stood at the address that is now somebody else's
    spoil_rows(place, "old-ada")
    place.edit(
        "UPDATE profiles SET slug = 'ada', full_name = 'Bela' WHERE slug = 'bela'",
        "DELETE FROM projects WHERE profile_id = (SELECT id FROM profiles WHERE slug = 'ada')",
    )
    outcome = place.build()
    assert set(outcome.failed) == {"old-ada"}
    own = {f"p/ada/{name}" for name in ("index.html", "resume.json", "contact.vcf")}
    assert {path for path in place.files() if path.startswith("p/")} == own | {"p/bela/index.html"}
    assert "Ada" not in place.read("p/bela/index.html")
    place.check_whole()
