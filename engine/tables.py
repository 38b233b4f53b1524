"""CSV tables through pandas' C reader, strict: every cell is kept as the text that was written.

A column is codes into its distinct texts, so that each text is judged once however long the table is.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import Code, Issues, Place
from engine.files import read_text
from engine.words import did_you_mean

MAX_TOLD = 20
"""Issues told of one kind in one file; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Column:
    """``codes``: int [rows], indexes into ``texts``, the distinct cells of the column."""

    codes: NDArray[np.integer]
    texts: list[str]

    def text(self, row: int) -> str:
        """The cell of a row."""
        return self.texts[int(self.codes[row])]

    def rows_where(self, bad: Collection[int]) -> NDArray[np.intp]:
        """The rows whose cell is one of these codes."""
        return np.flatnonzero(np.isin(self.codes, list(bad)))


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: ``columns`` by name, all of the same number of rows."""

    file: str
    path: Path
    columns: dict[str, Column]
    rows: int

    def places(self, rows: Collection[int], column: str) -> dict[int, Place]:
        """Where the cells of these rows stand: found by reading the file once more."""
        wanted = set(rows)
        position = list(self.columns).index(column) if column in self.columns else 0
        found: dict[int, Place] = {}
        for row, (line, cells, text) in enumerate(_records(self.path.read_text(encoding="utf-8-sig"))):
            if row - 1 in wanted:
                found[row - 1] = _cell_place(self.file, line, cells, text, position)
                if len(found) == len(wanted):
                    break
        return found

    def line(self, row: int) -> int:
        """The line in the file of a row, from 1."""
        return self.places([row], next(iter(self.columns)))[row].line

    def report(
        self,
        rows: NDArray[np.intp],
        column: str,
        code: Code,
        issues: Issues,
        *,
        key: str | None = None,
        **values: object,
    ) -> None:
        """An issue at the cell of each of these rows; past a limit the rest are counted."""
        from engine.words import say

        told = [int(row) for row in rows[:MAX_TOLD]]
        places = self.places(told, column)
        for row in told:
            shown = {"what": self.columns[column].text(row), **values} if column in self.columns else values
            hint = values.get("hint")
            message = say(key or code, **{k: v for k, v in shown.items() if k != "hint"})
            issues.add(code, places[row], message, hint(shown["what"]) if callable(hint) else None)
        if len(rows) > len(told):
            issues.add(code, places[told[-1]], say("more_issues", more=len(rows) - len(told)))


def read_table(
    path: Path,
    file: str,
    required: Collection[str],
    optional: Collection[str],
    issues: Issues,
) -> Table | None:
    """Read a CSV file, or None where its form is faulty.

    Comma separated, UTF-8, one header line; a column that is neither required nor optional is an
    issue, and so is a row with more or fewer cells than the header.
    """
    data = path.read_bytes()
    if not data.isascii() and read_text(path, file, issues) is None:
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    header = next(iter(_records(data.split(b"\n", 1)[0].decode())), (1, [], ""))[1]
    sound = _check_header(header, file, required, optional, issues)
    return (
        _read_columns(path, file, data, header, issues)
        if _check_rows(data, file, header, issues) and sound
        else None
    )


def _check_header(
    header: list[str], file: str, required: Collection[str], optional: Collection[str], issues: Issues
) -> bool:
    known = [*required, *optional]
    text = ",".join(header)
    before = len(issues.found)
    for position, name in enumerate(header):
        place = _cell_place(file, 1, header, text, position)
        if name in header[:position]:
            issues.add(Code.DUPLICATE_COLUMN, place, what=name)
        elif name not in known:
            issues.add(Code.UNKNOWN_COLUMN, place, hint=did_you_mean(name, known), what=name)
    for name in required:
        if name not in header:
            issues.add(Code.MISSING_COLUMN, Place(file, 1, 1), what=name)
    return len(issues.found) == before


def _check_rows(data: bytes, file: str, header: list[str], issues: Issues) -> bool:
    """Whether every row has as many cells as the header; a count of commas settles the usual case."""
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if b'"' not in data and data.count(b",") == lines * (len(header) - 1) and len(header) > 1:
        return True
    before = len(issues.found)
    for line, cells, _ in _records(data.decode()):
        if len(cells) != len(header):
            issues.add(Code.RAGGED_ROW, Place(file, line, 1), got=len(cells), expected=len(header))
            if len(issues.found) - before >= MAX_TOLD:
                break
    return len(issues.found) == before


def _read_columns(path: Path, file: str, data: bytes, header: list[str], issues: Issues) -> Table | None:
    import pandas as pd

    # a last row of letters keeps pandas from turning columns of digits into numbers: 20.000 must stay text
    guard = b"" if data.endswith(b"\n") else b"\n"
    guarded = data + guard + b",".join([b"x"] * len(header)) + b"\n"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                io.BytesIO(guarded), dtype="category", na_filter=False, low_memory=False, encoding="utf-8"
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        issues.add(Code.RAGGED_ROW, Place(file, 1, 1), got=str(error), expected=len(header))
        return None
    columns: dict[str, Column] = {}
    for name in header:
        cells = frame[name].cat
        columns[name] = Column(cells.codes.to_numpy()[:-1], [str(text) for text in cells.categories])
    return Table(file, path, columns, len(frame) - 1)


def _records(text: str) -> Iterator[tuple[int, list[str], str]]:
    """The first line, cells and raw first line of each record; empty lines are passed over."""
    lines = text.split("\n")
    reader = csv.reader(io.StringIO(text, newline=""))
    last = 0
    for cells in reader:
        if cells:
            yield last + 1, cells, lines[last] if last < len(lines) else ""
        last = reader.line_num


def _cell_place(file: str, line: int, cells: list[str], text: str, position: int) -> Place:
    """Where a cell begins: the cells before it, with their quotes and commas."""
    column = 0
    for cell in cells[:position]:
        quoted = text[column : column + 1] == '"'
        column += (len(cell) + cell.count('"') + 2 if quoted else len(cell)) + 1
    return Place(file, line, column + 1)
