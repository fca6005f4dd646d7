"""A photo on its person's page: its files, its addresses, and nothing where there is none."""

from __future__ import annotations

import json
import re

from careerhub.document.profile import Photo, PhotoSize
from careerhub.render.files import File
from careerhub.render.pages import render_profile
from tests.render.making import make_profile
from tests.render.reading import renderer_at

BYTES = {letter * 64: letter.encode() * 9 for letter in "abc"}
PHOTO = Photo(
    sizes=tuple(
        PhotoSize(size=size, sha256=sha256, pixels=pixels)
        for (size, pixels), sha256 in zip([("small", 96), ("medium", 320), ("large", 800)], BYTES, strict=True)
    )
)


def render(photo: Photo | None, photos: dict[str, bytes] | None = BYTES) -> dict[str, File]:
    files = render_profile(renderer_at(), make_profile(photo=photo), cv_paths=(), is_home=False, photos=photos)
    return {file.path: file for file in files}


def test_a_photo_is_three_files_that_its_page_names() -> None:
    files = render(PHOTO)
    photos = {path: file.data for path, file in files.items() if path.endswith(".webp")}
    assert list(photos.values()) == list(BYTES.values())
    page = files["p/kim-example/index.html"].data.decode()
    image = re.search(r"<img[^>]*>", page)
    assert image
    assert 'width="320" height="320" alt="Kim Example"' in image[0]
    named = re.findall(r"/(p/kim-example/photo-[a-c]{16}-\w+\.webp) (\d+)w", image[0])
    assert [path for path, _ in named] == list(photos)
    assert [width for _, width in named] == ["96", "320", "800"]
    large = "photo-cccccccccccccccc-large.webp"
    assert re.search(rf'<meta property="og:image" content="https?://[^"]*/p/kim-example/{large}">', page)
    assert json.loads(files["p/kim-example/resume.json"].data)["basics"]["image"].endswith(large)
    linked = re.search(r'ld\+json">(.*?)</script>', page)
    assert linked
    assert json.loads(linked[1])["mainEntity"]["image"].endswith(large)


def test_who_has_no_photo_has_the_page_they_had() -> None:
    files = render(None)
    assert not any(path.endswith(".webp") for path in files)
    assert not re.search(rb"<img|og:image|portrait|photo", files["p/kim-example/index.html"].data)
    assert files == render(None, photos=None)


def test_without_its_bytes_no_page_names_a_photo() -> None:
    assert render(PHOTO, photos=None) == render(None)
