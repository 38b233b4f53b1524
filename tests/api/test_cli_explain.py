"""`chitieu explain` of quotas and whole allocations: what is said, and how it ends (DESIGN §5, §14)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api import small
from tests.api.terminal import Run, fine
from tests.books import write_book

SAID = "Việc làm: mức trần của 2 đơn vị cộng lại là 300, thấp hơn tổng 600 phải giao"
"""Ceilings of half the fair shares of 200 and 400."""


def test_an_allocation_that_cannot_be_met_ends_like_its_plan(run: Run, tmp_path: Path) -> None:
    folder = small.impossible(tmp_path)
    assert run("plan", folder).code == 3
    found = run("explain", folder, "rest")
    assert (found.code, found.err) == (3, "")
    assert found.out.startswith("Giao nốt (không có phương án)\n")
    assert SAID in found.out
    assert "Nếu bỏ từng ràng buộc" not in found.out
    found = run("explain", folder, "rest", "--format", "json")
    assert (found.code, found.err) == (3, "")
    assert found.json["unknown"] == [SAID]
    assert found.json["without"] == []


@pytest.mark.parametrize("options", [("--format", "csv"), ("-o", "a.xlsx"), ("-o", "a.json")])
def test_where_the_answer_does_not_show_it_standard_error_does(
    run: Run, tmp_path: Path, options: tuple[str, str]
) -> None:
    folder = small.impossible(tmp_path)
    options = (options[0], str(tmp_path / options[1]) if options[0] == "-o" else options[1])
    found = run("explain", folder, "rest", *options)
    assert (found.code, found.err) == (3, f"chitieu explain: {SAID}\n")


def test_a_quota_without_a_plan_is_unknown_and_its_total_known(run: Run, tmp_path: Path) -> None:
    folder = small.impossible(tmp_path)
    found = run("explain", folder, "rest.jobs", "--unit", "a", "--format", "json")
    assert (found.code, found.err) == (3, "")
    assert (found.json["value"], found.json["unknown"]) == (None, [SAID])
    found = run("explain", folder, "rest.jobs", "--format", "json")
    assert (found.code, found.err) == (3, f"chitieu explain: {SAID}\n")
    assert (found.json["value"], found.json["unknown"]) == (600, [])


def test_a_plan_without_rules_has_nothing_to_leave_out(run: Run, tmp_path: Path) -> None:
    folder = small.book(tmp_path, small.BODY.replace(", at_most: 2 * fair", ""))
    assert fine(run("explain", folder, "rest", "--lang", "en")).out == (
        "Without each rule: the plan made anew without it\n\n\n"
        "The plan has no rules, bounds, multiples or holds.\n"
    )


def test_a_rule_without_any_place_says_so_in_the_table(run: Run, tmp_path: Path) -> None:
    label = "label: {vi: Không đâu, en: No place}"
    rule = f"    rules: {{r: {{{label}, for: school, require: by_group(by_unit(jobs)) <= 9}}}}"
    body = small.BODY.replace("cases:", f"{rule}\ncases:") + "groupings: {school: {}}\n"
    units = (
        "\n".join(f"{row}," for row in small.UNITS.splitlines()).replace("people,", "people,school") + "\n"
    )
    folder = small.book(tmp_path, body, units)
    assert "- Không đâu: không áp dụng ở đâu trong kế hoạch này\n" in fine(run("plan", folder)).out


# three districts with needs of 100, 200 and 300 for 60 jobs, one of them held at 12: 48 are left for 500
HELD = """\
attributes: {people: {measure: person}}
indicators: {jobs: {label: {vi: Việc làm, en: Jobs}, measure: person, kind: flow, direction: up}}
allocations:
  rest:
    from: 2023-07-01
    to: 2023-12-31
    every: quarter
    among: district
    starting_point: {as_of: 2023-06-30}
    quotas: {jobs: {total: 60, need: people, multiple_of: 5, at_most: 1.3 * fair}}
    hold: {a: {jobs: 12}}
    rules:
      few: {label: {vi: Ít thôi, en: Not many}, for: unit, only: {unit: c}, require: by_unit(jobs) <= 28}
