"""CSV tables: two readers that agree, and what is refused (DESIGN §3)."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import tables
from engine.errors import Code, Issues
from engine.tables import Table, read_table
from engine.words import both

HEADER = ["unit", "value", "note"]
READERS = ["short", "long"]
CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\0\ufeff", exclude_categories=["Cs"]), max_size=6
)
WHOLE = st.integers(min_value=-(10**6), max_value=10**20).map(str)
ODD = st.sampled_from(
    ["", "+5", "05", "-0", "5.0", "20.000", "1e5", " 5", "5 ", "inf", "nan", "True", "٣", "1_000"]
)


def read(
    tmp_path: Path, text: str, reader: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Table | None, Issues]:
    monkeypatch.setattr(tables, "SHORT", 10**9 if reader == "short" else -1)
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode())
    issues = Issues()
    return read_table(path, "table.csv", HEADER, (), issues), issues


def rows_of(table: Table) -> list[list[str]]:
    return [[column.text(row) for column in table.columns.values()] for row in range(table.rows)]


def written(rows: list[list[str]], quoting: int = csv.QUOTE_MINIMAL) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n", quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([HEADER, *rows])
    return buffer.getvalue()


@pytest.mark.parametrize("reader", READERS)
@given(rows=st.lists(st.tuples(CELL, WHOLE | ODD, CELL).map(list), max_size=8), quote_all=st.booleans())
def test_every_text_comes_back_as_it_was_written(
    reader: str, rows: list[list[str]], quote_all: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = written(rows, csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    with pytest.MonkeyPatch.context() as patch:
        table, issues = read(tmp_path_factory.mktemp("t"), text, reader, patch)
    assert issues.found == []
    assert table is not None
    assert rows_of(table) == rows
    for column in table.columns.values():
        assert len(set(column.texts)) == len(column.texts)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "odd", ["+5", "05", "-0", "5.0", "20.000", "1e5", " 5", "5 ", "inf", "nan", "", "9" * 30]
)
def test_a_number_that_is_not_plain_stays_as_it_was_written(
    reader: str, odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the shorter 7 must not make up for the longer odd one
    table, _ = read(tmp_path, written([["a", "12", ""], ["b", odd, ""], ["c", "7", ""]]), reader, monkeypatch)
    assert table is not None
    assert [table.columns["value"].text(row) for row in range(3)] == ["12", odd, "7"]


@pytest.mark.parametrize("reader", READERS)
def test_numbers_that_are_not_plain_do_not_make_up_for_each_other(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as whole numbers they would be 100000 and 5: longer by as much as the plus and the quotes take
    rows = [["a", "1e5", ""], ["b", "+5", ","]]
    table, _ = read(tmp_path, written(rows), reader, monkeypatch)
    assert table is not None
    assert rows_of(table) == rows


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("a,1,x\nb,2\n", [3]),
        ("a,1,x\nb,2,y,z\n", [3]),
        ("a,1,x,y\nb,2,z\n", [2]),
        ("a,1\nb,2,x,y\n", [2, 3]),  # one too few makes up for one too many
        ("a,1,x,y\nb,2\n", [2, 3]),
        ("a,1,x\n\nb,2\n", [4]),
        ('a,1,"x\ny"\nb,2\n', [4]),
        ('a,1,"x"y\n', [2]),
        ('a,1,"x\n', [2]),
    ],
)
def test_uneven_rows_are_told_by_line(
    reader: str, body: str, lines: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, issues = read(tmp_path, "unit,value,note\n" + body, reader, monkeypatch)
    assert table is None
    assert [(issue.code.value, issue.place and issue.place.line) for issue in issues.found] == [
        ("ragged_row", line) for line in lines
    ]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("body", ["", "\n", "\n\n"])
def test_a_header_alone_is_an_empty_table(
    reader: str, body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, issues = read(tmp_path, "unit,value,note" + body, reader, monkeypatch)
    assert table is not None
    assert (table.rows, issues.found) == (0, [])


def test_places_count_lines_and_characters_of_quoted_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'unit,value,note\n"đ, ""ê""",1,x\n"two\nlines",2,y\nc,3,z\n'
    table, _ = read(tmp_path, text, "short", monkeypatch)
    assert table is not None
    assert {row: (place.line, place.column) for row, place in table.places([0, 1, 2], "value").items()} == {
        0: (2, 12),
        1: (4, 8),
        2: (5, 3),
    }
    assert table.place(2).line == 5


