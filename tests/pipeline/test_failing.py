"""What can't be rendered is named, keeps its last good pages unless it took something away, and stops nobody else."""

from __future__ import annotations

import os
import signal
import time
from datetime import date

import pytest

from careerhub.pipeline.plan import BOTH
from tests.pipeline.sites import CVS, PAGES, UNDRAWABLE, Ended, Place, heal_rows, list_children, spoil_rows

OF_BELA = "(SELECT id FROM profiles WHERE slug = 'bela')"


def say_undrawable(place: Place) -> None:
    place.edit(f"UPDATE experiences SET description = 'Odd {UNDRAWABLE}' WHERE profile_id = {OF_BELA}")


def test_rows_that_cant_be_read_keep_the_last_good_pages_and_stop_nobody(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build()
    before = place.files()
    place.edit("UPDATE profiles SET headline = 'New'")
    spoil_rows(place, "bela")
    outcome = place.build()
    assert list(outcome.failed) == ["bela"]
    assert "can't be read" in outcome.failed["bela"]
    assert outcome.rendered == 2
    after = place.files()
    assert {path for path in after if path.startswith("p/bela") and after[path] == before[path]} == {
        path for path in before if path.startswith("p/bela")
    }
    assert "New" in place.read("p/ada/index.html")
    assert "New" in place.read("p/cleo/index.html")
    place.check_whole()


def test_what_failed_isnt_tried_again_until_something_changes(place: Place) -> None:
    place.add("ada", "bela")
    spoil_rows(place, "bela")
    assert list(place.build().failed) == ["bela"]
    again = place.build()
    assert (again.failed, list(again.failed_before)) == ({}, ["bela"])
    assert again.changed_nothing
    assert place.build(slugs=("bela",)).failed == {}
    assert list(place.build(everything=True).failed) == ["bela"]
    place.edit("UPDATE profiles SET headline = 'Edited' WHERE slug = 'bela'")
    assert list(place.build().failed) == ["bela"]
    heal_rows(place, "bela")
    healed = place.build()
    assert (healed.failed, healed.failed_before, healed.rendered) == ({}, {}, 1)
    assert "Edited" in place.read("p/bela/index.html")


def test_pages_that_fail_after_something_was_taken_away_are_withdrawn_until_they_render(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.edit(f"DELETE FROM interests WHERE profile_id = {OF_BELA}")
    spoil_rows(place, "bela")
    assert list(place.build_all().failed) == ["bela"]
    assert not (place.site / "p/bela").exists()
    assert "Bela" not in place.read("index.html")
    assert "bela" not in place.read("sitemap.xml")
    place.check_whole()
    heal_rows(place, "bela")
    place.build_all()
    assert "/p/bela/cv.pdf" in place.read("p/bela/index.html")
    assert "Bela" in place.read("index.html")


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("projects_slug_check", "UPDATE projects SET slug = '../up' WHERE profile_id = (SELECT id FROM profiles WHERE slug = 'bela')"),
        ("profiles_slug_check", "UPDATE profiles SET slug = 'be/la' WHERE slug = 'bela'"),
    ],
)  # fmt: skip
def test_an_address_that_cant_be_stops_one_profile_and_writes_nothing_outside(
    place: Place, constraint: str, change: str
) -> None:
    place.add("ada", "bela")
    table = constraint.partition("_")[0]
    place.force(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}", change)
    outcome = place.build()
    assert len(outcome.failed) == 1
    assert "can't be part of an address" in str(outcome.failed)
    assert [path for path in place.files() if path.startswith("p/")] == [
        p for p in place.files() if p.startswith("p/ada/")
    ]
    place.check_whole()


