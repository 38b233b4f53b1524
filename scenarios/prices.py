"""Shadow prices (§14): what loosening a rule by one would take off the unfairness, in the relaxation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.measures import Measure
from scenarios.members import rule_measure
from scenarios.relaxation import continuous

if TYPE_CHECKING:
    from scenarios.arrays import Compiled
    from scenarios.problem import Problem

SMALL = 1e-7
"""Of the largest price: below it is the solver's rounding."""


@dataclass(frozen=True, slots=True)
class Price:
    """By how much the continuous ``proportional`` objective falls where a rule is loosened by one ``measure``
    at the place ``at``, where that is worth most.
    """

    name: str
    at: dict[str, str]
    price: float
    measure: Measure


def shadow_prices(compiled: Compiled) -> tuple[Price, ...] | None:
    """The price of each rule and nest that presses on the relaxation, at the instance where it is highest.

    They are of the relaxation in real numbers, not of the whole-number plan, and hold for small changes.
    None where its optimum wasn't found.
    """
    problem = compiled.problem
    rules = problem.allocation.rules
    names = [name for name in compiled.rows if name in rules or name.endswith(".within")]
    if not names:
        return ()
    try:
        prices = continuous(compiled.cells()).prices
    except ArithmeticError:
        return None
    found = []
    start = 0
    for name in names:
        count = len(compiled.rows[name].lower)
        own = prices[start : start + count]
        start += count
        row = int(np.argmax(own)) if count else 0
        if count and own[row] > SMALL * float(prices.max()):
            found.append(Price(name, compiled.at(name, row), float(own[row]), _measure(problem, name)))
    return tuple(found)


def _measure(problem: Problem, name: str) -> Measure:
    if name in problem.allocation.rules:
        return rule_measure(problem, name).base()
    quota = problem.asked(name.removesuffix(".within")).quota
    return problem.rulebook.indicators[quota.indicator].measure.base()
