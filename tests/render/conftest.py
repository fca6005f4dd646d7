"""What tests of rendering share: one renderer of CVs, and the demo community as a real database gives it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from careerhub.db.site import list_profiles, load_profiles
from careerhub.db.snapshot import open_snapshot
from careerhub.document.profile import Profile
from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.local.community import read_people
from careerhub.local.demo import load_demo
from careerhub.render.cv import CvRenderer, make_cv_renderer, warm
from careerhub.render.fonts import find_fonts
from careerhub.reporting import Silent
from careerhub.resources import shipped
from tests.databases import Cluster

TODAY = date(2026, 3, 1)


@pytest.fixture(scope="session")
def demo_profiles(embedded: Cluster) -> dict[str, Profile]:
    """Give the documents of every PUBLIC demo person, by slug."""
    with embedded.copied() as database:
        keys = parse_contact_keys(make_contact_key())
        load_demo(database.app_engine, keys, read_people(), Silent())
        with open_snapshot(database.site_engine) as connection:
            ids = [known.profile_id for known in list_profiles(connection) if known.is_public]
            found = load_profiles(connection, ids, today=TODAY)
        database.app_engine.dispose()
        database.site_engine.dispose()
    return {profile.slug: profile for profile in found.values()}


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder where the fonts of CVs are linked."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="session")
def renderer(cache: Path) -> CvRenderer:
    """Give the one renderer of CVs of this process: a second one would cost seconds and memory."""
    made = make_cv_renderer(shipped("site_templates"), find_fonts(), cache)
    warm(made)
    return made
