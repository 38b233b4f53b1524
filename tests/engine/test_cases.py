"""A rulebook's own cases (§14) compare half up to the decimals written in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cases import CaseResult, run_figure_case
from engine.errors import Code, RuleError
from engine.link import load_rulebook
from tests.books import write_book

BODY = """
measures: {commune: {kind: count}}
indicators:
  jobs: {measure: person, kind: flow, direction: up}
  fund: {measure: VND, show_in: billion VND, kind: flow, direction: up}
  rate: {measure: percent, kind: level, direction: down}
metrics:
  double: {for: {kind: flow}, formula: 2 * achieved}
  odds: {for: {indicator: jobs}, formula: achieved / (target - achieved)}
cases:
  one:
    as_of: 2023-05-15
    expect: {EXPECT}
"""
ROWS = (
    "jobs,top,2023-05-15,actual,1001,person,,reported\n"
    "fund,top,2023-05-15,actual,1.435,billion VND,,reported\n"
    "rate,top,2022-12-31,actual,3.2,percent,,reported\n"
)
TARGETS = (
    "jobs,top,2023,reach,16000,person,,published\nrate,top,2023,change_by,-0.52,percentage point,,published\n"
)


def run(tmp_path: Path, expect: str) -> list[CaseResult]:
    folder = write_book(tmp_path, BODY.replace("EXPECT", expect), targets=TARGETS, observations=ROWS)
    book = load_rulebook(str(folder))
    return run_figure_case(book, book.cases["one"])


# 1001 / 16000 = 6.25625%
@pytest.mark.parametrize(
    ("expect", "got", "passed"),
    [
        ("jobs.percent_of_plan: 6.26%", "6.26%", True),
        ("jobs.percent_of_plan: 6.25%", "6.26%", False),
        ("jobs.percent_of_plan: 6.3%", "6.3%", True),
        ("jobs.percent_of_plan: 6%", "6%", True),
        ("jobs.percent_of_plan: 6.2563%", "6.2563%", True),
        ("jobs.achieved: 1001", "1001", True),
        ("jobs.achieved: 1002", "1001", False),
        ("jobs.achieved: 1001 person", "1001 person", True),
        ("jobs.double: 2002", "2002", True),
        ("jobs.odds: 0.067", "0.067", True),  # 1001 / 14999 = 0.06673...
        ("fund.achieved: 1.435 billion VND", "1.435 billion VND", True),
        ("fund.achieved: 1.4 billion VND", "1.4 billion VND", True),
        ("fund.achieved: 1435 million VND", "1435 million VND", True),
        ("fund.year_on_year: unknown", "unknown", True),
        ("fund.percent_of_plan: unknown", "unknown", True),
        ("jobs.percent_of_plan: unknown", "0.0625625", False),
        ("rate.percent_of_plan: not_applicable", "not_applicable", True),
        ("rate.odds: not_applicable", "not_applicable", True),
        ("rate.target: 2.68%", "2.68%", True),
        ("rate.baseline: 3.2%", "3.2%", True),
        ("rate.status: unknown", "unknown", True),
        ("jobs.status: behind", "behind", True),
        ("jobs.status: achieved", "behind", False),
        ("jobs.achieved_on: 2023-05-15", "2023-05-15", True),
        ("rate.achieved_on: unknown", "unknown", True),
        ("jobs.year_progress: 36.99%", "36.99%", True),
    ],
)
def test_one_line(tmp_path: Path, expect: str, got: str, passed: bool) -> None:
    (result,) = run(tmp_path, expect)
    assert (result.got, result.passed) == (got, passed)


@pytest.mark.parametrize(
    ("expect", "code"),
    [
        ("jobs.percent_of_plan: 0.0626", Code.WRONG_MEASURE),  # 6% or 0.06?
        ("fund.achieved: 1.435", Code.WRONG_MEASURE),
        ("fund.achieved: 3 person", Code.WRONG_MEASURE),
        ("rate.gap: 3%", Code.WRONG_MEASURE),  # a gap between rates is in percentage points
        ("jobs.achieved: 1.001,0", Code.BAD_NUMBER),
        ("jobs.achieved: 46,31%", Code.BAD_NUMBER),
        ("jobs.achieved: 3 persn", Code.UNKNOWN_MEASURE),
        ("jobs.status: fine", Code.WRONG_MEASURE),
        ("jobs.nothing: 3", Code.UNKNOWN_METRIC),
        ("job.achieved: 3", Code.UNKNOWN_INDICATOR),
        ("jobs.achieved: true", Code.WRONG_TYPE),
    ],
)
def test_what_cant_be_compared_is_refused_at_load(tmp_path: Path, expect: str, code: Code) -> None:
    what, value = expect.split(": ")
    quoted = f"{what}: '{value}'" if "," in value else expect
    with pytest.raises(RuleError) as error:
        run(tmp_path, quoted)
    assert [issue.code for issue in error.value.issues] == [code]
    (issue,) = error.value.issues
    assert issue.place is not None
    assert issue.place.line == 18


def test_the_published_percentages_hold() -> None:
    book = load_rulebook("binh_thuan_2023")
    results = [
        result for case in book.cases.values() if not case.plan for result in run_figure_case(book, case)
    ]
    assert all(result.passed for result in results)
    percentages = [r for r in results if r.expected.endswith("%") and r.what.count("target") == 0]
    assert len(percentages) == 10


def test_standard_metrics_may_be_stated_again_as_the_design_has_them(tmp_path: Path) -> None:
    again = """
indicators: {jobs: {measure: person, kind: flow, direction: up}}
metrics:
  percent_of_plan: {label: A, for: {kind: flow}, formula: achieved / target, show_in: percent, decimals: 2}
  year_on_year: {label: B, for: {kind: flow}, formula: achieved / last_year(achieved), show_in: percent}
  gap: {label: C, formula: target - achieved}
"""
    book = load_rulebook(str(write_book(tmp_path, again)))
    assert [str(book.metrics[name].label) for name in ("percent_of_plan", "year_on_year", "gap")] == list(
        "ABC"
    )
