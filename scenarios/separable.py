"""The exact solver for separable convex problems in whole numbers (§11).

1. `hull`: the linear relaxation over the convex hull of the objective, and row prices.
2. `certificate`: the bound that these prices prove.
3. `core`: the best whole numbers among the few that can matter, widened till proven.
4. `ties`: among equally fair plans, earlier units get more.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.convex import EPSILON, Outcome, Separable
from scenarios.core import Core, search
from scenarios.faces import narrow
from scenarios.hull import believed, relax
from scenarios.objectives import OBJECTIVES
from scenarios.parts import Part, divide
from scenarios.ties import order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats
    from scenarios.highs import Status

HULL = 1e-3
"""Of the gap: how exact the relaxation is, so that a rough goal costs few linear programs."""

LARGE = 2.0**26
"""Squares of figures beyond are no exact float64: rounding may be as much as a step changes."""

Known = tuple["Floats", "Floats"]
"""A relaxation's answer [n] and the prices [m] of its rows as `scale_rows` has them."""

__all__ = ["OBJECTIVES", "Known", "Outcome", "Separable", "solve", "solve_with_face"]


def solve(problem: Separable, gap: float = 1e-6, time_limit: float | None = None) -> Outcome:
    """The fairest whole numbers under the problem's rows and bounds.

    Numbers of weight but no fair share get as little as possible in sum, before fairness (§10), and don't
    count in the objective.

    Args:
        problem: shapes and meaning as in `Separable`.
        gap: (objective − bound) / objective at which an answer may be called optimal.
        time_limit: seconds, None for as long as it takes.

    Returns:
        An `Outcome`; its answer keeps all rows and bounds, checked in numpy.
    """
    return solve_with_face(problem, gap, time_limit)[0]


def solve_with_face(
    problem: Separable,
    gap: float = 1e-6,
    time_limit: float | None = None,
    *,
    proof: bool = True,
    known: Known | None = None,
    near: Floats | None = None,
) -> tuple[Outcome, Separable | None]:
    """As `solve`, and the problem narrowed to plans as fair as the answer, for goals that come after.

    The narrowed problem has scaled rows, no weights, and the answer's columns first, perhaps others after
    them. Its plans are as fair within rounding: compare before relying on one. None unless optimal. Without
    `proof` the bound is that of the row prices alone. Where the relaxation is `known` it isn't solved: bad
    prices cost time, and nothing else. So do bad numbers `near` which it begins (see `relax`).
    """
    deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
    none = (problem.fair == 0) & (problem.weight != 0) & (problem.objective != "least")
    if none.any():
        return _least_first(problem, none, Effort(gap, deadline, proof, near))
    return _solve(problem, Effort(gap, deadline, proof, near), known)


@dataclass(frozen=True)
class Effort:
    """How much to do for an answer.

    Attributes:
        gap: as in `solve`.
        deadline: on the clock of `time.perf_counter`, inf for none.
        proof: as in `solve_with_face`.
        near: likewise, for the problem of fairness itself.
    """

    gap: float
    deadline: float
    proof: bool
    near: Floats | None = None

    def left(self) -> float | None:
        """Seconds to the deadline, None without one."""
        return None if math.isinf(self.deadline) else self.deadline - time.perf_counter()


def _least_first(
    problem: Separable, none: NDArray[np.bool_], effort: Effort
) -> tuple[Outcome, Separable | None]:
    """§10: what has no need gets as little as possible, before fairness."""
    counted = replace(problem, weight=np.where(none, 0.0, problem.weight))
    at_least = replace(counted, upper=np.where(none, problem.lower, problem.upper))
    solved = _solve(at_least, effort)
    if solved[0].status != "infeasible":
        return solved
    sum_of_none = replace(
        problem, weight=none.astype(np.float64), fair=np.ones(problem.size), objective="least"
    )
    least = _solve(sum_of_none, replace(effort, gap=0.0, proof=False))[0]
    if least.q is None:
        return least, None
    together = sparse.csr_array(none[None].astype(np.float64))
    forced = replace(
        counted,
        matrix=sparse.vstack([problem.matrix, together], format="csr"),
        row_lower=np.append(problem.row_lower, -np.inf),
        row_upper=np.append(problem.row_upper, float(least.q[none].sum())),
    )
    return _solve(forced, effort)


