"""Random small rulebooks with rules of all kinds, and the same said once more to OR-Tools' CP-SAT.

Nothing here uses the code under test: the rules are stated by hand beside their formulas.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model

MONTHS = ("2023-10", "2023-11", "2023-12")
QUOTAS = ("jobs", "training", "loans")
UNITS = ("a", "b", "c", "d")
SCHOOLS = ("s1", "s2")
FEATURES = (
    "bounds",
    "per_period",
    "within",
    "seats",
    "cap",
    "budget",
    "change",
    "cumulative",
    "only",
    "hold",
    "hold_month",
    "profile",
    "by_period",
)
MOST = 30  # in a cell
SCALE = 10**9  # of CP-SAT's whole costs
HEAD = """\
rulebook: book
title: T
year: 2023
root: top
data: {{units: units.csv}}
attributes: {{n0: {{measure: person}}, n1: {{measure: person}}, n2: {{measure: person}}, size: {{}}}}
groupings: {{school: {{column: school, table: schools.csv, attributes: {{seats: {{measure: person}}}}}}}}
tables: {{cap: {{file: cap.csv, by: [unit, period], measure: person}}}}
parameters: {{budget: {{value: {budget}, measure: person}}}}
indicators:
  jobs: {{measure: person, kind: flow, direction: up}}
  training: {{measure: person, kind: flow, direction: up}}
  loans: {{measure: person, kind: flow, direction: up}}
allocations:
  plan:
    from: 2023-10-01
    to: 2023-12-31
    every: month
    among: district
    starting_point: {{as_of: 2023-06-30}}
    fairness: {fairness}
    quotas: {{{quotas}}}
    rules: {{{rules}}}
    hold: {{{holds}}}
