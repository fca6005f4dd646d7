"""Real PostgreSQL for tests: a server a version, a migrated template in it, and a copy for each test that wants one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import Engine, NullPool, create_engine

from careerhub.db.engine import Role, make_engine
from careerhub.db.migrate import upgrade
from careerhub.local.server import ensure_server, stop_server

_numbers = count(1)
# bytes: the databases of a hundred thousand people, twice, and one in the making
ROOM_FOR_CROWDS = 8 * 2**30


def find_installed() -> list[Path]:
    """Return the program folders of PostgreSQL 15 and newer that this system has, oldest first."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return sorted((p.parent for p in found if int(p.parent.parent.name) >= 15), key=lambda p: int(p.parent.name))


@dataclass(frozen=True)
class Database:
    """A database of its own, migrated to head; each engine logs in as its role."""

    name: str
    socket: str

    def url(self, role: str) -> str:
        return f"postgresql://{role}@/{self.name}?host={self.socket}&port=5432"

    def engine(self, role: Role) -> Engine:
        return make_engine(self.url(role), role)

    @cached_property
    def owner_engine(self) -> Engine:
        return self.engine("careerhub_owner")

    @cached_property
    def app_engine(self) -> Engine:
        return self.engine("careerhub_app")

    @cached_property
    def site_engine(self) -> Engine:
        return self.engine("careerhub_site")

    @cached_property
    def superuser_engine(self) -> Engine:
        """Return an engine that row security doesn't bind, for what a test says about many people at once."""
        return create_engine(self.url("postgres").replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)

    def connect(self, role: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Connect as any role; a superuser by default."""
        return psycopg.connect(self.url(role), autocommit=True)


@dataclass(frozen=True)
class Cluster:
    """A running server with a migrated template database."""

    socket: str

    def run(self, statement: str) -> None:
        with psycopg.connect(
            f"postgresql://postgres@/postgres?host={self.socket}&port=5432", autocommit=True
        ) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def make_empty(self) -> Database:
        database = Database(f"empty_{next(_numbers)}_{os.getpid()}", self.socket)
        self.run(f"CREATE DATABASE {database.name} TEMPLATE template0")
        return database

    @cached_property
    def template(self) -> Database:
        database = self.make_empty()
        upgrade(make_engine(database.url("postgres"), "careerhub_owner"))
        return database

    @contextmanager
    def copied(self) -> Iterator[Database]:
        """Give a fresh copy of the template, and drop it afterwards."""
        database = Database(f"test_{next(_numbers)}_{os.getpid()}", self.socket)
        self.run(f"CREATE DATABASE {database.name} TEMPLATE {self.template.name}")
        self.run(f"ALTER DATABASE {database.name} OWNER TO careerhub_owner")
        try:
            yield database
        finally:
            self.run(f"DROP DATABASE {database.name} WITH (FORCE)")


def make_folder(prefix: str) -> Path:
    """Make a folder for a server: in memory where there is room, for a copy of the template is 650 files."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_FOR_CROWDS
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory if has_room else None))


@contextmanager
def embedded_cluster() -> Iterator[Cluster]:
    """Start the server that comes with CareerHub."""
    folder = make_folder("chub-")
    folder.chmod(0o755)
    try:
        server = ensure_server(folder / "home")
        cluster = Cluster(str(server.socket_dir))
        # what a test writes needn't outlive the machine, and dropping a database waits for the disk
        cluster.run("ALTER SYSTEM SET synchronous_commit = off")
        cluster.run("ALTER SYSTEM SET fsync = off")
        cluster.run("SELECT pg_reload_conf()")
        yield cluster
    finally:
        stop_server(folder / "home")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def installed_cluster(programs: Path) -> Iterator[Cluster]:
    """Start a server of the system's own version, on a socket of ours."""
    folder = make_folder("chub-pg")
    user = _find_user()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}

    def run(*arguments: str) -> None:
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)  # type: ignore[call-overload]

    data = str(folder / "data")
    run(str(programs / "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-h '' -k {folder} -c fsync=off"
    run(str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield Cluster(str(folder))
    finally:
        run(str(programs / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _find_user() -> pwd.struct_passwd | None:
    """Return the user a root's server runs as."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None
