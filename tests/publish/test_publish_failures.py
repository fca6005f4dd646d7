"""What goes wrong with targets and build folders: one clear error each, and nothing lost by it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from careerhub.errors import (
    CareerHubError,
    GuardRefused,
    Overtaken,
    StorageFull,
    TargetUnreachable,
    WrongUse,
)
from careerhub.publish.apply import apply_plan
from careerhub.publish.bucket import open_bucket
from careerhub.publish.tree import open_tree
from careerhub.reporting import Silent
from tests.publish.interference import Answer, Interference, interfere, make_error
from tests.publish.sites import (
    BUCKET,
    LATER,
    Target,
    make_folder_target,
    make_people,
    plan_publish,
    publish,
    read_objects,
    write_site,
)
from tests.seaweed import Seaweed, find_free_ports

SITE = make_people({"ann": "Ann of one", "bob": "Bob SECRET"}, "css")
NEXT = make_people({"ann": "Ann of two", "cy": "Cy"}, "css two")


@pytest.fixture
def interference(s3_environment: Seaweed) -> Iterator[Interference]:
    with interfere(s3_environment.endpoint_url) as found:
        yield found


# the old style stays for a day
KEPT = sorted({*NEXT, *(key for key in SITE if key.startswith("assets/"))})


def error_of(address: str, endpoint_url: str) -> CareerHubError:
    with pytest.raises(CareerHubError) as caught:
        open_tree(open_bucket(address, endpoint_url=endpoint_url))
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(address)
    return caught.value


def is_shown(target: Target, word: bytes) -> bool:
    return any(word in data for data in target.read_all().values())


@pytest.mark.parametrize(
    "address",
    [
        "", "site", "/srv/site", "http://example.org/", "file:site", "file://host/site", "file:///", "file:///a?b",
        "s3:", "s3://", "s3://X", "s3://ab", "s3://bucket/../x", "s3://bucket/_state", "s3://bucket/a b", "s3:/bucket",
    ],
)  # fmt: skip
def test_an_address_that_is_no_target_is_wrong_use(address: str) -> None:
    with pytest.raises(WrongUse):
        open_bucket(address)


def test_addresses_name_their_targets() -> None:
    assert open_bucket("file:///srv/my%20site/").name == "file:///srv/my%20site"
    assert open_bucket("s3://my-bucket/people/").name == "s3://my-bucket/people"
    with pytest.raises(WrongUse, match="CAREERHUB_S3_ENDPOINT_URL"):
        open_bucket("s3://my-bucket", endpoint_url="storage.example.org")


def test_wrong_credentials_are_named(s3_environment: Seaweed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    error = error_of("s3://published", s3_environment.endpoint_url)
    assert isinstance(error, WrongUse)
    assert "AWS_SECRET_ACCESS_KEY" in str(error)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    assert "AWS_ACCESS_KEY_ID" in str(error_of("s3://published", s3_environment.endpoint_url))


def test_absent_credentials_are_named(s3_environment: Seaweed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    error = error_of("s3://published", s3_environment.endpoint_url)
    assert isinstance(error, WrongUse)
    assert "AWS_PROFILE" in str(error)


def test_an_unknown_profile_is_named(s3_environment: Seaweed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    error = error_of("s3://published", s3_environment.endpoint_url)
    assert isinstance(error, WrongUse)
    assert "nowhere" in str(error)


def test_a_missing_bucket_is_named(s3_environment: Seaweed) -> None:
    error = error_of("s3://no-such-bucket", s3_environment.endpoint_url)
    assert isinstance(error, WrongUse)
    assert "create it" in str(error)


def test_an_endpoint_that_does_not_answer_is_named(s3_environment: Seaweed) -> None:
    endpoint_url = f"http://127.0.0.1:{find_free_ports(1)[0]}"
    error = error_of("s3://published", endpoint_url)
    assert isinstance(error, TargetUnreachable)
    assert endpoint_url in str(error)


@pytest.mark.parametrize(
    ("answer", "kind", "hint"),
    [
        (make_error(403, "RequestTimeTooSkewed"), WrongUse, "clock"),
        (make_error(403, "AccessDenied"), TargetUnreachable, "s3:GetObject"),
        (make_error(301, "PermanentRedirect"), WrongUse, "AWS_REGION"),
        (make_error(400, "ExpiredToken"), WrongUse, "log in again"),
        (make_error(400, "Strange", "two\nlines"), TargetUnreachable, "Strange"),
        (Answer(status=200, body=b'{"format":1,', length=5000), TargetUnreachable, "read"),
        (Answer(status=500, body=b"<html>not XML we know"), TargetUnreachable, "500"),
    ],
)
def test_what_the_store_answers_becomes_one_line(
    interference: Interference, answer: Answer, kind: type[CareerHubError], hint: str
) -> None:
    interference.rule = lambda method, path: answer if method == "GET" else None
    error = error_of("s3://published/x", interference.endpoint_url)
    assert isinstance(error, kind)
    assert hint in str(error)


def test_one_failed_call_is_tried_again(s3_target: Target, interference: Interference, tmp_path: Path) -> None:
    failed: set[str] = set()

    def once(method: str, path: str) -> Answer | None:
        call = f"{method} {path}"
        if method != "PUT" or call in failed or "_state" in path:
            return None
        failed.add(call)
        return make_error(503, "SlowDown")

    interference.rule = once
    bucket = open_bucket(s3_target.address, endpoint_url=interference.endpoint_url)
    publish(bucket, tmp_path / "build", write_site(tmp_path / "build", SITE))
    assert sorted(s3_target.read_all()) == sorted(SITE)
    assert len(failed) == len(SITE)


def test_a_key_that_stays_is_an_alarm_after_the_rest_was_done(
    s3_target: Target, interference: Interference, tmp_path: Path
) -> None:
    publish(s3_target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    files = make_people({"ann": "Ann of two", "cy": "Cy"}, "css")
    stuck = f"{s3_target.address.removeprefix(f's3://{BUCKET}/')}/p/bob/cv.pdf"
    body = f"<DeleteResult><Error><Key>{stuck}</Key><Code>InternalError</Code></Error></DeleteResult>"
    interference.rule = lambda method, path: Answer(status=200, body=body.encode()) if method == "POST" else None
    bucket = open_bucket(s3_target.address, endpoint_url=interference.endpoint_url)
    local = write_site(tmp_path / "build", files)
    with pytest.raises(GuardRefused, match=r"p/bob/cv\.pdf \(InternalError\)") as caught:
        publish(bucket, tmp_path / "build", local)
    # the server said nothing about the other two: looking shows that they are there
    assert "p/bob/index.html (it still answers)" in str(caught.value)
    assert s3_target.read_all()["p/cy/index.html"] == files["p/cy/index.html"].encode()
    assert "p/bob/cv.pdf" in read_objects(s3_target.open())
    publish(s3_target.open(), tmp_path / "build", local)
    assert sorted(s3_target.read_all()) == sorted(files)


def test_a_delete_that_takes_effect_at_the_second_try_is_no_alarm(
    s3_target: Target, interference: Interference, tmp_path: Path
) -> None:
    publish(s3_target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))

    def lose_first(method: str, path: str) -> Answer | None:
        deletes = [call for call in interference.seen if call.startswith("POST")]
        return Answer(status=200, body=b"<DeleteResult/>") if method == "POST" and len(deletes) == 1 else None

    interference.rule = lose_first
    bucket = open_bucket(s3_target.address, endpoint_url=interference.endpoint_url)
    publish(bucket, tmp_path / "build", write_site(tmp_path / "build", NEXT))
    assert sorted(s3_target.read_all()) == KEPT


def test_a_failed_wave_stops_the_next_ones_and_the_withdrawals_stay_done(
    s3_target: Target, interference: Interference, tmp_path: Path
) -> None:
    publish(s3_target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    interference.rule = lambda method, path: (
        make_error(403, "AccessDenied") if method == "PUT" and path.endswith("cv.pdf") else None
    )
    bucket = open_bucket(s3_target.address, endpoint_url=interference.endpoint_url)
    local = write_site(tmp_path / "build", NEXT)
    with pytest.raises(TargetUnreachable, match="may not write"):
        publish(bucket, tmp_path / "build", local)
    assert not is_shown(s3_target, b"SECRET")
    assert not is_shown(s3_target, b"Ann of two")
    objects = read_objects(s3_target.open())
    assert next(key for key in SITE if key.startswith("assets/")) in s3_target.read_all()
    known = {key for key, found in objects.items() if found.sha256}
    assert known <= set(s3_target.read_all())
    assert not [key for key in objects if "bob" in key]
    # pages still show the old style: it is no orphan yet
    assert not open_tree(s3_target.open()).root.orphans
    interference.rule = lambda method, path: None
    publish(bucket, tmp_path / "build", local)
    assert sorted(s3_target.read_all()) == KEPT


def test_a_list_that_cannot_be_written_holds_no_withdrawal_up(
    s3_target: Target, interference: Interference, tmp_path: Path
) -> None:
    publish(s3_target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    interference.rule = lambda method, path: (
        make_error(403, "AccessDenied") if method == "PUT" and path.endswith("/index.html") else None
    )
    bucket = open_bucket(s3_target.address, endpoint_url=interference.endpoint_url)
    with pytest.raises(TargetUnreachable):
        publish(bucket, tmp_path / "build", write_site(tmp_path / "build", NEXT))
    assert not is_shown(s3_target, b"SECRET")


def test_objects_carry_their_headers(s3_target: Target, s3_environment: Seaweed, tmp_path: Path) -> None:
    local = write_site(tmp_path / "build", SITE)
    publish(s3_target.open(), tmp_path / "build", local)
    prefix = s3_target.address.removeprefix(f"s3://{BUCKET}/")
    for key, known in read_objects(s3_target.open()).items():
        head = s3_environment.client().head_object(Bucket=BUCKET, Key=f"{prefix}/{key}")
        assert (head["ContentType"], head["CacheControl"]) == (known.headers.content_type, known.headers.cache_control)
        assert head.get("ContentDisposition", "") == known.headers.content_disposition
        assert head["Metadata"] == {"sha256": local[key].sha256}


def test_a_whole_bucket_is_a_target_too(s3_environment: Seaweed, tmp_path: Path) -> None:
    client = s3_environment.client()
    client.create_bucket(Bucket="whole-bucket")
    bucket = open_bucket("s3://whole-bucket", endpoint_url=s3_environment.endpoint_url)
    publish(bucket, tmp_path / "build", write_site(tmp_path / "build", SITE))
    keys = [item["Key"] for item in client.list_objects_v2(Bucket="whole-bucket")["Contents"]]
    shard = next(iter(open_tree(bucket).root.shards.values()))
    assert keys == sorted([*SITE, "_state/manifest.json", f"_state/shards/{shard}.json"])
    assert sorted(found.key for found in bucket.list_objects()) == sorted(SITE)


def test_a_lost_answer_is_not_taken_for_another_publisher(
    s3_target: Target, interference: Interference, tmp_path: Path
) -> None:
    lost: list[str] = []

    def lose_first(method: str, path: str) -> Answer | None:
        if method != "PUT" or path in lost:
            return None
        lost.append(path)
        return Answer(status=500, done=True)

    interference.rule = lose_first
    bucket = open_bucket(s3_target.address, endpoint_url=interference.endpoint_url)
    publish(bucket, tmp_path / "build", write_site(tmp_path / "build", SITE))
    assert sorted(s3_target.read_all()) == sorted(SITE)
    assert [path for path in lost if "_state" in path]


@pytest.mark.parametrize("intruder", [".env", "p/ann/.git", "p/ann/link.html", "p/linked"])
def test_a_build_with_links_or_hidden_files_is_refused(tmp_path: Path, intruder: str) -> None:
    local = write_site(tmp_path / "build", SITE)
    path = tmp_path / "build" / intruder
    if "link" in intruder:
        path.symlink_to("/etc" if intruder == "p/linked" else "/etc/passwd")
    else:
        path.write_text("secret")
    target = make_folder_target(tmp_path / "www")
    with pytest.raises(GuardRefused, match=intruder):
        publish(target.open(), tmp_path / "build", local)
    assert target.read_all() == {}


@pytest.mark.parametrize("text", ["Ann of xyz", "longer than it was", None])
def test_a_build_that_changed_since_is_refused_and_withdraws_all_the_same(tmp_path: Path, text: str | None) -> None:
    target = make_folder_target(tmp_path / "www")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    local = write_site(tmp_path / "build", NEXT | {"p/ann/resume.json": "Ann of two"})
    (tmp_path / "build" / "p/ann/resume.json").unlink()
    if text:
        (tmp_path / "build" / "p/ann/resume.json").write_text(text)
    with pytest.raises(Overtaken, match="run build again"):
        publish(target.open(), tmp_path / "build", local)
    assert not is_shown(target, b"SECRET")
    seen = target.read_all()
    assert seen["p/ann/resume.json"] == SITE["p/ann/resume.json"].encode()
    # open pages still ask for the old style
    assert next(key for key in SITE if key.startswith("assets/")) in seen


def test_only_one_publisher_of_a_folder_is_at_work(tmp_path: Path) -> None:
    target = make_folder_target(tmp_path / "www")
    local = write_site(tmp_path / "build", SITE)
    with target.open().lock(), pytest.raises(Overtaken, match="at work"):
        publish(target.open(), tmp_path / "build", local)
    publish(target.open(), tmp_path / "build", local)


def test_no_link_leads_out_of_the_published_folder(tmp_path: Path) -> None:
    target = make_folder_target(tmp_path / "www")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    outside = tmp_path / "outside"
    shutil.move(tmp_path / "www/p/bob", outside)
    (tmp_path / "www/p/bob").symlink_to(outside)
    with pytest.raises(GuardRefused, match="www/p/bob is a link"):
        publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", NEXT))
    assert sorted(path.name for path in outside.iterdir()) == ["cv.pdf", "index.html", "resume.json"]
    with pytest.raises(TargetUnreachable, match="is a link"):
        changed = write_site(tmp_path / "build", SITE | {"p/bob/index.html": "changed"})
        publish(target.open(), tmp_path / "build", changed)
    assert (outside / "index.html").read_text() == SITE["p/bob/index.html"]


def test_empty_folders_go_with_their_last_file(tmp_path: Path) -> None:
    target = make_folder_target(tmp_path / "www")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", NEXT))
    assert sorted(path.name for path in (tmp_path / "www" / "p").iterdir()) == ["ann", "cy"]
    assert sorted(path.name for path in (tmp_path / "www.state").iterdir()) == ["lock", "manifest.json", "shards"]


def test_published_files_can_be_read_by_a_web_server_and_the_state_cannot(tmp_path: Path) -> None:
    target = make_folder_target(tmp_path / "www")
    mask = os.umask(0o022)
    try:
        publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    finally:
        os.umask(mask)
    assert (tmp_path / "www/p/ann/index.html").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "www.state").stat().st_mode & 0o777 == 0o700


def test_a_target_inside_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    target = make_folder_target(tmp_path / "file" / "www")
    with pytest.raises(TargetUnreachable, match=f"{tmp_path}/file/www.state.*: Not a directory"):
        publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "p").write_text("in the way")
    target = make_folder_target(tmp_path / "www")
    with pytest.raises(TargetUnreachable, match=f"{tmp_path}/www/p/ann/"):
        publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    target = make_folder_target(tmp_path / "closed" / "www")
    with pytest.raises(TargetUnreachable, match=r"closed/www.*: Permission denied"):
        publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False).returncode:
        pytest.skip("this machine doesn't allow to mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_full_disk_leaves_whole_files_and_withdraws_all_the_same(small_disk: Path, tmp_path: Path) -> None:
    target = make_folder_target(small_disk / "www")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    local = write_site(tmp_path / "build", NEXT | {"p/cy/cv.pdf": "x" * 2_000_000})
    with pytest.raises(StorageFull, match=r"www/p/cy/cv\.pdf: No space left.*make room"):
        publish(target.open(), tmp_path / "build", local)
    seen = target.read_all()
    assert not is_shown(target, b"SECRET")
    assert set(seen.values()) <= {text.encode() for text in (*SITE.values(), *NEXT.values())}
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", NEXT))
    assert sorted(target.read_all()) == KEPT


def test_a_disk_too_full_for_the_manifest_still_withdraws(small_disk: Path, tmp_path: Path) -> None:
    target = make_folder_target(small_disk / "www")
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))
    fill = small_disk / "fill"
    with pytest.raises(OSError, match="No space"), fill.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 512)
    local = write_site(tmp_path / "build", NEXT)
    with pytest.raises(StorageFull):
        publish(target.open(), tmp_path / "build", local)
    assert not is_shown(target, b"SECRET")
    fill.unlink()
    publish(target.open(), tmp_path / "build", local)
    assert sorted(target.read_all()) == KEPT


def test_a_read_only_disk_is_named(small_disk: Path, tmp_path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    target = make_folder_target(small_disk / "www")
    with pytest.raises(StorageFull, match="Read-only"):
        publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", SITE))


def test_an_interrupted_wave_is_written_down_by_the_next_run(tmp_path: Path) -> None:
    target = make_folder_target(tmp_path / "www")
    local = write_site(tmp_path / "build", SITE)
    bucket = target.open()
    plan, tree = plan_publish(bucket, local)

    class Interrupted(Silent):
        def progress(self, what: str, done: int, total: int) -> None:
            if "pages" in what:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_plan(plan, bucket, tmp_path / "build", tree, Interrupted())
    publish(target.open(), tmp_path / "build", write_site(tmp_path / "build", {}))
    assert [key for key in target.read_all() if not key.startswith("assets/")] == []
    publish(target.open(), tmp_path / "build", {}, now=LATER)
    assert target.read_all() == {}
