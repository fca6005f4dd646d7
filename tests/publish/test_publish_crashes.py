"""A publisher killed before or after every call it makes to its target, and what visitors see then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from careerhub.publish.manifest import ROOT, list_paths
from careerhub.publish.tree import open_tree
from tests.publish.crashing import Crash, crash_at, watch
from tests.publish.sites import (
    LATER,
    NOBODY,
    Target,
    make_folder_target,
    make_people,
    publish,
    read_objects,
    write_site,
)

LINK = re.compile(rb'href="/([^"]+)"')
PEOPLE = {"ann": "Ann of one", "bob": "Bob SECRET", "cy": "Cy", "eve": "Eve of one"}
PROJECT = {"p/ann/projects/wine/index.html": 'Wine SECRET <a href="/p/ann/index.html">Ann</a>'}


@dataclass(frozen=True)
class Change:
    """A site before and after; `hidden` are owners the database calls no longer PUBLIC."""

    before: dict[str, str]
    after: dict[str, str]
    hidden: frozenset[str] = NOBODY

    @property
    def orphans(self) -> dict[str, str]:
        """Return the old assets that stay for a day."""
        return {key: text for key, text in self.before.items() if key.startswith("assets/") and key not in self.after}


def without(slug: str) -> dict[str, str]:
    return {name: text for name, text in PEOPLE.items() if name != slug}


BEFORE = make_people(PEOPLE, "css one")
CHANGES = {
    "edit": Change(BEFORE, make_people(PEOPLE | {"ann": "Ann of two"}, "css one")),
    "add": Change(BEFORE, make_people(PEOPLE | {"dan": "Dan is new"}, "css one")),
    "remove": Change(BEFORE, make_people(without("bob"), "css one")),
    "hide": Change(BEFORE, make_people(without("bob"), "css one"), frozenset({"id-bob"})),
    "rename": Change(BEFORE, make_people({**without("bob"), "rob": "Bob SECRET"}, "css one")),
    "anonymise": Change(BEFORE | PROJECT, make_people(PEOPLE | {"ann": "Ann and a client"}, "css one")),
    "theme": Change(BEFORE, make_people(PEOPLE, "css two")),
    "all": Change(
        BEFORE,
        make_people({"ann": "Ann of two", "cy": "Cy", "dan": "Dan is new", "eve": "Eve of two"}, "css two"),
        frozenset({"id-bob"}),
    ),
}  # fmt: skip


def as_bytes(files: dict[str, str]) -> dict[str, bytes]:
    return {key: text.encode() for key, text in files.items()}


def check_visitors(change: Change, seen: dict[str, bytes]) -> None:
    """Nothing is half there, no link is dead, and while something withdrawn is there no other page has changed."""
    before, after = as_bytes(change.before), as_bytes(change.after)
    for key, data in seen.items():
        assert data in (before.get(key), after.get(key)), key
    # new pages that nothing leads to yet are no visitor's business
    for key in before.keys() & seen.keys():
        assert not [link for link in LINK.findall(seen[key]) if link.decode() not in seen], key
    gone = {key for key in before if key not in after and not key.startswith("assets/")}
    if gone & seen.keys():
        losers = {key.split("/")[1] for key in gone if key.startswith("p/")}
        changed = {key for key in before.keys() & seen.keys() if key.startswith("p/") and seen[key] != before[key]}
        assert {key.split("/")[1] for key in changed} <= losers


def check_state(target: Target) -> None:
    """The manifest says exactly what is there, and nothing of earlier ones is left."""
    bucket = target.open()
    objects = read_objects(bucket)
    assert {key: known.mark for key, known in objects.items()} == {
        found.key: found.mark for found in bucket.list_objects()
    }
    root = open_tree(bucket).root
    assert (root.touching, root.token) == ((), "")
    assert sorted(bucket.list_state()) == sorted(list_paths(root.shards.values()))


@pytest.fixture(params=[False, True], ids=["before", "after"])
def done(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def each_crash(target: Target, folder: Path, change: Change, *, done: bool, step: int = 1) -> Iterator[int]:
    """Publish what was, die at each call of publishing what became of it, look, and yield the call's number."""
    local = write_site(folder / "after", change.after)
    publish(target.open(), folder / "before", write_site(folder / "before", change.before))
    counted = watch(target.open())
    publish(counted, folder / "after", local, hidden=change.hidden)
    assert len(counted.calls) > 5
    for at in range(1, len(counted.calls) + 1, step):
        clean(target, folder)
        publish(target.open(), folder / "before", write_site(folder / "before", change.before))
        with pytest.raises(Crash):
            publish(crash_at(target.open(), at, done=done), folder / "after", local, hidden=change.hidden)
        check_visitors(change, target.read_all())
        yield at


def clean(target: Target, folder: Path) -> None:
    """Empty the target, as far as publishing can."""
    publish(target.open(), folder, {})
    publish(target.open(), folder, {}, now=LATER)
    assert target.read_all() == {}


