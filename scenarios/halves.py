"""Every plan of little excess, listed: for the few numbers and rows that most searches come down to.

A plan's excess is the sum of its numbers' reduced costs and of its priced slacks, none below 0. So the
numbers are halved, all that each half can do for that much is listed, and both lists are joined where the
rows fit (Horowitz and Sahni 1974). What isn't in the list is no plan of that excess, whatever a solver says.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.parts import tied_columns
from scenarios.window import window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scenarios.certificate import Certificate
    from scenarios.convex import Floats, Separable, Whole
    from scenarios.window import Window

    _Pairs = tuple[Floats, Whole, Whole]
    _Moves = list[tuple[int, float]]
    _Options = tuple[int, list[tuple[float, float, Floats]]]

MOST_STEPS, MOST_ROWS = 1000, 8
MOST_STATES = 60_000  # of one half
MOST_PAIRS = 2_000_000  # that the row they are joined on lets through
MOST_PLANS = 200
ROUNDING = 1e-11  # of the sum of all magnitudes of a row or of an excess
GRAIN = 2.0**20  # sums of multiples of one over this are exact
ALIKE = 1e-9  # of an excess: a difference that is none
FIRST, GROWTH = 0.01, 2.0  # the first limit, of the last, and how it grows
WIDER = 4.0


@dataclass(frozen=True, eq=False)
class _Half:
    """What some of the numbers can do: each state adds a step of one more number to an earlier state.

    ``cost`` float64 [s]; ``rows`` float64 [s, r]; ``parent`` int64 [s], -1 for the first; ``owner`` int64 [s]
    and ``by`` float64 [s]: which number it moves, and how far.
    """

    cost: Floats
    rows: Floats
    parent: Whole
    owner: Whole
    by: Floats

    def moves(self, state: int) -> _Moves:
        """Which numbers a state moves, and how far."""
        found = []
        while state > 0:
            found.append((int(self.owner[state]), float(self.by[state])))
            state = int(self.parent[state])
        return found


@dataclass(frozen=True, eq=False)
class Listed:
    """Plans, float64 [n] each: among them all whose excess is at most `most`."""

    plans: list[Floats]
    most: float


def nearest(problem: Separable, certificate: Certificate, most: float, noise: float) -> Listed | None:
    """The plans of least excess, and those up to `noise` above or alike but for `ALIKE`; none where all have
    more than `most`. None where that can't be told by lists.
    """
    space = _Space.of(problem, certificate, most)
    least = None if space is None else space.least()
    if space is None or least is None:
        return None
    total = math.fsum(least)
    more = noise + ALIKE * (space.offset + total) + ROUNDING * space.size + space.blur
    if total > space.left:
        return Listed([], most)
    while True:
        found = space.plans(least, total + more)
        if found is None:
            return None
        if found or total + more >= space.left:
            return Listed(found, space.offset + total + more)
        more = max(WIDER * more, FIRST * total)  # all those listed broke a row that ties components together


def listed(
    problem: Separable, certificate: Certificate, most: float, space: Window | None = None
) -> list[Floats] | None:
    """All plans whose excess is at most `most` within rounding, float64 [n] each, some others perhaps.

    None where that can't be told by lists. `space`: the window of just these plans, where it is at hand.
    """
    within = _Space.of(problem, certificate, most) if space is None else _Space.within(problem, space, most)
    least = None if within is None else within.least()
    return None if within is None or least is None else within.plans(least, within.left)


@dataclass(frozen=True, eq=False)
class _Space:
    """A window in components that no row ties together, and what excess is left beside that of its base,
    the `offset`; `blur`: by how much a cost may be told too small.
    """

    problem: Separable
    base: Floats
    components: list[_Component]
    left: float
    size: float
    offset: float
    blur: float

    @classmethod
    def of(cls, problem: Separable, certificate: Certificate, most: float) -> _Space | None:
        low, high = certificate.interval(problem, most)
        room = high - low
        if room.sum() > MOST_STEPS or room[problem.weight == 0].any():
            return None
        return cls.within(problem, window(problem, certificate, low, high, most), most)

    @classmethod
    def within(cls, problem: Separable, space: Window, most: float) -> _Space | None:
        """The same of a window made for `most`."""
        if space.matrix.shape[0] > MOST_ROWS or len(space.owner) > MOST_STEPS:
            return None
        if (problem.weight[space.owner] == 0).any():
            return None
        size = abs(most) + abs(space.offset) + float(np.abs(space.cost).sum())
        rows = _Ranges.of(space)
        blur = float(rows.price @ rows.rounding)
        owners, of_step = np.unique(space.owner, return_inverse=True)
        touched = np.zeros((len(rows.low), len(owners)))
        for row in range(len(rows.low)):
            touched[row] = np.bincount(of_step, np.abs(rows.coefficients[row]), len(owners))
        # Rows that only limit don't tie: who breaks one is left out in the end.
        ties = (rows.low == rows.high) | (rows.price != 0)
        labels = tied_columns(sparse.csr_array(touched[ties]))
        alone = np.flatnonzero(~touched.any(axis=1))
        if ((rows.low > rows.rounding) | (rows.high < -rows.rounding))[alone].any():
            return cls(
                problem, space.base, [], -np.inf, size, space.offset, blur
            )  # a row that nothing here moves is broken
        components = []
        for label in range(int(labels.max(initial=-1)) + 1):
            steps = np.flatnonzero(labels[of_step] == label)
            inside = touched[:, labels == label].any(axis=1) & ~touched[:, labels != label].any(axis=1)
            here = np.flatnonzero(inside)
            components.append(_Component.of(space, steps, rows.take(here, steps)))
        left = most - space.offset + ROUNDING * size
        return cls(problem, space.base, components, left, size, space.offset, blur)

    def least(self) -> list[float] | None:
        """What each component costs at least, inf beyond what is left; None where that can't be told."""
        found = []
        for component in self.components:
            least = component.least(self.left)
            if least is None:
                return None
            found.append(least)
        return found

    def plans(self, least: list[float], most: float) -> list[Floats] | None:
        """All plans that cost no more, by what each component costs at least."""
        total = math.fsum(least)
        if total > most:
            return []
        found: list[tuple[float, Floats]] = [(0.0, self.base)]
        rest, room = total, ROUNDING * self.size
        for component, own in zip(self.components, least, strict=True):
            states = component.within(own + (most - total) + room)
            if states is None:
                return None
            rest -= own
            found = [
                (cost + more, component.moved(q, pair))
                for cost, q in found
                for more, *pair in states
                if cost + more + rest <= most + room
            ]
            if len(found) > MOST_PLANS:
                return None
        return [q for _, q in found if self.problem.allows(q)]


