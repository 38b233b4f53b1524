"""Which rules are linear in the quotas, and over which indexes they run (§5)."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from engine.errors import Code
from engine.formula.linear import check_rule
from engine.formula.names import Names, Scope, Where
from engine.formula.parser import parse
from engine.formula.tree import Node
from engine.measures import BUILT_IN
from engine.words import Message, say
from tests.engine.formula.marks import unmarked

RATIO = BUILT_IN["ratio"]
NAMES = Names(
    indicators=dict.fromkeys(("jobs", "training"), RATIO),
    attributes=dict.fromkeys(("seats", "people"), RATIO),
    parameters=dict.fromkeys(("loan", "capital"), RATIO),
    groups={"rooms": ("school", RATIO), "trees": ("park", RATIO)},
    tables={
        "cap": (("unit", "period"), RATIO),
        "size": (("unit",), RATIO),
        "season": (("period",), RATIO),
        "places": (("school", "period"), RATIO),
    },
)
SCOPE = Scope(NAMES, Where.RULE, None, {"jobs": "jobs", "training": "training"})
Told = list[tuple[Code, int, int, Message]]


def judged(text: str, over: tuple[str, ...]) -> tuple[bool, Told]:
    """Whether a rule is accepted, and what was reported. Measures are another matter."""
    told: Told = []

    def report(node: Node, code: Code, message: Message, _: Message | None) -> None:
        told.append((code, node.start, node.end, message))

    return check_rule(parse(text).root, SCOPE, over, report), told


CELL = ("unit", "period")

ACCEPTED: list[tuple[tuple[str, ...], str]] = [
    (CELL, "jobs <= 5"),
    (CELL, "training <= jobs"),
    (CELL, "0 <= jobs"),
    (CELL, "5 <= jobs <= 10"),
    (CELL, "jobs == training"),
    (CELL, "-jobs >= -5"),
    (CELL, "jobs * loan + training / loan <= capital"),
    (CELL, "jobs * (loan + people) <= seats"),
    (CELL, "jobs * people ** 2 <= capital"),
    (CELL, "jobs <= jobs.target"),
    (CELL, "jobs / jobs.target <= training / training.target"),
    (CELL, "jobs <= seats * months_in_period / 12"),
    (CELL, "jobs <= max(seats, people) * 2"),
    (CELL, "jobs <= where(seats > people, seats, people)"),
    (CELL, "(jobs if seats > people else training) <= 5"),
    (CELL, "where(known(seats), jobs, training) <= 5"),
    (CELL, "jobs <= coalesce(seats, round_half_up(abs(people), 0))"),
    (CELL, "jobs - previous(jobs) <= 5"),
    (CELL, "cumulative(jobs) >= people"),
    (CELL, "jobs <= by_period(jobs) / 10"),
    (CELL, "jobs <= by_unit(jobs) / 2"),
    (CELL, "jobs <= total(jobs)"),
    ((), "total(jobs) <= 5"),
    ((), "total(jobs * loan) <= capital"),
    ((), "total(jobs) <= total(seats)"),
    ((), "total(jobs * months_in_period) <= capital"),
    ((), "total(jobs) * 2 <= total(training) + capital"),
    ((), "total(by_unit(jobs)) <= 5"),
    ((), "total(by_period(jobs)) <= 5"),
    ((), "by_unit(by_period(jobs)) <= 5"),
    ((), "total(cumulative(jobs)) <= 5"),
    ((), "total(jobs) <= jobs.target - jobs.achieved"),
    (("unit",), "by_unit(jobs) <= seats"),
    (("unit",), "by_unit(jobs) <= total(jobs) / 10"),
    (("unit",), "by_unit(jobs * months_in_period) <= seats"),
    (("period",), "by_period(jobs) <= capital"),
    (("period",), "by_period(jobs) <= months_in_period * capital"),
    (("period",), "cumulative(by_period(jobs)) <= capital"),
    (("period",), "by_period(jobs) - previous(by_period(jobs)) <= 5"),
    (("period",), "by_period(jobs - previous(jobs)) <= 5"),  # the periods aren't summed
    (("period",), "previous(cumulative(by_period(jobs))) <= 5"),
    (("period", "unit"), "total(jobs) <= 5"),
    # groups and tables
    (("school", "period"), "by_group(jobs) <= rooms * months_in_period"),
    (("school", "period"), "by_group(jobs) <= places"),
    (("school", "period"), "by_group(jobs - previous(jobs)) <= 5"),
    (("school", "period"), "by_group(jobs) <= 2 * previous(by_group(jobs))"),
    (("school", "period"), "cumulative(by_group(jobs * trees)) <= by_period(jobs)"),
    (("school",), "by_group(by_unit(jobs)) <= by_unit(rooms * months_in_period)"),
    (("school",), "by_unit(by_group(jobs)) <= total(jobs) / 2"),
    (("school",), "by_group(by_unit(jobs) * size) <= rooms"),
    (("park", "period"), "by_group(jobs * cap * rooms) <= trees"),
    (CELL, "jobs * rooms <= cap * trees + places + season"),
    (("unit",), "by_unit(jobs * cap) <= by_unit(places) * size"),
    (("period",), "by_period(jobs * cap * rooms) <= season"),
    ((), "total(jobs * places) <= total(cap)"),
]


@pytest.mark.parametrize(("over", "text"), ACCEPTED)
def test_accepted(over: tuple[str, ...], text: str) -> None:
    assert judged(text, over) == (True, [])


REFUSED: list[tuple[tuple[str, ...], str, Code, Message]] = [
    # the degree
    *(
        (CELL, marked, Code.NOT_LINEAR, say("not_linear"))
        for marked in (
            "⟦jobs * training⟧ <= 5",
            "2 + ⟦jobs * jobs⟧ <= 5",
            "seats * (⟦jobs * by_unit(training)⟧) <= 5",
            "⟦1 / jobs⟧ <= 5",
            "5 <= ⟦seats / (1 + jobs)⟧",
            "⟦jobs ** 2⟧ <= 5",
            "⟦(jobs + 1) ** -1⟧ <= 5",
            "⟦abs(jobs - training)⟧ <= 5",
            "⟦min(jobs, 5)⟧ <= 5",
            "jobs <= ⟦max(seats, training)⟧",
            "⟦round_half_up(jobs / 2, 0)⟧ <= 5",
            "⟦coalesce(jobs, 0)⟧ <= 5",
            "where(⟦jobs > 5⟧, jobs, 0) <= 5",
            "(5 if ⟦jobs > training⟧ else 6) <= jobs",
            "where(⟦known(jobs)⟧, jobs, 0) <= 5",
            "where(⟦jobs > 5⟧ and seats > 5, jobs, 0) <= 5",
            "total(⟦jobs * training⟧) <= 5",
            # sums inside what only data may be inside of
            "jobs <= ⟦max(total(seats), 5)⟧",
            "jobs <= where(⟦total(seats) > 5⟧, 1, 2)",
            "jobs <= ⟦total(seats) ** 2⟧",
        )
    ),
    # no rule at all
    (CELL, "⟦seats <= people⟧", Code.NOT_LINEAR, say("rule_without_quota")),
    (CELL, "⟦jobs.achieved <= jobs.target⟧", Code.NOT_LINEAR, say("rule_without_quota")),
    ((), "⟦total(seats) <= capital⟧", Code.NOT_LINEAR, say("rule_without_quota")),
    (CELL, "⟦jobs < 5⟧", Code.NOT_LINEAR, say("rule_form")),
    (CELL, "⟦jobs != 5⟧", Code.NOT_LINEAR, say("rule_form")),
    (CELL, "⟦0 <= jobs < 5⟧", Code.NOT_LINEAR, say("rule_form")),
    (CELL, "⟦jobs <= 5 and training <= 5⟧", Code.NOT_LINEAR, say("rule_form")),
    (CELL, "⟦not jobs <= 5⟧", Code.NOT_LINEAR, say("rule_form")),
    (CELL, "⟦known(seats)⟧", Code.NOT_LINEAR, say("rule_form")),
    (CELL, "⟦jobs <= 5 if seats > 5 else jobs <= 6⟧", Code.NOT_LINEAR, say("rule_form")),
    # a sum over periods has the first one in it, which has no period before
    *(
        ((), marked, Code.WRONG_PLACE, say("function_not_here", what="previous"))
        for marked in (
            "total(⟦previous(jobs)⟧) <= 5",
            "total(jobs - ⟦previous(jobs)⟧) <= 5",
            "by_unit(seats + ⟦previous(jobs)⟧) <= 5",
            "cumulative(⟦previous(jobs)⟧) <= 5",
            "total(by_period(⟦previous(jobs)⟧)) <= 5",
        )
    ),
    # what is one a group isn't one a unit, so it isn't summed over units
    *(
        (("school", "period"), marked, Code.WRONG_PLACE, say("function_not_here", what="by_group"))
        for marked in (
            "total(⟦by_group(jobs)⟧) <= 5",
            "by_period(1 + ⟦by_group(jobs)⟧) <= 5",
            "by_group(by_unit(⟦by_group(jobs)⟧)) <= 5",
        )
    ),
    *(
        (over, "1 + ⟦by_group(jobs)⟧ <= 5", Code.FREE_INDEX, say("by_group_without_group"))
        for over in ((), CELL, ("unit",), ("period",))
    ),
    (("school", "period"), "⟦by_group(jobs) * by_group(training)⟧ <= 5", Code.NOT_LINEAR, say("not_linear")),
    (("school", "period"), "jobs <= ⟦max(by_group(rooms), 5)⟧", Code.NOT_LINEAR, say("not_linear")),
]


@pytest.mark.parametrize(("over", "marked", "code", "message"), REFUSED)
def test_refused(over: tuple[str, ...], marked: str, code: Code, message: Message) -> None:
    text, place = unmarked(marked)
    assert judged(text, over) == (False, [(code, *(place or ()), message)])


@pytest.mark.parametrize(
    ("over", "text", "free"),
    [
        ((), "jobs <= 5", ["period", "unit"]),
        (("unit",), "jobs <= 5", ["period"]),
        (("period",), "jobs <= 5", ["unit"]),
        ((), "by_unit(jobs) <= 5", ["unit"]),
        ((), "by_period(jobs) <= 5", ["period"]),
        (("unit",), "by_period(jobs) <= 5", ["period"]),
        (("period",), "by_unit(jobs) <= 5", ["unit"]),
        ((), "total(jobs) <= by_unit(training)", ["unit"]),
        ((), "total(jobs) <= seats * months_in_period", ["period"]),
        ((), "total(jobs) <= where(months_in_period > 1, 5, 6)", ["period"]),
        ((), "total(jobs) <= max(months_in_period, 5)", ["period"]),
        ((), "5 <= where(months_in_period > 1, total(jobs), total(training))", ["period"]),
        (("unit",), "cumulative(jobs) <= 5", ["period"]),
        # a running sum and the period before stand at a period, whatever is in them
        ((), "cumulative(total(jobs)) <= 5", ["period"]),
        ((), "previous(total(jobs)) <= 5", ["period"]),
        (("unit",), "by_unit(jobs) - previous(seats) <= 5", ["period"]),
        ((), "total(jobs) <= cumulative(capital)", ["period"]),
        (("unit",), "previous(by_unit(jobs)) <= 5", ["period"]),
        # groups and tables
        (("school",), "by_group(jobs) <= 5", ["period"]),
        (("school", "period"), "jobs <= 5", ["unit"]),
        (("school", "period"), "by_unit(jobs) <= 5", ["unit"]),
        (("school", "period"), "by_group(jobs) <= trees", ["park"]),
        (("school", "period"), "by_group(jobs) <= cap", ["unit"]),
        (("school",), "by_unit(by_group(jobs)) <= places", ["period"]),
        (("school",), "total(jobs) <= by_unit(size)", ["unit"]),
        (("period",), "by_period(jobs) <= rooms", ["school"]),
        (("unit",), "by_unit(jobs) <= places", ["period"]),
        (("unit",), "by_unit(jobs) <= by_period(cap)", ["period"]),
        ((), "total(jobs) <= season + cap * rooms", ["period", "school", "unit"]),
        ((), "total(jobs) <= min(rooms, 5)", ["school"]),
        ((), "total(jobs) <= by_unit(places)", ["school"]),
    ],
)
def test_an_index_is_summed_or_in_for(over: tuple[str, ...], text: str, free: list[str]) -> None:
    accepted, told = judged(text, over)
    assert not accepted
    assert told == [(Code.FREE_INDEX, 0, len(text), say("free_index", index=index)) for index in free]


# ------------------------------------------------------------------------------------------------ property
#
# What is accepted is a straight line between any two plans: at the middle of two plans each side is the
# middle of its values at the two.

UNITS, PERIODS = 2, 3
Cells = dict[str, list[list[float]]]
At = tuple[int, int]


class Sides:
    """A rule's sides over numbers, from Python's own tree; a small reading of §5's table of functions."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.data = {"seats": [3.0, 5.0], "people": [7.0, 2.0]}
        self.alone = {"loan": 1.5, "capital": 4.0}
        self.months = [1.0, 3.0, 6.0]

    def of(self, node: ast.expr, at: At) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name):
                return self.name(name, at)
            case ast.UnaryOp(op=ast.USub()):
                return -self.of(node.operand, at)
            case ast.BinOp():
                return _BINARY[type(node.op)](self.of(node.left, at), self.of(node.right, at))
            case ast.Compare(comparators=[other]):
                return float(self.of(node.left, at) > self.of(other, at))
            case ast.IfExp():
                return self.of(node.body if self.of(node.test, at) else node.orelse, at)
            case ast.Call(func=ast.Name(id=function)):
                return self.call(function, node.args, at)
        raise TypeError(ast.dump(node))

    def name(self, name: str, at: At) -> float:
        unit, period = at
        if name in self.cells:
            return self.cells[name][unit][period]
        if name == "months_in_period":
            return self.months[period]
        return self.data[name][unit] if name in self.data else self.alone[name]

    def call(self, function: str, arguments: list[ast.expr], at: At) -> float:
        unit, period = at
        match function:
            case "max" | "abs":
                found = [self.of(argument, at) for argument in arguments]
                return max(found) if function == "max" else abs(found[0])
            case "total":
                spots = [(u, t) for u in range(UNITS) for t in range(PERIODS)]
            case "by_unit":
                spots = [(unit, t) for t in range(PERIODS)]
            case "by_period":
                spots = [(u, period) for u in range(UNITS)]
            case "cumulative":
                spots = [(unit, t) for t in range(period + 1)]
            case "previous":
                spots = [(unit, max(period - 1, 0))]
            case _:
                raise ValueError(function)
        return math.fsum(self.of(arguments[0], spot) for spot in spots)


