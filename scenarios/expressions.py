"""The third interpreter of the formula tree (§5): a rule over cells, be they Pyomo variables or numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from engine.errors import Code, Issue, RuleError
from engine.formula.arrays import symbol_of
from engine.formula.linear import PERIOD, UNIT
from engine.formula.names import QuotaRef, Scope, Where
from engine.formula.tree import Binary, Call, Compare, Conditional, Name, Node, Unary, children_of
from engine.rulebook import Rule
from engine.words import Message, both, joined, say
from scenarios.fields import GROUP, OPEN, ROOT, SKIPPED, UNITS, UNKNOWN, Fields
from scenarios.places import Instance, Instances, instances_of, kept
from scenarios.posing import in_periods

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.problem import Problem

Cells = Callable[[int, Any, Any], Any]
"""A cell of (quota, unit, period), by position: a Pyomo variable, or a number."""


class NoPreviousError(Exception):
    """The first period has none before it: the instance is skipped (§5)."""


class NoBoundError(Exception):
    """A table's cell is empty: the instance is skipped (§3)."""


class Numbers(Protocol):
    """Where an interpreted rule takes its data and indexes from: numpy, or Pyomo's Params and Sets."""

    def number(self, node: Node, at: Instance, divisor: bool) -> Any:
        """A part without quotas."""
        ...

    def units(self) -> Iterable[Any]:
        """All receiving units."""
        ...

    def periods(self) -> Iterable[Any]:
        """All periods."""
        ...

    def until(self, period: Any) -> Iterable[Any]:
        """The periods up to one."""
        ...

    def members(self, group: Any) -> Iterable[Any]:
        """The receiving units of a group."""
        ...


