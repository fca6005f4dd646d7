"""The room templates work in: a sandbox that escapes everything and knows nothing it isn't given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from careerhub.document.text import clean_text, is_web_address
from careerhub.render.markdown import plain_text, render_block, render_inline


def make_environment(templates: Path) -> ImmutableSandboxedEnvironment:
    """Make the environment of a template folder; a name that isn't given is an error, not an empty string.

    Filters: `block` and `inline` render Markdown, `plain` takes its marks away, `tojson` escapes for a script element.
    The test `web_address` tells what may become a link.
    """
    environment = _Room(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finish,
        trim_blocks=True,
        lstrip_blocks=True,
        # Every template stays compiled, and none is looked for again during a build.
        cache_size=-1,
        auto_reload=False,
    )
    environment.filters |= {"block": render_block, "inline": render_inline, "plain": plain_text}
    environment.tests["web_address"] = is_web_address
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
    return environment


class _Room(ImmutableSandboxedEnvironment):
    """The sandbox, which remembers what it decided: only the type and the name of an attribute matter to it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._decided: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether a template may see an attribute; a third of a page's time went into asking again."""
        key = (type(obj), attr)
        if key not in self._decided:
            self._decided[key] = super().is_safe_attribute(obj, attr, value)
        return self._decided[key]


def _finish(value: Any) -> Any:
    # Nearly all values are printable, and asking is much cheaper than cleaning. Markup was cleaned where it was made.
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value
    return clean_text(value).replace("\ufffe", "").replace("\uffff", "")
