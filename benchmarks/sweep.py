"""500 scenarios of 124 units: a sweep, against solving them one after the other, and against stock Pyomo."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from highspy._core import _Highs
from pyomo.environ import Constraint, NonNegativeReals, Objective, Var
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from benchmarks.instances import instance
from benchmarks.measure import ROOT, Result
from benchmarks.plans import as_model, solve_relaxation
from benchmarks.sweep_book import write_book
from engine.base import Base
from engine.overlay import NOTHING, Overlay
from scenarios.highs import Linear
from scenarios.model import build
from scenarios.posing import pose
from scenarios.problem import Problem, choose_allocation
from scenarios.sweep import sweep
from scenarios.sweep_asked import Asked
from scenarios.sweep_bind import bind, layer
from scenarios.sweep_draws import settings
from scenarios.sweep_solve import Plans
from scenarios.sweep_spec import Spec, spec_mapping

UNITS, SCENARIOS = 124, 500
SERIAL, STOCK = 20, 4
"""Scenarios of which the serial peer and stock Pyomo are measured; all are scaled to the whole."""
GOALS = {"serial": 1 / 3, "stock": 1 / 20}
"""On the clock: a sweep is cut into chunks for several processes, and the clock is what a user waits for.
Processor seconds stand beside it, without a goal.
"""
PROCESSES = 2
STOCK_SECONDS = 30.0
"""That HiGHS may take for stock Pyomo's whole numbers of one scenario; it is then stopped."""
FEW, MANY, MEMORY = 500, 5000, 1.2
BUDGETS, TOTALS = (0.995, 1.0, 1.005, 1.01), (11000, 11160, 11300)


def planner(budget: int, draws: int) -> Spec:
    """What is usually achieved of quotas, by unit; budget and total come to few figures."""
    share = {"normal": [0.95, 0.08], "between": [0, 1.2]}
    data: dict[str, Any] = {
        "method": "draws",
        "seed": 1,
        "draws": draws,
        "inputs": {
            "parameters.budget.value": {"choice": {str(int(budget * part)): 1 for part in BUDGETS}},
            "training.total": {"choice": {str(total): 1 for total in TOTALS}},
        },
        "achievement": dict.fromkeys(("jobs", "training", "loans"), share),
    }
    return spec_mapping(data, "planner")


