"""The admin under load: the editor of a job beside a bare Flask page, and fifty people who edit for minutes."""

from __future__ import annotations

import base64
import http.client
import re
import secrets
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text

from benchmarks.crowds import Home
from benchmarks.following import running
from benchmarks.measuring import Failed, find_program, say
from careerhub.db.engine import make_engine
from careerhub.db.session import acting
from careerhub.editing.sessions import start_session

BROWSERS = 8
READY_SECONDS = 60
WARMING_SECONDS = 2


class Form(HTMLParser):
    """What the first form with a description sends, as a browser would."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._name = self._text = ""
        self._select = ""
        self._depth = 0
        self._is_ours = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_ours = "data-unsaved" in given
        if not self._is_ours or (name := given.get("name", "")) == "":
            if tag == "option" and self._select and "selected" in given:
                self.values.append((self._select, given.get("value", "")))
            return
        kind = given.get("type", "text")
        if tag == "input" and (kind not in ("checkbox", "radio", "submit", "file") or "checked" in given):
            self.values.append((name, given.get("value", "on")))
        self._name, self._text = (name, "") if tag == "textarea" else (self._name, self._text)
        self._select = name if tag == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._name:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._name:
            self.values.append((self._name, self._text.removeprefix("\n")))
            self._name = ""
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._is_ours = False


@dataclass(slots=True, kw_only=True)
class Browser:
    """One connection that is kept, with cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def ask(self, path: str, form: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
        """Return status, body and where it leads."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        try:
            self._connection.request("GET" if form is None else "POST", path, body, headers)
            answer = self._connection.getresponse()
            page = answer.read().decode()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            self._connection = None
            raise
        for said in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = said.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, page, answer.headers.get("Location", "")


def measure_admin(home: Home, *, seconds: float, rounds: int, editors: int, minutes: float) -> dict[str, Any]:
    """Let the editor and a bare page take turns, then let many people edit at once."""
    with ExitStack() as stack:
        secret = secrets.token_urlsafe(48)
        key = f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
        ports = {"editor": _find_port(), "bare": _find_port()}
        more = {
            "CAREERHUB_DATABASE_URL": home.url("careerhub_app"),
            "CAREERHUB_SECRET_KEY": secret,
            "CAREERHUB_CONTACT_KEYS": key,
            "CAREERHUB_ADMIN_URL": f"http://127.0.0.1:{ports['editor']}",
        }
        stack.enter_context(_serving("careerhub.admin.wsgi:app", ports["editor"], home.environment(more)))
        stack.enter_context(_serving("benchmarks.bare:app", ports["bare"], home.environment(more)))
        people = _sign_in(home, secret, max(editors, BROWSERS))
        paths = {"editor": [person.path for person in people], "bare": ["/"]}
        for name, port in ports.items():
            _press(port, people, paths[name], WARMING_SECONDS)  # templates are compiled, texts and statements loaded
        found: dict[str, Any] = {"rates": {name: [] for name in ports}, "p99_ms": {name: [] for name in ports}}
        for number in range(rounds):
            for name in sorted(ports, reverse=bool(number % 2)):
                rate, p99 = _press(ports[name], people, paths[name], seconds)
                found["rates"][name].append(round(rate, 1))
                found["p99_ms"][name].append(round(p99 * 1000, 1))
                say(f"{name}: {rate:.0f} requests a second, p99 {p99 * 1000:.1f} ms")
        middle = {name: statistics.median(each) for name, each in found["rates"].items()}
        found["ratio"] = round(middle["editor"] / middle["bare"], 3)
        found["editors"] = _edit_together(ports["editor"], people[:editors], minutes * 60)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Somebody who is signed in, and the editor of one job of theirs."""

    cookies: Mapping[str, str]
    path: str


def _sign_in(home: Home, secret: str, count: int) -> list[Signed]:
    """Begin sessions of people who have a job, in the database and in a cookie as the admin makes it."""
    from flask import Flask
    from flask.sessions import SecureCookieSessionInterface

    signer = Flask("signer")
    signer.secret_key = secret
    serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
    if serializer is None:
        raise Failed("Cookies can't be signed.")
    with home.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT ON (p.user_id) p.user_id, e.id FROM profiles p JOIN experiences e ON e.profile_id = p.id"
            " WHERE p.visibility = 'PUBLIC' AND NOT e.is_hidden LIMIT %s", (count,)
        ).fetchall()  # fmt: skip
    engine = make_engine(home.url("careerhub_app"), "careerhub_app")
    people = []
    for user_id, item_id in rows:
        with acting(engine, str(user_id)) as session:
            token = start_session(session, str(user_id))
            session.execute(text("SELECT 1"))
        cookie = serializer.dumps({"_user_id": token, "_fresh": True})
        people.append(Signed(cookies={"careerhub": str(cookie)}, path=f"/career/experiences/{item_id}"))
    return people


