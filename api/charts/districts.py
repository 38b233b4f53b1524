"""Before and after by district: each plan's quotas, a mark a plan, joined where there are two."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from api import labels
from api.charts import look
from api.charts.names import Names
from engine.numbers import format_number, format_percent

MOST_UNITS, MOST_QUOTAS, PER_ROW = 124, 6, 3
WIDTH = 300
Line = Mapping[str, Any]


def districts(answer: Mapping[str, Any], names: Names) -> look.Chart:
    """The picture of an answer of ``diff``. Quotas where nothing changes are named, not drawn, unless none
    changes; what has no number says so.
    """
    plans = [plan["name"] for plan in answer["plans"]]
    found: dict[str, list[Line]] = {}
    for line in answer["by_unit"]:
        if line["unit"] is not None:
            found.setdefault(line["quota"], []).append(line)
    changed = [quota for quota, lines in found.items() if any(map(_changes, lines))] or list(found)
    same = [names.quota(quota) for quota in found if quota not in changed]
    drawn, rest = changed[:MOST_QUOTAS], changed[MOST_QUOTAS:]
    units = _units([line for quota in drawn for line in found[quota]])
    panels = [
        _panel(quota, _rows(found[quota], units), plans, names, first=at % PER_ROW == 0)
        for at, quota in enumerate(drawn)
    ]
    notes = [
        names.say("against", first=plans[0], others=", ".join(plans[1:])),
        *_without(answer["plans"], names),
    ]
    count = len({line["unit"] for lines in found.values() for line in lines})
    if len(units) < count:
        notes.append(names.say("more_units", shown=len(units), count=format_number(count, 0, names.lang)))
    notes += [names.say("same", quotas=", ".join(same))] if same else []
    notes += [names.say("more_quotas", quotas=", ".join(map(names.quota, rest)))] if rest else []
    if not panels:
        notes.append(names.say("nothing"))
        panels = [look.empty()]
    return look.finished(panels, names.title, notes, names.lang, columns=PER_ROW)


def _changes(line: Line) -> bool:
    values = line["values"]
    return any(value != values[0] for value in values[1:])


def _units(lines: Sequence[Line]) -> list[str]:
    """The units that are drawn, in their order: those that change most where there are too many."""
    size: dict[str, float] = {}
    for line in lines:
        known = [abs(change) for change in line["changes"] if change is not None]
        size[line["unit"]] = size.get(line["unit"], 0) + max(known, default=0)
    most = set(sorted(size, key=lambda unit: -size[unit])[:MOST_UNITS])
    return [unit for unit in size if unit in most]


def _rows(lines: Sequence[Line], units: Sequence[str]) -> dict[str, Line | None]:
    """A quota's line of each unit, in every panel in the same order; None where it has no such quota."""
    found = {line["unit"]: line for line in lines}
    return {unit: found.get(unit) for unit in units}


def _without(plans: Sequence[Mapping[str, Any]], names: Names) -> list[str]:
    """The plans that have no numbers, and why."""
    return [
        names.say("no_plan", plan=plan["name"], status=labels.PLAN_STATUS[plan["status"]].in_(names.lang))
        for plan in plans
        if plan["status"] not in ("optimal", "feasible")
    ]


def _panel(
    quota: str, lines: Mapping[str, Line | None], plans: Sequence[str], names: Names, *, first: bool
) -> alt.LayerChart:
    known = [value for line in lines.values() if line for value in line["values"] if value is not None]
    scale, said = look.scaled(known, names)
    marks, joined, words = [], [], []
    for row, line in enumerate(lines.values()):
        if line is None:
            words.append({"row": row, "words": labels.NOT_APPLICABLE.in_(names.lang), "quiet": True})
            continue
        values = line["values"]
        marks += [
            {"row": row, "plan": plan, "value": value * scale}
            for plan, value in zip(plans, values, strict=True)
            if value is not None
        ]
        if len(plans) == 2 and None not in values:
            joined.append({"row": row, "from": values[0] * scale, "to": values[1] * scale})
        words.append({"row": row, "words": _words(line, plans, names), "quiet": not _changes(line)})
    y = look.rows([names.unit(unit) for unit in lines], labels_shown=first)
    axis = alt.Axis(title=look.with_scale(names.measures.get(quota, ""), said) or None, **look.TICKS)
    scale_x = alt.Scale(domain=look.domain(value * scale for value in known), nice=True)
    at = alt.X("value:Q", axis=axis, scale=scale_x)
    colours = alt.Scale(
        domain=list(plans), range=[look.PALETTE[i % len(look.PALETTE)] for i in range(len(plans))]
    )
    shapes = alt.Scale(
        domain=list(plans), range=[look.SHAPES[i % len(look.SHAPES)] for i in range(len(plans))]
    )
    points = (
        alt.Chart(look.data(marks))
        .mark_point(filled=True, opacity=1)
        .encode(
            x=at,
            y=y,
            color=alt.Color("plan:N", scale=colours, title=None),
            shape=alt.Shape("plan:N", scale=shapes, title=None),
            # the first is larger: it is seen around another that has the same number
            size=alt.condition(f"datum.plan === {json.dumps(plans[0])}", alt.value(140), alt.value(56)),
        )
    )
    lines_between = (
        alt.Chart(look.data(joined))
        .mark_rule(strokeWidth=3, color="#B5B5B5")
        .encode(x=alt.X("from:Q", axis=axis, scale=scale_x), x2="to:Q", y=y)
    )
    told = (
        alt.Chart(look.data(words))
        .mark_text(align="left", fontSize=12)
        .encode(
            x=alt.value(WIDTH + 10),
            y=y,
            text="words:N",
            color=alt.condition("datum.quiet", alt.value(look.QUIET), alt.value(look.INK)),
        )
    )
    return look.layered([lines_between, points, told], names.quota(quota), WIDTH, look.height(len(lines)))


def _words(line: Line, plans: Sequence[str], names: Names) -> str:
    """What stands beside a row: the change where there are two plans, and which have no number."""
    missing = [plan for plan, value in zip(plans, line["values"], strict=True) if value is None]
    if missing:
        return names.say("no_number", plans=", ".join(missing))
    if len(plans) != 2:
        return ""
    change, percent = line["changes"][1], line["percents"][1]
    told = look.signed(change, names.lang)
    if not change:
        return told
    share = look.unknown(names) if percent is None else _percent(percent, names)
    return f"{told} ({share})"


def _percent(percent: float, names: Names) -> str:
    return ("+" if percent > 0 else "") + format_percent(percent, 2, names.lang)
