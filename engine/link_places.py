"""Linking of what says where in an allocation something holds: units, periods, groups, filters (§10)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.calendar import Period, form_of
from engine.errors import Code, Issues, Place, Severity
from engine.formula.arrays import symbol_of
from engine.formula.linear import UNIT
from engine.formula.names import Scope, TableRef
from engine.formula.trace import several
from engine.formula.tree import Name, walk
from engine.link_formulas import Linker
from engine.rulebook import FigureTable, Filter, Grouping, Placed
from engine.schema import Places
from engine.units import Units
from engine.words import Message, did_you_mean, joined, say

Path = tuple[str, ...]
Bools = NDArray[np.bool_]
MOST_NAMED = 12
"""Units that a hint lists."""


@dataclass(frozen=True, slots=True)
class PlaceLinker:
    """Checks names of units, periods and groups in one allocation. ``periods``: empty where those are
    faulty; ``among``: the receiving level, None where it isn't known. Nothing is blamed for either.
    ``planned``: bool [unit], those that exist below the root when the periods begin and aren't left out.
    """

    linker: Linker
    units: Units
    groupings: Mapping[str, Grouping]
    tables: Mapping[str, FigureTable]
    among: str | None
    periods: tuple[Period, ...]
    planned: Bools

    @property
    def issues(self) -> Issues:
        """Where faults go."""
        return self.linker.issues

    def unit(self, name: str, place: Place) -> bool:
        """Whether there is such a unit; an issue if not."""
        if self.units.table is None or name in self.units.index:
            return True
        self.issues.add(Code.UNKNOWN_UNIT, place, hint=did_you_mean(name, self.receivers), what=name)
        return False

    @property
    def receivers(self) -> list[str]:
        """The units that a name may mean where only those that receive quotas fit."""
        units = zip(self.units.ids, self.units.levels, strict=True)
        return [unit for unit, level in units if self.among in (None, level)]

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
        receivers = self.receivers
        few = 0 < len(receivers) <= MOST_NAMED
        hint = say("known.hint", what=", ".join(receivers)) if few else None
        self.issues.add(Code.UNIT_NOT_OF_LEVEL, place, hint=hint, unit=name, level=self.among)
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
        """Where something applies, for something that stands at each instance of ``over``; an issue where
        that is nowhere.
        """
        before = len(self.issues.errors)
        found = Filter(
            self._places(only, over, (*path, "only")),
            self._places(but, over, (*path, "except")),
        )
        whole = {*found.only, *found.but} == {*(only or {}), *(but or {})}  # the others are told already
        if len(self.issues.errors) == before and whole and self.among is not None and self.periods:
            self._somewhere(found, over, path)
        return found

    def _places(self, places: Places | None, over: Collection[str], path: Path) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        if places is None:
            return found
        if not places:
            self._empty(path, path)
        for key, names in places.items():
            known = self._known(key)
            if known is None:
                self._unknown_key(key, self.linker.source.key(*path, key))
                continue
            if not self._fits(key, over):
                place, hint = self.linker.source.key(*path, key), say("filter_not_here.hint")
                self.issues.add(Code.WRONG_PLACE, place, say("filter_not_here", what=key), hint)
                continue
            if not names:
                self._empty((*path, key), path)
            for position, name in enumerate(names):
                known(name, self.linker.source.spot(*path, key, position).place)
            found[key] = frozenset(names)
        return found

    def _empty(self, at: Path, path: Path) -> None:
        """Nothing at all under only or except might mean everywhere or nowhere: it is refused."""
        hint = say(f"empty_{path[-1]}.hint", unit=next(iter(self.receivers), "…"))
        self.issues.add(
            Code.MISSING_KEY, self.linker.source.key(*at), say("empty_mapping", what=at[-1]), hint
        )

    def _somewhere(self, where: Filter, over: Collection[str], path: Path) -> None:
        """An issue where a filter keeps no place, a warning where the plan has none of those it keeps."""
        receiving = np.array([level == self.among for level in self.units.levels], dtype=bool)
        groupings = {*over, *where.only, *where.but} & {*self.groupings}
        if not receiving.any() or any(self.linker.source.is_broken("groupings", key) for key in groupings):
            return
        grouping = next((key for key in over if key in self.groupings), None)
        grouped = receiving if grouping is None else receiving & (self.groupings[grouping].of_unit >= 0)
        kept = self._kept(where, grouped)
        severity, key = Severity.ERROR, "only" if where.only else "except"
        if not grouped.any():
            severity = Severity.WARNING
            why = say("nowhere.group", level=self.among, grouping=grouping)
        elif not kept.any():
            why = self._why_nowhere(where, grouped)
        elif (UNIT in over or grouping is not None) and not (kept & self.planned).any():
            severity = Severity.WARNING
            names = [self.units.names[at] for at in np.flatnonzero(kept)]
            why = say("nowhere.unplanned", units=joined(several(names)))
        else:
            return
        place, what = self.linker.source.key(*path, key), ".".join(path[3:])
        hint = say("applies_nowhere.hint", what=what)
        self.issues.add(Code.APPLIES_NOWHERE, place, None, hint, severity, what=what, why=why)

    def _kept(self, where: Filter, units: Bools) -> Bools:
        """Which of these units a filter keeps in any period."""
        (inside, periods), (outside, but) = self._matching(where.only), self._matching(where.but)
        if not where.but:
            return units & inside & periods.any()
        return units & inside & np.where(outside, (periods & ~but).any(), periods.any())

    def _matching(self, keys: Mapping[str, frozenset[str]]) -> tuple[Bools, Bools]:
        """Which units and which periods have all these keys' names."""
        units, periods = np.ones(len(self.units), dtype=bool), np.ones(len(self.periods), dtype=bool)
        for key, names in keys.items():
            if key == "period":
                periods &= np.array([period.name in names for period in self.periods], dtype=bool)
            else:
                units &= self._units_with(key, names)
        return units, periods

    def _units_with(self, key: str, names: Collection[str]) -> Bools:
        if key in self.groupings:
            grouping = self.groupings[key]
            among = np.array([group in names for group in grouping.groups] + [False], dtype=bool)
            found: Bools = among[grouping.of_unit]
            return found
        of = self.units.ids if key == "unit" else self.units.levels
        return np.array([name in names for name in of], dtype=bool)

    def _why_nowhere(self, where: Filter, receiving: Bools) -> Message:
        """Why a filter by itself keeps none of the units that receive quotas."""
        for key, names in where.only.items():
            if key != "period" and not (receiving & self._units_with(key, names)).any():
                said = "level" if key == "level" else "other"
                return say(f"nowhere.{said}", level=self.among, what=key, names=", ".join(sorted(names)))
        if not self._kept(Filter(where.only, {}), receiving).any():
            return say("nowhere.only", keys=", ".join(where.only))
        return say("nowhere.except" if where.only else "nowhere.except_all")

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
        names = {name: None for name in dict.fromkeys(keys) if form_of(name)}  # the others were told
        own = [period.name for period in self.periods]
        if not own or not names:
            return None
        other = next((name for name in names if form_of(name) != form_of(own[0])), None)
        if other is None and names.keys() & set(own):
            return None
        return say("table_other_periods", what=table.id, got=other or next(iter(names)), expected=own[0])
