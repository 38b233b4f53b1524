"""Large figures: plans in whole numbers and exact fractions, where floats tell no step from the next.

From 2²⁶ on the square of a figure is no exact float64, and from about 10⁹ fair shares in floats miss by what
one step changes. Each quota by itself is then solved exactly (see `divisor`); where that keeps the rules, it
is the fairest plan there is. Where rules stand in the way, exchanges that they allow make a plan fairer, and
what the quotas by themselves could have is a bound.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scenarios.convex import EPSILON
from scenarios.divisor import Curve, Quota, climb
from scenarios.needs import SEATED
from scenarios.objectives import OBJECTIVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenarios.cells import CellProblem
    from scenarios.convex import Whole
    from scenarios.totals import Totals

LARGE = 2**26
ROUNDS = 8
ROOM = 16 * EPSILON  # what the sum of correctly rounded terms can miss, and more


def is_large(problem: CellProblem) -> bool:
    """Whether a problem's fairness is to be told in fractions: a sum over units, of large figures."""
    return problem.fairness in OBJECTIVES and bool((problem.total >= LARGE).any())


class Finished(NamedTuple):
    """A plan in whole numbers, int64 [K, U], its objective, and a bound that no plan is below."""

    q: Whole
    objective: float
    bound: float


class Exchanges:
    """The quotas of a problem by themselves, in fractions.

    Args:
        totals: the model of the totals, with what the rules imply for the bounds.
    """

    def __init__(self, totals: Totals) -> None:
        problem = totals.problem
        self.totals, self.problem = totals, problem
        self.fair = shares(problem)
        shape = problem.fair.shape
        low, high = (side.reshape(shape).astype(np.int64) for side in (totals.lower, totals.upper))
        self.quotas = [
            Quota(
                total=int(problem.total[k]),
                curve=Curve(self.fair[k], int(problem.multiple[k]), problem.fairness),
                low=low[k].tolist(),
                high=high[k].tolist(),
                held=problem.held[k].tolist(),
                cost=[Fraction(price) for price in problem.cost[k].tolist()],
                distance=_Distance(problem.profile[k].tolist()),
            )
            for k in range(shape[0])
        ]
        # By themselves: with rules a quota may do worse, never better.
        self.alone = [quota.fairest() for quota in self.quotas]
        self.rows = totals.model(np.zeros(totals.numbers, dtype=bool))

    def free(self) -> Finished | None:
        """The fairest plan, where each quota's own fairest numbers together keep the rules of the totals."""
        found = [numbers for numbers in self.alone if numbers is not None]
        if len(found) < len(self.alone) or self.totals.moves is not None:
            return None
        q = np.array(found, dtype=np.int64)
        if not self.keeps(q):
            return None
        value = self.value(q)
        return Finished(q, value, value)

    def finish(self, q: Whole) -> Whole:
        """A plan no less fair than q (int64 [K, U]) that keeps the rules of the totals, as q does."""
        if self.totals.moves is not None:
            return q
        q = q.copy()
        settled = set()
        for k, numbers in enumerate(self.alone):
            if numbers is None:
                continue
            other = q.copy()
            other[k] = numbers
            if self.keeps(other):
                q = other
                settled.add(k)
        for _ in range(ROUNDS):
            before = q
            for k in range(len(self.quotas)):
                if k not in settled:
                    other = self._exchanged(q, k)
                    if self.keeps(other):
                        q = other
            if (q == before).all():
                break
        return q

    def told(self, q: Whole, bound: float) -> Finished:
        """The plan q with its objective, beside a bound (of the rows' prices) that it doesn't pass."""
        value = self.value(q)
        alone = [numbers for numbers in self.alone if numbers is not None]
        if (
            self.totals.moves is not None
            or len(alone) < len(self.alone)
            or not all(self._comparable(k, q[k].tolist(), numbers) for k, numbers in enumerate(alone))
        ):
            return Finished(q, value, min(value, bound))
        if all(self._more(k, q[k].tolist(), numbers) == 0 for k, numbers in enumerate(alone)):
            return Finished(q, value, value)
        least = self.value(np.array(alone, dtype=np.int64)) * (1 - ROOM)
        return Finished(q, value, min(value, max(bound, least)))

    def value(self, q: Whole) -> float:
        """The objective (§11) of quotas, int64 [K, U]: the sum of its correctly rounded terms."""
        terms = []
        for k, quota in enumerate(self.quotas):
            scale = Fraction(float(self.problem.weight[k])) / max(1, quota.total)
            numbers = q[k].tolist()
            terms += [float(scale * quota.curve.cost(u, numbers[u])) for u in self._counted(k, numbers)]
        return math.fsum(terms)

    def keeps(self, q: Whole) -> bool:
        """Whether quotas keep bounds and rows: exactly, where their coefficients are whole."""
        numbers = q.ravel()
        if (numbers < self.rows.lower[: len(numbers)]).any() or (
            numbers > self.rows.upper[: len(numbers)]
        ).any():
            return False
        matrix, whole = self.rows.matrix, numbers.tolist()
        for row in range(len(self.rows.row_lower)):
            span = slice(matrix.indptr[row], matrix.indptr[row + 1])
            terms = [
                Fraction(value) * whole[column]
                for value, column in zip(
                    matrix.data[span].tolist(), matrix.indices[span].tolist(), strict=True
                )
            ]
            activity = sum(terms, Fraction(0))
            exact = bool((matrix.data[span] == np.round(matrix.data[span])).all())
            room = 0 if exact else 4 * Fraction(EPSILON) * sum(abs(term) for term in terms)
            low, high = float(self.rows.row_lower[row]), float(self.rows.row_upper[row])
            if (low > -math.inf and activity < Fraction(low) - room) or (
                high < math.inf and activity > Fraction(high) + room
            ):
                return False
        return True

    def _counted(self, k: int, numbers: Sequence[int]) -> list[int]:
        """The units whose fairness counts: with need, not held, with their seat where one is asked for."""
        quota = self.quotas[k]
        seat = quota.curve.step if self.problem.fairness in SEATED else 0
        return [
            u
            for u in range(len(numbers))
            if not quota.held[u] and quota.curve.fair[u] > 0 and numbers[u] >= seat
        ]

    def _comparable(self, k: int, numbers: Sequence[int], alone: Sequence[int]) -> bool:
        """Whether the same units count, and those of no need get the same: what comes before fairness."""
        counted = set(self._counted(k, numbers))
        return counted == set(self._counted(k, alone)) and all(
            number == other
            for u, (number, other) in enumerate(zip(numbers, alone, strict=True))
            if u not in counted
        )

    def _more(self, k: int, numbers: Sequence[int], alone: Sequence[int]) -> Fraction:
        """The unfairness of a quota beyond that of its own fairest numbers, exactly, without its weight."""
        curve = self.quotas[k].curve
        return sum(
            (
                curve.cost(u, numbers[u]) - curve.cost(u, alone[u])
                for u in self._counted(k, numbers)
                if numbers[u] != alone[u]
            ),
            Fraction(0),
        )

    def _exchanged(self, q: Whole, k: int) -> Whole:
        """The plan after all exchanges within one quota that its rows allow while other quotas stay.

        A row over one unit of the quota is a bound of that; units that a row weighs differently are not
        exchanged with each other.
        """
        quota, width = self.quotas[k], q.shape[1]
        step, numbers = quota.curve.step, q[k].tolist()
        units = self._counted(k, numbers)
        seat = step if self.problem.fairness in SEATED else 0
        low, high = [max(one, seat) for one in quota.low], list(quota.high)
        groups: dict[int, list[tuple[int, float]]] = {u: [] for u in units}
        matrix = self.rows.matrix
        every = q.ravel().tolist()
        for row in range(len(self.rows.row_lower)):
            span = slice(matrix.indptr[row], matrix.indptr[row + 1])
            entries = dict(zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True))
            own = [
                c - k * width for c, value in entries.items() if k * width <= c < (k + 1) * width and value
            ]
            if len(own) != 1:
                for u in own:
                    if u in groups:
                        groups[u].append((row, entries[k * width + u]))
                continue
            (unit,) = own
            value = Fraction(entries[k * width + unit])
            others = sum(
                (Fraction(v) * every[c] for c, v in entries.items() if c != k * width + unit), Fraction(0)
            )
            for side, is_low in (
                (float(self.rows.row_lower[row]), value > 0),
                (float(self.rows.row_upper[row]), value < 0),
            ):
                if math.isinf(side):
                    continue
                end = (Fraction(side) - others) / value
                if is_low:
                    low[unit] = max(low[unit], math.ceil(end))
                else:
                    high[unit] = min(high[unit], math.floor(end))
        # Where a row of fractions is kept but for its rounding, what stands may stay.
        low = [min(side, number) for side, number in zip(low, numbers, strict=True)]
        high = [max(side, number) for side, number in zip(high, numbers, strict=True)]
        alike: dict[tuple[tuple[int, float], ...], list[int]] = {}
        for u, signature in groups.items():
            alike.setdefault(tuple(signature), []).append(u)
        for group in alike.values():
            climb(quota.curve, numbers, low, high, group)
        found = q.copy()
        found[k] = numbers
        return found


