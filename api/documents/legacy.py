"""Text of before Unicode, told by common words as its letters come out: TCVN3 (.VnTime) and VNI fonts."""

from __future__ import annotations

import re

_WORDS = {
    "TCVN3": "kÕ ho¹ch ®¹t ®éng n¨m ng­êi vµ cña viÖc tØnh ®ång triÖu tû hé ®Õn ®­îc",
    "VNI": "keá hoaïch ñaït ñoäng naêm ngöôøi vaø cuûa vieäc tænh ñoàng trieäu tyû hoä ñeán ñöôïc",
    "": "kế hoạch đạt động năm người và của việc tỉnh đồng triệu tỷ hộ đến được",
}
_SETS = {name: frozenset(words.split(" ")) for name, words in _WORDS.items()}
_WORD = re.compile(r"[^\s.,;:()]+")
ENOUGH = 3


def encoding_of(text: str) -> str | None:
    """The old encoding that most of a text is written in, None where it is Unicode or nothing tells."""
    counts = dict.fromkeys(_SETS, 0)
    seen: dict[str, set[str]] = {name: set() for name in _SETS}
    for match in _WORD.finditer(text):
        for name, words in _SETS.items():
            if match[0] in words:
                counts[name] += 1
                seen[name].add(match[0])
    name = max(("TCVN3", "VNI"), key=lambda one: counts[one])
    sure = counts[name] >= ENOUGH and len(seen[name]) >= 2 and counts[name] > counts[""]
    return name if sure else None
