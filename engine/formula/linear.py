"""Whether a rule is linear in the quotas, and over which indexes it runs (§5). Checked once at load."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass

from engine.errors import Code
from engine.formula.names import CalendarRef, Fault, GroupRef, QuotaRef, Scope, TableRef
from engine.formula.tree import (
    Binary,
    Call,
    Compare,
    Conditional,
    Logic,
    Name,
    Node,
    Unary,
    children_of,
    walk,
)
from engine.words import Message, say

Report = Callable[[Node, Code, Message, Message | None], None]
UNIT, PERIOD = "unit", "period"
NOTHING: frozenset[str] = frozenset()
REMAINING = {
    "total": NOTHING,
    "by_unit": frozenset({UNIT}),
    "by_period": frozenset({PERIOD}),
}
"""The indexes of a cell that a summing function leaves."""
OVER_UNITS = frozenset({"total", "by_period", "by_group"})
"""What sums over units: there a group is that of the unit, and what is one a group has no place."""
SUMS = frozenset({*REMAINING, "by_group", "cumulative", "previous"})


@dataclass(frozen=True, slots=True)
class Shape:
    """``linear``: the part depends on a quota; ``over``: the indexes that it still has: unit, period, and
    groupings, which a unit has too.
    """

    linear: bool
    over: frozenset[str] = NOTHING


DATA = Shape(False)


class _RefusedError(Exception):
    def __init__(self, node: Node, code: Code = Code.NOT_LINEAR, message: Message | None = None) -> None:
        self.node, self.code, self.message = node, code, message or say("not_linear")


def check_rule(root: Node, scope: Scope, over: tuple[str, ...], report: Report) -> bool:
    """Whether a rule is a linear comparison over its ``for:``, unit or a grouping, and period; reports why
    it isn't.

    Names and measures must have been checked before.
    """
    if not isinstance(root, Compare) or not set(root.ops) <= {"<=", ">=", "=="}:
        report(root, Code.NOT_LINEAR, say("rule_form"), None)
        return False
    grouped = [index for index in over if index not in (UNIT, PERIOD)]
    for call in _calls(root, {"by_group"}) if not grouped else []:
        report(call, Code.FREE_INDEX, say("by_group_without_group"), say("by_group_without_group.hint"))
        return False
    try:
        sides = [shape_of(operand, scope) for operand in root.operands]
    except _RefusedError as error:
        report(error.node, error.code, error.message, None)
        return False
    if not any(side.linear for side in sides):
        report(root, Code.NOT_LINEAR, say("rule_without_quota"), None)
        return False
    indexes = frozenset().union(*(side.over for side in sides))
    free = sorted(indexes & {UNIT, PERIOD} - set(over) if UNIT in over else indexes - set(over))
    for index in free:
        report(root, Code.FREE_INDEX, say("free_index", index=index), say("free_index.hint"))
    return not free


def shape_of(node: Node, scope: Scope) -> Shape:
    """Whether and over what a part depends on the quotas."""
    match node:
        case Name():
            symbol = scope.resolve(node.parts)
            if isinstance(symbol, QuotaRef):
                return Shape(True, frozenset({UNIT, PERIOD}))
            if isinstance(symbol, CalendarRef) and symbol.name == "months_in_period":
                return Shape(False, frozenset({PERIOD}))
            if isinstance(symbol, TableRef):
                return Shape(False, frozenset(symbol.by))
            if isinstance(symbol, GroupRef):
                return Shape(False, frozenset({symbol.grouping}))
            assert not isinstance(symbol, Fault)
            return DATA
        case Unary():
            return shape_of(node.operand, scope)
        case Binary():
            return _binary(node, scope)
        case Conditional():
            return _choice(node.test, node.then, node.other, scope)
        case Call() if node.function == "where":
            test, then, other = node.arguments
            return _choice(test, then, other, scope)
        case Call() if node.function in OVER_UNITS or node.function == "by_unit":
            inner = _summed(node, scope)
            return Shape(inner.linear, left_by(node.function, inner.over))
        case Call() if node.function == "cumulative":
            inner = _summed(node, scope)
            return Shape(inner.linear, inner.over | {PERIOD})
        case Call() if node.function == "previous":
            inner = shape_of(node.arguments[0], scope)
            return Shape(inner.linear, inner.over | {PERIOD})
        case Call() | Compare() | Logic():
            shapes = [shape_of(child, scope) for child in children_of(node)]
            # min(total(population), …) would need its own evaluation and says nothing that a parameter can't
            if _calls(node, SUMS) or any(shape.linear for shape in shapes):
                raise _RefusedError(node)
            return Shape(False, frozenset().union(*(shape.over for shape in shapes)))
        case _:
            return DATA


def left_by(function: str, over: frozenset[str]) -> frozenset[str]:
    """The indexes that a summing function leaves of those of its argument; the instance's group aside."""
    if function == "by_unit":
        return over - {PERIOD}
    return NOTHING if function == "total" else over & {PERIOD}


def _calls(node: Node, functions: Set[str]) -> list[Call]:
    return [part for part in walk(node) if isinstance(part, Call) and part.function in functions]


def _summed(node: Call, scope: Scope) -> Shape:
    """The shape of what a function sums. A sum over periods has the first one in it, and nothing before
    that: with previous in it a rule would be skipped everywhere (§5).
    """
    refused: set[str] = set()
    if node.function not in ("by_period", "by_group"):
        refused.add("previous")
    if node.function in OVER_UNITS:
        refused.add("by_group")
    for found in _calls(node.arguments[0], refused):
        raise _RefusedError(found, Code.WRONG_PLACE, say("function_not_here", what=found.function))
    return shape_of(node.arguments[0], scope)


def _binary(node: Binary, scope: Scope) -> Shape:
    left, right = shape_of(node.left, scope), shape_of(node.right, scope)
    both = left.linear and right.linear
    divided = node.op == "/" and right.linear
    powered = node.op == "**" and (left.linear or _calls(node.left, SUMS))
    if (node.op == "*" and both) or divided or powered:
        raise _RefusedError(node)
    return Shape(left.linear or right.linear, left.over | right.over)


def _choice(test: Node, then: Node, other: Node, scope: Scope) -> Shape:
    condition, left, right = (shape_of(part, scope) for part in (test, then, other))
    if condition.linear:
        raise _RefusedError(test)
    return Shape(left.linear or right.linear, condition.over | left.over | right.over)
