"""The program that decodes a picture somebody sent: a process of its own, poor and alone, as decoders have holes.

It reads the picture from standard input and writes one line of JSON and the WebP files it tells of. It is started by
its path, in an isolated interpreter, and so imports nothing of ours. `careerhub.editing.pictures` starts it.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
from typing import Any

# How many pixels a side: an entry of a list, a page, a page on a screen with small pixels.
SIZES = {"small": 96, "medium": 320, "large": 800}
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 25_000_000
# bytes: several times what 25 megapixels take
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 10
# Above it files grow quickly and nobody sees why.
_QUALITY = 82
_ORIENTATION = 0x0112


class _Refused(Exception):
    """The picture isn't one we take; the message is a word that `pictures` knows."""


def main() -> None:
    """Read a picture, write its sizes."""
    give_up_rights()
    try:
        made = make_sizes(sys.stdin.buffer.read())
    except _Refused as refused:
        answer, files = {"refused": str(refused)}, b""
    except Exception:  # noqa: BLE001 - whatever a decoder trips over, it is the picture's fault
        answer, files = {"refused": "damaged"}, b""
    else:
        told = [{"size": size, "pixels": pixels, "length": len(data)} for size, pixels, data in made]
        answer, files = {"sizes": told}, b"".join(data for _, _, data in made)  # type: ignore[dict-item]
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + files)


def give_up_rights() -> None:
    """Take from this process what decoding doesn't need: memory, time, files to write, children, a core dump."""
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        _, hard = resource.getrlimit(limit)
        lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (lowest, lowest))


def make_sizes(data: bytes) -> list[tuple[str, int, bytes]]:
    """Return each size's name, how many pixels it has a side, and its WebP file."""
    from PIL import Image, UnidentifiedImageError

    # the header is looked at here, before anything is decoded
    Image.MAX_IMAGE_PIXELS = None
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise _Refused("format") from None
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _Refused("pixels")
    square = _make_square(picture)
    made = []
    for name, most in SIZES.items():
        pixels = min(most, square.width)
        shrunk = square if pixels == square.width else square.resize((pixels, pixels), Image.Resampling.LANCZOS)
        file = io.BytesIO()
        shrunk.save(file, "WEBP", quality=_QUALITY, method=6)
        made.append((name, pixels, file.getvalue()))
    return made


def _make_square(picture: Any) -> Any:
    """Return the middle of the picture, upright, in the web's colours, on a canvas that knows nothing of the file."""
    from PIL import Image

    profile, orientation = picture.info.get("icc_profile"), _read_orientation(picture)
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    pixels = min(side, max(SIZES.values()))
    plain = _simplify(picture)
    shrunk = plain.resize((pixels, pixels), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side))
    canvas = Image.new("RGB", (pixels, pixels), "white")
    canvas.paste(_convert_colours(shrunk, profile), mask=shrunk.getchannel("A") if "A" in shrunk.getbands() else None)
    return canvas.transpose(orientation) if orientation is not None else canvas


def _simplify(picture: Any) -> Any:
    """Return the first image in a mode that can be made smaller without a loss of colours or transparency."""
    picture.load()
    if picture.mode.startswith("I") or picture.mode == "F":  # sixteen bits of grey
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in ("L", "RGB", "RGBA", "LA", "CMYK") and "transparency" not in picture.info:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _convert_colours(picture: Any, profile: bytes | None) -> Any:
    from PIL import ImageCms

    bare = picture.convert({"RGBA": "RGB", "LA": "L"}.get(picture.mode, picture.mode))
    # a profile that is broken, or made for other colours, says nothing
    with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
        if profile:
            known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(bare, known, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
    return bare.convert("RGB")


def _read_orientation(picture: Any) -> Any:
    """Return how to turn the picture upright, None when it is, or nobody can tell."""
    from PIL import Image

    turns = Image.Transpose
    ways = {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_270,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_90,
    }
    try:
        return ways.get(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - what cameras write there has every form, and decides about nothing else
        return None


if __name__ == "__main__":
    main()
