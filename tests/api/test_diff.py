"""``chitieu diff``: 600 jobs for two districts of 100 and 200 people, worked by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import openpyxl
import pytest

from tests.api.small import BODY, book
from tests.api.terminal import BOOK, Run, fine, refused

SCENARIOS = """
scenarios:
  half: {title: Half, allocation: rest, set: {allocations: {rest: {quotas: {jobs: {total: 300}}}}}}
  never: {title: Never, allocation: rest, set: {allocations: {rest: {quotas: {jobs: {at_most: 9}}}}}}
"""
HOLD = "hold: {a: {jobs: 260}}\n"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the rulebook, with an overlay in the working folder."""
    folder = book(tmp_path / "rules", BODY + SCENARIOS)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "more.yaml").write_text(HOLD, encoding="utf-8")
    return folder


def test_by_hand(run: Run, rules: Path) -> None:
    """200 and 400 by people; 260 held for A leaves 340 for B."""
    found = fine(run("diff", rules, "base", "more.yaml", "half", "--format", "json")).json
    assert list(found) == [
        *("rulebook", "allocation", "plans", "changed", "by_unit", "gains", "loses", "binding", "rules")
    ]
    assert (found["rulebook"], found["allocation"]) == ("book", "rest")
    a, b = found["by_unit"]
    assert (a["quota"], a["unit"], a["unknown"]) == ("jobs", "a", {})
    assert (a["values"], a["changes"], a["percents"]) == ([200, 260, 100], [0, 60, -100], [0, 0.3, -0.5])
    assert (b["values"], b["percents"]) == ([400, 340, 200], [0, -0.15, -0.5])
    assert found["gains"] == [{"plan": "more.yaml", "quota": "jobs", "unit": "a", "change": 60}]
    assert [(move["plan"], move["unit"], move["change"]) for move in found["loses"]] == [
        *(("more.yaml", "b", -60), ("half", "b", -200), ("half", "a", -100))
    ]
    assert found["changed"] == [
        {"path": "allocations.rest.hold.a.jobs", "values": [None, 260, None], "unknown": {}},
        {
            "path": "allocations.rest.quotas.jobs.total",
            "values": ["target - achieved", "target - achieved", 300],
            "unknown": {},
        },
    ]
    held = {"plan": "more.yaml", "quota": "jobs", "unit": "a", "starts": ["hold"], "stops": []}
    assert found["binding"] == [held]


def test_fairness_by_hand(run: Run, rules: Path) -> None:
    """A third of the need gets 13/30 of the quota: the Lorenz curve runs through (2/3, 17/30)."""
    found = fine(run("diff", rules, "base", "more.yaml", "--format", "json")).json
    base, more = (plan["fairness"]["jobs"] for plan in found["plans"])
    assert base == {"largest_deviation": 0, "gini": 0, "theil": 0, "unknown": {}}
    assert more["gini"] == pytest.approx(2 / 3 - 17 / 30, rel=1e-14)
    assert more["theil"] == pytest.approx(13 / 30 * math.log(1.3) + 17 / 30 * math.log(0.85), rel=1e-13)
    assert more["largest_deviation"] == 0  # B, the one that isn't held, has all that is left
    names = [(plan["name"], plan["scenario"], plan["totals"]) for plan in found["plans"]]
    assert names == [("base", None, {"jobs": 600}), ("more.yaml", None, {"jobs": 600})]
    assert [change["by"] for change in found["plans"][1]["overlaid"]] == ["more.yaml"]


def test_an_issued_plan_is_taken_as_it_is(run: Run, rules: Path) -> None:
    fine(run("plan", rules, "--hold", "a.jobs=260", "-o", "plan.json"))
    found = fine(run("diff", rules, "plan.json", "base", "--set", "jobs.total=300", "--format", "json")).json
    assert [line["values"] for line in found["by_unit"]] == [[260, 100], [340, 200]]
    assert [line["percents"][1] for line in found["by_unit"]] == [-160 / 260, -140 / 340]


