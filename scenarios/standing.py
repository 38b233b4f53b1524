"""How a plan stands to its bounds and rules: what binds each quota, and where each rule is tightest (§5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.formula.tree import Compare
from engine.measures import Measure
from scenarios.arrays import STAY_MOST, STAY_WITHIN
from scenarios.expressions import RuleSides
from scenarios.members import rule_measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.arrays import Compiled, Rows
    from scenarios.convex import Whole
    from scenarios.stability import Stay

SLACK = 1e-6
"""Of a step: below it is rounding."""
ROUNDING = 1e-12
"""Of the larger side: sides that differ by less are told as the same."""


@dataclass(frozen=True, slots=True)
class Tightest:
    """The instance of a rule with the least slack; ``left`` and ``right`` in base measures."""

    at: dict[str, str]
    left: float
    right: float
    slack: float


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How a rule stands in a plan: at how many instances no further unit fits, and where it is tightest."""

    name: str
    instances: int
    binding: int
    tightest: Tightest | None
    measure: Measure


def bindings(compiled: Compiled, x: Whole, q: Whole) -> list[list[tuple[str, ...]]]:
    """What keeps each quota from growing, and the floors it stands on, [quota][unit]: by one, or by as much
    as its multiples go in.

    Args:
        compiled: the model.
        x: int64 [K, U, T], the cells.
        q: int64 [K, U], the quotas.
    """
    problem = compiled.problem
    names = [[[] for _ in problem.units] for _ in problem.quotas]  # type: list[list[list[str]]]
    for k, asked in enumerate(problem.quotas):
        held, step = ~np.isnan(asked.held), asked.quota.multiple_of
        _mark(names[k], "hold", held)
        low, high = q[k] - step < asked.at_least - SLACK, q[k] + step > asked.at_most + SLACK
        _mark(names[k], "at_least", ~held & low)
        _mark(names[k], "at_most", ~held & high)
        # one less or one more would do, were it not for the step
        short = low & (q[k] - 1 >= asked.at_least - SLACK) | high & (q[k] + 1 <= asked.at_most + SLACK)
        _mark(names[k], "multiple_of", ~held & short)
        paced = (q[k] - step < asked.pace_least - SLACK) | (q[k] + step > asked.pace_most + SLACK)
        _mark(names[k], "pace", ~held & paced)
        fixed = ~np.isnan(asked.held_cells)
        full = (x[k] + 1 > asked.cell_most + SLACK) | fixed | ((asked.profile == 0) & ~fixed)
        empty = (x[k] - 1 < np.maximum(asked.cell_least, 0) - SLACK) | fixed
        floors = np.isfinite(asked.cell_least).any(axis=1)
        ceilings = np.isfinite(asked.cell_most).any(axis=1)
        _mark(names[k], "per_period.at_least", ~held & floors & empty.all(axis=1))
        _mark(names[k], "per_period.at_most", ~held & ceilings & full.all(axis=1))
    if problem.stay is not None:
        _mark_staying(names, problem.stay, q, [asked.quota.multiple_of for asked in problem.quotas])
    steps = np.array([asked.quota.multiple_of for asked in problem.quotas])
    for name in ruling(compiled):
        rows = compiled.rows[name]
        blocked, alone = _blocked(rows, x, steps), _blocked(rows, x, np.ones_like(steps))
        for k, asked in enumerate(problem.quotas):
            said = "within" if name == f"{asked.quota.id}.within" else name
            _mark(names[k], said, blocked[k])
            _mark(names[k], "multiple_of", np.isnan(asked.held) & blocked[k] & ~alone[k])
    return [[tuple(dict.fromkeys(found)) for found in units] for units in names]


def _mark_staying(names: list[list[list[str]]], stay: Stay, q: Whole, steps: list[int]) -> None:
    """Quotas that another step would take too far from the issued ones."""
    step = np.array(steps)[:, None]
    out = (stay.moved(q + step) & (q >= stay.quotas)) | (stay.moved(q - step) & (q <= stay.quotas))
    out &= ~stay.moved(q)
    full = stay.most is not None and int(stay.moved(q).sum()) >= stay.most
    for k, units in enumerate(names):
        if stay.most is None:
            _mark(units, STAY_WITHIN, out[k])
        elif full:
            _mark(units, STAY_MOST, out[k])


