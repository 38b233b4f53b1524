"""Parts that a total is said to be made of, added up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.report import written
from engine.report.findings import Finding
from engine.report.items import Figure, Sentence
from engine.report.ratios import found_at
from engine.report.reading import Report
from engine.report.reckoned import make_whole, stated_of
from engine.report.scales import alike
from engine.report.verdicts import slip_of
from engine.words import Message, joined, say

OPPOSITES = (
    ("nam", "nữ"),
    ("thành thị", "nông thôn"),
    ("trong tỉnh", "ngoài tỉnh"),
    ("trong nước", "ngoài nước"),
    ("trong nước", "nước ngoài"),
)
"""Two that make up the whole, also after "trong đó"."""
_PARTS = frozenset({"", "still"})
_ENDED = frozenset({"comma", "semi", "and", "close"})
_TIMED = frozenset({"day", "until", "from", "earlier", "period"})


def sums(report: Report) -> Iterator[Finding]:
    """A finding for each total with its parts, in order."""
    for number, sentence in enumerate(report.sentences):
        for at, item in enumerate(sentence.items):
            if item.kind in {"among", "among_all"}:
                finding = _sum(report, number, sentence, at)
                if finding:
                    yield finding
            elif item.kind == "figure" and item.figure and item.figure.role == "total":
                finding = _after(report, sentence, item.figure)
                if finding:
                    yield finding


def _after(report: Report, sentence: Sentence, whole: Figure) -> Finding | None:
    """A total behind its parts: ``cao đẳng 1.240 người, trung cấp 2.310 người, tổng cộng 3.550 người``.

    Only "tổng cộng" says that it is of what stands before; another total is, where it is right or a slip.
    """
    items = sentence.items
    cue = next((at for at in range(whole.at - 1, -1, -1) if items[at].kind == "total"), None)
    if (
        cue is None
        or items[max(0, cue - 1)].kind not in _ENDED
        or any(item.kind in {"among", "among_all"} or item.figure for item in items[cue : whole.at])
    ):
        return None
    parts = _before(sentence, cue, whole)
    if len(parts) < 2:
        return None
    total = sum((part.value for part in parts), Fraction(0))
    if total == whole.value:
        computed = written.plain(total, whole.unit.kind, whole.unit.scale)
        return found_at(
            report, whole, "sum", "right", say("report.sum", parts=_added(parts), computed=computed), total
        )
    words = report.folded.text[items[cue].start : items[cue].end]
    between = items[cue + 1 : whole.at]
    adds_up = words == "tổng cộng" and not any(one.kind in _TIMED for one in between)
    finding = _wrong(report, whole, parts, total)
    return finding if adds_up or (len(between) < 4 and finding.slip == "swapped_digits") else None


def _before(sentence: Sentence, cue: int, whole: Figure) -> list[Figure]:
    """The figures before a total in its measure; no bases, no differences, none in brackets."""
    items = sentence.items
    found: list[Figure] = []
    index = 0
    while index < cue:
        item = items[index]
        if item.kind == "open":
            index = item.match + 1
            continue
        if item.kind in {"among", "among_all"}:
            return []
        figure = item.figure if item.kind == "figure" else None
        if figure is not None and figure.role == "total":
            found = []
        elif figure is not None and figure.role in _PARTS and not figure.per and not figure.rounded:
            found.append(figure)
        index += 1
    kinds = {figure.unit.kind for figure in found}
    if whole.unit.kind:
        found = [figure for figure in found if figure.unit.kind == whole.unit.kind]
    return found if whole.unit.kind or len(kinds) == 1 else []


def _shared_out(sentence: Sentence, parts: Sequence[Figure]) -> bool:
    """Whether each part has a share behind it, and these add up to the whole."""
    ends = [*(part.at for part in parts[1:]), len(sentence.items)]
    found = []
    for part, end in zip(parts, ends, strict=True):
        share = next((one.figure for one in sentence.items[part.at + 1 : end] if one.kind == "percent"), None)
        if share is None:
            return False
        found.append(share)
    return make_whole(found)


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
    opposite = len(parts) == 2 and any(a in text and b in text for a, b in OPPOSITES)
    if not (items[at].kind == "among_all" or below or opposite or _shared_out(sentence, parts)):
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
    for item in items[: at - 1] if at and items[at - 1].kind == "semi" else items[:at]:
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
            if figure.role in {"", "plan"} and not figure.per and alike(figure.unit, whole.unit):
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
