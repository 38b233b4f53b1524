"""Plans of large figures, against enumeration and exact exchanges in fractions."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from scenarios import exchange
from scenarios.cells import CellProblem
from scenarios.fairness import allocate
from tests.scenarios.enumerated import METHODS, best, random_case, tied_case
from tests.scenarios.test_methods import one_quota

SUMS = METHODS[:5]


def phi(method: str, number: int, fair: Fraction, step: int) -> Fraction:
    """The table of §11."""
    if method == "proportional":
        return (number - fair) ** 2 / fair
    if method == "largest_remainder":
        return (number - fair) ** 2
    if method == "equal_proportions":
        return (number - fair) ** 2 / number
    half = Fraction(step, 2) if method == "greatest_divisors" else -Fraction(step, 2)
    return (number + half - fair) ** 2 / fair


def asked(need: Any, total: int, method: str, **change: Any) -> CellProblem:
    return replace(one_quota(need, total, method, **change), need=np.array([need], dtype=np.float64))


def shares_of(need: Any, total: int) -> list[Fraction]:
    return [Fraction(total) * Fraction(v) / sum(need) for v in need]


def unfairness(method: str, q: Any, fair: Any, step: int) -> Fraction:
    return sum((phi(method, n, f, step) for n, f in zip(q, fair, strict=True)), Fraction(0))


def test_a_plan_that_one_exchange_makes_fairer_is_no_optimum() -> None:
    need, total = [46, 31, 88, 15767, 642727, 2, 3, 66750, 58, 3265], 131592758125264
    fair = shares_of(need, total)
    upper = np.array([[float(f) * 1.02 for f in fair]])
    found = allocate(asked(need, total, "proportional", upper=upper))
    assert found.q is not None
    q = found.q[0].tolist()
    assert (q[3], q[4]) == (2847149269711, 116061375573871)
    for giver, taker in itertools.permutations(range(10), 2):
        gain = sum(
            phi("proportional", q[u] + by, fair[u], 1) - phi("proportional", q[u], fair[u], 1)
            for u, by in ((giver, -1), (taker, 1))
        )
        assert gain >= 0
    assert (found.status, found.bound) == ("optimal", found.objective)


@pytest.mark.parametrize("method", SUMS)
@pytest.mark.parametrize(
    ("need", "total", "step"),
    [
        ((7, 11, 13), 10**15, 1),
        ((7, 11, 13), 900000000000001, 1),
        ((753, 299, 8), 5038782778, 1),
        ((479, 8804, 1153), 120977809062538, 10),
        ((3, 90001, 5), 10**9 + 6, 7),
        ((1, 1, 2), 10**12 + 1, 1),
    ],
)
def test_the_best_of_all_near_the_shares(method: str, need: Any, total: int, step: int) -> None:
    """Enumerated: every plan whose numbers but the last are within a few steps of the shares."""
    fair = shares_of(need, total)
    rest = total % step
    near = [[int(f) // step * step + by * step for by in range(-5, 7)] for f in fair[:2]]
    plans = []
    for taker in range(3) if rest else [None]:
        for first, second in itertools.product(*near):
            one = [first + rest * (taker == 0), second + rest * (taker == 1)]
            one.append(total - sum(one))
            plans.append((unfairness(method, one, fair, step), [-n for n in one], one))
    value, _, expected = min(plans)
    found = allocate(asked(need, total, method, multiple=np.array([step])))
    assert found.q is not None
    assert found.q[0].tolist() == expected
    assert found.objective == pytest.approx(float(value / total), rel=1e-15, abs=0)
    assert (found.status, found.bound) == ("optimal", found.objective)


def test_the_objective_in_figures_of_the_exact_one() -> None:
    """By hand: shares of 7, 11, 13 in 31 of 900,000,000,000,001 end in 4/31, 24/31 and 3/31; the second is
    rounded up, so (16/7 + 49/11 + 9/13) / 31² × 31 / total² is the objective: 2.960e-31.
    """
    need, total = (7, 11, 13), 900000000000001
    assert [f % 1 for f in shares_of(need, total)] == [Fraction(n, 31) for n in (4, 24, 3)]
    exact = (Fraction(16, 7) + Fraction(49, 11) + Fraction(9, 13)) / 31 / total**2
    found = allocate(asked(need, total, "proportional"))
    assert found.objective == pytest.approx(float(exact), rel=1e-15, abs=0)
    assert f"{found.objective:.3e}" == "2.960e-31"


@pytest.mark.parametrize("method", SUMS)
def test_small_figures_in_fractions_as_enumerated(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules, holds, costs, multiples, ties: all plans of small cases, told as large ones are."""
    monkeypatch.setattr(exchange, "LARGE", 0)
    plans = 0
    for case in (make(seed, method) for make in (random_case, tied_case) for seed in range(2000, 2040)):
        exact = [
            [Fraction(0) if fixed else Fraction(f) for f, fixed in zip(row, held, strict=True)]
            for row, held in zip(case.fair, case.held, strict=True)
        ]
        monkeypatch.setattr(exchange, "shares", lambda _problem, exact=exact: exact)
        expected, found = best(case), allocate(case.problem())
        if expected is None:
            assert found.status == "infeasible"
            continue
        q, x, value = expected
        assert found.q is not None
        assert found.x is not None
        assert found.q.tolist() == q.tolist()
        assert found.x.tolist() == x.tolist()
        assert found.status == "optimal"
        assert found.objective == pytest.approx(float(value), rel=1e-12, abs=1e-15)
        assert found.objective * (1 - 1e-6) - 1e-15 <= found.bound <= found.objective
        plans += 1
    assert plans > 30


