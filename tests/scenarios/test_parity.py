"""Divisibility of equations."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from scenarios.convex import Separable
from scenarios.parity import impossible


def equations(rows: Sequence[Sequence[float]], sides: Sequence[float], upper: float = 9) -> Separable:
    n = len(rows[0])
    return Separable(
        fair=np.ones(n),
        weight=np.ones(n),
        lower=np.zeros(n),
        upper=np.full(n, upper),
        matrix=sparse.csr_array(np.array(rows, dtype=float)),
        row_lower=np.array(sides, dtype=float),
        row_upper=np.array(sides, dtype=float),
        rank=np.zeros(n),
    )


def test_one_equation() -> None:
    assert impossible(equations([[6, 10]], [7]))
    assert not impossible(equations([[6, 10]], [8]))
    assert not impossible(equations([[6, 35]], [1]))


def test_equations_together() -> None:
    """Equal months, and a total that is no multiple of their number."""
    rows = [[1, -1, 0, 0], [0, 1, -1, 0], [1, 1, 1, -1], [0, 0, 0, 1]]
    assert impossible(equations(rows, [0, 0, 0, 7]))
    assert not impossible(equations(rows, [0, 0, 0, 6]))


def test_decimal_fractions_tell_nothing() -> None:
    assert not impossible(equations([[1.2, 0.7, 1.7]], [7.4]))
    assert impossible(equations([[0.5, 1.5]], [0.25]))


def test_what_is_possible_is_never_refused() -> None:
    """Random equations with a solution by construction; and every refusal, against enumeration."""
    r = np.random.default_rng(3)
    refused = 0
    for _ in range(200):
        n, m = int(r.integers(1, 5)), int(r.integers(1, 4))
        a = r.integers(-4, 5, (m, n)) * r.choice([1, 2, 3], (m, 1))
        solution = r.integers(0, 10, n)
        assert not impossible(equations(a.tolist(), (a @ solution).tolist()))
        sides = r.integers(-9, 10, m)
        if impossible(equations(a.tolist(), sides.tolist())):
            refused += 1
            box = np.array(list(itertools.product(range(-3, 4), repeat=n)))
            assert not (box @ a.T == sides).all(axis=1).any()
    assert refused > 20