class _Distance:
    """`periods.distance` of one number, exactly."""

    def __init__(self, profile: Sequence[float]) -> None:
        whole = sum((Fraction(weight) for weight in profile), Fraction(0))
        self.shares = [Fraction(weight) / whole for weight in profile if weight] if whole else []

    def __call__(self, number: int) -> Fraction:
        if len(self.shares) < 2:
            return Fraction(0)
        parts = sorted((number * share % 1 for share in self.shares), reverse=True)
        over = int(sum(parts))
        return sum(
            ((1 - part if place < over else part) ** 2 for place, part in enumerate(parts)), Fraction(0)
        )


def shares(problem: CellProblem) -> list[list[Fraction]]:
    """The fair shares (§10) from the needs, exactly, drawn to an issued plan as `Stay.drawn` says; as they
    stand where needs aren't told; 0 where held.
    """
    return [_shares(problem, k) for k in range(len(problem.total))]


def _shares(problem: CellProblem, k: int) -> list[Fraction]:
    held = problem.held[k].tolist()
    need = problem.need[k].tolist()
    stay = problem.stay
    if any(math.isnan(value) for value in need) or (stay is not None and stay.exact):
        fair = problem.fair[k].tolist()
        return [Fraction(0 if fixed else value) for value, fixed in zip(fair, held, strict=True)]
    sides = zip(problem.lower[k].tolist(), held, strict=True)
    left = int(problem.total[k]) - sum((Fraction(side) for side, fixed in sides if fixed), Fraction(0))
    asked = [Fraction(0 if fixed else value) for value, fixed in zip(need, held, strict=True)]
    among = sum(asked, Fraction(0))
    each = max(left, Fraction(0)) / among if among else Fraction(0)
    found = [each * value for value in asked]
    if stay is None:
        return found
    weight, known = Fraction(stay.weight), stay.known[k].tolist()
    for u, quota in enumerate(stay.quotas[k].tolist()):
        if known[u] and not held[u]:
            found[u] = (found[u] + weight * Fraction(quota)) / (1 + weight)
    return found
