"""Plans close to an issued one: by hand, by enumeration, and what a greater weight does."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scenarios.cells import CellProblem
from scenarios.fairness import allocate
from scenarios.stability import Stay
from tests.scenarios.enumerated import METHODS, random_case
from tests.scenarios.staying import best_close, random_asked
from tests.scenarios.test_methods import one_quota


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(3))
def test_as_enumerated(method: str, seed: int) -> None:
    told = 0
    for one in range(seed * 40, seed * 40 + 40):
        case = random_case(one, method)
        asked = random_asked(one, case)
        expected, found = best_close(case, asked), allocate(asked.problem(case))
        if expected is None:
            assert found.status == "infeasible", one
            continue
        told += 1
        assert found.status == "optimal", one
        assert found.q is not None
        assert found.x is not None
        assert found.q.tolist() == expected[0].tolist(), one
        assert found.x.tolist() == expected[1].tolist(), one
    assert told > 10


# ---------------------------------------------------------------------------------------------- by hand


def close(problem: CellProblem, issued: Any, weight: float, **more: Any) -> CellProblem:
    """The problem close to issued quotas, [K][U], NaN for none; cells [K][U][T] if given."""
    quotas = np.array(issued, dtype=float)
    cells = np.array(more.pop("cells", np.full(problem.shape, np.nan)), dtype=float)
    reach = np.full(quotas.shape, float(more.pop("reach", math.inf)))
    stay = Stay("issued", weight, quotas, cells, reach, more.pop("most", None))
    low, high = stay.sides()
    return replace(
        problem,
        fair=stay.drawn(problem.fair),
        lower=np.maximum(problem.lower, low),
        upper=np.minimum(problem.upper, high),
        stay=stay,
    )


def q_of(problem: CellProblem) -> list[int] | None:
    found = allocate(problem)
    return None if found.q is None else found.q[0].tolist()


@pytest.mark.parametrize(
    ("weight", "expected"),
    [(0, [10, 10, 10]), (1, [12, 10, 8]), (3, [13, 10, 7]), (math.inf, [14, 10, 6])],
)
@pytest.mark.parametrize("method", METHODS)
def test_shares_are_drawn_towards_what_was_issued(method: str, weight: float, expected: list[int]) -> None:
    """Fair shares of 10 each, issued 14, 10, 6: (10 + W × 14) / (1 + W) and so on, whole for these W."""
    assert q_of(close(one_quota([1, 1, 1], 30, method), [[14, 10, 6]], weight)) == expected


def test_a_unit_that_was_not_issued_keeps_its_share() -> None:
    """Shares 15, 10, 10 and the new one's own 10, of 40 in 45: 13.33 and three of 8.89."""
    problem = close(one_quota([1, 1, 1, 1], 40, "proportional"), [[20, 10, 10, np.nan]], 1)
    assert problem.fair.tolist() == [[15, 10, 10, 10]]
    assert q_of(problem) == [13, 9, 9, 9]


def test_issued_quotas_of_nothing_say_nothing_about_shares() -> None:
    assert q_of(close(one_quota([3, 1], 8, "proportional"), [[0, 0]], math.inf)) == [6, 2]


@pytest.mark.parametrize("method", METHODS)
def test_a_rest_stays_where_it_was(method: str) -> None:
    """In tens, 3 left over: 10 and 1,003 come back although a divisor method would move the rest."""
    problem = one_quota([1, 100], 1013, method, multiple=np.array([10]))
    assert q_of(close(problem, [[10, 1003]], math.inf)) == [10, 1003]
    assert q_of(close(problem, [[13, 1000]], math.inf)) == [13, 1000]


def test_no_more_may_move_than_are_asked_for() -> None:
    """10 each of 34: one moves alone, or one by 2 where 1 is no move; none can place 4 in steps of 1."""
    problem = one_quota([1, 1, 1], 34, "proportional")
    issued = [[10, 10, 10]]
    assert q_of(close(problem, issued, math.inf)) == [12, 11, 11]
    assert q_of(close(problem, issued, math.inf, reach=0, most=1)) == [14, 10, 10]
    assert q_of(close(problem, issued, math.inf, reach=1, most=1)) == [12, 11, 11]
    assert q_of(close(problem, issued, math.inf, reach=1, most=0)) is None
    assert q_of(close(problem, issued, math.inf, reach=1)) is None
    assert q_of(close(problem, issued, math.inf, reach=0, most=0)) is None
    assert q_of(close(problem, issued, math.inf, reach=2)) == [12, 11, 11]


