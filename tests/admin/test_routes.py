"""Every route there is: who may, by which method, with which token, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from careerhub.ids import make_id
from tests.admin.visiting import BASE, Visitor
from tests.databases import Database

# What nobody has to be signed in for. A page that isn't in this list and answers a stranger fails the test.
PUBLIC = {
    "static",
    "accounts.sign_in",
    "accounts.enter_code",
    "accounts.sign_up",
    "accounts.mailed",
    "accounts.begin",
    "accounts.forgot",
    "accounts.reset",
    "accounts.was_reset",
    "accounts.confirm_email",
    "accounts.email_changed",
    "accounts.deleted",
    "links.show_shared",
}
NEEDED_HEADERS = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "X-Robots-Tag",
}
# What is to be gone is gone: asked for once more, or by somebody who never had it, nothing happens.
FORGETS = {"imports.forget"}
_SAFE = {"GET", "HEAD", "OPTIONS"}


def fill(rule: Rule) -> str:
    """Make an address of a rule with ids that nobody has."""
    values = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        values[name] = 1 if "Integer" in type(converter).__name__ else make_id()
    known = {"section": "experiences", "size": "small", "viewer": "public", "filename": "admin.css", "what": "x"}
    built = rule.build({**values, **{n: v for n, v in known.items() if n in rule.arguments}}, append_unknown=False)
    assert built is not None, rule.rule
    return str(built[1])


def list_rules(app: Flask, *, changing: bool) -> Iterator[tuple[Rule, str]]:
    """Yield each rule with each method, either those that change something or those that don't."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            if (method not in _SAFE) == changing:
                yield rule, method


def test_a_stranger_gets_nothing_but_public_pages(app: Flask, visitor: Visitor) -> None:
    looked = 0
    for rule, method in (*list_rules(app, changing=False), *list_rules(app, changing=True)):
        if rule.endpoint in PUBLIC:
            continue
        data = {"csrf_token": visitor.find_token("/sign-in")} if method == "POST" else None
        answer = visitor.client.open(fill(rule), method=method, data=data, base_url=BASE)
        looked += 1
        assert answer.status_code in (302, 303, 403), f"{method} {rule.rule}: {answer.status_code}"
        if answer.status_code != 403:
            assert "/sign-in" in answer.headers["Location"], f"{method} {rule.rule}"
    assert looked > 40


def test_every_answer_has_the_headers(app: Flask, ada: Visitor, visitor: Visitor) -> None:
    looked = 0
    for rule, _ in list_rules(app, changing=False):
        for who in (ada, visitor):
            answer = who.get(fill(rule))
            answer.close()
            looked += 1
            assert answer.status_code < 500, f"{rule.rule}: {answer.status_code}"
            assert set(answer.headers.keys()) >= NEEDED_HEADERS, rule.rule
            assert "unsafe" not in answer.headers["Content-Security-Policy"], rule.rule
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], rule.rule
            assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]
            if rule.endpoint != "static":
                assert answer.headers["Cache-Control"] == "no-store", rule.rule
    assert looked > 40


@pytest.mark.parametrize("how", ["none", "of another session", "in the address"])
def test_nothing_changes_without_the_forms_token(
    how: str, app: Flask, ada: Visitor, bob: Visitor, database: Database
) -> None:
    token = bob.find_token("/account/")
    before = count_rows(database)
    looked = 0
    for rule, method in list_rules(app, changing=True):
        path = fill(rule)
        data = {"csrf_token": token} if how == "of another session" else {}
        if how == "in the address":
            path += f"?csrf_token={ada.find_token('/account/')}"
        answer = ada.client.open(path, method=method, data=data, base_url=BASE)
        looked += 1
        assert answer.status_code == 403, f"{method} {rule.rule}: {answer.status_code}"
    assert looked > 25
    assert count_rows(database) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
    ],
)
def test_what_another_site_sends_is_refused_even_with_a_token(
    headers: dict[str, str], app: Flask, ada: Visitor
) -> None:
    token = ada.find_token("/account/")
    for rule, method in list_rules(app, changing=True):
        answer = ada.client.open(fill(rule), method=method, data={"csrf_token": token}, headers=headers, base_url=BASE)
        assert answer.status_code == 403, f"{method} {rule.rule}"


def test_what_changes_something_cannot_be_had_by_a_link(app: Flask, ada: Visitor) -> None:
    gets = {rule.rule for rule, _ in list_rules(app, changing=False)}
    only_post = [rule for rule, _ in list_rules(app, changing=True) if rule.rule not in gets]
    for rule in only_post:
        for method in ("GET", "HEAD"):
            assert ada.client.open(fill(rule), method=method, base_url=BASE).status_code in (308, 404, 405), rule.rule
    assert len(only_post) > 8


def test_ids_that_nobody_has_are_not_found(app: Flask, ada: Visitor) -> None:
    looked = 0
    for rule, method in (*list_rules(app, changing=False), *list_rules(app, changing=True)):
        if not any(name.endswith("id") for name in rule.arguments):
            continue
        data = {"csrf_token": ada.find_token("/account/")} if method == "POST" else None
        answer = ada.client.open(fill(rule), method=method, data=data, base_url=BASE)
        looked += 1
        if rule.endpoint in FORGETS:
            continue
        assert answer.status_code in (404, 422), f"{method} {rule.rule}: {answer.status_code}"
    assert looked > 10


def count_rows(database: Database) -> dict[str, int]:
    """Count the rows of every table but those that looking around writes."""
    with database.connect() as connection:
        tables = connection.execute(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND relname <> ALL (ARRAY['rate_limits', 'user_sessions'])"
        ).fetchall()
        found = {}
        for (name,) in tables:
            row = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # type: ignore[call-overload]
            assert row
            found[str(name)] = int(row[0])
    return found
