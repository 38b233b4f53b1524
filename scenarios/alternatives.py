"""Other plans that are nearly as fair as the fairest, and different from each other (§12).

Each is nearly the fairest of those that move enough against all plans before it: a mixed-integer program over
the totals, and over the cells where totals have no split, with columns for the unfairness of each quota,
bounded below by lines through its cost at whole points, and for how far each lies from each earlier plan.
Lines are added until the cost is met; where the program has no solution, no further plan exists.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from scenarios import highs
from scenarios.afar import Far, far_from
from scenarios.growing import Apart, Growing, Program
from scenarios.members import Members, list_members
from scenarios.plan import Solved
from scenarios.unfairness import Unfairness, comparable, tangents, unfairness

if TYPE_CHECKING:
    from scenarios.cells import CellProblem
    from scenarios.convex import Floats, Whole

ROUNDS = 60
FIRST_LINES = 9
NEAR = 1e-9
CLOSE = 0.25
"""Of the slack: how much fairer another plan that moves as much may be than the one found."""
LARGE = 60
"""Numbers beyond which a plan is looked for by signs first: proofs may take longer than somebody waits."""
STRIDE = 4.0
STRIDES = 12
"""How often the slack is multiplied, where no plan lies within it, to say at which one does."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """One plan. ``q``: int64 [K, U]; ``x``: int64 [K, U, T]; ``moved``: the share of all that is placed that
    it moves against each plan before it; ``proven``: whether none that moves as much is fairer by more than a
    quarter of the slack.
    """

    q: Whole
    x: Whole
    objective: float
    moved: tuple[float, ...]
    proven: bool = True


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Plans beside the fairest, which is the first. ``complete``: whether fewer were found than asked for
    because no more exist; ``possible_at``: where there is none beside the fairest, a slack at which one was
    found, None where it wasn't looked for or found.
    """

    plans: tuple[Alternative, ...]
    slack: float
    move: float
    asked: int
    complete: bool
    possible_at: float | None


def alternatives(
    solved: Solved, count: int, slack: float, move: float, time_limit: float | None = None
) -> Alternatives:
    """Up to ``count`` plans, the fairest first, whose objective is at most (1 + slack) times the best.

    Each moves at least the share ``move`` of the sum of all totals against every other, at least one: half
    of Σ |q − q'| over units and quotas. Of a plan that was found (``solved``), not close to an issued one.
    ``time_limit`` in seconds. Every plan is checked in exact arithmetic.
    """
    assert solved.found.q is not None
    assert solved.found.x is not None
    problem = solved.compiled.cells()
    found = alternatives_of(problem, solved.found.q, solved.found.x, count, slack, move, time_limit)
    members = list_members(solved.compiled)
    for plan in found.plans:
        check(members, plan.x)
    return found


def alternatives_of(
    problem: CellProblem,
    q: Whole,
    x: Whole,
    count: int,
    slack: float,
    move: float,
    time_limit: float | None = None,
) -> Alternatives:
    """The same of a problem of the solver core and its fairest plan: int64 [K, U] and [K, U, T]."""
    assert problem.stay is None
    deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
    search = _Search(problem, q, x, move, deadline)
    first = search.first
    plans, complete = [first], False
    while len(plans) < count:
        found = search.further(plans, slack, count)
        if found is None:
            complete = not search.late
            break
        plans.append(found)
    possible = search.where(slack) if len(plans) == 1 and complete and first.objective > 0 else None
    return Alternatives(tuple(plans), slack, move, count, complete, possible)


