"""Figures by role (§2) with what a parent takes from its children (§6): numbers, dates, where from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.calendar import year_before
from engine.figures import TARGET_KINDS, Figures, Series
from engine.forest import Bools, Forest, Ints, Level, Tree
from engine.rulebook import Indicator, Rulebook
from engine.values import MISSING_DAY, Floats, day_date, day_number

CHANGE_BY = TARGET_KINDS.index("change_by")


@dataclass(slots=True)
class Resolved:
    """A figure at every unit. Not to be written to: parts may be those of the tables of figures.

    ``values``: float64 [unit], base measure, NaN where unknown; ``known``: bool [unit]; ``rows``: int32
    [unit], its row in the table, -1 where it was taken from the children or is unknown; ``day``: the date
    of all known figures, None where they have several, which ``dated`` then holds as in ``days``;
    ``estimated``: bool [unit], whether it is an estimate or adds one up; ``mixed``: bool [unit], whether
    it adds up figures of different dates.
    """

    values: Floats
    known: Bools
    rows: Ints
    day: int | None
    dated: Ints | None
    estimated: Bools
    mixed: Bools

    @property
    def days(self) -> Ints:
        """The figures' own dates: int32 [unit], MISSING_DAY where unknown."""
        if self.dated is None:
            day = MISSING_DAY if self.day is None else self.day
            self.dated = np.where(self.known, np.int32(day), np.int32(MISSING_DAY))
        return self.dated

    def copy(self) -> Resolved:
        """The same with values to be written to."""
        values = self.values.copy()
        return Resolved(values, self.known, self.rows, self.day, self.dated, self.estimated, self.mixed)

    def take_in(self, level: Level, which: Bools) -> None:
        """Dates and marks of the parents (``which``: [parent]) that take their figure from their children."""
        earliest, latest = level.range(self.days)
        several = (earliest != latest) | level.any(self.mixed)
        for name, taken in (
            ("dated", earliest),
            ("mixed", several),
            ("estimated", level.any(self.estimated)),
        ):
            array = getattr(self, name).copy()
            array[level.above] = np.where(which, taken, array[level.above])
            setattr(self, name, array)


@dataclass(frozen=True, slots=True)
class ResolvedTarget:
    """The year's targets as levels to reach. ``kinds``: int8 [unit], index into TARGET_KINDS, -1 unknown."""

    values: Floats
    kinds: NDArray[np.int8]
    rows: Ints


@dataclass(slots=True)
class Kept:
    """What the resolvers of one rulebook share: trees of units, and figures that hold for a year."""

    forest: Forest
    year: dict[tuple[Any, ...], Any] = field(default_factory=dict)


