"""Accounts: signing up, in and out; passwords and addresses; and what somebody else could try."""

from __future__ import annotations

import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from argon2 import PasswordHasher
from flask import Flask

from careerhub.admin.mails import send_due
from careerhub.admin.parts import Parts
from careerhub.db.session import acting
from careerhub.editing.accounts import add_account, change_account, change_password, read_credentials
from careerhub.editing.passwords import hash_password
from careerhub.editing.tokens import make_token, use_token
from careerhub.ids import make_id
from tests.admin.reading import read_mails
from tests.admin.visiting import BASE, Visitor
from tests.databases import Database

GOOD = "seven lamps by the harbour"
OTHER = "eight lamps by the harbour"
ADA = "ada@example.org"


def add_somebody(parts: Parts, email: str = ADA, password: str = GOOD, *, is_verified: bool = True) -> str:
    """Add an account that may sign in."""
    user_id = make_id()
    with acting(parts.engine, user_id) as session:
        add_account(session, email, user_id=user_id)
        change_password(session, user_id, hash_password(password))
        if is_verified:
            use_token(session, make_token(session, user_id, "VERIFY_EMAIL", timedelta(hours=1)), "VERIFY_EMAIL")
    return user_id


def sign_in(visitor: Visitor, email: str = ADA, password: str = GOOD, **others: str):
    return visitor.post("/sign-in", {"email": email, "password": password, **others}, at="/sign-in")


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/account/").status_code == 200


def open_link(parts: Parts, kind: str) -> str:
    """Send what is due, and return path and query of the latest mail whose link goes there."""
    send_due(parts)
    links = [m.link for m in read_mails(parts.mail_folder) if kind in m.link]
    return links[-1].removeprefix(parts.admin_url)


def use_link(visitor: Visitor, link: str, **fields: str):
    path, _, token = link.partition("?token=")
    return visitor.post(path, {"token": token, **fields}, at=link)


def hide_token(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def test_somebody_signs_up_by_mail_chooses_a_password_and_is_in(visitor: Visitor, parts: Parts) -> None:
    answer = visitor.post("/sign-up", {"email": "new@example.org"}, follow_redirects=True)
    assert "We have sent a mail to new@example.org" in answer.text
    link = open_link(parts, "/sign-up/password")
    assert visitor.get(link).status_code == 200
    assert visitor.get(link).status_code == 200  # programs that open links change nothing
    answer = use_link(visitor, link, password=GOOD)
    assert (answer.status_code, answer.location) == (302, "/")
    assert is_signed_in(visitor)
    again = use_link(Visitor(visitor.app), link, password=OTHER)
    assert again.status_code == 400


def test_signing_up_with_a_known_address_says_the_same_and_mails_that_there_is_an_account(
    app: Flask, parts: Parts
) -> None:
    add_somebody(parts)
    answers = []
    for email in (ADA, "nobody@example.org"):
        answer = Visitor(app).post("/sign-up", {"email": email}, follow_redirects=True)
        answers.append((answer.status_code, hide_token(answer.text).replace(email, "")))
    assert answers[0] == answers[1]
    send_due(parts)
    by_recipient = {mail.to: mail.subject for mail in read_mails(parts.mail_folder)}
    assert by_recipient[ADA] == "You have a CareerHub account already"
    assert by_recipient["nobody@example.org"] == "Choose your password for CareerHub"


def test_an_account_without_a_password_gets_the_mail_to_choose_one(visitor: Visitor, parts: Parts) -> None:
    user_id = make_id()
    with acting(parts.engine, user_id) as session:
        add_account(session, ADA, user_id=user_id)
    visitor.post("/forgotten", {"email": ADA})
    assert use_link(visitor, open_link(parts, "/sign-up/password"), password=GOOD).status_code == 302
    assert is_signed_in(visitor)


def test_twenty_who_sign_up_at_once_make_one_account(app: Flask, database: Database, parts: Parts) -> None:
    def sign_up(number: int) -> int:
        visitor = Visitor(app)
        email = "A@x.example" if number % 2 else "a@x.example"
        # behind twenty addresses: else the limit answers
        return visitor.post(
            "/sign-up", {"email": email}, environ_overrides={"REMOTE_ADDR": f"10.0.0.{number}"}
        ).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(sign_up, range(20))) == {302}
    with database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (1,)


