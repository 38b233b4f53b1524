"""What was found in a report: a place, what stands there, what it should be, and how it stands to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from engine.report.scales import NONE, Unit
from engine.report.verdicts import Slip, Verdict
from engine.words import Message

Kind = Literal["ratio", "sum", "date", "bracket", "number", "measure", "figure"]
Value = Fraction | date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``start`` and ``end``: code points of the text as it came; numbers in base measures
    (a ratio, a person, đồng), None where unknown; ``part`` and ``base``: what a ratio is of; ``of``: what the
    base is called: plan, same, total, from, or empty.
    """

    start: int
    end: int
    quote: str
    kind: Kind
    stated: Value
    computed: Value
    verdict: Verdict
    note: Message
    slip: Slip | None = None
    part: Fraction | None = None
    base: Fraction | None = None
    of: str = ""
    decimals: int = 0
    unit: Unit = NONE
