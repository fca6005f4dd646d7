"""Publishing: what was built is there, who hid is gone at once, and nothing goes by accident."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from careerhub.db.lock import hold_lock
from careerhub.errors import (
    CareerHubError,
    GuardRefused,
    NotFound,
    Occupied,
    Overtaken,
    TargetUnreachable,
    WrongUse,
)
from careerhub.output.folder import open_build_folder
from careerhub.pipeline import equal
from careerhub.pipeline import publish as publishing
from careerhub.pipeline.plan import BOTH
from careerhub.pipeline.publish import PublishOutcome, publish_site
from careerhub.publish import headers
from careerhub.publish.bucket import open_bucket
from careerhub.publish.cdn import plan_purge
from careerhub.publish.manifest import Root
from careerhub.publish.tree import open_tree
from careerhub.reporting import Silent
from tests.databases import Cluster
from tests.pipeline.sites import CVS, UNDRAWABLE, Place, read_tree
from tests.publish.crashing import Seam, crash_at, watch
from tests.seaweed import Seaweed, run_seaweed

OF_BELA = "(SELECT id FROM profiles WHERE slug = 'bela')"


def published(place: Place, slug: str) -> int | None:
    """Return the revision the database thinks is published."""
    query = "SELECT published_revision FROM profile_publications WHERE profile_id = (SELECT id FROM profiles WHERE slug = '{}')"
    found = place.ask(query.format(slug))
    return None if found is None else int(found)


def revision(place: Place, slug: str) -> int:
    query = "SELECT revision FROM profile_revisions WHERE profile_id = (SELECT id FROM profiles WHERE slug = '{}')"
    return int(place.ask(query.format(slug)))


def test_what_was_built_is_published_and_a_second_time_nothing_is(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    first = place.publish()
    assert first.done
    assert set(first.done.uploaded) == set(place.files())
    assert place.read_published() == read_tree(place.site)
    assert first.recorded == 2
    again = place.publish()
    assert again.plan.is_empty
    assert (again.recorded, again.notes) == (0, [])
    assert published(place, "ada") == revision(place, "ada")


def test_an_edit_uploads_what_it_changed(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    place.publish()
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'bela'")
    place.build()
    done = place.publish().done
    assert done
    assert "p/bela/index.html" in done.uploaded
    assert not [key for key in done.uploaded if key.startswith(("p/ada", "assets"))]
    assert place.read_published() == read_tree(place.site)


def test_hiding_and_building_leaves_nothing(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build_all()
    place.publish()
    place.hide("bela")
    place.build_all()
    outcome = place.publish()
    assert outcome.notes == []
    assert place.read_published() == read_tree(place.site)
    assert not [path for path, data in place.read_published().items() if b"Bela" in data or "bela" in path]
    assert published(place, "bela") is None


def test_a_build_that_is_older_than_a_hiding_holds_its_lists_back_and_says_so(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build_all()
    place.publish()
    # nothing of cleo's is new, but the lists are: they name bela
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'cleo'")
    place.build_all()
    lists = place.read_published()["index.html"]
    place.hide("bela", "FRIENDS")
    outcome = place.publish()
    assert {"index.html", "feed.xml"} & set(outcome.plan.held)
    assert "Run `careerhub build`" in outcome.notes[0]
    assert not [path for path in place.read_published() if "bela" in path]
    assert place.read_published()["index.html"] == lists
    assert b"Keeper" in place.read_published()["p/cleo/index.html"]
    assert published(place, "bela") is None


@pytest.mark.parametrize("visibility", ["FRIENDS", "PRIVATE"])
def test_the_command_takes_who_hid_out_of_the_lists_without_a_build(place: Place, visibility: str) -> None:
    place.add("ada", "bela", "cleo")
    place.build_all()
    place.publish()
    place.edit("UPDATE profiles SET headline = 'Not built yet' WHERE slug = 'cleo'")
    place.hide("bela", visibility)
    dry = place.run("publish", "--dry-run")
    assert dry.code == 5
    assert b"Bela" in place.read_published()["index.html"]
    ended = place.run("publish")
    assert ended.code == 0, ended.error
    assert not [path for path, data in place.read_published().items() if b"Bela" in data or "bela" in path]
    assert place.read_published() == read_tree(place.site)
    assert not [path for path, data in place.read_published().items() if b"Not built yet" in data]
    assert place.run("publish").out.startswith("Uploaded 0, withdrew 0")


def test_the_home_page_of_who_hides_goes_with_the_rest(place: Place) -> None:
    place.add("ada")
    place.build()
    place.publish()
    place.hide("ada")
    assert place.publish().notes
    left = place.read_published()
    assert "index.html" not in left
    assert not [path for path in left if path.startswith("p/")]
    place.build()
    assert place.publish().notes == []
    assert not [path for path, data in place.read_published().items() if b"Ada" in data]


def test_what_was_taken_away_since_the_build_isnt_published(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.publish()
    old = place.elsewhere("old")
    old.build_all()
    place.edit(
        f"UPDATE interests SET is_hidden = true WHERE profile_id = {OF_BELA}", "UPDATE profiles SET headline = 'New'"
    )
    place.build_all()
    place.publish()
    newest = place.read_published()
    assert b"Tides" not in newest["p/bela/index.html"]
    ended = old.run("publish")
    assert ended.code == 5
    assert "something has been taken away since this build" in ended.error
    for key in ("p/bela/index.html", "p/bela/resume.json", "p/bela/cv.pdf", "index.html"):
        assert place.read_published()[key] == newest[key]
    assert published(place, "bela") == revision(place, "bela")


def test_a_folder_that_doesnt_know_who_is_public_is_refused_but_who_hid_goes(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build()
    place.publish()
    before = place.read_published()
    wrong = place.elsewhere("wrong")
    wrong.build(slugs=("ada",))
    ended = wrong.run("publish")
    assert (ended.code, ended.error.count("\n")) == (4, 1)
    assert "2 published profiles are PUBLIC but not in" in ended.error
    assert place.read_published() == before
    place.hide("cleo")
    assert wrong.run("publish").code == 4
    assert not [path for path in place.read_published() if "cleo" in path]
    assert place.read_published()["p/bela/index.html"] == before["p/bela/index.html"]


def test_a_folder_of_pdfs_alone_takes_no_page_away(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.publish()
    before = place.read_published()
    alone = place.elsewhere("alone")
    alone.build(CVS)
    with pytest.raises(GuardRefused):
        alone.publish()
    assert place.read_published() == before


def test_a_target_of_another_database_is_refused(place: Place, embedded: Cluster) -> None:
    place.add("ada", "bela")
    place.build()
    place.publish()
    before = place.read_published()
    with embedded.copied() as copy:
        other = Place(copy, place.root.with_name("other"), place.cache, target=place.target)
        other.add("zoe")
        other.build()
        with pytest.raises(GuardRefused, match="none of whom this database has ever had"):
            other.publish()
        assert place.read_published() == before
        assert other.run("publish").code == 4
        other.publish(allow_strangers=True)
        assert {path for path in place.read_published() if path.startswith("p/")} == {
            path for path in other.files() if path.startswith("p/")
        }


def test_a_profile_that_fails_and_is_named_may_go(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    place.publish()
    place.force("ALTER TABLE projects DROP CONSTRAINT projects_slug_check")
    place.edit(f"DELETE FROM interests WHERE profile_id = {OF_BELA}")
    place.force(f"UPDATE projects SET slug = 'no/slug' WHERE profile_id = {OF_BELA}")
    assert list(place.build().failed) == ["bela"]
    place.publish()
    assert not [path for path in place.read_published() if "bela" in path]


def test_pages_alone_leave_the_cvs_there_are_but_those_that_show_too_much(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build_all()
    place.publish()
    cvs = {path: data for path, data in place.read_published().items() if path.endswith(".pdf")}
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'ada'")
    place.edit(f"UPDATE interests SET is_hidden = true WHERE profile_id = {OF_BELA}")
    place.edit("UPDATE profiles SET slug = 'cleo-two' WHERE slug = 'cleo'")
    pages = place.elsewhere("pages")
    pages.build()
    outcome = pages.publish()
    assert outcome.notes == []
    left = {path: data for path, data in place.read_published().items() if path.endswith(".pdf")}
    assert left == {path: data for path, data in cvs.items() if path.startswith("p/ada/")}
    assert b"Keeper" in place.read_published()["p/ada/index.html"]
    assert [path for path in place.read_published() if path.startswith("p/cleo/")] == ["p/cleo/index.html"]
    # the oldest kind counts: the CV of ada is of the revision before
    assert published(place, "ada") == revision(place, "ada") - 1
    assert pages.publish().plan.is_empty


def test_one_profile_built_whole_in_a_folder_of_pages_takes_no_cv_of_others(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.publish()
    pages = place.elsewhere("pages")
    pages.build()
    pages.build(BOTH, slugs=("ada",))
    pages.publish()
    assert "p/bela/cv.pdf" in place.read_published()
    assert b"/p/ada/cv.pdf" in place.read_published()["p/ada/index.html"]


def test_after_a_rename_the_old_address_only_leads_on(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.publish()
    place.edit("UPDATE profiles SET slug = 'ada-two' WHERE slug = 'ada'")
    place.build()
    place.publish()
    assert [path for path in place.read_published() if path.startswith("p/ada/")] == ["p/ada/index.html"]
    assert b'content="0; url=/p/ada-two/"' in place.read_published()["p/ada/index.html"]
    place.build_all()
    place.publish()
    assert "p/ada-two/cv.pdf" in place.read_published()


def test_a_cv_that_is_withdrawn_is_gone_from_the_target(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.publish()
    place.edit(f"DELETE FROM interests WHERE profile_id = {OF_BELA}")
    place.edit(f"UPDATE experiences SET description = 'Odd {UNDRAWABLE}' WHERE profile_id = {OF_BELA}")
    assert list(place.build_all().failed) == ["bela"]
    place.publish()
    keys = set(place.read_published())
    assert "p/bela/index.html" in keys
    assert "p/bela/cv.pdf" not in keys
    assert b"cv.pdf" not in place.read_published()["p/bela/index.html"]


def test_an_edit_after_the_build_leaves_the_profile_dirty(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.edit("UPDATE profiles SET headline = 'Later' WHERE slug = 'ada'")
    assert place.publish().notes == []
    assert published(place, "ada") == revision(place, "ada") - 1
    assert published(place, "bela") == revision(place, "bela")
    place.build_all()
    place.publish()
    assert published(place, "ada") == revision(place, "ada")


def test_pages_alone_dont_count_as_published(place: Place) -> None:
    place.add("ada")
    place.build()
    place.publish()
    # noted, because it will have to be withdrawn one day: at no revision
    assert published(place, "ada") == 0


def test_another_target_leaves_the_counters_alone(place: Place, tmp_path: Path) -> None:
    place.add("ada")
    place.build_all()
    ended = place.run("publish", "--target", (tmp_path / "mirror").as_uri(), "--json")
    assert ended.code == 0, ended.error
    assert ended.json["recorded"] == 0
    assert published(place, "ada") is None
    assert read_tree(tmp_path / "mirror") == read_tree(place.site)
    assert place.run("publish", "--json").json["recorded"] == 1


def test_a_dry_run_says_everything_and_does_nothing(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    ended = place.run("publish", "--dry-run", "--json")
    assert ended.code == 0, ended.error
    assert {upload["key"] for upload in ended.json["plan"]["uploads"]} == set(place.files())
    assert ended.json["done"] is None
    assert place.read_published() == {}
    assert published(place, "ada") is None
    place.publish()
    place.hide("bela")
    before = place.read_published()
    said = place.run("publish", "--dry-run")
    assert "withdraw  p/bela/index.html  (hidden)" in said.out
    assert place.read_published() == before
    assert published(place, "bela") is not None


def test_somebody_else_publishing_meanwhile_is_5(place: Place) -> None:
    place.add("ada")
    place.build()
    with open_bucket(place.target).lock():
        ended = place.run("publish")
    assert ended.code == 5
    with open_bucket(place.target).lock(), pytest.raises(Overtaken):
        place.publish()
    # the folder itself is as it was built: nothing to look at
    assert not (place.root / "unfinished").exists()
    place.publish()


def test_wrong_words_are_2(place: Place) -> None:
    place.add("ada")
    assert place.run("build", "--profile", "nobody").code == 2
    assert place.run("publish", "--target", "ftp://example.org").code == 2
    assert place.run("build", "--only", "everything").code == 2
    with pytest.raises(NotFound):
        place.build(slugs=("nobody",))
    with pytest.raises(WrongUse):
        place.elsewhere("nowhere").publish()


def publish_watched(place: Place, **options: Any) -> tuple[PublishOutcome, Seam]:
    """Publish, and return what the target was asked, too."""
    seam = watch(open_bucket(place.target))
    settings: dict[str, Any] = {"dry_run": False, "max_deletes": None, "records": True, **options}
    with open_build_folder(place.root, create=False) as folder:
        return publish_site(place.database.site_engine, folder, seam, Silent(), **settings), seam


def asked(seam: Seam) -> list[str]:
    return [call.method for call in seam.calls]


def test_a_second_publish_reads_the_root_and_nothing_else(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build_all()
    place.publish()
    outcome, seam = publish_watched(place)
    assert asked(seam) == ["read_state"]
    assert outcome.plan.unchanged == len(place.files())


def test_after_an_edit_only_what_changed_is_looked_at(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build_all()
    place.publish()
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'bela'")
    place.build_all()
    outcome, seam = publish_watched(place)
    assert outcome.done
    assert seam.count("put") == len(outcome.done.uploaded) == len(outcome.plan.uploads)
    assert seam.count("find", "list_objects", "list_state") == 0
    assert outcome.plan.unchanged == len(place.files()) - len(outcome.done.uploaded)
    assert outcome.recorded == 1
    assert place.read_published() == read_tree(place.site)
    assert asked(publish_watched(place)[1]) == ["read_state"]


def test_who_hid_since_is_found_without_looking_at_everybody(place: Place) -> None:
    place.add("ada", "bela", "cleo")
    place.build_all()
    place.publish()
    place.hide("bela")
    outcome, seam = publish_watched(place)
    assert outcome.done
    theirs = {path for path in place.files() if path.startswith("p/bela/")}
    assert set(outcome.done.withdrawn) == theirs
    assert seam.count("find") == len(theirs)
    assert seam.count("list_objects", "list_state", "put") == 0
    assert published(place, "bela") is None
    assert not [path for path in place.read_published() if "bela" in path]
    # the folder still has them: the next one looks at everything, and finds nothing to do
    assert publish_watched(place)[0].plan.is_empty


def test_a_target_that_others_changed_is_compared_as_a_whole(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.publish()
    other = place.elsewhere("other")
    other.build_all()
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'ada'")
    other.build_all()
    other.publish()
    place.build_all()
    outcome, seam = publish_watched(place)
    assert outcome.plan.is_empty
    assert asked(seam) == ["read_state", "read_state", "delete_state"]
    assert asked(publish_watched(place)[1]) == ["read_state"]


def test_changed_headers_are_published_though_no_file_changed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.add("ada")
    place.build()
    place.publish()
    monkeypatch.setattr(headers, "SHARED_CACHE", "public, max-age=1")
    # the table is code: its digest is that of the file
    monkeypatch.setattr(equal, "fingerprint_headers", lambda: "another")
    done = place.publish().done
    assert done
    assert "index.html" in done.uploaded
    assert not [key for key in done.uploaded if key.startswith(("p/", "assets/"))]


def test_an_old_asset_goes_a_day_later_by_the_databases_clock(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    place.publish()
    with open_build_folder(place.root, create=False) as folder:
        folder.begin()
        folder.write("assets/old.0123456789ab.css", b"old", "asset")
        folder.commit()
    place.publish()
    with open_build_folder(place.root, create=False) as folder:
        folder.begin()
        folder.remove("assets/old.0123456789ab.css")
        folder.commit()
    outcome, _ = publish_watched(place)
    assert list(outcome.plan.lingering) == ["assets/old.0123456789ab.css"]
    assert asked(publish_watched(place)[1]) == ["read_state"]
    later = datetime.now(UTC) + timedelta(days=2)
    outcome, seam = publish_watched(place, now=later)
    assert outcome.done
    assert outcome.done.deleted == ("assets/old.0123456789ab.css",)
    assert seam.count("delete") == 1
    assert place.read_published() == read_tree(place.site)


def test_a_crash_before_the_counters_costs_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.add("ada")
    place.build_all()
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "record_published", lambda *_, **__: pytest.fail("the process is no more"))
        with pytest.raises(pytest.fail.Exception):
            place.publish()
    assert published(place, "ada") is None
    outcome = place.publish()
    assert outcome.plan.is_empty
    assert published(place, "ada") == revision(place, "ada")


def test_the_lock_is_the_databases_and_one_holder_is_enough(place: Place) -> None:
    place.add("ada")
    place.build()
    engine, name = place.database.site_engine, open_bucket(place.target).name
    with hold_lock(engine, name) as lock:
        with pytest.raises(Occupied):
            place.publish()
        assert place.publish(lock=lock).done


class Edges:
    """A CDN that remembers what it was asked; `trouble` is what its purges end with."""

    name = "the edges"

    def __init__(self) -> None:
        self.purged: list[tuple[list[str], str]] = []
        self.waits: list[str] = []
        self.trouble: CareerHubError | None = None

    def fold(self, keys: Iterable[str], *, taken: Iterable[str] = (), purged: int = 0) -> list[str]:
        return plan_purge(keys, taken=taken, purged=purged)

    def purge(self, paths: Sequence[str], reference: str) -> str:
        self.purged.append((list(paths), reference))
        if self.trouble:
            raise self.trouble
        return f"purge {len(self.purged)}"

    def wait(self, purge: str) -> float | None:
        self.waits.append(purge)
        return 1.5


def read_root_of(place: Place) -> Root:
    return open_tree(open_bucket(place.target)).root


def test_what_was_replaced_or_removed_is_purged_and_counted(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    edges = Edges()
    assert publish_watched(place, cdn=edges)[0].purged == ()
    assert edges.purged == []
    place.hide("bela")
    place.build()
    outcome, _ = publish_watched(place, cdn=edges)
    ((paths, _),) = edges.purged
    assert "/p/bela/*" in paths
    assert "/index.html" in paths
    assert (outcome.purged, outcome.pending, outcome.purge_seconds) == (tuple(paths), "", 1.5)
    root = read_root_of(place)
    assert (root.purge, list(root.purged.values())) == ((), [len(paths)])
    outcome, seam = publish_watched(place, cdn=edges)
    assert asked(seam) == ["read_state"]
    assert len(edges.purged) == 1
    # nobody waits for an edit's purge: what is shown is older, not private
    place.edit("UPDATE profiles SET headline = 'Keeper' WHERE slug = 'ada'")
    place.build()
    publish_watched(place, cdn=edges)
    assert len(edges.waits) == 1
    assert sum(read_root_of(place).purged.values()) == sum(len(paths) for paths, _ in edges.purged)


def test_a_purge_that_fails_stays_queued_and_is_told(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    edges = Edges()
    publish_watched(place, cdn=edges)
    place.hide("bela")
    place.build()
    edges.trouble = TargetUnreachable("the edges don't answer")
    outcome, _ = publish_watched(place, cdn=edges)
    assert outcome.pending == "origin removed, cache pending: the edges don't answer"
    assert outcome.purged == ()
    assert "/p/bela/*" in read_root_of(place).purge
    assert not [path for path in place.read_published() if "bela" in path]
    edges.trouble = None
    outcome, _ = publish_watched(place, cdn=edges)
    assert outcome.pending == ""
    assert "/p/bela/*" in outcome.purged
    assert read_root_of(place).purge == ()
    # the same purge, tried again, has the same reference
    assert edges.purged[0] == edges.purged[1]


def test_a_dead_run_leaves_its_purge_to_the_next(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    edges = Edges()
    publish_watched(place, cdn=edges)
    place.hide("bela")
    place.build()
    seam = crash_at(open_bucket(place.target), 10**6, done=False)
    settings: dict[str, Any] = {"dry_run": False, "max_deletes": None, "records": True, "cdn": edges}
    edges.wait = lambda purge: pytest.fail("the process is no more")  # type: ignore[method-assign]
    edges.purge = lambda paths, reference: pytest.fail("the process is no more")  # type: ignore[method-assign]
    with open_build_folder(place.root, create=False) as folder, pytest.raises(pytest.fail.Exception):
        publish_site(place.database.site_engine, folder, seam, Silent(), **settings)
    assert "/p/bela/*" in publish_watched(place, cdn=Edges())[0].purged


def test_the_command_says_what_it_cost(place: Place) -> None:
    place.add("ada", "bela")
    place.build_all()
    first = place.run("publish", "--json").json
    assert (first["run"], first["withdrawn"]) == (1, [])
    assert first["bytes"] == sum(path.stat().st_size for path in place.site.rglob("*") if path.is_file())
    assert first["requests"]["put"] == len(place.files())
    second = place.run("publish", "--json").json
    assert (second["run"], second["requests"], second["bytes"]) == (1, {"read": 1}, 0)
    assert second["plan"]["unchanged"] == len(place.files())
    assert second["done"] == {"uploaded": 0, "withdrawn": 0, "deleted": 0}
    place.hide("bela")
    third = place.run("publish", "--json").json
    keys = {each["key"] for each in third["withdrawn"]}
    assert {key.split("/")[1] for key in keys if not key.startswith("s/")} == {"bela"}
    assert any(key.startswith("s/") for key in keys)
    assert all(each["seconds"] >= 0 for each in third["withdrawn"])


def test_an_idle_command_loads_neither_the_orm_nor_the_cloud(place: Place) -> None:
    place.add("ada")
    place.build_all()
    assert place.run("publish").code == 0
    script = (
        "import sys; from careerhub.cli import main\n"
        "try: main(['publish'])\nexcept SystemExit as end: assert not end.code\n"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=place.environment(), capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "careerhub.pipeline.equal" in loaded
    assert {"sqlalchemy", "boto3", "jinja2", "careerhub.pipeline.publish"}.isdisjoint(loaded)


def test_a_redirect_is_published_with_a_former_address(place: Place, seaweed: Seaweed) -> None:
    place.add("ada", "bela")
    place.build()
    place.edit("UPDATE profiles SET slug = 'ada-two' WHERE slug = 'ada'")
    place.build()
    place.target = "s3://people/redirects"
    settings: dict[str, Any] = seaweed.environment() | {"CAREERHUB_S3_ENDPOINT_URL": seaweed.endpoint_url}
    assert place.run("publish", **settings).code == 0
    client = seaweed.client()
    head = client.head_object(Bucket="people", Key="redirects/p/ada/index.html")
    assert head["Metadata"]["redirect"] == "/p/ada-two/"
    assert "redirect" not in client.head_object(Bucket="people", Key="redirects/p/ada-two/index.html")["Metadata"]


def test_verify_finds_what_isnt_as_it_was_published(place: Place) -> None:
    place.add("ada", "bela")
    place.build()
    place.publish()
    assert place.run("verify").out.endswith(", 0 extra, 0 missing, 0 changed\n")
    target = Path(place.target.removeprefix("file://"))
    (target / "p/ada/index.html").write_text("forged")
    (target / "p/bela/index.html").unlink()
    (target / "p/mallory.html").write_text("not ours")
    (target.with_name(f"{target.name}.state") / "shards" / f"9-{'0' * 64}.json").write_text("{}")
    before = read_tree(target)
    ended = place.run("verify", "--json")
    assert ended.code == 4
    assert ended.json["extra"] == ["p/mallory.html"]
    assert ended.json["missing"] == ["p/bela/index.html"]
    assert ended.json["changed"] == {"p/ada/index.html": "size"}
    assert len(ended.json["unreferenced"]) == 1
    assert place.run("verify", "--deep").code == 4
    assert read_tree(target) == before


def test_verify_looks_at_headers_when_asked(place: Place, seaweed: Seaweed) -> None:
    place.add("ada")
    place.build()
    place.target = "s3://people/verified"
    settings: dict[str, Any] = seaweed.environment() | {"CAREERHUB_S3_ENDPOINT_URL": seaweed.endpoint_url}
    assert place.run("publish", **settings).code == 0
    assert place.run("verify", "--deep", **settings).code == 0
    client = seaweed.client()
    body = client.get_object(Bucket="people", Key="verified/index.html")["Body"].read()
    client.put_object(Bucket="people", Key="verified/index.html", Body=body, ContentType="text/plain")
    assert place.run("verify", **settings).code == 0
    ended = place.run("verify", "--deep", "--json", **settings)
    assert (ended.code, ended.json["changed"]) == (4, {"index.html": "headers"}), ended.error


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with run_seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        server.client().create_bucket(Bucket="people")
        yield server


def test_a_bucket_gets_what_a_folder_gets(place: Place, seaweed: Seaweed) -> None:
    place.add("ada", "bela")
    place.build_all()
    place.target = "s3://people/site"
    settings: dict[str, Any] = seaweed.environment() | {"CAREERHUB_S3_ENDPOINT_URL": seaweed.endpoint_url}
    assert place.run("publish", **settings).code == 0
    client = seaweed.client()

    def keys() -> set[str]:
        found = client.list_objects_v2(Bucket="people", Prefix="site/").get("Contents", [])
        return {item["Key"].removeprefix("site/") for item in found}

    assert keys() == set(place.files())
    body = client.get_object(Bucket="people", Key="site/p/ada/cv.pdf")
    assert body["Body"].read() == (place.site / "p/ada/cv.pdf").read_bytes()
    assert "Ada-CV.pdf" in body["ContentDisposition"]
    assert place.run("publish", "--json", **settings).json["done"] == {"uploaded": 0, "withdrawn": 0, "deleted": 0}
    place.hide("bela")
    assert place.run("publish", **settings).code == 0
    assert not [key for key in keys() if "bela" in key]
