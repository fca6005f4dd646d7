"""Whatever people write, pages keep their shape and machine files their syntax."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from careerhub.document.profile import Profile
from careerhub.document.site import DIRECTORY, PLACES, TECHNOLOGIES, make_entry
from careerhub.render import lists
from careerhub.render.compiling import finish
from careerhub.render.environment import make_environment
from careerhub.render.files import File
from careerhub.render.pages import render_profile
from careerhub.render.renderer import Renderer
from careerhub.resources import shipped
from tests.render.making import PYTHON
from tests.render.people import EVERYBODY, RICH
from tests.render.reading import by_path, change_texts, html_pages, read_page, render, renderer_at

ATTACKS = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "</script><script>alert(1)</script>\u2028<!--",
    "</title></style></textarea></svg><iframe src=//evil.example>",
    "{{ 7*7 }}{% raw %}{{ self.__init__.__globals__ }}",
    "javascript:alert(1)//",
    ']]><!ENTITY x SYSTEM "file:///etc/passwd">&x;',
    "\r\nEND:VCARD\r\nBEGIN:VCARD;,\\n",
    "\u202etxt.exe\ufffe\uffff\ud800 e\u0301" + "\u0301" * 300,
)
CODED = frozenset({"slug", "lang", "theme", "cefr", "template", "paper", "tag"})
# What Markdown makes of these texts is its right; what it may never make is another test.
MARKDOWN = frozenset({"summary", "description", "responsibilities", "achievements", "challenges", "reference"})


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_changes_the_shape_of_a_page(attack: str) -> None:
    quiet, loud = render(fill("word")), render(fill(attack, but=MARKDOWN))
    assert quiet.keys() == loud.keys()
    pages = dict(html_pages(quiet))
    for path, page in html_pages(loud):
        assert page.shape == pages[path].shape, path


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_a_script_or_an_address(attack: str) -> None:
    for path, page in html_pages(render(fill(attack))):
        for tag, attributes in page.elements:
            assert tag not in ("iframe", "img", "object", "embed", "form", "style", "base"), path
            assert not [name for name in attributes if name.startswith("on")], path
            assert attributes.get("href", "/").startswith(("/", "#", "https://", "http://", "mailto:")), path
            assert tag != "script" or attributes == {"type": "application/ld+json"}, path


@pytest.mark.parametrize("attack", ATTACKS)
def test_linked_data_stays_one_json_text(attack: str) -> None:
    page = read_page(render(fill(attack))["p/ada-sample/index.html"])
    assert len(page.linked_data) == 1
    data = json.loads(page.linked_data[0])
    assert data["mainEntity"]["@type"] == "Person"
    assert not set("<>&\u2028\u2029") & set(page.linked_data[0])


def test_templates_in_texts_are_only_text() -> None:
    text = read_page(render(fill("{{ 7*7 }}"))["p/ada-sample/index.html"]).text
    assert "{{ 7*7 }}" in text
    assert "49" not in text


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_contact_card_stays_one_card(attack: str) -> None:
    card = render(fill(attack))["p/ada-sample/contact.vcf"].decode()
    lines = card.replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2:], lines.count("BEGIN:VCARD")) == ("BEGIN:VCARD", ["END:VCARD", ""], 1)
    assert all(line.split(":")[0].split(";")[0].isalpha() for line in lines[:-1])


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_json_resume_stays_json_of_clean_texts(attack: str) -> None:
    data = render(fill(attack))["p/ada-sample/resume.json"]
    assert json.loads(data)["basics"]["name"]
    assert "\u202e".encode() not in data


@pytest.mark.parametrize("attack", ATTACKS)
def test_shared_pages_and_feeds_keep_their_shape(attack: str) -> None:
    entry = make_entry(fill(attack))
    renderer = renderer_at()
    feed = ET.fromstring(lists.render_feed(renderer, [entry]).data)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 1
    technology = change_texts(PYTHON, filler(attack))
    pages = {
        "quiet": list_people(renderer, fill("word"), "word"),
        "loud": list_people(renderer, fill(attack), technology.name),
    }
    shapes = {name: [read_page(file.data).shape for file in files] for name, files in pages.items()}
    assert shapes["loud"] == shapes["quiet"]
    files = [
        *pages["loud"],
        lists.render_index(renderer, TECHNOLOGIES, [lists.Count("technologies/x", technology.name, 1)]),
        lists.render_index(renderer, PLACES, [lists.Count("places/de-x", technology.name, 1)]),
        lists.render_list_feed(renderer, "technologies/x", technology.name, [entry]),
    ]
    for _, page in html_pages(by_path(files)):
        assert not page.find("img") + page.find("script")


def list_people(renderer: Renderer, profile: Profile, name: str) -> list[File]:
    """Render the first page of the directory and of a technology, with one person."""
    listed = lists.render_listed(renderer, profile, b"", is_home=False)
    ET.fromstring(f"<urlset>{listed.urls}</urlset>")
    return [
        lists.render_list(renderer, lists.ListPage(path=path, name=name, lines=[line], people=1))
        for path, line in ((DIRECTORY, listed.card), ("technologies/python", listed.line))
    ]


@pytest.mark.parametrize("path", sorted(shipped("site_templates").rglob("*.html")), ids=lambda p: p.name)
def test_templates_quote_every_attribute_and_trust_no_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    dense = source.replace(" ", "")
    assert not [word for word in ("={{", "|safe", "autoescape", "<!--") if word in dense]


def fill(text: str, *, but: frozenset[str] = frozenset()) -> Profile:
    """Return a rich profile that says this everywhere, `but` in those fields."""
    filled = change_texts(RICH, filler(text, but=but))
    assert isinstance(filled, Profile)
    return filled


def filler(text: str, *, but: frozenset[str] = frozenset()) -> Callable[[tuple[str, ...], str], str]:
    """Return what puts a text in every field that isn't a coded value."""

    def change(path: tuple[str, ...], said: str) -> str:
        if path[-1] in CODED or not said:
            return said
        return "word" if path[-1] in but else text

    return change


