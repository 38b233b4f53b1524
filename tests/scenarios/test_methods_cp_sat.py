"""The methods of §11 under rules of all kinds against CP-SAT, stage by stage, in whole numbers.

CHITIEU_CASES=500 runs so many cases; 120 without.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scenarios.fairness import Allocation, allocate
from tests.scenarios.enumerated import METHODS, Case, phi, rating
from tests.scenarios.test_fairness import larger_case
from tests.scenarios.test_periods import INF

CASES = int(os.environ.get("CHITIEU_CASES", "120"))


def methods_case(seed: int) -> Case:
    """A case of `larger_case` with few enough to place, multiples, holds and costs; its method by turns."""
    r = np.random.default_rng(50_000 + seed)
    draw = 1000 * seed
    while True:
        total, _, weight, lower, upper, cell_lower, cell_upper, profile, rows, held = larger_case(draw)
        draw += 1
        # Quotients of numbers and shares: small ones have a common denominator.
        if total.max() <= (24 if METHODS[seed % 7] == "equal_proportions" else 45):
            break
    quotas, units, _ = cell_lower.shape
    need = r.choice([1, 2, 3, 4, 6, 12], (quotas, units))
    multiple = np.array(r.choice([1, 1, 2, 3, 5], quotas))
    if r.random() < 0.3:
        total = total // multiple * multiple
    held = r.random(held.shape) < 0.05
    held[:, 0] = False
    hold = np.where(held, np.minimum(upper, r.integers(0, 4, held.shape)), 0)
    left = total - hold.sum(axis=1)
    open_need = np.where(held, 0, need)
    fair = [
        [Fraction(max(0, int(left[k])) * int(v), int(sum(open_need[k]))) for v in open_need[k]]
        for k in range(quotas)
    ]
    loose = np.where(multiple > 1, 2 * multiple, 0)[:, None]
    lower, upper = np.where(multiple[:, None] > 1, 0, lower), upper + loose
    lower, upper = np.where(held, hold, lower), np.where(held, hold, upper)
    cell_upper = np.maximum(cell_upper + loose[:, :, None], np.where(held, hold, 0)[:, :, None])
    cost = [[Fraction(int(v) if seed % 3 else 0, 4) for v in one] for one in r.integers(-5, 6, held.shape)]
    return Case(
        METHODS[seed % 7],
        total,
        fair,
        weight,
        lower,
        upper,
        cell_lower,
        cell_upper,
        profile,
        rows,
        held,
        multiple.tolist(),
        cost,
    )


class Model:
    """All plans of a case: a column of 0 or 1 for each number that each unit may get."""

    def __init__(self, case: Case) -> None:
        self.case, self.model = case, cp_model.CpModel()
        shape = case.cell_lower.shape
        cells = np.empty(shape, dtype=object)
        for k, u, t in np.ndindex(shape):
            cells[k, u, t] = self.model.new_int_var(
                int(case.cell_lower[k, u, t]), int(case.cell_upper[k, u, t]), ""
            )
        self.is_: dict[tuple[int, int], dict[int, Any]] = {}
        for k in range(shape[0]):
            m = int(case.multiple[k])
            rest = (int(case.total[k]) - int(case.lower[k][case.held[k]].sum())) % m
            takes = []
            for u in range(shape[1]):
                top = int(min(case.upper[k, u], case.total[k]))
                numbers = [
                    v
                    for v in range(int(case.lower[k, u]), top + 1)
                    if case.held[k][u] or v % m == 0 or v % m == rest
                ]
                here = {v: self.model.new_bool_var("") for v in numbers}
                self.model.add_exactly_one(here.values())
                self.model.add(sum(cells[k, u].tolist()) == sum(v * b for v, b in here.items()))
                takes += [b for v, b in here.items() if rest and v % m == rest and not case.held[k][u]]
                self.is_[k, u] = here
            if rest:
                self.model.add(sum(takes) == 1)
            self.model.add(sum(cells[k].ravel().tolist()) == int(case.total[k]))
        for a, low, high in zip(*case.rows, strict=True):
            scale = math.lcm(*(v.denominator for v in a))
            activity = sum(int(v * scale) * x for v, x in zip(a, cells.ravel().tolist(), strict=True) if v)
            if low != -INF:
                self.model.add(activity >= math.ceil(low * scale))
            if high != INF:
                self.model.add(activity <= math.floor(high * scale))

    def least(
        self, places: list[tuple[int, int]], term: Callable[[int, int, int], Fraction]
    ) -> Fraction | None:
        """The least sum of term(k, u, number) over these places, which is then kept; None without a plan."""
        terms = {(k, u, v): term(k, u, v) for k, u in places for v in self.is_[k, u]}
        scale = math.lcm(*(value.denominator for value in terms.values()))
        assert scale * sum(abs(value) for value in terms.values()) < 2**62
        total = sum(int(value * scale) * self.is_[k, u][v] for (k, u, v), value in terms.items())
        self.model.minimize(total)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = 60
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return None
        assert status == cp_model.OPTIMAL
        best = round(solver.objective_value)
        if terms:
            self.model.add(total == best)
        return Fraction(best, scale)


def by_cp_sat(case: Case) -> list[Fraction] | None:
    """All stages of fairness, then the cost; None without a plan."""
    model, counted = Model(case), case.counted()
    share = {k: case.weight[k] / max(1, int(case.total[k])) for k in range(len(case.total))}
    none = [(k, u) for k, u in case.places() if not case.held[k][u] and case.fair[k][u] == 0]
    first = model.least(none, lambda _k, _u, v: Fraction(v))
    if first is None:
        return None
    stages = [first]

    def add(places: list[tuple[int, int]], term: Callable[[int, int, int], Fraction]) -> Fraction:
        value = model.least(places, term)
        assert value is not None
        stages.append(value)
        return value

    def off(k: int, u: int, v: int) -> Fraction:
        return Fraction(abs(v - case.fair[k][u]), case.fair[k][u])

    level = Fraction(0)
    if case.method in {"minimax", "leximin"}:
        levels = sorted({off(k, u, v) for k, u in counted for v in model.is_[k, u]}, reverse=True)
        for level in levels:
            reach = add(counted, lambda k, u, v, level=level: Fraction(off(k, u, v) >= level))  # type: ignore[misc]
            if reach and case.method == "minimax":
                break
    if case.method == "minimax":
        # Only that level is the stage, not how many stand there.
        model = Model(case)
        model.least(none, lambda _k, _u, v: Fraction(v))
        for k, u in counted:
            for v, here in model.is_[k, u].items():
                if off(k, u, v) > level:
                    model.model.add(here == 0)
        stages = [first, level]
    served = counted
    if case.method in {"equal_proportions", "smallest_divisors"}:
        add(counted, lambda k, u, v: share[k] * case.fair[k][u] * (v < case.multiple[k]))
        served = []
        for place in counted:
            if not add([place], lambda k, _u, v: Fraction(v < case.multiple[k])):
                served.append(place)
        add([place for place in counted if place not in served], lambda _k, _u, v: Fraction(v))
    if case.method != "leximin":
        add(
            served,
            lambda k, u, v: (
                (share[k] * phi(case.method, v, case.fair[k][u], Fraction(int(case.multiple[k]), 2)))
                if v or case.method != "equal_proportions"
                else Fraction(0)
            ),
        )
    add(case.places(), lambda k, u, v: case.cost[k][u] * v)
    return stages


def stages_of(q: Any, case: Case) -> list[Fraction]:
    """The same stages of a plan."""
    rated = rating(q, case)[0]
    cost = sum((case.cost[k][u] * int(q[k][u]) for k, u in case.places()), Fraction(0))
    if case.method == "leximin":
        off = rated[1:]
        numbers = Model(case).is_
        levels = {
            abs(v - case.fair[k][u]) / case.fair[k][u] for k, u in case.counted() for v in numbers[k, u]
        }
        reach = [Fraction(sum(value >= level for value in off)) for level in sorted(levels, reverse=True)]
        return [Fraction(rated[0]), *reach, cost]
    if len(rated) == 5:
        none, loss, pattern, left_out, value = rated
        return [Fraction(none), loss, *map(Fraction, pattern), Fraction(left_out), value, cost]
    return [*map(Fraction, rated), cost]


def keeps_everything(found: Allocation, case: Case) -> bool:
    """All constraints again, from the answer, in whole numbers and fractions."""
    assert found.q is not None
    assert found.x is not None
    values = [int(v) for v in found.x.ravel()]
    rules = all(
        low <= sum((a * v for a, v in zip(row, values, strict=True)), Fraction(0)) <= high
        for row, low, high in zip(*case.rows, strict=True)
    )
    for k, m in enumerate(case.multiple):
        free = [int(v) % m for v, held in zip(found.q[k], case.held[k], strict=True) if not held]
        rest = sum(int(v) for v, held in zip(found.q[k], case.held[k], strict=True) if not held) % m
        rules = rules and sorted(v for v in free if v) == [rest] * (rest > 0)
    return (
        rules
        and found.x.sum(axis=2).tolist() == found.q.tolist()
        and found.q.sum(axis=1).tolist() == case.total.tolist()
        and bool(((found.q >= case.lower) & (found.q <= case.upper)).all())
        and bool(((found.x >= case.cell_lower) & (found.x <= case.cell_upper)).all())
    )


@pytest.mark.parametrize("seed", range(CASES))
def test_as_cp_sat(seed: int) -> None:
    case = methods_case(seed)
    expected, found = by_cp_sat(case), allocate(case.problem())
    if expected is None:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal"
    assert keeps_everything(found, case)
    assert found.q is not None
    assert stages_of(found.q, case) == expected
    assert found.bound <= float(rating(found.q, case)[1]) * (1 + 1e-12)
    assert found.objective - found.bound <= 1e-6 * found.objective + 1e-12
