"""A written document as blocks, before any layout: what text, Markdown and Word are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

__all__ = ["Block", "Column", "Document", "Heading", "Items", "Paragraph", "Row", "Table"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 1 is the highest below the document's title."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that stand together."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list, one text an item."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    ``group`` stands over the columns side by side that share it; numbers are set to the right, the numbers
    that rows are counted by in the middle.
    """

    title: str
    group: str | None = None
    is_number: bool = False
    is_count: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: a text a column, in the number forms of the document's language.

    Unknown is a word or a sign that says so, never empty. A total is set off from the other rows.
    """

    cells: tuple[str, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as there are columns."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str | None = None

    def __post_init__(self) -> None:
        """Raises ValueError where a row and the columns differ in number."""
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"a row of {len(row.cells)} cells under {len(self.columns)} columns")


Block: TypeAlias = Heading | Paragraph | Items | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A document in one language; ``written_on`` is the date its figures are of, not today's."""

    title: str
    blocks: tuple[Block, ...]
    written_on: date
    lang: Literal["vi", "en"] = "vi"
