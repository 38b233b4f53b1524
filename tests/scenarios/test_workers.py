import asyncio
import importlib
import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import scenarios.workers
from engine.errors import RuleError
from engine.link import load_rulebook
from scenarios.workers import (
    StoppedError,
    TooBusyError,
    TooMuchMemoryError,
    TooSlowError,
    WorkerDiedError,
    Workers,
)

LONG = 3600
"""Seconds that a job would take if it weren't stopped."""
NET = 300
"""Seconds after which a test gives up; far more than what it waits for takes on a busy machine."""


def gone(pid: int, seconds: float = NET) -> bool:
    """Whether a process ends within a time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(1)
    yield made
    made.stop()


def run(workers: Workers, job: Callable[..., Any], *arguments: object, seconds: float = 30.0) -> Any:
    return asyncio.run(workers.run(job, *arguments, seconds=seconds))


def test_a_job_runs_in_another_process_and_the_next_finds_the_same_one(workers: Workers) -> None:
    assert run(workers, math.sqrt, 9.0) == 3.0
    first, second = run(workers, os.getpid), run(workers, os.getpid)
    assert first == second != os.getpid()
    assert workers.pids == [first]


def test_issues_come_back_as_they_were_raised(workers: Workers, tmp_path: Path) -> None:
    with pytest.raises(RuleError) as here:
        load_rulebook("nobody", tmp_path)
    with pytest.raises(RuleError) as there:
        run(workers, load_rulebook, "nobody", tmp_path)
    assert there.value.issues == here.value.issues


def test_a_fault_of_ours_comes_back_with_its_traceback_and_the_worker_lives_on(workers: Workers) -> None:
    first = run(workers, os.getpid)
    with pytest.raises(RuntimeError, match=r"Traceback[\s\S]*ModuleNotFoundError: No module named 'nobody'"):
        run(workers, importlib.import_module, "nobody")
    assert run(workers, os.getpid) == first


def test_what_cannot_be_sent_leaves_the_worker_as_it_was(workers: Workers) -> None:
    first = run(workers, os.getpid)
    with pytest.raises(Exception, match="pickle"):
        run(workers, lambda: 1)
    assert run(workers, os.getpid) == first


def test_a_worker_that_dies_at_its_job_fails_that_one_only(workers: Workers) -> None:
    first = run(workers, os.getpid)
    with pytest.raises(WorkerDiedError):
        run(workers, os._exit, 3)
    assert run(workers, os.getpid) != first


def test_a_worker_that_dies_while_idle_is_replaced_unseen(workers: Workers) -> None:
    first = run(workers, os.getpid)
    os.kill(first, signal.SIGKILL)
    time.sleep(0.1)
    assert run(workers, os.getpid) != first


def test_a_job_past_its_time_is_stopped(workers: Workers) -> None:
    first = run(workers, os.getpid)
    began = time.monotonic()
    with pytest.raises(TooSlowError):
        run(workers, time.sleep, LONG, seconds=0.2)
    assert time.monotonic() - began < NET
    assert gone(first)
    assert run(workers, math.sqrt, 4.0) == 2.0


def test_too_many_waiting_are_refused_at_once() -> None:
    workers = Workers(1, most_waiting=1)

    async def ask() -> list[object]:
        jobs = [workers.run(time.sleep, 0.2) for _ in range(4)]
        return await asyncio.gather(*jobs, return_exceptions=True)

    try:
        found = asyncio.run(ask())
    finally:
        workers.stop()
    assert [type(answer) for answer in found] == [type(None), type(None), TooBusyError, TooBusyError]


def test_stop_ends_busy_workers_and_start_begins_anew(workers: Workers) -> None:
    first = run(workers, os.getpid)
    threading.Timer(0.3, workers.stop).start()
    began = time.monotonic()
    with pytest.raises(WorkerDiedError):
        run(workers, time.sleep, LONG)
    assert time.monotonic() - began < NET
    assert gone(first)
    assert workers.pids == []
    workers.start()
    assert run(workers, os.getpid) in workers.pids


@pytest.mark.parametrize("job", ["time.sleep, 60", "eval, 'exec(\"while True: pass\")'"])
def test_workers_end_with_a_server_that_is_killed(job: str) -> None:
    program = f"""
        import asyncio, os, time
        from scenarios.workers import Workers

        async def main():
            workers = Workers(1)
            print(await workers.run(os.getpid), flush=True)
            await workers.run({job})

        if __name__ == "__main__":
            asyncio.run(main())
    """
    server = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert server.stdout is not None
    with server.stdout:
        pid = int(server.stdout.readline())
        time.sleep(0.2)
        server.kill()
        server.wait()
    assert gone(pid)


@pytest.mark.parametrize(
    ("job", "argument"), [(time.sleep, LONG), (eval, "exec('while True: pass')")], ids=["idle", "busy"]
)
def test_a_running_job_is_stopped_from_outside_and_isn_t_waited_for(
    workers: Workers, job: Callable[..., Any], argument: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenarios.workers, "SECONDS_TO_LEAVE", LONG)
    first = workers.ask(os.getpid)
    task = workers.submit(job, argument)
    time.sleep(0.3)
    began = time.monotonic()
    task.stop()
    with pytest.raises(StoppedError):
        task.answer()
    assert time.monotonic() - began < NET
    assert gone(first)
    assert workers.ask(math.sqrt, 16.0) == 4.0


def test_a_waiting_job_is_stopped_too_and_a_finished_one_keeps_its_answer(workers: Workers) -> None:
    first = workers.submit(time.sleep, 0.5)
    waiting = workers.submit(math.sqrt, 4.0)
    waiting.stop()
    with pytest.raises(StoppedError):
        waiting.answer()
    assert first.answer() is None
    first.stop()
    assert first.answer() is None
    assert workers.ask(math.sqrt, 4.0) == 2.0


def test_an_awaited_job_that_is_cancelled_is_stopped(workers: Workers) -> None:
    pid = workers.ask(os.getpid)

    async def give_up() -> None:
        await asyncio.wait_for(workers.run(time.sleep, 60), 0.3)

    with pytest.raises(TimeoutError):
        asyncio.run(give_up())
    assert gone(pid)
    assert run(workers, math.sqrt, 4.0) == 2.0


def test_jobs_that_wait_when_all_is_stopped_say_so(workers: Workers) -> None:
    workers.ask(os.getpid)

    async def ask() -> list[object]:
        jobs = [asyncio.create_task(workers.run(time.sleep, 60)) for _ in range(3)]
        await asyncio.sleep(0.2)
        await asyncio.to_thread(workers.stop)
        return list(await asyncio.gather(*jobs, return_exceptions=True))

    assert [type(answer) for answer in asyncio.run(ask())] == [WorkerDiedError] * 3


def test_a_worker_killed_at_its_job_fails_that_one_only(workers: Workers) -> None:
    pid = workers.ask(os.getpid)
    task = workers.submit(time.sleep, 60)
    time.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WorkerDiedError):
        task.answer()
    assert workers.ask(math.sqrt, 4.0) == 2.0


SLOWLY = "[(kept.append(bytearray(b'x') * 10_000_000), sleep(0.02)) for kept in [[]] for _ in range(200)]"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system doesn't tell")
@pytest.mark.parametrize(
    ("job", "arguments"),
    [
        (bytearray, (2_000_000_000,)),  # more at once than the wall lets through
        (eval, (SLOWLY, {"sleep": time.sleep})),  # little by little, seen from outside
    ],
)
def test_a_job_beyond_its_memory_fails_with_an_error_of_its_own(
    job: Callable[..., Any], arguments: tuple[object, ...]
) -> None:
    with Workers(1, most_memory=300_000_000) as workers:
        first = workers.ask(os.getpid)
        began = time.monotonic()
        with pytest.raises(TooMuchMemoryError):
            workers.ask(job, *arguments)
        assert time.monotonic() - began < NET
        assert gone(first)
        assert workers.ask(len, b"x" * 50_000_000) == 50_000_000


def test_an_answer_that_cannot_be_sent_is_a_fault_of_the_job(workers: Workers) -> None:
    first = workers.ask(os.getpid)
    with pytest.raises(RuntimeError, match="pickle"):
        workers.ask(eval, "lambda: 1")
    assert workers.ask(os.getpid) == first