@dataclass(frozen=True, eq=False)
class _Component:
    """Numbers that rows tie together, in two halves; what each can do as (number, [(by, cost, rows)])."""

    ranges: _Ranges
    halves: tuple[list[_Options], list[_Options]]
    cost: float

    @classmethod
    def of(cls, space: Window, steps: Whole, ranges: _Ranges) -> _Component:
        options = []
        for owner in np.unique(space.owner[steps]).tolist():
            found = []
            for sign in (1.0, -1.0):
                own = np.flatnonzero((space.owner[steps] == owner) & (space.sign[steps] == sign))
                cost = np.cumsum(np.maximum(space.cost[steps[own]], 0.0))
                rows = np.cumsum(ranges.coefficients[:, own], axis=1)
                found += [(sign * (k + 1), float(cost[k]), rows[:, k]) for k in range(len(own))]
            options.append((owner, found))
        options.sort(key=lambda one: min(price for _, price, _ in one[1]))
        # Dealt out in the order of what they cost at least, so that neither half is much longer.
        return cls(ranges, (options[::2], options[1::2]), float(space.cost[steps].sum()))

    def least(self, most: float) -> float | None:
        """What it costs at least; inf where that is more than `most`; None where that can't be told."""
        limit = most * FIRST
        while True:
            pairs = self._pairs(min(limit, most))[2]
            if pairs is None:
                return None
            if len(pairs[0]):
                return float(pairs[0].min())
            if limit >= most:
                return math.inf
            limit *= GROWTH

    def within(self, most: float) -> list[tuple[float, _Moves, _Moves]] | None:
        """Everything that it can do at no more than this cost, as the moves of both halves."""
        one, other, pairs = self._pairs(most)
        if one is None or other is None or pairs is None or len(pairs[0]) > MOST_PLANS:
            return None
        states = zip(*(part.tolist() for part in pairs), strict=True)
        return [(cost, one.moves(a), other.moves(b)) for cost, a, b in states]

    def _pairs(self, most: float) -> tuple[_Half | None, _Half | None, _Pairs | None]:
        one = _half(self.halves[0], most, len(self.ranges.low))
        other = None if one is None else _half(self.halves[1], most, len(self.ranges.low))
        return one, other, None if one is None or other is None else self.ranges.pairs(one, other, most)

    def moved(self, q: Floats, moves: Sequence[_Moves]) -> Floats:
        """The numbers after these moves."""
        q = q.copy()
        for owner, by in itertools.chain(*moves):
            q[owner] += by
        return q


