"""The plans of a chunk of scenarios, solved in one process; what is known of one spares work on the next.

A plan that is proven the fairest stays so where less is allowed, as long as it is still allowed itself:
nothing else would be found. Where no plan is allowed none is where less is. So the widest is solved first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from engine.errors import RuleError
from engine.standing import Standing
from engine.words import Message, joined, say
from scenarios.arrays import compile_like
from scenarios.conflict import first_conflict
from scenarios.fairness import allocate
from scenarios.posing import pose
from scenarios.problem import choose_allocation
from scenarios.sweep_bind import layer

if TYPE_CHECKING:
    from scipy import sparse

    from engine.base import Base
    from engine.errors import Issue
    from engine.overlay import Overlay
    from scenarios.arrays import Compiled
    from scenarios.cells import CellProblem
    from scenarios.convex import Floats, Whole
    from scenarios.fairness import Allocation as Found
    from scenarios.problem import Problem
    from scenarios.sweep_draws import Settings
    from scenarios.sweep_spec import Spec

SOUND = frozenset({"proportional", "largest_remainder", "greatest_divisors", "minimax", "leximin"})
"""Methods whose measure of fairness doesn't depend on what is allowed."""
SAME = ("total", "fair", "weight", "profile", "held", "multiple", "cost")
"""Fields of a problem that say what is wanted."""
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Solution:
    """What a scenario's settings come to. ``problem`` is None where they couldn't be posed, ``found`` too;
    ``cause``: why there is no plan.
    """

    status: str
    cause: Message | None
    problem: Problem | None = None
    found: Found | None = None


@dataclass(frozen=True, eq=False)
class _Posed:
    """A scenario ready to be solved, ``width`` how much it allows: what allows less has less."""

    at: int
    compiled: Compiled
    cells: CellProblem
    lower: Floats
    upper: Floats
    width: float


@dataclass(frozen=True, eq=False)
class Plans:
    """Solves scenarios over one rulebook. ``reuse``: whether what is known of others is used."""

    base: Base
    overlay: Overlay
    spec: Spec
    time_limit: float | None = None
    reuse: bool = True

    def solve(self, chunk: Sequence[Settings]) -> list[Solution]:
        """The solution of each, in the same order. Any fault of one is its own solution."""
        answers: dict[int, Solution] = {}
        posed: list[_Posed] = []
        standing = self._standing() if self.reuse else None
        for at, settings in enumerate(chunk):
            found = _guarded(self._pose, at, settings, standing, posed[-1].compiled if posed else None)
            if isinstance(found, Solution):
                answers[at] = found
            else:
                posed.append(found)
        posed.sort(key=lambda one: -one.width)
        known: list[tuple[_Posed, Found]] = []
        for one in posed:
            answers[one.at] = _guarded(self._solve, one, known)
        return [answers[at] for at in range(len(chunk))]

    def _standing(self) -> Standing | None:
        """The rulebook without settings, None where it is faulty: settings may mend it."""
        try:
            return Standing.of(self.base, replace(self.overlay, allocation=self.spec.allocation))
        except RuleError:
            return None

    def _pose(self, at: int, settings: Settings, standing: Standing | None, like: Compiled | None) -> _Posed:
        layers = tuple(
            layer(self.spec.inputs[place].path, value, self.spec.inputs[place].place)
            for place, value in zip(settings.at, settings.values, strict=True)
        )
        if standing is None:
            overlay = replace(
                self.overlay, layers=(*self.overlay.layers, *layers), allocation=self.spec.allocation
            )
            rulebook = self.base.under(overlay)
        else:
            rulebook = standing.under(layers)
        like = like if self.reuse else None
        allocation = choose_allocation(rulebook, self.spec.allocation)
        compiled = compile_like(pose(rulebook, allocation, None if like is None else like.problem), like)
        cells = compiled.cells()
        lower, upper = cells.bounds()
        sides = (upper, -lower, cells.row_upper, -cells.row_lower)
        width = sum(float(side[np.isfinite(side)].sum()) for side in sides)
        return _Posed(at, compiled, cells, lower, upper, width)

    def _solve(self, one: _Posed, known: list[tuple[_Posed, Found]]) -> Solution:
        found = next(_known(one, known), None) if self.reuse else None
        if found is None:
            near = _near(one, known)
            found = allocate(one.cells, time_limit=self.time_limit, near=near)
            if near is not None and not _proven(found):
                # Of several plans within the gap the one that `plan` gives, wherever the search began.
                found = allocate(one.cells, time_limit=self.time_limit)
            if self.reuse and one.cells.fairness in SOUND and _proven(found):
                known.append((one, found))
        problem = one.compiled.problem
        if found.x is not None:
            return Solution(found.status, None, problem, found)
        if found.status == "infeasible":
            return Solution(found.status, first_conflict(one.compiled).words, problem)
        return Solution(found.status, say("sweep.none_found"), problem)


def _guarded(step: Callable[..., T], *arguments: object) -> T | Solution:
    """A step's answer, or why the scenario fails: the others go on, and this one is listed with its cause."""
    try:
        return step(*arguments)
    except RuleError as error:
        return Solution("failed", joined((_told(issue) for issue in error.issues), "; "))
    except Exception as error:  # noqa: BLE001  listed in the answer as a fault of ours
        return Solution("failed", say("sweep.fault", what=f"{type(error).__name__}: {error}"))


def _told(issue: Issue) -> Message:
    """An issue without the place of the setting, which every scenario has in common."""
    return issue.message


def _proven(found: Found) -> bool:
    """Whether nothing better exists, without a gap; or nothing at all."""
    if found.status == "infeasible":
        return True
    return found.status == "optimal" and found.objective <= found.bound


def _known(one: _Posed, known: list[tuple[_Posed, Found]]) -> Iterator[Found]:
    """What others' answers say about this problem."""
    for other, found in reversed(known):
        if _narrower(one, other) and (found.x is None or _allows(one, found)):
            yield found


def _narrower(one: _Posed, other: _Posed) -> bool:
    """Whether a problem asks for the same as another and allows no more."""
    a, b = one.cells, other.cells
    return (
        a.fairness == b.fairness
        and a.stay is None
        and b.stay is None
        and all(np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True) for name in SAME)
        and bool((one.lower >= other.lower).all() and (one.upper <= other.upper).all())
        and _same_matrix(a.matrix, b.matrix)
        and bool((a.row_lower >= b.row_lower).all() and (a.row_upper <= b.row_upper).all())
    )


def _near(one: _Posed, known: list[tuple[_Posed, Found]]) -> Whole | None:
    """The last plan found, int64 [K, U], where it is of the same quotas and units."""
    plans = (found.q for _, found in reversed(known) if found.q is not None)
    last = next(plans, None)
    return last if last is not None and last.shape == one.cells.fair.shape else None


def _same_matrix(a: sparse.csr_array, b: sparse.csr_array) -> bool:
    return (
        a.shape == b.shape
        and np.array_equal(a.indptr, b.indptr)
        and np.array_equal(a.indices, b.indices)
        and np.array_equal(a.data, b.data)
    )


def _allows(one: _Posed, found: Found) -> bool:
    """Whether a plan keeps all bounds and rows, without any tolerance."""
    assert found.q is not None
    assert found.x is not None
    numbers = np.concatenate([found.q.ravel(), found.x.ravel()]).astype(np.float64)
    activity = one.cells.matrix @ found.x.ravel().astype(np.float64)
    return bool(
        ((numbers >= one.lower) & (numbers <= one.upper)).all()
        and ((activity >= one.cells.row_lower) & (activity <= one.cells.row_upper)).all()
    )
