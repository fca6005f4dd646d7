"""Pictures that strangers send: what becomes of them, and which are refused."""

from __future__ import annotations

import contextlib
import io
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from careerhub.editing import pictures
from careerhub.editing.pictures import PictureRefused, shrink_picture
from tests.admin.pictures import SECRET, make_bomb, make_picture, make_talkative, make_turned, open_picture, save

_REAL = pictures._DECODER
RED, BLUE, WHITE, TEAL = (255, 0, 0), (0, 0, 255), (255, 255, 255), (0, 128, 128)


def middle_of(data: bytes) -> tuple[int, ...]:
    picture = open_picture(data).convert("RGB")
    found: Any = picture.getpixel((picture.width // 2, picture.height // 2))
    return tuple(found)


def is_like(found: tuple[int, ...], wanted: tuple[int, ...], most: int = 12) -> bool:
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


def test_a_photo_becomes_three_squares() -> None:
    made = shrink_picture(make_picture((1600, 1200)))
    assert [(each.size, each.pixels) for each in made] == [("small", 96), ("medium", 320), ("large", 800)]
    for each in made:
        picture = open_picture(each.data)
        assert (picture.format, picture.size, picture.mode) == ("WEBP", (each.pixels, each.pixels), "RGB")
        assert is_like(middle_of(each.data), TEAL)


def test_nothing_is_made_larger_than_it_was() -> None:
    assert [each.pixels for each in shrink_picture(make_picture((300, 200)))] == [96, 200, 200]
    assert [each.pixels for each in shrink_picture(make_picture((1, 1)))] == [1, 1, 1]


def test_the_same_file_gives_the_same_bytes() -> None:
    sent = make_talkative()
    assert shrink_picture(sent) == shrink_picture(sent)


def test_what_the_file_says_beside_its_pixels_is_gone() -> None:
    sent = make_talkative()
    assert sent.count(SECRET) >= 4
    for each in shrink_picture(sent):
        assert b"CANARY" not in each.data
        assert b"script" not in each.data
        assert not {"exif", "icc_profile", "xmp", "comment"} & open_picture(each.data).info.keys()
        assert each.data[12:16] == b"VP8 "


def test_a_photo_taken_sideways_stands_upright() -> None:
    picture = open_picture(shrink_picture(make_turned())[1].data).convert("RGB")
    top, bottom = picture.getpixel((160, 20)), picture.getpixel((160, 300))
    assert is_like(top, (254, 0, 0), 20)  # type: ignore[arg-type]
    assert is_like(bottom, (0, 0, 254), 20)  # type: ignore[arg-type]


def test_the_middle_is_what_is_kept() -> None:
    wide = Image.new("RGB", (900, 300), "red")
    wide.paste("blue", (300, 0, 600, 300))
    large = open_picture(shrink_picture(save(wide, "PNG"))[2].data).convert("RGB")
    assert large.size == (300, 300)
    for place in ((10, 150), (150, 150), (290, 150)):
        assert is_like(large.getpixel(place), BLUE, 20)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "middle"),
    [
        (make_picture(mode="CMYK", colour=(0, 255, 255, 0)), RED),
        (make_picture(kind="PNG", mode="I;16", colour=65535), WHITE),
        (make_picture(kind="PNG", mode="RGBA", colour=(255, 0, 0, 0)), WHITE),
        (make_picture(kind="PNG", mode="LA", colour=(0, 0)), WHITE),
        (make_picture(kind="PNG", mode="P", colour=0, transparency=0), WHITE),
        (make_picture(kind="PNG", mode="1", colour=1), WHITE),
        (make_picture(mode="L", colour=255), WHITE),
        (make_picture(icc_profile=b"not a profile at all"), TEAL),
        (make_picture(kind="WEBP", mode="RGBA", colour=(0, 0, 255, 255), lossless=True), BLUE),
    ],
    ids=[
        "cmyk",
        "sixteen-bit",
        "see-through",
        "grey-see-through",
        "palette",
        "one-bit",
        "grey",
        "broken-profile",
        "webp",
    ],
)
def test_every_kind_of_colour_is_read(sent: bytes, middle: tuple[int, ...]) -> None:
    assert is_like(middle_of(shrink_picture(sent)[1].data), middle, 16)


def test_colours_of_another_profile_become_those_of_the_web() -> None:
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = usual.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    assert is_like(middle_of(shrink_picture(make_picture(colour="red", icc_profile=usual))[1].data), RED)
    assert is_like(middle_of(shrink_picture(make_picture(colour="red", icc_profile=swapped))[1].data), BLUE)


