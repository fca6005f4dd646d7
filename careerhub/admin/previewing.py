"""CVs drawn for their owners: by processes with limits, at most two at a time, and the last ones are remembered."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from careerhub.admin.languages import gettext as _
from careerhub.admin.parts import NAME, Parts
from careerhub.admin.preview_worker import read_message, write_message
from careerhub.document.cv import Cv
from careerhub.errors import CareerHubError

_KEPT_IN = "careerhub.previews"
AT_ONCE = 2
SECONDS = 20.0
WAIT = 10.0
# a worker that has drawn so many is replaced: what libraries keep doesn't grow for ever
JOBS_A_WORKER = 200
REMEMBERED = 32 * 2**20  # bytes
_log = logging.getLogger("careerhub.admin")
_making = threading.Lock()


class PreviewFailed(CareerHubError):
    """A CV can't be drawn; the sentence is for its owner."""


class PreviewBusy(PreviewFailed):
    """Others are being drawn: trying again may well do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A CV as it is built: the very bytes, its pages as pictures, and the headings of what doesn't fit as wished."""

    digest: str
    pdf: bytes
    pages: int
    pictures: tuple[bytes, ...]
    over: tuple[str, ...]


class Previewer:
    """Draw CVs in processes of their own; a stuck one is killed and replaced, and all of them end with the app."""

    def __init__(self, templates: Path, cache: Path, fonts: tuple[Path, ...] = (), *, seconds: float = SECONDS) -> None:
        self.pid = os.getpid()
        self._arguments = [str(path) for path in (templates, cache, *fonts)]
        self._seconds = seconds
        self._places: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _place in range(AT_ONCE):
            self._places.put(None)
        self._remembered: OrderedDict[tuple[str, str], tuple[int, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, cv: Cv, url: str) -> Preview | None:
        """Return a CV that was drawn lately, without drawing it."""
        found: Preview | None = self._find((_digest(cv, url), ""))
        return found

    def draw(self, cv: Cv, url: str) -> Preview:
        """Draw a CV whose owner's page is at `url`; raise PreviewFailed with a sentence when that can't be done."""
        digest = _digest(cv, url)
        if (found := self._find((digest, ""))) is not None:
            return found  # type: ignore[no-any-return]
        said, (pdf, *pictures) = self._do("draw", cv=cv, url=url)
        made = Preview(
            digest=digest, pdf=pdf, pages=said["pages"], pictures=tuple(pictures), over=tuple(map(str, said["over"]))
        )
        self._remember((digest, ""), len(pdf) + sum(map(len, pictures)), made)
        return made

    def read(self, preview: Preview, reader: str) -> str:
        """Return the text that a program finds in the PDF; raise PreviewFailed where it isn't installed."""
        if (found := self._find((preview.digest, reader))) is not None:
            return found  # type: ignore[no-any-return]
        _said, (text,) = self._do("read", pdf=preview.pdf, reader=reader)
        self._remember((preview.digest, reader), len(text), text.decode())
        return text.decode()

    def close(self) -> None:
        """End the processes that have nothing to do; the others end after their job."""
        for _place in range(AT_ONCE):
            try:
                worker = self._places.get_nowait()
            except queue.Empty:
                return
            if worker:
                worker.end()
            self._places.put(None)

    def _do(self, kind: str, **values: Any) -> tuple[dict[str, Any], list[bytes]]:
        try:
            worker = self._places.get(timeout=WAIT)
        except queue.Empty:
            raise PreviewBusy(_("Other CVs are being drawn at the moment. Try again in a few seconds.")) from None
        kept = None
        try:
            worker = worker or _Worker(self._arguments)
            said, parts = worker.do(pickle.dumps((kind, values)), self._seconds)
            kept = worker if worker.jobs < JOBS_A_WORKER else None
        except (OSError, ValueError, _Died):
            raise PreviewFailed(
                _("This CV took too long or too much memory to draw. Shorten its texts, or choose fewer entries.")
            ) from None
        finally:
            if worker and kept is None:
                worker.end()
            self._places.put(kept)
        if "problem" not in said:
            return said, parts
        if said["problem"]:
            raise PreviewFailed(str(said["problem"]))
        _log.error("a CV could not be drawn: %s", said.get("why"))
        raise PreviewFailed(_("This CV can't be drawn. Try it with fewer entries or shorter texts."))

    def _find(self, key: tuple[str, str]) -> Any:
        with self._lock:
            if key not in self._remembered:
                return None
            self._remembered.move_to_end(key)
            return self._remembered[key][1]

    def _remember(self, key: tuple[str, str], size: int, value: Any) -> None:
        with self._lock:
            self._remembered[key] = (size, value)
            while sum(each for each, _value in self._remembered.values()) > REMEMBERED:
                self._remembered.popitem(last=False)


class _Died(Exception):
    """A worker ended, or was ended, before it answered."""


class _Worker:
    """One process, and the pipes to it."""

    def __init__(self, arguments: list[str]) -> None:
        # nothing of ours but where the code is: no address of a database, no key
        environment = {
            name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR") if name in os.environ
        }
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        environment["MALLOC_ARENA_MAX"] = "2"
        self.jobs, self._pid = 0, os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "careerhub.admin.preview_worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def do(self, job: bytes, seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        """Send a job and wait for its answer; whatever takes longer is killed, and then the pipes end."""
        assert self._process.stdin
        assert self._process.stdout
        self.jobs += 1
        killer = threading.Timer(seconds, self._process.kill)
        killer.daemon = True
        killer.start()
        try:
            write_message(self._process.stdin, job)
            head = read_message(self._process.stdout)
            if not head:
                raise _Died
            said = json.loads(head)
            parts = [read_message(self._process.stdout) for _part in range(said.pop("parts"))]
        finally:
            killer.cancel()
        if self._process.poll() is not None:
            raise _Died
        return said, parts

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was still to be sent has nobody to go to
        self._process.wait()

    def __del__(self) -> None:
        # a process forked from this one has a copy of this object, and no business with the worker
        if hasattr(self, "_process") and self._pid == os.getpid() and self._process.returncode is None:
            self.end()


def get_previewer() -> Previewer:
    """Return the previewer of this app in this process; made when first needed, so that no process is forked with one."""
    with _making:
        found: Previewer | None = current_app.extensions.get(_KEPT_IN)
        if found is None or found.pid != os.getpid():
            parts: Parts = current_app.extensions[NAME]
            found = Previewer(parts.templates, parts.cache)
            current_app.extensions[_KEPT_IN] = found
        return found


def _digest(cv: Cv, url: str) -> str:
    return hashlib.sha256(repr((cv, url)).encode("utf-8", "surrogatepass")).hexdigest()
