"""Who takes a rest (§10): every choice has a bound from one set of prices, and few need to be solved.

Prices of the problem in multiples prove a bound for each choice: that unit's numbers are the multiples moved
by the rest, all others stay (Lagrangian duality, see `certificate`). Choices are solved in the order of their
bounds until one has a plan; then one model of all choices names those that can be as fair.
"""

from __future__ import annotations

import heapq
import itertools
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios import highs
from scenarios.branch import Aim, prove
from scenarios.certificate import certify, cheapest
from scenarios.convex import EPSILON
from scenarios.hull import relax
from scenarios.lattice import limits
from scenarios.separable import scale_rows, solve_with_face
from scenarios.takers import Takers, joint_window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios.certificate import Certificate
    from scenarios.convex import Floats, Outcome, Separable, Whole
    from scenarios.highs import Status
    from scenarios.lattice import Lattice, Rest
    from scenarios.separable import Effort
    from scenarios.window import Window

PROOF_WORK = 100_000_000  # nodes × size of a node's program
ROW_WORK = 20


@dataclass(frozen=True, eq=False)
class Choice:
    """The fairest plan for one choice of who takes the rests.

    Attributes:
        model: the base problem in multiples.
        outcome: its answer.
        face: the plans as fair as that, None where there may be fairer ones.
    """

    model: Separable
    outcome: Outcome
    face: Separable | None

    @property
    def q(self) -> Floats:
        """The answer's numbers, float64 [n]."""
        assert self.outcome.q is not None
        return self.model.numbers(self.outcome.q)


@dataclass(frozen=True, eq=False)
class Fairest:
    """The fairest plans of a base problem.

    Attributes:
        status: as in `Outcome`.
        choices: those tied, one of each kind; none without a plan.
        objective: of each, NaN without one.
        bound: as in `Outcome`, over all choices.
    """

    status: Status
    choices: tuple[Choice, ...]
    objective: float
    bound: float


IMPOSSIBLE = Fairest("infeasible", (), math.nan, math.inf)


def choose(base: Separable, lattice: Lattice, effort: Effort, kinds: Floats | None = None) -> Fairest:
    """The fairest plans, whoever takes the rests.

    Args:
        base: in plain numbers.
        lattice: which of them are allowed.
        effort: how much to do.
        kinds: float64 [n'], what numbers differ in beside what the base problem says; numbers alike in
            everything are one choice.
    """
    if not lattice.rests:
        model = lattice.place(base, np.zeros(0, dtype=np.int64))
        outcome, face = _solved(model, effort)
        choices = () if outcome.q is None else (Choice(model, outcome, face),)
        return Fairest(outcome.status, choices, outcome.objective, outcome.bound)
    options = [_options(base, lattice, rest) for rest in lattice.rests]
    if any(len(option) == 0 for option in options):
        return IMPOSSIBLE
    takers, true, proven = _takers(base, lattice, options)
    least = proven.bound - proven.error
    bounds = [takers.more[takers.quota == k] for k in range(len(options))]
    label = like(base, np.concatenate([rest.columns for rest in lattice.rests]), kinds)
    search = _Search(base, lattice, effort)
    seen = set()
    for more, place in _in_order(bounds):
        taken = np.array([option[i] for option, i in zip(options, place, strict=True)])
        kind = tuple(label[column] for column in taken.tolist())
        if kind in seen:
            continue
        seen.add(kind)
        if not search.look(taken, least + more):
            break
        if search.tied:
            _Together(search, takers, true, proven, label).run(seen)
            break
    return search.result()


def _solved(model: Separable, effort: Effort) -> tuple[Outcome, Separable | None]:
    """The fairest plan of one choice, and the plans as fair as that."""
    return solve_with_face(model, effort.gap, effort.left(), proof=effort.proof, near=effort.near)