def test_issued_periods_come_back_and_a_change_is_spread_over_them() -> None:
    """Issued 8 + 2 and 5 + 5, though the profile is even; 21 adds one to the first: 8.5 and 2.5."""
    cells = [[[8, 2], [5, 5]]]
    same = allocate(close(one_quota([1, 1], 20, "proportional", 2), [[10, 10]], math.inf, cells=cells))
    assert same.x is not None
    assert same.x.tolist() == cells
    more = allocate(close(one_quota([1, 1], 21, "proportional", 2), [[10, 10]], math.inf, cells=cells))
    assert more.x is not None
    assert more.x.tolist() == [[[9, 2], [5, 5]]]
    finite = allocate(close(one_quota([1, 1], 20, "proportional", 2), [[10, 10]], 1.0, cells=cells))
    assert finite.x is not None
    assert finite.x.tolist() == [[[5, 5], [5, 5]]]


def test_issued_quotas_stay_where_their_periods_can_not() -> None:
    """At most 6 in a period: 10 stays 10, as 6 + 4, nearest to 8 + 2."""
    problem = one_quota([1, 1], 20, "proportional", 2, cell_upper=np.full((1, 2, 2), 6.0))
    found = allocate(close(problem, [[10, 10]], math.inf, cells=[[[8, 2], [5, 5]]]))
    assert found.x is not None
    assert found.x.tolist() == [[[6, 4], [5, 5]]]


@pytest.mark.parametrize("seed", range(3))
def test_a_greater_weight_never_moves_more_squares(seed: int) -> None:
    """Under largest_remainder, (1 + W) (q − f')² = (q − f)² + W (q − p)² and what no plan changes: as W grows
    Σ weight / total × Σ (q − p)² can't.
    """
    compared = 0
    for one in range(seed * 25, seed * 25 + 25):
        case = random_case(one, "largest_remainder")
        asked = random_asked(one, case)
        if (np.asarray(asked.issued) < 0).any():
            continue
        before = math.inf
        for weight in (0.0, 0.3, 1.0, 4.0, 50.0):
            problem = asked.problem(case)
            assert problem.stay is not None
            plain = case.problem()
            stay = replace(problem.stay, weight=weight)
            fair = np.where(case.held, plain.fair, stay.drawn(plain.fair))
            # What has neither a share nor an issued quota comes before fairness: there is none of it here.
            if ((fair == 0) & ~np.asarray(case.held)).any():
                break
            found = allocate(replace(problem, fair=fair, stay=stay))
            if found.q is None:
                break
            scale = problem.weight / np.maximum(1, problem.total)
            free = ~np.asarray(case.held)
            off = float((scale[:, None] * free * (found.q - asked.issued) ** 2).sum())
            assert off <= before + 1e-9, (one, weight)
            compared += before < math.inf
            before = off
    assert compared > 10


def test_where_shares_are_divided_by_a_greater_weight_may_move_more() -> None:
    """Needs 17, 7, 7, 4 of 17, issued 5, 1, 2, 9, the first at most 3: under proportional the squares from
    the issued quotas are 6 with W = 4, and 8 with W = 50, whose shares count those that are small for more.
    """
    problem = one_quota([17, 7, 7, 4], 17, "proportional", upper=np.array([[3, np.inf, np.inf, np.inf]]))
    issued = [5, 1, 2, 9]
    found = {weight: q_of(close(problem, [issued], weight)) for weight in (4.0, 50.0)}
    squares = {
        weight: sum((a - b) ** 2 for a, b in zip(q, issued, strict=True))
        for weight, q in found.items()
        if q is not None
    }
    assert squares == {4.0: 6, 50.0: 8}
