"""Read what people hand in: within limits, and with one line that says what is wrong and what to do."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from careerhub.errors import InputInvalid, NotFound

MAX_BYTES = 10_000_000
# The deepest real résumés nest five levels; sixty leaves room for what themes add.
MAX_DEPTH = 60
# A whole number of more digits would lose some on its way through other programs: its text is kept instead.
_EXACT_DIGITS = 15
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]|\n', re.DOTALL)


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that isn't larger than 10 MB; the size is asked before reading."""
    try:
        if path.is_dir():
            raise InputInvalid(f"{path} is a folder: name the file in it.")
        with path.open("rb") as file:
            _check_size(path.stat().st_size, path.name)
            # a pipe says 0 bytes: never read more than allowed, whatever was said
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except OSError as error:
        raise InputInvalid(f"{path} can't be read: {error.strerror or error}.") from error
    _check_size(len(data), path.name)
    return data


def read_json(data: bytes, *, name: str) -> Any:
    """Read JSON in UTF-8, UTF-16 or UTF-32, strictly: no NaN, no key twice, no more than 60 levels.

    Numbers that a float would change keep their text.
    """
    _check_size(len(data), name)
    text = _decode(data, name)
    if not text.strip():
        raise InputInvalid(f"{name} is empty: export it again.")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_make_object,
            parse_constant=_refuse_constant,
            parse_int=_read_whole_number,
            parse_float=_read_number,
        )
    except json.JSONDecodeError as error:
        raise InputInvalid(
            f"{name}, line {error.lineno}: this isn't JSON ({error.msg}). Correct or export it again."
        ) from None
    except RecursionError:
        raise _too_deep(text, name) from None
    except _RefusedError as refused:
        raise InputInvalid(f"{name}{_find_line(text, refused.text)}: {refused}") from None
    if not _is_shallow(value):
        raise _too_deep(text, name)
    return value


class _RefusedError(ValueError):
    """Something strict JSON doesn't have; `text` is what to look for in the file."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        raise InputInvalid(
            f"{name} has {size / 1e6:,.0f} MB; {MAX_BYTES / 1e6:.0f} MB are the limit. Is it the right file?"
        )


def _decode(data: bytes, name: str) -> str:
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputInvalid(
            f"{name}, line {line}: this isn't text in UTF-8. Save the file as UTF-8 and try again."
        ) from None


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            # which of the two was meant, nobody can know
            raise _RefusedError(f"the key {key[:80]!r} stands twice in one object. Remove one of them.", "")
        made[key] = value
    return made


def _refuse_constant(constant: str) -> float:
    raise _RefusedError(f"{constant} is not JSON. Put null or a number there.", constant)


def _read_whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _EXACT_DIGITS else digits


def _read_number(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) and repr(number) == digits else digits


def _find_line(text: str, wanted: str) -> str:
    if not wanted:
        return ""
    line = 1
    for token in re.finditer(rf'"(?:[^"\\]|\\.)*"?|\n|{re.escape(wanted)}', text, re.DOTALL):
        if token[0] == wanted:
            return f", line {line}"
        line += token[0].count("\n")
    return ""


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return True
    return False


def _too_deep(text: str, name: str) -> InputInvalid:
    depth, line = 0, 1
    for token in _TOKENS.finditer(text):
        depth += (token[0] in "[{") - (token[0] in "]}")
        line += token[0].count("\n")
        if depth > MAX_DEPTH:
            break
    return InputInvalid(
        f"{name}, line {line}: nested deeper than {MAX_DEPTH} levels. No résumé is: is it the right file?"
    )
