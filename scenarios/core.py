"""The best whole numbers, exactly: a search over the few that can matter, widened till the answer is proven.

A plan whose excess over the certificate's bound is at most g uses only numbers of reduced cost ≤ g. So the
best plan of the window of width g is the best of all as soon as its own excess is ≤ g (the core problem of
Balas and Zemel 1980).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios import highs
from scenarios.branch import Aim, prove
from scenarios.halves import nearest
from scenarios.parity import impossible
from scenarios.window import MOST_STEPS, too_wide, window

if TYPE_CHECKING:
    from scenarios.certificate import Certificate
    from scenarios.convex import Floats, Separable
    from scenarios.halves import Listed
    from scenarios.window import Window

START = 200  # how many numbers beyond the cheapest the first window holds
GROWTH = 4.0
ROUNDS = 60
CLOSING_NODES = 2000
PROOF_WORK = 4_000_000  # nodes × size of a node's program; a quarter of it once the gap is proven
ROW_WORK = 20
LEAST_NODES = 100
FEW = 512  # numbers
EXACT = 1e-9  # a gap that is closed enough
REACHES = (2.0, 8.0)  # times the first width: how far plans are listed
ROUGH = 1e-2  # who asks for no more than this gap wants a plan soon, not the best


@dataclass(frozen=True, eq=False)
class Core:
    """What the search found.

    Attributes:
        status: as in `Outcome`; `optimal` when no plan is better by more than the gap asked for.
        q: float64 [n] or None.
        excess: of q over the certificate's bound.
        certified: every plan's excess is at least this; proven in numpy.
        alone: whether no other plan is as good within rounding; proven too. False says nothing.
        listed: the plans nearest to the bound, where they were listed.
    """

    status: highs.Status
    q: Floats | None
    excess: float
    certified: float
    alone: bool = False
    listed: Listed | None = None


class Search:
    """The state of one search: the best plan so far and what is proven about all others."""

    def __init__(
        self, problem: Separable, certificate: Certificate, gap: float, deadline: float, proof: bool
    ) -> None:
        self.problem = problem
        self.certificate = certificate
        self.deadline = deadline
        self.proof = proof
        self.q: Floats | None = None
        self.whole_space = False
        self.clipped = False  # whether the last window was cut to a size that can be searched
        self.excess = math.inf
        self.proven = 0.0
        self.certified = (math.nan, 0.0)  # the excess of the plan that a proof was for, and what it showed
        self.alone = False  # as in `Core`
        self.noise = 2 * certificate.error
        self.goal = max(self.noise, gap * abs(certificate.bound))
        self.rough = gap >= ROUGH

    def offer(self, q: Floats) -> None:
        """Takes q if it keeps all rows and beats the best so far."""
        if not self.problem.allows(q):
            return
        excess = max(0.0, self.certificate.excess(self.problem, q))
        if excess < self.excess:
            self.q, self.excess = q, excess

    def done(self) -> bool:
        """Whether no plan can be better by more than the goal."""
        return self.q is not None and self.excess - self.proven <= self.goal

    def close(self, nodes: int) -> None:
        """Where that is cheap, goes beyond the gap, so that the answer is the best and not only near.

        Where few numbers are at stake our own proof is the cheapest.
        """
        if self._left_open() and self.proof and self._few():
            self.proven = max(self.proven, self.certify())
        if self._left_open():
            self.look(self.excess, 1e-9, nodes)

    def _left_open(self) -> bool:
        """Whether a better plan than that in hand may exist, and there is time to look for it."""
        enough = self.goal if self.rough else max(self.noise, EXACT * abs(self.certificate.bound))
        open_ = self.q is not None and self.excess - self.proven > enough
        return open_ and time.perf_counter() < self.deadline

    def _few(self) -> bool:
        """Whether few numbers can differ in a plan as good as that in hand."""
        if self.problem.size <= FEW:
            return True
        low, high = self.certificate.interval(self.problem, self.excess + self.noise)
        return int((low < high).sum()) <= FEW

    def look(self, g: float, absolute_gap: float, node_limit: int | None = None) -> None:
        """Searches the plans of excess ≤ g in a model scaled by g, to within `absolute_gap` of that."""
        low, high = self.certificate.interval(self.problem, g * (1 + 1e-9) + self.noise)
        self.clipped = too_wide(self.problem, low, high)
        if self.clipped:
            # Large figures: a plan is looked for near the cheapest numbers, nothing is proven.
            reach = MOST_STEPS // (2 * self.problem.size)
            near = self.problem.weight == 0, self.certificate.best
            low = np.where(near[0], low, np.maximum(low, near[1] - reach))
            high = np.where(near[0], high, np.minimum(high, near[1] + reach))
        self.whole_space = bool(((low == self.problem.lower) & (high == self.problem.upper)).all())
        most = math.inf if self.whole_space else g * (1 + 1e-9) + self.noise
        space = window(self.problem, self.certificate, low, high, most)
        cost = np.concatenate([space.cost, space.slack_cost]) / g
        left = None if math.isinf(self.deadline) else self.deadline - time.perf_counter()
        answer = highs.run(
            space.linear(cost),
            start=space.columns(self.q) if self.q is not None and self.excess <= g else None,
            absolute_gap=absolute_gap,
            node_limit=node_limit,
            time_limit=left,
        )
        if answer.status == "infeasible" and not self.clipped:
            # With a plan in hand that fits, HiGHS errs: nothing is proven.
            if self.excess > g:
                self.proven = math.inf if self.whole_space else max(self.proven, g)
            return
        if answer.x is not None:
            self.offer(space.values(answer.x))
            if self.q is None:
                self._retry(space, cost, absolute_gap, node_limit)
        if self.clipped:
            return
        found = g * answer.bound
        self.proven = max(self.proven, found if self.whole_space else min(g, found))

    def by_lists(self, g: float) -> Listed | None:
        """Finds and proves the best plan by lists of those of excess about g; None where that fails."""
        for reach in REACHES:
            most = min(reach * g, self.excess)
            found = nearest(self.problem, self.certificate, most + self.noise, self.noise)
            if found is None:
                return None
            for q in found.plans:
                self.offer(q)
            if self.q is not None and (found.plans or most == self.excess):
                self.proven = self.excess
                return found
        return None

    def certify(self) -> float:
        """The excess that a proof of our own shows, worked out once for each plan."""
        if self.certified[0] != self.excess:
            shown = self._certify()
            self.certified = (self.excess, shown)  # which may be a better plan's by now
        return self.certified[1]

    def _certify(self) -> float:
        """How much excess a proof of our own shows every plan to have; a better plan on the way is taken."""
        if self._aims(True)[0] <= 0:
            return self.excess
        most = self.excess * (1 + 1e-9) + self.noise
        low, high = self.certificate.interval(self.problem, most)
        if too_wide(self.problem, low, high):
            return 0.0
        space = window(self.problem, self.certificate, low, high, most)
        # What a linear program costs grows with its columns, and more with its rows.
        most_nodes = PROOF_WORK // (1 + len(space.cost) + ROW_WORK * len(space.row_lower))
        if most_nodes < LEAST_NODES:
            return 0.0
        # Numbers without a rank, and columns of many steps, differ where plans are called the same.
        others = bool((space.width > 1).any()) or not bool(np.isfinite(self.problem.rank[space.owner]).all())

        def meet(q: Floats) -> tuple[float, float]:
            nonlocal others
            before, plan = self.excess, self.q
            self.offer(q)
            if self.q is not plan:
                others = others or before <= self.excess * (1 + 1e-9) + self.noise
            elif plan is None or ((q != plan).any() and self.problem.allows(q)):
                others = True
            return self._aims(others)

        # Half of the time left: the answer may be needed for more than its bound.
        deadline = (time.perf_counter() + self.deadline) / 2
        nodes = (most_nodes // 4, most_nodes)
        proof = prove(space, Aim(*self._aims(others), nodes, lambda _: False, deadline, meet))
        if proof.excess < self._aims(others)[0]:
            return min(self.excess, max(0.0, proof.excess))
        self.alone = not others
        return self.excess

    def _aims(self, others: bool) -> tuple[float, float]:
        """What a proof is to show of other plans, and what will do: that they are worse, or, where `others`
        are known to be as good, that they aren't better.
        """
        exact = max(self.noise, EXACT * abs(self.certificate.bound))
        target = self.excess - exact if others else self.excess * (1 + 1e-9) + self.noise
        return target, min(target, self.excess - self.goal)

    def _retry(self, space: Window, cost: Floats, absolute_gap: float, node_limit: int | None) -> None:
        """HiGHS' answer passed a row by its tolerance: ask for one that stays clear of every side."""
        linear = space.linear(cost)
        margin = np.where(linear.row_lower < linear.row_upper, 4 * highs.TOLERANCE, 0.0)
        shrunk = highs.Linear(
            linear.cost,
            linear.lower,
            linear.upper,
            linear.matrix,
            linear.row_lower + margin,
            linear.row_upper - margin,
            linear.whole,
        )
        answer = highs.run(shrunk, absolute_gap=absolute_gap, node_limit=node_limit)
        if answer.x is not None:
            self.offer(space.values(answer.x))


