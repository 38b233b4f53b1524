"""The parts of a rule that don't depend on quotas, in numpy: by unit or group, and by period (§5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.formula.arrays import choose, evaluate, symbol_of
from engine.formula.linear import PERIOD, REMAINING, SUMS, UNIT
from engine.formula.names import (
    AttributeRef,
    CalendarRef,
    FigureRef,
    GroupRef,
    MetricRef,
    QuotaRef,
    Scope,
    Symbol,
    TableRef,
)
from engine.formula.trace import Tracer, by_zero, several
from engine.formula.tree import Binary, Call, Compare, Conditional, Name, Node, Unary, children_of, walk
from engine.words import Message, say
from scenarios.at_groups import AtGroups

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.rulebook import Grouping, Rule
    from scenarios.problem import Floats, Problem

    States = NDArray[np.uint8]

KNOWN, SKIPPED, OPEN, UNKNOWN = np.array([0, 1, 2, 4], dtype=np.uint8)
"""A part has a value; has none as it asks for the period before the first; has none only because a table's
cell is empty; is unknown for another reason. They add up where several parts meet.
"""
ROOT, UNITS, GROUP = "root", "units", "group"
"""Where a part stands: at the allocation's root, at each receiving unit, at each group of the rule's own."""


@dataclass(frozen=True, slots=True)
class Field:
    """``values`` and ``states`` [place or 1, period or 1]; values are NaN where the state isn't KNOWN."""

    values: Floats
    states: States


_NOTHING = Field(np.zeros((1, 1)), np.zeros((1, 1), dtype=np.uint8))
_ARITHMETIC: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


