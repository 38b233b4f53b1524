"""Workbooks as a reader opens them: values, formats, totals, and texts that look like formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from api import services
from api.saving import SaveError
from api.workbook import write_gap, write_plan
from engine.link import load_rulebook
from engine.numbers import Lang
from engine.overlay import Overlay, setting
from scenarios.plan import Plan, make_plan
from tests.api import small

SHEETS: Mapping[Lang, tuple[list[str], list[str]]] = {
    "vi": (
        ["Tiến độ", "Biểu đồ", "Ghi chú", "Nguồn và giả định"],
        [
            *("Giao chỉ tiêu", "Theo kỳ", "Kiểm tra chỉ tiêu", "Vì sao", "Biểu đồ"),
            *("Thông tin kế hoạch", "Tiến độ", "Ghi chú", "Nguồn và giả định"),
        ],
    ),
    "en": (
        ["Gap table", "Charts", "Notes", "Sources and assumptions"],
        [
            *("Quotas", "Periods", "Quota check", "Why", "Charts"),
            *("About the plan", "Gap table", "Notes", "Sources and assumptions"),
        ],
    ),
}
GAP_COLUMNS = [
    "Chỉ tiêu",
    "Đơn vị",
    "ĐVT",
    "Kế hoạch",
    "Thực hiện",
    "Đến ngày",
    "So KH",
    "Cùng kỳ",
    "So cùng kỳ",
    "Còn lại",
    "Thời gian đã qua",
    "Nhịp độ",
    "Cần mỗi tháng",
    "Nhịp cần/đã đạt",
    "Dự kiến năm",
    "Đánh giá",
    "Lưu ý",
    "Vì sao chưa rõ",
]
Page = Any
"""A sheet of openpyxl: what its cells hold is what the tests are about."""
MAY, JUNE = date(2023, 5, 15), date(2023, 6, 30)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(load_rulebook("binh_thuan_2023"))


def pages(path: Path, *, stored: bool = True) -> dict[str, Page]:
    """A workbook's sheets; ``stored``: the values that formulas were saved with, else the formulas."""
    book = openpyxl.load_workbook(path, data_only=stored)
    return {name: book[name] for name in book.sheetnames}


def gap_pages(tmp_path: Path, day: date = MAY, basis: str = "actual", lang: Lang = "vi") -> dict[str, Page]:
    path = tmp_path / f"gap_{day}_{lang}.xlsx"
    write_gap(services.gap(load_rulebook("binh_thuan_2023"), day, basis), lang, path)
    return pages(path)


def header_row(page: Page, first: str) -> int:
    rows = (cell.row for cell in page["A"] if cell.value == first and page.cell(cell.row, 2).value)
    return int(next(rows))


def records(page: Page, first: str) -> list[dict[str, Any]]:
    """The rows below the header that begins with ``first``, as cells by column title."""
    top = header_row(page, first)
    titles = [cell.value for cell in page[top] if cell.value is not None]
    found = []
    for row in page.iter_rows(min_row=top + 1, max_col=len(titles)):
        if all(cell.value is None for cell in row):
            break
        found.append(dict(zip(titles, row, strict=True)))
    return found


def by_indicator(page: Page) -> dict[str, dict[str, Any]]:
    return {row["Chỉ tiêu"].value.removeprefix("- "): row for row in records(page, "Chỉ tiêu")}


# ------------------------------------------------------------------------------------------- gap table


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_sheets_carry_names_in_the_readers_language(tmp_path: Path, plan: Plan, lang: Lang) -> None:
    gap, quotas = SHEETS[lang]
    assert list(gap_pages(tmp_path, lang=lang)) == gap
    write_plan(plan, lang, tmp_path / "plan.xlsx")
    assert list(pages(tmp_path / "plan.xlsx")) == quotas


def test_gap_table_has_every_column_and_its_title(tmp_path: Path) -> None:
    page = gap_pages(tmp_path)["Tiến độ"]
    assert page["A1"].value == "Chỉ tiêu ngành Lao động – TB&XH tỉnh Bình Thuận năm 2023"
    assert page["A2"].value == "Tình hình thực hiện đến ngày 15/5/2023 (số thực hiện)"
    assert [cell.value for cell in page[header_row(page, "Chỉ tiêu")]] == GAP_COLUMNS


