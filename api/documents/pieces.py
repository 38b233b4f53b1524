"""What a Word file reads as: paragraphs, rows of tables, and what stands beside them, each with its runs.

Tracked changes are read as accepted: what was inserted is there, what was deleted isn't. Boxes, footnotes and
endnotes come after the paragraph they stand in, headers and footers at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.words import Message, say

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = frozenset(
    f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "tblPr", "tcPr", "trPr", "sectPr")
)
_CHARS = {f"{_W}tab": " ", f"{_W}ptab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "-"}
_NOTES = {f"{_W}footnoteReference": "footnote", f"{_W}endnoteReference": "endnote"}
_NUMBER = re.compile(r"[\s0-9.,%+–-]*")


@dataclass(slots=True)
class Run:
    """A run: where its text stands in its piece. ``plain``: it is nothing but letters, and may be split."""

    element: Any
    start: int
    end: int
    plain: bool


@dataclass(slots=True)
class Piece:
    """A paragraph or a row. ``anchors``: the runs of the body that it hangs on, where it can't hold a comment
    itself.
    """

    place: Message
    text: str
    runs: list[Run] = field(default_factory=list)
    anchors: list[Any] | None = None


@dataclass(slots=True)
class _Flow:
    """A paragraph's text as far as it goes, and what hangs on it: boxes, and notes by kind and number."""

    text: str = ""
    runs: list[Run] = field(default_factory=list)
    boxes: list[tuple[Any, Any]] = field(default_factory=list)
    notes: list[tuple[str, str, Any]] = field(default_factory=list)

    def read(self, element: Any) -> None:
        """Take in what a paragraph, or a part of one, holds."""
        for child in element:
            if child.tag == f"{_W}r":
                self._run(child)
            elif child.tag not in _GONE and child.tag != f"{_W}p":
                self.read(child)

    def _run(self, run: Any) -> None:
        start, plain = len(self.text), True
        for child in run:
            if child.tag == f"{_W}t":
                self.text += (child.text or "").replace("\t", " ").replace("\n", " ")
            elif child.tag in _CHARS:
                self.text += _CHARS[child.tag]
                plain = False
            elif child.tag in _NOTES:
                self.notes.append((_NOTES[child.tag], child.get(f"{_W}id"), run))
                plain = False
            elif child.tag != f"{_W}rPr":
                self.boxes += [(box, run) for box in _boxes(child)]
                plain = False
        if len(self.text) > start:
            self.runs.append(Run(run, start, len(self.text), plain))

    def add(self, other: _Flow, between: str) -> None:
        """What comes behind."""
        at = len(self.text) + len(between)
        self.text += between + other.text
        self.runs += [Run(run.element, run.start + at, run.end + at, run.plain) for run in other.runs]
        self.boxes += other.boxes
        self.notes += other.notes


def _boxes(element: Any) -> Iterator[Any]:
    """The text boxes in a drawing; one that is there twice, for older programs too, once."""
    if element.tag == f"{_MC}AlternateContent":
        for choice in element:
            if choice.tag == f"{_MC}Choice":
                yield from _boxes(choice)
                return
    elif element.tag == f"{_W}txbxContent":
        yield element
    else:
        for child in element:
            yield from _boxes(child)


