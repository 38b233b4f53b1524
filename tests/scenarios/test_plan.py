"""Plans end to end: from the rulebook through Pyomo and the solver to whole numbers (§10, §11)."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Code, RuleError
from engine.link import load_rulebook
from scenarios.plan import Plan, make_plan
from tests.books import write_book

DATA = Path(__file__).parents[1] / "data"
FALLBACK = (
    "'target - achieved' is unknown (no actual or estimate of loans for Bình Thuận on 2023-06-30); "
    "coalesce(target - achieved, target) takes its fallback"
)
TOTALS = {"jobs": 8_458, "training": 6_000, "loans": 2_500}


def plan_of(folder: Path) -> Plan:
    return make_plan(load_rulebook(str(folder)))


def by_unit(plan: Plan, quota: str) -> dict[str, int]:
    return {share.unit: share.value for share in plan.shares if share.quota == quota}


@pytest.fixture(scope="module")
def real() -> Plan:
    return make_plan(load_rulebook("binh_thuan_2023"))


def test_the_second_half_of_2023_adds_up_in_units_and_months(real: Plan) -> None:
    assert real.status == "optimal"
    assert real.totals == TOTALS
    assert len(real.cells) == 3 * 10 * 6
    assert all(cell.value >= 0 for cell in real.cells)
    for quota, total in TOTALS.items():
        assert sum(by_unit(real, quota).values()) == total
        for unit, value in by_unit(real, quota).items():
            assert sum(c.value for c in real.cells if (c.quota, c.unit) == (quota, unit)) == value


def test_bounds_nest_and_rule_hold_in_every_district_and_month(real: Plan) -> None:
    cells = {(c.quota, c.unit, c.period): c.value for c in real.cells}
    for (quota, unit, period), value in cells.items():
        if quota == "loans":
            assert value <= cells["jobs", unit, period]
    population = {
        unit: Fraction(int(real.problem.reasoner.figures.attribute("population")[at]))
        for unit, at in zip(real.problem.unit_ids, real.problem.units, strict=True)
    }
    assert sum(population.values()) == 1_230_808  # the census total of the province
    for unit, value in by_unit(real, "jobs").items():
        fair = 8_458 * population[unit] / 1_230_808
        assert Fraction(8, 10) * fair <= value <= Fraction(125, 100) * fair
    assert 50_000_000 * TOTALS["loans"] <= 125_000_000_000


def test_months_are_a_controlled_rounding(real: Plan) -> None:
    months = [period.name for period in real.problem.periods]
    assert months == [f"2023-{month:02d}" for month in range(7, 13)]
    for share in real.shares:
        for cell in (c for c in real.cells if (c.quota, c.unit) == (share.quota, share.unit)):
            assert cell.value in (share.value // 6, -(-share.value // 6))
    for quota, total in TOTALS.items():
        for month in months:
            placed = sum(c.value for c in real.cells if (c.quota, c.period) == (quota, month))
            assert placed in (total // 6, -(-total // 6))


def test_what_is_only_assumed_is_listed(real: Plan) -> None:
    words = [found.message.en for found in real.problem.assumed]
    assert words == [
        "jobs.achieved = 11,542 persons, 2023-06-30 is an estimate",
        "training.achieved = 4,000 persons, 2023-06-30 is an estimate",
        FALLBACK,
        "average_loan = 50 million VND/person is assumed",
        "loan_capital = 125 billion VND is assumed",
    ]


def test_waterfalls_add_up_exactly(real: Plan) -> None:
    for share in real.shares:
        steps = [step.step for step in share.waterfall]
        assert steps == ["fair_share", "holds", "bounds", "rules", "whole_numbers"]
        assert sum((step.change for step in share.waterfall), Decimal(0)) == share.value
        assert all(-step.change.as_tuple().exponent <= 6 for step in share.waterfall)  # type: ignore[operator]


def test_the_capital_binds_and_the_rest_does_not(real: Plan) -> None:
    (rule,) = real.rules
    assert (rule.name, rule.instances, rule.binding) == ("loan_capital", 1, 1)
    assert rule.tightest is not None
    assert (rule.tightest.left, rule.tightest.right, rule.tightest.slack) == (125e9, 125e9, 0)
    for share in real.shares:
        assert share.binding == (("loan_capital",) if share.quota == "loans" else ())


# -- published apportionments --------------------------------------------------------------------------


def published() -> list[Any]:
    cases = json.loads((DATA / "apportionment.json").read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=case["id"]) for case in cases]


SHARE = """
attributes: {{weight: {{measure: person}}}}
parameters: {{limit: {{value: 24, measure: person * person}}, low: {{value: 20, measure: person * person}}}}
indicators: {{seats: {{measure: person, kind: flow, direction: up}}}}
allocations:
  plan:
    from: 2023-01-01
    to: 2023-12-31
    every: once
    among: district
    starting_point: {{as_of: 2023-01-01, basis: actual}}
    quotas: {{seats: {{total: {total}, need: weight{extra}}}}}
    {rules}
