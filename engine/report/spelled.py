"""Numbers in words: `hai nghìn năm trăm`, `hai mươi lăm triệu`, `ba nghìn rưỡi`. What is loose is none."""

from __future__ import annotations

import re
from fractions import Fraction

from engine.report.numerals import Numeral

_DIGITS = {
    word: value
    for value, words in enumerate(
        ("không", "một mốt", "hai", "ba", "bốn tư", "năm lăm", "sáu", "bảy bẩy", "tám", "chín")
    )
    for word in words.split(" ")
}
_SCALES = {"nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_D = "(?:một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín)"
_LAST = "(?:một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín)"
_TENS = rf"(?:mười(?: {_LAST}\b)?|{_D} mươi(?: {_LAST}\b)?)"
_GROUP = rf"(?:(?:{_D}|không) trăm(?: (?:linh|lẻ) {_D}\b| {_TENS}\b)?|{_TENS}|{_D})"
_SCALE = r"(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)"
_NUMBER = re.compile(
    rf"{_GROUP}\b(?: {_SCALE}\b(?: {_GROUP} {_SCALE}\b){{0,3}}(?: {_GROUP}\b(?! {_SCALE}\b))?)?(?: rưỡi\b)?"
)
STARTS = frozenset({"mười", *_DIGITS} - {"không", "mốt", "lăm", "tư"})
"""The words that a number in words begins with."""
_TIMES = re.compile(r"\bgấp (?:hơn |gần |khoảng |trên )?$")
MULTIPLES = {"đôi": Numeral("2", Fraction(2), 0), "rưỡi": Numeral("1,5", Fraction(3, 2), 1)} | {
    word: Numeral(str(value), Fraction(value), 0)
    for value, word in enumerate(("hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"), 2)
}
"""How many times, in words."""


def spelled(text: str, at: int) -> tuple[int, int] | None:
    """The number in words that begins at an offset of a folded text, and where it ends.

    None where there is none, below ten, where its scales don't fall (`một nghìn hai triệu`), and of what
    leaves something out (`hai trăm năm` may be 205 or 250).
    """
    match = _NUMBER.match(text, at)
    if match is None:
        return None
    words = match[0].split(" ")
    total = group = 0
    before, unit = 10**12, 1
    for word in words:
        if word in _SCALES:
            unit = _SCALES[word]
            if unit >= before:
                return None
            total, group, before = total + group * unit, 0, unit
        elif word == "trăm":
            group, unit = group * 100, 100
        elif word == "mươi":
            group, unit = group // 100 * 100 + group % 100 * 10, 10
        elif word == "mười":
            group, unit = group + 10, 10
        elif word == "rưỡi":
            if unit < 100:
                return None
            group += unit // 2
        elif word not in {"linh", "lẻ"}:
            group += _DIGITS[word]
            unit = 1
    total += group
    last = words[-2:]
    short = len(words) > 2 and words[-1] in _DIGITS and last[0] in {"trăm", *_SCALES}
    return None if total < 10 or short else (total, match.end())


def times(text: str, start: int, stop: int) -> tuple[Numeral, int] | None:
    """How many times a word of a folded text says, and where that ends: ``gấp đôi``, ``gấp hơn ba lần``."""
    if not _TIMES.search(text, max(0, start - 16), start):
        return None
    word = text[start:stop]
    if text.startswith(" lần", stop) and not text[stop + 4 : stop + 5].isalnum():
        return MULTIPLES[word], stop + 4
    said = word in {"đôi", "rưỡi"} or text.startswith(" so ", stop)
    return (MULTIPLES[word], stop) if said else None
