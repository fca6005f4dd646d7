from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from careerhub.document.profile import Contact, Interest, Language, Profile
from careerhub.render.pages import render_profile, shorten
from careerhub.render.renderer import make_renderer
from tests.render.making import make_experience, make_profile, make_skill
from tests.render.people import ARABIC, EVERYBODY, JAPANESE, ONE_LINE, RICH, WITHHELD
from tests.render.reading import by_path, change_texts, html_pages, portfolio, read_page, render, renderer_at

# Coded values, sort keys, and what decides how a page looks.
UNSHOWN = {
    ("sort_name",),
    # In other words in the location.
    ("city",),
    ("region",),
    ("country_code",),
    ("languages", "tag"),
    ("skills", "technology", "name"),
    ("cv_versions", "slug"),
    ("links", "username"),
    ("experiences", "company_size"),
    ("cv_versions", "name"),
    ("cv_versions", "custom_headline"),
    ("cv_versions", "custom_summary"),
}


@pytest.mark.parametrize("profile", EVERYBODY, ids=lambda p: p.slug)
def test_every_page_is_well_formed_and_has_one_first_heading(profile: Profile) -> None:
    pages = dict(html_pages(render(profile)))
    assert len(pages) == 1 + len(profile.projects)
    for page in pages.values():
        assert len(page.find("h1")) == len(page.find("main")) == 1
        # those of a drawing are its captions
        assert page.titles == 1
        ids = [a["id"] for _, a in page.elements if "id" in a]
        assert len(ids) == len(set(ids))
        assert {a["href"].removeprefix("#") for a in page.find("a") if a["href"].startswith("#")} <= set(ids)


def test_every_public_fact_is_on_a_page() -> None:
    marked = change_texts(RICH, _mark)
    seen = " ".join(page.text + json.dumps(page.elements) for _, page in html_pages(render(marked)))
    missing = {path for path, word in _marks(RICH) if word not in seen}
    assert missing == UNSHOWN


def test_a_person_of_one_line_has_no_empty_sections() -> None:
    page = portfolio(ONE_LINE)
    assert page.find("section") == []
    assert page.find("ul") == []
    assert {"Bo Line", "Carpenter"} <= set(page.words)


def test_a_section_appears_only_with_something_in_it() -> None:
    page = portfolio(replace(RICH, education=(), references=(), achievements=()))
    titles = {a["aria-labelledby"] for a in page.find("section")}
    assert {"experience", "skills", "projects"} <= titles
    assert not titles & {"education", "references", "awards", "publications"}


def test_promotions_stand_under_one_employer() -> None:
    page = portfolio(RICH)
    assert page.words.count("Northwind Payments") == 2  # the heading, and who gave the award
    assert len(page.find("div", **{"class": "posts"})) == 1


def test_posts_without_an_employer_arent_one_employer() -> None:
    posts = (make_experience("", "Writer", "2020"), make_experience("", "Baker", "2015", "2019"))
    page = portfolio(make_profile(experiences=posts))
    assert page.find("div", **{"class": "posts"}) == []
    assert {"Writer", "Baker"} <= set(page.words)


def test_a_level_of_a_language_is_said_once() -> None:
    languages = (
        Language(name="Welsh", tag="cy", fluency="B2", cefr="B2"),
        Language(name="Manx", tag="gv", fluency="well enough, C1", cefr="C1"),
    )
    words = portfolio(make_profile(languages=languages)).words
    assert "B2" in words
    assert "B2 · B2" not in words
    assert "well enough, C1 · C1" in words


def test_an_anonymised_project_is_a_card_without_a_link() -> None:
    page = portfolio(make_profile(anonymized_projects=(WITHHELD,)))
    for words in ("A European bank", "Lead engineer", "2020 – 2022", "11–50", "10,000–100,000", "Apache Kafka"):
        assert words in page.text
    assert not [
        a
        for a in page.find("a")
        if "projects/" in a["href"] or "technologies/" in a["href"].removesuffix("/technologies/")
    ]


def test_a_place_without_words_of_its_own_is_city_and_country() -> None:
    assert "Lisbon, Portugal" in portfolio(make_profile(city="Lisbon", country_code="PT")).words
    assert "Graz, Steiermark" in portfolio(make_profile(city="Graz", region="Steiermark")).words


def test_levels_are_words_and_the_meter_is_for_the_eye_only() -> None:
    page = portfolio(make_profile(skills=(make_skill("Rust", level=3),)))
    assert "Advanced" in page.text
    assert all(a["aria-hidden"] == "true" for a in page.find("span", **{"class": "meter level-3"}))


