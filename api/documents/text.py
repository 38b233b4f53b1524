"""A document's text as one string, with where each stretch of it stands in the document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.words import Message, say

LIMIT = 64
"""Megabytes that a file, or what is packed in it, may have."""


class DocumentError(Exception):
    """A file that can't be read as a document; ``message`` says which and why, ``hint`` what to do."""

    def __init__(self, key: str, hint: str | None = None, **values: object) -> None:
        self.message = say(key, **values)
        self.hint = say(hint) if hint else None
        super().__init__(self.message.en)


@dataclass(frozen=True, slots=True)
class Note:
    """What reading a file left out. ``pages``: of a PDF, from 1; ``details``: a library's own words of it."""

    code: str
    words: Message
    pages: tuple[int, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A text; ``starts``: where its stretches begin, ascending from 0; ``places``: what each is called;
    ``formulas``: spans of the formulas whose results a workbook doesn't hold; ``notes``: what isn't in it.
    """

    text: str
    starts: Sequence[int]
    places: Sequence[Message]
    formulas: Sequence[tuple[int, int]] = ()
    notes: Sequence[Note] = ()

    def place(self, at: int) -> Message:
        """What the stretch at an offset is called."""
        return self.places[bisect_right(self.starts, at) - 1]


def joined(stretches: Iterable[tuple[Message, str]], notes: Iterable[Note] = ()) -> Document:
    """A document of stretches, each a line (or several) of its own."""
    pieces: list[str] = []
    starts: list[int] = []
    places: list[Message] = []
    at = 0
    for place, text in stretches:
        starts.append(at)
        places.append(place)
        pieces.append(text + "\n")
        at += len(text) + 1
    if not starts:
        return Document("", [0], [say("report.line", line=1)], (), tuple(notes))
    return Document("".join(pieces), starts, places, (), tuple(notes))


def lines(text: str) -> Document:
    """A plain text, as it came, line by line."""
    starts = [0]
    for at, char in enumerate(text):
        if char == "\n":
            starts.append(at + 1)
    return Document(
        text, starts, [say("report.line", line=str(number)) for number in range(1, len(starts) + 1)]
    )