class _Search:
    def __init__(self, base: Separable, lattice: Lattice, effort: Effort) -> None:
        self.base, self.lattice, self.effort = base, lattice, effort
        self.tied: list[Choice] = []
        self.value = math.inf
        self.bound = math.inf  # of all choices that were looked at
        self.late = False

    def look(self, taken: Whole, bound: float) -> bool:
        """Solves one choice whose bound is known. False where neither it nor any later one can matter."""
        if bound > self.value or time.perf_counter() > self.effort.deadline:
            self.bound = min(self.bound, bound)
            self.late = bound <= self.value
            return False
        model = self.lattice.place(self.base, taken)
        if self.tied:
            hull = relax(scale_rows(model), deadline=self.effort.deadline)
            if hull.status == "infeasible":
                return True
            own = -math.inf if hull.certificate is None else hull.certificate.bound - hull.certificate.error
            if own > self.value:
                self.bound = min(self.bound, own)
                return True
        outcome, face = _solved(model, self.effort)
        self.bound = min(self.bound, max(bound, outcome.bound))
        if outcome.q is None:
            self.late |= outcome.status == "none_found"
            return True
        self._take(Choice(model, outcome, face))
        return True

    def _take(self, choice: Choice) -> None:
        more = choice.model.difference(self.tied[0].q, choice.q) if self.tied else -math.inf
        if more < 0:
            self.tied, self.value = [], choice.outcome.objective
        if more <= 0:
            self.tied.append(choice)

    def result(self) -> Fairest:
        if not self.tied:
            return Fairest("none_found", (), math.nan, self.bound) if self.late else IMPOSSIBLE
        solved = not self.late and all(choice.outcome.status == "optimal" for choice in self.tied)
        bound = min(self.bound, self.value)
        optimal = solved or self.value - bound <= self.effort.gap * abs(self.value)
        return Fairest("optimal" if optimal else "feasible", tuple(self.tied), self.value, bound)


