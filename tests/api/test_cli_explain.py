"""`chitieu explain` of quotas and whole allocations: what is said, and how it ends (DESIGN §5, §14)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api import small
from tests.api.terminal import Run, fine

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
