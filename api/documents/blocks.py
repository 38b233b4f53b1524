"""Blocks of a written document set into Word where a template has a place for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from api.documents.characters import legal
from api.documents.widths import fitting, size_of, widths_of
from engine.writing.document import Block, Column, Heading, Items, Paragraph, Row, Table

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WIDTH = 9354
"""What is taken where a section doesn't say: A4 between margins of 30 and 15 mm."""
NARROWEST = 1440
"""A table is made no narrower, in twentieths of a point, whatever the margins leave."""
_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(|mm|cm|in|pt|pc|pi)")
_UNITS = {"": 1.0, "mm": 1440 / 25.4, "cm": 1440 / 2.54, "in": 1440.0, "pt": 20.0, "pc": 240.0, "pi": 240.0}
MOST_ROWS_TOGETHER = 20
"""A table of no more rows stays on one page."""


def set_blocks(document: WordDocument, place: Any, blocks: Sequence[Block]) -> None:
    """Put blocks where a paragraph is, and take that away. Paragraphs look as it does: its alignment, its
    indents, the font of its first run; headings have the template's heading styles.
    """
    look = _Look(document, place)
    elements = [element for block in blocks for element in look.elements(block)]
    for element in elements:
        place.addprevious(element)
    if elements and elements[-1].tag == f"{_W}p":
        _keep_with_next(elements[-1])  # so that who signs never stands on a page alone
    ends_section = place.find(f"{_W}pPr/{_W}sectPr") is not None
    if ends_section:
        for run in place.findall(f"{_W}r"):
            place.remove(run)
    else:
        place.getparent().remove(place)


def _keep_with_next(paragraph: Any) -> None:
    properties = paragraph.find(f"{_W}pPr")
    if properties.find(f"{_W}keepNext") is None:
        at = 0 if properties.find(f"{_W}pStyle") is None else 1  # the schema's order
        properties.insert(at, _parsed("<w:keepNext></w:keepNext>"))


class _Look:
    """How a place looks."""

    def __init__(self, document: WordDocument, place: Any) -> None:
        self.width = _width(place)
        self.styles = {style.name: style.style_id for style in document.styles if style.name}
        self.paragraph = deepcopy(place.find(f"{_W}pPr"))
        self.run = deepcopy(place.find(f"{_W}r/{_W}rPr"))
        section = None if self.paragraph is None else self.paragraph.find(f"{_W}sectPr")
        if section is not None:
            self.paragraph.remove(section)

    def elements(self, block: Block) -> list[Any]:
        match block:
            case Heading():
                return [self.heading(block)]
            case Paragraph():
                element = self.like_the_place(block.text)
                if block.text.endswith(":"):
                    _keep_with_next(element)
                return [element]
            case Items():
                return [self.like_the_place(f"- {text}") for text in block.texts]
            case Table():
                parts = fitting(block, self.width)
                return [_parsed(text) for part in parts for text in self.table(part)]

    def heading(self, block: Heading) -> Any:
        style = self.styles.get(f"Heading {block.level}")
        if style is None:
            return _parsed(_p("", "<w:b/>", block.text))
        return _parsed(_p(f'<w:pStyle w:val="{escape(style)}"/>', "", block.text))

    def like_the_place(self, text: str) -> Any:
        element = _parsed(_p("", "", text))
        for holder, own in ((element, self.paragraph), (element.find(f"{_W}r"), self.run)):
            if holder is not None and own is not None:
                holder.replace(holder[0], deepcopy(own))
        return element

    def table(self, table: Table) -> list[str]:
        size = size_of(table, self.width)
        widths = widths_of(table, self.width, size)
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        header = _header(table.columns, widths, size)
        last = len(table.rows) - 1
        whole = last < MOST_ROWS_TOGETHER
        rows = "".join(
            [
                *header,
                *(
                    _row(table, row, widths, size, next_to=whole and at < last)
                    for at, row in enumerate(table.rows)
                ),
            ]
        )
        edges = "".join(
            f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
            for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        found = []
        if table.caption:
            caption = '<w:keepNext/><w:spacing w:before="120" w:after="60"/><w:jc w:val="center"/>'
            found.append(_p(caption, "<w:b/>", table.caption))
        found.append(
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
        )
        found.append(_p('<w:spacing w:before="0" w:after="0"/>', "", ""))
        return found


def _parsed(text: str) -> Any:
    from docx.oxml.parser import parse_xml

    # said once: where every paragraph said it again, moving a table took time by its square
    tag = text.index(">")
    return parse_xml(f"{text[:tag]} {_NAMESPACE}{text[tag:]}")


def _p(properties: str, run: str, text: str) -> str:
    said = escape(legal(text)).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    body = f'<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{said}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{body}</w:p>"


def _cell(
    text: str,
    width: int,
    size: int,
    align: str,
    *,
    bold: bool = False,
    merge: str = "",
    next_to: bool = False,
) -> str:
    weight = "<w:b/>" if bold else ""
    together = "<w:keepNext/>" if next_to else ""
    spacing = '<w:spacing w:before="40" w:after="40"/><w:ind w:firstLine="0"/>'
    properties = f'{together}{spacing}<w:jc w:val="{align}"/>'
    inner = _p(properties, f'{weight}<w:sz w:val="{size}"/>', text)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f"{inner}</w:tc>"
    )