def test_of_a_film_the_first_image_is_kept() -> None:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert is_like(middle_of(shrink_picture(file.getvalue())[1].data), RED, 20)


@pytest.mark.parametrize("side", [9_000, 13_000, 20_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    bomb = make_bomb(side)
    assert len(bomb) < 80_000
    began = time.monotonic()
    with pytest.raises(PictureRefused) as refused:
        shrink_picture(bomb)
    assert refused.value.reason == "pixels"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "sent",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<!doctype html><script>alert(1)</script>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        make_picture(kind="GIF"),
        make_picture(kind="TIFF"),
        b"%PDF-1.7\n",
        make_picture(kind="BMP"),
        b"",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n<script>",
    ],
    ids=["svg", "html", "eps", "gif", "tiff", "pdf", "bmp", "nothing", "avi", "three-bytes", "png-start"],
)
def test_what_is_no_photo_is_refused(sent: bytes) -> None:
    with pytest.raises(PictureRefused) as refused:
        shrink_picture(sent)
    assert refused.value.reason in ("format", "damaged")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_file_is_refused(kind: str) -> None:
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    whole = save(noise, kind)
    assert shrink_picture(whole)
    with pytest.raises(PictureRefused) as refused:
        shrink_picture(whole[: len(whole) // 2])
    assert refused.value.reason in ("format", "damaged")


def take_over(program: str, folder: Path) -> Path:
    """Write a decoder that has the real limits and then does what an attacker would like."""
    decoder = folder / "decoder.py"
    real = _REAL.read_text().replace("CPU_SECONDS = 10", "CPU_SECONDS = 1")
    decoder.write_text(real.replace('if __name__ == "__main__":\n    main()', f"give_up_rights()\n{program}"))
    return decoder


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("while True: pass", "effort"),
        ("print('{\"sizes\": []}')", "damaged"),
        ('print(\'{"refused": "<b>"}\')', "damaged"),
        ("print('[]')", "damaged"),
        ("pass", "damaged"),
    ],
    ids=["forever", "no-sizes", "another-reason", "a-list", "nothing"],
)
def test_a_decoder_that_was_taken_over_is_not_believed(
    program: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_DECODER", take_over(program, tmp_path))
    with pytest.raises(PictureRefused) as refused:
        shrink_picture(make_picture())
    assert refused.value.reason == reason


def test_a_decoder_cannot_smuggle_a_note_into_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = save(Image.new("RGB", (96, 96)), "WEBP", exif=b"Exif\0\0" + SECRET)
    program = (
        f"data = {noted!r}; said = [{{'size': s, 'pixels': 96, 'length': len(data)}} for s in SIZES]\n"
        "sys.stdout.buffer.write(json.dumps({'sizes': said}).encode() + b'\\n' + data * 3)"
    )
    plain = repr(save(Image.new("RGB", (96, 96)), "WEBP"))
    monkeypatch.setattr(pictures, "_DECODER", take_over(program.replace(repr(noted), plain), tmp_path))
    assert len(shrink_picture(make_picture())) == 3
    monkeypatch.setattr(pictures, "_DECODER", take_over(program, tmp_path))
    with pytest.raises(PictureRefused):
        shrink_picture(make_picture())


@pytest.mark.parametrize(
    ("program", "is_stopped"),
    [
        ("x = bytearray(900_000_000 // 2)", False),
        ("x = bytearray(3 * 1024**3)", True),
        ("open('{folder}/written', 'wb', 0).write(b'x' * 9)", True),
        ("import careerhub", True),
        ("import os; assert os.environ.get('CAREERHUB_SECRET')", True),
    ],
    ids=["memory-it-needs", "memory", "files", "our-code", "secrets"],
)
def test_a_decoder_can_do_little(
    program: str, is_stopped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAREERHUB_SECRET", "of tests")
    program = program.replace("{folder}", str(tmp_path)).replace(
        "import careerhub", "assert 'careerhub' in sys.modules"
    )
    monkeypatch.setattr(pictures, "_DECODER", take_over(f"{program}\nprint('did it')", tmp_path))
    said: list[bytes] = []
    monkeypatch.setattr(pictures, "_read_answer", lambda answer: said.append(answer) or ())
    with contextlib.suppress(PictureRefused):
        shrink_picture(make_picture())
    assert (said == [b"did it\n"]) is not is_stopped
