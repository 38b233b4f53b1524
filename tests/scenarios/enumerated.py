"""§10 and §11 by enumeration in exact fractions: every whole plan of a small allocation, in order."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from scenarios.cells import CellProblem
from tests.scenarios.test_periods import allowed, best_split, compositions, course, random_rows, rows_of

METHODS = (
    "proportional",
    "largest_remainder",
    "equal_proportions",
    "smallest_divisors",
    "greatest_divisors",
    "minimax",
    "leximin",
)


@dataclass
class Case:
    """A small allocation in whole numbers and fractions; arrays as in `CellProblem`."""

    method: str
    total: Any
    fair: Any
    weight: Any
    lower: Any
    upper: Any
    cell_lower: Any
    cell_upper: Any
    profile: Any
    rows: Any
    held: Any
    multiple: Any
    cost: Any

    def problem(self) -> CellProblem:
        return CellProblem(
            total=np.asarray(self.total),
            fair=np.array([[float(f) for f in one] for one in self.fair]),
            weight=np.array([float(w) for w in self.weight]),
            lower=self.lower,
            upper=self.upper,
            cell_lower=self.cell_lower,
            cell_upper=self.cell_upper,
            profile=self.profile,
            matrix=rows_of(self.rows[0], np.size(self.cell_lower)),
            row_lower=np.array([float(v) for v in self.rows[1]]),
            row_upper=np.array([float(v) for v in self.rows[2]]),
            held=self.held,
            fairness=self.method,
            multiple=np.asarray(self.multiple),
            cost=np.array([[float(c) for c in one] for one in self.cost]),
        )

    def places(self) -> list[tuple[int, int]]:
        """Quotas of units in the order of ties."""
        quotas, units = np.shape(self.fair)
        return [(k, u) for u in range(units) for k in range(quotas)]

    def counted(self) -> list[tuple[int, int]]:
        return [(k, u) for k, u in self.places() if not self.held[k][u] and self.fair[k][u] > 0]


def fits_multiples(q: Any, case: Case) -> bool:
    return all(fits_multiple(one, k, case) for k, one in enumerate(q))


def fits_multiple(q: Any, k: int, case: Case) -> bool:
    """Whether one quota's numbers are multiples, but held ones and one that takes what is left over."""
    m, held = case.multiple[k], case.held[k]
    left = int(case.total[k]) - sum(int(v) for v, fixed in zip(q, held, strict=True) if fixed)
    rests = [int(v) % m for v, fixed in zip(q, held, strict=True) if not fixed]
    if left % m == 0:
        return not any(rests)
    return sorted(rests)[-1:] == [left % m] and sum(1 for v in rests if v) == 1


def rating(q: Any, case: Case) -> tuple[Any, Fraction]:
    """What is compared: need, then fairness; and the objective."""
    none = sum(int(q[k][u]) for k, u in case.places() if not case.held[k][u] and case.fair[k][u] == 0)
    counted = case.counted()
    share = {k: case.weight[k] / max(1, int(case.total[k])) for k in range(len(case.total))}
    if case.method in {"minimax", "leximin"}:
        off = sorted(
            (abs(int(q[k][u]) - case.fair[k][u]) / case.fair[k][u] for k, u in counted), reverse=True
        )
        worst = off[0] if off else Fraction(0)
        if case.method == "leximin":
            return (none, *off), worst
        return (none, worst, squares(q, case, counted, share)), worst
    before: tuple[Any, ...] = ()
    if case.method in {"equal_proportions", "smallest_divisors"}:
        left_out = [(k, u) for k, u in counted if q[k][u] < case.multiple[k]]
        loss = sum((share[k] * case.fair[k][u] for k, u in left_out), Fraction(0))
        pattern = tuple(place in left_out for place in counted)
        before = (loss, pattern, sum(int(q[k][u]) for k, u in left_out))
        counted = [place for place in counted if place not in left_out]
    value = squares(q, case, counted, share)
    return (none, *before, value), value


