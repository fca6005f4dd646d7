"""Scripts whose syllables are reordered and joined: programs read what was written, and people see what was drawn."""

from __future__ import annotations

import unicodedata

import pymupdf
import pytest

from careerhub.document.profile import Profile
from careerhub.render import text_layer
from careerhub.render.cv import CvRenderer
from careerhub.render.extraction import EXTRACTORS, read_pdf_text
from careerhub.render.text_layer import share_run, share_text
from tests.render import cv_people as people
from tests.render.test_cv import list_fields, list_words, measure_recall, open_pdf, render, squeeze

RESHAPED = (people.HINDI, people.BENGALI, people.TAMIL, people.THAI)
# The same few words of a trade; those with what is hard in each script: stacked, split and turned letters.
OTHERS = {
    "gu": "વરિષ્ઠ સૉફ્ટવેર ઇજનેર શ્રેષ્ઠ જ્ઞાન",
    "te": "సీనియర్ సాఫ్ట్‌వేర్ ఇంజనీర్ స్త్రీ కృష్ణ",
    "kn": "ಹಿರಿಯ ತಂತ್ರಾಂಶ ಅಭಿಯಂತರ ಕೋಟೆ ಸ್ತ್ರೀ",
    "ml": "മുതിർന്ന സോഫ്റ്റ്‌വെയർ എഞ്ചിനീയർ കൊച്ചി കോട്ടയം",
    "si": "ජ්‍යෙෂ්ඨ මෘදුකාංග ඉංජිනේරු කෝට්ටේ ශ්‍රී",
    "pa": "ਸੀਨੀਅਰ ਸਾਫਟਵੇਅਰ ਇੰਜੀਨੀਅਰ ਕੰਮ",
    "or": "ବରିଷ୍ଠ ସଫ୍ଟୱେର ଇଞ୍ଜିନିୟର କୋଟି",
    "km": "វិស្វករ ផ្នែកទន់ ជាន់ខ្ពស់ កម្ពុជា ស្រី",
    "lo": "ວິສະວະກອນ ຊອບແວ ອາວຸໂສ ນ້ຳ ທຳງານ",
    "my": "အကြီးတန်း ဆော့ဖ်ဝဲ အင်ဂျင်နီယာ ကျွန်ုပ်",
    "mr": "ज्येष्ठ सॉफ्टवेअर अभियंता र्‍हास कर्त्याचा",
    "marks alone": "ि ् ं",
}


def read(data: bytes, extractor: str) -> str:
    return unicodedata.normalize("NFC", read_pdf_text(data, extractor))


def draw(data: bytes) -> bytes:
    with pymupdf.open(stream=data, filetype="pdf") as pdf:  # type: ignore[no-untyped-call]
        picture: bytes = pdf[0].get_pixmap(dpi=100, colorspace="gray").samples
        return picture


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("profile", RESHAPED, ids=lambda profile: profile.lang)
def test_every_program_reads_every_word_in_order(renderer: CvRenderer, profile: Profile, extractor: str) -> None:
    text = read(render(renderer, profile), extractor)
    fields = [unicodedata.normalize("NFC", said) for said in list_fields(profile, renderer)]
    assert measure_recall(fields, text) == 1
    places = [0]
    for said in fields:
        places.append(squeeze(text).find(squeeze(said), places[-1]))
        assert places[-1] >= 0, said


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("words", OTHERS.values(), ids=OTHERS)
def test_words_of_other_scripts_are_read_whole(renderer: CvRenderer, words: str, extractor: str) -> None:
    text = read(render(renderer, people.make_person("en", "Somebody", words, f"{words} {words}")), extractor)
    assert not list_words(f"{words} {words} {words}") - list_words(text)


@pytest.mark.parametrize("profile", RESHAPED, ids=lambda profile: profile.lang)
def test_what_is_seen_is_what_weasyprint_draws(
    renderer: CvRenderer, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = draw(render(renderer, profile))
    monkeypatch.setattr(text_layer.drawing, "draw_first_line", text_layer._draw_first_line)
    theirs = draw(render(renderer, profile))
    # a mark drawn as a shape has other soft edges than one from a font, and nothing else may differ
    assert sum(abs(a - b) > 128 for a, b in zip(ours, theirs, strict=True)) < len(theirs) * 0.0005
    assert ours != bytes([255]) * len(ours)


def test_other_scripts_keep_their_bytes(renderer: CvRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = (people.CZECH, people.JAPANESE, people.ARABIC)
    ours = [render(renderer, profile) for profile in profiles]
    monkeypatch.setattr(text_layer.drawing, "draw_first_line", text_layer._draw_first_line)
    assert ours == [render(renderer, profile) for profile in profiles]


def test_each_font_that_spells_says_which_glyphs_it_means(renderer: CvRenderer) -> None:
    with open_pdf(render(renderer, people.THAI)) as pdf:
        fonts = [font.DescendantFonts[0] for font in pdf.pages[0].Resources.Font.values()]
        tables = {str(font.BaseFont).partition("+")[2]: font.CIDToGIDMap for font in fonts}
        assert tables["Noto-Sans"] == "/Identity"
        glyphs = tables["Noto-Sans-Thai"].read_bytes()
    numbers = [int.from_bytes(glyphs[at : at + 2], "big") for at in range(0, len(glyphs), 2)]
    first = next(code for code, number in enumerate(numbers) if code != number)
    assert max(numbers[first:]) < first < len(numbers)


def test_a_weasyprint_that_draws_otherwise_is_noticed() -> None:
    line = text_layer.Line(iter([text_layer.Glyph(None, 7, "a")]))
    with pytest.raises(RuntimeError, match="0007 was laid out"):
        line.spell("<0008>")


@pytest.mark.parametrize(
    ("text", "glyphs", "shares"),
    [
        ("नि", 2, ("न", "ि")),
        ("क्ति", 2, ("क्", "ति")),
        ("கொ", 3, ("க", "ெ", "ா")),
        ("क्ष", 1, ("क्ष",)),
        ("น", 2, ("น", "")),
    ],
)
def test_letters_are_shared_among_glyphs_in_the_order_they_are_written(
    text: str, glyphs: int, shares: tuple[str, ...]
) -> None:
    assert share_text(text, glyphs) == shares


def test_a_cluster_with_more_glyphs_than_letters_takes_its_neighbours() -> None:
    assert share_run("கொடி".encode(), (0, 0, 3, 6), (False,) * 4) == ("க", "ெ", "ா", "டி")


def test_marks_have_no_text_of_their_own() -> None:
    assert share_run("น้ำ".encode(), (0, 0, 0, 0), (False, True, True, False)) == ("น้", "", "", "ำ")
