"""A CV as Markdown and as plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set

from careerhub.render.cv_blocks import Block, Run

_HEADINGS = {"name": "# ", "section": "## ", "entry": "### "}
# Lines that belong together: the second of each pair follows at once.
_TOGETHER = {("entry", "org"), ("entry", "dates"), ("org", "dates"), ("name", "headline"), ("contact", "contact")}
# What Markdown or HTML would take for a mark.
_SPECIAL = re.compile(r"([\\`*_\[\]<>~|]|&(?=#?\w+;))")
_LINE_MARK = re.compile(r"^(\s*)([-+#=>]|\d{1,9}[.)])", re.MULTILINE)
_URL_SPECIAL = re.compile(r"[<>\s\\]")


def write_markdown(blocks: Iterable[Block]) -> bytes:
    """Write a CV as Markdown; what its owner's text has of marks that aren't Markdown's is escaped."""
    return _write(blocks, _write_marked, together={("bullet", "bullet")})


def write_text(blocks: Iterable[Block]) -> bytes:
    """Write a CV as plain text: a field a line, addresses as they are shown."""
    return _write(blocks, _write_plain, together={("bullet", "bullet"), *_TOGETHER})


def _write(blocks: Iterable[Block], write: Callable[[Block], str], *, together: Set[tuple[str, str]]) -> bytes:
    lines: list[str] = []
    last = ""
    for block in blocks:
        lines += [write(block)] if not last or (last, block.kind) in together else ["", write(block)]
        last = block.kind
    return ("\n".join(lines) + "\n").encode()


def _write_marked(block: Block) -> str:
    if block.kind == "code":
        longest = max(map(len, re.findall("`+", block.text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}\n{block.text}\n{fence}"
    text = "".join(map(_mark, block.runs))
    if block.kind in _HEADINGS:
        return _HEADINGS[block.kind] + " ".join(text.split())
    text = _LINE_MARK.sub(_escape_start, text)
    if block.kind == "bullet":
        mark = f"{block.number}." if block.number else "-"
        indent = "  " * (block.depth - 1) if block.depth else ""
        return f"{indent}{mark} " + text.replace("\n", f"\\\n{indent}  ")
    return ("> " if block.kind == "quote" else "") + text.replace("\n", "\\\n")


def _escape_start(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark[:-1]}\\{mark[-1]}"


def _mark(run: Run) -> str:
    inner = run.text.strip()
    if not inner:
        return run.text
    before, after = run.text[: len(run.text) - len(run.text.lstrip())], run.text[len(run.text.rstrip()) :]
    if run.is_code:
        ticks = "`" * (max(map(len, re.findall("`+", inner)), default=0) + 1)
        said = f"{ticks} {inner} {ticks}" if "`" in inner else f"{ticks}{inner}{ticks}"
    else:
        said = _SPECIAL.sub(r"\\\1", inner)
    for wanted, mark in ((run.is_soft, "*"), (run.is_strong, "**"), (run.is_struck, "~~")):
        said = f"{mark}{said}{mark}" if wanted else said
    if run.url:
        said = f"[{said}](<{_URL_SPECIAL.sub('', run.url)}>)"
    return f"{before}{said}{after}"


def _write_plain(block: Block) -> str:
    text = block.text
    if block.kind == "section":
        return f"{text}\n{'-' * min(len(text), 70)}"
    if block.kind == "name":
        return f"{text}\n{'=' * min(len(text), 70)}"
    if block.kind == "bullet":
        indent = "  " * (block.depth - 1) if block.depth else ""
        return f"{indent}{f'{block.number}.' if block.number else '•'} {text}"
    return text
