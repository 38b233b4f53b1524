"""An allocation's Pyomo model from the rulebook's formulas into HiGHS, against arrays written by hand."""

from __future__ import annotations

import gc
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from benchmarks.instances import JOBS, LOANS, TRAINING, Instance, group_of, instance
from benchmarks.measure import Result, side_by_side
from engine.link import load_rulebook
from scenarios.bulk import StandardForm, standard_form
from scenarios.model import build
from scenarios.posing import pose
from scenarios.problem import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TURNS = {10: 15, 124: 15, 705: 15, 3321: 9, 10598: 5}
"""How often each size is measured; stock Pyomo and linopy, which take longer, fewer times."""
PEER_TURNS = {10: 5, 124: 5, 705: 3, 3321: 1}
"""Stock Pyomo would take half a minute at 10,598 units: left out there."""
GOAL, FROM = 5.0, 705
QUOTAS = ("jobs", "training", "loans")
MONTHS = [f"2023-{month:02}" for month in range(7, 13)]
BOOK = """\
rulebook: book
title: {{vi: Thử, en: Trial}}
year: 2023
root: top
data: {{units: units.csv, targets: targets.csv, observations: observations.csv}}
groupings: {{school: {{column: school}}}}
tables: {{seats: {{file: seats.csv, by: [school, period], measure: person}}}}
attributes: {{size: {{}}, {needs}, {changes}}}
parameters: {{budget: {{value: {budget}, measure: person}}}}
indicators:
{indicators}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    every: month
    among: district
    starting_point: {{as_of: 2023-06-30}}
    quotas:
{quotas}
    rules:
      budget_of_loans: {{require: total(loans * size) <= budget}}
      school_seats: {{for: [school, period], require: by_group(training) <= seats}}
{months}
"""


def steps(quota: str) -> str:
    """The formula that binds each month to the one before."""
    return f"-change_{quota} <= {quota} - previous({quota}) <= change_{quota}"


def problem_of(case: Instance, folder: Path) -> Problem:
    """The instance as a rulebook with its rules written as formulas, posed."""
    units = case.fair.shape[1]
    groups = group_of(units)
    lines = ["unit,parent,level,school,size," + ",".join(f"need_{q}" for q in QUOTAS)]
    lines[0] += "," + ",".join(f"change_{q}" for q in QUOTAS)
    lines.append("top,,province,,,,,,,,")
    for unit in range(units):
        needs = [f"{values[unit]:.12f}" for values in case.fair]
        numbers = ",".join([*needs, *(str(int(values[unit])) for values in case.change)])
        lines.append(f"u{unit},top,district,g{groups[unit]},{case.loan_size[unit]:.12f},{numbers}")
    seats = [
        f"g{group},{month},{int(case.seats[group, at])}"
        for group in range(len(case.seats))
        for at, month in enumerate(MONTHS)
    ]
    totals = np.rint(case.fair.sum(axis=1)).astype(int)
    stated = [f"      {q}: {{total: {n}, need: need_{q}}}" for q, n in zip(QUOTAS, totals, strict=True)]
    stated[LOANS] = stated[LOANS].replace("}", ", within: jobs}")
    book = BOOK.format(
        needs=", ".join(f"need_{q}: {{}}" for q in QUOTAS),
        changes=", ".join(f"change_{q}: {{measure: person}}" for q in QUOTAS),
        indicators="\n".join(f"  {q}: {{measure: person, kind: flow, direction: up}}" for q in QUOTAS),
        quotas="\n".join(stated),
        months="\n".join(f"      month_{q}: {{for: [unit, period], require: {steps(q)}}}" for q in QUOTAS),
        budget=int(case.budget),
    )
    heads = {
        "book.yaml": book,
        "units.csv": "\n".join(lines),
        "targets.csv": "indicator,unit,year,kind,value,measure,source,status",
        "observations.csv": "indicator,unit,as_of,basis,value,measure,source,status",
        "seats.csv": "\n".join(["school,period,value", *seats]),
    }
    for name, text in heads.items():
        (folder / name).write_text(text + "\n", encoding="utf-8")
    rulebook = load_rulebook(str(folder))
    problem = pose(rulebook, rulebook.allocations["plan"])
    quotas = [
        replace(asked, cell_least=case.cell_lower[k], cell_most=case.cell_upper[k])
        for k, asked in enumerate(problem.quotas)
    ]
    return replace(problem, quotas=tuple(quotas))


