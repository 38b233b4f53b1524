"""Linking of cases: what a rule author expects must name what there is, in a measure that suits it (§14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine import schema
from engine.errors import Code, Issues, Place
from engine.expected import NOT_APPLICABLE, STATUSES, UNKNOWN, Expected, read_expected, suits
from engine.formula.names import ROLES
from engine.link_formulas import Linker
from engine.measures import PERCENT, RATIO, UnknownMeasureError, known_measures
from engine.numbers import DateFormError, NumberFormError
from engine.rulebook import Case, Expectation
from engine.scalars import kind_of
from engine.units import Units
from engine.words import did_you_mean, say

COLUMNS = frozenset(
    {"target", "achieved", "achieved_on", "last_year", "year_progress", "status", "percent_of_plan", "gap"}
)
COLUMN_METRICS = {"last_year": "same_period"}
WORDS = frozenset({*STATUSES, UNKNOWN, NOT_APPLICABLE})
OF_FIGURES = ("as_of", "basis", "unit")
Path = tuple[str, ...]


@dataclass(slots=True)
class CaseLinker:
    """Links the cases of one rulebook."""

    linker: Linker
    units: Units
    allocations: Mapping[str, schema.Allocation]
    root: str

    @property
    def issues(self) -> Issues:
        """Where faults go."""
        return self.linker.issues

    def place(self, *path: str) -> Place:
        """Where the value of a key stands."""
        return self.linker.source.spot(*path).place

    def case(self, name: str, item: schema.Case) -> Case | None:
        """One case, or None with issues."""
        before = len(self.issues.errors)
        path = ("cases", name)
        if item.unit is not None:
            self._known_unit(item.unit, self.place(*path, "unit"))
        quotas = None
        if item.plan is not None:
            self._of_plan(path)
            if item.plan not in self.allocations:
                self._unknown_plan(item.plan, self.place(*path, "plan"))
                return None
            quotas = self.allocations[item.plan].quotas
        expectations = []
        for what, value in item.expect.items():
            place = self.linker.source.key(*path, "expect", what)
            if quotas is None:
                self._figure_name(what, place)
            else:
                self._quota_name(what, quotas, place)
            expected = self._expected(value, what, item.plan, (*path, "expect", what))
            if expected:
                expectations.append(Expectation(what, expected, place))
        if len(self.issues.errors) > before:
            return None
        key = self.linker.source.key(*path)
        return Case(name, item.as_of, item.basis, item.unit or self.root, item.plan, tuple(expectations), key)

    def _of_plan(self, path: Path) -> None:
        """A plan has its own date, basis and units: keys that would be ignored are refused."""
        for key in OF_FIGURES:
            if (*path, key) in self.linker.source.keys:
                place, hint = self.linker.source.key(*path, key), say("plan_case.hint")
                self.issues.add(Code.UNKNOWN_KEY, place, hint=hint, what=key)

    def _unknown_plan(self, plan: str, place: Place) -> None:
        if not self.linker.source.is_broken("allocations", plan):
            hint = did_you_mean(plan, self.allocations)
            self.issues.add(Code.UNKNOWN_ALLOCATION, place, hint=hint, what=plan)

    def _known_unit(self, unit: str, place: Place) -> None:
        if self.units.table is not None and unit not in self.units.index:
            hint = did_you_mean(unit, self.units.ids)
            self.issues.add(Code.UNKNOWN_UNIT, place, hint=hint, what=unit)

    def _quota_name(self, what: str, quotas: Mapping[str, schema.Quota], place: Place) -> None:
        quota, _, unit = what.partition(".")
        if quota not in quotas:
            self.issues.add(Code.UNKNOWN_NAME, place, hint=did_you_mean(quota, quotas), what=quota)
        elif unit:
            self._known_unit(unit, place)

    def _figure_name(self, what: str, place: Place) -> None:
        indicator, _, figure = what.partition(".")
        known = {*ROLES, *COLUMNS, *self.linker.names.metrics}
        source = self.linker.source
        if indicator not in self.linker.indicators:
            if not source.is_broken("indicators", indicator):
                hint = did_you_mean(indicator, self.linker.indicators)
                self.issues.add(Code.UNKNOWN_INDICATOR, place, hint=hint, what=indicator)
        elif not figure:
            message = say("indicator_needs_role", what=indicator)
            self.issues.add(Code.UNKNOWN_METRIC, place, message, say("write_role.hint", what=indicator))
        elif figure not in known and not source.is_broken("metrics", figure):
            message = say("unknown_role", what=figure, indicator=indicator)
            self.issues.add(Code.UNKNOWN_METRIC, place, message, did_you_mean(figure, known))

    def _expected(self, value: object, what: str, plan: str | None, path: Path) -> Expected | None:
        """What a line of a case expects, or None with an issue."""
        place = self.place(*path)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            number = say("type.number")
            self.issues.add(Code.WRONG_TYPE, place, expected=number, got=kind_of(value))
            return None
        text = str(value)
        try:
            expected = read_expected(text, self.linker.custom)
        except UnknownMeasureError as error:
            hint = did_you_mean(error.word, known_measures(self.linker.custom))
            place = self.linker.source.spot(*path).at(text, max(text.rfind(error.word), 0))
            self.issues.add(Code.UNKNOWN_MEASURE, place, hint=hint, what=error.word)
            return None
        except (NumberFormError, DateFormError):
            self.issues.add(Code.BAD_NUMBER, place, hint=say("expected.hint"), what=text)
            return None
        if plan is not None:
            if expected.number is not None and expected.bare:
                return expected
            whole = say("type.whole number")
            self.issues.add(Code.WRONG_TYPE, place, expected=whole, got=kind_of(text))
            return None
        if what.endswith(".status") and expected.word not in STATUSES:
            message, hint = say("expected_status", got=text), say("known.hint", what=", ".join(STATUSES))
            self.issues.add(Code.WRONG_MEASURE, place, message, hint)
            return None
        if expected.word is not None and expected.word not in WORDS:
            self.issues.add(Code.BAD_NUMBER, place, hint=say("expected.hint"), what=text)
            return None
        if not self._comparable(expected, what):
            self.issues.add(Code.WRONG_MEASURE, place, say("expected_differs", what=what, got=text))
            return None
        return expected

    def _comparable(self, expected: Expected, what: str) -> bool:
        """Whether what is expected suits the column, metric or role."""
        indicator, _, figure = what.partition(".")
        if figure == "status":
            return True
        if figure == "achieved_on":
            return expected.day is not None or expected.word == UNKNOWN
        item = self.linker.indicators.get(indicator)
        if item is None or not figure:
            return True
        if figure == "year_progress":
            return suits(expected, RATIO) or expected.measure == PERCENT
        metric = COLUMN_METRICS.get(figure, figure)
        if metric in self.linker.names.metrics:
            measure = self.linker.typed.get((metric, indicator))
            return measure is None or suits(expected, measure)
        return figure not in {*ROLES, *COLUMNS} or suits(expected, item.measure.base())
