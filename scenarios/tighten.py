"""Bounds that rows imply: what each whole number can be at least and at most, given all others' bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from scenarios.convex import Floats

ROUNDS = 4


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
    size = abs(sparse.csr_array(columns))
    for _ in range(ROUNDS):
        least = positive @ lower + negative @ upper
        most = positive @ upper + negative @ lower
        # Widened by what the sums' rounding can be, so that no solution is lost.
        room = 1e-12 * (size @ np.maximum(np.abs(lower), np.abs(upper)))
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


def floor(values: Floats) -> Floats:
    """The whole number at or below, where rounding has put a value just under one: that one."""
    return np.floor(values + 1e-9 * np.maximum(1.0, np.abs(np.where(np.isfinite(values), values, 0.0))))


def ceil(values: Floats) -> Floats:
    """The whole number at or above, where rounding has put a value just over one: that one."""
    return -floor(-values)