def test_an_expired_certificate_says_so() -> None:
    assert portfolio(RICH).words.count("Expired") == 1


def test_contact_appears_only_when_published() -> None:
    silent = render(replace(RICH, contact=Contact()))
    said = b"".join(silent.values())
    assert not [word for word in (b"ada@example.com", b"mailto:", b"+351", b'<bdi dir="ltr"></bdi>') if word in said]
    page = portfolio(RICH)
    assert page.find("a", href="mailto:ada@example.com")
    assert page.find("bdi", dir="ltr")


def test_only_cvs_that_exist_are_linked() -> None:
    cvs = (("p/ada-sample/cv.pdf", ""), ("p/ada-sample/cv/leadership.pdf", "Engineering leadership"))
    with_cvs = render_profile(renderer_at(), RICH, cv_paths=cvs, is_home=False)
    page = read_page(by_path(with_cvs)["p/ada-sample/index.html"])
    assert [a["href"] for a in page.find("a", type="application/pdf")] == [f"/{path}" for path, _ in cvs]
    assert ".pdf" not in render(RICH)["p/ada-sample/index.html"].decode()


def test_language_and_direction_are_the_persons() -> None:
    assert portfolio(ARABIC).find("html", lang="ar", dir="rtl")
    assert portfolio(JAPANESE).find("html", lang="ja", dir="ltr")
    assert portfolio(make_profile(lang="no such tag")).find("html", lang="en", dir="ltr")


def test_a_range_of_years_reads_from_left_to_right_on_every_page() -> None:
    start = render(ARABIC)["p/layla-mithal/index.html"].decode()
    assert (
        '<bdi class="when" dir="ltr"><time datetime="2014">2014</time> – <time datetime="2018">2018</time></bdi>'
        in start
    )


@pytest.mark.parametrize(
    ("indexable", "ai", "said"),
    [
        (True, True, None),
        (False, True, "noindex"),
        (True, False, "noai, noimageai"),
        (False, False, "noindex, noai, noimageai"),
    ],
)
def test_wishes_to_robots_are_on_every_page(indexable: bool, ai: bool, said: str | None) -> None:
    for _, page in html_pages(render(replace(RICH, is_indexable=indexable, allows_ai=ai))):
        assert [a["content"] for a in page.find("meta", name="robots")] == ([said] if said else [])


def test_the_home_page_is_canonical_for_its_person() -> None:
    page = read_page(render(RICH, is_home=True)["p/ada-sample/index.html"])
    assert page.find("link", rel="canonical", href="https://example.org/")
    assert json.loads(page.linked_data[0])["url"] == "https://example.org/"
    assert "All people" not in page.text
    assert portfolio(RICH).find("link", rel="canonical", href="https://example.org/p/ada-sample/")


def test_a_base_path_is_kept_in_every_address() -> None:
    files = render(RICH, site_url="https://example.org/people")
    for path, page in html_pages(files):
        for _, attributes in page.elements:
            address = attributes.get("href", "/people/")
            assert not address.startswith("/") or address.startswith("/people/"), (path, address)
    canonical = read_page(files["p/ada-sample/index.html"]).find("link", rel="canonical")
    assert canonical[0]["href"] == "https://example.org/people/p/ada-sample/"
    assert json.loads(files["p/ada-sample/resume.json"])["meta"]["canonical"].startswith(
        "https://example.org/people/p/"
    )


def test_links_inside_the_site_lead_to_files_that_exist() -> None:
    files = render(RICH)
    known = {f"/{asset.path}" for asset in renderer_at().assets} | {
        f"/{path.removesuffix('index.html')}" for path in files
    }
    shared = {"/", "/feed.xml", "/technologies/"} | {f"/{page.name}/" for page in renderer_at().operator_pages}
    for path, page in html_pages(files):
        for tag, attributes in page.elements:
            if tag not in ("a", "link") or attributes["href"].startswith(("#", "mailto:", "http")):
                continue
            address = urlsplit(urljoin(f"https://example.org/{path}", attributes["href"])).path
            assert address in known | shared or address.startswith("/technologies/"), address


def test_nothing_is_loaded_from_elsewhere() -> None:
    for _, page in html_pages(render(RICH)):
        for tag, attributes in page.elements:
            assert not {"src", "srcset", "data", "poster", "background", "style", "action"} & set(attributes), tag
            if tag == "link" and attributes["rel"] in ("stylesheet", "icon"):
                assert attributes["href"].startswith("/assets/")
    assert not any(
        mark in asset.data
        for asset in renderer_at().assets
        for mark in (b"http:", b"https:", b"@import")
        if asset.path.endswith(".css")
    )


