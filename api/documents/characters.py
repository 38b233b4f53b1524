"""Texts as XML can hold them."""

from __future__ import annotations

import re

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legal(text: str) -> str:
    """A text with U+FFFD, the sign of a lost character, in place of those that no XML may hold."""
    return _ILLEGAL.sub("\ufffd", text)
