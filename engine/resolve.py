"""Figures by role (§2) with what a parent takes from its children (§6): numbers, dates, where from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.calendar import year_before
from engine.figures import TARGET_KINDS, Figures, Series
from engine.rulebook import Attribute, Indicator, Rulebook
from engine.values import MISSING_DAY, Floats, day_date, day_number

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A figure at every unit.

    ``values``: float64 [unit], base measure, NaN where unknown; ``days``: int32 [unit], the figure's
    own date, MISSING_DAY where unknown; ``rows``: int32 [unit], its row in the table, -1 where it was
    taken from the children or is unknown; ``estimated``: bool [unit], whether the row is an estimate;
    ``mixed``: bool [unit], whether it adds up figures of different dates.
    """

    values: Floats
    days: Ints
    rows: Ints
    estimated: Bools
    mixed: Bools


@dataclass(frozen=True, slots=True)
class ResolvedTarget:
    """The year's targets as levels to reach. ``kinds``: int8 [unit], index into TARGET_KINDS, -1 unknown."""

    values: Floats
    kinds: NDArray[np.int8]
    rows: Ints


class Resolver:
    """Finds figures for one set of units valid on one day. Keeps what it found, so make one for each use."""

    def __init__(self, rulebook: Rulebook, as_of: date, basis: str) -> None:
        self.rulebook = rulebook
        self.as_of, self.basis = as_of, basis
        self.day = day_number(as_of)
        self.units = rulebook.units
        self.size = len(rulebook.units)
        self.valid = self.units.valid_on(self.day)
        self.levels = self._levels()
        self.found: dict[tuple[Any, ...], Any] = {}

    def _levels(self) -> list[tuple[NDArray[np.intp], Ints]]:
        """The valid units below each depth with their parents, deepest first."""
        found = []
        for depth in range(int(self.units.depth.max(initial=0)), 0, -1):
            at = np.flatnonzero((self.units.depth == depth) & self.valid)
            found.append((at, self.units.parent[at]))
        return found

    def once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What ``make`` gives, kept under ``key``."""
        if key not in self.found:
            self.found[key] = make()
        return self.found[key]

    # -- roles -----------------------------------------------------------------------------------

    def role(self, indicator: str, role: str) -> Resolved:
        """A role's figures at ``as_of`` and ``basis``; not for ``target``."""
        match role:
            case "actual":
                return self.latest(indicator, self.day)
            case "estimate":
                return self.exact(indicator, "estimate", self.day)
            case "baseline":
                return self.latest(indicator, day_number(date(self.as_of.year - 1, 12, 31)))
            case "achieved" if self.basis == "actual":
                return self.latest(indicator, self.day)
            case "achieved":
                return self._keep("achieved", indicator, self._own_achieved)
        raise ValueError(role)

    def latest(self, indicator: str, day: int) -> Resolved:
        """The latest actual of the day's year up to the day."""
        return self._keep("latest", indicator, lambda name: self._own_latest(name, day), day)

    def exact(self, indicator: str, basis: str, day: int) -> Resolved:
        """The figure of exactly a day."""
        return self._keep(basis, indicator, lambda name: self._own_exact(name, basis, day), day)

    def _keep(
        self, what: str, indicator: str, own: Callable[[str], Resolved], day: int | None = None
    ) -> Resolved:
        found: Resolved = self.once(
            (what, indicator, day), lambda: self._aggregated(indicator, own(indicator))
        )
        return found

    def _nothing(self) -> Resolved:
        size = self.size
        days = np.full(size, MISSING_DAY, dtype=np.int32)
        rows = np.full(size, -1, dtype=np.int32)
        return Resolved(np.full(size, np.nan), days, rows, np.zeros(size, bool), np.zeros(size, bool))

    def series(self, indicator: str, basis: str) -> Series | None:
        """The observations of an indicator of one basis."""
        figures: Figures = self.rulebook.figures
        kept: Mapping[str, Series] = figures.actual if basis == "actual" else figures.estimate
        return kept.get(indicator)

    def _own_latest(self, indicator: str, day: int) -> Resolved:
        series = self.series(indicator, "actual")
        found = self._nothing()
        if series is None:
            return found
        first = day_number(date(day_date(day).year, 1, 1))
        missing = np.isnan(found.values)
        for at in range(int(np.searchsorted(series.days, day, side="right")) - 1, -1, -1):
            if series.days[at] < first or not missing.any():
                break
            take = missing & ~np.isnan(series.values[at])
            _take(found, take, series, at, False)
            missing &= ~take
        return found

    def _own_exact(self, indicator: str, basis: str, day: int) -> Resolved:
        series = self.series(indicator, basis)
        found = self._nothing()
        if series is not None:
            at = int(np.searchsorted(series.days, day))
            if at < len(series.days) and series.days[at] == day:
                _take(found, ~np.isnan(series.values[at]), series, at, basis == "estimate")
        return found

    def _own_achieved(self, indicator: str) -> Resolved:
        """Under basis estimate: an actual of exactly that day, else the estimate for it (§2)."""
        found = self._own_exact(indicator, "actual", self.day)
        estimate = self._own_exact(indicator, "estimate", self.day)
        take = np.isnan(found.values) & ~np.isnan(estimate.values)
        return Resolved(
            np.where(take, estimate.values, found.values),
            np.where(take, estimate.days, found.days),
            np.where(take, estimate.rows, found.rows),
            take,
            found.mixed,
        )

    # -- what a parent takes from its children ---------------------------------------------------

    def _aggregated(self, indicator: str, own: Resolved) -> Resolved:
        """Fill parents without a figure of their own from their children, bottom up (§6)."""
        item: Indicator = self.rulebook.indicators[indicator]
        if item.aggregate == "none" or not self.levels:
            return own
        values, days, mixed = own.values.copy(), own.days.copy(), own.mixed.copy()
        for at, parents in self.levels:
            wanting = np.isnan(values) & self.has_children
            if not wanting[parents].any():
                continue
            summed = self._combine(values, at, parents, item.aggregate, item.weight)
            take = wanting & ~np.isnan(summed) & self._is_parent(parents)
            earliest = np.full(self.size, np.iinfo(np.int32).max, dtype=np.int32)
            latest = np.full(self.size, MISSING_DAY, dtype=np.int32)
            np.minimum.at(earliest, parents, days[at])
            np.maximum.at(latest, parents, days[at])
            inner = np.zeros(self.size, dtype=bool)
            np.logical_or.at(inner, parents, mixed[at])
            values = np.where(take, summed, values)
            days = np.where(take, earliest, days)
            mixed |= take & ((earliest != latest) | inner)
        return Resolved(values, days, own.rows, own.estimated, mixed)

    @property
    def has_children(self) -> Bools:
        """Which units have valid units below them."""

        def make() -> Bools:
            found = np.zeros(self.size, dtype=bool)
            for _, parents in self.levels:
                found[parents] = True
            return found

        found: Bools = self.once(("has_children",), make)
        return found

    def _is_parent(self, parents: Ints) -> Bools:
        found = np.zeros(self.size, dtype=bool)
        found[parents] = True
        return found

    def _combine(
        self, values: Floats, at: NDArray[np.intp], parents: Ints, how: str, weight: str | None
    ) -> Floats:
        """At each parent the sum or weighted mean over its children; NaN where one is unknown."""
        if how == "weighted" and weight:
            weights = self.attribute(weight)[at]
            whole = np.bincount(parents, weights=weights, minlength=self.size)
            with np.errstate(all="ignore"):
                mean = np.bincount(parents, weights=values[at] * weights, minlength=self.size) / whole
            return np.where(np.isfinite(mean), mean, np.nan)
        return np.bincount(parents, weights=values[at], minlength=self.size).astype(np.float64)

    def children_sum(self, values: Floats) -> Floats:
        """At each unit the sum over its valid children; NaN where one is unknown or there are none."""
        values = np.broadcast_to(values, (self.size,))
        total = np.full(self.size, np.nan)
        for at, parents in self.levels:
            summed = np.bincount(parents, weights=values[at], minlength=self.size)
            total = np.where(self._is_parent(parents), summed, total)
        return total

    def parent_of(self, values: Floats) -> Floats:
        """At each unit its parent's value; NaN at the top."""
        values = np.broadcast_to(values, (self.size,))
        return np.where(self.units.parent >= 0, values[self.units.parent], np.nan)

    def attribute(self, name: str) -> Floats:
        """An attribute at every unit, parents filled from their children where it adds up."""

        def make() -> Floats:
            item: Attribute = self.rulebook.attributes[name]
            values = item.values
            if item.aggregate == "none":
                return values
            for at, parents in self.levels:
                summed = self._combine(values, at, parents, item.aggregate, item.weight)
                values = np.where(np.isnan(values) & self._is_parent(parents), summed, values)
            return values

        found: Floats = self.once(("attribute", name), make)
        return found

    # -- figures beside a figure ------------------------------------------------------------------

    def last_year(self, indicator: str, role: str) -> Resolved:
        """The actual dated exactly one year before each unit's figure (§2)."""
        base = self.role(indicator, role)
        return self._dated(
            ("last_year", indicator, role),
            base.days,
            lambda day: self.exact(indicator, "actual", day_number(year_before(day_date(day)))),
        )

    def previous(self, indicator: str, role: str) -> Resolved:
        """The actual before each unit's figure in the same year."""
        base = self.role(indicator, role)

        def before(day: int) -> Resolved:
            earlier = day_date(day - 1)
            if earlier.year != day_date(day).year:
                return self._nothing()
            return self.latest(indicator, day - 1)

        return self._dated(("previous", indicator, role), base.days, before)

    def _dated(self, key: tuple[Any, ...], days: Ints, find: Callable[[int], Resolved]) -> Resolved:
        def make() -> Resolved:
            result = self._nothing()
            for day in np.unique(days[days != MISSING_DAY]):
                found = find(int(day))
                take = days == day
                for name in ("values", "days", "rows", "estimated", "mixed"):
                    np.copyto(getattr(result, name), getattr(found, name), where=take)
            return result

        found: Resolved = self.once(key, make)
        return found

    # -- targets ---------------------------------------------------------------------------------

    def target(self, indicator: str) -> ResolvedTarget:
        """The year's targets; a ``change_by`` stands on the baseline (§2)."""
        found: ResolvedTarget = self.once(("target", indicator), lambda: self._target(indicator))
        return found

    def _target(self, indicator: str) -> ResolvedTarget:
        own = self.rulebook.figures.targets.get((indicator, self.as_of.year))
        if own is None:
            none = np.full(self.size, -1, dtype=np.int32)
            return ResolvedTarget(np.full(self.size, np.nan), none.astype(np.int8), none)
        changes = own.kinds == TARGET_KINDS.index("change_by")
        values = own.values
        if changes.any():
            values = np.where(changes, self.role(indicator, "baseline").values + values, values)
        item = self.rulebook.indicators[indicator]
        kinds = own.kinds
        if item.aggregate != "none":
            for at, parents in self.levels:
                wanting = (kinds < 0) & self._is_parent(parents)
                if not wanting.any():
                    continue
                summed = self._combine(values, at, parents, item.aggregate, item.weight)
                low = np.full(self.size, 127, dtype=np.int8)
                high = np.full(self.size, -1, dtype=np.int8)
                np.minimum.at(low, parents, kinds[at])
                np.maximum.at(high, parents, kinds[at])
                take = wanting & (low == high) & (low >= 0)
                values = np.where(take, summed, values)
                kinds = np.where(take, low, kinds)
        return ResolvedTarget(values, kinds, own.rows)


def _take(found: Resolved, take: Bools, series: Series, at: int, estimated: bool) -> None:
    """Copy a date's figures into what was found so far, where wanted."""
    np.copyto(found.values, series.values[at], where=take)
    found.days[take] = series.days[at]
    np.copyto(found.rows, series.rows[at], where=take)
    if estimated:
        found.estimated[take] = True
