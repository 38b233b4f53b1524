"""The array interpreter against a scalar one in fractions, and against values worked out by hand (§3, §5)."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from engine.formula.arrays import Floats, evaluate
from engine.formula.names import AttributeRef, FigureRef, Names, ParameterRef, Scope, Symbol, Where
from engine.formula.parser import parse
from engine.measures import BUILT_IN
from tests.engine.formula.strategies import SOUND_CONDITIONS, SOUND_NUMBERS

UNKNOWN = math.nan
#       0: the top; 1, 2 below it; 3, 4, 5 below 1; 6 below 2
PARENT = (-1, 0, 0, 1, 1, 1, 2)
SIZE = len(PARENT)
RATIO = BUILT_IN["ratio"]
NAMES = Names(
    indicators={"jobs": RATIO},
    attributes=dict.fromkeys("abc", RATIO),
    parameters={"rate": RATIO},
)
SCOPE = Scope(NAMES, Where.METRIC, "jobs")


def children(unit: int) -> list[int]:
    return [child for child, parent in enumerate(PARENT) if parent == unit]


class Tree:
    """Figures of the units above, held by name."""

    def __init__(self, **values: Sequence[float] | float) -> None:
        self.values = {name.replace("__", "."): np.asarray(found) for name, found in values.items()}
        self.asked: list[tuple[str, FigureRef]] = []

    def value(self, symbol: Symbol) -> Floats:
        match symbol:
            case FigureRef():
                return self.values[f"{symbol.indicator}.{symbol.role}"]
            case AttributeRef() | ParameterRef():
                return self.values[symbol.name]
        raise TypeError(symbol)

    def last_year(self, figure: FigureRef) -> Floats:
        self.asked.append(("last_year", figure))
        return self.value(figure) / 2

    def previous(self, figure: FigureRef) -> Floats:
        self.asked.append(("previous", figure))
        return self.value(figure) / 4

    def children_sum(self, values: Floats) -> Floats:
        values = np.broadcast_to(values, (SIZE,))
        with np.errstate(over="ignore"):
            return np.array([values[children(u)].sum() if children(u) else UNKNOWN for u in range(SIZE)])

    def parent_of(self, values: Floats) -> Floats:
        values = np.broadcast_to(values, (SIZE,))
        return np.array([values[p] if p >= 0 else UNKNOWN for p in PARENT])


def values_of(text: str, tree: Tree | None = None) -> list[float]:
    """A formula at the seven units."""
    found = evaluate(parse(text).root, SCOPE, tree or Tree())
    assert np.asarray(found).dtype == np.float64
    return [float(value) for value in np.broadcast_to(found, (SIZE,))]


def value_of(text: str, tree: Tree | None = None) -> float:
    """A formula's value, the same at all units."""
    found = values_of(text, tree)
    assert all(value == found[0] or (math.isnan(value) and math.isnan(found[0])) for value in found)
    return found[0]


def same(found: float, expected: float) -> bool:
    return math.isnan(found) if math.isnan(expected) else found == expected


# ------------------------------------------------------------------------ the oracle: fractions, unit by unit


class InexactError(Exception):
    """Here float64 can't hold what a fraction can: the oracle has nothing to say."""


Scalar = Fraction | bool | None


def held(value: Fraction) -> Fraction:
    """A number that float64 holds exactly, so that both interpreters go on from the same one."""
    if abs(value) > 2**200 or Fraction(float(value)) != value:
        raise InexactError
    return value


