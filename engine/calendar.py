"""Dates of the year and periods (§5): inclusive days, calendar months, whole periods of a plan."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

MONTHS_IN = {"month": 1, "quarter": 3, "half": 6}


def days_in_year(year: int) -> int:
    """365 or 366."""
    return 366 if isleap(year) else 365


def days_elapsed(day: date) -> int:
    """Days of the year up to and including this one: 15 May 2023 is day 135."""
    return day.timetuple().tm_yday


def days_left(day: date) -> int:
    """Days of the year after this one."""
    return days_in_year(day.year) - days_elapsed(day)


def year_progress(day: date) -> Fraction:
    """The share of the year that has passed, this day included."""
    return Fraction(days_elapsed(day), days_in_year(day.year))


def months_left(day: date) -> Fraction:
    """Calendar months after this day: 15 May leaves 7 and 16/31, 30 June leaves 6."""
    length = monthrange(day.year, day.month)[1]
    return 12 - day.month + Fraction(length - day.day, length)


def year_before(day: date) -> date:
    """The same day one year before; 28 February for 29 February (§2)."""
    if day.month == 2 and day.day == 29:
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def expected_share(day: date, curve: Sequence[tuple[int, float]]) -> float:
    """The share of the year's target expected by a day: linear between the points of the curve.

    ``curve`` holds (day of a 365-day year, share); 0 at the start and 1 at the end of the year are
    implied. Without a curve it is the share of the year that has passed.
    """
    if not curve:
        return float(year_progress(day))
    number = day_of_year(day)
    points = [(0, 0.0), *curve] if curve[0][0] > 0 else list(curve)
    points = points if points[-1][0] >= 365 else [*points, (365, 1.0)]
    for (left, low), (right, high) in pairwise(points):
        if number <= right:
            return low + (high - low) * (number - left) / (right - left)
    return points[-1][1]


def day_of_year(day: date) -> int:
    """The day's number in a year of 365 days, so that a curve means the same in every year.

    29 February counts as 28 February.
    """
    if (day.month, day.day) == (2, 29):
        day = date(day.year, 2, 28)
    return date(2023, day.month, day.day).timetuple().tm_yday


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a plan: 2023-07, 2023-Q3, 2023-H2 or 2023."""

    name: str
    starts: date
    ends: date
    months: int


def last_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def periods(starts: date, ends: date, every: str) -> list[Period]:
    """The periods from ``starts`` to ``ends``, both inclusive.

    ``once`` is one period of whole months. Raises ValueError where the dates aren't whole periods.
    """
    whole_months = starts.day == 1 and ends == last_of_month(ends.year, ends.month)
    if not whole_months or starts > ends or starts.year != ends.year:
        raise ValueError("not whole months of one year")
    months = ends.month - starts.month + 1
    if every == "once":
        return [Period(_name(starts, months), starts, ends, months)]
    step = MONTHS_IN[every]
    if (starts.month - 1) % step or months % step:
        raise ValueError(f"not whole periods {every}")
    found = []
    for month in range(starts.month, ends.month + 1, step):
        first, last = date(starts.year, month, 1), last_of_month(starts.year, month + step - 1)
        found.append(Period(_name(first, step), first, last, step))
    return found


_FORMS = {
    "month": r"[0-9]{4}-(0[1-9]|1[0-2])",
    "quarter": r"[0-9]{4}-Q[1-4]",
    "half": r"[0-9]{4}-H[12]",
    "year": r"[0-9]{4}",
    "span": r"([0-9]{4})-(0[1-9]|1[0-2])\.\.\1-(0[1-9]|1[0-2])",
}


def form_of(name: str) -> str | None:
    """Whether a period's name is that of a month, quarter, half, year or span of months; None for no name."""
    return next((form for form, pattern in _FORMS.items() if re.fullmatch(pattern, name)), None)


def _name(starts: date, months: int) -> str:
    if months == 12:
        return f"{starts.year}"
    if months == 6 and starts.month in (1, 7):
        return f"{starts.year}-H{1 + starts.month // 7}"
    if months == 3 and starts.month % 3 == 1:
        return f"{starts.year}-Q{1 + starts.month // 3}"
    if months == 1:
        return f"{starts.year}-{starts.month:02d}"
    return f"{starts.year}-{starts.month:02d}..{starts.year}-{starts.month + months - 1:02d}"
