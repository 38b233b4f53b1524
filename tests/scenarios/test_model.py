"""The Pyomo model: stock and in bulk it says the same, and any solver of Pyomo's can take it (§10)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.optimize import Bounds, LinearConstraint, milp

from scenarios.bulk import Columns, compile_block, standard_form
from scenarios.deferred import ArrayConstraint, Deferred
from scenarios.model import build
from scenarios.problem import Problem
from tests.scenarios.problems import problem_of

BOTH, SCHOOL = "for: [unit, period], ", "for: [school, period], "
NORTH = "only: {school: [north], period: [2023-Q2]}, "
EVERYTHING = {
    "jobs": ", at_least: 0.5 * fair, at_most: {is: 2 * fair, except: {unit: d}}, multiple_of: 5, "
    "per_period: {at_most: 'max(cap, 1)', at_least: {is: 0.01 * fair, only: {level: district}}}",
    "loans": ", within: jobs, at_most: 30, profile: {2023-Q3: 0}, multiple_of: 4",
    "hold": "b: {jobs: 28, loans: {2023-Q1: 1, 2023-Q3: 2}}, "
    "d: {loans: {2023-Q1: 0, 2023-Q2: 1, 2023-Q3: 2, 2023-Q4: 0}}",
}
RULES = {
    "cell": f"r: {{{BOTH}require: jobs + 2 * loans <= 40}}",
    "equal": f"r: {{{BOTH}only: {{unit: c}}, require: jobs - loans == 3}}",
    "chain": f"r: {{{BOTH}require: 1 <= jobs - loans / 2 <= 9}}",
    "chain_of_three": "r: {for: unit, require: 0 <= 2 * by_unit(loans) <= by_unit(jobs) <= total(people)}",
    "total": "r: {require: total(loans * mark) <= 30}",
    "total_of_data": "r: {require: total(loans) / total(people) >= 0.5}",
    "data_alone": "r: {require: 5 <= total(people) <= total(jobs)}",
    "by_unit": "r: {for: unit, require: by_unit(jobs) + people >= mark * people / each}",
    "by_period": "r: {for: period, require: by_period(jobs + loans * mark) <= 8 * rate * months_in_period}",
    "cumulative": f"r: {{{BOTH}require: cumulative(jobs) <= 0.3 * people * 12}}",
    "cumulative_of_all": "r: {for: period, require: cumulative(by_period(jobs)) >= 4}",
    "previous": f"r: {{{BOTH}require: jobs - previous(jobs) <= 3}}",
    "previous_twice": f"r: {{{BOTH}require: jobs - previous(previous(loans)) <= 3}}",
    "previous_sum": f"r: {{{BOTH}require: previous(cumulative(jobs)) <= 60}}",
    "choice": f"r: {{{BOTH}require: 'where(mark > 0, jobs / mark, 2 * loans) <= 30'}}",
    "choice_of_previous": f"r: {{{BOTH}require: (previous(jobs) if mark == 1 else loans) <= 30}}",
    "choice_before_the_first": f"r: {{{BOTH}require: (previous(jobs) if mark == 0 else loans) <= 30}}",
    "choice_of_sums": f"r: {{{BOTH}require: (previous(cumulative(jobs)) if mark == 0 else loans) <= 30}}",
    "group": f"r: {{{SCHOOL}require: by_group(loans) <= seats * months_in_period}}",
    "group_all": "r: {for: school, require: by_group(by_unit(jobs * mark)) <= 60}",
    "group_table": "r: {for: school, require: by_group(by_unit(jobs)) <= limit}",
    "group_filter": f"r: {{{SCHOOL}{NORTH}require: by_group(jobs) <= 9}}",
    "group_at_unit": f"r: {{{BOTH}except: {{unit: d}}, require: jobs <= 4 * seats * months_in_period}}",
    "table": f"r: {{{BOTH}require: jobs <= cap}}",
    "table_ratio": f"r: {{{BOTH}require: each * jobs / cap <= 2}}",
}


def problem(folder: Path, name: str) -> Problem:
    if name == "everything":
        every = ", ".join(rule.replace("r: ", f"r{at}: ", 1) for at, rule in enumerate(RULES.values()))
        return problem_of(folder, every, EVERYTHING["jobs"], EVERYTHING["loans"], EVERYTHING["hold"])
    return problem_of(folder, RULES[name])


def by_pyomo(model: Any) -> tuple[list[str], dict[str, tuple[dict[str, float], float, float]]]:
    """Pyomo's own standard form: {row: (coefficients by column, lower, upper)}."""
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    columns = [variable.name for variable in form.columns]
    matrix = form.A.tocsr()
    found: dict[str, tuple[dict[str, float], float, float]] = {}
    for row, (entry, side) in enumerate(zip(form.rows, form.rhs, strict=True)):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        pairs = zip(matrix.indices[span], matrix.data[span], strict=True)
        values = {columns[at]: value for at, value in pairs if value != 0}
        low, high = (
            (-np.inf, np.inf) if entry.constraint.name not in found else found[entry.constraint.name][1:]
        )
        low = side if entry.bound_type <= 0 else low
        high = side if entry.bound_type >= 0 else high
        found[entry.constraint.name] = values, low, high
    return columns, found


