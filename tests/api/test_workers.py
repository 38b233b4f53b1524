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

from api import services
from api.http.plans import Plans
from api.http.workers import TooBusyError, TooSlowError, WorkerDiedError, Workers
from engine.errors import Code, RuleError

pytestmark = pytest.mark.xdist_group("workers")


def gone(pid: int, seconds: float = 5.0) -> bool:
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


def test_workers_are_warm_before_their_first_job_and_know_no_web() -> None:
    from api.http import jobs

    workers = Workers(1, jobs.warm)
    try:
        workers.start()
        loaded = "[name in __import__('sys').modules for name in ('pyomo.environ', 'clarabel', 'fastapi')]"
        assert run(workers, eval, loaded) == [True, True, False]
    finally:
        workers.stop()


def test_issues_come_back_as_they_were_raised(workers: Workers, tmp_path: Path) -> None:
    with pytest.raises(RuleError) as here:
        services.load("nobody", tmp_path)
    with pytest.raises(RuleError) as there:
        run(workers, services.load, "nobody", tmp_path)
    assert there.value.issues == here.value.issues
    assert there.value.issues[0].code is Code.UNKNOWN_RULEBOOK


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
        run(workers, time.sleep, 60, seconds=0.2)
    assert time.monotonic() - began < 5
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
        run(workers, time.sleep, 60)
    assert time.monotonic() - began < 5
    assert gone(first)
    assert workers.pids == []
    workers.start()
    assert run(workers, os.getpid) in workers.pids


@pytest.mark.parametrize("job", ["time.sleep, 60", "eval, 'exec(\"while True: pass\")'"])
def test_workers_end_with_a_server_that_is_killed(job: str) -> None:
    program = f"""
        import asyncio, os, time
        from api.http.workers import Workers

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


def test_plans_make_room_by_number_and_by_length() -> None:
    plans = Plans(most_plans=3, most_bytes=100)
    for name in "abcd":
        plans.keep(name, {"vi": b"v" + name.encode(), "en": b"e"})
    assert plans.find("d", "vi") == b"vd"
    assert plans.find("b", "en") == b"e"
    with pytest.raises(RuleError) as lost:
        plans.find("a", "vi")
    assert lost.value.issues[0].code is Code.UNKNOWN_PLAN
    plans.keep("long", {"vi": b"x" * 200, "en": b""})
    assert plans.find("long", "vi") == b"x" * 200
    for name in "bcd":
        with pytest.raises(RuleError):
            plans.find(name, "vi")


def test_plans_take_many_threads() -> None:
    plans = Plans(most_plans=50)
    names = [[plans.new_name() for _ in range(200)] for _ in range(8)]

    def keep(mine: list[str]) -> None:
        for name in mine:
            plans.keep(name, {"vi": name.encode(), "en": b""})
            assert plans.find(mine[0], "vi") if mine[0] == name else True

    threads = [threading.Thread(target=keep, args=(mine,)) for mine in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everyone = [name for mine in names for name in mine]
    assert len(set(everyone)) == 1600
    kept = 0
    for name in everyone:
        try:
            assert plans.find(name, "vi") == name.encode()
        except RuleError:
            continue
        kept += 1
    assert kept == 50