def _header(columns: Sequence[Column], widths: Sequence[int], size: int) -> list[str]:
    """The rows that stand again on each page: groups over their columns, if there are any."""
    first = []
    second = []
    grouped = any(column.group for column in columns)
    at = 0
    while at < len(columns):
        column = columns[at]
        if column.group is None:
            merge = '<w:vMerge w:val="restart"/>' if grouped else ""
            first.append(
                _cell(column.title, widths[at], size, "center", bold=True, merge=merge, next_to=True)
            )
            second.append(_cell("", widths[at], size, "center", merge="<w:vMerge/>", next_to=True))
            at += 1
            continue
        end = at
        while end < len(columns) and columns[end].group == column.group:
            second.append(_cell(columns[end].title, widths[end], size, "center", bold=True, next_to=True))
            end += 1
        span = f'<w:gridSpan w:val="{end - at}"/>'
        first.append(
            _cell(column.group, sum(widths[at:end]), size, "center", bold=True, merge=span, next_to=True)
        )
        at = end
    rows = [first, second] if grouped else [first]
    return [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(row)}</w:tr>" for row in rows]


def _row(table: Table, row: Row, widths: Sequence[int], size: int, *, next_to: bool) -> str:
    cells = "".join(
        _cell(
            text,
            width,
            size,
            "right" if column.is_number else "center" if column.is_count else "left",
            bold=row.is_total,
            next_to=next_to,
        )
        for text, width, column in zip(row.cells, widths, table.columns, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _width(place: Any) -> int:
    """The width between the margins of the section that a paragraph is in, in twentieths of a point."""
    section = place.find(f"{_W}pPr/{_W}sectPr")
    following = place
    while section is None and following is not None:
        following = following.getnext()
        if following is not None:
            section = following if following.tag == f"{_W}sectPr" else following.find(f"{_W}pPr/{_W}sectPr")
    if section is None:
        return WIDTH
    size, margins = section.find(f"{_W}pgSz"), section.find(f"{_W}pgMar")
    if size is None or margins is None:
        return WIDTH
    whole, *edges = (
        _length(holder.get(f"{_W}{name}"))
        for holder, name in ((size, "w"), (margins, "left"), (margins, "right"))
    )
    if whole is None or None in edges:
        return WIDTH
    return max(whole - sum(edge or 0 for edge in edges), NARROWEST)


def _length(text: str | None) -> int | None:
    """A length in twentieths of a point: a whole number of them, or a number with its unit (``21cm``)."""
    found = _LENGTH.fullmatch(text or "")
    if found is None:
        return None
    return round(float(found[1]) * _UNITS[found[2]])
