"""The room templates work in: a sandbox that escapes everything and knows nothing it isn't given."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from pathlib import Path
from types import BuiltinMethodType, MethodType, ModuleType
from typing import Any

import orjson
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from careerhub.document import dates, profile, site
from careerhub.document.text import is_web_address
from careerhub.render import editions, labels, sections, timeline
from careerhub.render.compiling import Compiler, Macro, finish
from careerhub.render.markdown import plain_text
from careerhub.render.originals import show_block, show_inline

# What the sandbox lets a template do with a text without looking twice.
_OF_TEXT = frozenset(name for name in dir(str) if not name.startswith(("_", "format")))


def make_environment(templates: Path, *known: type) -> ImmutableSandboxedEnvironment:
    """Make the environment of a template folder; a name that isn't given is an error, not an empty string.

    Filters: `block` and `inline` render Markdown, `plain` takes its marks away, `tojson` escapes for a script element,
    `known` leaves out what is empty. The test `web_address` tells what may become a link. Every public attribute of the
    `known` types is for templates, as those of all documents are.
    """
    environment = _Room(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=True,
        lstrip_blocks=True,
        # Every template stays compiled, and none is looked for again during a build.
        cache_size=-1,
        auto_reload=False,
    )
    environment.known |= {TemplateModule, *known}
    for module in (dates, profile, site, sections, timeline, labels, editions):
        environment.known |= set(_list_documents(module))
    environment.filters |= {"block": show_block, "inline": show_inline, "plain": plain_text, "known": _list_known}
    environment.tests["web_address"] = is_web_address
    environment.policies["json.dumps_function"] = _write_json
    return environment


class _Room(ImmutableSandboxedEnvironment):
    """The sandbox, which remembers what it decided."""

    code_generator_class = Compiler

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.known: set[type] = set()
        self._decided: dict[tuple[type, str], bool] = {}
        self._harmless: set[Any] = set()

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether a template may see an attribute: only the object's type and the name matter."""
        key = (type(obj), attr)
        if key not in self._decided:
            self._decided[key] = super().is_safe_attribute(obj, attr, value)
        return self._decided[key]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template finds besides its own values: as a plain dict, which every page copies quickest."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute; of the known types everything that is public may be seen."""
        if (type(obj) in self.known and not attribute.startswith("_")) or (type(obj) is str and attribute in _OF_TEXT):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja does
        """Call macros, and methods found harmless before, without asking again."""
        kind = type(__obj)
        if kind is Macro or kind is BuiltinMethodType or (kind is MethodType and __obj.__func__ in __self._harmless):
            return __obj(*args, **kwargs)
        if kind is MethodType and not hasattr(__obj, "jinja_pass_arg") and __self.is_safe_callable(__obj):
            __self._harmless.add(__obj.__func__)
        return super().call(__context, __obj, *args, **kwargs)


def _list_documents(module: ModuleType) -> Iterable[type]:
    """Return the frozen value types that a module defines."""
    for kind in vars(module).values():
        if isinstance(kind, type) and kind.__module__ == module.__name__ and hasattr(kind, "__dataclass_fields__"):
            yield kind


def _write_json(value: Any, **_: Any) -> str:
    return orjson.dumps(value).decode()


def _list_known(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value]