def test_the_policy_forbids_scripts() -> None:
    policy = portfolio(RICH).find("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert not [word for word in ("unsafe", "script-src", "*") if word in policy]


def test_linked_data_describes_the_person_on_the_page() -> None:
    data = json.loads(portfolio(RICH).linked_data[0])
    assert (data["@type"], data["mainEntity"]["name"], data["dateModified"]) == (
        "ProfilePage",
        "Ada Sample",
        "2026-03-14",
    )
    assert data["mainEntity"]["worksFor"] == [
        {"@type": "Organization", "name": "Northwind Payments", "url": "https://northwind.example/"}
    ]
    assert data["mainEntity"]["award"] == ["Engineer of the Year"]
    assert "European bank" not in json.dumps(data)


def test_the_same_document_makes_the_same_bytes(tmp_path: Path) -> None:
    templates = renderer_at().labels_folder.parent
    other = make_renderer(templates, "https://example.org")
    assert other.assets == renderer_at().assets
    for profile in EVERYBODY:
        assert by_path(render_profile(other, profile, cv_paths=(), is_home=False)) == render(profile)


def test_an_assets_name_changes_with_what_it_shows(tmp_path: Path) -> None:
    def css_name(picture: str) -> str:
        (tmp_path / "assets").mkdir(exist_ok=True)
        (tmp_path / "assets" / "dot.svg").write_text(picture)
        (tmp_path / "themes" / "plain").mkdir(parents=True, exist_ok=True)
        (tmp_path / "themes" / "base.css").write_text('p { background: url("dot.svg") }')
        (tmp_path / "themes" / "plain" / "theme.css").write_text("")
        (tmp_path / "themes" / "plain" / "theme.json").write_text('{"place": 1, "description": "Plain."}')
        renderer = make_renderer(tmp_path, "https://example.org")
        style = next(file for file in renderer.assets if file.path.endswith(".css"))
        assert renderer.asset("dot.svg").removeprefix("/assets/").encode() in style.data
        return style.path

    assert css_name("<svg/>") != css_name("<svg></svg>")


def test_a_theme_nobody_drew_is_the_usual_one() -> None:
    assert portfolio(make_profile(theme='x" onload="x')).find("html", **{"class": "forest"})
    assert portfolio(make_profile(theme="ocean")).find("html", **{"class": "ocean"})


def test_a_teaser_ends_with_a_whole_word() -> None:
    assert shorten("one two three", 9) == "one two…"
    assert shorten("字" * 300, 10) == "字" * 10 + "…"
    assert shorten("short") == "short"


def _mark(path: tuple[str, ...], text: str) -> str:
    if path[-1] in ("slug", "lang", "theme", "category", "employment_type", "cefr", "template", "paper"):
        return text
    word = _word(path)
    return f"https://{word}.example" if path[-1].endswith(("url", "website")) else word


def _word(path: tuple[str, ...]) -> str:
    return f"mark-{'-'.join(path)}".replace("_", "-").lower()


def _marks(profile: Profile) -> list[tuple[tuple[str, ...], str]]:
    found: dict[tuple[str, ...], str] = {}

    def collect(path: tuple[str, ...], text: str) -> str:
        found[path] = text if _mark(path, text) == text else _word(path)
        return text

    change_texts(profile, collect)
    coded = ("category", "employment_type", "cefr", "template", "paper")
    return [
        (path, word) for path, word in found.items() if path[-1] not in coded and path[-2:] != ("technologies", "slug")
    ]


def test_a_home_pages_technologies_are_words() -> None:
    """Where one person is the site, a list of everybody who knows Kafka says nothing."""
    for path, page in html_pages(render(RICH, is_home=True)):
        assert not [a for a in page.find("a") if "/technologies/" in a["href"]], path
    assert [a for a in portfolio(RICH).find("a") if "/technologies/apache-kafka/" in a["href"]]


def test_names_in_a_row_follow_the_direction_of_the_page() -> None:
    interests = (Interest(name="الخط", keywords=("الرقعة", "الثلث")),)
    page = render(replace(ARABIC, interests=interests))["p/layla-mithal/index.html"].decode()
    assert '<bdi dir="rtl"><bdi>الرقعة</bdi>، <bdi>الثلث</bdi></bdi>' in page


def test_more_achievements_need_others_before_them() -> None:
    others = tuple(
        item for item in RICH.achievements if item.category not in ("AWARD", "PUBLICATION", "SPEAKING", "PATENT")
    )
    assert others
    assert "More achievements" in portfolio(RICH).words
    alone = portfolio(replace(RICH, achievements=others))
    assert "More achievements" not in alone.words
    assert "Achievements" in alone.words
