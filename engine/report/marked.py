"""What words say of a figure beside its part in the sentence: the time it is of, what it is one of."""

from __future__ import annotations

import re

from engine.report.items import Item, Sentence
from engine.report.scales import PROPORTIONS, TIME, unit_at

_STARTS = frozenset({"đầu năm", "đầu kỳ", "đầu nhiệm kỳ"})
_ENDS = frozenset({"cuối năm", "cuối kỳ", "cuối nhiệm kỳ"})
NOW = (9999, 0, 0)
"""The time of what is so today."""
_MEAN = re.compile(r"\b(?:bình quân|trung bình)\b")
_OF_ONE = re.compile(r"\bmỗi (?:một )?")
_NEAR = 60
"""Characters before a figure in which it may be called an average."""


def mark(sentence: Sentence, text: str) -> None:
    """Give figures the time that words before them tell, and averages what they are of one of."""
    _times(sentence, text)
    _averages(sentence, text)


def _times(sentence: Sentence, text: str) -> None:
    """Give the first figure behind words for a time that time: year (0 where none is told), month, day."""
    told: tuple[int, int, int] | None = None
    for item in sentence.items:
        word = text[item.start : item.end]
        if item.kind == "earlier":
            told = (0, 13 if word in _ENDS else 0, 0) if word in _STARTS | _ENDS else None
        elif item.kind == "day" and item.day:
            told = _dated(item, told)
        elif word == "nay":
            told = NOW
        elif item.kind in {"plan", "planned", "same", "semi"}:
            told = None
        elif item.figure and item.kind in {"figure", "percent"}:
            item.figure.moment = told
            told = None


def _dated(item: Item, told: tuple[int, int, int] | None) -> tuple[int, int, int] | None:
    day = item.day
    if day is None or day.year is None:
        return told
    if day.day is not None:
        return (day.year, day.day.month, day.day.day)
    return (day.year, 6 if told is None else told[1], 0)


def _averages(sentence: Sentence, text: str) -> None:
    """Tell the figures that are of one, and of one of what."""
    items = sentence.items
    last = sentence.start
    for at, item in enumerate(items):
        if item.kind == "figure" and item.figure and item.figure.unit.kind:
            figure, first = item.figure, max(last, item.start - _NEAR)
            mean = _MEAN.search(text, first, item.start) is not None
            kind = ""
            if mean and figure.per and not any(one.kind == "slash" for one in items[at + 2 : at + 4]):
                kind = unit_at(text, items[at + 1].end)[0].kind
            elif one := _OF_ONE.search(text, first, item.start):
                kind = unit_at(text, one.end())[0].kind
            if kind and kind not in {TIME, figure.unit.kind} and kind not in PROPORTIONS:
                figure.each, figure.mean, figure.per = kind, mean, True
        if item.figure or item.pair:
            last = item.end
