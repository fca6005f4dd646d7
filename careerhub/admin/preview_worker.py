"""The process that draws CVs for the admin: it has limits, reads jobs from its input, and knows no database and no key."""

from __future__ import annotations

import json
import math
import os
import pickle
import resource
import struct
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from careerhub.document.cv import Cv
from careerhub.errors import CareerHubError

MEMORY = 2**30  # bytes of address space: a Japanese CV takes some 300 MB of it
SECONDS = 20  # of processor time, a job
DOTS = 110  # an inch of the pictures
MOST_PICTURES = 8
LENGTH = struct.Struct(">Q")


def main() -> None:
    """Do one job after another until the input ends."""
    templates, cache, *folders = (Path(argument) for argument in sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    renderer = None
    while job := read_message(sys.stdin.buffer):
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + SECONDS, resource.RLIM_INFINITY))
        kind, values = pickle.loads(job)  # noqa: S301 - the admin's own, by a pipe of its own
        try:
            if kind == "draw":
                renderer = renderer or _make_renderer(templates, cache, folders)
                said, parts = _draw(renderer, **values)
            else:
                said, parts = _read(**values)
        except CareerHubError as error:
            said, parts = {"problem": str(error)}, []
        except MemoryError:
            said, parts = {"problem": "", "why": "memory"}, []
        except Exception as error:  # noqa: BLE001 - the next job mustn't suffer
            said, parts = {"problem": "", "why": type(error).__name__}, []
        write_message(answers, json.dumps(said | {"parts": len(parts)}).encode())
        for part in parts:
            write_message(answers, part)


def read_message(stream: IO[bytes]) -> bytes:
    """Return the next message, b'' at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    size = LENGTH.unpack(head)[0]
    body = stream.read(size)
    return body if len(body) == size else b""


def write_message(stream: IO[bytes], message: bytes) -> None:
    """Write one message."""
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


def _make_renderer(templates: Path, cache: Path, folders: list[Path]) -> Any:
    from careerhub.render.cv import make_cv_renderer
    from careerhub.render.fonts import DEFAULT_FOLDERS, find_fonts

    return make_cv_renderer(templates, find_fonts(folders or DEFAULT_FOLDERS, cache=cache), cache)


def _draw(renderer: Any, *, cv: Cv, url: str) -> tuple[dict[str, Any], list[bytes]]:
    from careerhub.render.cv import fit_cv
    from careerhub.render.resume import render_resume

    fitted = fit_cv(renderer, cv, url=url, resume=render_resume(cv.profile, url=url))
    return {"pages": fitted.pages, "over": list(fitted.over)}, [fitted.pdf, *_draw_pages(fitted.pdf)]


def _draw_pages(pdf: bytes) -> list[bytes]:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    pictures = []
    for number in range(min(len(document), MOST_PICTURES)):
        picture = document[number].render(scale=DOTS / 72).to_pil().convert("P", palette=1, colors=64)
        written = BytesIO()
        picture.save(written, "PNG")
        pictures.append(written.getvalue())
    return pictures


def _read(*, pdf: bytes, reader: str) -> tuple[dict[str, Any], list[bytes]]:
    from careerhub.render.extraction import read_pdf_text

    return {}, [read_pdf_text(pdf, reader).encode("utf-8", "replace")]


if __name__ == "__main__":
    main()
