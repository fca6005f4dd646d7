"""A new person's way from the first page of the admin to a published page: real parts only, and never a mouse."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from careerhub.admin.app import make_app
from careerhub.admin.mails import start_sending
from careerhub.admin.parts import Parts
from careerhub.db.engine import make_engine
from careerhub.db.session import acting
from careerhub.editing.accounts import change_password
from careerhub.editing.contact import parse_contact_keys
from careerhub.editing.passwords import hash_password
from careerhub.editing.tokens import make_token, use_token
from careerhub.local.preview import make_preview
from tests.admin.conftest import make_parts
from tests.admin.reading import ReadMail, read_mail
from tests.browsers import needs_browser
from tests.cli.conftest import environment_of
from tests.databases import Cluster, Database
from tests.people import add_career, add_person, owner_of

# milliseconds, and seconds: a machine that is busy with other things is slow, not wrong
PATIENCE = 60_000
LONGEST_SYNC = 300
# more stops than any page of the journey has: whoever tabs on comes round and round
MOST_STOPS = 250
PASSWORD = "seven lamps by the harbour"
WREN = "wren@example.org"
RESUME = {
    "basics": {"name": "W. Example", "email": "wren.private@example.org"},
    "work": [{"name": "Harbour Lights Ltd", "position": "Lamp keeper", "startDate": "2015-04", "endDate": "2019-02"}],
    "skills": [{"name": "Signalling"}],
}
FOCUS_IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && style.outlineWidth !== "0px" || style.boxShadow !== "none";
}"""

pytestmark = [
    pytest.mark.slow,
    needs_browser,
]


class Keyboard:
    """Somebody at a keyboard: Tab until the element of that name has the focus, then a key or some text."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._inspector = page.context.new_cdp_session(page)

    def press(self, name: str, *, role: str = "") -> None:
        """Press Enter on a link or a button, and wait for the page it leads to."""
        self.reach(name, role=role)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, name: str, text: str) -> None:
        """Type a text in the place of what a field says."""
        self.reach(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, name: str) -> None:
        """Tick a box."""
        self.reach(name, role="checkbox")
        self.page.keyboard.press("Space")

    def reach(self, name: str, *, role: str = "") -> None:
        """Tab until the element of this accessible name has the focus, which has to be seen."""
        passed: list[str] = []
        for _ in range(MOST_STOPS):
            found = self._read_focus()
            if found[1] in (name, f"{name} (optional)") and role in ("", found[0]):
                assert self.page.evaluate(FOCUS_IS_SEEN), f"nobody sees that “{name}” has the focus"
                return
            passed.append(":".join(found))
            self.page.keyboard.press("Tab")
        raise AssertionError(f"“{name}” isn’t reached on {self.page.url}, but: {list(dict.fromkeys(passed))}")

    def _read_focus(self) -> tuple[str, str]:
        """Return role and accessible name of what has the focus, as a screen reader is told them."""
        focused = self._inspector.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]
        if "objectId" not in focused:
            return "", ""
        asked = {"objectId": focused["objectId"], "fetchRelatives": False}
        node = self._inspector.send("Accessibility.getPartialAXTree", asked)["nodes"][0]
        return node.get("role", {}).get("value", ""), node.get("name", {}).get("value", "")


@dataclass(slots=True)
class Post:
    """A mail server's inbox."""

    port: int
    mails: list[ReadMail] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(read_mail(envelope.content))
        return "250 OK"

    def wait_for(self, recipient: str) -> ReadMail:
        """Return the latest mail to somebody once there is one."""
        ends = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < ends:
            for mail in reversed(self.mails):
                if mail.to == recipient:
                    return mail
            time.sleep(0.1)
        raise AssertionError(f"no mail came to {recipient}")


