"""A rulebook's own checks, sums that differ and implausible figures, as issues (§6, §9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from engine.errors import Code, Issue, Place, Severity
from engine.figures import BASES, Series
from engine.formula.arrays import same_number, symbol_of
from engine.formula.names import FigureRef, MetricRef, Scope, Where
from engine.formula.tree import Name, walk
from engine.gaps import latest_date
from engine.plausibility import falling, implausible_estimate, negative_target
from engine.reasons import Reasoner
from engine.resolve import Resolver
from engine.rulebook import Check, Rulebook
from engine.values import day_date
from engine.words import Message, joined, say


def run_checks(rulebook: Rulebook) -> list[Issue]:
    """Everything that looks wrong in a sound rulebook's figures.

    Sums that differ (§6), implausible estimates, falling figures and targets below 0 (§9) are warnings; a
    check of the rulebook has the severity it says, at the latest actual's date. One that can't be judged is a
    warning.
    """
    issues = [*_sums(rulebook), *_targets(rulebook), *_attribute_sums(rulebook), *_plausibility(rulebook)]
    if rulebook.checks and rulebook.figures.actual:
        reasoner = Reasoner(rulebook, latest_date(rulebook))
        for check in rulebook.checks.values():
            issues += _run(check, reasoner)
    return issues


def _run(check: Check, reasoner: Reasoner) -> Iterator[Issue]:
    rulebook = reasoner.rulebook
    scope = Scope(rulebook.names, Where.CHECK)
    values = reasoner.formula(check.require, scope)
    tracer = reasoner.tracer(check.require, scope)
    for unit in _concerned(check, reasoner, scope):
        name = rulebook.units.names[unit]
        if np.isnan(values[unit]):
            causes = joined(tracer.causes(check.require.root, unit), "; ")
            message = say("check_unknown", what=check.label, unit=name, why=causes)
            yield Issue(Code.CHECK_UNKNOWN, message, check.place, severity=Severity.WARNING)
        elif values[unit] == 0:
            why = check.require.formula.text
            message = say("check_failed", what=check.label, unit=name, why=why)
            yield Issue(Code.CHECK_FAILED, message, check.place, severity=Severity(check.severity))


def _concerned(check: Check, reasoner: Reasoner, scope: Scope) -> list[int]:
    """The root, and the units with figures of an indicator that the check names."""
    rulebook = reasoner.rulebook
    found = np.zeros(len(rulebook.units), dtype=bool)
    for node in walk(check.require.root):
        if isinstance(node, Name):
            symbol = symbol_of(node, scope)
            if isinstance(symbol, FigureRef | MetricRef):
                for basis in BASES:
                    series = reasoner.figures.series(symbol.indicator, basis)
                    if series is not None:
                        found |= (series.rows >= 0).any(axis=0)
    root = rulebook.units.index[rulebook.root]
    return [root, *(int(u) for u in np.flatnonzero(found & reasoner.figures.valid) if u != root)]


def _sums(rulebook: Rulebook) -> Iterator[Issue]:
    """Where a unit's own figure and its children's of the same day and basis differ (§6)."""
    observed = rulebook.figures.observed
    for indicator in rulebook.indicators.values():
        if indicator.aggregate != "sum" or observed is None:
            continue
        for series in (
            rulebook.figures.actual.get(indicator.id),
            rulebook.figures.estimate.get(indicator.id),
        ):
            for unit, at, total in _differing(rulebook, series):
                assert series is not None
                scale = float(indicator.shown.scale)
                row = int(series.rows[at, unit])
                yield Issue(
                    Code.SUMS_DIFFER,
                    say(
                        "sums_differ",
                        what=joined([indicator.label, day_date(int(series.days[at]))]),
                        unit=rulebook.units.names[unit],
                        own=float(series.values[at, unit]) / scale,
                        children=total / scale,
                    ),
                    observed.table.places([row], "value")[row],
                    severity=Severity.WARNING,
                )


def _differing(rulebook: Rulebook, series: Series | None) -> Iterator[tuple[int, int, float]]:
    if series is None or (rulebook.units.parent < 0).all():
        return
    for at, day in enumerate(series.days):
        resolver = Resolver(rulebook, day_date(int(day)), "actual")
        own = series.values[at]
        totals = resolver.children_sum(own)
        for unit in np.flatnonzero(~np.isnan(totals) & ~np.isnan(own) & ~same_number(totals, own)):
            yield int(unit), at, float(totals[unit])


def _targets(rulebook: Rulebook) -> Iterator[Issue]:
    """Targets below 0 (§9), and those that differ from the sum of those below (§6)."""
    targeted = rulebook.figures.targeted
    for (name, year), targets in rulebook.figures.targets.items():
        indicator = rulebook.indicators[name]
        if targeted is None:
            continue
        resolver = Resolver(rulebook, date(year, 12, 31), "actual")
        levels = resolver.target(name).values
        own = np.where(targets.kinds >= 0, levels, np.nan)
        for unit in np.flatnonzero(own < 0):
            row = int(targets.rows[unit])
            if flag := negative_target(rulebook, indicator, int(unit), year, float(own[unit])):
                place = targeted.table.places([row], "value")[row]
                yield Issue(Code(flag.code), flag.words, place, severity=Severity.WARNING)
        if indicator.aggregate != "sum":
            continue
        totals = resolver.children_sum(levels)
        for unit in np.flatnonzero(~np.isnan(totals) & ~np.isnan(own) & ~same_number(totals, own)):
            row = int(targets.rows[unit])
            yield _difference(
                joined([indicator.label, str(year)]),
                rulebook.units.names[unit],
                float(own[unit]) / float(indicator.shown.scale),
                float(totals[unit]) / float(indicator.shown.scale),
                targeted.table.places([row], "value")[row],
            )


def _attribute_sums(rulebook: Rulebook) -> Iterator[Issue]:
    table = rulebook.units.table
    if table is None:
        return
    resolver = Resolver(rulebook, date(rulebook.year, 12, 31), "actual")
    for item in rulebook.attributes.values():
        if item.aggregate != "sum":
            continue
        totals = resolver.children_sum(resolver.attribute(item.id))
        for unit in np.flatnonzero(
            ~np.isnan(totals) & ~np.isnan(item.values) & ~same_number(totals, item.values)
        ):
            own, scale = float(item.values[unit]), float(item.measure.scale)
            place = table.places([int(unit)], item.id)[int(unit)]
            name = rulebook.units.names[unit]
            yield _difference(item.label, name, own / scale, float(totals[unit]) / scale, place)


def _difference(what: Message, unit: Message, own: float, children: float, place: Place) -> Issue:
    message = say("sums_differ", what=what, unit=unit, own=own, children=children)
    return Issue(Code.SUMS_DIFFER, message, place, severity=Severity.WARNING)


def _plausibility(rulebook: Rulebook) -> Iterator[Issue]:
    """The flags of §9 for every estimate and every cumulative figure."""
    observed = rulebook.figures.observed
    if observed is None:
        return
    for indicator in rulebook.indicators.values():
        if not indicator.is_flow:
            continue
        for basis, series in zip(
            BASES,
            (rulebook.figures.actual.get(indicator.id), rulebook.figures.estimate.get(indicator.id)),
            strict=True,
        ):
            if series is None:
                continue
            for at, day in enumerate(series.days):
                resolver = Resolver(rulebook, day_date(int(day)), basis)
                for unit in np.flatnonzero(~np.isnan(series.values[at])):
                    row = int(series.rows[at, unit])
                    value = float(series.values[at, unit])
                    flags = []
                    if basis == "estimate":
                        flags.append(
                            implausible_estimate(resolver, indicator.id, int(unit), value, indicator.shown)
                        )
                    fall = falling(resolver, indicator.id, int(unit), indicator.shown)
                    if fall and fall.facts["on"] == resolver.as_of.isoformat():
                        flags.append(fall)
                    for flag in flags:
                        if flag:
                            place = observed.table.places([row], "value")[row]
                            yield Issue(Code(flag.code), flag.words, place, severity=Severity.WARNING)
