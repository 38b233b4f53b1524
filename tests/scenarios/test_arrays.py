"""The model in arrays: its components, where their rows stand, and the problem of the solver core."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.link import load_rulebook
from engine.overlay import Overlay, leave_out
from scenarios.arrays import Compiled, compile_model
from scenarios.model import build
from scenarios.posing import pose
from scenarios.problem import Problem
from tests.scenarios.problems import problem_of
from tests.scenarios.test_model import RULES, problem

FIELDS = ("lower", "upper", "unit", "period", "group", "link")


def compiled(stated: Problem, deferred: bool = True) -> Compiled:
    return compile_model(build(stated, deferred=deferred), stated)


@pytest.mark.parametrize("name", [*RULES, "everything"])
def test_in_bulk_and_element_by_element_are_one(name: str, tmp_path: Path) -> None:
    stated = problem(tmp_path, name)
    bulk, single = compiled(stated), compiled(stated, deferred=False)
    assert list(bulk.rows) == list(single.rows)
    for component, rows in bulk.rows.items():
        other = single.rows[component]
        assert abs(rows.matrix - other.matrix).sum() < 1e-12
        for field in FIELDS:
            assert getattr(rows, field) == pytest.approx(getattr(other, field), rel=1e-12), (component, field)


def test_compiled_twice_is_the_same_to_the_last_bit(tmp_path: Path) -> None:
    stated = problem(tmp_path, "everything")
    first, second = compiled(stated), compiled(stated)
    for name, rows in first.rows.items():
        other = second.rows[name]
        assert rows.matrix.data.tobytes() == other.matrix.data.tobytes()
        assert rows.matrix.indices.tobytes() == other.matrix.indices.tobytes()
        assert rows.upper.tobytes() == other.upper.tobytes()


def test_every_component_with_the_places_of_its_rows(tmp_path: Path) -> None:
    rules = (
        "seats: {for: [school, period], only: {period: 2023-Q3}, require: 1 <= by_group(jobs) <= 9}, "
        "few: {for: unit, only: {unit: [b, d]}, require: by_unit(loans) <= people}, "
        "all: {require: total(jobs * mark) - 4 >= total(loans) + 1}"
    )
    stated = problem_of(
        tmp_path,
        rules,
        jobs=", at_least: {is: 3, only: {unit: [a, c]}}, at_most: 60, per_period: {at_most: cap}",
        loans=", within: jobs",
        hold="b: {jobs: 20}, c: {loans: {2023-Q2: 1}}",
    )
    model = compiled(stated)
    assert list(model.rows) == [
        "jobs.total",
        "jobs.at_least",
        "jobs.at_most",
        "jobs.per_period.at_most",
        "jobs.hold",
        "loans.total",
        "loans.hold",
        "loans.within",
        "seats",
        "few",
        "all",
    ]
    places = {name: [model.at(name, row) for row in range(len(rows))] for name, rows in model.rows.items()}
    assert places["jobs.total"] == [{}]
    assert places["jobs.at_least"] == [{"unit": "a"}, {"unit": "c"}]
    assert places["jobs.at_most"] == [{"unit": "a"}, {"unit": "c"}, {"unit": "d"}]  # b is held
    assert places["jobs.per_period.at_most"] == [
        {"unit": "a", "period": "2023-Q1"},
        {"unit": "c", "period": "2023-Q4"},
        {"unit": "d", "period": "2023-Q1"},
    ]
    assert places["jobs.hold"] == [{"unit": "b"}]
    assert places["loans.hold"] == [{"unit": "c", "period": "2023-Q2"}]
    assert len(places["loans.within"]) == 4 * 4
    assert places["seats"] == [
        {"school": "north", "period": "2023-Q3"},
        {"school": "north", "period": "2023-Q3"},
        {"school": "south", "period": "2023-Q3"},
        {"school": "south", "period": "2023-Q3"},
    ]
    assert places["few"] == [{"unit": "b"}, {"unit": "d"}]
    assert model.rows["seats"].link.tolist() == [0, 1, 0, 1]
    assert model.rows["few"].upper.tolist() == [7, 4]
    (row,) = model.rows["all"].matrix.toarray()
    assert row.reshape(2, 4, 4)[:, :, 0].tolist() == [[1, 0, 1, 2], [-1, -1, -1, -1]]
    assert (model.rows["all"].lower.tolist(), model.rows["all"].upper.tolist()) == ([5], [np.inf])
    assert list(model.instances["few"]) == [model.rows["few"].instance(row) for row in (0, 1)]


def test_a_rule_for_a_unit_that_is_left_out_has_no_rows(tmp_path: Path) -> None:
    rules = "lone: {for: unit, only: {unit: d}, require: by_unit(loans) <= people}"
    assert "lone" in compiled(problem_of(tmp_path, rules)).rows
    rulebook = load_rulebook(str(tmp_path / "book"), None, Overlay(layers=(leave_out("d"),)))
    model = compiled(pose(rulebook, rulebook.allocations["plan"]))
    assert "lone" not in model.rows
    assert len(model.instances["lone"]) == 0


def test_bounds_and_holds_fold_into_the_problem_of_the_core(tmp_path: Path) -> None:
    stated = problem_of(
        tmp_path,
        "r: {require: total(loans) <= 30}",
        jobs=", at_least: 0.5 * fair, at_most: 2 * fair, per_period: {at_most: 'max(cap, 1)'}, "
        "multiple_of: 5, cost: mark, weight: 2",
        loans=", profile: {2023-Q3: 0}, per_period: {at_least: 1}",
        hold="b: {jobs: 36}, c: {loans: {2023-Q1: 1, 2023-Q2: 2, 2023-Q3: 3, 2023-Q4: 4}}, "
        "d: {jobs: {2023-Q3: 7}}",
    )
    model = compiled(stated)
    cells = model.cells()
    fair = [60 * 5 / 17, np.nan, 60 * 8 / 17, 60 * 4 / 17]  # 96 − 36, shared by 5, 8 and 4
    assert cells.held.tolist() == [[False, True, False, False], [False, False, True, False]]
    assert cells.fair[0] == pytest.approx(fair, nan_ok=True)
    assert cells.lower[0] == pytest.approx([fair[0] / 2, 36, fair[2] / 2, fair[3] / 2])
    assert cells.upper[0] == pytest.approx([2 * fair[0], 36, 2 * fair[2], 2 * fair[3]])
    assert (cells.lower[1, 2], cells.upper[1, 2]) == (10, 10)  # held quarter by quarter
    assert cells.cell_upper[0].tolist() == [
        [9, np.inf, np.inf, np.inf],
        [np.inf] * 4,  # held: its ceiling of 8 is not stated
        [np.inf, np.inf, np.inf, 7],
        [6, np.inf, 7, np.inf],
    ]
    assert cells.cell_lower[0, 3].tolist() == [0, 0, 7, 0]
    assert cells.cell_lower[1].tolist() == [[1, 1, 1, 1], [1, 1, 1, 1], [1, 2, 3, 4], [1, 1, 1, 1]]
    assert cells.cell_upper[1].tolist() == [
        [np.inf, np.inf, 0, np.inf],  # nothing in a quarter of weight 0: its floor of 1 can't be met
        [np.inf, np.inf, 0, np.inf],
        [1, 2, 3, 4],
        [np.inf, np.inf, 0, np.inf],
    ]
    assert model.cells(frozenset({"loans.hold"})).cell_upper[1, 2].tolist() == [np.inf, np.inf, 0, np.inf]
    assert cells.profile.tolist() == [[1, 1, 1, 1], [1, 1, 0, 1]]
    assert (cells.multiple.tolist(), cells.weight.tolist()) == ([5, 1], [2, 1])
    assert cells.cost.tolist() == [[1, 0, 1, 2], [0, 0, 0, 0]]
    assert (cells.matrix.shape, cells.row_upper.tolist()) == ((1, 32), [30])


def test_components_can_be_left_out(tmp_path: Path) -> None:
    stated = problem_of(
        tmp_path,
        "r: {require: total(loans) <= 30}",
        jobs=", at_least: 3, per_period: {at_most: 9}, multiple_of: 5",
        loans=", within: jobs",
        hold="b: {jobs: 36}",
    )
    model = compiled(stated)
    parts = ("at_least", "per_period.at_most", "hold", "multiple_of")
    cells = model.cells(frozenset({*(f"jobs.{part}" for part in parts), "loans.within"}))
    assert not cells.held.any()
    assert cells.fair[0] == pytest.approx([96 * need / 24 for need in (5, 7, 8, 4)])
    assert np.isneginf(cells.lower[0]).all()
    assert np.isinf(cells.upper[0]).all()
    assert np.isinf(cells.cell_upper).all()
    assert (cells.multiple.tolist(), cells.row_upper.tolist()) == ([1, 1], [30])
    assert model.cells(frozenset({"r"})).matrix.shape == (16, 32)
    with pytest.raises(ValueError, match=r"jobs\.total"):
        model.cells(frozenset({"jobs.total"}))
