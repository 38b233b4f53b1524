"""The command line's verbs, options and exit codes (DESIGN §5), called in this process."""

from __future__ import annotations

import dataclasses
import sys
import types
from pathlib import Path

import openpyxl
import pytest

from api import services
from tests.api import small
from tests.api.terminal import BOOK, JUNE, Run, fine, refused

# ------------------------------------------------------------------------------------------ gap


def test_the_table_of_15_may_has_the_published_percentages(run: Run) -> None:
    table = fine(run("gap", BOOK)).out
    for shown in ("46,31%", "107,81%", "23,11%", "43,39%", "23,92%", "73,49%", "15/5/2023", "20.000"):
        assert shown in table
    assert "chưa có số thực hiện 'Quỹ Đền ơn đáp nghĩa' của Bình Thuận ngày 15/5/2022" in table
    assert "- Cho vay vốn giải quyết việc làm  " in table


def test_the_table_of_30_june_has_the_published_percentages(run: Run) -> None:
    table = fine(run("gap", BOOK, *JUNE)).out
    for shown in ("57,71%", "40,00%", "70,00%", "75,00%", "(ước) 11.542"):
        assert shown in table
    assert "gấp 5,65 lần đến nay" in table
    assert "chỉ bằng 0,06 lần đến nay" in table


def test_the_table_in_english(run: Run) -> None:
    table = fine(run("gap", BOOK, "--lang", "en")).out
    for shown in ("46.31%", "107.81%", "20,000", "15 May 2023", "Jobs created", "On track"):
        assert shown in table
    assert "no actual of loans for Bình Thuận up to 2023-05-15" in table


def test_a_date_in_time_gives_the_default(run: Run) -> None:
    assert run("gap", BOOK).out == run("gap", BOOK, "--as-of", "2023-05-15", "--basis", "actual").out


def test_one_indicator_one_unit_one_level(run: Run) -> None:
    rows = fine(run("gap", BOOK, "--indicator", "training", "--format", "json")).json["rows"]
    assert [(row["indicator"], row["unit"]) for row in rows] == [("training", "binh_thuan")]
    rows = fine(run("gap", BOOK, "--unit", "phu_quy", "--format", "json")).json["rows"]
    assert {row["unit"] for row in rows} == {"phu_quy"}
    assert len(rows) == 7
    rows = fine(run("gap", BOOK, "--level", "district", "--indicator", "jobs", "--format", "json")).json[
        "rows"
    ]
    assert len({row["unit"] for row in rows}) == len(rows) == 10


def test_gap_csv_has_a_row_for_each_indicator(run: Run) -> None:
    rows = fine(run("gap", BOOK, "--format", "csv")).csv
    jobs, loans = rows[0], rows[1]
    assert (jobs["indicator"], jobs["achieved"], jobs["percent_of_plan"]) == ("jobs", "9262", "0.4631")
    assert (jobs["achieved_on"], jobs["unknown"]) == ("2023-05-15", "")
    assert (loans["achieved"], loans["percent_of_plan"]) == ("", "")
    assert loans["unknown"].startswith("chưa có số thực hiện")
    assert rows[3]["not_applicable"].split("; ")[0] == "percent_of_plan"


def test_gap_csv_without_rows_still_has_its_header(run: Run) -> None:
    text = fine(run("gap", BOOK, "--level", "district", "--as-of", "2030-01-01", "--format", "csv")).out
    assert text.startswith("indicator,unit,target,")
    assert text.count("\n") == 1


# ----------------------------------------------------------------------------------------- plan


def test_plan_table_has_units_quotas_and_totals(run: Run) -> None:
    table = fine(run("plan", BOOK)).out
    assert table.startswith("Giao chỉ tiêu 6 tháng cuối năm 2023 (tối ưu)")
    total = next(line for line in table.splitlines() if line.startswith("Tổng cộng"))
    assert total.split() == ["Tổng", "cộng", "8.458", "6.000", "2.500"]
    assert "7/2023" not in table
    assert "average_loan = 50 triệu đồng/người là giả định" in table


def test_periods_are_shown_on_request(run: Run) -> None:
    assert fine(run("plan", BOOK, "--periods", "--allocation", "second_half")).out.count("12/2023") == 3


def test_plan_csv_lists_every_cell(run: Run) -> None:
    rows = fine(run("plan", BOOK, "--format", "csv", "--time-limit", "60")).csv
    assert list(rows[0]) == ["quota", "unit", "period", "value"]
    assert len(rows) == 3 * 10 * 6
    totals = {"jobs": 0, "training": 0, "loans": 0}
    for row in rows:
        totals[row["quota"]] += int(row["value"])
    assert totals == {"jobs": 8_458, "training": 6_000, "loans": 2_500}