@pytest.mark.parametrize("name", CHANGES)
def test_after_a_crash_anywhere_visitors_see_whole_pages_and_the_next_run_finishes(
    tmp_path: Path, name: str, *, done: bool
) -> None:
    change, target = CHANGES[name], make_folder_target(tmp_path / "www")
    local = write_site(tmp_path / "after", change.after)
    for at in each_crash(target, tmp_path, change, done=done):
        publish(target.open(), tmp_path / "after", local, hidden=change.hidden)
        assert target.read_all() == as_bytes(change.after | change.orphans), f"crash at call {at}"
        check_state(target)
        assert publish(target.open(), tmp_path / "after", local, hidden=change.hidden)[0].is_empty
        publish(target.open(), tmp_path / "after", local, hidden=change.hidden, now=LATER)
        assert target.read_all() == as_bytes(change.after)


@pytest.mark.parametrize("name", ["anonymise", "all"])
def test_the_same_on_s3(s3_target: Target, tmp_path: Path, name: str, *, done: bool) -> None:
    # a sample: each crash takes a few dozen requests
    change, target = CHANGES[name], s3_target
    local = write_site(tmp_path / "after", change.after)
    for at in each_crash(target, tmp_path, change, done=done, step=6):
        publish(target.open(), tmp_path / "after", local, hidden=change.hidden)
        assert target.read_all() == as_bytes(change.after | change.orphans), f"crash at call {at}"
        check_state(target)


@pytest.mark.parametrize("files", [BEFORE, make_people({"bob": "Bob again"}, "css three"), {}])
def test_after_a_crash_anywhere_another_change_ends_right_too(
    tmp_path: Path, files: dict[str, str], *, done: bool
) -> None:
    target = make_folder_target(tmp_path / "www")
    for at in each_crash(target, tmp_path, CHANGES["all"], done=done):
        local = write_site(tmp_path / "next", files)
        publish(target.open(), tmp_path / "next", local)
        publish(target.open(), tmp_path / "next", local, now=LATER)
        assert target.read_all() == as_bytes(files), f"crash at call {at}"
        check_state(target)


def test_a_crash_while_mending_a_crash_is_mended_too(tmp_path: Path) -> None:
    target, change = make_folder_target(tmp_path / "www"), CHANGES["all"]
    local = write_site(tmp_path / "after", change.after)
    for at in each_crash(target, tmp_path, change, done=True, step=3):
        for again in range(1, 40, 7):
            try:
                publish(crash_at(target.open(), again, done=True), tmp_path / "after", local, hidden=change.hidden)
            except Crash:
                check_visitors(change, target.read_all())
        publish(target.open(), tmp_path / "after", local, hidden=change.hidden)
        assert target.read_all() == as_bytes(change.after | change.orphans), f"crash at call {at}"
        check_state(target)


def test_only_a_run_after_a_crash_lists(tmp_path: Path) -> None:
    target, change = make_folder_target(tmp_path / "www"), CHANGES["edit"]
    for files in (change.before, change.after):
        bucket = watch(target.open())
        publish(bucket, tmp_path / "site", write_site(tmp_path / "site", files))
        assert bucket.count("list_objects", "list_state") == 0
    local = write_site(tmp_path / "site", change.before)
    with pytest.raises(Crash):
        publish(crash_at(target.open(), 4, done=True), tmp_path / "site", local)
    bucket = watch(target.open())
    publish(bucket, tmp_path / "site", local)
    assert bucket.count("list_objects", "list_state") > 0


def test_an_unfinished_file_of_a_killed_publisher_goes_away(tmp_path: Path) -> None:
    target = make_folder_target(tmp_path / "www")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", BEFORE))
    (tmp_path / "www" / ".unfinished").mkdir()
    (tmp_path / "www" / ".unfinished" / "file").write_text("half of Bob SEC")
    after = CHANGES["edit"].after
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", after))
    assert target.read_all() == as_bytes(after)


def test_an_object_that_only_a_dead_run_knew_is_withdrawn(target: Target, tmp_path: Path) -> None:
    local = write_site(tmp_path / "build", CHANGES["add"].after)
    publish(target.open(), tmp_path / "before", write_site(tmp_path / "before", BEFORE))
    calls = watch(target.open())

    def die(call: object) -> None:
        if getattr(call, "about", "") == "index.html":
            raise Crash

    calls.hook = die
    with pytest.raises(Crash):
        publish(calls, tmp_path / "build", local)
    assert "p/dan/cv.pdf" in target.read_all()
    assert "p/dan/cv.pdf" not in read_objects(target.open())
    # dan isn't built any more: nothing but the root knows that something of his was being uploaded
    publish(target.open(), tmp_path / "before", write_site(tmp_path / "before", BEFORE))
    assert target.read_all() == as_bytes(BEFORE)
    assert target.open().read_state(ROOT)[0]
