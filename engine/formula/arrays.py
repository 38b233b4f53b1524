"""The formula tree over arrays: one float64 value a unit, NaN where unknown (§3).

Conditions are 1.0, 0.0 or NaN, so that ``and``/``or`` are three-valued.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.formula.checker import constant
from engine.formula.names import Fault, FigureRef, Scope, Symbol
from engine.formula.tree import Binary, Call, Compare, Conditional, Logic, Name, Node, Number, Text, Unary
from engine.measures import parse_measure
from engine.numbers import round_half_up

Floats = NDArray[np.float64]


class Context(Protocol):
    """What the interpreters ask of whoever holds the figures. All arrays are float64 [unit]."""

    def value(self, symbol: Symbol) -> Floats:
        """The values a name stands for."""
        ...

    def last_year(self, figure: FigureRef) -> Floats:
        """The actual one year before each unit's figure (§2)."""
        ...

    def previous(self, figure: FigureRef) -> Floats:
        """The actual before each unit's figure in the same year."""
        ...

    def children_sum(self, values: Floats) -> Floats:
        """At each unit the sum over its children, NaN where one is unknown or there are none."""
        ...

    def parent_of(self, values: Floats) -> Floats:
        """At each unit its parent's value, NaN at the top."""
        ...


def evaluate(node: Node, scope: Scope, context: Context, out: Floats | None = None) -> Floats:
    """The values of a checked formula: float64 [unit], or 0-dimensional where no name has units.

    ``out``: float64 [unit], an array of the caller's that shall hold them.
    """
    arrays = _Arrays(scope, context)
    if out is None:
        return arrays.of(node)
    if isinstance(node, Binary) and node.op in _ARITHMETIC:
        return arithmetic(node.op, arrays.of(node.left), arrays.of(node.right), out)
    np.copyto(out, arrays.of(node))
    return out


def finite(values: Floats) -> Floats:
    """Values with anything beyond float64's range as unknown, never as infinity."""
    beyond = np.isinf(values)
    if beyond.any():
        values = np.where(beyond, np.nan, values)
    return values


