"""Tables in a report, rows of cells with tabs between: percentages recomputed by columns, totals added up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.report import written
from engine.report.findings import Finding
from engine.report.items import Figure, Sentence
from engine.report.numerals import numeral
from engine.report.ratios import Ratios, found_at, stated_of
from engine.report.reading import Report
from engine.report.said import REACH, UP, Claim
from engine.report.scales import NONE, PERCENT, Unit, unit_at
from engine.report.verdicts import slip_of
from engine.words import joined, say

_NUMBER = re.compile(r" *([0-9]+(?:[., ][0-9]+)*)(?: ?%)? *")
_PERCENT = re.compile(r"%|phần trăm|\bso\b|tỷ lệ|tỉ lệ|/kh\b|/kế hoạch|\bđạt kh")
_SAME = re.compile(r"cùng kỳ|cùng kì|năm trước|\bck\b")
_PLAN = re.compile(r"kế hoạch|chỉ tiêu giao|dự toán|\bkh\b|được giao|mục tiêu")
_DONE = re.compile(r"thực hiện|kết quả|ước|\bth\b|lũy kế|luỹ kế|đạt được")
_MEASURE = re.compile(r"đvt|đơn vị tính")
_TOTAL = re.compile(r" *(?:tổng cộng|tổng số|tổng|cộng|toàn tỉnh|toàn ngành)[ :]*")
_PART = re.compile(r" *[-+•]")
MOST_HEADERS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: where its text stands in the folded text, and the number that it is, if it is one."""

    start: int
    end: int
    text: str
    figure: Figure | None


def grids(report: Report, ratios: Ratios) -> Iterator[Finding]:
    """Findings in the tables of a report, table by table."""
    for rows in _tables(report):
        head = next((at for at, row in enumerate(rows[: MOST_HEADERS + 1]) if _counts(row) >= 2), 0)
        columns = _columns(rows[:head])
        body = rows[head:]
        if body and any(unit_at(cell.text, 0)[1] == len(cell.text) > 0 for cell in body[0]):
            columns = [*columns, "measure"]  # rows of different things
        if "percent" in columns or "year" in columns:
            for row in body:
                yield from _row(row, columns, ratios)
        if "measure" not in columns:
            yield from _sums(report, body, columns)


def _tables(report: Report) -> Iterator[list[list[Cell]]]:
    """Rows that follow each other, each as its cells."""
    table: list[list[Cell]] = []
    last = -1
    for start, end in report.rows:
        if start != last and table:
            yield table
            table = []
        table.append(list(_cells(report, start, end)))
        last = end
    if table:
        yield table


def _cells(report: Report, start: int, end: int) -> Iterator[Cell]:
    text = report.folded.text
    end = end - 1 if text[end - 1 : end] == "\n" else end
    at = start
    while at <= end:
        stop = text.find("\t", at, end)
        stop = end if stop < 0 else stop
        yield Cell(at, stop, text[at:stop], _figure(report, at, stop))
        at = stop + 1


def _figure(report: Report, start: int, end: int) -> Figure | None:
    match = _NUMBER.match(report.folded.text, start, end)
    if match is None:
        return None
    read = numeral(match[1].strip(), report.way)
    if read is None:
        return None
    unit, stop = unit_at(report.folded.text, match.end(1))
    if report.folded.text[max(stop, match.end()) : end].strip():
        return None
    return Figure(
        match.start(1), match.end(1) if unit is NONE else stop, read, unit, read.value * unit.scale, None
    )


def _counts(row: Sequence[Cell]) -> int:
    return sum(cell.figure is not None for cell in row)


def _columns(head: Sequence[Sequence[Cell]]) -> list[str]:
    """What each column holds: plan, same, done, percent, year (of the same period), measure, or nothing."""
    width = max((len(row) for row in head), default=0)
    found = []
    for at in range(width):
        words = " ".join(row[at].text for row in head if at < len(row))
        if _PERCENT.search(words):
            found.append("year" if _SAME.search(words) else "percent")
        elif _SAME.search(words):
            found.append("same")
        elif _DONE.search(words):
            found.append("done")
        elif _PLAN.search(words):
            found.append("plan")
        else:
            found.append("measure" if _MEASURE.search(words) else "")
    return found


def _row(row: Sequence[Cell], columns: Sequence[str], ratios: Ratios) -> Iterator[Finding]:
    for at, cell in enumerate(row):
        if at >= len(columns) or columns[at] not in {"percent", "year"} or cell.figure is None:
            continue
        kind = "plan" if columns[at] == "percent" else "same"
        part, base = (
            _left(row, columns, at, "done"),
            _left(row, columns, at, kind) or _any(row, columns, kind),
        )
        unit = Unit(PERCENT, 1, "")
        figure = replace(cell.figure, unit=unit, value=cell.figure.numeral.value)
        sentence = Sentence([], 0, False, False, cell.start, cell.end)
        claim = Claim(figure, sentence, 0, REACH, kind, part, base, said=True)
        if part is None or base is None or not base.value:
            continue
        finding = ratios.judged(claim)
        if finding.verdict == "wrong" and kind == "same":  # a column of changes
            change = ratios.judged(replace(claim, relation=UP))
            finding = change if change.verdict != "wrong" else finding
        yield finding


def _left(row: Sequence[Cell], columns: Sequence[str], at: int, kind: str) -> Figure | None:
    """The nearest figure to the left in a column of a kind."""
    for column in range(at - 1, -1, -1):
        if columns[column] == kind:
            return row[column].figure
    return None


def _any(row: Sequence[Cell], columns: Sequence[str], kind: str) -> Figure | None:
    return next((cell.figure for cell, what in zip(row, columns, strict=False) if what == kind), None)


def _sums(report: Report, body: list[list[Cell]], columns: Sequence[str]) -> Iterator[Finding]:
    """The columns of a table whose first or last row is a total."""
    if len(body) < 3:
        return
    for total, others in ((body[0], body[1:]), (body[-1], body[:-1])):
        if not any(_TOTAL.fullmatch(cell.text) for cell in total[:3]):
            continue
        rows = [row for row in others if not any(_PART.match(cell.text) for cell in row[:2])]
        for at, cell in enumerate(total):
            skipped = at < len(columns) and columns[at] in {"percent", "year"}
            parts = [row[at].figure for row in rows if at < len(row)]
            if cell.figure is None or skipped or cell.figure.unit.kind == PERCENT or len(parts) < 2:
                continue
            figures = [figure for figure in parts if figure is not None]
            if len(figures) == len(rows) and not any(figure.unit.kind == PERCENT for figure in figures):
                yield _sum(report, cell.figure, figures)
        return


def _sum(report: Report, whole: Figure, parts: list[Figure]) -> Finding:
    total = sum((part.value for part in parts), Fraction(0))
    shown = [written.amount(part) for part in parts[:12]] + (["…"] if len(parts) > 12 else [])
    computed = written.plain(total, whole.unit.kind, whole.unit.scale)
    if total == whole.value:
        note = say("report.sum", parts=joined(shown, " + "), computed=computed)
        return found_at(report, whole, "sum", "right", note, total)
    slip = slip_of(stated_of(whole), total / whole.unit.scale)
    words = {"computed": computed, "stated": written.amount(whole)}
    key = "report.sum_wrong_slip" if slip else "report.sum_wrong"
    more = {"slip": say(f"report.slip.{slip}")} if slip else {}
    return found_at(report, whole, "sum", "wrong", say(key, **words, **more), total, slip)
