"""The methods of §11 against published apportionments, enumeration and CP-SAT."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from scenarios.fairness import CellProblem, allocate
from tests.scenarios.enumerated import METHODS, best, random_case

RECORDS = json.loads((Path(__file__).parents[1] / "data" / "apportionment.json").read_text(encoding="utf-8"))[
    "cases"
]


def one_quota(need: Any, total: int, method: str, periods: int = 1, **change: Any) -> CellProblem:
    """One quota without bounds or rules but those in `change`."""
    units = len(need)
    inside: dict[str, Any] = {
        "total": np.array([total]),
        "fair": np.array([[total * v / max(1, sum(need)) for v in need]]),
        "weight": np.ones(1),
        "lower": np.zeros((1, units)),
        "upper": np.full((1, units), np.inf),
        "cell_lower": np.zeros((1, units, periods)),
        "cell_upper": np.full((1, units, periods), np.inf),
        "profile": np.ones((1, periods)),
        "matrix": sparse.csr_array((0, units * periods)),
        "row_lower": np.zeros(0),
        "row_upper": np.zeros(0),
        "fairness": method,
    }
    return CellProblem(**(inside | change))


def quotas(problem: CellProblem) -> list[int]:
    found = allocate(problem)
    assert found.status == "optimal"
    assert found.q is not None
    assert found.bound <= found.objective
    assert found.objective - found.bound <= 1e-6 * found.objective + 1e-12
    result: list[int] = found.q[0].tolist()
    return result


@pytest.mark.parametrize("record", RECORDS, ids=[record["id"] for record in RECORDS])
def test_published_apportionment(record: dict[str, Any]) -> None:
    assert len(RECORDS) == 50
    assert quotas(one_quota(record["weights"], record["total"], record["fairness"])) == record["expected"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(3))
def test_as_enumerated(method: str, seed: int) -> None:
    for one in range(seed * 40, seed * 40 + 40):
        case = random_case(one, method)
        expected, found = best(case), allocate(case.problem())
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
        assert found.bound <= found.objective
        assert found.objective - found.bound <= 1e-6 * found.objective + 1e-15