class Scalars:
    """What §3 and §5 say of a formula at one unit, read from Python's own tree. None is unknown."""

    def __init__(self, tree: Mapping[str, Sequence[Fraction | None]]) -> None:
        self.tree = tree

    def of(self, node: ast.expr, unit: int) -> Scalar:
        match node:
            case ast.Constant(value=int() | float() as number):
                return Fraction(number)
            case ast.Name():
                return self.tree[node.id][unit]
            case ast.Attribute(value=ast.Name(id=indicator)):
                return self.tree[f"{indicator}.{node.attr}"][unit]
            case ast.UnaryOp(op=ast.Not()):
                truth = self.of(node.operand, unit)
                return None if truth is None else not truth
            case ast.UnaryOp():
                return self.signed(node.op, self.of(node.operand, unit))
            case ast.BinOp():
                return self.binary(node.op, self.of(node.left, unit), self.of(node.right, unit))
            case ast.BoolOp():
                found = [self.of(value, unit) for value in node.values]
                winner = isinstance(node.op, ast.Or)  # true wins an or, false an and, else unknown
                return winner if winner in found else None if None in found else not winner
            case ast.Compare():
                return self.chain(node, unit)
            case ast.IfExp():
                return self.choice(node.test, node.body, node.orelse, unit)
            case ast.Call(func=ast.Name(id=function)):
                return self.call(function, node.args, unit)
        raise TypeError(ast.dump(node))

    def number(self, node: ast.expr, unit: int) -> Fraction | None:
        found = self.of(node, unit)
        assert found is None or not isinstance(found, bool)
        return found

    @staticmethod
    def signed(op: ast.unaryop, value: Scalar) -> Scalar:
        if value is None:
            return None
        return -Fraction(value) if isinstance(op, ast.USub) else value

    @staticmethod
    def binary(op: ast.operator, left: Scalar, right: Scalar) -> Scalar:
        if left is None or right is None:
            return None
        first, second = held(Fraction(left)), held(Fraction(right))
        match op:
            case ast.Add():
                return first + second
            case ast.Sub():
                return first - second
            case ast.Mult():
                return first * second
            case ast.Div():
                return None if second == 0 else first / second
            case ast.Pow():
                return None if first == 0 and second < 0 else Fraction(first ** int(second))
        raise TypeError(op)

    def chain(self, node: ast.Compare, unit: int) -> Scalar:
        operands = [self.number(part, unit) for part in (node.left, *node.comparators)]
        links: list[Scalar] = []
        for op, left, right in zip(node.ops, operands, operands[1:], strict=False):
            if left is None or right is None:
                links.append(None)
                continue
            if left != right and abs(held(left) - held(right)) < Fraction(1, 10**12) * max(
                abs(left), abs(right)
            ):
                raise InexactError
            links.append(
                {
                    ast.Lt: left < right,
                    ast.LtE: left <= right,
                    ast.Gt: left > right,
                    ast.GtE: left >= right,
                    ast.Eq: left == right,
                    ast.NotEq: left != right,
                }[type(op)]
            )
        return False if False in links else None if None in links else True

    def choice(self, test: ast.expr, then: ast.expr, other: ast.expr, unit: int) -> Scalar:
        truth = self.of(test, unit)
        if truth is None:
            return None
        return self.of(then if truth else other, unit)

    def call(self, function: str, arguments: list[ast.expr], unit: int) -> Scalar:
        match function:
            case "where":
                test, then, other = arguments
                return self.choice(test, then, other, unit)
            case "known":
                return self.of(arguments[0], unit) is not None
            case "coalesce":
                found = [self.number(argument, unit) for argument in arguments]
                return next((value for value in found if value is not None), None)
            case "min" | "max":
                found = [self.number(argument, unit) for argument in arguments]
                numbers = [value for value in found if value is not None]
                if len(numbers) < len(found):
                    return None
                return min(numbers) if function == "min" else max(numbers)
            case "abs":
                value = self.number(arguments[0], unit)
                return None if value is None else abs(value)
            case "round_half_up":
                return self.rounded(self.number(arguments[0], unit), ast.literal_eval(arguments[1]))
            case "parent":
                return None if PARENT[unit] < 0 else self.of(arguments[0], PARENT[unit])
            case "children" | "count":
                return self.below(arguments[0], unit)
            case "share":
                among = None if PARENT[unit] < 0 else self.below(arguments[0], PARENT[unit])
                return self.binary(ast.Div(), self.of(arguments[0], unit), among)
        raise ValueError(function)

    def below(self, argument: ast.expr, unit: int) -> Fraction | None:
        found = [self.of(argument, child) for child in children(unit)]
        numbers = [held(Fraction(value)) for value in found if value is not None]
        return sum(numbers, Fraction(0)) if found and len(numbers) == len(found) else None

    @staticmethod
    def rounded(value: Fraction | None, digits: int) -> Fraction | None:
        if value is None:
            return None
        decimals = held(value).denominator.bit_length() - 1  # of a number of halves, quarters and so on
        if len(str(abs(value.numerator) * 5**decimals)) > 15:
            raise InexactError
        scale = Fraction(10) ** digits
        return math.floor(abs(value) * scale + Fraction(1, 2)) / scale * (-1 if value < 0 else 1)


