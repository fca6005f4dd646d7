"""Start and stop the embedded PostgreSQL of one home folder: users without a server don't need one.

Everything that changes the server's state happens under one lock, so that any number of commands may
start at once, and so that the keeper never stops a server that a command has just been given.
"""

from __future__ import annotations

import enum
import hashlib
import os
import re
import shlex
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from careerhub.local.binaries import find_binaries, make_environment, place_binaries
from careerhub.local.cluster import (
    check_data,
    drop_stale_lock,
    find_data_dir,
    find_pid_file,
    find_postmaster,
    make_data,
    read_pid,
)
from careerhub.local.files import (
    LONGEST_WAIT_FOR_LOCK,
    explaining,
    locked,
    make_failure,
    open_file,
    opened_log,
    try_lock,
)
from careerhub.local.owner import Owner, check_reach, check_socket_dir, find_owner, make_socket_dir, run_as
from careerhub.resources import PACKAGE

# A Unix socket's address has 108 bytes, the last one is zero.
LONGEST_SOCKET = 107
# PostgreSQL reads the folder's name as a list with quotes and commas: only plain names are used as they are.
PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)
# Seconds: children of a killed server take a moment to notice.
PATIENCE = 15
# Seconds after which a server that runs, but whose socket somebody deleted, is stopped to be started anew.
PATIENCE_WITHOUT_SOCKET = 3
LAST_USED = "last-used"
KEEPER_LOCK = "keeper.lock"

# What must hold whatever stands in postgresql.conf. The log is for trouble with the server, not for people's facts:
# clients get their errors themselves, and "terse" leaves out the DETAIL lines, which quote rows.
SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "shared_preload_libraries=pg_stat_statements",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_destination=stderr",
    "logging_collector=off",
    "log_statement=none",
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length_on_error=0",
)
# What a server says while the one before is still on its way out.
TRANSIENT = re.compile(r"lock file .* already exists|pre-existing shared memory block|Address already in use")
# Seconds in which a living server answers, even on a machine that swaps.
LONGEST_ANSWER = 5
# The wire protocol's start-up message (version 3.0) for user postgres, then its message of leave.
LOGIN = b"user\0postgres\0database\0postgres\0\0"
HELLO_AND_GOODBYE = struct.pack("!ii", len(LOGIN) + 8, 3 << 16) + LOGIN + struct.pack("!ci", b"X", 4)
# How an error says that the server is starting or stopping.
CANNOT_CONNECT_NOW = b"C57P03\0"


class State(enum.Enum):
    """What the server's socket says; BUSY is starting or stopping."""

    READY = enum.auto()
    BUSY = enum.auto()
    SILENT = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Say where an embedded server is; whoever reaches the socket is trusted."""

    socket_dir: Path
    bin_dir: Path
    data_dir: Path
    port: int = 5432


def ensure_server(home: Path, *, idle_seconds: int = 600) -> Server:
    """Return the running server of this home, made and started first if need be; it accepts connections.

    `idle_seconds` without a connection is when the keeper stops it; a keeper that runs already keeps its own number.
    """
    with explaining(home):
        home = Path(os.path.realpath(home))
        make_home(home)
        with locked(home) as lock:
            server, owner = find_server(home)
            # the promise: a keeper that gets the lock after us sees this
            (home / LAST_USED).touch(mode=0o600)
            if not answers(server, owner):
                server = start_server(home, owner, lock)
            if not is_kept(home):
                start_keeper(home, idle_seconds)
            return server


def stop_server(home: Path) -> bool:
    """Stop the server of this home, ending its sessions, and wait for it; return whether one was running."""
    with explaining(home):
        home = Path(os.path.realpath(home))
        if not find_data_dir(home).is_dir():
            return False
        with locked(home):
            server, owner = find_server(home)
            if not is_running(server, owner):
                return False
            stop_postgres(home, server, owner)
            return True


def server_url(server: Server, *, role: str, database: str = "careerhub") -> str:
    """Return the server's address for one role, as psql and psycopg take it."""
    host = quote(str(server.socket_dir), safe="")
    return f"postgresql://{quote(role, safe='')}@/{quote(database, safe='')}?host={host}&port={server.port}"


# --- where things are


def find_server(home: Path) -> tuple[Server, Owner]:
    """Return where the server of this home is, or will be, and who runs it."""
    data_dir = find_data_dir(home)
    owner = find_owner(data_dir)
    return Server(socket_dir=find_socket_dir(home, owner.uid), bin_dir=find_binaries(home), data_dir=data_dir), owner


def find_socket_dir(home: Path, uid: int) -> Path:
    """Return the folder of the socket: in `home` if the name is short and plain, else one in /tmp.

    It depends on nothing else, so that commands with different environments meet.
    """
    near = home / "run"
    if PLAIN_PATH.fullmatch(str(near)) and len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return near
    return Path(f"/tmp/careerhub-{uid}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}")  # noqa: S108 - checked


# --- starting


