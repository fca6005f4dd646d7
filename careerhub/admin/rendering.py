"""Pages of the site, shown by the admin: made by the site's own renderer, at addresses of the admin."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Response, abort, redirect

from careerhub.admin.parts import get_parts
from careerhub.document.profile import Profile
from careerhub.document.site import FACETS, OPEN_TO_WORK
from careerhub.render.pages import render_profile
from careerhub.render.renderer import Renderer, make_renderer
from careerhub.render.resume import render_resume
from careerhub.render.vcard import render_vcard

# what the site's pages need: its own style sheet and images, and nothing that runs
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The site says it as a page of its own; an address that only its receivers know is told to nobody.
_REFERRER = b'<meta name="referrer" content="strict-origin-when-cross-origin">'
_NO_REFERRER = b'<meta name="referrer" content="no-referrer">'
_TYPES = {".html": "text/html; charset=utf-8", ".vcf": "text/vcard; charset=utf-8"}
_MACHINES: dict[str, Callable[..., bytes]] = {"contact.vcf": render_vcard, "resume.json": render_resume}
# a document without an address of its own gets this one here
NO_SLUG = "you"


def show_file(
    profile: Profile,
    path: str,
    *,
    at: str,
    photos: Mapping[str, bytes],
    is_home: bool = False,
    copy_url: str | None = None,
    cvs: tuple[tuple[str, str], ...] = (),
) -> Response:
    """Answer with one file of a person's pages, where `at` is the path below which the site seems to lie.

    Links to the rest of the site lead to the site. `photos` are the photo's bytes by SHA-256. `copy_url`: what copies that people keep (contact card, JSON) say of
    the page's address; '' for nothing.
    """
    profile = profile if profile.slug else replace(profile, slug=NO_SLUG)
    renderer = _lend_renderer(get_parts().templates, at)
    home = f"p/{profile.slug}/"
    wanted = (home if is_home and not path else path) + ("index.html" if path.endswith("/") or not path else "")
    for asset in renderer.assets:
        if asset.path == path:
            return _answer(asset.path, asset.data)
    for name, render in _MACHINES.items():
        if wanted == home + name:
            url = renderer.absolute("" if is_home else home) if copy_url is None else copy_url
            return _answer(wanted, render(profile, url=url))
    if wanted.startswith(home):
        for file in render_profile(renderer, profile, cv_paths=cvs, is_home=is_home, photos=photos):
            if file.path == wanted:
                return _answer(wanted, file.data)
    if not _is_of_the_site(path, renderer):
        abort(404)
    return redirect(f"{get_parts().site_url.rstrip('/')}/{path}")  # type: ignore[return-value]


def find_start(profile: Profile) -> str:
    """Return the path of a person's page, below where the site seems to lie."""
    return f"p/{profile.slug or NO_SLUG}/"


def _lend_renderer(templates: Path, at: str) -> Renderer:
    """Return the renderer for pages below a path: templates and labels are shared, what has links in it isn't."""
    parts = urlsplit(get_parts().admin_url)
    return replace(
        _keep_renderer(templates), origin=f"{parts.scheme}://{parts.netloc}", base=at.rstrip("/"), known_parts={}
    )


@lru_cache(maxsize=2)
def _keep_renderer(templates: Path) -> Renderer:
    """Make the renderer once: a process serves what it has loaded."""
    return make_renderer(templates, "http://localhost")


def _is_of_the_site(path: str, renderer: Renderer) -> bool:
    own = {f"{page.name}/" for page in renderer.operator_pages} | {"", "feed.xml"}
    return path in own or (path.startswith((*FACETS, OPEN_TO_WORK)) and ".." not in path)


def _answer(path: str, data: bytes) -> Response:
    ending = Path(path).suffix
    kind = _TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    response = Response(data.replace(_REFERRER, _NO_REFERRER, 1) if ending == ".html" else data, content_type=kind)
    response.headers["Content-Security-Policy"] = _POLICY
    if ending in (".vcf", ".json"):
        response.headers["Content-Disposition"] = f'attachment; filename="{Path(path).name}"'
    return response