LEAVES = st.sampled_from(
    (None, *map(Fraction, (0, 0, 1, -1, 2, -2, 4, 0.5, 0.25, 3, 7, -1.5, 10.125, 100, 2.5, -0.125)))
)
ROWS = st.lists(LEAVES, min_size=SIZE, max_size=SIZE)
TREES = st.fixed_dictionaries(
    {
        **dict.fromkeys(("a", "b", "c", "jobs.achieved"), ROWS),
        "rate": LEAVES.map(lambda value: [value] * SIZE),
    }
)


def as_floats(row: Sequence[Fraction | None]) -> list[float]:
    return [UNKNOWN if value is None else float(value) for value in row]


def agrees(text: str, tree: dict[str, list[Fraction | None]]) -> None:
    held_by_name: dict[str, Any] = {name.replace(".", "__"): as_floats(row) for name, row in tree.items()}
    held_by_name["rate"] = held_by_name["rate"][0]
    found = values_of(text, Tree(**held_by_name))
    body = ast.parse(text, mode="eval").body
    for unit in range(SIZE):
        try:
            expected = Scalars(tree).of(body, unit)
        except InexactError:
            event("left out")
            continue
        event("unknown" if expected is None else "known")
        if expected is None:
            assert math.isnan(found[unit]), (unit, expected)
        else:
            assert math.isclose(found[unit], expected, rel_tol=1e-12, abs_tol=0), (unit, expected)


@pytest.mark.fuzz
@given(SOUND_NUMBERS, TREES)
def test_numbers_agree_with_fractions(text: str, tree: dict[str, list[Fraction | None]]) -> None:
    agrees(text, tree)


@pytest.mark.fuzz
@given(SOUND_CONDITIONS, TREES)
def test_conditions_agree_with_fractions(text: str, tree: dict[str, list[Fraction | None]]) -> None:
    agrees(text, tree)


# ------------------------------------------------------------------------------------------- by hand: unknown

THREE = Tree(a=[1, 1, 1, 0, 0, 0, UNKNOWN], b=[1, 0, UNKNOWN, 1, 0, UNKNOWN, UNKNOWN])
#        a:    true  true  true     false false false    unknown
#        b:    true  false unknown  true  false unknown  unknown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a == 1 and b == 1", [1, 0, UNKNOWN, 0, 0, 0, UNKNOWN]),
        ("b == 1 and a == 1", [1, 0, UNKNOWN, 0, 0, 0, UNKNOWN]),
        ("a == 1 or b == 1", [1, 1, 1, 1, 0, UNKNOWN, UNKNOWN]),
        ("b == 1 or a == 1", [1, 1, 1, 1, 0, UNKNOWN, UNKNOWN]),
        ("not b == 1", [0, 1, UNKNOWN, 0, 1, UNKNOWN, UNKNOWN]),
        ("not (a == 1 and b == 1)", [0, 1, UNKNOWN, 1, 1, 1, UNKNOWN]),
        ("a == 1 and b == 1 and 1 < 2", [1, 0, UNKNOWN, 0, 0, 0, UNKNOWN]),
        ("a == 1 or b == 1 or 2 < 1", [1, 1, 1, 1, 0, UNKNOWN, UNKNOWN]),
        ("a == b", [1, 0, UNKNOWN, 0, 1, UNKNOWN, UNKNOWN]),
        ("a != b", [0, 1, UNKNOWN, 1, 0, UNKNOWN, UNKNOWN]),  # unknown differs from nothing
        ("b != b", [0, 0, UNKNOWN, 0, 0, UNKNOWN, UNKNOWN]),
        ("b < 5", [1, 1, UNKNOWN, 1, 1, UNKNOWN, UNKNOWN]),
        # a chain is an and of its links
        ("1 <= a <= b", [1, 0, UNKNOWN, 0, 0, 0, UNKNOWN]),
        ("b <= a < 1", [0, 0, 0, 0, 1, UNKNOWN, UNKNOWN]),
        ("a == b == 1", [1, 0, UNKNOWN, 0, 0, UNKNOWN, UNKNOWN]),
        # where: the condition and the branch taken, nothing else
        ("where(a == 1, b, 7)", [1, 0, UNKNOWN, 7, 7, 7, UNKNOWN]),
        ("where(a == 1, 7, b)", [7, 7, 7, 1, 0, UNKNOWN, UNKNOWN]),
        ("b if a == 1 else 7", [1, 0, UNKNOWN, 7, 7, 7, UNKNOWN]),
        ("1 / a if a != 0 else 0", [1, 1, 1, 0, 0, 0, UNKNOWN]),
        ("known(a) if a == 1 else known(b)", [1, 1, 1, 1, 1, 0, UNKNOWN]),
        # the only ways to handle unknown
        ("coalesce(b, a)", [1, 0, 1, 1, 0, 0, UNKNOWN]),
        ("coalesce(b, a, 9)", [1, 0, 1, 1, 0, 0, 9]),
        ("coalesce(1 / b, 9)", [1, 9, 9, 1, 9, 9, 9]),
        ("known(b)", [1, 1, 0, 1, 1, 0, 0]),
        ("known(a == 1 or b == 1)", [1, 1, 1, 1, 1, 0, 0]),
        ("not known(b)", [0, 0, 1, 0, 0, 1, 1]),
        # unknown spreads through the rest
        ("a + b", [2, 1, UNKNOWN, 1, 0, UNKNOWN, UNKNOWN]),
        ("0 * b", [0, 0, UNKNOWN, 0, 0, UNKNOWN, UNKNOWN]),
        ("b - b", [0, 0, UNKNOWN, 0, 0, UNKNOWN, UNKNOWN]),
        ("b ** 0", [1, 1, UNKNOWN, 1, 1, UNKNOWN, UNKNOWN]),
        ("min(a, b)", [1, 0, UNKNOWN, 0, 0, UNKNOWN, UNKNOWN]),
        ("max(0, 5, b)", [5, 5, UNKNOWN, 5, 5, UNKNOWN, UNKNOWN]),
        ("abs(-b)", [1, 0, UNKNOWN, 1, 0, UNKNOWN, UNKNOWN]),
        ("round_half_up(b, 0)", [1, 0, UNKNOWN, 1, 0, UNKNOWN, UNKNOWN]),
        ("-b", [-1, 0, UNKNOWN, -1, 0, UNKNOWN, UNKNOWN]),
    ],
)
def test_three_values(text: str, expected: list[float]) -> None:
    found = values_of(text, THREE)
    assert all(map(same, found, expected)), found