def test_every_way_of_being_wrong_gets_the_same_answer(app: Flask, parts: Parts, database: Database) -> None:
    add_somebody(parts)
    add_somebody(parts, "unproved@example.org", is_verified=False)
    closed = add_somebody(parts, "closed@example.org")
    with acting(database.owner_engine, None) as session:
        change_account(session, closed, is_active=False)
    tries = [
        (ADA, "wrong password"),
        ("nobody@example.org", GOOD),
        ("unproved@example.org", GOOD),
        ("closed@example.org", GOOD),
        ("", GOOD + "x"),
    ]
    answers = [sign_in(Visitor(app), email, password) for email, password in tries[:4]]
    assert {answer.status_code for answer in answers} == {422}
    assert len({hide_token(a.text).replace(e, "") for a, (e, _) in zip(answers, tries, strict=False)}) == 1
    assert "isn&#39;t right" in answers[0].text


def test_the_time_does_not_tell_who_has_an_account(app: Flask, parts: Parts) -> None:
    """Compare the work of interleaved tries: by the processor's clock, which other programs here don't disturb.

    That clock doesn't see the database; both ways ask it the same questions but for the mail that is queued.
    """
    add_somebody(parts)
    visitor = Visitor(app)
    token = visitor.find_token("/sign-in")

    def measure(path: str, *values: dict[str, str]) -> float:
        taken: list[list[float]] = [[] for _ in values]
        for number in range(15):
            for each, fields in zip(taken, values, strict=True):
                elsewhere = {"REMOTE_ADDR": f"10.0.{number}.1"}  # else the limit answers
                began = time.process_time()
                answer = visitor.post(path, fields | {"csrf_token": token}, environ_overrides=elsewhere)
                each.append(time.process_time() - began)
                assert answer.status_code in (302, 422)
        return abs(statistics.median(taken[0]) - statistics.median(taken[1]))

    known, unknown = {"email": ADA, "password": "wrong!!!"}, {"email": "nobody@example.org", "password": "wrong!!!"}
    assert measure("/sign-in", known, unknown) < 0.020
    assert measure("/forgotten", {"email": ADA}, {"email": "nobody@example.org"}) < 0.020


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("q7!zkw4", False),
        ("q7!zkw4m", True),
        ("  lamps  ", True),
        ("x7" * 32, True),
        ("y8" * 64, True),
        ("🕯🕯🕯🕯🕯🕯🕯🕯", True),
        ("password1", False),
    ],
)
def test_a_password_is_kept_as_it_is_typed(visitor: Visitor, parts: Parts, password: str, is_taken: bool) -> None:
    visitor.post("/sign-up", {"email": ADA})
    answer = use_link(visitor, open_link(parts, "/sign-up/password"), password=password)
    assert answer.status_code == (302 if is_taken else 422)
    if is_taken:
        assert sign_in(Visitor(visitor.app), password=password).status_code == 302
        assert sign_in(Visitor(visitor.app), password=password.strip()[:-1]).status_code == 422
        assert (
            password == password.strip() or sign_in(Visitor(visitor.app), password=password.strip()).status_code == 422
        )


@pytest.mark.parametrize("length", [1001, 1_000_000])
def test_a_huge_password_costs_nothing(visitor: Visitor, parts: Parts, length: int) -> None:
    add_somebody(parts)
    token = visitor.find_token("/sign-in")
    began = time.perf_counter()
    answer = visitor.post("/sign-in", {"email": ADA, "password": "x" * length, "csrf_token": token})
    assert answer.status_code == (413 if length > 1001 else 422)
    assert length < 100_000 or time.perf_counter() - began < 0.05


