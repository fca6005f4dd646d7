"""One record in several languages: pages that lead to each other, and say which texts stayed as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from careerhub.document.anonymous import MASK, anonymize
from careerhub.document.cv import plan_cvs
from careerhub.document.profile import Language, Profile, Reference, Translation
from careerhub.document.translations import find_language, list_languages, tidy_tag, translate
from careerhub.render.lists import render_listed, render_sitemap
from careerhub.render.originals import Original
from careerhub.render.pages import render_profile
from tests.render.making import (
    PYTHON,
    make_achievement,
    make_course,
    make_experience,
    make_profile,
    make_project,
    make_skill,
)
from tests.render.people import EVERYBODY
from tests.render.reading import Page, by_path, html_pages, read_page, render, renderer_at

SITE = "https://example.org"
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
GERMAN, HOME = "p/kim-example/in/de/index.html", "p/kim-example/index.html"


def said(lang: str, field: str, text: str, section: str = "profile", position: int = 0) -> Translation:
    return Translation(lang=lang, section=section, position=position, field=field, text=text)


def make_kim(*translations: Translation, **changes: Any) -> Profile:
    values: dict[str, Any] = {
        "headline": "Lock keeper",
        "summary": "Keeps *locks*.\n\nAnd boats.",
        "experiences": (
            make_experience("Canal Trust", "Keeper", "2019", description="Opens gates.", responsibilities=("Gates", "Lamps")),
        ),
        "projects": (
            make_project("gate", "The gate", description="A new gate.", role="Smith", employers=("Canal Trust",)),
            make_project("lamp", "The lamp", description="A lamp."),
        ),
        "skills": (make_skill("Patience", "Strengths"), make_skill("Python", technology=PYTHON)),
        "education": (make_course("Harbour School", "Diploma", "Water", "2010", "2012"),),
        "achievements": (make_achievement("Golden oar", "AWARD"),),
        "references": (Reference(name="Bo", reference="Never late."),),
    }  # fmt: skip
    return make_profile(**(values | {"translations": translations} | changes))


KIM = make_kim(
    said("de", "headline", "Schleusenwärterin"),
    said("de", "position", "Wärterin", "experiences"),
    said("de", "company_name", "Kanalstiftung", "experiences"),
    said("de", "responsibilities", "Tore\n\n  Lampen  \n", "experiences"),
    said("de", "description", "Ein neues Tor.", "projects"),
    said("fr", "summary", "Elle garde des écluses."),
)


def links(page: Page) -> dict[str, str]:
    return {a["hreflang"]: a["href"] for a in page.find("link") if "hreflang" in a}


def german(profile: Profile = KIM) -> Page:
    return read_page(render(profile)[GERMAN])


def test_each_language_has_a_page_and_projects_have_one_where_they_are_translated() -> None:
    paths = {path for path in render(KIM) if path.endswith(".html")}
    of_project = "projects/{}/index.html"
    assert paths == {
        HOME, GERMAN, "p/kim-example/in/fr/index.html", *(f"p/kim-example/projects/{slug}/index.html" for slug in ("gate", "lamp")),
        f"p/kim-example/in/de/{of_project.format('gate')}",
    }  # fmt: skip


def test_a_page_is_in_its_language_with_what_is_there_and_the_original_elsewhere() -> None:
    page = german()
    assert page.find("html", lang="de", dir="ltr")
    assert {"Schleusenwärterin", "Wärterin", "Kanalstiftung", "Tore", "Lampen", "Berufserfahrung"} <= set(page.words)
    assert not {"Lock keeper", "Keeper", "Gates"} & set(page.words)
    assert "Never late." in page.words


def test_what_stayed_in_the_original_says_so_and_nothing_else_does() -> None:
    page = render(KIM)[GERMAN].decode()
    for text in ("<p lang=en>Keeps <em>locks</em>.</p>", "<p lang=en>And boats.</p>", "<p lang=en>Never late.</p>",
                 "<p lang=en>Opens gates.</p>", "<span lang=en>The lamp</span>", "<span lang=en>Patience</span>"):  # fmt: skip
        assert text in page
    assert "<span lang=en>Python" not in page  # the catalogue's word
    assert "lang=en>Schleusenwärterin" not in page
    assert "lang=en" not in render(KIM)[HOME].decode()
    head = page.partition("</head>")[0]
    assert "<span" not in head


def test_addresses_in_other_languages_lead_to_each_other() -> None:
    expected = {
        "en": f"{SITE}/p/kim-example/",
        "de": f"{SITE}/p/kim-example/in/de/",
        "fr": f"{SITE}/p/kim-example/in/fr/",
        "x-default": f"{SITE}/p/kim-example/",
    }
    pages = dict(html_pages(render(KIM)))
    for path in (HOME, GERMAN, "p/kim-example/in/fr/index.html"):
        assert links(pages[path]) == expected
        assert pages[path].find("link", rel="canonical")[0]["href"] in expected.values()
    for folder in ("", "in/de/"):
        of_gate = links(pages[f"p/kim-example/{folder}projects/gate/index.html"])
        assert of_gate.keys() == {"en", "de", "x-default"}
        assert of_gate["de"] == f"{SITE}/p/kim-example/in/de/projects/gate/"
    assert links(pages["p/kim-example/projects/lamp/index.html"]) == {}


def test_the_switch_names_each_language_in_itself() -> None:
    page = german()
    assert [a["href"] for a in page.find("a", rel="alternate")] == ["/p/kim-example/", "/p/kim-example/in/fr/"]
    assert {"English", "Deutsch", "Français"} <= set(page.words)
    assert page.find("span", **{"aria-current": "page", "lang": "de"})


def test_projects_are_linked_in_this_language_where_it_has_them() -> None:
    hrefs = {a["href"] for a in german().find("a")}
    assert {"/p/kim-example/in/de/projects/gate/", "/p/kim-example/projects/lamp/"} <= hrefs
    project = read_page(render(KIM)["p/kim-example/in/de/projects/gate/index.html"])
    assert project.find("a", **{"class": "back"}, href="/p/kim-example/in/de/")
    assert {"Ein neues Tor.", "Kanalstiftung"} <= set(project.words)


def test_the_home_page_stays_canonical_for_the_original() -> None:
    files = render(KIM, is_home=True)
    assert links(read_page(files[HOME]))["en"] == f"{SITE}/"
    assert links(read_page(files[GERMAN]))["x-default"] == f"{SITE}/"
    assert "/" in {a["href"] for a in read_page(files[GERMAN]).find("a", rel="alternate")}


def test_without_texts_in_other_languages_nothing_speaks_of_any() -> None:
    page = render(make_kim())[HOME].decode()
    assert "hreflang" not in page
    assert "tongues" not in page


@pytest.mark.parametrize("lang", ["qq", "en", "EN", "zz-top"])
def test_neither_ones_own_language_nor_one_that_nobody_knows_has_a_page(lang: str) -> None:
    files = render(make_kim(said(tidy_tag(lang), "headline", "?")))
    assert not [path for path in files if "/in/" in path]


def test_a_language_called_as_a_folder_meets_nothing() -> None:
    files = render(make_kim(said("cv", "headline", "Шлюз"), said("zh-Hant", "headline", "船閘管理員")))
    assert {"p/kim-example/in/cv/index.html", "p/kim-example/in/zh-hant/index.html"} <= files.keys()


def test_a_page_from_right_to_left_is_all_of_it() -> None:
    page = read_page(render(make_kim(said("ar", "headline", "حارسة")))["p/kim-example/in/ar/index.html"])
    assert page.find("html", lang="ar", dir="rtl")


def test_texts_in_other_languages_can_do_no_harm() -> None:
    bad = "<script>alert(1)</script>\"' onload=x \u202e\x07[x](javascript:alert(1))"
    fields = ("full_name", "headline", "location", "summary")
    harmful = make_kim(
        *(said("de", field, bad) for field in fields),
        *(said("de", field, bad, "experiences") for field in ("position", "company_name", "description", "responsibilities")),
        *(said("de", field, bad, "projects") for field in ("name", "role", "organization", "description", "achievements", "challenges")),
        headline=bad, references=(Reference(name=bad, reference=bad),),
    )  # fmt: skip
    for path, page in html_pages(render(harmful)):
        assert not page.find("script", src="x"), path
        assert len(page.find("script")) <= 1, path  # linked data
        assert not [a for _, a in page.elements if "onload" in a or a.get("href", "").startswith("javascript")], path
        assert "\u202e" not in page.text


def test_an_original_does_no_harm_in_an_attribute() -> None:
    template = renderer_at().environment.from_string('<p title="{{ text }}">{{ text }}</p>')
    page = read_page(template.render(text=Original('a "b" <i> onclick=x', "en")).encode())
    assert [tag for tag, _ in page.elements] == ["p", "span"]
    assert page.elements[0][1].keys() == {"title"}


def test_the_sitemap_names_every_page_with_its_languages() -> None:
    site = renderer_at()
    urls = render_listed(site, KIM, b"", is_home=False).urls
    tree = ElementTree.fromstring(render_sitemap(site, "sitemap.xml", [urls]).data)
    found = {
        url.findtext("s:loc", "", MAP): {x.attrib["hreflang"]: x.attrib["href"] for x in url.findall("x:link", MAP)}
        for url in tree.findall("s:url", MAP)
    }
    assert found.keys() == {
        f"{SITE}/{path.removesuffix('index.html')}" for path in render(KIM) if path.endswith("index.html")
    }
    assert found[f"{SITE}/p/kim-example/in/de/"] == links(german())
    assert found[f"{SITE}/p/kim-example/projects/lamp/"] == {}
    hidden = replace(KIM, is_indexable=False)
    assert render_listed(site, hidden, b"", is_home=False).urls == ""


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("de", "de"), ("de-AT", "de"), ("DE", "de"), ("fr-CA", "fr"), ("en-GB", ""), ("en", ""), ("ja", ""), ("", "")],
)
def test_a_reader_is_served_the_nearest_language(wanted: str, found: str) -> None:
    assert find_language(KIM, wanted) == found


def test_a_language_of_another_country_is_better_than_none() -> None:
    assert find_language(make_kim(said("pt-BR", "headline", "Guardiã")), "pt") == "pt-BR"


def test_translating_twice_comes_back() -> None:
    german = translate(KIM, "de")
    assert list_languages(german) == ("en", "fr")
    again = translate(german, "en")
    assert replace(again, translations=()) == replace(KIM, translations=())


def test_a_cv_in_a_language_says_what_is_there_in_it() -> None:
    from tests.render.people import RICH

    version = replace(RICH.cv_versions[0], name="Deutsch", slug="deutsch", lang="de-AT", is_default=False,
                      experiences=None, projects=None, texts=(), custom_headline="", custom_summary="")  # fmt: skip
    default, cv = plan_cvs(replace(KIM, cv_versions=(version,)))
    assert cv.profile.headline == "Schleusenwärterin"
    assert cv.profile.experiences[0].responsibilities == ("Tore", "Lampen")
    assert cv.profile.summary == KIM.summary
    assert default.profile.headline == "Lock keeper"


def test_an_anonymous_cv_masks_names_in_every_language() -> None:
    profile = make_kim(
        *KIM.translations,
        said("de", "full_name", "Kimi Beispielova"),
        summary="Kim Example, at Canal Trust and Kanalstiftung, called Beispielova.",
    )
    for known in (profile, translate(profile, "de")):
        told = anonymize(known, name="Candidate").summary
        assert told.count(MASK) == 4, told


def test_a_page_leads_first_to_the_cv_in_its_language() -> None:
    from tests.render.people import RICH

    version = replace(RICH.cv_versions[0], name="Deutsch", slug="deutsch", lang="de", is_default=False)
    paths = (("p/kim-example/cv.pdf", ""), ("p/kim-example/cv/deutsch.pdf", "Deutsch"))
    files = by_path(render_profile(renderer_at(), replace(KIM, cv_versions=(version,)), cv_paths=paths, is_home=False))
    first = {
        path: read_page(files[path]).find("a", **{"class": "button primary"})[0]["href"] for path in (HOME, GERMAN)
    }
    assert first == {HOME: "/p/kim-example/cv.pdf", GERMAN: "/p/kim-example/cv/deutsch.pdf"}


@pytest.mark.parametrize("profile", EVERYBODY, ids=lambda p: p.slug)
def test_every_person_can_be_read_in_another_language(profile: Profile) -> None:
    for lang in ("de", "ar", "ja"):
        files = render(replace(profile, lang="fr", translations=(said(lang, "headline", "Ça"),)))
        page = read_page(files[f"p/{profile.slug}/in/{lang}/index.html"])
        assert len(page.find("h1")) == 1
        assert json.loads(page.linked_data[0])["inLanguage"] == lang
        drawing = (
            files[f"p/{profile.slug}/in/{lang}/index.html"]
            .decode()
            .partition('<svg class="timeline"')[2]
            .partition("</svg>")[0]
        )
        assert "<span" not in drawing


def test_languages_somebody_speaks_are_called_as_the_reader_calls_them() -> None:
    spoken = (
        Language(name="English", tag="en", fluency="Mother tongue", cefr="NATIVE"),
        Language(name="Klingon", tag="", fluency="Some", cefr=""),
        Language(name="Elvish", tag="qq", fluency="Songs", cefr=""),
    )
    page = render(make_kim(said("fr", "headline", "Éclusière"), languages=spoken))["p/kim-example/in/fr/index.html"]
    words = read_page(page).words
    assert {"Anglais", "Klingon", "Some", "Elvish", "Songs"} <= set(words)
    assert not {"English", "Mother tongue"} & set(words[words.index("Anglais") :])


def test_a_cv_without_a_name_is_called_by_its_language() -> None:
    from tests.render.people import RICH

    version = replace(RICH.cv_versions[0], name="Deutsch", slug="deutsch", lang="de", is_default=False)
    paths = (("p/kim-example/cv.pdf", ""), ("p/kim-example/cv/deutsch.pdf", "Deutsch"))
    files = by_path(render_profile(renderer_at(), replace(KIM, cv_versions=(version,)), cv_paths=paths, is_home=False))
    words = read_page(files[GERMAN]).words
    assert words[words.index("Weitere Lebensläufe:") + 1] == "English"


def test_linked_data_speak_of_one_person_on_several_pages() -> None:
    pages = [json.loads(read_page(render(KIM)[path]).linked_data[0]) for path in (HOME, GERMAN)]
    assert {page["mainEntity"]["@id"] for page in pages} == {f"{SITE}/p/kim-example/#person"}
    assert [page["url"] for page in pages] == [f"{SITE}/p/kim-example/", f"{SITE}/p/kim-example/in/de/"]
    assert [page["inLanguage"] for page in pages] == ["en", "de"]
