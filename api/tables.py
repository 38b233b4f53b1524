"""Tables as a planner would print them: each cell with its value, its words and its number form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from api import labels
from engine.measures import Kind, Measure
from engine.numbers import Lang, exact, format_date, format_number, round_half_up
from engine.overlaid import value_words
from engine.rulebook import Indicator, Rulebook
from engine.words import Message

PARTS = ("", "- ", "+ ")
"""Before the names of parts, and of their parts, as administrative tables mark them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell. ``value`` is what a workbook holds, ``text`` what is printed; ``decimals``, ``percent`` and
    ``mark``, a word before it, and ``signed``, a plus before what is above 0, say how a number is shown.
    ``above`` and ``left``: how many cells in that direction it adds up; ``formula``: one of our own that a
    workbook works ``value`` out with, never made of data.
    """

    value: float | int | str | date | None
    text: str
    decimals: int = 0
    percent: bool = False
    mark: str = ""
    above: int = 0
    left: int = 0
    signed: bool = False
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title above and notes below; ``numeric``: which columns hold numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Entry]]
    numeric: Sequence[bool]
    notes: Sequence[str] = field(default_factory=tuple)
    total_row: bool = False


def render(table: Table) -> str:
    """The table as text; nothing is cut or coloured."""
    from tabulate import SEPARATING_LINE, tabulate

    align = ["right" if numeric else "left" for numeric in table.numeric]
    lines = [table.title, ""] if table.title else []
    if table.rows:
        body: list[Any] = [[entry.text for entry in row] for row in table.rows]
        if table.total_row:
            body.insert(len(body) - 1, SEPARATING_LINE)
        lines.append(
            tabulate(body, list(table.columns), tablefmt="simple", disable_numparse=True, colalign=align)
        )
    if table.notes:
        lines += ["", *table.notes]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def words(text: str) -> Entry:
    """A cell of words."""
    return Entry(text, text)


def written(value: Any, lang: Lang) -> str:
    """A value as a rulebook has it, numbers in the language's form."""
    return value_words(value).in_(lang)


def unknown(lang: Lang) -> Entry:
    """A cell whose number is unknown: never 0."""
    return Entry(None, labels.UNKNOWN.in_(lang))


def not_applicable(lang: Lang) -> Entry:
    """A cell that makes no sense for the row."""
    return Entry(None, labels.NOT_APPLICABLE.in_(lang))


def day(value: date | None, lang: Lang) -> Entry:
    """A date."""
    return unknown(lang) if value is None else Entry(value, format_date(value, lang))


def amount(value: float | None, shown: Measure, decimals: int, lang: Lang) -> Entry:
    """A number of base measures, in the measure it is shown in (§4) with exactly these decimals (§7)."""
    if value is None:
        return unknown(lang)
    percent = shown.kind is Kind.RATE and not shown.powers
    inside = value / float(shown.scale) if shown.scale.denominator == 1 else value * float(1 / shown.scale)
    rounded = round_half_up(inside, decimals)
    text = format_number(rounded, decimals, lang) + ("%" if percent else "")
    return Entry(value if percent else float(inside), text, decimals, percent)


def marked(entry: Entry, mark: str) -> Entry:
    """A number with a word before it; an unknown one stays as it is."""
    if entry.value is None:
        return entry
    return replace(entry, text=f"{mark} {entry.text}", mark=mark)


def decimals_in(value: float | None, shown: Measure) -> int:
    """How many decimals a figure needs to be shown as it was stated, 6 at most."""
    if value is None:
        return 0
    rounded = round_half_up(exact(value) / exact(shown.scale), 6).normalize()
    return max(0, -int(rounded.as_tuple().exponent))


def significant(value: float, lang: Lang) -> Entry:
    """A plain number with four digits that count."""
    decimals = max(0, 3 - exact(value).adjusted()) if value else 0
    return Entry(value, format_number(value, decimals, lang), decimals)


def decimals_of(shown: Measure, indicator: Indicator | None, own: int | None) -> int:
    """How many decimals a number has: its own, else its indicator's, else by measure."""
    money = any(base == "VND" for base, _ in shown.powers)
    if money and indicator and indicator.decimals is not None and shown.scale == indicator.shown.scale:
        return indicator.decimals
    if own is not None:
        return own
    if shown.is_count:
        return 0
    if indicator and indicator.decimals is not None and shown.powers == indicator.measure.powers:
        return indicator.decimals
    return 0 if shown.is_money and shown.scale == 1 else 2


def measure_words(rulebook: Rulebook, measure: Measure, lang: Lang) -> str:
    """A measure's words."""
    return rulebook.measure_label(measure).in_(lang)


def bullets(title: Message, lines: Iterable[str], lang: Lang) -> list[str]:
    """A note with its lines, or nothing."""
    found = list(dict.fromkeys(lines))
    return [f"{title.in_(lang)}:", *(f"- {line}" for line in found), ""] if found else []
