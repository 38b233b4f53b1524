"""Solves in warm worker processes: a solver in this process's own threads could hang or stop it.

Each worker has one thread here that hands it jobs and waits for it. A worker that dies, takes too long or
too much memory fails only the job it has; the next job finds a new one in its place.

    WorkerError(Exception)     a sound request that got no answer
      WorkerDiedError          killed, crashed
      StoppedError             stopped by who asked
      TooSlowError             stopped at its time limit
      TooMuchMemoryError       stopped at its memory limit
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
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from engine.errors import RuleError
from scenarios import memory

__all__ = [
    "StoppedError",
    "Task",
    "TooBusyError",
    "TooMuchMemoryError",
    "TooSlowError",
    "WorkerDiedError",
    "WorkerError",
    "Workers",
    "uninterrupted",
]

MOST_WORKERS = 4
MOST_WAITING = 100
MOST_SECONDS = 600.0
"""What a job may take where it says nothing."""
MOST_MEMORY = 4 * 2**30
"""Bytes that a worker may hold where nothing is said."""

SECONDS_TO_LEAVE = 2.0
SECONDS_BETWEEN_LOOKS = 0.05
"""At a busy worker's memory."""

T = TypeVar("T")
_SPAWN = multiprocessing.get_context("spawn")


class WorkerError(Exception):
    """A job got no answer, though nothing is wrong with what was asked."""


class WorkerDiedError(WorkerError):
    """The worker ended before it answered."""


class StoppedError(WorkerError):
    """Who asked for the job stopped it."""


class TooSlowError(WorkerError):
    """The job went past its time and was stopped."""


class TooMuchMemoryError(WorkerError):
    """The job wanted more memory than a worker may have."""


class TooBusyError(WorkerError):
    """Too many jobs are waiting already."""


class _Worker:
    """A process and the pipe to it."""

    def __init__(self, warm: Callable[[], None] | None, most_memory: int | None) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(
            target=_work, args=(theirs, warm, most_memory), name="chitieu worker", daemon=True
        )
        with uninterrupted():
            self.process.start()
        theirs.close()
        self.most_memory = most_memory
        self.busy = False

    def ask(self, task: Task[T]) -> T:
        try:
            self.pipe.send((task.job, task.arguments))
            self._wait(task.seconds)
            kind, found = self.pipe.recv()
        except (EOFError, OSError):
            raise WorkerDiedError("the worker ended") from None
        match kind:
            case "issues":
                raise RuleError(found)
            case "memory":
                raise TooMuchMemoryError("the job ran out of memory")
            case "fault":
                raise RuntimeError(f"a worker failed:\n{found}")
        answer: T = found
        return answer

    def _wait(self, seconds: float) -> None:
        """Till there is an answer."""
        until = time.monotonic() + seconds
        pause = seconds if self.most_memory is None else SECONDS_BETWEEN_LOOKS
        while not self.pipe.poll(max(0.0, min(pause, until - time.monotonic()))):
            if time.monotonic() >= until:
                raise TooSlowError(f"stopped after {seconds:g} s")
            if self.most_memory is not None and memory.held(self.process.pid) > self.most_memory:
                raise TooMuchMemoryError(f"stopped at {self.most_memory:,} bytes")

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


class Task(Generic[T]):
    """A job that was handed in: wait for its answer, or stop it. Any thread may do either."""

    def __init__(self, job: Callable[..., T], arguments: tuple[object, ...], seconds: float) -> None:
        self.job, self.arguments, self.seconds = job, arguments, seconds
        self.stopped = False
        self.future: Future[T] = Future()  # the one of its lane, once it has one
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def answer(self) -> T:
        """The job's answer, waited for. Raises as ``Workers.ask``."""
        try:
            return self.future.result()
        except CancelledError:
            raise self.why_cancelled() from None

    def stop(self) -> None:
        """Stop the job at once, wherever it is; ``answer`` then raises StoppedError if none was there."""
        with self._lock:
            self.stopped = True
            if self._worker is not None:
                self._worker.process.kill()
        self.future.cancel()

    def why_cancelled(self) -> WorkerError:
        """Of a task that never came to a worker."""
        return StoppedError("stopped") if self.stopped else WorkerDiedError("the workers were stopped")

    def begin(self, worker: _Worker) -> None:
        """From now on ``stop`` kills this worker."""
        with self._lock:
            if self.stopped:
                raise StoppedError("stopped")
            self._worker = worker

    def end(self) -> None:
        """The worker is no longer the task's."""
        with self._lock:
            self._worker = None