def test_numbers_are_numbers_with_the_printed_decimals(tmp_path: Path) -> None:
    rows = by_indicator(gap_pages(tmp_path)["Tiến độ"])
    jobs = rows["Giải quyết việc làm"]
    shown = {
        "Kế hoạch": (20_000, "#,##0"),
        "Thực hiện": (9_262, "#,##0"),
        "So KH": (0.4631, "0.00%"),
        "Cùng kỳ": (8_591, "#,##0"),
        "So cùng kỳ": (pytest.approx(9262 / 8591, abs=1e-15), "0.00%"),
        "Còn lại": (10_738, "#,##0"),
        "Thời gian đã qua": (pytest.approx(135 / 365, abs=1e-15), "0.00%"),
        "Cần mỗi tháng": (pytest.approx(10_738 / (7 + 16 / 31)), "#,##0.0"),
    }
    for column, (value, form) in shown.items():
        assert jobs[column].value == value, column
        assert jobs[column].number_format == f"[$-42A]{form}", column
    fund = rows["Quỹ Đền ơn đáp nghĩa"]
    assert (fund["Thực hiện"].value, fund["Thực hiện"].number_format) == (1.435, "[$-42A]#,##0.000")
    assert rows["Quỹ Bảo trợ trẻ em"]["So KH"].value == pytest.approx(0.73486, abs=1e-15)
    poverty = rows["Tỷ lệ hộ nghèo đa chiều"]["Kế hoạch"]
    assert (poverty.value, poverty.number_format) == (pytest.approx(0.0268), "[$-42A]0.00%")


def test_dates_are_dates(tmp_path: Path) -> None:
    cell = by_indicator(gap_pages(tmp_path)["Tiến độ"])["Giải quyết việc làm"]["Đến ngày"]
    assert cell.is_date
    assert cell.value == datetime(2023, 5, 15)  # noqa: DTZ001
    assert cell.number_format == "[$-42A]d/m/yyyy"


def test_unknown_says_so_and_why_and_is_no_number(tmp_path: Path) -> None:
    rows = by_indicator(gap_pages(tmp_path)["Tiến độ"])
    loans = rows["Cho vay vốn giải quyết việc làm"]
    for column in ("Thực hiện", "Đến ngày", "So KH", "Cùng kỳ", "Còn lại", "Nhịp độ", "Dự kiến năm"):
        assert loans[column].value == "chưa rõ", column
    assert loans["Vì sao chưa rõ"].value == (
        "chưa có số thực hiện 'Cho vay vốn giải quyết việc làm' của Bình Thuận đến ngày 15/5/2023"
    )
    fund = rows["Quỹ Đền ơn đáp nghĩa"]
    assert fund["So cùng kỳ"].value == "chưa rõ"
    assert (
        fund["Vì sao chưa rõ"].value
        == "chưa có số thực hiện 'Quỹ Đền ơn đáp nghĩa' của Bình Thuận ngày 15/5/2022"
    )
    assert rows["Tỷ lệ hộ nghèo đa chiều"]["So KH"].value == "–"
    assert rows["Giải quyết việc làm"]["Vì sao chưa rõ"].value is None


def test_estimates_are_marked_and_stay_numbers(tmp_path: Path) -> None:
    rows = by_indicator(gap_pages(tmp_path, JUNE, "estimate")["Tiến độ"])
    achieved = rows["Giải quyết việc làm"]["Thực hiện"]
    assert (achieved.value, achieved.number_format) == (11_542, '[$-42A]"(ước) "#,##0')
    assert achieved.data_type == "n"
    assert not achieved.is_date
    assert rows["Quỹ Đền ơn đáp nghĩa"]["Lưu ý"].value.endswith(
        "ước đến 30/6/2023 cần 0,060 tỷ đồng/ngày, gấp 5,65 lần đến nay (0,011 tỷ đồng/ngày)"
    )


def test_notes_tell_each_cause_and_flag_with_its_columns(tmp_path: Path) -> None:
    notes = records(gap_pages(tmp_path, JUNE, "estimate")["Ghi chú"], "Chỉ tiêu")
    said = [(note["Chỉ tiêu"].value, note["Loại"].value, note["Cột liên quan"].value) for note in notes]
    assert ("Giải quyết việc làm", "Chưa xác định", "Cùng kỳ, So cùng kỳ") in said
    assert ("Quỹ Bảo trợ trẻ em", "Lưu ý", None) in said
    assert (
        "Tỷ lệ hộ nghèo đa chiều",
        "Chưa xác định",
        "Thực hiện, Cùng kỳ, Còn lại, Dự kiến năm, Đánh giá",
    ) in said
    assert len(said) == len(set(said)) == 9  # a cause for each of 7 indicators, 2 implausible estimates


