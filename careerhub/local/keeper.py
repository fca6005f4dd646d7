"""Stop an embedded PostgreSQL that nobody uses: a small process of its own beside each server.

`python -m careerhub.local.keeper HOME --idle SECONDS` returns at once and watches in the background.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from careerhub.errors import CareerHubError
from careerhub.local.files import locked, open_file, try_lock
from careerhub.local.server import KEEPER_LOCK, LAST_USED, find_server, is_running, server_url, stop_postgres

if TYPE_CHECKING:
    import psycopg

# Seconds: often enough to stop on time, rarely enough to cost nothing.
LONGEST_PAUSE = 10.0
# Backups and WAL receivers are use as well.
READ_USE = """
    SELECT (SELECT count(*) FROM pg_stat_activity
             WHERE backend_type IN ('client backend', 'walsender') AND pid <> pg_backend_pid()),
           (SELECT sum(sessions) FROM pg_stat_database)
"""


class Use(NamedTuple):
    """What tells that a server is used: connections now, connections ever, nanoseconds of the last promise."""

    clients: int
    sessions: int
    promised: int


def main(arguments: list[str]) -> int:
    """Watch the server of a home in the background, unless another keeper does."""
    parser = argparse.ArgumentParser(prog="careerhub.local.keeper")
    parser.add_argument("home", type=Path)
    parser.add_argument("--idle", type=float, default=600)
    given = parser.parse_args(arguments)
    claim = open_file(given.home / KEEPER_LOCK)
    # The claim outlives the first process, for whose end the starter waits; a child of init leaves no zombie.
    if not try_lock(claim) or os.fork():
        return 0
    try:
        keep_server(given.home, given.idle, claim)
    except FileNotFoundError:
        return 0  # somebody deleted the home
    except CareerHubError as error:
        print(f"keeper: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def keep_server(home: Path, idle: float, claim: int) -> None:
    """Watch until the server is stopped, by us or by others; a lost connection alone is no reason to leave."""
    import psycopg  # after the fork, for which the starter waits

    while True:
        with contextlib.suppress(psycopg.OperationalError):
            if watch_server(home, idle, claim):
                return
        if leave_if_down(home, claim):
            return
        time.sleep(1)


def watch_server(home: Path, idle: float, claim: int) -> bool:
    """Watch over one connection; return True once the server was stopped for want of use."""
    import psycopg

    server, _ = find_server(home)
    address = server_url(server, role="postgres", database="postgres")
    with psycopg.connect(
        address, autocommit=True, application_name="careerhub keeper", connect_timeout=10
    ) as connection:
        seen, since = read_use(connection, home), time.monotonic()
        while True:
            # a server that ends says so on the connection: then we needn't wait
            select.select([connection], [], [], min(LONGEST_PAUSE, idle / 4))
            use = read_use(connection, home)
            if use.clients or use != seen:
                seen, since = use, time.monotonic()
            elif time.monotonic() - since >= idle and stop_if_unused(connection, home, seen, claim):
                return True


def read_use(connection: psycopg.Connection[tuple[int, int]], home: Path) -> Use:
    """Read how the server is used."""
    clients, sessions = connection.execute(READ_USE).fetchone() or (0, 0)
    return Use(clients, int(sessions), (home / LAST_USED).stat().st_mtime_ns)


def stop_if_unused(connection: psycopg.Connection[tuple[int, int]], home: Path, seen: Use, claim: int) -> bool:
    """Stop the server, unless somebody came while we waited for the lock."""
    with locked(home):
        if read_use(connection, home) != seen:
            return False
        server, owner = find_server(home)
        stop_postgres(home, server, owner)
        # under the lock: whoever starts the server next must see that nobody keeps it
        os.close(claim)
        return True


def leave_if_down(home: Path, claim: int) -> bool:
    """Give up the claim if the server is gone; one that was started anew meanwhile counts on us."""
    with locked(home):
        server, owner = find_server(home)
        if is_running(server, owner):
            return False
        os.close(claim)
        return True


if __name__ == "__main__":
    # not sys.exit: neither process has anything to tidy up
    os._exit(main(sys.argv[1:]))
