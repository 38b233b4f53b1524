"""Shares of one whole that are printed without its figures: ``cơ cấu: nông nghiệp 21%, …``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from engine.report import written
from engine.report.findings import Finding
from engine.report.items import Figure, Sentence
from engine.report.ratios import found_at
from engine.report.reading import Report
from engine.report.reckoned import make_whole, off_by, stated_of
from engine.report.said import REACH, REMAIN, SHARE, Claim, behind
from engine.report.scales import PERCENT
from engine.report.sums import OPPOSITES
from engine.report.verdicts import slip_of
from engine.words import Message, joined, say

MOST = 12
"""More shares than this in a sentence are those of several wholes."""
_BEYOND = Fraction(3, 2)
"""What adds up to more than this are the shares of several wholes."""
_SECTORS = ("nông", "công nghiệp", "dịch vụ")
"""The three that an economy is made of, in the order of all reports."""
_AMONG = frozenset({"among", "among_all"})
_NOT_ONE = frozenset({"from", "compare", "same"})


def shares(report: Report, claims: Iterable[Claim]) -> Iterator[Finding]:
    """A finding for each sentence whose shares are those of one whole, in order."""
    counted = {id(claim.figure) for claim in claims if claim.part is not None and claim.base is not None}
    for sentence in report.sentences:
        found = _shares(sentence)
        if 2 <= len(found) <= MOST and not any(id(share) in counted for share in found):
            finding = _added(report, sentence, found)
            if finding:
                yield finding


def _shares(sentence: Sentence) -> list[Figure]:
    """The percentages of a sentence that words call shares, or nothing else; none inside brackets."""
    items = sentence.items
    if sum(item.kind == "percent" for item in items) < 2 or any(item.kind in _NOT_ONE for item in items):
        return []
    found = []
    index = 0
    while index < len(items):
        item = items[index]
        if item.kind == "open":
            index = item.match
        elif item.kind == "percent" and item.figure:
            if item.figure.unit.kind != PERCENT or item.figure.rounded:
                return []
            relation, kind = behind(items, index)
            if relation in {"", SHARE, REACH, REMAIN} and kind in {"", "total"}:
                found.append(item.figure)
        elif item.kind in _AMONG and found:
            return []
        index += 1
    return found


def _added(report: Report, sentence: Sentence, found: list[Figure]) -> Finding | None:
    whole = next((found[:end] for end in range(2, len(found) + 1) if make_whole(found[:end])), None)
    structure = "cơ cấu" in report.folded.text[sentence.start : sentence.end]
    complete = _complete(report, sentence, found)
    if (not structure and not complete) or "riêng" in report.folded.text[sentence.start : sentence.end]:
        return None
    if whole is not None:
        return found_at(
            report, whole[-1], "sum", "right", say("report.shares", **_words(whole)), _rest(whole, -1)
        )
    total = sum((share.value / share.unit.whole for share in found), Fraction(0))
    if total > _BEYOND or (total < 1 and not complete) or (complete == "opposites" and 5 * total < 4):
        return None
    for at, share in enumerate(found):
        rest = _rest(found, at)
        slip = slip_of(stated_of(share), rest * share.unit.whole) if rest > off_by(found) else None
        if slip in {"swapped_digits", "lost_digit", "wrong_separator"}:
            note = say("report.shares_wrong_slip", **_words(found), slip=say(f"report.slip.{slip}"))
            return found_at(report, share, "sum", "wrong", note, rest, slip)
    note = say("report.shares_wrong", **_words(found))
    return found_at(report, found[-1], "sum", "wrong", note, _rest(found, -1))


def _complete(report: Report, sentence: Sentence, found: list[Figure]) -> str:
    """Whether words say that these are all: "gồm", "còn lại" before the last, two opposites."""
    text, items = report.folded.text, sentence.items
    if any(item.kind == "among_all" for item in items[: found[0].at]):
        return "all"
    if any(item.kind == "remain" for item in items[found[-2].at : found[-1].at]):
        return "rest"
    if any(behind(items, share.at)[0] != SHARE for share in found):
        return ""
    ends = [sentence.start, *(share.end for share in found)]
    before = [text[start : share.start] for start, share in zip(ends, found, strict=False)]
    if len(found) == 3 and all(name in words for name, words in zip(_SECTORS, before, strict=True)):
        return "opposites"
    if len(found) == 2:
        first, second = before
        for a, b in OPPOSITES:
            if (a in first and b in second) or (b in first and a in second):
                return "opposites"
    return ""


def _rest(found: Sequence[Figure], at: int) -> Fraction:
    """What the others leave for one share."""
    others = sum((one.value / one.unit.whole for one in found if one is not found[at]), Fraction(0))
    return 1 - others


def _words(found: Sequence[Figure]) -> dict[str, Message]:
    places = max(share.numeral.decimals for share in found)
    total = sum((share.value / share.unit.whole for share in found), Fraction(0)) * found[0].unit.whole
    shown = replace(found[0], value=total, numeral=replace(found[0].numeral, decimals=places))
    return {"parts": joined([written.amount(one) for one in found], " + "), "computed": written.amount(shown)}
