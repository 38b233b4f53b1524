"""A plan that was issued, brought back as it is where it still keeps totals and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scenarios.convex import Separable
from scenarios.objectives import OBJECTIVES

if TYPE_CHECKING:
    from scenarios.cells import CellProblem
    from scenarios.convex import Whole
    from scenarios.lattice import Lattice
    from scenarios.totals import Totals


class Issued(NamedTuple):
    """Issued quotas, int64 [K, U], over periods [K, U, T], and their objective."""

    q: Whole
    x: Whole
    objective: float


def as_issued(totals: Totals, deadline: float) -> Issued | None:
    """The issued plan as the answer.

    The issued cells where they keep the rules, else those nearest to them. None where the issued plan isn't
    to come back, isn't whole, or doesn't keep totals and rules. No fairness is asked: what could be fairer
    than itself is not asked for (a rest moved from unit to unit under a divisor method).

    Raises:
        TimeoutError: whether its quotas have cells was not decided in time.
    """
    problem = totals.problem
    stay = problem.stay
    if stay is None or not stay.exact or not stay.known.all():
        return None
    q = stay.quotas.astype(np.int64)
    if not _in_steps(totals.lattice(), q) or not _keeps(totals, q):
        return None
    x = _issued_cells(totals)
    if x is None:
        x = totals.split(q, deadline)
    return None if x is None else Issued(q, x, _value(problem, q))


def _keeps(totals: Totals, q: Whole) -> bool:
    """Whether quotas keep their bounds, totals and what the rules imply for them; none moves."""
    base = totals.model(np.zeros(totals.numbers, dtype=bool))
    numbers = np.zeros(base.size)
    numbers[: q.size] = q.ravel()
    return base.allows(numbers)


def _in_steps(lattice: Lattice, q: Whole) -> bool:
    """Whether quotas are multiples, but for one unit of each quota that leaves something over."""
    over = q.ravel() % lattice.multiple
    for rest in lattice.rests:
        odd = over[rest.columns]
        if (odd != 0).sum() != 1 or odd.sum() != rest.amount:
            return False
        over[rest.columns] = 0
    return not over.any()


def _issued_cells(totals: Totals) -> Whole | None:
    problem = totals.problem
    assert problem.stay is not None
    cells = problem.stay.cells
    if np.isnan(cells).any():
        return None
    count = cells.size
    keeps = Separable(
        fair=np.ones(count),
        weight=np.zeros(count),
        lower=totals.cell_lower,
        upper=totals.cell_upper,
        matrix=problem.matrix,
        row_lower=problem.row_lower,
        row_upper=problem.row_upper,
        rank=np.full(count, np.inf),
    ).allows(cells.ravel())
    return cells.astype(np.int64) if keeps else None


def _value(problem: CellProblem, q: Whole) -> float:
    """The objective of §11 at the issued quotas themselves."""
    if problem.fairness not in OBJECTIVES:
        return 0.0
    counted = ~problem.held & (q > 0)
    step = np.broadcast_to(problem.multiple[:, None], q.shape)[counted].astype(np.float64)
    weight = np.broadcast_to((problem.weight / np.maximum(1, problem.total))[:, None], q.shape)[counted]
    numbers = q[counted].astype(np.float64)
    costs = OBJECTIVES[problem.fairness].cost(numbers, numbers, step)
    return float((weight * costs).sum())