class Resolver:
    """Finds figures at one date. Keeps what it found, so make one for each use.

    A sum takes in the children that exist on the day it is for: last year's has the unit merged since.
    """

    def __init__(self, rulebook: Rulebook, as_of: date, basis: str, kept: Kept | None = None) -> None:
        self.rulebook = rulebook
        self.as_of, self.basis = as_of, basis
        self.day = day_number(as_of)
        self.units = rulebook.units
        self.size = len(rulebook.units)
        self.kept = kept or Kept(Forest(rulebook))
        self.tree = self.kept.forest.on(self.day)
        self.valid = self.tree.valid
        self.none = np.zeros(self.size, dtype=bool)
        self.found: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, kept under ``key``."""
        found = self.found.get(key)
        if found is None:
            found = self.found[key] = make()
        return found

    def in_year(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What ``make`` gives, kept for every date of the year on which the same units exist."""
        key = (*key, self.as_of.year, self.tree)
        found = self.kept.year.get(key)
        if found is None:
            found = self.kept.year[key] = make()
        return found

    def forget(self) -> None:
        """Let go of what was found, so that its memory is used again."""
        self.found.clear()

    # -- roles -----------------------------------------------------------------------------------

    def role(self, indicator: str, role: str) -> Resolved:
        """A role's figures at ``as_of`` and ``basis``; not for ``target``."""
        found: Resolved | None = self.found.get((role, indicator))
        if found is None:
            found = self.found[role, indicator] = self._role(indicator, role)
        return found

    def _role(self, indicator: str, role: str) -> Resolved:
        match role:
            case "actual":
                return self.latest(indicator, self.day)
            case "estimate":
                return self.exact(indicator, "estimate", self.day)
            case "baseline":
                december = day_number(date(self.as_of.year - 1, 12, 31))
                baseline: Resolved = self.in_year(
                    ("baseline", indicator), lambda: self.latest(indicator, december)
                )
                return baseline
            case "achieved" if self.basis == "actual":
                return self.latest(indicator, self.day)
            case "achieved":
                return self._keep("achieved", indicator, self._own_achieved, self.day)
        raise ValueError(role)

    def latest(self, indicator: str, day: int) -> Resolved:
        """The latest actual of the day's year up to the day."""
        return self._keep("latest", indicator, lambda name: self._own_latest(name, day), day)

    def exact(self, indicator: str, basis: str, day: int) -> Resolved:
        """The figure of exactly a day."""
        return self._keep(basis, indicator, lambda name: self._own_exact(name, basis, day), day)

    def _keep(self, what: str, indicator: str, own: Callable[[str], Resolved], day: int) -> Resolved:
        def make() -> Resolved:
            return self._aggregated(indicator, own(indicator), self.kept.forest.on(day))

        found: Resolved = self.once((what, indicator, day), make)
        return found

    def _nothing(self) -> Resolved:
        size = self.size
        rows = np.full(size, -1, dtype=np.int32)
        return Resolved(np.full(size, np.nan), self.none, rows, None, None, self.none, self.none)

    def series(self, indicator: str, basis: str) -> Series | None:
        """The observations of an indicator of one basis."""
        figures: Figures = self.rulebook.figures
        kept: Mapping[str, Series] = figures.actual if basis == "actual" else figures.estimate
        return kept.get(indicator)

    def _own_latest(self, indicator: str, day: int) -> Resolved:
        series = self.series(indicator, "actual")
        if series is None:
            return self._nothing()
        january = day_number(date(day_date(day).year, 1, 1))
        start, stop = bisect_left(series.days, january), bisect_right(series.days, day)
        if start == stop:
            return self._nothing()
        found = self._of_date(series, stop - 1, False)
        # units such as provinces may never report: no use in going through the year for them
        reporting = self._reporting(indicator, series, start)
        if np.count_nonzero(found.known) == np.count_nonzero(reporting):
            return found
        missing = reporting & ~found.known
        values, days, rows = found.values.copy(), found.days.copy(), found.rows.copy()
        for at in range(stop - 2, start - 1, -1):
            take = missing & ~np.isnan(series.values[at])
            np.copyto(values, series.values[at], where=take)
            np.copyto(rows, series.rows[at], where=take)
            days[take] = series.days[at]
            missing &= ~take
            if not missing.any():
                break
        return Resolved(values, ~np.isnan(values), rows, None, days, self.none, self.none)

    def _reporting(self, indicator: str, series: Series, start: int) -> Bools:
        """Which units have any figure in the year that begins with this place in the series."""
        key = ("reporting", indicator, start)
        if key not in self.kept.year:
            december = day_number(date(day_date(series.days[start]).year, 12, 31))
            end = bisect_right(series.days, december)
            self.kept.year[key] = ~np.isnan(series.values[start:end]).all(axis=0)
        found: Bools = self.kept.year[key]
        return found

    def _own_exact(self, indicator: str, basis: str, day: int) -> Resolved:
        series = self.series(indicator, basis)
        if series is not None:
            at = bisect_left(series.days, day)
            if at < len(series.days) and series.days[at] == day:
                return self._of_date(series, at, basis == "estimate")
        return self._nothing()

    def _of_date(self, series: Series, at: int, estimated: bool) -> Resolved:
        """The figures of one date; an empty cell is unknown like any other."""
        values = series.values[at]
        known = ~np.isnan(values)
        return Resolved(
            values,
            known,
            series.rows[at],
            int(series.days[at]),
            None,
            known if estimated else self.none,
            self.none,
        )

    def _own_achieved(self, indicator: str) -> Resolved:
        """Under basis estimate: an actual of exactly that day, else the estimate for it (§2)."""
        actual = self._own_exact(indicator, "actual", self.day)
        estimate = self._own_exact(indicator, "estimate", self.day)
        take = estimate.known & ~actual.known
        if not take.any():
            return actual
        return Resolved(
            np.where(take, estimate.values, actual.values),
            take | actual.known,
            np.where(take, estimate.rows, actual.rows),
            self.day,
            None,
            take,
            self.none,
        )

    # -- what a parent takes from its children ---------------------------------------------------

    def _aggregated(self, indicator: str, own: Resolved, tree: Tree) -> Resolved:
        """Fill parents without a figure of their own from their children, bottom up (§6)."""
        item: Indicator = self.rulebook.indicators[indicator]
        if item.aggregate == "none" or not tree.levels or not own.known.any():
            return own
        simple = own.day is not None and own.estimated is self.none
        found = own.copy()
        for level in tree.levels:
            values = found.values[level.above]
            wanting = np.isnan(values)
            summed = tree.combined(found.values, level, item.aggregate, item.weight)
            if not simple:
                found.take_in(level, wanting & ~np.isnan(summed))
            np.copyto(values, summed, where=wanting)
            found.values[level.above] = values
        found.known = ~np.isnan(found.values)
        return found

    def children_sum(self, values: Floats) -> Floats:
        """At each unit the sum over its valid children; NaN where one is unknown or there are none."""
        return self.tree.children_sum(values)

    def parent_of(self, values: Floats) -> Floats:
        """At each unit its parent's value; NaN at the top."""
        return self.tree.parent_of(values)

    def attribute(self, name: str) -> Floats:
        """An attribute at every unit, parents filled from their children where it adds up."""
        return self.tree.attribute(name)

    # -- figures beside a figure ------------------------------------------------------------------

    def last_year(self, indicator: str, role: str) -> Resolved:
        """The actual dated exactly one year before each unit's figure (§2)."""
        base = self.role(indicator, role)
        return self._dated(
            ("last_year", indicator, role),
            base,
            lambda day: self.exact(indicator, "actual", day_number(year_before(day_date(day)))),
        )

    def previous(self, indicator: str, role: str) -> Resolved:
        """The actual before each unit's figure in the same year."""

        def before(day: int) -> Resolved:
            earlier = day_date(day - 1)
            if earlier.year != day_date(day).year:
                return self._nothing()
            return self.latest(indicator, day - 1)

        return self._dated(("previous", indicator, role), self.role(indicator, role), before)

    def _dated(self, key: tuple[Any, ...], base: Resolved, find: Callable[[int], Resolved]) -> Resolved:
        """For each date of the base figures what ``find`` gives, at the units of that date."""

        def make() -> Resolved:
            if base.day is not None:
                found = find(base.day)
                if not (found.known & ~base.known).any():
                    return found
            result = self._nothing()
            result.dated = result.days
            result.known, result.estimated, result.mixed = (np.zeros(self.size, bool) for _ in range(3))
            for day in np.unique(base.days[base.known]):
                found = find(int(day))
                take = base.days == day
                for name in ("values", "known", "rows", "dated", "estimated", "mixed"):
                    np.copyto(
                        getattr(result, name), getattr(found, "days" if name == "dated" else name), where=take
                    )
            return result

        resolved: Resolved = self.once(key, make)
        return resolved

    # -- targets ---------------------------------------------------------------------------------

    def target(self, indicator: str) -> ResolvedTarget:
        """The year's targets; a ``change_by`` stands on the baseline (§2)."""
        found: ResolvedTarget = self.in_year(("target", indicator), lambda: self._target(indicator))
        return found

    def _target(self, indicator: str) -> ResolvedTarget:
        own = self.rulebook.figures.targets.get((indicator, self.as_of.year))
        if own is None:
            none = np.full(self.size, -1, dtype=np.int32)
            return ResolvedTarget(np.full(self.size, np.nan), none.astype(np.int8), none)
        values, kinds = own.values.copy(), own.kinds.copy()
        changes = kinds == CHANGE_BY
        if changes.any():
            values[changes] += self.role(indicator, "baseline").values[changes]
        item = self.rulebook.indicators[indicator]
        for level in self.tree.levels if item.aggregate != "none" else ():
            low, high = level.range(kinds)
            take = (kinds[level.above] < 0) & (low == high) & (low >= 0)
            summed = self.tree.combined(values, level, item.aggregate, item.weight)
            values[level.above] = np.where(take, summed, values[level.above])
            kinds[level.above] = np.where(take, low, kinds[level.above])
        return ResolvedTarget(values, kinds, own.rows)