class Workers:
    """A fixed number of workers, started by ``start`` or by the first job, ended by ``stop`` or ``with``.

    ``warm`` runs in each worker before its first job. ``most_memory``: bytes that a worker may hold, None for
    any; watched on Linux, and where the system can (RLIMIT_AS) a job can't ask for more than that at once.
    """

    def __init__(
        self,
        count: int | None = None,
        warm: Callable[[], None] | None = None,
        most_waiting: int = MOST_WAITING,
        most_memory: int | None = MOST_MEMORY,
    ) -> None:
        self.count = count or min(MOST_WORKERS, os.cpu_count() or 1)
        self._warm = warm
        self._most_waiting = most_waiting
        self._most_memory = most_memory
        self._lock = threading.Lock()
        self._lanes: ThreadPoolExecutor | None = None
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        self._living: set[_Worker] = set()
        self._unfinished = 0

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start all workers; returns before they are warm."""
        idle = self._open()[1]
        for _ in range(idle.qsize()):
            idle.put(self._sound(idle.get()))

    def submit(self, job: Callable[..., T], *arguments: object, seconds: float = MOST_SECONDS) -> Task[T]:
        """Hand in a job without waiting for it; a worker that takes it is stopped after ``seconds``.

        ``job`` is a function of a module, and it, its arguments and its answer can be pickled.
        Raises TooBusyError.
        """
        task = Task(job, arguments, seconds)
        lanes, idle = self._open()
        with self._lock:
            if self._unfinished >= self.count + self._most_waiting:
                raise TooBusyError("too many jobs are waiting")
            self._unfinished += 1
        try:
            task.future = lanes.submit(self._serve, idle, task)
        except RuntimeError:  # stopped in between
            self._finished(None)
            raise WorkerDiedError("the workers were stopped") from None
        task.future.add_done_callback(self._finished)
        return task

    def ask(self, job: Callable[..., T], *arguments: object, seconds: float = MOST_SECONDS) -> T:
        """A job's answer, waited for; the job is stopped if the waiting is (Ctrl-C).

        Raises what RuleError the job raises, WorkerError, and RuntimeError for any other fault of the job.
        """
        task = self.submit(job, *arguments, seconds=seconds)
        try:
            return task.answer()
        except BaseException:
            task.stop()
            raise

    async def run(self, job: Callable[..., T], *arguments: object, seconds: float = MOST_SECONDS) -> T:
        """A job's answer, awaited; the job is stopped if the awaiting is cancelled. Raises as ``ask``."""
        task = self.submit(job, *arguments, seconds=seconds)
        try:
            return await asyncio.wrap_future(task.future)
        except asyncio.CancelledError:
            if task.future.cancelled() and not _cancelling():
                raise task.why_cancelled() from None
            task.stop()
            raise

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

    def _finished(self, _: object) -> None:
        with self._lock:
            self._unfinished -= 1

    def _open(self) -> tuple[ThreadPoolExecutor, queue.SimpleQueue[_Worker | None]]:
        with self._lock:
            if self._lanes is None:
                self._lanes = ThreadPoolExecutor(self.count, thread_name_prefix="chitieu lane")
                self._idle = queue.SimpleQueue()
                for _ in range(self.count):
                    self._idle.put(None)
            return self._lanes, self._idle

    def _serve(self, idle: queue.SimpleQueue[_Worker | None], task: Task[T]) -> T:
        waiting = idle.get()  # as many as there are lanes: it never waits
        worker = None
        try:
            worker = self._sound(waiting, busy=True)
            task.begin(worker)
            return worker.ask(task)
        except WorkerError:
            if worker is not None:
                task.end()
                self._end(worker)
                worker = None
            if task.stopped:
                raise StoppedError("stopped") from None
            raise
        finally:
            task.end()
            if worker is not None and task.stopped:  # it may be dying
                self._end(worker)
                worker = None
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
                    worker = _Worker(self._warm, self._most_memory)
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


def _cancelling() -> bool:
    """Whether the awaiting itself was cancelled, not only what it awaits."""
    current = asyncio.current_task()
    return current is not None and current.cancelling() > 0


@contextmanager
def uninterrupted() -> Iterator[None]:
    """What is started here never hears Ctrl-C, which is for this process alone; it ends its workers."""
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


def _work(pipe: Connection, warm: Callable[[], None] | None, most_memory: int | None) -> None:
    """The life of a worker: jobs one after another until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it couldn't be held back
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if warm is not None:
        warm()
    try:
        while True:
            job, arguments = pipe.recv()
            outcome = _outcome(job, arguments, most_memory)
            try:
                pipe.send(outcome)
            except (OSError, MemoryError):
                raise
            except Exception:  # noqa: BLE001  an answer that can't be pickled
                pipe.send(("fault", traceback.format_exc()))
    except (EOFError, OSError):
        return


def _outcome(job: Callable[..., Any], arguments: tuple[Any, ...], most_memory: int | None) -> tuple[str, Any]:
    try:
        with memory.wall(most_memory):
            return "answer", job(*arguments)
    except RuleError as error:
        return "issues", error.issues
    except MemoryError:
        return "memory", None
    except Exception:  # noqa: BLE001  the parent tells it as a fault of ours, with this text in its log
        return "fault", traceback.format_exc()


def _end_with_parent() -> None:
    """A parent that is killed can't end its workers, and a busy one would go on for minutes."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
