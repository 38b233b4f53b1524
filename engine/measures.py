"""Measures (§4): a dimension, a scale and, for dimensionless ones, rate or change of rate.

Values are held in base measures (person, VND, ratio …) and change scale only on the way out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache

from engine.words import Message, both


class Kind(Enum):
    """How a dimensionless measure behaves: 46% is a rate, 0.52 percentage points a change of rate."""

    PLAIN = "plain"
    RATE = "rate"
    CHANGE = "change"


_DIVISIBLE = frozenset({"VND", "day", "month", "year"})
Powers = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """``powers``: base measures with their exponents, sorted by name, () for a ratio.
    ``scale``: how many base measures one of this is (1,000,000 for million VND, 1/100 for percent).
    """

    powers: Powers
    scale: Fraction = Fraction(1)
    kind: Kind = Kind.PLAIN
    name: str = field(default="", compare=False)
    label: Message = field(default_factory=lambda: both(""), compare=False)

    @property
    def is_count(self) -> bool:
        """Whether a figure in it must be whole: persons, households, communes, but not months."""
        match self.powers:
            case ((base, 1),):
                return self.scale == 1 and base not in _DIVISIBLE
        return False

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of VND, exact to the đồng."""
        return self.powers == (("VND", 1),)

    @property
    def must_be_whole(self) -> bool:
        """Whether a figure in it is written without a decimal point: counts, and plain đồng (§4)."""
        return self.is_count or (self.is_money and self.scale == 1)

    @property
    def has_clear_scale(self) -> bool:
        """Whether a bare number beside it can mean one thing only (§4)."""
        return self.kind is Kind.PLAIN and self.scale == 1 and all(base != "VND" for base, _ in self.powers)

    def to_base(self, value: Decimal) -> Fraction:
        """A value in this measure as an exact number of base measures."""
        return Fraction(value) * self.scale

    def like(self, other: Measure) -> bool:
        """Whether values of the two can stand beside each other: same dimension, rate with rate."""
        return self.powers == other.powers and {Kind.RATE, Kind.CHANGE} != {self.kind, other.kind}

    def base(self) -> Measure:
        """The same dimension at scale 1."""
        return measure_of(self.powers, self.kind)


RATIO = Measure((), name="ratio", label=Message("tỷ số", "ratio"))
PERCENT = Measure((), Fraction(1, 100), Kind.RATE, "percent", both("%"))
POINT = Measure((), Fraction(1, 100), Kind.CHANGE, "percentage point", Message("điểm %", "percentage points"))


def _count(name: str, vi: str, en: str) -> Measure:
    return Measure(((name, 1),), name=name, label=Message(vi, en))


def _money(name: str, scale: int, vi: str) -> Measure:
    return Measure((("VND", 1),), Fraction(scale), name=name, label=Message(vi, name))


VND = _money("VND", 1, "đồng")
BUILT_IN: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        RATIO,
        PERCENT,
        POINT,
        VND,
        _money("thousand VND", 1_000, "nghìn đồng"),
        _money("million VND", 1_000_000, "triệu đồng"),
        _money("billion VND", 1_000_000_000, "tỷ đồng"),
        _count("person", "người", "persons"),
        _count("household", "hộ", "households"),
        _count("day", "ngày", "days"),
        _count("month", "tháng", "months"),
        _count("year", "năm", "years"),
    )
}
ALIASES: Mapping[str, str] = {
    "đồng": "VND",
    "nghìn đồng": "thousand VND",
    "triệu đồng": "million VND",
    "tỷ đồng": "billion VND",
    "tỉ đồng": "billion VND",
    "người": "person",
    "hộ": "household",
    "ngày": "day",
    "tháng": "month",
    "năm": "year",
    "phần trăm": "percent",
    "điểm phần trăm": "percentage point",
}
_PRODUCT = re.compile(r"\s*([*/])\s*")


def known_measures(custom: Mapping[str, Measure]) -> set[str]:
    """The names that a measure's text may use."""
    return {*BUILT_IN, *ALIASES, *custom}