class _Search:
    """What stays the same from plan to plan. ``late``: the time was too short to decide."""

    def __init__(self, problem: CellProblem, q: Whole, x: Whole, move: float, deadline: float) -> None:
        self.problem, self.deadline, self.late = problem, deadline, False
        self.cost: Unfairness = unfairness(problem, q)
        self.first = Alternative(q, x, self.cost.of(q.ravel().astype(np.float64)), ())
        self.placed = int(problem.total.sum())
        self.least = max(1, math.ceil(Fraction(str(move)) * self.placed))
        self.growing = Growing(problem)
        self.comparable = comparable(problem, self.cost)
        self.second: Far | None = None

    def further(self, plans: list[Alternative], slack: float, count: int) -> Alternative | None:
        """One more plan, None where there is none or time is up (``late``).

        Of large problems one is found by signs first. If it lies within the slack, a fairer one is looked for
        in a part of the time; where that doesn't end, the plan stands without a proof.
        """
        far = self._far(plans, count) if self.first.q.size > LARGE else None
        if len(plans) == 1:
            self.second = far
        most = self.first.objective * (1 + slack)
        if far is None or far.objective > most:
            return self.next(plans, slack)
        if far.objective <= self.first.objective:  # nothing can be fairer
            return self._plan(far.q.ravel().astype(np.float64), far.x, plans)
        near = CLOSE * slack * self.first.objective
        whole, self.deadline = self.deadline, self._until(count - len(plans), 0.5)
        fairer = self.next(plans, (far.objective - near) / self.first.objective - 1, near)
        proven, self.deadline, self.late = not self.late, whole, False
        return fairer or self._plan(far.q.ravel().astype(np.float64), far.x, plans, proven=proven)

    def _far(self, plans: list[Alternative], count: int) -> Far | None:
        until = self._until(count - len(plans), 0.4)
        found = far_from(self.comparable, self.cost, [plan.q for plan in plans], self.least, until)
        if found is None or any(int(np.abs(found.q - plan.q).sum()) < 2 * self.least for plan in plans):
            return None
        return found

    def _until(self, parts: int, share: float) -> float:
        """When a share of one of so many parts of the time left is over."""
        now = time.perf_counter()
        return now + share * (self.deadline - now) / parts

    def where(self, slack: float) -> float | None:
        """A larger slack at which a second plan exists."""
        if self.second is not None:
            return self.second.objective / self.first.objective - 1
        for _ in range(STRIDES):
            slack = max(slack, 0.01) * STRIDE
            found = self.next([self.first], slack)
            if found is not None:
                return found.objective / self.first.objective - 1
            if self.late:
                self.late = False  # of the plans asked for nothing was left open
                return None
        return None

    def next(self, plans: list[Alternative], slack: float, near: float | None = None) -> Alternative | None:
        """One that moves enough against all of these, None where there is none or time is up (``late``).

        It is nearly the fairest such plan, none being fairer by more than `near`: proving that would take far
        longer than finding it.
        """
        most = plans[0].objective * (1 + slack) * (1 + NEAR)
        if most < 0 or (most == 0 < plans[0].objective):
            return None
        gap = CLOSE * slack / (1 + slack) if near is None else near / most
        low, high = self.cost.within(most)
        low, high = np.maximum(low, self.growing.lower), np.minimum(high, self.growing.upper)
        if (low > high).any() or not all(self._reaches(plan, low, high) for plan in plans):
            return None
        # What rules imply for the totals may be too little; then the cells themselves are asked.
        for base in (self.growing.of_totals, self.growing.of_cells):
            program = base(low, high)
            away = [program.apart(plan.q.ravel().astype(np.float64), low, high, self.least) for plan in plans]
            lines = None if self.cost.by_largest else _Lines(program, self.cost, most, (low, high), away)
            q = self._solve(program, lines, most, gap)
            if q is None:
                return None
            try:
                x = self.growing.split(q, self.deadline)
            except TimeoutError:
                break
            if x is not None:
                return self._plan(q, x, plans)
        self.late = True
        return None

    def _solve(self, program: Program, lines: _Lines | None, most: float, gap: float) -> Floats | None:
        """Quotas whose objective is at most `most`, float64 [n]; none is fairer by more than `gap` × most."""
        kept: Floats | None = None
        for _ in range(ROUNDS):
            left = self.deadline - time.perf_counter()
            if left <= 0:
                break
            limit = None if math.isinf(left) else left
            answer = highs.run(program.linear(), time_limit=limit, absolute_gap=gap / 2)
            if answer.status == "infeasible":
                return kept
            if answer.x is None:
                break
            q: Floats = np.round(program.sums @ np.round(answer.x[: program.sums.shape[1]]))
            objective = self.cost.of(q)
            if objective <= most and (kept is None or objective < self.cost.of(kept)):
                kept = q
            if lines is None or (
                kept is not None and self.cost.of(kept) <= (answer.bound + gap + NEAR) * most
            ):
                break
            lines.add(q)
        self.late |= kept is None
        return kept

    def _reaches(self, plan: Alternative, low: Floats, high: Floats) -> bool:
        """Whether the numbers can lie far enough from a plan at all."""
        q = plan.q.ravel()
        quotas = len(plan.q)
        up = np.maximum(high - q, 0).reshape(quotas, -1).sum(axis=1)
        down = np.maximum(q - low, 0).reshape(quotas, -1).sum(axis=1)
        return float(np.minimum(up, down).sum()) >= self.least

    def _plan(
        self, q: Floats, x: Whole, plans: list[Alternative], *, proven: bool = True
    ) -> Alternative | None:
        """The plan, where its whole numbers lie as far from the others as the solver says."""
        whole = q.astype(np.int64).reshape(self.problem.shape[:2])
        away = [int(np.abs(whole - plan.q).sum()) for plan in plans]
        if min(away) < 2 * self.least:  # a solver's tolerance times a very large number
            self.late = True
            return None
        return Alternative(
            whole, x, self.cost.of(q), tuple(moved / 2 / self.placed for moved in away), proven
        )


class _Branches(NamedTuple):
    """Of numbers that go up or down from a plan: the columns of the cost there, by where a number stands
    among those of the lines.
    """

    away: Apart
    among: Whole
    dearer_up: Whole
    dearer_down: Whole