def start_server(home: Path, owner: Owner, lock: int) -> Server:
    """Start the server, after making what it needs; the caller holds the lock."""
    check_reach(owner, home)
    place_binaries(home, owner)
    server, _ = find_server(home)
    if not server.data_dir.exists():
        make_data(home, server.bin_dir, owner, lock)
    check_data(server.data_dir, owner)
    make_socket_dir(server.socket_dir, owner)
    socket_lock = find_socket(server).with_name(f"{find_socket(server).name}.lock")
    for lock_file in (find_pid_file(server.data_dir), socket_lock):
        drop_stale_lock(lock_file, server.data_dir)
    start_postgres(home, server, owner)
    return server


def make_home(home: Path) -> None:
    """Make the home folder, whatever the umask: root's can be passed through by the server's user, others' not."""
    missing = [folder for folder in (home, *home.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(0o755)


def start_postgres(home: Path, server: Server, owner: Owner) -> None:
    """Start the server program and wait until it accepts connections; recovery after a crash included."""
    begun = time.monotonic()
    while True:
        said = run_start(home, server, owner)
        if answers(server, owner):
            return
        waited = time.monotonic() - begun
        if not TRANSIENT.search(said) or waited > PATIENCE:
            raise make_failure(f"The embedded database doesn't start (log: {home / 'postgres.log'})", said, home)
        if waited > PATIENCE_WITHOUT_SOCKET and not find_socket(server).exists() and find_postmaster(server.data_dir):
            stop_postgres(home, server, owner)
        time.sleep(0.2)


def run_start(home: Path, server: Server, owner: Owner) -> str:
    """Run `pg_ctl start` once and return what the log gained."""
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    options = shlex.join([*settings, "-p", str(server.port), "-k", str(server.socket_dir)])
    limit = str(LONGEST_WAIT_FOR_LOCK)
    command: list[str | Path] = [server.bin_dir / "pg_ctl", "start", "-w", "-s", "-t", limit, "-o", options]
    with opened_log(home) as log:
        before = os.fstat(log).st_size
        run_as(owner, command, environment=make_environment(server.bin_dir, server.data_dir), output=log)
        return os.pread(log, 100_000, before).decode(errors="replace")


# --- stopping and asking


def stop_postgres(home: Path, server: Server, owner: Owner) -> None:
    """Stop the server and wait for it; the caller holds the lock."""
    place_binaries(home, owner)
    binaries = find_binaries(home)
    command: list[str | Path] = [binaries / "pg_ctl", "stop", "-m", "fast", "-w", "-s", "-t", "60"]
    done = run_as(owner, command, environment=make_environment(binaries, server.data_dir))
    if done.returncode and is_running(server, owner):
        raise make_failure("The embedded database doesn't stop", done.stdout, home)


def find_socket(server: Server) -> Path:
    """Return the socket's path."""
    return server.socket_dir / f".s.PGSQL.{server.port}"


def ask_state(server: Server, owner: Owner) -> State:
    """Log in over the socket, and out again: no library, so that the environment's PG variables have no say."""
    if not os.path.lexists(server.socket_dir):
        return State.SILENT
    check_socket_dir(server.socket_dir, owner)
    answer = b""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(LONGEST_ANSWER)
        try:
            probe.connect(str(find_socket(server)))
            probe.sendall(HELLO_AND_GOODBYE)
            while part := probe.recv(4096):
                answer += part
        except (FileNotFoundError, ConnectionError, BlockingIOError, TimeoutError):
            return State.SILENT
    return State.BUSY if not answer or CANNOT_CONNECT_NOW in answer else State.READY


def answers(server: Server, owner: Owner) -> bool:
    """Return whether the server of this data folder accepts connections."""
    # without its pid file it's the server of a deleted folder, about to notice
    return read_pid(find_pid_file(server.data_dir)) is not None and ask_state(server, owner) is State.READY


def is_running(server: Server, owner: Owner) -> bool:
    """Return whether there is a server, even one that is starting or whose socket is gone."""
    return read_pid(find_pid_file(server.data_dir)) is not None and (
        ask_state(server, owner) is not State.SILENT or find_postmaster(server.data_dir) is not None
    )


# --- the keeper


def is_kept(home: Path) -> bool:
    """Return whether a keeper watches this home; it holds its lock as long as it lives."""
    handle = open_file(home / KEEPER_LOCK)
    try:
        return not try_lock(handle)
    finally:
        os.close(handle)


def start_keeper(home: Path, idle_seconds: int) -> None:
    """Start the process that stops an unused server; it leaves our session, files and secrets behind."""
    # without one the server merely runs on, and the next command tries again: no reason to fail this one
    paths = os.pathsep.join(dict.fromkeys([*filter(None, sys.path), str(PACKAGE.parent)]))
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    command = [sys.executable, "-P", "-m", "careerhub.local.keeper", str(home), "--idle", str(idle_seconds)]
    with opened_log(home) as log:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={**kept, "LC_ALL": "C", "PYTHONPATH": paths},
            start_new_session=True,
            check=False,
        )