def _solve(
    problem: Separable, effort: Effort, known: Known | None = None
) -> tuple[Outcome, Separable | None]:
    least = problem.numbers(problem.lower)[problem.weight != 0]
    if problem.objective == "equal_proportions" and (least <= 0).any():
        raise ValueError("equal proportions of numbers that may be 0")
    scaled = scale_rows(problem)
    if (scaled.lower > scaled.upper).any() or (scaled.row_lower > scaled.row_upper).any():
        return Outcome("infeasible", None, math.nan, math.inf), None
    if known is None:
        hull = relax(scaled, max(1e-9, effort.gap * HULL), effort.deadline, effort.near)
    else:
        hull = believed(scaled, *known)
    if hull.certificate is None or hull.q is None:
        bound = math.inf if hull.status == "infeasible" else -math.inf
        return Outcome(hull.status, None, math.nan, bound), None
    parts = divide(scaled, hull.certificate, hull.q)
    solved, alone = _by_parts(scaled, parts, hull.q, effort)
    if solved.q is not None and len(parts) > 1 and not scaled.allows(solved.q):
        # Fixed numbers, folded into fractional rows, moved a side by its rounding.
        parts = [Part(np.arange(scaled.size), np.arange(len(scaled.row_lower)), scaled, hull.certificate)]
        solved, alone = _by_parts(scaled, parts, hull.q, effort)
    bound = hull.certificate.bound - hull.certificate.error + solved.certified
    if solved.q is None:
        return Outcome(solved.status, None, math.nan, bound), None
    value = problem.value(solved.q)
    noise = 2 * hull.certificate.error
    # Excess below the rounding of the bound is no excess, unless rounding is all that large figures leave.
    told = noise <= effort.gap * value or not _is_large(problem, solved.q)
    bound = value if told and solved.excess - solved.certified <= noise else min(value, bound)
    optimal = solved.status == "optimal" or value - bound <= effort.gap * value
    q = np.round(solved.q).astype(np.int64)
    face = narrow(scaled, parts, alone, solved.q) if optimal else None
    return Outcome("optimal" if optimal else "feasible", q, value, bound), face


def _is_large(problem: Separable, z: Floats) -> bool:
    counted = problem.weight != 0
    return bool(problem.numbers(z)[counted].max(initial=0.0) >= LARGE)


def _by_parts(scaled: Separable, parts: list[Part], hint: Floats, effort: Effort) -> tuple[Core, list[bool]]:
    """Each part by itself: search, then ties; and of each whether its answer is the only one."""
    alone = []
    q = scaled.lower.copy()
    excess = certified = 0.0
    status: Status = "optimal"
    for part in parts:
        near = hint[part.columns]
        core = search(part.problem, part.certificate, near, effort.gap, effort.deadline, proof=effort.proof)
        certified += core.certified
        if core.q is None:
            return Core(core.status, None, math.inf, certified), []
        excess += core.excess
        if core.status == "optimal" and core.alone:
            q[part.columns], only = core.q, True
        elif core.status == "optimal":
            q[part.columns], only = order(
                part.problem, part.certificate, core.q, effort.deadline, core.listed
            )
        else:
            q[part.columns], only, status = core.q, False, "feasible"
        alone.append(only)
    return Core(status, q, excess, certified), alone


def scale_rows(problem: Separable, *, inwards: bool = True) -> Separable:
    """The same rows with coefficients near 1, and sides drawn in to what whole numbers can reach.

    A row of whole coefficients is divided by their greatest common divisor, its sides rounded inwards: a
    budget in steps of 50, or an equation that no whole numbers solve, shows at once. Every row is then
    divided by a power of two, which rounds nothing. Sides stay exact where they are not to go `inwards`.
    """
    matrix = problem.matrix.copy()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    lower, upper = problem.row_lower.copy(), problem.row_upper.copy()
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if len(filled) == 0:
        return replace(problem, matrix=matrix)
    starts = matrix.indptr[filled]
    size = np.maximum.reduceat(np.abs(matrix.data), starts)
    whole = np.minimum.reduceat((matrix.data == np.round(matrix.data)).astype(np.int8), starts).astype(bool)
    whole &= size < 2.0**52
    numbers = np.where(np.abs(matrix.data) < 2.0**52, matrix.data, 1.0).astype(np.int64)
    divisor = np.where(whole, np.gcd.reduceat(np.abs(numbers), starts), 1).astype(np.float64)
    # A side's own rounding must not move it past a whole number.
    low, high = lower[filled] / divisor, upper[filled] / divisor
    lower[filled] = np.where(whole & inwards, np.ceil(_snap(low)), low)
    upper[filled] = np.where(whole & inwards, np.floor(_snap(high)), high)
    factor = np.ones(len(lower))
    factor[filled] = 1 / divisor
    power = np.ones(len(lower))
    power[filled] = 2.0 ** -np.round(np.log2(size / divisor))
    data = np.round(matrix.data * np.repeat(factor, np.diff(matrix.indptr)))
    is_whole = np.zeros(len(lower), dtype=bool)
    is_whole[filled] = whole
    data = np.where(np.repeat(is_whole, np.diff(matrix.indptr)), data, matrix.data)
    matrix.data = data * np.repeat(power, np.diff(matrix.indptr))
    return replace(problem, matrix=matrix, row_lower=lower * power, row_upper=upper * power)


def _snap(values: Floats) -> Floats:
    """Values within rounding of a whole number become it."""
    near = np.round(values)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(values - near) <= 4 * EPSILON * np.abs(near), near, values)
