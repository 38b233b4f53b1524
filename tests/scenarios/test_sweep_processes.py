"""Processes that are killed while they solve: nothing finished is lost, nothing is silently missing."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from api.cli.main import main
from scenarios.sweep import Sweep, sweep
from scenarios.sweep_chunks import Answer, Chunk, Job, solve_chunk
from scenarios.sweep_pools import Processes
from scenarios.workers import uninterrupted
from tests.scenarios.sweeps import asked, book, spec

FATAL = 13
GRID = """\
method: grid
inputs:
  parameters.most.value: {low: 41, high: 70, steps: 30}
  jobs.weight: [1, 2]
achievement: {jobs: 0.9}
"""


def _numbers(chunk: Chunk) -> list[int]:
    return [number for part in chunk for number in part.numbers]


def dies_once(job: Job, chunk: Chunk) -> Answer:
    """Solves a chunk; the first process that meets the fatal scenario kills itself."""
    mark = Path(job.rulebook).parent / "died"
    if FATAL in _numbers(chunk) and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return solve_chunk(job, chunk)


def dies_always(job: Job, chunk: Chunk) -> Answer:
    """Solves a chunk, or kills its process where the fatal scenario is in it."""
    if FATAL in _numbers(chunk):
        os.kill(os.getpid(), signal.SIGKILL)
    return solve_chunk(job, chunk)


class Killed(Processes):
    """Processes that solve with another function."""

    def __init__(self, count: int, solve: Callable[[Job, Chunk], Answer]) -> None:
        super().__init__(count)
        self.solve = solve

    def submit(self, job: Job, chunk: Chunk) -> Future[Answer]:
        with uninterrupted():
            return self._executor.submit(self.solve, job, chunk)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sweep]:
    """GRID without a death: its file and its answer."""
    folder = tmp_path_factory.mktemp("whole")
    return folder / "whole.csv", sweep(asked(book(folder), GRID, folder / "whole.csv"))


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def test_a_process_that_is_killed_once_changes_nothing(tmp_path: Path, whole: tuple[Path, Sweep]) -> None:
    rulebook, found = book(tmp_path), tmp_path / "found.csv"
    killed = sweep(asked(rulebook, GRID, found), pool=lambda: Killed(2, dies_once))
    assert (tmp_path / "died").exists()
    file, expected = whole
    assert found.read_bytes() == file.read_bytes()
    assert killed.summary == expected.summary
    assert killed.summary.counts == {"optimal": 60}


def test_a_scenario_that_always_kills_its_process_has_failed_and_no_other(
    tmp_path: Path, whole: tuple[Path, Sweep]
) -> None:
    rulebook, found = book(tmp_path), tmp_path / "found.csv"
    killed = sweep(asked(rulebook, GRID, found), pool=lambda: Killed(2, dies_always))
    assert killed.summary.counts == {"optimal": 59, "failed": 1}
    ((number, status, (vi, en)),) = killed.summary.failed
    assert (number, status) == (FATAL, "failed")
    assert "ended 2 times" in en
    assert "2 lần" in vi
    left, right = rows(whole[0]), rows(found)
    assert len(right) == 60
    assert [row for row in right if row[0] != str(FATAL)] == [row for row in left if row[0] != str(FATAL)]


def _wait_for(there: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C as a signal to a group of processes")
def test_ctrl_c_keeps_what_is_finished_and_resume_goes_on(tmp_path: Path) -> None:
    rulebook = book(tmp_path)
    text = GRID.replace("[1, 2]", "[1, 2, 3, 4, 5]")
    spec(tmp_path, text)
    words = ["sweep", str(rulebook), str(tmp_path / "spec.yaml"), "--lang", "en", "--workers"]
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    assert main([*words, "1", "-o", str(whole)]) == 0
    journal = tmp_path / "part.csv.unfinished"
    running = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", *words, "2", "-o", str(part)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 1)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does, to all of them
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in errors
    kept = len(rows(part))
    assert f"Stopped: {kept} of 150 scenarios are kept" in errors
    assert 0 < kept < 150
    assert main([*words, "1", "-o", str(part), "--resume"]) == 0
    assert part.read_bytes() == whole.read_bytes()
    assert not journal.exists()
