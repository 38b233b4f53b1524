"""Whether equations can hold in whole numbers at all, bounds aside.

A search by bounds alone may never end where rules make every quota a multiple of 6 and the total is none.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scenarios.convex import Separable

WORK = 1_000_000  # coefficients touched before the question stays open
LARGEST = 2**40


def impossible(problem: Separable) -> bool:
    """True if the equations of whole coefficients have no whole solution (proven); False says nothing.

    Exact elimination: an equation divided by its greatest common divisor must keep a whole side; one that
    then has a coefficient of ±1 is solved for that number and put into the others.
    """
    equations = _Equations(problem)
    while equations.work < WORK:
        row = equations.shortest()
        if row is None:
            return False
        if equations.divide(row):
            return True
        equations.eliminate(row)
    return False


class _Equations:
    """The equations as {column: coefficient} each, in exact whole numbers."""

    def __init__(self, problem: Separable) -> None:
        self.work = 0
        self.rows: dict[int, dict[int, int]] = {}
        self.sides: dict[int, int] = {}
        self.holders: dict[int, set[int]] = {}
        fixed = problem.lower == problem.upper
        matrix = problem.matrix
        for row in np.flatnonzero(problem.row_lower == problem.row_upper).tolist():
            span = slice(matrix.indptr[row], matrix.indptr[row + 1])
            terms = _whole(matrix.data[span].tolist(), float(problem.row_lower[row]))
            if terms is None:
                continue
            *values, side = terms
            equation: dict[int, int] = {}
            for column, value in zip(matrix.indices[span].tolist(), values, strict=True):
                if fixed[column]:
                    side -= value * int(problem.lower[column])
                elif value:
                    equation[column] = value
                    self.holders.setdefault(column, set()).add(row)
            self.rows[row], self.sides[row] = equation, side
        self.queue = [(len(equation), row) for row, equation in self.rows.items()]
        heapq.heapify(self.queue)

    def shortest(self) -> int | None:
        """The shortest equation not yet looked at in its present form."""
        while self.queue:
            length, row = heapq.heappop(self.queue)
            if row in self.rows and len(self.rows[row]) == length:
                return row
        return None

    def divide(self, row: int) -> bool:
        """Divides an equation by its greatest common divisor. True if its side is no multiple of it."""
        equation = self.rows[row]
        divisor = math.gcd(*equation.values()) if equation else 0
        self.work += len(equation) + 1
        if divisor == 0:
            return self.sides[row] != 0
        if self.sides[row] % divisor:
            return True
        self.sides[row] //= divisor
        self.rows[row] = {column: value // divisor for column, value in equation.items()}
        return False

    def eliminate(self, row: int) -> None:
        """Solves an equation for a number of coefficient ±1, if it has one: that in the fewest others."""
        equation = self.rows[row]
        units = [column for column, value in equation.items() if abs(value) == 1]
        if not units:
            return
        pivot = min(units, key=lambda column: (len(self.holders[column]), column))
        for other in sorted(self.holders[pivot] - {row}):
            target = self.rows[other]
            factor = target[pivot] * equation[pivot]
            self.work += len(equation)
            for column, value in equation.items():
                changed = target.get(column, 0) - factor * value
                if changed:
                    target[column] = changed
                    self.holders[column].add(other)
                else:
                    target.pop(column, None)
                    self.holders[column].discard(other)
            self.sides[other] -= factor * self.sides[row]
            heapq.heappush(self.queue, (len(target), other))
        for column in equation:
            self.holders[column].discard(row)
        del self.rows[row]


def _whole(values: list[float], side: float) -> list[int] | None:
    """Coefficients and side as whole numbers, all times one power of two; None if they aren't whole.

    A decimal fraction such as 0.1 is whole only times 2⁵⁵: it is not what was meant, and tells nothing.
    """
    scale = 1
    for value in (*values, side):
        if not math.isfinite(value):
            return None
        scale = max(scale, value.as_integer_ratio()[1])
    terms = [int(value * scale) for value in (*values, side)] if scale <= LARGEST else [LARGEST]
    return terms if all(abs(term) < LARGEST for term in terms) else None