class _Lines:
    """Columns for the cost of each number, Σ ≤ 1 as shares of the most there may be, under growing lines.

    A number's cost is also the sum of two, one for going up from an earlier plan and one for going down: the
    relaxation then can't go both ways at once for nothing, and is nearly exact.
    """

    def __init__(
        self,
        program: Program,
        cost: Unfairness,
        most: float,
        bounds: tuple[Floats, Floats],
        away: list[Apart],
    ) -> None:
        self.program, self.cost, self.scale = program, cost, most or 1.0
        self.low, self.high = low, high = bounds
        self.numbers = np.flatnonzero((cost.weight > 0) & (low < high))
        fixed = np.flatnonzero((cost.weight > 0) & (low >= high))
        spent = math.fsum(cost.take(fixed).costs(low[fixed]).tolist())
        self.columns = program.columns(np.ones(len(self.numbers)), 1.0, whole=False)
        program.sum_of(self.columns, 0.0, max(1.0 - spent / most, 0.0) if most > 0 else 0.0)
        self.branches = [self._branches(one) for one in away]
        span = (high - low - 1)[self.numbers]
        points = [low[self.numbers] + np.floor(share * span) for share in np.linspace(0.0, 1.0, FIRST_LINES)]
        which = np.tile(np.arange(len(self.numbers)), FIRST_LINES)
        once = np.unique(np.column_stack([which, np.concatenate(points)]), axis=0)
        self._at(once[:, 1], once[:, 0].astype(np.int64))
        for one in away:
            self.add(one.q)

    def add(self, q: Floats) -> None:
        """Lines through a plan's quotas, on both sides of each."""
        q = q[self.numbers]
        which = np.arange(len(self.numbers))
        for points in (q, q - 1):
            inside = (points >= self.low[self.numbers]) & (points < self.high[self.numbers])
            self._at(points[inside], which[inside])

    def _branches(self, away: Apart) -> _Branches:
        among = np.searchsorted(self.numbers, away.numbers)
        known = np.isin(away.numbers, self.numbers)
        away = away._replace(
            numbers=away.numbers[known], above=away.above[known], below=away.below[known], up=away.up[known]
        )
        among, ones = among[known], np.ones(int(known.sum()))
        up = self.program.columns(ones, 0.0, whole=False)
        down = self.program.columns(ones, 0.0, whole=False)
        self.program.own(
            [(self.columns[among], ones), (up, -ones), (down, -ones)],
            np.zeros(len(among)),
            np.full(len(among), np.inf),
        )
        return _Branches(away, among, up, down)

    def _at(self, points: Floats, which: Whole) -> None:
        numbers = self.numbers[which]
        slope, height = tangents(self.cost, points, numbers)
        slope, height = slope / self.scale, height / self.scale
        rows = sparse.csr_array(sparse.diags_array(-slope) @ self.program.sums[numbers])
        own = [(self.columns[which], np.ones(len(which)))]
        self.program.add(rows, own, height, np.full(len(which), np.inf))
        place = np.full(len(self.numbers), -1)
        for branches in self.branches:
            place[:] = -1
            place[branches.among] = np.arange(len(branches.among))
            q = branches.away.q[numbers]
            start = height + slope * q
            for side, upward in ((points >= q, True), (points < q, False)):
                at = np.flatnonzero(side & (place[which] >= 0))
                self._branch(branches, place[which[at]], slope[at], start[at], upward=upward)

    def _branch(self, to: _Branches, at: Whole, slope: Floats, start: Floats, *, upward: bool) -> None:
        """Lines on one side of a plan, each from `start` there, that count where a number goes that way."""
        ones, open_ = np.ones(len(at)), np.full(len(at), np.inf)
        if upward:
            entries = [(to.dearer_up[at], ones), (to.away.above[at], -slope), (to.away.up[at], -start)]
            self.program.own(entries, np.zeros(len(at)), open_)
        else:
            entries = [(to.dearer_down[at], ones), (to.away.below[at], slope), (to.away.up[at], start)]
            self.program.own(entries, start, open_)


def check(members: Members, cells: Whole) -> None:
    """Whether whole cells keep every demand, in exact arithmetic. Raises ArithmeticError: a bug of ours."""
    x = cells.ravel()
    matrix = members.matrix
    lower, upper = members.drawn
    for row in range(matrix.shape[0]):
        at = slice(matrix.indptr[row], matrix.indptr[row + 1])
        terms = zip(matrix.data[at].tolist(), x[matrix.indices[at]].tolist(), strict=True)
        value = sum((Fraction(a) * b for a, b in terms), Fraction(0))
        room = 0 if members.whole[row] else Fraction(NEAR) * max(1, abs(value))
        low_kept = math.isinf(lower[row]) or value >= Fraction(lower[row]) - room
        high_kept = math.isinf(upper[row]) or value <= Fraction(upper[row]) + room
        if not low_kept or not high_kept:
            raise ArithmeticError(f"a plan that breaks {members.items[members.owner[row]].name}")
    if (x < 0).any() or (x[members.most == 0] != 0).any():
        raise ArithmeticError("a plan with something where nothing may be")
    quotas = cells.sum(axis=2)
    for item in members.multiples.values():
        odd = quotas[item.quota, item.units] % item.step
        wrong = odd[odd != 0]
        if len(wrong) > 1 or (len(wrong) == 1 and int(wrong[0]) != item.residue):
            raise ArithmeticError("a plan that breaks multiples")
