"""Whole allocations against enumeration and against CP-SAT on all cells."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from ortools.sat.python import cp_model

from benchmarks.instances import cell_problem, instance
from scenarios.fairness import Allocation, CellProblem, allocate
from tests.scenarios.enumerated import profile_distance
from tests.scenarios.test_periods import INF, allowed, best_split, compositions, course, random_rows, rows_of


def fair_shares(total: Any, need: Any) -> list[list[Fraction]]:
    return [
        [Fraction(int(total[k]) * int(v), max(1, int(sum(need[k])))) for v in need[k]]
        for k in range(len(total))
    ]


def random_case(seed: int) -> Any:
    r = np.random.default_rng(seed)
    shape = [(1, 3, 2), (2, 2, 2), (1, 2, 3), (2, 3, 1), (1, 1, 3), (1, 4, 1)][int(r.integers(6))]
    quotas, units, periods = shape
    total = r.integers(0, 8 if quotas * units < 4 else 6, quotas)
    need = r.integers(0 if r.random() < 0.2 else 1, [3, 9, 50][int(r.integers(3))], (quotas, units))
    need[:, 0] += need.sum(axis=1) == 0
    held = (r.random(need.shape) < 0.1) & (need.sum(axis=1, keepdims=True) > need)
    hold = np.minimum(r.integers(0, 3, need.shape), total[:, None] // units)
    left = total - np.where(held, hold, 0).sum(axis=1)
    fair = fair_shares(left, np.where(held, 0, need))
    profile = r.integers(0 if r.random() < 0.2 else 1, 4, (quotas, periods))
    profile[:, 0] += profile.sum(axis=1) == 0
    lower, upper = np.zeros((quotas, units), dtype=int), np.full((quotas, units), 9)
    upper[r.random(upper.shape) < 0.2] = 2
    lower[r.random(lower.shape) < 0.1] = 1
    lower, upper = np.where(held, hold, lower), np.where(held, hold, upper)
    cell_lower, cell_upper = np.zeros(shape, dtype=int), np.full(shape, 9)
    cell_upper[r.random(shape) < 0.15] = 1
    weight = [Fraction(int(v)) for v in r.integers(1, 4, quotas)]
    q = np.array([r.multinomial(total[k], need[k] / need[k].sum()) for k in range(quotas)])
    x = np.array(
        [[r.multinomial(q[k, u], profile[k] / profile[k].sum()) for u in range(units)] for k in range(quotas)]
    )
    rows = random_rows(r, x, int(r.integers(0, 4)))
    return total, fair, weight, lower, upper, cell_lower, cell_upper, profile, rows, held


def problem_of(case: Any) -> CellProblem:
    total, fair, weight, lower, upper, cell_lower, cell_upper, profile, rows, held = case
    return CellProblem(
        total=np.asarray(total),
        fair=np.array([[float(f) for f in one] for one in fair]),
        weight=np.array([float(w) for w in weight]),
        lower=lower,
        upper=upper,
        cell_lower=cell_lower,
        cell_upper=cell_upper,
        profile=profile,
        matrix=rows_of(rows[0], np.size(cell_lower)),
        row_lower=np.array([float(v) for v in rows[1]]),
        row_upper=np.array([float(v) for v in rows[2]]),
        held=held,
    )


def unfairness(q: Any, case: Any) -> tuple[int, Fraction]:
    total, fair, weight, *_, held = case
    none = sum(int(q[k][u]) for k, u in np.ndindex(np.shape(q)) if fair[k][u] == 0 and not held[k][u])
    value = sum(
        (
            weight[k] / max(1, int(total[k])) * (int(q[k][u]) - fair[k][u]) ** 2 / fair[k][u]
            for k, u in np.ndindex(np.shape(q))
            if fair[k][u] and not held[k][u]
        ),
        Fraction(0),
    )
    return none, value


def enumerated(case: Any) -> tuple[Any, Any, Fraction] | None:
    total, _, _, lower, upper, cell_lower, cell_upper, profile, rows, _ = case
    quotas, units, _ = cell_lower.shape
    cell_upper = np.where(np.asarray(profile)[:, None, :] == 0, 0, cell_upper)
    options = [compositions(int(total[k]), lower[k], np.minimum(upper[k], total[k])) for k in range(quotas)]
    plans = [np.array(q).reshape(quotas, units) for q in itertools.product(*options)]
    plans.sort(key=lambda q: unfairness(q, case))
    for _, tied in itertools.groupby(plans, key=lambda q: unfairness(q, case)):
        possible = [q for q in tied if allowed(q, cell_lower, cell_upper, rows)]
        split = [(q, best_split(q, course(q, profile), cell_lower, cell_upper, rows)) for q in possible]
        if split:
            q, x = min(
                split, key=lambda one: (profile_distance(one[0], one[1], profile), tuple(-one[0].T.ravel()))
            )
            return q, x, unfairness(q, case)[1]
    return None


@pytest.mark.parametrize("seed", range(8))
def test_as_enumerated(seed: int) -> None:
    for one in range(seed * 40, seed * 40 + 40):
        case = random_case(one)
        expected, found = enumerated(case), allocate(problem_of(case))
        if expected is None:
            assert found.status == "infeasible", one
            continue
        q, x, value = expected
        assert found.status == "optimal", one
        assert found.q is not None
        assert found.x is not None
        assert found.q.tolist() == q.tolist(), one
        assert found.x.tolist() == x.tolist(), one
        assert found.objective == pytest.approx(float(value), rel=1e-9, abs=1e-12)
        assert found.objective - found.bound <= 1e-6 * found.objective + 1e-15


# ------------------------------------------------------------------------------ against CP-SAT


def larger_case(seed: int) -> Any:
    """Up to 3 quotas × 8 units × 4 periods under all kinds of rules; needs whose fractions stay small."""
    r = np.random.default_rng(10_000 + seed)
    quotas, units, periods = int(r.integers(1, 4)), int(r.integers(3, 9)), int(r.integers(1, 5))
    shape = (quotas, units, periods)
    total = r.integers(2, [12, 80][int(r.integers(2))], quotas) * units
    need = r.choice([1, 2, 3, 4, 6, 12], (quotas, units))
    fair = fair_shares(total, need)
    weight = [Fraction(int(v)) for v in r.integers(1, 4, quotas)]
    profile = (
        r.integers(1, 4, (quotas, periods)) if r.random() < 0.5 else np.ones((quotas, periods), dtype=int)
    )
    near = np.array([[float(f) for f in one] for one in fair])
    tight = r.random(near.shape) < 0.15
    lower = np.floor(near * r.uniform(0, 0.8, near.shape)).astype(int)
    upper = np.ceil(near * np.where(tight, r.uniform(0.7, 1.0, near.shape), 1.6)).astype(int)
    cells = near[:, :, None] * (profile / profile.sum(axis=1, keepdims=True))[:, None, :]
    cell_lower = np.zeros(shape, dtype=int)
    cell_upper = np.ceil(cells * r.uniform(0.9, 1.8, shape)).astype(int)
    rows, low, high = [], [], []

    def add(a: np.ndarray, least: Any, most: Any) -> None:
        rows.append([Fraction(v).limit_denominator(1000) for v in a.ravel().tolist()])
        low.append(least)
        high.append(most)

    for u, t in np.ndindex(units, periods):
        if quotas > 1 and r.random() < 0.5:  # a nest
            a = np.zeros(shape)
            a[1, u, t], a[0, u, t] = 1, -1
            add(a, -INF, 0)
        if t and r.random() < 0.4:  # month to month
            a = np.zeros(shape)
            k = int(r.integers(quotas))
            a[k, u, t], a[k, u, t - 1] = 1, -1
            step = int(np.ceil(cells[k].max() * 0.6))
            add(a, -step, step)
    if r.random() < 0.6:  # a budget of fractional coefficients
        a = np.zeros(shape)
        k = int(r.integers(quotas))
        a[k] = np.round(r.uniform(0.5, 3, (units, 1)), 1)
        add(a, -INF, Fraction(round(float((a * cells).sum()) * 10 * r.uniform(0.97, 1.02)), 10))
    if r.random() < 0.6:  # seats by group and period
        k = int(r.integers(quotas))
        for group, t in np.ndindex(2, periods):
            a = np.zeros(shape)
            a[k, group::2, t] = 1
            add(a, -INF, int(np.ceil(cells[k, group::2, t].sum() * r.uniform(1.0, 1.2))))
    if r.random() < 0.2:  # an equation
        a = np.zeros(shape)
        a[0, 0], a[0, 1] = 1, -1
        add(a, 0, 0)
    held = np.zeros(near.shape, dtype=bool)
    return total, fair, weight, lower, upper, cell_lower, cell_upper, profile, (rows, low, high), held


def by_cp_sat(case: Any) -> Fraction | None:
    """The least unfairness, exactly, from a model of all cells in whole numbers."""
    total, fair, weight, lower, upper, cell_lower, cell_upper, _, rows, _ = case
    model = cp_model.CpModel()
    shape = cell_lower.shape
    cells = np.empty(shape, dtype=object)
    for k, u, t in np.ndindex(shape):
        cells[k, u, t] = model.new_int_var(int(cell_lower[k, u, t]), int(cell_upper[k, u, t]), "")
    terms = []
    for k, u in np.ndindex(shape[:2]):
        top = int(min(upper[k, u], total[k]))
        q = model.new_int_var(min(int(lower[k, u]), top + 1), max(top, int(lower[k, u])), "")
        model.add(q == sum(cells[k, u].tolist()))
        model.add(q <= top)
        square = model.new_int_var(0, max(top, int(lower[k, u])) ** 2, "")
        model.add_multiplication_equality(square, q, q)
        # (q − f)² / f = q² / f − 2 q + f
        share = weight[k] / int(total[k])
        terms.append((share / fair[k][u], square, -2 * share, q, share * fair[k][u]))
    for k in range(shape[0]):
        model.add(sum(cells[k].ravel().tolist()) == int(total[k]))
    for a, low, high in zip(*rows, strict=True):
        scale = math.lcm(*(v.denominator for v in a))
        activity = sum(int(v * scale) * x for v, x in zip(a, cells.ravel().tolist(), strict=True) if v)
        if low != -INF:
            model.add(activity >= math.ceil(low * scale))
        if high != INF:
            model.add(activity <= math.floor(high * scale))
    scale = math.lcm(*(v.denominator for term in terms for v in (term[0], term[2])))
    model.minimize(sum(int(a * scale) * square + int(b * scale) * q for a, square, b, q, _ in terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 60
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    return Fraction(round(solver.objective_value), scale) + sum((term[4] for term in terms), Fraction(0))


def keeps_everything(found: Allocation, case: Any) -> bool:
    """All constraints again, from the answer, in exact arithmetic."""
    total, _, _, lower, upper, cell_lower, cell_upper, _, rows, _ = case
    assert found.q is not None
    assert found.x is not None
    values = [int(v) for v in found.x.ravel()]
    kept = all(
        low <= sum((a * v for a, v in zip(row, values, strict=True)), Fraction(0)) <= high
        for row, low, high in zip(*rows, strict=True)
    )
    return (
        kept
        and found.x.sum(axis=2).tolist() == found.q.tolist()
        and found.q.sum(axis=1).tolist() == total.tolist()
        and bool(((found.q >= lower) & (found.q <= upper)).all())
        and bool(((found.x >= cell_lower) & (found.x <= cell_upper)).all())
    )


@pytest.mark.parametrize("seed", range(40))
def test_as_cp_sat(seed: int) -> None:
    case = larger_case(seed)
    expected, found = by_cp_sat(case), allocate(problem_of(case))
    if expected is None:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal"
    assert keeps_everything(found, case)
    assert found.q is not None
    assert unfairness(found.q, case)[1] == expected
    assert found.bound <= expected * (1 + Fraction(1, 10**12))
    again = allocate(problem_of(case))
    assert again.q is not None
    assert again.x is not None
    assert found.x is not None
    assert (again.q == found.q).all()
    assert (again.x == found.x).all()


# ------------------------------------------------------------------------------ corners and traps


def small(total: Any, need: Any, periods: int = 2, rows: Any = ((), (), ()), **change: Any) -> CellProblem:
    """An allocation with no bounds but those in `change`; profile even."""
    quotas, units = np.shape(need)
    shape = (quotas, units, periods)
    fair = np.array([[float(f) for f in one] for one in fair_shares(np.array(total), np.array(need))])
    problem = CellProblem(
        total=np.array(total),
        fair=fair,
        weight=np.ones(quotas),
        lower=np.zeros((quotas, units)),
        upper=np.full((quotas, units), INF),
        cell_lower=np.zeros(shape),
        cell_upper=np.full(shape, INF),
        profile=np.ones((quotas, periods)),
        matrix=rows_of(list(rows[0]), quotas * units * periods),
        row_lower=np.array([float(v) for v in rows[1]]),
        row_upper=np.array([float(v) for v in rows[2]]),
    )
    return replace(problem, **change)


def plan(problem: CellProblem) -> list[Any]:
    found = allocate(problem)
    assert found.status == "optimal"
    assert found.x is not None
    result: list[Any] = found.x.tolist()
    return result


def test_by_hand() -> None:
    """Fair shares 5, 3, 2 of 10; the first gets at most 4, the rest by Webster; odd halves fall early."""
    assert plan(small([10], [[5, 3, 2]], upper=np.array([[4, INF, INF]]))) == [[[2, 2], [2, 2], [1, 1]]]


def test_fairness_before_the_profile_and_the_profile_before_the_order() -> None:
    # Shares ½ and 1½ of 2: 1 and 1, or 0 and 2, are equally fair; 2 falls on two months without a rest.
    assert plan(small([2], [[1, 3]])) == [[[0, 0], [1, 1]]]
    assert plan(small([2], [[1, 3]], periods=1)) == [[[1], [1]]]


def test_the_profile_is_kept_under_the_rules_before_the_order() -> None:
    """Of 3 the one gets 1, the other 2. Nothing in the first unit's second month: 2 there are 1 off twice,
    1 and the other's 1 and 1 are half off twice.
    """
    shut = np.full((1, 2, 2), INF)
    shut[0, 0, 1] = 0
    assert plan(small([3], [[1, 1]], cell_upper=shut)) == [[[1, 0], [1, 1]]]
    assert plan(small([3], [[1, 1]], rows=([[0, 1, 0, 0]], [-INF], [0]))) == [[[1, 0], [1, 1]]]


def test_nothing_in_a_period_without_weight() -> None:
    assert plan(small([5], [[1, 1]], profile=np.array([[0.0, 2.0]]))) == [[[0, 3], [0, 2]]]
    assert allocate(small([5], [[1, 1]], profile=np.zeros((1, 2)))).status == "infeasible"


def test_bounds_within_rounding_of_a_whole_number() -> None:
    """0.8 × 25 is 20.000000000000004 by some ways: still 20."""
    at_least = np.array([[20.000000000000004, 0.0]])
    assert plan(small([25], [[4, 6]], periods=1, lower=at_least)) == [[[20], [5]]]


def test_held_quotas_do_not_count() -> None:
    held = np.array([[True, False, False]])
    hold = np.array([[7.0, 0.0, 0.0]])
    fair = np.array([[np.nan, 1.5, 1.5]])
    problem = small(
        [10], [[1, 1, 1]], periods=1, held=held, lower=hold, upper=np.array([[7, 9, 9]]), fair=fair
    )
    found = allocate(problem)
    assert found.q is not None
    assert found.q.tolist() == [[7, 2, 1]]
    assert found.objective == pytest.approx(2 * 0.25 / 1.5 / 10)


def test_totals_that_cannot_be_split_are_found_anew() -> None:
    """Equal months make every quota even, which no row over the totals says."""
    a = [
        [Fraction(v) for v in row] for row in ([1, -1, 0, 0, 0, 0], [0, 0, 1, -1, 0, 0], [0, 0, 0, 0, 1, -1])
    ]
    rows = (a, [0, 0, 0], [0, 0, 0])
    # 6, 2, 2 and 4, 4, 2 are equally fair.
    assert plan(small([10], [[5, 3, 2]], rows=rows)) == [[[3, 3], [1, 1], [1, 1]]]
    assert allocate(small([11], [[5, 3, 2]], rows=rows)).status == "infeasible"


def test_many_equal_months_that_no_total_fits() -> None:
    units, periods = 40, 6
    a = []
    for u, t in np.ndindex(units, periods - 1):
        row = np.zeros((units, periods))
        row[u, t], row[u, t + 1] = 1, -1
        a.append([Fraction(int(v)) for v in row.ravel()])
    rows = (a, [0] * len(a), [0] * len(a))
    need = [[int(v) for v in np.random.default_rng(1).integers(10, 100, units)]]
    assert allocate(small([1201], need, periods=periods, rows=rows)).status == "infeasible"


def test_no_total() -> None:
    found = allocate(small([0, 4], [[1, 1], [1, 3]], periods=1))
    assert found.q is not None
    assert found.q.tolist() == [[0, 0], [1, 3]]
    assert found.objective == found.bound == 0


@pytest.mark.parametrize("seed", [3, 8])
def test_an_instance_of_every_rule(seed: int) -> None:
    """Ten units, three quotas, six months: all rules again in exact arithmetic, months on their course."""
    problem = cell_problem(instance(10, seed))
    found = allocate(problem)
    assert found.status == "optimal"
    assert found.x is not None
    assert found.q is not None
    assert found.objective - found.bound <= 1e-6 * found.objective
    x = [Fraction(int(v)) for v in found.x.ravel()]
    matrix = problem.matrix
    for row in range(matrix.shape[0]):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        terms = zip(matrix.data[span].tolist(), matrix.indices[span].tolist(), strict=True)
        activity = sum((Fraction(a) * x[j] for a, j in terms), Fraction(0))
        assert problem.row_lower[row] <= activity <= problem.row_upper[row]
    assert ((found.x >= problem.cell_lower) & (found.x <= problem.cell_upper)).all()
    assert found.q.sum(axis=1).tolist() == problem.total.tolist()
    assert (np.abs(found.x.sum(axis=1) - problem.total[:, None] / 6) < 1).all()


@pytest.mark.parametrize(
    "change",
    [
        {"total": np.array([-1])},
        {"total": np.array([1.5])},
        {"weight": np.array([0.0])},
        {"profile": np.array([[1.0, -1.0]])},
        {"lower": np.array([[np.nan, 0.0]])},
        {"cell_upper": np.zeros((1, 2, 3))},
        {"row_lower": np.zeros(1)},
        {"held": np.zeros((2, 2), dtype=bool)},
    ],
)
def test_faulty_problems_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(small([2], [[1, 1]]), **change)
