"""Files on their way to the site: whole folders at once where nothing is yet, else file by file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careerhub.output.folder import BuildFolder, open_build_folder
from careerhub.output.staging import stage_file, stage_folder
from careerhub.pipeline.rendering import load_collator, make_sort_key

ADA = "p/ada/"


@pytest.fixture
def folder(tmp_path: Path) -> BuildFolder:
    with open_build_folder(tmp_path / "build", create=True) as opened:
        opened.begin()
        yield opened


def adopt_ada(folder: BuildFolder, texts: dict[str, str]) -> None:
    stage_folder(folder.incoming, ADA)
    written = [stage_file(folder.incoming, path, text.encode(), "page", folder=ADA) for path, text in texts.items()]
    folder.adopt_new(written, "1", ADA)
    folder.checkpoint()


def read_site(folder: BuildFolder) -> dict[str, str]:
    return {
        path.relative_to(folder.site).as_posix(): path.read_text() for path in folder.site.rglob("*") if path.is_file()
    }


def test_somebody_new_comes_with_everything(folder: BuildFolder) -> None:
    texts = {"p/ada/index.html": "A", "p/ada/projects/x/index.html": "X", "p/lovelace/index.html": "moved"}
    adopt_ada(folder, texts)
    assert read_site(folder) == texts
    assert {file.path for file in folder.manifest.list_files(owner="1")} == texts.keys()
    folder.commit()
    assert not folder.incoming.exists()


def test_what_stands_there_already_keeps_its_place(folder: BuildFolder) -> None:
    (folder.site / ADA).mkdir(parents=True)
    (folder.site / ADA / "cv.pdf").write_text("old")
    (folder.site / ADA / "index.html").write_text("old")
    adopt_ada(folder, {"p/ada/index.html": "A", "p/ada/projects/x/index.html": "X"})
    assert read_site(folder) == {"p/ada/index.html": "A", "p/ada/projects/x/index.html": "X", "p/ada/cv.pdf": "old"}
    folder.commit()
    assert not folder.incoming.exists()


def test_what_a_process_left_that_died_never_gets_to_the_site(folder: BuildFolder) -> None:
    stage_folder(folder.incoming, ADA)
    stage_file(folder.incoming, "p/ada/cv.pdf", b"half", "cv", folder=ADA)
    adopt_ada(folder, {"p/ada/index.html": "A"})
    assert read_site(folder) == {"p/ada/index.html": "A"}


@settings(deadline=None)  # the first to ask reads the collator's table
@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_names_sort_as_the_collator_says(name: str) -> None:
    weights = b"".join(weight.to_bytes(2, "big") for weight in load_collator().sort_key(name))
    assert make_sort_key(name, "x") == weights + b"\0\0x"
