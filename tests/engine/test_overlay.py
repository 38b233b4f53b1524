"""Overlays (§12): what they reach, what they refuse and where, and what figures say of themselves after."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base import Base
from engine.errors import RuleError
from engine.explain import explain
from engine.link import load_rulebook
from engine.overlay import Overlay, freeze, hold, leave_out, overlay_file, overlay_mapping, setting
from engine.rulebook import Rulebook
from tests.engine.faults.fault import sound, write

Told = tuple[str, str, int, int]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overlays") / "rules"
    write(sound(), folder)
    return folder


@pytest.fixture(scope="module")
def base(root: Path) -> Base:
    """Its files, read once for the many overlays that are drawn."""
    return Base.of("base", root)


def laid(root: Path, *layers: Any, allocation: str | None = "half", scenario: str | None = None) -> Rulebook:
    return load_rulebook("base", root, Overlay(scenario, layers, allocation))


def put(root: Path, *texts: str, allocation: str | None = "half") -> Rulebook:
    return laid(root, *(setting(text) for text in texts), allocation=allocation)


def in_file(root: Path, text: str, allocation: str | None = "half") -> Rulebook:
    """The rulebook under an overlay in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "what_if.yaml"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return laid(root, overlay_file(path, "what_if.yaml"), allocation=allocation)


def told(error: RuleError) -> list[Told]:
    return [
        (i.code.value, i.place.file, i.place.line, i.place.column) if i.place else (i.code.value, "", 0, 0)
        for i in error.issues
    ]


def hints(error: RuleError) -> str:
    return " ".join(issue.hint.en for issue in error.issues if issue.hint)


# ------------------------------------------------------------------------------------- what is not there

PATHS = [
    *("stale_after", "title.en", "parameters.loan_capital.value", "parameters.officers.measure"),
    *("indicators.jobs.decimals", "indicators.fund.show_in", "checks.loans_within_jobs.severity"),
    *("allocations.half.every", "allocations.half.quotas.loans.within", "allocations.half.rules.no_more"),
    *("allocations.half.rules.steady.require", "jobs.at_most", "loans.total", "attributes.budget.status"),
    *("metrics.big.formula", "groupings.school.label", "tables.cap.measure", "data.targets.jobs.tinh"),
    *("data.observations.jobs.tinh.2023-05-15.actual", "data.units.an.population"),
]


@st.composite
def typos(draw: st.DrawFn) -> str:
    """A path with one letter left out, put in, doubled or changed."""
    path = draw(st.sampled_from(PATHS))
    letters = [at for at, char in enumerate(path) if char.isalpha()]
    at, letter = draw(st.sampled_from(letters)), draw(st.sampled_from("aeioxz_"))
    kind = draw(st.sampled_from(["lose", "add", "change"]))
    rest = path[at + 1 :]
    if kind == "lose":
        return path[:at] + rest
    return path[:at] + (path[at] + letter if kind == "add" else letter) + rest