def by_hand(case: Instance) -> StandardForm:
    """The same model as arrays written for it alone: bounds of cells as those of columns."""
    quotas, units, periods = case.cell_lower.shape
    cell = np.arange(quotas * units * periods).reshape(quotas, units, periods)
    places, steps = np.arange(units * periods), np.arange(quotas * units * (periods - 1))
    ones = np.ones(len(places))

    def matrix(count: int, *entries: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]) -> sparse.csr_array:
        row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
        return sparse.csr_array((value, (row, column)), shape=(count, cell.size))

    later, earlier = cell[:, :, 1:].ravel(), cell[:, :, :-1].ravel()
    steady = np.ones(len(steps))
    months = matrix(len(steps), (steps, later, steady), (steps, earlier, -steady))
    change = np.repeat(case.change.ravel(), periods - 1)
    shared = (group_of(units)[:, None] * periods + np.arange(periods)).ravel()
    total = np.rint(case.fair.sum(axis=1))
    parts: list[tuple[sparse.csr_array, Any, Any]] = [
        (
            matrix(quotas, (np.repeat(np.arange(quotas), units * periods), cell.ravel(), np.ones(cell.size))),
            total,
            total,
        ),
        (
            matrix(len(places), (places, cell[LOANS].ravel(), ones), (places, cell[JOBS].ravel(), -ones)),
            -np.inf,
            0.0,
        ),
        (months, -change, np.inf),
        (months, -np.inf, change),
        (matrix(case.seats.size, (shared, cell[TRAINING].ravel(), ones)), -np.inf, case.seats.ravel()),
        (
            matrix(1, (places * 0, cell[LOANS].ravel(), np.repeat(case.loan_size, periods))),
            -np.inf,
            float(int(case.budget)),
        ),
    ]
    lower = np.concatenate([np.broadcast_to(low, part.shape[0]) for part, low, _ in parts])
    upper = np.concatenate([np.broadcast_to(high, part.shape[0]) for part, _, high in parts])
    return StandardForm(
        sparse.vstack([part[0] for part in parts], format="csr"),
        lower,
        upper,
        np.maximum(case.cell_lower, 0).ravel(),
        case.cell_upper.ravel(),
        np.zeros(cell.size),
        np.ones(cell.size, dtype=bool),
    )


def hand_over(form: StandardForm) -> highspy.Highs:
    """A model in arrays into HiGHS."""
    rows, columns = form.matrix.shape
    solver = _silent()
    solver.passModel(
        columns,
        rows,
        form.matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        form.cost,
        form.column_lower,
        form.column_upper,
        form.lower,
        form.upper,
        form.matrix.indptr.astype(np.int32),
        form.matrix.indices.astype(np.int32),
        form.matrix.data,
        form.integer.astype(np.int32),
    )
    return solver


def _silent() -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    return solver


def stock(problem: Problem) -> highspy.Highs:
    """The same rule functions element by element, and Pyomo's own standard form."""
    model = build(problem).pyomo
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    sides = np.asarray(form.rhs, dtype=np.float64)
    kinds = np.array([row.bound_type for row in form.rows])
    lower, upper = np.where(kinds <= 0, sides, -np.inf), np.where(kinds >= 0, sides, np.inf)
    bounds = [column.bounds for column in form.columns]
    return hand_over(
        StandardForm(
            form.A.tocsr(),
            lower,
            upper,
            np.array([-np.inf if low is None else low for low, _ in bounds]),
            np.array([np.inf if high is None else high for _, high in bounds]),
            np.zeros(len(bounds)),
            np.array([column.is_integer() for column in form.columns]),
        )
    )