def test_a_hash_of_a_lower_cost_is_made_anew_and_sessions_go_on(visitor: Visitor, parts: Parts) -> None:
    user_id = add_somebody(parts)
    sign_in(visitor)
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    with acting(parts.engine, user_id) as session:
        change_password(session, user_id, weak)
    assert sign_in(Visitor(visitor.app)).status_code == 302
    with acting(parts.engine, user_id) as session:
        known = read_credentials(session, user_id)
    assert known is not None
    assert known.password_hash.startswith("$argon2id$")
    assert known.password_hash != weak
    assert int(re.search(r"m=(\d+)", known.password_hash)[1]) >= 19456  # type: ignore[index]
    assert known.last_login_at is not None
    assert is_signed_in(visitor)


def test_twenty_uses_of_one_link_at_once_change_the_password_once(app: Flask, parts: Parts) -> None:
    add_somebody(parts)
    Visitor(app).post("/forgotten", {"email": ADA})
    link = open_link(parts, "/forgotten/password")
    visitors = [Visitor(app) for _ in range(20)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(
            pool.map(lambda v: use_link(v[1], link, password=f"{OTHER} {v[0]}").status_code, enumerate(visitors))
        )
    assert sorted(statuses) == [302] + [400] * 19


def test_a_reset_ends_every_session_and_is_told(app: Flask, parts: Parts) -> None:
    add_somebody(parts)
    browsers = [Visitor(app) for _ in range(3)]
    for browser in browsers:
        sign_in(browser)
    visitor = Visitor(app)
    visitor.post("/forgotten", {"email": ADA})
    answer = use_link(visitor, open_link(parts, "/forgotten/password"), password=OTHER)
    assert answer.location == "/forgotten/done"
    assert not any(is_signed_in(browser) for browser in [*browsers, visitor])
    send_due(parts)
    assert "Your password was changed" in [mail.subject for mail in read_mails(parts.mail_folder)]
    assert sign_in(visitor).status_code == 422
    assert sign_in(visitor, password=OTHER).status_code == 302


def test_a_changed_password_keeps_this_session_with_another_token_and_ends_the_others(app: Flask, parts: Parts) -> None:
    add_somebody(parts)
    here, there, third = Visitor(app), Visitor(app), Visitor(app)
    for browser in (here, there, third):
        sign_in(browser)
    before = here.client.get_cookie("careerhub", domain="localhost")
    answer = here.post("/account/password", {"password": "wrong!!!", "new_password": OTHER})
    assert answer.status_code == 422
    answer = here.post("/account/password", {"password": GOOD, "new_password": OTHER})
    assert answer.location == "/account/"
    assert [is_signed_in(browser) for browser in (here, there, third)] == [True, False, False]
    thief = Visitor(app)
    assert before is not None
    thief.client.set_cookie("careerhub", before.value, domain="localhost")
    assert not is_signed_in(thief)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, parts: Parts) -> None:
    add_somebody(parts)
    visitor, thief = Visitor(app), Visitor(app)
    sign_in(visitor)
    cookie = visitor.client.get_cookie("careerhub", domain="localhost")
    assert cookie is not None
    thief.client.set_cookie("careerhub", cookie.value, domain="localhost")
    assert is_signed_in(thief)
    visitor.post("/sign-out", at="/account/")
    assert not is_signed_in(thief)


