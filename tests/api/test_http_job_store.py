"""Jobs without solving: what runs, waits, makes room, and what becomes of a process that ends in any way."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from api.http.job import Job
from api.http.job_process import JobProcess, Told
from api.http.job_store import EndedError, Jobs, TooManyJobsError
from api.http.jobs import Prepared
from engine.errors import Code, Issue, RuleError
from engine.words import both
from scenarios.sweep_asked import Asked
from scenarios.sweep_rows import Column
from scenarios.sweep_spec import spec_mapping

ASKED = Asked("book", spec_mapping({"method": "grid", "inputs": {"x": [1]}}, "sweep"))
PREPARED = Prepared(ASKED, 10, (Column("number", "whole"), Column("x", "setting")))


class Process:
    """A process whose words a test says."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.pid = asked, 1
        self.words: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        self.obeys = True
        self.asked_to_end = False
        self.waited: float | None = None

    def told(self, seconds: float) -> Told | None:
        try:
            said = self.words.get(timeout=seconds)
        except queue.Empty:
            return None
        if said is None:
            raise EOFError
        return said

    def ask_to_end(self) -> None:
        self.asked_to_end = True
        if self.obeys:
            self.words.put(None)

    def finish(self, seconds: float) -> int:
        self.waited = seconds
        return -9


class World:
    """Jobs with their processes, in the order in which these began."""

    def __init__(self, **limits: Any) -> None:
        self.begun: queue.SimpleQueue[Process] = queue.SimpleQueue()
        self.jobs = Jobs(start=cast("Callable[[Asked], JobProcess]", self.start), **limits)

    def start(self, asked: Asked) -> Process:
        process = Process(asked)
        self.begun.put(process)
        return process

    def submit(self) -> Job:
        return self.jobs.submit("book", PREPARED)[0]

    def running(self) -> tuple[Job, Process]:
        job = self.submit()
        return job, self.begun.get(timeout=10)


@pytest.fixture
def world() -> Iterator[World]:
    found = World(most_running=1, most_waiting=2, most_ended=2)
    yield found
    found.jobs.stop()


def over(job: Job) -> Any:
    assert job.over.wait(10)
    return job.seen()


def test_one_runs_and_the_next_begins_when_it_has_ended(world: World) -> None:
    first, process = world.running()
    second = world.submit()
    assert (first.seen().state, second.seen().state) == ("running", "queued")
    process.words.put(("progress", 4, 10))
    process.words.put(("done", {"vi": b'{"a": 1}', "en": b'{"a": 2}'}))
    seen = over(first)
    assert (seen.state, seen.done, seen.total, seen.result) == (
        "done",
        4,
        10,
        {"vi": {"a": 1}, "en": {"a": 2}},
    )
    world.begun.get(timeout=10)
    assert second.seen().state == "running"


def test_too_many_are_refused_until_one_has_ended(world: World) -> None:
    _, process = world.running()
    waiting = [world.submit(), world.submit()]
    with pytest.raises(TooManyJobsError):
        world.submit()
    process.words.put(None)
    world.begun.get(timeout=10)
    assert waiting[0].seen().state == "running"
    assert world.submit().seen().state == "queued"


def test_one_that_waits_is_cancelled_at_once_and_never_begins(world: World) -> None:
    _, process = world.running()
    job = world.submit()
    world.jobs.cancel(job)
    assert job.seen().state == "cancelled"
    world.jobs.cancel(job)  # it is what was asked for
    process.words.put(None)
    other = world.submit()
    assert world.begun.get(timeout=10).asked.journal == other.journal


@pytest.mark.parametrize("obeys", [True, False])
def test_one_that_runs_is_asked_to_end_and_killed_if_it_does_not(world: World, obeys: bool) -> None:
    job, process = world.running()
    process.obeys = obeys
    world.jobs.cancel(job)
    assert (job.seen().state, process.asked_to_end) == ("cancelled", True)
    assert (process.waited == 0) == (not obeys)


