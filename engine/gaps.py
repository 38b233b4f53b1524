"""The gap table (§8): where each target stands, why, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from engine.errors import Code, Issue, RuleError
from engine.figures import TARGET_KINDS
from engine.formula.arrays import same_number
from engine.formula.names import FigureRef
from engine.plausibility import Flag, falling, implausible_estimate, negative_target, stale
from engine.reasons import Reasoner
from engine.rulebook import Indicator, Rulebook
from engine.values import MISSING_DAY, Floats, day_date, day_number
from engine.words import Message, did_you_mean, say

METRIC_COLUMNS = {
    "percent_of_plan": "percent_of_plan",
    "last_year": "same_period",
    "year_on_year": "year_on_year",
    "gap": "gap",
    "pace": "pace",
    "required_per_month": "required_per_month",
    "required_rate_ratio": "required_rate_ratio",
    "landing": "landing",
}
"""Columns of the gap table that are metrics of rules/common, by the metric's name."""
OTHER_ROLES = ("actual", "estimate", "baseline")
FLOW_ONLY = ("percent_of_plan", "year_on_year", "pace", "required_per_month", "required_rate_ratio")
NUMBERS = (
    "target",
    "achieved",
    "percent_of_plan",
    "last_year",
    "year_on_year",
    "gap",
    "year_progress",
    "pace",
    "required_per_month",
    "required_rate_ratio",
    "landing",
)
ON_TRACK, AT_RISK = 0.05, 0.20
"""Up to these shares of what is still to do may be missed (§8)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator at one unit. ``numbers`` by column, ``metrics`` and ``roles`` by name: in base
    measures, None where unknown.

    ``unknown``: causes by column; ``not_applicable``: columns that make no sense for the indicator.
    """

    indicator: str
    unit: str
    target_kind: str | None
    numbers: dict[str, float | None]
    achieved_on: date | None
    estimated: bool
    status: str
    metrics: dict[str, float | None]
    roles: dict[str, float | None]
    flags: tuple[Flag, ...]
    unknown: dict[str, tuple[Message, ...]] = field(default_factory=dict)
    not_applicable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GapTable:
    """The gap table of a rulebook at a date and basis."""

    rulebook: Rulebook
    as_of: date
    basis: str
    rows: tuple[Row, ...]


def gap_table(
    rulebook: Rulebook,
    as_of: date | None = None,
    basis: str = "actual",
    unit: str | None = None,
    level: str | None = None,
    indicator: str | None = None,
) -> GapTable:
    """Where each target stands. Without a date it is the latest actual's of the rulebook's year.

    Rows: each indicator, parts after their parent, at the root and every unit that has figures of it;
    or at ``unit``, or at every unit of ``level``. Raises RuleError (unknown_unit, unknown_level,
    unknown_indicator, no_date).
    """
    _check_request(rulebook, unit, level, indicator)
    day = as_of or latest_date(rulebook)
    table = _Table(rulebook, day, basis)
    rows = [
        table.row(item, at)
        for item in in_parts(rulebook)
        if indicator in (None, item.id)
        for at in table.units(item, unit, level)
    ]
    return GapTable(rulebook, day, basis, tuple(rows))


def latest_date(rulebook: Rulebook) -> date:
    """The latest actual's date in the rulebook's year. Raises RuleError (no_date) where there is none."""
    first = day_number(date(rulebook.year, 1, 1))
    latest = rulebook.figures.latest_actual_day(first, day_number(date(rulebook.year, 12, 31)))
    if latest is None:
        message = say("no_date", year=str(rulebook.year))
        raise RuleError([Issue(Code.NO_DATE, message, hint=say("no_date.hint"))])
    return day_date(latest)


def in_parts(rulebook: Rulebook) -> list[Indicator]:
    """The indicators as they are shown: each followed by its parts."""
    items = list(rulebook.indicators.values())

    def with_parts(item: Indicator) -> Iterator[Indicator]:
        yield item
        for part in items:
            if part.part_of == item.id:
                yield from with_parts(part)

    return [shown for item in items if item.part_of is None for shown in with_parts(item)]


def depth_in_parts(rulebook: Rulebook, indicator: str) -> int:
    """How many indicators an indicator is a part of."""
    depth = 0
    above = rulebook.indicators[indicator].part_of
    while above is not None:
        depth += 1
        above = rulebook.indicators[above].part_of
    return depth


