"""Staying close to an issued plan by enumeration in exact fractions."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from scenarios.cells import CellProblem
from scenarios.stability import Stay
from tests.scenarios import enumerated
from tests.scenarios.enumerated import Case, fits_multiple, rating
from tests.scenarios.test_periods import allowed, best_split, compositions, course


@dataclass
class Asked:
    """What is asked beside a case. ``weight``: None for infinity; ``reach``: [K][U], None for any;
    ``most``: None: none may be further than `reach`; ``issued`` [K, U], -1 where there is none.
    """

    weight: Fraction | None
    issued: Any
    cells: Any
    reach: Any
    most: int | None

    def problem(self, case: Case) -> CellProblem:
        """The case with it, as the solver core takes it."""
        known = np.asarray(self.issued) >= 0
        reach = np.full(known.shape, np.inf) if self.reach is None else np.asarray(self.reach, dtype=float)
        stay = Stay(
            "issued",
            math.inf if self.weight is None else float(self.weight),
            np.where(known, self.issued, np.nan).astype(float),
            np.where(known[:, :, None], self.cells, np.nan).astype(float),
            reach,
            self.most,
        )
        plain = case.problem()
        fair = np.where(case.held, np.nan, plain.fair)
        low, high = stay.sides()
        return replace(
            plain,
            fair=np.where(case.held, plain.fair, stay.drawn(fair)),
            lower=np.maximum(plain.lower, low),
            upper=np.minimum(plain.upper, high),
            stay=stay,
        )

    def drawn(self, case: Case) -> Case:
        """The case with its shares drawn towards what was issued."""
        fair = [list(one) for one in case.fair]
        for k, one in enumerate(fair):
            told = any(p > 0 for p, held in zip(self.issued[k], case.held[k], strict=True) if not held)
            for u, p in enumerate(self.issued[k]):
                if p >= 0 and self.weight is not None:
                    one[u] = (case.fair[k][u] + self.weight * int(p)) / (1 + self.weight)
                elif p >= 0 and told:
                    one[u] = Fraction(int(p))
        return replace(case, fair=fair)

    def keeps(self, q: Any) -> bool:
        """Whether quotas, [K][U], are as near as is asked."""
        if self.reach is None:
            return True
        far = sum(
            1
            for k, u in np.ndindex(np.shape(q))
            if self.issued[k][u] >= 0 and abs(int(q[k][u]) - int(self.issued[k][u])) > self.reach[k][u]
        )
        return far <= (0 if self.most is None else self.most)

    def course(self, q: Any, case: Case) -> Any:
        """What the cells should be near to."""
        found = course(q, case.profile)
        if self.weight is not None:
            return found
        share = course(np.ones(np.shape(q), dtype=int), case.profile)
        for k, u in np.ndindex(np.shape(q)):
            if self.issued[k][u] < 0:
                continue
            more = int(q[k][u]) - int(self.issued[k][u])
            near = [int(x) + more * s for x, s in zip(self.cells[k][u], share[k][u], strict=True)]
            if min(near) >= 0 and sum(near) == int(q[k][u]):
                found[k][u] = near
        return found


def least_distance(q: Any, profile: Any) -> Fraction:
    """Least Σ (cell − exact)² of each quota by itself, whatever the rules."""
    result = Fraction(0)
    for k, u in np.ndindex(np.shape(q)):
        parts = sorted((e - math.floor(e) for e in course(q, profile)[k][u]), reverse=True)
        over = int(sum(parts))
        result += sum(((1 - part) ** 2 for part in parts[:over]), Fraction(0))
        result += sum((part**2 for part in parts[over:]), Fraction(0))
    return result


def best_close(case: Case, asked: Asked) -> tuple[Any, Any] | None:
    """The first plan: quotas and cells; None if there is none."""
    drawn = asked.drawn(case)
    quotas, units = np.shape(case.fair)
    shut = (np.asarray(case.profile)[:, None, :] == 0) & (np.asarray(case.cell_lower) == 0)
    cell_upper = np.where(shut, 0, case.cell_upper)
    plans = []
    for parts in itertools.product(
        *(
            [
                q
                for q in compositions(
                    int(case.total[k]), case.lower[k], np.minimum(case.upper[k], case.total[k])
                )
                if fits_multiple(q, k, case)
            ]
            for k in range(quotas)
        )
    ):
        q = np.array(parts).reshape(quotas, units)
        if asked.keeps(q):
            plans.append(q)

    def order(q: Any) -> Any:
        same = asked.weight is None and bool((q == asked.issued).all())
        cost = sum(case.cost[k][u] * int(q[k][u]) for k, u in case.places())
        first = rating(q, drawn)[0]
        return not same, first, cost, least_distance(q, case.profile), tuple(-q.T.ravel())

    plans.sort(key=order)
    for q in plans:
        if allowed(q, case.cell_lower, cell_upper, case.rows):
            if asked.weight is None and (q == asked.issued).all() and _kept(case, asked, cell_upper):
                return q, np.asarray(asked.cells)
            return q, best_split(q, asked.course(q, case), case.cell_lower, cell_upper, case.rows)
    return None


def _kept(case: Case, asked: Asked, cell_upper: Any) -> bool:
    x = np.asarray(asked.cells)
    if (x < case.cell_lower).any() or (x > cell_upper).any():
        return False
    flat = [int(v) for v in x.ravel()]
    return all(
        low <= sum((c * v for c, v in zip(row, flat, strict=True)), Fraction(0)) <= high
        for row, low, high in zip(*case.rows, strict=True)
    )


def random_asked(seed: int, case: Case) -> Asked:
    """A plan that was issued, near the case's own or of another total, and how close to stay to it."""
    r = np.random.default_rng([seed, 11])
    quotas, units, periods = np.shape(case.cell_lower)
    own = enumerated.best(case)
    if own is not None and r.random() < 0.3:
        issued, cells = own[0].copy(), own[1].copy()
    else:
        total = np.maximum(0, np.asarray(case.total) + r.choice([0, 0, 0, -2, 1, 3], quotas))
        m = case.multiple if r.random() < 0.5 else np.ones(quotas, dtype=int)
        issued = np.array(
            [r.multinomial(total[k] // m[k], np.full(units, 1 / units)) * m[k] for k in range(quotas)]
        )
        issued[:, -1] += total - issued.sum(axis=1)
        cells = np.array(
            [
                [r.multinomial(issued[k, u], np.full(periods, 1 / periods)) for u in range(units)]
                for k in range(quotas)
            ]
        )
    if r.random() < 0.15:
        issued[int(r.integers(quotas)), int(r.integers(units))] = -1
    weight = [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(7, 2), None, None][int(r.integers(6))]
    reach, most = None, None
    if r.random() < 0.6:
        reach = r.integers(0, 4, (quotas, units))
        if r.random() < 0.6:
            most = int(r.integers(0, quotas * units + 1))
            reach = reach if r.random() < 0.5 else np.zeros_like(reach)
    return Asked(weight, issued, cells, reach, most)
