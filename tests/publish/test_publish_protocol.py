"""The protocol on a real S3 server: errors of every kind, two publishers at once, versions, and what it costs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careerhub.errors import CareerHubError, Overtaken, TargetUnreachable
from careerhub.publish import store
from careerhub.publish.apply import apply_plan
from careerhub.publish.bucket import open_bucket
from careerhub.publish.headers import headers_for
from careerhub.publish.manifest import RemoteObject, Root
from careerhub.publish.s3 import S3Bucket
from careerhub.publish.tree import Tree, open_tree
from careerhub.reporting import Silent
from tests.publish.crashing import Call, Seam, watch
from tests.publish.interference import Answer, Interference, interfere, make_error
from tests.publish.sites import (
    BUCKET,
    LATER,
    Target,
    make_folder_target,
    make_people,
    make_s3_target,
    plan_publish,
    publish,
    read_objects,
    write_site,
)
from tests.seaweed import Seaweed

PEOPLE = {"ann": "Ann of one", "bob": "Bob SECRET"}
SITE = make_people(PEOPLE, "css")
NEXT = make_people({"ann": "Ann of two", "cy": "Cy"}, "css")
PREFIXES = itertools.count()


@pytest.fixture
def interference(s3_environment: Seaweed) -> Iterator[Interference]:
    with interfere(s3_environment.endpoint_url) as found:
        yield found


def as_bytes(files: dict[str, str]) -> dict[str, bytes]:
    return {key: text.encode() for key, text in files.items()}


def impatient(target: Target, interference: Interference) -> S3Bucket:
    """Open a target through the interference, with short pauses."""
    bucket = open_bucket(target.address, endpoint_url=interference.endpoint_url)
    assert isinstance(bucket, S3Bucket)
    bucket._pauses = (0.01,) * 5
    return bucket


KINDS = {
    "500": make_error(500, "InternalError"),
    "503": make_error(503, "SlowDown"),
    "403": make_error(403, "AccessDenied"),
    "reset": Answer(status=0),
    "truncated": Answer(status=200, body=b"{", length=5000),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_call_may_fail_once(s3_target: Target, interference: Interference, tmp_path: Path, kind: str) -> None:
    publish(s3_target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    failed: set[str] = set()

    def once(method: str, path: str) -> Answer | None:
        call = f"{method} {path}"
        if call in failed or (kind == "truncated" and method != "GET"):
            return None
        failed.add(call)
        return KINDS[kind]

    interference.rule = once
    local = write_site(tmp_path / "build", NEXT)
    publish(impatient(s3_target, interference), tmp_path / "build", local)
    assert s3_target.read_all() == as_bytes(NEXT)
    assert len(failed) > (1 if kind == "truncated" else 12)


@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "POST"])
@pytest.mark.parametrize("kind", ["500", "403", "reset"])
def test_a_call_that_always_fails_is_one_error_and_leaves_a_whole_site(
    s3_target: Target, interference: Interference, tmp_path: Path, kind: str, method: str
) -> None:
    publish(s3_target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    interference.rule = lambda asked, path: KINDS[kind] if asked == method else None
    local = write_site(tmp_path / "build", NEXT)
    with pytest.raises(CareerHubError) as caught:
        publish(impatient(s3_target, interference), tmp_path / "build", local)
    assert caught.value.exit_code in (1, 4)
    seen = s3_target.read_all()
    assert set(seen.items()) <= {*as_bytes(SITE).items(), *as_bytes(NEXT).items()}
    if method in ("PUT", "HEAD"):
        # what can't be looked at is gone all the same, and an alarm
        assert not [key for key in seen if "bob" in key]
    publish(s3_target.open(), tmp_path / "build", local)
    assert s3_target.read_all() == as_bytes(NEXT)
    assert read_objects(s3_target.open()).keys() == NEXT.keys()


def test_a_server_that_never_answers_is_left_in_time(
    s3_target: Target, interference: Interference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "ANSWER_SECONDS", 0.05)
    interference.rule = lambda method, path: Answer(status=0, wait=0.3)
    with pytest.raises(TargetUnreachable, match="doesn't answer"):
        open_tree(impatient(s3_target, interference))
    assert 1 < len(interference.seen) <= 6


def test_a_newer_run_at_any_moment_is_never_overwritten(s3_environment: Seaweed, tmp_path: Path) -> None:
    old = write_site(tmp_path / "old", make_people({"ann": "Ann of two", "dan": "Dan, hidden since"}, "css"))
    new = make_people({"ann": "Ann of three", "eve": "Eve"}, "css")
    newer = write_site(tmp_path / "new", new)
    calls = 0
    for at in itertools.count(2):
        target = make_s3_target(s3_environment, f"overtaken{next(PREFIXES)}")
        publish(target.open(), tmp_path / "site", write_site(tmp_path / "site", make_people({"ann": "Ann"}, "css")))

        def overtake(call: Call, target: Target = target, at: int = at) -> None:
            if call.number == at and not call.done:
                publish(target.open(), tmp_path / "new", newer)

        seam = Seam(target.open(), overtake)
        try:
            publish(seam, tmp_path / "old", old)
        except Overtaken:
            assert target.read_all() == as_bytes(new), f"overtaken at call {at}: {seam.calls[at - 1]}"
            # nobody has to mend anything
            assert read_objects(target.open()).keys() == new.keys()
            assert not publish(target.open(), tmp_path / "new", newer)[1].uploaded
            calls += 1
        else:
            # the older one had written its manifest: the newer one came after it
            assert seam.calls[at - 1].method in ("delete_state", "write_state", "read_state")
            assert target.read_all() == as_bytes(new)
            break
    assert calls > 10


def test_a_lost_lock_stops_the_run_before_its_next_write(target: Target, tmp_path: Path) -> None:
    class Lost:
        asked = 0

        def check(self) -> None:
            self.asked += 1
            if self.asked > 2:
                raise Overtaken("the lock is somebody else's")

    bucket, time = watch(target.open()), itertools.count(0, 10)
    local = write_site(tmp_path / "build", SITE)
    plan, tree = plan_publish(bucket, local)
    with pytest.raises(Overtaken, match="somebody else's"):
        apply_plan(plan, bucket, tmp_path / "build", tree, Silent(), lock=Lost(), clock=lambda: next(time))
    assert bucket.count("put") == 0
    assert open_tree(target.open()).root.touching
    publish(target.open(), tmp_path / "build", local)
    assert target.read_all() == as_bytes(SITE)


def test_a_lock_is_asked_again_every_second_of_an_upload(tmp_path: Path) -> None:
    class Counting:
        asked = 0

        def check(self) -> None:
            self.asked += 1

    local = write_site(tmp_path / "build", make_people({f"n{n}": "Name" for n in range(20)}, "css"))
    asked = []
    for step in (0.0, 0.3):
        bucket = make_folder_target(tmp_path / f"www{step}").open()
        lock, moment = Counting(), itertools.count()
        plan, tree = plan_publish(bucket, local)
        apply_plan(
            plan, bucket, tmp_path / "build", tree, Silent(), lock=lock, clock=lambda s=step, m=moment: next(m) * s
        )
        asked.append(lock.asked)
    # the announcement and five waves, and a check in the middle of them whenever a second has passed
    assert asked[0] == 6
    assert asked[1] > 20


def test_what_was_left_at_an_address_before_is_replaced(target: Target, tmp_path: Path) -> None:
    bucket = target.open()
    headers = headers_for("index.html")
    bucket.put("p/ann/index.html", b"older", headers, "0" * 64, "")
    with pytest.raises(Overtaken):
        bucket.put("p/ann/index.html", b"another", headers, "0" * 64, "")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    assert target.read_all() == as_bytes(SITE)


def list_traces(client: Any, bucket: str, word: str) -> list[str]:
    """Return every version of a key with this word in it, and of a state that says it."""
    page = client.list_object_versions(Bucket=bucket)
    versions = page.get("Versions", [])
    found = [each["Key"] for each in [*versions, *page.get("DeleteMarkers", [])] if word in each["Key"]]
    for each in versions:
        if each["Key"].startswith("_state/"):
            answer = client.get_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
            found += [each["Key"]] if word.encode() in answer["Body"].read() else []
    return found


def test_no_version_of_somebody_who_left_stays(s3_environment: Seaweed, tmp_path: Path) -> None:
    client = s3_environment.client()
    client.create_bucket(Bucket="versioned")
    client.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    for people in ({"ann": "Ann", "bob": "Bob"}, {"ann": "Ann", "bob": "Bob SECRET"}, {"ann": "Ann"}):
        before = list_traces(client, "versioned", "bob")
        bucket = open_bucket("s3://versioned", endpoint_url=s3_environment.endpoint_url)
        publish(bucket, tmp_path / "build", write_site(tmp_path / "build", make_people(people, "css")))
    assert before.count("p/bob/index.html") == 2
    assert list_traces(client, "versioned", "bob") == []
    assert list_traces(client, "versioned", "p/ann/")


def test_versions_from_before_versioning_was_suspended_go_too(s3_environment: Seaweed) -> None:
    client = s3_environment.client()
    client.create_bucket(Bucket="suspended")
    for status in ("Enabled", "Suspended"):
        client.put_bucket_versioning(Bucket="suspended", VersioningConfiguration={"Status": status})
        for key in ("p/bob/index.html", "p/bob/cv.pdf", "p/bobby/index.html"):
            client.put_object(Bucket="suspended", Key=key, Body=status.encode())
    bucket = open_bucket("s3://suspended", endpoint_url=s3_environment.endpoint_url)
    assert bucket.delete(["p/bob/index.html", "p/bob/cv.pdf"]) == {}
    assert set(list_traces(client, "suspended", "bob")) == {"p/bobby/index.html"}


def test_a_store_without_conditional_writes_is_used_and_named_once(
    s3_target: Target, interference: Interference, tmp_path: Path
) -> None:
    interference.refuses_conditions = True
    bucket = open_bucket(s3_target.address, endpoint_url=interference.endpoint_url)
    publish(bucket, tmp_path / "build", write_site(tmp_path / "build", SITE))
    publish(bucket, tmp_path / "build", write_site(tmp_path / "build", NEXT))
    assert s3_target.read_all() == as_bytes(NEXT)
    assert len(bucket.notes) == 1
    assert "only the database's lock" in bucket.notes[0]


def test_a_store_that_refuses_every_write_is_left(s3_target: Target, interference: Interference) -> None:
    interference.rule = lambda method, path: make_error(501, "NotImplemented") if method == "PUT" else None
    bucket = open_bucket(s3_target.address, endpoint_url=interference.endpoint_url)
    with pytest.raises(TargetUnreachable, match="NotImplemented"):
        bucket.write_state("manifest.json", b"{}", "")
    assert len(interference.seen) == 2


def test_three_hundred_people_go_at_once_however_few_old_assets_may(target: Target, tmp_path: Path) -> None:
    people = {f"n{number}": f"Name {number}" for number in range(330)}
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", make_people(people, "css")))
    left = dict(list(people.items())[:30])
    hidden = frozenset(f"id-{slug}" for slug in people if slug not in left)
    local = write_site(tmp_path / "build", make_people(left, "css"))
    _, outcome = publish(target.open(), tmp_path / "build", local, hidden=hidden, max_deletes=0)
    assert len(outcome.withdrawn) == 900
    assert target.read_all().keys() == local.keys()
    assert all(seconds >= 0 for seconds in outcome.withdrawn.values())


def test_every_request_is_counted(s3_target: Target, tmp_path: Path) -> None:
    local = write_site(tmp_path / "build", SITE)
    publish(s3_target.open(), tmp_path / "build", local)
    bucket = s3_target.open()
    publish(bucket, tmp_path / "build", local)
    assert dict(bucket.requests) == {("GetObject", "200"): 2}
    bucket = s3_target.open()
    publish(bucket, tmp_path / "build", write_site(tmp_path / "build", SITE | {"p/ann/index.html": "edited"}))
    # the root and its shard; the page, the shard and the root twice; the old shard
    assert dict(bucket.requests) == {("GetObject", "200"): 2, ("PutObject", "200"): 4, ("DeleteObjects", "200"): 1}


def test_a_former_address_says_where_it_leads(s3_target: Target, s3_environment: Seaweed, tmp_path: Path) -> None:
    local = write_site(tmp_path / "build", SITE)

    def moved(key: str) -> Any:
        return headers_for(key, redirect="/p/anna/" if key == "p/ann/index.html" else "")

    publish(s3_target.open(), tmp_path / "build", local, headers_of=moved)
    prefix = s3_target.address.removeprefix(f"s3://{BUCKET}/")
    head = s3_environment.client().head_object(Bucket=BUCKET, Key=f"{prefix}/p/ann/index.html")
    assert head["Metadata"] == {"sha256": local["p/ann/index.html"].sha256, "redirect": "/p/anna/"}
    found = s3_target.open().find("p/ann/index.html")
    assert found
    assert found.headers == moved("p/ann/index.html")
    assert not publish(s3_target.open(), tmp_path / "build", local, headers_of=moved)[1].uploaded


def test_one_edit_among_a_hundred_thousand_objects_touches_the_root_and_one_shard(tmp_path: Path) -> None:
    bucket = watch(make_folder_target(tmp_path / "www").open())
    tree = Tree(bucket, Root(), "")
    known = RemoteObject(sha256="0" * 64, size=1, headers=headers_for("index.html"), owner="x", kind="page", mark="m")
    for number in range(100_000):
        tree.put(f"p/n{number // 5}/f{number % 5}.html", known)
    tree.commit(run=1)
    assert (tree.root.size, tree.root.depth) == (100_000, 2)
    bucket.calls.clear()
    again = open_tree(bucket)
    again.load(["p/n77/f1.html"])
    again.announce(["p/n77/"], "token")
    again.put("p/n77/f1.html", known)
    again.put("p/n77/new.html", known)
    again.commit(touching=())
    assert [call.method for call in bucket.calls] == [
        *("read_state", "read_state", "write_state", "write_state", "write_state", "delete_state")
    ]
    assert len(again.objects) < 1000
    assert again.root.size == 100_001
    assert LATER
