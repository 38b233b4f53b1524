"""A written report as text, as Markdown and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from api.answers import issues_answer, overlaid
from engine.rulebook import Rulebook
from engine.writing.document import Block, Document, Heading, Items, Paragraph, Table
from engine.writing.write import Written

__all__ = ["markdown", "plain", "written_answer", "written_records"]


def plain(document: Document) -> str:
    """The document as text; a paragraph is one line, so that nothing is cut or joined by whoever reads it."""
    parts = [document.title, *(_plain(block) for block in document.blocks)]
    return "\n\n".join(parts) + "\n"


def _plain(block: Block) -> str:
    match block:
        case Heading() | Paragraph():
            return block.text
        case Items():
            return "\n".join(f"- {text}" for text in block.texts)
        case Table():
            return _plain_table(block)


def _titles(table: Table) -> list[str]:
    return [f"{column.group}: {column.title}" if column.group else column.title for column in table.columns]


def _plain_table(table: Table) -> str:
    from tabulate import SEPARATING_LINE, tabulate

    align = ["right" if column.is_number else "left" for column in table.columns]
    body: list[Any] = []
    for row in table.rows:
        if row.is_total:
            body.append(SEPARATING_LINE)
        body.append(list(row.cells))
    text = tabulate(body, _titles(table), tablefmt="simple", disable_numparse=True, colalign=align)
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join([table.caption, *lines] if table.caption else lines)


def markdown(document: Document) -> str:
    """The document as Markdown: tables with pipes, marks of its own escaped."""
    parts = [f"# {_escaped(document.title)}"]
    for block in document.blocks:
        match block:
            case Heading():
                parts.append(f"{'#' * (block.level + 1)} {_escaped(block.text)}")
            case Paragraph():
                parts.append(_escaped(block.text))
            case Items():
                parts.append("\n".join(f"- {_escaped(text)}" for text in block.texts))
            case Table():
                parts += [_escaped(block.caption)] if block.caption else []
                parts.append("\n".join(_pipes(block)))
    return "\n\n".join(parts) + "\n"


def _pipes(table: Table) -> Iterator[str]:
    yield _bars(_escaped(title) for title in _titles(table))
    yield _bars("---:" if column.is_number else "---" for column in table.columns)
    for row in table.rows:
        cells = [_escaped(cell) for cell in row.cells]
        yield _bars(f"**{cell}**" for cell in cells) if row.is_total else _bars(cells)


def _bars(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


_MARKS = re.compile(r"[\\`*_\[\]<>|#~]|&(?=#?\w+;)")
_LIST = re.compile(r"^\d+(?=[.)](?: |$))|^(?=[-+](?: |-|$))")
"""Where a text begins as a list does, or a line across."""


def _escaped(text: str) -> str:
    """A text whose characters Markdown takes as they are, on one line."""
    return _LIST.sub(r"\g<0>\\", _MARKS.sub(r"\\\g<0>", " ".join(text.split())))


def written_answer(written: Written, rulebook: Rulebook) -> dict[str, Any]:
    """The report as JSON: its blocks, and what it can't say."""
    document = written.document
    return {
        "rulebook": rulebook.id,
        "report": written.report.id,
        "as_of": written.at.as_of.isoformat(),
        "basis": written.at.basis,
        "unit": written.at.unit,
        "lang": document.lang,
        **overlaid(rulebook),
        "title": document.title,
        "blocks": [_block(block) for block in document.blocks],
        "issues": issues_answer(written.issues, document.lang)["issues"],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level}
        case Paragraph():
            return {"kind": "paragraph", "text": block.text}
        case Items():
            return {"kind": "items", "texts": list(block.texts)}
        case Table():
            return {
                "kind": "table",
                "caption": block.caption,
                "columns": [
                    {"title": column.title, "group": column.group, "is_number": column.is_number}
                    for column in block.columns
                ],
                "rows": [{"cells": list(row.cells), "is_total": row.is_total} for row in block.rows],
            }


def written_records(written: Written) -> list[dict[str, Any]]:
    """A row for each heading, paragraph, item and cell of the report."""
    records: list[dict[str, Any]] = []

    def add(number: int, kind: str, text: str, row: int | None = None, column: str | None = None) -> None:
        records.append({"block": number, "kind": kind, "row": row, "column": column, "text": text})

    for number, block in enumerate(written.document.blocks, 1):
        match block:
            case Heading():
                add(number, "heading", block.text)
            case Paragraph():
                add(number, "paragraph", block.text)
            case Items():
                for at, text in enumerate(block.texts, 1):
                    add(number, "item", text, at)
            case Table():
                for at, row in enumerate(block.rows, 1):
                    for title, cell in zip(_titles(block), row.cells, strict=True):
                        add(number, "cell", cell, at, title)
    return records