@settings(max_examples=150)
@given(path=typos(), value=st.sampled_from(["1", "null", "x", "{a: 1}"]))
def test_a_typo_in_a_path_is_never_taken(base: Base, path: str, value: str) -> None:
    if path in PATHS:
        return
    with pytest.raises(RuleError) as caught:
        base.under(Overlay(None, (setting(f"{path}={value}"),), "half"))
    assert all(issue.place and issue.place.file.startswith("--set ") for issue in caught.value.issues)
    for issue in caught.value.issues:
        if issue.message.en.startswith("the rulebook has no"):
            assert issue.hint, issue.text("en")


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("parameters.loan_captial.value", "parameters.loan_capital.value"),
        ("parameter.loan_capital.value", "parameters.loan_capital.value"),
        ("jobs.at_mots", "jobs.at_most"),
        ("allocations.half.rules.no_mor.require", "allocations.half.rules.no_more.require"),
        ("allocations.hlaf.every", "allocations.half.every"),
        ("data.target.jobs.tinh", "data.targets"),
        ("stale_aftr", "stale_after"),
    ],
)
def test_the_nearest_path_is_named(root: Path, path: str, near: str) -> None:
    with pytest.raises(RuleError) as caught:
        put(root, f"{path}=1")
    assert [code for code, *_ in told(caught.value)] == ["unknown_path"]
    assert f"'{near}'" in hints(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        *("rulebook=x", "rulebook=null", "include=[a.yaml]", "include=null", "scenarios.x.over=y"),
        *("scenarios=null", "data.unit.an.population=1", "data.targets=null", "data.targets=x"),
        *("data=null", "data.units=data/other.csv", "x=1", "allocations.new.every=month"),
        *("indicators.new.kind=flow", "parameters.new.value=1", "allocations.half.quotas.new.total=1"),
        "allocations.half.rules.no_mores.require=1",
    ],
)
def test_what_no_overlay_may_do(root: Path, text: str) -> None:
    with pytest.raises(RuleError) as caught:
        put(root, text)
    assert {code for code, *_ in told(caught.value)} == {"unknown_path"}


def test_a_standard_metric_stays_what_it_is(root: Path) -> None:
    for text in ("metrics.pace.formula=achieved", "metrics.gap.decimals=3", "metrics.pace=null"):
        with pytest.raises(RuleError) as caught:
            put(root, text)
        assert [code for code, *_ in told(caught.value)] == ["redefined_metric"]


def test_null_takes_away_what_is_there(root: Path) -> None:
    found = put(root, "allocations.half.rules.no_more=null", "jobs.at_most=null")
    half = found.allocations["half"]
    assert list(half.rules) == ["capital", "steady"]
    assert half.quotas["jobs"].at_most is None
    assert [(change.path, change.now) for change in found.overlaid] == [
        ("allocations.half.rules.no_more", None),
        ("allocations.half.quotas.jobs.at_most", None),
    ]
    for text in ("loans.at_most=null", "allocations.half.rules.other=null"):
        with pytest.raises(RuleError) as caught:
            put(root, text)
        assert [code for code, *_ in told(caught.value)] == ["unknown_path"]
        assert "nothing" in caught.value.issues[0].message.en or "no '" in caught.value.issues[0].message.en


def test_a_new_rule_may_be_added_under_a_name_of_its_own(root: Path) -> None:
    found = put(root, "allocations.half.rules.ceiling_of_all={for: unit, require: by_unit(jobs) <= 90}")
    assert list(found.allocations["half"].rules) == ["capital", "no_more", "steady", "ceiling_of_all"]


def test_lists_replace_and_what_is_left_out_is_added(root: Path) -> None:
    instead = setting("allocations.half.leave_out=[cuong]")
    units = [
        set(laid(root, *layers).allocations["half"].leave_out)
        for layers in (
            (),
            (leave_out("an"),),
            (leave_out("an"), leave_out("binh")),
            (leave_out("an"), instead),
            (instead, leave_out("an")),
        )
    ]
    assert units == [set(), {"an"}, {"an", "binh"}, {"cuong"}, {"cuong", "an"}]


# --------------------------------------------------------------------------------------------- measures


def test_values_have_the_measure_of_their_place(root: Path) -> None:
    assert (
        put(root, "parameters.loan_capital.value=100.5").parameters["loan_capital"].value == 100_500_000_000
    )
    for text, code, column in (
        ("loans.total=2.5", "ambiguous_count", 13),
        ("jobs.at_most=loan_capital", "wrong_measure", 14),
        ("jobs.at_most=fair +", "formula_syntax", 20),
        ("data.targets.jobs.tinh=9.262", "ambiguous_count", 24),
        ("data.units.an.population=nhiều", "bad_number", 26),
        ("allocations.half.from=1/7/2023", "bad_date", 23),
    ):
        with pytest.raises(RuleError) as caught:
            put(root, text)
        (issue,) = told(caught.value)
        assert issue[1:3] == (f"--set {text}", 1), issue
        assert (issue[0], issue[3]) == (code, column), caught.value


