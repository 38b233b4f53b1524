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
from scenarios.separable import Outcome, Separable, scale_rows, solve, solve_with_face

INF = np.inf
RECORDS = [
    record
    for record in json.loads(
        (Path(__file__).parents[1] / "data" / "apportionment.json").read_text(encoding="utf-8")
    )["cases"]
    if record["fairness"] not in {"equal_proportions", "smallest_divisors"}  # they need a first seat each
]


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


@pytest.mark.parametrize("record", RECORDS, ids=[record["id"] for record in RECORDS])
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
def test_wherever_it_begins(seed: int) -> None:
    random = np.random.default_rng(seed)
    for one in range(seed * 60, seed * 60 + 60):
        case = random_case(one)
        expected, size = enumerated(case), len(case[0])
        near = random.uniform(-10, 30, int(random.integers(0, size + 1)))
        outcome = solve_with_face(built(case), near=near)[0]
        if expected is None:
            assert outcome.status == "infeasible", one
            continue
        assert outcome.q is not None
        assert outcome.q.tolist() == list(expected[1]), one
        assert outcome.objective == pytest.approx(float(expected[0][1]), rel=1e-12, abs=1e-12), one


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


# ------------------------------------------------------------------------------- corners and traps


def whole(outcome: Outcome) -> list[int]:
    assert outcome.status == "optimal"
    assert outcome.q is not None
    return [int(v) for v in outcome.q]


def test_no_rows() -> None:
    assert whole(solve(problem([2.4, 3.6, 0.2]))) == [2, 4, 0]


def test_one_number() -> None:
    assert whole(solve(problem([7.0], [([1], 5, 5)]))) == [5]


def test_everything_fixed() -> None:
    fixed = problem([2.0, 3.0], [([1, 1], 9, 9)], lower=[4, 5], upper=[4, 5])
    outcome = solve(fixed)
    assert whole(outcome) == [4, 5]
    assert outcome.objective == outcome.bound == 2 + 4 / 3
    assert solve(replace(fixed, row_lower=np.array([8.0]), row_upper=np.array([8.0]))).status == "infeasible"


def test_crossed_bounds() -> None:
    assert solve(problem([2.0], lower=3, upper=2)).status == "infeasible"


def test_a_row_without_numbers() -> None:
    assert solve(problem([2.0], [([0], 1, 1)])).status == "infeasible"
    assert whole(solve(problem([2.0], [([0], 0, 1)]))) == [2]


def test_no_need_gets_nothing_unless_forced() -> None:
    rows = [([1, 1, 1, 1], 12, 12)]
    assert whole(solve(problem([0, 6, 6, 0], rows))) == [0, 6, 6, 0]
    # At most 4 each of the others: 4 remain, and no fairness between those without need but their order.
    assert whole(solve(problem([0, 6, 6, 0], rows, upper=[100, 4, 4, 100]))) == [4, 4, 4, 0]
    # As little as possible comes before fairness, however unfair.
    assert whole(solve(problem([0, 9, 3, 0], rows, upper=[100, 1, 100, 100]))) == [0, 1, 11, 0]


def test_ties_follow_the_rank() -> None:
    rows = [([1, 1, 1, 1], 6, 6)]
    assert whole(solve(problem([1.5] * 4, rows))) == [2, 2, 1, 1]
    assert whole(solve(problem([1.5] * 4, rows, rank=[4, 3, 2, 1]))) == [1, 1, 2, 2]
    # Shares that tie only in exact arithmetic: 1 more is 3 either way, 1 ÷ ⅓ and 3 ÷ 1.
    assert whole(solve(problem([Fraction(1, 3), 1, Fraction(2, 3)], [([1, 1, 1], 2, 2)]))) == [0, 1, 1]
    assert whole(solve(problem([0.5, 1.5], [([1, 1], 2, 2)]))) == [1, 1]
    assert whole(solve(problem([1.5, 0.5], [([1, 1], 2, 2)]))) == [2, 0]


def test_near_ties_are_not_ties() -> None:
    """Needs of a million and one more: the difference is real, though it is 1e-12 of the objective."""
    assert whole(solve(apportion([1_000_000, 1_000_001], 1))) == [0, 1]
    assert whole(solve(apportion([10**9, 10**9 + 1], 1))) == [0, 1]
    assert whole(solve(apportion([10**9, 10**9], 1))) == [1, 0]


