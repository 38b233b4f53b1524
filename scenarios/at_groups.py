"""Figures at the groups of a grouping (§3), for the interpreters of formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.formula.names import FigureRef, GroupRef, Symbol, TableRef
from engine.words import Message, both, say

if TYPE_CHECKING:
    from engine.rulebook import Grouping
    from scenarios.problem import Floats
    from scenarios.situation import Situation


class AtGroups:
    """The figures at the groups of a grouping, float64 [group]: its attributes and tables, else the root's.

    It is the context of the interpreters; a "unit" is a group.
    """

    def __init__(self, situation: Situation, grouping: Grouping | None, root: int) -> None:
        assert grouping is not None
        self.situation, self.grouping, self.root = situation, grouping, root
        self.tables: dict[str, dict[tuple[str, ...], float]] = {}

    def value(self, symbol: Symbol) -> Floats:
        """What a name stands for."""
        match symbol:
            case GroupRef() if symbol.grouping == self.grouping.id:
                return self.grouping.attributes[symbol.name].values
            case TableRef() if self.grouping.id in symbol.by:
                return self._table(symbol)
        return self._at_root(self.situation.value(symbol))

    def _table(self, symbol: TableRef) -> Floats:
        situation = self.situation
        table = situation.rulebook.tables[symbol.name]
        if symbol.name not in self.tables:
            rows = zip(zip(*table.keys, strict=True), table.values.tolist(), strict=True)
            self.tables[symbol.name] = dict(rows)
        found = self.tables[symbol.name]
        groups, size = self.grouping.groups, len(self.grouping.groups)
        fixed = {"unit": situation.rulebook.units.ids[self.root]}
        fixed["period"] = situation.period.name if situation.period else ""
        axes = [groups if axis == self.grouping.id else [fixed.get(axis, "")] * size for axis in table.by]
        values = np.array([found.get(key, np.nan) for key in zip(*axes, strict=True)], dtype=np.float64)
        return np.where(np.isnan(values), 1.0, values) if situation.filled else values

    def _at_root(self, values: Floats) -> Floats:
        return values if np.ndim(values) == 0 else np.asarray(values[self.root])

    def last_year(self, figure: FigureRef) -> Floats:
        """The root's: rules have no last_year of their own."""
        return self._at_root(self.situation.last_year(figure))

    def previous(self, figure: FigureRef) -> Floats:
        """The root's."""
        return self._at_root(self.situation.previous(figure))

    def children_sum(self, values: Floats) -> Floats:
        """Groups have no children; rules can't ask for them."""
        raise TypeError("children of a group")

    def parent_of(self, values: Floats) -> Floats:
        """Groups have no parent; rules can't ask for it."""
        raise TypeError("parent of a group")

    def why(self, symbol: Symbol, unit: int) -> list[Message]:
        """Why a name has no value at a group."""
        match symbol:
            case GroupRef() if symbol.grouping == self.grouping.id:
                return [say("no_group_attribute", what=symbol.name, group=self.unit_name(unit))]
            case TableRef() if self.grouping.id in symbol.by:
                return [say("no_cell", what=symbol.name, unit=self.unit_name(unit))]
        return self.situation.why(symbol, self.root)

    def why_beside(self, function: str, figure: FigureRef, unit: int) -> list[Message]:
        """Why last_year or previous of a figure has no value."""
        return self.situation.why_beside(function, figure, self.root)

    def children_at(self, unit: int) -> list[int]:
        """None."""
        return []

    def parent_at(self, unit: int) -> int | None:
        """None."""
        return None

    def unit_name(self, unit: int) -> Message:
        """The group's name."""
        return both(self.grouping.groups[unit])