"""


def share_book(
    folder: Path, weights: list[int | str], total: int, extra: str = "", rules: str = "", every: str = "once"
) -> Path:
    rows = "".join(f"u{n},top,district,{weight}\n" for n, weight in enumerate(weights))
    body = SHARE.format(total=total, extra=extra, rules=rules).replace("every: once", f"every: {every}")
    return write_book(folder, body, units=f"unit,parent,level,weight\ntop,,province,\n{rows}")


@pytest.mark.parametrize("case", published())
def test_published_apportionments(case: dict[str, Any], tmp_path: Path) -> None:
    each = case.get("minimum_each") or case.get("min_each_applied")
    extra = f", at_least: {each}" if each else ""
    fairness = f"fairness: {case['fairness']}"
    plan = plan_of(share_book(tmp_path, case["weights"], case["total"], extra, fairness))
    assert list(by_unit(plan, "seats").values()) == case["expected"]
    assert plan.status == "optimal"
    assert plan.bound_gap == pytest.approx(0, abs=1e-6)


# -- small plans against enumeration ---------------------------------------------------------------------


def fairest(weights: list[int], total: int, allowed: Any) -> list[tuple[int, ...]]:
    """All fairest shares by enumeration in exact fractions, the earliest-heavy first."""
    fair = [Fraction(total * weight, sum(weights)) for weight in weights]
    best: list[tuple[int, ...]] = []
    least: Fraction | None = None
    for q in itertools.product(range(total + 1), repeat=len(weights)):
        if sum(q) != total or not allowed(q):
            continue
        cost = sum(((x - f) ** 2 / f for x, f in zip(q, fair, strict=True)), Fraction(0))
        if least is None or cost < least:
            least, best = cost, [q]
        elif cost == least:
            best.append(q)
    return sorted(best, reverse=True)


@pytest.mark.parametrize(
    ("weights", "total", "extra", "rules", "allowed"),
    [
        ([3, 3, 3], 7, "", "", lambda q: True),
        ([5, 2, 1], 9, ", at_most: 4", "", lambda q: max(q) <= 4),
        ([5, 2, 1], 9, ", at_least: 2", "", lambda q: min(q) >= 2),
        ([5, 2, 1], 8, ", at_most: 1.1 * fair", "", lambda q: q[0] <= 5.5 and q[1] <= 2.2 and q[2] <= 1.1),
        (
            [4, 3, 2, 1],
            11,
            "",
            "rules: {less: {for: unit, require: by_unit(seats) <= weight + 1}}",
            lambda q: all(x <= w + 1 for x, w in zip(q, [4, 3, 2, 1], strict=True)),
        ),
        (
            [4, 3, 2, 1],
            9,
            "",
            "rules: {weighed: {require: total(seats * weight) <= limit}}",
            lambda q: 4 * q[0] + 3 * q[1] + 2 * q[2] + q[3] <= 24,
        ),
        (
            [4, 3, 2, 1],
            9,
            "",
            "rules: {weighed: {require: low <= total(seats * weight) <= limit}}",
            lambda q: 20 <= 4 * q[0] + 3 * q[1] + 2 * q[2] + q[3] <= 24,
        ),
    ],
)
def test_small_plans_equal_the_enumerated_fairest(
    weights: list[int], total: int, extra: str, rules: str, allowed: Any, tmp_path: Path
) -> None:
    plan = plan_of(share_book(tmp_path, list(weights), total, extra, rules))
    assert plan.status == "optimal"
    assert tuple(by_unit(plan, "seats").values()) == fairest(weights, total, allowed)[0]


MONTHLY = """rules:
      even: {for: [unit, period], require: seats - previous(seats) <= 1}
      grow:
        for: [unit, period]
        require: cumulative(seats) <= months_in_period * quantity(8, "person / month")
      few: {for: period, require: by_period(seats) <= 10}"""


def test_rules_over_periods_hold(tmp_path: Path) -> None:
    plan = plan_of(share_book(tmp_path, [4, 3, 2], 30, "", MONTHLY, "quarter"))
    assert plan.status == "optimal"
    cells = {(c.unit, c.period): c.value for c in plan.cells}
    quarters = [f"2023-Q{n}" for n in range(1, 5)]
    for unit in ("u0", "u1", "u2"):
        values = [cells[unit, quarter] for quarter in quarters]
        assert all(after - before <= 1 for before, after in itertools.pairwise(values))
        assert all(done <= 24 for done in itertools.accumulate(values))
    for quarter in quarters:
        assert sum(cells[unit, quarter] for unit in ("u0", "u1", "u2")) <= 10
    results = {rule.name: rule.instances for rule in plan.rules}
    assert results == {"even": 9, "grow": 12, "few": 4}  # no quarter before the first


EACH_MOST = ("seats.at_most.u0", "seats.at_most.u1", "seats.at_most.u2", "seats.total")
EACH_LEAST = ("seats.at_least.u0", "seats.at_least.u1", "seats.at_least.u2", "seats.total")

# -- no plan -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extra", "rules", "members", "words"),
    [
        (", at_most: 2", "", EACH_MOST, "add up to 6, below the 9 to be placed"),
        (", at_least: 4", "", EACH_LEAST, "add up to 12, above the 9 to be placed"),
        (
            ", at_least: 3, at_most: 2",
            "",
            ("seats.at_least.u0", "seats.at_most.u0"),
            "the floor 3 of u0 lies above its ceiling 2",
        ),
        (
            "",
            "rules: {a: {require: total(seats) <= 8}}",
            ("a", "seats.total"),
            "a: even the least that can be placed comes to 9 persons, above the 8 persons allowed",
        ),
        (
            "",
            "rules: {a: {for: unit, require: by_unit(seats) >= 4}, b: {require: total(seats) <= 20}}",
            ("a", "seats.total"),
            "a (all its 3 places together): even the most that can be placed comes to 9 persons",
        ),
    ],
)
def test_an_infeasible_plan_is_a_result_that_says_why(
    extra: str, rules: str, members: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    plan = plan_of(share_book(tmp_path, [5, 2, 2], 9, extra, rules))
    assert (plan.status, plan.shares, plan.cells) == ("infeasible", (), ())
    assert sorted(plan.conflicts[0].members) == sorted(members)
    assert words in plan.conflicts[0].words.en


def test_a_rule_that_data_alone_breaks_makes_the_plan_infeasible(tmp_path: Path) -> None:
    rules = "rules: {a: {require: total(seats) * 0 + 5 <= 3}}"
    assert plan_of(share_book(tmp_path, [5, 2, 2], 9, "", rules)).status == "infeasible"


# -- faulty numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "total", "codes"),
    [
        ([5, "", 2], 9, [Code.UNKNOWN_NEED]),
        ([5, "-1", 2], 9, [Code.NEGATIVE_NEED]),
        ([0, 0, 0], 9, [Code.ZERO_NEEDS]),
        ([5, 2, 2], -1, [Code.NEGATIVE_TOTAL]),
        (["", "-1", 2], -1, [Code.NEGATIVE_TOTAL, Code.UNKNOWN_NEED, Code.NEGATIVE_NEED]),
        ([], 9, [Code.NO_UNITS]),
    ],
)
def test_faulty_needs_and_totals_are_told_together(
    weights: list[int | str], total: int, codes: list[Code], tmp_path: Path
) -> None:
    folder = share_book(tmp_path, weights, total)
    if not weights:
        (folder / "units.csv").write_text(
            "unit,parent,level,weight,valid_to\ntop,,province,,\nu,top,district,1,2022-12-31\n",
            encoding="utf-8",
        )
    book = load_rulebook(str(folder))
    with pytest.raises(RuleError) as error:
        make_plan(book)
    assert [issue.code for issue in error.value.issues] == codes


def test_a_total_that_is_not_whole_is_told(tmp_path: Path) -> None:
    folder = share_book(tmp_path, [5, 2], 9)
    text = (folder / "book.yaml").read_text(encoding="utf-8")
    (folder / "book.yaml").write_text(text.replace("total: 9", "total: target / 2"), encoding="utf-8")
    (folder / "targets.csv").write_text(
        "indicator,unit,year,kind,value\nseats,top,2023,reach,9\n", encoding="utf-8"
    )
    with pytest.raises(RuleError) as error:
        plan_of(folder)
    assert [(i.code, i.message.en) for i in error.value.issues] == [
        (Code.TOTAL_NOT_WHOLE, "seats: the total 4.5 is not whole")
    ]


def test_a_total_of_zero_places_nothing(tmp_path: Path) -> None:
    plan = plan_of(share_book(tmp_path, [5, 2], 0))
    assert (plan.status, by_unit(plan, "seats")) == ("optimal", {"u0": 0, "u1": 0})


def test_one_unit_takes_everything(tmp_path: Path) -> None:
    assert by_unit(plan_of(share_book(tmp_path, [5], 12)), "seats") == {"u0": 12}


def test_a_unit_without_need_gets_nothing_unless_a_floor_forces_it(tmp_path: Path) -> None:
    assert by_unit(plan_of(share_book(tmp_path, [5, 0, 5], 9)), "seats")["u1"] == 0
    forced = plan_of(share_book(tmp_path / "x", [5, 0, 5], 9, ", at_least: 2"))
    assert by_unit(forced, "seats") == {"u0": 4, "u1": 2, "u2": 3}
