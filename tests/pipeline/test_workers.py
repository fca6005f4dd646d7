"""Processes that die, hang or raise lose one task; nothing hangs and nobody is left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from careerhub.errors import StorageFull
from careerhub.pipeline.workers import Killed, run_tasks
from tests.pipeline.sites import list_children, wait_for_end


def work(tasks: Sequence[str]) -> Iterator[str]:
    """Do as the task says."""
    for task in tasks:
        match task.partition(" ")[0]:
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "leave":
                os._exit(7)
            case "hang":
                time.sleep(60)
            case "full":
                raise StorageFull("No space left for /x.")
            case "bug":
                raise UnportableError("odd", reason="a bug")
            case "large":
                yield task + "x" * 3_000_000
                continue
        yield task


class UnportableError(Exception):
    def __init__(self, what: str, *, reason: str) -> None:
        super().__init__(f"{what}: {reason}")


def run(batches: Sequence[Sequence[str]], *, jobs: int = 2, seconds: float = 20.0) -> list[str]:
    """Return every result, a lost task as `lost: …`."""
    began = time.monotonic()
    with closing(run_tasks(work, batches, jobs=jobs, seconds_a_task=seconds)) as results:
        found = [f"lost: {each.task}: {each.reason}" if isinstance(each, Killed) else each for each in results]
    assert time.monotonic() - began < 10
    assert not _forked()
    return sorted(found)


def _forked() -> list[int]:
    """Return children that are copies of this process: the test database's server isn't."""
    return [pid for pid in list_children(os.getpid()) if _read_command(pid) == _read_command(os.getpid())]


def _read_command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_task_has_one_result(jobs: int) -> None:
    batches = [[f"{batch}.{number}" for number in range(7)] for batch in range(9)]
    assert run(batches, jobs=jobs) == sorted(task for batch in batches for task in batch)


def test_a_process_that_has_done_enough_is_replaced() -> None:
    def name_process(tasks: Sequence[str]) -> Iterator[int]:
        yield from (os.getpid() for _ in tasks)

    batches = [["a", "b", "c"]] * 8
    with closing(run_tasks(name_process, batches, jobs=1, tasks_a_worker=6)) as results:
        assert len(set(results)) == 4


def test_no_work_is_no_work() -> None:
    assert run([]) == []
    assert run([[], ["a"], []]) == ["a"]


def test_a_process_that_dies_loses_the_task_it_was_at() -> None:
    found = run([["a", "die 1", "b", "leave 2", "c"], ["d", "e"]])
    assert found == [
        "a", "b", "c", "d", "e", "lost: die 1: its process ended with signal SIGKILL", "lost: leave 2: its process ended with exit code 7",
    ]  # fmt: skip


def test_when_all_die_all_are_lost_and_nothing_hangs() -> None:
    found = run([[f"die {batch} {number}" for number in range(3)] for batch in range(3)], jobs=3)
    assert len(found) == 9
    assert all(line.startswith("lost: die") for line in found)


def test_a_task_that_takes_too_long_is_ended() -> None:
    found = run([["hang 1", "a"], ["b", "hang 2"], ["c"]], seconds=0.3)
    assert found == ["a", "b", "c", "lost: hang 1: took more than 0.3 s", "lost: hang 2: took more than 0.3 s"]


def test_an_idle_process_doesnt_keep_the_others_waiting() -> None:
    began = time.monotonic()
    assert run([["a"], ["b"], ["c"]], jobs=3) == ["a", "b", "c"]
    assert time.monotonic() - began < 2


def test_large_results_arrive_whole() -> None:
    found = run([["large 1", "large 2"], ["large 3", "die"]])
    assert [len(line) for line in found if line.startswith("large")] == [3_000_007] * 3


def test_a_full_disk_in_a_process_is_one_here() -> None:
    with pytest.raises(StorageFull, match="No space left for /x"):
        run([["a", "full", "b"], ["c", "d"]])
    assert not _forked()


def test_a_bug_in_a_process_is_told_here() -> None:
    with pytest.raises(RuntimeError, match="UnportableError: odd: a bug"):
        run([["bug"]])


def test_whoever_stops_reading_leaves_nobody_behind() -> None:
    with closing(run_tasks(work, [["a"], ["hang"], ["b"]], jobs=3)) as results:
        next(results)
    assert not _forked()


def test_processes_end_with_the_one_that_started_them() -> None:
    reader, writer = os.pipe()
    parent = os.fork()
    if parent == 0:
        with closing(run_tasks(work, [["a", "hang"], ["b", "hang"]], jobs=2)) as results:
            next(results), next(results)
            os.write(writer, " ".join(map(str, list_children(os.getpid()))).encode())
            time.sleep(30)
        os._exit(0)
    children = [int(pid) for pid in os.read(reader, 100).split()]
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    os.close(reader)
    os.close(writer)
    assert len(children) == 2
    assert wait_for_end(children) == []


def test_what_a_process_opens_lasts_for_all_its_batches_and_is_closed(tmp_path: Path) -> None:
    @contextmanager
    def around() -> Iterator[None]:
        note("open")
        try:
            yield
        finally:
            note("close")

    def note(what: str) -> None:
        with (tmp_path / str(os.getpid())).open("a") as file:
            file.write(f"{what}\n")

    def noted(tasks: Sequence[str]) -> Iterator[str]:
        for task in tasks:
            note(task)
            yield task

    with closing(run_tasks(noted, [["a"], ["b"], ["c", "d"]], jobs=1, around=around)) as results:
        assert list(results) == ["a", "b", "c", "d"]
    assert [path.read_text().split() for path in tmp_path.iterdir()] == [["open", "a", "b", "c", "d", "close"]]


def test_what_cant_be_opened_is_told_here() -> None:
    @contextmanager
    def around() -> Iterator[None]:
        raise StorageFull("No space left for /x.")
        yield

    with pytest.raises(StorageFull), closing(run_tasks(work, [["a"]], jobs=1, around=around)) as results:
        list(results)
