"""Figures at an allocation's starting point, with tables and groups looked up at a period (§3, §5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from engine.formula.names import CalendarRef, GroupRef, Symbol, TableRef
from engine.reasons import Reasoner
from engine.words import Message, say

if TYPE_CHECKING:
    from engine.calendar import Period
    from engine.rulebook import Allocation, FigureTable, Rulebook
    from engine.values import Floats


class Situation(Reasoner):
    """A Reasoner that also knows tables, group attributes and the months of a period.

    ``period`` is where it stands, None outside all periods. Where ``filled``, empty cells of tables count as
    1: what is unknown only with them empty has no bound (§3).
    """

    def __init__(self, rulebook: Rulebook, allocation: Allocation) -> None:
        super().__init__(rulebook, allocation.as_of, allocation.basis)
        self.period: Period | None = None
        self.filled = False
        self.cells: dict[tuple[str, str | None], Floats] = {}
        self.by_key: dict[str, dict[tuple[str, ...], float]] = {}

    def take_over(self, other: Situation) -> None:
        """The figures of tables that another of the same tables and units has looked up."""
        self.cells.update(other.cells)
        self.by_key.update(other.by_key)

    def value(self, symbol: Symbol) -> Floats:
        """What a name stands for: float64 [unit], or 0-dimensional."""
        match symbol:
            case TableRef():
                values = self.table(symbol)
                return np.where(np.isnan(values), 1.0, values) if self.filled else values
            case GroupRef():
                return self.of_group(symbol)
            case CalendarRef(name="months_in_period"):
                assert self.period is not None
                return np.asarray(float(self.period.months))
        return super().value(symbol)

    def table(self, ref: TableRef) -> Floats:
        """A table's figures at each unit, float64 [unit], in the period where it is by period."""
        key = (ref.name, self.period.name if "period" in ref.by and self.period else None)
        if key not in self.cells:
            table = self.rulebook.tables[ref.name]
            if ref.name not in self.by_key:
                self.by_key[ref.name] = dict(
                    zip(zip(*table.keys, strict=True), table.values.tolist(), strict=True)
                )
            self.cells[key] = at_units(self.rulebook, table, self.by_key[ref.name], key[1])
        return self.cells[key]

    def of_group(self, ref: GroupRef) -> Floats:
        """The attribute of each unit's group, float64 [unit], NaN where it is in none."""
        grouping = self.rulebook.groupings[ref.grouping]
        values = np.append(grouping.attributes[ref.name].values, np.nan)
        found: Floats = values[grouping.of_unit]
        return found

    def why(self, symbol: Symbol, unit: int) -> list[Message]:
        """Why a name has no value at a unit."""
        match symbol:
            case TableRef():
                return [say("no_cell", what=symbol.name, unit=self.unit_name(unit))]
            case GroupRef():
                return [say("no_group_figure", what=symbol.name, unit=self.unit_name(unit))]
        return super().why(symbol, unit)


def at_units(
    rulebook: Rulebook, table: FigureTable, by_key: Mapping[tuple[str, ...], float], period: str | None
) -> Floats:
    """A table's figure at every unit, float64 [unit], in a period where it is by period; NaN without one."""
    places = [_keys(rulebook, axis, period) for axis in table.by]
    keys = zip(*places, strict=True)
    return np.array([by_key.get(key, np.nan) for key in keys], dtype=np.float64)


def _keys(rulebook: Rulebook, axis: str, period: str | None) -> list[str]:
    """For every unit its key on one axis of a table; empty where it has none."""
    size = len(rulebook.units)
    if axis == "unit":
        return list(rulebook.units.ids)
    if axis == "period":
        return [period or ""] * size
    grouping = rulebook.groupings[axis]
    return [grouping.groups[group] if group >= 0 else "" for group in grouping.of_unit.tolist()]


def place_of(rulebook: Rulebook, unit: int, period: str | None = None) -> Mapping[str, str]:
    """A unit's place as filters see it: its name, its level, its groups, and the period."""
    at = {"unit": rulebook.units.ids[unit], "level": rulebook.units.levels[unit]}
    for name, grouping in rulebook.groupings.items():
        if grouping.of_unit[unit] >= 0:
            at[name] = grouping.groups[grouping.of_unit[unit]]
    return at if period is None else {**at, "period": period}
