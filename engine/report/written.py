"""How numbers are told in notes, in each language's form (§7)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from engine.numbers import Lang, format_number, round_half_up
from engine.report.items import Figure
from engine.report.scales import MONEY, PERCENT
from engine.words import Message

_MONEY = ((10**9, "tỷ đồng", "billion VND"), (10**6, "triệu đồng", "million VND"), (1, "đồng", "VND"))


def number(value: Fraction, decimals: int) -> Message:
    """A number rounded half up, without zeros at its end."""
    return _both(round_half_up(value, decimals), trim=True)


def percent(value: Fraction, decimals: int, sign: str = "%") -> Message:
    """A percentage with exactly these decimals, or a multiple with another sign."""
    shown = _both(round_half_up(value, decimals), trim=False)
    return Message(shown.vi + sign, shown.en + ("x" if sign == " lần" else sign))


def amount(figure: Figure) -> Message:
    """A figure in its own measure."""
    if figure.unit.kind == PERCENT:
        return percent(figure.value, figure.numeral.decimals, sign_of(figure))
    return plain(figure.value, figure.unit.kind, figure.unit.scale)


def sign_of(figure: Figure) -> str:
    """The sign of a percentage or of thousandths."""
    return "‰" if figure.unit.whole == 1000 else "%"


def plain(value: Fraction, kind: str, scale: int = 1) -> Message:
    """A value in base measures, money in the scale given or one that suits it."""
    if kind != MONEY:
        return number(value, 6)
    if scale == 1 and abs(value) >= 10**6:
        scale = 10**9 if abs(value) >= 10**9 else 10**6
    vi, en = next(((vi, en) for size, vi, en in _MONEY if size <= scale), ("đồng", "VND"))
    size = next((size for size, _, _ in _MONEY if size <= scale), 1)
    shown = number(value / size, 6)
    return Message(f"{shown.vi} {vi}", f"{shown.en} {en}")


def _both(value: Decimal, *, trim: bool) -> Message:
    def form(lang: Lang) -> str:
        decimals = max(0, -int(value.as_tuple().exponent))
        return format_number(value, decimals, lang, trim=trim)

    return Message(form("vi"), form("en"))