class RuleSides:
    """The two or more sides of a rule's comparison, at any of its instances."""

    def __init__(self, problem: Problem, rule: Rule) -> None:
        self.problem, self.rule = problem, rule
        self.scope: Scope = problem.rulebook.scope(Where.RULE, None, problem.allocation)
        self.quotas = {asked.quota.id: position for position, asked in enumerate(problem.quotas)}
        self.fields = Fields(problem, rule, self.scope)
        self.place = GROUP if self.fields.grouping else UNITS if UNIT in rule.over else ROOT
        comparison = rule.require.root
        assert isinstance(comparison, Compare)
        self.comparison = comparison

    def instances(self) -> Instances:
        """Every instance that the rule's filter keeps.

        A group without a receiving unit has none: it is as far from the plan as a unit that receives nothing.
        """
        fields = self.fields
        groups = np.unique(fields.group_of[fields.group_of >= 0]).tolist() if fields.grouping else None
        found = instances_of(self.problem, self.place == UNITS, groups, PERIOD in self.rule.over)
        grouping = fields.grouping.id if fields.grouping else None
        return found.picked(kept(self.rule.where, self.problem, found, grouping))

    def stated(self) -> Instances:
        """The instances that are stated: without those that ``previous`` and empty cells of tables skip.

        Raises RuleError (unknown_rule), an issue for each place that needs an unknown figure, with the
        periods where it isn't so in all of them.
        """
        instances = self.instances()
        states = self._states(instances)
        asked = (states & SKIPPED) == 0
        unknown = asked & ((states & UNKNOWN) > 0)
        if unknown.any():
            raise RuleError(self._unknowns(instances.picked(asked), unknown[asked]))
        return instances.picked(asked & ((states & OPEN) == 0))

    def _states(self, instances: Instances) -> NDArray[np.uint8]:
        """The state of each instance, see scenarios.fields."""
        states = self.fields.of(self.comparison, self.place).states
        places, periods = np.maximum(instances.place, 0), np.maximum(instances.period, 0)
        found: NDArray[np.uint8] = states[
            np.minimum(places, len(states) - 1), np.minimum(periods, states.shape[1] - 1)
        ]
        return found

    def at(self, instance: Instance, cells: Cells) -> list[Any]:
        """The sides at an instance.

        Raises NoPreviousError or NoBoundError where the instance is skipped, RuleError (unknown_rule) where
        a figure it needs is unknown.
        """
        states = self.fields.of(self.comparison, self.place).states
        state = _at(states, _place(instance), instance.period)
        if state & SKIPPED:
            raise NoPreviousError
        if state & UNKNOWN:
            raise RuleError([self._unknown(instance)])
        if state & OPEN:
            raise NoBoundError
        numbers = _Plain(self)
        return [self._of(side, instance, cells, numbers) for side in self.comparison.operands]

    def pair(self, link: int, at: Instance, cells: Cells, numbers: Numbers) -> tuple[Any, Any]:
        """The two sides of one comparison at a stated instance; positions may be Pyomo's templates."""
        left, right = self.comparison.operands[link : link + 2]
        return self._of(left, at, cells, numbers), self._of(right, at, cells, numbers)

    def data(self) -> Iterator[tuple[Node, str, bool]]:
        """Every part without quotas that ``pair`` asks for, what it stands at, and whether it divides."""
        for side in self.comparison.operands:
            yield from self._data(side, self.place, False)

    def _data(self, node: Node, place: str, divisor: bool) -> Iterator[tuple[Node, str, bool]]:
        if not self.fields.linear(node):
            yield node, place, divisor
        elif isinstance(node, Call) and node.function != "where":
            inner = node.arguments[0]
            over_units = UNIT in self.fields.spans(inner)
            if over_units and node.function in ("total", "by_period", "by_group"):
                place = UNITS
            yield from self._data(inner, place, False)
        else:
            divided_by = node.right if isinstance(node, Binary) and node.op == "/" else None
            for child in children_of(node):
                yield from self._data(child, place, child is divided_by)

    def _of(self, node: Node, at: Instance, cells: Cells, numbers: Numbers, divisor: bool = False) -> Any:
        if not self.fields.linear(node):
            return numbers.number(node, at, divisor)
        match node:
            case Name():
                symbol = symbol_of(node, self.scope)
                assert isinstance(symbol, QuotaRef)
                return cells(self.quotas[symbol.quota], at.unit, at.period)
            case Unary():
                inner = self._of(node.operand, at, cells, numbers)
                return -inner if node.op == "-" else inner
            case Binary():
                left = self._of(node.left, at, cells, numbers)
                return _OPERATIONS[node.op](left, self._of(node.right, at, cells, numbers, node.op == "/"))
            case Conditional():
                return self._choice(node.test, node.then, node.other, at, cells, numbers)
            case Call():
                return self._call(node, at, cells, numbers)
        raise TypeError(node)

    def _choice(
        self, test: Node, then: Node, other: Node, at: Instance, cells: Cells, numbers: Numbers
    ) -> Any:
        yes = numbers.number(test, at, False)
        if isinstance(yes, float):
            return self._of(then if yes == 1 else other, at, cells, numbers)
        taken, left = self._of(then, at, cells, numbers), self._of(other, at, cells, numbers)
        return yes * taken + (1 - yes) * left

    def _call(self, node: Call, at: Instance, cells: Cells, numbers: Numbers) -> Any:
        inner = node.arguments[0]
        if node.function == "where":
            test, then, other = node.arguments
            return self._choice(test, then, other, at, cells, numbers)
        if node.function == "previous":
            return self._of(inner, Instance(at.unit, at.period - 1, at.group), cells, numbers)
        spans = self.fields.spans(inner)

        def of(unit: Any, period: Any) -> Any:
            return self._of(inner, Instance(unit, period, at.group), cells, numbers)

        over_units, over_periods = UNIT in spans, PERIOD in spans
        match node.function:
            case "total" if over_units and over_periods:
                return sum(of(u, t) for u in numbers.units() for t in numbers.periods())
            case "total" | "by_period" if over_units:
                return sum(of(u, at.period) for u in numbers.units())
            case "total" | "by_unit" if over_periods:
                return sum(of(at.unit, t) for t in numbers.periods())
            case "by_group" if over_units:
                return sum(of(u, at.period) for u in numbers.members(at.group))
            case "cumulative" if over_periods:
                return sum(of(at.unit, t) for t in numbers.until(at.period))
        return of(at.unit, at.period)

    def _unknowns(self, instances: Instances, unknown: NDArray[np.bool_]) -> list[Issue]:
        """The issues of all instances that need an unknown figure, each told once."""
        told: dict[tuple[int, Issue], list[str]] = {}
        for at in np.flatnonzero(unknown):
            instance = instances[int(at)]
            key = (int(instances.place[at]), self._unknown(instance))
            period = "" if instance.period is None else self.problem.periods[instance.period].name
            told.setdefault(key, []).append(period)
        places, counts = np.unique(instances.place, return_counts=True)
        of = dict(zip(places.tolist(), counts.tolist(), strict=True))
        return [in_periods(issue, names, of[place]) for (place, issue), names in told.items()]

    def _unknown(self, at: Instance) -> Issue:
        """The issue of an instance that needs an unknown figure."""
        place = _place(at) or 0
        sides = self.comparison.operands
        side = next(
            side
            for side in sides
            if int(_at(self.fields.of(side, self.place).states, place, at.period)) & UNKNOWN
        )
        part, causes = self.fields.causes(side, self.place, place, at.period)
        why = joined(causes, "; ")
        spot, text = self.rule.require.spot, self.rule.require.formula.text
        message = say("unknown_rule", rule=self.rule.label, at=self._name(at), why=why)
        return Issue(Code.UNKNOWN_RULE, message, spot.at(text, part.start))

    def _name(self, at: Instance) -> Message:
        """Where an instance is, in words."""
        if self.fields.grouping and at.group is not None:
            return both(self.fields.grouping.groups[at.group])
        unit = self.fields.root if at.unit is None else self.problem.units[at.unit]
        return self.problem.rulebook.units.names[unit]


class _Plain:
    """Data as numbers, at an instance given by numbers."""

    def __init__(self, sides: RuleSides) -> None:
        self.fields, self.problem = sides.fields, sides.problem

    def number(self, node: Node, at: Instance, divisor: bool) -> float:
        return float(_at(self.fields.of(node, place_kind(at)).values, _place(at), at.period))

    def units(self) -> range:
        return range(len(self.problem.units))

    def periods(self) -> range:
        return range(len(self.problem.periods))

    def until(self, period: int) -> range:
        return range(period + 1)

    def members(self, group: int) -> list[int]:
        found: list[int] = np.flatnonzero(self.fields.group_of == group).tolist()
        return found


def place_kind(at: Instance) -> str:
    """What data at an instance is taken at: its unit, else its group, else the root."""
    return UNITS if at.unit is not None else GROUP if at.group is not None else ROOT


def _place(at: Instance) -> int | None:
    place: int | None = at.unit if at.unit is not None else at.group
    return place


def _at(values: NDArray[Any], place: int | None, period: int | None) -> Any:
    """An element of [place or 1, period or 1]."""
    rows, columns = values.shape
    return values[min(place or 0, rows - 1), min(period or 0, columns - 1)]


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}
