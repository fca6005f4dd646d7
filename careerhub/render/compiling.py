"""Templates become Python here, so that what is known to be harmless isn't asked about for every value of every page.

Jinja's sandbox asks at each dot and each call; that was two thirds of a page's time. Three questions have the same answer
for a whole site: the attributes of our own frozen documents are what templates are given them for, printable text without
a special character needs neither cleaning nor escaping, and a macro is a template's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from keyword import iskeyword
from typing import Any

from jinja2 import runtime
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.environment import TemplateModule  # noqa: F401 - templates import it from here
from jinja2.nodes import Call, Const, EvalContext, Expr, Filter, Getattr, Getitem, Name, Template, Test
from jinja2.utils import missing
from markupsafe import Markup, escape

from careerhub.document.text import clean_text

# What `escape` would change.
_SPECIAL = re.compile("[&<>\"']").search
_CALLER = {"caller"}
_NAMES = "from careerhub.render.compiling import Macro as LeanMacro, TemplateModule, as_markup, partial, show"
# Markup() would look for `__html__` first.
as_markup = partial(str.__new__, Markup)


class Macro(runtime.Macro):
    """A macro that is quick to call with arguments in their order, as most calls are."""

    quick: Callable[..., str]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        is_odd = self.catch_varargs or self.catch_kwargs or self.explicit_caller or self.caller
        if not is_odd:
            self._func.__defaults__ = (missing,) * self._argument_count
        # what Jinja does about each argument, but for odd ones, is done where the macro was compiled
        self.quick = super().__call__ if is_odd else self._func

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        """Return what the macro says, as Markup."""
        if self.caller and kwargs.keys() == _CALLER and len(args) <= self._argument_count:
            return self._func(*args, *[missing] * (self._argument_count - len(args)), kwargs["caller"])
        return super().__call__(*args, **kwargs)


class Compiler(CodeGenerator):
    """Jinja's compiler, with short cuts in what it writes; whatever a short cut isn't sure of takes Jinja's way.

    `known` is the environment's set of exact types whose public attributes are all meant for templates.
    """

    def visit_Template(self, node: Template, frame: Frame | None = None) -> None:  # noqa: N802 - the visitor's name
        self.writeline(_NAMES)
        self.writeline("known = environment.known")
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: Getattr, frame: Frame) -> None:  # noqa: N802
        """Write `value.name if type(value) in known else` and then the sandbox's question."""
        if not isinstance(node.node, Name) or node.attr.startswith("_") or iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        value = frame.symbols.ref(node.node.name)
        self.write(f"({value}.{node.attr} if type({value}) in known else ")
        super().visit_Getattr(node, frame)
        self.write(")")

    def visit_Getitem(self, node: Getitem, frame: Frame) -> None:  # noqa: N802
        """Look a label up without the sandbox's question: what is in a plain dict are texts."""
        if not isinstance(node.node, Name) or not isinstance(node.arg, Const) or not isinstance(node.arg.value, str):
            super().visit_Getitem(node, frame)
            return
        value, key = frame.symbols.ref(node.node.name), node.arg.value
        self.write(f"({value}[{key!r}] if type({value}) is dict and {key!r} in {value} else ")
        super().visit_Getitem(node, frame)
        self.write(")")

    def visit_Call(self, node: Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: FBT001, FBT002, N802
        """Call macros, and methods of what is known, without the sandbox's question."""
        if forward_caller or node.dyn_args or node.dyn_kwargs or any(iskeyword(each.key) for each in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("(")
        callee = node.node
        if isinstance(callee, Name) and not node.kwargs:
            value = frame.symbols.ref(callee.name)
            self.write(f"{value}.quick if type({value}) is LeanMacro else ")
        elif (
            isinstance(callee, Getattr)
            and isinstance(callee.node, Name)
            and not (callee.attr.startswith("_") or iskeyword(callee.attr))
        ):
            value = frame.symbols.ref(callee.node.name)
            if not node.kwargs:
                self.write(f"{value}.{callee.attr}.quick if type({value}) is TemplateModule else ")
            self.write(f"{value}.{callee.attr} if type({value}) in known else ")
        self.write("partial(environment.call, context, ")
        self.visit(callee, frame)
        self.write("))(")
        for each in (*node.args, *node.kwargs):
            self.visit(each, frame)
            self.write(", ")
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        self.write("Lean")
        super().macro_def(macro_ref, frame)

    def return_buffer_contents(self, frame: Frame, force_unescaped: bool = False) -> None:  # noqa: FBT001, FBT002
        """Return what a macro says as Markup, so that whoever calls it needn't."""
        if not force_unescaped:
            super().return_buffer_contents(frame)
            return
        self.writeline(f"return as_markup(concat({frame.buffer}))")

    def signature(
        self, node: Call | Filter | Test, frame: Frame, extra_kwargs: Mapping[str, Any] | None = None
    ) -> None:
        """Leave out the variables of loops and blocks: only functions that ask for the context look at them."""
        super().signature(node, frame, {key: value for key, value in (extra_kwargs or {}).items() if key == "caller"})

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        _check_escaping(frame.eval_ctx)
        self.write("show(")

    def _output_child_post(self, node: Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        self.write(")")


def show(value: Any) -> str:
    """Return what a page says for a value: cleaned and escaped, but for Markup."""
    kind = type(value)
    if kind is str:
        said = value if value.isprintable() else _clean(value)
        return escape(said) if _SPECIAL(said) else said
    return value if kind is Markup else escape(finish(value))


def finish(value: Any) -> Any:
    """Clean a text that isn't printable; Markup was cleaned where it was made."""
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value
    return _clean(value)


def _clean(text: str) -> str:
    return clean_text(text).replace("\ufffe", "").replace("\uffff", "")


def _check_escaping(context: EvalContext) -> None:
    if context.volatile or not context.autoescape:
        raise TypeError("No template turns escaping off.")
