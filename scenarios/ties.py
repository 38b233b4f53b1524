"""Exact ties: of equally fair plans the one that gives earlier units more.

The optimal face is the window of the answer's own excess. On it the earliest number is made as large as it
can be, then the next, and so on: several at once, their weights such that no later one outweighs an earlier.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios import highs
from scenarios.halves import ALIKE, listed
from scenarios.window import tolerance, too_wide, window

if TYPE_CHECKING:
    from scenarios.certificate import Certificate
    from scenarios.convex import Floats, Separable, Whole
    from scenarios.halves import Listed
    from scenarios.window import Window

DIGITS = 2.0**15  # weights of one step's numbers stay whole and below this
LEXICAL = 512  # so many movable numbers are ordered one by one; more, by the sum of rank × number
NODES = 500
SORTED = 20  # groups of like numbers that are tried one by one


def order(
    problem: Separable,
    certificate: Certificate,
    q: Floats,
    deadline: float = math.inf,
    known: Listed | None = None,
) -> tuple[Floats, bool]:
    """The plan among those tied with q, float64 [n], that comes first, or q where a limit is met.

    Also whether it is known to be the only one, as far as numbers have a rank. Where those tied are `known`
    already nothing is searched.

    With more than `LEXICAL` movable numbers the first is the one of least Σ rank × number.
    """
    excess = max(0.0, certificate.excess(problem, q))
    tied = tolerance(problem, certificate, q)
    in_list = known is not None and known.most >= excess * (1 + ALIKE) + tied
    if excess > tied and not in_list:
        # Hard to search: what needs no search comes first.
        before, q = q, _sorted(problem, q, deadline)
        tied = tied if q is before else tolerance(problem, certificate, q)
    most = excess * (1 + ALIKE) + tied
    low, high = certificate.interval(problem, most)
    if too_wide(problem, low, high):  # figures so large that prices don't tell neighbours apart
        return q, False
    movable = _movable(problem, low, high)
    few, hard = len(movable) <= LEXICAL, excess > tied
    if known is not None and in_list and few:
        return _first_of(problem, [q, *known.plans], movable)
    others: highs.Status = "infeasible" if len(movable) == 0 else "feasible"
    space = window(problem, certificate, low, high, most) if len(movable) else None
    if space is not None and few:
        plans = listed(problem, certificate, most, space)
        if plans is not None:
            return _first_of(problem, [q, *plans], movable)
        others = _others(problem, space, q, most, deadline)
    if others in {"infeasible", "none_found"} or (hard and not few):
        return q, others == "infeasible"
    while len(movable) and time.perf_counter() < deadline:
        if len(movable) > LEXICAL:
            group, weights = movable, _by_sum(problem.rank[movable])
        else:
            group, weights = _first(movable, (high - low)[movable])
        if space is None:
            space = window(problem, certificate, low, high, most)
        q, space = _improve(problem, space, q, most, (group, weights), deadline), None
        low[group] = high[group] = q[group]
        movable = _movable(problem, low, high)
    return q, False


def _sorted(problem: Separable, q: Floats, deadline: float) -> Floats:
    """Of numbers of the same share, weight and bounds the larger ones to the earlier, where that is allowed.

    An exchange between such numbers changes nothing in the objective: no search is needed to see that.
    """
    ranked = np.flatnonzero((problem.weight != 0) & np.isfinite(problem.rank))
    ranked = ranked[np.argsort(problem.rank[ranked], kind="stable")]
    kinds = (problem.fair, problem.weight, problem.lower, problem.upper, problem.start, problem.step)
    alike = np.stack(kinds)[:, ranked]
    group = np.unique(alike, axis=1, return_inverse=True)[1].ravel()
    sorted_q = q.copy()
    places = ranked[np.argsort(group, kind="stable")]
    sorted_q[places] = q[ranked[np.lexsort((-q[ranked], group))]]
    moved = np.unique(group[(sorted_q != q)[ranked]])
    if len(moved) == 0:
        return q
    # All at once, or else one group of numbers after the other.
    for groups in [moved, *moved[:SORTED, None]]:
        trial = q.copy()
        chosen = ranked[np.isin(group, groups)]
        trial[chosen] = sorted_q[chosen]
        found = _with_free(problem, trial, deadline)
        if found is not None:
            q = found
            if len(groups) == len(moved):
                break
    return q


def _with_free(problem: Separable, q: Floats, deadline: float) -> Floats | None:
    """The plan q with its free columns set anew to fit, None if that can't be done in short."""
    free = np.flatnonzero((problem.weight == 0) & (problem.lower < problem.upper))
    if problem.allows(q) or len(free) == 0:
        return q if problem.allows(q) else None
    rest = problem.matrix @ q - problem.matrix[:, free] @ q[free]
    linear = highs.Linear(
        cost=np.zeros(len(free)),
        lower=problem.lower[free],
        upper=problem.upper[free],
        matrix=problem.matrix[:, free],
        row_lower=problem.row_lower - rest,
        row_upper=problem.row_upper - rest,
        whole=np.ones(len(free), dtype=bool),
    )
    answer = highs.run(linear, node_limit=NODES, time_limit=_left(deadline))
    if answer.x is None:
        return None
    found = q.copy()
    found[free] = np.round(answer.x)
    return found if problem.allows(found) else None


