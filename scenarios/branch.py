"""A proof, in numpy, that no plan of a window is better: branch and bound whose every bound is recomputed.

Linear programs only suggest row prices; what counts is the bound that these prove by duality over the box of
the node, and for an empty node the multipliers that prove it empty (Farkas). No status of a solver is used.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from scenarios.convex import Floats, Whole
    from scenarios.window import Window

WHOLE = 1e-7
RELIABLE = 2  # so often a number is tried before what it brought is relied on
TRIED = 20  # numbers, at most, of one node
PATIENCE = 4  # so many without a better one
ROUNDING = 1e-12  # of the sum of all magnitudes, taken off every bound


@dataclass(frozen=True, eq=False)
class Aim:
    """What is to be shown, and at what effort.

    Attributes:
        target: > 0, an excess that every plan is to have.
        enough: one that will do where the target is too far.
        nodes: how many linear programs may be solved once `enough` is shown, and before; where half of the
            target is shown by the first, as many as before: the end is in reach.
        better: whether whole numbers [n] are a plan below the target; it ends the search.
        deadline: on the clock of `time.perf_counter`.
        meet: of whole numbers [n] that were met and end nothing: target and `enough` from there on, neither
            above what they were. None: they stay.
    """

    target: float
    enough: float
    nodes: tuple[int, int]
    better: Callable[[Floats], bool]
    deadline: float
    meet: Callable[[Floats], tuple[float, float]] | None = None


@dataclass(frozen=True, eq=False)
class Proof:
    """What a search of a window showed.

    Attributes:
        excess: no plan of the window has less, up to the last target, but those that were met.
        found: float64 [n], a plan below the target that was met on the way, which ends the search; else None.
    """

    excess: float
    found: Floats | None = None


@dataclass(frozen=True, eq=False)
class _Node:
    # The box [numbers], drawn in by what the relaxation's prices rule out; its point [numbers], where `drawn`
    # is false of this very box.
    low: Floats
    high: Floats
    point: Floats | None
    drawn: bool


def prove(space: Window, aim: Aim) -> Proof:
    """Shows that every plan of the window has the target's excess, or how much of it.

    Args:
        space: the window; its costs are excess.
        aim: target and limits.
    """
    tree, enough = _Tree(space, aim.target), aim.enough
    children = [tree.bound(*tree.box())]
    heap: list[tuple[float, int, _Node]] = []
    count, least = 0, -np.inf
    while True:
        for bound, node in children:
            count += 1
            if bound < tree.target:
                heapq.heappush(heap, (max(bound, least), count, node))
        if not heap or heap[0][0] >= tree.target:
            return Proof(tree.target)
        least, _, node = heap[0]
        more = least < enough or 2 * least >= tree.target
        if tree.solved >= aim.nodes[more] or time.perf_counter() > aim.deadline:
            return Proof(least)
        heapq.heappop(heap)
        whole = tree.whole(node)
        if whole is not None:
            if aim.better(whole):
                return Proof(least, whole)
            if aim.meet is not None:
                tree.target, enough = aim.meet(whole)
        children = tree.split(least, node)


class _Gains:
    """What branching on each number was worth: how the bound rose per unit that its point was moved."""

    def __init__(self, count: int, target: float) -> None:
        self.sum, self.times = np.zeros((2, count)), np.zeros((2, count))
        self.target = target

    def learn(self, place: int, part: float, rise: tuple[float, float]) -> None:
        """The bound's rises below and above, from a point `part` over a whole number."""
        for side, moved in enumerate((part, 1 - part)):
            self.sum[side, place] += rise[side] / moved
            self.times[side, place] += 1

    def expected(self, places: Whole, parts: Floats) -> Floats:
        """The worth of branching on each of these places; those not yet known as the mean of all."""
        means = self.sum.sum(axis=1) / np.maximum(self.times.sum(axis=1), 1)
        sums, times = self.sum[:, places], self.times[:, places]
        rises = np.where(times > 0, sums / np.maximum(times, 1), means[:, None]) * (parts, 1 - parts)
        return self.worth(rises[0], rises[1])

    def worth(self, below: Floats, above: Floats) -> Floats:
        """The product of both rises: the lesser one counts too (Achterberg, Koch, Martin 2005)."""
        least = 1e-9 * self.target
        found: Floats = np.maximum(below, least) * np.maximum(above, least)
        return found

    def known(self, place: int) -> bool:
        """Whether it was tried often enough to be relied on."""
        return bool(self.times[:, place].min() >= RELIABLE)


