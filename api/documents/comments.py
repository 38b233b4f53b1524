"""A Word copy of a checked document with a comment at each place that isn't right."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from api.documents.office import open_word, word_pieces
from api.documents.text import Document, DocumentError
from engine.numbers import Lang
from engine.report.findings import Finding
from engine.words import say

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

AUTHOR, INITIALS = "chitieu", "ct"
_PLAIN = ("}rPr", "}t", "}tab", "}br")


def commented(
    document: Document, findings: Sequence[Finding], lang: Lang, name: str, data: bytes | None = None
) -> bytes:
    """The bytes of the copy. ``data``: of the Word file that the text is of; without it the text is set anew.

    Raises DocumentError.
    """
    told = [finding for finding in findings if finding.verdict != "right"]
    word = open_word(data, name) if data is not None else _set(document, name)
    at = 0
    waiting = list(reversed(told))  # later ones of a paragraph first: a split leaves what is before it
    by_piece: list[tuple[list[Any], int, list[Finding]]] = []
    for _, text, holders in word_pieces(word):
        end = at + len(text) + 1
        here = []
        while waiting and waiting[-1].start < end:
            here.append(waiting.pop())
        if here:
            by_piece.append((holders, at, here))
        at = end
    for holders, start, here in by_piece:
        for finding in reversed(here):
            runs = _runs(holders, finding.start - start, finding.end - start)
            if runs:
                word.add_comment(runs, text=_words(finding, lang), author=AUTHOR, initials=INITIALS)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _set(document: Document, name: str) -> WordDocument:
    """A new Word document with a paragraph for each line, so that offsets are those of the text."""
    try:
        import docx
    except ImportError as missing:
        raise DocumentError("report.extra", what=name, missing=missing.name or "python-docx") from None

    word = docx.Document()
    lines = document.text.split("\n")
    for line in lines[:-1] if not lines[-1] else lines:
        word.add_paragraph("".join(char if char.isprintable() or char == "\t" else " " for char in line))
    return word


def _words(finding: Finding, lang: Lang) -> str:
    return f"{say(f'report.verdict.{finding.verdict}').in_(lang)}: {finding.note.in_(lang)}"


def _runs(holders: list[Any], start: int, end: int) -> list[Any]:
    """The runs of a stretch of a paragraph, split to fit; of a table row those of the whole cell."""
    from docx.text.paragraph import Paragraph

    first = holders[0]
    if isinstance(first, Paragraph):
        return list(_split(first, start, end)) or [run for run in first.runs if run.text]
    at = 0
    for cell in holders:
        paragraphs = [Paragraph(element, None) for element in cell.iter(f"{cell.tag[: -len('tc')]}p")]  # type: ignore[arg-type]
        at += len(" ".join(paragraph.text for paragraph in paragraphs)) + 1
        if start < at:
            return [run for paragraph in paragraphs for run in paragraph.runs if run.text]
    return []


def _split(paragraph: Any, start: int, end: int) -> Iterator[Any]:
    """The runs from ``start`` to ``end``, the first and last of them split there; none where texts differ."""
    if sum(len(run.text) for run in paragraph.runs) != len(paragraph.text):
        return  # a link or a field: its text is in no run of the paragraph
    at = 0
    for run in list(paragraph.runs):
        length = len(run.text)
        low, high = max(start - at, 0), min(end - at, length)
        at += length
        if low >= high:
            continue
        yield run if (low, high) == (0, length) or not _is_plain(run) else _cut(run, low, high)


def _is_plain(run: Any) -> bool:
    return all(child.tag.endswith(_PLAIN) for child in run._r)


def _cut(run: Any, low: int, high: int) -> Any:
    """The middle of a run; what is before and behind become runs of their own."""
    from docx.text.run import Run

    text = run.text
    if high < len(text):
        behind = Run(deepcopy(run._r), run._parent)
        run._r.addnext(behind._r)
        behind.text = text[high:]
    if low:
        before = Run(deepcopy(run._r), run._parent)
        run._r.addprevious(before._r)
        before.text = text[:low]
    run.text = text[low:high]
    return run
