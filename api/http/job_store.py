"""Long jobs: a few run at a time, some wait, those that have ended are kept until newer ones need the room.

What solves is always a process of its own (`job_process`); the threads here only listen to it.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from api.http.encoding import cut
from api.http.job import Job, Seen
from api.http.job_process import JobProcess, Told
from api.http.jobs import Prepared
from engine.errors import Code, Issue, RuleError
from engine.words import Message, say
from scenarios.workers import TooBusyError

if TYPE_CHECKING:
    from scenarios.sweep_asked import Asked

MOST_RUNNING = 2
MOST_WAITING = 20
MOST_ENDED = 100
MOST_BYTES = 2_000_000_000
"""Of the rows of jobs that have ended, on disk."""
MOST_PROCESSES = 8
"""Of one job."""
SECONDS_TO_STOP = 1.0
"""From being asked to end until it is killed."""
SECONDS_BETWEEN_LOOKS = 0.05

DIED = Message(
    "tiến trình tính toán dừng giữa chừng (mã {code})",
    "the process that computes ended half-way (code {code})",
)
NOT_STARTED = Message("không khởi động được tiến trình tính toán", "no process could be started")
DISK = Message("không ghi được kết quả: {why}", "the results can't be written: {why}")
TOO_MUCH_MEMORY = Message(
    "việc tính toán cần nhiều bộ nhớ hơn mức cho phép", "the computation needed more memory than it may have"
)
FAULT = Message(
    "lỗi của chương trình; chi tiết nằm trong nhật ký của máy chủ",
    "the program failed; the server's log has the details",
)

logger = logging.getLogger(__name__)


class TooManyJobsError(TooBusyError):
    """As many jobs are waiting as may wait."""


class EndedError(Exception):
    """A job that is to be cancelled has ended."""


class Jobs:
    """The jobs of a service. Begins with the first job; ``stop`` ends them all. Any thread may use it.

    ``start``: makes the process of a job.
    """

    def __init__(
        self,
        most_running: int = MOST_RUNNING,
        most_waiting: int = MOST_WAITING,
        most_ended: int = MOST_ENDED,
        most_bytes: int = MOST_BYTES,
        start: Callable[[Asked], JobProcess] = JobProcess,
    ) -> None:
        self._most_running, self._most_waiting = most_running, most_waiting
        self._most_ended, self._most_bytes = most_ended, most_bytes
        self._start = start
        self._lock = threading.Lock()
        self._lanes: ThreadPoolExecutor | None = None
        self._folder: Path | None = None
        self._going: dict[str, Job] = {}
        self._ended: OrderedDict[str, tuple[Job, int]] = OrderedDict()
        self._processes: dict[str, int] = {}

    @staticmethod
    def new_name() -> str:
        """A name that nobody guesses."""
        return str(uuid.uuid4())

    def submit(self, rulebook: str, prepared: Prepared) -> tuple[Job, Seen]:
        """Hand in a sweep: its job, and what it was then. Raises TooManyJobsError, OSError for the disk."""
        name = self.new_name()
        with self._lock:
            if len(self._going) >= self._most_running + self._most_waiting:
                raise TooManyJobsError("too many jobs are waiting")
            if self._lanes is None:
                self._folder = Path(tempfile.mkdtemp(prefix="chitieu-jobs-"))
                self._lanes = ThreadPoolExecutor(self._most_running, thread_name_prefix="chitieu job")
            assert self._folder is not None
            journal = self._folder / name
            job = Job(name, rulebook, prepared.count, prepared.columns, journal)
            self._going[name] = job
            seen = job.seen()
            asked = replace(prepared.asked, journal=journal, workers=_processes())
            self._lanes.submit(self._run, job, asked)
        return job, seen

    def find(self, name: str) -> Job:
        """A job. Raises RuleError (unknown_job)."""
        with self._lock:
            if name in self._going:
                return self._going[name]
            if name in self._ended:
                return self._ended[name][0]
        raise RuleError([Issue(Code.UNKNOWN_JOB, say("unknown_job", what=cut(name)))])

    def cancel(self, job: Job) -> None:
        """End a job; returns when none of its processes is left. A job that is cancelled already stays so.

        Raises EndedError where it was done or had failed before.
        """
        if job.end_in_queue():
            self._has_ended(job)
            return
        job.ending.set()
        job.over.wait()
        if job.seen().state != "cancelled":
            raise EndedError

    def stop(self) -> None:
        """End all jobs and forget them."""
        with self._lock:
            lanes, self._lanes = self._lanes, None
            folder, self._folder = self._folder, None
            going = list(self._going.values())
        for job in going:
            if not job.end_in_queue():
                job.ending.set()
        if lanes is not None:
            lanes.shutdown()
        with self._lock:
            self._going.clear()
            self._ended.clear()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def pids(self) -> dict[str, int]:
        """The processes of the jobs that run, by the jobs' names; each leads a group of that number."""
        with self._lock:
            return dict(self._processes)

    def _run(self, job: Job, asked: Asked) -> None:
        """A lane's work: one job from its beginning to its end."""
        if not job.begin():
            return
        try:
            self._follow(job, asked)
        except Exception:
            logger.exception("a job was lost")
        finally:
            if not job.over.is_set():
                job.end("failed", FAULT)
            self._has_ended(job)

    def _follow(self, job: Job, asked: Asked) -> None:
        try:
            process = self._start(asked)
        except OSError:
            job.end("failed", NOT_STARTED)
            return
        if process.pid is not None:
            with self._lock:
                self._processes[job.name] = process.pid
        told, stuck = None, True
        try:
            told, stuck = _listen(job, process)
        finally:
            code = process.finish(0 if stuck else SECONDS_TO_STOP)
            with self._lock:
                self._processes.pop(job.name, None)
        _conclude(job, told, code)

    def _has_ended(self, job: Job) -> None:
        """Keep it among those that have ended; the oldest make room."""
        size = job.journal.stat().st_size if job.journal.exists() else 0
        dropped = []
        with self._lock:
            if self._going.pop(job.name, None) is None:
                return
            self._ended[job.name] = job, size
            while len(self._ended) > 1 and (
                len(self._ended) > self._most_ended
                or sum(size for _, size in self._ended.values()) > self._most_bytes
            ):
                dropped.append(self._ended.popitem(last=False)[1][0])
        for old in dropped:
            old.journal.unlink(missing_ok=True)