class _Tree:
    """The window's columns with bounds that change from node to node; numbers are those that can move."""

    def __init__(self, space: Window, target: float) -> None:
        self.space = space
        self.numbers, self.number_of = np.unique(space.owner, return_inverse=True)
        self.base = space.base[self.numbers]
        self.target, self.scale = target, 1 / target
        self.cost = np.concatenate([space.cost, space.slack_cost])
        self.size = np.abs(self.cost)
        self.up, self.down = space.sign > 0, space.sign < 0
        self.single = space.width == 1
        self.no_slacks = np.zeros(len(space.slack_cost))
        self.open_sides = np.isinf(space.row_lower), np.isinf(space.row_upper)
        linear = space.linear(self.cost * self.scale)
        self.transposed = sparse.csr_array(linear.matrix.T)
        self.solver = Session(linear, checked=False)
        self.solved = 0  # linear programs
        self.gains = _Gains(len(self.numbers), target)

    def box(self) -> tuple[Floats, Floats]:
        """The bounds of the numbers at the root."""
        space = self.space
        up = np.bincount(self.number_of, weights=np.where(space.sign > 0, space.width, 0.0))
        down = np.bincount(self.number_of, weights=np.where(space.sign < 0, space.width, 0.0))
        return self.base - down, self.base + up

    def bound(self, low: Floats, high: Floats) -> tuple[float, _Node]:
        """A proven bound on the excess in the box, and the box with the relaxation's point."""
        space = self.space
        least, most = low[self.number_of], high[self.number_of]
        ahead = np.where(self.up, least - space.start, space.start - most)
        behind = np.where(self.up, most - space.start, space.start - least)
        lower = np.concatenate([np.minimum(np.maximum(ahead, 0.0), space.width), self.no_slacks])
        upper = np.concatenate([np.minimum(np.maximum(behind, 0.0), space.width), space.slack_upper])
        answer = self.solver.within(lower, upper)
        self.solved += 1
        if answer.ray is not None:
            both = (self._dual(sign * answer.ray, lower, upper, costs=False)[0] for sign in (1.0, -1.0))
            # Positive multiples of such a ray prove any bound.
            return (np.inf if max(both) > 0 else -np.inf), _Node(low, high, None, False)
        if answer.prices is None or answer.x is None:
            return -np.inf, _Node(low, high, None, False)
        bound, reduced = self._dual(answer.prices / self.scale, lower, upper)
        drawn_low, drawn_high = self._drawn(bound, reduced, (lower, upper), (low, high))
        if (drawn_low > drawn_high).any():
            return np.inf, _Node(low, high, None, False)
        drawn = bool((drawn_low != low).any() or (drawn_high != high).any())
        return bound, _Node(drawn_low, drawn_high, self._point(answer.x), drawn)

    def _drawn(
        self, bound: float, reduced: Floats, columns: tuple[Floats, Floats], box: tuple[Floats, Floats]
    ) -> tuple[Floats, Floats]:
        """The box without numbers whose steps alone cost the target: a step that is not where its reduced
        cost wants it adds that cost to the bound (reduced cost fixing; Dantzig, Fulkerson, Johnson 1954).
        """
        space, count = self.space, len(self.space.owner)
        low, high = box[0].copy(), box[1].copy()
        price = reduced[:count]
        beyond = bound + np.abs(price) >= self.target
        beyond &= (columns[0][:count] == 0) & (columns[1][:count] == 1) & self.single
        never, always = beyond & (price > 0), beyond & (price < 0)
        for where, limit, after in (
            (never & self.up, high, 0.0),
            (always & self.down, high, -1.0),
            (never & self.down, low, 0.0),
            (always & self.up, low, 1.0),
        ):
            steps = np.flatnonzero(where)
            if len(steps):
                least = np.minimum if limit is high else np.maximum
                least.at(limit, self.number_of[steps], space.start[steps] + after)
        return low, high

    def _point(self, x: Floats) -> Floats:
        steps = self.space.sign * x[: len(self.number_of)]
        return self.base + np.bincount(self.number_of, weights=steps, minlength=len(self.base))

    def _dual(self, prices: Floats, lower: Floats, upper: Floats, costs: bool = True) -> tuple[float, Floats]:
        """The bound that row prices prove over the columns' box, and the columns' reduced costs."""
        space = self.space
        wrong = ((prices > 0) & self.open_sides[0]) | ((prices < 0) & self.open_sides[1])
        prices = np.where(wrong, 0.0, prices)
        side = np.where(prices > 0, space.row_lower, space.row_upper)
        pressed = np.where(prices != 0, prices * np.where(prices != 0, side, 0.0), 0.0)
        through = self.transposed @ prices
        reduced = self.cost - through if costs else -through
        least = np.minimum(reduced * lower, reduced * upper)
        sizes = self.size + np.abs(through) if costs else np.abs(through)
        size = np.abs(pressed).sum() + (sizes * upper).sum()
        offset = space.offset if costs else 0.0
        return float(offset + pressed.sum() + least.sum() - ROUNDING * size), reduced

    def whole(self, node: _Node) -> Floats | None:
        """The node's point, if its numbers are whole."""
        if node.point is None:
            return None
        near = np.round(node.point)
        if (np.abs(node.point - near) > WHOLE).any():
            return None
        numbers = self.space.base.copy()
        numbers[self.numbers] = near
        return numbers

    def split(self, least: float, node: _Node) -> list[tuple[float, _Node]]:
        """The boxes on both sides of a value of one number, with their bounds; `least` is the node's own.

        Numbers of which little is known are tried first: both of their boxes are solved.
        """
        if node.point is None:
            return [self.bound(*box) for box in self.halves(node)]
        point = node.point
        part = point - np.floor(point)
        in_parts = (node.high > node.low) & (np.minimum(part, 1 - part) > WHOLE)
        places = np.flatnonzero(in_parts & (point > node.low) & (point < node.high))
        if len(places) == 0:
            return [self.bound(*box) for box in self.halves(node)]
        worth = self.gains.expected(places, part[places])
        best, found, since = -1.0, None, 0
        for k in np.argsort(-worth, kind="stable")[:TRIED].tolist():
            place = int(places[k])
            known = self.gains.known(place)
            if known and found is not None and worth[k] <= best:
                continue
            children = [self.bound(*box) for box in self._both(node, place, float(np.floor(point[place])))]
            rises = [max(0.0, min(bound, self.target) - least) for bound, _ in children]
            self.gains.learn(place, float(part[place]), (rises[0], rises[1]))
            value = float(self.gains.worth(np.array(rises[0]), np.array(rises[1])))
            best, found, since = (value, children, 0) if value > best else (best, found, since + 1)
            if known or since >= PATIENCE or min(bound for bound, _ in children) >= self.target:
                break
        assert found is not None
        return found

    def halves(self, node: _Node) -> list[tuple[Floats, Floats]]:
        """The boxes on both sides of a value of one number; none of a single plan, which was looked at."""
        room = node.high - node.low
        place = int(np.argmax(room))
        value = float(np.floor((node.low[place] + node.high[place]) / 2))
        if node.point is not None:
            point = node.point
            part = np.where(room > 0, np.abs(point - np.round(point)), 0.0)
            if part.max(initial=0.0) > WHOLE:
                place = int(np.argmax(part))
                value = float(np.floor(point[place]))
        if room[place] == 0:
            # One plan is left: the relaxation's point, or else it is still to be looked at.
            return [(node.low, node.high)] if node.drawn else []
        return self._both(node, place, min(max(value, node.low[place]), node.high[place] - 1))

    def _both(self, node: _Node, place: int, value: float) -> list[tuple[Floats, Floats]]:
        below, above = node.high.copy(), node.low.copy()
        below[place], above[place] = value, value + 1
        return [(node.low, below), (above, node.high)]
