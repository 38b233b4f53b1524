"""A text folded for reading: composed letters, lower case, plain spaces, ASCII digits; with the way back.

Documents hold Vietnamese letters composed or as letter and marks, non-breaking and full-width characters.
Whatever is found in the folded text is told by its place in the text as it came.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_SAME: dict[int, str] = {ord(space): " " for space in _SPACES if space != "\t"}
_SAME |= {ord("０") + digit: str(digit) for digit in range(10)}
_SAME |= {ord(full): plain for full, plain in zip("％（），．／：；－", "%(),./:;-", strict=True)}
_SAME |= {ord(mark): "-" for mark in "\u2010\u2011\u2012\u2013\u2014\u2212"}
_SAME |= {ord("\u2044"): "/", ord("\u2215"): "/", ord("\r"): "\n", ord("\u2028"): "\n", ord("\u2029"): "\n"}
_SAME |= {ord("\x0b"): "\n", ord("\x0c"): "\n", ord("\x85"): "\n"}
_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_CLUSTER = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True)
class Folded:
    """``source``: as it came; ``text``: folded; ``places``: where each character of ``text`` begins in
    ``source``, and the end.
    """

    source: str
    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in ``source`` of a stretch of ``text``, the marks of its last letter included."""
        return self.places[start], self.places[end]


def fold(source: str) -> Folded:
    """Fold a text, in time linear in its length."""
    if unicodedata.is_normalized("NFC", source) and not _DROPPED.intersection(source):
        text = source.translate(_SAME).lower()
        if len(text) == len(source):  # but for a few letters (İ), lower case is as long
            return Folded(source, text, range(len(source) + 1))
    pieces: list[str] = []
    places: list[int] = []
    for match in _CLUSTER.finditer(source):
        cluster = match[0]
        if cluster in _DROPPED:
            continue
        composed = unicodedata.normalize("NFC", cluster).translate(_SAME)
        lower = composed.lower()
        folded = lower if len(lower) == len(composed) else composed
        pieces.append(folded)
        places += [min(match.start() + at, match.end()) for at in range(len(folded))]
    places.append(len(source))
    return Folded(source, "".join(pieces), places)
