"""A frontier: how good one goal, such as fairness, can be at each level of another, such as cost."""

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
WORDED = (COST, "changes")
"""Goals with words of their own; others are paths."""
ROUND = {True: look.BLUE, False: "white"}
"""What a point is filled with, by whether it is proven to be the best there is."""


def frontier(answer: Mapping[str, Any], names: Names) -> look.Chart:
    """The picture of an answer of ``frontier``: a point a plan, the second goal along, the first up, which
    for fairness is how unfair a plan is. Points that aren't proven are rings.
    """
    first, goal = answer["goals"]
    if first == FAIRNESS:
        known = [{**point, "up": point["objective"]} for point in answer["points"]]
    else:
        known = [{**point, "up": point["values"][0]} for point in answer["points"]]
    known.sort(key=lambda point: (point["goal"], -point["up"]))
    told = _told(goal, names)
    notes = [names.title, names.say("better" if first == FAIRNESS else "points")]
    if not all(point["proven"] for point in known):
        notes.append(names.say("rings"))
    if answer["infeasible"]:
        count = format_number(len(answer["infeasible"]), 0, names.lang)
        notes.append(names.say("no_point", goal=told, count=count))
    best = "cheapest" if goal == COST else "greatest" if answer["better"] == "more" else "least"
    panel = _panel(known, (told, first), names, best) if known else look.empty()
    if not known:
        notes.append(names.say("nothing"))
    key = "frontier" if first == FAIRNESS else "frontier_of"
    title = names.say(key, goal=told, first=_told(first, names))
    return look.finished([panel], title[:1].upper() + title[1:], notes, names.lang)


def _told(goal: str, names: Names) -> str:
    return names.say(goal) if goal in WORDED else names.path(goal)


def _panel(known: list[dict[str, Any]], goals: tuple[str, str], names: Names, best: str) -> alt.LayerChart:
    """``goals``: the words of the second one, and the first one itself."""
    goal, first = goals
    along, said_along = look.scaled((point["goal"] for point in known), names)
    up, said_up = look.scaled((point["up"] for point in known), names)
    points = [
        {"x": point["goal"] * along, "y": point["up"] * up, "proven": point["proven"]} for point in known
    ]
    rising = best == "greatest"
    across = look.domain((point["x"] for point in points), around=True)
    across[0] -= BEFORE * (across[1] - across[0]) * rising
    title_x = look.with_scale(goal[:1].upper() + goal[1:], said_along)
    name = names.say("unfair") if first == FAIRNESS else _told(first, names)
    title_y = look.with_scale(name[:1].upper() + name[1:], said_up)
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
    if first != FAIRNESS:
        ends = []
    elif len(points) == 1:
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
