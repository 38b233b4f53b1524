"""A tornado: how far a figure swings while one input at a time changes, the widest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from api.charts import look
from api.charts.names import Names
from engine.numbers import format_number

MOST_INPUTS, MOST_FIGURES = 24, 6
WIDTH = 460
SIDES = ("at_first", "at_last")
WHOLE, UPPER, LOWER, ALONE = "whole", "upper", "lower", "alone"
PLACES = ((WHOLE, 17, 0), (UPPER, 8, -4.5), (LOWER, 8, 4.5))
"""How thick a bar is, and how far below the middle of its row."""
Swing = Mapping[str, Any]


def tornado(answer: Mapping[str, Any], names: Names) -> look.Chart:
    """The picture of an answer of ``sweep`` by ``one_at_a_time``: a panel a figure, a bar from what the base
    has to what the input's first and last value bring. What is unknown says so.
    """
    found: dict[str, list[Swing]] = {}
    for swing in answer["inputs"]:
        found.setdefault(swing["figure"], []).append(swing)
    figures = sorted(found, key=lambda figure: figure == "objective")  # outcomes first
    notes = [names.say("one_by_one")]
    most = max(map(len, found.values()), default=0)
    if most > MOST_INPUTS:
        notes.append(names.say("more_inputs", shown=MOST_INPUTS, count=format_number(most, 0, names.lang)))
    if len(figures) > MOST_FIGURES:
        notes.append(names.say("more_figures", count=len(figures) - MOST_FIGURES))
    panels = [_panel(figure, _widest(found[figure]), names) for figure in figures[:MOST_FIGURES]]
    if not panels:
        notes, panels = [names.say("nothing")], [look.empty()]
    return look.finished(panels, f"{names.say('tornado')}: {names.title}", notes, names.lang)


def _widest(swings: Sequence[Swing]) -> list[Swing]:
    """The widest first; those that aren't known last."""
    ranked = sorted(swings, key=lambda one: (one["swing"] is None, -(one["swing"] or 0)))
    return ranked[:MOST_INPUTS]


def _panel(figure: str, swings: Sequence[Swing], names: Names) -> alt.LayerChart:
    known = [one[key] for one in swings for key in (*SIDES, "at_base") if one[key] is not None]
    scale, said = look.scaled(known, names)
    ends, words = [], []
    for row, one in enumerate(swings):
        ends += [
            {
                "row": row,
                "place": place,
                "from": base * scale,
                "to": one[side] * scale,
                "side": names.say(side),
            }
            for side, place in zip(SIDES, _places(one), strict=True)
            if (base := one["at_base"] if place != ALONE else one[side]) is not None and one[side] is not None
        ]
        swing = one["swing"]
        told = look.unknown(names) if swing is None else look.short(swing * scale, names.lang)
        words.append({"row": row, "words": told, "quiet": not swing})
    y = look.rows([_input(one, names) for one in swings])
    title = look.with_scale(look.figure(figure, names), said)
    axis = alt.Axis(title=None, **look.TICKS)
    scale_x = alt.Scale(domain=look.domain((value * scale for value in known), around=True), nice=True)
    colours = alt.Scale(domain=[names.say(side) for side in SIDES], range=[look.BLUE, look.ORANGE])
    colour = alt.Color("side:N", scale=colours, title=None)
    x = alt.X("from:Q", axis=axis, scale=scale_x)
    bars = [
        alt.Chart(look.data(end for end in ends if end["place"] == place))
        .mark_bar(height=thick, yOffset=offset)
        .encode(x=x, x2="to:Q", y=y, color=colour)
        for place, thick, offset in PLACES
    ]
    alone = (
        alt.Chart(look.data(end for end in ends if end["place"] == ALONE))
        .mark_point(filled=True, size=90, opacity=1)
        .encode(x=x, y=y, color=colour)
    )
    bases = {one["at_base"] * scale for one in swings if one["at_base"] is not None}
    line = (
        alt.Chart(look.data({"base": base} for base in sorted(bases)))
        .mark_rule(color=look.INK, strokeWidth=1.5)
        .encode(x=alt.X("base:Q", axis=axis, scale=scale_x))
    )
    told = (
        alt.Chart(look.data(words))
        .mark_text(align="left")
        .encode(
            x=alt.value(WIDTH + 12),
            y=y,
            text="words:N",
            color=alt.condition("datum.quiet", alt.value(look.QUIET), alt.value(look.INK)),
        )
    )
    return look.layered([*bars, alone, line, told], title, WIDTH, look.height(len(swings)))


def _places(one: Swing) -> tuple[str, str]:
    """Where the bars of a row lie: on one line, or where both go to one side beneath each other, since one
    would hide the other. Without a base there is nothing that a bar could begin at.
    """
    base, first, last = one["at_base"], one["at_first"], one["at_last"]
    if base is None:
        return ALONE, ALONE
    if first is None or last is None or (first - base) * (last - base) <= 0:
        return WHOLE, WHOLE
    return UPPER, LOWER


def _input(one: Swing, names: Names) -> str:
    first, last = (_value(one[key], names) for key in ("first", "last"))
    return names.say("from_to", path=names.path(one["path"]), first=first, last=last)


def _value(value: Any, names: Names) -> str:
    if value is None:
        return look.unknown(names)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_number(value, None, names.lang)
    return str(value)
