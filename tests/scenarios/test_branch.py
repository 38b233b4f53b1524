"""Proofs by branch and bound against enumeration."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from scenarios.branch import Aim, prove
from scenarios.certificate import certify
from scenarios.convex import Separable
from scenarios.core import search
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


@pytest.mark.parametrize("seed", range(20))
def test_goes_on_after_plans_that_are_met(seed: int) -> None:
    r = np.random.default_rng(seed)
    problem, plans = random_problem(r)
    certificate = certify(problem, r.uniform(-0.5, 0.2, 2))
    excess = sorted(certificate.excess(problem, q) for q in plans)
    most = excess[min(3, len(excess) - 1)] * (1 + 1e-9) + 1e-9
    low, high = certificate.interval(problem, most)
    space = window(problem, certificate, low, high, most)
    best = math.inf

    def meet(q: Any) -> tuple[float, float]:
        nonlocal best
        if problem.allows(q):
            best = min(best, certificate.excess(problem, q))
        target = min(most, best - 1e-9)
        return target, target

    proof = prove(space, Aim(most, most, (2000, 2000), lambda _: False, math.inf, meet))
    # The best plan of all is met on the way, and no other is shown to be worse than it is.
    assert best == pytest.approx(excess[0], abs=1e-8)
    assert proof.excess <= excess[0]


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_is_alone_only_where_enumeration_finds_no_other(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Lists would answer first.
    monkeypatch.setattr("scenarios.core.nearest", lambda *_: None)
    r = np.random.default_rng(seed)
    problem, plans = random_problem(r)
    if seed % 2:  # numbers that are alike are often tied
        problem = replace(problem, fair=np.round(problem.fair))
    least = min(problem.value(q) for q in plans)
    tied = [q for q in plans if problem.value(q) <= least + 1e-9]
    certificate = certify(problem, np.zeros(2))
    found = search(problem, certificate, problem.nearest(), 1e-6)
    assert found.status == "optimal"
    assert found.q is not None
    assert problem.value(found.q) == pytest.approx(least, abs=1e-12)
    assert found.certified == pytest.approx(found.excess, abs=1e-8)
    if found.alone:
        assert len(tied) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_window_holds_its_plans_in_its_rows(seed: int) -> None:
    r = np.random.default_rng(seed)
    problem, plans = random_problem(r)
    certificate = certify(problem, np.array([r.uniform(-0.5, 0.2), -0.1]))
    most = max(certificate.excess(problem, q) for q in plans)
    low, high = certificate.interval(problem, most)
    space = window(problem, certificate, low, high, math.inf)
    for q in plans:
        x = space.columns(q)
        assert space.values(x).tolist() == q.tolist()
        activity = space.matrix @ x
        assert (activity >= space.row_lower - 1e-9).all()
        assert (activity <= space.row_upper + 1e-9).all()
        cost = space.offset + space.cost @ x[: len(space.cost)] + space.slack_cost @ x[len(space.cost) :]
        assert cost == pytest.approx(certificate.excess(problem, q))


def test_a_part_of_a_problem_is_what_it_would_be_by_itself() -> None:
    problem, _ = random_problem(np.random.default_rng(3))
    assert problem.magnitude.toarray().tolist() == np.abs(problem.matrix.toarray()).tolist()
    columns = np.array([3, 0, 0])
    part = problem.take(columns)
    again = replace(part)  # which looks through it
    assert part.fair.tolist() == problem.fair[columns].tolist()
    assert again.matrix.shape == part.matrix.shape == (0, 3)
    assert part.magnitude.shape == (0, 3)
    at = np.array([1.0, 2.0, 3.0])
    expected = [(z - f) ** 2 / f for z, f in zip(at, problem.fair[columns], strict=True)]
    assert part.costs(at).tolist() == pytest.approx(expected)
