"""Rows taken over from a neighbour: the very rows that the model of one's own would give."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.base import Base
from engine.errors import RuleError
from engine.overlay import Overlay, setting
from engine.standing import Standing
from scenarios import arrays, bulk
from scenarios.arrays import Compiled, compile_model
from scenarios.model import build
from scenarios.posing import pose
from scenarios.problem import Problem, choose_allocation
from tests.scenarios.worlds import needless, world, write

STORED = ("indptr", "indices", "data")
FIELDS = ("lower", "upper", "unit", "period", "group", "link")
SETTINGS = (
    ("parameters.budget.value=12",),
    ("parameters.budget.value=13",),
    ("jobs.total=7",),
    ("parameters.budget.value=12", "jobs.at_most=9"),
    ("jobs.per_period.at_most=5",),
    ("data.units.b.size=3",),
    ("parameters.budget.value=12",),
)
RULES = (
    'p_before: {for: [unit, period], require: "jobs * 2 + previous(jobs) <= budget"}, '
    'p_choice: {require: "total(where(budget > 12, jobs, 2 * jobs)) <= 40"}, '
)
"""Rules that rest on the world's one parameter."""


def same(one: Compiled, other: Compiled) -> bool:
    """Whether two have the same rows in the same order, bit for bit."""
    pairs = [(one.rows[name], other.rows[name]) for name in one.rows if name in other.rows]
    return list(one.rows) == list(other.rows) and all(
        a.matrix.shape == b.matrix.shape
        and all(np.array_equal(getattr(a.matrix, name), getattr(b.matrix, name)) for name in STORED)
        and all(np.array_equal(getattr(a, name), getattr(b, name)) for name in FIELDS)
        for a, b in pairs
    )


def problems(folder: Path, seed: int) -> list[Problem]:
    """A random rulebook with rules that depend on its parameter, under settings one after the other."""
    made = world(seed)
    if needless(made):
        return []
    book = write(made, folder)
    text = (book / "book.yaml").read_text(encoding="utf-8")
    text = text.replace("    rules: {", f"    rules: {{{RULES}", 1)
    (book / "book.yaml").write_text(text, encoding="utf-8")
    stands, found = Standing.of(Base.of(str(book)), Overlay(allocation="plan")), []
    for texts in SETTINGS:
        with suppress(RuleError):  # a world without the unit, or held above a total
            rulebook = stands.under(tuple(map(setting, texts)))
            found.append(pose(rulebook, choose_allocation(rulebook, "plan")))
    assert len(found) > 2
    return found


@pytest.mark.parametrize("seed", range(16))
def test_what_a_neighbour_gives_is_what_the_model_gives(seed: int, tmp_path: Path) -> None:
    like = None
    for problem in problems(tmp_path / "book", seed):
        model = build(problem, deferred=True)
        alone, like = compile_model(model, problem), compile_model(model, problem, like)
        assert same(alone, like)


def test_only_what_rests_on_the_setting_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    block = bulk.compile_block

    def counted(constraint: object, *others: object) -> object:
        made.append(constraint.name)  # type: ignore[attr-defined]
        return block(constraint, *others)  # type: ignore[arg-type]

    seed = next(n for n in range(99) if {"seats", "change"} <= world(n).has and not needless(world(n)))
    first, second, *_ = problems(tmp_path / "book", seed)
    before = compile_model(build(first, deferred=True), first)
    monkeypatch.setattr(arrays, "compile_block", counted)
    compile_model(build(second, deferred=True), second, before)
    assert made == ["rule_p_before_0", "rule_p_choice_0"]


def test_a_rule_that_stands_nowhere_in_the_neighbour_is_made(tmp_path: Path) -> None:
    """Where the data of a rule are there in one problem only, nothing is taken over."""
    seed = next(n for n in range(99) if "change" in world(n).has and not needless(world(n)))
    first, second, *_ = problems(tmp_path / "book", seed)
    model = build(second, deferred=True)
    before = compile_model(build(first, deferred=True), first)
    nowhere = replace(
        before,
        rows={name: rows for name, rows in before.rows.items() if name != "p_choice"},
        instances={**before.instances, "p_choice": before.instances["p_choice"][:0]},
        data={name: data for name, data in before.data.items() if name != "p_choice"},
    )
    assert same(compile_model(model, second), compile_model(model, second, nowhere))