def test_a_cv_that_fails_stays_as_it_was_and_its_page_is_new(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    before = place.files()
    say_undrawable(place)
    outcome = place.build_all()
    assert list(outcome.failed) == ["bela"]
    assert "U+E000" in outcome.failed["bela"]
    after = place.files()
    assert after["p/bela/cv.pdf"] == before["p/bela/cv.pdf"]
    assert UNDRAWABLE in place.read("p/bela/index.html")
    assert "/p/bela/cv.pdf" in place.read("p/bela/index.html")
    again = place.build_all()
    assert (again.failed, list(again.failed_before)) == ({}, ["bela"])
    place.check_whole()


def test_a_cv_that_never_was_isnt_linked(place: Place) -> None:
    place.add("ada", "bela")
    say_undrawable(place)
    assert list(place.build_all().failed) == ["bela"]
    assert "cv.pdf" not in place.read("p/bela/index.html")
    assert "/p/ada/cv.pdf" in place.read("p/ada/index.html")
    place.check_whole()


def test_a_cv_that_fails_after_something_was_taken_away_goes_and_so_does_its_link(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.edit(f"DELETE FROM interests WHERE profile_id = {OF_BELA}")
    say_undrawable(place)
    place.build_all()
    assert not list(place.site.glob("p/bela/**/*.pdf"))
    assert "cv.pdf" not in place.read("p/bela/index.html")
    place.check_whole()


def test_only_the_version_that_fails_is_affected(place: Place) -> None:
    place.add("bela")
    place.edit(
        """UPDATE cv_versions SET sections_config = '{"custom_summary": "Odd \ue000"}'""",
    )
    outcome = place.build_all()
    assert list(outcome.failed) == ["bela"]
    assert "short.pdf" in outcome.failed["bela"]
    page = place.read("p/bela/index.html")
    assert "/p/bela/cv.pdf" in page
    assert "short.pdf" not in page
    place.check_whole()


def test_a_failed_cv_doesnt_keep_the_page_from_following_the_home_page(place: Place) -> None:
    place.add("bela")
    say_undrawable(place)
    place.build_all()
    assert 'rel="canonical" href="https://people.example.org/"' in place.read("p/bela/index.html")
    place.add("ada")
    outcome = place.build_all()
    assert (outcome.failed, list(outcome.failed_before)) == ({}, [])
    assert 'rel="canonical" href="https://people.example.org/p/bela/"' in place.read("p/bela/index.html")
    assert list(place.build_all().failed_before) == ["bela"]


def test_pages_alone_neither_repeat_nor_forget_the_failure_of_a_cv(place: Place) -> None:
    place.add("ada", "bela")
    say_undrawable(place)
    place.build_all()
    assert place.build(PAGES).changed_nothing
    assert place.build(CVS).failed == {}
    assert list(place.build(BOTH).failed_before) == ["bela"]


def test_a_profile_that_failed_once_and_then_rendered_follows_the_date(place: Place) -> None:
    place.add("ada", "bela")
    place.edit(f"UPDATE profiles SET open_to_work_until = '2031-05-20' WHERE id = {OF_BELA}")
    spoil_rows(place, "bela")
    place.build()
    # what was wrong was the machine, not the rows: nothing of the profile changes, and everything is asked for
    place.force("ALTER TABLE certifications DISABLE TRIGGER ALL")
    heal_rows(place, "bela")
    place.force("ALTER TABLE certifications ENABLE TRIGGER ALL")
    assert place.build(everything=True).failed == {}
    outcome = place.build(today=date(2031, 5, 21))
    assert outcome.reasons == {"a date has passed": 1}


def test_the_command_names_what_failed_and_ends_with_3_once(place: Place) -> None:
    place.add("ada", "bela")
    spoil_rows(place, "bela")
    first = place.run("build", "--only", "pages", "--json")
    assert first.code == 3
    assert list(first.json["failed"]) == ["bela"]
    assert first.json["people"] == 1
    second = place.run("build", "--only", "pages")
    assert second.code == 0
    assert "failed before, not tried again: bela" in second.error
    third = place.run("build", "--only", "pages", "--all")
    assert third.code == 3
    assert third.error.startswith("failed: bela: ")


def test_a_renderer_that_is_killed_gets_three_tries_and_keeps_the_last_good_pages(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    before = place.read("p/bela/index.html")
    place.edit("UPDATE profiles SET headline = 'Edited' WHERE slug = 'bela'")
    for _ in range(3):
        ended = build_and_kill_the_renderer(place)
        assert ended.code == 3, ended.error
        assert ended.json["failed"] == {"bela": "killed: its process ended with signal SIGKILL"}
        assert place.read("p/bela/index.html") == before
        place.check_whole()
    fourth = place.run("build", "--only", "pages", "--json")
    assert (fourth.code, list(fourth.json["failed_before"])) == (0, ["bela"])
    place.edit("UPDATE profiles SET headline = 'Again' WHERE slug = 'bela'")
    assert place.run("build", "--only", "pages").code == 0
    assert "Again" in place.read("p/bela/index.html")


def build_and_kill_the_renderer(place: Place) -> Ended:
    process = place.start("build", "--only", "pages", "--json")
    end = time.monotonic() + 30
    while not (children := list_children(process.pid)) and process.poll() is None and time.monotonic() < end:
        time.sleep(0.001)
    os.kill(children[0], signal.SIGKILL)
    out, error = process.communicate(timeout=30)
    return Ended(code=process.returncode, out=out, error=error)