# --------------------------------------------------------------------------------------------- allocations


def test_which_allocation_a_change_is_about(root: Path) -> None:
    with pytest.raises(RuleError) as caught:
        laid(root, hold("an.jobs=50"), allocation=None)
    assert told(caught.value) == [("unknown_allocation", "--hold an.jobs=50", 1, 1)]
    assert "--allocation" in hints(caught.value)
    found = in_file(root, "allocation: full\nhold: {an: {jobs: 50}}\n", allocation=None)
    assert (found.chosen, found.overlaid[0].path) == ("full", "allocations.full.hold.an.jobs")
    with pytest.raises(RuleError) as caught:
        laid(root, leave_out("an"), allocation="hafl")
    assert [code for code, *_ in told(caught.value)] == ["unknown_allocation"]


def scenarios(tmp_path: Path, text: str) -> Path:
    write({**sound(), "base/scenarios.yaml": text}, tmp_path / "rules")
    return tmp_path / "rules"


def test_a_scenarios_allocation_and_the_one_asked_for(tmp_path: Path) -> None:
    folder = scenarios(tmp_path, "scenarios:\n  slow:\n    allocation: half\n    leave_out: [an]\n")
    assert laid(folder, scenario="slow", allocation=None).chosen == "half"
    assert laid(folder, scenario="slow", allocation="half").chosen == "half"
    with pytest.raises(RuleError) as caught:
        laid(folder, scenario="slow", allocation="full")
    assert ("unknown_allocation", "base/scenarios.yaml", 3, 5) in told(caught.value)


def test_scenarios_stand_on_each_other_without_going_round(tmp_path: Path) -> None:
    folder = scenarios(
        tmp_path,
        "scenarios:\n  a: {over: b}\n  b: {over: a}\n  low: {set: {stale_after: 10}}\n"
        "  high: {over: low, set: {stale_after: 20}}\n  bare: {over: low}\n",
    )
    with pytest.raises(RuleError) as caught:
        laid(folder, scenario="a")
    assert {issue[:2] for issue in told(caught.value)} == {("cycle", "base/scenarios.yaml")}
    with pytest.raises(RuleError) as caught:
        laid(folder, scenario="hihg")
    assert "unknown_scenario" in {issue[0] for issue in told(caught.value)}
    assert "'high'" in hints(caught.value)


def test_the_scenario_above_wins(tmp_path: Path) -> None:
    folder = scenarios(
        tmp_path,
        "scenarios:\n  low: {set: {stale_after: 10}}\n  high: {over: low, set: {stale_after: 20}}\n"
        "  bare: {over: low}\n",
    )
    found = {name: laid(folder, scenario=name) for name in ("low", "high", "bare")}
    assert {name: book.stale_after for name, book in found.items()} == {"low": 10, "high": 20, "bare": 10}
    assert [(c.was, c.now, c.by) for c in found["high"].overlaid] == [(45, 10, "low"), (10, 20, "high")]
    assert laid(folder, setting("stale_after=5"), scenario="high").stale_after == 5


# ------------------------------------------------------------------------------------------------- rows


def test_a_figure_laid_over_says_where_it_stands(root: Path) -> None:
    found = put(root, "data.observations.jobs.tinh.2023-05-15.actual=170")
    (item,) = [explain(found, "jobs.achieved").top]
    assert item.place is not None
    assert (item.value, item.status, item.source) == (170, "assumed", None)
    assert (item.place.file, item.place.line) == (
        "--set data.observations.jobs.tinh.2023-05-15.actual=170",
        1,
    )
    untouched = explain(found, "loans.achieved").top
    assert untouched.place is not None
    assert (untouched.place.file, untouched.place.line) == ("base/data/observations.csv", 5)


