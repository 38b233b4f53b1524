"""Bounds and rules that `only` and `except` leave no place at all are told (§3, §10)."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from engine.errors import Code, Issue, RuleError, Severity
from engine.link import load_rulebook
from engine.rulebook import Filter
from tests.books import write_book

UNITS = """\
unit,parent,level,school,valid_to
top,,province,east,
a,top,district,north,
b,top,district,south,
c,top,district,,
d,top,district,north,2023-06-30
"""
BOOK = """
groupings: {{school: {{}}}}
indicators: {{jobs: {{measure: person, kind: flow, direction: up}}}}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    every: quarter
    among: district
    starting_point: {{as_of: 2023-06-30}}
    quotas: {{jobs: {{total: 100, need: 1{quota}}}}}
    {more}
"""


def issues(root: Path, quota: str = "", more: str = "") -> list[Issue]:
    folder = write_book(root, BOOK.format(quota=quota, more=more), units=UNITS)
    try:
        return list(load_rulebook(str(folder)).warnings)
    except RuleError as error:
        return list(error.issues)


def rule(root: Path, filters: str, over: str = "unit") -> list[Issue]:
    part = {"unit": "by_unit(jobs)", "school": "by_group(by_unit(jobs))", "period": "by_period(jobs)"}
    return issues(root, more=f"rules: {{r: {{for: {over}, require: {part[over]} <= 9, {filters}}}}}")


@pytest.mark.parametrize(
    ("filters", "over", "why"),
    [
        ("only: {level: province}", "unit", "quotas go to units of level 'district' (among), not of level"),
        ("only: {school: east}", "unit", "no unit of level 'district' has the school east"),
        ("only: {school: east}", "school", "no unit of level 'district' has the school east"),
        ("only: {unit: a, school: south}", "unit", "no place fits all keys of only (unit, school) together"),
        ("except: {level: district}", "unit", "except drops every place"),
        ("except: {period: [2023-Q3, 2023-Q4]}", "period", "except drops every place"),
        ("only: {unit: a}, except: {school: north}", "unit", "except drops every place that only keeps"),
    ],
)
def test_a_rule_that_applies_nowhere_is_refused(tmp_path: Path, filters: str, over: str, why: str) -> None:
    [issue] = rule(tmp_path, filters, over)
    assert (issue.code, issue.severity) == (Code.APPLIES_NOWHERE, Severity.ERROR)
    assert issue.message.en.startswith(f"r applies nowhere: {why}")
    assert "r không áp dụng ở đâu cả: " in issue.message.vi
    assert issue.hint is not None


@pytest.mark.parametrize(
    ("filters", "more", "units"),
    [
        ("only: {unit: d}", "", "d"),  # gone on the first day
        ("only: {unit: [b, d]}", "leave_out: b", "b, d"),
        ("only: {school: south}", "leave_out: b", "b"),
    ],
)
def test_a_ceiling_of_units_that_are_not_in_the_plan_is_warned_of(
    tmp_path: Path, filters: str, more: str, units: str
) -> None:
    [issue] = issues(tmp_path, f", at_most: {{is: 9, {filters}}}", more)
    assert (issue.code, issue.severity) == (Code.APPLIES_NOWHERE, Severity.WARNING)
    assert f"jobs.at_most applies nowhere: none of its units is in the plan ({units})" in issue.message.en


def test_schools_that_no_receiving_unit_has_are_warned_of(tmp_path: Path) -> None:
    units = UNITS.replace("north", "").replace("south", "")
    body = BOOK.format(quota="", more="rules: {r: {for: school, require: by_group(by_unit(jobs)) <= 9}}")
    folder = write_book(tmp_path, body, units=units)
    [warning] = load_rulebook(str(folder)).warnings
    assert warning.code is Code.APPLIES_NOWHERE
    assert warning.message.en == "r applies nowhere: no unit of level 'district' belongs to a 'school'"


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (
            "only: {}",
            "Write where it applies, such as only: {unit: [a]}; leave only out where that is everywhere.",
        ),
        ("only: {unit: []}", "Write where it applies, such as only: {unit: [a]}; leave only out where"),
        ("except: {}", "Write where it doesn't apply, such as except: {unit: [a]}; else leave except out."),
        ("except: {school: []}", "Write where it doesn't apply"),
    ],
)
def test_nothing_under_a_filter_is_refused(tmp_path: Path, filters: str, said: str) -> None:
    [issue] = rule(tmp_path, filters)
    assert issue.code is Code.MISSING_KEY
    assert issue.hint is not None
    assert issue.hint.en.startswith(said)


KEYS = ("unit: a", "unit: [a, c]", "school: north", "school: south", "level: district", "period: 2023-Q3")
HALVES = ["", *KEYS, "unit: b, period: 2023-Q3", "school: north, period: 2023-Q4"]
PLACES = [
    {"unit": unit, "level": "district", "period": period} | ({"school": school} if school else {})
    for unit, school in (("a", "north"), ("b", "south"), ("c", ""), ("d", "north"))
    for period in ("2023-Q3", "2023-Q4")
]


def named(half: str) -> dict[str, frozenset[str]]:
    """The keys and names of one half of a filter, read here by hand."""
    found: dict[str, set[str]] = {}
    key = ""
    for word in half.replace("[", "").replace("]", "").replace(",", "").split():
        key = word[:-1] if word.endswith(":") else key
        found.setdefault(key, set())
        if not word.endswith(":"):
            found[key].add(word)
    return {key: frozenset(names) for key, names in found.items()}


@pytest.mark.parametrize(("only", "but"), [*itertools.product(HALVES, HALVES)])
def test_nowhere_is_where_no_place_is_kept(tmp_path: Path, only: str, but: str) -> None:
    filters = ", ".join([*([f"only: {{{only}}}"] if only else []), *([f"except: {{{but}}}"] if but else [])])
    more = f"rules: {{r: {{for: [unit, period], require: jobs <= 9{', ' if filters else ''}{filters}}}}}"
    kept = [place for place in PLACES if Filter(named(only), named(but)).keeps(place)]
    planned = [place for place in kept if place["unit"] != "d"]
    expected = [] if planned else [Severity.WARNING if kept else Severity.ERROR]
    assert [issue.severity for issue in issues(tmp_path, more=more)] == expected
