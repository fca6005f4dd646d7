"""The fonts of CVs: a pinned set of installed files, and nothing else of what a machine happens to have."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from careerhub.errors import WrongUse

DEFAULT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))

_CORE = "fonts-noto-core"
_CJK = "fonts-noto-cjk"
_EMOJI = "fonts-noto-color-emoji"
# A dotted letter that newer designs draw as a shared skeleton and dots: readers of the PDF then see another letter.
_QAF = 0x0642


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A font family of the set: the stems of its files, the regular one first, and the package that has them."""

    name: str
    script: str
    stems: tuple[str, ...]
    package: str = _CORE


def _make_family(script: str, *styles: str) -> Family:
    stem = "NotoSans" + script.replace(" ", "")
    return Family(name=f"Noto Sans {script}", script=script, stems=tuple(f"{stem}-{s}" for s in ("Regular", *styles)))


_LATIN = Family(
    name="Noto Sans",
    script="Latin, Greek and Cyrillic",
    stems=("NotoSans-Regular", "NotoSans-Bold", "NotoSans-Italic", "NotoSans-BoldItalic"),
)
_ARABIC = (
    _make_family("Arabic", "Bold"),
    Family(name="Noto Naskh Arabic", script="Arabic", stems=("NotoNaskhArabic-Regular", "NotoNaskhArabic-Bold")),
)
# Regular only: a second weight of a rare script costs start-up time for little.
# fmt: off
_SCRIPTS = (
    "Armenian", "Bengali", "Cherokee", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Kannada", "Khmer",
    "Lao", "Malayalam", "Mongolian", "Myanmar", "NKo", "Oriya", "Sinhala", "Tamil", "Telugu", "Thaana",
    "Thai", "Tifinagh",
)
# fmt: on
_LATER = (
    _make_family("Hebrew", "Bold"),
    _make_family("Devanagari", "Bold"),
    # One weight: a second one adds 150 kB of metrics to a Japanese CV. Before the rest: some have a narrow 。 too.
    Family(name="Noto Sans CJK JP", script="CJK", stems=("NotoSansCJK-Regular",), package=_CJK),
    *map(_make_family, _SCRIPTS),
    _make_family("Math"),
    _make_family("Symbols"),
    _make_family("Symbols2"),
)
# Named by the templates that are set in it, before the others.
_SERIF = Family(
    name="",
    script="Latin, Greek and Cyrillic with serifs",
    stems=("NotoSerif-Regular", "NotoSerif-Bold", "NotoSerif-Italic", "NotoSerif-BoldItalic"),
)
# Installed but never named in a style sheet: named, it takes over digits, # and *.
_COLOR = Family(name="", script="Emoji", stems=("NotoColorEmoji",), package=_EMOJI)
_SUFFIXES = (".ttf", ".otf", ".ttc")
_CJK_NAMES = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "HALFWIDTH", "FULLWIDTH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FontSet:
    """The files CVs are set in, the families in the order of choice, and what this machine lacks."""

    files: tuple[Path, ...]
    families: tuple[str, ...]
    missing: tuple[str, ...]
    fingerprint: str

    @property
    def coverage(self) -> frozenset[int]:
        """Return the code points that have a glyph; read from the files once."""
        return _read_coverage(self.files)


def find_fonts(folders: Sequence[Path] = DEFAULT_FOLDERS, *, cache: Path | None = None) -> FontSet:
    """Find the pinned fonts below the folders; raise WrongUse if even Latin has none.

    The fingerprint covers every byte; with a `cache` folder unchanged files aren't read again.
    """
    found = _list_fonts(folders)
    families: list[Family] = []
    missing: list[str] = []
    for choices in ((_LATIN,), _ARABIC, *((family,) for family in _LATER), (_SERIF,), (_COLOR,)):
        chosen = next((family for family in choices if _is_usable(family, found)), None)
        if chosen:
            families.append(chosen)
        else:
            missing.append(f"{choices[0].script} ({choices[0].package})")
    if _LATIN not in families:
        places = ", ".join(map(str, folders))
        raise WrongUse(
            f"CVs need the font Noto Sans, and {places} has none: install {_CORE} (apt install {_CORE} {_CJK})"
        )
    files = tuple(found[stem] for family in families for stem in family.stems if stem in found)
    names = tuple(family.name for family in families if family.name)
    return FontSet(files=files, families=names, missing=tuple(missing), fingerprint=_fingerprint(files, cache))