def in_bulk(model: Any) -> dict[str, tuple[dict[str, float], float, float]]:
    """What the compiler of templates makes of it, likewise."""
    columns = Columns(model)
    names = []
    for variable in columns.variables:
        indexes = variable.index_set() if variable.is_indexed() else [None]
        names += [name_of(variable.name, index) for index in indexes]
    found = {}
    for constraint in model.component_objects(pyo.Constraint):
        assert isinstance(constraint, ArrayConstraint)
        constraint.template()  # it has one: the compiler doesn't take its elements one by one
        block = compile_block(constraint, columns)
        for row, index in enumerate(block.index.tolist()):
            span = slice(block.matrix.indptr[row], block.matrix.indptr[row + 1])
            pairs = zip(block.matrix.indices[span], block.matrix.data[span], strict=True)
            name = name_of(constraint.name, tuple(index))
            found[name] = {names[at]: value for at, value in pairs}, block.lower[row], block.upper[row]
    return found


def optimum(problem: Problem, solver: str) -> tuple[float, list[list[int]]]:
    """Least unfairness and the quotas' units of it, by a solver of Pyomo's."""
    model = build(problem, objective=True).pyomo
    pyo.SolverFactory(solver).solve(model)
    sums = [[sum(round(pyo.value(model.x[k, u, t])) for t in model.T) for u in model.U] for k in model.K]
    return float(pyo.value(model.fairest)), sums


def name_of(component: str, index: Any) -> str:
    if index is None:
        return component
    return (
        f"{component}[{','.join(map(str, index))}]" if isinstance(index, tuple) else f"{component}[{index}]"
    )


@pytest.mark.parametrize("name", [*RULES, "everything"])
def test_in_bulk_the_model_is_what_pyomo_itself_makes_of_it(name: str, tmp_path: Path) -> None:
    stated = problem(tmp_path, name)
    stock = build(stated, objective=True).pyomo
    _, expected = by_pyomo(stock)
    deferred = build(stated, deferred=True, objective=True).pyomo
    found = in_bulk(deferred)
    empty = {row for row, (values, _, _) in expected.items() if not values}
    assert not empty
    assert set(found) == set(expected)
    for row, (values, low, high) in expected.items():
        coefficients, lower, upper = found[row]
        assert set(coefficients) == set(values), row
        assert coefficients == pytest.approx(values, rel=1e-12), row
        assert [lower, upper] == pytest.approx([low, high], rel=1e-12), row
    made = [variable for variable in deferred.component_objects(pyo.Var) if variable.is_indexed()]
    assert made
    assert not any(len(variable._data) for variable in made)


def test_any_solver_finds_the_optimum_that_enumeration_finds(tmp_path: Path) -> None:
    """96 jobs in fives, one unit with the odd 1, under a ceiling that a table sets for two schools."""
    rules = "r: {for: school, require: by_group(by_unit(jobs)) <= limit}, "
    rules += "s: {require: total(loans * mark) <= 15}"
    stated = problem_of(tmp_path, rules, jobs=", multiple_of: 5", loans=", at_least: 2", hold="d: {jobs: 10}")
    fair_jobs = [86 * need / 20 for need in (5, 7, 8)]  # d is held: 86 are left for a, b and c
    fair_loans = [24 * need / 24 for need in (5, 7, 8, 4)]
    best_jobs = min(
        sum(abs(q - fair) / fair for q, fair in zip((a, b, 86 - a - b), fair_jobs, strict=True)) / 96
        for a in range(87)
        for b in range(87 - a)
        if a + b <= 30 and sorted(q % 5 for q in (a, b, 86 - a - b)) == [0, 0, 1]
    )
    best_loans = min(
        sum(abs(q - fair) / fair for q, fair in zip(loans, fair_loans, strict=True)) / 24
        for a in range(2, 25)
        for b in range(2, 25)
        for c in range(2, 25)
        if (loans := [a, b, c, 24 - a - b - c])[3] >= 2 and a + c + 2 * loans[3] <= 15
    )
    for solver in ("appsi_highs", "scip_direct"):
        value, (jobs, lent) = optimum(stated, solver)
        assert value == pytest.approx(best_jobs + best_loans, rel=1e-6)
        assert (sum(jobs), sum(lent), jobs[3]) == (96, 24, 10)


