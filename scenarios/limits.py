"""What some members leave to the units and cells of a quota, and what sums of those can be (§13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.tighten import ceil, floor

if TYPE_CHECKING:
    from scenarios.convex import Floats
    from scenarios.members import Members, Multiple

Kept = frozenset[str]


@dataclass(frozen=True, eq=False)
class Limits:
    """What some members leave to a quota: whole numbers, float64 [U] of units and [U, T] of cells, ±inf open;
    ``stated_least`` and ``stated_most`` [U] as written; ``step``: its multiple, if that is a member.
    """

    least: Floats
    most: Floats
    cell_least: Floats
    cell_most: Floats
    stated_least: Floats
    stated_most: Floats
    total: int | None
    step: Multiple | None

    @property
    def floors(self) -> Floats:
        """What each unit gets at least, float64 [U]."""
        found: Floats = np.maximum(self.least, self.cell_least.sum(axis=1))
        return found

    @property
    def ceilings(self) -> Floats:
        """What each unit gets at most, float64 [U]."""
        found: Floats = np.minimum(self.most, self.cell_most.sum(axis=1))
        return found


def limits_of(members: Members, k: int, kept: Kept) -> Limits:
    """What the kept members leave to quota k."""
    _, units, periods = members.shape
    least, most = np.zeros(units), np.full(units, np.inf)
    stated_least, stated_most = np.full(units, -np.inf), np.full(units, np.inf)
    shut = (members.most.reshape(members.shape)[k] == 0).reshape(units, periods)
    cell_least, cell_most = np.zeros((units, periods)), np.where(shut, 0.0, np.inf)
    total, step = None, None
    for position in sorted(members.index[name] for name in kept):
        item = members.items[position]
        if item.quota != k:
            continue
        if item.kind == "total":
            total = members.problem.quotas[k].total
        elif item.kind == "multiple":
            step = members.multiples[position]
        elif item.kind != "within":
            for row in np.flatnonzero(members.owner == position).tolist():
                component, at = members.source[row]
                rows = members.compiled.rows[component]
                unit, period = int(rows.unit[at]), int(rows.period[at])
                low, high = float(rows.lower[at]), float(rows.upper[at])
                if period >= 0:
                    cell_least[unit, period] = max(cell_least[unit, period], _up(low))
                    cell_most[unit, period] = min(cell_most[unit, period], _down(high))
                else:
                    stated_least[unit] = max(stated_least[unit], low)
                    stated_most[unit] = min(stated_most[unit], high)
                    least[unit], most[unit] = max(least[unit], _up(low)), min(most[unit], _down(high))
    return Limits(least, most, cell_least, cell_most, stated_least, stated_most, total, step)


def _up(value: float) -> float:
    return max(0.0, float(ceil(np.array(value)))) if np.isfinite(value) else 0.0


def _down(value: float) -> float:
    return float(floor(np.array(value))) if np.isfinite(value) else value


def allowed(item: Multiple, least: float, most: float) -> bool:
    """Whether a multiple, or a number that leaves the residue, lies between."""
    return min(_next(item, least, 0), _next(item, least, item.residue)) <= most


def _next(item: Multiple, least: float, residue: int) -> float:
    """The least number ≥ least that leaves a residue."""
    return least + (residue - least) % item.step


def _last(item: Multiple, most: Floats, residue: int) -> Floats:
    """The greatest number ≤ most that leaves a residue, negative where there is none."""
    return most - (most - residue) % item.step


def in_steps(limits: Limits) -> tuple[float, float]:
    """The least and the greatest sum of quotas that are multiples, one of them leaving the residue."""
    item = limits.step
    assert item is not None
    floors, ceilings = limits.floors, limits.ceilings
    low, high = floors.copy(), ceilings.copy()
    low[item.units] = [_next(item, floors[u], 0) for u in item.units.tolist()]
    odd_low = np.array([_next(item, floors[u], item.residue) for u in item.units.tolist()])
    saved = float((low[item.units] - odd_low).max(initial=0.0))
    if not np.isfinite(ceilings).all():
        return float(low.sum()) - saved, np.inf
    high[item.units] = _last(item, ceilings[item.units], 0)
    odd_high = _last(item, ceilings[item.units], item.residue)
    gained = float((odd_high - high[item.units]).max(initial=0.0))
    return float(low.sum()) - saved, float(high.sum()) + gained


def cheapest(costs: Floats, limits: Limits) -> float:
    """The least Σ costs × cells of a quota, float64 [U, T], under its limits; −inf where it has none.

    What units and cells must get goes first, the rest wherever it is cheapest: bounds of cells, units and
    the total are nested in each other, so that this is the least.
    """
    if (limits.floors > limits.ceilings).any() or (limits.cell_least > limits.cell_most).any():
        return -np.inf
    x = limits.cell_least.copy()
    order = np.argsort(costs, axis=1, kind="stable")
    for u in np.flatnonzero(limits.floors > x.sum(axis=1)).tolist():
        for t in order[u].tolist():
            x[u, t] += min(limits.cell_most[u, t] - x[u, t], limits.least[u] - x[u].sum())
    room = limits.ceilings - x.sum(axis=1)
    left = np.inf if limits.total is None else limits.total - x.sum()
    value = float((costs * x).sum())
    if left < 0:
        return -np.inf
    for cell in np.argsort(costs, axis=None, kind="stable").tolist():
        u, t = divmod(cell, costs.shape[1])
        cost = float(costs[u, t])
        if left == 0 or (limits.total is None and cost >= 0):
            break
        more = min(left, room[u], limits.cell_most[u, t] - x[u, t])
        if np.isinf(more):
            return -np.inf
        if more > 0:
            value += cost * more
            left, room[u] = left - more, room[u] - more
    return value if limits.total is None or left == 0 else -np.inf
