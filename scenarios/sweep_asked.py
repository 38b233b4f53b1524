"""What a sweep is asked to do: apart from what solves it, so that a service hands it on without a solver."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.overlay import NOTHING, Overlay

if TYPE_CHECKING:
    from engine.numbers import Lang
    from scenarios.sweep_spec import Spec


@dataclass(frozen=True, slots=True)
class Asked:
    """What is swept and how. ``units``: every unit's quota in the results too; ``workers``: processes, None
    for one a core; ``cluster``: a Dask scheduler's address in their place; ``time_limit``: seconds a plan;
    ``journal``: where rows are kept as they come, for who reads them meanwhile; it then stays.
    """

    rulebook: str
    spec: Spec
    rules: Path | None = None
    overlay: Overlay = NOTHING
    output: Path | None = None
    units: bool = False
    workers: int | None = None
    cluster: str | None = None
    resume: bool = False
    time_limit: float | None = None
    lang: Lang = "vi"
    journal: Path | None = None
