"""Checking a report that someone wrote: the file read, its text judged, beside a rulebook if one is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from api.documents.comments import commented
from api.documents.reading import read_document
from api.documents.text import Document
from api.services import load
from engine.numbers import Lang
from engine.report.findings import Finding
from engine.report.verify import verify


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
    """Check a .txt, .docx, .xlsx or .pdf file. Raises DocumentError, RuleError, OSError."""
    book = load(rulebook, rules) if rulebook is not None else None
    document = read_document(Path(file))
    return Checked(file, book.id if book else None, document, tuple(verify(document.text, book)))


def with_comments(checked: Checked, lang: Lang) -> bytes:
    """A Word copy with a comment at each place that isn't right. Raises DocumentError, OSError."""
    path = Path(checked.file)
    data = path.read_bytes() if path.suffix.lower() == ".docx" else None
    return commented(checked.document, checked.findings, lang, path.name, data)