@pytest.mark.parametrize("total", [10**9 + 7, 10**12 + 1, 10**15])
def test_a_rule_over_two_units_claims_no_more_than_it_shows(total: int) -> None:
    """Units 1 and 2 get at most half of the total: of 700 in 1300 they'd have more. What they get is shared
    between these two, and the rest between the others, each as if alone: what enumeration near that says.
    """
    need = [300, 400, 350, 250]
    most = total // 2
    rule: Any = {
        "matrix": sparse.csr_array(np.array([[1.0, 1, 0, 0]])),
        "row_lower": np.array([-np.inf]),
        "row_upper": np.array([float(most)]),
    }
    fair = shares_of(need, total)
    plans = []
    for first, third in itertools.product(range(-4, 5), repeat=2):
        one, three = most * 3 // 7 + first, (total - most) * 7 // 12 + third
        plan = [one, most - one, three, total - most - three]
        plans.append((unfairness("proportional", plan, fair, 1), [-n for n in plan], plan))
    value, _, expected = min(plans)
    found = allocate(asked(need, total, "proportional", **rule))
    assert found.q is not None
    assert found.q[0].tolist() == expected
    assert found.objective == pytest.approx(float(value / total), rel=1e-15, abs=0)
    assert 0 <= found.bound <= found.objective
    proven = found.objective - found.bound <= 1e-6 * found.objective
    assert found.status == ("optimal" if proven else "feasible")


def test_a_bound_is_never_above_the_best_under_a_rule_over_equals() -> None:
    """Of three equals the first gets more than the second, by a rule over both: enumerated."""
    total = 10**15 + 1
    need = [1, 1, 1]
    more: Any = {
        "matrix": sparse.csr_array(np.array([[1.0, -1, 0]])),
        "row_lower": np.array([1.0]),
        "row_upper": np.array([np.inf]),
    }
    fair = shares_of(need, total)
    near = [int(fair[0]) + by for by in range(-3, 5)]
    plans = [
        (unfairness("proportional", plan, fair, 1), [-n for n in plan], plan)
        for plan in ([a, b, total - a - b] for a, b in itertools.product(near, repeat=2))
        if plan[0] > plan[1]
    ]
    value, _, _ = min(plans)
    found = allocate(asked(need, total, "proportional", **more))
    assert found.q is not None
    q = found.q[0].tolist()
    assert q[0] > q[1]
    assert found.bound <= float(value / total)
    if found.status == "optimal":
        assert found.objective <= float(value / total) * (1 + 1e-6)
