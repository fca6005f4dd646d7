"""Pictures as people and attackers send them, made when they are needed."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

SECRET = b"CANARY-of-metadata"


def make_picture(
    size: tuple[int, int] = (640, 480), *, kind: str = "JPEG", mode: str = "RGB", colour: Any = "teal", **options: Any
) -> bytes:
    """Make a picture of one colour."""
    return save(Image.new(mode, size, colour), kind, **options)


def save(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def make_talkative() -> bytes:
    """Make a JPEG that says where it was taken, with a comment, a colour profile, XMP and more after its end."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = "2026:01:01 CANARY-of-metadata"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    said = {"exif": exif.tobytes(), "comment": SECRET, "icc_profile": profile, "xmp": b"<x>" + SECRET + b"</x>"}
    return make_picture(**said) + b"<script>" + SECRET + b"</script>"


def make_turned() -> bytes:
    """Make a JPEG that lies on its side and says so: upright, its top is red and its bottom blue."""
    picture = Image.new("RGB", (400, 400), "blue")
    picture.paste("red", (0, 0, 200, 400))
    exif = Image.Exif()
    exif[0x0112] = 6
    return save(picture, exif=exif.tobytes(), quality=95)


def make_bomb(side: int) -> bytes:
    """Make a PNG of a few kilobytes that says it is huge: one bit a pixel, all of them zero."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    row = b"\0" * (1 + (side + 7) // 8)
    squeezer = zlib.compressobj(9)
    body = b"".join(squeezer.compress(row) for _ in range(side)) + squeezer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def open_picture(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture
