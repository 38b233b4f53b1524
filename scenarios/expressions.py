"""The third interpreter of the formula tree (§5): a rule over cells, be they Pyomo variables or numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import Code, Issue, RuleError
from engine.formula.arrays import evaluate, symbol_of
from engine.formula.linear import PERIOD, REMAINING, SUMS, UNIT, shape_of
from engine.formula.names import (
    AttributeRef,
    CalendarRef,
    FigureRef,
    MetricRef,
    QuotaRef,
    Scope,
    Symbol,
    Where,
)
from engine.formula.trace import Tracer, several
from engine.formula.tree import Binary, Call, Compare, Conditional, Name, Node, Unary, children_of, walk
from engine.metrics import Evaluator
from engine.rulebook import Rule
from engine.words import Message, joined, say
from scenarios.problem import Floats, Problem

Cells = Callable[[int, int, int], Any]
"""A cell of (quota, unit, period), by position: a Pyomo variable, or a number."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Where a rule stands: positions of the unit and the period, None where it runs over none."""

    unit: int | None = None
    period: int | None = None


class NoPreviousError(Exception):
    """The first period has none before it: the instance is skipped (§5)."""


class _InPeriod(Evaluator):
    """The figures of the starting point, with the months of one period."""

    def __init__(self, problem: Problem, months: int) -> None:
        base = problem.reasoner
        super().__init__(problem.rulebook, base.as_of, base.basis)
        self.figures = base.figures
        self.months = months

    def value(self, symbol: Symbol) -> Floats:
        """What a name stands for."""
        if isinstance(symbol, CalendarRef) and symbol.name == "months_in_period":
            return np.asarray(float(self.months))
        return super().value(symbol)


class RuleSides:
    """The two or more sides of a rule's comparison, at any of its instances."""

    def __init__(self, problem: Problem, rule: Rule) -> None:
        self.problem, self.rule = problem, rule
        self.scope: Scope = problem.rulebook.scope(Where.RULE, None, problem.allocation)
        self.quotas = {asked.quota.id: position for position, asked in enumerate(problem.quotas)}
        self.root = problem.rulebook.units.index[problem.allocation.root]
        self.data: dict[tuple[int, int | None], Floats] = {}
        self.linear: dict[int, bool] = {}
        comparison = rule.require.root
        assert isinstance(comparison, Compare)
        self.comparison = comparison

    def instances(self) -> list[Instance]:
        """Every instance of the rule, units outermost."""
        units = range(len(self.problem.units)) if UNIT in self.rule.over else [None]
        spans = range(len(self.problem.periods)) if PERIOD in self.rule.over else [None]
        return [Instance(unit, period) for unit in units for period in spans]

    def at(self, instance: Instance, cells: Cells) -> list[Any]:
        """The sides at an instance. Raises NoPreviousError where the instance is skipped.

        Raises RuleError (unknown_rule) where a figure it needs is unknown.
        """
        return [self._of(side, instance, cells) for side in self.comparison.operands]

    def _is_linear(self, node: Node) -> bool:
        if id(node) not in self.linear:
            self.linear[id(node)] = shape_of(node, self.scope).linear
        return self.linear[id(node)]

    def _of(self, node: Node, at: Instance, cells: Cells) -> Any:
        if not self._is_linear(node) and not _has_sums(node):
            return self._number(node, at)
        match node:
            case Name():
                symbol = symbol_of(node, self.scope)
                assert isinstance(symbol, QuotaRef)
                assert at.unit is not None
                assert at.period is not None
                return cells(self.quotas[symbol.quota], at.unit, at.period)
            case Unary():
                inner = self._of(node.operand, at, cells)
                return -inner if node.op == "-" else inner
            case Binary():
                left, right = self._of(node.left, at, cells), self._of(node.right, at, cells)
                if node.op == "/" and right == 0:
                    raise RuleError([self._unknown(node, at, [self._zero(node.right)])])
                return _OPERATIONS[node.op](left, right)
            case Conditional():
                return self._choice(node.test, node.then, node.other, at, cells)
            case Call():
                return self._call(node, at, cells)
        raise TypeError(node)

    def _choice(self, test: Node, then: Node, other: Node, at: Instance, cells: Cells) -> Any:
        return self._of(then if self._number(test, at) == 1 else other, at, cells)

    def _call(self, node: Call, at: Instance, cells: Cells) -> Any:
        inner = node.arguments[0]
        spans = _spans(inner, self.scope)
        units = range(len(self.problem.units)) if UNIT in spans else [at.unit]
        periods = range(len(self.problem.periods)) if PERIOD in spans else [at.period]
        match node.function:
            case "where":
                test, then, other = node.arguments
                return self._choice(test, then, other, at, cells)
            case "total":
                return self._sum(inner, [Instance(u, t) for u in units for t in periods], cells)
            case "by_unit":
                return self._sum(inner, [Instance(at.unit, t) for t in periods], cells)
            case "by_period":
                return self._sum(inner, [Instance(u, at.period) for u in units], cells)
            case "cumulative":
                assert at.period is not None
                until = range(at.period + 1) if PERIOD in spans else [at.period]
                return self._sum(inner, [Instance(at.unit, t) for t in until], cells)
            case "previous":
                assert at.period is not None
                if at.period == 0:
                    raise NoPreviousError
                return self._of(inner, Instance(at.unit, at.period - 1), cells)
        raise TypeError(node.function)

    def _sum(self, node: Node, instances: list[Instance], cells: Cells) -> Any:
        total: Any = 0.0
        for instance in instances:
            total = total + self._of(node, instance, cells)
        return total

    def _number(self, node: Node, at: Instance) -> float:
        """A part without quotas: at the instance's unit, or at the root where it has none."""
        key = (id(node), at.period)
        if key not in self.data:
            months = self.problem.periods[at.period].months if at.period is not None else 0
            context = _InPeriod(self.problem, months)
            values = np.asarray(evaluate(node, self.scope, context), dtype=np.float64)
            self.data[key] = np.broadcast_to(values, (len(self.problem.rulebook.units),))
        unit = self.root if at.unit is None else self.problem.units[at.unit]
        value = float(self.data[key][unit])
        if np.isnan(value):
            reasoner = self.problem.reasoner
            tracer = Tracer(self.rule.require.formula.text, self.scope, reasoner, reasoner.figures.size)
            raise RuleError([self._unknown(node, at, several(tracer.causes(node, unit)))])
        return value

    def _zero(self, node: Node) -> Message:
        return say("division_by_zero", what=self.rule.require.formula.text[node.start : node.end])

    def _unknown(self, node: Node, at: Instance, causes: list[Message]) -> Issue:
        why = joined(causes, "; ")
        place = self.rule.require.spot.at(self.rule.require.formula.text, node.start)
        unit = self.root if at.unit is None else self.problem.units[at.unit]
        name = self.problem.rulebook.units.names[unit]
        return Issue(Code.UNKNOWN_RULE, say("unknown_rule", rule=self.rule.label, at=name, why=why), place)


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}


def _has_sums(node: Node) -> bool:
    """Whether a part sums over units or periods, so that it can't be read off one unit's figures."""
    return any(isinstance(part, Call) and part.function in SUMS for part in walk(node))


def _spans(node: Node, scope: Scope) -> frozenset[str]:
    """The indexes that a part runs over: quotas and figures over units, quotas and months over periods.

    A sum inside has those left that it doesn't sum over.
    """
    if isinstance(node, Name):
        symbol = symbol_of(node, scope)
        found: set[str] = set()
        if isinstance(symbol, QuotaRef | FigureRef | MetricRef | AttributeRef):
            found.add(UNIT)
        if isinstance(symbol, QuotaRef) or node.parts == ("months_in_period",):
            found.add(PERIOD)
        return frozenset(found)
    inner = frozenset().union(*(_spans(child, scope) for child in children_of(node)))
    if isinstance(node, Call) and node.function in REMAINING:
        return inner & REMAINING[node.function]
    if isinstance(node, Call) and node.function in ("cumulative", "previous"):
        return inner | {PERIOD}
    return inner
