"""Mails: sent by a real server's word, tried again when it is away, and never with more in them than they should."""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from careerhub.admin.mails import make_message, send_due, start_sending
from careerhub.admin.parts import Parts
from careerhub.db.session import acting
from careerhub.editing.accounts import add_account
from careerhub.editing.outbox import DueMail, queue_mail
from careerhub.editing.tokens import make_token, use_token
from careerhub.errors import SettingsInvalid
from careerhub.ids import make_id
from tests.admin.reading import ReadMail, read_mail, read_mails
from tests.databases import Database
from tests.people import add_person, owner_of

ADA = "ada@example.org"


class Inbox:
    """What a mail server got; `refuses` makes it answer that it can't."""

    def __init__(self) -> None:
        self.mails: list[ReadMail] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return f"451 Not now: {envelope.content[-80:]!r}"[:400].replace("\n", " ")
        self.mails.append(read_mail(envelope.content))
        return "250 OK"


@pytest.fixture
def inbox(unused_port: int) -> Iterator[Inbox]:
    """Give what a real SMTP server on this machine receives."""
    handler = Inbox()
    server = Controller(handler, hostname="127.0.0.1", port=unused_port)
    server.start()
    yield handler
    server.stop()


@pytest.fixture
def unused_port() -> int:
    """Give a port that nothing listens on."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def mailing(parts: Parts, unused_port: int) -> Parts:
    """Give parts that send by that server."""
    return replace(parts, smtp_url=f"smtp://127.0.0.1:{unused_port}", mail_from="careerhub@example.org")


def queue(parts: Parts, kind: Any = "SIGN_UP", email: str = ADA, **options: Any) -> str:
    user_id = make_id()
    with acting(parts.engine, user_id) as session:
        add_account(session, email, user_id=user_id)
        queue_mail(session, user_id, kind, **options)
    return user_id


def make_due(database: Database) -> None:
    """Let the time pass after which a mail is tried again."""
    with database.connect() as connection:
        connection.execute("UPDATE mail_outbox SET next_attempt_at = clock_timestamp() WHERE sent_at IS NULL")


def test_a_mail_arrives_once_with_a_link_that_works(mailing: Parts, inbox: Inbox) -> None:
    queue(mailing)
    assert send_due(mailing) == 1
    assert send_due(mailing) == 0
    (mail,) = inbox.mails
    assert (mail.to, mail.subject) == (ADA, "Choose your password for CareerHub")
    assert mail.link.startswith(f"{mailing.admin_url}/sign-up/password?token=")
    assert mail.link in mail.html
    with acting(mailing.engine, None) as session:
        assert use_token(session, mail.link.partition("?token=")[2], "VERIFY_EMAIL") is not None


def test_a_mail_that_fails_is_sent_later_with_another_token_and_the_log_keeps_the_secret(
    mailing: Parts, inbox: Inbox, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    queue(mailing)
    inbox.refuses = True
    assert send_due(mailing) == 0
    inbox.refuses = False
    assert send_due(mailing) == 0  # not yet
    make_due(database)
    assert send_due(mailing) == 1
    lines = [r.getMessage() for r in caplog.records if r.name == "careerhub.mails"]
    assert len(lines) == 1
    assert "451" in lines[0]
    assert "token" not in lines[0]
    with database.connect() as connection:
        tokens = connection.execute("SELECT count(*), count(used_at) FROM user_tokens").fetchone()
        row = connection.execute("SELECT attempts, sent_at IS NOT NULL, last_error FROM mail_outbox").fetchone()
    assert tokens == (2, 1)  # the first one is worth nothing
    assert row == (2, True, "")


def test_a_server_that_is_away_loses_nothing(mailing: Parts, database: Database) -> None:
    queue(mailing)
    assert send_due(mailing) == 0
    with database.connect() as connection:
        row = connection.execute(
            "SELECT attempts, sent_at, last_error, next_attempt_at > now() FROM mail_outbox"
        ).fetchone()
    assert row is not None
    assert row[:2] == (1, None)
    assert "refused" in str(row[2]).lower()
    assert row[3] is True


def test_several_senders_share_the_work(mailing: Parts, inbox: Inbox) -> None:
    for number in range(12):
        queue(mailing, email=f"p{number}@example.org")
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda _: send_due(mailing), range(3))) == 12
    assert len({mail.to for mail in inbox.mails}) == len(inbox.mails) == 12


def test_the_thread_sends_and_stops(mailing: Parts, inbox: Inbox) -> None:
    queue(mailing)
    stop = start_sending(mailing)
    try:
        until = time.monotonic() + 30
        while not inbox.mails and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        stop()
    assert len(inbox.mails) == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "mails"]


def test_without_a_server_mails_are_files_of_their_owner_alone_and_the_log_says_where(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    queue(parts)
    start_sending(parts)()
    send_due(parts)
    (path,) = parts.mail_folder.iterdir()
    assert path.suffix == ".eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(parts.mail_folder.stat().st_mode) == 0o700
    assert [r.getMessage() for r in caplog.records].count(
        f"CAREERHUB_SMTP_URL isn't set: mails are written to {parts.mail_folder}"
    ) == 1
    assert read_mails(parts.mail_folder)[0].to == ADA


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:x",
        "mail.example.org",
        "smtps://a:p%C3%BC@mail.example.org",
    ],
)
def test_a_wrong_address_of_the_server_is_refused_without_its_password(parts: Parts, url: str) -> None:
    with pytest.raises(SettingsInvalid, match="CAREERHUB_SMTP_URL"):
        start_sending(replace(parts, smtp_url=url))


@pytest.mark.parametrize(
    "name", ["Ada\r\nBcc: all@example.org", 'Ada "The Lamp" Example', "<b>Ada</b> & <script>x</script>", "A" * 10_000, "Ada\x00\x1b[31m", "Ada 🕯 Lämp", "{0} {reason}"]
)  # fmt: skip
def test_a_name_stays_a_name(parts: Parts, name: str) -> None:
    mail = DueMail(
        id=make_id(), user_id=make_id(), email=ADA, kind="PUBLICATION_FAILED", recipient="",
        payload={"reason": name}, attempts=1, full_name=name, lang="en",
    )  # fmt: skip
    content = make_message(parts, mail, "https://admin.example.org/publishing/").as_bytes()
    read = read_mail(content)
    assert read.to == ADA
    head = content.partition(b"\r\n\r\n")[0]
    assert b"\nBcc:" not in head
    assert all(len(line) < 998 for line in content.split(b"\r\n"))
    assert "<script" not in read.html
    assert "<b>" not in read.html
    assert "\x1b" not in read.text
    assert "couldn't be published" in read.subject


@pytest.mark.parametrize(("lang", "subject"), [("de-CH", "Wählen Sie"), ("en", "Choose"), ("fr", "Choose")])
def test_a_mail_is_in_the_language_of_the_person(parts: Parts, lang: str, subject: str) -> None:
    queue(parts, payload={"lang": lang})
    send_due(parts)
    assert read_mails(parts.mail_folder)[0].subject.startswith(subject)


def test_texts_are_there_in_every_language() -> None:
    from careerhub.admin.languages import LANGUAGES
    from careerhub.admin.mail_texts import FACTOR_CHANGES, FOOTER, GREETING, TEXTS

    for texts in (TEXTS, FACTOR_CHANGES):
        assert set(texts) == set(LANGUAGES)
        assert len({frozenset(kinds) for kinds in texts.values()}) == 1
    assert set(FOOTER) == set(GREETING) == set(LANGUAGES)


def test_a_certificate_about_to_expire_is_told_once(parts: Parts, database: Database) -> None:
    profile_id = add_person(database.app_engine, "ada", full_name="Ada Example")
    user_id = owner_of(profile_id)
    with acting(parts.engine, user_id) as session:
        use_token(session, make_token(session, user_id, "VERIFY_EMAIL", timedelta(hours=1)), "VERIFY_EMAIL")
    with database.connect() as connection:
        connection.execute(
            "INSERT INTO certifications (profile_id, id, name, expiry_date, expiry_precision) VALUES (%s, %s, 'Lamp licence', current_date + 10, 'D')",
            (profile_id, make_id()),
        )
    for _ in range(2):
        stop = start_sending(parts)
        until = time.monotonic() + 20
        while not list(parts.mail_folder.glob("*.eml")) and time.monotonic() < until:
            time.sleep(0.05)
        stop()
    (mail,) = read_mails(parts.mail_folder)
    assert mail.subject == "A certificate is about to expire"
    assert "Lamp licence expires on" in mail.text
    assert "Hello Ada Example," in mail.text