_ARITHMETIC: dict[str, Callable[..., Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}
_COMPARE: dict[str, Callable[..., NDArray[np.bool_]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


class _Arrays:
    def __init__(self, scope: Scope, context: Context) -> None:
        self.scope, self.context = scope, context

    def of(self, node: Node) -> Floats:
        match node:
            case Number():
                return np.asarray(float(node.value))
            case Name():
                return self.context.value(symbol_of(node, self.scope))
            case Unary():
                inner = self.of(node.operand)
                if node.op == "not":
                    return 1.0 - inner
                return -inner if node.op == "-" else inner
            case Binary():
                return self.binary(node)
            case Compare():
                values = [self.of(operand) for operand in node.operands]
                links = [
                    compare(op, left, right)
                    for op, left, right in zip(node.ops, values, values[1:], strict=False)
                ]
                return all_of(links)
            case Logic():
                values = [self.of(operand) for operand in node.operands]
                return all_of(values) if node.op == "and" else any_of(values)
            case Conditional():
                return choose(self.of(node.test), self.of(node.then), self.of(node.other))
            case Call():
                return self.call(node)
        raise TypeError(node)

    def binary(self, node: Binary) -> Floats:
        left = self.of(node.left)
        if node.op == "**":
            return power(left, float(_constant(node.right)))
        return arithmetic(node.op, left, self.of(node.right))

    def call(self, node: Call) -> Floats:
        arguments = node.arguments
        match node.function:
            case "quantity":
                number, text = arguments
                assert isinstance(text, Text)
                measure = parse_measure(text.value, self.scope.names.measures)
                return np.asarray(float(measure.to_base(_constant(number))))
            case "last_year" | "previous":
                assert isinstance(arguments[0], Name)
                figure = self.scope.resolve(arguments[0].parts)
                assert isinstance(figure, FigureRef)
                if node.function == "last_year":
                    return self.context.last_year(figure)
                return self.context.previous(figure)
            case "where":
                return choose(*(self.of(argument) for argument in arguments))
            case "round_half_up":
                return rounded(self.of(arguments[0]), int(_constant(arguments[1])))
        values = [self.of(argument) for argument in arguments]
        match node.function:
            case "children" | "count":
                return finite(self.context.children_sum(values[0]))
            case "parent":
                return self.context.parent_of(values[0])
            case "share":
                among = self.context.parent_of(finite(self.context.children_sum(values[0])))
                return arithmetic("/", values[0], among)
            case "known":
                return 1.0 - np.isnan(values[0])
            case "abs":
                return np.abs(values[0])
            case "min":
                return _fold(np.minimum, values)
            case "max":
                return _fold(np.maximum, values)
            case "coalesce":
                return _fold(_first_known, values)
        raise ValueError(node.function)


def arithmetic(op: str, left: Floats, right: Floats, out: Floats | None = None) -> Floats:
    """``+ - * /`` with division by zero and overflow unknown (§3)."""
    try:
        # the processor notes what leaves the numbers: only then is it looked for
        with np.errstate(divide="raise", over="raise", invalid="ignore", under="ignore"):
            return _ARITHMETIC[op](left, right, out=out)
    except FloatingPointError:
        with np.errstate(all="ignore"):
            found = finite(_ARITHMETIC[op](left, right))
    if out is None:
        return found
    np.copyto(out, found)
    return out


def power(base: Floats, exponent: float) -> Floats:
    """A constant power; unknown where the base is, also to the power 0, or it has no real value."""
    with np.errstate(all="ignore"):
        return np.where(np.isnan(base), np.nan, finite(np.power(base, exponent)))


def compare(op: str, left: Floats, right: Floats) -> Floats:
    """1.0 where the comparison holds, 0.0 where not, NaN where a side is unknown.

    Values that differ by float noise alone are equal, so that 0.1 * 3 <= 0.3; whole numbers compare exactly.
    """
    left = np.where(same_number(left, right), right, left)
    return np.where(np.isnan(left) | np.isnan(right), np.nan, _COMPARE[op](left, right))


def same_number(left: Floats, right: Floats) -> NDArray[np.bool_]:
    """Where two values stand for one number: equal, or fractions within 8 units of the last place."""
    noise = 8 * np.finfo(np.float64).eps * np.maximum(np.abs(left), np.abs(right))
    whole = (left == np.rint(left)) & (right == np.rint(right))
    with np.errstate(over="ignore"):
        found: NDArray[np.bool_] = (left == right) | (~whole & (np.abs(left - right) <= noise))
    return found


def all_of(values: list[Floats]) -> Floats:
    """Three-valued ``and``: false wins over unknown, unknown over true."""
    false = _fold(np.logical_or, [value == 0 for value in values])
    return np.where(false, 0.0, _fold(np.add, values) / len(values))


def any_of(values: list[Floats]) -> Floats:
    """Three-valued ``or``: true wins over unknown, unknown over false."""
    true = _fold(np.logical_or, [value == 1 for value in values])
    return np.where(true, 1.0, _fold(np.add, values) * 0.0)


def choose(test: Floats, then: Floats, other: Floats) -> Floats:
    """``where``: depends only on the condition and the branch taken (§3)."""
    yes = test == 1
    if np.shape(then) == np.shape(yes) and np.all(yes):
        return then
    return np.where(np.isnan(test), np.nan, np.where(yes, then, other))


def rounded(values: Floats, digits: int) -> Floats:
    """Rounded half up on the exact decimal (§7)."""
    flat = np.atleast_1d(values)
    result = np.array([v if np.isnan(v) else float(round_half_up(float(v), digits)) for v in flat.ravel()])
    return result.reshape(np.shape(values))


def symbol_of(node: Name, scope: Scope) -> Symbol:
    """What a name of a checked formula stands for."""
    symbol = scope.resolve(node.parts)
    assert not isinstance(symbol, Fault), symbol
    return symbol


def _constant(node: Node) -> Decimal:
    value = constant(node)
    assert value is not None, node
    return value


def _first_known(left: Floats, right: Floats) -> Floats:
    return np.where(np.isnan(left), right, left)


def _fold(operation: Callable[..., Any], values: list[Any]) -> Floats:
    result: Floats = values[0]
    for value in values[1:]:
        result = operation(result, value)
    return result
