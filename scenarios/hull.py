"""The linear relaxation over the convex hull of the objective at whole numbers, and the prices it yields.

φ is replaced by the line through its values at whole numbers: exact in unit steps near a centre, in steps
that grow with the distance farther out. Every step is a bounded column. The program is solved and re-centred
on its answer until its value meets the certificate of its prices.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios import highs
from scenarios.certificate import Certificate, certify

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats, Separable, Whole

ROUNDS = 15
PARTS = (1, 2, 3, 4, 6, 12)  # of the largest of multipliers that are small whole numbers to one another
SNAPPED = 1e-6
GRAIN = 2.0**20  # coefficients and sides are exact in parts of this
MOST_EXACT = 20_000  # coefficients that are worth exact arithmetic
FIRST_STEPS = (0.03, 0.1, 0.3, 0.9)  # of the fair share, each side


@dataclass(frozen=True, eq=False)
class Hull:
    """The relaxation's answer.

    Attributes:
        status: `optimal`, `infeasible` (proven), or `none_found` at the time limit or in numerical trouble.
        q: float64 [n], not whole in general; None without an answer.
        certificate: of the best prices met.
    """

    status: highs.Status
    q: Floats | None = None
    certificate: Certificate | None = None


@dataclass(frozen=True, eq=False)
class _Segments:
    # owner int64 [s]: whose column each segment is; low, high float64 [s]: from which number to which;
    # sign float64 [s]: 1 where its column goes up from low, -1 below the centre, where it goes down from high
    owner: Whole
    low: Floats
    high: Floats
    sign: Floats
    linear: highs.Linear


def believed(problem: Separable, q: Floats, prices: Floats) -> Hull:
    """A relaxation solved elsewhere: q float64 [n] and row prices [m], which prove what they prove."""
    return Hull("optimal", q, certify(problem, prices))


def relax(
    problem: Separable, gap: float = 1e-9, deadline: float = math.inf, near: Floats | None = None
) -> Hull:
    """Solves the relaxation until its value is within `gap` (relative) of its certificate.

    Args:
        problem: with rows whose coefficients are near 1.
        gap: relative.
        deadline: on the clock of `time.perf_counter`.
        near: float64 [≤ n], plain numbers of the first columns to look near first; another answer costs
            rounds, and nothing else.
    """
    scale = _scale(problem)
    centre, steps = _begin(problem, near)
    best: Certificate | None = None
    q: Floats | None = None
    before = -math.inf
    last: tuple[_Segments, highs.Basis] | None = None
    for count in range(ROUNDS):
        segments = _segments(problem, centre, steps, scale)
        begin = None if last is None or q is None else _carried(problem, segments, q, last)
        left = _left(deadline)
        answer = highs.run(segments.linear, basis=begin, keep_basis=True, time_limit=left)
        if answer.status == "infeasible" and best is None:
            return Hull("infeasible" if _proven(segments.linear, answer.ray) else "none_found")
        if answer.x is None or answer.prices is None:
            break
        last = None if answer.basis is None else (segments, answer.basis)
        away = segments.sign * answer.x
        q = centre + np.bincount(segments.owner, weights=away, minlength=problem.size)
        certificate = certify(problem, answer.prices / scale)
        if best is None or certificate.bound > best.bound:
            best = certificate
        value = problem.value(centre) + float(segments.linear.cost @ answer.x) / scale
        if value - best.bound <= max(gap * abs(value), best.error):
            break
        # The first steps are coarse; after them a round that gains nothing is the last.
        if count > 1 and best.bound - before <= gap * abs(best.bound):
            break
        before, centre, steps = best.bound, problem.within(q), _steps(problem)
    if best is None:
        return Hull("none_found")
    return Hull("optimal", q, best)


def _left(deadline: float) -> float | None:
    return None if math.isinf(deadline) else deadline - time.perf_counter()


def _scale(problem: Separable) -> float:
    # A power of two, so that scaling rounds nothing; slopes near the fair shares become about 1.
    at = problem.nearest()
    far = at + np.maximum(1, np.round(at / 2))
    slopes = np.abs(problem.rises(at, far)) / (far - at)
    largest = float(slopes.max(initial=0.0))
    return math.ldexp(1.0, -round(math.log2(largest))) if largest > 0 else 1.0


def _begin(problem: Separable, near: Floats | None) -> tuple[Floats, Floats]:
    """The first centre, float64 [n], and the steps [p, 1 or n] from it."""
    if near is None:
        return problem.nearest(), _first_steps(problem)
    centre, count = problem.nearest(), len(near)
    centre[:count] = (near - problem.start[:count]) / problem.step[:count]
    return problem.within(centre), _steps(problem)


def _first_steps(problem: Separable) -> Floats:
    share = np.maximum(np.where(problem.weight != 0, problem.fair, 0.0) / problem.step, 1.0)
    parts = np.ceil(np.array(FIRST_STEPS)[:, None] * share)
    least = np.arange(1.0, len(FIRST_STEPS) + 1)[:, None]
    steps: Floats = np.maximum(parts, least)
    return steps


def _steps(problem: Separable) -> Floats:
    span = max(4.0, float((problem.upper - problem.lower).max(initial=0.0)))
    return np.concatenate([[1.0, 2.0, 3.0], 2.0 ** np.arange(2, math.ceil(math.log2(span)) + 1)])[:, None]


def _segments(problem: Separable, centre: Floats, steps: Floats, scale: float) -> _Segments:
    """The columns of one round: breaks [p, n] at the centre and `steps` from it, clipped to the bounds.

    Columns and sides are counted from the centre, so that large figures leave small ones to the solver.
    """
    ends = [problem.lower[None], problem.upper[None]]
    breaks = np.concatenate([ends[0], centre - steps[::-1], centre[None], centre + steps, ends[1]])
    breaks = np.clip(breaks, problem.lower, problem.upper)
    # A free column is one segment on each side of its centre.
    breaks[1:-1] = np.where(problem.weight == 0, centre, breaks[1:-1])
    owner, place = np.nonzero((np.diff(breaks, axis=0) > 0).T)
    low, high = breaks[place, owner], breaks[place + 1, owner]
    part = problem.take(owner)
    sign = np.where(low < centre[owner], -1.0, 1.0)
    cost = sign * part.rises(low, high) / (high - low) * scale
    activity = problem.matrix @ centre
    matrix = problem.columns[:, owner]
    matrix.data *= np.repeat(sign, np.diff(matrix.indptr))
    linear = highs.Linear(
        cost=cost,
        lower=np.zeros(len(owner)),
        upper=high - low,
        matrix=matrix,
        row_lower=problem.row_lower - activity,
        row_upper=problem.row_upper - activity,
    )
    return _Segments(owner, low, high, sign, linear)


def _carried(
    problem: Separable, segments: _Segments, q: Floats, last: tuple[_Segments, highs.Basis]
) -> highs.Basis:
    """The last basis for new segments: full below q and empty above; basic where a number's segment was."""
    before, basis = last
    owner, at = segments.owner, q[segments.owner]
    near = 1e-9 * np.maximum(1.0, np.abs(at))
    full = segments.high <= at + near
    columns = np.where(full == (segments.sign > 0), highs.UPPER, highs.LOWER).astype(np.int8)
    basic = np.zeros(problem.size, dtype=bool)
    basic[before.owner[basis.columns == highs.BASIC]] = True
    # Of each such number the segment that q lies in, the last one where it is at the end.
    inside = (segments.low <= at + near) & (~full | (segments.high >= problem.upper[owner]))
    candidates = np.flatnonzero(basic[owner] & inside)
    first = np.unique(owner[candidates], return_index=True)[1]
    columns[candidates[first]] = highs.BASIC
    return highs.Basis(columns, basis.rows)


