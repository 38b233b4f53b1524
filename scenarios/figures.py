"""Figures as sentences write them: no more decimals than they have, money in millions and billions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.measures import BUILT_IN, Measure
from engine.numbers import round_half_up
from engine.words import Message, joined, say

if TYPE_CHECKING:
    from scenarios.problem import Problem

DECIMALS = 4


def figure(value: float) -> int | Decimal:
    """A number for a sentence, half up to 4 decimals (§7)."""
    number = round_half_up(float(value), DECIMALS)
    return int(number) if number == int(number) else number.normalize()


def amount(problem: Problem, value: float, measure: Measure) -> Message:
    """A value in a base measure with that measure's words."""
    if measure.is_money:
        names = (("billion VND", 1e9), ("million VND", 1e6), ("VND", 0.0))
        measure = BUILT_IN[next(name for name, size in names if abs(value) >= size)]
    label = problem.rulebook.measure_label(measure)
    number = figure(value / float(measure.scale))
    if not measure.powers:
        return say("figure_alone", value=number)
    return say("figure_of", value=number, measure=label)


def together(parts: list[Message]) -> Message:
    """The parts in a row, "and" before the last."""
    if len(parts) < 2:
        return joined(parts)
    return say("and_last", first=joined(parts[:-1]), last=parts[-1])


def place_words(problem: Problem, at: dict[str, str]) -> Message:
    """A place, names by unit, period or grouping, in brackets; nothing for everywhere."""
    units = problem.rulebook.units
    names = [
        units.names[units.index[name]] if key == "unit" else period_words(name) if key == "period" else name
        for key, name in at.items()
    ]
    return say("at_place", place=joined(names)) if names else joined([])


def period_words(name: str) -> Message:
    """A period in a sentence: tháng 7/2023, quý III/2023, 6 tháng cuối năm 2023."""
    year, _, part = name.partition("-")
    if not part:
        return say("period.year", year=year)
    if part[0] == "Q":
        return say("period.quarter", roman=("I", "II", "III", "IV")[int(part[1]) - 1], name=name, year=year)
    if part[0] == "H":
        return say(f"period.half.{part[1]}", name=name, year=year)
    return say("period.month", month=int(part), name=name, year=year)
