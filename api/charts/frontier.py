"""A frontier: how unfair the fairest plan is at each level of another goal, such as cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import altair as alt

from api.charts import look
from api.charts.names import Names
from engine.numbers import format_number

WIDTH, HEIGHT = 560, 340
BEFORE = 0.22
"""The part of the width that words before the first point take."""
FAIRNESS, COST = "fairness", "cost"
ROUND = {True: look.BLUE, False: "white"}
"""What a point is filled with, by whether it is proven to be the best there is."""


def frontier(answer: Mapping[str, Any], names: Names) -> look.Chart:
    """The picture of an answer of ``frontier``: a point a plan, the other goal along, unfairness up. Points
    that aren't proven are rings.
    """
    goal = next(name for name in answer["goals"] if name != FAIRNESS)
    known = sorted(answer["points"], key=lambda point: (point["goal"], -point["objective"]))
    told = names.say("cost") if goal == COST else names.path(goal)
    notes = [names.title, names.say("better")]
    if not all(point["proven"] for point in known):
        notes.append(names.say("rings"))
    if answer["infeasible"]:
        count = format_number(len(answer["infeasible"]), 0, names.lang)
        notes.append(names.say("no_point", goal=told, count=count))
    best = "cheapest" if goal == COST else "greatest" if answer["better"] == "more" else "least"
    panel = _panel(known, told, names, best) if known else look.empty()
    if not known:
        notes.append(names.say("nothing"))
    return look.finished([panel], names.say("frontier", goal=told), notes, names.lang)


def _panel(known: list[Mapping[str, Any]], goal: str, names: Names, best: str) -> alt.LayerChart:
    along, said_along = look.scaled((point["goal"] for point in known), names)
    up, said_up = look.scaled((point["objective"] for point in known), names)
    points = [
        {"x": point["goal"] * along, "y": point["objective"] * up, "proven": point["proven"]}
        for point in known
    ]
    rising = best == "greatest"
    across = look.domain((point["x"] for point in points), around=True)
    across[0] -= BEFORE * (across[1] - across[0]) * rising
    title_x = look.with_scale(goal[:1].upper() + goal[1:], said_along)
    title_y = look.with_scale(names.say("unfair"), said_up)
    x = alt.X(
        "x:Q",
        axis=alt.Axis(title=title_x, **look.TICKS),
        scale=alt.Scale(domain=across, nice=True),
    )
    y = alt.Y(
        "y:Q",
        axis=alt.Axis(title=title_y, **look.TICKS),
        scale=alt.Scale(domain=look.domain(p["y"] for p in points), nice=True),
    )
    line = (
        alt.Chart(look.data(points))
        .mark_line(color=look.SKY, strokeWidth=2, strokeDash=[5, 4])
        .encode(x=x, y=y, order="x:Q")
    )
    dots = [
        alt.Chart(look.data(point for point in points if point["proven"] == proven))
        .mark_point(filled=True, size=90, opacity=1, color=colour, stroke=look.BLUE, strokeWidth=2)
        .encode(x=x, y=y)
        for proven, colour in ROUND.items()
    ]
    other, fairest = names.say(best), names.say("fairest")
    if len(points) == 1:
        ends = [_end(points[0], f"{other}, {fairest}", x, y, 0)]
    elif rising:  # the fairest's words lie before the line
        ends = [_end(points[0], fairest, x, y, 0, "right"), _end(points[-1], other, x, y, 0)]
    else:  # above it, and behind it
        ends = [_end(points[0], other, x, y, -14), _end(points[-1], fairest, x, y, -12)]
    return look.layered([line, *dots, *ends], "", WIDTH, HEIGHT)


def _end(
    point: Mapping[str, Any],
    words: str,
    x: alt.X,
    y: alt.Y,
    dy: int,
    align: Literal["left", "right"] = "left",
) -> alt.Chart:
    """The words beside an end of the frontier."""
    found: alt.Chart = (
        alt.Chart(look.data([{**point, "words": words}]))
        .mark_text(align=align, dx=11 if align == "left" else -11, dy=dy)
        .encode(x=x, y=y, text="words:N")
    )
    return found
