"""Fictional people whose pages the tests render: five scripts, one who says nothing, one who says everything."""

from __future__ import annotations

from careerhub.document.profile import AnonymizedProject, Contact, Interest, Language, Link, Reference
from tests.render.making import (
    CSHARP,
    KAFKA,
    POSTGRES,
    PYTHON,
    RUST,
    make_achievement,
    make_certificate,
    make_course,
    make_experience,
    make_profile,
    make_project,
    make_skill,
    make_version,
    when,
)

WITHHELD = AnonymizedProject(
    role="Lead engineer",
    anonymized_company="A European bank",
    category="Internal",
    start_year=2020,
    end_year=2022,
    is_ongoing=False,
    team_band="11–50",
    users_band="10,000–100,000",
    budget_range="large",
    technologies=(KAFKA, POSTGRES),
)

ONE_LINE = make_profile(slug="bo-line", full_name="Bo Line", headline="Carpenter")

RICH = make_profile(
    slug="ada-sample",
    full_name="Ada Sample",
    sort_name="Sample, Ada",
    pronouns="she/her",
    headline="Staff engineer for data-heavy products that people rely on",
    summary=(
        "I turn tangled data flows into **quiet, observable systems**, and teams that argue into teams that ship.\n\n"
        "Fifteen years between databases and the people who use them; lately payments, before that "
        "[open maps](https://example.org/maps)."
    ),
    location="Lisbon, Portugal",
    city="Lisbon",
    country_code="PT",
    open_to_work=True,
    contact=Contact(email="ada@example.com", phone="+351 210 000 000", website="https://ada.example.com/"),
    links=(
        Link(network="GitHub", username="ada-sample", url="https://example.com/ada-sample"),
        Link(network="LinkedIn", username="ada-sample", url="https://example.net/in/ada-sample"),
        Link(network="Mastodon", username="@ada", url="https://example.org/@ada"),
    ),
    experiences=(
        make_experience(
            "Northwind Payments",
            "Staff engineer",
            "2022-04",
            company_website="https://northwind.example/",
            company_location="Lisbon",
            description="Owner of the ledger that settles every card payment of the group.",
            responsibilities=(
                "Cut settlement time from **nine hours to eleven minutes** by replacing a nightly batch with a stream.",
                "Introduced schema reviews; incidents caused by migrations fell from 14 a year to 1.",
                "Mentored six engineers, three of whom now lead teams of their own.",
            ),
            technologies=(PYTHON, POSTGRES, KAFKA),
        ),
        make_experience(
            "Northwind Payments",
            "Senior engineer",
            "2019-09",
            "2022-03",
            company_website="https://northwind.example/",
            company_location="Lisbon",
            responsibilities=(
                "Built the reconciliation service: 40 million rows a day, checked twice.",
                "Wrote the runbook that the whole department now copies.",
            ),
            technologies=(PYTHON, POSTGRES),
        ),
        make_experience(
            "Openfield Maps",
            "Software engineer",
            "2014",
            "2019-08",
            company_website="https://openfield.example/",
            company_location="Remote",
            employment_type="CONTRACT",
            industry="Geography",
            description="A small company with a large map.",
            responsibilities=("Made tiles for 190 countries fit on one server.", "Spoke at two conferences about it."),
            technologies=(RUST, POSTGRES),
        ),
        make_experience(
            "Code for Everyone",
            "Mentor",
            "2017",
            "",
            employment_type="VOLUNTEER",
            company_location="Lisbon",
            description="Saturday classes for people who never had a computer of their own.",
        ),
    ),
    projects=(
        make_project(
            "quiet-ledger",
            "Quiet Ledger",
            description=(
                "A double-entry ledger as a library. It keeps *every* promise a bank's ledger makes, and fits in an "
                "afternoon of reading.\n\n- append only\n- proofs for every balance\n- no dependencies"
            ),
            role="Author, Maintainer",
            organization="Independent",
            start=when("2021-02"),
            is_ongoing=True,
            status="Active",
            category="Production",
            achievements=("Used by three credit unions.", "2,100 tests that run in **four seconds**."),
            challenges=("Rounding, as always.",),
            team_size=3,
            users_count=12000,
            demo_url="https://ledger.example.com/",
            github_url="https://example.com/ada-sample/quiet-ledger",
            documentation_url="https://ledger.example.com/docs/",
            keywords=("accounting", "open source"),
            technologies=(RUST, POSTGRES),
            is_featured=True,
        ),
        make_project(
            "tile-press",
            "Tile Press",
            description="Squeezes map tiles until they fit where nobody thought they would.",
            role="Engineer",
            organization="Openfield Maps",
            start=when("2016"),
            end=when("2018"),
            status="Archived",
            category="Internal",
            clients=("City of Exampleton",),
            duration_months=20,
            technologies=(RUST,),
            employers=("Openfield Maps",),
        ),
    ),
    anonymized_projects=(WITHHELD,),
    skills=(
        make_skill("Python", "Languages", 5, technology=PYTHON, years_of_experience=14, is_primary=True),
        make_skill("Rust", "Languages", 4, technology=RUST, years_of_experience=8),
        make_skill("C#", "Languages", 2, technology=CSHARP, years_of_experience=1),
        make_skill("PostgreSQL", "Data", 5, technology=POSTGRES, is_primary=True),
        make_skill("Apache Kafka", "Data", 3, technology=KAFKA, started_using_year=2019),
        make_skill("Event modelling", "Data", 4),
        make_skill("Facilitation", level=3),
        make_skill("Technical writing"),
    ),
    education=(
        make_course(
            "University of Exampleton",
            "MSc",
            "Computer Science",
            "2010",
            "2013",
            grade="1.3",
            url="https://exampleton.example/",
            description="Thesis on *incremental view maintenance*.",
            courses=("Databases", "Distributed Systems"),
        ),
        make_course("Samplebridge College", "BSc", "Mathematics", "2007", "2010"),
    ),
    certifications=(
        make_certificate(
            "Certified Ledger Architect",
            "Institute of Ledgers",
            issued=when("2023-05"),
            expires=when("2030-05"),
            credential_id="CLA-0042",
            credential_url="https://ledgers.example.org/CLA-0042",
        ),
        make_certificate(
            "Cloud Practitioner", "Example Cloud", issued=when("2018"), expires=when("2021"), is_expired=True
        ),
    ),
    achievements=(
        make_achievement("Engineer of the Year", "AWARD", date=when("2024-11-07"), issuer="Northwind Payments"),
        make_achievement(
            "Streams that settle",
            "PUBLICATION",
            date=when("2023"),
            issuer="Journal of Imaginary Systems",
            authors=("Ada Sample", "Lee Invented"),
            identifier="10.5555/12345678",
            url="https://journal.example.org/streams",
            description="Why exactly-once is a property of the *ledger*, not of the queue.",
        ),
        make_achievement("A map in a shoebox", "SPEAKING", date=when("2018-06"), issuer="ExampleConf"),
        make_achievement("Method for squeezing tiles", "PATENT", date=when("2017"), identifier="XX 1234567"),
        make_achievement("Ran across Portugal", "OTHER", date=when("2015")),
    ),
    languages=(
        Language(name="Portuguese", tag="pt", fluency="Native speaker", cefr="NATIVE"),
        Language(name="English", tag="en", fluency="Fluent", cefr="C2"),
        Language(name="German", tag="de", fluency="", cefr="B1"),
    ),
    references=(
        Reference(
            name="Lee Invented, CTO of Northwind Payments",
            reference="Ada is the person you hand the problem nobody has named yet. She names it, and then it is gone.",
        ),
    ),
    interests=(
        Interest(name="Long-distance running", keywords=("trails", "maps")),
        Interest(name="Letterpress", keywords=()),
    ),
    cv_versions=(make_version("Engineering leadership", "leadership"),),
)

