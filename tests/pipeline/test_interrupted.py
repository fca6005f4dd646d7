"""Whatever stops a build, publish refuses what it left, and the next build makes what a fresh one makes."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from careerhub.errors import CareerHubError, StorageFull, WrongUse
from careerhub.output.folder import open_build_folder
from careerhub.pipeline.plan import BOTH
from tests.pipeline.sites import PAGES, Place, kill_after, list_children, wait_for_end

PEOPLE = [f"person-{number}" for number in range(12)]


def mount(where: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(where)], check=True, capture_output=True)


@pytest.fixture
def small_disk(place: Place) -> Iterator[Place]:
    """Give a place whose build folder lies on a disk of 2 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    where = place.root.with_name("disk")
    where.mkdir()
    try:
        mount(where, "size=2m")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this system mounts no small disk: {error.stderr.decode().strip()}")
    try:
        small = place.elsewhere("disk/build")
        small.target = place.target
        yield small
    finally:
        subprocess.run(["umount", "-l", str(where)], check=True)


def test_a_killed_build_refuses_to_be_published_and_the_next_one_converges(place: Place) -> None:
    place.add(*PEOPLE)
    place.add("leaver")
    place.build()
    fresh = place.elsewhere("fresh")
    moments = random.Random(11)
    was_unfinished = 0
    for number in range(6):
        place.hide("leaver", "PRIVATE" if number % 2 else "PUBLIC")
        place.edit("UPDATE profiles SET headline = :word", word=f"Headline {number}")
        process = place.start("build", "--only", "pages", "--json")
        wait_for_marker(place, process)
        children = kill_after(process, moments.uniform(0, 0.35))
        assert wait_for_end(children) == []
        if (place.root / "unfinished").exists():
            was_unfinished += 1
            with pytest.raises(WrongUse, match="unfinished: run `careerhub build` again"):
                place.publish()
            assert not (place.root.parent / "www").exists()
    assert was_unfinished >= 3
    place.hide("leaver")
    place.build()
    fresh.build()
    assert place.files() == fresh.files()
    assert place.manifest() == fresh.manifest()
    assert not [path for path in place.files() if "leaver" in path]
    place.check_whole()


def wait_for_marker(place: Place, process: subprocess.Popen[str]) -> None:
    """Wait until the build changes things, or has ended."""
    end = time.monotonic() + 20
    while process.poll() is None and not (place.root / "incoming").exists() and time.monotonic() < end:
        time.sleep(0.002)


def test_a_build_with_cvs_that_is_killed_converges_too_and_says_2_to_publish(place: Place) -> None:
    place.add(*PEOPLE[:6])
    process = place.start("build", "--jobs", "2")
    end = time.monotonic() + 30
    while len(list_children(process.pid)) < 2 and time.monotonic() < end:
        time.sleep(0.005)
    children = kill_after(process, 0.2)
    assert len(children) == 2
    assert wait_for_end(children) == []
    refused = place.run("publish")
    assert refused.code == 2
    assert refused.error.count("\n") == 1
    assert "is unfinished: run `careerhub build` again" in refused.error
    place.build_all()
    fresh = place.elsewhere("fresh")
    fresh.build_all()
    assert place.files() == fresh.files()
    place.check_whole()


