"""`minimax` (§11): the least largest deviation, then the fairest by proportional within its intervals."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios.choice import IMPOSSIBLE, Choice, Fairest, choose
from scenarios.convex import Outcome
from scenarios.deviation import Descent, Deviations
from scenarios.needs import limit, without_plan

if TYPE_CHECKING:
    from scenarios.convex import Floats, Separable
    from scenarios.deviation import Level
    from scenarios.lattice import Lattice
    from scenarios.separable import Effort


def minimax(base: Separable, lattice: Lattice, effort: Effort, kinds: Floats | None = None) -> Fairest:
    """The plans of least largest deviation, the fairest of them by the base problem's objective."""
    limited = limit(base, lattice, effort)
    if isinstance(limited, Outcome):
        return without_plan(limited)
    deviations = Deviations(limited, lattice)
    if len(deviations.fair) == 0:
        found = choose(limited, lattice, effort, kinds)
        return replace(found, objective=0.0, bound=0.0) if found.choices else found
    least, most = deviations.ends()
    if math.isinf(least.max()):
        return IMPOSSIBLE
    now = time.perf_counter()
    # Half of the time: the plan at the level is wanted too.
    descent = Descent(deviations, deviations.at, replace(effort, deadline=(now + effort.deadline) / 2))
    # No level is below what each number by itself must have.
    low = float(least.max())
    level = descent.lowest(low - 2e-13 * (1 + low), float(most.max()))
    if level.q is None:
        return Fairest(level.status, (), math.nan, level.bound)
    return finish(deviations.at(level.level), lattice, effort, kinds, level)


def finish(
    inside: Separable, lattice: Lattice, effort: Effort, kinds: Floats | None, level: Level
) -> Fairest:
    """The fairest plans inside the intervals of a level, whose own plan stands where time is up."""
    found = choose(inside, lattice, effort, kinds)
    status, choices = found.status, found.choices
    if not choices:
        assert level.q is not None
        status, choices = "feasible", (as_choice(inside, lattice, level.q),)
    optimal = level.status == "optimal" and status == "optimal"
    return Fairest("optimal" if optimal else "feasible", choices, level.level, level.bound)


def as_choice(base: Separable, lattice: Lattice, q: Floats) -> Choice:
    """A plan (float64 [n], plain numbers) as a choice without a face."""
    step = lattice.steps(base)
    taken = [rest.columns[np.argmax(q[rest.columns] % step[rest.columns])] for rest in lattice.rests]
    model = lattice.place(base, np.array(taken, dtype=np.int64))
    z = np.round((q - model.start) / model.step)
    return Choice(model, Outcome("feasible", z.astype(np.int64), model.value(z), -math.inf), None)
