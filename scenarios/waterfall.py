"""Why a quota is what it is (§14): fair share → holds → bounds → rules → whole numbers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scenarios.cells import of_quotas
from scenarios.parts import tied_columns
from scenarios.relaxation import fairest

if TYPE_CHECKING:
    from scenarios.cells import CellProblem


Floats = NDArray[np.float64]
DECIMALS = 6
STEPS = ("fair_share", "holds", "bounds", "rules", "whole_numbers")
STAYING_STEPS = (*STEPS[:-1], "stay", STEPS[-1])
"""Those of a plan that stays close to an issued one."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step adds to a quota; all steps add up to it exactly."""

    step: str
    change: Decimal


def waterfalls(
    cells: CellProblem,
    bounds_only: CellProblem,
    before: Floats,
    q: NDArray[np.int64],
    staying: CellProblem | None = None,
) -> list[list[tuple[Step, ...]]]:
    """The five steps of each quota and unit, [quota][unit]; six where a plan stays close to an issued one.

    ``cells``: the whole problem, ``bounds_only``: the same without nests and rules, ``before``: float64
    [K, U], the fair shares as if none were held, ``q``: int64 [K, U], the plan. The third and fourth step are
    the changes of the continuous ``proportional`` optimum; the last one holds the rest, so that the sum is
    the quota. ``staying``: the problem with fair shares drawn towards the issued plan, and its limits; what
    that changes is the step before the last. No steps where an optimum in real numbers wasn't found.
    """
    held = np.where(cells.held, cells.lower, cells.fair)
    bounded = _found(bounds_only)
    ruled = bounded if cells.matrix.shape[0] == 0 else _found(cells)
    levels = [np.zeros(held.shape), before, held, bounded, ruled]
    names: tuple[str, ...] = STEPS
    if staying is not None:
        levels.append(_found(staying))
        names = STAYING_STEPS
    return [
        [_steps(names, [level[k, u] for level in levels], int(q[k, u])) for u in range(held.shape[1])]
        for k in range(held.shape[0])
    ]


def _found(cells: CellProblem) -> Floats:
    """The continuous optimum, float64 [K, U]: of quotas that rules tie together all or none, NaN where it
    wasn't found. A plan is worth more than the reasons for it.
    """
    try:
        return fairest(cells)
    except ArithmeticError:
        found = np.full(cells.fair.shape, np.nan)
    entries = cells.matrix.tocoo()
    quota = entries.col // (cells.shape[1] * cells.shape[2])
    ties = sparse.coo_array((np.ones(entries.nnz), (entries.row, quota)), (len(cells.row_lower), len(found)))
    labels = tied_columns(sparse.csr_array(ties))
    groups = [np.flatnonzero(labels == label) for label in range(int(labels.max()) + 1)]
    for group in groups if len(groups) > 1 else []:
        with suppress(ArithmeticError):
            found[group] = fairest(of_quotas(cells, group))
    return found


def _steps(names: tuple[str, ...], levels: list[Any], value: int) -> tuple[Step, ...]:
    if any(np.isnan(level) for level in levels):
        return ()
    rounded = [round(Decimal(repr(float(level))), DECIMALS) for level in levels]
    changes = [after - before for before, after in pairwise(rounded)]
    changes.append(value - rounded[-1])
    return tuple(Step(name, change.normalize()) for name, change in zip(names, changes, strict=True))
