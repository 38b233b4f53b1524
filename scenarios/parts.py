"""Parts of a problem that no row ties together: each is solved by itself, and most are solved already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scenarios.certificate import Certificate, certify

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Floats, Separable, Whole


@dataclass(frozen=True, eq=False)
class Part:
    """Some numbers of a problem and the rows that touch them, all other numbers fixed.

    Attributes:
        columns: int64 [n'], which numbers.
        rows: int64 [m'], which rows.
        problem: of these alone.
        certificate: of the same prices.
    """

    columns: Whole
    rows: Whole
    problem: Separable
    certificate: Certificate


def tied_columns(matrix: sparse.csr_array) -> NDArray[np.int32]:
    """A label for each column of a matrix [m, n], int32 [n]: the same where rows tie columns together."""
    m, n = matrix.shape
    entries = matrix.tocoo()
    # Rows and columns as the two sides of a graph: rows of many entries stay short that way.
    graph = sparse.csr_array((np.ones(entries.nnz), (entries.row, entries.col + m)), shape=(m + n, m + n))
    labels = connected_components(graph, directed=False)[1][m:]
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int32)


def divide(problem: Separable, certificate: Certificate, hint: Floats) -> list[Part]:
    """The parts of a problem; those that `hint` (float64 [n]) solves already are one part together."""
    movable = np.flatnonzero(problem.lower < problem.upper)
    labels = tied_columns(problem.matrix[:, movable])
    count = int(labels.max(initial=-1)) + 1
    if count < 2:
        whole = (np.arange(problem.size), np.arange(len(problem.row_lower)))
        return [Part(*whole, problem, certificate)]
    row_label = np.full(len(problem.row_lower), -1)
    entries = problem.matrix[:, movable].tocoo()
    row_label[entries.row] = labels[entries.col]
    open_ = _unsolved(problem, certificate, hint, movable, labels, row_label)
    # The solved ones share the first label.
    place = np.cumsum(open_) * open_
    part_of, part_of_row = place[labels], np.where(row_label >= 0, place[row_label], -1)
    fixed = np.where(problem.lower < problem.upper, 0.0, problem.lower)
    constant = problem.matrix @ fixed
    by_column, by_row = np.argsort(part_of, kind="stable"), np.argsort(part_of_row, kind="stable")
    parts = []
    for label in range(int(place.max(initial=0)) + 1):
        span = slice(*np.searchsorted(part_of[by_column], [label, label + 1]))
        columns = np.sort(movable[by_column[span]])
        rows = np.sort(by_row[slice(*np.searchsorted(part_of_row[by_row], [label, label + 1]))])
        if len(columns):
            parts.append(_part(problem, certificate, constant, columns, rows))
    return parts


def _part(
    problem: Separable, certificate: Certificate, constant: Floats, columns: Whole, rows: Whole
) -> Part:
    alone = replace(
        problem.take(columns),
        matrix=problem.matrix[rows][:, columns],
        row_lower=problem.row_lower[rows] - constant[rows],
        row_upper=problem.row_upper[rows] - constant[rows],
    )
    return Part(columns, rows, alone, certify(alone, certificate.prices[rows]))


def _unsolved(
    problem: Separable,
    certificate: Certificate,
    hint: Floats,
    movable: Whole,
    labels: NDArray[np.int32],
    row_label: Whole,
) -> NDArray[np.bool_]:
    """For each label whether the hint, rounded, breaks a row of it or costs more than the prices prove."""
    q = problem.within(hint)
    count = int(labels.max()) + 1
    off = np.bincount(labels, weights=certificate.reduced(problem, q)[movable], minlength=count)
    side = np.where(certificate.prices > 0, problem.row_lower, problem.row_upper)
    priced = np.flatnonzero((certificate.prices != 0) & (row_label >= 0))
    slack = certificate.prices[priced] * ((problem.matrix @ q)[priced] - side[priced])
    off += np.bincount(row_label[priced], weights=slack, minlength=count)
    result: NDArray[np.bool_] = off > certificate.error
    broken = np.flatnonzero(problem.broken(q) & (row_label >= 0))
    result[row_label[broken]] = True
    return result