def test_what_was_done_when_it_was_to_be_cancelled_stays_done(world: World) -> None:
    job, process = world.running()
    process.obeys = False
    process.words.put(("done", {"vi": b"{}", "en": b"{}"}))
    with pytest.raises(EndedError):
        world.jobs.cancel(job)
    assert job.seen().state == "done"


ISSUE = Issue(Code.BAD_SETTING, both("changed"))


@pytest.mark.parametrize(
    ("told", "cause", "issues"),
    [
        (None, "the process that computes ended half-way (code -9)", ()),
        (("issues", (ISSUE,)), "changed", (ISSUE,)),
        (("memory",), "the computation needed more memory than it may have", ()),
        (("disk", "No space left on device"), "the results can't be written: No space left on device", ()),
        (("fault", "Traceback: secret"), "the program failed; the server's log has the details", ()),
        (("nonsense",), "the process that computes ended half-way (code -9)", ()),
    ],
)
def test_a_failure_says_why(
    world: World, told: Any, cause: str, issues: tuple[Issue, ...], caplog: pytest.LogCaptureFixture
) -> None:
    job, process = world.running()
    process.words.put(told)
    seen = over(job)
    assert (seen.state, seen.cause.en, seen.issues) == ("failed", cause, issues)
    assert seen.cause.vi
    assert ("secret" in caplog.text) == (told is not None and told[0] == "fault")


def test_no_process_is_a_failure() -> None:
    def none(_: Asked) -> JobProcess:
        raise OSError

    jobs = Jobs(start=none)
    job, _ = jobs.submit("book", PREPARED)
    assert (over(job).state, over(job).cause.en) == ("failed", "no process could be started")
    jobs.stop()


def test_a_bug_of_ours_is_a_failure_and_no_hang(world: World, caplog: pytest.LogCaptureFixture) -> None:
    job, process = world.running()
    process.words.put(("done", {"vi": b"{", "en": b"{"}))
    assert over(job).state == "failed"
    assert "JSONDecodeError" in caplog.text
    assert world.running()[0].seen().state == "running"


def test_those_that_have_ended_make_room_with_their_rows(world: World) -> None:
    ended = []
    for _ in range(3):
        job, process = world.running()
        job.journal.write_bytes(b'{"sweep": "x"}\n[1, 5]\n')
        process.words.put(None)
        over(job)
        ended.append(job)
    last, _ = world.running()  # its lane has put the third away
    with pytest.raises(RuleError) as lost:
        world.jobs.find(ended[0].name)
    assert lost.value.issues[0].code is Code.UNKNOWN_JOB
    assert [job.journal.exists() for job in ended] == [False, True, True]
    assert [world.jobs.find(job.name) for job in (*ended[1:], last)] == [*ended[1:], last]


def test_rows_are_those_that_are_whole_in_the_order_of_their_numbers(world: World) -> None:
    job, _ = world.running()
    assert list(job.rows("en")) == ["number,x\n"]
    job.journal.write_bytes(b'{"sweep": "x"}\n[7, 1.5]\n[2, null]\n[10, 3')
    assert list(job.rows("en")) == ["number,x\n", "2,null\n", "7,1.5\n"]


def test_the_time_that_is_left_goes_by_what_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """2 in 8 seconds, 8 to go: 32 seconds, 31 a second later."""
    now = [100.0]
    monkeypatch.setattr("api.http.job.time.monotonic", lambda: now[0])
    job = Job("x", "book", 10, (), tmp_path / "x")
    job.begin()
    job.tell(0, 10)
    assert job.seen().seconds_left is None
    now[0] = 108.0
    job.tell(2, 10)
    assert job.seen().seconds_left == 32
    now[0] = 109.0
    assert job.seen().seconds_left == 31
    now[0] = 200.0
    assert job.seen().seconds_left == 0


def test_stopping_ends_all_and_forgets_them(world: World) -> None:
    job, process = world.running()
    waiting = world.submit()
    folder = job.journal.parent
    world.jobs.stop()
    assert (job.seen().state, waiting.seen().state, process.asked_to_end) == ("cancelled", "cancelled", True)
    assert not folder.exists()
    with pytest.raises(RuleError):
        world.jobs.find(job.name)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("chitieu job")]
