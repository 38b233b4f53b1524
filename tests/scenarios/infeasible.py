"""Small allocations that may be impossible, as arrays for the program and, independently, for CP-SAT."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from scipy import sparse

from engine.link import load_rulebook
from engine.rulebook import EVERYWHERE, Bound
from scenarios.arrays import Compiled, Rows
from scenarios.posing import pose
from scenarios.problem import Problem
from tests.books import write_book

GRID = 5040  # every figure divides it, so that relative loosenings are whole numbers of 1 / GRID
SIDES = [Fraction(side) for side in (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20)] + [
    Fraction(5, 2),
    Fraction(15, 2),
    Fraction(1, 2),
    Fraction(3, 2),
]
WEIGHTS = [Fraction(weight) for weight in (0, 1, 1, 2, 3, -1)] + [Fraction(1, 2)]
UNITS = ("a", "b", "c", "d")
PERIODS = ("2023-07", "2023-08", "2023-09")
QUOTAS = ("jobs", "training", "loans")
RULES = ("first", "second", "third")
DEFAULTS = {"per_period": 2, "bounds": 3, "multiples": 4, "nests": 7, "holds": 8, "totals": 9}

Cell = tuple[int, int, int]


@dataclass(frozen=True)
class Row:
    """lower ≤ Σ coefficient × cell ≤ upper at a place."""

    terms: dict[Cell, Fraction]
    lower: Fraction | None
    upper: Fraction | None
    unit: int = -1
    period: int = -1
    link: int = 0


@dataclass
class Asking:
    """An allocation in figures: rows by member, with the members' priorities; totals by quota too."""

    quotas: int
    units: int
    periods: int
    totals: list[int]
    members: dict[str, list[Row]] = field(default_factory=dict)
    priority: dict[str, int] = field(default_factory=dict)
    multiple: list[int] = field(default_factory=list)
    held: dict[tuple[int, int], int] = field(default_factory=dict)
    held_cells: dict[Cell, int] = field(default_factory=dict)
    shut: set[tuple[int, int]] = field(default_factory=set)
    within: dict[str, str] = field(default_factory=dict)

    def cells(self) -> list[Cell]:
        return [(k, u, t) for k in range(self.quotas) for u in range(self.units) for t in range(self.periods)]

    def quota(self, k: int, u: int) -> dict[Cell, Fraction]:
        return {(k, u, t): Fraction(1) for t in range(self.periods)}

    def add(self, member: str, priority: int, rows: Iterable[Row]) -> None:
        self.members[member] = list(rows)
        self.priority[member] = priority

    def state_totals(self) -> None:
        """The totals and multiples as members; to be called when holds are in."""
        for k, total in enumerate(self.totals):
            terms = {cell: Fraction(1) for cell in self.cells() if cell[0] == k}
            row = Row(terms, Fraction(total), Fraction(total))
            self.add(f"{QUOTAS[k]}.total", DEFAULTS["totals"], [row])
            if self.multiple[k] > 1 and any((k, u) not in self.held for u in range(self.units)):
                self.add(f"{QUOTAS[k]}.multiple_of", DEFAULTS["multiples"], [])

    def hold(self, k: int, u: int, amount: int) -> None:
        self.held[k, u] = amount
        row = Row(self.quota(k, u), Fraction(amount), Fraction(amount), u)
        self.add(f"hold.{UNITS[u]}.{QUOTAS[k]}", DEFAULTS["holds"], [row])

    def nest(self, inner: int, outer: int) -> None:
        rows = [
            Row({(inner, u, t): Fraction(1), (outer, u, t): Fraction(-1)}, None, Fraction(0), u, t)
            for u in range(self.units)
            for t in range(self.periods)
        ]
        self.add(f"{QUOTAS[inner]}.within", DEFAULTS["nests"], rows)
        self.within[QUOTAS[inner]] = QUOTAS[outer]

    def bound(self, k: int, u: int, key: str, side: Fraction, priority: int = 3) -> None:
        lower, upper = (side, None) if key == "at_least" else (None, side)
        row = Row(self.quota(k, u), lower, upper, u)
        self.add(f"{QUOTAS[k]}.{key}.{UNITS[u]}", priority, [row])


