"""A sweep cut into chunks, each solved in one go by one process, whichever that is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.base import Base
from engine.errors import Code, Issue, RuleError
from engine.overlay import Overlay
from engine.words import Message, say
from scenarios.sweep_draws import Settings, settings
from scenarios.sweep_rows import Row, Rows
from scenarios.sweep_solve import Plans
from scenarios.sweep_spec import Spec

PLANS, ROWS = 25, 500
"""The most that a chunk has: different settings, and scenarios."""
FEWEST = 8
"""Chunks that a sweep is cut into where it has as many plans, so that several processes have work."""
PROCESSES = 2
"""Chunks of a size at the beginning, before they grow."""
CELLS = 60_000
"""Quotas × units that a chunk's problems have in all, roughly: they are held in memory together."""


@dataclass(frozen=True, slots=True)
class Part:
    """Scenarios that set the same, and so have the same plan."""

    settings: Settings
    numbers: tuple[int, ...]


Chunk = tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Job:
    """All that a process needs to know of a sweep. ``digest``: of everything that its rows depend on;
    ``files``: of the rulebook's files alone.
    """

    digest: str
    files: str
    rulebook: str
    rules: Path | None
    overlay: Overlay
    spec: Spec
    was: tuple[Any, ...]
    quotas: tuple[str, ...]
    units: tuple[str, ...]
    time_limit: float | None = None

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and other.digest == self.digest


@dataclass(frozen=True, slots=True)
class Answer:
    """What a chunk came to: rows, or the issues for which none of the sweep can be solved."""

    rows: list[Row] = field(default_factory=list)
    issues: tuple[Issue, ...] = ()


def chunks(spec: Spec, size: int, wanted: Callable[[int], bool]) -> list[Chunk]:
    """The scenarios that are wanted, those that set the same together, neighbours alike; the same chunks
    however many processes there are. ``size``: quotas × units. The first have one plan, then twice as many
    each, so that rows are there soon.
    """
    alike: dict[Settings, list[int]] = {}
    for number in range(1, spec.count + 1):
        alike.setdefault(settings(spec, number), []).append(number)
    ordered = sorted(alike.items(), key=lambda item: item[0].order())
    most = max(1, min(PLANS, CELLS // max(size, 1), -(-len(ordered) // FEWEST)))
    found: list[Chunk] = []
    chunk: list[Part] = []
    rows = 0
    for set_, numbers in ordered:
        for first in range(0, len(numbers), ROWS):
            part = Part(set_, tuple(numbers[first : first + ROWS]))
            room = min(most, 2 ** (len(found) // PROCESSES))
            if chunk and (len(chunk) == room or rows + len(part.numbers) > ROWS):
                found.append(tuple(chunk))
                chunk, rows = [], 0
            chunk.append(part)
            rows += len(part.numbers)
    if chunk:
        found.append(tuple(chunk))
    return [chunk for chunk in found if any(wanted(number) for part in chunk for number in part.numbers)]


def digest_of(base: Base) -> str:
    """What the rulebook's files hold, in short."""
    found = hashlib.sha256()
    for file in base.files():
        data = file.read_bytes()
        found.update(f"{file.name} {len(data)}\n".encode() + data)
    return found.hexdigest()


def digest_of_all(files: str, spec: Spec, overlay: Overlay, *others: object) -> str:
    """All that the rows depend on, in short."""
    from importlib.metadata import version

    laid = [layer.document.data for layer in overlay.layers]
    what = [
        version("chitieu"),
        files,
        spec.data,
        spec.seed,
        overlay.scenario,
        overlay.allocation,
        laid,
        others,
    ]
    return hashlib.sha256(json.dumps(what, default=str).encode()).hexdigest()


def solve_chunk(job: Job, chunk: Chunk) -> Answer:
    """Solve a chunk. Any fault of a scenario stands in its row."""
    try:
        plans = _plans(job)
    except RuleError as error:
        return Answer(issues=error.issues)
    rows = Rows(job.spec, job.was, job.quotas, job.units)
    solutions = plans.solve([part.settings for part in chunk])
    return Answer(
        [
            rows.row(number, part.settings, solution)
            for part, solution in zip(chunk, solutions, strict=True)
            for number in part.numbers
        ]
    )


def failed_rows(job: Job, part: Part, cause: Message) -> list[Row]:
    """The rows of scenarios that no process could solve."""
    rows = Rows(job.spec, job.was, job.quotas, job.units)
    return [rows.failed(number, part.settings, cause) for number in part.numbers]


@lru_cache(maxsize=1)
def _plans(job: Job) -> Plans:
    """The rulebook's files as the sweep began with, read once a process."""
    base = Base.of(job.rulebook, job.rules)
    if digest_of(base) != job.files:
        raise RuleError([Issue(Code.BAD_SETTING, say("sweep.files_differ"))])
    return Plans(base, job.overlay, job.spec, job.time_limit)


def forget() -> None:
    """Let go of what a sweep in this process held."""
    _plans.cache_clear()


def numbers_of(chunk: Sequence[Part]) -> int:
    """How many scenarios a chunk has."""
    return sum(len(part.numbers) for part in chunk)
