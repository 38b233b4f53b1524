"""Fair plans far from others, found by signs (§12), against enumeration."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from benchmarks.instances import cell_problem, instance
from scenarios import alternatives as module
from scenarios.afar import far_from
from scenarios.alternatives import alternatives_of
from scenarios.fairness import allocate
from scenarios.unfairness import comparable
from scenarios.unfairness import unfairness as counted
from tests.scenarios.enumerated import METHODS, best, random_case, tied_case
from tests.scenarios.test_alternatives import all_plans, apart, check, unfairness


@pytest.mark.parametrize("method", METHODS)
def test_what_is_found_is_a_plan_as_far_as_asked(method: str) -> None:
    """It may not be the fairest such plan, but mostly is; and it is never fairer than that."""
    found = fairest = 0
    for seed in range(16):
        case = (random_case if seed % 2 else tied_case)(seed, method)
        first = best(case)
        if first is None:
            continue
        q, problem, least = np.asarray(first[0]), case.problem(), 1 + seed % 3
        cost = counted(problem, q)
        far = far_from(comparable(problem, cost), cost, [q], least)
        worth = {tuple(p.ravel().tolist()): unfairness(p, q, case) for p in all_plans(case)}
        known = [
            v for p, v in worth.items() if v is not None and apart(np.reshape(p, q.shape), q) >= 2 * least
        ]
        if far is None:
            continue
        assert apart(far.q, q) >= 2 * least
        value = worth[tuple(far.q.ravel().tolist())]
        assert value is not None
        assert far.objective == pytest.approx(float(value), rel=1e-9, abs=1e-12)
        assert value >= min(known)
        assert (far.x.sum(axis=2) == far.q).all()
        found += 1
        fairest += value == min(known)
    assert found > 2
    assert fairest > found / 2


@pytest.mark.parametrize("method", ["proportional", "greatest_divisors"])
def test_by_signs_first_all_that_is_promised_holds(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", 0)
    several = 0
    for seed in range(12):
        case = (random_case if seed % 2 else tied_case)(seed, method)
        slack, move = (("0", "0.5", "3", "20")[seed % 4], ("0.05", "0.2")[seed % 2])
        found = check(case, 3, slack, move)
        if found is not None:
            assert all(plan.proven for plan in found.plans)
            several += len(found.plans) > 1
    assert several > 2


def test_many_units_have_their_plans_in_time() -> None:
    """120 numbers with nests, months and seats: what isn't proven says so."""
    problem = cell_problem(instance(40, 1))
    fairest = allocate(problem)
    assert fairest.q is not None
    assert fairest.x is not None
    found = alternatives_of(problem, fairest.q, fairest.x, 3, 20.0, 0.05, 20.0)
    assert len(found.plans) == 3
    least = 2 * Fraction(5, 100) * int(problem.total.sum())
    for one, other in itertools.combinations(found.plans, 2):
        assert apart(one.q, other.q) >= least
    assert all(plan.objective <= 21 * found.plans[0].objective for plan in found.plans)
    for plan in found.plans:
        values = problem.matrix @ plan.x.ravel()
        assert (values <= problem.row_upper + 1e-6).all()
        assert (values >= problem.row_lower - 1e-6).all()
        assert (plan.x.sum(axis=(1, 2)) == problem.total).all()