_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right if right else 0.0,
    ast.Pow: lambda left, right: left**right,
}


def _longer(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    functions = ("total", "by_unit", "by_period", "cumulative", "previous", "abs")
    return st.one_of(
        st.builds("({} {} {})".format, parts, st.sampled_from("+-*/"), parts),
        st.builds("({} {} {})".format, parts, st.sampled_from("+-"), parts),
        st.builds("{}({})".format, st.sampled_from(functions), parts),
        st.builds("({} if {} > {} else {})".format, parts, parts, parts, parts),
        st.builds("max({}, {})".format, parts, parts),
        st.builds("({} ** 2)".format, parts),
        st.builds("(-{})".format, parts),
    )


SIDES = st.recursive(
    st.sampled_from(("jobs", "training", "seats", "people", "loan", "months_in_period", "2", "0.5")),
    _longer,
    max_leaves=6,
)
PLANS = st.lists(st.integers(0, 9), min_size=2 * UNITS * PERIODS, max_size=2 * UNITS * PERIODS)


def cells_of(numbers: list[Any]) -> Cells:
    rows = [numbers[start : start + PERIODS] for start in range(0, len(numbers), PERIODS)]
    return {"jobs": rows[:UNITS], "training": rows[UNITS:]}


@pytest.mark.fuzz
@given(SIDES, SIDES, PLANS, PLANS)
def test_what_is_accepted_is_linear(left: str, right: str, one: list[int], other: list[int]) -> None:
    accepted, told = judged(f"jobs + {left} <= {right}", CELL)
    assert accepted == (not told)
    event("accepted" if accepted else str(told[0][3]))
    if not accepted:
        return
    middle = [(a + b) / 2 for a, b in zip(one, other, strict=True)]
    for side in (ast.parse(text, mode="eval").body for text in (left, right)):
        for at in ((unit, period) for unit in range(UNITS) for period in range(PERIODS)):
            first, second, between = (Sides(cells_of(plan)).of(side, at) for plan in (one, other, middle))
            assert math.isclose(between, (first + second) / 2, rel_tol=1e-9, abs_tol=1e-6)
