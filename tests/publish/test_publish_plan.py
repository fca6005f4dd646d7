"""What a publish decides."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careerhub.document.canonical import canonical_json
from careerhub.errors import InputInvalid, TargetUnreachable, WrongUse
from careerhub.publish.headers import headers_for
from careerhub.publish.manifest import (
    FULL_SHARD,
    RemoteObject,
    Root,
    name_shard,
    place_of,
    plan_depth,
    read_root,
    read_shard,
    shard_of,
    write_root,
    write_shard,
)
from careerhub.publish.plan import (
    LINGER,
    SHARED,
    LocalFile,
    SyncPlan,
    describe_plan,
    list_due,
    plan_sync,
    to_plain,
    write_time,
)
from tests.publish.sites import (
    LATER,
    NOBODY,
    NOW,
    make_file,
    make_folder_target,
    make_local,
    make_people,
    publish,
    write_site,
)

Remote = dict[str, RemoteObject]
SITE = make_people({"ann": "Ann", "bob": "Bob"}, "css")
ONLY_PAGES = frozenset({"asset", "page", "list", "feed"})


def remote_of(files: dict[str, str]) -> Remote:
    return {
        key: RemoteObject(
            sha256=file.sha256, size=file.size, headers=headers_for(key), owner=file.owner, kind=file.kind
        )
        for key, file in make_local(files).items()
    }


def withdrawn(plan: SyncPlan) -> dict[str, str]:
    return {withdrawal.key: withdrawal.reason for withdrawal in plan.withdrawals}


def without(files: dict[str, str], start: str) -> dict[str, str]:
    return {key: text for key, text in files.items() if not key.startswith(start)}


def test_a_hidden_owner_is_withdrawn_though_the_build_has_the_files() -> None:
    plan = plan_sync(make_local(SITE), remote_of(SITE), now=NOW, hidden=frozenset({"id-bob"}))
    assert withdrawn(plan) == dict.fromkeys(["p/bob/index.html", "p/bob/resume.json", "p/bob/cv.pdf"], "hidden")
    assert not plan.uploads


def test_a_hidden_owner_is_never_uploaded() -> None:
    plan = plan_sync(make_local(SITE), {}, now=NOW, hidden=frozenset({"id-bob"}))
    assert not [upload for upload in plan.uploads if upload.file.owner == "id-bob"]
    assert plan.held == ("index.html", "sitemap.xml")


def test_what_the_build_lacks_is_withdrawn_whatever_it_is() -> None:
    plan = plan_sync(
        make_local(without(SITE, "p/bob/")), remote_of(SITE | {"places/york/index.html": "x"}), now=NOW, hidden=NOBODY
    )
    assert withdrawn(plan) == dict.fromkeys(
        ["places/york/index.html", "p/bob/index.html", "p/bob/resume.json", "p/bob/cv.pdf"], "gone"
    )


def test_thousands_of_withdrawals_are_not_capped() -> None:
    many = {f"p/n{number}/index.html": "x" for number in range(3000)}
    plan = plan_sync({}, remote_of(many), now=NOW, hidden=NOBODY, max_deletes=0)
    assert len(plan.withdrawals) == 3000
    assert not plan.refusal


def test_only_old_hashed_assets_of_nobody_are_orphans() -> None:
    photo = "assets/ann.0123456789ab.jpg"
    remote = remote_of(SITE | {photo: "pixels", "assets/old.0123456789ab.css": "old"})
    remote[photo] = replace(remote[photo], owner="id-ann")
    plan = plan_sync(make_local(SITE), remote, now=NOW, hidden=NOBODY)
    assert plan.lingering == {"assets/old.0123456789ab.css": "2031-05-17T12:00:00Z"}
    assert withdrawn(plan) == {photo: "gone"}


OLD = "assets/old.0123456789ab.css"


@pytest.mark.parametrize(("age", "goes"), [(LINGER, True), (LINGER - timedelta(seconds=1), False), (-LINGER, False)])
def test_an_old_asset_stays_for_a_day(age: timedelta, *, goes: bool) -> None:
    noted = {OLD: write_time(NOW - age)}
    plan = plan_sync(make_local(SITE), remote_of(SITE | {OLD: "old"}), now=NOW, hidden=NOBODY, noted=noted)
    assert plan.orphans == ((OLD,) if goes else ())
    assert plan.lingering == ({} if goes else noted)
    assert list_due(noted, NOW) == ([OLD] if goes else [])
    assert plan.is_empty is not goes


def test_an_asset_that_is_used_again_is_no_orphan() -> None:
    noted = {OLD: write_time(NOW - LINGER)}
    plan = plan_sync(
        make_local(SITE | {OLD: "old"}), remote_of(SITE | {OLD: "old"}), now=NOW, hidden=NOBODY, noted=noted
    )
    assert (plan.orphans, plan.lingering) == ((), {})
    assert plan.is_empty


def test_an_orphan_that_was_not_looked_at_stays_noted() -> None:
    noted = {OLD: write_time(NOW)}
    assert plan_sync({}, {}, now=NOW, hidden=NOBODY, noted=noted).lingering == noted
    # when its time has come it is looked at: then it isn't there
    assert plan_sync({}, {}, now=LATER, hidden=NOBODY, noted=noted).lingering == {}


def test_a_build_without_cvs_leaves_the_published_ones() -> None:
    local = make_local({key: text for key, text in SITE.items() if not key.endswith(".pdf")})
    assert plan_sync(local, remote_of(SITE), now=NOW, hidden=NOBODY, kinds_built=ONLY_PAGES).is_empty


def test_a_build_without_cvs_withdraws_the_stale_and_the_hidden_ones() -> None:
    local = make_local({key: text for key, text in SITE.items() if not key.endswith(".pdf")})
    stale = plan_sync(
        local, remote_of(SITE), now=NOW, hidden=NOBODY, kinds_built=ONLY_PAGES, stale_cvs=frozenset({"p/ann/cv.pdf"})
    )
    assert withdrawn(stale) == {"p/ann/cv.pdf": "stale"}
    hidden = plan_sync(local, remote_of(SITE), now=NOW, hidden=frozenset({"id-bob"}), kinds_built=ONLY_PAGES)
    assert withdrawn(hidden)["p/bob/cv.pdf"] == "hidden"


def test_a_build_without_cvs_uploads_none_that_lie_about() -> None:
    plan = plan_sync(make_local(SITE), {}, now=NOW, hidden=NOBODY, kinds_built=ONLY_PAGES)
    assert not plan.wave("cv")
    assert plan.wave("page")


def test_uploads_stand_in_the_order_of_their_waves() -> None:
    plan = plan_sync(make_local(SITE), {}, now=NOW, hidden=NOBODY)
    kinds = [upload.file.kind for upload in plan.uploads]
    assert list(dict.fromkeys(kinds)) == ["asset", "cv", "page", "list", "feed"]
    assert len(plan.uploads) == len(SITE)


def test_a_slug_passed_on_is_withdrawn_before_it_is_uploaded_for_its_new_owner() -> None:
    local = {"p/bob/index.html": replace(make_file("p/bob/index.html", "new Bob"), owner="id-other")}
    plan = plan_sync(local, remote_of({"p/bob/index.html": "old Bob"}), now=NOW, hidden=frozenset({"id-bob"}))
    assert withdrawn(plan) == {"p/bob/index.html": "hidden"}
    assert [(upload.file.owner, upload.reason) for upload in plan.uploads] == [("id-other", "new")]


def test_an_upload_that_may_not_have_arrived_is_done_again() -> None:
    remote = remote_of(SITE)
    remote["p/ann/index.html"] = replace(remote["p/ann/index.html"], sha256="")
    plan = plan_sync(make_local(SITE), remote, now=NOW, hidden=NOBODY)
    assert [upload.file.key for upload in plan.uploads] == ["p/ann/index.html"]


def test_the_guard_counts_old_assets() -> None:
    old = {f"assets/a{number}.0123456789ab.css": "x" for number in range(600)}

    def refusal(count: int, **options: Any) -> str:
        some = dict(list(old.items())[:count])
        noted = dict.fromkeys(some, write_time(NOW))
        plan = plan_sync({}, remote_of(some), now=LATER, hidden=NOBODY, noted=noted, **options)
        assert len(plan.orphans) == (0 if plan.refused_orphans else count)
        assert len(plan.lingering) == (count if plan.refused_orphans else 0)
        return plan.refused_orphans

    assert not refusal(256)
    assert "--max-deletes 600" in refusal(600)
    assert not refusal(600, max_deletes=600)
    # half of all that there are
    assert not refusal(600, assets=1200)


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
        plan_sync({key: make_file(key, "x")}, {}, now=NOW, hidden=NOBODY)


def test_kinds_and_folders_agree() -> None:
    for key, kind in (("assets/site.0123456789ab.css", "page"), ("p/ann/index.html", "asset")):
        file = LocalFile(key=key, sha256="", size=0, owner="", kind=kind)  # type: ignore[arg-type]
        with pytest.raises(InputInvalid, match="assets"):
            plan_sync({key: file}, {}, now=NOW, hidden=NOBODY)


def test_a_manifest_that_leads_out_of_the_target_is_refused() -> None:
    remote = {"../other/index.html": remote_of(SITE)["index.html"]}
    with pytest.raises(InputInvalid):
        plan_sync({}, remote, now=NOW, hidden=NOBODY)


def test_a_plan_says_itself_for_people_and_for_scripts() -> None:
    local = make_local(without(SITE, "p/bob/") | {"p/ann/index.html": "edited"})
    noted = {OLD: write_time(NOW)}
    plan = plan_sync(local, remote_of(SITE | {OLD: "old"}), now=LATER, hidden=NOBODY, noted=noted)
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
    data = write_shard(remote_of(SITE))
    shard = name_shard(7, data)
    assert read_shard(data, shard, name="t") == remote_of(SITE)
    assert write_shard(read_shard(data, shard, name="t")) == data
    root = Root(
        run=7,
        depth=1,
        shards={"a": shard},
        counts={"page": 2},
        touching=("p/ann/",),
        purge=("/",),
        purged={"2031-05": 3},
    )
    assert read_root(write_root(root), name="t") == root
    assert read_root(None, name="t") == Root()


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'{"format":2}', b'{"format":2,"counts":{"song":1}}', b"\xff"]
)
def test_a_damaged_manifest_is_never_taken_for_an_empty_one(data: bytes) -> None:
    with pytest.raises(TargetUnreachable, match="damaged"):
        read_root(data, name="t")


@pytest.mark.parametrize("data", [None, b"", b"{}", b'{"index.html":{}}'])
def test_a_damaged_shard_is_never_taken_for_an_empty_one(data: bytes | None) -> None:
    with pytest.raises(TargetUnreachable, match="damaged"):
        read_shard(data, name_shard(1, b"another"), name="t")
    with pytest.raises(TargetUnreachable, match="damaged"):
        read_shard(b'{"index.html":{}}', name_shard(1, b'{"index.html":{}}'), name="t")


@pytest.mark.parametrize(("found", "hint"), [(3, "newer"), (1, "older")])
def test_a_manifest_of_another_format_is_left_alone(found: int, hint: str) -> None:
    with pytest.raises(WrongUse, match=hint):
        read_root(b'{"format":%d,"objects":{}}' % found, name="t")


def test_all_that_a_person_has_lies_in_one_shard() -> None:
    assert {place_of(key) for key in SITE if key.startswith("p/ann/")} == {"p/ann/"}
    assert place_of("p/index.html") == "p/index.html"
    assert place_of("technologies/go/index.html") == "technologies/go/index.html"
    assert shard_of("p/ann/", 0) == ""
    assert len({shard_of(f"p/n{number}/", 1) for number in range(200)}) == 16


def test_shards_stay_of_a_size_and_seldom_change_their_number() -> None:
    depth = 0
    for count in range(0, 200_000, 100):
        depth = plan_depth(count, depth)
        assert count <= FULL_SHARD * 16**depth
    assert depth == 3
    assert plan_depth(190_000, depth) == depth
    assert plan_depth(0, depth) == 0
    # around a border nothing goes to and fro
    assert {plan_depth(count, plan_depth(501, 0)) for count in (400, 499, 500, 501)} == {1}


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
            publish(target.open(), Path(folder, "build"), local, hidden=hidden, now=LATER)
            expected = expect(local, files, hidden, expected)
            assert {key: data.decode() for key, data in target.read_all().items()} == expected
            assert publish(target.open(), Path(folder, "build"), local, hidden=hidden, now=LATER)[0].is_empty


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