def test_the_model_is_written_to_lp_and_mps(tmp_path: Path) -> None:
    stated = problem(tmp_path, "everything")
    model = build(stated, deferred=True, objective=True).pyomo
    columns = Columns(model)
    blocks = [compile_block(constraint, columns) for constraint in model.component_objects(pyo.Constraint)]
    lengths = {}
    for ending in ("lp", "mps"):
        path = tmp_path / f"plan.{ending}"
        build(stated, objective=True).pyomo.write(str(path))
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.readModel(str(path))
        read = solver.getLp()
        lengths[ending] = read.num_row_
        assert len(read.integrality_) == read.num_col_
        assert np.count_nonzero(read.a_matrix_.value_) == sum(block.matrix.nnz for block in blocks)
    assert set(lengths.values()) == {sum(len(block.lower) for block in blocks)}


def test_in_arrays_the_whole_model_has_the_optimum_of_pyomos(tmp_path: Path) -> None:
    rules = "r: {for: school, require: by_group(by_unit(jobs)) <= limit}, "
    rules += "s: {require: total(loans * mark) <= 15}"
    stated = problem_of(
        tmp_path, rules, jobs=", multiple_of: 5, per_period: {at_most: 0.4 * fair}", loans=", at_least: 2"
    )
    expected, _ = optimum(stated, "scip_direct")
    form = standard_form(build(stated, deferred=True, objective=True).pyomo)
    found = milp(
        form.cost,
        integrality=form.integer.astype(np.int64),
        bounds=Bounds(form.column_lower, form.column_upper),
        constraints=LinearConstraint(form.matrix, form.lower, form.upper),
    )
    assert found.fun == pytest.approx(expected, rel=1e-6)


def test_a_deferred_model_is_refused_where_it_would_seem_empty(tmp_path: Path) -> None:
    model = build(problem(tmp_path, "cell"), deferred=True, objective=True).pyomo
    with pytest.raises(TypeError, match="is a template"):
        model.write(str(tmp_path / "plan.lp"))
    with pytest.raises(TypeError, match="is a template"):
        pyo.SolverFactory("appsi_highs").solve(model)


def test_what_is_shut_or_held_or_in_multiples(tmp_path: Path) -> None:
    """7 jobs are held at d: 89 are left, so one of a, b and c takes 4 more than a multiple of 5."""
    stated = problem_of(
        tmp_path,
        jobs=", multiple_of: 5, profile: {2023-Q4: 0}",
        hold="d: {jobs: 7}, c: {jobs: {2023-Q4: 1}}",
    )
    model = build(stated).pyomo
    assert list(model.shut) == [(0, 0, 3), (0, 1, 3), (0, 3, 3)]  # c may have what it is held at
    assert list(model.hold) == [(0, 3)]
    assert list(model.hold_cell) == [(0, 2, 3)]
    assert list(model.multiple) == [(0, 0), (0, 1), (0, 2)]
    assert [pyo.value(each) for each in model.rest.values()] == [4]
    assert not hasattr(model, "at_least")
    for k, u, t in model.x:
        model.x[k, u, t].value = 0
    for u, t, value in ((0, 0, 20), (1, 0, 30), (2, 0, 38), (2, 3, 1), (3, 0, 7)):
        model.x[0, u, t].value = value
    for u, (whole, odd) in enumerate(((4, 0), (6, 0), (7, 1))):
        model.times[0, u].value, model.odd[0, u].value = whole, odd
    model.odd[0, 3].value = 0
    for component in ("total", "hold", "hold_cell", "shut", "multiple", "one_odd"):
        for index, constraint in model.component(component).items():
            if component != "total" or index == 0:
                assert constraint.slack() >= 0, (component, index)


def test_what_is_no_template_is_taken_element_by_element() -> None:
    model = pyo.ConcreteModel()
    model.T = pyo.RangeSet(0, 3)
    model.x = pyo.Var(model.T, domain=pyo.NonNegativeIntegers, dense=False)
    make = Deferred()
    model.up = make.param(np.array([1.0, 2.0, np.inf, 4.0]), model.T)
    model.power = make.constraint(model.T, rule=lambda m, t: (m.up[t] ** 2) * m.x[t] <= 9)
    model.loop = make.constraint(model.T, rule=_looping)
    columns = Columns(model)
    assert compile_block(model.power, columns).matrix.diagonal()[[0, 1, 3]].tolist() == [1, 4, 16]
    loop = compile_block(model.loop, columns)
    assert loop.matrix.toarray().tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]]
    assert loop.upper.tolist() == [1, 2, 4]
    assert loop.index.ravel().tolist() == [0, 1, 3]


def _looping(model: Any, at: Any) -> Any:
    """A rule that Pyomo makes no template of: it looks at its index."""
    if at == 2:
        return pyo.Constraint.Skip
    return sum(model.x[t] for t in range(at + 1)) <= model.up[at]
