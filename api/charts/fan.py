"""A fan of outcomes: where a figure lies in half, in nine tenths and in all of the scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from api.charts import look
from api.charts.names import Names
from engine.numbers import format_number, format_percent

MOST_FIGURES = 12
WIDTH, BAND = 520, 46
PLANNED = ("optimal", "feasible")
BANDS = (("all", "min", "max", 4), ("most", "p5", "p95", 24), ("half", "p25", "p75", 24))
"""What a strip is made of: its words, from where to where, how thick."""
KINDS = ("all", "most", "half", "middle", "target")
COLOURS = ("#B5B5B5", look.SKY, look.BLUE, look.INK, look.RED)
SHAPES = ("square", "square", "square", "circle", "diamond")


def fan(answer: Mapping[str, Any], names: Names) -> look.Chart:
    """The picture of an answer of ``sweep``: a strip a figure, outcomes with their targets where there are
    any, else what is placed and how fair it is.
    """
    spread = answer["distributions"]
    figures = [name for name in spread if name.startswith("outcome.")]
    targets = {f"outcome.{target['quota']}": target for target in answer["targets"]}
    figures += [name for name in targets if name not in spread]  # known in no scenario
    figures = figures or list(spread)
    panels = [_panel(name, spread.get(name), targets.get(name), names) for name in figures[:MOST_FIGURES]]
    notes = [names.title]
    without = sum(count for status, count in answer["counts"].items() if status not in PLANNED)
    if without:
        notes.append(names.say("without_plan", count=format_number(without, 0, names.lang)))
    if len(figures) > MOST_FIGURES:
        notes.append(names.say("more_figures", count=len(figures) - MOST_FIGURES))
    if not panels:
        notes.append(names.say("nothing"))
        panels = [look.empty()]
    title = names.say("fan", count=format_number(answer["scenarios"], 0, names.lang))
    return look.finished(panels, title, notes, names.lang, keys=3)


def _panel(
    name: str, spread: Mapping[str, Any] | None, target: Mapping[str, Any] | None, names: Names
) -> alt.LayerChart:
    aim = target["target"] if target else None
    known = [] if spread is None else [spread[key] for key in ("min", "p50", "max")]
    scale, said = look.scaled([*known, aim], names)
    bands, ticks = [], []
    if spread is not None:
        bands = [
            (thick, {"kind": names.say(key), "from": spread[low] * scale, "to": spread[high] * scale})
            for key, low, high, thick in BANDS
        ]
        ticks.append({"kind": names.say("middle"), "at": spread["p50"] * scale})
    if aim is not None:
        ticks.append({"kind": names.say("target"), "at": aim * scale})
    axis = alt.Axis(title=None, **{**look.TICKS, "labelFlush": True})
    shown = [value * scale for value in [*known, aim] if value is not None]
    scale_x = alt.Scale(domain=look.domain(shown, around=True), nice=True)
    middle = alt.value(BAND / 2)
    kinds = [names.say(kind) for kind in KINDS]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=COLOURS), title=None)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=SHAPES), title=None)
    strips = [
        alt.Chart(look.data([band]))
        .mark_bar(height=thick)
        .encode(x=alt.X("from:Q", axis=axis, scale=scale_x), x2="to:Q", y=middle, color=colour)
        for thick, band in bands
    ]
    marks = (
        alt.Chart(look.data(ticks))
        .mark_point(filled=True, opacity=1, size=120, stroke="white", strokeWidth=1)
        .encode(x=alt.X("at:Q", axis=axis, scale=scale_x), y=middle, shape=shape, color=colour)
    )
    told = (
        alt.Chart(look.data([{"words": _words(spread, target, names)}]))
        .mark_text(align="left", lineHeight=17, baseline="middle")
        .encode(x=alt.value(WIDTH + 14), y=middle, text="words:N")
    )
    title = look.with_scale(look.figure(name, names), said)
    return look.layered([*strips, marks, told], title, WIDTH, BAND)


def _words(spread: Mapping[str, Any] | None, target: Mapping[str, Any] | None, names: Names) -> list[str]:
    """What stands beside a strip: the chance, and in how many scenarios nothing is known."""
    if spread is None:
        return [look.unknown(names)]
    told = []
    if target is not None and target["target"] is None:
        told.append(names.say("target_differs"))
    if target is not None and target["chance"] is not None:
        told.append(names.say("chance", chance=format_percent(target["chance"], 1, names.lang)))
    if spread["unknown"]:
        told.append(names.say("unknown_in", count=format_number(spread["unknown"], 0, names.lang)))
    return told