def _check_request(rulebook: Rulebook, unit: str | None, level: str | None, indicator: str | None) -> None:
    issues = []
    asked: list[tuple[Code, str | None, list[str]]] = [
        (Code.UNKNOWN_UNIT, unit, list(rulebook.units.ids)),
        (Code.UNKNOWN_LEVEL, level, list(rulebook.units.levels)),
        (Code.UNKNOWN_INDICATOR, indicator, list(rulebook.indicators)),
    ]
    for code, given, known in asked:
        if given is not None and given not in known:
            issues.append(Issue(code, say(code, what=given), hint=did_you_mean(given, known)))
    if (
        not issues
        and unit is not None
        and level not in (None, rulebook.units.levels[rulebook.units.index[unit]])
    ):
        message = say("unit_not_of_level", unit=unit, level=level)
        issues.append(Issue(Code.UNKNOWN_LEVEL, message))
    if issues:
        raise RuleError(issues)


class _Table:
    def __init__(self, rulebook: Rulebook, as_of: date, basis: str) -> None:
        self.rulebook = rulebook
        self.reasoner = Reasoner(rulebook, as_of, basis)
        self.figures = self.reasoner.figures
        self.others = [name for name, metric in rulebook.metrics.items() if not metric.standard]

    def units(self, item: Indicator, unit: str | None, level: str | None) -> list[int]:
        units = self.rulebook.units
        if unit is not None:
            return [units.index[unit]]
        valid = self.figures.valid
        if level is not None:
            return [at for at in range(len(units)) if units.levels[at] == level and valid[at]]
        reported = self._reported(item.id)
        root = units.index[self.rulebook.root]
        return [root, *(int(at) for at in np.flatnonzero(reported & valid) if at != root)]

    def _reported(self, indicator: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which units have any figure of the indicator."""
        found = np.zeros(len(self.rulebook.units), dtype=bool)
        for basis in ("actual", "estimate"):
            series = self.figures.series(indicator, basis)
            if series is not None:
                found |= (series.rows >= 0).any(axis=0)
        targets = self.rulebook.figures.targets.get((indicator, self.reasoner.as_of.year))
        if targets is not None:
            found |= targets.kinds >= 0
        return found

    def row(self, item: Indicator, unit: int) -> Row:
        achieved = self.figures.role(item.id, "achieved")
        target = self.figures.target(item.id)
        day = int(achieved.days[unit])
        numbers: dict[str, float | None] = {
            "target": _known(target.values, unit),
            "achieved": _known(achieved.values, unit),
            "year_progress": self._year_progress(day),
        }
        unknown: dict[str, tuple[Message, ...]] = {}
        for role in ("target", "achieved"):
            if numbers[role] is None:
                unknown[role] = tuple(self.reasoner.why_figure(FigureRef(item.id, role), unit))
        for column, metric in METRIC_COLUMNS.items():
            numbers[column] = self._metric(item, metric, unit, column, unknown)
        metrics = {
            name: self._metric(item, name, unit, name, unknown)
            for name in self.others
            if item.id in self.rulebook.metrics[name].indicators
        }
        kind = int(target.kinds[unit])
        target_kind = TARGET_KINDS[kind] if kind >= 0 else None
        status = _status(target_kind, item, numbers)
        if status == "no_target" and self._has_targets_below(item.id, unit):
            status = "unknown"  # there are targets, but not all of them or of several kinds
        if status == "unknown":
            unknown["status"] = self._why_no_status(unknown)
        return Row(
            item.id,
            self.rulebook.units.ids[unit],
            target_kind,
            {column: numbers[column] for column in NUMBERS},
            None if day == MISSING_DAY else day_date(day),
            bool(achieved.estimated[unit]),
            status,
            metrics,
            {role: _known(self.figures.role(item.id, role).values, unit) for role in OTHER_ROLES},
            tuple(self._flags(item, unit, numbers, target_kind)),
            unknown,
            () if item.is_flow else FLOW_ONLY,
        )

    def _has_targets_below(self, indicator: str, unit: int) -> bool:
        kinds = self.figures.target(indicator).kinds
        return any(kinds[child] >= 0 for child in self.reasoner.adding_up(indicator, unit))

    def _year_progress(self, day: int) -> float:
        from engine.calendar import year_progress

        return float(year_progress(self.reasoner.as_of if day == MISSING_DAY else day_date(day)))

    def _metric(
        self, item: Indicator, metric: str, unit: int, column: str, unknown: dict[str, tuple[Message, ...]]
    ) -> float | None:
        if item.id not in self.rulebook.metrics[metric].indicators:
            return None
        value = _known(self.reasoner.metric(item.id, metric), unit)
        if value is None:
            unknown[column] = tuple(self.reasoner.causes(item.id, metric, unit))
        return value

    def _why_no_status(self, unknown: dict[str, tuple[Message, ...]]) -> tuple[Message, ...]:
        for column in ("target", "achieved", "landing"):
            if column in unknown:
                return unknown[column]
        return ()

    def _flags(
        self, item: Indicator, unit: int, numbers: dict[str, float | None], target_kind: str | None
    ) -> Iterator[Flag]:
        figures = self.figures
        achieved = figures.role(item.id, "achieved")
        value = numbers["achieved"]
        day = int(achieved.days[unit])
        if day != MISSING_DAY and (flag := stale(figures, day)):
            yield flag
        if value is not None and achieved.mixed[unit]:
            yield Flag("dates_differ", say("dates_differ", unit=self.rulebook.units.names[unit]), {})
        if item.is_flow:
            if value is not None and figures.basis == "estimate":
                flag = implausible_estimate(figures, item.id, unit, value, item.shown)
                if flag:
                    yield flag
            if flag := falling(figures, item.id, unit, item.shown):
                yield flag
        if flag := self._sums_differ(item, unit, value, day):
            yield flag
        target, year = numbers["target"], self.reasoner.as_of.year
        if target is not None and (flag := negative_target(self.rulebook, item, unit, year, target)):
            yield flag
        if target_kind == "maintain" and value is not None:
            baseline = _known(figures.role(item.id, "baseline").values, unit)
            worse = -1 if item.direction == "down" else 1
            if baseline is not None and _below(value * worse, baseline * worse):
                words = say("slipping", before=baseline / float(item.shown.scale))
                yield Flag("slipping", words, {"baseline": baseline})

    def _sums_differ(self, item: Indicator, unit: int, value: float | None, day: int) -> Flag | None:
        """Whether the unit's own figure differs from its children's of the same day (§6)."""
        achieved = self.figures.role(item.id, "achieved")
        if value is None or item.aggregate != "sum" or achieved.rows[unit] < 0:
            return None
        children = self.reasoner.children_at(unit)
        if not children or any(achieved.days[child] != day for child in children):
            return None
        total = float(achieved.values[children].sum())
        if _same(total, value):
            return None
        scale = float(item.shown.scale)
        words = say(
            "sums_differ",
            what=item.label,
            unit=self.rulebook.units.names[unit],
            own=value / scale,
            children=total / scale,
        )
        return Flag("sums_differ", words, {"own": value, "children": total})


def _known(values: Floats, unit: int) -> float | None:
    value = float(values[unit])
    return None if np.isnan(value) else value


def _status(kind: str | None, item: Indicator, numbers: dict[str, float | None]) -> str:
    """The status table of §8. A: achieved, T: target, L: landing."""
    target, achieved, landing = numbers["target"], numbers["achieved"], numbers["landing"]
    if kind is None:
        return "no_target"
    if achieved is None or target is None:
        return "unknown"
    down = item.direction == "down"
    good = not (_below(target, achieved) if down else _below(achieved, target))
    if kind == "maintain":
        return "achieved" if good else "behind"
    if kind == "at_most" and _below(target, achieved):
        return "exceeded"
    if kind != "at_most" and good:
        return "achieved"
    if landing is None:
        return "unknown"
    # what would be missed, or overshot, against what is still to do, or still free
    sign = -1 if down or kind == "at_most" else 1
    if kind == "at_most" and not _below(achieved, target):
        achieved = target
    return _graded((target - landing) * sign if not _same(target, landing) else 0.0, abs(target - achieved))


def _graded(miss: float, to_do: float) -> str:
    """On track below 5% of what is to do, at risk up to 20%, behind beyond; nothing missed is on track."""
    if miss <= 0 or _below(miss, ON_TRACK * to_do):
        return "on_track"
    return "behind" if _below(AT_RISK * to_do, miss) else "at_risk"


def _same(left: float, right: float) -> bool:
    return bool(same_number(np.asarray(left), np.asarray(right)))


def _below(left: float, right: float) -> bool:
    """Less by more than float noise: 2.7% − 3.2% + 0.5% is no miss."""
    return left < right and not _same(left, right)
