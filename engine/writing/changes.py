"""What lies over a rulebook (§12) as readers of a document are told: by labels, the paths beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.numbers import MONTHS
from engine.overlaid import Overlaid, value_words
from engine.rulebook import Rulebook
from engine.words import Message, both, joined, say

__all__ = ["change_words", "period_words"]

_ROMAN = ("I", "II", "III", "IV")
_OF_QUOTAS = ("total", "at_least", "at_most", "need", "multiple_of", "within", "profile", "weight", "cost")


def change_words(change: Overlaid, rulebook: Rulebook) -> Message:
    """A change in a line: what it is of, its path, what it was and what it is."""
    path = change.path.split(".")
    label = _label(path, change, rulebook)
    if isinstance(change.was, Mapping) and "require" not in change.was and change.now is None:
        what = both(change.path) if label is None else joined([label, both(f"({change.path})")], " ")
        return say("overlaid.taken_away", what=what)
    was, now = (_value(value, path, rulebook) for value in (change.was, change.now))
    if label is None:
        return say("overlaid.change", path=change.path, was=was, now=now)
    return say("overlaid.labelled", label=label, path=change.path, was=was, now=now)


def period_words(period: str) -> Message:
    """A period's name in words: 2023-07 is July 2023, 2023-H2 the second half; a year stays as it is."""
    year, _, part = period.partition("-")
    if part.isdigit():
        return say("writing.month", month=str(int(part)), year=year, name=MONTHS[int(part) - 1])
    match part:
        case "Q1" | "Q2" | "Q3" | "Q4":
            quarter = int(part[1])
            return say("writing.quarter", quarter=part[1], roman=_ROMAN[quarter - 1], year=year)
        case "H1" | "H2":
            return say("writing.first_half" if part == "H1" else "writing.second_half", year=year)
    return both(period)


def _label(path: list[str], change: Overlaid, rulebook: Rulebook) -> Message | None:
    """What a path leads to; None for what has no label."""
    match path:
        case ["parameters", name, *_] if name in rulebook.parameters:
            return rulebook.parameters[name].label
        case ["allocations", allocation, *rest] if allocation in rulebook.allocations:
            return _of_allocation(allocation, rest, change, rulebook)
        case ["data", "observations", indicator, unit, day, basis] if _is_figure(indicator, unit, rulebook):
            said = say(f"overlaid.{basis}", when=date.fromisoformat(day))
            return joined([rulebook.indicators[indicator].label, _unit(unit, rulebook), said])
        case ["data", "targets", indicator, unit, year] if _is_figure(indicator, unit, rulebook):
            said = say("overlaid.target", year=year)
            return joined([rulebook.indicators[indicator].label, _unit(unit, rulebook), said])
        case ["indicators", indicator, *_] if indicator in rulebook.indicators:
            return rulebook.indicators[indicator].label
        case ["actions", action, *_] if action in rulebook.actions:
            return rulebook.actions[action].label
    return _own_label(change)


def _of_allocation(allocation: str, rest: list[str], change: Overlaid, rulebook: Rulebook) -> Message | None:
    quotas, rules = rulebook.allocations[allocation].quotas, rulebook.allocations[allocation].rules
    match rest:
        case ["quotas", name, *keys] if name in quotas:
            label = rulebook.indicators[quotas[name].indicator].label
            said = [say(f"overlaid.of_quota.{key}") for key in keys[-1:] if key in _OF_QUOTAS]
            said += [say("overlaid.of_quota.per_period")] if "per_period" in keys else []
            return joined([label, *said])
        case ["rules", name, *_] if name in rules:
            return rules[name].label
        case ["hold", unit, name, *periods] if name in quotas and unit in rulebook.units.index:
            label = rulebook.indicators[quotas[name].indicator].label
            return joined([say("overlaid.held"), _unit(unit, rulebook), label, *map(period_words, periods)])
        case ["leave_out"]:
            return say("overlaid.left_out")
        case ["fairness"]:
            return say("overlaid.fairness")
    return _own_label(change)


def _own_label(change: Overlaid) -> Message | None:
    """The label that what was taken away has in itself."""
    named = change.was if isinstance(change.was, Mapping) else {}
    label = named.get("label") or named.get("heading") or named.get("title")
    if isinstance(label, str):
        return both(label)
    if isinstance(label, Mapping) and {"vi", "en"} <= label.keys():
        return Message(str(label["vi"]), str(label["en"]))
    return None


def _value(value: Any, path: list[str], rulebook: Rulebook) -> Message:
    if isinstance(value, Mapping) and "label" in value:  # it stands before the path
        rest = {key: part for key, part in value.items() if key != "label"}
        return value_words(rest["require"] if list(rest) == ["require"] else rest)
    match path:
        case ["parameters", name, "value"] if name in rulebook.parameters and isinstance(value, int | float):
            if not any(change.path == f"parameters.{name}.measure" for change in rulebook.overlaid):
                return joined([value, rulebook.measure_label(rulebook.parameters[name].measure)], " ")
        case [*_, "leave_out"] if isinstance(value, list):
            return joined(_unit(str(unit), rulebook) for unit in value)
    return value_words(value)


def _is_figure(indicator: str, unit: str, rulebook: Rulebook) -> bool:
    return indicator in rulebook.indicators and unit in rulebook.units.index


def _unit(unit: str, rulebook: Rulebook) -> Message:
    known = rulebook.units.index
    return rulebook.units.names[known[unit]] if unit in known else both(unit)
