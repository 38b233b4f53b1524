"""The tree of units (§6), on small trees worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.errors import Issues
from engine.tables import read_table
from engine.units import FIXED_COLUMNS, REQUIRED_COLUMNS, Units, read_units
from engine.values import day_number

TREE = """unit,parent,level,name_vi,name_en,code,valid_from,valid_to
xa_1,an,xa,Xã Một,,00001,2020-01-01,2024-12-31
tinh,,tinh,Tỉnh,Province,1,,
an,tinh,huyen,,An town,2,,2023-06-30
binh,tinh,huyen,,,,2023-07-01,
xa_2,an,xa,Xã Hai,Two,,,
khac,,tinh,,,,,
"""


def read(tmp_path: Path, text: str) -> tuple[Units, list[tuple[str, int, int, str]]]:
    path = tmp_path / "units.csv"
    path.write_text(text, encoding="utf-8")
    issues = Issues()
    optional = [column for column in FIXED_COLUMNS if column not in REQUIRED_COLUMNS]
    table = read_table(path, "units.csv", REQUIRED_COLUMNS, optional, issues)
    assert table is not None
    units = read_units(table, issues)
    return units, [
        (i.code.value, i.place.line, i.place.column, i.message.en) for i in issues.found if i.place
    ]


def test_a_tree_in_the_order_of_its_file(tmp_path: Path) -> None:
    units, found = read(tmp_path, TREE)
    assert found == []
    assert units.ids == ("xa_1", "tinh", "an", "binh", "xa_2", "khac")
    assert units.parent.tolist() == [2, -1, 1, 1, 2, -1]
    assert units.depth.tolist() == [2, 0, 1, 1, 2, 0]
    assert units.levels == ("xa", "tinh", "huyen", "huyen", "xa", "tinh")
    assert units.codes == ("00001", "1", "2", "", "", "")
    assert [(name.vi, name.en) for name in units.names] == [
        ("Xã Một", "Xã Một"),
        ("Tỉnh", "Province"),
        ("An town", "An town"),
        ("binh", "binh"),
        ("Xã Hai", "Two"),
        ("khac", "khac"),
    ]
    assert len(units) == 6


def test_who_is_below_whom(tmp_path: Path) -> None:
    units, _ = read(tmp_path, TREE)
    assert units.children(units.index["tinh"]) == [2, 3]
    assert units.children(units.index["xa_1"]) == []
    assert units.below(units.index["tinh"]).tolist() == [True, False, True, True, True, False]
    assert units.below(units.index["an"]).tolist() == [True, False, False, False, True, False]
    assert not units.below(units.index["khac"]).any()


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2019, 12, 31), ["tinh", "an", "xa_2", "khac"]),
        (date(2020, 1, 1), ["xa_1", "tinh", "an", "xa_2", "khac"]),
        (date(2023, 6, 30), ["xa_1", "tinh", "an", "xa_2", "khac"]),
        (date(2023, 7, 1), ["xa_1", "tinh", "binh", "xa_2", "khac"]),
        (date(2025, 1, 1), ["tinh", "binh", "xa_2", "khac"]),
    ],
)
def test_who_is_valid_when(tmp_path: Path, day: date, valid: list[str]) -> None:
    units, _ = read(tmp_path, TREE)
    there = units.valid_on(day_number(day))
    assert [unit for unit, yes in zip(units.ids, there, strict=True) if yes] == valid


def test_the_three_needed_columns_are_enough(tmp_path: Path) -> None:
    units, found = read(tmp_path, "level,unit,parent\nhuyen,an,tinh\ntinh,tinh,\n")
    assert found == []
    assert units.parent.tolist() == [1, -1]
    assert units.valid_on(day_number(date(1900, 1, 1))).all()
    assert units.names[0].vi == "an"


def test_each_loop_is_told_once_at_its_first_unit(tmp_path: Path) -> None:
    text = "unit,parent,level\na,b,x\nb,c,x\nc,b,x\nd,d,x\ne,f,x\nf,g,x\ng,e,x\ntop,,x\nh,top,x\n"
    units, found = read(tmp_path, text)
    assert found == [
        ("cycle", 3, 3, "a cycle: b → c → b"),
        ("cycle", 5, 3, "a cycle: d → d"),
        ("cycle", 6, 3, "a cycle: e → f → g → e"),
    ]
    assert units.depth[units.index["h"]] == 1


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("a,,x\na,,x\na,,x\n", [("duplicate_row", 3, 1), ("duplicate_row", 4, 1)]),
        (",,x\n,,x\n", [("empty_cell", 2, 1), ("empty_cell", 3, 1)]),
        ("a,,\n", [("empty_cell", 2, 4)]),
        ("A,,x\na b,,x\nđ,,x\n1a,,x\na_1,,x\n", [("bad_identifier", n, 1) for n in (2, 3, 4, 5)]),
        ("a,b,x\n", [("unknown_unit", 2, 3)]),
        ("a,,x\n,a,x\nb,,x\n", [("empty_cell", 3, 1)]),
    ],
)
def test_faulty_rows(tmp_path: Path, rows: str, found: list[tuple[str, int, int]]) -> None:
    assert [fault[:3] for fault in read(tmp_path, "unit,parent,level\n" + rows)[1]] == found


def test_a_unit_that_ends_before_it_begins(tmp_path: Path) -> None:
    text = "unit,parent,level,valid_from,valid_to\na,,x,2023-07-01,2023-06-30\nb,,x,2023-07-01,2023-07-01\n"
    _, found = read(tmp_path, text)
    assert found == [("bad_date", 2, 17, "the unit ends before it begins")]


def test_a_deep_tree(tmp_path: Path) -> None:
    rows = "".join(f"u{n},u{n + 1},x\n" for n in range(300))
    units, found = read(tmp_path, f"unit,parent,level\n{rows}u300,,x\n")
    assert found == []
    assert units.depth.tolist() == [*range(300, -1, -1)]
    assert units.below(units.index["u300"]).sum() == 300
