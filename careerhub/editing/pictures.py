"""Pictures that people send become three small WebP files: decoded in a process that may do nothing else."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from careerhub.editing.decoding import SIZES
from careerhub.errors import InputInvalid

# Seconds, ten of the processor's among them: a large photo takes one.
PATIENCE = 15.0
# How many are decoded at once by one process of the admin: each may take a gigabyte.
AT_ONCE = 2
# As the table says.
_LARGEST = 2_000_000
_DECODER = Path(__file__).with_name("decoding.py")
_FIRST_BYTES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_SENTENCES = {
    "format": "This is no JPEG, PNG or WebP picture: choose another file.",
    "pixels": "This picture has more than 25 megapixels: make it smaller first.",
    "damaged": "This picture can't be read: it may be damaged. Save it anew, or choose another one.",
    "effort": "This picture takes too long to read: make it smaller first.",
    "busy": "Many pictures are being read at this moment: try again in a minute.",
}
_places = threading.BoundedSemaphore(AT_ONCE)


class PictureRefused(InputInvalid):
    """A picture that isn't taken; `reason` is format, pixels, damaged, effort or busy."""

    def __init__(self, reason: str) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSize:
    """A picture in one size, small, medium or large: a square WebP file that says nothing but its pixels."""

    size: str
    pixels: int
    data: bytes

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.data).digest()


def shrink_picture(data: bytes) -> tuple[PictureSize, ...]:
    """Make the sizes of a picture, the smallest first: upright, cut to a square, in the web's colours.

    The same file gives the same bytes. Raise PictureRefused for what is no picture, is too large, or is damaged.
    """
    if not data.startswith(_FIRST_BYTES):
        raise PictureRefused("format")
    if not _places.acquire(timeout=PATIENCE):
        raise PictureRefused("busy")
    try:
        # isolated, with an empty environment: what reads a stranger's bytes knows no secret of ours
        done = subprocess.run(
            [sys.executable, "-I", str(_DECODER)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PictureRefused("effort") from None
    finally:
        _places.release()
    # the kernel ended it: too much time
    if done.returncode < 0:
        raise PictureRefused("effort")
    if done.returncode:
        raise PictureRefused("damaged")
    return _read_answer(done.stdout)


def _read_answer(answer: bytes) -> tuple[PictureSize, ...]:
    """Read what the decoder wrote, and believe none of it: a picture may have taken it over."""
    line, _, files = answer.partition(b"\n")
    try:
        said = json.loads(line)
        if reason := said.get("refused"):
            raise PictureRefused(reason if reason in _SENTENCES else "damaged")
        made = []
        for each in said["sizes"]:
            data, files = files[: each["length"]], files[each["length"] :]
            made.append(PictureSize(size=each["size"], pixels=each["pixels"], data=data))
    except (ValueError, LookupError, TypeError, AttributeError):
        raise PictureRefused("damaged") from None
    is_known = [each.size for each in made] == list(SIZES)
    if files or not is_known or not all(map(_is_plain, made)):
        raise PictureRefused("damaged")
    return tuple(made)


def _is_plain(made: PictureSize) -> bool:
    """Tell whether this is a simple WebP file: pixels in one chunk, and no room for anything else."""
    data = made.data
    is_simple = (
        data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8 " and int.from_bytes(data[4:8], "little") == len(data) - 8
    )
    chunk = int.from_bytes(data[16:20], "little")
    sides = {int.from_bytes(data[place : place + 2], "little") for place in (26, 28)}
    is_whole = chunk + chunk % 2 == len(data) - 20
    return (
        is_simple and is_whole and sides == {made.pixels} and made.pixels <= SIZES[made.size] and len(data) <= _LARGEST
    )