def faults(tmp_path: Path, text: str | bytes) -> list[tuple[str, int, int]]:
    path = tmp_path / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    issues = Issues()
    table = read_table(path, "table.csv", ["unit", "value"], ["note"], issues)
    assert (table is None) == bool(issues.found)
    return [(i.code.value, i.place.line, i.place.column) for i in issues.found if i.place]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("missing_column", 1, 1), ("missing_column", 1, 1)]),
        ("\n", [("missing_column", 1, 1), ("missing_column", 1, 1)]),
        ("unit\n", [("missing_column", 1, 1)]),
        ("note,unit,value\nx,a,5\n", []),
        ("unit,value,unit\n", [("duplicate_column", 1, 12)]),
        ('"unit",value,ghi_chú,"nó,te"\n', [("unknown_column", 1, 14), ("unknown_column", 1, 22)]),
        ("unit,valu\n", [("unknown_column", 1, 6)]),  # and no word of the missing value
        ("unit,Value\na\n", [("unknown_column", 1, 6), ("ragged_row", 2, 1)]),
        ("unit;value\na;1,5\nb;2\n", [("unknown_column", 1, 1)]),  # and no word of the rows
        ("unit\tvalue\na\t5\n", [("unknown_column", 1, 1)]),
        (b"unit,value\nPh\xe1\xba\xa1m,5\nL\xea,6\n", [("not_utf8", 3, 2)]),
        ("unit,value\na,5\n".encode("utf-16-le"), [("not_utf8", 1, 2)]),
        ("unit,value\na,5\n".encode("utf-16"), [("not_utf8", 1, 1)]),
        (f"unit,value\n{'a' * 200_000},5\n", []),  # more than a cell of Python's csv may hold
        (f'unit,value\n"{"a" * 200_000}",5\n', []),
    ],
)
def test_a_header_and_its_faults(
    text: str | bytes, found: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    assert faults(tmp_path, text) == found


def test_twenty_faults_are_told_and_the_rest_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("unit,value\n" + "a,1,435\n" * 23, encoding="utf-8")
    issues = Issues()
    assert read_table(path, "table.csv", ["unit", "value"], [], issues) is None
    assert [issue.place.line for issue in issues.found if issue.place] == [*range(2, 22), 21]
    assert "3" in issues.found[-1].message.en


def test_cells_are_reported_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes('\ufeffunit,note,value\r\n"đỗ","hai\r\ndòng",x\r\n\r\nb,,x\r\n'.encode())
    issues = Issues()
    table = read_table(path, "data/table.csv", ["unit", "value"], ["note"], issues)
    assert table is not None
    assert rows_of(table) == [["đỗ", "hai\ndòng", "x"], ["b", "", "x"]]
    column = table.columns["value"]
    rows = column.rows_where({column.texts.index("x")})
    table.report(rows, "value", Code.BAD_NUMBER, issues, hint=lambda text: both(f"not {text}"))
    assert [(str(issue.place), issue.message.en, str(issue.hint)) for issue in issues.found] == [
        ("data/table.csv:3:7", "'x' is not a number", "not x"),
        ("data/table.csv:5:4", "'x' is not a number", "not x"),
    ]


def test_a_long_cell_is_shown_in_part(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"unit,value\na,{'9' * 100}\n", encoding="utf-8")
    issues = Issues()
    table = read_table(path, "table.csv", ["unit", "value"], [], issues)
    assert table is not None
    table.report(np.array([0]), "value", Code.BAD_NUMBER, issues)
    assert issues.found[0].message.en == f"'{'9' * 59}…' is not a number"