def test_sources_name_every_figure_down_to_its_line(tmp_path: Path) -> None:
    figures = records(gap_pages(tmp_path)["Nguồn và giả định"], "Số liệu")
    found = {row["Tên trong công thức"].value: row for row in figures}
    assert set(found) == {
        *(f"{name}.target" for name in ("jobs", "loans", "training", "poverty_rate", "clean_communes")),
        *(f"{name}.{role}" for name in ("gratitude_fund", "child_fund") for role in ("target", "achieved")),
        *("jobs.achieved", "last_year(jobs.achieved)", "training.achieved", "last_year(training.achieved)"),
        *("poverty_rate.baseline", "poverty_rate.change_by"),
    }
    before = found["last_year(jobs.achieved)"]
    assert before["Số liệu"].value == "Giải quyết việc làm: cùng kỳ năm trước"
    assert before["Giá trị"].value == 8_591
    assert before["Đến ngày"].value == datetime(2022, 5, 15)  # noqa: DTZ001
    assert before["Tính chất"].value == "công bố"
    assert before["Nguồn"].value.startswith("Báo cáo 6 tháng đầu năm 2023")
    assert before["Vị trí"].value == "binh_thuan_2023/data/observations.csv:2"


def test_own_metrics_are_columns_and_what_they_use_is_a_source(tmp_path: Path) -> None:
    rulebook = load_rulebook(str(small.with_a_level_and_a_metric(tmp_path)))
    write_gap(services.gap(rulebook), "vi", tmp_path / "gap.xlsx")
    found = pages(tmp_path / "gap.xlsx")
    rows = by_indicator(found["Tiến độ"])
    assert (rows["Việc làm"]["Chi phí"].value, rows["poor"]["Chi phí"].value) == (2_000, "–")
    figures = {
        row["Tên trong công thức"].value: row for row in records(found["Nguồn và giả định"], "Số liệu")
    }
    assert set(figures) == {"jobs.target", "jobs.achieved", "wage", "poor.target", "poor.baseline"}
    assert (figures["wage"]["Số liệu"].value, figures["wage"]["Giá trị"].value) == ("Tiền công", 5)
    assert figures["wage"]["Đơn vị"].value is None
    assert figures["poor.baseline"]["Giá trị"].value == 0.03


# ------------------------------------------------------------------------------------------------ plan


