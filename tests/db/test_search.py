"""Search finds people in any script, with typos and by what they did; and nothing that isn't public."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from careerhub.db import models
from careerhub.db.engine import make_engine
from careerhub.db.migrate import downgrade, upgrade
from careerhub.db.search import (
    clean_query,
    search_experiences,
    search_own,
    search_people,
    search_projects,
    search_technologies,
)
from careerhub.db.session import acting
from careerhub.errors import CareerHubError, InputInvalid
from careerhub.ids import make_id
from tests.databases import Cluster, Database
from tests.people import add_person, add_row, owner_of

NAMES = {
    "zoe": "Zoë Müller-Thornbury", "obrien": "Siobhán O’Brien", "soren": "Søren Łąckister", "nguyen": "Nguyễn Đặng Phúc",
    "elkina": "Алёна Ёлкина", "giorgos": "Γιώργος Καλαμάρης", "muhammad": "مُحَمَّد الأنصاري", "shalom": "שָׁלוֹם הרמן",
    "priya": "प्रिया सागरकर", "wang": "王小明", "tanaka": "タナカ さくら", "jeong": "정민호", "somchai": "สมชาย วงศ์สุขวัฒน์",
    "strasse": "Anselm Weißgerber", "anna": "Anna", "annabel": "Annabel Lee", "lee-anna": "Lee Anna", "mono": "Quillfeather",
}  # fmt: skip


@pytest.fixture(scope="module")
def people(cluster: Cluster) -> Iterator[Database]:
    """Give a database with a person for each name; read only, so that a module shares it."""
    with cluster.copied() as database:
        for slug, name in NAMES.items():
            add_person(database.app_engine, slug, full_name=name)
        yield database


def find(database: Database, query: str, **options: Any) -> list[str]:
    with acting(database.app_engine, None) as session:
        return [one.slug for one in search_people(session, query, timeout_ms=5000, **options)]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("Zoë Müller-Thornbury", "zoe"), ("zoe muller", "zoe"), ("THORNBURY", "zoe"), ("thornb", "zoe"), ("mueller", "zoe"),
        ("Zoe\u0308", "zoe"), ("thornbry", "zoe"), ("thornburi zoe", "zoe"), ("tornbory", "zoe"),
        ("o'brien", "obrien"), ("obrien", "obrien"), ("O‘Brien", "obrien"), ("siobhan", "obrien"),
        ("soren lackister", "soren"), ("Sören", "soren"), ("nguyen dang", "nguyen"), ("dang phuc", "nguyen"),
        ("елкина", "elkina"), ("Ёлкина Алена", "elkina"), ("ёлки", "elkina"), ("ёлкена", "elkina"),
        ("γιωργος", "giorgos"), ("ΚΑΛΑΜΆΡΗΣ", "giorgos"), ("καλαμ", "giorgos"), ("καλαμάρις", "giorgos"),
        ("محمد", "muhammad"), ("الانصاري", "muhammad"), ("الأنصارى", "muhammad"), ("שלום", "shalom"), ("הרמ", "shalom"),
        ("प्रिया", "priya"), ("सागर", "priya"), ("王小明", "wang"), ("小明", "wang"), ("王", "wang"), ("明", "wang"),
        ("さくら", "tanaka"), ("くら", "tanaka"), ("タナ", "tanaka"), ("ﾀﾅｶ", "tanaka"), ("민호", "jeong"), ("정", "jeong"),
        ("สมชาย", "somchai"), ("วงศ์", "somchai"), ("สุขวัฒน์", "somchai"), ("weissgerber", "strasse"), ("WEISSGERBER", "strasse"),
        ("quillfether", "mono"), ("quilfeathr", "mono"), ("ＱＵＩＬＬ", "mono"), ("quill-feather", "mono"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_script_by_a_part_a_beginning_and_with_typos(
    people: Database, query: str, slug: str
) -> None:
    assert find(people, query)[:1] == [slug]


def test_what_nobody_is_called_finds_nobody(people: Database) -> None:
    for query in ("zzyqxw", "李小龙", "Ωμέγα", "xylophone"):
        assert find(people, query) == []


def test_a_whole_name_comes_before_a_beginning_before_a_word(people: Database) -> None:
    assert find(people, "anna") == ["anna", "annabel", "lee-anna"]
    with acting(people.app_engine, None) as session:
        ranks = [one.rank for one in search_people(session, "anna", timeout_ms=5000)]
    assert ranks == sorted(set(ranks), reverse=True)
    assert find(people, "anna", limit=2) == ["anna", "annabel"]


@pytest.mark.parametrize(
    "query", ["%", "_", "\\", "%%%", "__", "'", '"', "a' OR '1'='1", ":*", "& | !", "<->", "()", "😀"]
)
def test_signs_that_mean_something_to_databases_are_letters_like_others(people: Database, query: str) -> None:
    assert find(people, query) == []
    with acting(people.app_engine, None) as session:
        for search in (search_experiences, search_projects, search_technologies):
            assert search(session, query, timeout_ms=5000) == ()


def test_signs_around_words_change_nothing(people: Database) -> None:
    assert find(people, "'); DROP TABLE users; -- zoe") == []
    assert find(people, "\\zoe'%") == find(people, "zoe:*") == ["zoe"]


@pytest.mark.parametrize("query", ["", "   ", "\n\t", "\x00", "x" * 201, "müll " * 2000, "x" * 10_000])
def test_an_empty_query_and_a_very_long_one_are_refused(people: Database, query: str) -> None:
    with pytest.raises(InputInvalid, match="query"):
        find(people, query)


def test_the_database_refuses_a_long_query_by_itself(people: Database) -> None:
    with pytest.raises(InputInvalid, match="200 characters"), acting(people.app_engine, None) as session:
        session.execute(text("SELECT search_people(repeat('x', 10000))"))


def test_two_hundred_characters_of_anything_are_no_trouble(people: Database) -> None:
    for query in ("xxw wwx " * 25, "明" * 200, "é" * 200, "👩‍👩‍👧" * 40, "(" * 200, "ا" * 200):
        assert len(find(people, query)) < len(NAMES)


def test_a_query_becomes_one_line() -> None:
    assert clean_query(" e\u0301t\x00e\u0301 \n now\ud800 ") == "ét é now"


def test_a_search_that_takes_too_long_says_so(people: Database) -> None:
    with people.connect() as blocker, blocker.transaction():
        blocker.execute("LOCK TABLE profiles IN ACCESS EXCLUSIVE MODE")
        with (
            pytest.raises(CareerHubError, match=r"too long|longer than|57014"),
            acting(people.app_engine, None) as session,
        ):
            search_people(session, "zoe", timeout_ms=50)


def test_the_time_limit_is_gone_afterwards(people: Database) -> None:
    with acting(people.app_engine, None) as session:
        search_people(session, "zoe", timeout_ms=5000)
        assert session.scalar(text("SELECT current_setting('statement_timeout')")) == "0"
        assert session.scalar(text("SELECT current_setting('pg_trgm.word_similarity_threshold')")) == "0.6"


def test_the_builder_may_search_too_and_the_steps_of_it_are_nobodys(people: Database) -> None:
    with acting(people.site_engine, None) as session:
        assert search_people(session, "zoe", timeout_ms=5000)[0].full_name == NAMES["zoe"]
    with people.connect() as connection:
        allowed = connection.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND has_function_privilege('careerhub_app', oid, 'EXECUTE')"
            " AND (proname ~ '^(find_|search_)' OR proname IN ('name_technologies', 'read_query', 'make_tsquery', 'rank_titles')) ORDER BY 1"
        ).fetchall()
    names = {str(name) for (name,) in allowed} - {"find_account", "find_owner"}
    assert names == {
        "search_people", "search_experiences", "search_projects", "search_technologies",
        # what indexes are made with: whoever writes a row calls them
        "search_words", "search_names", "search_texts", "search_grams",
    }  # fmt: skip


@pytest.fixture
def nell(any_database: Database) -> tuple[Database, str]:
    return any_database, add_person(
        any_database.app_engine, "nell", full_name="Nell Quillfeather", headline="Cartographer of tidelands", city="Tromsø",
        summary="She restored the lighthouses of three islands.",
    )  # fmt: skip


def fill(database: Database, profile_id: str) -> None:
    with acting(database.app_engine, owner_of(profile_id)) as session:
        technology = session.query(models.Technology).filter_by(name="C++").one()
        add_row(session, models.Skill, profile_id, name="C++", technology_id=technology.id, level=4)
        add_row(session, models.Skill, profile_id, name="Bookbinding")
        add_row(
            session, models.Experience, profile_id, company_name="Isobar Maps", position="Lead Surveyor",
            description="Measured glaciers.", responsibilities=["Trained\nnovices"],
        )  # fmt: skip
        add_row(
            session,
            models.Project,
            profile_id,
            slug="atlas",
            name="Drowned Atlas",
            role="Editor",
            description="Vanished harbours",
        )


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("cartographer", "headline"), ("cartographers", "headline"), ("tideland", "headline"), ("tromso", "headline"),
        ("c++", "skill"), ("cpp", "skill"), ("bookbind", "skill"), ("isobar maps", "experience"), ("surveyor", "experience"),
        ("glacier", "experience"), ("novices", "experience"), ("drowned atlas", "project"), ("harbour", "project"),
        ("lighthouse", "summary"), ("quillfeather surveyor", "several"), ("surveyors tromsø", "several"), ("nell atlas", "several"),
    ],
)  # fmt: skip
def test_a_person_is_found_by_what_they_are_can_and_did(nell: tuple[Database, str], query: str, why: str) -> None:
    database, profile_id = nell
    fill(database, profile_id)
    with acting(database.app_engine, None) as session:
        assert [(one.slug, one.why) for one in search_people(session, query, timeout_ms=5000)] == [("nell", why)]


def test_jobs_and_projects_are_found_by_titles_texts_and_likeness(nell: tuple[Database, str]) -> None:
    database, profile_id = nell
    fill(database, profile_id)
    with acting(database.app_engine, None) as session:
        for query, rank in {
            "Lead Surveyor": 1,
            "lead": 0.9,
            "surveyor isobar": 0.8,
            "surveyors": 0.7,
            "glaciers": 0.5,
        }.items():
            (job,) = search_experiences(session, query, timeout_ms=5000)
            assert (job.slug, job.company_name, job.rank) == ("nell", "Isobar Maps", pytest.approx(rank))
        (job,) = search_experiences(session, "survayor", timeout_ms=5000)
        assert 0 < job.rank < 0.5
        (project,) = search_projects(session, "drowned", timeout_ms=5000)
        assert (project.project_slug, project.name, project.rank) == ("atlas", "Drowned Atlas", pytest.approx(0.9))
        assert search_projects(session, "dronwed atlas", timeout_ms=5000)[0].project_slug == "atlas"
        assert search_projects(session, "harbours", timeout_ms=5000)[0].rank == pytest.approx(0.5)


# Words unlike each other, so that none is found by its likeness to another. The first five stand in the profile itself; the
# very first is the longest, so that it is the one whose people are asked for the other word.
NEEDLES = [
    "quorlhamington", "brindlewax", "ostervik", "fennimore", "marzipane", "grapplecot", "windlasser", "cobblestane", "hushpuddle", "larkspindle",
    "thimbleroot", "yawlkeeper", "vexillarch", "dovecrumb",
]  # fmt: skip


def hide_needles(database: Database, **columns: Any) -> None:
    """Add a person with a needle in each place that is searched."""
    name, headline, city, summary, latin, skill, job, firm, deed, duty, work, role, told, keyword = NEEDLES
    profile_id = add_person(
        database.app_engine, "needle", full_name=f"Ana {name}", headline=headline, city=city, summary=summary, **columns
    )
    with acting(database.app_engine, owner_of(profile_id)) as session:
        add_row(session, models.Skill, profile_id, name=skill)
        add_row(
            session,
            models.Experience,
            profile_id,
            position=job,
            company_name=firm,
            description=deed,
            responsibilities=[duty],
        )
        add_row(session, models.Project, profile_id, slug="work", name=work, role=role, description=told, keywords=[keyword],
                anonymized_company="A bank")  # fmt: skip
        session.execute(
            insert(models.Translation).values(
                profile_id=profile_id,
                entity_type="PROFILE",
                entity_id=profile_id,
                field="full_name",
                lang="en",
                text=latin,
            )
        )


def list_found(database: Database) -> set[str]:
    """Return the needles that any search finds, whole, by their beginning, or with an ending."""
    with acting(database.app_engine, None) as session:
        return {
            needle
            for needle in NEEDLES
            for search in (search_people, search_experiences, search_projects)
            for query in (needle, needle[:-1], f"{needle}s")
            if search(session, query, timeout_ms=5000)
        }


def test_every_needle_is_found_while_its_person_is_public(any_database: Database) -> None:
    hide_needles(any_database)
    assert list_found(any_database) == set(NEEDLES)
    assert all(find(any_database, f"ana {needle}") for needle in NEEDLES)


@pytest.mark.parametrize("visibility", ["FRIENDS", "PRIVATE"])
def test_no_needle_is_found_of_who_is_not_public(any_database: Database, visibility: str) -> None:
    hide_needles(any_database, visibility=visibility)
    assert list_found(any_database) == set()
    assert not any(find(any_database, f"ana {needle}") for needle in NEEDLES)


@pytest.mark.parametrize("change", ["is_hidden = true", "visibility = 'ANONYMOUS', show_anonymized = true"])
def test_no_needle_is_found_in_what_is_hidden_or_anonymous(any_database: Database, change: str) -> None:
    hide_needles(any_database)
    with any_database.connect() as connection:
        connection.execute("UPDATE skills SET is_hidden = true; UPDATE experiences SET is_hidden = true")
        connection.execute(f"UPDATE projects SET {change}")  # type: ignore[call-overload]
    assert list_found(any_database) == set(NEEDLES[:5])
    with acting(any_database.app_engine, None) as session:
        for needle in NEEDLES[
            5:
        ]:  # whoever has the rest of the words isn't found by more places together, only by the name
            assert all(one.why == "name" for one in search_people(session, f"quorlhamington {needle}", timeout_ms=5000))


def test_whoever_hides_is_gone_at_once(nell: tuple[Database, str]) -> None:
    database, profile_id = nell
    assert find(database, "quillfeather") == ["nell"]
    with acting(database.app_engine, owner_of(profile_id)) as session:
        session.execute(update(models.Profile).where(models.Profile.id == profile_id).values(visibility="PRIVATE"))
    assert find(database, "quillfeather") == []


def test_technologies_are_completed_with_their_symbols(any_database: Database) -> None:
    with acting(any_database.app_engine, None) as session:

        def names(query: str) -> list[str]:
            return [one.name for one in search_technologies(session, query, timeout_ms=5000)]

        assert names("c+") == names("C++") == ["C++"]
        assert names("c#") == ["C#"]
        assert names(".net")[0] == ".NET"
        assert names("node.js")[0] == names("nodejs")[0] == names("Node")[0] == "Node.js"
        assert names("pyth")[0] == names("PYTHON")[0] == names("pyhton")[0] == "Python"
        assert names("p_thon") == names("pyth%") == names("pyth\\on") == []
        assert names("postgersql")[0] == "PostgreSQL"
        assert search_technologies(session, "csharp", timeout_ms=5000)[0].alias == "csharp"
        assert len(search_technologies(session, "go", limit=3, timeout_ms=5000)) == 3


def test_ones_own_entries_are_found_hidden_ones_too_and_nobody_elses(nell: tuple[Database, str]) -> None:
    database, profile_id = nell
    fill(database, profile_id)
    other = add_person(database.app_engine, "other", full_name="Other")
    with acting(database.app_engine, owner_of(profile_id)) as session:
        session.execute(update(models.Experience).values(is_hidden=True))
        assert [(one.kind, one.title) for one in search_own(session, "surveyor")] == [
            ("experiences", "Lead Surveyor · Isobar Maps")
        ]
        assert [one.title for one in search_own(session, "++")] == ["C++"]
        assert [one.kind for one in search_own(session, "b")] == ["skills", "experiences"]
        assert search_own(session, "%") == ()
    with acting(database.app_engine, owner_of(other)) as session:
        assert search_own(session, "surveyor") == ()


def test_the_same_people_come_in_the_same_order_of_slugs(any_database: Database) -> None:
    for number in (3, 1, 2):
        add_person(any_database.app_engine, f"kim-{number}", full_name="Kim Harrow")
    assert find(any_database, "kim harrow") == ["kim-1", "kim-2", "kim-3"]


def test_it_goes_down_and_up_with_people_in_the_tables(cluster: Cluster) -> None:
    with cluster.copied() as database:
        hide_needles(database)
        engine = make_engine(database.url("postgres"), "careerhub_owner")
        indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname ~ 'search|likeness|_name$|_words|_level$' ORDER BY 1"
        with database.connect() as connection:
            above = connection.execute(indexes).fetchall()
            downgrade(engine, "0009")
            assert connection.execute("SELECT to_regprocedure('search_people(text, integer)')").fetchone() == (None,)
            below = [str(definition) for (definition,) in connection.execute(indexes).fetchall()]
            assert sum("gin_trgm_ops" in one or "english" in one for one in below) == 3
            upgrade(engine)
            assert connection.execute(indexes).fetchall() == above
        assert find(database, "quorlhamington") == ["needle"]


def test_a_row_of_the_longest_texts_can_be_saved(any_database: Database) -> None:
    profile_id = add_person(
        any_database.app_engine, "long", full_name="Long", summary=" ".join(make_id() for _ in range(740))
    )
    with acting(any_database.app_engine, owner_of(profile_id)) as session:
        add_row(session, models.Project, profile_id, slug="long", name="明" * 200, description="漢字仮名" * 5000,
                keywords=[make_id() for _ in range(3000)])  # fmt: skip
        add_row(session, models.Experience, profile_id, position="x" * 200, description="é" * 20000,
                responsibilities=["ไทย" * 30 for _ in range(900)])  # fmt: skip
