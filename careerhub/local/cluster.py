"""Make and check the data folder of the embedded PostgreSQL."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from careerhub.errors import WrongUse
from careerhub.local.binaries import find_shipped_binaries, make_environment
from careerhub.local.files import OWN_SERVER, make_failure, sync_folder
from careerhub.local.owner import Owner, run_as


def find_data_dir(home: Path) -> Path:
    """Return the folder of the cluster."""
    return home / "data"


def make_data(home: Path, binaries: Path, owner: Owner, lock: int) -> None:
    """Make a new cluster with its database: complete, or not at all."""
    new = home / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    try:
        if owner.drop:
            os.chown(new, owner.uid, owner.gid, follow_symlinks=False)
        for command, sql in plan_new_data(binaries, new):
            # the programs share our lock: if we are killed, the next command waits until they are gone
            made = run_as(owner, command, environment=make_environment(binaries, new), text=sql, keep_open=[lock])
            if made.returncode:
                raise make_failure("The embedded database can't be made", made.stdout, home)
        new.rename(find_data_dir(home))
        sync_folder(home)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def plan_new_data(binaries: Path, folder: Path) -> list[tuple[list[str | Path], str]]:
    """Return the programs that make a cluster, each with its input: single-user mode needs no socket."""
    initdb = [
        "-U",
        "postgres",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
    ]
    single: list[str | Path] = [binaries / "postgres", "--single", "-D", folder, "-c", "exit_on_error=on"]
    return [
        ([binaries / "initdb", "-D", folder, *initdb], ""),
        ([*single, "postgres"], "CREATE DATABASE careerhub\n"),
        ([*single, "careerhub"], "CREATE EXTENSION pg_stat_statements\n"),
    ]


def check_data(data_dir: Path, owner: Owner) -> None:
    """Raise WrongUse unless the data folder is ours and of our PostgreSQL's major version."""
    if data_dir.stat().st_uid != owner.uid:
        raise WrongUse(
            f"{data_dir} doesn't belong to user {owner.name}, who would run the database: run careerhub as the "
            "folder's owner, or set CAREERHUB_HOME to another folder."
        )
    major = find_shipped_binaries()[1].partition(".")[0]
    marker = data_dir / "PG_VERSION"
    found = marker.read_text(encoding="ascii", errors="replace").strip() if marker.is_file() else ""
    if not found:
        raise WrongUse(f"{data_dir} isn't a PostgreSQL data folder: move it away, and a new one is made.")
    if found != major:
        raise WrongUse(
            f"{data_dir} was made by PostgreSQL {found}, and this CareerHub brings PostgreSQL {major}: dump it "
            f"with the CareerHub that made it and restore the dump here, or {OWN_SERVER}."
        )


def drop_stale_lock(lock_file: Path, data_dir: Path) -> None:
    """Remove a lock file of PostgreSQL left by a crash, when its process is dead or another program by now.

    PostgreSQL takes any process of its user for a server, even a zombie in a container whose init doesn't reap, and
    would refuse to start. Children that outlive their server it finds by the shared memory, without this file.
    """
    pid = read_pid(lock_file)
    if pid and not may_be_postmaster(pid, data_dir):
        lock_file.unlink(missing_ok=True)


def may_be_postmaster(pid: int, data_dir: Path) -> bool:
    """Return whether this process works in the data folder; True when we aren't allowed to know."""
    process = Path(f"/proc/{pid}")
    try:
        state = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        return state != "Z" and (process / "cwd").samefile(data_dir)
    except PermissionError:
        return True
    except (FileNotFoundError, ProcessLookupError):
        return False


def find_pid_file(data_dir: Path) -> Path:
    """Return the file that exists while a server runs, or after it crashed."""
    return data_dir / "postmaster.pid"


def read_pid(lock_file: Path) -> int | None:
    """Return the process in a lock file of PostgreSQL; it may be long gone."""
    try:
        first = lock_file.read_text(encoding="ascii", errors="replace").partition("\n")[0]
    except FileNotFoundError:
        return None
    return int(first) if first.strip().isdigit() else None


def find_postmaster(data_dir: Path) -> int | None:
    """Return the server's process if that is what the pid file names: it works in its data folder."""
    pid = read_pid(find_pid_file(data_dir))
    try:
        return pid if pid and Path(f"/proc/{pid}/cwd").samefile(data_dir) else None
    except OSError:
        return None
