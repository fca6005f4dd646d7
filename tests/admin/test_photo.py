"""The photo's page: sent, seen by its owner alone, replaced, removed."""

from __future__ import annotations

import gc
import io
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from careerhub.admin.views.photo import LARGEST_UPLOAD
from careerhub.db.session import acting
from careerhub.editing.sharing import add_share_link
from tests.admin.pictures import make_bomb, make_picture, make_talkative, make_turned, open_picture
from tests.admin.visiting import BASE, Visitor
from tests.cli.conftest import environment_of
from tests.databases import Database
from tests.people import add_career


def send(who: Visitor, data: bytes, *, name: str = "me.jpg", kind: str = "image/jpeg", **options: Any) -> TestResponse:
    return who.post("/photo/", {"picture": (io.BytesIO(data), name, kind)}, **options)


def list_photos(database: Database, who: Visitor) -> dict[str, tuple[bytes, bytes]]:
    with acting(database.app_engine, who.user_id) as session:
        rows = session.execute(text("SELECT size, sha256, bytes FROM profile_photos"))
        return {row.size: (bytes(row.sha256), bytes(row.bytes)) for row in rows}


def read_revision(database: Database, who: Visitor) -> tuple[int, int]:
    with acting(database.app_engine, who.user_id) as session:
        row = session.execute(text("SELECT revision, coalesce(removed_at_revision, 0) FROM profile_revisions")).one()
        return int(row[0]), int(row[1])


def test_who_has_no_photo_is_told_that_none_is_needed(ada: Visitor) -> None:
    page = ada.get("/photo/")
    assert page.status_code == 200
    assert "need one" in page.text
    assert re.search(r'<input[^>]* type="file"', page.text)
    assert "<img" not in page.text
    assert ada.get("/photo/large.webp").status_code == 404


def test_a_photo_is_sent_kept_in_three_sizes_and_shown(ada: Visitor, database: Database) -> None:
    answer = send(ada, make_talkative())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/photo/")
    kept = list_photos(database, ada)
    assert kept.keys() == {"small", "medium", "large"}
    page = ada.get("/photo/").text
    assert 'src="/photo/large.webp"' in page
    assert "Ada Example" in page
    for size, (_, data) in kept.items():
        shown = ada.get(f"/photo/{size}.webp")
        assert (shown.data, shown.mimetype) == (data, "image/webp")
        assert shown.headers["Cache-Control"] == "no-store"
        assert b"CANARY" not in data


def test_a_photo_is_its_owners_alone(ada: Visitor, bob: Visitor, visitor: Visitor) -> None:
    send(ada, make_picture())
    assert ada.get("/photo/small.webp").status_code == 200
    assert bob.get("/photo/small.webp").status_code == 404
    assert "<img" not in bob.get("/photo/").text
    assert b"WEBP" not in visitor.get("/photo/small.webp").data
    for path in ("/photo/huge.webp", "/photo/..%2fsmall.webp", "/photo/small"):
        assert ada.get(path).status_code == 404


def test_another_photo_takes_the_place_of_all_three(ada: Visitor, database: Database) -> None:
    send(ada, make_picture(colour="red"))
    first, (revision, _) = list_photos(database, ada), read_revision(database, ada)
    send(ada, make_turned())
    second, after = list_photos(database, ada), read_revision(database, ada)
    assert len(second) == 3
    assert not {sha for sha, _ in first.values()} & {sha for sha, _ in second.values()}
    # the one before is gone from the site too: that counts as taken away
    assert after == (revision + 1, revision + 1)


def test_the_same_photo_again_changes_nothing(ada: Visitor, database: Database) -> None:
    send(ada, make_picture())
    before = read_revision(database, ada)
    assert "have already" in send(ada, make_picture(), follow_redirects=True).text
    assert read_revision(database, ada) == before


def test_a_removed_photo_is_gone_and_counts_as_taken_away(ada: Visitor, database: Database) -> None:
    before, _ = read_revision(database, ada)
    send(ada, make_picture())
    assert read_revision(database, ada) == (before + 1, 0)
    assert ada.post("/photo/remove", at="/photo/").status_code == 303
    assert list_photos(database, ada) == {}
    assert read_revision(database, ada) == (before + 2, before + 2)
    assert ada.post("/photo/remove", at="/photo/").status_code == 303
    assert read_revision(database, ada) == (before + 2, before + 2)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no JPEG"),
        (b"<!doctype html><script>alert(1)</script>", "no JPEG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "no JPEG"),
        (make_picture(kind="GIF"), "no JPEG"),
        (make_picture((64, 64), kind="TIFF"), "no JPEG"),
        (b"%PDF-1.7\n", "no JPEG"),
        (make_bomb(9_000), "25 megapixels"),
        (make_bomb(13_000), "25 megapixels"),
        (make_picture((900, 900))[:3000], "damaged"),
        (b"", "Choose a file"),
    ],
    ids=["svg", "html", "eps", "gif", "tiff", "pdf", "bomb", "larger-bomb", "half", "nothing"],
)
def test_what_is_no_photo_is_refused_with_a_sentence(ada: Visitor, database: Database, data: bytes, says: str) -> None:
    answer = send(ada, data)
    assert answer.status_code == 422
    assert says in answer.text
    assert "<title>Problem: " in answer.text
    assert list_photos(database, ada) == {}