@pytest.mark.parametrize(
    "text",
    [
        *("1 / 0", "0 / 0", "-1 / 0", "1 / (2 - 2)", "0 ** -1", "(1 - 1) ** -2"),
        *("(-8) ** 0.5", "(0 - 2) ** -0.5"),  # no real value
        *("1e308 * 10", "-1e308 - 1e308", "1e308 / 1e-308", "(1e60) ** 6", "1e308 * 10 - 1e308 * 10"),
        *("min(1, 1 / 0)", "1 / (1 / 0)", "0 * (1 / 0)", "where(1 / 0 > 1, 1, 2)"),
    ],
)
def test_what_has_no_finite_value_is_unknown(text: str) -> None:
    assert math.isnan(value_of(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 ** -1", 0.5),
        ("(-2) ** 3", -8),
        ("-2 ** 2", -4),
        ("4 ** 0.5", 2),
        ("0 ** 0", 1),
        ("(2 ** 3) ** 0", 1),
        ("7 - 2 - 1", 4),
        ("8 / 4 / 2", 1),
        ("2 + 3 * 4", 14),
        ("1e308 > -1e308", 1),
        ("1e308 == -1e308", 0),
        # whole numbers are compared as they are, fractions without the noise of float64
        ("9007199254740992 == 9007199254740991", 0),
        ("0.1 * 3 <= 0.3", 1),
        ("0.1 * 3 != 0.3", 0),
        ("0.3000001 > 0.3", 1),
        ("quantity(4.2, 'billion VND')", 4_200_000_000),
        ("quantity(1469.72, 'million VND')", 1_469_720_000),
        ("quantity(46.31, 'percent')", 0.4631),
        ("quantity(-0.52, 'percentage point')", -0.0052),
        ("quantity(0, 'million VND')", 0),
        ("quantity(-5, 'person')", -5),
        ("quantity(1.5, 'million VND / person')", 1_500_000),
    ],
)
def test_values(text: str, value: float) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        *((0.5, 0, 1), (1.5, 0, 2), (2.5, 0, 3), (-0.5, 0, -1), (-1.5, 0, -2), (-2.5, 0, -3), (0.49, 0, 0)),
        *((0.125, 2, 0.13), (-0.125, 2, -0.13), (0.375, 2, 0.38), (46.315, 2, 46.32), (46.305, 2, 46.31)),
        # the decimal that was meant, not the double below it
        *((1.005, 2, 1.01), (2.675, 2, 2.68), (0.285 * 100, 0, 29), (1.1 * 1.5, 2, 1.65), (4.35, 1, 4.4)),
        *(
            (150, -2, 200),
            (250, -2, 300),
            (-250, -2, -300),
            (149.999, -2, 100),
            (49, -2, 0),
            (5e14, -15, 1e15),
        ),
        *((1234567890.5, 0, 1234567891), (UNKNOWN, 1, UNKNOWN), (0, 3, 0), (1e300, 2, 1e300)),
    ],
)
def test_rounding_is_half_up_on_the_decimal(value: float, digits: int, rounded: float) -> None:
    assert same(value_of(f"round_half_up(rate, {digits})", Tree(rate=value)), rounded)


