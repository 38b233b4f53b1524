"""Plans by lists, against every plan there is."""

import itertools
import math

import numpy as np
import pytest
from scipy import sparse

from scenarios.certificate import Certificate, certify
from scenarios.convex import Separable
from scenarios.core import search
from scenarios.halves import Listed, listed, nearest
from scenarios.hull import relax
from scenarios.separable import scale_rows, solve
from scenarios.ties import order

UNITS = 4
FEASIBLE = [seed for seed in range(25) if seed not in (0, 22)]


def loans(seed: int, *, ties: bool = False) -> Separable:
    """Two quotas of four units: totals, a tight budget of the second, nests that bind for some."""
    random = np.random.default_rng(seed)
    count = 2 * UNITS
    fair = np.full(count, 2.5) if ties else random.uniform(1, 4, count)
    fair[:UNITS] += 0 if ties else 1
    size = np.full(UNITS, 3.0) if ties else random.uniform(2, 6, UNITS)
    rows = np.zeros((3 + UNITS, count))
    rows[0, :UNITS] = rows[1, UNITS:] = 1
    rows[2, UNITS:] = size
    rows[3:, :UNITS], rows[3:, UNITS:] = -np.eye(UNITS), np.eye(UNITS)
    totals = np.floor([fair[:UNITS].sum(), fair[UNITS:].sum()])
    share = fair[UNITS:] * totals[1] / fair[UNITS:].sum()
    budget = np.inf if ties else 0.99 * float(size @ share)
    return scale_rows(
        Separable(
            fair=fair,
            weight=np.repeat(1 / totals, UNITS),
            lower=np.zeros(count),
            upper=np.full(count, 6.0),
            matrix=sparse.csr_array(rows),
            row_lower=np.array([*totals, -np.inf, *[-np.inf] * UNITS]),
            row_upper=np.array([*totals, budget, *[0.0] * UNITS]),
            rank=np.tile(np.arange(UNITS, dtype=np.float64), 2),
        )
    )


def everything(problem: Separable) -> dict[tuple[int, ...], float]:
    """Every plan with its objective, row by row in plain Python."""
    rows = problem.matrix.toarray()
    found = {}
    halves = [
        [part for part in itertools.product(range(7), repeat=UNITS) if abs(sum(part) * unit - total) < 1e-9]
        for unit, total in ((rows[0, 0], problem.row_lower[0]), (rows[1, UNITS], problem.row_lower[1]))
    ]
    for first, second in itertools.product(*halves):
        q = (*first, *second)
        if all(loan <= job for job, loan in zip(first, second, strict=True)) and (
            sum(a * b for a, b in zip(rows[2], q, strict=True)) <= problem.row_upper[2] + 1e-12
        ):
            shares = zip(q, problem.fair, problem.weight, strict=True)
            found[q] = math.fsum(weight * (n - fair) ** 2 / fair for n, fair, weight in shares)
    return found


def certificate_of(problem: Separable) -> Certificate:
    found = relax(problem).certificate
    assert found is not None
    return found


@pytest.mark.parametrize("seed", FEASIBLE)
def test_least(seed: int) -> None:
    problem = loans(seed)
    plans = everything(problem)
    assert plans
    certificate = certificate_of(problem)
    found = nearest(problem, certificate, 1.0, 1e-12)
    assert found is not None
    best = min(plans, key=lambda q: plans[q])
    assert best in {tuple(q.astype(int).tolist()) for q in found.plans}
    # Those as near as the list says it goes are all in it.
    wanted = {q for q in plans if plans[q] - certificate.bound <= found.most - 1e-13}
    assert best in wanted
    assert {tuple(q.astype(int).tolist()) for q in found.plans} >= wanted
    core = search(problem, certificate, certificate.best, 1e-6)
    assert core.q is not None
    assert tuple(core.q.astype(int).tolist()) == best
    assert core.certified == pytest.approx(plans[best] - certificate.bound, abs=1e-12)


