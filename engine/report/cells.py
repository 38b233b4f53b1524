"""Tables of a report as cells, and what their columns hold by their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.report.items import Figure
from engine.report.numerals import numeral
from engine.report.reading import Report
from engine.report.scales import NONE, PERCENT, TIME, unit_at

_NUMBER = re.compile(r"(?P<sign>[-+]? ?)(?P<digits>[0-9]+(?:[., ][0-9]+)*)(?: ?%)? *")
_PERCENT = re.compile(r"%|phần trăm|\bso\b|\bth/|tỷ lệ|tỉ lệ|/kh\b|/kế hoạch|\bđạt kh\b")
_CHANGE = re.compile(r"\btăng\b|\bgiảm\b")
_SAME = re.compile(r"cùng kỳ|cùng kì|năm trước|\bck\b")
_PLAN = re.compile(r"kế hoạch|chỉ tiêu giao|dự toán|\bkh\b|được giao|mục tiêu")
_DONE = re.compile(r"thực hiện|kết quả|ước|\bth\b|lũy kế|luỹ kế|đạt được|giải ngân")
_MEASURE = re.compile(r"đvt|đơn vị tính")
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_RULE = re.compile(r":?-+:?")
TOTAL = re.compile(r"(?:tổng cộng|tổng số|tổng|cộng|toàn tỉnh|toàn ngành)[ :]*")
_ROW_TOTAL = re.compile(r"(?:tổng cộng|tổng số|tổng|cộng)[ :]*")
MOST_HEADERS = 4
PROPORTIONS = frozenset({"percent", "year", "change"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: where its text stands in the folded text, and the number that it is, if it is one."""

    start: int
    end: int
    text: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table. ``columns``: what each holds by its header: plan, same, done, percent (of the plan), year (of
    the same period), change (from it), measure, total, number (of the row), or nothing; ``mixed``: its rows
    are of different things.
    """

    body: list[list[Cell]]
    columns: list[str]
    mixed: bool


def tables(report: Report) -> Iterator[Table]:
    """The tables of a report, in order."""
    for rows in _rows(report):
        head = next((at for at, row in enumerate(rows[: MOST_HEADERS + 1]) if _is_body(row)), 0)
        body, columns = rows[head:], _columns(rows[:head])
        if body and _numbered(body):
            columns = ["number", *columns[1:]]
        columns = [_by_cells(body, at, kind) for at, kind in enumerate(columns)]
        mixed = "measure" in columns or (
            bool(body) and any(unit_at(cell.text, 0)[1] == len(cell.text) > 0 for cell in body[0])
        )
        yield Table(body, columns, mixed)


def _rows(report: Report) -> Iterator[list[list[Cell]]]:
    """Rows that follow each other, each as its cells."""
    table: list[list[Cell]] = []
    last = -1
    for start, end in report.rows:
        if start != last and table:
            yield table
            table = []
        row = list(_cells(report, start, end))
        if not all(_RULE.fullmatch(cell.text) for cell in row):
            table.append(row)
        last = end
    if table:
        yield table


def _cells(report: Report, start: int, end: int) -> Iterator[Cell]:
    text = report.folded.text
    mark = "\t" if text.find("\t", start, end) >= 0 else "|"
    end = end - 1 if text[end - 1 : end] == "\n" else end
    if mark == "|":
        inner = text[start:end]
        start += len(inner) - len(inner.lstrip()) + 1
        end -= len(inner) - len(inner.rstrip(" |"))
    at = start
    while at <= end:
        stop = text.find(mark, at, end)
        stop = end if stop < 0 else stop
        inner = text[at:stop]
        first = at + len(inner) - len(inner.lstrip(" "))
        yield Cell(first, first + len(inner.strip(" ")), inner.strip(" "), _figure(report, first, stop))
        at = stop + 1


def _figure(report: Report, start: int, end: int) -> Figure | None:
    match = _NUMBER.match(report.folded.text, start, end)
    if match is None:
        return None
    read = numeral(match["digits"], report.way)
    if read is None:
        return None
    unit, stop = unit_at(report.folded.text, match.end("digits"))
    if unit.kind == TIME or report.folded.text[max(stop, match.end()) : end].strip():
        return None
    value = read.value * unit.scale * (-1 if match["sign"].startswith("-") else 1)
    return Figure(
        match.start("digits"), match.end("digits") if unit is NONE else stop, read, unit, value, None
    )


def _is_body(row: Sequence[Cell]) -> bool:
    """Whether a row holds numbers that aren't years, or the columns' own."""
    figures = [cell.figure for cell in row if cell.figure is not None]
    if not figures or (len(figures) == 1 and row[0].figure is not None):
        return False
    if all(_YEAR.fullmatch(figure.numeral.text) for figure in figures):
        return False
    count = len(figures)
    return count < 3 or [figure.value for figure in figures] != list(range(1, count + 1))


def _numbered(body: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first column only counts the rows."""
    numbers = [row[0].figure.value for row in body if row and row[0].figure is not None]
    return len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))


def _by_cells(body: Sequence[Sequence[Cell]], at: int, kind: str) -> str:
    """A column all of whose numbers have a percent sign holds percentages."""
    figures = [row[at].figure for row in body if at < len(row) and row[at].figure]
    told = kind in PROPORTIONS or not figures
    return kind if told or any(f and f.unit.kind != PERCENT for f in figures) else "percent"


def _columns(head: Sequence[Sequence[Cell]]) -> list[str]:
    width = max((len(row) for row in head), default=0)
    words = [" ".join(row[at].text for row in head if at < len(row)) for at in range(width)]
    found = [_column(text) for text in words]
    amounts = [at for at, kind in enumerate(found) if kind in {"", "done"}]
    years = {at: [int(year) for year in _YEAR.findall(words[at])] for at in amounts}
    told = sorted({year for one in years.values() for year in one})
    if len(told) == 2 and told[0] + 1 == told[1]:  # 6 tháng 2022, 6 tháng 2023
        for at, one in years.items():
            if one:
                found[at] = "done" if one[-1] == told[1] else "same"
    if "plan" not in found and "same" in found:
        found = ["year" if kind == "percent" else kind for kind in found]
    return found


def _column(words: str) -> str:
    if _PERCENT.search(words):
        if _CHANGE.search(words):
            return "change"
        return "year" if _SAME.search(words) else "percent"
    for kind, pattern in (("same", _SAME), ("done", _DONE), ("plan", _PLAN), ("measure", _MEASURE)):
        if pattern.search(words):
            return kind
    return "total" if _ROW_TOTAL.fullmatch(words) else ""
