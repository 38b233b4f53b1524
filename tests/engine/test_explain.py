"""Explanations down to the observation and its source (§14)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.errors import Code, RuleError
from engine.explain import Explainer, Explanation, Input, explain
from engine.formula.names import GroupRef, TableRef
from engine.link import load_rulebook
from engine.reasons import Reasoner
from tests.books import write_book

RULES = Path(__file__).parents[2] / "rules"


def line_of(file: str, text: str) -> int:
    """The line, from 1, on which a file of rules/ has a text."""
    lines = (RULES / file).read_text(encoding="utf-8").splitlines()
    (found,) = [number for number, line in enumerate(lines, 1) if text in line]
    return found


def of(what: str, **options: object) -> Explanation:
    return explain(load_rulebook("binh_thuan_2023"), what, **options)  # type: ignore[arg-type]


def by_name(item: Input) -> dict[str, Input]:
    return {inner.name: inner for inner in item.inputs}


def test_percent_of_plan_names_formula_place_inputs_dates_statuses_and_source() -> None:
    top = of("jobs.percent_of_plan").top
    assert top.formula == "achieved / target"
    assert top.value == pytest.approx(0.4631, rel=1e-12)
    assert top.place is not None
    assert top.place.file == "common/metrics.yaml"
    assert top.place.line == line_of("common/metrics.yaml", "formula: achieved / target")
    inputs = by_name(top)
    assert set(inputs) == {"jobs.achieved", "jobs.target"}
    achieved, target = inputs["jobs.achieved"], inputs["jobs.target"]
    assert (achieved.value, achieved.as_of, achieved.status) == (9262, date(2023, 5, 15), "published")
    assert (target.value, target.as_of, target.status) == (20000, None, "published")
    assert achieved.source == target.source == "h1_report"
    observations = "binh_thuan_2023/data/observations.csv"
    assert achieved.place is not None
    assert achieved.place.file == observations
    assert achieved.place.line == line_of(observations, "jobs,binh_thuan,2023-05-15")
    assert target.place is not None
    assert target.place.line == line_of("binh_thuan_2023/data/targets.csv", "jobs,binh_thuan")


def test_metrics_of_metrics_are_explained_to_the_bottom() -> None:
    top = of("training.year_on_year").top
    inputs = by_name(top)
    before = inputs["last_year(training.achieved)"]
    assert (before.value, before.as_of, before.status) == (5326, date(2022, 5, 15), "published")


def test_an_unknown_metric_says_why() -> None:
    found = of("gratitude_fund.year_on_year")
    assert found.top.value is None
    assert [c.en for c in found.unknown] == ["no actual of gratitude_fund for Bình Thuận dated 2022-05-15"]


def test_a_change_stands_on_the_baseline() -> None:
    top = of("poverty_rate.target").top
    assert top.value == pytest.approx(0.0268, rel=1e-12)
    baseline, change = top.inputs
    assert (baseline.name, baseline.as_of, baseline.source) == (
        "poverty_rate.baseline",
        date(2022, 12, 31),
        "poverty_2022",
    )
    assert baseline.value == pytest.approx(0.032, rel=1e-12)
    assert change.name == "poverty_rate.change_by"
    assert change.value == pytest.approx(-0.0052, rel=1e-12)


def test_estimates_are_told_as_such() -> None:
    top = of("jobs.gap", as_of=date(2023, 6, 30), basis="estimate").top
    assert by_name(top)["jobs.achieved"].status == "estimated"


def test_a_column_of_the_gap_table_is_known_by_its_name() -> None:
    assert of("jobs.last_year").top.value == 8591


def test_sums_are_explained_by_their_parts(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        """
        attributes: {people: {measure: person}}
        parameters: {each: {value: 2, measure: person, status: assumed}}
        indicators:
          jobs: {measure: person, kind: flow, direction: up}
        metrics:
          per_head: {formula: achieved * each / people}
          of_all: {formula: share(achieved)}
          reached: {formula: count(achieved >= each)}
        """,
        units="unit,parent,level,people\ntop,,province,\na,top,district,3\nb,top,district,5\n",
        observations="jobs,a,2023-03-31,actual,10,person,,reported\njobs,b,2023-03-31,actual,6,person,,reported\n",
    )
    book = load_rulebook(str(folder))
    top = explain(book, "jobs.per_head").top
    assert top.value == 16 * 2 / 8
    inputs = by_name(top)
    assert [inner.name for inner in inputs["jobs.achieved"].inputs] == ["jobs.achieved@a", "jobs.achieved@b"]
    assert [inner.value for inner in inputs["people"].inputs] == [3, 5]
    assert (inputs["each"].value, inputs["each"].status) == (2, "assumed")
    share = explain(book, "jobs.of_all", unit="a").top
    assert share.value == 10 / 16
    assert [inner.name for inner in share.inputs] == ["jobs.achieved@a", "jobs.achieved@b"]
    assert explain(book, "jobs.reached").top.value == 2


@pytest.mark.parametrize(
    ("what", "unit", "code", "hint"),
    [
        ("job.gap", None, Code.UNKNOWN_INDICATOR, "Did you mean 'jobs'?"),
        ("jobs.percent_of_plans", None, Code.UNKNOWN_METRIC, "Did you mean 'percent_of_plan'?"),
        ("poverty_rate.percent_of_plan", None, Code.UNKNOWN_METRIC, "See the metric's key 'for'."),
        ("jobs", None, Code.UNKNOWN_METRIC, None),
        ("", None, Code.UNKNOWN_INDICATOR, None),
        ("jobs.gap", "phu_qui", Code.UNKNOWN_UNIT, "Did you mean 'phu_quy'?"),
    ],
)
def test_unknown_names(what: str, unit: str | None, code: Code, hint: str | None) -> None:
    with pytest.raises(RuleError) as error:
        of(what, unit=unit)
    (issue,) = error.value.issues
    assert issue.code == code
    if hint:
        assert str(issue.hint) == hint


# ------------------------------------------------------------------------------------ tables and groups

GROUPED = """\
groupings: {school: {table: schools.csv, attributes: {seats: {measure: million VND / person}}}}
tables:
  cap: {file: cap.csv, by: unit, measure: million VND}
  grants: {file: grants.csv, by: school, measure: person}
