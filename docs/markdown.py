"""Markdown cut into prose, fences and generated parts, and put together again without a change."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

_FENCE = re.compile(r"```(?P<lang>[a-z]*)(?: (?P<attributes>.*))?")
_BEGIN = re.compile(r"<!-- generated: (?P<name>[\w. -]+) -->")
END = "<!-- end -->"


class DocsError(Exception):
    """A document that is wrong: where and why."""


@dataclass(slots=True)
class Block:
    """A piece of a document. ``kind``: prose, fence or generated; ``line``: its first line, from 1.

    ``lines`` leave out the fence's or the marker's own lines, which are ``first`` and ``last``.
    """

    kind: str
    line: int
    lines: list[str]
    first: str = ""
    last: str = ""
    lang: str = ""
    name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The block as it stands in the document."""
        if self.kind == "prose":
            return "".join(f"{line}\n" for line in self.lines)
        return "".join(f"{line}\n" for line in (self.first, *self.lines, self.last))


def blocks(text: str, name: str) -> Iterator[Block]:
    """The pieces of a document, in order. Raises DocsError where a fence or marker stays open."""
    lines = text.splitlines()
    prose = Block("prose", 1, [])
    at = 0
    while at < len(lines):
        opened = _opened(lines[at], at + 1)
        if opened is None:
            prose.lines.append(lines[at])
            at += 1
            continue
        closing = "```" if opened.kind == "fence" else END
        try:
            end = lines.index(closing, at + 1)
        except ValueError:
            raise DocsError(f"{name}:{at + 1}: {lines[at]!r} is never closed") from None
        opened.lines, opened.last = lines[at + 1 : end], closing
        yield prose
        yield opened
        at = end + 1
        prose = Block("prose", at + 1, [])
    yield prose


def _opened(line: str, number: int) -> Block | None:
    """The block that a line begins."""
    if match := _FENCE.fullmatch(line):
        attributes = dict(word.split("=", 1) for word in shlex.split(match["attributes"] or ""))
        return Block("fence", number, [], first=line, lang=match["lang"], attributes=attributes)
    if match := _BEGIN.fullmatch(line):
        return Block("generated", number, [], first=line, name=match["name"])
    return None


def table(titles: list[str], rows: list[list[str]]) -> list[str]:
    """The lines of a Markdown table; a ``|`` in a cell is escaped."""
    cells = [titles, ["---"] * len(titles), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]