class Fields:
    """The data of one rule at every place, and where its instances can't be stated."""

    def __init__(self, problem: Problem, rule: Rule, scope: Scope) -> None:
        self.problem, self.rule, self.scope = problem, rule, scope
        rulebook = problem.rulebook
        self.root = rulebook.units.index[problem.allocation.root]
        self.grouping: Grouping | None = next(
            (rulebook.groupings[name] for name in rule.over if name in rulebook.groupings), None
        )
        here = np.array(problem.units, dtype=np.int64)
        of_unit = self.grouping.of_unit[here] if self.grouping else np.full(len(here), -1)
        self.group_of: NDArray[np.int64] = np.asarray(of_unit, dtype=np.int64)
        """Of each receiving unit, -1 without one."""
        self.by_group: AtGroups | None = None
        self.tracers: dict[tuple[bool, int | None], Tracer] = {}
        self.found: dict[tuple[int, str], Field] = {}
        self.quotas: dict[int, bool] = {}

    @property
    def groups(self) -> int:
        """How many groups the rule's grouping has, 0 without one."""
        return len(self.grouping.groups) if self.grouping else 0

    def linear(self, node: Node) -> bool:
        """Whether a part depends on a quota."""
        if id(node) not in self.quotas:
            names = (part for part in walk(node) if isinstance(part, Name))
            self.quotas[id(node)] = any(isinstance(symbol_of(name, self.scope), QuotaRef) for name in names)
        return self.quotas[id(node)]

    def spans(self, node: Node) -> frozenset[str]:
        """The indexes that a part runs over: units and periods, less those that a sum in it uses up."""
        if isinstance(node, Name):
            return _span(symbol_of(node, self.scope))
        inner = frozenset().union(*(self.spans(child) for child in children_of(node)))
        if isinstance(node, Call):
            if node.function == "by_group":
                return inner & {PERIOD}
            if node.function in REMAINING:
                return inner & REMAINING[node.function]
            if node.function in ("cumulative", "previous"):
                return inner | {PERIOD}
        return inner

    def of(self, node: Node, place: str) -> Field:
        """A part at every unit, every group or the root. Of what depends on quotas only ``states`` count."""
        key = (id(node), place)
        if key not in self.found:
            self.found[key] = self._of(node, place)
        return self.found[key]

    def _of(self, node: Node, place: str) -> Field:
        if not self.linear(node) and not _has_sums(node):
            return self._leaf(node, place)
        match node:
            case Name():
                return _NOTHING
            case Compare():
                return _joined([self.of(side, place) for side in node.operands])
            case Unary():
                inner = self.of(node.operand, place)
                return Field(-inner.values, inner.states) if node.op == "-" else inner
            case Binary():
                return self._binary(node, place)
            case Conditional():
                return self._choice(node.test, node.then, node.other, place)
            case Call():
                return self._call(node, place)
        raise TypeError(node)

    def _binary(self, node: Binary, place: str) -> Field:
        left, right = self.of(node.left, place), self.of(node.right, place)
        states = left.states | right.states
        with np.errstate(all="ignore"):
            values = _ARITHMETIC[node.op](left.values, right.values)
        if self.linear(node) and node.op != "/":
            return Field(values, states)
        states = np.where((states == KNOWN) & ~np.isfinite(values), UNKNOWN, states)
        return Field(np.where(states == KNOWN, values, np.nan), states)

    def _choice(self, test: Node, then: Node, other: Node, place: str) -> Field:
        asked, yes, no = (self.of(part, place) for part in (test, then, other))
        states = asked.states | np.where(asked.values == 1, yes.states, no.states)
        return Field(choose(asked.values, yes.values, no.values), states)

    def _call(self, node: Call, place: str) -> Field:
        inner = node.arguments[0]
        spans = self.spans(inner)
        over_units, over_periods = UNIT in spans, PERIOD in spans
        match node.function:
            case "where":
                test, then, other = node.arguments
                return self._choice(test, then, other, place)
            case "total" | "by_period":
                field = self._in(inner, UNITS) if over_units else self.of(inner, place)
                field = self._over_units(field) if over_units else field
                return _over_periods(field) if over_periods and node.function == "total" else field
            case "by_unit":
                return _over_periods(self._in(inner, place)) if over_periods else self.of(inner, place)
            case "by_group":
                return self._by_group(self._in(inner, UNITS)) if over_units else self.of(inner, place)
            case "cumulative":
                field = self._in(inner, place)
                if not over_periods:
                    return field
                states = np.bitwise_or.accumulate(field.states, axis=1)
                return Field(np.cumsum(field.values, axis=1), states)
            case "previous":
                field = self._spread(self.of(inner, place), periods=True)
                none = np.full((len(field.values), 1), np.nan), np.full((len(field.values), 1), SKIPPED)
                return Field(
                    np.hstack([none[0], field.values[:, :-1]]), np.hstack([none[1], field.states[:, :-1]])
                )
        raise TypeError(node.function)

    def _in(self, node: Node, place: str) -> Field:
        """A part at a place, with every unit and period that it runs over written out."""
        spans = self.spans(node)
        return self._spread(self.of(node, place), units=place == UNITS, periods=PERIOD in spans)

    def _spread(self, field: Field, units: bool = False, periods: bool = False) -> Field:
        shape = (
            len(self.problem.units) if units else len(field.values),
            len(self.problem.periods) if periods else field.values.shape[1],
        )
        shape = (max(shape[0], len(field.states)), max(shape[1], field.states.shape[1]))
        return Field(np.broadcast_to(field.values, shape), np.broadcast_to(field.states, shape))

    def _over_units(self, field: Field) -> Field:
        states = np.bitwise_or.reduce(field.states, axis=0, keepdims=True)
        return Field(field.values.sum(axis=0, keepdims=True), states)

    def _by_group(self, field: Field) -> Field:
        inside = self.group_of >= 0
        shape = (self.groups, field.values.shape[1])
        values, states = np.zeros(shape), np.zeros(shape, dtype=np.uint8)
        np.add.at(values, self.group_of[inside], field.values[inside])
        np.bitwise_or.at(states, self.group_of[inside], field.states[inside])
        return Field(values, states)

    def _leaf(self, node: Node, place: str) -> Field:
        """A part without quotas and sums, at each period that it depends on."""
        spans = self.spans(node)
        periods = range(len(self.problem.periods)) if PERIOD in spans else [None]
        values = np.column_stack([self._evaluated(node, place, period) for period in periods])
        states = np.where(np.isnan(values), UNKNOWN, KNOWN)
        if np.isnan(values).any() and self._has_table(node):
            situation = self.problem.reasoner
            situation.filled = True
            filled = np.column_stack([self._evaluated(node, place, period) for period in periods])
            situation.filled = False
            states = np.where(np.isnan(values) & ~np.isnan(filled), OPEN, states)
        return Field(values, states)

    def _evaluated(self, node: Node, place: str, period: int | None) -> Floats:
        situation = self.problem.reasoner
        situation.period = None if period is None else self.problem.periods[period]
        context = self._groups() if place == GROUP else situation
        values = np.asarray(evaluate(node, self.scope, context), dtype=np.float64)
        situation.period = None
        if values.ndim == 0 or place == GROUP:
            return np.atleast_1d(values)
        return values[[self.root]] if place == ROOT else values[list(self.problem.units)]

    def _groups(self) -> AtGroups:
        if self.by_group is None:
            self.by_group = AtGroups(self.problem.reasoner, self.grouping, self.root)
        return self.by_group

    def _has_table(self, node: Node) -> bool:
        names = (part for part in walk(node) if isinstance(part, Name))
        return any(isinstance(symbol_of(name, self.scope), TableRef) for name in names)

    def causes(self, node: Node, place: str, at: int, period: int | None) -> tuple[Node, list[Message]]:
        """Why a part is unknown at a place, by its position, and a period; and the part of it to blame."""
        if not self.linear(node) and not _has_sums(node):
            return node, self._causes_of_leaf(node, place, at, period)
        for part, where, positions, periods in self._below(node, place, at, period):
            states = self._spread(self.of(part, where), periods=True).states
            for position in positions:
                row = states[min(position, len(states) - 1)]
                for span in periods:
                    if row[0 if span is None else span] & UNKNOWN:
                        return self.causes(part, where, position, span)
        text = self.rule.require.formula.text
        if isinstance(node, Binary) and node.op == "/":
            return node, [by_zero(text[node.right.start : node.right.end])]
        return node, [say("beyond_numbers", what=text[node.start : node.end])]

    def _below(
        self, node: Node, place: str, at: int, period: int | None
    ) -> Iterator[tuple[Node, str, Sequence[int], Sequence[int | None]]]:
        """The parts that a part is made of, each with the places and periods that it takes them at."""
        here: tuple[Sequence[int], Sequence[int | None]] = ([at], [period])
        if isinstance(node, Conditional) or (isinstance(node, Call) and node.function == "where"):
            test, then, other = (
                (node.test, node.then, node.other) if isinstance(node, Conditional) else node.arguments
            )
            asked = self._spread(self.of(test, place), periods=True).values
            yield test, place, *here
            yes = asked[min(at, len(asked) - 1), period or 0] == 1
            yield then if yes else other, place, *here
        elif isinstance(node, Call):
            inner = node.arguments[0]
            spans = self.spans(inner)
            periods: Sequence[int | None] = [period]
            if PERIOD in spans and node.function in ("total", "by_unit"):
                periods = range(len(self.problem.periods))
            elif node.function == "cumulative" and period is not None:
                periods = range(period + 1)
            elif node.function == "previous" and period is not None:
                periods = [period - 1]
            over_units = UNIT in spans and node.function in ("total", "by_period", "by_group")
            units: Sequence[int] = range(len(self.problem.units))
            if node.function == "by_group":
                units = np.flatnonzero(self.group_of == at).tolist()
            yield (inner, UNITS, units, periods) if over_units else (inner, place, [at], periods)
        else:
            for child in children_of(node):
                yield child, place, *here

    def _causes_of_leaf(self, node: Node, place: str, at: int, period: int | None) -> list[Message]:
        situation = self.problem.reasoner
        situation.period = None if period is None else self.problem.periods[period]
        unit = self.root if place == ROOT else self.problem.units[at] if place == UNITS else at
        key = (place == GROUP, period)
        if key not in self.tracers:
            context, size = (
                (self._groups(), self.groups) if place == GROUP else (situation, situation.figures.size)
            )
            self.tracers[key] = Tracer(self.rule.require.formula.text, self.scope, context, size)
        found = self.tracers[key].causes(node, unit)
        situation.period = None
        return several(found)


def _has_sums(node: Node) -> bool:
    """Whether a part sums over units or periods, so that it can't be read off one unit's figures."""
    return any(isinstance(part, Call) and part.function in SUMS for part in walk(node))


def _span(symbol: Symbol) -> frozenset[str]:
    """Quotas run over units and periods, figures over units, tables over what they are by."""
    match symbol:
        case QuotaRef():
            return frozenset({UNIT, PERIOD})
        case FigureRef() | MetricRef() | AttributeRef() | GroupRef():
            return frozenset({UNIT})
        case TableRef():
            periods = {PERIOD} if "period" in symbol.by else set()
            return frozenset(periods | ({UNIT} if set(symbol.by) - {"period"} else set()))
        case CalendarRef(name="months_in_period"):
            return frozenset({PERIOD})
    return frozenset()


def _over_periods(field: Field) -> Field:
    states = np.bitwise_or.reduce(field.states, axis=1, keepdims=True)
    return Field(field.values.sum(axis=1, keepdims=True), states)


def _joined(fields: list[Field]) -> Field:
    """Several parts together: nothing but their states."""
    states = fields[0].states
    for field in fields[1:]:
        states = states | field.states
    return Field(np.zeros((1, 1)), states)