"""


@dataclass
class World:
    """A rulebook's numbers. ``rules``: each rule by its name as (formula's entry, what CP-SAT is told)."""

    units: list[str]
    quotas: list[str]
    fairness: str
    has: set[str]
    need: dict[tuple[str, str], int]
    total: dict[str, int]
    multiple: dict[str, int]
    weight: dict[str, int]
    profile: dict[tuple[str, str], int]
    size: dict[str, int]
    school: dict[str, str]
    seats: dict[str, int]
    cap: dict[tuple[str, str], int | None]
    limits: dict[str, int]
    bounds: dict[str, tuple[int, int]] = field(default_factory=dict)
    ceiling: dict[str, int] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)
    held: dict[tuple[str, str], int] = field(default_factory=dict)
    held_cells: dict[tuple[str, str, str], int] = field(default_factory=dict)


def world(seed: int) -> World:
    """The world of a seed."""
    pick = random.Random(seed)
    units, quotas = list(UNITS[: pick.randint(1, 4)]), list(QUOTAS[: pick.randint(1, 3)])
    has = {feature for feature in FEATURES if pick.random() < 0.3}
    need = {(k, u): pick.choice([0, 1, 2, 3, 5, 8, 13]) for k in QUOTAS for u in units}
    for k in QUOTAS:
        need[k, units[0]] += not any(need[k, u] for u in units)
    found = World(
        units,
        quotas,
        pick.choice(["proportional", "largest_remainder"]),
        has,
        need,
        total={k: pick.randint(0, 24) for k in quotas},
        multiple={k: pick.choice([1, 1, 1, 2, 3]) for k in quotas},
        weight={k: pick.choice([1, 1, 2]) for k in quotas},
        profile={(k, t): pick.choice([0, 1, 2]) if "profile" in has else 1 for k in quotas for t in MONTHS},
        size={u: pick.randint(1, 4) for u in units},
        school={u: pick.choice([*SCHOOLS, ""]) for u in units},
        seats={s: pick.randint(2, 12) for s in SCHOOLS},
        cap={(u, t): pick.randint(0, 6) if pick.random() < 0.3 else None for u in units for t in MONTHS},
        limits={
            "budget": pick.randint(10, 60),
            "change": pick.randint(1, 4),
            "cumulative": pick.randint(3, 15),
            "by_period": pick.randint(1, 15),
        },
    )
    for k in quotas:
        found.profile[k, MONTHS[0]] += not any(found.profile[k, t] for t in MONTHS)
        if "bounds" in has and pick.random() < 0.7:
            found.bounds[k] = (pick.randint(0, 3), pick.randint(4, 14))
        if "per_period" in has and pick.random() < 0.7:
            found.ceiling[k] = pick.randint(2, 8)
    for outer, inner in itertools.pairwise(quotas):
        if "within" in has and pick.random() < 0.6:
            found.within[inner] = outer
    if "hold" in has and len(units) > 1:
        found.held[units[-1], quotas[0]] = pick.randint(0, 8)
    if "hold_month" in has and (units[0], quotas[-1]) not in found.held:
        found.held_cells[units[0], quotas[-1], MONTHS[1]] = pick.randint(0, 4)
    return found


def needless(made: World) -> bool:
    """Whether units without any need are left with a part of a total, which is refused."""
    for k in made.quotas:
        free = [u for u in made.units if (u, k) not in made.held]
        rest = made.total[k] - sum(amount for (_, quota), amount in made.held.items() if quota == k)
        if free and rest > 0 and not any(made.need[k, u] for u in free):
            return True
    return False


def write(made: World, folder: Path) -> Path:
    """The world as a rulebook."""
    first, last, limits = made.quotas[0], made.quotas[-1], made.limits
    rules = {
        "seats": f"for: [school, period], require: by_group({first}) <= seats",
        "cap": f"for: [unit, period], require: {last} <= cap",
        "budget": f"require: total({first} * size) <= budget",
        "change": f"for: [unit, period], require: -{limits['change']} <= {first} - previous({first})"
        f" <= {limits['change']}",
        "cumulative": "for: [unit, period], only: {period: 2023-11}, "
        f"require: cumulative({last}) <= {limits['cumulative']}",
        "only": f"for: [unit, period], only: {{unit: {made.units[0]}}}, except: {{period: [2023-10]}}, "
        f"require: {first} <= 2",
        "by_period": f"for: period, require: by_period({first}) <= {limits['by_period']}",
    }
    stated = ", ".join(f"r_{name}: {{{text}}}" for name, text in rules.items() if name in made.has)
    holds: dict[str, list[str]] = {}
    for (u, k), amount in made.held.items():
        holds.setdefault(u, []).append(f"{k}: {amount}")
    for (u, k, t), amount in made.held_cells.items():
        holds.setdefault(u, []).append(f"{k}: {{{t}: {amount}}}")
    text = HEAD.format(
        budget=limits["budget"],
        fairness=made.fairness,
        quotas=", ".join(f"{k}: {{{_quota(made, k)}}}" for k in made.quotas),
        rules=stated,
        holds=", ".join(f"{u}: {{{', '.join(of)}}}" for u, of in holds.items()),
    )
    rows = [
        f"{u},top,district,{','.join(str(made.need[k, u]) for k in QUOTAS)},{made.size[u]},{made.school[u]}"
        for u in made.units
    ]
    caps = [f"{u},{t},{'' if most is None else most}" for (u, t), most in made.cap.items()]
    files = {
        "book.yaml": [text],
        "units.csv": ["unit,parent,level,n0,n1,n2,size,school", "top,,province,,,,,", *rows],
        "schools.csv": ["school,seats", *(f"{school},{seats}" for school, seats in made.seats.items())],
        "cap.csv": ["unit,period,value", *caps],
    }
    folder.mkdir(parents=True)
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _quota(made: World, k: str) -> str:
    parts = [
        f"total: {made.total[k]}",
        f"need: n{QUOTAS.index(k)}",
        f"multiple_of: {made.multiple[k]}",
        f"weight: {made.weight[k]}",
        "profile: {" + ", ".join(f"{t}: {made.profile[k, t]}" for t in MONTHS) + "}",
    ]
    if k in made.bounds:
        parts.append("at_least: {}, at_most: {}".format(*made.bounds[k]))
    if k in made.ceiling:
        parts.append(f"per_period: {{at_most: {made.ceiling[k]}}}")
    if k in made.within:
        parts.append(f"within: {made.within[k]}")
    return ", ".join(parts)


@dataclass
class Exact:
    """The world as CP-SAT sees it. ``objective``: Σ weight / total × Σ φ, None where no plan exists."""

    model: Any
    cells: dict[tuple[str, str, str], Any]
    objective: float | None

    def allows(self, plan: dict[tuple[str, str, str], int]) -> bool:
        """Whether a plan's cells keep everything and are as fair as can be."""
        for key, value in plan.items():
            self.model.Add(self.cells[key] == value)
        return _solver().Solve(self.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def _solver() -> Any:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver


def exact(made: World) -> Exact:
    """Solve a world: what has no need gets as little as possible in sum, then the fairest plan."""
    model: Any = cp_model.CpModel()
    x = {(k, u, t): model.NewIntVar(0, MOST, "") for k in made.quotas for u in made.units for t in MONTHS}
    q = {(k, u): model.NewIntVar(0, MOST * len(MONTHS), "") for k in made.quotas for u in made.units}
    without_need, costs = [], []
    for k in made.quotas:
        model.Add(sum(q[k, u] for u in made.units) == made.total[k])
        free = [u for u in made.units if (u, k) not in made.held]
        rest = made.total[k] - sum(made.held[u, k] for u in made.units if u not in free)
        among = sum(made.need[k, u] for u in free)
        odd = {u: model.NewBoolVar("") for u in free}
        if free and rest % made.multiple[k]:
            model.Add(sum(odd.values()) == 1)
        for u in made.units:
            model.Add(q[k, u] == sum(x[k, u, t] for t in MONTHS))
            _cells(model, made, x, k, u)
            if u not in free:
                model.Add(q[k, u] == made.held[u, k])
                continue
            if k in made.bounds:
                model.AddLinearConstraint(q[k, u], *made.bounds[k])
            times = model.NewIntVar(0, MOST * len(MONTHS), "")
            model.Add(q[k, u] == made.multiple[k] * times + rest % made.multiple[k] * odd[u])
            fair = Fraction(max(rest, 0) * made.need[k, u], among) if among else Fraction(0)
            if fair == 0:
                without_need.append(q[k, u])
            else:
                costs.append(_cost(model, made, k, q[k, u], fair))
    _rules(model, made, x)
    if without_need:
        least = _least(model, sum(without_need))
        if least is None:
            return Exact(model, x, None)
        model.Add(sum(without_need) == least)
    best = _least(model, sum(costs))
    model.ClearObjective()
    return Exact(model, x, None if best is None else best / SCALE)


def _least(model: Any, objective: Any) -> int | None:
    model.Minimize(objective)
    solver = _solver()
    return round(solver.ObjectiveValue()) if solver.Solve(model) == cp_model.OPTIMAL else None


def _cost(model: Any, made: World, k: str, number: Any, fair: Fraction) -> Any:
    by = fair if made.fairness == "proportional" else Fraction(1)
    factor = Fraction(made.weight[k], max(made.total[k], 1)) * SCALE / by
    table = [round(factor * (value - fair) ** 2) for value in range(MOST * len(MONTHS) + 1)]
    cost = model.NewIntVar(0, max(table), "")
    model.AddElement(number, table, cost)
    return cost


def _cells(model: Any, made: World, x: dict[tuple[str, str, str], Any], k: str, u: str) -> None:
    for t in MONTHS:
        if (u, k, t) in made.held_cells:
            model.Add(x[k, u, t] == made.held_cells[u, k, t])
        else:
            # What is held overrides its bounds, those per period too, but not shut months.
            if made.profile[k, t] == 0:
                model.Add(x[k, u, t] == 0)
            if k in made.ceiling and (u, k) not in made.held:
                model.Add(x[k, u, t] <= made.ceiling[k])
        if k in made.within:
            model.Add(x[k, u, t] <= x[made.within[k], u, t])


def _rules(model: Any, made: World, x: dict[tuple[str, str, str], Any]) -> None:
    first, last, limits = made.quotas[0], made.quotas[-1], made.limits
    for t in MONTHS:
        if "seats" in made.has:
            for school, seats in made.seats.items():
                model.Add(sum(x[first, u, t] for u in made.units if made.school[u] == school) <= seats)
        if "by_period" in made.has:
            model.Add(sum(x[first, u, t] for u in made.units) <= limits["by_period"])
        if "only" in made.has and t != MONTHS[0]:
            model.Add(x[first, made.units[0], t] <= 2)
    for u in made.units:
        if "cap" in made.has:
            for t in MONTHS:
                if made.cap[u, t] is not None:
                    model.Add(x[last, u, t] <= made.cap[u, t])
        if "change" in made.has:
            for before, after in itertools.pairwise(MONTHS):
                model.AddLinearConstraint(
                    x[first, u, after] - x[first, u, before], -limits["change"], limits["change"]
                )
        if "cumulative" in made.has:
            model.Add(x[last, u, MONTHS[0]] + x[last, u, MONTHS[1]] <= limits["cumulative"])
    if "budget" in made.has:
        spent = sum(x[first, u, t] * made.size[u] for u in made.units for t in MONTHS)
        model.Add(spent <= limits["budget"])
