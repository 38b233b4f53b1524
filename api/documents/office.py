"""Word and Excel files as text. Each library is imported when a file of its kind is read."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from api.documents.pieces import pieces
from api.documents.text import LIMIT, Document, DocumentError, Note, joined
from engine.numbers import exact, format_date, format_number, format_percent
from engine.words import Message, say

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

MEGABYTE = 1_000_000
BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,  # bad XML too
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the libraries raise of files that are damaged, or made to harm."""
MOST_MERGED, MOST_COVERED = 10_000, 200_000


def unpacked(data: bytes, name: str) -> None:
    """Refuse what is no package, or unpacks to too much. Raises DocumentError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = sum(entry.file_size for entry in package.infolist())
    except BROKEN:
        raise DocumentError("report.broken", what=name) from None
    if size > LIMIT * MEGABYTE:
        raise DocumentError("report.too_large", what=name, limit=LIMIT)


def open_word(data: bytes, name: str) -> WordDocument:
    """A Word file. Raises DocumentError."""
    unpacked(data, name)
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
    except ImportError as missing:
        raise DocumentError("report.extra", what=name, missing=missing.name or "python-docx") from None
    try:
        return docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, *BROKEN):
        raise DocumentError("report.broken", what=name) from None


def word(data: bytes, name: str) -> Document:
    """The paragraphs and table rows of a Word file, in order. Raises DocumentError."""
    document = open_word(data, name)
    try:
        return joined((piece.place, piece.text) for piece in pieces(document))
    except BROKEN:
        raise DocumentError("report.broken", what=name) from None


def excel(data: bytes, name: str) -> Document:
    """The rows of a workbook's sheets, cells with tabs between, as they are shown. Raises DocumentError."""
    unpacked(data, name)
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as missing:
        raise DocumentError("report.extra", what=name, missing=missing.name or "openpyxl") from None

    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            formulas = _formulas(openpyxl.load_workbook(io.BytesIO(data), read_only=True))
            rows = list(_rows(book, formulas))
        except (InvalidFileException, *BROKEN):
            raise DocumentError("report.broken", what=name) from None
    document = joined(((place, "\t".join(texts)) for place, texts, _ in rows), _left_out(remarks))
    spans = []
    for start, (_, texts, bare) in zip(document.starts, rows, strict=False):
        for at in bare:
            begun = start + sum(len(text) + 1 for text in texts[:at])
            spans.append((begun, begun + len(texts[at])))
    return replace(document, formulas=spans)


def _left_out(remarks: Iterable[warnings.WarningMessage]) -> Iterator[Note]:
    """What openpyxl warns of, in its own words, each once: it reads the file twice."""
    details = tuple(dict.fromkeys(str(remark.message) for remark in remarks))
    if details:
        yield Note("excel_left_out", say("document.excel_left_out", count=len(details)), details=details)


def _formulas(book: Any) -> dict[tuple[str, int, int], str]:
    """The formulas of a workbook that was read with them, by sheet, row and column."""
    return {
        (sheet.title, cell.row, cell.column): " ".join(str(cell.value).split())
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and isinstance(cell.value, str)
    }


def _rows(
    book: Any, formulas: Mapping[tuple[str, int, int], str]
) -> Iterator[tuple[Message, list[str], list[int]]]:
    """The place of each row, its cells as shown, and which of them are formulas without a result."""
    for sheet in book.worksheets:
        title = (
            sheet.title if sheet.sheet_state == "visible" else say("report.hidden_sheet", sheet=sheet.title)
        )
        again = _covered(sheet)
        for row in sheet.iter_rows():
            texts = [again.get((cell.row, cell.column)) or _shown(cell) for cell in row]
            bare = []
            for at, cell in enumerate(row):
                formula = formulas.get((sheet.title, cell.row, cell.column))
                if formula and cell.value is None:
                    texts[at] = formula
                    bare.append(at)
            if any(texts):
                while texts and not texts[-1]:
                    texts.pop()
                yield say("report.sheet", sheet=title, row=str(row[0].row)), texts, bare


def _covered(sheet: Any) -> dict[tuple[int, int], str]:
    """By row and column, a merged cell's words wherever it reaches; a number stands in its corner alone."""
    found: dict[tuple[int, int], str] = {}
    for area in list(sheet.merged_cells.ranges)[:MOST_MERGED]:
        corner = sheet.cell(area.min_row, area.min_col)
        if (
            not isinstance(corner.value, str)
            or len(found) + area.size["rows"] * area.size["columns"] > MOST_COVERED
        ):
            continue
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                found[row, column] = _shown(corner)
    return found


def _shown(cell: Any) -> str:
    """A cell's value as a Vietnamese Excel shows it; numbers with the decimals of their format."""
    value, form = cell.value, str(cell.number_format or "")
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, datetime | date):
        return format_date(value.date() if isinstance(value, datetime) else value, "vi")
    if isinstance(value, int | float):
        decimals = _decimals(form)
        if "%" in form:
            return format_percent(exact(value), decimals or 0, "vi")
        return format_number(value, decimals, "vi")
    return " ".join(str(value).split())


def _decimals(form: str) -> int | None:
    """The digits after the point in a number format, None where it doesn't say."""
    first = form.split(";", maxsplit=1)[0]
    if not any(mark in first for mark in "0#"):
        return None
    part = first.partition(".")[2]
    return len(part) - len(part.lstrip("0"))
