"""What is in a rulebook, as JSON: in base measures, unknown as null, labels in one language."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np

from api.answers import base_name, issue_answer, number
from engine.numbers import Lang
from engine.rulebook import Allocation, Metric, Placed, Rulebook
from engine.values import Floats, day_date


def listed_answer(name: str, rulebook: Rulebook | None, lang: Lang) -> dict[str, Any]:
    """One line of the list of rulebooks. ``rulebook``: None where it is faulty."""
    return {
        "id": name,
        "title": rulebook.title.in_(lang) if rulebook else None,
        "year": rulebook.year if rulebook else None,
        "faulty": rulebook is None,
    }


def rulebook_answer(name: str, rulebook: Rulebook, lang: Lang) -> dict[str, Any]:
    """What a rulebook is made of, by name."""
    return {
        "id": name,
        "title": rulebook.title.in_(lang),
        "year": rulebook.year,
        "root": rulebook.root,
        "levels": list(dict.fromkeys(rulebook.units.levels)),
        "stale_after": rulebook.stale_after,
        "sources": [{"id": name, "title": title.in_(lang)} for name, title in rulebook.sources.items()],
        "attributes": [
            {
                "id": item.id,
                "label": item.label.in_(lang),
                "measure": base_name(item.measure),
                "status": item.status,
                "source": item.source,
            }
            for item in rulebook.attributes.values()
        ],
        "indicators": list(rulebook.indicators),
        "metrics": list(rulebook.metrics),
        "parameters": list(rulebook.parameters),
        "checks": list(rulebook.checks),
        "cases": list(rulebook.cases),
        "allocations": [_allocation(item, lang) for item in rulebook.allocations.values()],
        "warnings": [issue_answer(issue, lang) for issue in rulebook.warnings],
    }


def _allocation(item: Allocation, lang: Lang) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title.in_(lang),
        "from": item.starts.isoformat(),
        "to": item.ends.isoformat(),
        "every": item.every,
        "among": item.among,
        "root": item.root,
        "as_of": item.as_of.isoformat(),
        "basis": item.basis,
        "fairness": item.fairness,
        "quotas": list(item.quotas),
        "rules": list(item.rules),
    }


def units_answer(rulebook: Rulebook, lang: Lang) -> dict[str, Any]:
    """The units in the order of their file, with their attributes."""
    units = rulebook.units
    attributes = {item.id: _numbers(item.values) for item in rulebook.attributes.values()}
    return {
        "rulebook": rulebook.id,
        "units": [
            {
                "id": name,
                "parent": units.ids[units.parent[at]] if units.parent[at] >= 0 else None,
                "level": units.levels[at],
                "name": units.names[at].in_(lang),
                "code": units.codes[at] or None,
                "valid_from": _day(int(units.valid_from[at])),
                "valid_to": _day(int(units.valid_to[at])),
                "attributes": {attribute: values[at] for attribute, values in attributes.items()},
            }
            for at, name in enumerate(units.ids)
        ],
    }


def _day(day: int) -> str | None:
    """A date of validity; the ends of int32 are open ends."""
    return None if abs(day) >= np.iinfo(np.int32).max - 1 else day_date(day).isoformat()


def _numbers(values: Floats) -> list[float | int | None]:
    return [None if math.isnan(value) else number(value) for value in values.tolist()]


def indicators_answer(rulebook: Rulebook, lang: Lang) -> dict[str, Any]:
    """What is tracked. ``curve``: the expected share of the year by day, linear between."""
    return {
        "rulebook": rulebook.id,
        "indicators": [
            {
                "id": item.id,
                "label": item.label.in_(lang),
                "measure": base_name(item.measure),
                "shown_in": item.shown.name,
                "decimals": item.decimals,
                "kind": item.kind,
                "direction": item.direction,
                "part_of": item.part_of,
                "aggregate": item.aggregate,
                "weight": item.weight,
                "curve": [{"day": _of_year(day), "expected": number(share)} for day, share in item.curve],
            }
            for item in rulebook.indicators.values()
        ],
    }


def _of_year(day: int) -> str:
    """The day of a year of 365 days as MM-DD."""
    return (date(2023, 1, 1) + timedelta(days=day - 1)).strftime("%m-%d")


def metrics_answer(rulebook: Rulebook, lang: Lang) -> dict[str, Any]:
    """What is worked out from figures. Each formula with the kinds of indicators it is for."""
    return {
        "rulebook": rulebook.id,
        "metrics": [
            {
                "id": item.id,
                "label": item.label.in_(lang),
                "formulas": _formulas(item, rulebook),
                "measures": {
                    indicator: base_name(item.measures[indicator])
                    for indicator in rulebook.indicators
                    if indicator in item.measures
                },
                "shown_in": item.shown.name if item.shown else None,
                "decimals": item.decimals,
                "standard": item.standard,
            }
            for item in rulebook.metrics.values()
        ],
    }


def _formulas(item: Metric, rulebook: Rulebook) -> list[dict[str, Any]]:
    """One entry a formula, with the kinds of the rulebook's indicators that it is for."""
    found: dict[Placed, list[str]] = {}
    kinds = {rulebook.indicators[indicator].kind for indicator in item.indicators}
    for kind, placed in item.formulas.items():
        if kind in kinds:
            found.setdefault(placed, []).append(kind)
    return [
        {
            "for": kinds,
            "formula": placed.formula.text,
            "file": placed.place.file,
            "line": placed.place.line,
        }
        for placed, kinds in found.items()
    ]


def parameters_answer(rulebook: Rulebook, lang: Lang) -> dict[str, Any]:
    """Figures used by name; ``value`` in the base measure, ``stated`` as the rulebook writes it."""
    return {
        "rulebook": rulebook.id,
        "parameters": [
            {
                "id": item.id,
                "label": item.label.in_(lang),
                "value": number(item.value),
                "measure": base_name(item.measure),
                "stated": number(float(item.stated)),
                "shown_in": item.measure.name,
                "status": item.status,
                "source": item.source,
                "file": item.place.file,
                "line": item.place.line,
            }
            for item in rulebook.parameters.values()
        ],
    }