"""
DISTRICTS = (
    "unit,parent,level,people\ntop,,province,\na,top,district,100\nb,top,district,200\nc,top,district,300\n"
)


def inputs(run: Run, folder: Path, unit: str) -> dict[str, dict[str, Any]]:
    answer = fine(run("explain", folder, "rest.jobs", "--unit", unit, "--format", "json")).json
    return {item["name"].removeprefix("rest.jobs."): item for item in answer["inputs"]}


def test_beside_a_hold_the_fair_share_is_of_what_it_leaves(run: Run, tmp_path: Path) -> None:
    found = inputs(run, write_book(tmp_path, HELD, units=DISTRICTS), "b")
    fair = found["fair@b"]
    assert fair["formula"] == "(total - holds) * need / needs"
    assert [(item["name"], item["value"]) for item in fair["inputs"]] == [
        ("rest.jobs.holds", 12),
        ("rest.jobs.needs", 500),
    ]
    assert fair["value"] == pytest.approx((60 - 12) * 200 / 500)
    assert found["at_most@b"]["value"] == pytest.approx(1.3 * 19.2)
    assert "hold@b" not in found


def test_a_held_unit_has_no_fair_share_and_says_what_it_is_held_at(run: Run, tmp_path: Path) -> None:
    folder = write_book(tmp_path, HELD, units=DISTRICTS)
    found = inputs(run, folder, "a")
    assert (found["hold@a"]["value"], found["hold@a"]["formula"]) == (12, "12")
    assert "fair@a" not in found
    table = fine(run("explain", folder, "rest.jobs", "--unit", "a")).out
    assert "chưa rõ" not in table
    assert table.endswith("Bị giới hạn bởi:\n- giữ cố định: 12\n")


def test_a_unit_whose_every_period_is_held_is_held_at_their_sum(run: Run, tmp_path: Path) -> None:
    body = HELD.replace("{jobs: 12}", "{jobs: {2023-Q3: 5, 2023-Q4: 7}}")
    hold = inputs(run, write_book(tmp_path, body, units=DISTRICTS), "a")["hold@a"]
    assert hold["value"] == 12
    assert [(item["name"], item["value"]) for item in hold["inputs"]] == [
        ("rest.jobs.hold@a/2023-Q3", 5),
        ("rest.jobs.hold@a/2023-Q4", 7),
    ]


def test_a_unit_with_one_month_held_is_free_and_names_the_month(run: Run, tmp_path: Path) -> None:
    body = HELD.replace("{jobs: 12}", "{jobs: {2023-Q3: 5}}").replace("multiple_of: 5, ", "")
    found = inputs(run, write_book(tmp_path, body, units=DISTRICTS), "a")
    assert found["hold@a/2023-Q3"]["value"] == 5
    assert (found["fair@a"]["formula"], found["fair@a"]["value"]) == ("total * need / needs", 10)


def test_what_binds_a_unit_is_named(run: Run, tmp_path: Path) -> None:
    # 48 in fives and one odd number: b 20 and c 28; five more would pass b's ceiling of 24.96, one more not
    folder = write_book(tmp_path, HELD, units=DISTRICTS)
    table = fine(run("explain", folder, "rest.jobs", "--unit", "b")).out
    assert table.endswith("Bị giới hạn bởi:\n- trần: 24,96\n- bội số: 5\n")
    table = fine(run("explain", folder, "rest.jobs", "--unit", "c", "--lang", "en")).out
    assert table.endswith("Bound by:\n- Not many\n")


def test_a_ceiling_that_is_a_multiple_binds_by_itself(run: Run, tmp_path: Path) -> None:
    body = HELD.replace("at_most: 1.3 * fair", "at_most: {is: 20, only: {unit: b}}")
    table = fine(run("explain", write_book(tmp_path, body, units=DISTRICTS), "rest.jobs", "--unit", "b")).out
    assert table.endswith("Bị giới hạn bởi:\n- trần: 20\n")


def test_a_unit_that_is_left_out_is_said_to_be(run: Run, tmp_path: Path) -> None:
    folder = small.book(tmp_path)
    words = ("explain", folder, "rest.jobs", "--unit", "b", "--lang", "en")
    found = run(*words, "--leave-out", "b", "--set", "jobs.at_most=null")
    assert (found.code, found.out) == (1, "")
    assert "District B is left out of the plan" in found.err
    assert "no unit" not in found.err


def test_a_case_of_a_plan_that_cannot_be_met_has_its_cause(run: Run, tmp_path: Path) -> None:
    body = small.BODY.replace("2 * fair", "0.5 * fair") + "  half: {plan: rest, expect: {jobs: 600}}\n"
    folder = small.book(tmp_path, body)
    cases = {case["name"]: case for case in run("test", folder, "--format", "json").json["cases"]}
    assert cases["met"]["unknown"] == []
    assert (cases["half"]["got"], cases["half"]["unknown"]) == ("unknown", [SAID])
    assert f"- half: {SAID}" in run("test", folder).out


def test_a_short_path_of_a_rule_finds_the_whole_one(run: Run, tmp_path: Path) -> None:
    folder = small.book(
        tmp_path, small.BODY.replace("cases:", "    rules: {cap: {require: total(jobs) <= 900}}\ncases:")
    )
    for asked in ("rules.cap=null", "rules.cpa=null"):
        found = run("plan", folder, "--set", asked, "--lang", "en")
        assert found.code == 1
        assert "allocations.rest.rules.cap" in found.err
    fine(run("plan", folder, "--set", "allocations.rest.rules.cap=null"))
