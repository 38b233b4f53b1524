"""Word documents from templates: a written report, or whatever has values for a template's places."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from api.documents.office import BROKEN, open_word
from api.documents.package import inspected
from api.documents.places import Blocks, Value, checked, fill, paragraphs
from api.documents.text import DocumentError
from engine.disk import reason
from engine.errors import Code, Issue, Issues, Place, RuleError
from engine.numbers import Lang, format_date
from engine.office import Office
from engine.words import Message, say
from engine.writing.document import Document

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

SHIPPED = Path(__file__).parent / "templates"
DOTS = "……"
"""What stands where a text isn't known yet, as drafts have it."""

_LETTERHEAD: Mapping[str, Value] = {
    **dict.fromkeys(("parent", "body", "symbol", "place", "authority", "signs_for"), ""),
    **dict.fromkeys(("signer_title", "signer", "number", "date", "title"), ""),
    **dict.fromkeys(("bases", "recipients"), ("",)),
}
_NOTHING = Blocks(())
SAMPLES: Mapping[str, Mapping[str, Value]] = {
    "report": {**_LETTERHEAD, "written_on": "", "content": _NOTHING},
    "decision": {
        **_LETTERHEAD,
        **dict.fromkeys(("subject", "from", "to", "units_count"), ""),
        **dict.fromkeys(("quotas", "notes"), ("",)),
        **dict.fromkeys(("annex_units", "annex_periods"), _NOTHING),
    },
}
"""The places of each kind of document, with values of their form and nothing in them."""


def available() -> None:
    """Refuse, before anything is worked out, where Word files can't be written. Raises RuleError."""
    try:
        import docx  # noqa: F401
    except ImportError as missing:
        message = say("document.extra", missing=missing.name or "python-docx")
        raise RuleError([Issue(Code.BAD_SETTING, message, hint=say("document.extra.hint"))]) from None


def report_bytes(document: Document, office: Office, template: Path | None = None) -> bytes:
    """A written report as a .docx file. ``template``: the office's own. Raises RuleError."""
    return filled("report", report_values(document, office), document.lang, template)


def report_values(document: Document, office: Office) -> dict[str, Value]:
    """The places of a report."""
    return {
        **letterhead(office, document.lang),
        "title": document.title,
        "written_on": format_date(document.written_on, document.lang),
        "content": Blocks(document.blocks),
    }


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
        "recipients": tuple(line.removeprefix("- ") for line in several(office.recipients)),
        "number": DOTS,
        "date": say("decision.date").in_(lang),
    }


def check_template(kind: str, template: Path) -> None:
    """Refuse a faulty template before anything is worked out for it. Raises RuleError (bad_template)."""
    named = str(template)
    issues = Issues()
    checked(_opened(template, named), SAMPLES[kind], named, issues)
    issues.raise_errors()


def filled(kind: str, values: Mapping[str, Value], lang: Lang, template: Path | None = None) -> bytes:
    """A template with its places filled; the one that comes along if none is given. Raises RuleError."""
    available()
    path = template or SHIPPED / f"{kind}_{lang}.docx"
    name = str(template) if template else path.name
    document = _opened(path, name)
    issues = Issues()
    fill(document, values, name, issues)
    issues.raise_errors()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _opened(path: Path, name: str) -> WordDocument:
    issues = Issues()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _refused(name, say("template.not_found", why=reason(error))) from None
    if not inspected(data, name, issues):
        raise RuleError(issues.found)
    try:
        document = open_word(data, name)
        _whole(document)
    except (DocumentError, *BROKEN):
        raise _refused(name, say("template.broken")) from None
    return document


def _whole(document: WordDocument) -> None:
    """Go once through what is read and written of a template, so that a damaged one is found out here."""
    for paragraph in paragraphs(document):
        _ = paragraph.text
    for style in document.styles:
        _ = style.name, style.style_id
    document.save(io.BytesIO())


def _refused(name: str, why: Message) -> RuleError:
    return RuleError([Issue(Code.BAD_TEMPLATE, say("bad_template", why=why), Place(name, 1, 1))])
