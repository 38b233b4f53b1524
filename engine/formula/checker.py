"""Names, places, arguments and measures of a formula, checked once at load (§4, §5)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from engine.errors import Code
from engine.formula.names import (
    CALENDAR,
    FUNCTIONS,
    AttributeRef,
    CalendarRef,
    FairRef,
    Fault,
    FigureRef,
    GroupRef,
    MetricRef,
    ParameterRef,
    QuotaRef,
    Scope,
    Symbol,
    TableRef,
    Where,
)
from engine.formula.tree import Binary, Call, Compare, Conditional, Logic, Name, Node, Number, Text, Unary
from engine.measures import (
    RATIO,
    Kind,
    Measure,
    UnknownMeasureError,
    add,
    known_measures,
    multiply,
    parse_measure,
)
from engine.words import Message, did_you_mean, say

Report = Callable[[Node, Code, Message, Message | None], None]
MetricMeasure = Callable[[MetricRef], Measure | None]
MAX_EXPONENT = 6


@dataclass(frozen=True, slots=True)
class Typed:
    """What a formula's value is. ``measure`` is None for a condition.

    ``bare``: made of bare numbers alone, so it takes the measure of what it stands beside (§4);
    ``zero``: a literal 0, which fits anything; ``point``: written with a decimal point.
    """

    measure: Measure | None
    bare: bool = False
    zero: bool = False
    point: bool = False


CONDITION = Typed(None)


def check(
    root: Node,
    scope: Scope,
    metric_measure: MetricMeasure,
    report: Report,
    quota_measure: Measure | None = None,
) -> Typed | None:
    """The type of a formula, or None where it is faulty; every fault found goes to ``report``.

    ``metric_measure`` gives the measure of another metric (None if that one is faulty);
    ``quota_measure`` is what ``fair`` is measured in.
    """
    return _Checker(scope, metric_measure, report, quota_measure).type_of(root)


def check_as(typed: Typed, expected: Measure, node: Node, report: Report) -> bool:
    """Whether a formula's value fits a key with a measure of its own; reports why it doesn't.

    There a bare number has the key's measure (§4).
    """
    if typed.measure is None:
        report(node, Code.NOT_A_CONDITION, say("condition_not_number"), None)
        return False
    if typed.bare:
        if typed.point and expected.is_count:
            report(node, Code.AMBIGUOUS_COUNT, say("count_with_point"), say("ambiguous_count.hint"))
            return False
        return True
    if typed.measure.like(expected):
        return True
    report(
        node, Code.WRONG_MEASURE, say("wrong_measure", got=typed.measure.name, expected=expected.name), None
    )
    return False


class _Checker:
    def __init__(
        self, scope: Scope, metric_measure: MetricMeasure, report: Report, quota_measure: Measure | None
    ) -> None:
        self.scope = scope
        self.metric_measure = metric_measure
        self.report = report
        self.quota_measure = quota_measure

    def fail(self, node: Node, code: Code, message: Message, hint: Message | None = None) -> Typed | None:
        """Report a fault; the part has no type then."""
        self.report(node, code, message, hint)
        return None

    def type_of(self, node: Node) -> Typed | None:
        match node:
            case Number():
                exponent = node.value.as_tuple().exponent
                point = isinstance(exponent, int) and exponent < 0
                return Typed(RATIO, bare=True, zero=node.value == 0, point=point)
            case Text():
                return self.fail(node, Code.WRONG_ARGUMENTS, say("text_not_here"))
            case Name():
                return self.name(node)
            case Unary():
                return self.unary(node)
            case Binary():
                return self.binary(node)
            case Compare():
                sides = [self.number(operand) for operand in node.operands]
                sound = all(sides)
                for at, (left, right) in enumerate(pairwise(sides)):
                    if left and right:
                        sound &= self.alike(left, right, *node.operands[at : at + 2]) is not None
                return CONDITION if sound else None
            case Logic():
                sides = [self.condition(operand) for operand in node.operands]
                return CONDITION if all(sides) else None
            case Conditional():
                return self.branches(node.test, node.then, node.other)
            case Call():
                return self.call(node)
        raise TypeError(node)

    def name(self, node: Name) -> Typed | None:
        symbol = self.scope.resolve(node.parts)
        if isinstance(symbol, Fault):
            return self.fail(node, symbol.code, symbol.message, symbol.hint)
        measure = self.measure_of(symbol)
        return None if measure is None else Typed(measure)

    def measure_of(self, symbol: Symbol) -> Measure | None:
        names = self.scope.names
        match symbol:
            case FigureRef():
                return names.indicators[symbol.indicator].base()
            case MetricRef():
                return self.metric_measure(symbol)
            case GroupRef():
                return names.groups[symbol.name][1].base()
            case TableRef():
                return names.tables[symbol.name][1].base()
            case AttributeRef():
                return names.attributes[symbol.name].base()
            case ParameterRef():
                return names.parameters[symbol.name].base()
            case CalendarRef():
                return CALENDAR[symbol.name]
            case QuotaRef():
                return names.indicators[self.scope.quotas[symbol.quota]].base()
            case FairRef():
                return self.quota_measure.base() if self.quota_measure else None

    def number(self, node: Node) -> Typed | None:
        """The type of a part that must be a number."""
        found = self.type_of(node)
        if found and found.measure is None:
            return self.fail(node, Code.NOT_A_CONDITION, say("condition_not_number"))
        return found

    def condition(self, node: Node) -> Typed | None:
        """The type of a part that must be a condition."""
        found = self.type_of(node)
        if found and found.measure is not None:
            return self.fail(node, Code.NOT_A_CONDITION, say("number_not_condition"))
        return found

    def unary(self, node: Unary) -> Typed | None:
        return self.condition(node.operand) if node.op == "not" else self.number(node.operand)

    def binary(self, node: Binary) -> Typed | None:
        left = self.number(node.left)
        if node.op == "**":
            return self.power(node, left)
        right = self.number(node.right)
        if not left or not right or left.measure is None or right.measure is None:
            return None
        if node.op in "*/" and not (left.bare and right.bare):
            return Typed(multiply(left.measure, right.measure, 1 if node.op == "*" else -1))
        if left.bare and right.bare:
            return Typed(RATIO, bare=True, point=left.point or right.point)
        if left.bare or right.bare:
            return self.alike(left, right, node.left, node.right)
        total = add(left.measure, right.measure, 1 if node.op == "+" else -1)
        if total is None:
            return self.unlike(left.measure, right.measure, node)
        return Typed(total)

    def power(self, node: Binary, left: Typed | None) -> Typed | None:
        exponent = constant(node.right)
        if exponent is None:
            return self.fail(node.right, Code.WRONG_ARGUMENTS, say("exponent_not_constant"))
        if abs(exponent) > MAX_EXPONENT:
            return self.fail(node.right, Code.WRONG_ARGUMENTS, say("exponent_too_big", limit=MAX_EXPONENT))
        if not left or left.measure is None:
            return None
        if left.bare:
            return Typed(RATIO, bare=True, point=left.point)
        largest = max((abs(n) for _, n in left.measure.powers), default=0)
        if largest * abs(exponent) > MAX_EXPONENT:
            return self.fail(node.right, Code.WRONG_ARGUMENTS, say("exponent_too_big", limit=MAX_EXPONENT))
        if exponent != int(exponent):
            if largest:
                return self.fail(node.right, Code.WRONG_ARGUMENTS, say("exponent_not_whole"))
            return Typed(RATIO)
        result = RATIO
        for _ in range(abs(int(exponent))):
            result = multiply(result, left.measure, 1 if exponent > 0 else -1)
        return Typed(result)

    def alike(self, left: Typed, right: Typed, left_at: Node, right_at: Node) -> Typed | None:
        """The common type of two parts that stand beside each other, or a report at the one that doesn't
        fit: a bare number, else the right one.
        """
        if left.measure is None or right.measure is None:
            return None
        if left.bare and right.bare:
            return Typed(RATIO, bare=True, point=left.point or right.point)
        if left.bare:
            return self.beside(left, right.measure, left_at)
        if right.bare:
            return self.beside(right, left.measure, right_at)
        if not left.measure.like(right.measure):
            return self.unlike(left.measure, right.measure, right_at)
        return left if left.measure.kind is not Kind.PLAIN else right

    def beside(self, number: Typed, measure: Measure, at: Node) -> Typed | None:
        """What a bare number is that stands beside a measure (§4)."""
        if number.zero:
            return Typed(measure)
        if not measure.has_clear_scale:
            hint = say("bare_number.hint", measure=_example(measure))
            return self.fail(at, Code.BARE_NUMBER, say("bare_number", measure=measure.name), hint)
        if number.point and measure.is_count:
            return self.fail(at, Code.AMBIGUOUS_COUNT, say("count_with_point"), say("ambiguous_count.hint"))
        return Typed(measure)

    def unlike(self, left: Measure, right: Measure, at: Node) -> Typed | None:
        if left.powers == right.powers:
            return self.fail(at, Code.RATE_AND_CHANGE, say("rate_and_change"), say("rate_and_change.hint"))
        return self.fail(at, Code.UNLIKE_MEASURES, say("unlike_measures", left=left.name, right=right.name))

    def branches(self, test: Node, then: Node, other: Node) -> Typed | None:
        condition = self.condition(test)
        left, right = self.type_of(then), self.type_of(other)
        if not left or not right or not condition:
            return None
        if (left.measure is None) != (right.measure is None):
            return self.fail(other, Code.NOT_A_CONDITION, say("branches_differ"))
        return CONDITION if left.measure is None else self.alike(left, right, then, other)

    def call(self, node: Call) -> Typed | None:
        if not self.callable(node):
            for argument in node.arguments:
                if not isinstance(argument, Text):
                    self.type_of(argument)  # its own faults are told too
            return None
        match node.function:
            case "quantity":
                return self.quantity(node)
            case "round_half_up":
                return self.rounding(node)
            case "where":
                test, then, other = node.arguments
                return self.branches(test, then, other)
            case "known":
                return CONDITION if self.type_of(node.arguments[0]) else None
            case "count":
                return Typed(RATIO) if self.condition(node.arguments[0]) else None
            case "last_year":
                return self.figure(node)
            case "previous" if self.scope.where is not Where.RULE:
                return self.figure(node)
            case "share":
                found = self.number(node.arguments[0])
                return Typed(RATIO) if found else None
            case "min" | "max" | "coalesce":
                return self.common(node.arguments)
        return self.number(node.arguments[0])

    def callable(self, node: Call) -> bool:
        """Whether a function exists, stands where it may and has its arguments; reports why not."""
        function = FUNCTIONS.get(node.function)
        if function is None:
            hint = did_you_mean(node.function, FUNCTIONS)
            self.report(node, Code.UNKNOWN_FUNCTION, say("unknown_function", what=node.function), hint)
        elif self.scope.where not in function.where:
            self.report(node, Code.WRONG_PLACE, say("function_not_here", what=node.function), None)
        elif not function.least <= len(node.arguments) <= function.most:
            least, most = function.least, function.most
            key = "wrong_arguments.exactly" if least == most else "wrong_arguments"
            message = say(key, what=node.function, least=least, most=most)
            self.report(node, Code.WRONG_ARGUMENTS, message, None)
        else:
            return True
        return False

    def common(self, nodes: Sequence[Node]) -> Typed | None:
        """The common type of all: each must suit the first that is more than a bare number."""
        found = [(typed, node) for node in nodes if (typed := self.number(node))]
        if len(found) < len(nodes):
            return None
        found.sort(key=lambda part: part[0].bare)
        result, first = found[0]
        sound = True
        for typed, node in found[1:]:
            together = self.alike(result, typed, first, node)
            result, sound = together or result, sound and together is not None
        return result if sound else None

    def figure(self, node: Call) -> Typed | None:
        """last_year and previous ask for a figure with a date of its own (§2)."""
        argument = node.arguments[0]
        if isinstance(argument, Name):
            symbol = self.scope.resolve(argument.parts)
            if isinstance(symbol, FigureRef) and symbol.role in ("achieved", "actual", "estimate"):
                return self.name(argument)
            if isinstance(symbol, Fault):
                return self.name(argument)
        return self.fail(argument, Code.WRONG_ARGUMENTS, say("figure_wanted", what=node.function))

    def quantity(self, node: Call) -> Typed | None:
        number, text = node.arguments
        value = constant(number)
        if value is None or not isinstance(text, Text):
            return self.fail(node, Code.WRONG_ARGUMENTS, say("quantity_wanted"))
        try:
            measure = parse_measure(text.value, self.scope.names.measures)
        except UnknownMeasureError as error:
            start = text.start + 1 + max(text.value.find(error.word), 0)
            word = Text(start, start + len(error.word), error.word)
            hint = did_you_mean(error.word, known_measures(self.scope.names.measures))
            return self.fail(word, Code.UNKNOWN_MEASURE, say("unknown_measure", what=error.word), hint)
        typed = self.type_of(number)
        if typed and typed.point and measure.must_be_whole:
            hint = say("ambiguous_count.hint")
            return self.fail(number, Code.AMBIGUOUS_COUNT, say("count_with_point"), hint)
        base = measure.to_base(value)
        if measure.is_money and base.denominator != 1:
            message = say("fraction_of_dong", what=value, measure=measure.name)
            return self.fail(number, Code.FRACTION_OF_DONG, message)
        if abs(base) > sys.float_info.max:
            return self.fail(number, Code.NOT_FINITE, say("not_finite", what=value))
        return Typed(measure.base())

    def rounding(self, node: Call) -> Typed | None:
        value, digits = node.arguments
        typed = self.number(value)
        count = constant(digits)
        if count is None or count != int(count) or abs(count) > 15:
            return self.fail(digits, Code.WRONG_ARGUMENTS, say("digits_wanted"))
        return typed


def constant(node: Node) -> Decimal | None:
    """The value of a literal number with any signs before it, or None."""
    match node:
        case Number():
            return node.value
        case Unary() if node.op in "+-":
            inner = constant(node.operand)
            return inner if inner is None or node.op == "+" else -inner
        case _:
            return None


def _example(measure: Measure) -> str:
    return measure.name.replace("VND", "million VND", 1)
