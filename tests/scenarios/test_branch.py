"""Proofs by branch and bound against enumeration."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from scenarios.branch import Aim, prove
from scenarios.certificate import certify
from scenarios.convex import Separable
from scenarios.window import window


def random_problem(r: np.random.Generator) -> tuple[Separable, np.ndarray]:
    """A problem of four numbers and all its plans."""
    n = 4
    a = np.array([np.ones(n), np.round(r.uniform(0.5, 3, n), 1)])
    at = r.integers(0, 5, n)
    problem = Separable(
        fair=r.uniform(0.5, 5, n),
        weight=np.ones(n),
        lower=np.zeros(n),
        upper=np.full(n, 6.0),
        matrix=sparse.csr_array(a),
        row_lower=np.array([at.sum(), -np.inf]),
        row_upper=np.array([at.sum(), float(a[1] @ at) + 0.05]),
        rank=np.arange(n, dtype=float),
    )
    box = np.stack(np.meshgrid(*[np.arange(7.0)] * n), axis=-1).reshape(-1, n)
    return problem, np.array([q for q in box if problem.allows(q)])


@pytest.mark.parametrize("seed", range(20))
def test_against_enumeration(seed: int) -> None:
    r = np.random.default_rng(seed)
    problem, plans = random_problem(r)
    # Poor prices leave a gap that only branching closes.
    certificate = certify(problem, r.uniform(-0.5, 0.2, 2))
    excess = sorted(certificate.excess(problem, q) for q in plans)
    low, high = certificate.interval(problem, excess[-1])
    space = window(problem, certificate, low, high, math.inf)

    def aim(target: float, nodes: int = 2000) -> Aim:
        def better(q: Any) -> bool:
            return problem.allows(q) and certificate.excess(problem, q) < target

        return Aim(target, target, (nodes, nodes), better, math.inf)

    just_below = excess[0] * (1 - 1e-9) - 1e-9
    if just_below > 0:
        proof = prove(space, aim(just_below))
        assert proof.found is None
        assert proof.excess == just_below
    # What isn't so is never shown: a better plan turns up, or the limit does.
    claimed = excess[0] * 1.01 + 1e-6
    proof = prove(space, aim(claimed))
    assert proof.excess <= excess[0] + 1e-9
    assert proof.found is None or certificate.excess(problem, proof.found) < claimed
    assert prove(space, aim(claimed, nodes=3)).excess <= excess[0] + 1e-9