def search(
    problem: Separable,
    certificate: Certificate,
    hint: Floats,
    gap: float,
    deadline: float = math.inf,
    *,
    proof: bool = True,
) -> Core:
    """The best q of a problem with a certificate.

    Args:
        problem: with rows whose coefficients are near 1.
        certificate: of good prices.
        hint: float64 [n], a plan to begin with, such as the relaxation's; need not be whole or allowed.
        gap: relative; the search stops there.
        deadline: on the clock of `time.perf_counter`.
        proof: whether a bound beyond the certificate's is wanted.
    """
    state = Search(problem, certificate, gap, deadline, proof)
    state.offer(problem.within(hint))
    state.offer(certificate.best)
    g = _first_width(problem, certificate, state)
    if state.q is None and impossible(problem):
        return Core("infeasible", None, math.inf, math.inf)
    exact = max(state.noise, EXACT * abs(certificate.bound))
    if not state.rough and state.excess > exact and time.perf_counter() < deadline:
        found = state.by_lists(g)
        if found is not None:
            return Core("optimal", state.q, state.excess, state.excess, listed=found)
    for _ in range(ROUNDS):
        if state.done() or time.perf_counter() > deadline:
            break
        if state.excess <= g * (1 + 1e-5):
            # The last window: to the end if that is cheap, else to the gap.
            state.close(CLOSING_NODES // 4)
        if not state.done():
            state.look(g, max(1e-9, 0.5 * state.goal / g))
        if state.whole_space or state.clipped:
            break
        g = min(GROWTH * g, max(state.excess * (1 + 1e-6), 1.01 * g))
    state.close(CLOSING_NODES)
    if state.q is None:
        certified = math.inf if math.isinf(state.proven) else 0.0
        return Core("none_found" if certified == 0 else "infeasible", None, math.inf, certified)
    certified = state.certify() if proof else 0.0
    return Core("optimal" if state.done() else "feasible", state.q, state.excess, certified, state.alone)


def _first_width(problem: Separable, certificate: Certificate, state: Search) -> float:
    costs = []
    for step in (1.0, -1.0):
        next_one = problem.within(certificate.best + step)
        moved = next_one != certificate.best
        costs.append(certificate.reduced(problem, next_one)[moved])
    nearest = np.sort(np.concatenate(costs))
    least = max(state.noise, EXACT * abs(certificate.bound), 1e-300)
    beyond = nearest[nearest > 10 * least]
    # Where all the nearest are tied, the next ones too.
    width = max(least, float(nearest[:START].max(initial=0.0)), float(beyond[:1].max(initial=0.0)))
    return min(width, max(state.excess, least))
