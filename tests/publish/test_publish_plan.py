"""What a publish decides."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careerhub.document.canonical import canonical_json
from careerhub.errors import InputInvalid, TargetUnreachable, WrongUse
from careerhub.publish.headers import headers_for
from careerhub.publish.manifest import RemoteManifest, RemoteObject, read_manifest, write_manifest
from careerhub.publish.plan import SHARED, LocalFile, SyncPlan, describe_plan, plan_sync, to_plain
from tests.publish.sites import make_file, make_folder_target, make_local, make_people, publish, write_site

NOBODY: frozenset[str] = frozenset()
SITE = make_people({"ann": "Ann", "bob": "Bob"}, "css")
ONLY_PAGES = frozenset({"asset", "page", "list", "feed"})


def remote_of(files: dict[str, str]) -> RemoteManifest:
    objects = {
        key: RemoteObject(
            sha256=file.sha256, size=file.size, headers=headers_for(key), owner=file.owner, kind=file.kind
        )
        for key, file in make_local(files).items()
    }
    return RemoteManifest(objects=objects)


def withdrawn(plan: SyncPlan) -> dict[str, str]:
    return {withdrawal.key: withdrawal.reason for withdrawal in plan.withdrawals}


def without(files: dict[str, str], start: str) -> dict[str, str]:
    return {key: text for key, text in files.items() if not key.startswith(start)}


def test_a_hidden_owner_is_withdrawn_though_the_build_has_the_files() -> None:
    plan = plan_sync(make_local(SITE), remote_of(SITE), hidden=frozenset({"id-bob"}))
    assert withdrawn(plan) == dict.fromkeys(["p/bob/index.html", "p/bob/resume.json", "p/bob/cv.pdf"], "hidden")
    assert not plan.uploads


def test_a_hidden_owner_is_never_uploaded() -> None:
    plan = plan_sync(make_local(SITE), RemoteManifest(), hidden=frozenset({"id-bob"}))
    assert not [upload for upload in plan.uploads if upload.file.owner == "id-bob"]
    assert plan.held == ("index.html", "sitemap.xml")


def test_what_the_build_lacks_is_withdrawn_whatever_it_is() -> None:
    plan = plan_sync(
        make_local(without(SITE, "p/bob/")), remote_of(SITE | {"places/york/index.html": "x"}), hidden=NOBODY
    )
    assert withdrawn(plan) == dict.fromkeys(
        ["places/york/index.html", "p/bob/index.html", "p/bob/resume.json", "p/bob/cv.pdf"], "gone"
    )


def test_thousands_of_withdrawals_are_not_capped() -> None:
    many = {f"p/n{number}/index.html": "x" for number in range(3000)}
    plan = plan_sync({}, remote_of(many), hidden=NOBODY, max_deletes=0)
    assert len(plan.withdrawals) == 3000
    assert not plan.refusal


def test_only_old_hashed_assets_of_nobody_are_orphans() -> None:
    photo = "assets/ann.0123456789ab.jpg"
    remote = dict(remote_of(SITE | {photo: "pixels", "assets/old.0123456789ab.css": "old"}).objects)
    remote[photo] = replace(remote[photo], owner="id-ann")
    plan = plan_sync(make_local(SITE), RemoteManifest(objects=remote), hidden=NOBODY)
    assert plan.orphans == ("assets/old.0123456789ab.css",)
    assert withdrawn(plan) == {photo: "gone"}


def test_a_build_without_cvs_leaves_the_published_ones() -> None:
    local = make_local({key: text for key, text in SITE.items() if not key.endswith(".pdf")})
    assert plan_sync(local, remote_of(SITE), hidden=NOBODY, kinds_built=ONLY_PAGES).is_empty


def test_a_build_without_cvs_withdraws_the_stale_and_the_hidden_ones() -> None:
    local = make_local({key: text for key, text in SITE.items() if not key.endswith(".pdf")})
    stale = plan_sync(
        local, remote_of(SITE), hidden=NOBODY, kinds_built=ONLY_PAGES, stale_cvs=frozenset({"p/ann/cv.pdf"})
    )
    assert withdrawn(stale) == {"p/ann/cv.pdf": "stale"}
    hidden = plan_sync(local, remote_of(SITE), hidden=frozenset({"id-bob"}), kinds_built=ONLY_PAGES)
    assert withdrawn(hidden)["p/bob/cv.pdf"] == "hidden"


def test_a_build_without_cvs_uploads_none_that_lie_about() -> None:
    plan = plan_sync(make_local(SITE), RemoteManifest(), hidden=NOBODY, kinds_built=ONLY_PAGES)
    assert not plan.wave("cv")
    assert plan.wave("page")


def test_uploads_stand_in_the_order_of_their_waves() -> None:
    plan = plan_sync(make_local(SITE), RemoteManifest(), hidden=NOBODY)
    kinds = [upload.file.kind for upload in plan.uploads]
    assert list(dict.fromkeys(kinds)) == ["asset", "cv", "page", "list", "feed"]
    assert len(plan.uploads) == len(SITE)


def test_a_slug_passed_on_is_withdrawn_before_it_is_uploaded_for_its_new_owner() -> None:
    local = {"p/bob/index.html": replace(make_file("p/bob/index.html", "new Bob"), owner="id-other")}
    plan = plan_sync(local, remote_of({"p/bob/index.html": "old Bob"}), hidden=frozenset({"id-bob"}))
    assert withdrawn(plan) == {"p/bob/index.html": "hidden"}
    assert [(upload.file.owner, upload.reason) for upload in plan.uploads] == [("id-other", "new")]


def test_an_upload_that_may_not_have_arrived_is_done_again() -> None:
    remote = dict(remote_of(SITE).objects)
    remote["p/ann/index.html"] = replace(remote["p/ann/index.html"], sha256="")
    plan = plan_sync(make_local(SITE), RemoteManifest(objects=remote), hidden=NOBODY)
    assert [upload.file.key for upload in plan.uploads] == ["p/ann/index.html"]


def test_the_guard_counts_old_assets() -> None:
    old = {f"assets/a{number}.0123456789ab.css": "x" for number in range(600)}
    assert not plan_sync({}, remote_of(dict(list(old.items())[:256])), hidden=NOBODY).refusal
    assert "--max-deletes 600" in plan_sync({}, remote_of(old), hidden=NOBODY).refusal
    assert not plan_sync({}, remote_of(old), hidden=NOBODY, max_deletes=600).refusal


@pytest.mark.parametrize(
    "key",
    [
        "../secret.html", "p/../../x.html", "/index.html", "p//index.html", ".env", "p/ann/.git/x.html",
        ".well-known/x.txt", "_state/manifest.json", "p/ann/index.html\n", "p\\ann.html", "",
        "p/ann/", "p/ann/dump.sql", "p/ann/cv", "assets/site.css", "assets/.hidden.0123456789ab.css",
    ],
)  # fmt: skip
def test_a_file_that_must_never_be_published_is_an_error(key: str) -> None:
    with pytest.raises(InputInvalid):
        plan_sync({key: make_file(key, "x")}, RemoteManifest(), hidden=NOBODY)


def test_kinds_and_folders_agree() -> None:
    for key, kind in (("assets/site.0123456789ab.css", "page"), ("p/ann/index.html", "asset")):
        file = LocalFile(key=key, sha256="", size=0, owner="", kind=kind)  # type: ignore[arg-type]
        with pytest.raises(InputInvalid, match="assets"):
            plan_sync({key: file}, RemoteManifest(), hidden=NOBODY)


def test_a_manifest_that_leads_out_of_the_target_is_refused() -> None:
    remote = RemoteManifest(objects={"../other/index.html": remote_of(SITE).objects["index.html"]})
    with pytest.raises(InputInvalid):
        plan_sync({}, remote, hidden=NOBODY)


def test_a_plan_says_itself_for_people_and_for_scripts() -> None:
    local = make_local(without(SITE, "p/bob/") | {"p/ann/index.html": "edited"})
    plan = plan_sync(local, remote_of(SITE | {"assets/old.0123456789ab.css": "old"}), hidden=NOBODY)
    assert list(describe_plan(plan)) == [
        "withdraw  p/bob/index.html  (gone)",
        "withdraw  p/bob/resume.json  (gone)",
        "withdraw  p/bob/cv.pdf  (gone)",
        "upload    p/ann/index.html  (changed)",
        "delete    assets/old.0123456789ab.css  (orphan)",
        "3 to withdraw, 1 to upload, 1 to delete (old assets), 5 unchanged",
    ]
    assert to_plain(plan)["uploads"] == [{"key": "p/ann/index.html", "kind": "page", "reason": "changed", "size": 6}]
    assert canonical_json(to_plain(plan))


def test_a_manifest_survives_being_written() -> None:
    data = write_manifest(remote_of(SITE))
    assert read_manifest(data, name="t") == remote_of(SITE)
    assert write_manifest(read_manifest(data, name="t")) == data
    assert read_manifest(None, name="t") == RemoteManifest()


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'{"format":1}', b'{"format":1,"objects":{"a":{}}}', b"\xff"]
)
def test_a_damaged_manifest_is_never_taken_for_an_empty_one(data: bytes) -> None:
    with pytest.raises(TargetUnreachable, match="damaged"):
        read_manifest(data, name="t")


def test_a_manifest_of_a_newer_format_is_left_alone() -> None:
    with pytest.raises(WrongUse, match="newer"):
        read_manifest(b'{"format":2,"objects":{}}', name="t")


KEYS = [
    *(f"p/{slug}/{name}" for slug in ("ann", "bob") for name in ("index.html", "cv.pdf", "projects/x/index.html")),
    *("index.html", "technologies/go/index.html", "sitemap.xml"),
    *("assets/a.111111.css", "assets/b.222222.css"),
]
WORLDS = st.tuples(
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["one", "two"])),
    st.frozensets(st.sampled_from(["id-ann", "id-bob"])),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORLDS, min_size=1, max_size=4))
def test_after_any_publishes_the_target_holds_the_build_without_the_hidden(
    worlds: list[tuple[dict[str, str], frozenset[str]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target, expected = make_folder_target(Path(folder, "www")), dict[str, str]()
        for files, hidden in worlds:
            local = write_site(Path(folder, "build"), files)
            publish(target.open(), Path(folder, "build"), local, hidden=hidden)
            expected = expect(local, files, hidden, expected)
            assert {key: data.decode() for key, data in target.read_all().items()} == expected
            assert publish(target.open(), Path(folder, "build"), local, hidden=hidden)[0].is_empty


def expect(
    local: dict[str, LocalFile], files: dict[str, str], hidden: frozenset[str], before: dict[str, str]
) -> dict[str, str]:
    """Say what a target must hold: lists built before somebody became hidden stay as they were."""
    is_behind = any(file.owner in hidden for file in local.values())
    found = {}
    for key, file in local.items():
        text = before.get(key) if is_behind and file.kind in SHARED else files[key]
        if file.owner not in hidden and text is not None:
            found[key] = text
    return found
