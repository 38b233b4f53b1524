"""Figures of 10⁹ to 10¹⁵: what is said and loosened is exact to the unit, and plans of nests end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from scenarios.plan import Plan
from tests.scenarios.test_allocation_rules import book, quota

NEEDS = (100, 200, 300)


def _by(plan: Plan) -> dict[str, Fraction]:
    return {
        entry.at["unit"]: Fraction(entry.by)
        for conflict in plan.conflicts
        for entry in conflict.relax
        if entry.member.startswith("jobs.at_most.")
    }


@pytest.mark.parametrize("total", [10**9 + 7, 10**10, 10**12 + 1, 10**13, 10**15 + 11])
def test_ceilings_are_loosened_least_to_the_unit(tmp_path: Path, total: int) -> None:
    plan = book(tmp_path, f"jobs: {{total: {total}, need: need, at_most: 0.75 * fair}}")
    sides = [Fraction(3, 4) * total * need / sum(NEEDS) for need in NEEDS]
    assert plan.status == "infeasible"
    assert plan.least
    words = plan.conflicts[0].words.en
    assert f"add up to {sum(floor(side) for side in sides):,}, below the {total:,}" in words
    assert plan.relaxed is not None
    assert plan.relaxed.totals == {"jobs": total}
    assert sum(quota(plan.relaxed)) == total
    # By hand: the largest relative loosening L is the least at which Σ ⌊side (1 + L)⌋ reaches the total, and
    # at it all but the last units are as full as they can be, those of the largest sides first.
    q = [floor(side * Fraction(4, 3)) for side in sides]
    for _ in range(total - sum(q)):
        unit = min(range(3), key=lambda u: (q[u] + 1 - sides[u]) / sides[u])
        q[unit] += 1
    largest = max((number - side) / side for number, side in zip(q, sides, strict=True))
    found = [_by(plan)[unit] for unit in "abc"]
    # Sides are float64: their own rounding is all that may be off.
    rounding = max(side for side in sides) / 2**51
    assert max(by / side for by, side in zip(found, sides, strict=True)) == pytest.approx(
        float(largest), rel=0, abs=float(rounding / sides[0])
    )
    reached = sorted(side + by for side, by in zip(sides, found, strict=True))
    assert sum(round(number) for number in reached) == total
    assert all(abs(number - round(number)) <= rounding for number in reached)


@pytest.mark.parametrize("total", [10**9, 10**10, 10**12, 10**13])
def test_a_nest_that_is_one_too_large(tmp_path: Path, total: int) -> None:
    plan = book(
        tmp_path,
        f"jobs: {{total: {total}, need: need}}\nloans: {{total: {total + 1}, need: need, within: jobs}}",
    )
    assert plan.status == "infeasible"
    (conflict,) = plan.conflicts
    assert set(conflict.members) == {"loans.within", "jobs.total", "loans.total"}
    assert f"({total + 1:,}) lies within" in conflict.words.en
    assert [(entry.member, entry.by) for entry in conflict.relax] == [("loans.within", 1)]


@pytest.mark.parametrize("total", [10**10, 10**12, 10**13, 10**15])
def test_nests_of_large_totals_end_with_a_proven_plan(tmp_path: Path, total: int) -> None:
    plan = book(
        tmp_path,
        f"jobs: {{total: {total}, need: need, at_least: 0.3333333 * fair, at_most: 1.0001 * fair}}\n"
        f"loans: {{total: {total - 1}, need: 1, within: jobs}}",
    )
    assert plan.status == "optimal"
    jobs, loans = quota(plan), quota(plan, "loans")
    assert sum(jobs) == total
    assert sum(loans) == total - 1
    for number, need in zip(jobs, NEEDS, strict=True):
        fair = Fraction(total * need, sum(NEEDS))
        assert Decimal("0.3333333") * Decimal(int(fair)) <= number <= Fraction("1.0001") * fair
    # Within jobs everywhere, and one less in all: the same but for one.
    assert sorted(a - b for a, b in zip(jobs, loans, strict=True)) == [0, 0, 1]