def random_asking(seed: int) -> Asking:
    """A random allocation; about half of them are impossible."""
    draw = random.Random(seed)
    quotas, units, periods = draw.randint(1, 3), draw.randint(2, 4), draw.randint(1, 3)
    asking = Asking(
        quotas, units, periods, [draw.choice([6, 8, 10, 12, 15, 20, 24, 30]) for _ in range(quotas)]
    )
    asking.multiple = [draw.choice([1, 1, 2, 3, 4, 5]) for _ in range(quotas)]
    kinds = draw.sample(["floors", "ceilings", "cells", "nest", "hold", "rule", "shut"], draw.randint(2, 5))
    for k in range(quotas):
        if "shut" in kinds and draw.random() < 0.3:
            asking.shut.add((k, draw.randrange(periods)))
        if "hold" in kinds:
            for u in range(units):
                if draw.random() < 0.3:
                    asking.hold(k, u, draw.choice([0, 2, 5, 8, 12]))
                elif draw.random() < 0.15 and periods > 1:
                    cell, amount = (k, u, draw.randrange(periods)), draw.choice([0, 3, 6])
                    asking.held_cells[cell] = amount
                    row = Row({cell: Fraction(1)}, Fraction(amount), Fraction(amount), u, cell[2])
                    asking.add(f"hold.{UNITS[u]}.{QUOTAS[k]}", 8, [row])
        for key, kind in (("at_least", "floors"), ("at_most", "ceilings")):
            priority = draw.choice([3, 3, 3, 9, 10])
            for u in range(units):
                if kind in kinds and (k, u) not in asking.held and draw.random() < 0.8:
                    asking.bound(k, u, key, draw.choice(SIDES), priority)
        if "cells" in kinds and draw.random() < 0.8:
            _cell_bounds(asking, k, draw)
    if "nest" in kinds and quotas > 1:
        inner, outer = draw.sample(range(quotas), 2)
        asking.nest(inner, outer)
    if "rule" in kinds:
        for name in RULES[: draw.randint(1, 3)]:
            asking.add(name, draw.choice([1, 5, 5, 8]), _rule(asking, draw))
    asking.state_totals()
    return asking


def _cell_bounds(asking: Asking, k: int, draw: random.Random) -> None:
    key = draw.choice(["at_least", "at_most"])
    sides = [0, 1, 2] if key == "at_least" else [1, 2, 3, 4, 5]
    rows = []
    for u in range(asking.units):
        for t in range(asking.periods):
            if (k, u, t) in asking.held_cells or (key == "at_least" and (k, t) in asking.shut):
                continue
            side = Fraction(draw.choice(sides))
            rows.append(
                Row(
                    {(k, u, t): Fraction(1)},
                    side if key == "at_least" else None,
                    side if key == "at_most" else None,
                    u,
                    t,
                )
            )
    asking.add(f"{QUOTAS[k]}.per_period.{key}", 2, rows)


def _rule(asking: Asking, draw: random.Random) -> list[Row]:
    """One row over everything, or one a unit, or one a period."""
    over = draw.choice(["all", "unit", "period"])
    places = {"all": [(-1, -1)], "unit": [(u, -1) for u in range(asking.units)]}.get(
        over, [(-1, t) for t in range(asking.periods)]
    )
    kind = draw.choice(["upper", "lower", "equal"])
    weights = {k: draw.choice(WEIGHTS) for k in range(asking.quotas)}
    rows = []
    for unit, period in places:
        terms = {
            cell: weights[cell[0]]
            for cell in asking.cells()
            if weights[cell[0]] and unit in (-1, cell[1]) and period in (-1, cell[2])
        }
        side = draw.choice([*SIDES, Fraction(0), Fraction(24), Fraction(30)])
        lower = None if kind == "upper" else side
        upper = None if kind == "lower" else side
        rows.append(Row(terms, lower, upper, unit, period))
    return rows


# For the program