def test_an_infeasible_plan_says_why_and_exits_3(run: Run, tmp_path: Path) -> None:
    folder = small.impossible(tmp_path)
    reason = "trần của 2 đơn vị cộng lại là 300, thấp hơn tổng 600 phải giao"
    shown = run("plan", folder)
    assert (shown.code, shown.err) == (3, "")
    assert reason in shown.out
    answer = run("plan", folder, "--format", "json")
    assert (answer.code, answer.err) == (3, "")
    assert answer.json["status"] == "infeasible"
    members = answer.json["conflicts"][0]["members"]
    assert set(members) == {"jobs.at_most.a", "jobs.at_most.b", "jobs.total"}
    assert reason in answer.json["conflicts"][0]["words"]
    assert answer.json["cells"] == answer.json["by_unit"] == []
    cells = run("plan", folder, "--format", "csv", "--lang", "en")
    assert (cells.code, cells.out) == (3, "quota,unit,period,value\n")
    assert "the ceilings of the 2 units add up to 300, below the 600 to be placed" in cells.err
    book = run("plan", folder, "-o", tmp_path / "plan.xlsx")
    assert (book.code, book.out) == (3, "")
    assert reason in book.err
    assert reason in openpyxl.load_workbook(tmp_path / "plan.xlsx")["Không có phương án"]["A4"].value


