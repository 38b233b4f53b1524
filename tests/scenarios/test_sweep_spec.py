"""Specs: what is read, and every fault with its place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from engine.base import Base
from engine.errors import RuleError
from engine.overlay import NOTHING, Overlay, hold, setting
from scenarios.distributions import Choice, Fixed, Normal
from scenarios.sweep_bind import bind
from scenarios.sweep_draws import settings
from scenarios.sweep_spec import MOST, spec_mapping
from tests.scenarios.sweeps import book, spec

GRID = """\
allocation: plan
method: grid
inputs:
  parameters.most.value: [40, 60]
  jobs.total: {low: 80, high: 120, steps: 3}
achievement: {jobs: 0.9}
"""


def test_a_grid_goes_through_every_combination_the_last_input_first(tmp_path: Path) -> None:
    given = spec(tmp_path, GRID)
    assert given.count == 6
    assert [settings(given, number).values for number in range(1, 7)] == [
        (40, 80),
        (40, 100),
        (40, 120),
        (60, 80),
        (60, 100),
        (60, 120),
    ]
    assert given.achievement["jobs"].default == Fixed(0.9)


def test_one_at_a_time_begins_with_the_base(tmp_path: Path) -> None:
    given = spec(tmp_path, GRID.replace("grid", "one_at_a_time"))
    found = [(settings(given, n).at, settings(given, n).values) for n in range(1, given.count + 1)]
    assert found == [((), ()), ((0,), (40,)), ((0,), (60,)), ((1,), (80,)), ((1,), (100,)), ((1,), (120,))]


def test_steps_are_exact_in_decimals(tmp_path: Path) -> None:
    given = spec(tmp_path, "method: grid\ninputs: {x: {low: 0.1, high: 0.7, steps: 3}}\n")
    assert given.inputs[0].values == (Decimal("0.1"), Decimal("0.4"), Decimal("0.7"))


def test_a_mapping_says_the_same_as_a_file(tmp_path: Path) -> None:
    data = {
        "method": "draws",
        "draws": 5,
        "inputs": {
            "x": {"normal": [1, Decimal("0.5")], "between": [0, 2]},
            "y": {"choice": {"a": 1, "2": 3}},
        },
    }
    text = (
        "method: draws\ndraws: 5\ninputs: {x: {normal: [1, 0.5], between: [0, 2]}, y: {choice: {a: 1, 2: 3}}}"
    )
    by_program, by_file = spec_mapping(data, "request"), spec(tmp_path, text)
    for given in (by_program, by_file):
        assert given.inputs[0].distribution == Normal(1, 0.5, 0, 2)
        assert given.inputs[1].distribution == Choice(("a", 2), (1, 3))
    assert by_program.data == by_file.data


def test_a_seed_from_outside_stands_in_place_of_its_own() -> None:
    data = {"method": "draws", "draws": 5, "seed": 1, "inputs": {"x": [1, 2]}}
    assert spec_mapping(data, "request").seed == 1
    assert spec_mapping(data, "request", 9).seed == 9


FAULTS = [
    ("method: ⌖grids", "wrong_choice", "Did you mean 'grid'?"),
    ("⌖inputs: {x: [1]}", "missing_key", "method"),
    ("⌖method: grid", "missing_key", "at least one input"),
    ("method: grid\n⌖imputs: {x: [1]}", "unknown_key", "Did you mean 'inputs'?"),
    ("method: grid\ninputs: ⌖[1]", "wrong_type", "keys and values"),
    ("method: grid\ninputs: {x: ⌖5}", "wrong_type", "a list of values"),
    ("method: grid\ninputs: {x: ⌖[]}", "bad_setting", "must not be empty"),
    ("method: grid\ninputs: {x: [1, ⌖[2]]}", "wrong_type", "numbers, texts or null"),
    ("method: grid\ninputs: {x: [1, ⌖true]}", "wrong_type", "numbers, texts or null"),
    ("method: grid\ninputs: {⌖x: {low: 1, high: 2}}", "missing_key", "steps"),
    ("method: grid\ninputs: {x: ⌖{low: 2, high: 2, steps: 3}}", "bad_setting", "low < high"),
    ("method: grid\ninputs: {x: {low: 1, high: 2, steps: ⌖1}}", "bad_number", "2 or more"),
    ("method: grid\ninputs: {x: {low: ⌖one, high: 2, steps: 3}}", "wrong_type", "a number"),
    ("method: grid\ninputs: {x: ⌖{uniform: [1, 2]}}", "bad_setting", "method grid wants a list"),
    ("method: grid\ndraws: ⌖5\ninputs: {x: [1]}", "bad_setting", "method: draws only"),
    ("⌖method: draws\ninputs: {x: [1]}", "missing_key", "draws: NUMBER"),
    ("method: draws\ndraws: ⌖0\ninputs: {x: [1]}", "bad_number", "1 or more"),
    ("method: draws\ndraws: ⌖1.5\ninputs: {x: [1]}", "wrong_type", "a whole number"),
    ("method: draws\ndraws: 2\nseed: ⌖-1\ninputs: {x: [1]}", "bad_number", "0 or more"),
    ("method: draws\ndraws: 2\ninputs: {x: ⌖{low: 1, high: 2, steps: 2}}", "bad_setting", "a distribution"),
    ("method: draws\ndraws: 2\ninputs: {x: {uniform: ⌖[2, 1]}}", "bad_setting", "low < high"),
    ("method: draws\ndraws: 2\ninputs: {x: {uniform: ⌖[1, 2, 3]}}", "bad_setting", "2 numbers"),
    ("method: draws\ndraws: 2\ninputs: {x: {uniform: [1, ⌖b]}}", "wrong_type", "a number"),
    ("method: draws\ndraws: 2\ninputs: {x: {triangular: ⌖[1, 5, 3]}}", "bad_setting", "mode ≤ high"),
    ("method: draws\ndraws: 2\ninputs: {x: {normal: ⌖[1, 0]}}", "bad_setting", "'sd' must be above 0"),
    ("method: draws\ndraws: 2\ninputs: {x: {lognormal: ⌖[-1, 1]}}", "bad_setting", "'mean' must be above 0"),
    ("method: draws\ndraws: 2\ninputs: {x: {normal: [1, 1], between: ⌖[2, 1]}}", "bad_setting", "low < high"),
    (
        "method: draws\ndraws: 2\ninputs: {x: {normal: [1, 1], between: ⌖[9, 10]}}",
        "bad_setting",
        "hardly ever",
    ),
    (
        "method: draws\ndraws: 2\ninputs: {x: {uniform: [1, 2], between: ⌖[1, 2]}}",
        "bad_setting",
        "lognormal only",
    ),
    (
        "method: draws\ndraws: 2\ninputs: {x: ⌖{uniform: [1, 2], normal: [1, 2]}}",
        "bad_setting",
        "one distribution",
    ),
    ("method: draws\ndraws: 2\ninputs: {x: {⌖unifrom: [1, 2]}}", "unknown_key", "Did you mean 'uniform'?"),
    ("method: draws\ndraws: 2\ninputs: {x: {choice: ⌖{a: 0, b: 0}}}", "bad_setting", "not all 0"),
    ("method: draws\ndraws: 2\ninputs: {x: {choice: ⌖{a: -1, b: 2}}}", "bad_setting", "0 or more"),
    ("method: draws\ndraws: 2\ninputs: {x: {choice: ⌖{}}}", "bad_setting", "must not be empty"),
    ("method: draws\ndraws: 2\ninputs: {x: {choice: ⌖[a, b]}}", "wrong_type", "keys and values"),
    (
        "method: draws\ndraws: 2\ninputs: {x: {uniform: [1, 2], round: ⌖0}}",
        "bad_setting",
        "'round' must be above 0",
    ),
    (f"method: draws\ndraws: ⌖{MOST + 1}\ninputs: {{x: [1]}}", "bad_setting", "at most"),
    (
        "method: draws\ndraws: 2\nachievement: {jobs: ⌖{normal: [0.9, 0.1]}}",
        "bad_setting",
        "between: [0, 1.2]",
    ),
    ("method: draws\ndraws: 2\nachievement: {jobs: {a: ⌖-0.5}}", "bad_setting", "below 0"),
    ("method: draws\ndraws: 2\nachievement: {jobs: ⌖often}", "wrong_type", "a number or a distribution"),
    ("method: draws\ndraws: 2\nachievement: {jobs: {uniform: [0, 1], ⌖round: 1}}", "unknown_key", "round"),
    (
        "method: grid\nachievement: {jobs: ⌖{uniform: [0, 1]}}\ninputs: {x: [1]}",
        "bad_setting",
        "only method: draws",
    ),
    ("method: grid\nallocation: ⌖5\ninputs: {x: [1]}", "wrong_type", "a text"),
    ("method: grid\nmethod: grid", "duplicate_key", "method"),
    ("- 1", "wrong_type", "keys and values"),
    ("", "missing_key", "method"),
]


@pytest.mark.parametrize(("text", "code", "words"), FAULTS)
def test_a_fault_is_told_where_it_stands(tmp_path: Path, text: str, code: str, words: str) -> None:
    before, mark, after = text.partition("⌖")
    with pytest.raises(RuleError) as caught:
        spec(tmp_path, before + after)
    (issue,) = caught.value.issues
    assert issue.code == code
    assert words in issue.text("en")
    assert issue.text("vi") != issue.text("en")
    assert issue.place is not None
    assert issue.place.file == "spec.yaml"
    if mark:
        at = before.count("\n") + 1, len(before) - before.rfind("\n")
        assert (issue.place.line, issue.place.column) == at


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        spec(tmp_path, "method: draws\ndraws: 0\nfoo: 1\ninputs: {x: {uniform: [2, 1]}, y: 3}\n")
    assert [issue.code for issue in caught.value.issues] == [
        "unknown_key",
        "bad_number",
        "bad_setting",
        "wrong_type",
    ]


MISFITS = [
    ("inputs: {⌖jobs.totl: [1]}", "unknown_path", "'jobs.total'"),
    ("inputs: {⌖parameters.mots.value: [1]}", "unknown_path", "'parameters.most.value'"),
    ("inputs: {⌖jobs.total: [100, 100.5]}", "bad_setting", "multiple of 1"),
    ("inputs: {⌖parameters.most.value: [40.5]}", "ambiguous_count", "A count is whole"),
    ("inputs: {⌖parameters.money.value: [2.5, 2.0000000001]}", "bad_setting", "can't be 2.0000000001"),
    ("inputs: {⌖parameters.money.value: [2.0000000001]}", "fraction_of_dong", "đồng"),
    ("inputs: {⌖jobs: [90]}", "wrong_type", "Name one, such as: jobs.total."),
    ("inputs: {⌖parameters.most: [90]}", "wrong_type", "Name one, such as: parameters.most.value."),
    ("inputs: {⌖hold.d.jobs: [9]}", "unknown_unit", "'d'"),
    ("inputs: {⌖hold.a.job: [9]}", "unknown_name", "'job'"),
    ("inputs: {⌖jobs.at_most: [1.2 * fair, 1.2 * fare]}", "unknown_name", "'fare'"),
    ("inputs: {jobs.total: [1], ⌖allocations.plan.quotas.jobs.total: [2]}", "bad_setting", "are the same"),
    ("inputs: {⌖rulebook: [x]}", "unknown_path", "rulebook"),
    ("inputs: {jobs.total: [1]}\nachievement: {⌖job: 1}", "unknown_name", "Did you mean 'jobs'?"),
    ("inputs: {jobs.total: [1]}\nachievement: {jobs: {⌖d: 1, default: 1}}", "unknown_unit", "gets no quota"),
    ("inputs: {jobs.total: [1]}\nachievement: {⌖jobs: {a: 1}}", "missing_key", "b, c"),
    ("inputs: {jobs.total: [1]}\nallocation: ⌖other", "unknown_allocation", "other"),
]


@pytest.mark.parametrize(("text", "code", "words"), MISFITS)
def test_a_spec_that_doesnt_fit_its_rulebook_says_where(
    tmp_path: Path, text: str, code: str, words: str
) -> None:
    before, _, after = f"method: grid\n{text}".partition("⌖")
    given, base = spec(tmp_path, before + after), Base.of(str(book(tmp_path)))
    with pytest.raises(RuleError) as caught:
        bind(given, base, NOTHING)
    (issue,) = caught.value.issues
    assert issue.code == code
    assert words in issue.text("en")
    assert issue.place is not None
    at = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert (issue.place.line, issue.place.column) == at


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("jobs.total", Decimal(1)),
        ("parameters.most.value", Decimal(1)),
        ("parameters.money.value", Decimal("1e-9")),
        ("data.targets.jobs.top", Decimal(1)),
        ("data.units.a.need", Decimal(1)),
        ("hold.a.jobs", Decimal(1)),
        ("hold.a.jobs.2023-Q3", Decimal(1)),
        ("allocations.plan.hold.a.jobs", Decimal(1)),
        ("jobs.weight", None),
    ],
)
def test_what_must_be_whole_is_drawn_whole(tmp_path: Path, path: str, step: Decimal | None) -> None:
    text = f"method: draws\ndraws: 4\ninputs: {{{path}: {{uniform: [110, 130]}}}}\n"
    found = bind(spec(tmp_path, text), Base.of(str(book(tmp_path))), NOTHING).spec
    assert found.inputs[0].step == step
    for number in range(1, 5):
        (value,) = settings(found, number).values
        assert isinstance(value, int | Decimal)
        assert step is None or value % step == 0


def test_a_path_to_several_figures_isnt_blamed_on_what_is_drawn(tmp_path: Path) -> None:
    given = spec(tmp_path, "method: draws\ndraws: 2\ninputs: {parameters.money: {uniform: [100, 120]}}\n")
    with pytest.raises(RuleError) as caught:
        bind(given, Base.of(str(book(tmp_path))), NOTHING)
    (issue,) = caught.value.issues
    for lang in ("vi", "en"):
        assert "'parameters.money'" in issue.text(lang)
        assert "110" not in issue.text(lang)


def test_a_step_that_breaks_what_must_be_whole_is_refused(tmp_path: Path) -> None:
    text = "method: draws\ndraws: 4\ninputs: {jobs.total: {uniform: [1, 9], round: 0.5}}\n"
    with pytest.raises(RuleError, match="multiple of 1"):
        bind(spec(tmp_path, text), Base.of(str(book(tmp_path))), NOTHING)


def test_what_the_options_lay_over_the_rulebook_lies_below_the_inputs(tmp_path: Path) -> None:
    overlay = Overlay(None, (setting("parameters.most.value=70"), hold("a.jobs=10")))
    text = "method: one_at_a_time\ninputs: {parameters.most.value: [40, 60]}\n"
    found = bind(spec(tmp_path, text), Base.of(str(book(tmp_path))), overlay)
    assert found.was == (70,)
    assert float(found.problem.quotas[0].held[0]) == 10


def test_inputs_are_told_apart_where_rows_are_laid_over_too(tmp_path: Path) -> None:
    overlay = Overlay(None, (setting("data.units.a.need=9"), setting("parameters.most.value=70")))
    inputs = "{parameters.most.value: [40, 50], jobs.total: {uniform: [80, 90]}}"
    text = f"method: draws\ndraws: 1\ninputs: {inputs}\n"
    found = bind(spec(tmp_path, text), Base.of(str(book(tmp_path))), overlay)
    assert found.was[0] == 70
    assert found.spec.inputs[1].step == 1
