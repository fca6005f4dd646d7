"""The admin as a server: the app with its sending thread, and the one that `careerhub admin` runs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress

from flask import Flask

from careerhub.admin.app import make_app
from careerhub.admin.mails import start_sending
from careerhub.admin.parts import Parts
from careerhub.admin.views.imports import LARGEST_BODY
from careerhub.admin.views.photo import LARGEST_UPLOAD
from careerhub.errors import WrongUse

# Requests at once; each takes two connections at most (its session's and its own), and the sending thread one more.
THREADS = 8
CONNECTIONS = 2 * THREADS + 2
# bytes: twice the largest upload, so that a file that is somewhat too large is told so on a page of ours
LARGEST_REQUEST = 2 * max(LARGEST_UPLOAD, LARGEST_BODY)


def start_app(parts: Parts) -> tuple[Flask, Callable[[], None]]:
    """Make the app and start its sending thread; return it with what stops the thread."""
    app = make_app(parts)
    # a server that loads the app before it forks must not share connections between processes
    os.register_at_fork(after_in_child=lambda: parts.engine.dispose(close=False))
    return app, start_sending(parts)


def listen(host: str, port: int) -> socket.socket:
    """Open the port, so that its number is known before anything is served; raise WrongUse when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # who comes before the app is made waits
    except OSError as error:
        listening.close()
        raise WrongUse(
            f"{host}:{port} can't be listened on ({error.strerror or error}): choose another --port."
        ) from None
    return listening


def serve(parts: Parts, listening: socket.socket) -> None:
    """Serve until interrupted."""
    from waitress import create_server  # type: ignore[import-untyped]

    app, stop_sending = start_app(parts)
    server = create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        ident=None,
        clear_untrusted_proxy_headers=False,
        max_request_body_size=LARGEST_REQUEST,
    )
    try:
        with suppress(KeyboardInterrupt):
            server.run()
    finally:
        stop_sending()
        server.close()
        parts.engine.dispose()
