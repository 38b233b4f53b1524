"""Figures that can't well be right (§9), told as flags beside a figure and as warnings of a check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from engine.calendar import days_elapsed
from engine.measures import Measure
from engine.numbers import round_half_up
from engine.resolve import Resolver
from engine.rulebook import Indicator, Rulebook
from engine.values import MISSING_DAY, day_date, day_number
from engine.words import Message, say

MOST = 3.0
"""An estimate's daily rate beyond this many times the rate so far, or below one such part of it."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at. ``facts`` holds the numbers behind it, in base measures."""

    code: str
    words: Message
    facts: dict[str, Any]


def implausible_estimate(
    resolver: Resolver, indicator: str, unit: int, value: float, shown: Measure
) -> Flag | None:
    """Whether the estimate for ``as_of`` implies a daily rate far from the rate so far; flows only.

    ``value``: the estimate in base measures. None where there is no actual of the year to compare with.
    """
    latest = resolver.latest(indicator, resolver.day)
    day, before = int(latest.days[unit]), float(latest.values[unit])
    if day == MISSING_DAY or day >= resolver.day:
        return None
    so_far = before / days_elapsed(day_date(day))
    implied = (value - before) / (resolver.day - day)
    if so_far / MOST <= implied <= so_far * MOST:
        return None
    facts = {"implied_rate": implied, "rate_so_far": so_far, "ratio": implied / so_far if so_far else None}
    words = {
        "what": resolver.rulebook.indicators[indicator].label,
        "unit": resolver.units.names[unit],
        "when": resolver.as_of,
        "implied": rate_words(implied, shown),
        "so_far": rate_words(so_far, shown),
    }
    if not so_far:
        return Flag("implausible_estimate", say("implausible_from_zero", **words), facts)
    ratio = round_half_up(implied / so_far, 2)
    key = "implausible_estimate" if ratio >= 1 else "implausible_slower"
    return Flag("implausible_estimate", say(key, ratio=ratio, **words), facts)


def rate_words(rate: float, shown: Measure) -> Message:
    """A daily rate for people: two significant places after the measure's scale."""
    value = rate / float(shown.scale)
    digits = 2 if abs(value) >= 1 or value == 0 else min(1 - int(np.floor(np.log10(abs(value)))), 12)
    return say("amount", value=round_half_up(value, digits), measure=shown.label)


def falling(resolver: Resolver, indicator: str, unit: int, shown: Measure) -> Flag | None:
    """Whether a cumulative figure of the year falls, up to ``as_of``: the first fall, own figures only."""
    first = day_number(date(resolver.as_of.year, 1, 1))
    reported: list[tuple[int, float]] = []
    for basis in ("actual", "estimate"):
        series = resolver.series(indicator, basis)
        if series is None or (basis == "estimate" and resolver.basis == "actual"):
            continue
        last = resolver.day
        for day, values in zip(series.days, series.values, strict=True):
            wanted = first <= day <= last and (basis == "actual" or day == last)
            if wanted and not np.isnan(values[unit]):
                reported.append((int(day), float(values[unit])))
    reported.sort(key=lambda item: item[0])
    for (_, before), (day, after) in pairwise(reported):
        if after < before:
            scale = float(shown.scale)
            words = say(
                "falling",
                what=resolver.rulebook.indicators[indicator].label,
                unit=resolver.units.names[unit],
                when=day_date(day),
                before=before / scale,
                after=after / scale,
            )
            return Flag("falling", words, {"before": before, "after": after, "on": day_date(day).isoformat()})
    return None


def negative_target(
    rulebook: Rulebook, indicator: Indicator, unit: int, year: int, value: float
) -> Flag | None:
    """Whether a target, in base measures, lies below 0: no count does, nor what adds up from 1 January."""
    if value >= 0 or not (indicator.is_flow or indicator.measure.is_count):
        return None
    words = say(
        "negative_target",
        what=indicator.label,
        unit=rulebook.units.names[unit],
        year=str(year),
        value=value / float(indicator.shown.scale),
    )
    return Flag("negative_target", words, {"target": value})


def stale(resolver: Resolver, day: int) -> Flag | None:
    """Whether a figure is older than the rulebook allows."""
    age = resolver.day - day
    if age <= resolver.rulebook.stale_after:
        return None
    words = say("stale", when=day_date(day), age=age, limit=resolver.rulebook.stale_after)
    return Flag("stale", words, {"age_in_days": age})