def test_options_lie_over_all_that_is_made_here(run: Run, rules: Path) -> None:
    """A total of 900: 300 and 600, and with 260 held 640."""
    found = fine(
        run("diff", rules, "base", "more.yaml", "half", "--set", "jobs.total=900", "--format", "json")
    )
    assert [line["values"] for line in found.json["by_unit"]] == [[300, 260, 300], [600, 640, 600]]
    given = fine(run("diff", rules, "base", "more.yaml", "--scenario", "half", "--format", "json")).json
    assert [line["values"] for line in given["by_unit"]] == [[100, 260], [200, 40]]
    assert [plan["scenario"] for plan in given["plans"]] == ["half", "half"]


def test_csv_has_a_row_for_each_quota_unit_and_plan(run: Run, rules: Path) -> None:
    result = fine(run("diff", rules, "base", "half", "--format", "csv"))
    assert result.out.splitlines() == [
        "quota,unit,plan,value,change,percent",
        "jobs,a,base,200,0,0",
        "jobs,a,half,100,-100,-0.5",
        "jobs,b,base,400,0,0",
        "jobs,b,half,200,-200,-0.5",
    ]


def test_the_table_has_the_reader_s_number_forms(run: Run, rules: Path) -> None:
    result = fine(run("diff", rules, "base", "more.yaml", "--set", "jobs.total=9000"))
    lines = [line.split() for line in result.out.splitlines()]
    assert ["Huyện", "A", "3.000", "260", "-2.740", "-91,33%"] in lines
    assert ["Huyện", "B", "6.000", "8.740", "+2.740", "+45,67%"] in lines
    assert ["Tổng", "cộng", "9.000", "9.000", "0", "0,00%"] in lines
    assert "- Huyện B +2.740" in result.out
    english = fine(run("diff", rules, "base", "more.yaml", "--set", "jobs.total=9000", "--lang", "en")).out
    assert ["District", "A", "3,000", "260", "-2,740", "-91.33%"] in [
        line.split() for line in english.splitlines()
    ]


def test_a_workbook_has_a_sheet_for_each_quota_with_live_totals_and_changes(run: Run, rules: Path) -> None:
    fine(run("diff", rules, "base", "more.yaml", "-o", "out.xlsx"))
    book = openpyxl.load_workbook("out.xlsx")
    first, _, jobs, *others = book.sheetnames
    assert (first, jobs, others) == ("So sánh", "Việc làm (người)", [])
    page, stored = book[jobs], openpyxl.load_workbook("out.xlsx", data_only=True)[jobs]
    (top,) = (row[0].row for row in page.iter_rows() if row[0].value == "Đơn vị")
    assert [cell.value for cell in page[top + 1][:5]] == [
        *("Huyện A", 200, 260, f"=C{top + 1}-B{top + 1}", f"=D{top + 1}/B{top + 1}")
    ]
    assert [cell.value for cell in page[top + 3][:5]] == [
        *("Tổng cộng", f"=SUM(B{top + 1}:B{top + 2})", f"=SUM(C{top + 1}:C{top + 2})"),
        *(f"=C{top + 3}-B{top + 3}", f"=D{top + 3}/B{top + 3}"),
    ]
    assert [cell.value for cell in stored[top + 1][1:5]] == [200, 260, 60, 0.3]
    a, b, total = (
        [int(str(cell.value)) for cell in row[1:4]]
        for row in stored.iter_rows(min_row=top + 1, max_row=top + 3)
    )
    assert total == [x + y for x, y in zip(a, b, strict=True)]
    form = "[$-42A]"
    assert page.cell(top + 1, 4).number_format == f"{form}+#,##0;{form}-#,##0;{form}#,##0"
    assert page.cell(top + 1, 5).number_format == f"{form}+0.00%;{form}-0.00%;{form}0.00%"
    assert (page.freeze_panes, page.print_title_rows) == (f"B{top + 1}", f"${top}:${top}")


# ------------------------------------------------------------------------------------------------ odd ones


