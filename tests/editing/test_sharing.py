"""Share links: who has a live one sees what its owner shares, of that profile, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from careerhub.db.session import acting, visiting
from careerhub.db.site import load_profiles
from careerhub.document.canonical import to_plain
from careerhub.document.profile import Profile
from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.editing.profiles import change_contact
from careerhub.editing.sharing import add_share_link, list_share_links, revoke_share_link
from careerhub.editing.tokens import hash_token
from careerhub.errors import CareerHubError, InputInvalid, NotFound
from tests.databases import Database
from tests.people import add_career, add_person, owner_of

DAY = timedelta(days=1)
KEYS = parse_contact_keys(make_contact_key())
SECRETS = ("heron.private@example.net", "Harbour School", "Kestrel Bank")


@dataclass(frozen=True, kw_only=True)
class Person:
    database: Database
    user_id: str
    profile_id: str

    def share(self, label: str = "", lifetime: timedelta = DAY) -> str:
        with acting(self.database.app_engine, self.user_id) as session:
            return add_share_link(session, self.profile_id, label, lifetime)


def make_person(database: Database, slug: str, visibility: str = "FRIENDS") -> Person:
    """Make somebody with a row of every kind, a hidden school, an ANONYMOUS project and private contact data."""
    profile_id = add_person(
        database.app_engine, slug, visibility=visibility, contact={"website": f"https://{slug}.example.org"}
    )
    add_career(database.app_engine, profile_id)
    with database.connect() as connection:
        connection.execute("UPDATE education SET is_hidden = true WHERE profile_id = %s", (profile_id,))
        connection.execute(
            "UPDATE projects SET visibility = 'ANONYMOUS', anonymized_company = 'A bank', organization = 'Kestrel Bank'"
            " WHERE profile_id = %s",
            (profile_id,),
        )
    person = Person(database=database, user_id=owner_of(profile_id), profile_id=profile_id)
    with acting(database.app_engine, person.user_id) as session:
        change_contact(session, KEYS, profile_id, private={"email": SECRETS[0]})
    return person


@pytest.fixture
def ada(database: Database) -> Person:
    return make_person(database, "ada")


@pytest.fixture
def any_ada(any_database: Database) -> Person:
    return make_person(any_database, "ada")


def visit(person: Person, token: str, *others: Person) -> dict[str, Profile]:
    wanted = [person.profile_id, *(each.profile_id for each in others)]
    with visiting(person.database.app_engine, token) as session:
        return load_profiles(session.connection(), wanted, today=date(2026, 1, 1), schema="shared")


def set_visibility(person: Person, visibility: str) -> None:
    with person.database.connect() as connection:
        connection.execute("UPDATE profiles SET visibility = %s WHERE id = %s", (visibility, person.profile_id))


@pytest.mark.parametrize("visibility", ["FRIENDS", "PUBLIC"])
def test_a_live_link_shows_the_facts_and_nothing_withheld(any_ada: Person, visibility: str) -> None:
    set_visibility(any_ada, visibility)
    seen = visit(any_ada, any_ada.share())[any_ada.profile_id]
    assert seen.full_name == "Ada"
    assert seen.experiences[0].company_name == "Lantern Works"
    assert seen.contact.website == "https://ada.example.org"
    assert seen.projects == ()
    assert seen.education == ()
    said = str(to_plain(seen))
    assert [secret for secret in SECRETS if secret in said] == []


def test_without_a_link_nobody_sees_anything(ada: Person) -> None:
    ada.share()
    assert visit(ada, "") == {}
    assert visit(ada, "guessed") == {}
    with acting(ada.database.app_engine, None) as session:
        assert load_profiles(session.connection(), [ada.profile_id], today=date(2026, 1, 1), schema="shared") == {}


def test_a_private_profile_is_shown_to_nobody_and_again_when_it_is_shared_again(any_ada: Person) -> None:
    token = any_ada.share()
    set_visibility(any_ada, "PRIVATE")
    assert visit(any_ada, token) == {}
    set_visibility(any_ada, "FRIENDS")
    assert list(visit(any_ada, token)) == [any_ada.profile_id]


def test_a_revoked_link_shows_nothing_and_the_others_still_do(ada: Person) -> None:
    first, second = ada.share("first"), ada.share("second")
    with acting(ada.database.app_engine, ada.user_id) as session:
        revoke_share_link(session, ada.profile_id, list_share_links(session, ada.profile_id)[0].id)
        assert [link.is_live for link in list_share_links(session, ada.profile_id)] == [False, True]
    assert visit(ada, first) == {}
    assert list(visit(ada, second)) == [ada.profile_id]


def test_revoking_twice_keeps_the_first_time(ada: Person) -> None:
    ada.share()
    ended = set()
    for _ in range(2):
        with acting(ada.database.app_engine, ada.user_id) as session:
            (link,) = list_share_links(session, ada.profile_id)
            revoke_share_link(session, ada.profile_id, link.id)
            ended.add(list_share_links(session, ada.profile_id)[0].revoked_at)
    assert len(ended) == 1
    assert None not in ended


def test_an_expired_link_shows_nothing(ada: Person) -> None:
    token = ada.share()
    with ada.database.connect() as connection:
        connection.execute("UPDATE share_links SET expires_at = clock_timestamp() - interval '1 millisecond'")
    assert visit(ada, token) == {}
    with acting(ada.database.app_engine, ada.user_id) as session:
        assert [link.is_live for link in list_share_links(session, ada.profile_id)] == [False]


def test_a_link_shows_only_the_profile_it_was_made_for(any_ada: Person) -> None:
    bo = make_person(any_ada.database, "bo")
    token = any_ada.share()
    bo.share()
    assert list(visit(bo, token, any_ada)) == [any_ada.profile_id]


def test_a_link_opens_neither_the_tables_nor_the_owners_own_views(ada: Person) -> None:
    with visiting(ada.database.app_engine, ada.share()) as session:
        for source in ("profiles", "experiences", "share_links", "users", "own.profiles", "own.experiences"):
            assert session.scalar(text(f"SELECT count(*) FROM {source}")) == 0, source


def test_opening_a_link_notes_when_and_only_for_a_live_one(ada: Person) -> None:
    token = ada.share()

    def open_link(token: str) -> bool | None:
        with acting(ada.database.app_engine, None) as session:
            return session.scalar(text("SELECT open_share_link(:hash)"), {"hash": hash_token(token)})

    def last_used() -> object:
        with acting(ada.database.app_engine, ada.user_id) as session:
            return list_share_links(session, ada.profile_id)[0].last_used_at

    assert not open_link("guessed")
    assert last_used() is None
    assert open_link(token)
    used = last_used()
    assert used is not None
    with acting(ada.database.app_engine, ada.user_id) as session:
        revoke_share_link(session, ada.profile_id, list_share_links(session, ada.profile_id)[0].id)
    assert not open_link(token)
    assert last_used() == used


def test_the_owner_sees_all_of_a_link_but_the_link(ada: Person) -> None:
    tokens = [ada.share("  for\nNell "), ada.share()]
    with acting(ada.database.app_engine, ada.user_id) as session:
        links = list_share_links(session, ada.profile_id)
    assert [link.label for link in links] == ["for Nell", ""]
    assert [link.is_live for link in links] == [True, True]
    assert all(timedelta(hours=23) < link.expires_at - link.created_at <= DAY for link in links)
    with ada.database.connect() as connection:
        kept = str(connection.execute("SELECT l::text FROM share_links l").fetchall())
    assert not any(token in kept or token.encode().hex() in kept for token in tokens)


def test_somebody_else_neither_lists_nor_adds_nor_revokes_them(any_ada: Person) -> None:
    bo = make_person(any_ada.database, "bo")
    token = any_ada.share()
    with acting(any_ada.database.app_engine, any_ada.user_id) as session:
        (link,) = list_share_links(session, any_ada.profile_id)
    with acting(any_ada.database.app_engine, bo.user_id) as session:
        assert list_share_links(session, any_ada.profile_id) == []
        for profile_id in (any_ada.profile_id, bo.profile_id):
            with pytest.raises(NotFound, match="share link"):
                revoke_share_link(session, profile_id, link.id)
    with pytest.raises(CareerHubError), acting(any_ada.database.app_engine, bo.user_id) as session:
        add_share_link(session, any_ada.profile_id, "", DAY)
    assert list(visit(any_ada, token)) == [any_ada.profile_id]


def test_a_link_that_never_lives_or_has_an_endless_label_is_refused(ada: Person) -> None:
    with pytest.raises(InputInvalid, match="longer"):
        ada.share(lifetime=timedelta(0))
    with pytest.raises(InputInvalid, match="100"):
        ada.share("x" * 101)


def test_a_link_changes_nothing_of_the_published_site(ada: Person) -> None:
    def revision() -> object:
        with ada.database.connect() as connection:
            return connection.execute("SELECT revision FROM profile_revisions").fetchall()

    before = revision()
    ada.share()
    assert revision() == before
