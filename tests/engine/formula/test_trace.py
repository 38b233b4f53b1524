"""Why a formula has no value at a unit, in the words of §3."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.formula.arrays import Floats
from engine.formula.names import AttributeRef, FigureRef, Names, Scope, Symbol, Where
from engine.formula.parser import parse
from engine.formula.trace import MOST_TOLD, Tracer, several
from engine.measures import BUILT_IN
from engine.words import Message, both, say

UNKNOWN = math.nan
RATIO = BUILT_IN["ratio"]
#     0: the top; 1, 2 below it; 3, 4 below 1
PARENT = (-1, 0, 0, 1, 1)
VALUES = {
    "a": [1.0, 0.0, 3.0, 4.0, 5.0],
    "b": [UNKNOWN, 2.0, UNKNOWN, 0.0, UNKNOWN],
    "huge": [1e308] * 5,
    "jobs.achieved": [UNKNOWN, 2.0, 3.0, 4.0, 5.0],
}
SCOPE = Scope(
    Names({"jobs": RATIO}, attributes=dict.fromkeys(("a", "b", "huge"), RATIO)), Where.METRIC, "jobs"
)


def missing(name: str, unit: int) -> Message:
    return both(f"{name} at {unit}")


class World:
    def value(self, symbol: Symbol) -> Floats:
        return np.array(VALUES[_name(symbol)])

    def last_year(self, figure: FigureRef) -> Floats:
        return np.full(5, UNKNOWN)

    def previous(self, figure: FigureRef) -> Floats:
        return np.full(5, UNKNOWN)

    def children_sum(self, values: Floats) -> Floats:
        with np.errstate(over="ignore"):
            below = [values[self.children_at(unit)] for unit in range(5)]
            return np.array([found.sum() if found.size else UNKNOWN for found in below])

    def parent_of(self, values: Floats) -> Floats:
        return np.array([values[parent] if parent >= 0 else UNKNOWN for parent in PARENT])

    def why(self, symbol: Symbol, unit: int) -> list[Message]:
        return [missing(_name(symbol), unit)]

    def why_beside(self, function: str, figure: FigureRef, unit: int) -> list[Message]:
        return [missing(f"{function} of {figure.indicator}.{figure.role}", unit)]

    def children_at(self, unit: int) -> list[int]:
        return [child for child, parent in enumerate(PARENT) if parent == unit]

    def parent_at(self, unit: int) -> int | None:
        return PARENT[unit] if PARENT[unit] >= 0 else None

    def unit_name(self, unit: int) -> Message:
        return both(f"unit {unit}")


def _name(symbol: Symbol) -> str:
    if isinstance(symbol, FigureRef):
        return f"{symbol.indicator}.{symbol.role}"
    assert isinstance(symbol, AttributeRef)
    return symbol.name


def causes(text: str, unit: int) -> list[Message]:
    return Tracer(text, SCOPE, World(), 5).causes(parse(text).root, unit)


def zero(what: str) -> Message:
    return say("division_by_zero", what=what)


def beyond(what: str) -> Message:
    return say("beyond_numbers", what=what)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        # known: no causes
        ("a + 1", 0, []),
        ("known(b)", 0, []),
        ("coalesce(b, a)", 0, []),
        ("b > 0 or a > 0", 0, []),
        ("where(a > 0, a, b)", 0, []),
        # names, each cause once
        ("b", 0, [missing("b", 0)]),
        ("a + b * (b + 1)", 0, [missing("b", 0)]),
        ("b + achieved", 0, [missing("b", 0), missing("jobs.achieved", 0)]),
        ("0 < b < a", 2, [missing("b", 2)]),
        ("a == 0 or b == 0", 2, [missing("b", 2)]),
        ("coalesce(b, achieved)", 0, [missing("b", 0), missing("jobs.achieved", 0)]),
        # the condition and the branch taken, nothing else
        ("where(a > 0, b, achieved)", 0, [missing("b", 0)]),
        ("achieved if a < 0 else b", 0, [missing("b", 0)]),
        ("where(b > 0, achieved, 1)", 0, [missing("b", 0)]),
        # division by zero, told in the text's own words
        ("1 / a", 1, [zero("a")]),
        ("a / (a - a)", 0, [zero("a - a")]),
        ("1 / ((a) - (a))", 0, [zero("(a) - (a)")]),
        ("1 / 0 + b", 0, [say("division_by_zero.plain"), missing("b", 0)]),
        ("1 / (0 * b)", 0, [missing("b", 0)]),
        ("a ** -1", 1, [zero("a")]),
        ("(a - a) ** -2", 0, [zero("a - a")]),
        # no finite value
        ("huge * 10", 0, [beyond("huge * 10")]),
        ("(0 - a) ** 0.5", 0, [beyond("(0 - a) ** 0.5")]),
        ("1 + (huge + (huge))", 0, [beyond("huge + (huge)")]),
        ("children(huge)", 0, [beyond("children(huge)")]),
        # figures beside a figure
        ("last_year(achieved)", 1, [missing("last_year of jobs.achieved", 1)]),
        ("previous(achieved)", 1, [missing("previous of jobs.achieved", 1)]),
        # without it there is no date to go back from
        ("last_year(achieved)", 0, [missing("jobs.achieved", 0)]),
        # units above and below
        ("parent(a)", 0, [say("no_parent", unit=both("unit 0"))]),
        ("parent(b)", 1, [missing("b", 0)]),
        ("children(a)", 2, [say("no_children", unit=both("unit 2"))]),
        ("children(b)", 0, [missing("b", 2)]),
        ("count(b > 0)", 1, [missing("b", 4)]),
        ("share(a)", 0, [say("no_parent", unit=both("unit 0"))]),
        ("share(b)", 4, [missing("b", 4)]),
        ("share(b)", 3, [missing("b", 4)]),
        ("share(a - a)", 1, [zero("a - a")]),
        ("share(huge)", 1, [beyond("share(huge)")]),
    ],
)
def test_causes(text: str, unit: int, expected: list[Message]) -> None:
    assert causes(text, unit) == expected


def test_the_first_causes_and_how_many_more() -> None:
    many = [missing("b", unit) for unit in range(10)]
    assert several(many[: MOST_TOLD + 1] * 2) == many[: MOST_TOLD + 1]
    assert several(many) == [*many[:MOST_TOLD], say("more_causes", more=10 - MOST_TOLD)]
