"""Linking of allocations: periods, quotas, bounds, nests and linear rules (§10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import schema
from engine.calendar import MONTHS_IN, periods
from engine.errors import Code, Issues, Place
from engine.formula.linear import check_rule
from engine.formula.names import RESERVED, Scope, Where
from engine.formula.parser import KEYWORDS
from engine.formula.tree import Name, walk
from engine.link_formulas import Linker, loop_from, name_taken
from engine.measures import Measure
from engine.rulebook import EVERYWHERE, PRIORITIES, Allocation, Bound, Indicator, Placed, Quota, Rule
from engine.units import Units
from engine.words import both, did_you_mean, say

FAIRNESS = (
    "proportional",
    "largest_remainder",
    "equal_proportions",
    "smallest_divisors",
    "greatest_divisors",
    "minimax",
    "leximin",
)
BUILT_FAIRNESS = frozenset({"proportional"})
OVER = ("unit", "period")
Path = tuple[str, ...]


@dataclass(slots=True)
class AllocationLinker:
    """Links the allocations of one rulebook."""

    linker: Linker
    units: Units
    year: int
    root: str

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
        year = item.year or self.year
        if item.year or ("year",) not in self.linker.source.broken:
            self._periods(item, year, path)
        self._fairness(item.fairness, path)
        quota_indicators = {quota: given.indicator or quota for quota, given in item.quotas.items()}
        quotas = {
            quota: linked
            for quota, given in item.quotas.items()
            if (linked := self._quota(quota, given, quota_indicators, (*path, "quotas", quota)))
        }
        self._nests(quotas, item, path)
        rules = {
            rule: checked
            for rule, given in item.rules.items()
            if (checked := self._rule(rule, given, quota_indicators, (*path, "rules", rule)))
        }
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
            (),
            frozenset(),
            item.fairness,
            self.linker.source.key(*path),
        )

    def _unit(self, unit: str | None, path: Path) -> None:
        """Whether a key names a unit; the rulebook's own root is checked once, elsewhere."""
        if unit is not None and self.units.table is not None and unit not in self.units.index:
            hint = did_you_mean(unit, self.units.ids)
            self.issues.add(Code.UNKNOWN_UNIT, self.place(*path), hint=hint, what=unit)

    def _periods(self, item: schema.Allocation, year: int, path: Path) -> None:
        starts, ends = item.from_, item.to
        key = "to"
        if starts > ends:
            message = say("period_ends_first")
        elif starts.year != year or ends.year != year:
            key = "from" if starts.year != year else "to"
            message = say("period_two_years", year=str(year))
        else:
            try:
                periods(starts, ends, item.every)
                return
            except ValueError:
                message = say("period_not_whole", start=starts, end=ends, every=item.every)
                late = starts.day > 1 or (starts.month - 1) % MONTHS_IN.get(item.every, 1)
                key = "from" if late else "to"
        self.issues.add(Code.BAD_PERIOD, self.place(*path, key), message)

    def _fairness(self, fairness: str, path: Path) -> None:
        place = self.place(*path, "fairness")
        if fairness not in FAIRNESS:
            options = ", ".join(FAIRNESS)
            hint = did_you_mean(fairness, FAIRNESS)
            self.issues.add(Code.WRONG_CHOICE, place, hint=hint, what=fairness, options=options)
        elif fairness not in BUILT_FAIRNESS:
            hint = say("known.hint", what=", ".join(sorted(BUILT_FAIRNESS)))
            self.issues.add(Code.NOT_SUPPORTED, place, hint=hint, what=fairness)

    def _quota(
        self, name: str, item: schema.Quota, indicators: Mapping[str, str], path: Path
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
        bound = Scope(names, Where.BOUND, indicator)
        least = self._number(item.at_least, bound, measure, (*path, "at_least"), measure)
        most = self._number(item.at_most, bound, measure, (*path, "at_most"), measure)
        if total is None or need is None:
            return None
        place = self.linker.source.key(*path)
        at_least, at_most = (
            None if bound is None else Bound(bound, PRIORITIES["bounds"], EVERYWHERE)
            for bound in (least, most)
        )
        return Quota(
            name, indicator, total, need, at_least, at_most, None, None, item.within, 1, {}, 1.0, None, place
        )

    def _quota_name(self, name: str, path: Path) -> None:
        """A quota may have its indicator's name; any other name in use would mean two things in a rule."""
        names, taken = self.linker.names, None
        if name in RESERVED | KEYWORDS:
            taken = say("reserved_name")
        for section in ("attributes", "parameters", "metrics"):
            if name in getattr(names, section):
                taken = both(f"{section}.{name}")
        if taken and name not in self.indicators:
            name_taken(self.issues, self.linker.source.key(*path), name, taken)

    def _number(
        self,
        text: str | None,
        scope: Scope,
        expected: Measure | None,
        path: Path,
        fair: Measure | None = None,
    ) -> Placed | None:
        return None if text is None else self.linker.number(text, scope, expected, *path, fair=fair)

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

    def _rule(self, name: str, item: schema.Rule, quotas: Mapping[str, str], path: Path) -> Rule | None:
        for position, over in enumerate(item.for_):
            if over not in OVER:
                place = self.linker.source.spot(*path, "for", position).place
                options = ", ".join(OVER)
                self.issues.add(
                    Code.WRONG_CHOICE, place, hint=did_you_mean(over, OVER), what=over, options=options
                )
                return None
        known = {quota: indicator for quota, indicator in quotas.items() if indicator in self.indicators}
        scope = Scope(self.linker.names, Where.RULE, None, known)
        placed = self.linker.read(item.require, *path, "require")
        if placed is None or self._names_faulty_quota(placed, quotas):
            return None
        if not self.linker.condition(placed, scope):
            return None
        report = self.linker.reporter(placed)
        if not check_rule(placed.root, scope, item.for_, report):
            return None
        label = item.label or both(name)
        place = self.linker.source.key(*path)
        return Rule(name, label, placed, item.for_, EVERYWHERE, PRIORITIES["rules"], place)

    def _names_faulty_quota(self, placed: Placed, quotas: Mapping[str, str]) -> bool:
        """Whether a rule is about a quota whose indicator isn't known; that was told already."""
        faulty = {quota for quota, indicator in quotas.items() if indicator not in self.indicators}
        return any(isinstance(node, Name) and node.parts[0] in faulty for node in walk(placed.root))
