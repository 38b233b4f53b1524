"""What a planner's edits meet: live totals and checks, limits of Excel, charts, print areas."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from api.labels import QUOTA_CHECK
from api.tables import Entry, Table
from api.workbook import Sheet, gap_workbook, plan_workbook
from api.workbook_charts import MOST_UNITS
from api.workbook_looks import sheet_names
from api.workbook_sheets import workbook
from engine.errors import Code, RuleError
from engine.link import load_rulebook
from engine.numbers import Lang
from engine.overlay import Overlay, hold
from scenarios.plan import Plan, make_plan
from tests.api import small

CHECK, QUOTAS, PERIODS = "Kiểm tra chỉ tiêu", "Giao chỉ tiêu", "Theo kỳ"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """With one quota held above its ceiling, and one within another."""
    return make_plan(load_rulebook("binh_thuan_2023", None, Overlay(layers=(hold("phu_quy.jobs=300"),))))


@pytest.fixture(scope="module")
def content(plan: Plan) -> bytes:
    return plan_workbook(plan, "vi")


def opened(content: bytes, *, stored: bool = True) -> Any:
    return openpyxl.load_workbook(BytesIO(content), data_only=stored)


def formulas(content: bytes) -> Iterator[tuple[Any, Any, str]]:
    """Each formula's sheet with stored values, its cell there, and the formula."""
    values = opened(content)
    for page in opened(content, stored=False).worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield values[page.title], values[page.title][cell.coordinate], str(cell.value)


def test_every_sum_is_what_its_cells_add_up_to(content: bytes) -> None:
    count = 0
    for page, cell, formula in formulas(content):
        match = re.fullmatch(r"=SUM\(([A-Z]+\d+:[A-Z]+\d+)\)", formula)
        if match is None:
            continue
        left, top, right, bottom = range_boundaries(match[1])
        area = page.iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right, values_only=True)
        assert math.fsum(value for row in area for value in row) == pytest.approx(cell.value, abs=1e-9)
        count += 1
    assert count == 3 + 30 + 3 * 7 + 30  # totals; units' and totals' months; waterfalls


def test_the_total_is_held_against_what_is_to_be_placed(content: bytes, plan: Plan) -> None:
    page, stored = opened(content, stored=False)[QUOTAS], opened(content)[QUOTAS]
    (total,) = (row[0].row for row in page.iter_rows() if row[0].value == "Tổng cộng")
    assert [page.cell(total + n, 1).value for n in (1, 2)] == ["Phải giao", "Chênh lệch"]
    for column, letter, placed in zip((2, 3, 4), "BCD", plan.totals.values(), strict=True):
        assert page.cell(total + 1, column).value == placed
        assert page.cell(total + 2, column).value == f"={letter}{total}-{letter}{total + 1}"
        assert stored.cell(total + 2, column).value == 0
    assert page.cell(total, 5).value == (
        f'=IF(AND(B{total + 2}=0,C{total + 2}=0,D{total + 2}=0),"đúng","xem lại")'
    )
    assert page.cell(total - 1, 5).value == (
        f'=IF(AND(\'{CHECK}\'!G13="đúng",\'{CHECK}\'!G24="đúng",\'{CHECK}\'!G35="đúng"),"đúng","xem lại")'
    )
    rules = {str(area.sqref): [rule.operator for rule in area.rules] for area in page.conditional_formatting}
    assert rules == {
        f"E{total - 10}:E{total}": ["equal", "notEqual"],
        f"B{total + 2}:D{total + 2}": ["equal", "notEqual"],
    }


