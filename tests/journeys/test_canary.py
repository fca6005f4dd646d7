"""The proof of privacy: a needle in every column that isn't public, then every byte that came out is searched."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from careerhub.db.search import search_experiences, search_people, search_projects
from careerhub.db.session import acting
from careerhub.local.preview import make_preview
from tests.databases import Cluster, Database
from tests.journeys.canaries import columns_of
from tests.journeys.catalogue import EXEMPT, EXEMPT_TABLES, UndecidedError
from tests.journeys.golden import UNPRINTED
from tests.journeys.publishing import Place, find_leaks, make_environment, read_bucket, read_versions, run_command
from tests.journeys.searching import Search, describe
from tests.journeys.world import World, open_world
from tests.seaweed import Seaweed, run_seaweed

BUCKET = "people"
VISIBILITIES = {"alba": "PUBLIC", "bruno": "PUBLIC", "pia": "PRIVATE", "fritz": "FRIENDS"}


@dataclass(frozen=True)
class Site:
    """A world built and published by the commands: its folders, what the commands said, and the S3 server."""

    world: World
    root: Path
    said: dict[str, bytes]
    server: Seaweed
    is_versioned: bool


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with run_seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        yield server


@pytest.fixture(scope="module")
def site(embedded: Cluster, seaweed: Seaweed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Plant a world nobody has seen before, and publish it to a folder and to S3."""
    root = tmp_path_factory.mktemp("site")
    client = seaweed.client()
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    versioning = client.get_bucket_versioning(Bucket=BUCKET).get("Status")
    seed = random.SystemRandom().randrange(10**9)
    with embedded.copied() as database, open_world(database, seed, VISIBILITIES) as world:
        environment = make_environment(database, root) | seaweed.environment()
        s3 = {"CAREERHUB_S3_ENDPOINT_URL": seaweed.endpoint_url}
        target = ("--target", f"s3://{BUCKET}")
        slug = world.people["alba"].slug
        said = {
            **_run(environment, "build", "--jobs", "2", "--json"),
            **_run(environment, "publish", "--json"),
            **_run(environment | s3, "publish", *target, "--dry-run"),
            **_run(environment | s3, "publish", *target),
            **_run(environment, "export", slug, "--format", "jsonresume"),
            **_run(environment, "export", slug, "--format", "vcard"),
        }
        yield Site(world, root, said, seaweed, versioning == "Enabled")


def _run(environment: dict[str, str], *arguments: str) -> dict[str, bytes]:
    done = run_command(environment, *arguments)
    assert done.returncode == 0, done.stderr.decode()
    name = " ".join(arguments)
    return {f"stdout of {name}.log": done.stdout, f"stderr of {name}.log": done.stderr}


def _search_folders(site: Site) -> Search:
    search = Search()
    for folder in ("build", "www", "www.state"):
        search.look_into(site.root / folder, folder)
    return search


def _check(site: Site, search: Search) -> None:
    leaks = find_leaks(site.world, search)
    assert not leaks, describe(leaks, seed=site.world.ledger.seed)


def test_nothing_private_is_in_the_build_or_in_the_published_folder(site: Site) -> None:
    search = _search_folders(site)
    _check(site, search)
    assert search.files > 60
    assert search.size > 300_000
    assert search.streams > 50
    assert search.pieces > 2_000


def test_nothing_private_is_in_the_bucket_nor_in_its_versions(site: Site) -> None:
    client, search = site.server.client(), Search()
    objects = read_bucket(client, BUCKET)
    files = {key for key in objects if not key.endswith(".headers")}
    versions = read_versions(client, BUCKET) if site.is_versioned else {}
    for key, data in (objects | versions).items():
        search.look(key, data)
    leaks = [hit for hit in find_leaks(site.world, search) if not _is_state(site, hit.found, hit.needle)]
    assert not leaks, describe(leaks, seed=site.world.ledger.seed)
    published = {p.relative_to(site.root / "www").as_posix() for p in (site.root / "www").rglob("*") if p.is_file()}
    assert {key for key in files if not key.startswith("_state/")} == published
    assert not site.is_versioned or len(versions) >= len(objects)


def _is_state(site: Site, place: str, needle: str) -> bool:
    """Tell whether a place is a version of the private manifest, which names PUBLIC profiles."""
    return "/_state/" in place and needle in site.world.public_ids


def test_the_commands_say_nothing_private(site: Site) -> None:
    search = Search()
    for name, text in site.said.items():
        search.look(name, text)
    _check(site, search)
    assert json.loads(site.said["stdout of build --jobs 2 --json.log"])["rendered"] == 2


def test_the_search_answers_nothing_private_whatever_it_is_asked(site: Site) -> None:
    search, ledger = Search(), site.world.ledger
    secrets = sorted(word for word in ledger.secret if word.isalpha())
    asked = [*random.Random(ledger.seed).sample(secrets, 300), *sorted(w for w in ledger.shown if w.isalpha())]
    answered = 0
    with acting(site.world.database.app_engine, None) as session:
        for word in asked:
            # not of technologies: the catalogue is the operator's, and nobody's fact
            for door in (search_people, search_experiences, search_projects):
                found = door(session, word, timeout_ms=5_000)
                answered += bool(found)
                search.look("answer.log", repr(found).encode())
    _check(site, search)
    assert answered > 20