def test_many_ties() -> None:
    n, extra = 3000, 1234
    outcome = solve(apportion([7] * n, 5 * n + extra))
    assert whole(outcome) == [6] * extra + [5] * (n - extra)


def test_ties_under_rules() -> None:
    """Six alike, two for each pair at most 1 more: the earliest that the rules allow."""
    pairs = [([int(i // 2 == g) for i in range(6)], -INF, 3) for g in range(3)]
    assert whole(solve(problem([1.5] * 6, [([1] * 6, 8, 8), *pairs]))) == [2, 1, 2, 1, 1, 1]


def test_decimal_coefficients_reach_their_side() -> None:
    """0.1 × 30 is 3, though not in floating point; 0.1 × 31 isn't."""
    assert whole(solve(problem([40.0], [([0.1], -INF, 3)]))) == [30]
    assert whole(solve(problem([40.0, 40.0], [([0.1, 0.7], -INF, 8)]))) == [38, 6]


def test_large_sides_are_exact_to_the_unit() -> None:
    """Loans of 50 and 30 million đồng from a budget one đồng short."""
    rows = [([50_000_000, 30_000_000], -INF, 125_000_000_000 - 1)]
    outcome = solve(problem([2000.0, 2000.0], rows, upper=5000))
    q = whole(outcome)
    assert 50_000_000 * q[0] + 30_000_000 * q[1] <= 125_000_000_000 - 1
    assert outcome.objective == pytest.approx(
        min(
            (a - 2000) ** 2 / 2000 + (b - 2000) ** 2 / 2000
            for a in range(2501)
            for b in [min(2000, (125_000_000_000 - 1 - 50_000_000 * a) // 30_000_000)]
        )
    )


def test_equations_without_a_whole_solution() -> None:
    """Multiples of 6 that add up to 601: shown by divisibility, where a search would not end."""
    n = 40
    rows = [([1] * n + [0] * n, 601, 601)]
    rows += [([int(j == i) for j in range(n)] + [-6 * int(j == i) for j in range(n)], 0, 0) for i in range(n)]
    weight = [1] * n + [0] * n
    assert solve(problem([15.0] * n + [0] * n, rows, weight=weight)).status == "infeasible"
    rows[0] = ([1] * n + [0] * n, 600, 600)
    assert whole(solve(problem([15.0] * n + [0] * n, rows, weight=weight)))[:n] == [18] * 20 + [12] * 20


def test_free_columns() -> None:
    """Numbers of weight 0 cost nothing, and their share is ignored."""
    rows = [([1, 1, 0], 10, 10), ([1, 0, -3], 0, 0)]
    assert whole(solve(problem([5.0, 5.0, np.nan], rows, weight=[1, 1, 0]))) == [6, 4, 2]


def test_a_limit_is_told() -> None:
    random = np.random.default_rng(5)
    n = 60
    rows = [([1] * n, 5 * n, 5 * n), (random.uniform(1, 3, n), 10.001 * n, 10.0010001 * n)]
    outcome = solve(problem(random.uniform(1, 9, n), rows), time_limit=0.0)
    assert outcome.status in {"feasible", "none_found", "optimal"}
    assert (outcome.q is None) == (outcome.status == "none_found")


def test_twice_the_same() -> None:
    case = random_case(2)
    first, second = solve(built(case)), solve(built(case))
    assert first.q is not None
    assert second.q is not None
    assert (first.q == second.q).all()
    assert (first.objective, first.bound, first.status) == (second.objective, second.bound, second.status)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    solve(apportion([5, 4, 3], 7))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "change",
    [
        {"fair": np.array([1.0])},
        {"fair": np.array([1.0, np.nan])},
        {"fair": np.array([1.0, -1.0])},
        {"weight": np.array([1.0, -1.0])},
        {"upper": np.array([1.0, np.inf])},
        {"upper": np.array([1.0, 1.5])},
        {"row_lower": np.array([np.nan])},
        {"row_lower": np.zeros(2)},
        {"objective": "unheard_of"},
    ],
)
def test_faulty_problems_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(problem([1.0, 2.0], [([1, 1], 3, 3)]), **change)
