"""Many scenarios of one rulebook: a grid, one input at a time, or draws (§12)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.base import Base
from engine.errors import Code, Issue, RuleError
from engine.words import say
from scenarios.sweep_asked import Asked
from scenarios.sweep_bind import Bound, bind
from scenarios.sweep_chunks import Chunk, Job, chunks, digest_of, digest_of_all, numbers_of
from scenarios.sweep_pools import Cluster, Here, Pool, Processes, solve_all
from scenarios.sweep_results import Journal, check_target, journal_of, write
from scenarios.sweep_rows import columns
from scenarios.sweep_summary import Summary, summarize

Progress = Callable[[int, int], None]
"""Told how many scenarios are done and how many there are."""


class StoppedError(Exception):
    """A sweep that was interrupted; ``done`` of ``count`` scenarios are kept if ``kept``."""

    def __init__(self, done: int, count: int, *, kept: bool) -> None:
        super().__init__(f"{done} of {count}")
        self.done, self.count, self.kept = done, count, kept


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep's answer."""

    bound: Bound
    summary: Summary
    output: Path | None


def sweep(asked: Asked, progress: Progress | None = None, pool: Callable[[], Pool] | None = None) -> Sweep:
    """Run a sweep. ``pool``: makes what solves it, in place of ``workers`` and ``cluster``.

    Raises RuleError with every issue, StoppedError at Ctrl-C, OSError with its name for a file that can't be
    written.
    """
    if asked.cluster is not None and asked.workers is not None:
        raise RuleError([Issue(Code.BAD_SETTING, say("sweep.cluster_workers"))])
    if asked.output is not None:
        check_target(asked.output)
    base = Base.of(asked.rulebook, asked.rules)
    bound = bind(asked.spec, base, asked.overlay)
    job = _job(asked, base, bound)
    with _journal(asked, bound, job) as journal:
        done = _solve(asked, bound, job, journal, progress, pool)
        told = columns(bound, units=asked.units)
        if asked.output is not None:
            write(asked.output, told, journal.rows(), asked.lang)
        if not done:
            raise StoppedError(journal.done, bound.spec.count, kept=asked.output is not None)
        summary = summarize(bound.spec, told, journal.rows(), bound.spec.count)
    return Sweep(bound, summary, asked.output)


def _job(asked: Asked, base: Base, bound: Bound) -> Job:
    files = digest_of(base)
    overlay = asked.overlay.with_allocation(bound.spec.allocation)
    return Job(
        digest_of_all(files, bound.spec, overlay, asked.units, asked.time_limit),
        files,
        asked.rulebook,
        asked.rules,
        overlay,
        bound.spec,
        bound.was,
        tuple(bound.problem.allocation.quotas),
        bound.problem.unit_ids if asked.units else (),
        asked.time_limit,
    )


@contextmanager
def _journal(asked: Asked, bound: Bound, job: Job) -> Iterator[Journal]:
    """The rows so far: beside the results, or for this run alone."""
    with tempfile.TemporaryDirectory() as folder:
        target = asked.output if asked.output is not None else Path(folder) / "rows"
        journal = Journal(asked.journal or journal_of(target), bound.spec.count, job.digest)
        if asked.resume:
            journal.go_on()
        else:
            journal.begin()
        try:
            yield journal
        except BaseException:
            journal.close(keep=asked.output is not None or asked.journal is not None)
            raise
        journal.close(keep=asked.journal is not None)


def _solve(
    asked: Asked,
    bound: Bound,
    job: Job,
    journal: Journal,
    progress: Progress | None,
    pool: Callable[[], Pool] | None,
) -> bool:
    """Solve what isn't there yet. Whether all is there now: Ctrl-C ends it earlier."""
    spec, problem = bound.spec, bound.problem
    todo = chunks(spec, len(problem.quotas) * len(problem.units), lambda number: not journal.has(number))
    tell = progress or (lambda done, count: None)
    tell(journal.done, spec.count)
    if not todo:
        return True
    make = pool or (lambda: _pool(asked, todo))
    answers = solve_all(job, todo, make())
    try:
        for _, answer in answers:
            if answer.issues:
                raise RuleError(answer.issues)
            journal.add(answer.rows)
            tell(journal.done, spec.count)
    except KeyboardInterrupt:
        return False
    finally:
        answers.close()
    return True


def _pool(asked: Asked, todo: list[Chunk]) -> Pool:
    if asked.cluster is not None:
        return Cluster(asked.cluster)
    count = min(asked.workers or _cores(), len(todo))
    if count == 1 or (asked.workers is None and sum(map(numbers_of, todo)) == 1):
        return Here()
    return Processes(count)


def _cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
