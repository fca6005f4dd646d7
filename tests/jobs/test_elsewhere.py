"""What workers put on a target doesn't lie in the build folder: it is trusted there, and missed where it is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from careerhub.errors import GuardRefused
from careerhub.output.folder import open_build_folder
from careerhub.pipeline.publish import publish_site
from careerhub.publish.bucket import open_bucket
from careerhub.publish.tree import open_tree
from careerhub.reporting import Silent
from tests.jobs.sites import Site


@pytest.fixture
def worked(site: Site) -> Site:
    """Give a site that workers have published."""
    site.place.add("ada", "grace", "hedy", "mary", "rosalind", "tu")
    with site.workers(1):
        site.sync()
    assert not (site.place.site / "p").exists()
    return site


def test_an_interrupted_build_trusts_what_lies_elsewhere(worked: Site) -> None:
    (worked.place.root / "unfinished").touch()
    built, published = worked.sync(alone=True)
    assert (built.rendered, built.mended) == (0, 0)
    assert published.done is not None
    assert published.done.uploaded == ()


def test_another_target_cant_get_what_isnt_here(worked: Site, tmp_path: Path) -> None:
    www = tmp_path / "www"
    with (
        open_build_folder(worked.place.root, create=False) as folder,
        pytest.raises(GuardRefused, match="build --all"),
    ):
        publish_site(
            worked.place.database.site_engine,
            folder,
            open_bucket(www.as_uri()),
            Silent(),
            dry_run=False,
            max_deletes=None,
            records=False,
        )
    assert not www.exists()


def test_what_the_target_has_lost_is_rendered_again(worked: Site) -> None:
    bucket = open_bucket(worked.place.target, endpoint_url=worked.seaweed.endpoint_url)
    tree = open_tree(bucket)
    tree.load()
    bucket.delete(["p/ada/index.html"])
    tree.drop("p/ada/index.html")
    tree.commit(run=tree.root.run + 1)
    _, published = worked.sync(alone=True)
    assert [note for note in published.notes if "1 profiles" in note]
    built, published = worked.sync(alone=True)
    assert (built.rendered, published.notes) == (1, [])
    assert "p/ada/index.html" in worked.list_keys()


def test_an_edit_brings_files_home_one_by_one(worked: Site) -> None:
    worked.place.edit("UPDATE profiles SET headline = 'On leave' WHERE slug = 'ada'")
    worked.sync(alone=True)
    assert (worked.place.site / "p/ada/index.html").is_file()
    assert not (worked.place.site / "p/grace").exists()