def test_quotas_are_checked_against_whole_bounds_holds_and_months(content: bytes, plan: Plan) -> None:
    page, stored = opened(content, stored=False)[CHECK], opened(content)[CHECK]
    shares = {(share.quota, share.unit): share for share in plan.shares}
    rows = list(stored.iter_rows(min_row=4, max_row=36, values_only=True))
    units = plan.problem.unit_ids
    for k, quota in enumerate(("jobs", "training", "loans")):
        for u, unit in enumerate(units):
            _, _, value, least, most, months, verdict = rows[11 * k + u]
            share = shares[quota, unit]
            assert (value, months, verdict) == (share.value, share.value, "đúng")
            if (quota, unit) == ("jobs", "phu_quy"):
                assert (least, most) == (300, 300)
                continue
            assert least == (0 if share.at_least is None else math.ceil(share.at_least))
            assert most == (None if share.at_most is None else math.floor(share.at_most))
        assert rows[11 * k + 10][2:] == (*[plan.totals[quota]] * 4, "đúng")
    months = f"'{PERIODS}'!$C$26:$H$26"
    assert page["C26"].value == f"='{QUOTAS}'!D4"
    assert page["F26"].value == f"='{PERIODS}'!I26"
    verdicts = {
        "NOT(ISNUMBER(C26))": "no_number",
        "OR(C26<0,C26<>INT(C26))": "not_whole",
        "C26<D26": "below",
        "F26<>C26": "not_added",
        f"SUMPRODUCT(({months}<0)+({months}<>INT({months})))>0": "part_not_whole",
        f"SUMPRODUCT(--({months}>'{PERIODS}'!$C$4:$H$4))>0": "beyond",
    }
    told = "".join(f'IF({test},"{QUOTA_CHECK[key].vi}",' for test, key in verdicts.items())
    assert page["G26"].value == f'={told}"đúng"{")" * len(verdicts)}'
    assert f'IF(C4>E4,"{QUOTA_CHECK["above"].vi}"' in page["G4"].value
    notes = [row[0].value for row in stored.iter_rows(min_row=38)]
    assert notes[-1].startswith("Trang này không kiểm tra: Vốn vay không vượt nguồn vốn.")


def test_print_areas_take_in_all_but_columns_that_the_notes_have_too(content: bytes) -> None:
    book = opened(content)
    areas = {page.title: page.print_area.rpartition("!")[2].replace("$", "") for page in book.worksheets}
    assert areas[QUOTAS] == "A1:E16"
    assert areas[PERIODS] == "A1:I36"
    assert areas[CHECK] == "A1:G39"
    assert areas["Tiến độ"] == "A1:P11"
    assert [book["Tiến độ"].cell(4, column).value for column in (16, 17)] == ["Đánh giá", "Lưu ý"]
    assert book[PERIODS].auto_filter.ref == "A3:I36"


