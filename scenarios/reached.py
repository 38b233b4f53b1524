"""What units reached in periods that have passed, to be held where a plan is made again (§12)."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from engine.calendar import Period
from engine.rulebook import Allocation, Quota
from engine.values import day_number
from engine.words import Message, say
from scenarios.situation import Situation

Floats = NDArray[np.float64]


def reached(situation: Situation, allocation: Allocation, quota: Quota, period: Period) -> Floats:
    """What each unit reached of a flow within a period, float64 [unit], base measure, NaN where unknown.

    The actual dated the period's last day, less the one dated the day before it begins: there the
    allocation's starting point counts, as it does in the total that is shared out, and 0 on 1 January.
    """
    before = period.starts - timedelta(1)
    return _up_to(situation, allocation, quota, period.ends) - _up_to(situation, allocation, quota, before)


def why_unknown(
    situation: Situation, allocation: Allocation, quota: Quota, period: Period, unit: int
) -> Message:
    """Which figure is missing."""
    before = period.starts - timedelta(1)
    missing = before if np.isnan(_up_to(situation, allocation, quota, before)[unit]) else period.ends
    return say("freeze_no_figure", when=missing)


def _up_to(situation: Situation, allocation: Allocation, quota: Quota, day: date) -> Floats:
    """The cumulative figure dated exactly this day."""
    if day.year < allocation.year:
        return np.zeros(len(situation.rulebook.units))
    if day == allocation.as_of:
        found = situation.figures.role(quota.indicator, "achieved")
    else:
        found = situation.figures.exact(quota.indicator, "actual", day_number(day))
    return np.where(found.known & (found.days == day_number(day)), found.values, np.nan)
