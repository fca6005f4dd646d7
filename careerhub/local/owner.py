"""Decide who runs the embedded PostgreSQL, and check the folders that this user depends on."""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from careerhub.errors import WrongUse

# The order matters: the second is the fallback where no user can be created.
SYSTEM_USERS = ("careerhub", "nobody")
# `[ -x ]` asks the kernel as that user, so access lists count as well as mode bits.
FIND_CLOSED_FOLDER = 'for folder; do [ -x "$folder" ] || { printf %s "$folder"; exit 1; }; done'


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Name the user who runs the server; `drop` says that we are root and become that user."""

    uid: int
    gid: int
    name: str
    drop: bool


def find_owner(data_dir: Path) -> Owner:
    """Return who runs the server of this data folder: ourselves, or a system user when we are root."""
    if os.geteuid() != 0:
        return Owner(uid=os.geteuid(), gid=os.getegid(), name=find_user_name(os.geteuid()), drop=False)
    known = [entry for entry in map(find_user, SYSTEM_USERS) if entry]
    if data_dir.is_dir():
        # a folder made while only `nobody` existed stays with `nobody`
        known = [entry for entry in known if entry.pw_uid == data_dir.stat().st_uid]
    elif not known or known[0].pw_name != SYSTEM_USERS[0]:
        known = [entry for entry in (make_system_user(), *known) if entry]
    if not known:
        raise WrongUse(
            f"PostgreSQL doesn't run as root, and {data_dir} belongs to neither {' nor '.join(SYSTEM_USERS)}: run "
            "careerhub as the folder's owner, or set CAREERHUB_HOME to another folder, such as /var/lib/careerhub."
        )
    return Owner(uid=known[0].pw_uid, gid=known[0].pw_gid, name=known[0].pw_name, drop=True)


def find_user(name: str) -> pwd.struct_passwd | None:
    """Return the system's entry of a user, None if there is none."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def find_user_name(uid: int) -> str:
    """Return the name of a user id; containers often run with ids that have none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def make_system_user() -> pwd.struct_passwd | None:
    """Create the system user, or find who another command created meanwhile; None where that can't be done."""
    name = SYSTEM_USERS[0]
    options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
    try:
        # refused when two begin at once: there is one all the same
        subprocess.run(["useradd", *options, name], cwd="/", env=environment, capture_output=True, check=False)
    except OSError:
        return None
    return find_user(name)


def run_as(
    owner: Owner,
    command: Sequence[str | Path],
    *,
    environment: dict[str, str],
    output: int = subprocess.PIPE,
    text: str = "",
    keep_open: Sequence[int] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a program as the server's user, detached from our terminal, folder, umask and open files."""
    # the folder: ours may be deleted, or closed to that user
    return subprocess.run(
        command,
        input=text,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", **environment},
        user=owner.uid if owner.drop else None,
        group=owner.gid if owner.drop else None,
        extra_groups=[] if owner.drop else None,
        umask=0o077,
        start_new_session=True,
        pass_fds=tuple(keep_open),
        check=False,
    )


def check_reach(owner: Owner, home: Path) -> None:
    """Raise WrongUse, naming the folder, when the server's user can't get as far as `home`."""
    if not owner.drop:
        return
    folders = [*reversed(home.parents), home]
    try:
        found = run_as(owner, ["/bin/sh", "-c", FIND_CLOSED_FOLDER, "sh", *folders], environment={})
    except OSError as error:
        raise WrongUse(
            f"PostgreSQL doesn't run as root, and root can't become user {owner.name} here ({error.strerror}): run "
            "careerhub as an ordinary user, or set CAREERHUB_DATABASE_URL to a PostgreSQL 15 or newer."
        ) from error
    if found.returncode:
        raise WrongUse(
            f"The database runs as user {owner.name}, who can't reach {found.stdout.strip() or home}: set "
            "CAREERHUB_HOME to a folder that this user can reach, such as /var/lib/careerhub."
        )


def make_socket_dir(folder: Path, owner: Owner) -> None:
    """Make the folder of the socket, closed to everybody but the server's user."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    # ours: made just now, or by a command that was killed before it could hand it over
    if owner.drop and folder.lstat().st_uid == os.geteuid():
        os.chown(folder, owner.uid, owner.gid, follow_symlinks=False)
    check_socket_dir(folder, owner)


def check_socket_dir(folder: Path, owner: Owner) -> None:
    """Raise WrongUse unless only the server's user can be behind the socket: the server trusts whoever reaches it."""
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == owner.uid and not found.st_mode & 0o077:
        return
    raise WrongUse(
        f"{folder} isn't safe for the database's socket: it has to be a folder of mode 0700 that belongs to user "
        f"{owner.name}. Look who made it, remove it and run the command again."
    )