# ----------------------------------------------------------------------------------------- by hand: the tree

#                 top  1   2   3  4  5   6
PEOPLE = Tree(a=[100, 60, 40, 10, 20, 30, 40], b=[UNKNOWN, 5, 0, 1, UNKNOWN, 2, 0], jobs__achieved=[8] * 7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("children(a)", [100, 60, 40, *[UNKNOWN] * 4]),
        ("children(b)", [5, UNKNOWN, 0, *[UNKNOWN] * 4]),  # one unknown child leaves no sum
        ("children(coalesce(b, 0))", [5, 3, 0, *[UNKNOWN] * 4]),
        ("children(1)", [2, 3, 1, *[UNKNOWN] * 4]),
        ("children(children(a))", [100, UNKNOWN, UNKNOWN, *[UNKNOWN] * 4]),
        ("parent(a)", [UNKNOWN, 100, 100, 60, 60, 60, 40]),
        ("parent(b)", [UNKNOWN, UNKNOWN, UNKNOWN, 5, 5, 5, 0]),
        ("parent(parent(a))", [UNKNOWN, UNKNOWN, UNKNOWN, 100, 100, 100, 100]),
        ("parent(7)", [UNKNOWN, 7, 7, 7, 7, 7, 7]),
        ("a / parent(a)", [UNKNOWN, 0.6, 0.4, 10 / 60, 20 / 60, 0.5, 1]),
        ("share(a)", [UNKNOWN, 0.6, 0.4, 10 / 60, 20 / 60, 0.5, 1]),
        ("share(b)", [UNKNOWN, 1, 0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]),  # a sibling is unknown, a sum is 0
        ("share(1)", [UNKNOWN, 0.5, 0.5, 1 / 3, 1 / 3, 1 / 3, 1]),
        ("count(a >= 20)", [2, 2, 1, *[UNKNOWN] * 4]),
        ("count(a > 1000)", [0, 0, 0, *[UNKNOWN] * 4]),
        ("count(b > 0)", [1, UNKNOWN, 0, *[UNKNOWN] * 4]),
        ("count(known(b))", [2, 2, 1, *[UNKNOWN] * 4]),
        ("count(b > 0 or a > 0)", [2, 3, 1, *[UNKNOWN] * 4]),
        ("count(a > 0) / children(1)", [1, 1, 1, *[UNKNOWN] * 4]),
        ("where(known(children(a)), children(a), a)", [100, 60, 40, 10, 20, 30, 40]),
    ],
)
def test_units_above_and_below(text: str, expected: list[float]) -> None:
    found = values_of(text, PEOPLE)
    assert all(map(same, found, expected)), found


def test_a_sum_beyond_numbers_is_unknown() -> None:
    huge = Tree(a=[1e308] * SIZE)
    assert math.isnan(values_of("children(a)", huge)[0])
    assert math.isnan(values_of("share(a)", huge)[1])
    assert values_of("children(a)", huge)[2] == 1e308


def test_figures_beside_a_figure() -> None:
    tree = Tree(jobs__achieved=[8] * 7, jobs__actual=[4] * 7)
    assert value_of("achieved - last_year(achieved) + previous(jobs.actual)", tree) == 8 - 4 + 1
    assert tree.asked == [
        ("last_year", FigureRef("jobs", "achieved")),
        ("previous", FigureRef("jobs", "actual")),
    ]
