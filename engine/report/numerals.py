"""Numbers as Vietnamese documents write them: `9.262`, `1.469,72`, `20 000`, `05`; and as they shouldn't.

A dot groups and a comma begins decimals, unless a document does it the other way round throughout. A number
that only the other way can read, or that a count can't be, is read and marked as unclear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from engine.numbers import MAX_LENGTH, Lang

_WHOLE = re.compile(r"[0-9]+")
_FORMS: dict[Lang, re.Pattern[str]] = {
    "vi": re.compile(r"(?P<whole>[0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+)(?:,(?P<part>[0-9]+))?"),
    "en": re.compile(r"(?P<whole>[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?"),
}
# Only one way reads these: several groups, both marks, or a mark with other than three digits behind it.
_SURE: dict[Lang, re.Pattern[str]] = {
    "vi": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9.]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9.]+\.[0-9]+,[0-9]+"),
    "en": re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9,]+\.(?:[0-9]{1,2}|[0-9]{4,})|[0-9,]+,[0-9]+\.[0-9]+"),
}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written. ``decimals``: digits after the mark; ``other``: what the other way of writing
    would make of it, None where it makes nothing or the same; ``odd``: only the other way reads it.
    """

    text: str
    value: Fraction
    decimals: int
    other: Fraction | None = None
    odd: bool = False

    @property
    def digits(self) -> str:
        """Its digits alone."""
        return "".join(char for char in self.text if char.isdigit())


_DOT_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")


def convention(texts: Iterable[str]) -> Lang:
    """How a document writes numbers, by those that only one way reads.

    English where nothing is sure to be Vietnamese, and either a comma surely groups or no dot could.
    """
    english = grouping = dotted = False
    for text in texts:
        if len(text) > MAX_LENGTH:
            continue
        if _SURE["vi"].fullmatch(text) and not _SURE["en"].fullmatch(text):
            return "vi"
        if _SURE["en"].fullmatch(text):
            english, grouping = True, grouping or "," in text
        dotted = dotted or bool(_DOT_GROUPED.fullmatch(text))
    return "en" if english and (grouping or not dotted) else "vi"


@lru_cache(maxsize=4096)
def numeral(text: str, way: Lang) -> Numeral | None:
    """Read a number, None for what is none in either way (`1.2.3`, or more than 40 characters)."""
    if len(text) > MAX_LENGTH:
        return None
    if _WHOLE.fullmatch(text):
        return Numeral(text, Fraction(int(text)), 0)
    own = _read(text, way)
    other = _read(text, "en" if way == "vi" else "vi")
    if own is None:
        return None if other is None else Numeral(text, other[0], other[1], None, odd=True)
    value, decimals = own
    return Numeral(text, value, decimals, None if other is None or other[0] == value else other[0])


def _read(text: str, way: Lang) -> tuple[Fraction, int] | None:
    match = _FORMS[way].fullmatch(text)
    if match is None:
        return None
    whole, part = match["whole"], match["part"] or ""
    grouped = len(whole) > 1 and not whole.isdigit()
    if grouped and whole.startswith("0"):  # 0.520 groups nothing
        return None
    digits = "".join(char for char in whole if char.isdigit())
    return Fraction(int(digits + part), 10 ** len(part)), len(part)