def ruling(compiled: Compiled) -> list[str]:
    """The components that are nests or rules."""
    rules = compiled.problem.allocation.rules
    nests = {f"{asked.quota.id}.within" for asked in compiled.problem.quotas if asked.quota.within}
    return [name for name in compiled.rows if name in rules or name in nests]


def _mark(names: list[list[str]], name: str, where: NDArray[np.bool_]) -> None:
    for unit in np.flatnonzero(where).tolist():
        names[unit].append(name)


def _blocked(rows: Rows, x: Whole, steps: Whole) -> NDArray[np.bool_]:
    """Quotas that the rows keep from a further step up, or from a step down, bool [K, U]. ``steps``: int64
    [K].

    A step may fall on any cell: each must be in some row that it breaks. A row over all periods of a unit
    takes the whole step, whichever they are; one over some of them the least of it, as the rest may fall
    elsewhere.
    """
    quotas, units, periods = x.shape
    flat = x.ravel().astype(np.float64)
    entries = rows.matrix.tocoo()
    number = entries.col // periods
    own, count = np.unique(entries.row * (quotas * units) + number, return_inverse=True, return_counts=True)[
        1:
    ]
    whole = (count[own] == periods) & (entries.data != 0)
    size = entries.data * np.where(whole, steps[number // units], 1)
    activity = rows.matrix @ flat
    above, below = (rows.upper - activity)[entries.row], (activity - rows.lower)[entries.row]
    up = np.where(size > 0, size > above + SLACK, -size > below + SLACK) & (size != 0)
    down = np.where(size > 0, size > below + SLACK, -size > above + SLACK) & (size != 0)
    full, low = np.zeros(x.shape, dtype=bool), np.zeros(x.shape, dtype=bool)
    full.ravel()[entries.col[up]] = True
    low.ravel()[entries.col[down]] = True
    stands: NDArray[np.bool_] = (low | (x == 0)).all(axis=2) & (low & (x > 0)).any(axis=2)
    return full.all(axis=2) | stands


def rule_result(compiled: Compiled, name: str, x: Whole) -> RuleResult:
    """How a rule stands in the plan x, int64 [K, U, T]."""
    problem = compiled.problem
    rule = problem.allocation.rules[name]
    measure = rule_measure(problem, name)
    instances = len(compiled.instances[name])
    if name not in compiled.rows:
        return RuleResult(name, instances, 0, None, measure)
    rows = compiled.rows[name]
    activity = rows.matrix @ x.ravel().astype(np.float64)
    equal = rows.lower == rows.upper
    slack = np.minimum(rows.upper - activity, activity - rows.lower)
    slack = np.where(equal, -np.abs(activity - rows.lower), slack)
    room = np.where(equal, 0.0, slack)
    size = abs(rows.matrix)
    size.data = np.where(size.data > 0, size.data, np.inf)
    filled = np.flatnonzero(np.diff(size.indptr))
    step = np.full(len(slack), np.inf)
    step[filled] = np.minimum.reduceat(size.data, size.indptr[filled]) if len(filled) else np.inf
    # A row without quotas binds nothing.
    tight = np.isfinite(step) & (room + SLACK * np.where(np.isfinite(step), step, 1.0) < step)
    places = np.stack([rows.unit, rows.period, rows.group], axis=1)
    binding = len(np.unique(places[tight], axis=0)) if tight.any() else 0
    row = int(np.argmin(slack))
    comparison = rule.require.root
    assert isinstance(comparison, Compare)
    link = int(rows.link[row])
    values = RuleSides(problem, rule).at(rows.instance(row), lambda k, u, t: float(x[k, u, t]))
    left, right = float(values[link]), float(values[link + 1])
    found = {"<=": right - left, ">=": left - right, "==": -abs(right - left)}[comparison.ops[link]]
    if abs(found) <= ROUNDING * max(abs(left), abs(right)):
        found = 0.0
    return RuleResult(
        name, instances, binding, Tightest(compiled.at(name, row), left, right, found + 0.0), measure
    )