def test_the_preview_answers_nothing_private(site: Site) -> None:
    search = Search()
    slug = site.world.people["alba"].slug
    private = [site.world.people[name].slug for name in ("pia", "fritz")]
    asked = [
        "/",
        f"/p/{slug}",
        f"/p/{slug}/",
        f"/p/{slug}/cv.pdf",
        "/nowhere/",
        "/../manifest.sqlite",
        "/_state/manifest.json",
    ]
    answers = _ask(site.root / "build" / "site", [*asked, *(f"/p/{one}/" for one in private)])
    assert [status for status, _ in answers] == [200, 301, 200, 200, *[404] * 5]
    for number, (_, answer) in enumerate(answers):
        search.look(f"answer {number}.log" if not answer.startswith(b"%PDF") else f"answer {number}.pdf", answer)
    _check(site, search)


def _ask(folder: Path, paths: list[str]) -> list[tuple[int, bytes]]:
    server = make_preview(folder, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        answers = []
        for path in paths:
            connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
            connection.request("GET", path)
            answer = connection.getresponse()
            answers.append((answer.status, answer.read() + b"\n" + repr(answer.getheaders()).encode()))
            connection.close()
        return answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_every_public_column_is_found_where_it_should_be(site: Site) -> None:
    search = _search_folders(site)
    shown = site.world.ledger.shown
    found = set(columns_of(place for needle, place in shown.items() if needle in search.met))
    expected = set(columns_of(shown.values()))
    assert len(expected) > 60
    assert expected - found == expected & UNPRINTED


def test_people_are_found_in_pages_lists_feeds_and_cvs_and_cards_without_a_link(site: Site) -> None:
    search, ledger = _search_folders(site), site.world.ledger
    name = next(n for n, place in ledger.shown.items() if place == "alba/profile profiles.full_name")
    places = " ".join(search.met[name])
    for expected in (
        "index.html",
        "technologies/",
        "feed.xml",
        "resume.json",
        "contact.vcf",
        "cv.pdf text",
        "cv.pdf attachment",
    ):
        assert expected in places, expected
    assert "sitemap.xml" in " ".join(search.met[site.world.people["alba"].slug])
    card = {n: p.rpartition(" ")[2] for n, p in ledger.shown.items() if p.startswith("alba/card-projects")}
    assert set(card.values()) >= {"projects.role", "projects.anonymized_company", "technologies.name"}
    for needle, column in card.items():
        assert any("index.html" in place for place in search.met[needle]), column


def test_every_column_of_the_database_carries_a_needle_or_is_excused(site: Site) -> None:
    """Count needles a column: a table that somebody adds is planted by the catalogue, or fails the planting."""
    world = site.world
    planted = set(columns_of([*world.ledger.secret.values(), *world.ledger.shown.values()]))
    ids = {place.removeprefix("id ") for place in world.ids.values()}
    unplanted = [
        column.says
        for table, columns in world.catalogue.columns.items()
        if table not in EXEMPT_TABLES
        for column in columns
        if column.says not in planted | ids and not _is_excused(column)
    ]
    assert unplanted == []
    assert len(planted) > 150


def _is_excused(column: Any) -> bool:
    return (
        column.type in ("bool", "bpchar", "ulid")
        or " ANY (" in column.checks
        or ("*", column.name) in EXEMPT
        or (column.table, column.name) in EXEMPT
    )


def test_columns_and_tables_of_tomorrow_are_planted_by_themselves(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("ALTER TABLE interests ADD remark text, ADD size bigint, ADD kept jsonb")
        connection.execute(
            "CREATE TABLE diaries (id ulid PRIMARY KEY, profile_id ulid REFERENCES profiles, said text NOT NULL)"
        )
    with open_world(database, 1, {"alba": "PUBLIC"}) as world:
        planted = set(columns_of(world.ledger.secret.values()))
    assert planted >= {"interests.remark", "interests.size", "interests.kept", "diaries.said"}


@pytest.mark.parametrize(
    "change", ["ADD place point", "ADD code varchar(9) NOT NULL", "ADD stars int CHECK (stars <= 500)"]
)
def test_a_column_that_no_rule_can_fill_asks_for_a_decision(database: Database, change: str) -> None:
    with database.connect() as connection:
        connection.execute(f"ALTER TABLE interests {change}")
    with pytest.raises(UndecidedError, match=r"interests\."), open_world(database, 1, {"alba": "PUBLIC"}):
        pass


def test_a_withdrawn_person_is_gone_from_the_versions_of_a_bucket_too(
    embedded: Cluster, seaweed: Seaweed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, bucket = seaweed.client(), "withdrawn"
    client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for name, value in seaweed.environment().items():
        monkeypatch.setenv(name, value)
    visibilities = {"alba": "PUBLIC", "bruno": "PUBLIC", "carla": "PUBLIC"}
    with embedded.copied() as database, open_world(database, 3, visibilities) as world:
        slug = world.people["bruno"].slug
        place = Place(tmp_path, s3=f"s3://{bucket}", endpoint_url=seaweed.endpoint_url)
        place.build_and_publish(database)
        assert any(slug in key for key in read_versions(client, bucket))
        world.run("UPDATE profiles SET visibility = 'PRIVATE' WHERE slug = %s", slug)
        place.build_and_publish(database)
    assert [key for key in read_bucket(client, bucket) if slug in key] == []
    assert [key for key in read_versions(client, bucket) if slug in key] == []