def test_a_plan_that_can_t_be_met_is_shown_as_such(run: Run, rules: Path) -> None:
    result = run("diff", rules, "base", "never", "--format", "json")
    assert (result.code, result.err.strip()) == (3, "chitieu diff: never: không có phương án")
    _, never = result.json["plans"]
    assert (never["status"], never["objective"], never["fairness"]) == ("infeasible", None, {})
    assert [line["values"] for line in result.json["by_unit"]] == [[200, None], [400, None]]
    assert result.json["by_unit"][0]["unknown"] == {"never": "never: không có phương án"}
    assert (result.json["gains"], result.json["loses"]) == ([], [])
    table = run("diff", rules, "never", "base", "--lang", "en")
    assert table.code == 3
    assert ["District", "A", "–", "200", "–", "–"] in [line.split() for line in table.out.splitlines()]
    assert "- never: infeasible" in table.out


def test_a_plan_that_was_not_found_in_time_has_no_numbers(run: Run, rules: Path) -> None:
    assert run("plan", rules, "--scenario", "never", "-o", "never.json").code == 3
    answer = json.loads(Path("never.json").read_text(encoding="utf-8"))
    Path("slow.json").write_text(json.dumps({**answer, "status": "none_found"}), encoding="utf-8")
    result = run("diff", rules, "base", "slow.json", "--lang", "en")
    assert (result.code, result.err.strip()) == (1, "chitieu diff: slow.json: none found in the time allowed")
    assert run("diff", rules, "never.json", "slow.json", "--format", "json").code == 3


def test_a_unit_left_out_is_not_called_zero(run: Run, rules: Path) -> None:
    (Path.cwd() / "out.yaml").write_text("leave_out: [a]\n", encoding="utf-8")
    found = fine(run("diff", rules, "base", "out.yaml", "--set", "jobs.at_most=null", "--lang", "en"))
    lines = [line.split() for line in found.out.splitlines()]
    assert ["District", "A", "200", "–", "-200", "-100.00%"] in lines
    assert ["District", "B", "400", "600", "+200", "+50.00%"] in lines
    assert "- District A isn't in out.yaml" in found.out


def test_a_percent_of_nothing_says_why(run: Run, rules: Path) -> None:
    (Path.cwd() / "none.yaml").write_text("hold: {a: {jobs: 0}}\n", encoding="utf-8")
    options = ("--set", "jobs.at_most=null", "--lang", "en")
    found = fine(run("diff", rules, "none.yaml", "base", *options))
    assert ["District", "A", "0", "200", "+200", "unknown"] in [
        line.split() for line in found.out.splitlines()
    ]
    assert "- none.yaml has 0 at District A: there is no percent of 0" in found.out


def test_a_total_of_nothing_is_told_by_its_label_once(run: Run, rules: Path) -> None:
    text = "set: {allocations: {rest: {quotas: {jobs: {total: 0}}}}}\n"
    (Path.cwd() / "z.yaml").write_text(text, encoding="utf-8")
    found = fine(run("diff", rules, "z.yaml", "base", "half", "--lang", "en"))
    assert found.out.count("- z.yaml has 0 at Jobs: there is no percent of 0") == 1
    assert "at jobs" not in found.out


def test_the_same_plan_twice_and_twelve(run: Run, rules: Path) -> None:
    found = fine(run("diff", rules, *["base", "half"] * 6, "--format", "json")).json
    assert [plan["name"] for plan in found["plans"]][:4] == ["base", "half", "base (2)", "half (2)"]
    assert found["by_unit"][0]["values"] == [200, 100] * 6
    assert fine(run("diff", rules, "base", "base")).out.count("0,00%") >= 3


