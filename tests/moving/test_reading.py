"""Files people hand in: read strictly, refused in one line that helps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from careerhub.errors import InputInvalid, NotFound
from careerhub.moving.reading import MAX_BYTES, MAX_DEPTH, read_file, read_json

REFUSED = {
    "text": (b"Dear Sir,\n", "line 1: this isn't JSON"),
    "a broken line": (b'{\n "a": 1,\n "b" 2\n}', "line 3: this isn't JSON"),
    "a cut end": (b'{"basics": {"name": "Ada', "this isn't JSON"),
    "nothing": (b" \n", "is empty"),
    "NaN": (b'{\n"a": NaN}', "line 2: NaN is not JSON"),
    "Infinity": (b'{"say": "-Infinity",\n\n"a": -Infinity}', "line 3: -Infinity is not JSON"),
    "a key twice": (b'{"name": 1, "name": 2}', "'name' stands twice"),
    "deep lists": (b"[" * 100_000, f"deeper than {MAX_DEPTH} levels"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, f"deeper than {MAX_DEPTH} levels"),
    "deeper than allowed": (b"[" * 62 + b"]" * 62, f"deeper than {MAX_DEPTH} levels"),
    "Latin-1": ('{"a": 1,\n"name": "Zoë"}'.encode("latin-1"), "line 2: this isn't text in UTF-8"),
    "a photo": (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", ""),
    "too much": (b" " * (MAX_BYTES + 1), "10 MB are the limit"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_strict_json_is_refused_in_one_line(case: str) -> None:
    data, words = REFUSED[case]
    with pytest.raises(InputInvalid) as caught:
        read_json(data, name="cv.json")
    assert words in str(caught.value)
    assert "cv.json" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_line_of_too_much_depth_is_named_and_brackets_in_texts_do_not_count() -> None:
    shallow = json.dumps({"a": "[" * 500}).encode()
    assert read_json(shallow, name="cv.json") == {"a": "[" * 500}
    with pytest.raises(InputInvalid, match="line 61"):
        read_json(b"[\n" * 100 + b"]" * 100, name="cv.json")


def test_the_deepest_allowed_file_is_read() -> None:
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, name="cv.json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_of_json_is_read(encoding: str) -> None:
    assert read_json('{"name": "Zoë 由"}'.encode(encoding), name="cv.json") == {"name": "Zoë 由"}


def test_numbers_that_would_change_keep_their_text() -> None:
    numbers = read_json(b'{"a": 3.90, "b": 1e999, "c": 12345678901234567890, "d": 3.5, "e": -7}', name="cv.json")
    assert numbers == {"a": "3.90", "b": "1e999", "c": "12345678901234567890", "d": 3.5, "e": -7}
    assert read_json(b'{"a": ' + b"9" * 50_000 + b"}", name="cv.json") == {"a": "9" * 50_000}


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(100_000_000_000)  # sparse: reading it would take minutes
    with pytest.raises(InputInvalid, match="100,000 MB"):
        read_file(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file .*gone\.json"):
        read_file(tmp_path / "gone.json")
    with pytest.raises(InputInvalid, match="is a folder"):
        read_file(tmp_path)
    with pytest.raises(InputInvalid, match="can't be read"):
        read_file(tmp_path / ("x" * 300))


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "cv.json").write_bytes(b"{}")
    assert read_file(tmp_path / "cv.json") == b"{}"
