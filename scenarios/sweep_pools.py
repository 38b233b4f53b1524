"""Where a sweep's chunks are solved: here, in processes of this machine, or on a Dask cluster.

Each takes jobs through concurrent.futures. A process that is killed fails the chunks that were being solved:
they are tried once more, one plan at a time, and a plan that ends its process twice on its own has failed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Protocol

from engine.errors import Code, Issue, RuleError
from engine.words import say
from scenarios.sweep_chunks import Answer, Chunk, Job, Part, failed_rows, forget, solve_chunk
from scenarios.workers import uninterrupted

ATTEMPTS = 2
"""Of a plan alone, before it has failed."""
SECONDS_TO_ANSWER = 10.0
"""That a cluster has."""
AHEAD = 2
"""Chunks for each worker of a cluster: the next one is there when it is done with one."""


class Pool(Protocol):
    """Solves chunks."""

    @property
    def slots(self) -> int:
        """How many chunks are handed over at a time."""

    def submit(self, job: Job, chunk: Chunk) -> Future[Answer]:
        """Begin to solve a chunk."""

    def restart(self) -> None:
        """Be sound again after a process was lost."""

    def stop(self) -> None:
        """End at once, whatever is being solved."""


class Here:
    """This process, one chunk after the other."""

    slots = 1

    def submit(self, job: Job, chunk: Chunk) -> Future[Answer]:
        """Solve a chunk before returning."""
        future: Future[Answer] = Future()
        future.set_result(solve_chunk(job, chunk))
        return future

    def restart(self) -> None:
        """Nothing is ever lost."""

    def stop(self) -> None:
        """Let go of the rulebook."""
        forget()


class Processes:
    """Processes of this machine, started anew without what this one holds."""

    def __init__(self, count: int) -> None:
        self.slots = count
        self._open()

    def _open(self) -> None:
        context = multiprocessing.get_context("spawn")
        theirs, self._end = context.Pipe(duplex=False)
        self._executor: Executor = ProcessPoolExecutor(self.slots, context, _begin, (theirs,))
        self._theirs = theirs

    def submit(self, job: Job, chunk: Chunk) -> Future[Answer]:
        """Begin to solve a chunk."""
        with uninterrupted():
            return self._executor.submit(solve_chunk, job, chunk)

    def restart(self) -> None:
        """All processes anew."""
        self.stop()
        self._open()

    def stop(self) -> None:
        """Processes end when nobody holds the other end of their pipe."""
        self._end.close()
        self._executor.shutdown(cancel_futures=True)
        self._theirs.close()


def _begin(end: Connection) -> None:
    """A process' first act: Ctrl-C is for the parent, which then ends its processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_at, args=(end,), daemon=True).start()


def _leave_at(end: Connection) -> None:
    with suppress(EOFError, OSError):
        end.recv_bytes()
    os._exit(1)


class Cluster:
    """The workers of a Dask cluster. Raises RuleError (bad_setting) where there is none, or no dask."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise RuleError([Issue(Code.BAD_SETTING, say("sweep.no_cluster"))]) from None
        try:
            connect: Any = Client
            self._client: Any = connect(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
        except (OSError, TimeoutError, ValueError):
            raise RuleError([Issue(Code.BAD_SETTING, say("sweep.cluster_away", what=address))]) from None
        self._executor = self._client.get_executor(pure=False, retries=0)

    @property
    def slots(self) -> int:
        """How many chunks are handed over at a time; workers may come and go."""
        return AHEAD * max(1, int(sum(self._client.nthreads().values())))

    def submit(self, job: Job, chunk: Chunk) -> Future[Answer]:
        """Begin to solve a chunk."""
        future: Future[Answer] = self._executor.submit(solve_chunk, job, chunk)
        return future

    def restart(self) -> None:
        """The cluster replaces its workers itself."""

    def stop(self) -> None:
        """What is being solved is no longer waited for."""
        self._executor.shutdown(wait=False)
        self._client.close()


def solve_all(job: Job, todo: list[Chunk], pool: Pool) -> Generator[tuple[Chunk, Answer]]:
    """Each chunk with its answer, as they come; the pool is stopped at the end, also when left early."""
    waiting = todo[::-1]
    running: dict[Future[Answer], Chunk] = {}
    try:
        while waiting or running:
            _fill(job, waiting, running, pool)
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            if any(future.exception() for future in done):
                done, _ = wait(running)  # which of them ended the process isn't known
            suspects = []
            for future in done:
                chunk = running.pop(future)
                if future.exception() is None:
                    yield chunk, future.result()
                else:
                    suspects.append(chunk)
            if suspects:
                pool.restart()
            for chunk in suspects:
                yield chunk, _one_by_one(job, chunk, pool)
    finally:
        pool.stop()


def _fill(job: Job, waiting: list[Chunk], running: dict[Future[Answer], Chunk], pool: Pool) -> None:
    """Hand chunks over until the pool has enough, at least one."""
    while waiting and len(running) < pool.slots:
        try:
            running[pool.submit(job, waiting[-1])] = waiting[-1]
        except BrokenExecutor:  # a process was lost since
            if running:
                return
            pool.restart()
        else:
            waiting.pop()


def _one_by_one(job: Job, chunk: Chunk, pool: Pool) -> Answer:
    """A chunk's answer with each of its plans solved alone."""
    found = Answer()
    for part in chunk:
        answer = _alone(job, part, pool)
        if answer.issues:
            return answer
        found.rows.extend(answer.rows)
    return found


def _alone(job: Job, part: Part, pool: Pool) -> Answer:
    why = ""
    for _ in range(ATTEMPTS):
        future = pool.submit(job, (part,))
        lost = future.exception()
        if lost is None:
            return future.result()
        why = type(lost).__name__
        pool.restart()
    return Answer(failed_rows(job, part, say("sweep.worker_died", times=ATTEMPTS, why=why)))
