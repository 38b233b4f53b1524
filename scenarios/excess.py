"""By how much a plan breaks the members (§13), worked out from its whole numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.members import NOISE
from scenarios.tighten import noise

if TYPE_CHECKING:
    from scenarios.convex import Floats, Whole
    from scenarios.members import Members, Multiple


@dataclass(frozen=True, eq=False)
class Excess:
    """By how much a plan breaks the members, 0 where it keeps them.

    ``rows``: float64 [r, 2], beyond the lower and the upper side, in the units of `Members.matrix`;
    ``steps``: by member, int64 [n], from each unit's quota to the nearest allowed number.
    """

    rows: Floats
    steps: dict[int, Whole]


def excess(members: Members, x: Whole, limits: dict[int, float]) -> Excess:
    """By how much a plan, int64 [K·U·T], breaks the members; ``limits``: of multiples, as in `distances`."""
    activity = members.matrix @ x.astype(np.float64)
    sides = np.column_stack([members.lower - activity, activity - members.upper])
    room = noise(np.column_stack([members.lower, members.upper]))
    rows = np.where(sides > room, sides, 0.0)
    quotas = x.reshape(members.shape).sum(axis=2)
    steps = {
        member: distances(item, quotas[item.quota, item.units], limits.get(member, 0.0))
        for member, item in members.multiples.items()
    }
    return Excess(rows, steps)


def distances(item: Multiple, q: Whole, limit: float) -> Whole:
    """From each quota to the nearest allowed number, int64 [n]: the unit that leaves the residue is chosen
    so that none is further off than ``limit`` × step, else the furthest as near as can be; then by the sum.
    """
    plain = np.minimum(q % item.step, -q % item.step)
    if item.residue == 0 or len(q) == 0:
        return plain
    above = (q - item.residue) % item.step
    below = np.where(q >= item.residue, above, item.residue - q)
    other = np.minimum(below, (item.residue - q) % item.step)
    best, choice = (max(int(plain.max()), math.floor(limit * item.step + NOISE)), int(plain.sum())), -1
    # The greatest of the others, without each unit in turn.
    order = np.sort(plain)
    second = np.where(plain == order[-1], order[-2] if len(q) > 1 else 0, order[-1])
    for unit in np.flatnonzero(other < plain).tolist():
        furthest = max(int(second[unit]), int(other[unit]), math.floor(limit * item.step + NOISE))
        key = (furthest, int(plain.sum() - plain[unit] + other[unit]))
        if key < best:
            best, choice = key, unit
    if choice >= 0:
        plain[choice] = other[choice]
    return plain