"""
UNITS_AT_SCHOOL = """\
unit,parent,level,school
top,,province,
a,top,district,north
b,top,district,south
"""


def test_tables_and_groups_are_traced_to_their_rows(tmp_path: Path) -> None:
    folder = write_book(tmp_path, GROUPED, units=UNITS_AT_SCHOOL)
    (folder / "schools.csv").write_text("school,seats\nsouth,\nnorth,2.5\n", encoding="utf-8")
    (folder / "cap.csv").write_text("unit,value\n\nb,3\n", encoding="utf-8")
    (folder / "grants.csv").write_text("value,school\n7,south\n", encoding="utf-8")
    rulebook = load_rulebook(str(folder))
    explainer = Explainer(Reasoner(rulebook, date(2023, 6, 30)))
    top, a, b = range(3)

    def told(symbol: GroupRef | TableRef, unit: int) -> tuple[str, float | None, str]:
        found = explainer.input(symbol, unit)
        return found.name, found.value, str(found.place)

    seats, cap, grants = (
        GroupRef("school", "seats"),
        TableRef("cap", ("unit",)),
        TableRef("grants", ("school",)),
    )
    assert told(seats, a) == ("seats@north", 2_500_000, "book/schools.csv:3:1")
    assert told(seats, b) == ("seats@south", None, "book/schools.csv:2:1")
    assert told(seats, top) == ("seats", None, "book/book.yaml:6:13")
    assert told(cap, b) == ("cap@b", 3_000_000, "book/cap.csv:3:1")
    assert told(cap, a) == ("cap@a", None, "book/book.yaml:8:3")
    assert told(grants, b) == ("grants@b", 7, "book/grants.csv:2:1")
    assert told(grants, top) == ("grants", None, "book/book.yaml:9:3")
