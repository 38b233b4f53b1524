"""Allocations of any size with rules of every kind, for measuring: made from a seed, mostly feasible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.cells import CellProblem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

JOBS, TRAINING, LOANS = range(3)
PERIODS = 6
PER_UNIT = (120, 90, 35)  # of each quota, on average
GROUP = 8  # units that share training seats


@dataclass(frozen=True, eq=False)
class Instance:
    """Three quotas (jobs, training, loans) over U units and six months.

    Attributes:
        fair: float64 [3, U], fair shares of skewed needs.
        cell_lower, cell_upper: float64 [3, U, 6]; a few units' ceilings are below their fair share.
        loan_size: float64 [U], average loan; `budget` is a little less than fair shares of loans would cost.
        seats: float64 [group, 6], training places of each group of units and month.
        change: float64 [3, U], by how much a month may differ from the one before.
    """

    fair: Floats
    cell_lower: Floats
    cell_upper: Floats
    loan_size: Floats
    budget: float
    seats: Floats
    change: Floats


def instance(units: int, seed: int) -> Instance:
    """The instance of this many units and this seed."""
    random = np.random.default_rng(seed)
    size = np.exp(random.normal(0, 0.7, units))
    need = np.stack([size * np.exp(random.normal(0, spread, units)) for spread in (0.25, 0.3, 0.4)])
    fair = need / need.sum(axis=1, keepdims=True) * (np.array(PER_UNIT) * units)[:, None]
    monthly = fair / PERIODS
    slack = random.uniform(1.15, 2.2, (3, units))
    tight = random.random((3, units)) < 0.03
    slack[tight] = random.uniform(0.7, 0.95, int(tight.sum()))
    wobble = random.uniform(0.95, 1.1, (3, units, PERIODS))
    upper = np.ceil((monthly * slack)[:, :, None] * wobble) + np.where(tight, 0, 1)[:, :, None]
    lower = np.floor(monthly * random.uniform(0, 0.45, (3, units)))[:, :, None] * np.ones(PERIODS)
    loan_size = random.uniform(20, 60, units)
    groups = max(1, (units + GROUP - 1) // GROUP)
    in_group = np.bincount(group_of(units), weights=monthly[TRAINING], minlength=groups)
    return Instance(
        fair=fair,
        cell_lower=np.minimum(lower, upper),
        cell_upper=upper,
        loan_size=loan_size,
        budget=0.985 * float(loan_size @ fair[LOANS]),
        seats=np.ceil(in_group[:, None] * random.uniform(1.02, 1.3, (groups, PERIODS))),
        change=np.ceil(0.35 * monthly) + 1,
    )


def group_of(units: int) -> NDArray[np.int64]:
    """Which group each unit belongs to, int64 [U]."""
    return np.arange(units) * max(1, (units + GROUP - 1) // GROUP) // units


def cell_problem(case: Instance) -> CellProblem:
    """The instance with all its rules as rows over cells: nests, month to month, seats, the loan budget."""
    quotas, units, periods = case.cell_lower.shape
    cell = np.arange(quotas * units * periods).reshape(quotas, units, periods)

    def rows(count: int, *entries: tuple[NDArray[np.int64], NDArray[np.int64], Floats]) -> sparse.csr_array:
        row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
        return sparse.csr_array((value, (row, column)), shape=(count, cell.size))

    places = np.arange(units * periods)
    ones = np.ones(len(places))
    nests = rows(len(places), (places, cell[LOANS].ravel(), ones), (places, cell[JOBS].ravel(), -ones))
    steps = np.arange(quotas * units * (periods - 1))
    later, earlier = cell[:, :, 1:].ravel(), cell[:, :, :-1].ravel()
    months = rows(len(steps), (steps, later, np.ones(len(steps))), (steps, earlier, -np.ones(len(steps))))
    change = np.repeat(case.change.ravel(), periods - 1)
    shared = (group_of(units)[:, None] * periods + np.arange(periods)).ravel()
    seats = rows(case.seats.size, (shared, cell[TRAINING].ravel(), ones))
    loans = np.repeat(case.loan_size, periods)
    budget = rows(1, (np.zeros(len(places), dtype=np.int64), cell[LOANS].ravel(), loans))
    open_ = np.full(len(places), -np.inf)
    return CellProblem(
        total=np.array(PER_UNIT) * units,
        fair=case.fair,
        weight=np.ones(quotas),
        lower=np.zeros((quotas, units)),
        upper=np.full((quotas, units), np.inf),
        cell_lower=case.cell_lower,
        cell_upper=case.cell_upper,
        profile=np.ones((quotas, periods)),
        matrix=sparse.vstack([nests, months, seats, budget], format="csr"),
        row_lower=np.concatenate([open_, -change, np.full(case.seats.size, -np.inf), [-np.inf]]),
        row_upper=np.concatenate([np.zeros(len(places)), change, case.seats.ravel(), [case.budget]]),
    )