class _Together:
    """The search over all choices of several rests at once, from a plan that is known."""

    def __init__(
        self,
        search: _Search,
        takers: Takers,
        problem: Separable,
        certificate: Certificate,
        label: dict[int, int],
    ) -> None:
        self.search, self.label = search, label
        self.problem, self.certificate = problem, certificate
        # Every plan has one taker of each rest: the cheapest of each are in the bound.
        cheap = np.full(int(takers.quota.max()) + 1, np.inf)
        np.minimum.at(cheap, takers.quota, takers.more)
        self.takers = replace(takers, more=takers.more - cheap[takers.quota])
        self.least = certificate.bound + float(cheap.sum())
        self.noise = 2 * certificate.error + 1e-12 * abs(certificate.bound)

    def run(self, seen: set[tuple[int, ...]]) -> None:
        """Looks at every choice that may be as fair as the best, and at what shows that others aren't."""
        search, least = self.search, self.least - self.noise / 2
        while True:
            most = max(search.value - self.least, 0.0) + self.noise
            near = self.takers.take(np.flatnonzero(self.takers.more <= most))
            space = joint_window(self.problem, self.certificate, near, most)
            cost = np.concatenate([space.cost, space.slack_cost]) / (most or 1.0)
            linear = space.linear(cost, self._cuts(near, space, seen))
            answer = highs.run(linear, absolute_gap=1e-9, time_limit=search.effort.left())
            if answer.x is None or answer.bound > 1 + 1e-6:
                search.late |= answer.status == "none_found"
                break
            taken = self._taken(near, space.values(answer.x))
            seen.add(tuple(self.label[column] for column in taken.tolist()))
            before = search.bound
            if not search.look(taken, least):
                break
            search.bound = before
        search.bound = least
        if search.effort.proof and not search.late:
            excess = self._proven(space, most - 2 * self.noise)
            # What is left then is the rounding of the bound.
            search.bound = search.value if excess is None else search.bound + excess

    def _cuts(
        self, near: Takers, space: Window, seen: set[tuple[int, ...]]
    ) -> tuple[tuple[Floats, float], ...]:
        """Rows that leave out choices of the kinds that were looked at."""
        kinds = np.array([self.label[column] for column in near.columns.tolist()])
        place = self._first(near, space)
        cuts = []
        for kind in sorted(seen):
            row = np.zeros(len(space.cost) + len(space.slack_cost))
            row[place : place + len(kinds)] = kinds == np.array(kind)[near.quota]
            cuts.append((row, len(kind) - 1.0))
        return tuple(cuts)

    def _first(self, near: Takers, space: Window) -> int:
        return int(np.flatnonzero(space.owner >= self.problem.size)[0]) if len(near.columns) else 0

    def _taken(self, near: Takers, numbers: Floats) -> Whole:
        chosen = np.round(numbers[self.problem.size : self.problem.size + len(near.columns)]) == 1
        taken: Whole = near.columns[chosen][np.argsort(near.quota[chosen], kind="stable")]
        return taken

    def _proven(self, space: Window, target: float) -> float | None:
        """The excess that a proof of our own shows every plan to have; None if the target."""
        if target <= 0:
            return None
        nodes = PROOF_WORK // (1 + len(space.cost) + ROW_WORK * len(space.row_lower))
        now = time.perf_counter()
        enough = target - self.search.effort.gap * abs(self.search.value)
        deadline = (now + self.search.effort.deadline) / 2
        proof = prove(space, Aim(target, enough, (nodes // 4, nodes), lambda _numbers: False, deadline))
        return None if proof.excess >= target else max(0.0, proof.excess)


def _options(base: Separable, lattice: Lattice, rest: Rest) -> Whole:
    """The numbers that may take a rest: those that reach no multiple must."""
    low, high = base.lower[rest.columns], base.upper[rest.columns]
    step = lattice.steps(base)[rest.columns]
    first, last = limits(low, high, np.zeros(len(low)), step)
    after, before = limits(low, high, np.full(len(low), rest.amount), step)
    must, may = first > last, after <= before
    if must.sum() > 1:
        return rest.columns[:0]
    return rest.columns[may & must] if must.any() else rest.columns[may]


def _takers(base: Separable, lattice: Lattice, options: list[Whole]) -> tuple[Takers, Separable, Certificate]:
    """Who may take the rests and what that costs more, beside the problem in multiples and its bound."""
    lowered = base.row_lower.copy(), base.row_upper.copy()
    for rest in lattice.rests:
        for side in lowered:
            side[rest.row] -= rest.amount
    step = lattice.steps(base)
    plain = replace(lattice, rests=())
    nobody = np.zeros(0, dtype=np.int64)
    must = np.concatenate([option[:0] if len(option) > 1 else option for option in options])
    # One that must take its rest is no choice: it may stand anywhere here.
    free = replace(
        base,
        lower=_without(base.lower, must, np.floor(base.lower[must] / step[must]) * step[must]),
        upper=_without(base.upper, must, np.ceil(base.upper[must] / step[must]) * step[must]),
    )
    hull = relax(scale_rows(plain.place(replace(free, row_lower=lowered[0], row_upper=lowered[1]), nobody)))
    true = scale_rows(plain.place(free, nobody), inwards=False)
    prices = np.zeros(len(base.row_lower)) if hull.certificate is None else hull.certificate.prices
    proven = certify(true, prices)
    columns = np.concatenate(options)
    quota = np.repeat(np.arange(len(options)), [len(option) for option in options])
    start = np.array([rest.amount for rest in lattice.rests])[quota]
    here = true.take(columns)
    low, high = limits(base.lower[columns], base.upper[columns], start, step[columns])
    moved = replace(here, lower=low, upper=high, start=start)
    slopes = proven.slopes[columns]
    best = cheapest(moved, slopes)
    at, other = here.numbers(proven.best[columns]), moved.numbers(best)
    rise, priced = here.between(at, other), slopes / step[columns] * (other - at)
    more = rise - priced - 8 * EPSILON * (np.abs(rise) + np.abs(priced))
    return Takers(columns, quota, moved, best, more), true, proven


def _without(values: Floats, columns: Whole, others: Floats) -> Floats:
    result = values.copy()
    result[columns] = others
    return result


def _in_order(bounds: list[Floats]) -> Iterator[tuple[float, tuple[int, ...]]]:
    """The sums of one of each list, least first, with the places they come from."""
    order = [np.argsort(values, kind="stable") for values in bounds]

    def entry(ranks: tuple[int, ...]) -> tuple[float, tuple[int, ...], tuple[int, ...]]:
        places = tuple(int(one[rank]) for one, rank in zip(order, ranks, strict=True))
        return sum(float(v[i]) for v, i in zip(bounds, places, strict=True)), places, ranks

    first = tuple(0 for _ in bounds)
    heap, known = [entry(first)], {first}
    while heap:
        value, places, ranks = heapq.heappop(heap)
        yield value, places
        for k, rank in enumerate(ranks):
            after = (*ranks[:k], rank + 1, *ranks[k + 1 :])
            if rank + 1 < len(order[k]) and after not in known:
                known.add(after)
                heapq.heappush(heap, entry(after))


def like(base: Separable, columns: Whole, kinds: Floats | None = None) -> dict[int, int]:
    """A label for each column of a base problem: the same where they may be exchanged."""
    entries = base.matrix.tocsc()
    entries.sort_indices()
    labels: dict[tuple[object, ...], int] = {}
    found = {}
    fresh = itertools.count()
    for column in columns.tolist():
        span = slice(entries.indptr[column], entries.indptr[column + 1])
        kind = (
            *(float(values[column]) for values in (base.fair, base.weight, base.lower, base.upper)),
            0.0 if kinds is None else float(kinds[column]),
            entries.indices[span].tobytes(),
            entries.data[span].tobytes(),
        )
        if kind not in labels:
            labels[kind] = next(fresh)
        found[column] = labels[kind]
    return found
