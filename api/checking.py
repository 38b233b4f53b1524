"""Checking a report that someone wrote: the file read, its text judged, beside a rulebook if one is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from api.documents.comments import commented
from api.documents.reading import bytes_of, document_of, read_document
from api.documents.text import Document
from api.services import load
from engine.numbers import Lang
from engine.report.findings import Finding
from engine.report.verify import verify
from engine.rulebook import Rulebook
from engine.words import say


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked document. ``file``: its name as given; ``rulebook``: the id of the one it was held to."""

    file: str
    rulebook: str | None
    document: Document
    findings: tuple[Finding, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether anything in it is wrong."""
        return any(finding.verdict == "wrong" for finding in self.findings)


def check_document(file: str, rulebook: str | None = None, rules: Path | None = None) -> Checked:
    """Check a .txt, .docx, .xlsx or .pdf file. Raises DocumentError, RuleError."""
    book = load(rulebook, rules) if rulebook is not None else None
    document = read_document(Path(file))
    return Checked(file, book.id if book else None, document, tuple(_found(document, book)))


def check_bytes(data: bytes, name: str, rulebook: str | None = None, rules: Path | None = None) -> Checked:
    """Check a file's bytes under the name it came with. Raises DocumentError, RuleError."""
    book = load(rulebook, rules) if rulebook is not None else None
    document = document_of(data, name)
    return Checked(name, book.id if book else None, document, tuple(_found(document, book)))


def _found(document: Document, book: Rulebook | None) -> list[Finding]:
    """What the text says wrongly, and what a workbook's formulas don't say at all."""
    note = say("report.formula")
    empty = [
        Finding(start, end, document.text[start:end], "number", None, None, "cannot_check", note)
        for start, end in document.formulas
    ]
    return sorted([*verify(document.text, book), *empty], key=lambda one: (one.start, one.end, one.kind))


def with_comments(checked: Checked, lang: Lang, data: bytes | None = None) -> bytes:
    """A Word copy with a comment at each place that isn't right. ``data``: the file's bytes, unless they
    are to be read again. Raises DocumentError.
    """
    path = Path(checked.file)
    if path.suffix.lower() != ".docx":
        data = None
    elif data is None:
        data = bytes_of(path)
    return commented(checked.document, checked.findings, lang, path.name, data)