@pytest.fixture(scope="module")
def plan_file(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    write_plan(plan, "vi", path)
    return path


def test_totals_are_live_and_show_without_recalculation(plan_file: Path) -> None:
    values, formulas = pages(plan_file)["Giao chỉ tiêu"], pages(plan_file, stored=False)["Giao chỉ tiêu"]
    top = header_row(values, "Đơn vị")
    bottom = top + 11
    assert values.cell(bottom, 1).value == "Tổng cộng"
    for column, letter, total in ((2, "B", 8_458), (3, "C", 6_000), (4, "D", 2_500)):
        assert values.cell(bottom, column).value == total
        assert formulas.cell(bottom, column).value == f"=SUM({letter}{top + 1}:{letter}{bottom - 1})"
        assert sum(values.cell(row, column).value for row in range(top + 1, bottom)) == total


def test_months_add_up_both_ways(plan_file: Path, plan: Plan) -> None:
    rows = records(pages(plan_file)["Theo kỳ"], "Chỉ tiêu giao")
    formulas = records(pages(plan_file, stored=False)["Theo kỳ"], "Chỉ tiêu giao")
    months = [f"{month}/2023" for month in range(7, 13)]
    assert len(rows) == 3 * 11
    blocks = [rows[start : start + 11] for start in (0, 11, 22)]
    for block, total in zip(blocks, plan.totals.values(), strict=True):
        *units, last = block
        for row in block:
            assert row["Tổng cộng"].value == sum(row[month].value for month in months)
        for month in [*months, "Tổng cộng"]:
            assert last[month].value == sum(row[month].value for row in units)
        assert last["Tổng cộng"].value == total
    for row in formulas:
        areas = re.fullmatch(r"=SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)", row["Tổng cộng"].value)
        assert areas is not None
        across = (areas[1], areas[3]) == ("C", "H") and areas[2] == areas[4] == str(row["Tổng cộng"].row)
        down = areas[1] == areas[3] == "I" and int(areas[4]) == row["Tổng cộng"].row - 1
        assert down if row["Đơn vị"].value == "Tổng cộng" else across
    cells = {(cell.quota, cell.unit, cell.period): cell.value for cell in plan.cells}
    assert rows[0]["7/2023"].value == cells["jobs", "phan_thiet", "2023-07"]
    assert rows[31]["12/2023"].value == cells["loans", "phu_quy", "2023-12"]


def test_sources_of_a_plan_tell_what_it_rests_on(plan_file: Path, plan: Plan) -> None:
    page = pages(plan_file)["Thông tin kế hoạch"]
    facts = {row["Mục"].value: row["Giá trị"] for row in records(page, "Mục")}
    assert facts["Kết quả"].value == "tối ưu"
    assert facts["Cách chia công bằng"].value == "theo tỷ lệ (Webster, Sainte-Laguë)"
    assert facts["Giá trị hàm mục tiêu"].value == pytest.approx(plan.objective, rel=1e-15)
    assert facts["Khoảng cách với cận chứng minh"].value == pytest.approx(plan.bound_gap)
    assert facts["Điểm xuất phát"].value == "30/6/2023 (ước thực hiện)"
    assert facts["Tổng phải giao: Giải quyết việc làm (người)"].value == 8_458
    texts = [cell.value for cell in page["A"] if cell.value]
    for found in plan.problem.assumed:
        assert f"- {found.message.vi}" in texts
    (rule,) = records(page, "Ràng buộc")
    assert (rule["Ràng buộc"].value, rule["Vế trái"].value) == ("Vốn vay không vượt nguồn vốn", 125)
    page = pages(plan_file)["Nguồn và giả định"]
    figures = {row["Tên trong công thức"].value: row for row in records(page, "Số liệu")}
    capital = figures["loan_capital"]
    assert (capital["Giá trị"].value, capital["ĐVT"].value) == (125, "tỷ đồng")
    assert capital["Tính chất"].value == "giả định"
    assert capital["Vị trí"].value.startswith("binh_thuan_2023/rulebook.yaml:")
    assert figures["rural_population@phu_quy"]["Giá trị"].value == 26_918
    assert figures["jobs.achieved"]["Tính chất"].value == "ước thực hiện"
    assert "fair" not in figures


def test_each_quota_is_explained_by_steps_that_add_up(plan_file: Path, plan: Plan) -> None:
    rows = records(pages(plan_file)["Vì sao"], "Chỉ tiêu giao")
    formulas = records(pages(plan_file, stored=False)["Vì sao"], "Chỉ tiêu giao")
    steps = ("Phần công bằng", "Số giữ cố định", "Sàn và trần", "Ràng buộc", "Làm tròn số nguyên")
    assert len(rows) == len(plan.shares)
    for row, formula, share in zip(rows, formulas, plan.shares, strict=True):
        assert row["Tổng cộng"].value == share.value
        assert sum(row[step].value for step in steps) == pytest.approx(share.value, abs=1e-9)
        at = row["Tổng cộng"].row
        assert formula["Tổng cộng"].value == f"=SUM(C{at}:G{at})"


def test_without_a_plan_the_workbook_says_why_and_what_would_have_to_give(tmp_path: Path) -> None:
    plan = make_plan(load_rulebook(str(small.impossible(tmp_path))))
    assert plan.status == "infeasible"
    write_plan(plan, "vi", tmp_path / "none.xlsx")
    found = pages(tmp_path / "none.xlsx")
    assert list(found) == [
        "Không có phương án",
        *("Giao chỉ tiêu (nếu nới)", "Theo kỳ (nếu nới)", "Kiểm tra chỉ tiêu (nếu nới)", "Vì sao (nếu nới)"),
        *("Biểu đồ", "Thông tin kế hoạch", "Tiến độ", "Ghi chú", "Nguồn và giả định"),
    ]
    page = found["Không có phương án"]
    assert page["A1"].value == "Giao nốt (không có phương án)"
    (why,) = records(page, "Không có phương án vì")
    assert why["Không có phương án vì"].value == plan.conflicts[0].words.vi
    assert "600 phải giao" in plan.conflicts[0].words.vi
    assert why["Các điều kiện mâu thuẫn"].value == "jobs.at_most.a, jobs.at_most.b, jobs.total"
    figures = {row["Tên trong công thức"].value for row in records(found["Nguồn và giả định"], "Số liệu")}
    assert figures == {"jobs.target", "jobs.achieved", "people@a", "people@b"}
    page = found["Giao chỉ tiêu (nếu nới)"]
    assert page["A1"].value == "Phương án nếu nới như trên"
    quotas = {row["Đơn vị"].value: row["Việc làm (người)"].value for row in records(page, "Đơn vị")}
    assert quotas["Tổng cộng"] == quotas["Phải giao"] == quotas["Huyện A"] + quotas["Huyện B"] == 600
    verdicts = {
        row["Kiểm tra"].value for row in records(found["Kiểm tra chỉ tiêu (nếu nới)"], "Chỉ tiêu giao")
    }
    assert verdicts == {"đúng"}


# ---------------------------------------------------------------------------------- looks and printing


def test_every_sheet_is_ready_to_read_and_print(tmp_path: Path, plan_file: Path) -> None:
    for page in [*gap_pages(tmp_path).values(), *pages(plan_file).values()]:
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.paperSize in (9, "9")
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (None, 0)
        assert page.freeze_panes is not None


@pytest.mark.parametrize(
    ("sheet", "first", "kept"),
    [("Tiến độ", "Chỉ tiêu", "C"), ("Ghi chú", "Chỉ tiêu", "C"), ("Nguồn và giả định", "Số liệu", "B")],
)
def test_headers_stay_in_view_and_on_every_page(tmp_path: Path, sheet: str, first: str, kept: str) -> None:
    page = gap_pages(tmp_path)[sheet]
    top = header_row(page, first)
    assert page.freeze_panes == f"{kept}{top + 1}"
    assert page.print_title_rows == f"${top}:${top}"


def test_columns_are_wide_enough_for_what_they_hold(tmp_path: Path) -> None:
    page = gap_pages(tmp_path)["Tiến độ"]
    top = header_row(page, "Chỉ tiêu")
    assert page.column_dimensions["G"].width >= len("107,81%")
    assert page.column_dimensions["O"].width >= len("3.973,69")
    causes = page.column_dimensions["R"].width
    longest = max(page.cell(row, 18).value or "" for row in range(top + 1, top + 8))
    lines = len(longest) / causes
    assert page.row_dimensions[top + 2].height >= 15 * lines > 15


# ---------------------------------------------------------------------------------------------- saving


def test_the_same_answer_gives_the_same_bytes(tmp_path: Path, plan: Plan, plan_file: Path) -> None:
    write_plan(plan, "vi", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == plan_file.read_bytes()
    with ZipFile(plan_file) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b"2023-06-30T00:00:00Z" in archive.read("docProps/core.xml")


def test_a_failed_save_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "gap.xlsx"
    target.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("api.saving.os.fsync", full)
    with pytest.raises(SaveError) as caught:
        write_gap(services.gap(load_rulebook("binh_thuan_2023")), "vi", target)
    assert caught.value.message.vi == f"không ghi được tệp '{target}': đĩa đã đầy"
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_what_was_laid_over_the_rulebook_has_a_sheet(tmp_path: Path) -> None:
    overlay = Overlay(layers=(setting("training.total=5500"), setting("parameters.loan_capital.value=130")))
    rulebook = load_rulebook("binh_thuan_2023", None, overlay)
    write_plan(make_plan(rulebook), "vi", tmp_path / "plan.xlsx")
    write_gap(services.gap(rulebook), "en", tmp_path / "gap.xlsx")
    changes = [
        ("allocations.second_half.quotas.training.total", "max(target - achieved, 0)", "5.500", "--set"),
        ("parameters.loan_capital.value", "125", "130", "--set"),
    ]
    rows = list(openpyxl.load_workbook(tmp_path / "plan.xlsx")["Thay đổi"].values)
    assert [row[:4] for row in rows if row[0] and "." in str(row[0])] == changes
    rows = list(openpyxl.load_workbook(tmp_path / "gap.xlsx")["Changes"].values)
    assert [row[2] for row in rows if row[0] and "." in str(row[0])] == ["5,500", "130"]
    write_gap(services.gap(load_rulebook("binh_thuan_2023")), "en", tmp_path / "plain.xlsx")
    assert "Changes" not in openpyxl.load_workbook(tmp_path / "plain.xlsx").sheetnames
