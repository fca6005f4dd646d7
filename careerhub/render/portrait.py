"""A person's photo: its files, and what pages and other programs are told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from careerhub.document.profile import PhotoSize, Profile
from careerhub.document.text import clean_line
from careerhub.render.files import File
from careerhub.render.renderer import Renderer

# Sixteen hexadecimal digits of a photo's hash: nobody guesses the address of one that isn't there any more.
_HASH_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """The photo as its page shows it: a square, in as many sizes as there are."""

    link: str
    sources: str
    pixels: int
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """The photo as others show it who link to the page."""

    url: str
    pixels: int
    alt: str


def list_photo_files(profile: Profile, photos: Mapping[str, bytes]) -> Iterator[File]:
    """Yield the photo's files; `photos` are its bytes by SHA-256."""
    for size in profile.photo.sizes if profile.photo else ():
        yield File(path=name_photo(profile.slug, size), data=photos[size.sha256])


def name_photo(slug: str, size: PhotoSize) -> str:
    """Return the path of one size: another photo has another address, so that no cache shows the one before."""
    return f"p/{slug}/photo-{size.sha256[:_HASH_LENGTH]}-{size.size}.webp"


def make_portrait(renderer: Renderer, profile: Profile) -> Portrait | None:
    """Say how the profile's page shows the photo."""
    if profile.photo is None:
        return None
    links = {size.pixels: renderer.link(name_photo(profile.slug, size)) for size in profile.photo.sizes}
    pixels = profile.photo.medium.pixels
    sources = ", ".join(f"{link} {width}w" for width, link in links.items())
    return Portrait(link=links[pixels], sources=sources, pixels=pixels, alt=clean_line(profile.full_name))


def make_image(renderer: Renderer, profile: Profile) -> Image | None:
    """Say where others find the photo, as large as it is."""
    if profile.photo is None:
        return None
    largest = profile.photo.largest
    url = renderer.absolute(name_photo(profile.slug, largest))
    return Image(url=url, pixels=largest.pixels, alt=clean_line(profile.full_name))
