"""What a case expects, as a rule author writes it: ``46.31%``, ``9262``, ``4.2 billion VND``, ``unknown``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.measures import PERCENT, RATIO, Measure, parse_measure
from engine.numbers import exact, parse_iso_date, parse_machine_number, round_half_up

UNKNOWN, NOT_APPLICABLE = "unknown", "not_applicable"
STATUSES = (
    "achieved",
    "on_track",
    "at_risk",
    "behind",
    "exceeded",
    "no_target",
    "unknown",
)
_WORD = re.compile(r"[a-z_]+")
_QUANTITY = re.compile(r"([^\s%]+)\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expected:
    """``number`` in ``measure`` with ``decimals`` written, or a ``word``, or a ``day``."""

    text: str
    word: str | None = None
    day: date | None = None
    number: Decimal | None = None
    measure: Measure = RATIO
    decimals: int = 0
    bare: bool = False

    def meets(self, value: float) -> tuple[bool, str]:
        """Whether a value in base measures is it, half up to the decimals written (§7), and what it is."""
        assert self.number is not None
        inside = (
            exact(value) / Decimal(self.measure.scale.numerator) * Decimal(self.measure.scale.denominator)
        )
        got = round_half_up(inside, self.decimals)
        unit = "%" if self.measure == PERCENT else f" {self.measure.name}"
        return got == self.number, f"{got:f}" + ("" if self.bare else unit)


def read_expected(text: str, custom: Mapping[str, Measure]) -> Expected:
    """Read what a case expects.

    Raises NumberFormError, UnknownMeasureError or DateFormError.
    """
    if _WORD.fullmatch(text):
        return Expected(text, word=text)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return Expected(text, day=parse_iso_date(text))
    match = _QUANTITY.fullmatch(text.strip())
    number, unit = (match[1], match[2]) if match else (text, "")
    value = parse_machine_number(number)
    decimals = len(number.partition(".")[2])
    if not unit:
        return Expected(text, number=value, decimals=decimals, bare=True)
    measure = PERCENT if unit == "%" else parse_measure(unit, custom)
    return Expected(text, number=value, measure=measure, decimals=decimals)


def suits(expected: Expected, measure: Measure) -> bool:
    """Whether what is expected can be compared with values of a measure (§4)."""
    if expected.number is None:
        return expected.word in (UNKNOWN, NOT_APPLICABLE)
    return measure.has_clear_scale if expected.bare else expected.measure.like(measure)
