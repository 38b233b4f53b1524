"""The answer of ``needed``, as JSON and for people."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from api import labels
from api.answers import number, overlaid, texts
from api.tables import Entry, Table, amount, decimals_in, decimals_of, words
from engine.needed import Needed
from engine.numbers import Lang, format_date
from engine.words import say


def needed_answer(found: Needed, lang: Lang) -> dict[str, Any]:
    """What a unit must reach, in base measures."""
    return {
        "rulebook": found.rulebook.id,
        **overlaid(found.rulebook),
        "indicator": found.indicator.id,
        "unit": found.unit,
        "as_of": found.as_of.isoformat(),
        "basis": found.basis,
        "level": found.level,
        "units": found.count + 1,
        "target": number(found.target),
        "others": number(found.others),
        "needed": number(found.needed),
        "own_target": number(found.own_target),
        "achieved": number(found.achieved),
        "landing": number(found.landing),
        "per_month": number(found.per_month),
        "beyond": number(found.beyond),
        "unknown": texts(found.unknown, lang),
    }


def needed_sheet(found: Needed, lang: Lang) -> Table:
    """A line for each figure, and why it is unknown."""
    units = found.rulebook.units
    unit, root = (units.names[units.index[name]] for name in (found.unit, found.rulebook.root))
    names = {"unit": unit, "root": root}

    shown = found.indicator.shown
    decimals = decimals_of(shown, found.indicator, None)

    def cell(value: float | None, more: int = 0) -> Entry:
        return amount(value, shown, decimals + more, lang)

    def enough(value: float | None, more: int = 0) -> Entry:
        """What must be reached, never less than it: rounded to the side on which the target is made."""
        return cell(value if value is None else _enough(value, found, decimals + more), more)

    lines = [
        (say("needed.target", **names), found.target),
        (say("needed.others", count=found.count), found.others),
        (say("needed.needed"), found.needed),
        (say("needed.own_target", **names), found.own_target),
        (say("needed.achieved", **names), found.achieved),
        (say("needed.landing", **names), found.landing),
        (say("needed.per_month"), found.per_month),
        (say("needed.beyond"), found.beyond),
    ]
    if not found.indicator.is_flow:
        del lines[6]
    per_month = say("needed.per_month")
    to_reach = {say("needed.needed"), say("needed.beyond"), per_month}
    rows = []
    for label, value in lines:
        shape = enough if label in to_reach else cell
        rows.append([words(label.in_(lang)), shape(value, 1 if label == per_month else 0)])
    notes = [f"- {cause.in_(lang)}" for cause in found.unknown]
    if notes:
        notes.insert(0, f"{labels.UNKNOWN_NOTES.in_(lang)}:")
    if found.needed is not None and found.needed <= (found.achieved or 0) and found.indicator.is_flow:
        notes.append(say("needed.enough", **names).in_(lang))
    if found.needed is not None and not _is_shown(found.needed, found, decimals):
        exact = amount(found.needed, shown, decimals_in(found.needed, shown), lang).text
        key = "needed.rounded_down" if found.indicator.direction == "down" else "needed.rounded_up"
        notes.append(say(key, exact=exact).in_(lang))
    title = say("needed.title", what=found.indicator.label, **names).in_(lang)
    dated = f"{labels.AS_OF.in_(lang)} {format_date(found.as_of, lang)}"
    columns = [labels.COLUMNS["figure"].in_(lang), labels.COLUMNS["value"].in_(lang)]
    return Table(f"{title}\n{dated}", columns, rows, [False, True], notes)


NOISE = 9
"""Decimals beyond which a figure in its own measure is rounding."""


def _shown(value: float, found: Needed) -> Decimal:
    """A figure in the measure it is shown in, without the noise of its computation."""
    return Decimal(str(round(value / found.indicator.shown.scale, NOISE)))


def _is_shown(value: float, found: Needed, decimals: int) -> bool:
    """Whether so many decimals tell the figure whole."""
    exact = _shown(value, found)
    return exact == round(exact, decimals)


def _enough(value: float, found: Needed, decimals: int) -> float:
    """The figure with so many decimals that still makes the target: not less, or not more if down is good."""
    side = ROUND_FLOOR if found.indicator.direction == "down" else ROUND_CEILING
    rounded = _shown(value, found).quantize(Decimal(1).scaleb(-decimals), side)
    return float(rounded) * found.indicator.shown.scale
