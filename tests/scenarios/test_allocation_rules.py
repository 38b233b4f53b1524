"""Every kind of bound and rule of an allocation, end to end (§10); numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from engine.errors import Code, RuleError
from engine.link import load_rulebook
from scenarios.plan import Plan, make_plan
from tests.books import write_book

UNITS = """\
unit,parent,level,name_vi,name_en,code,valid_from,valid_to,need,school,far
top,,province,Tỉnh,Province,,,,,,
a,top,district,Huyện A,District A,,,,100,s1,3
b,top,district,Huyện B,District B,,,,200,s1,2
c,top,district,Huyện C,District C,,,,300,s2,1
"""
SCHOOLS = "school,seats\ns1,10\ns2,100\n"
HEAD = """\
attributes: {need: {measure: person}, far: {}}
groupings: {school: {column: school, table: schools.csv, attributes: {seats: {measure: person / month}}}}
indicators:
  jobs: {measure: person, kind: flow, direction: up}
  loans: {measure: person, kind: flow, direction: up}
"""


def book(root: Path, quotas: str, more: str = "", before: str = "", units: str = UNITS, **files: str) -> Plan:
    """The plan of November and December 2023 over a, b and c, with needs 100, 200, 300."""
    allocation = (
        "from: 2023-11-01\nto: 2023-12-31\nevery: month\namong: district\n"
        "starting_point: {as_of: 2023-06-30}\nquotas:\n" + indent(quotas, "  ") + "\n" + more
    )
    body = HEAD + before + "allocations:\n  plan:\n" + indent(allocation, "    ")
    folder = write_book(root, body, units=units)
    for name, text in {"schools": SCHOOLS, **files}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return make_plan(load_rulebook(str(folder)))


def quota(plan: Plan, name: str = "jobs") -> list[int]:
    return [share.value for share in plan.shares if share.quota == name]


def cells(plan: Plan, unit: str, name: str = "jobs") -> list[int]:
    return [cell.value for cell in plan.cells if (cell.quota, cell.unit) == (name, unit)]


def test_held_quotas_come_off_before_the_rest_is_shared(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 60, need: need, at_most: 1.1 * fair}", "hold: {a: {jobs: 15}}")
    assert quota(plan) == [15, 18, 27]  # 45 over 200 and 300; the ceiling does not bind a
    held = plan.shares[0]
    assert held.at_most is None
    assert [float(step.change) for step in held.waterfall] == [10, 5, 0, 0, 0]
    assert [float(step.change) for step in plan.shares[1].waterfall] == [20, -2, 0, 0, 0]


def test_a_held_month_stays_and_the_quota_is_still_shared(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 60, need: need}", "hold: {b: {jobs: {2023-11: 3}}}")
    assert quota(plan) == [10, 20, 30]
    assert cells(plan, "b") == [3, 17]
    assert cells(plan, "c") == [15, 15]


def test_a_quota_held_in_every_month_is_held(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 60, need: need}", "hold: {b: {jobs: {2023-11: 3, 2023-12: 7}}}")
    assert quota(plan) == [12, 10, 38]  # 50 over 100 and 300 is 12.5 and 37.5: (0.5² / 12.5 either way) → a
    assert cells(plan, "b") == [3, 7]


def test_units_left_out_are_not_in_the_plan(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 60, need: need}", "leave_out: [a]")
    assert [share.unit for share in plan.shares] == ["b", "c"]
    assert quota(plan) == [24, 36]


def test_multiples_and_the_odd_remainder_where_it_hurts_least(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 64, need: need, multiple_of: 10}")
    # fair 10.67, 21.33, 32; with the 4 at a, b, c the sums are 1.25, 0.5 and 0.25
    assert quota(plan) == [10, 20, 34]


def test_multiples_without_a_remainder_and_a_held_unit_beside_them(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 63, need: need, multiple_of: 10}", "hold: {c: {jobs: 33}}")
    assert quota(plan) == [10, 20, 33]


def test_a_profile_shapes_the_months_and_shuts_one_out(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 60, need: need, profile: {2023-11: 1, 2023-12: 3}}")
    assert cells(plan, "b") == [5, 15]
    shut = book(tmp_path / "shut", "jobs: {total: 60, need: need, profile: {2023-11: 0}}")
    assert cells(shut, "b") == [0, 20]


def test_bounds_per_period(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 60, need: need, per_period: {at_most: 0.4 * fair}, at_most: 1}")
    assert plan.status == "infeasible"
    seven = "'quantity(7, \"person / month\") * months_in_period'"
    plan = book(tmp_path / "b", f"jobs: {{total: 60, need: need, per_period: {{at_most: {seven}}}}}")
    # no cell above 7: c gets 14; 46 over a and b needs 14 at most each: impossible
    assert plan.status == "infeasible"
    plan = book(tmp_path / "c", "jobs: {total: 60, need: need, per_period: {at_most: 12}}")
    assert quota(plan) == [12, 24, 24]  # c and then b at their ceilings


def test_bounds_of_some_units_only(tmp_path: Path) -> None:
    plan = book(
        tmp_path, "jobs: {total: 60, need: need, at_most: {is: 5, priority: 1, except: {unit: [b, c]}}}"
    )
    assert quota(plan) == [5, 22, 33]
    assert [share.at_most for share in plan.shares] == [5, None, None]


def test_schools_that_serve_several_districts(tmp_path: Path) -> None:
    plan = book(
        tmp_path,
        "jobs: {total: 60, need: need}",
        "rules: {seats: {for: [school, period], require: by_group(jobs) <= seats * months_in_period}}",
    )
    # a + b ≤ 20: 7 and 13 cost 0.9 + 2.45, 6 and 14 cost 1.6 + 1.8
    assert quota(plan) == [7, 13, 40]
    [rule] = plan.rules
    assert (rule.instances, rule.binding) == (4, 2)
    assert rule.tightest is not None
    assert rule.tightest.at["school"] == "s1"


def test_a_ceiling_from_a_table_where_an_empty_cell_is_none(tmp_path: Path) -> None:
    table = "tables: {cap: {file: cap.csv, by: [unit], measure: person}}\n"
    plan = book(
        tmp_path, "jobs: {total: 60, need: need, at_most: cap}", "", table, cap="unit,value\nc,25\na,\n"
    )
    # 35 over a and b: 12 and 23 cost 0.4 + 0.45, 11 and 24 cost 0.1 + 0.8
    assert quota(plan) == [12, 23, 25]
    assert [share.at_most for share in plan.shares] == [None, None, 25]


def test_a_table_by_unit_and_month_in_a_rule(tmp_path: Path) -> None:
    table = "tables: {cap: {file: cap.csv, by: [unit, period], measure: person}}\n"
    plan = book(
        tmp_path,
        "jobs: {total: 60, need: need}",
        "rules: {cap: {for: [unit, period], require: jobs <= cap}}",
        table,
        cap="unit,period,value\nc,2023-11,4\nc,2023-12,\nb,2023-12,6\n",
    )
    assert quota(plan) == [10, 20, 30]
    assert cells(plan, "c") == [4, 26]
    assert cells(plan, "b") == [14, 6]
    assert plan.rules[0].instances == 2


def test_rules_for_some_places_only(tmp_path: Path) -> None:
    only = "only: {unit: [b, c], period: [2023-11]}, except: {unit: [c]}"
    plan = book(
        tmp_path,
        "jobs: {total: 60, need: need}",
        f"rules: {{shut: {{for: [unit, period], {only}, require: jobs <= 0}}}}",
    )
    assert cells(plan, "b") == [0, 20]
    assert cells(plan, "c") == [15, 15]


def test_month_to_month_limits(tmp_path: Path) -> None:
    plan = book(
        tmp_path,
        "jobs: {total: 60, need: need, profile: {2023-11: 1, 2023-12: 3}}",
        "rules: {change: {for: [unit, period], require: -4 <= jobs - previous(jobs) <= 4}}",
    )
    assert quota(plan) == [10, 20, 30]
    assert cells(plan, "b") == [8, 12]


def test_of_equally_fair_plans_the_cheapest(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 10, need: need / need, cost: far}")
    assert quota(plan) == [3, 3, 4]  # c is cheapest; without costs the first would have the odd one
    assert quota(book(tmp_path / "free", "jobs: {total: 10, need: need / need}")) == [4, 3, 3]


def test_a_need_that_counts_what_a_unit_has_already(tmp_path: Path) -> None:
    body = HEAD + (
        "allocations:\n  plan:\n    from: 2023-07-01\n    to: 2023-12-31\n    every: half\n"
        "    among: district\n"
        "    starting_point: {as_of: 2023-06-30}\n"
        "    quotas: {jobs: {total: 30, need: 'max(need - jobs.achieved, 0)'}}\n"
    )
    rows = "".join(
        f"jobs,{u},2023-06-30,actual,{n},,,reported\n" for u, n in (("a", 60), ("b", 220), ("c", 280))
    )
    folder = write_book(tmp_path, body, units=UNITS, observations=rows)
    (folder / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    plan = make_plan(load_rulebook(str(folder)))
    assert quota(plan) == [20, 0, 10]  # needs 40, 0 and 20


@pytest.mark.parametrize(
    ("quotas", "more", "code"),
    [
        ("jobs: {total: 60, need: need - 100}", "", None),  # a needs 0: nothing goes there
        ("jobs: {total: 60, need: need - 150}", "", Code.NEGATIVE_NEED),
        ("jobs: {total: 60, need: 0 * need}", "", Code.ZERO_NEEDS),
        ("jobs: {total: 60.5, need: need}", "", Code.AMBIGUOUS_COUNT),
        ("jobs: {total: need / 7, need: need}", "", Code.TOTAL_NOT_WHOLE),
        ("jobs: {total: -1, need: need}", "", Code.NEGATIVE_TOTAL),
        ("jobs: {total: 60, need: need / 0}", "", Code.UNKNOWN_NEED),
        ("jobs: {total: 100000000000000000000, need: need}", "", Code.NOT_FINITE),
        ("jobs: {total: 60, need: need}", "hold: {a: {jobs: 100000000000000000000}}", Code.NOT_FINITE),
        ("jobs: {total: 60, need: need, multiple_of: 100000000000000000000}", "", Code.BAD_NUMBER),
        ("jobs: {total: 60, need: need}", "hold: {a: {jobs: -1}}", Code.BAD_HOLD),
        ("jobs: {total: 60, need: need}", "hold: {a: {jobs: need / 0}}", Code.UNKNOWN_HOLD),
        ("jobs: {total: 60, need: need}", "leave_out: [a, b, c]", Code.NO_UNITS),
        ("jobs: {total: 60, need: need, cost: need / 0}", "", Code.UNKNOWN_COST),
    ],
)
def test_bad_figures_are_issues_or_clear_results(
    tmp_path: Path, quotas: str, more: str, code: Code | None
) -> None:
    if code is None:
        assert quota(book(tmp_path, quotas, more)) == [0, 20, 40]
        return
    with pytest.raises(RuleError) as caught:
        book(tmp_path, quotas, more)
    assert code in {issue.code for issue in caught.value.issues}


def test_one_unit_gets_all_and_a_total_of_nothing_is_nothing(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 61, need: need}", "leave_out: [a, b]")
    assert quota(plan) == [61]
    assert cells(plan, "c") == [31, 30]
    nothing = book(tmp_path / "nothing", "jobs: {total: 0, need: need}")
    assert quota(nothing) == [0, 0, 0]
    assert nothing.status == "optimal"
    assert nothing.bound_gap == 0


@pytest.mark.parametrize(
    ("fairness", "expected"),
    [
        # total 7 over needs 100, 200, 300: fair 1.17, 2.33, 3.5
        ("proportional", [1, 2, 4]),
        ("largest_remainder", [1, 2, 4]),
        ("equal_proportions", [1, 2, 4]),
        ("smallest_divisors", [2, 2, 3]),  # one each, then 300, 200, 150, and of 100 three times the first
        ("greatest_divisors", [1, 2, 4]),
        ("minimax", [1, 2, 4]),
        ("leximin", [1, 2, 4]),
    ],
)
def test_every_fairness_method(tmp_path: Path, fairness: str, expected: list[int]) -> None:
    plan = book(tmp_path, "jobs: {total: 7, need: need}", f"fairness: {fairness}")
    assert quota(plan) == expected
    assert plan.status == "optimal"
    assert plan.bound_gap == pytest.approx(0, abs=1e-9)


def test_a_relaxation_never_misses_a_total_unsaid(tmp_path: Path) -> None:
    plan = book(tmp_path, "jobs: {total: 1000000000, need: need, at_most: 0.5 * fair}")
    assert plan.status == "infeasible"
    assert plan.relaxed is not None
    assert plan.relaxed.totals == plan.totals


NO_NEED_OF_JOBS = """\
unit,parent,level,name_vi,name_en,code,valid_from,valid_to,need,school,far
top,,province,Tỉnh,Province,,,,,,
a,top,district,Huyện A,District A,,,,3,s1,3
b,top,district,Huyện B,District B,,,,0,s1,2
c,top,district,Huyện C,District C,,,,3,s2,1
"""


@pytest.mark.parametrize("fairness", ["equal_proportions", "smallest_divisors"])
def test_no_need_of_the_outer_quota_comes_before_a_first_seat_in_the_inner(
    tmp_path: Path, fairness: str
) -> None:
    """Inner shares 4, 2.67, 1.33: 6 and 2 are fairest of a and c alone (5, 3 and 7, 1 cost more either way).
    Where a and c may have 3 each, b must have 2 of both. Nothing can be had where b is held at 0 and 1.
    """
    jobs, loans = "jobs: {total: 20, need: need}", "loans: {total: 8, need: far, within: jobs%s}"

    def made(name: str, limits: str, hold: str = "") -> Plan:
        more = f"fairness: {fairness}\n{hold}"
        return book(tmp_path / name, f"{jobs}\n{loans % limits}", more, units=NO_NEED_OF_JOBS)

    plan = made("free", "")
    assert plan.status == "optimal"
    assert (quota(plan), quota(plan, "loans")) == ([10, 0, 10], [6, 0, 2])
    assert plan.shares[-2].binding == ("within",)
    forced = made("forced", ", at_most: {is: 3, only: {unit: [a, c]}}")
    assert forced.status == "optimal"
    assert (quota(forced), quota(forced, "loans")) == ([9, 2, 9], [3, 2, 3])
    against = made("against", ", at_least: {is: 1, only: {unit: b}}", "hold: {b: {jobs: 0}}")
    assert against.status == "infeasible"
    assert {member for conflict in against.conflicts for member in conflict.members} == {
        "hold.b.jobs",
        "loans.at_least.b",
        "loans.within",
    }


def test_a_rule_that_asks_nothing_of_a_quota_binds_nothing(tmp_path: Path) -> None:
    rules = (
        "rules: {nothing: {for: unit, require: 0 * by_unit(jobs) <= 1}, "
        "always: {for: unit, require: by_unit(jobs) == by_unit(jobs)}, "
        "most: {for: unit, require: by_unit(jobs) <= 30}}"
    )
    plan = book(tmp_path, "jobs: {total: 60, need: need}", rules)
    assert quota(plan) == [10, 20, 30]
    assert {rule.name: rule.binding for rule in plan.rules} == {"nothing": 0, "always": 0, "most": 1}


def test_needs_of_the_units_not_held_are_told_to_be_zero(tmp_path: Path) -> None:
    quotas = 'jobs: {total: 60, need: "max(200 - need, 0)"}'  # a needs 100, b and c nothing
    with pytest.raises(RuleError) as error:
        book(tmp_path, quotas, "hold: {a: {jobs: 10}}")
    (issue,) = error.value.issues
    assert issue.message.en.endswith("the needs of all units that are not held are zero")


def binding(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {share.unit: share.binding for share in plan.shares}


def test_a_rule_that_a_quota_stands_on_binds_it(tmp_path: Path) -> None:
    """Of 60 a gets 30 for 10: one less would break the rule, one more would not."""
    rules = "rules: {far_off: {for: unit, only: {unit: a}, require: by_unit(jobs) >= 30}}"
    plan = book(tmp_path, "jobs: {total: 60, need: need}", rules)
    assert quota(plan) == [30, 12, 18]
    assert binding(plan) == {"a": ("far_off",), "b": (), "c": ()}


@pytest.mark.parametrize(
    ("most", "names"), [(17, ("near", "multiple_of")), (10, ("near",)), (20, ("near",)), (30, ())]
)
def test_a_rule_binds_in_multiples(tmp_path: Path, most: int, names: tuple[str, ...]) -> None:
    """In tens b has 10 of 20 under a rule of 17 or 10; of 17 only the ten keeps it from one more."""
    rules = f"rules: {{near: {{for: unit, only: {{unit: b}}, require: by_unit(jobs) <= {most}}}}}"
    plan = book(tmp_path, "jobs: {total: 60, need: need, multiple_of: 10}", rules)
    assert quota(plan)[1] == min(most, 20) // 10 * 10
    assert binding(plan)["b"] == names


def test_a_month_that_is_full_leaves_a_multiple_room_in_another(tmp_path: Path) -> None:
    """b has 20 in tens, 8 in November at most: ten more fit into December."""
    rules = "rules: {near: {for: [unit, period], only: {unit: b, period: 2023-11}, require: jobs <= 8}}"
    plan = book(tmp_path, "jobs: {total: 60, need: need, multiple_of: 10}", rules)
    assert cells(plan, "b") == [8, 12]
    assert binding(plan)["b"] == ()
