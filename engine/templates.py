"""A report's texts with formulas in braces, read by the formulas' own parser and nothing else.

``{jobs.achieved}``, ``{fund.achieved: billion VND, 3}``, ``{date(jobs)}``; ``{{`` and ``}}`` are braces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.formula.parser import FormulaError, parse
from engine.formula.tree import Call, Formula
from engine.words import say

__all__ = ["MAX_DECIMALS", "WORDS", "Blank", "Template", "Word", "parse_template"]

WORDS = frozenset(
    {
        *("as_of", "causes", "date", "flags", "label", "measure"),
        *("name", "quota", "status", "unit", "year"),
    }
)
"""Functions that stand for words in a text, never for a number of a formula; ``quota`` for a plan's."""
MAX_LENGTH = 4_000
MAX_DECIMALS = 12
_DECIMALS = re.compile(r"\s*,?\s*([0-9]+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Blank:
    """A number to be filled in. ``start``: where its formula begins in the text; ``measure``: what it is
    asked to be shown in, found at ``measure_at``.
    """

    formula: Formula
    start: int
    measure: str | None
    measure_at: int
    decimals: int | None


@dataclass(frozen=True, slots=True)
class Word:
    """A word to be filled in, such as ``date(jobs)``. ``start``: of its call in the text."""

    call: Call
    start: int


@dataclass(frozen=True, slots=True)
class Template:
    """A text as written, and its parts in order."""

    text: str
    parts: tuple[str | Blank | Word, ...]


def parse_template(text: str) -> Template:
    """Read a text with blanks. Raises FormulaError with offsets into the text."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(MAX_LENGTH, len(text), say("template_too_long", limit=MAX_LENGTH))
    parts: list[str | Blank | Word] = []
    plain, at = "", 0
    while at < len(text):
        char = text[at]
        if char not in "{}":
            plain, at = plain + char, at + 1
        elif text[at : at + 2] == char * 2:
            plain, at = plain + char, at + 2
        elif char == "}":
            raise FormulaError(at, at + 1, say("brace_alone"), say("brace_twice.hint"))
        else:
            end, colon = _closing(text, at)
            parts += [plain] if plain else []
            parts.append(_blank(text, at + 1, colon, end))
            plain, at = "", end + 1
    return Template(text, (*parts, plain) if plain else tuple(parts))


def _closing(text: str, start: int) -> tuple[int, int]:
    """Where the blank that opens at ``start`` closes, and where its format begins; quotes hide both."""
    quote, colon = "", -1
    for at in range(start + 1, len(text)):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "{":
            raise FormulaError(at, at + 1, say("brace_inside"), say("brace_twice.hint"))
        elif char == "}":
            return at, at if colon < 0 else colon
        elif char == ":" and colon < 0:
            colon = at
    raise FormulaError(start, start + 1, say("brace_open"), say("brace_twice.hint"))


def _blank(text: str, start: int, colon: int, end: int) -> Blank | Word:
    try:
        formula = parse(text[start:colon])
    except FormulaError as error:
        raise FormulaError(error.start + start, error.end + start, error.message, error.hint) from None
    if isinstance(formula.root, Call) and formula.root.function in WORDS:
        if colon < end:
            raise FormulaError(colon, end, say("word_format", what=formula.root.function))
        return Word(formula.root, start)
    if colon == end:
        return Blank(formula, start, None, start, None)
    given = text[colon + 1 : end]
    number = _DECIMALS.search(given)
    decimals = int(number.group(1)) if number else None
    measure = given[: number.start()] if number else given
    if decimals is not None and decimals > MAX_DECIMALS:
        raise FormulaError(colon + 1, end, say("decimals_wanted", limit=MAX_DECIMALS))
    if not measure.strip() and (decimals is None or given.lstrip().startswith(",")):
        raise FormulaError(colon, end, say("format_wanted"), say("format_wanted.hint"))
    measure_at = colon + 1 + len(measure) - len(measure.lstrip())
    return Blank(formula, start, measure.strip() or None, measure_at, decimals)
