"""The places {{name}} of a Word template: found, checked and filled. A template has no commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from api.documents.blocks import set_blocks
from api.documents.characters import legal
from engine.errors import Code, Issues, Place
from engine.words import did_you_mean, say
from engine.writing.document import Block

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

MOST_PLACES = 1_000


@dataclass(frozen=True, slots=True)
class Blocks:
    """What stands at a place of its own. Where there is nothing its section of the document goes with it."""

    blocks: tuple[Block, ...]


Value: TypeAlias = str | tuple[str, ...] | Blocks
"""A text; several, each in a copy of the paragraph; or blocks."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"\{\{(.*?)\}\}")
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


@dataclass(slots=True)
class _Paragraph:
    """A paragraph: its element, its own texts (without those of boxes in it), and where its places are."""

    element: Any
    number: int
    in_body: bool

    @property
    def texts(self) -> list[Any]:
        found = []
        for node in self.element.iter(f"{_W}t"):
            holder = next(above for above in node.iterancestors() if above.tag == f"{_W}p")
            if holder is self.element:
                found.append(node)
        return found

    @property
    def text(self) -> str:
        return "".join(node.text or "" for node in self.texts)


def checked(
    document: WordDocument, values: Mapping[str, Value], name: str, issues: Issues
) -> list[_Paragraph] | None:
    """The paragraphs with places, None where any is faulty; each fault is an issue."""
    found = [p for p in paragraphs(document) if _STRAY.search(p.text)]
    before = len(issues.found)
    _check(found, values, name, issues)
    return found if len(issues.found) == before else None


def fill(document: WordDocument, values: Mapping[str, Value], name: str, issues: Issues) -> None:
    """Fill every place of a template. Where any is faulty nothing is filled, and each fault is an issue."""
    found = checked(document, values, name, issues)
    if found is None:
        return
    empty = []
    for paragraph in found:
        value = values[_PLACE.findall(paragraph.text)[0].strip()]
        if isinstance(value, Blocks):
            if value.blocks:
                set_blocks(document, paragraph.element, value.blocks)
            else:
                empty.append(paragraph.element)
        else:
            _fill_paragraph(paragraph, values)
    for element in empty:
        _without_section(element)


def paragraphs(document: WordDocument) -> Iterator[_Paragraph]:
    """Those of the body, then of headers and footers, each numbered from 1 on."""
    body = document.element.body
    number = 0
    for element in body.iter(f"{_W}p"):
        number += 1
        yield _Paragraph(element, number, element.getparent() is body)
    parts = {id(rel._target): rel._target for rel in document.part.rels.values() if not rel.is_external}
    for part in parts.values():
        if part.partname.rpartition("/")[2].startswith(("header", "footer")):
            for element in part.element.iter(f"{_W}p"):
                number += 1
                yield _Paragraph(element, number, in_body=False)


def _check(paragraphs: list[_Paragraph], values: Mapping[str, Value], name: str, issues: Issues) -> None:
    seen: list[str] = []
    for paragraph in paragraphs:
        text = paragraph.text
        around = text.strip()[:60]
        several = len(_PLACE.findall(text)) > 1

        def refuse(key: str, at: int, hint: Any, number: int = paragraph.number, **said: object) -> None:
            place = Place(name, number, at + 1)
            issues.add(Code.BAD_TEMPLATE, place, hint=hint, why=say(key, **said))

        for match in _PLACE.finditer(text):
            what = match[1].strip()
            if what not in values:
                hint = did_you_mean(what, values)
                refuse("template.unknown_place", match.start(), hint, what=what[:40], around=around)
                continue
            value = values[what]
            alone = text.strip() == match[0]
            if isinstance(value, Blocks) and not (alone and paragraph.in_body):
                refuse("template.not_alone", match.start(), None, what=what)
            elif isinstance(value, Blocks) and what in seen:
                refuse("template.twice", match.start(), None, what=what)
            elif isinstance(value, tuple) and several:
                refuse("template.not_alone", match.start(), None, what=what)
            seen.append(what)
        for match in _STRAY.finditer(_PLACE.sub(lambda found: " " * len(found[0]), text)):
            hint = say("template.syntax.hint")
            refuse("template.syntax", match.start(), hint, what=match[0], around=around)
    if len(seen) > MOST_PLACES:
        why = say("template.too_many", limit=MOST_PLACES)
        issues.add(Code.BAD_TEMPLATE, Place(name, 1, 1), why=why)
    for what, value in values.items():
        if isinstance(value, Blocks) and what not in seen:
            hint = say("template.no_content.hint", what=what)
            issues.add(
                Code.BAD_TEMPLATE, Place(name, 1, 1), hint=hint, why=say("template.no_content", what=what)
            )


def _fill_paragraph(paragraph: _Paragraph, values: Mapping[str, Value]) -> None:
    """Put texts in; a paragraph with several of one place is set once for each of them."""
    found = [match[1].strip() for match in _PLACE.finditer(paragraph.text)]
    several = next((what for what in found if isinstance(values[what], tuple)), None)
    if several is None:
        _put(paragraph, {what: str(values[what]) for what in found})
        return
    element = paragraph.element
    texts = values[several]
    assert isinstance(texts, tuple)
    for text in texts:
        copy = deepcopy(element)
        element.addprevious(copy)
        _put(_Paragraph(copy, paragraph.number, paragraph.in_body), {several: text})
    _take_out(element)


def _put(paragraph: _Paragraph, texts: Mapping[str, str]) -> None:
    """Texts in place of their places: the first run of a place has it, what follows loses its share."""
    nodes = paragraph.texts
    starts = []
    at = 0
    for node in nodes:
        starts.append(at)
        at += len(node.text or "")
    whole = paragraph.text
    new = [node.text or "" for node in nodes]
    for match in reversed(list(_PLACE.finditer(whole))):
        first = True
        for index, start in enumerate(starts):
            end = start + len(nodes[index].text or "")
            if end <= match.start() or start >= match.end():
                continue
            low, high = max(match.start() - start, 0), min(match.end(), end) - start
            filling = legal(texts[match[1].strip()]) if first else ""
            new[index] = new[index][:low] + filling + new[index][high:]
            first = False
    for node, text in zip(nodes, new, strict=True):
        node.text = text.replace("\n", " ").replace("\t", " ")
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _take_out(element: Any) -> None:
    """A paragraph away; one that ends a section, or is a cell's only one, stays without its texts."""
    parent = element.getparent()
    lonely = parent.tag == f"{_W}tc" and len(parent.findall(f"{_W}p")) == 1
    if lonely or element.find(f"{_W}pPr/{_W}sectPr") is not None:
        for run in element.findall(f"{_W}r"):
            element.remove(run)
    else:
        parent.remove(element)


def _without_section(element: Any) -> None:
    """Take away the section that a paragraph of the body stands in; the last one's place is then taken by
    the one before.
    """
    body = element.getparent()
    children = list(body)
    at = children.index(element)
    first = at
    while first > 0 and children[first - 1].find(f"{_W}pPr/{_W}sectPr") is None:
        first -= 1
    last = at
    while last < len(children) - 1 and children[last].find(f"{_W}pPr/{_W}sectPr") is None:
        last += 1
    if first == 0:  # the document's own first section: only the paragraph goes
        _take_out(element)
        return
    ends_document = children[last].tag == f"{_W}sectPr"
    for child in children[first : last if ends_document else last + 1]:
        body.remove(child)
    if ends_document:
        before = children[first - 1].find(f"{_W}pPr/{_W}sectPr")
        body.remove(children[last])
        before.getparent().remove(before)
        body.append(before)