def test_the_sandbox_remembers_only_refusals_and_grants_it_made_itself() -> None:
    environment = make_environment(shipped("site_templates"))
    for _ in range(2):
        for attack in (
            "{{ f.__globals__ }}",
            "{{ f.__class__.__mro__ }}",
            "{{ items.append(1) }}",
            "{{ kinds.mro() }}",
        ):
            with pytest.raises(SecurityError):
                environment.from_string(attack).render(f=shipped, items=[], kinds=str)
        assert environment.from_string("{{ items.index(1) }}").render(items=[1]) == "0"


def in_an_ordinary_sandbox(renderer: Renderer) -> Renderer:
    """Return a renderer whose templates Jinja compiles and guards without any short cut of ours."""
    ours = renderer.environment
    theirs = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(shipped("site_templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    theirs.filters, theirs.tests, theirs.policies = ours.filters, ours.tests, ours.policies
    return replace(renderer, environment=theirs, known_labels={}, known_parts={})


@pytest.mark.parametrize("profile", EVERYBODY, ids=lambda p: p.slug)
def test_short_cuts_change_no_byte_of_a_page(profile: Profile) -> None:
    usual = renderer_at()
    ordinary = in_an_ordinary_sandbox(usual)
    assert ordinary.environment.code_generator_class is not usual.environment.code_generator_class
    for is_home in (False, True):
        expected = render_profile(ordinary, profile, cv_paths=(), is_home=is_home)
        assert render_profile(usual, profile, cv_paths=(), is_home=is_home) == expected


@pytest.mark.parametrize("attack", ATTACKS)
def test_short_cuts_change_no_byte_of_a_hostile_page(attack: str) -> None:
    usual = renderer_at()
    expected = render_profile(in_an_ordinary_sandbox(usual), fill(attack), cv_paths=(), is_home=False)
    assert render_profile(usual, fill(attack), cv_paths=(), is_home=False) == expected


@pytest.mark.parametrize(
    "attack",
    [
        "{{ profile.__class__ }}",
        "{{ profile.__slots__ }}",
        "{{ profile['__class__'] }}",
        "{{ (profile|list)[0].__class__ }}",
        "{{ labels.dates.update({}) }}",
        "{% set dates = labels.dates %}{{ dates.clear() }}",
        "{{ labels.date.__func__ }}",
        "{{ '{0.__class__}'.format(profile) }}",
        "{% set text = '{0.__class__}' %}{{ text.format(profile) }}",
        "{% set say = '{0.__class__}'.format %}{{ say(profile) }}",
        "{{ profile.slug.format_map.__self__.__class__ }}",
        "{% macro m(a) %}{{ a.__class__ }}{% endmacro %}{{ m(profile) }}",
        "{{ site.__init__.__globals__ }}",
    ],
)
def test_what_templates_may_know_well_they_may_still_not_take_apart(attack: str) -> None:
    renderer = renderer_at()
    values = {"profile": RICH, "labels": renderer.labels("en"), "site": renderer}
    with pytest.raises((SecurityError, UndefinedError, TypeError)):
        renderer.environment.from_string(attack).render(values)


def test_a_name_nobody_gave_is_an_error_everywhere() -> None:
    room = renderer_at().environment
    for text in (
        "{{ nobody }}",
        "{{ nobody.name }}",
        "{{ {}.name }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}",
    ):
        with pytest.raises(UndefinedError):
            room.from_string(text).render()
    with pytest.raises(AttributeError):
        room.from_string("{{ profile.nobody }}").render(profile=RICH)


def test_macros_take_arguments_as_they_always_do() -> None:
    text = "{% macro m(a, b='b', c='c') %}{{ a }}{{ b }}{{ c }}{% endmacro %}"
    room = renderer_at().environment
    for call, said in (("m('<')", "&lt;bc"), ("m(1, 2)", "12c"), ("m(1, c=3)", "1b3"), ("m(c=1, a=2, b=3)", "231")):
        assert room.from_string(f"{text}{{{{ {call} }}}}").render() == said
    for call in ("m(1, 2, 3, 4)", "m(1, d=2)"):
        with pytest.raises(TypeError):
            room.from_string(f"{text}{{{{ {call} }}}}").render()
    around = "{% macro w(a) %}<{{ a }}>{{ caller() }}{% endmacro %}{% call w(1) %}<b>&{% endcall %}"
    assert room.from_string(around).render() == "<1><b>&"
    with pytest.raises(UndefinedError):
        room.from_string("{% macro w() %}{{ caller() }}{% endmacro %}{{ w() }}").render()


def test_no_template_can_turn_escaping_off() -> None:
    for text in ("{% autoescape false %}{{ x }}{% endautoescape %}", "{% autoescape x %}{{ x }}{% endautoescape %}"):
        with pytest.raises(TypeError, match="escaping"):
            renderer_at().environment.from_string(text)
