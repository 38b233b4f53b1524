"""CSV tables, strict: every cell is kept as the text that was written.

A column is codes into its distinct texts, so that each text is judged once however long the table is.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.errors import Code, Issues, Place
from engine.files import read_bytes
from engine.words import did_you_mean, say

_CELL = re.compile(r'"([^"]*(?:""[^"]*)*)"|([^",\n]*)')
SHORT = 1_000_000
"""Bytes up to which a table is read without pandas."""
NUMBERS = "value"
"""The column whose cells may all be different: as a category it would be sorted."""
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

    def all(self) -> tuple[str, ...]:
        """The cells of every row."""
        return tuple(map(self.texts.__getitem__, self.codes.tolist()))

    def rows_where(self, bad: Collection[int]) -> NDArray[np.intp]:
        """The rows whose cell is one of these codes."""
        return np.flatnonzero(np.isin(self.codes, list(bad)) if bad else [])


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: ``columns`` by name, all of the same number of rows; ``lines``: those of the file's rows.

    Where an overlay lies over it, ``origin`` has each row's row in the file, -1 for one that the overlay
    states, and ``laid`` the places of the overlay's cells by row and column, a whole row's under "".
    """

    file: str
    path: Path
    columns: dict[str, Column]
    lines: list[int] = field(default_factory=list, compare=False)
    origin: tuple[int, ...] = ()
    laid: Mapping[int, Mapping[str, Place]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values())).codes)

    def places(self, rows: Collection[int], column: str) -> dict[int, Place]:
        """Where the cells of these rows stand: found by reading the file once more."""
        found = {row: place for row in rows if (place := self._laid(row, column))}
        in_file = {self.origin[row] if self.origin else row: row for row in rows if row not in found}
        found |= {in_file[row]: place for row, place in self._in_file(in_file, column).items()}
        return found

    def is_laid(self, row: int, column: str) -> bool:
        """Whether an overlay states this cell."""
        return self._laid(row, column) is not None

    def _laid(self, row: int, column: str) -> Place | None:
        places = self.laid.get(row, {})
        return places.get(column) or places.get("")

    def _in_file(self, rows: Collection[int], column: str) -> dict[int, Place]:
        wanted = set(rows)
        position = list(self.columns).index(column) if column in self.columns else 0
        found: dict[int, Place] = {}
        if not wanted:
            return found
        for row, (line, raw, _) in enumerate(_records(self.path.read_text(encoding="utf-8-sig"))):
            if len(found) == len(wanted):
                break
            if row - 1 in wanted:
                found[row - 1] = _cell_place(self.file, line, raw, position)
        return found

    def place(self, row: int, column: str = "") -> Place:
        """Where a row stands, or the cell of it that an overlay states.

        The lines of all rows of the file are looked up once.
        """
        if place := self._laid(row, column):
            return place
        if not self.lines:
            records = _records(self.path.read_text(encoding="utf-8-sig"))
            self.lines.extend(line for line, _, _ in records)
        return Place(self.file, self.lines[(self.origin[row] if self.origin else row) + 1], 1)

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
        told = [int(row) for row in rows[:MAX_TOLD]]
        if not told:
            return
        places = self.places(told, column)
        hint = values.pop("hint", None)
        for row in told:
            text = self.columns[column].text(row) if column in self.columns else ""
            message = say(key or code, **{"what": text if len(text) <= 60 else text[:59] + "…", **values})
            issues.add(code, places[row], message, hint(text) if callable(hint) else None)
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
    if table := _read_plain(path, file, required, optional):
        return table
    data = read_bytes(path, file, issues)
    if data is None:
        return None
    first = data[: (data.find(b"\n") + 1 or len(data) + 1) - 1].decode()
    header = [cell for _, cell in _cells(first) or []] if first else []
    if len(header) == 1 and (";" in first or "\t" in first):
        hint = say("comma_separated.hint")
        issues.add(Code.UNKNOWN_COLUMN, Place(file, 1, 1), hint=hint, what=header[0])
        return None
    sound = _check_header(header, first, file, required, optional, issues)
    if not first:
        return None
    begin = len(first.encode()) + 1
    columns = _split(data, begin, header) if sound and _is_plain(data, begin, len(header)) else None
    if columns is None and not _report_rows(data, file, header, issues) and sound:
        columns = _split(data, begin, header)
    return None if columns is None else Table(file, path, dict(zip(header, columns, strict=True)))


