"""Frontiers against figures: every value by enumeration of all plans, in fractions."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from engine.base import Base
from engine.overlay import Overlay, setting
from engine.rulebook import Rulebook
from engine.standing import Standing
from scenarios.frontier_figures import Range, figure_frontier, figures_frontier
from scenarios.goals import COST, FAIRNESS

NEED, SIZE, PRICE, TOTAL = (3, 5, 4), (1, 2, 3), (7, 5, 2), 12
BOOK = """rulebook: book
title: T
year: 2023
root: top
data: {units: units.csv}
attributes: {need: {measure: person}, size: {}, price: {}}
parameters: {budget: {value: 30, measure: person}, room: {value: 12, measure: person}}
indicators: {jobs: {measure: person, kind: flow, direction: up}}
allocations:
  plan:
    from: 2023-10-01
    to: 2023-10-31
    every: month
    among: district
    starting_point: {as_of: 2023-06-30}
    quotas: {jobs: {total: 12, need: need, at_most: room, cost: price}}
    rules: {budget: {require: total(jobs * size) <= budget}}
"""

Q = tuple[int, ...]


@pytest.fixture
def stands(tmp_path: Path) -> Standing:
    rows = ["top,,province,,,"]
    rows += [
        f"{name},top,district,{need},{size},{price}"
        for name, need, size, price in zip("abc", NEED, SIZE, PRICE, strict=True)
    ]
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    text = "\n".join(["unit,parent,level,need,size,price", *rows]) + "\n"
    (folder / "units.csv").write_text(text, encoding="utf-8")
    return Standing.of(Base.of(str(folder)), Overlay(allocation="plan"))


def at(stands: Standing, **values: Decimal) -> Rulebook:
    return stands.under(tuple(setting(f"parameters.{name}.value={value}") for name, value in values.items()))


@cache
def plans(budget: int, room: int = TOTAL) -> tuple[Q, ...]:
    """Every plan under a budget, no unit with more than the room."""
    found = (q for q in itertools.product(range(room + 1), repeat=3) if sum(q) == TOTAL)
    return tuple(q for q in found if sum(a * b for a, b in zip(q, SIZE, strict=True)) <= budget)


def unfair(q: Q) -> Fraction:
    """Σ (q − fair)² / fair / total: the fair shares are 3, 5 and 4 themselves."""
    return (
        sum((Fraction((n - fair) ** 2, fair) for n, fair in zip(q, NEED, strict=True)), Fraction(0)) / TOTAL
    )


def price(q: Q) -> int:
    return sum(a * b for a, b in zip(q, PRICE, strict=True))


def span(*values: int, more: bool = False) -> Range:
    return Range(tuple(map(Decimal, values)), Decimal(1), more)


@pytest.mark.parametrize(
    "values", [(10, 13, 16, 20, 24, 28), (9, 14, 40), (12, 13), tuple(range(11, 28)), (5, 6)]
)
def test_fairness_against_a_figure(stands: Standing, values: tuple[int, ...]) -> None:
    found = figure_frontier(lambda value: at(stands, budget=value), span(*values), "plan")
    least = min(budget for budget in range(60) if plans(budget))
    allowed = {value for value in values if plans(value)}
    if allowed and len(allowed) < len(values):
        allowed.add(least)  # between the last value without a plan and the first with one
    best = {value: min(map(unfair, plans(value))) for value in sorted(allowed)}
    kept = [v for v in best if all(best[v] < best[other] for other in best if other < v)]
    assert [point.goal for point in found.points] == kept
    for point in found.points:
        assert point.objective == pytest.approx(float(best[int(point.goal)]), abs=1e-12)
        assert unfair(tuple(point.q[0].tolist())) == best[int(point.goal)]
    assert list(found.dominated) == [value for value in best if value not in kept]
    assert list(found.infeasible) == [value for value in values if not plans(value)]
    assert found.complete
    known = sorted(allowed)
    assert found.gaps == tuple((Fraction(a), Fraction(b)) for a, b in itertools.pairwise(known) if b - a > 1)


def test_where_more_is_better(stands: Standing) -> None:
    """As far as the better direction is more, only the greatest budget's plan is not dominated."""
    found = figure_frontier(
        lambda value: at(stands, budget=value), span(14, 20, 26, more=True), "plan", goal=FAIRNESS
    )
    assert [point.goal for point in found.points] == [26]
    assert list(found.dominated) == [14, 20]


@pytest.mark.parametrize("values", [(10, 13, 16, 20, 24, 36), tuple(range(11, 37, 2))])
def test_cost_against_a_figure(stands: Standing, values: tuple[int, ...]) -> None:
    """The least cost at each value, and the fairest plan that costs no more."""
    found = figure_frontier(lambda value: at(stands, budget=value), span(*values), "plan", goal=COST)
    least = min(budget for budget in range(60) if plans(budget))
    allowed = sorted({least, *(value for value in values if plans(value))})
    best = {value: min(map(price, plans(value))) for value in allowed}
    kept = [v for v in best if all(best[v] < best[other] for other in best if other < v)]
    assert [(point.goal, point.other) for point in found.points] == [
        (Fraction(v), Fraction(best[v])) for v in kept
    ]
    for point in found.points:
        value = int(point.goal)
        fairest = min(unfair(q) for q in plans(value) if price(q) == best[value])
        assert unfair(tuple(point.q[0].tolist())) == fairest


def pareto(rooms: range, budgets: range) -> list[tuple[Fraction | None, Fraction]]:
    """Pairs that allow a plan, of which no other is as good in both."""
    allowed = [
        (Fraction(room), Fraction(budget)) for room in rooms for budget in budgets if plans(budget, room)
    ]
    return sorted(
        (one for one in allowed if not any(a != one and a[0] <= one[0] and a[1] <= one[1] for a in allowed)),
        key=lambda pair: pair[1],
    )


@pytest.mark.parametrize("step", [1, 3])
def test_two_figures(stands: Standing, step: int) -> None:
    """The room of a unit against the budget: all that isn't dominated on the full grid; of it on a coarser
    one, both ends among it.
    """
    rooms, budgets = range(3, 13, step), range(12, 37, step)
    found = figures_frontier(
        lambda room, budget: at(stands, room=room, budget=budget), (span(*rooms), span(*budgets)), "plan"
    )
    true = pareto(range(rooms[0], rooms[-1] + 1), range(budgets[0], budgets[-1] + 1))
    shown = [(point.other, point.goal) for point in found.points]
    assert len(true) > 3
    if step == 1:
        assert shown == true
        assert not found.gaps
    assert set(shown) <= set(true)
    assert {true[0], true[-1]} <= set(shown)
    for point in found.points:
        assert point.other is not None
        fairest = min(map(unfair, plans(int(point.goal), int(point.other))))
        assert unfair(tuple(point.q[0].tolist())) == fairest
    for room, budget in set(true) - set(shown):
        assert any(low < budget < high for low, high in found.gaps), (room, budget)
