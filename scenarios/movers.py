"""Which quotas can be among the few that move away from an issued plan (§11, staying close).

With prices for the rows each number is alone: it stays near the issued one, or moves to where it is cheapest.
No plan costs less than where those move that gain most by it. A number whose gain is so small, or so large,
that the other choice brings that bound above a plan in hand is settled; what is left is solved exactly.
How many move is also shared out among the quotas in every way, where these are few: with so many each the
bounds are close, and most ways cost more than the plan in hand.
"""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scenarios.hull import relax
from scenarios.separable import scale_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from scenarios.cells import CellProblem
    from scenarios.convex import Floats, Separable, Whole
    from scenarios.stability import Stay
    from scenarios.totals import Totals

FEW = 8
"""Numbers that may move or not up to which the search decides as fast by itself."""
ROUNDS, STEPS, PATIENCE = 4, 250, 15
WAYS = 100  # of sharing out how many move among the quotas
AIM = 1.01  # times the objective of the plan in hand: a bound that only nears it settles nothing
ROOM = 1e-9  # relative: what is no further above the plan in hand may be as fair
QUADRATIC = {"proportional": 0.0, "largest_remainder": 0.0, "greatest_divisors": -0.5}
"""Methods whose cost is a square around the fair share and so many multiples."""


class Limits(NamedTuple):
    """How many may move by choice: ``most``, int64 [g], of each group; ``of``: int64 [n], a number's group,
    in ascending order.
    """

    of: Whole
    most: Whole

    def edge(self, at: At, offset: int) -> Floats:
        """The gain of the number so many places behind the last that its group may move, float64 [n]; 0
        where there is none.
        """
        found = np.zeros(len(self.most))
        hit = at.place == self.most[self.of] + offset - 1
        found[self.of[hit]] = at.gain[hit]
        return found[self.of]


class At(NamedTuple):
    """A bound and what it comes from. ``gain``: float64 [n], of moving, 0 where there is no choice;
    ``place``: int64 [n], 0 for the one that gains most in its group; ``chosen``: bool [n], those that move by
    choice; ``off``: float64 [r], how far rows are from being kept.
    """

    bound: float
    gain: Floats
    place: Whole
    chosen: NDArray[np.bool_]
    off: Floats


