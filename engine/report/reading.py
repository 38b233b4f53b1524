"""A report read: its paragraphs as sentences, what each figure is about, and what part it plays.

A figure's subject is the words before it; where they are few, those of the sentence or heading before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.numbers import Lang
from engine.report.days import Day
from engine.report.folding import Folded, fold
from engine.report.items import COUNTED, LEFT, Figure, Item, Sentence, numbers_in, sentences
from engine.report.marked import mark
from engine.report.numerals import convention
from engine.report.scales import TIME

_LINE = re.compile(r"[^\n]*\n?")
_ENDED = re.compile(r"[.:;!?…|][\s)\"”]*$")
_BULLET = re.compile(r"[ \t]*(?:[-*+•·]|[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}[.)]|[a-zđ][.)]|[ivx]{1,4}\.)[ \t]")
WRAPPED = 60
"""A line at least this long that ends without a mark goes on in the next one."""
LONGEST_PARAGRAPH = 20_000

_DULL = frozenset(
    word
    for line in (
        "và của các cho là có được trong với theo tại từ ở để về do này đó đã đang sẽ cả một số những nhiều",
        "toàn tỉnh huyện thành phố ngành sở địa bàn nay tính đến ngày tháng năm quý kỳ đầu cuối thực hiện",
        "kết quả công tác ước đạt so lũy kế hoạch chỉ tiêu giao hoàn thành vượt tổng khoảng trên dưới gần",
        "hơn kh ubnd khả quan tiếp tục tốt trước sau khi người lao động",
    )
    for word in line.split()
)
_CARRIES = frozenset({"estimate", "until"})


@dataclass(slots=True)
class Report:
    """A text read. ``way``: how it writes numbers; ``paragraphs``: spans of the folded text."""

    folded: Folded
    way: Lang
    sentences: list[Sentence]
    rows: list[tuple[int, int]] = field(default_factory=list)

    def quote(self, start: int, end: int) -> str:
        """A stretch as it came."""
        first, last = self.folded.span(start, end)
        return self.folded.source[first:last]


def read(source: str) -> Report:
    """Read a text. Takes time linear in its length."""
    folded = fold(source)
    way = convention(numbers_in(folded.text))
    report = Report(folded, way, [])
    before: Sentence | None = None
    heading: frozenset[str] = frozenset()
    for number, (start, end) in enumerate(paragraphs(folded)):
        if is_row(folded.text, start, end):
            report.rows.append((start, end))
            before = None
            continue
        if not COUNTED.search(folded.text, start, end):
            heading = _words(folded.text, start, end) if end - start < 160 else frozenset()
            before = None
            continue
        quiet: Sentence | None = None
        for sentence in sentences(folded.text, start, end, number, way):
            if not sentence.items:
                quiet = sentence
                continue
            if quiet is not None and (words := _words(folded.text, quiet.start, quiet.end)):
                quiet.subject = words
                before = quiet
            quiet = None
            _subjects(sentence, folded.text, before, heading)
            _roles(sentence, folded.text)
            mark(sentence, folded.text)
            report.sentences.append(sentence)
            if sentence.subject:
                before = sentence
        if end - start >= 160:
            heading = frozenset()
        before = before if before is not None and before.paragraph == number and end - start < 160 else None
    return report


def paragraphs(folded: Folded) -> Iterator[tuple[int, int]]:
    """Paragraphs: lines, with those joined that were only broken to fit a page; none very long."""
    text = folded.text
    begun, at, line_at = 0, 0, 0
    for match in _LINE.finditer(text):
        start, end = match.span()
        if start == end:
            break
        line = match[0]
        goes_on = at > begun and _goes_on(text[line_at:start], line)
        if at > begun and (not goes_on or end - begun > LONGEST_PARAGRAPH):
            yield begun, at
            begun = start
        elif at == begun:
            begun = start
        line_at, at = start, end
        while end - begun > LONGEST_PARAGRAPH:
            cut = text.rfind(" ", begun, begun + LONGEST_PARAGRAPH)
            cut = cut + 1 if cut > begun else begun + LONGEST_PARAGRAPH
            yield begun, cut
            begun = cut
    if at > begun:
        yield begun, at


def is_row(text: str, start: int, end: int) -> bool:
    """Whether a line of a folded text is a row: cells with tabs between, or bars around them."""
    if text.find("\t", start, end) >= 0:
        return True
    line = text[start : start + 40].lstrip()
    return line.startswith("|") and text.count("|", start, end) > 2


def _goes_on(above: str, line: str) -> bool:
    if "\t" in above or "\t" in line or not line.strip() or _BULLET.match(line):
        return False
    return len(above.rstrip()) >= WRAPPED and not _ENDED.search(above[-12:].rstrip("\n"))


def subject_of(words: str) -> frozenset[str]:
    """The syllables that tell what a label is about, as those of a figure are taken."""
    folded = fold(words).text
    return _words(folded, 0, len(folded))


def _words(text: str, start: int, end: int) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]{2,}", text[start:end])) - _DULL


def _subjects(sentence: Sentence, text: str, before: Sentence | None, heading: frozenset[str]) -> None:
    """Give each figure the words that it is about."""
    items = sentence.items
    running: frozenset[str] = frozenset()
    words: set[str] = set()
    counted: Figure | None = None
    carried = before.subject if before is not None else heading
    leading = next((item.kind for item in items if item.kind not in {"comma", "dash", "colon"}), "")
    for item in items:
        if item.kind in {"word", "day", "times"} or item.kind in CONTENT:
            if item.kind != "day":
                words |= _words(text, item.start, item.end)
            if counted is not None and item.kind == "word":
                counted.behind |= words
            continue
        counted = item.figure if item.kind == "figure" else None
        if item.kind == "semi" and len(words) < 2:
            words = set()
        figures = _figures_of(item)
        if not figures and item.kind not in {"percent", "point", "multiple"}:
            continue
        if len(words) >= 2 or (words and running):
            running = frozenset(words) if len(words) >= 2 else running | words
        elif words and not running:
            running = frozenset(words)
        if not sentence.own_subject and running:
            sentence.own_subject = running
        if carried and (leading in _CARRIES or len(running) < 2) and running == sentence.own_subject:
            running = running | carried
        words = set()
        for figure in figures:
            figure.subject = running
            sentence.figures.append(figure)
        if item.figure and not figures:
            item.figure.subject = running
        if not sentence.subject:
            sentence.subject = running
    if not sentence.subject:
        sentence.subject = frozenset(words) or carried


CONTENT = frozenset({"remain", "still"})


def _figures_of(item: Item) -> list[Figure]:
    if item.pair:
        return [item.pair.part, item.pair.base]
    return [item.figure] if item.kind == "figure" and item.figure else []


_CLAUSE = frozenset({"semi", "colon", "open", "comma", "dash", "period"})
_TURNS = frozenset({"until", "estimate", "done", "day", "reach", "up", "down", "over", "short"})


@dataclass(slots=True)
class _Said:
    """What the words of a sentence have said so far about the figure to come. ``firm``: the cue begins a
    clause, as in "Kế hoạch năm …", and goes on through commas; ``held``: through figures too, after a colon.
    """

    cue: str = ""
    moved: str = ""
    rounded: str = ""
    estimated: bool = False
    day: Day | None = None
    firm: bool = False
    held: str = ""
    year: int | None = None
    must: bool = False
    far: int = 0

    def hear(self, items: list[Item], at: int, word: str) -> None:
        """Take in an item that is no figure."""
        item = items[at]
        match item.kind:
            case "plan" | "same":
                self.cue, self.moved = item.kind, ""
                self.firm = _begins(items, at)
            case "total":
                self.cue, self.moved = self.cue or "total", ""
            case "up" | "down" | "over" | "remain" | "still" | "short":
                self.moved, self.far = item.kind, 0
            case "word" | "to" | "from":
                self.hear_word(item.kind, word)
            case "share" | "reach":
                self.moved = ""
                self.drop_plan()
            case "estimate":
                self.estimated, self.cue = True, ""
            case "done":
                self.estimated = self.estimated and word == "thực hiện được"
                self.drop_plan()
            case "of" if word == "được giao" or (word == "giao" and _begins(items, at)):
                self.cue = "plan"
            case "ref" | "with":
                self.cue = ""
            case "day" if item.day is not None and item.day.day is not None:
                self.day = item.day
            case "comma":
                named = at and self.cue == "same" and items[at - 1].kind in {"same", "day", "plan"}
                goes_on = self.firm and at + 1 < len(items) and items[at + 1].kind not in _TURNS
                self.cue, self.moved, self.must = self.cue if named or goes_on else "", "", False
            case "and":
                self.cue, self.moved = self.cue if self.firm else "", ""
            case "colon":
                self.held = self.cue
            case "semi" | "close":
                self.cue = self.moved = self.held = ""

    def hear_word(self, kind: str, word: str) -> None:
        """Take in a word that is no cue by itself, or where a change goes."""
        if word in {"phải", "cần"}:
            self.must = True
        elif word == "thêm" and self.must:  # phải thực hiện thêm 2.264 người
            self.moved = "needed"
        elif kind != "word" or word == "cho" or self.far > 1:  # tạo việc làm tăng thêm cho 8.715 lao động
            self.moved = ""
            if kind == "to" and self.cue == "total":  # nâng tổng số lên 2.316 em
                self.cue = ""
        elif self.moved in {"up", "down"}:
            self.far += 1

    def drop_plan(self) -> None:
        """A plan that was spoken of before what was reached isn't the figure's."""
        if self.cue == "plan":
            self.cue = self.held = ""

    def role(self) -> str:
        """What it makes of the next figure."""
        if self.moved in LEFT:
            return self.moved
        return "diff" if self.moved else self.cue


def _begins(items: list[Item], at: int) -> bool:
    return not at or items[at - 1].kind in _CLAUSE


def _roles(sentence: Sentence, text: str) -> None:
    """Tell which figures are plans, results of the same period, totals or differences."""
    said = _Said()
    for at, item in enumerate(sentence.items):
        word = text[item.start : item.end]
        if item.kind in {"more", "less", "about"}:
            said.rounded = word
            continue
        figures = (item.pair.part, item.pair.base) if item.pair else (item.figure,) if item.figure else ()
        said.year = item.day.year if item.day is not None and item.day.year is not None else said.year
        if not figures:
            said.hear(sentence.items, at, word)
        for figure in figures:
            figure.estimated, figure.day, figure.year = said.estimated, said.day, said.year
            if not item.pair:
                figure.rounded = said.rounded
            if item.kind == "figure" and not figure.role:
                figure.role = said.role() or _role_around(sentence.items, at, text)
        if figures:
            said.moved = ""
            said.cue = said.held if item.kind == "figure" else said.cue
        said.rounded = ""
    sentence.roles.update(figure.role for figure in sentence.single)
    sentence.roles.update(pair.role for pair in sentence.pairs)


def _role_around(items: list[Item], at: int, text: str) -> str:
    """What the words next to a figure say: ``20.000 lao động theo kế hoạch``, ``trong số 9.262 lao động``."""
    if at + 1 < len(items):
        following = items[at + 1]
        if following.kind == "same":
            return "same"
        if following.kind == "of" and text[following.start : following.end] in {"theo", "của", "được giao"}:
            if text[following.start : following.end] == "được giao":
                return "plan"
            if at + 2 < len(items) and items[at + 2].kind in {"plan", "same"}:
                return items[at + 2].kind
    before = [text[item.start : item.end] for item in items[max(0, at - 2) : at]]
    return "total" if before[-1:] == ["trong"] or before == ["trong", "số"] else ""


def is_money_or_count(figure: Figure) -> bool:
    """Whether a figure can stand in a ratio at all."""
    return figure.unit.kind != TIME