def _listen(job: Job, process: JobProcess) -> tuple[Told | None, bool]:
    """What a process says last, None if it left without a word; and whether it was asked to end and is still
    there.
    """
    until = None
    while until is None or time.monotonic() < until:
        if until is None and job.ending.is_set():
            process.ask_to_end()
            until = time.monotonic() + SECONDS_TO_STOP
        try:
            told = process.told(SECONDS_BETWEEN_LOOKS)
        except EOFError:
            return None, False
        match told:
            case None:
                continue
            case ("progress", done, total):
                job.tell(done, total)
            case _:
                return told, False
    return None, True


def _conclude(job: Job, told: Told | None, code: int | None) -> None:
    """How a job has ended, from what its process said last."""
    match told:
        case ("done", texts):
            job.end("done", result={lang: json.loads(text) for lang, text in texts.items()})
        case ("issues", issues):
            job.end("failed", issues[0].message, tuple(issues))
        case ("memory",):
            job.end("failed", TOO_MUCH_MEMORY)
        case ("disk", why):
            job.end("failed", _filled(DISK, why=why))
        case ("fault", text):
            logger.error("a job failed:\n%s", text)
            job.end("failed", FAULT)
        case None if job.ending.is_set():
            job.end("cancelled")
        case _:
            job.end("failed", _filled(DIED, code=code))


def _filled(message: Message, **values: object) -> Message:
    return Message(message.vi.format(**values), message.en.format(**values))


def _processes() -> int:
    """How many processes a job takes: one for each processor of this process, up to MOST_PROCESSES."""
    if hasattr(os, "sched_getaffinity"):
        return min(MOST_PROCESSES, len(os.sched_getaffinity(0)))
    return min(MOST_PROCESSES, os.cpu_count() or 1)
