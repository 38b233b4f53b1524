"""A frontier: how unfair the fairest plan is at each level of another goal, such as cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from api.charts import look
from api.charts.names import Names
from engine.numbers import format_number

WIDTH, HEIGHT = 560, 340
FAIRNESS = "fairness"


def frontier(answer: Mapping[str, Any], names: Names) -> look.Chart:
    """The picture of an answer of ``frontier``: a point a plan, the other goal along, unfairness up. Points
    that aren't known are counted, not drawn.
    """
    goal = next(name for name in answer["goals"] if name != FAIRNESS)
    pairs = [(point["goals"][goal], point["goals"][FAIRNESS]) for point in answer["points"]]
    known = sorted((x, y) for x, y in pairs if x is not None and y is not None)
    told = names.say("cost") if goal == "cost" else names.path(goal)
    notes = [names.title, names.say("better")]
    if len(known) < len(pairs):
        notes.append(names.say("points_unknown", count=format_number(len(pairs) - len(known), 0, names.lang)))
    panel = _panel(known, told, names) if known else look.empty()
    if not known:
        notes.append(names.say("nothing"))
    return look.finished([panel], names.say("frontier", goal=told), notes, names.lang)


def _panel(known: list[tuple[float, float]], goal: str, names: Names) -> alt.LayerChart:
    along, said_along = look.scaled((x for x, _ in known), names)
    up, said_up = look.scaled((y for _, y in known), names)
    points = [{"x": x * along, "y": y * up} for x, y in known]
    first, last = points[0], points[-1]
    title_x = look.with_scale(goal[:1].upper() + goal[1:], said_along)
    title_y = look.with_scale(names.say("unfair"), said_up)
    x = alt.X(
        "x:Q",
        axis=alt.Axis(title=title_x, **look.TICKS),
        scale=alt.Scale(domain=look.domain((p["x"] for p in points), around=True), nice=True),
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
    dots = (
        alt.Chart(look.data(points))
        .mark_point(filled=True, size=90, opacity=1, color=look.BLUE)
        .encode(x=x, y=y)
    )
    least, fairest = names.say("least", goal=goal), names.say("fairest")
    if len(points) == 1:
        ends = [_end(first, f"{least}, {fairest}", x, y, 0)]
    else:  # the line falls from left to right: it meets neither text
        ends = [_end(first, least, x, y, -14), _end(last, fairest, x, y, 0)]
    return look.layered([line, dots, *ends], "", WIDTH, HEIGHT)


def _end(point: dict[str, float], words: str, x: alt.X, y: alt.Y, dy: int) -> alt.Chart:
    """The words beside an end of the frontier."""
    found: alt.Chart = (
        alt.Chart(look.data([{**point, "words": words}]))
        .mark_text(align="left", dx=11, dy=dy)
        .encode(x=x, y=y, text="words:N")
    )
    return found