def _proven(linear: highs.Linear, ray: Floats | None) -> bool:
    """Whether row multipliers, or one row alone, show in numpy that no x fits (Farkas' lemma)."""
    if _rowwise(linear):
        return True
    if ray is None:
        return False
    return any(_refutes(linear, one) or _refutes_exactly(linear, one) for one in (ray, -ray))


def _refutes(linear: highs.Linear, multipliers: NDArray[np.float64]) -> bool:
    wrong = ((multipliers > 0) & np.isinf(linear.row_lower)) | (
        (multipliers < 0) & np.isinf(linear.row_upper)
    )
    multipliers = np.where(wrong, 0.0, multipliers)
    slopes = linear.matrix.T @ multipliers
    most = float(np.maximum(slopes, 0) @ linear.upper)
    side = np.where(multipliers > 0, linear.row_lower, linear.row_upper)
    need = float(multipliers[multipliers != 0] @ side[multipliers != 0])
    size = float(np.abs(multipliers) @ (abs(linear.matrix) @ linear.upper))
    return need > most + 1e-12 * (size + abs(need))


def _refutes_exactly(linear: highs.Linear, multipliers: Floats) -> bool:
    """As `_refutes`, in exact arithmetic: for large figures that are off by a unit only.

    For multipliers that are small whole numbers to one another, over rows of whole coefficients.
    """
    unit = multipliers / float(np.abs(multipliers).max(initial=0.0) or 1.0)
    parts = next((n for n in PARTS if (np.abs(unit * n - np.round(unit * n)) <= SNAPPED).all()), None)
    if parts is None:
        return False
    whole = np.round(unit * parts)
    rows = np.flatnonzero(whole)
    side = np.where(whole > 0, linear.row_lower, linear.row_upper)[rows]
    matrix = sparse.csr_array(linear.matrix)[rows]
    grained = np.concatenate([side, matrix.data]) * GRAIN
    if matrix.nnz > MOST_EXACT or not np.isfinite(side).all() or (grained != np.round(grained)).any():
        return False
    need = sum(Fraction(weight) * Fraction(at) for weight, at in zip(whole[rows], side, strict=True))
    slopes: dict[int, Fraction] = {}
    entries = matrix.tocoo()
    places = zip(entries.row.tolist(), entries.col.tolist(), entries.data.tolist(), strict=True)
    for row, column, value in places:
        slopes[column] = slopes.get(column, Fraction(0)) + Fraction(whole[rows[row]]) * Fraction(value)
    most = sum(slope * Fraction(linear.upper[column]) for column, slope in slopes.items() if slope > 0)
    return need > most


def _rowwise(linear: highs.Linear) -> bool:
    """Whether one row alone is out of reach."""
    most = linear.matrix.maximum(0) @ linear.upper
    least = -((-linear.matrix).maximum(0) @ linear.upper)
    room = 1e-12 * (abs(linear.matrix) @ linear.upper)
    return bool(((most + room < linear.row_lower) | (least - room > linear.row_upper)).any())