def _half(numbers: list[_Options], most: float, rows: int) -> _Half | None:
    """All that these numbers can do at no more than this cost; None where that is too much."""
    # Room that is never used costs nothing while nothing is written to it.
    cost, activity, by = np.empty(MOST_STATES), np.empty((MOST_STATES, rows)), np.empty(MOST_STATES)
    parent, owner = np.empty(MOST_STATES, dtype=np.int64), np.empty(MOST_STATES, dtype=np.int64)
    cost[0], activity[0], by[0], parent[0], owner[0] = 0.0, 0.0, 0.0, -1, -1
    count = 1
    for number, options in numbers:
        before = count
        for amount, price, change in options:
            if price > most:
                continue
            fits = np.flatnonzero(cost[:before] <= most - price)
            end = count + len(fits)
            if end > MOST_STATES:
                return None
            cost[count:end] = cost[fits] + price
            activity[count:end] = activity[fits] + change
            parent[count:end], owner[count:end], by[count:end] = fits, number, amount
            count = end
    return _Half(cost[:count], activity[:count], parent[:count], owner[:count], by[:count])


@dataclass(frozen=True, eq=False)
class _Ranges:
    """What rows may come to by steps alone, give or take `rounding`; `price`: of a unit off `side`, or 0."""

    coefficients: Floats
    low: Floats
    high: Floats
    side: Floats
    price: Floats
    rounding: Floats

    @classmethod
    def of(cls, space: Window) -> _Ranges:
        steps = len(space.owner)
        matrix = space.matrix.toarray()
        low, high, price = space.row_lower.copy(), space.row_upper.copy(), np.zeros(len(space.row_lower))
        row, column = np.nonzero(matrix[:, steps:])  # a slack is alone in its row, its coefficient 1 or -1
        sign = matrix[row, steps + column]
        high[row] += np.where(sign < 0, space.slack_upper[column], 0.0)
        low[row] -= np.where(sign > 0, space.slack_upper[column], 0.0)
        price[row] = space.slack_cost[column]
        side = np.where(np.isfinite(space.row_lower), space.row_lower, 0.0)
        rounding = ROUNDING * (np.abs(matrix[:, :steps]).sum(axis=1) + np.abs(side))
        return cls(matrix[:, :steps], low, high, side, price, rounding)

    def take(self, rows: Whole, steps: Whole) -> _Ranges:
        """Some of the rows over some of the steps; no other steps may have a part in them."""
        others = (self.low, self.high, self.side, self.price, self.rounding)
        return _Ranges(self.coefficients[np.ix_(rows, steps)], *(values[rows] for values in others))

    @property
    def equal(self) -> NDArray[np.bool_]:
        """Which rows are equations of sums that no rounding touches."""
        grained = np.column_stack([self.coefficients, self.low, self.high]) * GRAIN
        whole = (grained == np.round(grained)).all(axis=1) & (np.abs(grained).sum(axis=1) < GRAIN**2)
        found: NDArray[np.bool_] = whole & (self.low == self.high)
        return found

    def pairs(self, one: _Half, other: _Half, most: float) -> _Pairs | None:
        """The states of both halves that keep the rows together at no more than this cost, with that."""
        equal, others = np.flatnonzero(self.equal), np.flatnonzero(~self.equal)
        keys = np.concatenate([one.rows[:, equal], self.low[equal] - other.rows[:, equal]])
        label = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
        mine, theirs = label[: len(one.cost)], label[len(one.cost) :]
        on = self._on(others)
        ahead = other.cost if on is None else other.rows[:, on]
        order = np.lexsort((ahead, theirs))
        if on is None:
            low, high = np.full(len(one.cost), -np.inf), most - one.cost
        else:
            # Who has spent more already has less left for the slack of a row with a price.
            room = self._room(on, most - one.cost)
            low, high = room[0] - one.rows[:, on], room[1] - one.rows[:, on]
        begin, end = _spans(mine, theirs[order], ahead[order], low, high)
        width = np.maximum(end - begin, 0)
        if width.sum() > MOST_PAIRS:
            return None
        first = np.repeat(np.arange(len(width)), width)
        place = np.arange(len(first)) - np.repeat(np.cumsum(width) - width, width)
        second = order[begin[first] + place]
        cost = one.cost[first] + other.cost[second]
        kept = np.flatnonzero(cost <= most)
        first, second, cost = first[kept], second[kept], cost[kept]
        for row in others.tolist():
            activity, room = one.rows[first, row] + other.rows[second, row], self.rounding[row]
            if self.price[row]:
                cost = cost + self.price[row] * np.maximum(np.abs(activity - self.side[row]) - room, 0.0)
            fits = (activity >= self.low[row] - room) & (activity <= self.high[row] + room) & (cost <= most)
            first, second, cost = first[fits], second[fits], cost[fits]
        return cost, first, second

    def _room(self, row: int, left: Floats) -> tuple[Floats, Floats]:
        """What a row may come to where this much may be spent on it, float64 as `left` each."""
        low, high = np.full(len(left), self.low[row]), np.full(len(left), self.high[row])
        if self.price[row]:
            reach = left / self.price[row]
            low, high = np.maximum(low, self.side[row] - reach), np.minimum(high, self.side[row] + reach)
        return low - self.rounding[row], high + self.rounding[row]

    def _on(self, others: Whole) -> int | None:
        """The row that the halves are joined on beside the equations: the narrowest for what it moves."""
        moved = np.maximum(np.abs(self.coefficients).sum(axis=1), 1e-300)
        share = ((self.high - self.low) / moved)[others]
        narrowest = int(np.argmin(share)) if len(share) else 0
        return int(others[narrowest]) if len(share) and np.isfinite(share[narrowest]) else None


def _spans(
    mine: Whole, theirs: Whole, ahead: Floats, low: Floats, high: Floats
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each of mine the places in `ahead`, sorted within each label of theirs, from low to high."""
    begin, end = np.zeros(len(mine), dtype=np.int64), np.zeros(len(mine), dtype=np.int64)
    by_label = np.argsort(mine, kind="stable")
    labels, starts = np.unique(mine[by_label], return_index=True)
    for label, group in zip(labels.tolist(), np.split(by_label, starts[1:]), strict=True):
        first, last = np.searchsorted(theirs, [label, label + 1])
        begin[group] = first + np.searchsorted(ahead[first:last], low[group], side="left")
        end[group] = first + np.searchsorted(ahead[first:last], high[group], side="right")
    return begin, end