def _read_plain(path: Path, file: str, required: Collection[str], optional: Collection[str]) -> Table | None:
    """A long table of ASCII letters without quotes or uneven rows, as most are, read in one go.

    None for any other, which is then read with an eye for its faults.
    """
    try:
        if path.stat().st_size <= SHORT:
            return None
        with path.open("rb") as source:
            header = source.readline().decode("ascii", "replace").removesuffix("\n").split(",")
            known = set(required) <= set(header) <= {*required, *optional}
            if not known or len(set(header)) < len(header):
                return None
            rows = _Rows(source, len(header))
            columns = _split_rows(rows, header)
    except OSError:
        return None
    if columns is None or not rows.plain:
        return None
    return Table(file, path, dict(zip(header, columns, strict=True)))


def _is_plain(data: bytes, begin: int, width: int) -> bool:
    """Whether there are no quotes, and ``width`` cells in the first row: the readers refuse longer ones."""
    end = data.find(b"\n", begin)
    commas = data.count(b",", begin, end if end >= 0 else len(data))
    return b'"' not in data and (commas == width - 1 or begin >= len(data))


def _split(data: bytes, begin: int, header: list[str]) -> list[Column] | None:
    """The columns, None where a row has more or fewer cells than the header. Empty lines are passed over."""
    return (_split_short if len(data) <= SHORT else _split_long)(data, begin, header)


def _split_short(data: bytes, begin: int, header: list[str]) -> list[Column] | None:
    """By Python's own reader: importing pandas takes longer than reading a megabyte."""
    try:
        rows = [row for row in csv.reader(io.StringIO(data[begin:].decode(), newline="")) if row]
    except csv.Error:  # it has a limit for the length of a cell
        return _split_long(data, begin, header)
    if any(len(row) != len(header) for row in rows):
        return None
    columns = []
    for cells in zip(*rows, strict=True) if rows else [()] * len(header):
        number: dict[str, int] = {}
        codes = [number.setdefault(cell, len(number)) for cell in cells]
        columns.append(Column(np.array(codes, dtype=np.int32), list(number)))
    return columns


def _split_long(data: bytes, begin: int, header: list[str]) -> list[Column] | None:
    """By pandas: it is quicker."""
    source = io.BytesIO(data)
    source.seek(begin)
    return _split_rows(_Rows(source, len(header)), header)