def test_charts_are_drawn_from_the_cells_of_the_plan(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/charts/chart"))
        drawn = [archive.read(f"xl/charts/chart{n}.xml").decode() for n in range(1, len(names) + 1)]
    assert len(drawn) == 1 + 2 * 3
    assert 'barDir val="bar"' in drawn[0]
    assert "'Biểu đồ'!$B$5:$B$8" in drawn[0]
    assert f"'{QUOTAS}'!$B$4:$B$13" in drawn[1]
    assert "'Vì sao'!$C$4:$C$13" in drawn[1]
    assert "Giải quyết việc làm (người): số giao và phần công bằng" in drawn[1]
    assert "'Vì sao'!$G$24:$G$33" in drawn[6]
    page = opened(content, stored=False)["Biểu đồ"]
    assert [cell.value for cell in page[5][:3]] == ["Giải quyết việc làm", "='Tiến độ'!G5", "='Tiến độ'!K5"]


def test_units_too_many_for_a_chart_are_told(tmp_path: Path) -> None:
    rows = "".join(f"u{n},top,district,U{n},U{n},{n}\n" for n in range(1, MOST_UNITS + 2))
    units = f"unit,parent,level,name_vi,name_en,people\ntop,,province,Tỉnh,Province,\n{rows}"
    content = plan_workbook(make_plan(load_rulebook(str(small.book(tmp_path, units=units)))), "vi")
    with ZipFile(BytesIO(content)) as archive:
        assert len([name for name in archive.namelist() if name.startswith("xl/charts/chart")]) == 1
    texts = [cell.value for cell in opened(content)["Biểu đồ"]["A"]]
    assert "Không vẽ theo đơn vị: 41 đơn vị, biểu đồ chỉ đọc được đến 40." in texts


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_long_workbooks_hold_the_same_as_short_ones(
    plan: Plan, lang: Lang, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = plan_workbook(plan, lang)
    monkeypatch.setattr("api.workbook_sheets.MANY_CELLS", 1)
    long = plan_workbook(plan, lang)
    assert long != short
    for stored in (True, False):
        one, other = opened(short, stored=stored), opened(long, stored=stored)
        for page in one.worksheets:
            assert list(page.values) == list(other[page.title].values)


def test_more_rows_and_columns_than_excel_takes_are_told() -> None:
    cell = Entry(1, "1")
    long = Table("", ["a"], [[cell]] * 1_048_576, [True])
    wide = Table("", ["a"] * 16_385, [], [True] * 16_385)
    with pytest.raises(RuleError) as caught:
        workbook([Sheet("gap", [long]), Sheet("plan", [wide])], "vi")
    first, second = caught.value.issues
    assert first.code is second.code is Code.TOO_LARGE
    assert first.message.vi == "trang 'Tiến độ' cần 1.048.577 dòng, Excel chỉ chứa 1.048.576"
    assert second.message.en == "the sheet 'Giao chỉ tiêu' needs 16,385 columns, and Excel holds 16,384"


def test_names_of_sheets_are_such_as_excel_takes() -> None:
    wanted = ["a/b:c*[d]?\\", "'x'", "History", "x" * 40, "X" * 40, "?", "\U0001f600" * 20, "đ" * 31]
    found = sheet_names(wanted)
    assert found[:4] == ["a-b-c--d---", "x", "History (2)", "x" * 30 + "…"]
    assert found[4] == "X" * 26 + "… (2)"
    assert found[5:] == ["-", "\U0001f600" * 15 + "…", "đ" * 31]
    assert len({name.casefold() for name in found}) == len(found)
    assert all(len(name.encode("utf-16-le")) <= 62 for name in found)
    book = workbook([Sheet("gap", [Table("", ["a"], [], [False])], called=name) for name in wanted], "vi")
    assert opened(book).sheetnames == found


@pytest.mark.parametrize("name", ["=Sheet1!$A$1", "Chỉ tiêu!A1", "=cmd|' /C calc'!A0", "=1+1"])
def test_a_title_that_looks_like_an_address_stays_a_title(tmp_path: Path, name: str) -> None:
    body = small.BODY.replace("Việc làm", f'"{name}"')
    content = plan_workbook(make_plan(load_rulebook(str(small.book(tmp_path, body)))), "vi")
    with ZipFile(BytesIO(content)) as archive:
        charts = [archive.read(path).decode() for path in archive.namelist() if "charts/chart" in path]
    references = [found for chart in charts for found in re.findall("<c:f>(.*?)</c:f>", chart)]
    ours = re.compile(r"'[^'!]+'!\$[A-Z]\$\d+(:\$[A-Z]\$\d+)?")
    assert references
    assert all(ours.fullmatch(found) for found in references), references
    titles = [html.unescape(found) for chart in charts for found in re.findall("<a:t>(.*?)</a:t>", chart)]
    assert f"{name} (người): số giao và phần công bằng" in [title.replace("\u2060", "") for title in titles]


def test_a_gap_table_without_known_percents_has_no_chart(tmp_path: Path) -> None:
    from api import services

    rulebook = load_rulebook(str(small.with_a_level_and_a_metric(tmp_path)))
    table = services.gap(rulebook, indicator="poor")
    assert "Biểu đồ" not in opened(gap_workbook(table, "vi")).sheetnames