@dataclass(frozen=True, eq=False)
class Numbers:
    """Each number's cost steep × (q − centre)² within its bounds, and where it counts as unmoved, all float64
    [n]. ``open``: bool [n], those that may do both; ``most``: how many of them may move; ``quotas``: how many
    quotas the numbers are of, one after the other;
    ``none``: bool [n], those without a share, taken to be at their least; ``base`` and ``rows``: the model of
    the totals, rows drawn in and exact.
    """

    steep: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    low: Floats
    high: Floats
    open: NDArray[np.bool_]
    most: int
    quotas: int
    none: NDArray[np.bool_]
    base: Separable
    rows: Separable

    def fits(self, q: NDArray[np.int64]) -> bool:
        """Whether quotas, int64 [K, U], have the least where there is no share: then so has the fairest."""
        return bool((q.ravel()[self.none] <= self.lower[self.none]).all())

    def prices(self, moves: NDArray[np.bool_], deadline: float) -> Floats | None:
        """Prices of the rows where these, bool [n], may move and no others; None without."""
        stays = self.open & ~moves
        lower, upper = np.where(stays, self.low, self.lower), np.where(stays, self.high, self.upper)
        hull = relax(replace(self.base, lower=lower, upper=upper), deadline=deadline)
        return None if hull.certificate is None else hull.certificate.prices

    def together(self) -> Limits:
        """The limit of all in one group."""
        return Limits(np.zeros(len(self.open), dtype=np.int64), np.array([self.most]))

    def ways(self) -> list[Limits]:
        """Limits of each quota: every plan keeps those of one of them. None where they are too many."""
        room = self.open.reshape(self.quotas, -1).sum(axis=1).tolist()
        most = min(self.most, sum(room))
        if self.quotas < 2 or math.comb(most + self.quotas - 1, most) > WAYS:
            return []
        of = np.repeat(np.arange(self.quotas), len(self.open) // self.quotas)
        shares = itertools.product(*(range(min(most, one) + 1) for one in room))
        return [Limits(of, np.array(share)) for share in shares if sum(share) == most]

    def at(self, prices: Floats, limits: Limits) -> At:
        """The bound at prices of the rows, float64 [r], of plans within limits."""
        slope = self.rows.matrix.T @ prices
        moved, gone = self._best(slope, self.lower, self.upper)
        stayed, kept = self._best(slope, self.low, self.high)
        gain = np.where(self.open, np.maximum(kept - gone, 0.0), 0.0)
        order = np.lexsort((-gain, limits.of))
        place = np.empty(len(gain), dtype=np.int64)
        place[order] = np.arange(len(gain)) - np.searchsorted(limits.of, limits.of)
        chosen = (place < limits.most[limits.of]) & self.open & (gain > 0)
        stays = self.open & ~chosen
        q, worth = np.where(stays, stayed, moved), np.where(stays, kept, gone)
        sides = np.where(prices > 0, self.rows.row_lower, np.where(prices < 0, self.rows.row_upper, 0.0))
        paid = prices * sides
        bound = math.fsum(worth.tolist()) + math.fsum(paid.tolist())
        error = 1e-14 * (math.fsum(np.abs(slope * q).tolist()) + math.fsum(np.abs(paid).tolist()))
        value = self.rows.matrix @ q
        off = np.where(
            prices > 0, self.rows.row_lower - value, np.where(prices < 0, self.rows.row_upper - value, 0.0)
        )
        free = prices == 0
        off = np.where(free & (value < self.rows.row_lower), self.rows.row_lower - value, off)
        off = np.where(free & (value > self.rows.row_upper), self.rows.row_upper - value, off)
        return At(bound - error, gain, place, chosen, off)

    def possible(self, prices: Floats) -> Floats:
        """Prices, 0 in the place of those of a side that is open."""
        open_ = ((prices > 0) & np.isinf(self.rows.row_lower)) | (
            (prices < 0) & np.isinf(self.rows.row_upper)
        )
        return np.where(open_, 0.0, prices)

    def _best(self, slope: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """The whole numbers that are cheapest at a price, and what they cost."""
        q = np.clip(np.round(self.centre + slope / (2 * self.steep)), low, high)
        return q, self.steep * (q - self.centre) ** 2 - slope * q


def numbers_of(problem: CellProblem, totals: Totals) -> Numbers | None:
    """The numbers of a problem that limits how many may move; None where this can't tell about them."""
    stay = problem.stay
    if stay is None or stay.most is None or problem.fairness not in QUADRATIC:
        return None
    fair = problem.fair.ravel()
    free = ~problem.held.ravel()
    # Without a share: as little as possible, which is the least where any plan has that (§10).
    none, counted = free & (fair == 0), free & (fair > 0)
    upper = np.where(none, totals.lower, totals.upper)
    weight = np.broadcast_to((problem.weight / np.maximum(1, problem.total))[:, None], problem.fair.shape)
    step = np.broadcast_to(problem.multiple[:, None], problem.fair.shape).ravel()
    over = fair if problem.fairness != "largest_remainder" else np.ones(len(fair))
    low, high = (side.ravel() for side in stay.nearest())
    low, high = np.maximum(low, totals.lower), np.minimum(high, upper)
    known = stay.known.ravel()
    must = known & (low > high)
    open_ = known & ~must & ((low > totals.lower) | (high < upper))
    if open_.sum() <= FEW:
        return None
    ends = np.where(open_, low, totals.lower), np.where(open_, high, upper)
    base = totals.model(np.zeros(totals.numbers, dtype=bool), counting=False)
    base = replace(base, weight=np.where(none, 0.0, base.weight), fair=np.where(none, 1.0, base.fair))
    return Numbers(
        np.where(counted, weight.ravel() / np.where(counted, over, 1.0), 1.0),
        np.where(counted, fair + QUADRATIC[problem.fairness] * step, totals.lower),
        totals.lower,
        upper,
        *ends,
        open_,
        max(0, stay.most - int(must.sum())),
        len(problem.total),
        none,
        scale_rows(base),
        scale_rows(base, inwards=False),
    )


class Narrowed(NamedTuple):
    """A problem with fewer choices that has every plan as fair as that in hand, the problem as it was without
    one; and a bound of all plans.
    """

    problem: CellProblem
    bound: float


def narrowed(
    problem: CellProblem,
    numbers: Numbers,
    solve: Callable[[CellProblem], float],
    deadline: float,
) -> Narrowed:
    """Settle who moves and who doesn't. ``solve``: the objective of the fairest plan of a problem, inf where
    none was found.
    """
    together, tried = numbers.together(), _Tried(problem, numbers, solve)
    prices = np.zeros(len(numbers.rows.row_lower))
    start = numbers.prices(numbers.open, deadline)
    prices = prices if start is None else start
    best = numbers.at(prices, together)
    for _ in range(ROUNDS):
        if time.perf_counter() > deadline or not tried.new(best):
            break
        prices, best = _closer(numbers, prices, best, together, tried.least, deadline)
    ways = sorted(
        ((numbers.at(prices, limits), limits) for limits in numbers.ways()), key=lambda way: way[0].bound
    )
    for at, _ in ways:
        if math.isfinite(tried.least) or time.perf_counter() > deadline:
            break
        tried.new(at)
    if math.isinf(tried.least):
        return Narrowed(problem, best.bound)
    settled, bound = [(best, together)], best.bound
    if ways:
        settled = []
        for there, limits in ways:
            at, near = there, prices
            for _ in range(ROUNDS):
                if at.bound > tried.room or time.perf_counter() > deadline:
                    break
                tried.new(at)
                chosen = at.chosen
                near, at = _closer(numbers, near, at, limits, tried.least, deadline)
                if (at.chosen == chosen).all():
                    break
            settled.append((at, limits))
        bound = max(bound, min(at.bound for at, _ in settled))
        settled = [(at, limits) for at, limits in settled if at.bound <= tried.room] or [(best, together)]
    return Narrowed(_settled(problem, numbers, settled, tried.room), bound)


class _Tried:
    """Who moved in the plans that were tried, and the objective of the fairest of these."""

    def __init__(self, problem: CellProblem, numbers: Numbers, solve: Callable[[CellProblem], float]) -> None:
        self.problem, self.numbers, self.solve = problem, numbers, solve
        self.least, self.seen = math.inf, set[bytes]()

    @property
    def room(self) -> float:
        """What no plan costs that is as fair as the fairest in hand, and any more."""
        return self.least * (1 + ROOM)

    def new(self, at: At) -> bool:
        """Tries the plan in which those move that are chosen; False where it was tried before."""
        if at.chosen.tobytes() in self.seen:
            return False
        self.seen.add(at.chosen.tobytes())
        moves = at.chosen | ~self.numbers.open
        self.least = min(self.least, self.solve(_restricted(self.problem, self.numbers, moves)))
        return True


def _closer(
    numbers: Numbers, prices: Floats, best: At, limits: Limits, least: float, deadline: float
) -> tuple[Floats, At]:
    """Better prices, from those at which the chosen move and no others."""
    near = numbers.prices(best.chosen, deadline)
    if near is not None and (there := numbers.at(near, limits)).bound > best.bound:
        prices, best = near, there
    share, since, here, at = 1.0, 0, prices, best
    # By subgradients that are aimed at the plan in hand.
    for _ in range(STEPS):
        size = float(at.off @ at.off)
        if size == 0 or best.bound > least * (1 + ROOM) or time.perf_counter() > deadline:
            break
        aim = AIM * least if math.isfinite(least) else at.bound + max(abs(at.bound), 1e-6)
        here = numbers.possible(here + share * max(aim - at.bound, 1e-12) / size * at.off)
        at = numbers.at(here, limits)
        if at.bound > best.bound:
            prices, best, since = here, at, 0
        else:
            since += 1
            if since >= PATIENCE:
                share, since, here, at = share / 2, 0, prices, best
    return prices, best


def _restricted(problem: CellProblem, numbers: Numbers, moves: NDArray[np.bool_]) -> CellProblem:
    """The problem in which only these, bool [n], may move, however many."""
    return replace(_held_near(problem, numbers, ~moves), stay=_uncounted(problem, moves, None))


def _settled(
    problem: CellProblem, numbers: Numbers, ways: list[tuple[At, Limits]], most: float
) -> CellProblem:
    """The problem without choices that no plan makes in any of the ways which costs no more than `most`."""
    inside, outside = numbers.open.copy(), numbers.open.copy()
    for at, limits in ways:
        room = most - at.bound
        inside &= at.chosen & (at.gain - limits.edge(at, 1) > room)
        # One that gains nothing may move as well only where others needn't.
        none = limits.most[limits.of] == 0
        outside &= ~at.chosen & (none | (limits.edge(at, 0) - at.gain > room))
    problem = _held_near(problem, numbers, outside)
    assert problem.stay is not None
    assert problem.stay.most is not None
    return replace(problem, stay=_uncounted(problem, inside, problem.stay.most - int(inside.sum())))


def _held_near(problem: CellProblem, numbers: Numbers, which: NDArray[np.bool_]) -> CellProblem:
    """The problem in which these, bool [n], don't count as moved."""
    shape = problem.fair.shape
    near = (which & numbers.open).reshape(shape)
    return replace(
        problem,
        lower=np.where(near, np.maximum(problem.lower, numbers.low.reshape(shape)), problem.lower),
        upper=np.where(near, np.minimum(problem.upper, numbers.high.reshape(shape)), problem.upper),
    )


def _uncounted(problem: CellProblem, which: NDArray[np.bool_], most: int | None) -> Stay:
    """The issued plan where these, bool [n], may move without being counted."""
    assert problem.stay is not None
    reach = np.where(which.reshape(problem.fair.shape), np.inf, problem.stay.reach)
    return replace(problem.stay, reach=reach, most=most)