def _split_rows(rows: _Rows, header: list[str]) -> list[Column] | None:
    """By pandas' C reader: each column as a category of its texts, but one whose cells are all different."""
    import pandas as pd

    try:
        with warnings.catch_warnings(action="error"):
            frame = pd.read_csv(
                rows,  # type: ignore[call-overload]  # it is asked for no more
                header=None,
                names=header,
                index_col=False,
                dtype={name: "object" if name == NUMBERS else "category" for name in header},
                na_filter=False,
                low_memory=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        return None
    if not rows.quoted and rows.commas != (len(frame) - 1) * (len(header) - 1):
        return None  # cells that a short row lacks were read as empty
    return [_column(frame[name]) for name in header]


class _Rows:
    """What is left of a file, with a last row of letters, and what was seen on the way.

    The letters keep pandas from turning columns of digits into numbers: 20.000 stays text.
    ``commas``: how many; ``plain``: whether all is ASCII without quotes, returns and zero bytes.
    """

    def __init__(self, source: BinaryIO, width: int) -> None:
        self.source, self.last = source, b",".join([b"x"] * width)
        self.commas, self.quoted, self.plain, self.ended = 0, False, True, True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, none at the end."""
        found = self.source.read(size)
        self.commas += int(np.count_nonzero(np.frombuffer(found, np.uint8) == ord(",")))
        self.quoted |= b'"' in found
        self.plain &= found.isascii() and not self.quoted and b"\r" not in found and b"\0" not in found
        if found:
            self.ended = found.endswith(b"\n")
        if len(found) < size or size < 0:
            found += (b"" if self.ended or not self.last else b"\n") + self.last
            self.last = b""
        return found

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")


def _column(cells: Any) -> Column:
    """A pandas column as codes and texts, without its last row."""
    if cells.dtype != "category":
        codes, texts = cells.iloc[:-1].factorize()
        return Column(codes, texts.tolist())
    codes, texts = cells.cat.codes.to_numpy(), [str(text) for text in cells.cat.categories]
    last, codes = codes[-1], codes[:-1]
    if not (codes == last).any():
        del texts[last]
        codes = codes - (codes > last)
    return Column(codes, texts)


def _check_header(
    header: list[str],
    first: str,
    file: str,
    required: Collection[str],
    optional: Collection[str],
    issues: Issues,
) -> bool:
    known = [*required, *optional]
    before = len(issues.found)
    meant = []
    for position, name in enumerate(header):
        place = _cell_place(file, 1, first, position)
        if name in header[:position]:
            issues.add(Code.DUPLICATE_COLUMN, place, what=name)
        elif name not in known:
            hint = did_you_mean(name, known)
            issues.add(Code.UNKNOWN_COLUMN, place, hint=hint, what=name)
            meant += [column for column in required if hint == say("did_you_mean.hint", what=column)]
    for name in required:
        if name not in header and name not in meant:
            issues.add(Code.MISSING_COLUMN, Place(file, 1, 1), what=name)
    return len(issues.found) == before


def _report_rows(data: bytes, file: str, header: list[str], issues: Issues) -> int:
    """An issue at each row with faulty quotes or another number of cells than the header; how many."""
    faulty, last = 0, Place(file, 1, 1)
    for line, _, cells in _records(data.decode()):
        if cells is not None and len(cells) == len(header):
            continue
        faulty += 1
        if faulty > MAX_TOLD:
            continue
        last = Place(file, line, 1)
        if cells is None:
            issues.add(Code.RAGGED_ROW, last, say("cell_quotes"), say("cell_quotes.hint"))
        else:
            hint = say("ragged_row.hint") if len(cells) > len(header) else None
            issues.add(Code.RAGGED_ROW, last, hint=hint, got=len(cells), expected=len(header))
    if faulty > MAX_TOLD:
        issues.add(Code.RAGGED_ROW, last, say("more_issues", more=faulty - MAX_TOLD))
    return faulty


def _records(text: str) -> Iterator[tuple[int, str, list[str] | None]]:
    """The first line, the text and the cells of each record, None where its quotes are wrong.

    Empty lines are passed over; a quoted cell may hold commas, doubled quotes and line ends.
    """
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        first, raw = at, lines[at]
        at += 1
        if '"' in raw:
            quotes = raw.count('"')
            while quotes % 2 and at < len(lines):
                quotes += lines[at].count('"')
                at += 1
            raw = "\n".join(lines[first:at])
        if raw:
            cells = _cells(raw)
            yield first + 1, raw, None if cells is None else [cell for _, cell in cells]


def _cells(raw: str) -> list[tuple[int, str]] | None:
    """Where each cell of a record begins, and its text; None where a quote doesn't belong."""
    found: list[tuple[int, str]] = []
    at = 0
    while match := _CELL.match(raw, at):
        quoted, plain = match.groups()
        found.append((at, plain if quoted is None else quoted.replace('""', '"')))
        at = match.end() + 1
        if at > len(raw):
            return found
        if raw[at - 1] != ",":
            break
    return None


def _cell_place(file: str, line: int, raw: str, position: int) -> Place:
    """Where a cell of a record begins."""
    cells = _cells(raw) or []
    before = raw[: cells[position][0]] if position < len(cells) else ""
    return Place(file, line + before.count("\n"), len(before) - before.rfind("\n"))
