"""Solves in warm worker processes: a solver in the server's own threads could hang or stop it.

Each worker has one thread of the server that hands it jobs and waits for it. A worker that dies or takes
too long fails only the job it has; the next job finds a new one in its place.

    WorkerError(Exception)     a sound request that got no answer
      WorkerDiedError          killed, out of memory, crashed
      TooSlowError             stopped at its time limit
      TooBusyError             too many are waiting
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from engine.errors import RuleError

__all__ = ["TooBusyError", "TooSlowError", "WorkerDiedError", "WorkerError", "Workers"]

MOST_WORKERS = 4
MOST_WAITING = 100
MOST_SECONDS = 600.0
"""What a job may take where it says nothing."""

SECONDS_TO_LEAVE = 2.0

T = TypeVar("T")
_SPAWN = multiprocessing.get_context("spawn")


class WorkerError(Exception):
    """A job got no answer, though nothing is wrong with what was asked."""


class WorkerDiedError(WorkerError):
    """The worker ended before it answered."""


class TooSlowError(WorkerError):
    """The job went past its time and was stopped."""


class TooBusyError(WorkerError):
    """Too many jobs are waiting already."""


class _Worker:
    """A process and the pipe to it."""

    def __init__(self, warm: Callable[[], None] | None) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_work, args=(theirs, warm), name="chitieu worker", daemon=True)
        with _uninterrupted():
            self.process.start()
        theirs.close()
        self.busy = False

    def ask(self, job: Callable[..., T], arguments: tuple[object, ...], seconds: float) -> T:
        try:
            self.pipe.send((job, arguments))
            if not self.pipe.poll(seconds):
                raise TooSlowError(f"stopped after {seconds:g} s")
            kind, found = self.pipe.recv()
        except (EOFError, OSError):
            raise WorkerDiedError("the worker ended") from None
        if kind == "issues":
            raise RuleError(found)
        if kind == "fault":
            raise RuntimeError(f"a worker failed:\n{found}")
        answer: T = found
        return answer

    def end(self) -> None:
        """Tell an idle one to go, so that it cleans up after itself; kill a busy one."""
        if self.busy:
            self.process.kill()
        self.process.terminate()
        self.pipe.close()
        self.process.join(SECONDS_TO_LEAVE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


class Workers:
    """A fixed number of workers, started by ``start`` or by the first job, ended by ``stop``.

    ``warm`` runs in each worker before its first job.
    """

    def __init__(
        self,
        count: int | None = None,
        warm: Callable[[], None] | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.count = count or min(MOST_WORKERS, os.cpu_count() or 1)
        self._warm = warm
        self._most_waiting = most_waiting
        self._lock = threading.Lock()
        self._lanes: ThreadPoolExecutor | None = None
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        self._living: set[_Worker] = set()
        self._unfinished = 0

    def start(self) -> None:
        """Start all workers; returns before they are warm."""
        idle = self._open()[1]
        for _ in range(idle.qsize()):
            idle.put(self._sound(idle.get()))

    async def run(self, job: Callable[..., T], *arguments: object, seconds: float = MOST_SECONDS) -> T:
        """A job's answer from a worker that is stopped after ``seconds``.

        ``job`` is a function of a module, and it, its arguments and its answer can be pickled.
        Raises what RuleError the job raises, WorkerError, and RuntimeError for any other fault of the job.
        """
        if self._unfinished >= self.count + self._most_waiting:
            raise TooBusyError("too many jobs are waiting")
        lanes, idle = self._open()
        self._unfinished += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                lanes, self._ask, idle, job, arguments, seconds
            )
        finally:
            self._unfinished -= 1

    def stop(self) -> None:
        """End all workers, busy ones too. Their jobs raise WorkerDiedError."""
        with self._lock:
            lanes, self._lanes = self._lanes, None
            leaving, self._living = self._living, set()
            for worker in leaving:
                if worker.busy:
                    worker.process.kill()
                worker.process.terminate()  # all at once; then wait for each
        if lanes is not None:
            lanes.shutdown(cancel_futures=True)
        for worker in leaving:
            worker.end()

    @property
    def pids(self) -> list[int]:
        """The processes of the living workers."""
        with self._lock:
            return [pid for worker in self._living if (pid := worker.process.pid) is not None]

    def _open(self) -> tuple[ThreadPoolExecutor, queue.SimpleQueue[_Worker | None]]:
        with self._lock:
            if self._lanes is None:
                self._lanes = ThreadPoolExecutor(self.count, thread_name_prefix="chitieu lane")
                self._idle = queue.SimpleQueue()
                for _ in range(self.count):
                    self._idle.put(None)
            return self._lanes, self._idle

    def _ask(
        self,
        idle: queue.SimpleQueue[_Worker | None],
        job: Callable[..., T],
        arguments: tuple[object, ...],
        seconds: float,
    ) -> T:
        waiting = idle.get()  # as many as there are lanes: it never waits
        worker = None
        try:
            worker = self._sound(waiting, busy=True)
            return worker.ask(job, arguments, seconds)
        except WorkerError:
            if worker is not None:
                self._end(worker)
                worker = None
            raise
        finally:
            if worker is not None:
                worker.busy = False
            idle.put(worker)

    def _sound(self, worker: _Worker | None, busy: bool = False) -> _Worker:
        """The worker if it lives, else a new one."""
        with self._lock:
            if self._lanes is None:
                raise WorkerDiedError("the workers were stopped")
            if worker is None or not worker.process.is_alive():
                if worker is not None:
                    self._living.discard(worker)
                    worker.end()
                try:
                    worker = _Worker(self._warm)
                except OSError:
                    raise WorkerDiedError("no worker could be started") from None
                self._living.add(worker)
            worker.busy = busy
            return worker

    def _end(self, worker: _Worker) -> None:
        with self._lock:
            if worker in self._living:
                self._living.remove(worker)
                worker.end()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """What is started here never hears Ctrl-C, which is for the server alone; it ends its workers."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # here: starting it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, warm: Callable[[], None] | None) -> None:
    """The life of a worker: jobs one after another until the server closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it couldn't be held back
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if warm is not None:
        warm()
    try:
        while True:
            job, arguments = pipe.recv()
            pipe.send(_outcome(job, arguments))
    except (EOFError, OSError):
        return


def _outcome(job: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "answer", job(*arguments)
    except RuleError as error:
        return "issues", error.issues
    except Exception:  # noqa: BLE001  the server tells it as a fault of ours, with this text in its log
        return "fault", traceback.format_exc()


def _end_with_parent() -> None:
    """A server that is killed can't end its workers, and a busy one would go on for minutes."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
