"""Parts that a total is said to be made of, added up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.report import written
from engine.report.findings import Finding
from engine.report.items import Figure, Sentence
from engine.report.ratios import found_at
from engine.report.reading import Report
from engine.report.reckoned import stated_of
from engine.report.scales import alike
from engine.report.verdicts import slip_of
from engine.words import Message, joined, say

_OPPOSITES = (
    ("nam", "nữ"),
    ("thành thị", "nông thôn"),
    ("trong tỉnh", "ngoài tỉnh"),
    ("trong nước", "ngoài nước"),
    ("trong nước", "nước ngoài"),
)
"""Two that make up the whole, also after "trong đó"."""


def sums(report: Report) -> Iterator[Finding]:
    """A finding for each total with its parts, in order."""
    for number, sentence in enumerate(report.sentences):
        for at, item in enumerate(sentence.items):
            if item.kind in {"among", "among_all"}:
                finding = _sum(report, number, sentence, at)
                if finding:
                    yield finding


def _sum(report: Report, number: int, sentence: Sentence, at: int) -> Finding | None:
    items = sentence.items
    whole = _whole(sentence, at)
    if whole is None:
        return None
    parts = list(_parts(sentence, at, whole))
    below: Sequence[Figure] = ()
    if len(parts) < 2 and not any(item.figure or item.pair for item in items[at + 1 :]):
        below = list(_bullets(report.sentences, number, whole))
        parts = list(below)
    if len(parts) < 2:
        beyond = [part for part in parts if part.value > whole.value]
        if not beyond:
            return None
        note = say("report.part_beyond", part=written.amount(beyond[0]), stated=written.amount(whole))
        return found_at(report, whole, "sum", "unclear", note)
    total = sum((part.value for part in parts), Fraction(0))
    how = say(
        "report.sum", parts=_added(parts), computed=written.plain(total, whole.unit.kind, whole.unit.scale)
    )
    if total == whole.value:
        return found_at(report, whole, "sum", "right", how, total)
    text = report.folded.text[items[at].start : sentence.end]
    all_there = (
        items[at].kind == "among_all" or bool(below) or any(a in text and b in text for a, b in _OPPOSITES)
    )
    if not all_there or (items[at].kind == "among" and len(parts) > 2 and not below):
        return None
    return _wrong(report, whole, parts, total)


def _wrong(report: Report, whole: Figure, parts: list[Figure], total: Fraction) -> Finding:
    stated = stated_of(whole)
    slip = slip_of(stated, total / whole.unit.scale)
    if slip is None:
        for part in parts:  # what this part would have to be
            wanted = (whole.value - (total - part.value)) / part.unit.scale
            slip = slip or (slip_of(stated_of(part), wanted) if wanted > 0 else None)
    computed = written.plain(total, whole.unit.kind, whole.unit.scale)
    words = {"computed": computed, "stated": written.amount(whole)}
    note = (
        say("report.sum_wrong_slip", **words, slip=say(f"report.slip.{slip}"))
        if slip
        else say("report.sum_wrong", **words)
    )
    return found_at(report, whole, "sum", "wrong", note, total, slip)


def _whole(sentence: Sentence, at: int) -> Figure | None:
    """The figure before: the upper one of a pair, the one called a total, else the last one."""
    items = sentence.items
    found: Figure | None = None
    for item in items[:at]:
        if item.pair:
            found = found or item.pair.part
        elif item.kind == "figure" and item.figure and item.figure.role in {"", "total", "plan"}:
            total = found is not None and found.role == "total"
            if not total and not _in_bracket(sentence, item.figure.at, at):
                found = item.figure
        elif item.kind == "semi":
            found = None if found is not None and found.role == "" else found
    return found


def _in_bracket(sentence: Sentence, at: int, end: int) -> bool:
    """Whether a figure stands in a bracket that is closed before ``end``."""
    return any(
        item.kind == "open" and index < at < item.match < end
        for index, item in enumerate(sentence.items[:at])
    )


def _parts(sentence: Sentence, at: int, whole: Figure) -> Iterator[Figure]:
    """The figures after, to the bracket's end or the next total; no bases or differences."""
    items = sentence.items
    end = next(
        (item.match for item in reversed(items[:at]) if item.kind == "open" and item.match > at), len(items)
    )
    index = at + 1
    while index < end:
        item = items[index]
        if item.kind == "open":
            index = item.match + 1
            continue
        if item.kind in {"among", "among_all", "estimate", "compare"}:
            return
        figure = item.figure if item.kind == "figure" else None
        if figure is not None:
            if figure.role in {"", "plan"} and alike(figure.unit, whole.unit):
                yield figure
            elif figure.role in {"same", "total"}:
                return
        index += 1


def _bullets(sentences: list[Sentence], number: int, whole: Figure) -> Iterator[Figure]:
    """The first figure of each item of the list below."""
    paragraph = sentences[number].paragraph
    for sentence in sentences[number + 1 : number + 60]:
        if not sentence.first:
            continue
        if sentence.paragraph != paragraph + 1 or not sentence.bullet:
            return
        paragraph = sentence.paragraph
        figure = next((f for f in sentence.figures if f.role in {"", "plan", "total"}), None)
        if figure is None or not alike(figure.unit, whole.unit):
            return
        yield figure


def _added(parts: Sequence[Figure]) -> Message:
    return joined([written.amount(part) for part in parts], " + ")
