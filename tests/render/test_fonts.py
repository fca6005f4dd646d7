from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString  # type: ignore[import-untyped]
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]

from careerhub.errors import WrongUse
from careerhub.render.fonts import FontSet, describe_missing, find_fonts, prepare_fonts

QAF = 0x0642


@pytest.fixture(scope="module")
def fonts() -> FontSet:
    return find_fonts()


@pytest.fixture
def folder(tmp_path: Path, fonts: FontSet) -> Path:
    """Give a folder with nothing but Noto Sans."""
    for path in fonts.files:
        if path.stem.startswith("NotoSans-"):
            shutil.copy2(path, tmp_path)
    return tmp_path


def draw_font(path: Path, features: str = "") -> None:
    """Write an Arabic font of three glyphs."""
    names = [".notdef", "qaf", "skeleton", "dots"]
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 500))
    pen.lineTo((500, 0))
    pen.closePath()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({QAF: "qaf"})
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    if features:
        addOpenTypeFeaturesFromString(builder.font, features)
    builder.save(path)


def test_latin_comes_first_and_emoji_are_never_named(fonts: FontSet) -> None:
    assert fonts.families[0] == "Noto Sans"
    assert not any("Emoji" in name for name in fonts.families)


def test_the_scripts_of_the_world_have_glyphs(fonts: FontSet) -> None:
    assert not fonts.missing
    assert {ord(c) for c in "aßЖΩ漢あ한עقहไ€№→✓🚀"} <= fonts.coverage
    assert ord("𐎀") not in fonts.coverage


def test_a_machine_without_latin_is_told_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="apt install fonts-noto-core"):
        find_fonts([tmp_path])


def test_missing_scripts_are_named_with_their_packages(folder: Path) -> None:
    found = find_fonts([folder])
    assert found.families == ("Noto Sans",)
    assert "CJK (fonts-noto-cjk)" in found.missing
    assert "Arabic (fonts-noto-core)" in found.missing


def test_an_arabic_font_with_whole_letters_is_taken(folder: Path) -> None:
    draw_font(folder / "NotoSansArabic-Regular.ttf")
    assert "Noto Sans Arabic" in find_fonts([folder]).families


def test_an_arabic_font_of_skeletons_and_dots_is_passed_over(folder: Path) -> None:
    draw_font(folder / "NotoSansArabic-Regular.ttf", "feature ccmp { sub qaf by skeleton dots; } ccmp;")
    assert "Noto Sans Arabic" not in find_fonts([folder]).families
    draw_font(folder / "NotoNaskhArabic-Regular.ttf")
    assert "Noto Naskh Arabic" in find_fonts([folder]).families


def test_the_fingerprint_follows_the_bytes_and_not_the_place(folder: Path, tmp_path: Path) -> None:
    before = find_fonts([folder]).fingerprint
    elsewhere = shutil.copytree(folder, tmp_path / "elsewhere")
    assert find_fonts([elsewhere]).fingerprint == before
    with (elsewhere / "NotoSans-Bold.ttf").open("ab") as file:
        file.write(b"\0")
    assert find_fonts([elsewhere]).fingerprint != before


def test_a_cached_hash_is_used_until_the_file_changes(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = find_fonts([folder], cache=cache).fingerprint
    assert find_fonts([folder], cache=cache).fingerprint == first
    known = cache / "font-hashes.json"
    known.write_text(known.read_text().replace('": "', '": "0'))
    assert find_fonts([folder], cache=cache).fingerprint != first
    known.write_text("not JSON")
    assert find_fonts([folder], cache=cache).fingerprint == first


def test_the_configuration_sees_only_the_chosen_files(fonts: FontSet, tmp_path: Path) -> None:
    config = prepare_fonts(fonts, tmp_path)
    links = {path.name: path.resolve() for path in (config.parent / "files").iterdir()}
    assert links == {path.name: path.resolve() for path in fonts.files}
    assert config.read_text().count("<dir>") == 1


def test_the_second_run_writes_nothing(fonts: FontSet, tmp_path: Path) -> None:
    config = prepare_fonts(fonts, tmp_path)
    before = config.stat()
    assert prepare_fonts(fonts, tmp_path) == config
    assert config.stat().st_mtime_ns == before.st_mtime_ns


def test_many_at_once_get_the_same_configuration(fonts: FontSet, tmp_path: Path) -> None:
    got: list[Path] = []
    threads = [threading.Thread(target=lambda: got.append(prepare_fonts(fonts, tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(got)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [got[0].parent.name]


def test_a_missing_character_names_its_package() -> None:
    assert describe_missing(ord("漢")) == "install fonts-noto-cjk"
    assert describe_missing(ord("ไ")) == "install fonts-noto-core"
    assert "write it otherwise" in describe_missing(0x10380)
