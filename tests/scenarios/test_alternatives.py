"""Plans beside the fairest (§12), against enumeration in exact fractions."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.link import load_rulebook
from scenarios.alternatives import Alternatives, alternatives, alternatives_of
from scenarios.alternatives import check as exactly
from scenarios.members import list_members
from scenarios.plan import solve
from tests.books import write_book
from tests.scenarios.enumerated import (
    METHODS,
    Case,
    best,
    fits_multiple,
    phi,
    random_case,
    tied_case,
)
from tests.scenarios.test_periods import allowed, compositions

NEAR = Fraction(1, 10**8)


def all_plans(case: Case) -> list[Any]:
    """Every whole plan, int64 [K, U]."""
    quotas, units = np.shape(case.fair)
    shut = (np.asarray(case.profile)[:, None, :] == 0) & (np.asarray(case.cell_lower) == 0)
    cell_upper = np.where(shut, 0, case.cell_upper)
    options = [
        compositions(int(case.total[k]), case.lower[k], np.minimum(case.upper[k], case.total[k]))
        for k in range(quotas)
    ]
    options = [[q for q in one if fits_multiple(q, k, case)] for k, one in enumerate(options)]
    plans = (np.array(q).reshape(quotas, units) for q in itertools.product(*options))
    return [q for q in plans if allowed(q, case.cell_lower, cell_upper, case.rows)]


def unfairness(q: Any, fairest: Any, case: Case) -> Fraction | None:
    """The objective as the fairest plan's is counted; None where a plan doesn't ask what its method does."""
    seated = case.method in {"equal_proportions", "smallest_divisors"}
    terms = []
    for k, u in case.places():
        number, fair, first = int(q[k][u]), case.fair[k][u], int(fairest[k][u])
        if case.held[k][u]:
            continue
        if fair == 0 or (seated and first < case.multiple[k]):
            if number > first:
                return None
            continue
        if seated and number < case.multiple[k]:
            return None
        if case.method in {"minimax", "leximin"}:
            terms.append(abs(number - fair) / fair)
        else:
            share = case.weight[k] / max(1, int(case.total[k]))
            terms.append(share * phi(case.method, number, fair, Fraction(int(case.multiple[k]), 2)))
    if case.method in {"minimax", "leximin"}:
        return max(terms, default=Fraction(0))
    return sum(terms, Fraction(0))


def apart(q: Any, other: Any) -> int:
    return int(np.abs(np.asarray(q) - np.asarray(other)).sum())


def check(case: Case, count: int, slack: str, move: str) -> Alternatives | None:
    """Everything that is promised, against all plans there are; None where there is none."""
    first = best(case)
    if first is None:
        return None
    q, x, _ = first
    q, x = np.asarray(q), np.asarray(x)
    found = alternatives_of(case.problem(), q, x, count, float(slack), float(move))
    base = unfairness(q, q, case)
    assert base is not None
    most = base * (1 + Fraction(slack))
    least = max(Fraction(1), Fraction(move) * int(np.sum(case.total)))
    worth = {tuple(p.ravel().tolist()): unfairness(p, q, case) for p in all_plans(case)}
    kept = {p: value for p, value in worth.items() if value is not None}
    assert found.plans[0].q.tolist() == q.tolist()
    for plan in found.plans:
        value = kept[tuple(plan.q.ravel().tolist())]  # it is one of the plans there are
        assert value <= most * (1 + NEAR)
        assert plan.objective == pytest.approx(float(value), rel=1e-9, abs=1e-12)
        assert (plan.x.sum(axis=2) == plan.q).all()
    for one, other in itertools.combinations(found.plans, 2):
        assert apart(one.q, other.q) >= 2 * least
    for at, plan in enumerate(found.plans):
        total = int(np.sum(case.total))
        assert plan.moved == pytest.approx([apart(plan.q, p.q) / 2 / total for p in found.plans[:at]])
    assert found.complete == (len(found.plans) < count)
    if found.complete:
        shape = found.plans[0].q.shape
        missed = [
            p
            for p, value in kept.items()
            if value <= most * (1 - NEAR)
            and all(apart(np.reshape(p, shape), plan.q) >= 2 * least for plan in found.plans)
        ]
        assert missed == []
    if found.possible_at is not None:
        within = base * (1 + Fraction(found.possible_at)) * (1 + NEAR)
        assert len(found.plans) == 1
        assert any(
            value <= within and apart(np.reshape(p, q.shape), q) >= 2 * least for p, value in kept.items()
        )
    elif found.complete and len(found.plans) == 1 and base > 0:
        # At 12 strides of 4 from a slack of 1 % on, everything small numbers can do is reached.
        assert not any(apart(np.reshape(p, q.shape), q) >= 2 * least for p in kept)
    return found


@pytest.mark.parametrize("method", METHODS)
def test_alternatives_are_those_of_enumeration(method: str) -> None:
    told = {"several": 0, "complete": 0, "full": 0, "further": 0}
    for seed in range(40):
        draw = np.random.default_rng([seed, 3])
        case = (random_case if seed % 2 else tied_case)(seed, method)
        slack = ["0", "0.02", "0.5", "3", "20", "100"][int(draw.integers(6))]
        move = ["0", "0.05", "0.2", "0.4"][int(draw.integers(4))]
        found = check(case, int(draw.integers(2, 6)), slack, move)
        if found is not None:
            told["several"] += len(found.plans) > 1
            told["complete"] += found.complete and len(found.plans) > 1
            told["full"] += not found.complete
            told["further"] += found.possible_at is not None
    assert min(told.values()) > 0, told


BODY = """\
attributes: {people: {measure: person}}
parameters: {places: {value: 13, measure: person}}
indicators:
  jobs: {measure: person, kind: flow, direction: up}
  loans: {measure: person, kind: flow, direction: up}
