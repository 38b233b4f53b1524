"""Programs in whole numbers with large sides, counted from near their answer, where figures are small (§13).

HiGHS' tolerances are absolute: beside sides of 10¹² it can't tell a whole number from the next. The linear
program's answer, rounded, is taken off columns and sides, exactly; what is left is small.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios import highs

if TYPE_CHECKING:
    from scenarios.convex import Floats

SMALL = 2.0**20  # sides up to here are left as they are
CENTRES = 3


def run(problem: highs.Linear, time_limit: float) -> highs.Answer:
    """What HiGHS finds, as `highs.run`; coefficients near 1. A whole answer that misses a row is none."""
    deadline = time.perf_counter() + time_limit
    size = max(_largest(problem.row_lower), _largest(problem.row_upper))
    if size <= SMALL:
        return highs.run(problem, time_limit=time_limit)
    base = np.zeros(len(problem.cost))
    linear = replace(problem, whole=None)
    answer = highs.run(linear, time_limit=time_limit)
    for _ in range(CENTRES):
        if answer.x is None:
            return answer
        step = np.round(answer.x)
        if not step.any():
            break
        base = np.clip(base + step, problem.lower, problem.upper)
        answer = highs.run(_from(linear, base), time_limit=_left(deadline), units=False)
    if problem.whole is not None:
        answer = highs.run(_from(problem, base), time_limit=_left(deadline))
    if answer.x is None:
        return answer
    bound = answer.bound + math.fsum((problem.cost * base).tolist())
    if problem.whole is None:
        return replace(answer, x=base + answer.x, bound=bound)
    x = base + np.where(problem.whole, np.round(answer.x), answer.x)
    if not keeps(problem, x):
        return highs.Answer("none_found", bound=bound)
    return replace(answer, x=x, bound=bound)


def keeps(problem: highs.Linear, x: Floats) -> bool:
    """Whether x keeps all rows and bounds within what rounding can be."""
    activity = problem.matrix @ x
    size: Floats = abs(sparse.csr_array(problem.matrix)) @ np.abs(x)
    room = highs.CONFIRMED + highs.EPSILON * size
    rows = (activity >= problem.row_lower - room) & (activity <= problem.row_upper + room)
    return bool(rows.all() and (x >= problem.lower - highs.CONFIRMED).all()) and bool(
        (x <= problem.upper + highs.CONFIRMED).all()
    )


def _from(problem: highs.Linear, base: Floats) -> highs.Linear:
    """The same program, columns counted from `base`, float64 [n]."""
    activity = problem.matrix @ base
    return replace(
        problem,
        lower=problem.lower - base,
        upper=problem.upper - base,
        row_lower=problem.row_lower - activity,
        row_upper=problem.row_upper - activity,
    )


def _largest(sides: Floats) -> float:
    return float(np.abs(sides[np.isfinite(sides)]).max(initial=0.0))


def _left(deadline: float) -> float:
    return max(0.01, deadline - time.perf_counter())
