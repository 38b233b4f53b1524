"""From the cells of a table to base measures (§4): strict, each distinct text judged once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.errors import Code, Issues
from engine.measures import Measure
from engine.numbers import DateFormError, parse_date, parse_iso_date, readings
from engine.tables import Column, Table
from engine.words import Message, say

Floats = NDArray[np.float64]

_NUMBERS = re.compile(r"(?:-?(?:0|[1-9][0-9]{0,24})(?:\.[0-9]{1,15})?\n)*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,24})(?:\.[0-9]{1,15})?")
_EPOCH = date(1970, 1, 1).toordinal()
MISSING_DAY = np.iinfo(np.int32).min
"""Stands for no date where days are held as int32 since 1970-01-01."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column's distinct texts as numbers: ``values`` float64, NaN where empty or faulty;
    ``bad`` the codes that aren't numbers, ``pointed`` those of numbers with a decimal point.
    """

    values: Floats
    bad: set[int]
    pointed: set[int]


def parse_texts(texts: Sequence[str]) -> Parsed:
    """Read machine numbers (DESIGN §3); an empty cell is NaN, unknown."""
    filled = [text or "0" for text in texts]
    bad: set[int] = set()
    lines = "\n".join(filled) + "\n"
    if lines.count("\n") > len(filled) or not _NUMBERS.fullmatch(lines):
        bad = {code for code, text in enumerate(filled) if not _NUMBER.fullmatch(text)}
        filled = ["0" if code in bad else text for code, text in enumerate(filled)]
    pointed = {code for code, text in enumerate(texts) if "." in text} if "." in lines else set()
    values = np.fromiter(map(float, filled), np.float64, len(filled))
    values[[*bad, *(code for code, text in enumerate(texts) if not text)]] = np.nan
    return Parsed(values, bad, pointed - bad)


def number_hint(text: str) -> Message:
    """How to write what looks like a number in another form; every reading, never a guess."""
    meant = [format(number, "f") for number in readings(text)]
    if _NUMBER.fullmatch(text):
        return say("bad_number.quoted.hint")
    if not meant or text in meant:
        return say("bad_number.hint")
    if len(meant) > 1:
        return say("bad_number.either.hint", first=meant[0], second=meant[1])
    return say("bad_number.form.hint", what=meant[0])


def date_hint(text: str) -> Message:
    """How to write what looks like a date in another form."""
    try:
        return say("bad_date.form.hint", what=parse_date(text, "vi").isoformat())
    except DateFormError:
        return say("bad_date.hint")


def report_numbers(table: Table, name: str, parsed: Parsed, issues: Issues) -> None:
    """An issue for each cell that is not a plain machine number."""
    if parsed.bad:
        rows = table.columns[name].rows_where(parsed.bad)
        table.report(rows, name, Code.BAD_NUMBER, issues, hint=number_hint)


def to_base(values: Floats, measure: Measure) -> Floats:
    """Values in a measure as base measures; amounts of money exact to the đồng (§4)."""
    scaled = values * float(measure.scale.numerator)
    if measure.scale.denominator != 1:
        scaled = scaled / float(measure.scale.denominator)
    return np.rint(scaled) if measure.is_money else scaled


def fractions_of_dong(values: Floats, measure: Measure) -> NDArray[np.bool_]:
    """Which amounts aren't whole đồng."""
    if not measure.is_money:
        return np.zeros(values.shape, dtype=bool)
    scaled = values * float(measure.scale)
    with np.errstate(invalid="ignore"):
        return np.abs(scaled - np.rint(scaled)) > 1e-3


def must_be_whole(measure: Measure) -> bool:
    """Whether a figure in it is written without a decimal point: counts, and plain đồng."""
    return measure.must_be_whole


def parse_days(table: Table, name: str, issues: Issues) -> NDArray[np.int32]:
    """A column of ISO dates as days since 1970-01-01 by row; MISSING_DAY where empty or faulty."""
    column = table.columns[name]
    days = np.full(len(column.texts), MISSING_DAY, dtype=np.int32)
    bad: set[int] = set()
    for code, text in enumerate(column.texts):
        if text:
            try:
                days[code] = day_number(parse_iso_date(text))
            except DateFormError:
                bad.add(code)
    if bad:
        table.report(column.rows_where(bad), name, Code.BAD_DATE, issues, hint=date_hint)
    by_row: NDArray[np.int32] = days.take(column.codes)
    return by_row


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def day_date(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(int(number) + _EPOCH)


def look_up(
    table: Table,
    name: str,
    known: Sequence[str],
    code: Code,
    issues: Issues,
    *,
    empty: Code | None = None,
) -> NDArray[np.int32]:
    """A column of names as indexes into ``known`` by row, -1 where empty or unknown.

    Unknown names are issues with this code; empty ones too where ``empty`` is given.
    """
    from engine.words import did_you_mean

    column = table.columns[name]
    position = {word: index for index, word in enumerate(known) if word}
    indexes = np.array([position.get(text, -1) for text in column.texts] or [0], dtype=np.int32)
    unknown = {at for at, text in enumerate(column.texts) if text and text not in position}
    if unknown:
        rows = column.rows_where(unknown)
        if code is Code.WRONG_CHOICE:
            table.report(rows, name, code, issues, options=", ".join(known))
        else:
            table.report(rows, name, code, issues, hint=lambda text: did_you_mean(str(text), known))
    if empty and "" in column.texts:
        rows = column.rows_where({column.texts.index("")})
        table.report(rows, name, empty, issues, what=name)
    by_row: NDArray[np.int32] = indexes.take(column.codes)
    return by_row


def empty_column(rows: int) -> Column:
    """A column of empty cells, for one that the file doesn't have."""
    return Column(np.zeros(rows, dtype=np.int8), [""])
