"""The optimal face: a problem narrowed to the plans as good as its answer, for the goals that come after."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.window import steps, tolerance, too_wide

if TYPE_CHECKING:
    from scenarios.convex import Floats, Separable, Whole
    from scenarios.parts import Part


@dataclass(frozen=True, eq=False)
class _Steps:
    # Unit steps of a part's numbers: owner int64 [s] among all numbers, sign, rise float64 [s]; what all the
    # steps that are taken may cost together.
    owner: Whole
    sign: Floats
    rise: Floats
    most: float


def narrow(problem: Separable, parts: list[Part], alone: list[bool], q: Floats) -> Separable | None:
    """The problem without weights, narrowed to plans as good as q within rounding; None where that leaves
    too many to tell them apart.

    In a part where q meets the bound: numbers of no reduced cost, priced rows at their side. In any other the
    numbers' unit steps follow as more columns (n + s in all), and a row keeps what they add up to. Where a
    part's answer is `alone`, its numbers of rank and weight stay.
    """
    low, high = q.copy(), q.copy()
    row_lower, row_upper = problem.row_lower.copy(), problem.row_upper.copy()
    base = q.copy()
    taken = []
    for part, only in zip(parts, alone, strict=True):
        own, certificate, columns = part.problem, part.certificate, part.columns
        excess = max(0.0, certificate.excess(own, q[columns]))
        tied = tolerance(own, certificate, q[columns])
        most = excess * (1 + 1e-9) + tied
        low[columns], high[columns] = certificate.interval(own, most)
        if only and np.isfinite(own.rank[own.weight != 0]).all():
            settled = columns[np.isfinite(own.rank)]
            low[settled] = high[settled] = q[settled]
        elif excess <= tied:
            priced = part.rows[certificate.prices != 0]
            side = np.where(
                certificate.prices > 0, problem.row_lower[part.rows], problem.row_upper[part.rows]
            )
            row_lower[priced] = row_upper[priced] = side[certificate.prices != 0]
        elif too_wide(own, low[columns], high[columns]):
            return None
        else:
            base[columns] = np.minimum(np.maximum(certificate.best, low[columns]), high[columns])
            taken.append(_steps(part, base[columns], low[columns], high[columns], q[columns]))
    free = replace(
        problem,
        weight=np.zeros(problem.size),
        lower=low,
        upper=high,
        row_lower=row_lower,
        row_upper=row_upper,
    )
    return _with_steps(free, base, taken) if taken else free


def _steps(part: Part, base: Floats, low: Floats, high: Floats, q: Floats) -> _Steps:
    own = part.problem
    owner, sign, _, start = steps(own, base, low, high)
    counted = own.weight[owner] != 0
    owner, sign, start = owner[counted], sign[counted], start[counted]
    rise = own.take(owner).rises(start, start + sign)
    scale = float(np.abs(rise).max(initial=0.0)) or 1.0
    most = math.fsum(own.rises(base, q).tolist()) / scale + 1e-12
    return _Steps(part.columns[owner], sign, rise / scale, most)


def _with_steps(free: Separable, base: Floats, taken: list[_Steps]) -> Separable:
    owner, sign, rise = (
        np.concatenate([getattr(one, name) for one in taken]) for name in ("owner", "sign", "rise")
    )
    count, none = len(owner), np.zeros(len(owner))
    place = np.repeat(np.arange(len(taken)), [len(one.owner) for one in taken])
    own = sparse.csr_array((sign, (owner, np.arange(count))), shape=(free.size, count))
    moved = np.flatnonzero(np.diff(own.indptr))
    costs = sparse.csr_array((rise, (place, np.arange(count))), shape=(len(taken), count))
    return replace(
        free,
        fair=np.append(free.fair, none),
        weight=np.append(free.weight, none),
        lower=np.append(free.lower, none),
        upper=np.append(free.upper, none + 1),
        rank=np.append(free.rank, none + np.inf),
        start=np.append(free.start, none),
        step=np.append(free.step, none + 1),
        matrix=sparse.block_array(
            [
                [free.matrix, None],
                [sparse.eye_array(free.size, format="csr")[moved], -own[moved]],
                [None, costs],
            ],
            format="csr",
        ),
        row_lower=np.concatenate([free.row_lower, base[moved], np.full(len(taken), -np.inf)]),
        row_upper=np.concatenate([free.row_upper, base[moved], [one.most for one in taken]]),
    )
