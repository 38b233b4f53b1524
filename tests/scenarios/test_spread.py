"""Many units over periods at once: against enumeration, CP-SAT and figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from scenarios import periods
from scenarios.separable import Separable
from scenarios.spread import Moves, alone, first_totals, nearest_totals, price, tied_to_broken, ties
from tests.scenarios.test_periods import (
    INF,
    allowed,
    by_cp_sat,
    course,
    groups,
    random_case,
    rating,
    run,
)

# ------------------------------------------------------------------------------------- by hand


def test_a_number_gets_the_cells_nearest_to_its_course() -> None:
    # 9 in three periods at 5 : 3 : 1 of nine, the first of them at most 3: both others are one above theirs.
    exact = np.array([[[5.0, 3.0, 1.0]]])
    found = alone(np.array([[9]]), exact, np.zeros((1, 1, 3)), np.array([[[3.0, 9.0, 9.0]]]))
    assert found is not None
    assert found.tolist() == [[[3, 4, 2]]]


def test_cells_that_cost_the_same_are_handed_out_in_turn() -> None:
    # 4, 5 and 3 in three periods: one left over, two and none.
    exact = np.array([[[4 / 3] * 3, [5 / 3] * 3, [1.0] * 3, [4 / 3] * 3]])
    found = alone(np.array([[4, 5, 3, 4]]), exact, np.zeros((1, 4, 3)), np.full((1, 4, 3), 9.0))
    assert found is not None
    assert found.tolist() == [[[2, 1, 1], [1, 2, 2], [1, 1, 1], [2, 1, 1]]]


def test_no_cells_where_bounds_leave_none() -> None:
    exact = np.array([[[2.0, 2.0]]])
    assert alone(np.array([[4]]), exact, np.zeros((1, 1, 2)), np.ones((1, 1, 2))) is None
    assert alone(np.array([[4]]), exact, np.full((1, 1, 2), 3.0), np.full((1, 1, 2), 9.0)) is None


def test_the_price_of_one_more() -> None:
    # (k + 1 − e)² − (k − e)² is 2 (k − e) + 1: the last one of the first cell −½, the next of the second ½.
    x, exact = np.array([[[1.0, 0.0]]]), np.array([[[0.75, 0.25]]])
    assert price(x, exact, np.zeros(x.shape), np.full(x.shape, 9.0)).tolist() == [[0.0]]
    # Where the first can't be less, what the next one costs; where no cell can move, nothing.
    assert price(x, exact, np.array([[[1.0, 0]]]), np.full(x.shape, 9.0)).tolist() == [[0.5]]
    assert price(x, exact, x, x).tolist() == [[0.0]]


def test_totals_of_periods() -> None:
    wanted, sums = np.array([[1.5, 1.5, 1.5, 1.5], [2.2, 0.9, 0.9, 3.0]]), np.array([6, 7])
    assert nearest_totals(wanted, sums).tolist() == [[2, 2, 1, 1], [2, 1, 1, 3]]
    assert first_totals(wanted, sums).tolist() == [[2, 2, 1, 1], [3, 1, 0, 3]]


def cells(exact: np.ndarray, rows: list[list[float]], most: list[float]) -> Separable:
    """One quota; its units' sums, then rows of at most so much."""
    _, units, spans = exact.shape
    sums = np.kron(np.eye(units), np.ones(spans))
    whole = np.round(exact.sum(axis=2)).ravel()
    return Separable(
        fair=exact.ravel(),
        weight=np.ones(exact.size),
        lower=np.zeros(exact.size),
        upper=np.full(exact.size, 9.0),
        matrix=sparse.csr_array(np.vstack([sums, *[np.array([row]) for row in rows]])),
        row_lower=np.concatenate([whole, np.full(len(most), -INF)]),
        row_upper=np.concatenate([whole, most]),
        rank=np.arange(exact.size, dtype=float),
        objective="largest_remainder",
    )


def test_only_what_rules_tie_to_a_broken_one_is_open() -> None:
    exact = np.full((1, 3, 2), 0.5)
    problem = cells(exact, [[1, 0, 1, 0, 0, 0]], [1])
    assert tied_to_broken(problem, np.array([1.0, 0, 1, 0, 1, 0])).tolist() == [True] * 4 + [False] * 2
    assert not tied_to_broken(problem, np.array([1.0, 0, 0, 1, 1, 0])).any()


