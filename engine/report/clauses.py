"""Percentages in a clause of their own, which aren't of the last figure before it."""

from __future__ import annotations

import re

from engine.report.reckoned import says
from engine.report.said import DOWN, REACH, UP, Claim
from engine.report.scales import PERCENT, alike

_AHEAD = re.compile(r"\b(?:phấn đấu|dự kiến)\b|\bnâng\b.*\btỷ lệ\b.*\blên\b")
"""A goal, or a rate that is raised: neither is a ratio of the figures before it."""
_FAR = 200
"""Characters before a percentage that are looked through for these words: time stays linear."""


def of_what_is_listed(claim: Claim) -> None:
    """``tuyển 4.127 người gồm: nam 2.970 người, nữ 1.157 người; đạt 41,27% kế hoạch``: of the whole, not of
    the last part.
    """
    part, base, sentence = claim.part, claim.base, claim.sentence
    listed = next((at for at in reversed(sentence.lists) if at < claim.where), None)
    if part is None or base is None or listed is None or part.at < listed or claim.relation != REACH:
        return
    if claim.kind not in {"plan", "same"} or says(claim, part, base):
        return
    near = [figure for figure in sentence.single if alike(figure.unit, part.unit) and figure is not base]
    before = [figure for figure in near if figure.at < listed and figure.role in {"", "total"}]
    if before:
        parts = sum(figure.value for figure in near if listed < figure.at < claim.where)
        if says(claim, before[-1], base) or parts == before[-1].value:
            claim.part = before[-1]


def of_another_clause(claim: Claim) -> bool:
    """Whether a change has a clause and words of its own, and its figures are of the clause before:
    ``9.875 tỷ đồng, tăng 2,74% so với 9.612 tỷ đồng; GRDP tăng 7,77%``.
    """
    part, items = claim.part, claim.sentence.items
    if part is None or claim.relation not in {UP, DOWN} or claim.figure.unit.kind != PERCENT:
        return False
    words = False
    for item in reversed(items[max(0, claim.where - 12) : claim.where]):
        if item.kind == "semi":
            return words and part.start < item.start
        if item.figure or item.pair or item.kind in {"open", "close"}:
            return False
        words = words or item.kind == "word"
    return False


def of_other_figures(claim: Claim, text: str) -> bool:
    """Whether a percentage whose figures don't give it is a goal or a rate of its own (``dự kiến cả năm giải
    ngân 100%``, ``nâng tỷ lệ che phủ rừng lên 43,1%``), or its base one of several told in turn.
    ``text``: the folded text of the report.
    """
    figure, base, start = claim.figure, claim.base, claim.sentence.start
    if base is not None and base.start > figure.end and "lần lượt" in text[figure.end : base.start]:
        return True
    for item in reversed(claim.sentence.items[: claim.where]):
        if item.figure or item.pair or item.kind in {"semi", "comma", "open", "close"}:
            start = item.end
            break
    return not claim.said and _AHEAD.search(text, max(start, figure.start - _FAR), figure.start) is not None
