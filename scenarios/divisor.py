"""One quota in exact fractions: the fairest numbers under its total, its bounds and its multiple alone (§11).

Being separable and convex under one equation and bounds, a plan is the fairest as soon as no exchange of one
step between two units makes it fairer (Gross 1956; Hochbaum 1994 for the larger steps that come first).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from scenarios.needs import SEATED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHIFT = {"smallest_divisors": Fraction(1, 2), "greatest_divisors": Fraction(-1, 2)}
STEPS = 4  # exchanges per unit before larger ones are tried
HALVINGS = 200


@dataclass(frozen=True)
class Curve:
    """The unfairness φ of numbers beside exact fair shares.

    Attributes:
        fair: of each number, above 0 where it counts.
        step: the multiple.
        method: a key of `OBJECTIVES` that §11 names.
    """

    fair: Sequence[Fraction]
    step: int
    method: str

    def cost(self, unit: int, number: int) -> Fraction:
        """φ of one number."""
        fair = self.fair[unit]
        if self.method == "largest_remainder":
            return (number - fair) ** 2
        if self.method == "equal_proportions":
            return (number - fair) ** 2 / number
        return (number - SHIFT.get(self.method, Fraction(0)) * self.step - fair) ** 2 / fair

    def slope(self, unit: int, a: int, b: int) -> Fraction:
        """(φ(b) − φ(a)) / (b − a), but for a constant that all units of a quota share."""
        fair = self.fair[unit]
        if self.method == "largest_remainder":
            return a + b - 2 * fair
        if self.method == "equal_proportions":
            return -fair * fair / (a * b)
        return (a + b - 2 * SHIFT.get(self.method, Fraction(0)) * self.step) / fair


def climb(curve: Curve, q: list[int], low: Sequence[int], high: Sequence[int], units: Sequence[int]) -> None:
    """Exchanges steps between `units` until no exchange makes q fairer; their sum stays.

    Args:
        curve: of all numbers.
        q: the plan, changed in place; every number of `units` within its bounds.
        low, high: bounds, by unit.
        units: between which steps may be exchanged.
    """
    if _exchanges(curve, q, low, high, units, 1, STEPS * len(units)):
        return
    # Far away: first in large steps, each of which leaves few of half its size.
    size = max((high[unit] - low[unit]) // curve.step for unit in units).bit_length()
    for power in reversed(range(size)):
        _exchanges(curve, q, low, high, units, 1 << power, None)


def _exchanges(
    curve: Curve,
    q: list[int],
    low: Sequence[int],
    high: Sequence[int],
    units: Sequence[int],
    count: int,
    most: int | None,
) -> bool:
    """Exchanges of `count` steps at a time, at most so many; whether none is left."""
    step = count * curve.step
    up = [(curve.slope(u, q[u], q[u] + step), u, q[u]) for u in units if q[u] + step <= high[u]]
    down = [(-curve.slope(u, q[u] - step, q[u]), u, q[u]) for u in units if q[u] - step >= low[u]]
    heapq.heapify(up)
    heapq.heapify(down)
    while True:
        for heap in (up, down):
            while heap and heap[0][2] != q[heap[0][1]]:
                heapq.heappop(heap)
        if not up or not down or up[0][0] >= -down[0][0]:
            return True
        if most is not None:
            most -= 1
            if most < 0:
                return False
        taker, giver = up[0][1], down[0][1]
        q[taker] += step
        q[giver] -= step
        for u in (taker, giver):
            if q[u] + step <= high[u]:
                heapq.heappush(up, (curve.slope(u, q[u], q[u] + step), u, q[u]))
            if q[u] - step >= low[u]:
                heapq.heappush(down, (-curve.slope(u, q[u] - step, q[u]), u, q[u]))


@dataclass(frozen=True)
class Quota:
    """One quota by itself.

    Attributes:
        total: of all its units.
        curve: with a fair share of 0 where a unit has no need; that of held ones doesn't matter.
        low, high: bounds of its numbers.
        held: which are fixed at their lower bound.
        cost: of one, exactly.
        distance: of one number to its profile, what ties are decided by after costs.
    """

    total: int
    curve: Curve
    low: Sequence[int]
    high: Sequence[int]
    held: Sequence[bool]
    cost: Sequence[Fraction]
    distance: Callable[[int], Fraction]

    def fairest(self) -> list[int] | None:
        """The fairest numbers, the cheapest, nearest to the profile and earliest of them.

        None where that asks more than exchanges tell: no need that must get something out of step, a seat
        that not every unit can have, bounds that multiples don't meet.
        """
        step = self.curve.step
        units = [u for u in range(len(self.low)) if not self.held[u] and self.curve.fair[u] > 0]
        q = list(self.low)
        others = sum(q) - sum(q[u] for u in units)
        left = self.total - sum(number for number, held in zip(q, self.held, strict=True) if held)
        bare = [u for u in range(len(q)) if not self.held[u] and self.curve.fair[u] == 0]
        if not units or any(q[u] % step for u in bare):
            return None
        seat = step if self.curve.method in SEATED else 0
        low, high = list(self.low), list(self.high)
        for u in units:
            low[u] = -(-max(low[u], seat) // step) * step
            high[u] = high[u] // step * step
        rest = left % step
        sum_of_units = self.total - others - rest
        if any(low[u] > high[u] for u in units) or not (
            sum(low[u] for u in units) <= sum_of_units <= sum(high[u] for u in units)
        ):
            return None
        self._fill(q, low, high, units, sum_of_units)
        climb(self.curve, q, low, high, units)
        if not rest:
            return self._first(q, low, high, units)
        return self._with_rest(q, low, high, units, rest, seat)

    def _fill(
        self, q: list[int], low: Sequence[int], high: Sequence[int], units: Sequence[int], total: int
    ) -> None:
        """Some plan of the units' sum, near the fairest."""
        step = self.curve.step
        fair = np.array([float(self.curve.fair[u]) for u in units])
        least, most = np.array([low[u] for u in units]), np.array([high[u] for u in units])
        below, above = 0.0, 1.0
        while np.clip(above * fair, least, most).sum() < total and above < 2.0**100:
            above *= 2
        for _ in range(HALVINGS):
            middle = (below + above) / 2
            if middle in (below, above):
                break
            if np.clip(middle * fair, least, most).sum() < total:
                below = middle
            else:
                above = middle
        for u, share in zip(units, fair.tolist(), strict=True):
            q[u] = min(max(int(below * share) // step * step, low[u]), high[u])
        missing = (total - sum(q[u] for u in units)) // step
        while missing:
            open_ = [u for u in units if (q[u] < high[u] if missing > 0 else q[u] > low[u])]
            each = max(abs(missing) // len(open_), 1)
            for u in open_:
                room = (high[u] - q[u] if missing > 0 else q[u] - low[u]) // step
                moved = min(each, room, abs(missing)) * (1 if missing > 0 else -1)
                q[u] += moved * step
                missing -= moved

    def _with_rest(
        self,
        q: list[int],
        low: Sequence[int],
        high: Sequence[int],
        units: Sequence[int],
        rest: int,
        seat: int,
    ) -> list[int] | None:
        """The fairest plan in which one unit takes the rest, from that of multiples alone.

        At a price between what the last steps gave and the next ones would give, every number is the best of
        its lattice. So it stays where another lattice is put under one of them, and steps that are taken or
        given then to reach the sum, the best first, are the fairest.
        """
        curve, step = self.curve, self.curve.step
        up = sorted((curve.slope(u, q[u], q[u] + step), u) for u in units if q[u] + step <= high[u])
        down = sorted(
            ((curve.slope(u, q[u] - step, q[u]), u) for u in units if q[u] - step >= low[u]), reverse=True
        )
        price = down[0][0] if down else up[0][0] if up else Fraction(0)
        kinds = set()
        offers = []
        for u in units:
            kind = self._kind(u)
            if kind in kinds:
                continue
            kinds.add(kind)
            first = max(self.low[u], seat)
            first += (rest - first) % step
            last = self.high[u] - (self.high[u] - rest) % step
            if first > last:
                continue
            number = min(max(q[u] // step * step + rest, first), last)
            while number < last and curve.slope(u, number, number + step) < price:
                number += step
            while number > first and curve.slope(u, number - step, number) > price:
                number -= step
            more = (number - q[u]) * (self._between(u, q[u], number) - price)
            offers.append((more, u, number, first, last))
        offers.sort()
        best: Fraction | None = None
        plans: list[tuple[list[int], list[int], list[int]]] = []
        for more, taker, number, first, last in offers:
            if best is not None and more > best:
                break
            plan, least, most = list(q), list(low), list(high)
            plan[taker], least[taker], most[taker] = number, first, last
            steps = (rest - number + q[taker]) // step
            beyond = self._reached(plan, least, most, taker, steps, up if steps > 0 else down, price)
            if beyond is None or (best is not None and more + beyond > best):
                continue
            if best is None or more + beyond < best:
                best, plans = more + beyond, []
            plans.append((plan, least, most))
        found = [self._first(*plan, units) for plan in plans]
        return min(found, key=self._key) if found else None

    def _between(self, unit: int, a: int, b: int) -> Fraction:
        return Fraction(0) if a == b else self.curve.slope(unit, a, b)

    def _reached(
        self,
        plan: list[int],
        low: Sequence[int],
        high: Sequence[int],
        taker: int,
        steps: int,
        next_ones: Sequence[tuple[Fraction, int]],
        price: Fraction,
    ) -> Fraction | None:
        """Takes (gives, where negative) so many steps, the best first: what that costs beyond the price."""
        step = self.curve.step if steps > 0 else -self.curve.step

        def offer(unit: int) -> list[tuple[Fraction, int]]:
            after = plan[unit] + step
            if not low[unit] <= after <= high[unit]:
                return []
            return [((self.curve.slope(unit, plan[unit], after) - price) * step, unit)]

        if steps == 0:
            return Fraction(0)
        # The first so many beside the taker are all that can be needed, each perhaps more than once.
        heap = [((slope - price) * step, u) for slope, u in next_ones[: abs(steps) + 1] if u != taker]
        heap += offer(taker)
        heapq.heapify(heap)
        beyond = Fraction(0)
        for _ in range(abs(steps)):
            if not heap:
                return None
            more, unit = heapq.heappop(heap)
            beyond += more
            plan[unit] += step
            for entry in offer(unit):
                heapq.heappush(heap, entry)
        return beyond

    def _kind(self, unit: int) -> tuple[object, ...]:
        """What units that may be exchanged have in common."""
        return self.curve.fair[unit], self.low[unit], self.high[unit], self.cost[unit]

    def _first(
        self, q: list[int], low: Sequence[int], high: Sequence[int], units: Sequence[int]
    ) -> list[int]:
        """Of plans as fair as q the first: who takes the steps that are worth the same."""
        curve, step = self.curve, self.curve.step
        downs = {u: curve.slope(u, q[u] - step, q[u]) for u in units if q[u] - step >= low[u]}
        last = max(downs.values(), default=None)
        taken = [u for u, slope in downs.items() if slope == last]
        open_ = [
            u
            for u in units
            if last is not None and q[u] + step <= high[u] and curve.slope(u, q[u], q[u] + step) == last
        ]
        plan = list(q)
        if open_:
            for u in taken:
                plan[u] -= step
            order = sorted(taken + open_, key=lambda u: (*self._step(u, plan[u]), u))
            for u in order[: len(taken)]:
                plan[u] += step
        # Of those alike the earlier get more: also the rest.
        alike: dict[tuple[object, ...], list[int]] = {}
        for u in units:
            alike.setdefault(self._kind(u), []).append(u)
        for places in alike.values():
            numbers = sorted((plan[u] for u in places), reverse=True)
            for u, number in zip(places, numbers, strict=True):
                plan[u] = number
        return plan

    def _step(self, unit: int, number: int) -> tuple[Fraction, Fraction]:
        """What one step more costs, and how much farther from the profile it is."""
        return self.cost[unit] * self.curve.step, self.distance(number + self.curve.step) - self.distance(
            number
        )

    def _key(self, q: Sequence[int]) -> tuple[Fraction, Fraction, list[int]]:
        cost = sum((price * number for price, number in zip(self.cost, q, strict=True)), Fraction(0))
        off = sum((self.distance(n) for n, held in zip(q, self.held, strict=True) if not held), Fraction(0))
        return cost, off, [-number for number in q]