def test_the_eleventh_try_is_refused_here_and_the_owner_elsewhere_gets_in(app: Flask, parts: Parts) -> None:
    add_somebody(parts)
    visitor = Visitor(app)
    # a made-up header for each try is no other address
    answers = [
        visitor.post("/sign-in", {"email": ADA, "password": "wrong!!!"}, headers={"X-Forwarded-For": f"1.2.3.{n}"})
        for n in range(11)
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 301
    owner = Visitor(app)
    answer = owner.post("/sign-in", {"email": ADA, "password": GOOD}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 302


def test_mails_to_one_address_are_limited(visitor: Visitor) -> None:
    statuses = [visitor.post("/forgotten", {"email": ADA}).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]


def test_a_closed_account_is_out_with_the_next_request(visitor: Visitor, parts: Parts, database: Database) -> None:
    user_id = add_somebody(parts)
    sign_in(visitor)
    with database.connect() as connection:
        connection.execute("UPDATE users SET is_active = false WHERE id = %s", (user_id,))
    assert visitor.get("/account/").status_code == 302


def test_another_address_counts_once_it_is_confirmed(app: Flask, parts: Parts) -> None:
    add_somebody(parts)
    visitor = Visitor(app)
    sign_in(visitor)
    form = {"email": "new@example.org", "password": "wrong!!!"}
    assert visitor.post("/account/address", form).status_code == 422
    assert visitor.post("/account/address", form | {"password": GOOD}).status_code == 302
    link = open_link(parts, "/account/address/confirm")
    mails = {mail.to: mail for mail in read_mails(parts.mail_folder)}
    assert "new@example.org" in mails[ADA].text
    assert link not in mails[ADA].text
    assert sign_in(Visitor(app)).status_code == 302  # the old one is valid until then
    Visitor(app).get(link)
    assert use_link(Visitor(app), link).status_code == 302
    assert use_link(Visitor(app), link).status_code == 400
    assert sign_in(Visitor(app)).status_code == 422
    assert sign_in(Visitor(app), "new@example.org").status_code == 302


def test_an_address_that_somebody_has_is_told_to_them_alone(app: Flask, parts: Parts) -> None:
    add_somebody(parts)
    add_somebody(parts, "bob@example.org")
    visitor = Visitor(app)
    sign_in(visitor)
    answer = visitor.post("/account/address", {"email": "bob@example.org", "password": GOOD}, follow_redirects=True)
    assert "We have sent a mail to bob@example.org" in answer.text
    send_due(parts)
    assert [m.subject for m in read_mails(parts.mail_folder) if m.to == "bob@example.org"] == [
        "You have a CareerHub account already"
    ]


def test_a_new_password_stops_a_change_of_address(app: Flask, parts: Parts) -> None:
    add_somebody(parts)
    visitor = Visitor(app)
    sign_in(visitor)
    visitor.post("/account/address", {"email": "new@example.org", "password": GOOD})
    link = open_link(parts, "/account/address/confirm")
    visitor.post("/account/password", {"password": GOOD, "new_password": OTHER})
    assert use_link(Visitor(app), link).status_code == 400


def test_secrets_in_the_address_are_ignored(visitor: Visitor, parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    add_somebody(parts)
    query = {"email": ADA, "password": GOOD}
    page = visitor.get("/sign-in", query_string=query)
    assert ADA not in page.text
    assert visitor.post("/sign-in", {}, query_string=query).status_code == 422
    assert not is_signed_in(visitor)
    assert GOOD not in caplog.text


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "///evil.example", "/\\evil.example", "https:evil.example", "http:///evil.example", "/%09/evil.example",
     "\x08//evil.example", "/\t/evil.example", "https://evil.example/", "/..//evil.example", "javascript:alert(1)"],
)  # fmt: skip
def test_after_signing_in_nobody_is_led_elsewhere(visitor: Visitor, parts: Parts, wanted: str) -> None:
    add_somebody(parts)
    assert sign_in(visitor, next=wanted).location == "/"


def test_after_signing_in_the_wanted_page_is_shown(visitor: Visitor, parts: Parts) -> None:
    add_somebody(parts)
    assert visitor.get("/account/sessions").location == "/sign-in?next=/account/sessions"
    assert 'value="/account/sessions"' in visitor.get("/sign-in?next=/account/sessions").text
    assert sign_in(visitor, next="/account/sessions").location == "/account/sessions"


def test_no_live_token_or_session_stands_in_the_database(app: Flask, parts: Parts, database: Database) -> None:
    add_somebody(parts)
    visitor = Visitor(app)
    visitor.post("/sign-up", {"email": "new@example.org"})
    visitor.post("/forgotten", {"email": ADA})
    sign_in(visitor)
    visitor.post("/account/address", {"email": "other@example.org", "password": GOOD})
    send_due(parts)
    tokens = [m.link.partition("?token=")[2] for m in read_mails(parts.mail_folder) if "?token=" in m.link]
    with visitor.client.session_transaction(base_url=BASE) as cookie:
        secrets = [*tokens, cookie["_user_id"], GOOD]
    assert len(secrets) == 5
    with database.connect() as connection:
        tables = connection.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname IN ('public', 'jobs')"
        ).fetchall()
        dump = "\n".join(
            str(row[0]) for (t,) in tables for row in connection.execute(f"SELECT x::text FROM {t} x").fetchall()
        )  # type: ignore[call-overload]
    assert ADA in dump
    for secret in secrets:
        for form in (secret, secret.encode().hex()):
            assert form not in dump


