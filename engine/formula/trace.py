"""The formula tree at one unit: why its value is unknown (§3)."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from engine.formula.arrays import Context, Floats, evaluate, symbol_of
from engine.formula.names import FigureRef, Scope, Symbol
from engine.formula.tree import Binary, Call, Conditional, Name, Node, children_of
from engine.words import Message, say


class Reasons(Context, Protocol):
    """What the tracer asks beside values."""

    def why(self, symbol: Symbol, unit: int) -> list[Message]:
        """Why a name has no value at a unit."""
        ...

    def why_beside(self, function: str, figure: FigureRef, unit: int) -> list[Message]:
        """Why last_year or previous of a figure has no value at a unit."""
        ...

    def children_at(self, unit: int) -> list[int]:
        """The valid units directly below a unit."""
        ...

    def parent_at(self, unit: int) -> int | None:
        """The unit above, None at the top."""
        ...

    def unit_name(self, unit: int) -> Message:
        """A unit's name."""
        ...


class Tracer:
    """Looks for causes in one formula. Holds the values of its parts, so make one for each evaluation."""

    def __init__(self, text: str, scope: Scope, context: Reasons, size: int) -> None:
        self.text, self.scope, self.context, self.size = text, scope, context, size
        self.values: dict[int, Floats] = {}

    def at(self, node: Node, unit: int) -> float:
        """A part's value at a unit, NaN where unknown."""
        if id(node) not in self.values:
            found = evaluate(node, self.scope, self.context)
            self.values[id(node)] = np.broadcast_to(found, (self.size,))
        return float(self.values[id(node)][unit])

    def causes(self, node: Node, unit: int) -> list[Message]:
        """Why a part is unknown at a unit, each cause once; none where it is known."""
        if not np.isnan(self.at(node, unit)):
            return []
        return list(dict.fromkeys(self._causes(node, unit)))

    def _causes(self, node: Node, unit: int) -> list[Message]:
        match node:
            case Name():
                return self.context.why(symbol_of(node, self.scope), unit)
            case Conditional():
                return self._choice(node.test, node.then, node.other, unit)
            case Call():
                return self._call(node, unit)
        found = self._of_parts(node, unit)
        if found:
            return found
        if isinstance(node, Binary):
            # 0 ** -1 divides by its base
            divisor = {"/": node.right, "**": node.left}.get(node.op)
            if divisor and self.at(divisor, unit) == 0:
                return [by_zero(self.text[divisor.start : divisor.end])]
        return [self._beyond(node)]

    def _of_parts(self, node: Node, unit: int) -> list[Message]:
        return [cause for child in children_of(node) for cause in self.causes(child, unit)]

    def _choice(self, test: Node, then: Node, other: Node, unit: int) -> list[Message]:
        condition = self.at(test, unit)
        if np.isnan(condition):
            return self.causes(test, unit)
        return self.causes(then if condition == 1 else other, unit)

    def _call(self, node: Call, unit: int) -> list[Message]:
        match node.function:
            case "where":
                test, then, other = node.arguments
                return self._choice(test, then, other, unit)
            case "last_year" | "previous":
                argument = node.arguments[0]
                assert isinstance(argument, Name)
                figure = symbol_of(argument, self.scope)
                assert isinstance(figure, FigureRef)
                return self.causes(argument, unit) or self.context.why_beside(node.function, figure, unit)
            case "children" | "count":
                return self._below(node.arguments[0], unit) or [self._beyond(node)]
            case "parent":
                above = self.context.parent_at(unit)
                if above is None:
                    return [say("no_parent", unit=self.context.unit_name(unit))]
                return self.causes(node.arguments[0], above)
            case "share":
                return self._share(node, unit)
        return self._of_parts(node, unit) or [self._beyond(node)]

    def _beyond(self, node: Node) -> Message:
        return say("beyond_numbers", what=self.text[node.start : node.end])

    def _below(self, argument: Node, unit: int) -> list[Message]:
        children = self.context.children_at(unit)
        if not children:
            return [say("no_children", unit=self.context.unit_name(unit))]
        return several([cause for child in children for cause in self.causes(argument, child)])

    def _share(self, node: Call, unit: int) -> list[Message]:
        argument = node.arguments[0]
        above = self.context.parent_at(unit)
        if above is None:
            return [say("no_parent", unit=self.context.unit_name(unit))]
        found = self.causes(argument, unit) or self._below(argument, above)
        if found:
            return found
        if sum(self.at(argument, child) for child in self.context.children_at(above)) == 0:
            return [by_zero(self.text[argument.start : argument.end])]
        return [self._beyond(node)]


def by_zero(divisor: str) -> Message:
    """The cause of a division by what is 0, by its name unless it is a plain 0."""
    plain = not any(letter.isalpha() or letter in "123456789" for letter in divisor)
    return say("division_by_zero.plain") if plain else say("division_by_zero", what=divisor)


MOST_TOLD = 3


def several(causes: list[Message]) -> list[Message]:
    """The first few causes and how many more there are."""
    once = list(dict.fromkeys(causes))
    if len(once) <= MOST_TOLD + 1:
        return once
    return [*once[:MOST_TOLD], say("more_causes", more=len(once) - MOST_TOLD)]
