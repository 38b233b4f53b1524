"""Linking of allocations: periods, quotas, bounds, nests and linear rules (§10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from engine import schema
from engine.calendar import MONTHS_IN, Period, periods
from engine.errors import Code, Issues, Place
from engine.formula.linear import PERIOD, UNIT, check_rule
from engine.formula.names import RESERVED, Scope, Where
from engine.formula.parser import KEYWORDS
from engine.formula.tree import Name, walk
from engine.link_formulas import Linker, loop_from, name_taken
from engine.link_holds import HoldLinker
from engine.link_places import Path, PlaceLinker
from engine.link_tables import INDEXES
from engine.measures import Measure
from engine.rulebook import (
    PRIORITIES,
    TAPER,
    Allocation,
    Bound,
    FigureTable,
    Grouping,
    Indicator,
    Pace,
    Placed,
    Quota,
    Rule,
)
from engine.units import Units
from engine.values import day_number
from engine.words import both, did_you_mean, joined, say

FAIRNESS = (
    "proportional",
    "largest_remainder",
    "equal_proportions",
    "smallest_divisors",
    "greatest_divisors",
    "minimax",
    "leximin",
)
ALSO_CALLED = {
    "webster": "proportional",
    "sainte_lague": "proportional",
    "hamilton": "largest_remainder",
    "hare": "largest_remainder",
    "hill": "equal_proportions",
    "huntington_hill": "equal_proportions",
    "adams": "smallest_divisors",
    "jefferson": "greatest_divisors",
    "dhondt": "greatest_divisors",
}
"""Methods by the names of those who are known for them."""


@dataclass(slots=True)
class AllocationLinker:
    """Links the allocations of one rulebook."""

    linker: Linker
    units: Units
    year: int
    root: str
    groupings: Mapping[str, Grouping]
    tables: Mapping[str, FigureTable]

    @property
    def issues(self) -> Issues:
        """Where faults go."""
        return self.linker.issues

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """The rulebook's indicators."""
        return self.linker.indicators

    def place(self, *path: str) -> Place:
        """Where the value of a key stands."""
        return self.linker.source.spot(*path).place

    def allocation(self, name: str, item: schema.Allocation) -> Allocation | None:
        """One allocation, or None with issues."""
        before = len(self.issues.errors)
        path = ("allocations", name)
        root = item.root or self.root
        self._unit(item.root, (*path, "root"))
        if self.units.table is not None and item.among not in self.units.levels:
            hint = did_you_mean(item.among, self.units.levels)
            self.issues.add(Code.UNKNOWN_LEVEL, self.place(*path, "among"), hint=hint, what=item.among)
        faulty = ("year",) in self.linker.source.broken  # a plan lies in one year, whichever that is
        year = item.year or (item.from_.year if faulty else self.year)
        found = self._periods(item, year, path)
        among = item.among if item.among in self.units.levels else None
        planned = self._planned(item, root)
        places = PlaceLinker(
            self.linker, self.units, self.groupings, self.tables, among, tuple(found), planned
        )
        self._fairness(item.fairness, path)
        quota_indicators = {quota: given.indicator or quota for quota, given in item.quotas.items()}
        quotas = {
            quota: linked
            for quota, given in item.quotas.items()
            if (linked := self._quota(quota, given, quota_indicators, places, (*path, "quotas", quota)))
        }
        self._nests(quotas, item, path)
        rules = {
            rule: checked
            for rule, given in item.rules.items()
            if (checked := self._rule(rule, given, quota_indicators, places, (*path, "rules", rule)))
        }
        holding = HoldLinker(places, quota_indicators, path)
        holds = tuple(holding.holds(item))
        left_out = holding.left_out(item.leave_out or ())
        if len(self.issues.errors) > before:
            return None
        return Allocation(
            name,
            item.title or both(name),
            item.from_,
            item.to,
            item.every,
            item.among,
            root,
            year,
            item.starting_point.as_of,
            item.starting_point.basis,
            quotas,
            rules,
            holds,
            left_out,
            item.fairness,
            self.linker.source.key(*path),
            self._freeze(item, places.periods, path),
        )

    def _planned(self, item: schema.Allocation, root: str) -> NDArray[np.bool_]:
        """Which units may be in the plan: they exist below the root when it begins and aren't left out.

        All of them where units.csv is faulty: what lies below what isn't known then.
        """
        units = self.units
        places = [issue.place for issue in self.issues.errors if issue.place]
        if units.table is None or any(place.file == units.table.file for place in places):
            return np.ones(len(units), dtype=bool)
        inside = units.valid_on(day_number(item.from_))
        if root in units.index:
            inside = inside & units.below(units.index[root])
        left_out = item.leave_out or ()
        planned: NDArray[np.bool_] = inside & np.array(
            [unit not in left_out for unit in units.ids], dtype=bool
        )
        return planned

    def _unit(self, unit: str | None, path: Path) -> None:
        """Whether a key names a unit; the rulebook's own root is checked once, elsewhere."""
        if unit is not None and self.units.table is not None and unit not in self.units.index:
            hint = did_you_mean(unit, self.units.ids)
            self.issues.add(Code.UNKNOWN_UNIT, self.place(*path), hint=hint, what=unit)

    def _periods(self, item: schema.Allocation, year: int, path: Path) -> list[Period]:
        """The periods, none with an issue."""
        starts, ends = item.from_, item.to
        key = "to"
        if starts > ends:
            message = say("period_ends_first")
        elif starts.year != year or ends.year != year:
            key = "from" if starts.year != year else "to"
            message = say("period_two_years", year=str(year))
        else:
            try:
                return periods(starts, ends, item.every)
            except ValueError:
                message = say("period_not_whole", start=starts, end=ends, every=item.every)
                late = starts.day > 1 or (starts.month - 1) % MONTHS_IN.get(item.every, 1)
                key = "from" if late else "to"
        self.issues.add(Code.BAD_PERIOD, self.place(*path, key), message)
        return []

    def _freeze(self, item: schema.Allocation, known: Sequence[Period], path: Path) -> date | None:
        """The last day of the last period that is frozen."""
        if item.freeze is not None and known and item.freeze not in {period.ends for period in known}:
            message = say("freeze_period", what=item.freeze, options=joined(period.ends for period in known))
            self.issues.add(Code.BAD_PERIOD, self.place(*path, "freeze"), message)
        return item.freeze

    def _fairness(self, fairness: str, path: Path) -> None:
        if fairness not in FAIRNESS:
            place, options = self.place(*path, "fairness"), ", ".join(FAIRNESS)
            hint = did_you_mean(ALSO_CALLED.get(fairness.lower(), fairness), FAIRNESS)
            self.issues.add(Code.WRONG_CHOICE, place, hint=hint, what=fairness, options=options)

    def _quota(
        self,
        name: str,
        item: schema.Quota,
        indicators: Mapping[str, str],
        places: PlaceLinker,
        path: Path,
    ) -> Quota | None:
        indicator = indicators[name]
        self._quota_name(name, path)
        if indicator not in self.indicators:
            if not self.linker.source.is_broken("indicators", indicator):
                place = self.place(*path, "indicator") if item.indicator else self.linker.source.key(*path)
                hint = did_you_mean(indicator, self.indicators)
                self.issues.add(Code.UNKNOWN_INDICATOR, place, hint=hint, what=indicator)
            return None
        measure = self.indicators[indicator].measure
        names = self.linker.names
        total = self._number(item.total, Scope(names, Where.TOTAL, indicator), measure, (*path, "total"))
        need = self._number(item.need, Scope(names, Where.NEED, indicator), None, (*path, "need"))
        cost = None
        if item.cost is not None:
            cost = self._number(item.cost, Scope(names, Where.NEED, indicator), None, (*path, "cost"))
        cells = item.per_period or schema.PerPeriod()
        least, most, cell_least, cell_most = (
            self._bound(given, Scope(names, where, indicator), measure, places, (*path, *key))
            for given, where, key in (
                (item.at_least, Where.BOUND, ("at_least",)),
                (item.at_most, Where.BOUND, ("at_most",)),
                (cells.at_least, Where.CELL, ("per_period", "at_least")),
                (cells.at_most, Where.CELL, ("per_period", "at_most")),
            )
        )
        profile = self._profile(item.profile or {}, places, (*path, "profile"))
        pace = self._pace(item.pace, Scope(names, Where.BOUND, indicator), measure, places, (*path, "pace"))
        if total is None or need is None:
            return None
        return Quota(
            name,
            indicator,
            total,
            need,
            least,
            most,
            cell_least,
            cell_most,
            item.within,
            item.multiple_of or 1,
            profile,
            1.0 if item.weight is None else float(item.weight),
            cost,
            self.linker.source.key(*path),
            pace,
        )

    def _bound(
        self,
        item: schema.Bound | None,
        scope: Scope,
        measure: Measure,
        places: PlaceLinker,
        path: Path,
    ) -> Bound | None:
        """A bound of the whole quota, or of its cells where it stands under per_period."""
        if item is None:
            return None
        at = (*path, "is") if (*path, "is") in self.linker.source.values else path
        placed = self._number(item.is_, scope, measure, at, measure)
        cells = scope.where is Where.CELL
        where = places.filter(item.only, item.except_, (UNIT, PERIOD) if cells else (UNIT,), path)
        if placed is None or not places.tables_fit(placed, scope):
            return None
        default = PRIORITIES["per_period" if cells else "bounds"]
        return Bound(placed, default if item.priority is None else item.priority, where)

    def _pace(
        self, item: schema.Pace | None, scope: Scope, measure: Measure, places: PlaceLinker, path: Path
    ) -> Pace | None:
        """How far quotas may be from the last ones: up, down, or both."""
        if item is None:
            return None
        placed = self._number(item.from_, scope, measure, (*path, "from"), measure)
        if item.up is None and item.down is None:
            self.issues.add(
                Code.MISSING_KEY,
                self.linker.source.key(*path),
                say("pace_no_limit"),
                say("pace_no_limit.hint"),
            )
            return None
        if placed is None or not places.tables_fit(placed, scope):
            return None
        up, down = (None if side is None else float(side) for side in (item.up, item.down))
        taper = TAPER if item.taper is None else float(item.taper)
        stated = {"up": item.up, "down": item.down, "taper": item.taper}
        spots = {key: self.place(*path, key) for key, value in stated.items() if value is not None}
        priority = PRIORITIES["bounds"] if item.priority is None else item.priority
        return Pace(placed, up, down, taper, priority, spots)

    def _profile(self, profile: Mapping[str, Decimal], places: PlaceLinker, path: Path) -> dict[str, float]:
        """The weights of periods; not negative, and not all 0."""
        for period, weight in profile.items():
            places.period(period, self.linker.source.key(*path, period))
            if weight < 0:
                self.issues.add(Code.BAD_NUMBER, self.place(*path, period), say("limit.ge", limit=0))
        if places.periods and all(profile.get(period.name) == 0 for period in places.periods):
            self.issues.add(Code.BAD_NUMBER, self.linker.source.key(*path), say("profile_zero"))
        return {period: float(weight) for period, weight in profile.items()}

    def _quota_name(self, name: str, path: Path) -> None:
        """A quota may have its indicator's name; any other name in use would mean two things in a rule."""
        names, taken = self.linker.names, None
        if name in RESERVED | KEYWORDS:
            taken = say("reserved_name")
        for section in ("attributes", "parameters", "metrics", "tables"):
            if name in getattr(names, section):
                taken = both(f"{section}.{name}")
        if name in names.groups:
            taken = both(f"groupings.{names.groups[name][0]}.{name}")
        if taken and name not in self.indicators:
            name_taken(self.issues, self.linker.source.key(*path), name, taken)

    def _number(
        self,
        text: str,
        scope: Scope,
        expected: Measure | None,
        path: Path,
        fair: Measure | None = None,
    ) -> Placed | None:
        return self.linker.number(text, scope, expected, *path, fair=fair)

    def _nests(self, quotas: Mapping[str, Quota], item: schema.Allocation, path: Path) -> None:
        for name, given in item.quotas.items():
            if given.within is None:
                continue
            place = self.place(*path, "quotas", name, "within")
            if given.within not in item.quotas:
                hint = did_you_mean(given.within, item.quotas)
                self.issues.add(Code.UNKNOWN_NAME, place, hint=hint, what=given.within)
                continue
            if loop := loop_from(name, {quota: other.within for quota, other in item.quotas.items()}):
                self.issues.add(Code.CYCLE, place, what=loop)
            if name in quotas and given.within in quotas:
                own, outer = (self.indicators[quotas[q].indicator].measure for q in (name, given.within))
                if not own.like(outer):
                    message = say("unlike_measures", left=own.name, right=outer.name)
                    self.issues.add(Code.UNLIKE_MEASURES, place, message)

    def _over(self, over: tuple[str, ...], path: Path) -> bool:
        """Whether a rule's for: names what there is: unit or one grouping, and period; issues if not."""
        known = (*INDEXES, *self.groupings)
        for position, name in enumerate(over):
            place = self.linker.source.spot(*path, position).place
            if name not in known:
                if not self.linker.source.may_have("groupings", name):
                    options, hint = ", ".join(known), did_you_mean(name, known)
                    self.issues.add(Code.WRONG_CHOICE, place, hint=hint, what=name, options=options)
                return False
            if name in over[:position]:
                self.issues.add(Code.DUPLICATE_NAME, place, say("named_twice", what=name))
                return False
            if name != PERIOD and set(over[:position]) - {PERIOD}:
                self.issues.add(Code.WRONG_CHOICE, place, say("for_units_once"))
                return False
        return True

    def _rule(
        self,
        name: str,
        item: schema.Rule,
        quotas: Mapping[str, str],
        places: PlaceLinker,
        path: Path,
    ) -> Rule | None:
        sound = self._over(item.for_, (*path, "for"))
        where = places.filter(item.only, item.except_, item.for_ if sound else INDEXES, path)
        if not sound:
            return None
        known = {quota: indicator for quota, indicator in quotas.items() if indicator in self.indicators}
        scope = Scope(self.linker.names, Where.RULE, None, known)
        placed = self.linker.read(item.require, *path, "require")
        if placed is None or self._names_faulty_quota(placed, quotas):
            return None
        if not self.linker.condition(placed, scope):
            return None
        report = self.linker.reporter(placed)
        if not check_rule(placed.root, scope, item.for_, report) or not places.tables_fit(placed, scope):
            return None
        label = item.label or both(name)
        place = self.linker.source.key(*path)
        priority = PRIORITIES["rules"] if item.priority is None else item.priority
        return Rule(name, label, placed, item.for_, where, priority, place)

    def _names_faulty_quota(self, placed: Placed, quotas: Mapping[str, str]) -> bool:
        """Whether a rule is about a quota whose indicator isn't known; that was told already."""
        faulty = {quota for quota, indicator in quotas.items() if indicator not in self.indicators}
        return any(isinstance(node, Name) and node.parts[0] in faulty for node in walk(placed.root))