ARABIC = make_profile(
    slug="layla-mithal",
    full_name="ليلى مثال",
    headline="مهندسة برمجيات أولى",
    summary="أبني أنظمة **هادئة** يعتمد عليها الناس، وأعمل مع PostgreSQL و Python منذ 2012.",
    location="عمّان، الأردن",
    city="عمّان",
    country_code="JO",
    lang="ar",
    open_to_work=True,
    contact=Contact(phone="+962 6 000 0000", email="layla@example.com"),
    experiences=(
        make_experience(
            "شركة المثال",
            "مهندسة أولى",
            "2020-03",
            company_location="عمّان",
            responsibilities=("قلّصت زمن التسوية من 9 ساعات إلى 11 دقيقة.", "أشرفت على فريق من ستة مهندسين."),
            technologies=(PYTHON, POSTGRES),
        ),
        make_experience("Openfield Maps", "Software engineer", "2014", "2018", responsibilities=("خرائط مفتوحة.",)),
    ),
    skills=(make_skill("Python", "لغات البرمجة", 5, technology=PYTHON), make_skill("تصميم النظم", level=3)),
    education=(make_course("جامعة المثال", "بكالوريوس", "علوم الحاسوب", "2008", "2012"),),
    languages=(Language(name="العربية", tag="ar", fluency="", cefr="NATIVE"),),
)

JAPANESE = make_profile(
    slug="rei-rei",
    full_name="例田 玲",
    headline="シニアソフトウェアエンジニア",
    summary="決済システムの設計と運用を専門としています。長い文章でも禁則処理に従って、美しく折り返されることを確認します。「約物」や句読点が行頭に来ないこと。",
    location="東京",
    city="東京",
    country_code="JP",
    lang="ja",
    theme="ocean",
    experiences=(
        make_experience(
            "株式会社サンプル",
            "シニアエンジニア",
            "2019-03",
            responsibilities=("一日四千万行を処理する照合サービスを構築。", "移行による障害を年十四件から一件に削減。"),
            technologies=(PYTHON, POSTGRES),
        ),
    ),
    skills=(make_skill("設計", level=4), make_skill("Python", level=5, technology=PYTHON)),
    education=(make_course("例大学", "修士", "情報工学", "2013", "2015"),),
)

CYRILLIC = make_profile(
    slug="vera-primer",
    full_name="Вера Примерова",
    headline="Инженер данных",
    summary="Данные должны быть *понятными*.",
    lang="ru",
    experiences=(make_experience("Пример и Ко", "Инженер", "2018-05"),),
)

DEVANAGARI = make_profile(
    slug="uma-udaharan",
    full_name="उमा उदाहरण",
    headline="सॉफ़्टवेयर अभियंता",
    summary="मैं **सरल** प्रणालियाँ बनाती हूँ।",
    lang="hi",
    experiences=(make_experience("नमूना कंपनी", "अभियंता", "2016", "2020"),),
)

EVERYBODY = (RICH, ONE_LINE, ARABIC, JAPANESE, CYRILLIC, DEVANAGARI)
