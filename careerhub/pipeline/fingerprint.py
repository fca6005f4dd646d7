"""What the bytes of a site depend on besides the facts: when it changes, everything is rendered again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from careerhub import __version__
from careerhub.resources import PACKAGE

_PAGE_LIBRARIES = ("babel", "cmarkgfm", "jinja2", "markdown", "markupsafe", "nh3", "orjson", "pyuca")
_CV_LIBRARIES = ("weasyprint", "pydyf", "fonttools")


def fingerprint_pages(templates: Path, site_url: str) -> str:
    """Return the fingerprint of everything a page's bytes depend on."""
    files = [path for path in _list_files(templates) if path.relative_to(templates).parts[0] != "cv"]
    return _digest([site_url, *_versions(_PAGE_LIBRARIES)], [*files, *_code()])


def fingerprint_cvs(templates: Path, site_url: str, fonts: str) -> str:
    """Return the fingerprint of everything a CV's bytes depend on; `fonts` is that of the font files."""
    return _digest(
        [site_url, fonts, *_versions((*_PAGE_LIBRARIES, *_CV_LIBRARIES))], [*_list_files(templates), *_code()]
    )


def _code() -> list[Path]:
    return [
        PACKAGE / "db" / "site.py",
        *sorted((PACKAGE / "document").glob("*.py")),
        *sorted((PACKAGE / "render").glob("*.py")),
        PACKAGE / "output" / "starts.py",
        *(
            PACKAGE / "pipeline" / name
            for name in ("graph.py", "indexing.py", "relisting.py", "rendering.py", "shared.py")
        ),
    ]


def _list_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _versions(libraries: Iterable[str]) -> list[str]:
    return [__version__, *(f"{name} {version(name)}" for name in libraries)]


def _digest(words: Iterable[str], files: Iterable[Path]) -> str:
    total = hashlib.sha256("\n".join(words).encode())
    for path in files:
        total.update(f"\n{path.parent.name}/{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return total.hexdigest()[:32]
