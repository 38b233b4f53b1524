"""Which quotas a plan moves away from an issued one, and what it was that they couldn't stay."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios.excess import distances
from scenarios.fairness import allocate
from scenarios.members import NOISE, list_members
from scenarios.periods import exact_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.arrays import Compiled
    from scenarios.cells import CellProblem
    from scenarios.convex import Floats, Whole
    from scenarios.stability import Stay

FAIRNESS = "fairness"
NEW_UNIT = "new_unit"
LEFT_OUT = "left_out"
LEAVE_OUT = "leave_out"
NOT_THERE = "not_there"
PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Moved:
    """A quota that isn't what was issued; ``now``: None where the unit is no longer in the plan.

    ``why``: demands that the issued plan breaks, named as in §13; ``fairness`` where the quota needn't have
    moved so; ``left_out`` where it takes what units had that are no longer in the plan; ``new_unit`` where a
    unit that wasn't issued anything takes its share; ``QUOTA.profile`` where a profile leaves no period. Of a
    unit that is no longer in the plan: ``leave_out`` where it is left out, ``not_there`` where it isn't among
    the receiving units.
    """

    quota: str
    unit: str
    was: int
    now: int | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Staying:
    """How a plan stands to an issued one: quotas that moved, in the plan's order, each quota's units that are
    no longer there last, and (quota, unit, number) of those that weren't issued.
    """

    moved: tuple[Moved, ...]
    new: tuple[tuple[str, str, int], ...]


def staying(compiled: Compiled, q: Whole, time_limit: float | None = None) -> Staying:
    """What a plan's quotas, int64 [K, U], do to the issued ones, and why.

    What W = inf would leave in place needn't have moved; `time_limit` in seconds for finding that out, beyond
    which every move counts as both.
    """
    problem = compiled.problem
    stay = problem.stay
    assert stay is not None
    issued = np.where(stay.known, stay.quotas, q)
    forced: Whole | None = q if stay.exact or (q == issued).all() else _exact(compiled, stay, time_limit)
    reasons = _Reasons(compiled, stay) if (q != issued).any() else None
    moved, new = [], []
    for k, asked in enumerate(problem.quotas):
        for u, unit in enumerate(problem.unit_ids):
            if not stay.known[k, u]:
                new.append((asked.quota.id, unit, int(q[k, u])))
            elif q[k, u] != issued[k, u]:
                assert reasons is not None
                had_to = forced is None or forced[k, u] != issued[k, u]
                why = reasons.of(k, u) if had_to else ()
                if not stay.exact and (not why or forced is None or forced[k, u] != q[k, u]):
                    why = (*why, FAIRNESS)
                moved.append(Moved(asked.quota.id, unit, int(issued[k, u]), int(q[k, u]), why))
        moved += [
            Moved(quota, unit, was, None, (LEAVE_OUT if unit in problem.allocation.leave_out else NOT_THERE,))
            for quota, unit, was in stay.gone
            if quota == asked.quota.id
        ]
    return Staying(tuple(moved), tuple(new))


def kept_close(cells: CellProblem, stay: Stay, q: Whole) -> CellProblem:
    """The problem in which what a plan, int64 [K, U], didn't move may not move: how many may is a question of
    whole numbers alone.
    """
    if stay.most is None:
        return cells
    low, high = stay.nearest()
    near = ~stay.moved(q) & stay.known
    return replace(
        cells,
        lower=np.where(near, np.maximum(cells.lower, low), cells.lower),
        upper=np.where(near, np.minimum(cells.upper, high), cells.upper),
    )


def _exact(compiled: Compiled, stay: Stay, time_limit: float | None) -> Whole | None:
    """The quotas of the plan that stays wherever it can, None if none was found in time."""
    close = replace(compiled.problem, stay=replace(stay, weight=math.inf))
    cells = replace(compiled, problem=close).cells()
    return allocate(cells, time_limit=time_limit, proof=False).q


class _Reasons:
    """The demands that an issued plan breaks, and where."""

    def __init__(self, compiled: Compiled, stay: Stay) -> None:
        self.members, self.stay = list_members(compiled), stay
        self.x = self._cells()
        self.broken = self._broken()
        self.touched = self._touched()
        self.total_words = self._total_words()

    def of(self, k: int, u: int) -> tuple[str, ...]:
        """The demands that kept a quota from staying: those that are about it, else about others of its kind,
        which it makes up for, else any.
        """
        names = [self.members.items[member].name for member in self.broken]
        of_kind, of_any = self.touched[:, k].any(axis=1), self.touched.any(axis=(1, 2))
        for at in (self.touched[:, k, u], of_kind, of_any):
            here: list[bool] = np.asarray(at).tolist()
            if found := [name for name, is_here in zip(names, here, strict=True) if is_here]:
                told = (why for name in found for why in self.total_words.get(name, (name,)))
                return tuple(dict.fromkeys(told))
        if not self.stay.known.all():
            return (NEW_UNIT,)
        shut = (self.members.most.reshape(self.x.shape) == 0) & (self.x > 0)
        names = [asked.quota.id for asked in self.members.problem.quotas]
        return tuple(f"{names[at]}.{PROFILE}" for at in np.flatnonzero(shut.any(axis=(1, 2))))

    def _total_words(self) -> dict[str, tuple[str, ...]]:
        """What to say for a total that the issued quotas miss because units are no longer there: that alone
        where the total is what it was with them.
        """
        found: dict[str, tuple[str, ...]] = {}
        for k, asked in enumerate(self.members.problem.quotas):
            name = f"{asked.quota.id}.total"
            if free := sum(value for quota, _, value in self.stay.gone if quota == asked.quota.id):
                same = np.nansum(self.stay.quotas[k]) + free == asked.total
                found[name] = (LEFT_OUT,) if same else (name, LEFT_OUT)
        return found

    def _cells(self) -> Floats:
        """The issued cells, [K, U, T]: spread like the profile where the plan has other periods."""
        stay, problem = self.stay, self.members.problem
        profile = np.array([asked.profile for asked in problem.quotas])
        quotas = np.where(stay.known, stay.quotas, 0.0)
        return np.where(np.isnan(stay.cells), exact_cells(quotas, profile), stay.cells)

    def _beyond(self) -> NDArray[np.bool_]:
        """The rows that the issued plan breaks."""
        members = self.members
        activity = members.matrix @ self.x.ravel()
        lower, upper = members.lower, members.upper
        room = [NOISE * np.maximum(1.0, np.abs(np.where(np.isfinite(s), s, 0.0))) for s in (lower, upper)]
        found: NDArray[np.bool_] = (activity < lower - room[0]) | (activity > upper + room[1])
        return found

    def _off(self, member: int) -> Whole:
        """The units whose issued quota is no multiple."""
        item = self.members.multiples[member]
        issued = np.where(self.stay.known, self.stay.quotas, 0)[item.quota, item.units].astype(np.int64)
        return item.units[distances(item, issued, 0.0) > 0]

    def _broken(self) -> list[int]:
        rows = self._beyond()
        own = [member for member in self.members.multiples if len(self._off(member))]
        found = sorted({*self.members.owner[rows].tolist(), *own})
        return [member for member in found if self.members.items[member].kind != "stay_within"]

    def _touched(self) -> NDArray[np.bool_]:
        """Which quotas each broken demand is about, bool [broken, K, U]."""
        members = self.members
        rows = self._beyond()
        result = np.zeros((len(self.broken), *self.x.shape[:2]), dtype=bool)
        for place, member in enumerate(self.broken):
            if member in members.multiples:
                result[place, members.multiples[member].quota, self._off(member)] = True
                continue
            cells = np.zeros(self.x.size, dtype=bool)
            cells[members.matrix[np.flatnonzero(rows & (members.owner == member))].indices] = True
            result[place] = cells.reshape(self.x.shape).any(axis=2)
        return result


def seconds_left(deadline: float | None) -> float | None:
    """Seconds to a deadline on the clock of time.perf_counter, never quite none."""
    return None if deadline is None else max(0.01, deadline - time.perf_counter())
