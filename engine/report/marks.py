"""What can be read two ways: dots and commas, measures that change, brackets that aren't closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.report import written
from engine.report.findings import Finding
from engine.report.items import Figure, Item
from engine.report.ratios import found_at
from engine.report.reading import Report, paragraphs
from engine.report.scales import MONEY
from engine.words import say

_BRACKET = re.compile(r"[()]")
_RATIO_AFTER = re.compile(
    r"\( ?[0-9][0-9.,]{0,30}(?<=[0-9])(?: ?%)?(?:[^()/\n]{0,30}/ ?[0-9][0-9.,]{0,30}(?<=[0-9]))?"
)
_RATIO_BEFORE = re.compile(r"[0-9][0-9.,]{0,30}(?: ?%|/[0-9][0-9.,]{0,30}(?:[^\W\d]| ){0,20})?$")
_LISTED = re.compile(r"(?:^|[\s;:])(?:[^\W\d_]|[0-9]{1,2})$")


def figures_of(item: Item) -> tuple[Figure, ...]:
    """The figures of an item: of a pair both."""
    if item.pair:
        return (item.pair.part, item.pair.base)
    return (item.figure,) if item.figure else ()


def separators(report: Report) -> Iterator[Finding]:
    """Numbers whose dots and commas say something else than in the rest of the document."""
    items = [item for sentence in report.sentences for item in sentence.items if item.figure or item.pair]
    plain = [figure for item in items for figure in figures_of(item) if _plainly(figure)]
    usual = next((figure for figure in plain if figure.numeral.decimals), plain[0] if plain else None)
    other = "" if usual is None else report.quote(usual.start, usual.end).strip()
    for item in items:
        for figure in figures_of(item):
            text = report.quote(figure.start, figure.end).strip()
            if figure.misread:
                note = say("report.not_whole", stated=text, computed=written.amount(figure))
                yield found_at(report, figure, "number", "wrong", note, figure.value, "wrong_separator")
            elif figure.numeral.odd and other:
                shown = written.number(figure.numeral.value, 9)
                mark = "report.two_marks" if report.way == "vi" else "report.two_marks_en"
                value = figure.value / figure.unit.whole
                note = say(mark, value=shown, other=other)
                yield found_at(report, figure, "number", "unclear", note, value, "wrong_separator")


def _plainly(figure: Figure) -> bool:
    """Whether a figure shows how the document writes numbers: it has decimals, or groups."""
    numeral = figure.numeral
    return not numeral.odd and not figure.misread and not numeral.text.isdigit()


def measures(report: Report) -> Iterator[Finding]:
    """Amounts of the same thing told in millions in one sentence and in billions in another: once each."""
    last: dict[frozenset[str], tuple[Figure, int]] = {}
    told: set[tuple[frozenset[str], int, int]] = set()
    for number, sentence in enumerate(report.sentences):
        for figure in sentence.figures:
            if figure.unit.kind != MONEY or not figure.subject or not figure.unit.text:
                continue
            before, where = last.get(figure.subject, (figure, number))
            small, large = sorted((before.unit.scale, figure.unit.scale))
            scales = figure.subject, small, large
            near = report.sentences[where].paragraph == sentence.paragraph or len(figure.subject) >= 4
            if near and where != number and before.unit.scale != figure.unit.scale and scales not in told:
                told.add(scales)
                note = say("report.measure_changes", unit=figure.unit.text, other=before.unit.text)
                yield found_at(report, figure, "measure", "unclear", note, figure.value)
            last[figure.subject] = figure, number


def brackets(report: Report) -> Iterator[Finding]:
    """Brackets around figures that are never closed, or never were opened."""
    text = report.folded.text
    for start, end in paragraphs(report.folded):
        opened: list[int] = []
        for match in _BRACKET.finditer(text, start, end):
            at = match.start()
            if match[0] == "(":
                opened.append(at)
            elif opened:
                opened.pop()
            elif not _LISTED.search(text, max(start, at - 4), at):
                before = _RATIO_BEFORE.search(text, max(start, at - 70), at)
                if before:
                    yield _bracket(report, before.start(), at + 1, "report.bracket_close")
        for at in opened:
            after = _RATIO_AFTER.match(text, at, end)
            if after:
                yield _bracket(report, at, after.end(), "report.bracket_open")


def _bracket(report: Report, start: int, end: int, key: str) -> Finding:
    first, last = report.folded.span(start, end)
    quote = report.folded.source[first:last]
    return Finding(first, last, quote, "bracket", None, None, "unclear", say(key, what=quote.strip("()")))