def test_no_plan_in_time_is_no_success(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = services.plan(services.load(BOOK))
    none = dataclasses.replace(plan, status="none_found", objective=None, shares=(), cells=(), rules=())
    monkeypatch.setattr(services, "plan", lambda *_: none)
    result = run("plan", BOOK, "--format", "csv", "--time-limit", "0.001")
    assert (result.code, result.out) == (1, "quota,unit,period,value\n")
    assert result.err == "chitieu plan: chưa tìm được trong thời gian cho phép\n"


# --------------------------------------------------------------------------- explain, check, test


def test_explain_shows_formula_inputs_and_places(run: Run) -> None:
    table = fine(run("explain", BOOK, "gratitude_fund.percent_of_plan")).out
    assert "gratitude_fund.percent_of_plan = achieved / target" in table
    for shown in ("23,92%", "1,435", "binh_thuan_2023/data/observations.csv:9", "common/metrics.yaml:6"):
        assert shown in table


def test_explain_at_a_date_basis_and_unit(run: Run) -> None:
    answer = fine(run("explain", BOOK, "training.percent_of_plan", *JUNE, "--format", "json")).json
    assert answer["value"] == 0.4
    assert [item["as_of"] for item in answer["inputs"]] == ["2023-06-30", None]
    answer = fine(run("explain", BOOK, "jobs.percent_of_plan", "--unit", "la_gi", "--format", "json")).json
    assert (answer["value"], answer["unit"]) == (None, "la_gi")
    assert answer["unknown"]
    rows = fine(run("explain", BOOK, "jobs.year_on_year", "--format", "csv")).csv
    assert [(row["depth"], row["name"], row["value"]) for row in rows] == [
        ("0", "jobs.year_on_year", "1.0781049935979514"),
        ("1", "jobs.achieved", "9262"),
        ("1", "last_year(jobs.achieved)", "8591"),
    ]


def test_explain_a_quota_has_a_waterfall(run: Run) -> None:
    table = fine(run("explain", BOOK, "second_half.jobs", "--unit", "phan_thiet")).out
    assert "Phần công bằng: 1.558,109054" in table
    assert "Làm tròn số nguyên: -0,109054" in table


@pytest.mark.parametrize("option", [("--as-of", "2023-05-15"), ("--basis", "actual")])
def test_a_plans_own_date_is_not_to_be_overruled(run: Run, option: tuple[str, str]) -> None:
    refused(run("explain", BOOK, "second_half.jobs", *option), 1, "wrong_place", "điểm xuất phát")


def test_check_tells_warnings_and_exits_0(run: Run) -> None:
    lines = fine(run("check", BOOK)).out.splitlines()
    assert len(lines) == 3
    assert all(": cảnh báo " in line for line in lines)
    rows = fine(run("check", BOOK, "--format", "csv")).csv
    assert list(rows[0]) == ["code", "severity", "file", "line", "column", "message", "hint"]
    assert [row["code"] for row in rows] == ["implausible_estimate", "implausible_estimate", "check_unknown"]


def test_check_tells_all_errors_and_exits_1(run: Run, tmp_path: Path) -> None:
    body = small.BODY.replace("2 * fair", "2 * fare").replace(
        "measure: person, status", "measure: persn, status"
    )
    folder = small.book(tmp_path, body)
    result = run("check", folder)
    assert (result.code, result.err) == (1, "")
    assert "book/book.yaml:" in result.out
    assert "'fare'" in result.out
    assert "'persn'" in result.out
    issues = run("check", folder, "--format", "json", "--lang", "en").json["issues"]
    assert {issue["severity"] for issue in issues} == {"error"}
    assert all(issue["line"] > 0 and issue["column"] > 0 for issue in issues)
    refused(run("gap", folder), 1, "'fare'", "'persn'", "lỗi ")


def test_a_sound_rulebook_has_no_issues(run: Run, tmp_path: Path) -> None:
    folder = small.book(tmp_path)
    assert fine(run("check", folder)).out == "Không có lỗi hay cảnh báo.\n"
    assert fine(run("check", folder, "--format", "json")).json == {
        "scenario": None,
        "overlaid": [],
        "issues": [],
    }


def test_cases_pass_and_fail(run: Run, tmp_path: Path) -> None:
    table = fine(run("test", BOOK)).out
    assert table.endswith("16/16 đạt\n")
    assert fine(run("test", BOOK, "--format", "csv")).csv[0] == {
        "name": "on_15_may",
        "what": "jobs.percent_of_plan",
        "expected": "46.31%",
        "got": "46.31%",
        "passed": "True",
        "unknown": "",
    }
    folder = small.book(tmp_path, small.BODY.replace("40%", "41%"))
    failing = run("test", folder)
    assert (failing.code, failing.err) == (1, "")
    assert "không đạt" in failing.out
    assert failing.out.endswith("0/1 đạt\n")


# ---------------------------------------------------------------------------------- new, schema, serve


def test_a_new_rulebook_runs_from_its_own_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = run("new", "lam_dong_2024")
    assert (made.code, made.out) == (0, "lam_dong_2024\n")
    assert made.err == "Đã tạo 'lam_dong_2024'. Thử: chitieu gap lam_dong_2024\n"
    assert run("check", "lam_dong_2024").code == 0
    monkeypatch.chdir(tmp_path / "lam_dong_2024")
    answer = fine(run("gap", ".", "--format", "json")).json
    assert answer["rulebook"] == "lam_dong_2024"
    assert answer["rows"]
    assert fine(run("plan", ".", "--format", "json")).json["status"] == "optimal"
    assert all(case["passed"] for case in fine(run("test", ".", "--format", "json")).json["cases"])
    assert run("check", ".").code == 0


def test_new_into_a_rules_root_refuses_what_is_there_and_bad_names(run: Run, tmp_path: Path) -> None:
    made = run("new", "thu", "--rules", tmp_path, "--format", "json", "--lang", "en")
    assert made.json == {"path": str(tmp_path / "thu")}
    assert "Made '" in made.err
    assert run("gap", "thu", "--rules", tmp_path).code == 0
    refused(run("new", "thu", "--rules", tmp_path), 1, "folder_exists", str(tmp_path / "thu"))
    refused(run("new", "Không dấu", "--rules", tmp_path), 1, "bad_identifier")
    refused(run("new", "../out", "--rules", tmp_path), 1, "bad_identifier")
    refused(run("new", "thu", "--rules", tmp_path / "none"), 1, "file_not_found")
    assert [path.name for path in tmp_path.iterdir()] == ["thu"]


def test_schema_is_json_whatever_the_format(run: Run, tmp_path: Path) -> None:
    text = fine(run("schema")).out
    assert fine(run("schema", "--format", "csv")).out == text
    assert fine(run("schema", "-o", tmp_path / "schema.json")).out == ""
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == text
    refused(run("schema", "-o", tmp_path / "schema.xlsx"), 2, "hãy dùng .json")
    refused(run("schema", "--format", "csv", "-o", tmp_path / "schema.csv"), 2, "hãy dùng .json")
    refused(run("new", "x", "--rules", tmp_path, "-o", tmp_path / "new.xlsx"), 2, "hãy dùng .txt")
    assert not (tmp_path / "x").exists()


def test_serve_hands_its_options_on(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def pretend(*given: object) -> int:
        asked.append(given)
        return 0

    fake = types.ModuleType("api.http.serve")
    monkeypatch.setattr(fake, "serve", pretend, raising=False)
    monkeypatch.setitem(sys.modules, "api.http.serve", fake)
    assert run("serve", "--rules", tmp_path, "--host", "127.0.0.1", "--port", "8123").code == 0
    assert run("serve").code == 0
    assert asked == [(tmp_path, "127.0.0.1", 8123), (None, "127.0.0.1", 8000)]
    for port in ("abc", "65536", "-1", "٣", "9" * 5000):
        refused(run("serve", f"--port={port}"), 2, "cổng")
    assert len(asked) == 2
