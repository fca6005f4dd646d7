"""The admin in other languages: every text is in every catalogue, and people get the language they read."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

from careerhub.admin.languages import LANGUAGES
from careerhub.admin.refusals import SENTENCES, say_text
from careerhub.resources import PACKAGE
from tests.admin.visiting import Visitor

ROOT = PACKAGE.parent
FOLDER = PACKAGE / "admin" / "translations"
OTHERS = sorted(set(LANGUAGES) - {"en"})
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|<[^>]+>")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> list[Message]:
    """Give every text of the admin as it is in the sources now."""
    found = tmp_path_factory.mktemp("texts") / "messages.pot"
    environment = os.environ | {"PYTHON": sys.executable}
    subprocess.run(["sh", ROOT / "scripts/translations", found], check=True, env=environment)
    return [message for message in _read(found) if message.id]


def _read(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _catalogue(language: str) -> Catalog:
    return _read(FOLDER / language / "LC_MESSAGES" / "messages.po", language)


def _forms(said: object) -> list[str]:
    return [str(each) for each in said] if isinstance(said, list | tuple) else [str(said or "")]


def test_every_language_that_people_can_choose_has_a_catalogue_and_the_other_way_round() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == OTHERS
    assert "de" in OTHERS


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str, texts: list[Message]) -> None:
    catalogue = _catalogue(language)
    assert len(texts) > 900
    missing = []
    for text in texts:
        known = catalogue.get(text.id)
        count = catalogue.num_plurals if text.pluralizable else 1
        if known is None or known.fuzzy or len([said for said in _forms(known.string) if said.strip()]) != count:
            missing.append(text.id)
    assert missing == [], "run scripts/translations, then fill in what is empty"
    gone = {message.id for message in catalogue if message.id} - {text.id for text in texts}
    assert gone == set()


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_the_placeholders_of_the_text(language: str) -> None:
    wrong, seen = [], 0
    for message in _catalogue(language):
        if not message.id:
            continue
        # a plural form may leave out the number, as "Add a skill." does
        allowed = [sorted(_PLACEHOLDER.findall(form)) for form in _forms(message.id)]
        seen += any(allowed)
        wrong += [said for said in _forms(message.string) if sorted(_PLACEHOLDER.findall(said)) not in allowed]
    assert seen > 50
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_written_one(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, _catalogue(language))
    assert (FOLDER / language / "LC_MESSAGES" / "messages.mo").read_bytes() == compiled.getvalue()


def list_strings() -> set[str]:
    """Return every text of the storeys below, a hole where an f-string says a value."""
    found = set()
    for part in ("document", "editing", "moving", "db"):
        for path in (PACKAGE / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr):
                    found.add("".join(str(v.value) if isinstance(v, ast.Constant) else "%s" for v in node.values))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def test_the_sentences_of_refusals_are_those_that_are_raised() -> None:
    raised = list_strings()
    texts = [re.sub(r"%\(\w+\)s", "%s", str(each._args[0])) for each in SENTENCES]
    # what is said of a file stands behind its name
    strangers = [text for text in texts if not {text, text.removeprefix("%s: ")} & raised]
    # limits are numbers here, names there
    assert [text for text in strangers if "1900 and 2200" not in text] == []


def test_a_sentence_in_a_sentence_is_german_too(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert say_text("refused as a link: ftp: is neither http nor https: kept aside, not shown") == (
            "als Link abgelehnt: ftp: ist weder http noch https: beiseitegelegt, nicht gezeigt"
        )
        assert say_text("100% of it") == "100% of it"
        assert say_text("taken as https://example.org/%(x)s") == "verstanden als https://example.org/%(x)s"


def test_a_german_browser_gets_german(visitor: Visitor) -> None:
    page = visitor.get("/sign-in", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de">' in page.text
    assert "Passwort vergessen?" in page.text
    assert "Forgot your password?" not in page.text


def test_a_browser_that_asks_for_nothing_we_have_gets_english(visitor: Visitor) -> None:
    page = visitor.get("/sign-in", headers={"Accept-Language": "eo"})
    assert '<html lang="en">' in page.text
    assert "Forgot your password?" in page.text


def test_the_language_page_switches_whatever_the_browser_asks_for(ada: Visitor) -> None:
    english = {"Accept-Language": "en"}
    assert "<h1>Account</h1>" in ada.get("/account/", headers=english).text
    assert ada.post("/account/language", {"language": "de"}, headers=english).status_code == 302
    page = ada.get("/account/", headers=english).text
    assert '<html lang="de">' in page
    assert "<h1>Konto</h1>" in page
    ada.post("/account/language", {"language": "en"}, headers=english)
    assert "<h1>Account</h1>" in ada.get("/account/", headers={"Accept-Language": "de"}).text


def test_what_forms_say_themselves_is_german_too(ada: Visitor) -> None:
    german = {"Accept-Language": "de"}
    page = ada.post("/career/skills/new", {"name": "x" * 400, "years_of_experience": "viele"}, headers=german)
    assert page.status_code == 422
    assert "Es gibt ein Problem" in page.text
    assert "Field cannot be longer" not in page.text
    assert "Not a valid integer" not in page.text
    assert "Zeichen" in page.text


def test_now_may_be_said_in_german_and_a_wrong_date_is_refused_in_german(ada: Visitor) -> None:
    german = {"Accept-Language": "de"}
    entry = {"position": "Lampenwärterin", "start": "2019", "end": "irgendwann"}
    page = ada.post("/career/experiences/new", entry, headers=german)
    assert page.status_code == 422
    assert "„irgendwann“ ist kein Datum" in page.text
    assert ada.post("/career/experiences/new", entry | {"end": "heute"}, headers=german).status_code == 303
