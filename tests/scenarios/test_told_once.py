"""What is unknown or faulty in an allocation is told once, in words that name what is wrong (§3, §10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Code, RuleError
from engine.link import load_rulebook
from scenarios.plan import Plan, make_plan
from tests.books import write_book

UNITS = """\
unit,parent,level,name_vi,name_en,school,need
top,,province,Tỉnh,Province,,
a,top,district,Huyện A,District A,north,100
b,top,district,Huyện B,District B,south,200
"""
BOOK = """\
attributes: {{need: {{measure: person}}}}
groupings: {{school: {{}}}}
indicators: {{jobs: {{measure: person, kind: flow, direction: up}}}}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-09-30
    among: district
    starting_point: {{as_of: 2023-06-30}}
    quotas: {{jobs: {{total: {total}, need: {need}{quota}}}}}
    {more}
"""


def planned(root: Path, quota: str = "", more: str = "", total: str = "60", need: str = "need") -> Plan:
    text = BOOK.format(quota=quota, more=more, total=total, need=need)
    return make_plan(load_rulebook(str(write_book(root, text, units=UNITS))))


def told(root: Path, quota: str = "", more: str = "") -> list[tuple[str, str, str]]:
    """Code, Vietnamese and English words of each issue."""
    with pytest.raises(RuleError) as caught:
        planned(root, quota, more)
    return [(issue.code.value, issue.message.vi, issue.message.en) for issue in caught.value.issues]


def test_a_rule_that_is_unknown_in_every_month_is_told_once_a_unit(tmp_path: Path) -> None:
    more = "rules: {r: {for: [unit, period], require: jobs <= jobs.achieved}}"
    assert [en for _, _, en in told(tmp_path, more=more)] == [
        "rule 'r' is unknown at District A: no actual of jobs for District A up to 2023-06-30",
        "rule 'r' is unknown at District B: no actual of jobs for District B up to 2023-06-30",
    ]


def test_a_rule_that_is_unknown_in_some_months_names_them(tmp_path: Path) -> None:
    rule = "require: jobs <= (5 if month > 7 else jobs.achieved)"
    more = f"rules: {{r: {{for: [unit, period], only: {{unit: a}}, {rule}}}}}"
    folder = write_book(
        tmp_path,
        BOOK.format(quota="", more=more, total="60", need="need")
        + "tables: {month: {file: month.csv, by: period}}\n",
        units=UNITS,
    )
    (folder / "month.csv").write_text("period,value\n2023-07,7\n2023-08,6\n2023-09,9\n")
    with pytest.raises(RuleError) as caught:
        make_plan(load_rulebook(str(folder)))
    [issue] = caught.value.issues
    said = "rule 'r' is unknown at District A: no actual of jobs for District A up to 2023-06-30"
    assert issue.message.en == f"{said} (2023-07, 2023-08)"


def test_a_ceiling_that_is_unknown_in_every_month_is_told_once_a_unit(tmp_path: Path) -> None:
    codes = [code for code, _, _ in told(tmp_path, ", per_period: {at_most: jobs.achieved}")]
    assert codes == ["unknown_bound", "unknown_bound"]


@pytest.mark.parametrize(
    ("formula", "vi", "en"),
    [
        ("need / 0", "chia cho 0", "division by zero"),
        ("need / (1 - 1)", "chia cho 0: 1 - 1 bằng 0", "division by zero: 1 - 1 is 0"),
    ],
)
def test_a_division_by_zero_is_not_told_as_zero_is_zero(
    tmp_path: Path, formula: str, vi: str, en: str
) -> None:
    rule = f"rules: {{r: {{for: unit, only: {{unit: a}}, require: by_unit(jobs) <= {formula}}}}}"
    assert told(tmp_path / "rule", more=rule) == [
        (
            "unknown_rule",
            f"ràng buộc 'r' chưa xác định ở Huyện A: {vi}",
            f"rule 'r' is unknown at District A: {en}",
        )
    ]
    bound = told(tmp_path / "bound", f", at_most: {{is: {formula}, only: {{unit: a}}}}")
    assert bound == [
        (
            "unknown_bound",
            f"jobs: at_most của Huyện A chưa xác định: {vi}",
            f"jobs: at_most of District A is unknown: {en}",
        )
    ]


def test_units_that_are_all_left_out(tmp_path: Path) -> None:
    [(code, vi, en)] = told(tmp_path, more="leave_out: [a, b]")
    assert code == "no_units"
    assert vi == "mọi đơn vị cấp 'district' dưới Tỉnh đều nằm trong leave_out"
    assert en == "every unit of level 'district' below Province is in leave_out"


@pytest.mark.parametrize(
    ("quota", "more", "wanted"),
    [
        ("", "hold: {a: {jobs: [1]}}", "expected a number, a formula or {period: number}, found a list"),
        (
            "",
            "hold: {a: {jobs: true}}",
            "expected a number, a formula or {period: number}, found true or false",
        ),
        ("", "hold: {a: {jobs: {2023-07: [1]}}}", "expected a number or a formula, found a list"),
        (", cost: {a: 1}", "", "expected a number or a formula, found keys and values"),
        (", at_most: [1]", "", "expected a number, a formula or {is: formula, …}, found a list"),
        ("", "leave_out: {a: 1}", "expected a name or a list of names, found keys and values"),
        ("", "leave_out: [1]", "expected a name, found the number 1"),
    ],
)
def test_a_value_of_another_type_says_what_is_wanted(
    tmp_path: Path, quota: str, more: str, wanted: str
) -> None:
    [(code, vi, en)] = told(tmp_path, quota, more)
    assert (code, en) == ("wrong_type", wanted)
    assert "văn bản" not in vi


@pytest.mark.parametrize("more", ["hold: {tp: {jobs: 5}}", "leave_out: tp"])
def test_hints_name_only_units_that_receive_quotas(tmp_path: Path, more: str) -> None:
    with pytest.raises(RuleError) as caught:
        planned(tmp_path, more=more)
    [issue] = caught.value.issues
    assert issue.code is Code.UNKNOWN_UNIT
    assert issue.hint is not None
    assert issue.hint.en == "Known here: a, b."


def test_a_count_with_a_point_reads_as_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        planned(tmp_path, ", at_most: 12.5")
    [issue] = caught.value.issues
    assert "?." not in issue.text("vi") + issue.text("en")
    assert "unclear whether thousands or a fraction. Write a whole number" in issue.text("en")


def test_attributes_of_a_grouping_without_a_table_are_not_unknown_as_well(tmp_path: Path) -> None:
    rule = "rules: {r: {for: school, require: by_group(by_unit(jobs)) <= seats}}"
    body = BOOK.format(quota="", more=rule, total="60", need="need")
    body = body.replace("{school: {}}", "{school: {attributes: {seats: {measure: person}}}}")
    with pytest.raises(RuleError) as caught:
        load_rulebook(str(write_book(tmp_path, body, units=UNITS)))
    assert [(issue.code, issue.message.en) for issue in caught.value.issues] == [
        (Code.MISSING_KEY, "key 'table' is missing")
    ]


@pytest.mark.parametrize(
    ("total", "hint"), [("0", "The total is 0: there is nothing to share out."), ("6", "")]
)
def test_needs_that_are_all_zero_are_refused_and_say_how_to_go_on(
    tmp_path: Path, total: str, hint: str
) -> None:
    with pytest.raises(RuleError) as caught:
        planned(tmp_path, total=total, need="0")
    [issue] = caught.value.issues
    assert issue.code is Code.ZERO_NEEDS
    assert (issue.hint.en if issue.hint else "").startswith(hint)
    assert bool(issue.hint) is bool(hint)
    # nothing for those who need something is a plan
    assert [share.value for share in planned(tmp_path / "met", total="0").shares] == [0, 0]