def test_rows_of_a_file_supersede_and_are_added(root: Path) -> None:
    found = in_file(
        root,
        "set:\n  data:\n    observations:\n"
        "      - {indicator: jobs, unit: tinh, as_of: 2023-05-15, basis: actual, value: 170,"
        " measure: person,\n"
        "         status: reported, source: report}\n"
        "      - {indicator: fund, unit: an, as_of: 2023-06-30, basis: actual, value: 40,"
        " measure: million VND}\n"
        "    targets:\n      - {indicator: jobs, unit: tinh, year: 2023, kind: reach, value: 500,"
        " measure: person}\n"
        "    units:\n      - {unit: an, population: 6000}\n",
    )
    item = explain(found, "jobs.achieved").top
    assert item.place is not None
    assert (item.value, item.status, item.source) == (170, "reported", "report")
    assert (item.place.file, item.place.line) == ("what_if.yaml", 4)
    added = explain(found, "fund.achieved", "an").top
    assert added.place is not None
    assert (added.value, added.place.line) == (40_000_000, 6)
    target = explain(found, "jobs.target").top
    assert target.place is not None
    assert (target.value, target.place.line) == (500, 8)
    # dân số của tỉnh là tổng: 6000 + 3000 + 2000
    per_head = explain(found, "jobs.per_head")
    assert per_head.top.value == 170 / 11_000
    (people,) = [item for item in per_head.top.inputs if item.name == "population"]
    assert (people.status, people.source) == ("assumed", None)
    assert [item.status for item in people.inputs] == ["assumed", "published", "published"]


def test_null_takes_a_row_away(root: Path) -> None:
    found = put(root, "data.observations.jobs.tinh.2023-05-15.actual=null")
    answer = explain(found, "jobs.achieved")
    assert answer.top.value != 180
    with pytest.raises(RuleError) as caught:
        put(root, "data.observations.jobs.tinh.2023-05-16.actual=null")
    assert [code for code, *_ in told(caught.value)] == ["unknown_path"]
    twice = put(
        root,
        "data.observations.jobs.tinh.2023-05-15.actual=null",
        "data.observations.jobs.tinh.2023-05-15.actual=7",
    )
    assert explain(twice, "jobs.achieved").top.value == 7


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("{indicator: jobs, unit: tinh, as_of: 2023-05-15, basis: actual, value: 1}", "missing_key", 24),
        ("{indicator: jobs, unit: tinh, basis: actual, value: 1}", "missing_key", 24),
        ("{indicator: jobs, unit: tinh, as_of: 2023-05-15, basis: actual}", "missing_key", 24),
        (
            "{indicator: joobs, unit: tinh, as_of: 2023-05-15, basis: actual, value: 1}",
            "unknown_indicator",
            36,
        ),
        ("{indicator: loans, unit: tinhh, as_of: 2023-05-15, basis: actual, value: 1}", "unknown_unit", 49),
        ("{indicator: loans, unit: tinh, as_of: 2023-05-15, basis: actul, value: 1}", "wrong_choice", 81),
        ("{indicator: loans, unit: tinh, as_of: 15/5, basis: actual, value: 1}", "bad_date", 62),
        (
            "{indicator: jobs, unit: tinh, as_of: 2023-05-14, basis: actual, value: 1, colour: 3}",
            "unknown_column",
            106,
        ),
        ("x", "wrong_type", 24),
        ("[1]", "wrong_type", 24),
        ("{indicator: jobs, unit: tinh, as_of: 2023-05-14, basis: actual, value: [1]}", "wrong_type", 95),
    ],
)
def test_a_faulty_row_has_its_place(root: Path, row: str, code: str, column: int) -> None:
    with pytest.raises(RuleError) as caught:
        in_file(root, "set: {data: {observations: [" + row + "]}}\n")
    codes = told(caught.value)
    assert codes[0][:3] == (code, "what_if.yaml", 1)
    assert codes[0][3] == column + 5, codes