class UnknownMeasureError(ValueError):
    """A measure's text that names something unknown; ``word`` is the part that isn't known."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@cache
def measure_of(powers: Powers, kind: Kind = Kind.PLAIN) -> Measure:
    """The measure of scale 1 with these powers, named so that a message can show it and a formula use it.

    A rate's base measure still is a rate: it is shown as ratio, or as percent by the face.
    """
    above = [base for base, n in powers for _ in range(n)]
    below = [base for base, n in powers for _ in range(-n)]
    names = {Kind.PLAIN: "ratio", Kind.RATE: "percent", Kind.CHANGE: "percentage point"}
    name = " * ".join(above) or names[kind]
    return Measure(powers, Fraction(1), kind, " / ".join([name, *below]))


def label_of(name: str, custom: Mapping[str, Measure] | None = None) -> Message:
    """A measure's words: ``triệu đồng/người`` for ``million VND / person``."""
    known = {**BUILT_IN, **(custom or {})}
    pieces = _PRODUCT.split(name)
    labels = [known[piece].label if piece in known else both(piece) for piece in pieces]
    for at in range(2, len(pieces), 2):
        if pieces[at - 1] == "/" and pieces[at] in known:
            labels[at] = Message(labels[at].vi, pieces[at])  # persons / month, VND / person
    return Message("".join(p.vi for p in labels), "".join(p.en for p in labels))


def parse_measure(text: str, custom: Mapping[str, Measure]) -> Measure:
    """Read ``million VND / person``: names of measures with * and / between, left to right.

    ``custom`` holds the rulebook's own counts. Raises UnknownMeasureError.
    """
    pieces = _PRODUCT.split(text.strip())
    if len(pieces) == 1:
        return _atom(pieces[0], custom)
    whole = _atom(pieces[0], custom)
    scale, names = whole.scale, [whole.name]
    for operator, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        part = _atom(piece, custom)
        names += [operator, part.name]
        scale = scale * part.scale if operator == "*" else scale / part.scale
        whole = multiply(whole, part, 1 if operator == "*" else -1)
    name = " ".join(names)
    return Measure(whole.powers, scale, whole.kind, name, label_of(name, custom))


def _atom(text: str, custom: Mapping[str, Measure]) -> Measure:
    composed = unicodedata.normalize("NFC", text)  # some keyboards write ồ as three characters
    name = ALIASES.get(composed, composed)
    measure = custom.get(name) or BUILT_IN.get(name)
    if measure is None:
        raise UnknownMeasureError(text)
    return measure


def multiply(left: Measure, right: Measure, sign: int = 1) -> Measure:
    """The base measure of a product (sign 1) or quotient (sign -1).

    A share of a rate is a rate, and so is a rate a month; the same for a change. A quotient of two of them
    is a plain ratio, a rate of persons are persons.
    """
    powers = dict(left.powers)
    for base, exponent in right.powers:
        powers[base] = powers.get(base, 0) + sign * exponent
    found = tuple(sorted((base, n) for base, n in powers.items() if n))
    kinds = {left.kind, right.kind}
    if all(n < 0 for _, n in found):
        if sign < 0 and right.kind is not Kind.PLAIN:
            return measure_of(found)
        for kind in (Kind.CHANGE, Kind.RATE):
            if kind in kinds:
                return measure_of(found, kind)
    return measure_of(found)


def add(left: Measure, right: Measure, sign: int) -> Measure | None:
    """The base measure of a sum or difference, or None where the two don't go together (§4).

    rate − rate = change; rate ± change = rate; a plain ratio stands for a rate beside either.
    """
    if left.powers != right.powers:
        return None
    kinds = (left.kind, right.kind)
    if Kind.CHANGE not in kinds:
        rates = Kind.RATE in kinds
        kind = Kind.PLAIN if not rates else (Kind.CHANGE if sign < 0 else Kind.RATE)
    elif kinds == (Kind.CHANGE, Kind.CHANGE):
        kind = Kind.CHANGE
    elif sign < 0 and right.kind is not Kind.CHANGE:
        return None
    else:
        kind = Kind.RATE
    return measure_of(left.powers, kind)
