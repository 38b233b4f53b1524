"""The separable solver against enumeration and published apportionments."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from scenarios.certificate import certify
from scenarios.separable import Separable, scale_rows, solve

INF = np.inf
RECORDS = json.loads((Path(__file__).parents[1] / "data" / "apportionment.json").read_text(encoding="utf-8"))


def problem(
    fair: Any,
    rows: Any = (),
    lower: Any = 0,
    upper: Any = 100,
    weight: Any = 1,
    rank: Any = None,
    objective: str = "proportional",
) -> Separable:
    """rows: (coefficients, lower, upper) each."""
    n = len(fair)
    matrix = np.array([[float(a) for a in row[0]] for row in rows]).reshape(len(rows), n)
    return Separable(
        fair=np.array([float(f) for f in fair]),
        weight=np.broadcast_to(np.array(weight, dtype=float), n),
        lower=np.broadcast_to(np.array(lower, dtype=float), n),
        upper=np.broadcast_to(np.array(upper, dtype=float), n),
        matrix=sparse.csr_array(matrix),
        row_lower=np.array([float(row[1]) for row in rows]),
        row_upper=np.array([float(row[2]) for row in rows]),
        rank=np.arange(n, dtype=float) if rank is None else np.asarray(rank, dtype=float),
        objective=objective,
    )


def apportion(need: list[int], total: int, objective: str = "proportional") -> Separable:
    fair = [total * v / sum(need) for v in need]
    return problem(fair, [([1] * len(need), total, total)], upper=total, objective=objective)


# ------------------------------------------------------------------------------- published answers


@pytest.mark.parametrize("record", RECORDS["cases"], ids=[record["id"] for record in RECORDS["cases"]])
def test_published_apportionment(record: dict[str, Any]) -> None:
    outcome = solve(apportion(record["weights"], record["total"], record["fairness"]))
    assert outcome.q is not None
    assert outcome.q.tolist() == record["expected"]
    assert outcome.status == "optimal"
    assert outcome.objective - outcome.bound <= 1e-9 * outcome.objective


@pytest.mark.parametrize(
    ("need", "total", "expected"),
    [
        # Balinski & Young, The quota method of apportionment, American Mathematical Monthly 82 (1975)
        ([5117, 4400, 162, 161, 160], 100, [51, 43, 2, 2, 2]),
        ([9061, 7179, 5259, 3319, 1182], 26, [9, 8, 5, 3, 1]),
        # Lackner and others, github:martinlackner/apportionment, tests/test_methods.py
        ([2, 1, 1, 2, 2], 2, [1, 0, 0, 1, 0]),
        ([14, 28, 7, 35], 12, [2, 4, 1, 5]),
        ([0, 14, 28, 0, 0], 6, [0, 2, 4, 0, 0]),
    ],
)
def test_webster(need: list[int], total: int, expected: list[int]) -> None:
    outcome = solve(apportion(need, total))
    assert outcome.q is not None
    assert outcome.q.tolist() == expected


# ------------------------------------------------------------------------------- against enumeration


def random_rows(r: np.random.Generator, n: int, lower: Any, upper: Any) -> list[Any]:
    rows = []
    for _ in range(int(r.integers(0, 3))):
        kept = r.random(n) < 0.7
        kind = r.integers(4)
        if kind == 0:
            a = [Fraction(int(v)) for v in r.integers(-2, 4, n) * kept]
        elif kind == 1:
            a = [Fraction(int(v), 10) for v in r.integers(0, 40, n) * kept]
        elif kind == 2:
            a = [Fraction(int(v), 100) for v in r.integers(-300, 300, n) * kept]
        else:
            a = [Fraction(int(v) * 12345678) for v in r.integers(1, 9, n) * kept]
        at = r.integers(lower, upper + 1)
        value = sum((x * int(y) for x, y in zip(a, at, strict=True)), Fraction(0))
        room = Fraction(int(r.integers(0, 3)), 2)
        side = r.integers(4)
        low = -INF if side == 1 else value - room * int(side >= 2)
        high = INF if side == 2 else value + room * int(side != 0)
        rows.append((a, low, high))
    return rows


def random_case(seed: int) -> Any:
    r = np.random.default_rng(seed)
    n = int(r.integers(1, 6))
    group = r.integers(0, 2, n)
    need = [int(v) for v in r.integers(0 if r.random() < 0.3 else 1, [4, 9, 1000][int(r.integers(3))], n)]
    lower = r.integers(0, 3, n) * (r.random(n) < 0.3)
    upper = lower + (0 if r.random() < 0.1 else r.integers(0, 7, n))
    rows, fair, weight = [], [Fraction(0)] * n, [Fraction(1)] * n
    for k in range(2):
        mine = np.flatnonzero(group == k)
        near = r.integers(lower[mine], upper[mine] + 1).sum() if r.random() < 0.8 else r.integers(0, 9)
        total = int(near)
        for i in mine:
            fair[i] = Fraction(total * need[i], max(1, sum(need[j] for j in mine)))
            weight[i] = Fraction(int(r.integers(1, 4)), max(1, total))
        if len(mine) and r.random() < 0.9:
            rows.append(([Fraction(int(k == g)) for g in group], total, total))
    if r.random() < 0.3:
        weight[int(r.integers(n))] = Fraction(0)
    rows += random_rows(r, n, lower, upper)
    rank = np.arange(n) if r.random() < 0.7 else r.permutation(n)
    return fair, weight, lower, upper, rows, rank, ["proportional", "largest_remainder"][int(r.integers(2))]


def enumerated(case: Any) -> tuple[tuple[int, Fraction, Any], tuple[int, ...]] | None:
    """The best key (what has no need, unfairness, order of ties) and its plan."""
    fair, weight, lower, upper, rows, rank, objective = case
    n = len(fair)
    order = np.lexsort((np.arange(n), rank))
    best = None
    for q in itertools.product(*(range(int(a), int(b) + 1) for a, b in zip(lower, upper, strict=True))):
        if not all(low <= sum(map(Fraction.__mul__, a, map(Fraction, q))) <= high for a, low, high in rows):
            continue
        none = sum(q[i] for i in range(n) if weight[i] and not fair[i])
        value = Fraction(0)
        for i in range(n):
            if weight[i] and fair[i]:
                off = (q[i] - fair[i]) ** 2
                value += weight[i] * (off / fair[i] if objective == "proportional" else off)
        key = (none, value, tuple(-q[i] for i in order))
        if best is None or key < best[0]:
            best = (key, q)
    return best


def built(case: Any) -> Separable:
    fair, weight, lower, upper, rows, rank, objective = case
    return problem(fair, rows, lower, upper, [float(w) for w in weight], rank, objective)


@pytest.mark.parametrize("seed", range(10))
def test_as_enumerated(seed: int) -> None:
    for one in range(seed * 60, seed * 60 + 60):
        case = random_case(one)
        expected, outcome = enumerated(case), solve(built(case))
        if expected is None:
            assert outcome.status == "infeasible", one
            continue
        (_, value, _), q = expected
        assert outcome.status == "optimal", one
        assert outcome.q is not None
        assert outcome.q.tolist() == list(q), one
        assert outcome.objective == pytest.approx(float(value), rel=1e-12, abs=1e-12), one
        assert outcome.objective - outcome.bound <= 1e-6 * outcome.objective, one


@pytest.mark.parametrize("seed", range(4))
def test_any_prices_give_a_bound(seed: int) -> None:
    for one in range(seed * 25, seed * 25 + 25):
        case = random_case(one)
        expected = enumerated(case)
        counted = replace(
            built(case),
            weight=np.array([float(w) if f else 0.0 for w, f in zip(case[1], case[0], strict=True)]),
        )
        if expected is None or expected[0][0] > 0:
            continue
        scaled = scale_rows(counted)
        r = np.random.default_rng(one)
        for size in (0.0, 1e-3, 1.0, 1e3):
            certificate = certify(scaled, r.normal(0, size, len(scaled.row_lower)))
            assert certificate.bound - certificate.error <= expected[0][1]