# ---------------------------------------------------------------------------------------- files and odd texts


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("sett: {}\n", "unknown_key", 1, 1),
        ("over: x\n", "unknown_key", 1, 1),
        ("set: [1]\n", "wrong_type", 1, 6),
        ("\nset: 3\n", "wrong_type", 2, 6),
        ("hold: [an]\n", "wrong_type", 1, 7),
        ("leave_out: {an: 1}\n", "wrong_type", 1, 12),
        ("leave_out: [an, annn]\n", "unknown_unit", 1, 17),
        ("freeze: 31/8/2023\n", "bad_date", 1, 9),
        ("freeze: 2023-08-30\n", "bad_period", 1, 9),
        ("allocation: hafl\nhold: {an: {jobs: 1}}\n", "unknown_allocation", 1, 1),
        ("set:\n  parameters: {loan_captial: {value: 1}}\n", "unknown_path", 2, 16),
        ("set: {parameters: {loan_capital: {value: x}}}\n", "bad_number", 1, 42),
        ("set: {a: 1, a: 2}\n", "duplicate_key", 1, 13),
        ("set: {stale_after: .nan}\n", "not_finite", 1, 20),
        ("set: {stale_after: &a 3}\n", "yaml_anchor", 1, 20),
        ("- set\n", "wrong_type", 1, 1),
        ("42\n", "wrong_type", 1, 1),
        ("set: {\n", "yaml_syntax", 2, 1),
        ("title: \udcff\n", "not_utf8", 1, 8),
    ],
)
def test_faults_of_files_have_their_places(root: Path, text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(RuleError) as caught:
        in_file(root, text, allocation=None if "allocation" in text else "half")
    assert (code, "what_if.yaml", line, column) in told(caught.value), caught.value


def test_an_empty_file_changes_nothing_and_a_missing_one_is_told(root: Path, tmp_path: Path) -> None:
    for text in ("", "# chưa có gì\n", "set:\n", "set: {}\nhold: {}\nleave_out: []\n", "\ufeff"):
        if text == "set:\n":
            with pytest.raises(RuleError):
                in_file(root, text)
        else:
            assert in_file(root, text).overlaid == ()
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(RuleError) as caught:
            overlay_file(path, "none.yaml")
        assert told(caught.value)[0][0] == "file_not_found"


@pytest.mark.fuzz
@given(
    st.one_of(
        st.text(max_size=30),
        st.builds(
            "{}={}".format,
            st.sampled_from(PATHS),
            st.one_of(
                st.text(max_size=12), st.sampled_from(["{", "[1", "null", "'", "- a", "{a: {b: 1}}", "~"])
            ),
        ),
        st.just("stale_after=" + "9" * 10_000),
        st.just("x" * 10_000 + "=1"),
    )
)
def test_no_text_of_a_setting_brings_down_the_program(base: Base, text: str) -> None:
    for make in (setting, hold, leave_out, freeze):
        try:
            base.under(Overlay(None, (make(text),), "half"))
        except RuleError as error:
            assert all(issue.text("vi") for issue in error.issues)  # noqa: PT017 - either outcome is fine


Nested = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["jobs", "tinh", "an"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.text(max_size=5),
                st.sampled_from(
                    [
                        "data",
                        "targets",
                        "observations",
                        "units",
                        "parameters",
                        "allocations",
                        "half",
                        "quotas",
                        "rules",
                        "jobs",
                        "hold",
                        "title",
                        "metrics",
                        "cases",
                        "groupings",
                    ]
                ),
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


@pytest.mark.fuzz
@given(
    st.dictionaries(
        st.sampled_from(["set", "hold", "leave_out", "freeze", "allocation", "title", "over"]),
        Nested,
        max_size=3,
    )
)
def test_no_mapping_brings_down_the_program(base: Base, changes: dict[str, Any]) -> None:
    try:
        base.under(Overlay(None, (overlay_mapping(changes, "overlay"),), "half"))
    except RuleError as error:
        assert error.issues  # noqa: PT017 - either outcome is fine
