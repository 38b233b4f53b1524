"""A linear program solved again after changes: the same answers as anew, and no more patched than changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from scenarios import highs
from scenarios.highs import Linear, confirmed
from scenarios.session import Patched, Session

PAIR = Linear(
    cost=np.array([1.0, 2.0]),
    lower=np.zeros(2),
    upper=np.full(2, 5.0),
    matrix=sparse.csr_array(np.array([[1.0, 1.0]])),
    row_lower=np.array([2.5]),
    row_upper=np.array([np.inf]),
)


def x_of(answer: highs.Answer) -> list[float]:
    assert answer.x is not None
    return [float(value) for value in answer.x]


def test_other_bounds_and_back() -> None:
    session = Session(PAIR)
    for upper, expected in ((5.0, [2.5, 0.0]), (2.0, [2.0, 0.5]), (5.0, [2.5, 0.0])):
        assert x_of(session.solve(replace(PAIR, upper=np.array([upper, 5.0])))) == expected


@pytest.mark.parametrize("checked", [True, False])
def test_infeasible_and_feasible_again(checked: bool) -> None:
    session = Session(PAIR, checked=checked)
    assert x_of(session.solve()) == [2.5, 0]
    answer = session.solve(replace(PAIR, upper=np.ones(2)))
    assert answer.status == "infeasible"
    assert confirmed(replace(PAIR, upper=np.ones(2)), answer)
    assert x_of(session.solve(PAIR)) == [2.5, 0]


@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.csc_array])
def test_only_what_changed_is_patched(kind: Any) -> None:
    # x + y ≥ 2.5, x − y ≤ 1: 1.75 and 0.75
    base = replace(
        PAIR,
        matrix=kind(np.array([[1.0, 1.0], [1.0, -1.0]])),
        row_lower=np.array([2.5, -np.inf]),
        row_upper=np.array([np.inf, 1.0]),
    )
    session = Session(base)
    assert x_of(session.solve()) == [1.75, 0.75]
    steps: list[tuple[dict[str, Any], Patched, list[float]]] = [
        ({}, Patched(), [1.75, 0.75]),
        ({"row_lower": np.array([3.5, -np.inf])}, Patched(rows=1), [2.25, 1.25]),
        ({"upper": np.array([1.0, 5.0])}, Patched(columns=1), [1, 1.5]),
        ({"lower": np.array([0.0, 2.0]), "cost": np.array([1.0, 3.0])}, Patched(1, 1), [0.5, 2]),
        # 2 x − y ≤ 1: x = 3.5 / 3
        ({"matrix": kind(np.array([[1.0, 1.0], [2.0, -1.0]]))}, Patched(coefficients=1), [3.5 / 3, 4 / 3]),
        # the entry is gone: −y ≤ 1 leaves x free
        ({"matrix": kind(np.array([[1.0, 1.0], [0.0, -1.0]]))}, Patched(coefficients=1), [2.5, 0]),
        # and back again
        ({"matrix": base.matrix.copy()}, Patched(coefficients=1), [1.75, 0.75]),
    ]
    before = base.matrix
    for change, patched, expected in steps:
        session.solve(replace(base, matrix=before))
        assert x_of(session.solve(replace(base, **change))) == pytest.approx(expected, abs=1e-9)
        assert session.patched == patched
        before = change.get("matrix", before)


def test_another_shape_is_refused() -> None:
    wider = replace(PAIR, matrix=sparse.csr_array((1, 3)))
    with pytest.raises(ValueError, match="another shape"):
        Session(PAIR).solve(wider)


def test_without_columns() -> None:
    none = Linear(np.zeros(0), np.zeros(0), np.zeros(0), sparse.csr_array((1, 0)), np.zeros(1), np.ones(1))
    session = Session(none)
    assert session.solve().status == "optimal"
    assert session.solve(replace(none, row_lower=np.ones(1))).status == "infeasible"


@pytest.mark.parametrize("seed", range(4))
def test_random_patches_give_what_another_solver_finds_from_scratch(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = 12, 20
    dense = np.where(rng.random((rows, columns)) < 0.3, rng.integers(-3, 6, (rows, columns)), 0).astype(float)
    problem = Linear(
        cost=rng.normal(size=columns),
        lower=np.zeros(columns),
        upper=rng.uniform(1, 9, columns),
        matrix=sparse.csr_array(dense),
        row_lower=np.full(rows, -np.inf),
        row_upper=rng.uniform(2, 20, rows),
    )
    session = Session(problem)
    session.solve()
    seen = set()
    for _ in range(40):
        cost, upper, row_lower = problem.cost.copy(), problem.upper.copy(), problem.row_lower.copy()
        match rng.integers(4):
            case 0:
                cost[rng.integers(columns)] = rng.normal()
            case 1:
                upper[rng.integers(columns)] = rng.uniform(0, 9)
            case 2:
                at = rng.integers(rows)
                row_lower[at] = rng.choice([-np.inf, rng.uniform(0, problem.row_upper[at])])
            case 3:
                dense = dense.copy()
                row, column = rng.choice(np.argwhere(dense))
                dense[row, column] = rng.integers(-3, 6)
        problem = replace(
            problem, cost=cost, upper=upper, row_lower=row_lower, matrix=sparse.csr_array(dense)
        )
        answer = session.solve(problem)
        patched = session.patched
        assert patched.costs + patched.columns + patched.rows + patched.coefficients <= 1
        bounded = np.isfinite(row_lower)
        other = linprog(
            cost,
            np.vstack([dense, -dense[bounded]]),
            np.concatenate([problem.row_upper, -row_lower[bounded]]),
            bounds=list(zip(problem.lower, upper, strict=True)),
            method="highs-ipm",
        )
        seen.add(answer.status)
        assert (answer.status == "infeasible") == (other.status == 2)
        if answer.x is not None:
            assert cost @ answer.x == pytest.approx(other.fun, abs=1e-7)
            assert confirmed(problem, answer)
    assert "optimal" in seen


def test_an_answer_that_is_not_right_is_not_confirmed() -> None:
    answer = highs.run(PAIR)
    assert confirmed(PAIR, answer)
    assert not confirmed(PAIR, replace(answer, x=np.array([1.0, 1.0])))  # breaks the row
    assert not confirmed(PAIR, replace(answer, x=np.array([0.0, 2.5])))  # dearer
    assert not confirmed(PAIR, replace(answer, x=np.array([6.0, 0.0])))  # beyond its bound
    assert not confirmed(PAIR, highs.Answer("none_found"))
    impossible = replace(PAIR, row_lower=np.array([11.0]))
    refused = highs.run(impossible)
    assert confirmed(impossible, refused)
    assert not confirmed(PAIR, refused)


def test_a_matrix_with_much_that_changed_is_handed_over_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.session.MOST_COEFFICIENTS", 1)
    session = Session(PAIR)
    session.solve()
    found = session.solve(replace(PAIR, matrix=sparse.csr_array(np.array([[0.5, 2.0]]))))
    assert session.patched == Patched(coefficients=2)
    assert x_of(found) == [0, 1.25]  # 2 / 2 a piece beside 1 / 0.5: y is half as dear
