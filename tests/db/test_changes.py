"""Edits raise a profile's revision, once a transaction, and say when something was taken away."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import text

from careerhub.db.session import acting
from tests.databases import Database
from tests.people import add_career, add_person, owner_of

CHILDREN = [
    "experiences", "projects", "skills", "education", "certifications", "achievements", "languages", "references",
    "interests", "profile_links", "cv_versions",
]  # fmt: skip


@pytest.fixture
def person(any_database: Database) -> tuple[Database, str, dict[str, str]]:
    profile_id = add_person(
        any_database.app_engine, "ada", headline="Keeper", summary="x" * 120, contact={"email": "a@example.org"}
    )
    return any_database, profile_id, add_career(any_database.app_engine, profile_id)


def read_revision(database: Database, profile_id: str) -> tuple[int, int]:
    with database.connect() as connection:
        row = connection.execute(
            "SELECT revision, coalesce(removed_at_revision, 0) FROM profile_revisions WHERE profile_id = %s",
            (profile_id,),
        ).fetchone()
    assert row is not None
    return row  # type: ignore[return-value]


def edit(database: Database, *statements: str, **values: str) -> None:
    with acting(database.app_engine, owner_of(values["id"])) as session:
        for statement in statements:
            session.execute(text(statement), values)


def test_a_transaction_raises_the_revision_once_whatever_its_statements(
    person: tuple[Database, str, dict[str, str]],
) -> None:
    database, profile_id, _ = person
    before, _ = read_revision(database, profile_id)
    edit(
        database,
        "UPDATE profiles SET headline = 'A' WHERE id = :id",
        "UPDATE experiences SET position = 'B' WHERE profile_id = :id",
        "UPDATE skills SET level = 5 WHERE profile_id = :id",
        id=profile_id,
    )
    assert read_revision(database, profile_id) == (before + 1, 0)


@pytest.mark.parametrize("table", CHILDREN)
def test_hiding_deleting_and_adding_rows_raise_it(person: tuple[Database, str, dict[str, str]], table: str) -> None:
    database, profile_id, _ = person
    before, _ = read_revision(database, profile_id)
    edit(database, f'UPDATE "{table}" SET is_hidden = true WHERE profile_id = :id', id=profile_id)
    assert read_revision(database, profile_id) == (before + 1, before + 1)
    edit(database, f'UPDATE "{table}" SET is_hidden = false WHERE profile_id = :id', id=profile_id)
    assert read_revision(database, profile_id) == (before + 2, before + 1)
    edit(database, f'DELETE FROM "{table}" WHERE profile_id = :id', id=profile_id)
    assert read_revision(database, profile_id) == (before + 3, before + 3)


@pytest.mark.parametrize(
    ("change", "takes_away"),
    [
        ("UPDATE profiles SET headline = 'Other' WHERE id = :id", False),
        ("UPDATE profiles SET headline = '' WHERE id = :id", True),
        ("UPDATE profiles SET visibility = 'FRIENDS' WHERE id = :id", True),
        ("UPDATE profiles SET contact = '{}' WHERE id = :id", True),
        ("""UPDATE profiles SET contact = '{"email": "b@example.org", "phone": "1"}' WHERE id = :id""", False),
        ("UPDATE projects SET visibility = 'ANONYMOUS', anonymized_company = 'A bank' WHERE profile_id = :id", True),
        ("UPDATE experiences SET responsibilities = '[]' WHERE profile_id = :id", True),
        ("""UPDATE experiences SET responsibilities = '["a", "b"]' WHERE profile_id = :id""", False),
        ("UPDATE skills SET level = NULL WHERE profile_id = :id", True),
        ("UPDATE cv_versions SET is_public = false WHERE profile_id = :id", True),
        ("DELETE FROM project_technologies WHERE profile_id = :id", True),
        ("DELETE FROM profiles WHERE id = :id", True),
    ],
)
def test_what_counts_as_taken_away(person: tuple[Database, str, dict[str, str]], change: str, takes_away: bool) -> None:
    database, profile_id, _ = person
    before, _ = read_revision(database, profile_id)
    edit(database, change, id=profile_id)
    assert read_revision(database, profile_id) == (before + 1, before + 1 if takes_away else 0)


def test_something_taken_away_later_in_a_transaction_counts_too(person: tuple[Database, str, dict[str, str]]) -> None:
    database, profile_id, _ = person
    before, _ = read_revision(database, profile_id)
    edit(
        database,
        "UPDATE profiles SET headline = 'A' WHERE id = :id",
        "DELETE FROM interests WHERE profile_id = :id",
        "UPDATE profiles SET headline = 'B' WHERE id = :id",
        id=profile_id,
    )
    assert read_revision(database, profile_id) == (before + 1, before + 1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE profiles SET draft_data = '{\"step\": 2}' WHERE id = :id",
        "UPDATE profiles SET contact_encrypted = 'x', contact_key_id = 'k' WHERE id = :id",
        'UPDATE experiences SET extras = \'{"note": "x"}\' WHERE profile_id = :id',
        "UPDATE projects SET anonymized_company = 'A bank' WHERE profile_id = :id",
        "UPDATE profiles SET headline = headline WHERE id = :id",
        "INSERT INTO interests (profile_id, id, name, is_hidden) VALUES (:id, '01J00000000000000000000000', 'Secret', true)",
    ],
)
def test_what_nobody_can_see_raises_nothing(person: tuple[Database, str, dict[str, str]], change: str) -> None:
    database, profile_id, _ = person
    before = read_revision(database, profile_id)
    edit(database, change, id=profile_id)
    assert read_revision(database, profile_id) == before


def test_edits_of_hidden_and_anonymised_rows_raise_nothing(person: tuple[Database, str, dict[str, str]]) -> None:
    database, profile_id, _ = person
    edit(
        database,
        "UPDATE projects SET visibility = 'ANONYMOUS', anonymized_company = 'A bank' WHERE profile_id = :id",
        "UPDATE experiences SET is_hidden = true WHERE profile_id = :id",
        id=profile_id,
    )
    before = read_revision(database, profile_id)
    edit(
        database,
        "UPDATE projects SET name = 'Other', clients = '[\"Acme\"]' WHERE profile_id = :id",
        "UPDATE experiences SET company_name = 'Other' WHERE profile_id = :id",
        "DELETE FROM experiences WHERE profile_id = :id",
        id=profile_id,
    )
    assert read_revision(database, profile_id) == before


def test_the_card_of_an_anonymised_project_is_visible_and_only_its_allow_list(
    person: tuple[Database, str, dict[str, str]],
) -> None:
    database, profile_id, _ = person
    edit(
        database,
        "UPDATE projects SET visibility = 'ANONYMOUS', anonymized_company = 'A bank', show_anonymized = true WHERE profile_id = :id",
        id=profile_id,
    )
    before, _ = read_revision(database, profile_id)
    edit(database, "UPDATE projects SET description = 'secret' WHERE profile_id = :id", id=profile_id)
    assert read_revision(database, profile_id)[0] == before
    edit(database, "UPDATE projects SET role = 'Lead' WHERE profile_id = :id", id=profile_id)
    assert read_revision(database, profile_id)[0] == before + 1


def test_a_rolled_back_edit_raises_nothing(person: tuple[Database, str, dict[str, str]]) -> None:
    database, profile_id, _ = person
    before = read_revision(database, profile_id)
    with pytest.raises(ZeroDivisionError), acting(database.app_engine, owner_of(profile_id)) as session:
        session.execute(text("UPDATE profiles SET headline = 'never' WHERE id = :id"), {"id": profile_id})
        raise ZeroDivisionError
    assert read_revision(database, profile_id) == before


def test_the_revision_outlives_its_profile(person: tuple[Database, str, dict[str, str]]) -> None:
    database, profile_id, _ = person
    edit(database, "DELETE FROM users WHERE email = 'ada@example.org'", id=profile_id)
    revision, removed = read_revision(database, profile_id)
    assert removed == revision
    with database.site_engine.connect() as connection:
        assert connection.execute(text("SELECT is_public FROM site.revisions")).all() == [(False,)]


def test_renaming_a_technology_raises_everybody_who_uses_it(any_database: Database) -> None:
    users = [add_person(any_database.app_engine, slug) for slug in ("ada", "bo")]
    other = add_person(any_database.app_engine, "cy")
    for profile_id in users:
        add_career(any_database.app_engine, profile_id)
    before = [read_revision(any_database, p)[0] for p in (*users, other)]
    with any_database.connect() as connection:
        connection.execute("UPDATE technologies SET name = 'Python 3' WHERE name = 'Python'")
    after = [read_revision(any_database, p)[0] for p in (*users, other)]
    assert after == [before[0] + 1, before[1] + 1, before[2]]


@pytest.mark.parametrize("as_nobody", [None, ""])
def test_an_actor_of_nothing_is_nobody(any_database: Database, as_nobody: str | None) -> None:
    with acting(any_database.app_engine, as_nobody) as session:
        assert session.scalar(text("SELECT current_actor()")) is None
    with acting(any_database.app_engine, "somebody") as session:
        assert session.scalar(text("SELECT current_actor()")) == "somebody"


def test_concurrent_writers_leave_nothing_stale_and_the_score_right(database: Database) -> None:
    people = [add_person(database.app_engine, f"p{i}") for i in range(6)]
    seen: dict[str, int] = {}
    stop = threading.Event()

    def write(seed: int) -> None:
        dice = random.Random(seed)
        with database.connect("careerhub_app") as connection:
            for number in range(25):
                profile_id = dice.choice(people)
                try:
                    with connection.transaction(force_rollback=dice.random() < 0.2):
                        connection.execute("SELECT set_config('careerhub.actor', %s, true)", (owner_of(profile_id),))
                        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (profile_id,))
                        connection.execute(
                            "UPDATE profiles SET headline = %s WHERE id = %s", (f"h{seed}-{number}", profile_id)
                        )
                        connection.execute(
                            "INSERT INTO interests (profile_id, id, name) VALUES (%s, %s, 'x')",
                            (profile_id, f"01J{seed:03d}{number:03d}00000000000000000"),
                        )
                        connection.execute("SELECT pg_sleep(%s)", (dice.random() / 100,))
                except psycopg.errors.UniqueViolation:
                    pass

    def poll() -> None:
        with database.connect("careerhub_site") as connection:
            while not stop.is_set():
                for profile_id, revision in connection.execute("SELECT profile_id, revision FROM site.revisions"):
                    assert revision >= seen.get(str(profile_id), 0), "a revision went back"  # type: ignore[operator]
                    seen[str(profile_id)] = revision  # type: ignore[assignment]

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(6)]
    builder = threading.Thread(target=poll)
    run_all(builder.start, *(w.start for w in writers), *(w.join for w in writers), stop.set, builder.join)
    with database.connect() as connection:
        rows = connection.execute(
            "SELECT p.id, r.revision, (SELECT count(*) FROM interests i WHERE i.profile_id = p.id), p.completeness_score"
            " FROM profiles p JOIN profile_revisions r ON r.profile_id = p.id"
        ).fetchall()
    for _, revision, interests, score in rows:
        assert revision == interests + 1  # type: ignore[operator]
        assert score in (0, 10)


def run_all(*calls: Callable[[], object]) -> None:
    for call in calls:
        call()


def test_the_score_counts_what_the_document_says(any_database: Database) -> None:
    profile_id = add_person(any_database.app_engine, "ada", headline="Keeper", summary="x" * 101)
    add_career(any_database.app_engine, profile_id)
    with any_database.connect() as connection:
        assert connection.execute("SELECT completeness_score FROM profiles").fetchone() == (10 + 20 + 10 + 5 + 3 + 10,)
        connection.execute("DELETE FROM education")
        connection.execute("UPDATE profiles SET summary = ''")
        assert connection.execute("SELECT completeness_score FROM profiles").fetchone() == (10 + 10 + 5 + 3,)


def test_a_slug_stays_with_its_former_owner_for_ninety_days(any_database: Database) -> None:
    from careerhub.errors import Conflict

    ada = add_person(any_database.app_engine, "ada")
    edit(any_database, "UPDATE profiles SET slug = 'ada-new' WHERE slug = 'ada'", id=ada)
    with pytest.raises(Conflict, match="90 days"):
        add_person(any_database.app_engine, "ada", email="other@example.org")
    edit(any_database, "UPDATE profiles SET slug = 'ada' WHERE slug = 'ada-new'", id=ada)
    edit(any_database, "UPDATE profiles SET slug = 'ada-new' WHERE slug = 'ada'", id=ada)
    with any_database.connect() as connection:
        connection.execute("UPDATE slug_history SET released_at = released_at - interval '91 days'")
    add_person(any_database.app_engine, "ada", email="other@example.org")


def test_the_row_revision_counts_edits_and_ignores_what_is_derived(
    person: tuple[Database, str, dict[str, str]],
) -> None:
    database, _, ids = person
    with database.connect() as connection:

        def revision() -> object:
            return connection.execute(
                "SELECT revision FROM experiences WHERE id = %s", (ids["experiences"],)
            ).fetchone()[0]  # type: ignore[index]

        assert revision() == 1
        connection.execute("UPDATE experiences SET position = position")
        assert revision() == 1
        connection.execute("UPDATE experiences SET position = 'Other'")
        assert revision() == 2
        before = connection.execute("SELECT revision FROM profiles").fetchone()
        connection.execute("DELETE FROM education")
        assert connection.execute("SELECT revision FROM profiles").fetchone() == before


def test_a_translation_goes_with_its_row(person: tuple[Database, str, dict[str, str]]) -> None:
    database, profile_id, ids = person
    with database.connect() as connection:
        for kind, row in (("EXPERIENCE", ids["experiences"]), ("PROJECT", ids["projects"])):
            connection.execute(
                "INSERT INTO translations (profile_id, entity_type, entity_id, field, lang, text) VALUES (%s, %s, %s, 'description', 'de', 'Licht')",
                (profile_id, kind, row),
            )
        connection.execute("DELETE FROM experiences")
        assert connection.execute("SELECT entity_type FROM translations").fetchall() == [("PROJECT",)]
        connection.execute("UPDATE projects SET is_hidden = true")
        assert connection.execute("SELECT count(*) FROM site.translations").fetchone() == (0,)
