"""How a stated number stands to the computed one: right, truncated or wrong; the slip that explains it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

Verdict = Literal["right", "truncated", "wrong", "unclear", "cannot_check"]
Slip = Literal["swapped_digits", "lost_digit", "wrong_separator", "wrong_base"]
RIGHT: Verdict = "right"
TRUNCATED: Verdict = "truncated"
WRONG: Verdict = "wrong"

_FEW = 18
"""More digits than this are not searched for slips."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A number as written, in the measure it is written in. ``rounded``: a word that loosens it ("trên")."""

    value: Fraction
    decimals: int
    digits: str
    rounded: str = ""


def judge(stated: Stated, computed: Fraction) -> Verdict:
    """Right if the computed number rounds half up to what is stated (§7), truncated if it is only cut to it.

    A word that loosens the number is held to: "trên 46%" is right of 46.31% and wrong of 45.9%.
    """
    if stated.rounded:
        return _loose(stated, computed)
    scale = 10**stated.decimals
    wanted = stated.value.numerator * scale
    if _rounded(computed, stated.decimals) * stated.value.denominator == wanted:
        return RIGHT
    cut = abs(computed.numerator) * scale // computed.denominator  # towards zero
    cut = -cut if computed < 0 else cut
    return TRUNCATED if cut * stated.value.denominator == wanted else WRONG


def _rounded(number: Fraction, decimals: int) -> int:
    """Half up, away from zero (§7), in units of the last digit; whole numbers throughout, for speed."""
    scaled: int = 2 * abs(number.numerator) * 10**decimals
    whole = (scaled + number.denominator) // (2 * number.denominator)
    return -whole if number < 0 else whole


def _loose(stated: Stated, computed: Fraction) -> Verdict:
    near = abs(computed - stated.value) <= max(abs(stated.value) / 10, Fraction(1))
    if stated.rounded in {"trên", "hơn", "quá"}:
        return RIGHT if computed >= stated.value and near else WRONG
    if stated.rounded in {"gần", "dưới", "chưa đến", "chưa tới"}:
        return RIGHT if computed <= stated.value and near else WRONG
    return RIGHT if near else WRONG


def slip_of(
    stated: Stated,
    computed: Fraction,
    parts: Iterable[tuple[Stated, int]] = (),
    bases: Iterable[Fraction] = (),
) -> Slip | None:
    """The likeliest slip behind a wrong number, None where none explains it.

    ``parts``: the figures it was computed from, each with 1 if the computed number grows with it, −1 if it
    shrinks; ``bases``: what it would be of other bases.
    """
    if moved_mark(stated, computed):
        return "wrong_separator"
    right = _digits_of(computed, stated.decimals)
    own = stated.digits.lstrip("0")
    if _swapped(own, right):
        return "swapped_digits"
    if _lost(own, right, stated.decimals, whole=True) or _lost(
        own, _digits_of(computed, stated.decimals + 1), stated.decimals + 1, whole=False
    ):
        return "lost_digit"
    if any(judge(stated, other) == RIGHT and other != computed for other in bases):
        return "wrong_base"
    for figure, power in parts:
        slip = _mended(figure, _wanted(stated, computed, figure, power))
        if slip:
            return slip
    return None


def moved_mark(stated: Stated, computed: Fraction) -> bool:
    """Whether stated and computed differ by the place of the decimal mark alone."""
    if not stated.value or not computed or len(stated.digits.lstrip("0")) < 2:
        return False
    for power in (1, -1, 2, -2, 3, -3, 4, -4):
        factor = Fraction(10) ** power
        moved = stated.value * factor
        unit = factor / Fraction(10) ** stated.decimals
        if power > 0 and not stated.decimals and moved != computed:
            continue  # 67 of 671 lost a digit
        if abs(moved - computed) * 2 <= unit and abs(moved - computed) * 50 <= abs(computed):
            return True
    return False


def _digits_of(number: Fraction, decimals: int) -> str:
    return str(abs(_rounded(number, decimals))).lstrip("0")


def _swapped(left: str, right: str) -> bool:
    if len(left) != len(right) or left == right:
        return False
    places = [at for at in range(len(left)) if left[at] != right[at]]
    return len(places) == 2 and left[places[0]] == right[places[1]] and left[places[1]] == right[places[0]]


def _lost(short: str, long: str, decimals: int, *, whole: bool) -> bool:
    """Whether a digit is lost: of those before the mark (``whole``), or of the decimals, so that the others
    stand where they stood. 60,0 isn't 62,00 with a digit lost.
    """
    if len(short) + 1 != len(long) or not short:
        return False
    at = next((at for at in range(len(short)) if short[at] != long[at]), len(short))
    if short[at:] != long[at + 1 :]:
        return False
    mark = len(long) - decimals
    if not whole:
        return at >= mark or mark == decimals == 1  # the mark is lost too: 5% of 7,5%
    first = at
    while first and long[first - 1] == long[at]:
        first -= 1
    return first < mark


def _wanted(stated: Stated, computed: Fraction, figure: Stated, power: int) -> range:
    """The digits of a figure, as whole numbers, with which the computed number would round to the stated."""
    half = Fraction(1, 2) / 10**stated.decimals
    least, beyond = stated.value - half, stated.value + half
    unit = figure.value / int(figure.digits) if int(figure.digits or 0) else Fraction(0)
    if least <= 0 or computed <= 0 or unit <= 0:
        return range(0)
    if power > 0:
        scale = figure.value / computed / unit
        return range(ceil(least * scale), ceil(beyond * scale))
    scale = figure.value * computed / unit
    return range(floor(scale / beyond) + 1, floor(scale / least) + 1)


def _mended(figure: Stated, wanted: range) -> Slip | None:
    """The slip that made a figure out of one of the numbers wanted: digits swapped, or one lost."""
    digits = figure.digits
    if not 2 <= len(digits) <= _FEW or not wanted:
        return None
    for at in range(len(digits) - 1):
        swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        if swapped != digits and not swapped.startswith("0") and int(swapped) in wanted:
            return "swapped_digits"
    for at in range(len(digits) + 1):
        for digit in "0123456789" if at else "123456789":
            if int(digits[:at] + digit + digits[at:]) in wanted:
                return "lost_digit"
    return None
