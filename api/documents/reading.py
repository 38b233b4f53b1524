"""A document from a file, by what its name says it is."""

from __future__ import annotations

from pathlib import Path

from api.documents.legacy import encoding_of
from api.documents.office import MEGABYTE, excel, word
from api.documents.pdf import pdf
from api.documents.plain import decoded
from api.documents.text import LIMIT, Document, DocumentError, lines
from engine.disk import reason

FORMS = {".docx": word, ".xlsx": excel, ".xlsm": excel, ".pdf": pdf}
PLAIN = frozenset({".txt", ".md", ""})


def read_document(path: Path) -> Document:
    """The text of a .txt, .docx, .xlsx or .pdf file. Raises DocumentError."""
    name, suffix = path.name, path.suffix.lower()
    if suffix not in FORMS and suffix not in PLAIN:
        raise DocumentError("report.unknown_form", what=name)
    if path.is_file() and path.stat().st_size > LIMIT * MEGABYTE:
        raise DocumentError("report.too_large", what=name, limit=LIMIT)
    return document_of(bytes_of(path), name)


def bytes_of(path: Path) -> bytes:
    """What is in a file. Raises DocumentError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentError("disk.unread", what=str(path), why=reason(error)) from None


def document_of(data: bytes, name: str) -> Document:
    """The text of a file's bytes; ``name`` says by its ending what they are. Raises DocumentError."""
    suffix = Path(name).suffix.lower()
    if suffix not in FORMS and suffix not in PLAIN:
        raise DocumentError("report.unknown_form", what=name)
    if len(data) > LIMIT * MEGABYTE:
        raise DocumentError("report.too_large", what=name, limit=LIMIT)
    document = FORMS[suffix](data, name) if suffix in FORMS else lines(decoded(data, name))
    if (encoding := encoding_of(document.text)) is not None:
        raise DocumentError("report.legacy", "report.legacy.hint", what=name, encoding=encoding)
    return document