def different(budget: int, draws: int) -> Spec:
    """No two scenarios alike: the budget and the room for training are drawn from an interval."""
    inputs = {
        "parameters.budget.value": {"uniform": [int(budget * 0.995), int(budget * 1.02)]},
        "parameters.room.value": {"uniform": [1, 2]},
    }
    return spec_mapping({"method": "draws", "seed": 1, "draws": draws, "inputs": inputs}, "different")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock, and of the processor with all processes that were waited for."""

    clock: float
    processor: float

    def __add__(self, other: Took) -> Took:
        return Took(self.clock + other.clock, self.processor + other.processor)

    def times(self, factor: float) -> Took:
        """So much for a part, scaled to the whole."""
        return Took(self.clock * factor, self.processor * factor)


NONE = Took(0, 0)


def taken(begin: Took = NONE) -> Took:
    """What has passed, since ``begin`` where it is given."""
    used = os.times()
    spent = used.user + used.system + used.children_user + used.children_system
    return Took(time.perf_counter() - begin.clock, spent - begin.processor)


def ours(asked: Asked) -> Took:
    """What a sweep takes, its processes included."""
    begin = taken()
    found = sweep(asked)
    took = taken(begin)
    if found.summary.counts != {"optimal": asked.spec.count}:
        raise RuntimeError(f"not all scenarios have a plan: {found.summary.counts}")
    return took


def spread(count: int, of: int) -> list[int]:
    """Numbers of scenarios, evenly spread over all."""
    return [int(number) for number in np.linspace(1, of, count).round()]


def serial(book: str, spec: Spec) -> Took:
    """What all scenarios take one after the other as numbered, in a process that read the files once. No
    solver's session outlives a scenario: the search has no way to take one over.
    """
    base = Base.of(book)
    bound = bind(spec, base, NOTHING)
    plans = Plans(base, NOTHING, bound.spec, reuse=False)
    begin = taken()
    for number in spread(SERIAL, spec.count):
        plans.solve([settings(bound.spec, number)])
    return taken(begin).times(spec.count / SERIAL)


@dataclass(frozen=True, slots=True)
class Stock:
    """What stock Pyomo takes for all scenarios: to the relaxation's end, and to whole numbers'.
    ``stopped``: of the scenarios measured, those whose whole numbers took too long.
    """

    relaxed: Took
    whole: Took
    stopped: int


def stock(book: str, spec: Spec) -> Stock:
    """Pyomo makes each model anew from the same rules, element by element, and HiGHS solves it, |q - fair|
    standing for fairness, which is linear: no proof, no even periods. In real numbers, then in whole ones.
    """
    base = Base.of(book)
    bound = bind(spec, base, NOTHING)
    relaxed = whole = NONE
    stopped = 0
    for number in spread(STOCK, spec.count):
        begin = taken()
        linear = _linear(_posed(base, bound.spec, number))
        made = taken(begin)
        solve_relaxation(linear, interior=False)
        relaxed += taken(begin)
        begin = taken()
        stopped += not _in_whole_numbers(linear)
        whole += made + taken(begin)
    scale = spec.count / STOCK
    return Stock(relaxed.times(scale), whole.times(scale), stopped)


def _in_whole_numbers(linear: Linear) -> bool:
    """HiGHS as it comes, on one thread, all columns whole but those of |q - fair|. Whether in time."""
    solver = _Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("time_limit", STOCK_SECONDS)):
        solver.setOptionValue(option, value)
    model = as_model(linear)
    whole = linear.cost == 0
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in whole.tolist()]
    solver.passModel(model)
    solver.run()
    ended, ends = solver.getModelStatus(), highspy.HighsModelStatus
    if ended not in {ends.kOptimal, ends.kTimeLimit}:
        raise RuntimeError(f"stock Pyomo's whole numbers ended with {solver.modelStatusToString(ended)}")
    return ended == ends.kOptimal


def _posed(base: Base, spec: Spec, number: int) -> Problem:
    given = settings(spec, number)
    layers = tuple(
        layer(spec.inputs[at].path, value, spec.inputs[at].place)
        for at, value in zip(given.at, given.values, strict=True)
    )
    rulebook = base.under(Overlay(None, layers, spec.allocation))
    return pose(rulebook, choose_allocation(rulebook, spec.allocation))


def _linear(problem: Problem) -> Linear:
    made = build(problem)
    model = made.pyomo
    shape = range(len(problem.quotas)), range(len(problem.units))
    model.off = Var(*shape, within=NonNegativeReals)

    def over(_: Any, k: int, u: int) -> Any:
        placed = sum(model.x[k, u, t] for t in range(len(problem.periods)))
        return placed - model.off[k, u] <= float(problem.quotas[k].fair[u])

    model.over = Constraint(*shape, rule=over)
    model.unfair = Objective(
        expr=sum(model.off[k, u] / problem.quotas[k].total for k in shape[0] for u in shape[1])
    )
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    sides = np.asarray(form.rhs, dtype=np.float64)
    kinds = np.array([row.bound_type for row in form.rows])
    bounds = [column.bounds for column in form.columns]
    most = float(max(asked.total for asked in problem.quotas))
    return Linear(
        cost=form.c.toarray()[0],
        lower=np.array([0.0 if low is None else low for low, _ in bounds]),
        upper=np.array([most if high is None else min(high, most) for _, high in bounds]),
        matrix=form.A.tocsc(),
        row_lower=np.where(kinds <= 0, sides, -np.inf),
        row_upper=np.where(kinds >= 0, sides, np.inf),
    )


PEAK = """
import sys
from pathlib import Path
from benchmarks.sweep import planner
from scenarios.sweep import sweep
from scenarios.sweep_asked import Asked
book, budget, draws, output = sys.argv[1:]
sweep(Asked(book, planner(int(budget), int(draws)), output=Path(output), workers=1))
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""
# VmHWM begins anew with a program; ru_maxrss would tell what the process that started it held.


def peak(book: str, budget: int, draws: int, folder: Path) -> int:
    """The most memory, in KB, that a sweep in one process held."""
    command = [sys.executable, "-c", PEAK, book, str(budget), str(draws), str(folder / "peak.csv")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return int(done.stdout)


def compared(spec: Spec, book: str, output: Path) -> Iterator[Result]:
    """A sweep and its peers: on the clock, where the goals are, and in processor seconds beside it."""
    plans = len({settings(spec, number) for number in range(1, spec.count + 1)})
    before = serial(book, spec)
    took = ours(Asked(book, spec, output=output, workers=PROCESSES))
    one_by_one = (before + serial(book, spec)).times(1 / 2)
    pyomo = stock(book, spec)
    late = f", {pyomo.stopped} stopped at {STOCK_SECONDS:g} s" if pyomo.stopped else ""
    peers = (
        (f"one after the other, the same answers, {2 * SERIAL} solved", one_by_one, GOALS["serial"]),
        (f"stock Pyomo, whole numbers as ours, {STOCK} solved{late}", pyomo.whole, GOALS["stock"]),
        (f"stock Pyomo, a relaxation only (easier), {STOCK} solved", pyomo.relaxed, GOALS["stock"]),
    )
    title = f"sweep of {spec.count} scenarios with {plans} different plans, {UNITS} units"
    for peer, their, goal in peers:
        clock = f"{title}: on the clock, {PROCESSES} processes"
        yield Result(clock, took.clock, peer, their.clock, goal)
        yield Result(f"{title}: processor seconds", took.processor, peer, their.processor)


def sweeps() -> Iterator[Result]:
    """Sweeps whose scenarios are all different, and whose scenarios share few plans; memory."""
    case = instance(UNITS, seed=1)
    budget = int(case.budget)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = write_book(case, folder)
        for make in (different, planner):
            yield from compared(make(budget, SCENARIOS), book, folder / "out.csv")
        few, many = (peak(book, budget, draws, folder) for draws in (FEW, MANY))
        note = f"not seconds but gigabytes: {many:,} and {few:,} KB in one process"
        yield Result(f"memory of {MANY:,} scenarios", many / 1e6, f"of {FEW}", few / 1e6, MEMORY, note)
