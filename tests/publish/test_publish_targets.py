"""What every target does, tried on a folder and on a real S3 server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from careerhub.errors import GuardRefused, Overtaken
from careerhub.publish.apply import apply_plan
from careerhub.publish.headers import headers_for
from careerhub.publish.manifest import ROOT
from careerhub.publish.plan import describe_plan
from careerhub.publish.tree import open_tree
from careerhub.reporting import Silent
from tests.publish.crashing import watch
from tests.publish.sites import LATER, Target, make_people, plan_publish, publish, read_objects, write_site

PEOPLE = {"ann": "Ann of one", "bob": "Bob SECRET", "eve": "Eve of one"}


def as_bytes(files: dict[str, str]) -> dict[str, bytes]:
    return {key: text.encode() for key, text in files.items()}


def test_the_first_publish_uploads_everything_and_the_second_nothing(target: Target, tmp_path: Path) -> None:
    files = make_people(PEOPLE, "css")
    local = write_site(tmp_path / "build", files)
    _, outcome = publish(target.open(), tmp_path / "build", local)
    assert sorted(outcome.uploaded) == sorted(files)
    assert target.read_all() == as_bytes(files)
    state = target.open().read_state(ROOT)
    plan, outcome = publish(target.open(), tmp_path / "build", local)
    assert plan.is_empty
    assert not outcome.uploaded
    assert outcome.unchanged == len(files)
    assert target.open().read_state(ROOT) == state


def test_one_change_uploads_exactly_that(target: Target, tmp_path: Path) -> None:
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", make_people(PEOPLE, "css")))
    files = make_people(PEOPLE, "css") | {"p/ann/index.html": "new"}
    _, outcome = publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", files))
    assert outcome.uploaded == ("p/ann/index.html",)
    assert target.read_all() == as_bytes(files)


def test_a_changed_header_uploads_again(target: Target, tmp_path: Path) -> None:
    local = write_site(tmp_path / "build", make_people(PEOPLE, "css"))
    publish(target.open(), tmp_path / "build", local)

    def named(key: str) -> Any:
        return headers_for(key, filename="Ann-CV.pdf" if key == "p/ann/cv.pdf" else None)

    plan, outcome = publish(target.open(), tmp_path / "build", local, headers_of=named)
    assert outcome.uploaded == ("p/ann/cv.pdf",)
    assert [upload.reason for upload in plan.uploads] == ["headers"]


def test_what_the_build_lacks_is_gone_and_a_day_later_its_old_style_too(target: Target, tmp_path: Path) -> None:
    old = make_people(PEOPLE, "css")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", old))
    files = make_people({"ann": "Ann of two"}, "new css")
    local = write_site(tmp_path / "build", files)
    _, outcome = publish(target.open(), tmp_path / "build", local)
    style = {key: text for key, text in old.items() if key.startswith("assets/")}
    assert target.read_all() == as_bytes(files | style)
    assert {key.split("/")[1] for key in outcome.withdrawn} == {"bob", "eve"}
    assert (outcome.deleted, list(open_tree(target.open()).root.orphans)) == ((), list(style))
    assert publish(target.open(), tmp_path / "build", local)[0].is_empty
    _, outcome = publish(target.open(), tmp_path / "build", local, now=LATER)
    assert outcome.deleted == tuple(style)
    assert target.read_all() == as_bytes(files)
    bucket = target.open()
    assert sorted(found.key for found in bucket.list_objects()) == sorted(files)
    assert not open_tree(bucket).root.orphans
    assert bucket.find("p/bob/index.html") is None
    assert bucket.find("p/ann/index.html")


def test_a_hidden_persons_files_are_never_uploaded_even_when_built(target: Target, tmp_path: Path) -> None:
    local = write_site(tmp_path / "build", make_people(PEOPLE, "css"))
    publish(target.open(), tmp_path / "build", local, hidden=frozenset({"id-bob"}))
    assert not [key for key, data in target.read_all().items() if b"SECRET" in data or b"bob" in data]


def test_somebody_hidden_after_the_build_is_withdrawn_and_named_by_nothing_new(target: Target, tmp_path: Path) -> None:
    first = {name: text for name, text in PEOPLE.items() if name != "bob"}
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", make_people(first, "css")))
    local = write_site(tmp_path / "build", make_people(PEOPLE, "css"))
    plan, _ = publish(target.open(), tmp_path / "build", local, hidden=frozenset({"id-bob"}))
    assert plan.held == ("index.html", "sitemap.xml")
    assert not [key for key, data in target.read_all().items() if b"bob" in data]


def test_a_dry_run_changes_nothing(target: Target, tmp_path: Path) -> None:
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", make_people(PEOPLE, "css")))
    before, bucket = target.read_all(), target.open()
    state = bucket.read_state(ROOT)
    local = write_site(tmp_path / "build", make_people({"dan": "Dan"}, "new"))
    lines = list(describe_plan(plan_publish(bucket, local)[0]))
    assert "withdraw  p/bob/index.html  (gone)" in lines
    assert "upload    p/dan/index.html  (new)" in lines
    assert (target.read_all(), bucket.read_state(ROOT)) == (before, state)


def test_the_manifest_speaks_of_exactly_what_is_there(target: Target, tmp_path: Path) -> None:
    local = write_site(tmp_path / "build", make_people(PEOPLE, "css"))
    publish(target.open(), tmp_path / "build", local)
    objects = read_objects(target.open())
    assert {key: known.sha256 for key, known in objects.items()} == {key: file.sha256 for key, file in local.items()}
    assert {found.key: found.mark for found in target.open().list_objects()} == {
        key: known.mark for key, known in objects.items()
    }
    assert objects["p/ann/cv.pdf"].owner == "id-ann"
    root = open_tree(target.open()).root
    assert (root.run, root.size, root.touching) == (1, len(local), ())


def test_a_publisher_that_was_overtaken_touches_nothing(target: Target, tmp_path: Path) -> None:
    slow = target.open()
    old = write_site(tmp_path / "old", make_people({"ann": "old", "bob": "old"}, "css"))
    plan, tree = plan_publish(slow, old)
    new = make_people({"ann": "new"}, "css")
    publish(target.open(), tmp_path / "new", write_site(tmp_path / "new", new))
    with pytest.raises(Overtaken, match="run publish again"):
        apply_plan(plan, slow, tmp_path / "old", tree, Silent())
    assert target.read_all() == as_bytes(new)


def test_too_many_old_assets_stay_and_the_rest_is_done(target: Target, tmp_path: Path) -> None:
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", make_people(PEOPLE, "css")))
    files = make_people({"ann": "Ann of two"}, "new css")
    local = write_site(tmp_path / "build", files)
    publish(target.open(), tmp_path / "build", local)
    edited = files | {"p/ann/resume.json": "edited"}
    local = write_site(tmp_path / "build", edited)
    with pytest.raises(GuardRefused, match="old assets to delete: 1, allowed: 0"):
        publish(target.open(), tmp_path / "build", local, max_deletes=0, now=LATER)
    assert len(target.read_all()) == len(edited) + 1
    assert target.read_all()["p/ann/resume.json"] == b"edited"
    with pytest.raises(GuardRefused):
        publish(target.open(), tmp_path / "build", local, max_deletes=0, now=LATER)
    publish(target.open(), tmp_path / "build", local, max_deletes=1, now=LATER)
    assert target.read_all() == as_bytes(edited)


def test_an_edit_writes_what_it_changed_the_root_twice_and_one_shard(target: Target, tmp_path: Path) -> None:
    files = make_people({f"n{number}": f"Name {number}" for number in range(300)}, "css")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", files))
    before = open_tree(target.open()).root
    assert len(before.shards) == 16
    bucket = watch(target.open())
    files["p/n7/index.html"] = "edited"
    publish(bucket, tmp_path / "build", write_site(tmp_path / "build", files))
    calls = [(call.method, call.about.rpartition("/")[2][:9]) for call in bucket.calls if call.method != "read_state"]
    after = open_tree(target.open()).root
    changed = [prefix for prefix, shard in after.shards.items() if before.shards[prefix] != shard]
    assert len(changed) == 1
    assert calls == [
        ("write_state", "manifest."),
        ("put", "index.htm"),
        ("write_state", after.shards[changed[0]][:9]),
        ("write_state", "manifest."),
        ("delete_state", before.shards[changed[0]][:9]),
    ]


def test_a_name_with_any_letters_is_an_address(target: Target, tmp_path: Path) -> None:
    files = {"p/zoë-日本/index.html": "Zoë", "p/a b+c&d%41/index.html": "odd"}
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", files))
    assert target.read_all() == as_bytes(files)
    publish(target.open(), tmp_path / "build", {})
    assert target.read_all() == {}
