"""Random edits by several people, compared with a plain Python model after every transaction.

Compared are the rows each person sees, the profile's revision and what it says was taken away, the audit log, and the
completeness score.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from careerhub.db import models
from careerhub.db.engine import make_engine
from careerhub.db.session import acting, lock_profile
from careerhub.editing.items import add_item, change_item, remove_item
from careerhub.errors import NotFound
from careerhub.ids import make_id
from tests.databases import Database
from tests.people import add_person, owner_of

# table: (model, what every row has, the text that edits change)
TABLES: dict[str, tuple[Any, str, str]] = {
    "experiences": (models.Experience, "company_name", "position"),
    "projects": (models.Project, "name", "description"),
    "skills": (models.Skill, "name", "group_name"),
    "education": (models.Education, "institution", "degree"),
    "interests": (models.Interest, "name", "name"),
}
POINTS = {"experiences": (10, 3), "projects": (5, 3), "skills": (3, 5), "education": (10, 1)}
Values = dict[str, Any]
PEOPLE = 3

words = st.sampled_from(["Lantern", "Tide", "Würfel", "灯台", "a" * 40])
edits = st.tuples(
    st.sampled_from(["add", "change", "change", "empty", "hide", "anonymise", "remove", "headline", "summary", "visibility"]),
    st.sampled_from(sorted(TABLES)),
    st.integers(0, 20),
    words,
)  # fmt: skip


class Regretted(Exception):
    """The whole transaction is undone."""


@dataclass
class Person:
    """What the model knows of one person."""

    profile_id: str
    profile: Values
    rows: dict[str, dict[str, Values]] = field(default_factory=lambda: {table: {} for table in TABLES})
    revision: int = 1
    removed_at: int = 0
    log: list[tuple[str, str, Values, Values]] = field(default_factory=list)

    @property
    def score(self) -> int:
        points = 10 * bool(self.profile["headline"]) + 20 * (len(self.profile["summary"]) > 100)
        return points + sum(each * min(most, len(self.rows[table])) for table, (each, most) in POINTS.items())


def see(table: str, row: Values) -> Values | None:
    """Return what the public could see of a row."""
    return None if row.get("is_hidden") or (table == "projects" and row["visibility"] == "ANONYMOUS") else dict(row)


def is_taken_away(before: Values | None, after: Values | None) -> bool:
    if before is None:
        return False
    if after is None or (before.get("visibility") == "PUBLIC" != after.get("visibility")):
        return True
    return any(value and not after[key] for key, value in before.items() if isinstance(value, str))


class Editing(RuleBasedStateMachine):
    """Several people edit; each transaction is checked at once."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.engine = make_engine(database.url("careerhub_app"), "careerhub_app", pool_size=1)
        self.people: list[Person] = []

    @initialize()
    def start(self) -> None:
        for _ in range(PEOPLE):
            slug = f"p-{make_id().lower()}"
            profile_id = add_person(self.engine, slug)
            self.people.append(Person(profile_id, {"headline": "", "summary": "", "visibility": "PUBLIC"}))
        for who in range(PEOPLE):
            self._edit(who, [("add", table, 0, "Lantern") for table in TABLES])

    def teardown(self) -> None:
        self.engine.dispose()

    @rule(
        who=st.integers(0, PEOPLE - 1),
        wanted=st.lists(edits, min_size=1, max_size=4),
        is_regretted=st.sampled_from([False, False, False, True]),
    )
    def edit(self, who: int, wanted: list[tuple[str, str, int, str]], is_regretted: bool) -> None:
        self._edit(who, wanted, is_regretted=is_regretted)

    def _edit(self, who: int, wanted: list[tuple[str, str, int, str]], *, is_regretted: bool = False) -> None:
        person = self.people[who]
        seen = Seen(person)
        try:
            with acting(self.engine, owner_of(person.profile_id)) as session:
                lock_profile(session, person.profile_id)
                for one in wanted:
                    seen.apply(session, *one)
                if is_regretted:
                    raise Regretted
        except Regretted:
            return
        self.people[who] = seen.result()

    @rule(
        who=st.integers(0, PEOPLE - 1),
        table=st.sampled_from(sorted(TABLES)),
        verb=st.sampled_from(["change", "remove"]),
    )
    def meddle(self, who: int, table: str, verb: str) -> None:
        """Try to change what is another person's: it isn't there."""
        person, other = self.people[who], self.people[(who + 1) % PEOPLE]
        for row_id in other.rows[table]:
            for profile_id in (person.profile_id, other.profile_id):
                try:
                    with acting(self.engine, owner_of(person.profile_id)) as session:
                        if verb == "change":
                            change_item(session, table, profile_id, row_id, {TABLES[table][1]: "Mine"})
                        else:
                            remove_item(session, table, profile_id, row_id)
                except NotFound:
                    continue
                raise AssertionError(f"{verb} of another person's row in {table} was let through")

    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        for person in self.people:
            with acting(self.engine, owner_of(person.profile_id)) as session:
                _compare_rows(session, person)
                _compare_revision(session, person)
                _compare_log(session, person)


def _compare_rows(session: Session, person: Person) -> None:
    """Without any filter: what isn't theirs isn't there."""
    for table, (model, *_) in TABLES.items():
        found = {row.id: row for row in session.scalars(select(model))}
        assert set(found) == set(person.rows[table])
        for row_id, values in person.rows[table].items():
            assert {key: getattr(found[row_id], key) for key in values} == values
    stored = session.scalars(select(models.Profile)).one()
    assert {key: getattr(stored, key) for key in person.profile} == person.profile
    assert stored.completeness_score == person.score