def test_moves_keep_to_rules() -> None:
    # Three units of one each, all in the first of two periods; units 1 and 2 can't both be in the second.
    exact = np.full((1, 3, 2), 0.5)
    problem = cells(exact, [[0, 0, 0, 1, 0, 1]], [1])
    moves = Moves(problem, np.array([[[1.0, 0], [1, 0], [1, 0]]]))
    assert ties(moves.x, exact, np.zeros(exact.shape), np.full(exact.shape, 9.0)) == 6
    assert moves.towards(np.array([[1, 2]]))
    assert moves.x.tolist() == [[[0, 1], [1, 0], [0, 1]]]
    assert not moves.towards(np.array([[0, 3]]))


def test_moves_cost_nothing() -> None:
    # ¾ and ¼: the one that stands in the first period is nearer there.
    exact, x = np.array([[[0.75, 0.25]]]), np.array([[[1.0, 0.0]]])
    moves = Moves(cells(exact, [], []), x)
    assert ties(x, exact, np.zeros(exact.shape), np.full(exact.shape, 9.0)) == 0
    assert not moves.towards(np.array([[0, 1]]))


# --------------------------------------------------------------------------- against enumeration


def test_as_enumerated(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small, split as many units are; ties then go by Σ rank × cell (§10)."""
    evened: list[bool] = []
    original = periods._evened

    def watched(*arguments: Any) -> Any:
        found = original(*arguments)
        evened.append(found is not None)
        return found

    monkeypatch.setattr(periods, "MANY", 0)
    monkeypatch.setattr(periods, "_evened", watched)
    at_once = 0
    for seed in range(400):
        q, profile, exact, lower, upper, rows = random_case(seed)
        quotas, units, spans = np.shape(lower)
        if len(groups(quotas, units, spans, rows[0])) > 1:
            continue
        plans = allowed(q, lower, upper, rows)
        evened.clear()
        found = run(q, profile, lower, upper, rows)
        if not plans:
            assert found is None, seed
            continue
        assert found is not None, seed
        ratings = [rating(x, exact)[:3] for x in plans]
        assert rating(found, exact)[:3] == min(ratings), seed
        assert any((x == found).all() for x in plans), seed
        if any(evened):
            at_once += 1
            best = [x for x, own in zip(plans, ratings, strict=True) if own == min(ratings)]
            assert in_order(found) == min(map(in_order, best)), seed
    assert at_once > 60


def in_order(x: np.ndarray) -> int:
    """Σ rank × cell: earlier periods first, in a period earlier units."""
    _, units, spans = x.shape
    rank = np.arange(spans) * units + np.arange(units)[:, None]
    return int((rank * x).sum())


# --------------------------------------------------------------------------------- many at once


@pytest.mark.parametrize("seed", range(2))
def test_many_units(seed: int) -> None:
    """96 units × 6 periods, caps and seats: as near as CP-SAT comes by group, even over periods."""
    r = np.random.default_rng(seed)
    count, size, spans = 32, 3, 6
    q = r.integers(5, 40, (1, count * size))
    upper = np.ceil(q[:, :, None] / spans * 1.4).astype(int) + r.integers(0, 2, (1, q.size, spans))
    upper[0, ::17, 0] = np.maximum(q[0, ::17] // spans - 1, 0)
    lower = np.zeros_like(upper)
    rows = np.zeros((count * spans, 1, q.size, spans), dtype=int)
    seats = []
    for g in range(count):
        own = slice(g * size, (g + 1) * size)
        for t in range(spans):
            rows[g * spans + t, 0, own, t] = 1
            seats.append(int(np.ceil(q[0, own].sum() / spans)) + int(r.integers(0, 3)))
    flat = rows.reshape(len(rows), -1)
    profile = np.ones((1, spans), dtype=int)
    found = run(q, profile, lower, upper, (flat.tolist(), [-INF] * len(seats), seats))
    assert found is not None
    assert (found.sum(axis=2) == q).all()
    assert (found <= upper).all()
    assert (flat @ found.ravel() <= seats).all()
    least = 0
    for g in range(count):
        own = slice(g * size, (g + 1) * size)
        part = slice(g * spans, (g + 1) * spans)
        coefficients = [[Fraction(int(v)) for v in rows[i, :, own].ravel()] for i in range(len(rows))[part]]
        case = (
            q[:, own],
            profile,
            course(q[:, own], profile),
            lower[:, own],
            upper[:, own],
            (coefficients, [-INF] * spans, seats[part]),
        )
        own_least = by_cp_sat(case, controlled=False)
        assert own_least is not None
        least += own_least
    off = ((spans * found - q[:, :, None]) ** 2).sum()
    assert off == least
    whole, more = divmod(int(q.sum()), spans)
    assert found.sum(axis=(0, 1)).tolist() == [whole + 1] * more + [whole] * (spans - more)