def squares(q: Any, case: Case, counted: Any, share: Any) -> Fraction:
    terms = (
        share[k] * phi(case.method, int(q[k][u]), case.fair[k][u], Fraction(int(case.multiple[k]), 2))
        for k, u in counted
    )
    return sum(terms, Fraction(0))


def phi(method: str, v: int, f: Fraction, half: Fraction) -> Fraction:
    """One number's unfairness; the half of its multiple."""
    if method == "smallest_divisors":
        return (v - half - f) ** 2 / f
    if method == "greatest_divisors":
        return (v + half - f) ** 2 / f
    over = {"largest_remainder": Fraction(1), "equal_proportions": Fraction(v)}.get(method, f)
    return (v - f) ** 2 / over


def profile_distance(q: Any, x: Any, profile: Any) -> Fraction:
    """Σ (cell − exact)²."""
    exact = course(q, profile)
    cells = np.ndindex(np.shape(x))
    return sum(((int(x[k][u][t]) - exact[k][u][t]) ** 2 for k, u, t in cells), Fraction(0))


def best(case: Case) -> tuple[Any, Any, Fraction] | None:
    """The first plan: quotas, cells and objective; None if there is none."""
    quotas, units = np.shape(case.fair)
    shut = (np.asarray(case.profile)[:, None, :] == 0) & (np.asarray(case.cell_lower) == 0)
    cell_upper = np.where(shut, 0, case.cell_upper)
    options = [
        compositions(int(case.total[k]), case.lower[k], np.minimum(case.upper[k], case.total[k]))
        for k in range(quotas)
    ]
    options = [[q for q in one if fits_multiple(q, k, case)] for k, one in enumerate(options)]
    plans = [np.array(q).reshape(quotas, units) for q in itertools.product(*options)]

    def order(q: Any) -> Any:
        return rating(q, case)[0], sum(case.cost[k][u] * int(q[k][u]) for k, u in case.places())

    plans.sort(key=order)
    for _, tied in itertools.groupby(plans, key=order):
        possible = [q for q in tied if allowed(q, case.cell_lower, cell_upper, case.rows)]
        split = [
            (q, best_split(q, course(q, case.profile), case.cell_lower, cell_upper, case.rows))
            for q in possible
        ]
        if split:
            q, x = min(
                split,
                key=lambda one: (profile_distance(one[0], one[1], case.profile), tuple(-one[0].T.ravel())),
            )
            return q, x, rating(q, case)[1]
    return None