@cache
def base(quotas: int, units: int, periods: int) -> Problem:
    """A real problem of this size; its figures are placeholders."""
    kinds = "\n".join(
        f"  {name}: {{label: {{vi: Việc {name}, en: {name}}}, measure: person, kind: flow, direction: up}}"
        for name in QUOTAS[:quotas]
    )
    asked = "\n".join(f"      {name}: {{total: 10, need: population}}" for name in QUOTAS[:quotas])
    rules = "\n".join(
        f"      {name}: {{require: total(jobs) <= 10, label: {{vi: Quy tắc {name}, en: Rule {name}}}}}"
        for name in RULES
    )
    body = (
        "attributes:\n  population: {measure: person}\n"
        f"indicators:\n{kinds}\nallocations:\n  half:\n    from: 2023-07-01\n"
        f"    to: 2023-{6 + periods:02d}-30\n".replace("07-30", "07-31").replace("08-30", "08-31")
        + "    every: month\n    among: district\n"
        "    starting_point: {as_of: 2023-06-30, basis: actual}\n"
        f"    quotas:\n{asked}\n    rules:\n{rules}\n"
    )
    head = "unit,parent,level,name_vi,name_en,code,valid_from,valid_to,population\n"
    table = "top,,province,Tỉnh,Province,,,,\n" + "".join(
        f"{unit},top,district,Huyện {unit.upper()},District {unit.upper()},,,,{10 * (n + 1)}\n"
        for n, unit in enumerate(UNITS[:units])
    )
    with TemporaryDirectory() as folder:
        book = load_rulebook(str(write_book(Path(folder), body, units=head + table)))
    return pose(book, book.allocations["half"])


def stated(asking: Asking) -> Compiled:
    """The allocation as the program sees it."""
    problem = base(asking.quotas, asking.units, asking.periods)
    quotas = tuple(_asked(problem, asking, k) for k in range(asking.quotas))
    rules = {
        name: replace(rule, priority=asking.priority.get(name, 5))
        for name, rule in problem.allocation.rules.items()
    }
    problem = replace(problem, quotas=quotas, allocation=replace(problem.allocation, rules=rules))
    by_component: dict[str, list[Row]] = {}
    for member, rows in asking.members.items():
        by_component.setdefault(_component(member), []).extend(rows)
    components = {name: _arrays(asking, rows) for name, rows in by_component.items() if rows}
    return Compiled(problem, components, {}, {})


def _component(member: str) -> str:
    parts = member.split(".")
    if parts[0] == "hold":
        return f"{parts[2]}.hold"
    return ".".join(parts[:2]) if len(parts) == 3 and parts[1].startswith("at_") else member


def _asked(problem: Problem, asking: Asking, k: int) -> Any:
    asked = problem.quotas[k]
    held = np.array([asking.held.get((k, u), np.nan) for u in range(asking.units)])
    held_cells = np.full((asking.units, asking.periods), np.nan)
    for (quota, u, t), amount in asking.held_cells.items():
        if quota == k:
            held_cells[u, t] = amount
    bounds = {
        key: Bound(asked.quota.total, asking.priority[member], EVERYWHERE)
        for key in ("at_least", "at_most")
        for member in asking.members
        if member.startswith(f"{asked.quota.id}.{key}.")
    }
    stated_quota = replace(
        asked.quota,
        multiple_of=asking.multiple[k],
        within=asking.within.get(asked.quota.id),
        at_least=bounds.get("at_least"),
        at_most=bounds.get("at_most"),
    )
    profile = np.array([0.0 if (k, t) in asking.shut else 1.0 for t in range(asking.periods)])
    return replace(
        asked,
        quota=stated_quota,
        total=asking.totals[k],
        held=held,
        held_cells=held_cells,
        profile=profile,
    )


def _arrays(asking: Asking, rows: list[Row]) -> Rows:
    place = {cell: n for n, cell in enumerate(asking.cells())}
    matrix = np.zeros((len(rows), len(place)))
    for n, row in enumerate(rows):
        for cell, value in row.terms.items():
            matrix[n, place[cell]] = float(value)
    return Rows(
        sparse.csr_array(matrix),
        np.array([-np.inf if row.lower is None else float(row.lower) for row in rows]),
        np.array([np.inf if row.upper is None else float(row.upper) for row in rows]),
        np.array([row.unit for row in rows], dtype=np.int64),
        np.array([row.period for row in rows], dtype=np.int64),
        np.full(len(rows), -1, dtype=np.int64),
        np.array([row.link for row in rows], dtype=np.int64),
    )
