"""A fair plan that lies far from others, found soon and without a proof (§12).

Which quotas are to be more than in another plan is settled first; then "far" is one row, Σ over these of
q − q' ≥ so many, and `allocate` has the fairest plan under it. The signs of that plan settle it anew.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from scenarios.fairness import allocate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scenarios.cells import CellProblem
    from scenarios.convex import Floats, Whole
    from scenarios.unfairness import Unfairness

TRIES, ROUNDS = 4, 3
GAP = 1e-3
STEP = 0.1  # of the fair share: where the first signs come from


class Far(NamedTuple):
    """A plan: int64 [K, U] and [K, U, T], with its objective."""

    q: Whole
    x: Whole
    objective: float


def far_from(
    problem: CellProblem, cost: Unfairness, plans: Sequence[Whole], least: int, deadline: float = math.inf
) -> Far | None:
    """The fairest plan that is found to have at least so many more than each of the plans, int64 [K, U],
    where it has more. ``problem``: its plans must be comparable; None says nothing.
    """
    best: Far | None = None
    for attempt in range(TRIES):
        guess = _first_guess(problem, plans, attempt)
        before = math.inf
        for _ in range(ROUNDS):
            left = deadline - time.perf_counter()
            if left <= 0:
                return best
            found = _fairest(problem, cost, plans, guess, least, left)
            if found is None or found.objective >= before * (1 - GAP):
                break
            guess, before = found.q.astype(np.float64), found.objective
            if best is None or found.objective < best.objective:
                best = found
    return best


def _first_guess(problem: CellProblem, plans: Sequence[Whole], attempt: int) -> Floats:
    """Quotas on both sides of the fairest plan's: of two units of like shares one has more, one less."""
    random = np.random.default_rng([len(plans), attempt])
    sign = np.zeros(problem.fair.shape)
    for k, fair in enumerate(problem.fair):
        free = np.flatnonzero(~problem.held[k] & (problem.fair[k] > 0))
        order = free[np.argsort(-fair[free], kind="stable")]
        flips = random.random((len(order) + 1) // 2) < 0.5
        up = np.repeat(flips, 2)[: len(order)] ^ (np.arange(len(order)) % 2 == 1)
        sign[k, order] = np.where(up, 1.0, -1.0)
    step = 1.0 + STEP * np.where(problem.held, 0.0, problem.fair)
    found: Floats = plans[0] + sign * step
    return found


def _fairest(
    problem: CellProblem,
    cost: Unfairness,
    plans: Sequence[Whole],
    guess: Floats,
    least: int,
    left: float,
) -> Far | None:
    """The fairest plan with enough more where the guess has more."""
    periods = problem.shape[2]
    more: list[NDArray[np.bool_]] = [(guess > plan) & ~problem.held for plan in plans]
    if not all(one.any() for one in more):
        return None
    rows = sparse.csr_array(np.repeat(np.stack([one.ravel() for one in more]), periods, axis=1).astype(float))
    asked = [float(plan[one].sum() + least) for one, plan in zip(more, plans, strict=True)]
    answer = allocate(
        replace(
            problem,
            matrix=sparse.vstack([problem.matrix, rows], format="csr"),
            row_lower=np.append(problem.row_lower, asked),
            row_upper=np.append(problem.row_upper, np.full(len(asked), np.inf)),
        ),
        GAP,
        None if math.isinf(left) else left,
        proof=False,
    )
    if answer.q is None or answer.x is None:
        return None
    return Far(answer.q, answer.x, cost.of(answer.q.ravel().astype(np.float64)))
