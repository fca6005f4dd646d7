"""What every target does, tried on a folder and on a real S3 server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from careerhub.errors import GuardRefused, Overtaken
from careerhub.publish.apply import apply_plan, read_remote
from careerhub.publish.headers import headers_for
from careerhub.publish.manifest import write_manifest
from careerhub.publish.plan import describe_plan, plan_sync
from careerhub.reporting import Silent
from tests.publish.sites import Target, make_people, publish, write_site

PEOPLE = {"ann": "Ann of one", "bob": "Bob SECRET", "eve": "Eve of one"}


def as_bytes(files: dict[str, str]) -> dict[str, bytes]:
    return {key: text.encode() for key, text in files.items()}


def test_the_first_publish_uploads_everything_and_the_second_nothing(target: Target, tmp_path: Path) -> None:
    files = make_people(PEOPLE, "css")
    local = write_site(tmp_path / "build", files)
    _, outcome = publish(target.open(), tmp_path / "build", local)
    assert sorted(outcome.uploaded) == sorted(files)
    assert target.read_all() == as_bytes(files)
    state = target.open().read_state()
    plan, outcome = publish(target.open(), tmp_path / "build", local)
    assert plan.is_empty
    assert not outcome.uploaded
    assert outcome.unchanged == len(files)
    assert target.open().read_state() == state


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


def test_what_the_build_lacks_is_gone_and_its_old_style_too(target: Target, tmp_path: Path) -> None:
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", make_people(PEOPLE, "css")))
    files = make_people({"ann": "Ann of two"}, "new css")
    _, outcome = publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", files))
    assert target.read_all() == as_bytes(files)
    assert {key.split("/")[1] for key in outcome.withdrawn} == {"bob", "eve"}
    assert len(outcome.deleted) == 1
    bucket = target.open()
    assert sorted(bucket.list_keys()) == sorted(files)
    assert not bucket.exists("p/bob/index.html")
    assert bucket.exists("p/ann/index.html")


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
    state = bucket.read_state()
    local = write_site(tmp_path / "build", make_people({"dan": "Dan"}, "new"))
    lines = list(describe_plan(plan_sync(local, read_remote(bucket)[0], hidden=frozenset())))
    assert "withdraw  p/bob/index.html  (gone)" in lines
    assert "upload    p/dan/index.html  (new)" in lines
    assert (target.read_all(), bucket.read_state()) == (before, state)


def test_the_manifest_speaks_of_exactly_what_is_there(target: Target, tmp_path: Path) -> None:
    local = write_site(tmp_path / "build", make_people(PEOPLE, "css"))
    publish(target.open(), tmp_path / "build", local)
    remote, _ = read_remote(target.open())
    assert {key: known.sha256 for key, known in remote.objects.items()} == {
        key: file.sha256 for key, file in local.items()
    }
    data, _ = target.open().read_state()
    assert data == write_manifest(remote)
    assert json.loads(data or b"")["objects"]["p/ann/cv.pdf"]["owner"] == "id-ann"


def test_a_publisher_that_was_overtaken_touches_nothing(target: Target, tmp_path: Path) -> None:
    slow = target.open()
    remote, etag = read_remote(slow)
    old = write_site(tmp_path / "old", make_people({"ann": "old", "bob": "old"}, "css"))
    plan = plan_sync(old, remote, hidden=frozenset())
    new = make_people({"ann": "new"}, "css")
    publish(target.open(), tmp_path / "new", write_site(tmp_path / "new", new))
    with pytest.raises(Overtaken, match="run publish again"):
        apply_plan(plan, slow, tmp_path / "old", remote, Silent(), etag=etag)
    assert target.read_all() == as_bytes(new)


def test_too_many_old_assets_are_refused_but_withdrawals_are_not(target: Target, tmp_path: Path) -> None:
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", make_people(PEOPLE, "css")))
    local = write_site(tmp_path / "build", make_people({"ann": "Ann of two"}, "new css"))
    with pytest.raises(GuardRefused, match="old assets to delete: 1, allowed: 0"):
        publish(target.open(), tmp_path / "build", local, max_deletes=0)
    kept = target.read_all()
    assert not [key for key, data in kept.items() if b"SECRET" in data or b"bob" in data]
    assert kept["p/ann/index.html"].endswith(b"Ann of one</a>")
    publish(target.open(), tmp_path / "build", local, max_deletes=1)
    assert sorted(target.read_all()) == sorted(local)


def test_without_withdrawals_a_refused_plan_does_nothing(target: Target, tmp_path: Path) -> None:
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", make_people(PEOPLE, "css")))
    before, state = target.read_all(), target.open().read_state()
    local = write_site(tmp_path / "build", make_people(PEOPLE, "new css"))
    with pytest.raises(GuardRefused):
        publish(target.open(), tmp_path / "build", local, max_deletes=0)
    assert (target.read_all(), target.open().read_state()) == (before, state)


def test_a_name_with_any_letters_is_an_address(target: Target, tmp_path: Path) -> None:
    files = {"p/zoë-日本/index.html": "Zoë", "p/a b+c&d%41/index.html": "odd"}
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", files))
    assert target.read_all() == as_bytes(files)
    publish(target.open(), tmp_path / "build", {})
    assert target.read_all() == {}