def test_files_nobody_vouches_for_go_and_spoilt_ones_come_back_whatever_is_asked_for(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build_all()
    before = place.files()
    with open_build_folder(place.root, create=False) as folder:
        folder.begin()
    (place.site / "p/zoe").mkdir()
    (place.site / "p/zoe/index.html").write_text("of somebody who was never settled")
    (place.site / "p/link").symlink_to("/etc")
    (place.site / "p/ada/index.html").write_text("half")
    (place.site / "p/bela/cv.pdf").unlink()
    (place.site / "sitemap.xml").unlink()
    outcome = place.build(PAGES, slugs=("cleo",))
    assert outcome.mended == 2
    assert "cv.pdf" not in place.read("p/bela/index.html")
    assert place.files()["p/ada/index.html"] == before["p/ada/index.html"]
    place.check_whole()
    place.build(BOTH)
    assert place.files() == before


def test_publishing_a_folder_somebody_changed_makes_the_next_build_look_at_it(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    before = place.files()
    page = place.site / "p/ada/index.html"
    page.write_bytes(page.read_bytes()[:-1] + b"!")
    assert place.run("publish").code == 5
    assert place.run("publish").code == 2
    place.build()
    assert place.files() == before
    place.publish()


def test_a_full_disk_leaves_what_was_there_and_the_next_build_converges(small_disk: Place) -> None:
    small_disk.add("ada", "bela")
    small_disk.build()
    before = small_disk.files()
    ballast = small_disk.root.parent / "ballast"
    fill(ballast, leave=120_000)
    small_disk.add(*PEOPLE)
    ended = small_disk.run("build", "--only", "pages")
    assert ended.code == 1, ended.error
    assert ended.error.count("\n") == 1
    assert "No space left" in ended.error
    assert not [path for path, digest in small_disk.files().items() if path.startswith("p/") and not digest]
    assert small_disk.files()["p/bela/index.html"] == before["p/bela/index.html"]
    ballast.unlink()
    small_disk.build()
    fresh = small_disk.elsewhere("../fresh")
    fresh.build()
    assert small_disk.files() == fresh.files()
    small_disk.check_whole()


def fill(ballast: Path, *, leave: int) -> None:
    """Use up a disk but for so many bytes."""
    stat = os.statvfs(ballast.parent)
    with ballast.open("wb") as file:
        file.write(b"x" * (stat.f_bavail * stat.f_frsize - leave))


def test_a_disk_full_to_the_last_byte_is_told_in_one_line(small_disk: Place) -> None:
    small_disk.add("ada")
    fill(small_disk.root.parent / "ballast", leave=0)
    with pytest.raises(StorageFull):
        small_disk.build()
    (small_disk.root.parent / "ballast").unlink()
    small_disk.build()
    fill(small_disk.root.parent / "ballast", leave=0)
    small_disk.edit("UPDATE profiles SET headline = 'New'")
    with pytest.raises(StorageFull):
        small_disk.build()


def test_a_read_only_folder_is_told_in_one_line(small_disk: Place) -> None:
    small_disk.add("ada")
    small_disk.build()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk.root.parent)], check=True)
    ended = small_disk.run("build", "--only", "pages", "--all")
    assert ended.code == 1
    assert ended.error.count("\n") == 1
    assert "can't be written (Read-only file system)" in ended.error


@pytest.mark.parametrize("strange", ["notes.txt", "site/index.html", "src/main.py"])
def test_a_folder_with_other_things_in_it_is_refused(place: Place, strange: str) -> None:
    place.add("ada")
    path = place.root / strange
    path.parent.mkdir(parents=True)
    path.write_text("somebody's own")
    with pytest.raises(WrongUse, match="no manifest of CareerHub's"):
        place.build()
    assert path.read_text() == "somebody's own"
    assert not (place.root / "manifest.sqlite").exists()


def test_links_are_refused(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place.root.mkdir()
    (place.root / "site").symlink_to(elsewhere)
    with pytest.raises(WrongUse, match="is a link or holds one"):
        place.build()
    linked = place.elsewhere("linked")
    linked.root.symlink_to(elsewhere)
    with pytest.raises(WrongUse, match="is a link or holds one"):
        linked.build()
    assert not list(elsewhere.iterdir())


def test_of_two_builds_at_once_the_second_says_so(place: Place) -> None:
    place.add("ada")
    with open_build_folder(place.root, create=True):
        ended = place.run("build")
        with pytest.raises(CareerHubError, match="Another build or publish is using"):
            place.publish()
    assert (ended.code, ended.error.count("\n")) == (1, 1)
    assert "Another build or publish is using" in ended.error


def test_publishing_where_nothing_was_built_says_so(place: Place) -> None:
    ended = place.run("publish")
    assert (ended.code, ended.error.count("\n")) == (2, 1)
    assert "run `careerhub build` first" in ended.error
    assert not place.root.exists()


def test_a_manifest_that_is_damaged_or_of_another_format_is_refused(place: Place) -> None:
    place.root.mkdir()
    (place.root / "manifest.sqlite").write_bytes(b"no database " * 100)
    with pytest.raises(CareerHubError, match="remove the build folder"):
        place.build()
