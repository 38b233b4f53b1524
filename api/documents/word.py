"""Word documents from templates: a written report, or whatever has values for a template's places."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from api.documents.office import open_word
from api.documents.package import inspected
from api.documents.places import Blocks, Value, fill
from api.documents.text import DocumentError
from engine.errors import Code, Issue, Issues, Place, RuleError
from engine.numbers import Lang, format_date
from engine.office import Office
from engine.words import Message, say
from engine.writing.document import Document

SHIPPED = Path(__file__).parent / "templates"
DOTS = "……"
"""What stands where a text isn't known yet, as drafts have it."""


def available() -> None:
    """Refuse, before anything is worked out, where Word files can't be written. Raises RuleError."""
    try:
        import docx  # noqa: F401
    except ImportError as missing:
        message = say("document.extra", missing=missing.name or "python-docx")
        raise RuleError([Issue(Code.BAD_SETTING, message, hint=say("document.extra.hint"))]) from None


def report_bytes(document: Document, office: Office, template: Path | None = None) -> bytes:
    """A written report as a .docx file. ``template``: the office's own. Raises RuleError."""
    values: dict[str, Value] = {
        **letterhead(office, document.lang),
        "title": document.title,
        "written_on": format_date(document.written_on, document.lang),
        "content": Blocks(document.blocks),
    }
    return filled("report", values, document.lang, template)


def letterhead(office: Office, lang: Lang) -> dict[str, Value]:
    """The office's own texts by their places; dots where it hasn't said, never a guess.

    The number and the day are given when a document is signed.
    """

    def one(text: Message | None, otherwise: str = DOTS) -> str:
        return text.in_(lang) if text is not None else otherwise

    def several(texts: tuple[Message, ...]) -> tuple[str, ...]:
        return tuple(text.in_(lang) for text in texts) or (DOTS,)

    return {
        "parent": one(office.parent),
        "body": one(office.body),
        "symbol": one(office.symbol),
        "place": one(office.place),
        "authority": one(office.authority),
        "bases": several(office.bases),
        "signs_for": one(office.signs_for, ""),
        "signer_title": one(office.signer_title),
        "signer": one(office.signer),
        "recipients": several(office.recipients),
        "number": DOTS,
        "date": say("decision.date").in_(lang),
    }


def filled(kind: str, values: Mapping[str, Value], lang: Lang, template: Path | None = None) -> bytes:
    """A template with its places filled; the one that comes along if none is given. Raises RuleError."""
    available()
    path = template or SHIPPED / f"{kind}_{lang}.docx"
    name = str(template) if template else path.name
    issues = Issues()
    try:
        data = path.read_bytes()
    except OSError:
        raise _refused(name, say("template.not_found")) from None
    if not inspected(data, name, issues):
        raise RuleError(issues.found)
    try:
        document = open_word(data, name)
    except DocumentError:
        raise _refused(name, say("template.broken")) from None
    fill(document, values, name, issues)
    issues.raise_errors()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _refused(name: str, why: Message) -> RuleError:
    return RuleError([Issue(Code.BAD_TEMPLATE, say("bad_template", why=why), Place(name, 1, 1))])
