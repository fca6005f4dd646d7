"""The house is in order: what the docs promise is there, and what is there is in the docs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import fields
from importlib.metadata import packages_distributions, requires

import pytest

from careerhub.cli import COMMANDS
from careerhub.resources import PACKAGE
from careerhub.settings import Settings

ROOT = PACKAGE.parent
SOURCES = sorted(PACKAGE.rglob("*.py"))


def test_the_sources_were_found() -> None:
    assert len(SOURCES) > 60


def test_every_library_that_is_imported_is_a_declared_dependency() -> None:
    declared = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in requires("careerhub") or ()}
    distributions = packages_distributions()
    undeclared = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            for name in {each.partition(".")[0] for each in names} - set(sys.stdlib_module_names) - {"careerhub"}:
                owners = {owner.lower().replace("_", "-") for owner in distributions.get(name, [name])}
                if not owners & declared:
                    undeclared.add((source.name, name))
    assert undeclared == set()


def test_help_and_version_load_nothing_heavy() -> None:
    heavy = [
        "sqlalchemy",
        "psycopg",
        "alembic",
        "weasyprint",
        "jinja2",
        "boto3",
        "cryptography",
        "babel",
        "careerhub.db",
    ]
    for arguments in (["--help"], ["--version"]):
        script = (
            "import sys; from careerhub.cli import main\n"
            f"try: main({arguments!r})\nexcept SystemExit: pass\n"
            "print('LOADED', sorted(sys.modules), file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        loaded = done.stderr.partition("LOADED ")[2]
        assert loaded
        assert [name for name in heavy if f"'{name}'" in loaded] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    from click.testing import CliRunner

    from careerhub.cli import group

    result = CliRunner().invoke(group, [name, "--help"])
    assert result.exit_code == 0
    if "COMMAND" not in result.output.splitlines()[0]:
        assert f"Example: careerhub {name}" in " ".join(result.output.split())
    for line in re.findall(r"^  (\w+) ", result.output.partition("Commands:")[2], re.MULTILINE):
        inner = CliRunner().invoke(group, [name, line, "--help"])
        assert (
            f"Example: careerhub {name} {line}" in " ".join(inner.output.replace('"$(', "").split())
            or "Example: psql" in inner.output
        )


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/settings.md").read_text()
    assert [f.name for f in fields(Settings) if f"`CAREERHUB_{f.name.upper()}`" not in page] == []


def test_every_command_is_in_the_readme_or_the_docs() -> None:
    text = (ROOT / "README.md").read_text() + (ROOT / "docs/commands.md").read_text()
    assert [name for name in COMMANDS if f"careerhub {name}" not in text] == []


def test_files_named_in_the_docs_exist() -> None:
    missing = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            if not (page.parent / target).exists():
                missing.append((page.name, target))
    assert missing == []


def test_the_build_folder_is_only_output() -> None:
    tracked = subprocess.run(["git", "ls-files", "build"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert tracked in ([], ["build/.gitkeep"])
    assert not (PACKAGE / "build").exists()


def test_templates_never_bypass_escaping_and_quote_every_attribute() -> None:
    pages = sorted((ROOT / "site_templates").rglob("*.html"))
    assert len(pages) > 8
    for page in pages:
        text = page.read_text()
        assert not re.search(r"\|\s*safe\b", text), page
        assert not re.search(r"<[a-z][^<>]*\s[a-z-]+=\{\{", text), f"unquoted attribute in {page}"