def test_one_plan_alone_is_bad_usage(run: Run, rules: Path) -> None:
    refused(run("diff", rules, "base"), 2, "usage: chitieu diff")


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("helf", 1, "error unknown_scenario: there is no scenario 'helf'. Did you mean 'half'?"),
        ("no.yaml", 1, "no.yaml:1:1: error file_not_found"),
        ("no.json", 1, "no.json:1:1: error file_not_found"),
        ("", 1, "error unknown_scenario"),
        (
            "list.json",
            1,
            "list.json:1:1: error bad_plan: this plan can't be used: it isn't an answer of `plan`",
        ),
        ("cut.json", 1, "cut.json:1:9: error bad_plan: this plan can't be used: it is no JSON from here on"),
        ("other.json", 1, "it is a plan of the rulebook 'binh_thuan_2023', not of 'book'"),
        ("typo.yaml", 1, "typo.yaml:1:13: error unknown_unit"),
    ],
)
def test_what_is_no_plan_is_refused(run: Run, rules: Path, name: str, code: int, words: str) -> None:
    Path("list.json").write_text("[]", encoding="utf-8")
    Path("cut.json").write_text('{"a": 1,', encoding="utf-8")
    Path("typo.yaml").write_text("leave_out: [aa]\n", encoding="utf-8")
    if name == "other.json":
        fine(run("plan", BOOK, "-o", name))
    refused(run("diff", rules, "base", name, "--lang", "en"), code, words)


def test_a_scenario_beside_a_scenario_is_refused(run: Run, rules: Path) -> None:
    refused(run("diff", rules, "base", "half", "--scenario", "never", "--lang", "en"), 2, "don't go together")


def test_a_scenario_called_base_is_refused(run: Run, tmp_path: Path) -> None:
    folder = book(tmp_path / "rules", BODY + "scenarios:\n  base: {title: B, allocation: rest}\n")
    refused(run("diff", folder, "base", "base", "--lang", "en"), 1, "rename the scenario 'base'")


def test_plans_of_two_allocations_are_refused(run: Run, tmp_path: Path) -> None:
    rest = BODY[BODY.index("  rest:") : BODY.index("cases:")]
    two = BODY.replace("cases:", rest.replace("rest:", "more:", 1) + "cases:")
    folder = book(tmp_path / "rules", two)
    for allocation in ("rest", "more"):
        file = tmp_path / f"{allocation}.json"
        fine(run("plan", folder, "--allocation", allocation, "-o", file))
    rest_file, more_file = tmp_path / "rest.json", tmp_path / "more.json"
    refused(run("diff", folder, rest_file, more_file, "--lang", "en"), 1, "a plan of the allocation 'more'")
    refused(run("diff", folder, "base", "base"), 1, "unknown_allocation")
    found = fine(run("diff", folder, "base", more_file, "--format", "json")).json
    assert found["allocation"] == "more"


def test_every_unit_of_the_real_rulebook(run: Run, tmp_path: Path) -> None:
    """5,500 in place of 6,000 trained: nobody gains, and together the districts lose the 500."""
    overlay = tmp_path / "less.yaml"
    overlay.write_text(
        "set: {allocations: {second_half: {quotas: {training: {total: 5500}}}}}\n", encoding="utf-8"
    )
    found = json.loads(fine(run("diff", BOOK, "base", overlay, "--format", "json")).out)
    assert found["gains"] == []
    assert {move["quota"] for move in found["loses"]} == {"training"}
    assert sum(move["change"] for move in found["loses"]) == -500
    table = fine(run("diff", BOOK, "base", "less_capital")).out
    assert ["parameters.loan_capital.value", "125", "tỷ", "đồng", "100", "tỷ", "đồng"] in [
        line.split() for line in table.splitlines()
    ]
    assert "- less_capital: Vốn vay giải quyết việc làm còn 100 tỷ đồng, cho 2.000 người vay" in table
    sizes = [-move["change"] for move in found["loses"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == 10


def test_a_plan_that_cannot_be_met_says_why(run: Run, tmp_path: Path) -> None:
    folder = book(tmp_path)
    words = ("diff", folder, "base", "low.yaml", "--lang", "en")
    low = tmp_path / "low.yaml"
    low.write_text("set: {allocations: {rest: {quotas: {jobs: {at_most: 0.5 * fair}}}}}\n", encoding="utf-8")
    why = "Jobs: the ceilings of the 2 units add up to 300, below the 600 to be placed"
    command = (*words[:3], low, *words[4:])
    found = run(*command, "--format", "json")
    assert found.code == 3
    assert [plan["conflicts"] for plan in found.json["plans"]] == [[], [why]]
    assert f"low.yaml: {why}" in run(*command).out
    assert f"low.yaml: {why}\n" in run(*command, "--format", "csv").err
