"""Linking of allocations and cases: periods, quotas, bounds, nests and linear rules (§10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine import schema
from engine.calendar import periods
from engine.errors import Code, Issues, Place
from engine.expected import STATUSES, UNKNOWN, Expected, read_expected, suits
from engine.formula.linear import check_rule
from engine.formula.names import ROLES, Scope, Where
from engine.link_formulas import Linker
from engine.measures import PERCENT, RATIO, Measure, UnknownMeasureError, known_measures
from engine.numbers import DateFormError, NumberFormError
from engine.rulebook import Allocation, Case, Expectation, Indicator, Placed, Quota, Rule
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
COLUMNS = frozenset(
    {"target", "achieved", "achieved_on", "last_year", "year_progress", "status", "percent_of_plan", "gap"}
)
COLUMN_METRICS = {"last_year": "same_period"}
OVER = ("unit", "period")
Path = tuple[str, ...]


@dataclass(slots=True)
class AllocationLinker:
    """Links the allocations and cases of one rulebook."""

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
        if root not in self.units.index:
            hint = did_you_mean(root, self.units.ids)
            self.issues.add(Code.UNKNOWN_UNIT, self.place(*path, "root"), hint=hint, what=root)
        if item.among not in self.units.levels:
            hint = did_you_mean(item.among, self.units.levels)
            self.issues.add(Code.UNKNOWN_LEVEL, self.place(*path, "among"), hint=hint, what=item.among)
        year = item.year or self.year
        self._periods(item, year, path)
        self._fairness(item.fairness, path)
        quota_indicators = {quota: given.indicator or quota for quota, given in item.quotas.items()}
        quotas = {
            quota: linked
            for quota, given in item.quotas.items()
            if (linked := self._quota(quota, given, quota_indicators, (*path, "quotas", quota)))
        }
        self._nests(quotas, item, path)
        known = {q: i for q, i in quota_indicators.items() if i in self.indicators}
        rules = {
            rule: checked
            for rule, given in item.rules.items()
            if (checked := self._rule(rule, given, known, (*path, "rules", rule)))
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
            item.fairness,
            self.linker.source.key(*path),
        )

    def _periods(self, item: schema.Allocation, year: int, path: Path) -> None:
        place = self.place(*path, "to")
        if item.from_ > item.to:
            self.issues.add(Code.BAD_PERIOD, place, say("period_ends_first"))
        elif item.from_.year != year or item.to.year != year:
            self.issues.add(Code.BAD_PERIOD, place, say("period_two_years", year=str(year)))
        else:
            try:
                periods(item.from_, item.to, item.every)
            except ValueError:
                message = say("period_not_whole", start=item.from_, end=item.to, every=item.every)
                self.issues.add(Code.BAD_PERIOD, place, message)

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
        if indicator not in self.indicators:
            if ("indicators", indicator) not in self.linker.source.broken:
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
        return Quota(name, indicator, total, need, least, most, item.within, place)

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
            seen = [name]
            inner: str | None = given.within
            while inner in item.quotas and inner not in seen:
                seen.append(inner)
                inner = item.quotas[inner].within
            if inner == name:
                self.issues.add(Code.CYCLE, place, what=" → ".join([*seen, name]))
            if name in quotas and given.within in quotas:
                own, outer = (self.indicators[quotas[q].indicator].measure for q in (name, given.within))
                if not own.like(outer):
                    message = say("unlike_measures", left=own.name, right=outer.name)
                    self.issues.add(Code.UNLIKE_MEASURES, place, message)

    def _rule(self, name: str, item: schema.Rule, quotas: Mapping[str, str], path: Path) -> Rule | None:
        for over in item.for_:
            if over not in OVER:
                place = self.place(*path, "for")
                options = ", ".join(OVER)
                self.issues.add(
                    Code.WRONG_CHOICE, place, hint=did_you_mean(over, OVER), what=over, options=options
                )
                return None
        scope = Scope(self.linker.names, Where.RULE, None, quotas)
        placed = self.linker.condition(item.require, scope, *path, "require")
        if placed is None:
            return None
        report = self.linker.reporter(placed)
        if not check_rule(placed.root, scope, item.for_, report):
            return None
        label = item.label or both(name)
        return Rule(name, label, placed, item.for_, self.linker.source.key(*path))

    def case(self, name: str, item: schema.Case, allocations: Mapping[str, schema.Allocation]) -> Case | None:
        """One case, or None with issues."""
        before = len(self.issues.errors)
        path = ("cases", name)
        unit = item.unit or self.root
        if unit not in self.units.index:
            hint = did_you_mean(unit, self.units.ids)
            self.issues.add(Code.UNKNOWN_UNIT, self.place(*path, "unit"), hint=hint, what=unit)
        if item.plan is not None and item.plan not in allocations:
            if ("allocations", item.plan) not in self.linker.source.broken:
                hint = did_you_mean(item.plan, allocations)
                self.issues.add(Code.UNKNOWN_ALLOCATION, self.place(*path, "plan"), hint=hint, what=item.plan)
            return None
        expectations = []
        for what, value in item.expect.items():
            place = self.linker.source.key(*path, "expect", what)
            quotas = allocations[item.plan].quotas if item.plan else None
            self._expected_name(what, quotas, place)
            expected = self._expected(value, what, item.plan, (*path, "expect", what))
            if expected:
                expectations.append(Expectation(what, expected, place))
        if len(self.issues.errors) > before:
            return None
        key = self.linker.source.key(*path)
        return Case(name, item.as_of, item.basis, unit, item.plan, tuple(expectations), key)

    def _expected(self, value: object, what: str, plan: str | None, path: Path) -> Expected | None:
        """What a line of a case expects, or None with an issue."""
        place = self.place(*path)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            message = say("wrong_type", expected=say("type.number"), got=str(value))
            self.issues.add(Code.WRONG_TYPE, place, message)
            return None
        text = str(value)
        try:
            expected = read_expected(text, self.linker.custom)
        except UnknownMeasureError as error:
            hint = did_you_mean(error.word, known_measures(self.linker.custom))
            self.issues.add(Code.UNKNOWN_MEASURE, place, hint=hint, what=error.word)
            return None
        except (NumberFormError, DateFormError):
            self.issues.add(Code.BAD_NUMBER, place, hint=say("expected.hint"), what=text)
            return None
        first, _, second = what.partition(".")
        if plan is None and not self._comparable(expected, first, second):
            self.issues.add(Code.WRONG_MEASURE, place, say("expected_differs", what=what, got=text))
            return None
        if plan is not None and (expected.number is None or not expected.bare):
            self.issues.add(Code.WRONG_TYPE, place, expected=say("type.whole number"), got=f"'{text}'")
            return None
        return expected

    def _comparable(self, expected: Expected, indicator: str, what: str) -> bool:
        """Whether what is expected suits the column, metric or role."""
        if what == "status":
            return expected.word in STATUSES
        if what == "achieved_on":
            return expected.day is not None or expected.word == UNKNOWN
        item = self.indicators.get(indicator)
        if item is None:
            return True
        if what == "year_progress":
            return suits(expected, RATIO) or expected.measure == PERCENT
        metric = COLUMN_METRICS.get(what, what)
        if metric in self.linker.names.metrics:
            measure = self.linker.typed.get((metric, indicator))
            return measure is None or suits(expected, measure)
        return suits(expected, item.measure.base())

    def _expected_name(self, what: str, quotas: Mapping[str, schema.Quota] | None, place: Place) -> None:
        first, _, second = what.partition(".")
        if quotas is not None:
            if first not in quotas:
                self.issues.add(Code.UNKNOWN_NAME, place, hint=did_you_mean(first, quotas), what=first)
            elif second and second not in self.units.index:
                hint = did_you_mean(second, self.units.ids)
                self.issues.add(Code.UNKNOWN_UNIT, place, hint=hint, what=second)
            return
        names = self.linker.names
        known = {*ROLES, *COLUMNS, *names.metrics}
        if first not in self.indicators:
            if ("indicators", first) not in self.linker.source.broken:
                hint = did_you_mean(first, self.indicators)
                self.issues.add(Code.UNKNOWN_INDICATOR, place, hint=hint, what=first)
        elif second not in known:
            message = say("unknown_role", what=second, indicator=first)
            self.issues.add(Code.UNKNOWN_METRIC, place, message, did_you_mean(second, known))
