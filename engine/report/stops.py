"""Where the sentences of a paragraph end."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STOP = re.compile(r"[.!?…]+(?=[\s)]|$)")
_BEFORE_STOP = re.compile(r"(?:^|[\s(])([^\s(]{1,4})$")
_LISTED = re.compile(r"[ \t]*(?:[-*+•·o] ?)?(?:[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}[.)]|[a-zđ][.)])(?=[ \t])")
_ABBREVIATED = frozenset(
    {"tp", "tx", "tt", "p", "q", "h", "gs", "ts", "ths", "bs", "tr", "đ", "st", "đ/c", "ttr"}
)


def spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a paragraph: up to a full stop, but for that of an abbreviation such as TP."""
    begun = start
    if listed := _LISTED.match(text, start, end):
        begun = listed.end()
    for match in _STOP.finditer(text, begun, end):
        before = _BEFORE_STOP.search(text, max(begun, match.start() - 5), match.start())
        if match[0] == "." and before and before[1] in _ABBREVIATED:
            continue
        if match.end() > begun:
            yield begun, match.start()
        begun = match.end()
    if begun < end:
        yield begun, end
