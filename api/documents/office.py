"""Word, Excel and PDF files as text. Each library is imported when a file of its kind is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from api.documents.text import LIMIT, Document, DocumentError, joined
from engine.numbers import exact, format_date, format_number, format_percent
from engine.words import Message, say

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

MEGABYTE = 1_000_000


def unpacked(data: bytes, name: str) -> None:
    """Refuse what is no package, or unpacks to too much. Raises DocumentError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = sum(entry.file_size for entry in package.infolist())
    except zipfile.BadZipFile:
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
    except (PackageNotFoundError, SyntaxError, KeyError, ValueError, zipfile.BadZipFile):  # bad XML too
        raise DocumentError("report.broken", what=name) from None


def word(data: bytes, name: str) -> Document:
    """The paragraphs and table rows of a Word file, in order. Raises DocumentError."""
    return joined((place, text) for place, text, _ in word_pieces(open_word(data, name)))


def word_pieces(document: WordDocument) -> Iterator[tuple[Message, str, list[Any]]]:
    """Each paragraph or row: its place, its text, and the paragraphs that hold it, cells after tabs."""
    from docx.table import Table

    paragraphs = tables = 0
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            tables += 1
            for number, row in enumerate(block.rows, start=1):
                cells = list(dict.fromkeys(cell._tc for cell in row.cells))
                texts = [_cell_text(cell) for cell in cells]
                place = say("report.cell", table=str(tables), row=str(number))
                yield place, "\t".join(texts), cells
        else:
            paragraphs += 1
            text = block.text.replace("\t", " ").replace("\n", " ")
            yield say("report.paragraph", number=str(paragraphs)), text, [block]


def _cell_text(cell: Any) -> str:
    return " ".join("".join(node.text or "" for node in p.iter(f"{_W}t")) for p in cell.iter(f"{_W}p"))


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def excel(data: bytes, name: str) -> Document:
    """The rows of a workbook's sheets, cells with tabs between, as they are shown. Raises DocumentError."""
    unpacked(data, name)
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as missing:
        raise DocumentError("report.extra", what=name, missing=missing.name or "openpyxl") from None

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        return joined(_rows(book))
    except (InvalidFileException, KeyError, ValueError, TypeError, zipfile.BadZipFile, SyntaxError):
        raise DocumentError("report.broken", what=name) from None


def _rows(book: Any) -> Iterator[tuple[Message, str]]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            texts = [_shown(cell) for cell in row]
            if any(texts):
                while texts and not texts[-1]:
                    texts.pop()
                text = "\t".join(texts) if len(texts) > 1 else texts[0]
                yield say("report.sheet", sheet=sheet.title, row=str(row[0].row)), text


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


def pdf(data: bytes, name: str) -> Document:
    """The lines of a PDF's text layer. Raises DocumentError."""
    try:
        import pypdf
        from pypdf.errors import PyPdfError
    except ImportError as missing:
        raise DocumentError("report.extra", what=name, missing=missing.name or "pypdf") from None

    found: list[tuple[Message, str]] = []
    try:
        for number, page in enumerate(pypdf.PdfReader(io.BytesIO(data)).pages, start=1):
            for line, text in enumerate(page.extract_text().splitlines(), start=1):
                found.append((say("report.page", page=str(number), line=str(line)), text))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise DocumentError("report.broken", what=name) from None
    if not any(text.strip() for _, text in found):
        raise DocumentError("report.no_text", what=name)
    return joined(found)