@dataclass(frozen=True, slots=True)
class Running:
    """Everything that runs: the admin, its sending thread, a mail server, and `careerhub sync` for whoever calls it."""

    parts: Parts
    database: Database
    post: Post
    folder: Path
    environment: dict[str, str]

    def sync(self) -> None:
        """Run `careerhub sync` as cron would."""
        command = [sys.executable, "-m", "careerhub", "sync"]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=LONGEST_SYNC
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def running(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start the parts, on free ports of this machine."""
    folder = tmp_path_factory.mktemp("journey")
    post = Post(find_port())
    with embedded.copied() as database:
        site_url = f"http://127.0.0.1:{find_port()}"
        environment = environment_of(database, folder) | {
            "CAREERHUB_TARGET": (folder / "www").as_uri(),
            "CAREERHUB_SITE_URL": site_url,
        }
        engine = make_engine(database.url("careerhub_app"), "careerhub_app", pool_size=10)
        # the port is known before the app is made: its address is part of it
        server = make_server("127.0.0.1", 0, Flask("waiting"), threaded=True)
        parts = make_parts(
            engine,
            folder,
            admin_url=f"http://127.0.0.1:{server.server_port}",
            site_url=site_url,
            contact_keys=parse_contact_keys(environment["CAREERHUB_CONTACT_KEYS"]),
            smtp_url=f"smtp://127.0.0.1:{post.port}",
            mail_from="careerhub@example.org",
        )
        server.app = make_app(parts)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        inbox = Controller(post, hostname="127.0.0.1", port=post.port)
        inbox.start()
        stop_sending = start_sending(parts)
        yield Running(parts, database, post, folder, environment)
        stop_sending()
        inbox.stop()
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()


@pytest.fixture
def complaints() -> list[str]:
    """Give the list of what the browser complains about."""
    return []


def find_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serve_site(running: Running) -> Iterator[None]:
    """Serve what was published where the site is said to be."""
    port = int(running.parts.site_url.rsplit(":", 1)[1])
    server = make_preview(running.folder / "www", host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def open_window(browser: Browser, complaints: list[str], **options: Any) -> BrowserContext:
    """Open a window of the browser that waits for a busy machine, and keeps what it complains about."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return context


def read(page: Page) -> str:
    """Return the text of a page as it is seen."""
    return " ".join(page.inner_text("body").split())


def read_path(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]


def sign_up(page: Page, person: Keyboard, running: Running) -> None:
    """Go from the first page to a chosen password, by the link of a mail."""
    page.goto(running.parts.admin_url + "/")
    person.press("Make one")
    person.type("E-mail address", WREN)
    person.press("Send the mail")
    assert WREN in read(page)
    mail = running.post.wait_for(WREN)
    assert mail.link.startswith(running.parts.admin_url)
    page.goto(mail.link)
    person.type("New password", PASSWORD)
    person.press("Save the password")


def import_file(page: Page, person: Keyboard, file: Path) -> None:
    """Bring in a file: that is offered before anything else."""
    assert read_path(page) == "/begin/"
    offers = page.locator("main h2").all_inner_texts()
    assert offers[:2] == ["I have a file", "I start empty"]
    person.press("Import a file")
    # the only thing that isn't typed: the window to choose a file isn't the page's
    page.locator("input[type=file]").set_input_files(file)
    person.press("Look at the file")
    assert "Nothing is changed yet" in read(page)
    person.press("Import it")
    assert "entries are imported" in read(page)


def walk_through_wizard(page: Page, person: Keyboard) -> None:
    """Fill in what the file didn't have, step by step."""
    person.press("Fill in what is missing, step by step")
    person.reach("Name")
    assert page.input_value(":focus") == "W. Example"
    person.type("Name", "Wren Example")
    person.type("Headline", "Keeper of tides")
    # Enter in a field sends the form, as anywhere
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Step 2 of 7" in read(page)
    person.type("City", "Oban")
    person.press("Save and go on")
    person.type("Position", "Harbour master")
    person.type("Employer", "Port of Example")
    person.type("From", "Mar 2019")
    person.type("Until", "now")
    person.press("Save and go on")
    person.press("Skip this step")
    person.type("Skills", "Tide tables")
    page.keyboard.press("Enter")
    page.keyboard.type("Pilotage")
    person.press("Save and go on")
    assert "A photo" in read(page)
    person.press("Skip this step")
    person.reach("Address of your page")
    assert page.input_value(":focus") == "w-example", "the file’s name made it"
    person.type("Address of your page", "wren")
    page.locator("[data-slug-said]", has_text="free").wait_for()
    person.press("Finish")
    assert read_path(page) == "/"
    assert "Hello, Wren Example" in read(page)
    assert "Only you can see it." in read(page)


def edit_job(page: Page, person: Keyboard) -> None:
    """Change a job that was typed in the wizard."""
    person.press("Career", role="link")
    said = read(page)
    for each in ("Harbour master", "Lamp keeper", "Tide tables", "Pilotage", "Signalling"):
        assert each in said
    person.press(page.locator("main a", has_text="Harbour master").first.inner_text())
    person.type("What you did", "Kept the tide tables true")
    person.press("Save")
    assert "Kept the tide tables true" in open_job(page, person)


def open_job(page: Page, person: Keyboard) -> str:
    """Open the job again, and return what it says was done there."""
    if not page.locator("textarea[name=responsibilities]").count():
        person.press(page.locator("main a", has_text="Harbour master").first.inner_text())
    return page.input_value("textarea[name=responsibilities]")


def add_cv(page: Page, person: Keyboard) -> None:
    """Add a version of the CV, and look at it."""
    person.press("CVs", role="link")
    person.type("Name", "For harbours")
    person.press("Add", role="button")
    assert "Choose what it shows" in read(page)
    picture = page.locator("img.sheet").first
    picture.wait_for()
    assert "For harbours" in (picture.get_attribute("alt") or "")
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 300
    machine = page.inner_text("#machine")
    assert "Harbour master" in machine
    person.type("Headline for this CV", "Harbour master for hire")
    person.press("Save", role="button")
    assert "Harbour master for hire" in page.inner_text("#machine")


def go_public(page: Page, person: Keyboard) -> None:
    """See who sees what and every fact that becomes public, then say yes."""
    person.press("Who sees what", role="link")
    assert "Your profile is private: nobody but you sees it." in read(page)
    person.press("Go public")
    count = re.search(r"These (\d+) facts become public", page.inner_text("h1"))
    assert count
    assert int(count[1]) == page.locator(".going dd").count()
    facts = page.locator(".going").all_inner_texts()
    for each in ("Wren Example", "Harbour master", "Lamp keeper", "Kept the tide tables true"):
        assert each in " ".join(facts), each
    assert "wren.private@example.org" not in page.content()
    person.tick("I have looked at it")
    person.press("Go public", role="button")
    assert page.inner_text("#address") == page.get_attribute("#address", "href")
    person.press("Publishing", role="link")
    said = read(page)
    assert "Your page waits for its first publication." in said
    assert "Asked for" in said


def test_a_new_person_comes_from_signing_up_to_a_published_page_by_keyboard_alone(
    running: Running, browser: Browser, complaints: list[str]
) -> None:
    file = running.folder / "resume.json"
    file.write_text(json.dumps(RESUME))
    page = open_window(browser, complaints).new_page()
    person = Keyboard(page)
    sign_up(page, person, running)
    import_file(page, person, file)
    walk_through_wizard(page, person)
    edit_job(page, person)
    add_cv(page, person)
    go_public(page, person)
    running.sync()
    person.press("Look again")
    assert "Published, and up to date." in read(page)
    assert "Asked for" not in read(page)
    person.press("Your address", role="link")
    address = page.inner_text("#address")
    with serve_site(running):
        person.press(address, role="link")
        assert page.url == address
        published = read(page)
        for each in ("Wren Example", "Keeper of tides", "Harbour master", "Port of Example", "Lamp keeper"):
            assert each in published, each
        listed = [heading.inner_text() for heading in page.locator("main h3").all()]  # the timeline goes by years
        jobs = [heading for heading in listed if heading in ("Harbour master", "Lamp keeper")]
        assert jobs == ["Harbour master", "Lamp keeper"], f"the newest job comes first: {listed}"
        assert "wren.private@example.org" not in page.content()
        page.go_back()  # Alt and the left arrow, which a browser without a window doesn't know
    person.press("Account", role="link")
    person.press("Sign out", role="button")
    assert "You are signed out." in read(page)
    page.goto(running.parts.admin_url + "/career/")
    assert read_path(page).startswith("/sign-in")
    assert complaints == []


def add_ada(running: Running) -> None:
    """Add somebody with a career and a password."""
    engine = running.parts.engine
    profile_id = add_person(engine, "ada", full_name="Ada Example", visibility="PRIVATE")
    add_career(engine, profile_id)
    user_id = owner_of(profile_id)
    with acting(engine, user_id) as session:
        change_password(session, user_id, hash_password(PASSWORD))
        use_token(session, make_token(session, user_id, "VERIFY_EMAIL", timedelta(hours=1)), "VERIFY_EMAIL")


def test_without_javascript_somebody_signs_in_and_changes_a_job_by_forms_alone(
    running: Running, browser: Browser, complaints: list[str]
) -> None:
    add_ada(running)
    page = open_window(browser, complaints, java_script_enabled=False).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))
    person = Keyboard(page)
    page.goto(running.parts.admin_url + "/career/")
    person.type("E-mail address", "ada@example.org")
    person.type("Password", PASSWORD)
    person.press("Sign in", role="button")
    assert read_path(page) == "/career/", "where somebody wanted to go"
    person.press("Engineer at Lantern Works")
    person.type("Position", "Keeper of the light")
    person.type("Start", "the day before yesterday")
    person.press("Save", role="button")
    assert "There is a problem" in read(page)
    person.reach("Position")
    assert page.input_value(":focus") == "Keeper of the light", "what was typed is kept"
    person.type("Start", "Mar 2019")
    person.press("Save", role="button")
    person.press("Career", role="link")
    assert "Keeper of the light" in read(page)
    assert set(asked) <= {"document", "stylesheet", "image"}
    person.press("Account", role="link")
    person.press("Sign out", role="button")
    assert "You are signed out." in read(page)
    assert [said for said in complaints if "status of 422" not in said] == []
