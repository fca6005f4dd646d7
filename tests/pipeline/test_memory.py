"""However many people there are, a build needs no more memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from careerhub.editing.contact import make_contact_key, parse_contact_keys
from careerhub.local.crowd import make_people
from careerhub.local.demo import load_demo
from careerhub.reporting import Silent
from tests.pipeline.sites import Place

FEW, MANY = 100, 600
# a process of its own tells the most that it, and the largest of its children, ever had
MEASURED = (
    "import resource, subprocess, sys; subprocess.run([sys.executable, '-m', 'careerhub', *sys.argv[1:]], check=True);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def load(place: Place, people: int) -> None:
    keys = parse_contact_keys(make_contact_key())
    load_demo(place.database.app_engine, keys, make_people(people), Silent())
    # without statistics the planner goes through everybody for each
    place.force("ANALYZE")


def measure_build(place: Place) -> int:
    """Build pages; return the peak of memory in kB."""
    ended = subprocess.run(
        [sys.executable, "-c", MEASURED, "build", "--only", "pages", "--jobs", "2"],
        env=place.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return int(ended.stdout.splitlines()[-1])


@pytest.mark.slow
def test_six_times_the_people_need_no_more_memory(place: Place) -> None:
    load(place, FEW)
    few = measure_build(place)
    load(place, MANY)
    many = measure_build(place.elsewhere("many"))
    assert few > 20_000
    assert many < few * 1.3