@pytest.mark.parametrize(
    "name", ["../../x.jpg", "x.php.jpg", "x" * 300 + ".jpg", "a\0b.jpg", 'x" onload="1.jpg', "x.svg"]
)
def test_the_name_of_the_file_is_ignored(ada: Visitor, database: Database, name: str) -> None:
    answer = send(ada, make_picture(), name=name, kind="text/html")
    assert answer.status_code == 303
    assert len(list_photos(database, ada)) == 3
    assert "onload" not in ada.get("/photo/").text


def test_no_file_at_all_is_refused(ada: Visitor) -> None:
    assert ada.post("/photo/").status_code == 422
    assert ada.post("/photo/", {"picture": "a text"}).status_code == 422


class Unread(io.RawIOBase):
    """A body that knows whether anybody has read it."""

    was_read = 0

    def __init__(self, size: int) -> None:
        self.size, self.place = size, 0

    def tell(self) -> int:
        return self.place

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = self.size if whence else place
        return self.place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.was_read += len(buffer)
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


@pytest.mark.parametrize("size", [51_000_000, LARGEST_UPLOAD + 1])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(ada: Visitor, size: int) -> None:
    body = Unread(size)
    answer = ada.client.open(
        "/photo/",
        method="POST",
        base_url=BASE,
        input_stream=body,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert body.was_read == 0


def test_a_stranger_sends_no_more_than_a_form(visitor: Visitor) -> None:
    body = Unread(9_000_000)
    answer = visitor.client.open(
        "/photo/", method="POST", base_url=BASE, input_stream=body,
        content_type="multipart/form-data; boundary=x",
    )  # fmt: skip
    assert answer.status_code == 413
    assert body.was_read == 0


# the test client puts a large body into a file and leaves it to the garbage collector
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_a_photo_of_nine_megabytes_is_taken(ada: Visitor) -> None:
    assert send(ada, make_picture() + b"\0" * 9_000_000).status_code == 303
    gc.collect()


def test_the_twenty_first_photo_of_an_hour_is_refused(ada: Visitor, bob: Visitor) -> None:
    token = ada.find_token("/photo/")
    said = [ada.post("/photo/", {"csrf_token": token}).status_code for _ in range(21)]
    assert said == [422] * 20 + [429]
    assert send(bob, make_picture()).status_code == 303


def test_a_form_without_its_token_changes_nothing(ada: Visitor, database: Database) -> None:
    assert send(ada, make_picture()).status_code == 303
    for path in ("/photo/", "/photo/remove"):
        assert ada.client.post(path, base_url=BASE).status_code == 403
    assert len(list_photos(database, ada)) == 3
    assert ada.get("/photo/remove").status_code == 405


def test_a_photo_is_as_it_was_sent(ada: Visitor) -> None:
    send(ada, make_picture(colour="red"))
    assert open_picture(ada.get("/photo/large.webp").data).convert("RGB").getpixel((50, 50)) in [
        (r, g, b) for r in range(250, 256) for g in range(4) for b in range(4)
    ]


def test_whoever_sees_the_page_sees_the_photo(ada: Visitor, visitor: Visitor, database: Database) -> None:
    send(ada, make_picture())
    page = ada.get("/seen/page/you/p/ada/").text
    found = re.search(r'<img class="portrait" src="([^"]+)"', page)
    assert found is not None
    shown = ada.get(found[1])
    kept = {data for _, data in list_photos(database, ada).values()}
    assert (shown.mimetype, shown.data in kept) == ("image/webp", True)
    with acting(database.app_engine, ada.user_id) as session:
        session.execute(text("UPDATE profiles SET visibility = 'FRIENDS'"))
        token = add_share_link(session, ada.profile_id, "for a friend", timedelta(days=1))
    page = visitor.get(f"/shared/{token}/").text
    found = re.search(r'<img class="portrait" src="([^"]+)"', page)
    assert found is not None
    assert visitor.get(found[1]).data in kept
    ada.post("/photo/remove", {})
    assert visitor.get(found[1]).status_code == 404


def test_a_cv_that_asks_for_the_photo_has_it_in_the_preview_and_as_it_is_built(
    ada: Visitor, database: Database, tmp_path: Path
) -> None:
    send(ada, make_picture())
    cv_id = add_career(database.app_engine, ada.profile_id)["cv_versions"]
    before = ada.get(f"/cvs/{cv_id}.pdf").data
    with acting(database.app_engine, ada.user_id) as session:
        session.execute(
            text("UPDATE cv_versions SET is_public = true, sections_config = sections_config || '{\"photo\": true}' WHERE id = :id"),
            {"id": cv_id},
        )  # fmt: skip
    seen = ada.get(f"/cvs/{cv_id}.pdf").data
    assert b"/DCTDecode" in seen
    assert b"/DCTDecode" not in before
    environment = environment_of(database, tmp_path) | {"CAREERHUB_SITE_URL": "http://127.0.0.1:8000"}
    for command in (["build", "--only", "cvs", "--out", "built"], ["cv", "ada", "--version", "short", "-o", "ada.pdf"]):
        done = subprocess.run(
            [sys.executable, "-m", "careerhub", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    built = tmp_path / "built/site/p/ada"
    assert b"/DCTDecode" in (built / "cv/short.pdf").read_bytes()
    assert b"/DCTDecode" not in (built / "cv.pdf").read_bytes()
    # the only public profile is the site itself, so that what is built names another address
    assert (tmp_path / "ada.pdf").read_bytes() == seen