allocations:
  half:
    from: 2023-07-01
    to: 2023-12-31
    every: quarter
    among: district
    starting_point: {as_of: 2023-06-30}
    quotas:
      jobs: {total: 60, need: people, at_most: "26", multiple_of: 2}
      loans: {total: 20, need: people, within: jobs}
    rules:
      places: {require: by_period(loans) <= places, for: period}
"""
UNITS = "unit,parent,level,people\ntop,,province,\na,top,district,11\nb,top,district,5\nc,top,district,4\n"


def test_plans_of_a_rulebook_are_checked_in_exact_arithmetic(tmp_path: Path) -> None:
    """At most 26 of 60 jobs each, by twos; no more loans than jobs anywhere, 13 loans a quarter."""
    solved = solve(load_rulebook(str(write_book(tmp_path, BODY, units=UNITS)), None))
    found = alternatives(solved, 4, 2.0, 0.1)
    members = list_members(solved.compiled)
    assert len(found.plans) > 1
    for plan in found.plans:
        jobs, loans = plan.x
        assert (jobs.sum(), loans.sum()) == (60, 20)
        assert (plan.q[0] % 2 == 0).all()
        assert (plan.q[0] <= 26).all()
        assert (loans <= jobs).all()
        assert (loans.sum(axis=0) <= 13).all()
        exactly(members, plan.x)
    for first, other in itertools.combinations(found.plans, 2):
        assert apart(first.q, other.q) >= 2 * 8


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ([(0, 2, 0, 1)], "jobs.total"),
        ([(0, 2, 0, 1), (0, 1, 0, -1)], "multiples"),
        ([(1, 0, 0, 4), (1, 0, 1, -4)], "places"),
        ([(0, 0, 0, 2), (0, 1, 0, -2)], r"jobs\.at_most\.a"),
    ],
)
def test_a_broken_plan_is_noticed(tmp_path: Path, change: list[tuple[int, int, int, int]], why: str) -> None:
    solved = solve(load_rulebook(str(write_book(tmp_path, BODY, units=UNITS)), None))
    assert solved.found.x is not None
    x = solved.found.x.copy()
    for k, u, t, by in change:
        x[k, u, t] += by
    with pytest.raises(ArithmeticError, match=why):
        exactly(list_members(solved.compiled), x)