def test_sessions_are_listed_in_words_and_ended_one_by_one(app: Flask, parts: Parts, database: Database) -> None:
    add_somebody(parts)
    bob = add_somebody(parts, "bob@example.org")
    here, there, third, bobs = Visitor(app), Visitor(app), Visitor(app), Visitor(app)
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    there.post("/sign-in", {"email": ADA, "password": GOOD}, headers=firefox)
    for browser in (here, third):
        sign_in(browser)
    sign_in(bobs, "bob@example.org")
    page = here.get("/account/sessions").text
    assert "Firefox on Linux" in page
    assert page.count("this one") == 1
    with database.connect() as connection:
        theirs = connection.execute("SELECT id FROM user_sessions WHERE user_id = %s", (bob,)).fetchone()
    assert theirs is not None
    for stranger in (theirs[0], make_id(), "x"):
        assert here.post(f"/account/sessions/{stranger}/end", at="/account/sessions").status_code == 404
    found = re.search(r'Firefox.*?action="([^"]+/end)"', page, re.S)
    assert found
    assert here.post(unescape(found[1]), at="/account/sessions").status_code == 302
    assert [is_signed_in(browser) for browser in (here, there, third, bobs)] == [True, False, True, True]
    here.post("/account/sessions/end-others", at="/account/sessions")
    assert [is_signed_in(browser) for browser in (here, third, bobs)] == [True, False, True]


def test_an_account_is_deleted_with_everything_and_signed_out(
    app: Flask, ada: Visitor, parts: Parts, database: Database
) -> None:
    with acting(parts.engine, ada.user_id) as session:
        change_password(session, ada.user_id, hash_password(GOOD))
    assert "next publication" in ada.get("/account/delete").text
    assert ada.post("/account/delete", {"password": "wrong!!!"}).status_code == 422
    answer = ada.post("/account/delete", {"password": GOOD}, follow_redirects=True)
    assert "Your account is deleted" in answer.text
    assert not is_signed_in(ada)
    with database.connect() as connection:
        assert connection.execute(
            "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM profiles)"
        ).fetchone() == (0, 0)


def test_the_language_of_the_pages_is_kept_in_the_browser(ada: Visitor) -> None:
    assert ada.post("/account/language", {"language": "xx"}).status_code == 422
    assert ada.post("/account/language", {"language": "de"}).status_code == 302
    assert '<html lang="de">' in ada.get("/account/").text


def test_nothing_is_logged_that_names_who_has_no_account(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING", logger="careerhub.security"):
        sign_in(visitor, "secret-person@example.org", "wrong!!!")
        visitor.post("/forgotten", {"email": "secret-person@example.org"})
    events = [record.message for record in caplog.records if record.name == "careerhub.security"]
    assert any('"sign_in_failed"' in line for line in events)
    assert any('"reset_requested"' in line for line in events)
    assert not any("secret-person" in line or "wrong!!!" in line for line in events)


def test_a_mailed_link_never_follows_the_host_of_the_request(visitor: Visitor, parts: Parts) -> None:
    add_somebody(parts)
    visitor.post("/forgotten", {"email": ADA}, headers={"X-Forwarded-Host": "evil.example"})
    assert open_link(parts, "/forgotten/password").startswith("/forgotten/password?token=")
