"""Units without need in real numbers: they take what they are forced to, before fairness (§10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scenarios.highs import Linear, run
from scenarios.quadratic import Program, least

Floats = NDArray[np.float64]
SMALLEST = 1e-5  # of the largest unit: what a column is counted in
PRICED = 1e-9  # of the largest: a multiplier that isn't rounding


@dataclass(frozen=True, eq=False)
class Face:
    """The points of a program that give units without need the least, beside its other rows.

    ``fixed``: bool [n], columns that stand at ``at``, float64 [n]; ``tight``: bool [m], rows that do at their
    side.
    """

    fixed: NDArray[np.bool_]
    at: Floats
    tight: NDArray[np.bool_]


def fairest_of_least(
    program: Program, none: NDArray[np.bool_], size: Floats, tied: NDArray[np.int32]
) -> tuple[Floats, Floats]:
    """As `least`, of the points in which the columns ``none`` (bool [n], without quadratic term) sum to the
    least, and of these the one that spreads them most evenly.

    Columns are ≥ 0; ``size``: float64 [n], > 0, at most what each may be; ``tied``: int32 [n], labels of
    columns that share rows. Raises ArithmeticError where none is found.
    """
    if not none.any():
        return least(program)
    face = _face(program, none, size, tied)
    x, prices = np.where(face.fixed, face.at, 0.0), np.zeros(len(program.right))
    open_ = np.flatnonzero(~face.fixed)
    rows, order, equal = _of_face(program, face, open_)
    right = (program.right - program.matrix @ x)[order]
    if len(open_):
        quadratic, linear, columns = (
            values[open_] for values in (program.quadratic, program.linear, program.columns)
        )
        part = Program(quadratic, linear, rows, right, equal, program.centre[open_], columns)
        x[open_], prices[order] = least(part)
        if none[open_].sum() > 1:
            x[open_] = _evenly(part, x[open_], none[open_])
    prices[program.equal :] = np.maximum(prices[program.equal :], 0.0)
    return x, prices


def _face(program: Program, none: NDArray[np.bool_], size: Floats, tied: NDArray[np.int32]) -> Face:
    """A point is on the face as soon as it keeps all rows and stands at every side that has a multiplier in
    any one proof of the least: so how exact the point is in which the simplex ends doesn't matter.
    """
    n, m = len(none), len(program.right)
    largest = np.zeros(int(tied.max(initial=-1)) + 1)
    np.maximum.at(largest, tied, size)
    unit = np.maximum(size, SMALLEST * largest[tied])
    matrix = sparse.csr_array(program.matrix)
    single = np.diff(matrix.indptr) == 1
    single[: program.equal] = False
    column, factor = matrix[single].indices, matrix[single].data
    side = program.right[single] / factor
    low, high = np.zeros(n), 2 * np.maximum(size, unit)
    np.maximum.at(low, column[factor < 0], side[factor < 0])
    np.minimum.at(high, column[factor > 0], side[factor > 0])
    several = np.flatnonzero(~single)
    scaled = matrix[several] @ sparse.diags_array(unit)
    norm = np.sqrt(scaled.multiply(scaled).sum(axis=1))
    right = program.right[several] / norm
    scaled = sparse.csr_array(sparse.diags_array(1 / norm) @ scaled)
    cost = np.where(none, unit / largest[tied], 0.0)
    bottom = np.where(several < program.equal, right, -np.inf)
    try:
        found = run(Linear(cost, low / unit, high / unit, scaled, bottom, right))
    except RuntimeError as refused:
        raise ArithmeticError(f"no least of what has no need: {refused}") from refused
    if found.prices is None:
        raise ArithmeticError(f"no least of what has no need: {found.status}")
    reduced = cost - scaled.T @ found.prices
    steep = PRICED * np.maximum(cost.max(initial=0.0), abs(scaled.T) @ np.abs(found.prices))
    tight = np.zeros(m, dtype=bool)
    tight[several] = np.abs(found.prices) > PRICED * float(np.abs(found.prices).max(initial=0.0))
    tight[: program.equal] = True
    return Face(np.abs(reduced) > steep, np.where(reduced > 0, low, high), tight)


def _of_face(program: Program, face: Face, open_: NDArray[np.intp]) -> tuple[Any, NDArray[np.intp], int]:
    """The rows that say something of the open columns, equations first: over these, which, how many."""
    matrix = sparse.csr_array(program.matrix)[:, open_]
    matrix.eliminate_zeros()
    says = np.diff(matrix.indptr) > 0
    equations, others = np.flatnonzero(says & face.tight), np.flatnonzero(says & ~face.tight)
    order = np.concatenate([equations, others])
    return matrix[order], order, len(equations)


def _evenly(program: Program, x: Floats, none: NDArray[np.bool_]) -> Floats:
    """x with the same fairness, and what has no need as even as the rows allow.

    It is counted from x, which keeps all rows: what rounding left of a row is not asked for again.
    """
    equal = program.equal
    moves = none | (program.quadratic == 0)
    room = program.right - program.matrix @ x
    room = np.concatenate([np.zeros(equal), np.maximum(room[equal:], 0.0)])
    own = sparse.csr_array(program.matrix[:, moves])
    own.eliminate_zeros()
    says = np.diff(own.indptr) > 0
    even = none[moves]
    found = x.copy()
    found[moves] += least(
        Program(
            even.astype(np.float64),
            np.where(even, x[moves], 0.0),
            own[says],
            room[says],
            int(says[:equal].sum()),
            np.zeros(int(moves.sum())),
            np.ones(int(moves.sum())),
        )
    )[0]
    return found