def _compare_revision(session: Session, person: Person) -> None:
    found = session.scalars(select(models.ProfileRevision)).one()
    assert (found.revision, found.removed_at_revision or 0) == (person.revision, person.removed_at)


def _compare_log(session: Session, person: Person) -> None:
    log = session.scalars(
        select(models.AuditLog)
        .where(models.AuditLog.action.not_in(["CREATE_USER", "CREATE_PROFILE"]))
        .order_by(models.AuditLog.position)
    ).all()
    assert {entry.user_id for entry in log} <= {owner_of(person.profile_id)}
    assert [(entry.action, entry.entity_id) for entry in log] == [line[:2] for line in person.log]
    for entry, (action, _, old, new) in zip(log, person.log, strict=True):
        if action.startswith("UPDATE"):
            assert (entry.old_values, entry.new_values) == (old, new)
        else:
            stored = (entry.new_values if action.startswith("CREATE") else entry.old_values) or {}
            assert {key: stored[key] for key in (new or old)} == (new or old)


class Seen:
    """One transaction as the model sees it: applied to the database and, beside it, to a copy of the person."""

    def __init__(self, person: Person) -> None:
        copied = {table: {row_id: dict(row) for row_id, row in rows.items()} for table, rows in person.rows.items()}
        self.person = Person(
            person.profile_id, dict(person.profile), copied, person.revision, person.removed_at, list(person.log)
        )
        self.is_changed = self.took_away = False

    def apply(self, session: Any, kind: str, table: str, pick: int, word: str) -> None:
        if kind in ("headline", "summary", "visibility"):
            self._change_profile(session, kind, pick, word)
        elif kind == "add":
            self._add(session, table, word)
        elif self.person.rows[table]:
            row_id = sorted(self.person.rows[table])[pick % len(self.person.rows[table])]
            if kind == "remove":
                remove_item(session, table, self.person.profile_id, row_id)
                self._note("DELETE", table, row_id, self.person.rows[table].pop(row_id), None)
            else:
                self._change(session, kind, table, row_id, f"{word} {pick}")

    def _add(self, session: Any, table: str, word: str) -> None:
        _, name, _ = TABLES[table]
        # a name of its own: skills and projects must not have one twice
        values = {name: f"{word} {make_id()}", "is_hidden": False}
        if table == "projects":
            values |= {"slug": make_id().lower(), "visibility": "PUBLIC"}
        row_id = add_item(session, table, self.person.profile_id, values)
        if TABLES[table][2] != name:
            values[TABLES[table][2]] = ""
        self.person.rows[table][row_id] = values
        self._note("CREATE", table, row_id, None, values)

    def _change(self, session: Any, kind: str, table: str, row_id: str, word: str) -> None:
        before = self.person.rows[table][row_id]
        _, name, edited = TABLES[table]
        changes: Values = {edited: word if edited != name else f"{word} {row_id}"}
        if kind == "hide":
            changes = {"is_hidden": not before["is_hidden"]}
        elif kind == "empty" and edited != name:
            changes = {edited: ""}
        elif kind == "anonymise" and table == "projects":
            changes = {"visibility": "ANONYMOUS" if before["visibility"] == "PUBLIC" else "PUBLIC"}
        sent = changes | ({"anonymized_company": "A lighthouse"} if "visibility" in changes else {})
        change_item(session, table, self.person.profile_id, row_id, sent)
        if "visibility" in changes:
            before.setdefault("anonymized_company", "")
        after = before | sent
        self.person.rows[table][row_id] = after
        self._note("UPDATE", table, row_id, before, after)

    def _change_profile(self, session: Any, kind: str, pick: int, word: str) -> None:
        before = self.person.profile
        value = {"headline": word if pick % 3 else "", "summary": word * 20 if pick % 3 else "",
                 "visibility": "PRIVATE" if pick % 2 else "PUBLIC"}[kind]  # fmt: skip
        session.execute(
            text(f"UPDATE profiles SET {kind} = :value WHERE id = :id"), {"value": value, "id": self.person.profile_id}
        )
        self.person.profile = before | {kind: value}
        self._note("UPDATE", "profiles", self.person.profile_id, before, self.person.profile)

    def _note(self, verb: str, table: str, row_id: str, before: Values | None, after: Values | None) -> None:
        old, new = before or {}, after or {}
        if verb == "UPDATE":
            keys = [key for key in new if old[key] != new[key]]
            old, new = {key: old[key] for key in keys}, {key: new[key] for key in keys}
        if old or new:
            entity = "EDUCATION" if table == "education" else table.removesuffix("s").upper()
            self.person.log.append((f"{verb}_{entity}", row_id, old, new))
        was, becomes = (row and see(table, _without_private(row)) for row in (before, after))
        if was != becomes:
            self.is_changed = True
            self.took_away |= is_taken_away(was, becomes)

    def result(self) -> Person:
        if self.is_changed:
            self.person.revision += 1
        if self.took_away:
            self.person.removed_at = self.person.revision
        return self.person


def _without_private(row: Values) -> Values:
    return {key: value for key, value in row.items() if key != "anonymized_company"}


def test_random_edits_do_what_a_plain_model_says(database: Database) -> None:
    run_state_machine_as_test(
        lambda: Editing(database),
        settings=settings(
            max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    with database.connect() as connection:
        looked_at = connection.execute("SELECT count(*) FROM audit_log WHERE action LIKE 'UPDATE%'").fetchone()
    assert looked_at is not None
    assert int(str(looked_at[0])) > 50