@pytest.mark.parametrize("seed", FEASIBLE)
def test_all_of_little_excess(seed: int) -> None:
    problem = loans(seed)
    plans = everything(problem)
    certificate = certificate_of(problem)
    within = sorted(plans[q] - certificate.bound for q in plans)[:12]
    most = within[-1] + 1e-10
    found = listed(problem, certificate, most)
    assert found is not None
    wanted = {q for q in plans if plans[q] - certificate.bound <= most}
    assert {tuple(q.astype(int).tolist()) for q in found} == wanted


def test_none_where_all_have_more() -> None:
    problem = loans(1)
    plans = everything(problem)
    certificate = certificate_of(problem)
    least = min(plans.values()) - certificate.bound
    assert least > 1e-3
    found = nearest(problem, certificate, least * 0.9, 1e-12)
    assert found is not None
    assert found.plans == []
    assert found.most <= least
    assert listed(problem, certificate, least * 0.9) == []


def test_first_of_those_tied() -> None:
    problem = loans(0, ties=True)
    plans = everything(problem)
    least = min(plans.values())
    tied = [q for q in plans if plans[q] <= least + 1e-12]
    assert len(tied) > 1
    # The first unit's numbers come first, of both quotas, then the second's.
    first = max(tied, key=lambda q: [q[k * UNITS + unit] for unit in range(UNITS) for k in range(2)])
    worst = min(tied, key=lambda q: [q[k * UNITS + unit] for unit in range(UNITS) for k in range(2)])
    certificate = certificate_of(problem)
    q, alone = order(problem, certificate, np.array(worst, dtype=np.float64))
    assert tuple(q.astype(int).tolist()) == first
    assert not alone
    # The same from a list of them, whatever else is in it; none from a list that doesn't go as far.
    most = least - certificate.bound
    others = [np.array(q, dtype=np.float64) for q in sorted(plans)[:40]]
    known = Listed([*others, *(np.array(q, dtype=np.float64) for q in tied)], most + 1e-9)
    start = np.array(worst, dtype=np.float64)
    q, alone = order(problem, certificate, start, known=known)
    assert tuple(q.astype(int).tolist()) == first
    assert not alone
    q, _ = order(problem, certificate, start, known=Listed([start], most - 1e-9))
    assert tuple(q.astype(int).tolist()) == first
    outcome = solve(problem)
    assert outcome.q is not None
    assert tuple(outcome.q.tolist()) == first


def test_free_columns_are_not_listed() -> None:
    problem = loans(1)
    free = Separable(
        fair=problem.fair,
        weight=np.where(np.arange(problem.size) == 0, 0.0, problem.weight),
        lower=problem.lower,
        upper=problem.upper,
        matrix=problem.matrix,
        row_lower=problem.row_lower,
        row_upper=problem.row_upper,
        rank=problem.rank,
    )
    assert listed(free, certify(free, np.zeros(len(free.row_lower))), 1.0) is None


def test_large_problems_are_not_listed() -> None:
    count = 2000
    problem = Separable(
        fair=np.full(count, 5.5),
        weight=np.ones(count),
        lower=np.zeros(count),
        upper=np.full(count, 10.0),
        matrix=sparse.csr_array(np.ones((1, count))),
        row_lower=np.array([5.5 * count]),
        row_upper=np.array([5.5 * count]),
        rank=np.arange(count, dtype=np.float64),
    )
    assert listed(problem, certify(problem, np.zeros(1)), 100.0) is None


@pytest.mark.parametrize("most", [0.0, 0.01, 0.1, 1.0, 100.0])
def test_the_interval_is_what_costs_no_more(most: float) -> None:
    problem = loans(3)
    certificate = certificate_of(problem)
    low, high = certificate.interval(problem, most)
    numbers = np.arange(7.0)
    for i, (fair, weight, slope) in enumerate(
        zip(problem.fair, problem.weight, certificate.slopes, strict=True)
    ):
        cost = weight * (numbers - fair) ** 2 / fair - slope * numbers
        within = numbers[cost - cost.min() <= most + 1e-12]
        assert (low[i], high[i]) == (within.min(), within.max())
