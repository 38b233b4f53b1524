"""A Word copy of a checked document with a comment at each place that isn't right."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from api.documents.office import BROKEN, open_word
from api.documents.pieces import Piece, Run, pieces
from api.documents.text import Document, DocumentError
from engine.numbers import Lang
from engine.report.findings import Finding
from engine.words import say

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

AUTHOR, INITIALS = "chitieu", "ct"


def commented(
    document: Document, findings: Sequence[Finding], lang: Lang, name: str, data: bytes | None = None
) -> bytes:
    """The bytes of the copy. ``data``: of the Word file that the text is of; without it the text is set anew.

    Raises DocumentError.
    """
    told = [finding for finding in findings if finding.verdict != "right"]
    word = open_word(data, name) if data is not None else _set(document, name)
    from docx.text.run import Run as WordRun

    at = 0
    waiting = list(reversed(told))  # later ones of a paragraph first: a split leaves what is before it
    by_piece: list[tuple[Piece, int, list[Finding]]] = []
    for piece in pieces(word):
        end = at + len(piece.text) + 1
        here = []
        while waiting and waiting[-1].start < end:
            here.append(waiting.pop())
        if here:
            by_piece.append((piece, at, here))
        at = end
    for piece, start, here in by_piece:
        for finding in reversed(here):
            runs = [
                WordRun(run, word._body) for run in _runs(piece, finding.start - start, finding.end - start)
            ]
            if runs:
                word.add_comment(runs, text=_words(finding, lang), author=AUTHOR, initials=INITIALS)
    return _saved(word, name)


def _saved(word: WordDocument, name: str) -> bytes:
    """Raises DocumentError: parts that reading passes over may be damaged."""
    buffer = io.BytesIO()
    try:
        word.save(buffer)
    except BROKEN:
        raise DocumentError("report.broken", what=name) from None
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


def _runs(piece: Piece, start: int, end: int) -> list[Any]:
    """The runs of a stretch of a piece, split at its ends; of what isn't in the body, what it hangs on."""
    if piece.anchors is not None:
        return piece.anchors
    found: list[Any] = []
    after: list[Run] = []
    for run in piece.runs:
        low, high = max(start, run.start), min(end, run.end)
        if low >= high:
            after.append(run)
            continue
        parts = _cut(run, low, high) if run.plain else [run]
        after += parts
        found += [part.element for part in parts if part.start < high and part.end > low]
    piece.runs = after
    return found


def _cut(run: Run, low: int, high: int) -> list[Run]:
    """A run as up to three, so that one of them goes from ``low`` to ``high``."""
    parts = [(a, b) for a, b in ((run.start, low), (low, high), (high, run.end)) if a < b]
    text = "".join(node.text or "" for node in run.element if node.tag.endswith("}t"))
    elements = [run.element, *(deepcopy(run.element) for _ in parts[1:])]
    for element, behind in pairwise(elements):
        element.addnext(behind)
    for element, (a, b) in zip(elements, parts, strict=True):
        element.text = text[a - run.start : b - run.start]
    return [Run(element, a, b, plain=True) for element, (a, b) in zip(elements, parts, strict=True)]
