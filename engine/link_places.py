"""Linking of what says where in an allocation something holds: units, periods, groups, filters (§10)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from engine.calendar import Period, form_of
from engine.errors import Code, Issues, Place
from engine.formula.arrays import symbol_of
from engine.formula.names import Scope, TableRef
from engine.formula.tree import Name, walk
from engine.link_formulas import Linker
from engine.rulebook import FigureTable, Filter, Grouping, Placed
from engine.schema import Places
from engine.units import Units
from engine.words import Message, did_you_mean, say

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceLinker:
    """Checks names of units, periods and groups in one allocation. ``periods``: empty where those are
    faulty; ``among``: the receiving level, None where it isn't known. Nothing is blamed for either.
    """

    linker: Linker
    units: Units
    groupings: Mapping[str, Grouping]
    tables: Mapping[str, FigureTable]
    among: str | None
    periods: tuple[Period, ...]

    @property
    def issues(self) -> Issues:
        """Where faults go."""
        return self.linker.issues

    def unit(self, name: str, place: Place) -> bool:
        """Whether there is such a unit; an issue if not."""
        if self.units.table is None or name in self.units.index:
            return True
        self.issues.add(Code.UNKNOWN_UNIT, place, hint=did_you_mean(name, self.units.ids), what=name)
        return False

    def receives(self, name: str) -> bool:
        """Whether a known unit is of the receiving level, or that can't be told."""
        at = self.units.index.get(name)
        return at is None or self.among is None or self.units.levels[at] in (self.among, "")

    def receiver(self, name: str, place: Place) -> bool:
        """Whether a unit is there and receives quotas; an issue if not."""
        if not self.unit(name, place):
            return False
        if self.receives(name):
            return True
        message = say("unit_not_of_level", unit=name, level=self.among)
        self.issues.add(Code.UNKNOWN_UNIT, place, message)
        return False

    def level(self, name: str, place: Place) -> bool:
        """Whether there is such a level; an issue if not."""
        if self.units.table is None or name in self.units.levels:
            return True
        self.issues.add(Code.UNKNOWN_LEVEL, place, hint=did_you_mean(name, self.units.levels), what=name)
        return False

    def period(self, name: str, place: Place) -> bool:
        """Whether the allocation has such a period; an issue if not."""
        names = [period.name for period in self.periods]
        if not names or name in names:
            return True
        hint = say("known.hint", what=", ".join(names))
        self.issues.add(Code.UNKNOWN_PERIOD, place, hint=hint, what=name)
        return False

    def group(self, grouping: str, name: str, place: Place) -> bool:
        """Whether a grouping has such a group; an issue if not."""
        groups = self.groupings[grouping].groups
        if name in groups or self.linker.source.is_broken("groupings", grouping):
            return True
        self.issues.add(Code.UNKNOWN_GROUP, place, hint=did_you_mean(name, groups), what=name)
        return False

    def filter(self, only: Places | None, but: Places | None, over: Collection[str], path: Path) -> Filter:
        """Where something applies, for something that stands at each instance of ``over``."""
        return Filter(
            self._places(only or {}, over, (*path, "only")),
            self._places(but or {}, over, (*path, "except")),
        )

    def _places(self, places: Places, over: Collection[str], path: Path) -> dict[str, frozenset[str]]:
        found = {}
        for key, names in places.items():
            known = self._known(key)
            if known is None:
                self._unknown_key(key, self.linker.source.key(*path, key))
                continue
            if not self._fits(key, over):
                place, hint = self.linker.source.key(*path, key), say("filter_not_here.hint")
                self.issues.add(Code.WRONG_PLACE, place, say("filter_not_here", what=key), hint)
                continue
            for position, name in enumerate(names):
                known(name, self.linker.source.spot(*path, key, position).place)
            found[key] = frozenset(names)
        return found

    def _known(self, key: str) -> Callable[[str, Place], bool] | None:
        """What checks the names under a key of a filter."""
        if key in self.groupings:
            return lambda name, place: self.group(key, name, place)
        return {"unit": self.receiver, "level": self.level, "period": self.period}.get(key)

    def _unknown_key(self, key: str, place: Place) -> None:
        if not self.linker.source.may_have("groupings", key):
            hint = did_you_mean(key, ("unit", "level", "period", *self.groupings))
            self.issues.add(Code.UNKNOWN_KEY, place, hint=hint, what=key)

    def _fits(self, key: str, over: Collection[str]) -> bool:
        return key in over or (key != "period" and "unit" in over)

    def tables_fit(self, placed: Placed, scope: Scope) -> bool:
        """Whether a checked formula's tables by period have the allocation's periods; issues if not."""
        sound = True
        for node in walk(placed.root):
            symbol = symbol_of(node, scope) if isinstance(node, Name) else None
            if not isinstance(symbol, TableRef) or "period" not in symbol.by:
                continue
            message = self._other_periods(self.tables[symbol.name])
            if message:
                sound = False
                self.linker.reporter(placed)(node, Code.BAD_PERIOD, message, None)
        return sound

    def _other_periods(self, table: FigureTable) -> Message | None:
        """That a table has other periods than the allocation, so that it would bound nothing there."""
        keys = table.keys[table.by.index("period")]
        names = {name: None for name in keys if form_of(name)}  # the others were told
        own = [period.name for period in self.periods]
        if not own or not names:
            return None
        other = next((name for name in names if form_of(name) != form_of(own[0])), None)
        if other is None and names.keys() & set(own):
            return None
        return say("table_other_periods", what=table.id, got=other or next(iter(names)), expected=own[0])
