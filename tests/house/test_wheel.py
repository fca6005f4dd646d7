"""The wheel works in an empty virtual environment, from any folder, without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from careerhub.local.server import stop_server
from careerhub.resources import PACKAGE

ROOT = PACKAGE.parent
RESUME = {
    "basics": {
        "name": "Wren Halloway",
        "label": "Bell founder",
        "email": "wren@example.org",
        "summary": "Casts bells.",
    },
    "work": [
        {"name": "Tollgate Foundry", "position": "Founder", "startDate": "2014-03", "highlights": ["Cast 40 bells"]}
    ],
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it where nothing else is; libraries are lent from this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    inside = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    site = Path(inside.stdout.strip())
    # a path named here is searched, but its own .pth files (the editable checkout) are not read
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
        capture_output=True,
        env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    return folder / "venv" / "bin" / "careerhub"


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="chub-"))
    folder.chmod(0o755)
    yield folder / "home"
    stop_server(folder / "home")
    shutil.rmtree(folder, ignore_errors=True)


def test_from_a_file_to_a_site_with_the_wheel_alone(installed: Path, home: Path, tmp_path: Path) -> None:
    resume = tmp_path / "resume.json"
    resume.write_text(json.dumps(RESUME))

    def run(*arguments: str) -> str:
        # nothing of this environment but a path, from a folder that isn't ours
        done = subprocess.run(
            [installed, *arguments],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "CAREERHUB_HOME": str(home)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [installed.parent / "python", "-c", "import careerhub; print(careerhub.__file__)"],
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert str(installed.parent.parent) in where.stdout
    assert "revision" in run("db", "upgrade")
    run("import", str(resume), "--user", "wren@example.org", "--slug", "wren", "--visibility", "PUBLIC")
    run("build")
    run("publish")
    published = home / "published"
    assert "Wren Halloway" in (published / "index.html").read_text()
    assert (published / "p/wren/cv.pdf").read_bytes().startswith(b"%PDF-")
    assert json.loads((published / "p/wren/resume.json").read_bytes())["basics"]["label"] == "Bell founder"
    assert "wren@example.org" not in "".join(p.read_text(errors="ignore") for p in published.rglob("*") if p.is_file())


def test_the_wheel_has_what_it_needs_and_no_tests(installed: Path) -> None:
    (package,) = (installed.parent.parent / "lib").glob("python*/site-packages/careerhub")
    for name in (
        "_shipped/site_templates/layout.html",
        "_shipped/migrations/env.py",
        "_shipped/migrations/sql/roles.sql",
        "py.typed",
        "admin/translations/de/LC_MESSAGES/messages.mo",
        "admin/translations/de/LC_MESSAGES/messages.po",
    ):
        assert (package / name).is_file(), name
    assert list((package / "local/people").glob("*.json"))
    assert not list(package.parent.glob("tests*"))
    assert not list(package.parent.glob("cli.py"))