def with_linopy(case: Instance) -> highspy.Highs:
    """The same model in linopy, its constraints over whole arrays; and linopy's own way into HiGHS."""
    import linopy
    import xarray

    quotas, units, periods = case.cell_lower.shape
    model = linopy.Model()
    over = [np.arange(quotas), np.arange(units), np.arange(periods)]
    axes = ["quota", "unit", "month"]

    def array(values: Floats, *dims: str) -> Any:
        return xarray.DataArray(values, dims=dims, coords={dim: over[axes.index(dim)] for dim in dims})

    x = model.add_variables(
        lower=array(case.cell_lower, *axes), upper=array(case.cell_upper, *axes), integer=True, name="x"
    )
    model.add_constraints(x.sum(["unit", "month"]) == array(np.rint(case.fair.sum(axis=1)), "quota"))
    model.add_constraints(x.sel(quota=LOANS, drop=True) - x.sel(quota=JOBS, drop=True) <= 0)
    change = array(case.change, "quota", "unit")
    later, earlier = x.isel(month=slice(1, None)), x.shift(month=1).isel(month=slice(1, None))
    model.add_constraints(later - earlier <= change)
    model.add_constraints(later - earlier >= -change)
    group = xarray.DataArray(group_of(units), dims="unit", coords={"unit": over[1]}, name="group")
    seats = xarray.DataArray(
        case.seats, dims=("group", "month"), coords={"group": np.arange(len(case.seats)), "month": over[2]}
    )
    model.add_constraints(x.sel(quota=TRAINING, drop=True).groupby(group).sum() <= seats)
    size = array(case.loan_size, "unit")
    model.add_constraints((x.sel(quota=LOANS, drop=True) * size).sum() <= int(case.budget))
    model.add_objective(0 * x.sum())
    found: highspy.Highs = linopy.io.to_highspy(model)
    return found


def ours(problem: Problem) -> highspy.Highs:
    """From the posed problem through Pyomo's templates into HiGHS."""
    return hand_over(standard_form(build(problem, deferred=True).pyomo))


def peak(make: Callable[[], object]) -> float:
    """The most memory in MB that Python and numpy hold at once meanwhile, what HiGHS holds left out."""
    gc.collect()
    tracemalloc.start()
    make()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def model() -> Iterator[Result]:
    """Instances of every size, posed before the clock starts."""
    return (_of_size(units, turns) for units, turns in TURNS.items())


def _of_size(units: int, turns: int) -> Result:
    case = instance(units, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        problem = problem_of(case, Path(folder))
    _compare(hand_over(by_hand(case)), ours(problem))
    seconds = side_by_side(
        {"ours": lambda: ours(problem), "peer": lambda: hand_over(by_hand(case))},
        turns,
    )
    others: dict[str, Callable[[], object]] = {}
    if units in PEER_TURNS:
        others["stock Pyomo"] = lambda: stock(problem)
    if find_spec("linopy"):
        others["linopy"] = lambda: with_linopy(case)
        others["linopy"]()  # imports it
    took = side_by_side(others, PEER_TURNS.get(units, 1))
    told = [f"{name} {each / seconds['peer']:.0f}×" for name, each in took.items()]
    told.append(f"ours holds at most {peak(lambda: ours(problem)):.1f} MB")
    if units in PEER_TURNS:
        told.append(f"stock Pyomo {peak(lambda: stock(problem)):.1f} MB")
    told.append(f"by hand {peak(lambda: hand_over(by_hand(case))):.1f} MB")
    return Result(
        f"Model of {units:,} units into HiGHS",
        seconds["ours"],
        "arrays by hand",
        seconds["peer"],
        GOAL if units >= FROM else None,
        ", ".join(told),
    )


def _compare(peer: highspy.Highs, own: highspy.Highs) -> None:
    """Both must have said the same: as many rows and entries, and the same sums of rows at one point."""
    left, right = peer.getLp(), own.getLp()
    columns = left.num_col_
    assert (left.num_row_, columns + 1) == (right.num_row_, right.num_col_)  # and one, fixed at 1
    point = np.random.default_rng(1).random(columns + 1)
    sums = []
    for program in (left, right):
        start, index, value = (
            np.array(getattr(program.a_matrix_, name)) for name in ("start_", "index_", "value_")
        )
        shape = (program.num_row_, program.num_col_)
        matrix = sparse.csc_array((value, index, start), shape=shape)
        sums.append(np.sort(np.abs(matrix @ point[: program.num_col_])))
    assert np.allclose(sums[0], sums[1])  # whichever side of a comparison a row stands for
    assert np.array_equal(np.array(left.col_upper_), np.array(right.col_upper_)[:columns])
