"""What comes before fairness: no need gets as little as possible (§10), and everyone a first seat (§11)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.choice import IMPOSSIBLE, Fairest, choose
from scenarios.convex import Outcome
from scenarios.hull import relax
from scenarios.lattice import limits
from scenarios.separable import scale_rows, solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats, Separable
    from scenarios.lattice import Lattice
    from scenarios.separable import Effort

SEATED = frozenset({"equal_proportions", "smallest_divisors"})


def limit(base: Separable, lattice: Lattice, effort: Effort) -> Separable | Outcome:
    """The base problem whose numbers of weight but no share get as little as possible in sum, and are free.

    Args:
        base: in plain numbers.
        lattice: which of them are allowed; who takes a rest is part of the question.
        effort: only its deadline counts.

    Returns:
        The narrowed problem, or the outcome without an answer if there is none.
    """
    none = (base.fair == 0) & (base.weight != 0)
    if not none.any():
        return base
    summed = replace(base, weight=none.astype(np.float64), fair=np.ones(base.size), objective="least")
    least = solve(lattice.open(_unranked(summed)), 0.0, effort.left())
    # A sum of whole numbers: what is within less than one of the least is the least.
    if least.q is None or least.objective - least.bound > 0.5:
        return replace(least, status="infeasible" if least.status == "infeasible" else "none_found")
    sum_of_none = float(lattice.numbers(base, least.q)[none].sum())
    counted = replace(base, weight=np.where(none, 0.0, base.weight))
    if sum_of_none == base.lower[none].sum():
        return replace(counted, upper=np.where(none, base.lower, base.upper))
    return under(counted, none.astype(np.float64), sum_of_none)


def under(base: Separable, coefficients: Floats, most: float) -> Separable:
    """The base problem with one more row, coefficients · q ≤ most."""
    return replace(
        base,
        matrix=sparse.vstack([base.matrix, sparse.csr_array(coefficients[None])], format="csr"),
        row_lower=np.append(base.row_lower, -np.inf),
        row_upper=np.append(base.row_upper, most),
    )


def _unranked(problem: Separable) -> Separable:
    """Without the order of ties, where only the objective is wanted."""
    return replace(problem, rank=np.full(problem.size, np.inf))


def shared(base: Separable, lattice: Lattice, effort: Effort, kinds: Floats | None = None) -> Fairest:
    """The fairest plans by an objective that asks no first seats."""
    if lattice.rests:
        limited = limit(base, lattice, effort)
        if isinstance(limited, Outcome):
            return without_plan(limited)
        base = limited
    return choose(base, lattice, effort, kinds)


def seated(base: Separable, lattice: Lattice, effort: Effort, kinds: Floats | None = None) -> Fairest:
    """The fairest plans in which each number with a share gets at least its multiple, or as many as can.

    Where not all can, the shares of those left out are least in sum; they get as little as possible, and
    don't count in the objective. Neither do those that their bounds keep below their multiple.
    """
    limited = limit(base, lattice, effort)
    if isinstance(limited, Outcome):
        return without_plan(limited)
    step = lattice.steps(base)
    asked = (base.fair > 0) & (base.weight != 0)
    able = asked & (limits(base.lower, base.upper, np.zeros(base.size), step)[1] >= 1)
    for rest in lattice.rests:
        amount = np.full(len(rest.columns), rest.amount)
        low, high = base.lower[rest.columns], base.upper[rest.columns]
        able[rest.columns] |= asked[rest.columns] & (limits(low, high, amount, step[rest.columns])[1] >= 1)
    everyone = _seat(limited, step, asked, able)
    # Where rests can go anywhere, so that one relaxation shows what all choices of them would.
    quick = relax(scale_rows(lattice.open(_free(everyone))), deadline=effort.deadline)
    if quick.status != "infeasible":
        found = shared(everyone, lattice, effort, kinds)
        if found.status != "infeasible":
            return found
    served = _served(limited, lattice, able, effort)
    if isinstance(served, Outcome):
        return without_plan(served)
    return shared(_seat(limited, step, asked, served), lattice, effort, kinds)


def _seat(base: Separable, step: Floats, asked: NDArray[np.bool_], served: NDArray[np.bool_]) -> Separable:
    """Those served get their multiple at least; others that ask count as if they had no share."""
    return replace(
        base,
        fair=np.where(asked & ~served, 0.0, base.fair),
        lower=np.where(served, np.maximum(base.lower, step), base.lower),
    )


def without_plan(outcome: Outcome) -> Fairest:
    """What a question before fairness that has no answer says of the fairest plan."""
    # What was sought isn't fairness: its bound says nothing about that.
    return IMPOSSIBLE if outcome.status == "infeasible" else Fairest("none_found", (), math.nan, -math.inf)


def _free(base: Separable) -> Separable:
    return replace(base, weight=np.zeros(base.size), rank=np.full(base.size, np.inf))


def _served(
    base: Separable, lattice: Lattice, able: NDArray[np.bool_], effort: Effort
) -> NDArray[np.bool_] | Outcome:
    """Which numbers get their multiple, bool [n]: the largest shares in sum, then the earlier numbers."""
    numbers = np.flatnonzero(able)
    count = len(numbers)
    free = _free(base)
    seat = sparse.eye_array(base.size, format="csr")[numbers]
    step = lattice.steps(base)[numbers]
    # One more column each, 0 or 1: multiple × seat ≤ number.
    seats = replace(
        free,
        fair=np.append(base.fair, base.fair[numbers]),
        weight=np.append(free.weight, base.weight[numbers]),
        lower=np.append(base.lower, np.zeros(count)),
        upper=np.append(base.upper, np.ones(count)),
        rank=np.append(free.rank, base.rank[numbers]),
        start=np.zeros(base.size + count),
        step=np.ones(base.size + count),
        matrix=sparse.block_array([[base.matrix, None], [seat, -sparse.diags_array(step)]], format="csr"),
        row_lower=np.append(base.row_lower, np.zeros(count)),
        row_upper=np.append(base.row_upper, np.full(count, np.inf)),
        objective="unserved",
    )
    outcome = solve(lattice.open(seats), 1e-9, effort.left())
    if outcome.q is None or outcome.status != "optimal":
        return replace(outcome, status="infeasible" if outcome.status == "infeasible" else "none_found")
    result = np.zeros(base.size, dtype=bool)
    result[numbers] = outcome.q[base.size : base.size + count] == 1
    return result
