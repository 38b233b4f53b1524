"""Dates and periods as documents write them: `15/5/2023`, `ngày 15 tháng 5 năm 2023`, `quý II/2023`."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from engine.numbers import FIRST_YEAR, LAST_YEAR

_Y = "(?:19|20|21)[0-9]{2}"
# Bounded throughout: no part can be as long as the text.
PATTERN = (
    r"(?<![0-9.,/])(?:"
    r"(?:ngày )?[0-9]{1,2} ?(?:/ ?[0-9]{1,2} ?/|- ?[0-9]{1,2} ?-|\.[0-9]{1,2}\.)"
    rf" ?{_Y}(?![0-9]|[.,/][0-9])"
    rf"|{_Y}-[0-9]{{2}}-[0-9]{{2}}(?![0-9])"
    rf"|ngày [0-9]{{1,2}} ?tháng ?[0-9]{{1,2}}(?:,? ?năm ?{_Y})?(?![0-9]|[.,/][0-9])"
    rf"|[0-9]{{1,2}} ?tháng ?[0-9]{{1,2}},? ?năm ?{_Y}(?![0-9]|[.,/][0-9])"  # 6 tháng 12 vụ is no day
    r"|ngày [0-9]{1,2}[/-][0-9]{1,2}(?:[/-][0-9]{2})?(?![0-9]|[.,/][0-9])"
    rf"|tháng [0-9]{{1,2}}(?:(?:[/-]| năm ){_Y})?(?![0-9]|[.,/-][0-9])"
    rf"|quý (?:iii|ii|iv|i|[1-4])\b(?![.,][0-9])(?:(?:[/-]| năm ){_Y})?"
    rf"|(?:0?[1-9]|1[0-2])/{_Y}(?![0-9]|[.,/][0-9])"
    rf"|(?:năm |giai đoạn |năm học )?{_Y} ?- ?{_Y}(?![0-9]|[.,/][0-9])"
    rf"|năm (?:học )?{_Y}(?![0-9]|[.,/][0-9])"
    r")"
)
_FULL = re.compile(
    r"(?:ngày )?(?P<day>[0-9]{1,2}) ?(?:[/.-]|tháng) ?(?P<month>[0-9]{1,2})"
    r" ?(?:[/.-]|,? ?năm) ?(?P<year>[0-9]{4})"
)
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_SHORT = re.compile(r"ngày (?P<day>[0-9]{1,2})[/-](?P<month>[0-9]{1,2})(?:[/-](?P<year>[0-9]{2}))?")
_DAY_MONTH = re.compile(r"ngày (?P<day>[0-9]{1,2}) ?tháng ?(?P<month>[0-9]{1,2})")
_ONE_YEAR = re.compile(r"(?:năm |[^-]*/)(?P<year>[0-9]{4})")


@dataclass(frozen=True, slots=True)
class Day:
    """A date or period as written. ``day``: the date, None for a period, a date without its year, or one that
    doesn't exist; ``year``: as written; ``exists``: False for 30/2/2023.
    """

    day: date | None
    year: int | None
    exists: bool = True
    written: tuple[int, int, int] | None = None


def day_of(text: str) -> Day:
    """What a stretch that PATTERN found says."""
    for form in (_FULL, _ISO, _SHORT):
        if match := form.fullmatch(text):
            year = int(match["year"]) if match["year"] else None
            if year is not None and year < 100:
                year += 2000
            return _day(year, int(match["month"]), int(match["day"]))
    if match := _DAY_MONTH.fullmatch(text):
        return _day(None, int(match["month"]), int(match["day"]))
    match = _ONE_YEAR.fullmatch(text)
    return Day(None, int(match["year"]) if match else None)


def _day(year: int | None, month: int, day: int) -> Day:
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year or 2024, month)[1]:
        return Day(None, year, exists=False, written=(year or 0, month, day))
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return Day(None, year, written=(year or 0, month, day))
    return Day(date(year, month, day), year, written=(year, month, day))


def in_year(day: Day, year: int) -> date | None:
    """The same day of another year, None where it isn't one."""
    if day.written is None:
        return None
    _, month, number = day.written
    if not 1 <= month <= 12 or not 1 <= number <= monthrange(year, month)[1]:
        return None
    return date(year, month, number)
