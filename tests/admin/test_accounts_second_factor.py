"""The second factor: codes that open once, recovery codes, and who may set up or remove them."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from flask import Flask

from careerhub.admin.mails import send_due
from careerhub.admin.parts import Parts
from careerhub.cli.keys import check_second_factors, rotate_second_factors
from careerhub.db.session import acting
from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.editing.second_factor import begin_second_factor, confirm_second_factor, read_pending_secret
from tests.admin.reading import read_mails
from tests.admin.test_accounts import ADA, GOOD, OTHER, add_somebody, is_signed_in, open_link, sign_in, use_link
from tests.admin.visiting import Visitor
from tests.databases import Database


def read_secret(page: str) -> str:
    found = re.search(r'<code class="secret">([^<]+)</code>', page)
    assert found
    return found[1].replace(" ", "")


def make_code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()), counter_offset=steps)


def set_up(visitor: Visitor) -> tuple[str, list[str]]:
    """Turn the second factor on the way people do; return the secret and the recovery codes.

    The code is that of the step before: the present one is still to be used.
    """
    visitor.post("/account/second-factor", {"password": GOOD})
    secret = read_secret(visitor.get("/account/second-factor/new").text)
    page = visitor.post("/account/second-factor/new", {"code": make_code(secret, -1)})
    assert page.status_code == 200
    return secret, re.findall(r"<li><code>([^<]+)</code>", page.text)


@pytest.fixture
def person(app: Flask, parts: Parts) -> Visitor:
    """Give somebody with a password who is signed in."""
    visitor = Visitor(app)
    visitor.user_id = add_somebody(parts)
    sign_in(visitor)
    return visitor


def test_a_code_is_asked_for_after_the_password_and_opens_once(app: Flask, person: Visitor, parts: Parts) -> None:
    secret, codes = set_up(person)
    assert len(set(codes)) == 10
    browser = Visitor(app)
    assert sign_in(browser, next="/account/sessions").location == "/sign-in/code"
    assert not is_signed_in(browser)
    code = make_code(secret)
    assert browser.post("/sign-in/code", {"code": "000000" if code != "000000" else "111111"}).status_code == 422
    assert browser.post("/sign-in/code", {"code": f"{code[:3]} {code[3:]}"}).location == "/account/sessions"
    assert is_signed_in(browser)
    thief = Visitor(app)
    sign_in(thief)
    assert thief.post("/sign-in/code", {"code": code}).status_code == 422


def test_a_recovery_code_opens_once_and_is_told(app: Flask, person: Visitor, parts: Parts) -> None:
    _, codes = set_up(person)
    browser, again = Visitor(app), Visitor(app)
    sign_in(browser)
    assert browser.post("/sign-in/code", {"code": codes[3].upper()}).status_code == 302
    sign_in(again)
    assert again.post("/sign-in/code", {"code": codes[3]}).status_code == 422
    assert "9 recovery codes left" in browser.get("/account/").text
    send_due(parts)
    assert any(
        "signed in to your CareerHub account with a recovery code" in m.text for m in read_mails(parts.mail_folder)
    )


def test_codes_are_no_riddle_to_try_for_long(app: Flask, person: Visitor) -> None:
    set_up(person)
    browser = Visitor(app)
    sign_in(browser)
    statuses = [browser.post("/sign-in/code", {"code": f"{n:06}"}).status_code for n in range(11)]
    assert statuses[-1] == 429


def test_the_second_step_ends_with_the_password_it_began_with(app: Flask, person: Visitor, parts: Parts) -> None:
    _, codes = set_up(person)
    browser = Visitor(app)
    sign_in(browser)
    person.post("/account/password", {"password": GOOD, "new_password": OTHER})
    answer = browser.post("/sign-in/code", {"code": codes[0]}, at="/sign-in")
    assert answer.location == "/sign-in"
    assert not is_signed_in(browser)


def test_a_new_password_by_mail_does_not_pass_the_second_factor(app: Flask, person: Visitor, parts: Parts) -> None:
    set_up(person)
    browser = Visitor(app)
    browser.post("/forgotten", {"email": ADA})
    use_link(browser, open_link(parts, "/forgotten/password"), password=OTHER)
    assert not is_signed_in(browser)
    assert sign_in(browser, password=OTHER).location == "/sign-in/code"


def test_setting_up_asks_for_the_password_and_shows_the_secret_as_picture_and_text(person: Visitor) -> None:
    assert person.get("/account/second-factor/new").status_code == 302
    assert person.post("/account/second-factor", {"password": "wrong!!!"}).status_code == 422
    person.post("/account/second-factor", {"password": GOOD})
    page = person.get("/account/second-factor/new").text
    assert re.search(r'<img class="code" src="data:image/svg\+xml[^"]+"[^>]+alt="[^"]+"', page)
    assert len(read_secret(page)) == 32
    wrong = person.post("/account/second-factor/new", {"code": "12345"})
    assert wrong.status_code == 422
    assert read_secret(wrong.text) == read_secret(page)


def test_removing_asks_for_password_and_code(app: Flask, person: Visitor, parts: Parts) -> None:
    secret, codes = set_up(person)
    path = "/account/second-factor/remove"
    assert person.post(path, {"password": GOOD, "code": "000000"}).status_code == 422
    assert person.post(path, {"password": "wrong!!!", "code": codes[0]}).status_code == 422
    assert person.post(path, {"password": GOOD, "code": make_code(secret)}).status_code == 302
    browser = Visitor(app)
    assert sign_in(browser).location == "/"
    send_due(parts)
    assert sum(m.subject == "Your second factor was changed" for m in read_mails(parts.mail_folder)) == 2


def test_new_recovery_codes_replace_the_former_ones(app: Flask, person: Visitor) -> None:
    secret, old = set_up(person)
    page = person.post("/account/second-factor/codes", {"password": GOOD, "code": make_code(secret)})
    new = re.findall(r"<li><code>([^<]+)</code>", page.text)
    assert len(new) == 10
    assert not set(old) & set(new)
    browser = Visitor(app)
    sign_in(browser)
    assert browser.post("/sign-in/code", {"code": old[0]}).status_code == 422
    assert browser.post("/sign-in/code", {"code": new[0]}).status_code == 302


def test_deleting_the_account_asks_for_a_code_too(person: Visitor, database: Database) -> None:
    _, codes = set_up(person)
    assert person.post("/account/delete", {"password": GOOD}).status_code == 422
    assert person.post("/account/delete", {"password": GOOD, "code": codes[0]}).location == "/account/deleted"
    with database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_neither_secret_nor_recovery_codes_stand_in_the_database(person: Visitor, database: Database) -> None:
    secret, codes = set_up(person)
    with database.connect() as connection:
        dump = "\n".join(
            str(row[0])
            for table in ("user_totp", "recovery_codes", "audit_log", "mail_outbox")
            for row in connection.execute(f"SELECT x::text FROM {table} x").fetchall()  # type: ignore[call-overload]
        )
    assert person.user_id in dump
    for each in [secret, *codes]:
        for form in (each, each.encode().hex(), each.replace("-", "")):
            assert form not in dump


def test_a_rotation_of_keys_covers_second_factors(database: Database, parts: Parts) -> None:
    from datetime import UTC, datetime

    old, new = make_contact_key(), make_contact_key()
    both, only_new, only_old = (parse_contact_keys(keys) for keys in (f"{new},{old}", new, old))
    user_id = add_somebody(parts)
    with acting(parts.engine, user_id) as session:
        begin_second_factor(session, only_old, user_id)
    assert [
        f.reason[:17] for f in check_second_factors(database.owner_engine, database.app_engine, only_new).failed
    ] == ["The second factor"]
    failed = rotate_second_factors(database.owner_engine, database.app_engine, only_new)
    assert (failed.reencrypted, len(failed.failed), failed.unused_keys) == (0, 1, [])
    done = rotate_second_factors(database.owner_engine, database.app_engine, both)
    assert (done.reencrypted, done.failed, done.left, done.unused_keys) == (1, [], 0, [old.partition(":")[0]])
    assert rotate_second_factors(database.owner_engine, database.app_engine, both).already == 1
    with acting(parts.engine, user_id) as session:
        secret = read_pending_secret(session, only_new, user_id)
        assert secret is not None
        codes = confirm_second_factor(session, only_new, user_id, make_code(secret), datetime.now(UTC))
        assert codes is not None
