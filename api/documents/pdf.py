"""PDF files as lines of text, with what such a reading leaves out: tables, pages without letters, damage."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from api.documents.office import BROKEN
from api.documents.text import Document, DocumentError, Note, joined
from engine.words import Message, say

_NUMBER = re.compile(r"[-(+]?[0-9][0-9.,]*%?\)?")
_NOTHING = frozenset("-–x")
ROWS, CELLS = 2, 4
"""So many lines after one another that end in numbers, or that are a number each, are taken for a table."""


def pdf(data: bytes, name: str) -> Document:
    """The lines of a PDF's text layer. Raises DocumentError."""
    try:
        import pypdf
        from pypdf.errors import PyPdfError
    except ImportError as missing:
        raise DocumentError("report.extra", what=name, missing=missing.name or "pypdf") from None

    with _said_by("pypdf") as remarks:
        try:
            reader = pypdf.PdfReader(io.BytesIO(data))
            pages = [page.extract_text().splitlines() for page in reader.pages]
        except (PyPdfError, *BROKEN):
            raise DocumentError("report.broken", what=name) from None
    if not any(text.strip() for lines in pages for text in lines):
        raise DocumentError("report.no_text", what=name)
    return joined(_stretches(pages), _notes(pages, remarks))


def _stretches(pages: Sequence[Sequence[str]]) -> Iterator[tuple[Message, str]]:
    for number, lines in enumerate(pages, start=1):
        for line, text in enumerate(lines, start=1):
            yield say("report.page", page=str(number), line=str(line)), text


def _notes(pages: Sequence[Sequence[str]], remarks: Sequence[str]) -> Iterator[Note]:
    """That columns aren't read, and where a table seems to be; pages without text; what pypdf says."""
    tables = tuple(number for number, lines in enumerate(pages, start=1) if _has_table(lines))
    empty = tuple(number for number, lines in enumerate(pages, start=1) if not "".join(lines).strip())
    if tables:
        yield Note("pdf_tables", say("document.pdf_tables", pages=_listed(tables)), tables)
    else:
        yield Note("pdf_lines", say("document.pdf_lines"))
    if empty:
        yield Note("pdf_without_text", say("document.pdf_without_text", pages=_listed(empty)), empty)
    if remarks:
        words = say("document.pdf_damaged", count=len(remarks))
        yield Note("pdf_damaged", words, details=tuple(dict.fromkeys(remarks)))


def _has_table(lines: Sequence[str]) -> bool:
    """Whether lines after one another look like rows, or like the cells of a column."""
    for looks_so, least in ((_is_row, ROWS), (_is_cell, CELLS)):
        for so, run in groupby(map(looks_so, lines)):
            if so and len(list(run)) >= least:
                return True
    return False


def _is_row(line: str) -> bool:
    """Whether a line ends in two numbers, or a number and a sign for none."""
    last = line.split()[-2:]
    numbers = [word for word in last if _NUMBER.fullmatch(word)]
    return len(last) == 2 and bool(numbers) and all(word in numbers or word in _NOTHING for word in last)


def _is_cell(line: str) -> bool:
    return _NUMBER.fullmatch(line.strip()) is not None


def _listed(pages: Sequence[int]) -> str:
    """Pages in a row: 1, 3–5."""
    parts = []
    for _, run in groupby(enumerate(pages), lambda pair: pair[1] - pair[0]):
        numbers = [page for _, page in run]
        parts.append(f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}")
    return ", ".join(parts)


@contextmanager
def _said_by(logger: str) -> Iterator[list[str]]:
    """What a library logs meanwhile, kept from standard error: its English is for programmers."""
    heard: list[str] = []
    ear = _Ear(heard)
    source = logging.getLogger(logger)
    level, loud = source.level, source.propagate
    source.addHandler(ear)
    source.setLevel(logging.WARNING)
    source.propagate = False
    try:
        yield heard
    finally:
        source.removeHandler(ear)
        source.setLevel(level)
        source.propagate = loud


class _Ear(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__()
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())
