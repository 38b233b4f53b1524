"""Bounds that rows imply: what each whole number can be at least and at most, given all others' bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from scenarios.convex import Floats

ROUNDS = 4
EXACT = 2.0**53  # whole numbers below are exact, and so are their sums
NOISE = 2.0**-46  # of a figure: what the rounding of the products and quotients that it comes from can be
LEAST, MOST = 1e-9, 0.125  # of that, whatever the figure


def tighten(
    lower: Floats, upper: Floats, matrix: sparse.csr_array, row_lower: Floats, row_upper: Floats
) -> tuple[Floats, Floats]:
    """Bounds within the given ones that lose no whole solution.

    Args:
        lower: float64 [n], whole and finite.
        upper: likewise.
        matrix: float64 [m, n].
        row_lower: float64 [m], -inf where open.
        row_upper: float64 [m], inf where open.

    Returns:
        Two float64 [n]. Where the first is above the second, no solution exists.
    """
    columns = sparse.csc_array(matrix)
    columns.sum_duplicates()
    columns.eliminate_zeros()
    filled = np.flatnonzero(np.diff(columns.indptr))
    if len(filled) == 0:
        return lower, upper
    starts, row = columns.indptr[filled], columns.indices
    column = np.repeat(np.arange(len(lower)), np.diff(columns.indptr))
    value = columns.data
    positive, negative = sparse.csr_array(columns.maximum(0)), sparse.csr_array(columns.minimum(0))
    for _ in range(ROUNDS):
        least = positive @ lower + negative @ upper
        most = positive @ upper + negative @ lower
        # Widened by what the sums' rounding can be, so that no solution is lost.
        room = rounding(matrix, np.maximum(np.abs(lower), np.abs(upper)))
        at_least = np.where(value > 0, value * lower[column], value * upper[column])
        at_most = np.where(value > 0, value * upper[column], value * lower[column])
        high = (row_upper + room - least)[row] + at_least
        low = (row_lower - room - most)[row] + at_most
        above = np.where(value > 0, high, low) / value
        below = np.where(value > 0, low, high) / value
        new_upper, new_lower = upper.copy(), lower.copy()
        new_upper[filled] = np.minimum(upper[filled], floor(np.minimum.reduceat(above, starts)))
        new_lower[filled] = np.maximum(lower[filled], ceil(np.maximum.reduceat(below, starts)))
        if (new_lower > new_upper).any():
            return new_lower, new_upper
        if (new_lower == lower).all() and (new_upper == upper).all():
            break
        lower, upper = new_lower, new_upper
    return lower, upper


def rounding(matrix: sparse.csr_array, size: Floats) -> Floats:
    """How far rounding can move the rows' sums over whole numbers of at most `size`, float64 [n]: [m].

    Nothing where coefficients are whole.
    """
    most: Floats = abs(matrix) @ size
    broken = matrix.data != np.round(matrix.data)
    parts = np.zeros(matrix.shape[0], dtype=bool)
    parts[np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[broken]] = True
    return np.where(parts | (most >= EXACT), 1e-12 * most, 0.0)


def noise(values: Floats) -> Floats:
    """What rounding can have moved figures by, float64 of their shape."""
    size = np.abs(np.where(np.isfinite(values), values, 0.0))
    return np.clip(NOISE * size, LEAST, MOST)


def floor(values: Floats) -> Floats:
    """The whole number at or below, where rounding has put a value just under one: that one.

    The room for rounding grows with the figure, never to where the next whole number could be meant.
    """
    return np.floor(values + noise(values))


def ceil(values: Floats) -> Floats:
    """The whole number at or above, where rounding has put a value just over one: that one."""
    return -floor(-values)