def prepare_fonts(fonts: FontSet, cache: Path) -> Path:
    """Write a private fontconfig file that sees only these fonts, and return its path for FONTCONFIG_FILE.

    A second run finds and reuses it; processes that come at the same time get the same one.
    """
    folder = cache.absolute() / f"fonts-{fonts.fingerprint[:16]}"
    config = folder / "fonts.conf"
    if not config.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        _put_in_place(_write_font_folder(fonts, cache, folder), folder)
    return config


def describe_missing(code: int) -> str:
    """Say which package usually has a character, or that no font of the set does."""
    first = unicodedata.name(chr(code), "").partition(" ")[0].partition("-")[0]
    if first in _CJK_NAMES:
        return f"install {_CJK}"
    known = {family.script.upper() for family in (*_ARABIC, *_LATER)} | {"GREEK", "CYRILLIC", "LATIN"}
    return f"install {_CORE}" if first in known else "none of the fonts CVs are set in draws it: write it otherwise"


def _list_fonts(folders: Sequence[Path]) -> Mapping[str, Path]:
    """Return font files by stem; where several have one name, the first in the order of folders and paths."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("Noto*")):
            if path.suffix in _SUFFIXES:
                found.setdefault(path.stem, path)
    return found


def _is_usable(family: Family, found: Mapping[str, Path]) -> bool:
    regular = found.get(family.stems[0])
    return regular is not None and (family not in _ARABIC or _draws_whole_letters(regular))


def _draws_whole_letters(path: Path) -> bool:
    """Tell whether an Arabic font has one glyph a letter: what a PDF says of its text hangs on that."""
    with TTFont(path, lazy=True) as font:
        letter = (font.getBestCmap() or {}).get(_QAF)
        if letter is None or "fvar" in font:
            return False
        tables = font["GSUB"].table.LookupList.Lookup if "GSUB" in font else ()
        parts = (getattr(table, "ExtSubTable", table) for lookup in tables for table in lookup.SubTable)
        return not any(table.LookupType == 2 and len(table.mapping.get(letter, ())) > 1 for table in parts)


@lru_cache(maxsize=4)
def _read_coverage(files: tuple[Path, ...]) -> frozenset[int]:
    return frozenset(code for path in files for code in _read_codes(path))


def _read_codes(path: Path) -> Iterator[int]:
    with TTFont(path, lazy=True, fontNumber=0 if path.suffix == ".ttc" else -1) as font:
        yield from font.getBestCmap() or ()


def _fingerprint(files: Sequence[Path], cache: Path | None) -> str:
    known = _read_known_hashes(cache)
    hashes = {_stamp(path): known.get(_stamp(path)) or _hash_file(path) for path in files}
    if cache and not hashes.items() <= known.items():
        _write_known_hashes(cache, hashes)
    lines = (f"{path.name} {hashes[_stamp(path)]}" for path in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _stamp(path: Path) -> str:
    state = path.stat()
    return f"{path}|{state.st_size}|{state.st_mtime_ns}"


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_known_hashes(cache: Path | None) -> dict[str, str]:
    try:
        known = json.loads((cache / "font-hashes.json").read_text("utf-8")) if cache else {}
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write_known_hashes(cache: Path, hashes: Mapping[str, str]) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=cache, prefix=".font-hashes-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(hashes, file, indent=1, sort_keys=True)
    os.replace(name, cache / "font-hashes.json")


def _write_font_folder(fonts: FontSet, cache: Path, folder: Path) -> Path:
    """Write links and configuration into a new folder, as they'll be right once it is called `folder`."""
    draft = Path(tempfile.mkdtemp(dir=cache, prefix=".fonts-"))
    draft.chmod(0o755)
    for name in ("files", "cache"):
        (draft / name).mkdir()
    for path in fonts.files:
        (draft / "files" / path.name).symlink_to(path.absolute())
    (draft / "fonts.conf").write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(str(folder / 'files'))}</dir>\n<cachedir>{escape(str(folder / 'cache'))}</cachedir>\n"
        "</fontconfig>\n",
        "utf-8",
    )
    return draft


def _put_in_place(draft: Path, folder: Path) -> None:
    try:
        draft.rename(folder)
    except OSError:
        # Somebody was faster: theirs is as good as ours.
        shutil.rmtree(draft)
        if not (folder / "fonts.conf").is_file():
            raise