@dataclass(slots=True)
class _Reader:
    notes: dict[tuple[str, str], Any]
    paragraphs: int = 0
    tables: int = 0
    boxes: int = 0
    told: int = 0
    open: _Flow | None = None

    def blocks(self, parent: Any) -> Iterator[Piece]:
        """The pieces of the body, or of what holds paragraphs and tables in it."""
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag not in _GONE:
                yield from self.blocks(child)

    def _paragraph(self, element: Any) -> Iterator[Piece]:
        self.paragraphs += 1
        flow = _Flow()
        flow.read(element)
        if self.open is not None:  # whose end was deleted
            self.open.add(flow, "")
            flow, self.open = self.open, None
        if element.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:
            self.open = flow
            return
        yield Piece(say("report.paragraph", number=str(self.paragraphs)), flow.text, flow.runs)
        yield from self._hanging(flow)

    def _table(self, element: Any) -> Iterator[Piece]:
        self.tables += 1
        number = self.tables
        above: dict[int, str] = {}
        for at, row in enumerate(_rows(element), start=1):
            flow, inner = self._row(row, above)
            if row.find(f"{_W}trPr/{_W}del") is None:
                yield Piece(say("report.cell", table=str(number), row=str(at)), flow.text, flow.runs)
                yield from self._hanging(flow)
                for table in inner:
                    yield from self._table(table)

    def _row(self, row: Any, above: dict[int, str]) -> tuple[_Flow, list[Any]]:
        """A row with tabs between its columns. A merged cell's words stand in each column and row that it
        covers, a number only once. ``above``: by column, the text of the cell that covers rows below.
        """
        columns: list[_Flow] = []
        inner: list[Any] = []
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        columns += [_Flow() for _ in range(_count(before))]
        for cell in _cells(row):
            flow = _Flow()
            paragraphs, tables = _cell_parts(cell)
            for paragraph in paragraphs:
                part = _Flow()
                part.read(paragraph)
                flow.add(part, " " if flow.text else "")
            inner += tables
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            at = len(columns)
            if merged is not None and merged.get(f"{_W}val") != "restart":
                flow = _Flow(text=above.get(at, ""))
            else:
                above[at] = "" if merged is None else _again(flow.text)
            columns.append(flow)
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            columns += [_Flow(text=_again(flow.text)) for _ in range(max(1, _count(span)) - 1)]
        whole = _Flow()
        for at, flow in enumerate(columns):
            whole.add(flow, "\t" if at else "")
        return whole, inner

    def _hanging(self, flow: _Flow) -> Iterator[Piece]:
        for box, run in flow.boxes:
            self.boxes += 1
            yield from self._beside(box, say("report.box", number=str(self.boxes)), [run])
        for kind, key, run in flow.notes:
            if (note := self.notes.get((kind, key))) is not None:
                self.told += 1
                yield from self._beside(note, say(f"report.{kind}", number=str(self.told)), [run])

    def _beside(self, holder: Any, place: Message, anchors: list[Any]) -> Iterator[Piece]:
        """What isn't of the body, all under one place; comments on it go to ``anchors``."""
        inner = _Reader(self.notes)
        for piece in inner.blocks(holder):
            yield Piece(place, piece.text, [], anchors)


def _count(element: Any) -> int:
    text = "" if element is None else element.get(f"{_W}val") or ""
    return min(int(text), 64) if text.isascii() and text.isdigit() else 0


def _again(text: str) -> str:
    """What a merged cell's text is in the other columns and rows."""
    return "" if _NUMBER.fullmatch(text) else text


def _rows(table: Any) -> Iterator[Any]:
    return _within(table, f"{_W}tr")


def _cells(row: Any) -> Iterator[Any]:
    return _within(row, f"{_W}tc")


def _within(element: Any, tag: str) -> Iterator[Any]:
    """The nearest elements of a kind, also inside content controls and insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _GONE and child.tag not in {f"{_W}p", f"{_W}tbl"}:
            yield from _within(child, tag)


def _cell_parts(cell: Any) -> tuple[list[Any], list[Any]]:
    """The paragraphs and the tables of a cell."""
    return list(_within(cell, f"{_W}p")), list(_within(cell, f"{_W}tbl"))


def pieces(document: WordDocument) -> Iterator[Piece]:
    """Everything that a Word file says, in order."""
    body = document.element.body
    yield from _Reader(dict(_notes(document))).blocks(body)
    first = next(body.iter(f"{_W}r"), None)
    for kind, element in _margins(document):
        reader = _Reader({})
        for piece in reader.blocks(element):
            if piece.text.strip():
                yield Piece(say(f"report.{kind}"), piece.text, [], [] if first is None else [first])


def _margins(document: WordDocument) -> Iterator[tuple[str, Any]]:
    """The headers and footers."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    for kind, name in (("header", RELATIONSHIP_TYPE.HEADER), ("footer", RELATIONSHIP_TYPE.FOOTER)):
        for relation in document.part.rels.values():
            if relation.reltype == name and not relation.is_external:
                yield kind, _root(relation.target_part)


def _notes(document: WordDocument) -> Iterator[tuple[tuple[str, str], Any]]:
    """The footnotes and endnotes by kind and id."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    kinds = {RELATIONSHIP_TYPE.FOOTNOTES: "footnote", RELATIONSHIP_TYPE.ENDNOTES: "endnote"}
    for relation in document.part.rels.values():
        if relation.reltype in kinds and not relation.is_external:
            kind = kinds[relation.reltype]
            for note in _root(relation.target_part).iter(f"{_W}{kind}"):
                yield (kind, note.get(f"{_W}id")), note


def _root(part: Any) -> Any:
    from docx.oxml import parse_xml

    element = getattr(part, "element", None)
    return parse_xml(part.blob) if element is None else element
