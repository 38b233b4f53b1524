"""Whole plans: the fairest whole numbers under rules of every kind, proven, split over months, explained."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import highspy
import numpy as np
from scipy import sparse

from benchmarks.instances import PERIODS, cell_problem, instance
from benchmarks.measure import Result
from scenarios.cells import CellProblem
from scenarios.fairness import allocate
from scenarios.highs import Linear
from scenarios.waterfall import waterfalls

GAP = 1e-6
PEER_SECONDS = 60.0
GOALS = {10: 0.15, 124: 0.7, 705: 4.0, 3_321: 6.0, 10_598: 20.0}
"""Processor seconds of one core by number of units."""
SEEDS = {10: 5, 124: 5, 705: 3, 3_321: 1, 10_598: 1}


def relaxation(cells: CellProblem) -> Linear:
    """The same totals, bounds and rules in real numbers, as a linear program: least Σ |q − fair| / total.

    Columns: the cells, then by how much each quota is above its fair share; as totals are fixed, as much is
    missing elsewhere.
    """
    quotas, units, periods = cells.cell_lower.shape
    numbers = quotas * units
    sums = sparse.kron(sparse.eye_array(numbers), np.ones((1, periods)))
    totals = sparse.kron(sparse.eye_array(quotas), np.ones((1, units * periods)))
    over = sparse.vstack(
        [
            sparse.csr_array((quotas, numbers)),
            -sparse.eye_array(numbers),
            sparse.csr_array((numbers + len(cells.row_lower), numbers)),
        ]
    )
    matrix = sparse.hstack([sparse.vstack([totals, sums, sums, cells.matrix]), over])
    total = cells.total.astype(np.float64)
    most = np.repeat(total, units)
    return Linear(
        cost=np.concatenate([np.zeros(numbers * periods), 1 / most]),
        lower=np.concatenate([cells.cell_lower.ravel(), np.zeros(numbers)]),
        upper=np.concatenate([np.minimum(cells.cell_upper.ravel(), np.repeat(most, periods)), most]),
        matrix=sparse.csc_array(matrix),
        row_lower=np.concatenate([total, np.full(numbers, -np.inf), cells.lower.ravel(), cells.row_lower]),
        row_upper=np.concatenate([total, cells.fair.ravel(), cells.upper.ravel(), cells.row_upper]),
    )


def as_model(linear: Linear) -> highspy.HighsLp:
    """The program in HiGHS' own form."""
    model = highspy.HighsLp()
    matrix = sparse.csc_array(linear.matrix)
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = linear.cost, linear.lower, linear.upper
    model.row_lower_, model.row_upper_ = linear.row_lower, linear.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    return model


def solve_relaxation(linear: Linear, interior: bool) -> bool:
    """One run of HiGHS on one thread, its simplex or, faster on large ones, its interior point. Whether it
    came to an end in time.
    """
    from highspy._core import _Highs

    solver = _Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", PEER_SECONDS)
    solver.setOptionValue("solver", "ipm" if interior else "simplex")
    solver.passModel(as_model(linear))
    solver.run()
    ended, kinds = solver.getModelStatus(), highspy.HighsModelStatus
    if ended not in {kinds.kOptimal, kinds.kTimeLimit}:
        raise RuntimeError(f"the relaxation ended with {solver.modelStatusToString(ended)}")
    return ended == kinds.kOptimal


def measure(units: int, seed: int) -> tuple[float, float, float, float, bool]:
    """Processor seconds of a plan, of those explaining it, and of its relaxation; the plan's gap; whether
    the relaxation was solved.
    """
    cells = cell_problem(instance(units, seed))
    linear = relaxation(cells)
    no_rows = sparse.csr_array((0, cells.cell_lower.size))
    bounds_only = replace(cells, matrix=no_rows, row_lower=np.zeros(0), row_upper=np.zeros(0))
    gc.collect()
    begin = time.process_time()
    found = allocate(cells, GAP)
    if found.q is None:
        raise RuntimeError(f"{units} units, seed {seed}: {found.status}")
    solved = time.process_time()
    waterfalls(cells, bounds_only, cells.fair, found.q)
    explained = time.process_time()
    done = solve_relaxation(linear, interior=units > 1000)
    peer = time.process_time() - explained
    gap = max(0.0, (found.objective - found.bound) / found.objective)
    return explained - begin, explained - solved, peer, gap, done


def plans() -> Iterator[Result]:
    """Plans of every size: the median over seeds, each beside its relaxation."""
    for units, goal in GOALS.items():
        found = [measure(units, seed) for seed in range(1, SEEDS[units] + 1)]
        ours, explaining, peer, gaps, done = (list(column) for column in zip(*found, strict=True))
        cases = f"{len(found)} cases" if len(found) > 1 else "one case"
        share = median(part / whole for part, whole in zip(explaining, ours, strict=True))
        yield Result(
            f"plan of {units:,} units × 3 quotas × {PERIODS} months",
            median(ours),
            "HiGHS on its linear relaxation" + ("" if all(done) else f", stopped at {PEER_SECONDS:g} s"),
            median(peer),
            seconds=goal,
            note=f"{cases}, the widest gap {max(gaps):.1e}, {share:.0%} of the time for explaining",
        )