def _first_of(problem: Separable, plans: list[Floats], movable: Whole) -> tuple[Floats, bool]:
    """Of a plan and all those tied with it the first, and whether it is the only one."""
    tied = [plan for plan in plans if problem.compare(plans[0], plan) <= 0]
    ranked = [tuple(plan[movable].tolist()) for plan in tied]
    return tied[ranked.index(max(ranked))], len(set(ranked)) == 1


def _movable(problem: Separable, low: Floats, high: Floats) -> Whole:
    """The numbers with a rank and some room, in order of rank."""
    movable = np.flatnonzero((low < high) & np.isfinite(problem.rank))
    return movable[np.argsort(problem.rank[movable], kind="stable")]


def _others(problem: Separable, space: Window, q: Floats, most: float, deadline: float) -> highs.Status:
    """Whether another plan of the window, of excess at most `most`, differs from q in a number that has a
    rank.
    """
    ranked = np.isfinite(problem.rank[space.owner])
    if (space.width[ranked] > 1).any():
        return "feasible"
    # Steps that q takes count when left out, the others when taken: at least one of them.
    taken = ranked & (space.sign * (q[space.owner] - space.start) > 0)
    toggles = np.where(taken, 1.0, np.where(ranked, -1.0, 0.0))
    differs = (np.append(toggles, np.zeros(len(space.slack_cost))), float(taken.sum()) - 1)
    linear = space.linear(np.zeros(len(differs[0])), (differs, *_within(space, most)))
    return highs.run(linear, node_limit=NODES, time_limit=_left(deadline)).status


def _largest(linear: highs.Linear, gap: float, deadline: float) -> highs.Answer:
    """The best x: the relaxation's where that is whole, as it often is; else by a search, of many columns
    only over what the relaxation leaves in parts.
    """
    relaxed = highs.run(replace(linear, whole=None), time_limit=_left(deadline))
    if relaxed.x is None or linear.whole is None:
        return relaxed
    near = np.round(relaxed.x)
    in_parts = linear.whole & (np.abs(relaxed.x - near) > 1e-6)
    if not in_parts.any():
        return relaxed
    if len(linear.cost) <= LEXICAL:
        return highs.run(linear, absolute_gap=gap, node_limit=NODES, time_limit=_left(deadline))
    kept = linear.whole & ~in_parts
    rest = replace(linear, lower=np.where(kept, near, linear.lower), upper=np.where(kept, near, linear.upper))
    return highs.run(rest, absolute_gap=gap, node_limit=NODES, time_limit=_left(deadline))


def _left(deadline: float) -> float | None:
    return None if math.isinf(deadline) else deadline - time.perf_counter()


def _within(space: Window, most: float) -> tuple[tuple[Floats, float], ...]:
    """The row that keeps the excess of a window's plans at most `most`; none where it can't pass that."""
    excess = np.concatenate([space.cost, space.slack_cost])
    scale = float(np.abs(excess).max(initial=0.0))
    widths = np.concatenate([space.width, space.slack_upper])
    if scale == 0 or most - space.offset >= float(np.abs(excess) @ widths):
        return ()
    return ((excess / scale, (most - space.offset) / scale),)


def _by_sum(rank: Floats) -> Floats:
    place = np.unique(rank, return_inverse=True)[1].astype(np.float64)
    falling: Floats = 1 - place / max(1.0, float(place.max(initial=0.0)))
    return falling


def _first(movable: Whole, widths: Floats) -> tuple[Whole, Floats]:
    """As many of the first numbers as weights can order: each weighs more than all later ones together."""
    sizes = np.cumprod(widths + 1)
    count = max(1, int(np.searchsorted(sizes, DIGITS, side="right")))
    return movable[:count], sizes[count - 1] / sizes[:count]


def _improve(
    problem: Separable,
    space: Window,
    q: Floats,
    most: float,
    goal: tuple[Whole, Floats],
    deadline: float,
) -> Floats:
    """Of the plans of the window, of excess at most `most`, the largest in the goal's numbers by their
    weights.
    """
    weight = np.zeros(problem.size)
    weight[goal[0]] = goal[1]
    gain = -weight[space.owner] * space.sign
    linear = space.linear(np.append(gain, np.zeros(len(space.slack_cost))), _within(space, most))
    answer = _largest(linear, 0.5 if float(goal[1].max()) > 1 else 1e-6, deadline)
    if answer.x is None:
        return q
    other = space.values(answer.x)
    if float(weight @ other) <= float(weight @ q) or not problem.allows(other):
        return q
    return other if problem.compare(q, other) <= 0 else q