def random_case(seed: int, method: str) -> Case:
    """Up to 2 quotas × 4 units × 3 periods, with holds, multiples, costs, bounds and rules."""
    r = np.random.default_rng(seed)
    shape = [(1, 3, 2), (2, 2, 2), (1, 2, 3), (2, 3, 1), (1, 1, 3), (1, 4, 1), (1, 4, 1)][int(r.integers(7))]
    quotas, units, periods = shape
    total = r.integers(0, 13 if quotas == 1 else 9, quotas)
    need = r.integers(0 if r.random() < 0.2 else 1, [3, 9, 50][int(r.integers(3))], (quotas, units))
    need[:, 0] += need.sum(axis=1) == 0
    held = (r.random(need.shape) < 0.1) & (need.sum(axis=1, keepdims=True) > need)
    hold = np.minimum(r.integers(0, 3, need.shape), total[:, None] // units)
    left = total - np.where(held, hold, 0).sum(axis=1)
    open_need = np.where(held, 0, need)
    fair = [
        [Fraction(int(left[k]) * int(v), max(1, int(sum(open_need[k])))) for v in open_need[k]]
        for k in range(quotas)
    ]
    multiple = r.choice([1, 2, 3, 5], quotas) if r.random() < 0.7 else np.ones(quotas, dtype=int)
    cost = [[Fraction(0)] * units for _ in range(quotas)]
    if r.random() < 0.5:
        cost = [[Fraction(int(v), 2) for v in one] for one in r.integers(-3, 4, (quotas, units))]
    profile = r.integers(0 if r.random() < 0.2 else 1, 4, (quotas, periods))
    profile[:, 0] += profile.sum(axis=1) == 0
    lower, upper = np.zeros((quotas, units), dtype=int), np.full((quotas, units), 15)
    upper[r.random(upper.shape) < 0.15] = int(r.integers(0, 5))
    lower[r.random(lower.shape) < 0.1] = 1
    lower, upper = np.where(held, hold, lower), np.where(held, hold, np.maximum(lower, upper))
    cell_lower, cell_upper = np.zeros(shape, dtype=int), np.full(shape, 15)
    cell_upper[r.random(shape) < 0.1] = 1
    kept = r.random(shape) < 0.05
    cell_lower[kept] = cell_upper[kept] = 1
    weight = [Fraction(int(v)) for v in r.integers(1, 4, quotas)]
    q = np.array([r.multinomial(total[k], need[k] / need[k].sum()) for k in range(quotas)])
    q = q // multiple[:, None] * multiple[:, None]
    x = np.array(
        [[r.multinomial(q[k, u], profile[k] / profile[k].sum()) for u in range(units)] for k in range(quotas)]
    )
    rows = random_rows(r, x, int(r.integers(0, 3)))
    return Case(
        method, total, fair, weight, lower, upper, cell_lower, cell_upper, profile, rows, held, multiple, cost
    )


def tied_case(seed: int, method: str) -> Case:
    """Few different needs, multiples, bounds by the fair share, a group's ceiling and nests: many ties."""
    r = np.random.default_rng([seed, 7])
    shape = [(1, 3, 1), (1, 4, 1), (1, 5, 1), (2, 2, 1), (2, 3, 1), (2, 4, 1), (1, 3, 2), (2, 2, 2)][
        int(r.integers(8))
    ]
    quotas, units, periods = shape
    most = {1: 21, 2: 13}[quotas] if periods == 1 else 9
    total = r.integers(0, most, quotas)
    need = r.choice([[1, 1, 1], [1, 1, 2], [0, 1, 1], [2, 3, 3], [7, 7, 7]][int(r.integers(5))], shape[:2])
    need[:, 0] += need.sum(axis=1) == 0
    fair = [[Fraction(int(total[k]) * int(v), int(sum(need[k]))) for v in need[k]] for k in range(quotas)]
    multiple = r.choice([1, 2, 3, 4, 5], quotas)
    cost = [[Fraction(0)] * units for _ in range(quotas)]
    if r.random() < 0.2:
        cost = [[Fraction(int(v)) for v in one] for one in r.integers(0, 2, (quotas, units))]
    lower, upper = np.zeros(shape[:2], dtype=int), np.full(shape[:2], most)
    for k in range(quotas):
        if r.random() < 0.5:
            factor = Fraction(int(r.integers(6, 13)), 5)
            upper[k] = [math.floor(factor * f) if f else most for f in fair[k]]
        if r.random() < 0.2:
            lower[k] = [math.ceil(Fraction(2, 5) * f) for f in fair[k]]
    upper = np.maximum(lower, upper)
    weight = [Fraction(int(v)) for v in r.choice([1, 1, 2], quotas)]
    rows: Any = ([], [], [])
    cells = np.arange(int(np.prod(shape))).reshape(shape)

    def say(terms: dict[int, int], high: int) -> None:
        rows[0].append([Fraction(terms.get(cell, 0)) for cell in range(cells.size)])
        rows[1].append(-math.inf)
        rows[2].append(Fraction(high))

    if r.random() < 0.7:
        group = np.flatnonzero(r.random(units) < 0.4)
        k, t = int(r.integers(quotas)), int(r.integers(periods))
        if len(group):
            say({int(cells[k, u, t]): 1 for u in group}, int(r.choice([most * units, total[k] // 2 + 1])))
    if quotas == 2 and r.random() < 0.7:
        for u, t in np.ndindex(units, periods):
            say({int(cells[1, u, t]): 1, int(cells[0, u, t]): -1}, 0)
    none = np.zeros(shape[:2], dtype=bool)
    return Case(
        method,
        total,
        fair,
        weight,
        lower,
        upper,
        np.zeros(shape, dtype=int),
        np.full(shape, most),
        np.ones((quotas, periods), dtype=int),
        rows,
        none,
        multiple,
        cost,
    )