def _press(port: int, people: list[Signed], paths: list[str], seconds: float) -> tuple[float, float]:
    """Ask as fast as a few browsers can; return requests a second and the 99th percentile of one."""
    took: list[float] = []
    until = time.monotonic() + seconds

    def press(number: int) -> list[float]:
        browser = Browser(port=port, cookies=dict(people[number].cookies))
        mine, path = [], paths[number % len(paths)]
        while time.monotonic() < until:
            began = time.monotonic()
            status, page, _ = browser.ask(path)
            mine.append(time.monotonic() - began)
            if status != 200:
                raise Failed(f"{path} answered {status}: {page[:300]}")
        return mine

    with ThreadPoolExecutor(BROWSERS) as pool:
        for each in pool.map(press, range(BROWSERS)):
            took += each
    return len(took) / seconds, sorted(took)[int(len(took) * 0.99)]


def _edit_together(port: int, people: list[Signed], seconds: float) -> dict[str, Any]:
    """Let everybody open, change and save a job again and again; count what isn't as it should be."""
    until, lock = time.monotonic() + seconds, threading.Lock()
    saved, errors, took = 0, [], []

    def edit(person: Signed) -> None:
        nonlocal saved
        browser = Browser(port=port, cookies=dict(person.cookies))
        number = 0
        while time.monotonic() < until:
            number += 1
            began = time.monotonic()
            try:
                problem = _save_once(browser, person.path, number)
            except (OSError, http.client.HTTPException) as error:
                problem = f"{type(error).__name__}: {error}"
            with lock:
                took.append(time.monotonic() - began)
                saved += not problem
                if problem:
                    errors.append(problem[:300])
            time.sleep(1)

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(edit, people))
    say(f"{len(people)} people saved {saved:,} times, {len(errors)} errors {errors[:3]}")
    p99 = sorted(took)[int(len(took) * 0.99)] if took else 0
    return {
        "people": len(people), "seconds": seconds, "saved": saved, "errors": len(errors), "first_errors": errors[:3],
        "p99_ms": round(p99 * 1000, 1),
    }  # fmt: skip


def _save_once(browser: Browser, path: str, number: int) -> str:
    """Open the editor, change the place of the job, and save; return what went wrong."""
    status, page, _ = browser.ask(path)
    if status != 200:
        return f"GET {status}"
    values = [
        (name, f"Round {number}" if name == "company_location" else value)
        for name, value in Form(page).values
        if name not in ("preview", "remove")
    ]
    status, page, _ = browser.ask(path, values)
    if status in (302, 303):
        return ""
    said = re.findall(r'class="problem"[^>]*>([^<]+)', page)
    return f"POST {status} {said[:3]}"


@contextmanager
def _serving(app: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    command = [find_program("gunicorn"), "--workers", "2", "--threads", "8", "--bind", f"127.0.0.1:{port}", app]
    with running(command, environment):
        _wait_until(lambda: _answers(port), f"{app} doesn't answer")
        yield


def _wait_until(is_so: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise Failed(otherwise)
        time.sleep(0.2)


def _answers(port: int) -> bool:
    try:
        Browser(port=port).ask("/")
    except (OSError, http.client.HTTPException):
        return False
    return True


def _find_port() -> int:
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        return int(trying.getsockname()[1])
