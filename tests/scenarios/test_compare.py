"""Plans side by side, worked by hand on small ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.errors import Code, RuleError
from engine.overlaid import Overlaid
from scenarios.compare import Move, RuleLine, Turn, compare
from scenarios.issued import Issued, IssuedRule

Quotas = Mapping[str, Mapping[str, int]]


def plan(
    name: str,
    values: Quotas | None,
    *changes: tuple[str, Any, Any],
    binding: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
    rules: Mapping[str, int] | None = None,
    **other: Any,
) -> Issued:
    """A plan of units with equal needs; None: there is none."""
    found = values or {"jobs": {}}
    totals = {quota: sum(units.values()) for quota, units in found.items()}
    return Issued(
        name,
        other.get("rulebook", "book"),
        other.get("allocation", "half"),
        None,
        tuple(Overlaid(path, was, now, "--set") for path, was, now in changes),
        "infeasible" if values is None else "optimal",
        None if values is None else 0.5,
        {"jobs": 10} if values is None else totals,
        found,
        {quota: dict.fromkeys(units, totals[quota] / max(1, len(units))) for quota, units in found.items()},
        {quota: dict.fromkeys(units, 1.0) for quota, units in found.items()},
        {(quota, unit, "2023"): value for quota, units in found.items() for unit, value in units.items()},
        {(q, u): (binding or {}).get((q, u), ()) for q, units in found.items() for u in units},
        tuple(IssuedRule(rule, 3, count) for rule, count in (rules or {}).items()),
    )


A = plan("a", {"jobs": {"north": 4, "south": 6}, "loans": {"north": 0, "south": 5}})
B = plan("b", {"jobs": {"north": 7, "south": 5}, "loans": {"north": 2, "south": 3}})


# ----------------------------------------------------------------------------------------------- numbers


def test_changes_and_percents_are_against_the_first() -> None:
    found = compare([A, B])
    north, south = (line for line in found.lines if line.quota == "jobs")
    assert (north.unit, north.values, north.changes, north.percents) == ("north", (4, 7), (0, 3), (0.0, 0.75))
    assert (south.unit, south.values, south.changes, south.percents[1]) == ("south", (6, 5), (0, -1), -1 / 6)
    jobs, loans = found.totals
    assert (jobs.values, jobs.changes, jobs.percents) == ((10, 12), (0, 2), (0.0, 0.2))
    assert (loans.values, loans.changes, loans.percents) == ((5, 5), (0, 0), (0.0, 0.0))


def test_there_is_no_percent_of_nothing() -> None:
    (line,) = (one for one in compare([A, B]).lines if (one.quota, one.unit) == ("loans", "north"))
    assert (line.values, line.changes, line.percents) == ((0, 2), (0, 2), (None, None))
    assert line.unknown["b"].en == "a has 0 at loans.north: there is no percent of 0"


def test_who_gains_and_loses_comes_by_size() -> None:
    first = plan("a", {"jobs": {"n": 10, "s": 10, "e": 10, "w": 10}})
    second = plan("b", {"jobs": {"n": 9, "s": 14, "e": 12, "w": 5}})
    found = compare([first, second, first])
    assert found.gains == (Move("b", "jobs", "s", 4), Move("b", "jobs", "e", 2))
    assert found.loses == (Move("b", "jobs", "w", -5), Move("b", "jobs", "n", -1))


def test_fairness_of_each_plan() -> None:
    found = compare([A, B])
    assert [fairness["jobs"].largest_deviation for fairness in found.fairness] == [0.2, pytest.approx(1 / 6)]
    assert [fairness["jobs"].gini for fairness in found.fairness] == [0.1, pytest.approx(7 / 12 - 1 / 2)]


def test_what_starts_and_stops_binding() -> None:
    north, south = ("jobs", "north"), ("jobs", "south")
    values = {"jobs": {"north": 4, "south": 6}}
    first = plan(
        "a", values, binding={north: ("at_most", "capital"), south: ("capital",)}, rules={"capital": 1}
    )
    second = plan("b", values, binding={north: ("capital", "hold"), south: ("capital",)}, rules={"seats": 2})
    found = compare([first, second, plan("c", None)])
    assert found.binding == (Turn("b", "jobs", "north", ("hold",), ("at_most",)),)
    assert found.rules == (RuleLine("capital", (1, None, None)), RuleLine("seats", (None, 2, None)))


# ------------------------------------------------------------------------------------- what isn't there


def test_a_unit_left_out_gets_nothing_and_loses_what_it_had() -> None:
    without = plan("b", {"jobs": {"south": 10}, "loans": {"south": 5}})
    found = compare([A, without])
    north = found.lines[0]
    assert (north.values, north.changes, north.percents) == ((4, None), (0, -4), (0.0, -1.0))
    assert north.unknown["b"].en == "north isn't in b"
    assert found.loses == (Move("b", "jobs", "north", -4),)
    back = compare([without, A])
    (north,) = (line for line in back.lines if (line.quota, line.unit) == ("jobs", "north"))
    assert (north.values, north.changes, north.percents) == ((None, 4), (0, 4), (None, None))


def test_a_quota_that_is_not_shared_out_has_no_numbers() -> None:
    found = compare([A, plan("b", {"jobs": {"north": 4, "south": 6}})])
    loans = [line for line in found.lines if line.quota == "loans"]
    assert [line.changes for line in loans] == [(0, None), (0, None)]
    assert loans[0].unknown["b"].en == "b doesn't share out loans"
    assert not found.gains
    assert not found.loses


@pytest.mark.parametrize("at", [0, 1])
def test_a_plan_that_could_not_be_met_has_no_numbers(at: int) -> None:
    plans = [A, B]
    plans[at] = plan("x", None)
    found = compare(plans)
    assert found.lines
    for line in (*found.lines, *found.totals):
        assert line.values[at] is None
        assert line.changes[1] is line.percents[1] is None
        assert "x: infeasible" in {cause.en for cause in line.unknown.values()}
    assert (found.gains, found.loses, found.binding, found.fairness[at]) == ((), (), (), {})


def test_none_of_them_could_be_met() -> None:
    found = compare([plan("x", None), plan("y", None)])
    assert (found.lines, found.fairness) == ((), ({}, {}))
    assert found.totals[0].values == (None, None)


# ------------------------------------------------------------------------------------------- many, alike


def test_the_same_plan_twice_changes_nothing() -> None:
    found = compare([A, A, A])
    assert found.names == ("a", "a (2)", "a (3)")
    assert {change for line in found.lines for change in line.changes} == {0}
    assert (found.gains, found.loses, found.binding, found.changed) == ((), (), (), ())


def test_a_number_behind_a_name_is_never_another_plans_name() -> None:
    plans = [plan(name, {"jobs": {"n": 1}}) for name in ("a", "a", "a (2)", "a")]
    assert compare(plans).names == ("a", "a (3)", "a (2)", "a (4)")


def test_twelve_plans() -> None:
    plans = [plan(f"p{n}", {"jobs": {"north": 10 + n, "south": 20 - n}}) for n in range(12)]
    found = compare(plans)
    assert found.lines[0].changes == tuple(range(12))
    assert [move.plan for move in found.gains] == [f"p{n}" for n in range(1, 12)]


def test_one_plan_alone_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="two plans"):
        compare([A])


@pytest.mark.parametrize(("kind", "words"), [("rulebook", "rulebook"), ("allocation", "allocation")])
def test_plans_of_something_else_are_refused(kind: str, words: str) -> None:
    other = plan("b", {"jobs": {"north": 1}}, **{kind: "other"})  # type: ignore[arg-type]
    with pytest.raises(RuleError) as error:
        compare([A, other])
    (issue,) = error.value.issues
    assert issue.code is Code.BAD_PLAN
    assert f"a plan of the {words} 'other'" in issue.message.en


# ------------------------------------------------------------------------------------------ what went in

ONE = {"jobs": {"n": 1}}


def inputs(*plans: Issued) -> dict[str, tuple[Any, ...]]:
    return {change.path: change.values for change in compare(plans).changed}


def test_a_plan_without_the_change_has_what_was_there() -> None:
    changed = plan("b", ONE, ("parameters.capital.value", 125, 100))
    assert inputs(plan("a", ONE), changed) == {"parameters.capital.value": (125, 100)}


def test_what_all_were_made_with_is_no_difference() -> None:
    assert inputs(plan("a", ONE, ("x", 1, 2)), plan("b", ONE, ("x", 1, 2))) == {}


def test_the_last_of_several_changes_counts() -> None:
    twice = plan("b", ONE, ("x", 1, 2), ("x", 2, 3))
    assert inputs(plan("a", ONE), twice, plan("c", ONE, ("x", 1, 1))) == {"x": (1, 3, 1)}


def test_a_change_above_or_below_a_path_counts_there_too() -> None:
    rule = {"require": "jobs <= 5", "priority": 2}
    gone = plan("b", ONE, ("rules.cap", rule, None))
    loose = plan("c", ONE, ("rules.cap.require", "jobs <= 5", "jobs <= 9"))
    assert inputs(plan("a", ONE), gone, loose) == {
        "rules.cap": (rule, None, {"require": "jobs <= 9", "priority": 2}),
        "rules.cap.require": ("jobs <= 5", None, "jobs <= 9"),
    }


def test_a_change_below_that_came_before_is_undone_for_what_was_there() -> None:
    both = plan("b", ONE, ("rules.cap.priority", 2, 3), ("rules.cap", {"require": "r", "priority": 3}, None))
    assert inputs(plan("a", ONE), both) == {
        "rules.cap.priority": (2, None),
        "rules.cap": ({"require": "r", "priority": 2}, None),
    }


def test_a_path_that_only_begins_alike_is_another() -> None:
    assert inputs(plan("a", ONE), plan("b", ONE, ("x.a", 1, 2), ("x.ab", 5, 6))) == {
        "x.a": (1, 2),
        "x.ab": (5, 6),
    }


def test_what_a_plan_was_made_with_is_unknown_where_the_rulebook_was_changed_meanwhile() -> None:
    before, after = plan("b", ONE, ("x", 1, 3)), plan("c", ONE, ("x", 2, 3))
    (change,) = compare([plan("a", ONE), before, after]).changed
    assert (change.values, change.known) == ((None, 3, 3), (False, True, True))
