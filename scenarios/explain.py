"""Where a plan's quota comes from (§14): its total or need, its fair share, its bounds and the waterfall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import Code, Issue, RuleError
from engine.explain import Explainer, Input
from engine.formula.names import FAIR, Scope, Where
from engine.measures import RATIO, Measure
from engine.rulebook import Placed
from engine.words import Message, did_you_mean, say
from scenarios.plan import Plan, Share
from scenarios.problem import Asked
from scenarios.waterfall import Step


@dataclass(frozen=True, slots=True)
class QuotaExplanation:
    """The answer of ``explain`` for a quota: of the root as a whole, or of one unit with its waterfall.

    ``unknown``: why there is no number; ``plan_status`` and ``no_plan``: how the plan is, and why there is
    none, of a total too, which is known all the same. ``waterfall``: None where its steps weren't found.
    """

    what: str
    unit: str
    top: Input
    waterfall: tuple[Step, ...] | None
    binding: tuple[str, ...]
    unknown: tuple[Message, ...] = ()
    plan_status: str = "optimal"
    no_plan: tuple[Message, ...] = ()


def explain_quota(plan: Plan, quota: str, unit: str | None = None) -> QuotaExplanation:
    """Explain a quota's total at the allocation's root, or its number at a receiving unit.

    Raises RuleError (unknown_name, unknown_unit).
    """
    problem = plan.problem
    root = problem.allocation.root
    known = [asked.quota.id for asked in problem.quotas]
    if quota not in known:
        message = say("unknown_name", what=quota)
        raise RuleError([Issue(Code.UNKNOWN_NAME, message, hint=did_you_mean(quota, known))])
    asked = problem.asked(quota)
    what = f"{problem.allocation.id}.{quota}"
    if unit is None or unit == root:
        at = problem.rulebook.units.index[root]
        top = _input(
            plan, asked, asked.quota.total, Scope(problem.rulebook.names, Where.TOTAL, _home(asked)), at
        )
        top = replace(top, name=what, value=float(asked.total))
        return QuotaExplanation(what, root, top, (), (), (), plan.status, plan.why_none)
    if unit not in problem.unit_ids:
        if unit in problem.allocation.leave_out:
            message = say(
                "unit_left_out", unit=problem.rulebook.units.names[problem.rulebook.units.index[unit]]
            )
            raise RuleError([Issue(Code.UNKNOWN_UNIT, message, hint=say("unit_left_out.hint"))])
        hint = did_you_mean(unit, problem.unit_ids)
        raise RuleError([Issue(Code.UNKNOWN_UNIT, say("unknown_unit", what=unit), hint=hint)])
    share = next((s for s in plan.shares if s.quota == quota and s.unit == unit), None)
    return _at_unit(plan, asked, what, unit, share)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _home(asked: Asked) -> str:
    return asked.quota.indicator


def _at_unit(plan: Plan, asked: Asked, what: str, unit: str, share: Share | None) -> QuotaExplanation:
    problem, quota = plan.problem, asked.quota
    rulebook = problem.rulebook
    names = rulebook.names
    position = problem.unit_ids.index(unit)
    at = problem.units[position]
    indicator = rulebook.indicators[quota.indicator]
    root = rulebook.units.index[problem.allocation.root]
    base, shown = indicator.measure.base(), indicator.shown
    total = _input(plan, asked, quota.total, Scope(names, Where.TOTAL, _home(asked)), root)
    need = _input(plan, asked, quota.need, Scope(names, Where.NEED, _home(asked)), at)
    inputs = [
        replace(total, name=f"{what}.total", value=float(asked.total)),
        replace(need, name=f"{what}.need@{unit}", value=float(asked.need[position])),
    ]
    if np.isnan(asked.held[position]):
        inputs.append(_fair(asked, what, unit, position, need, base, shown))
    for key, stated, values in (
        ("at_least", quota.at_least, asked.at_least),
        ("at_most", quota.at_most, asked.at_most),
    ):
        if stated is not None and np.isfinite(values[position]):  # not where it is open
            bound = _input(plan, asked, stated.formula, Scope(names, Where.BOUND, _home(asked)), at)
            inputs.append(replace(bound, name=f"{what}.{key}@{unit}", value=float(values[position])))
    inputs += _of_pace(plan, asked, what, unit)
    inputs += _of_periods(plan, asked, what, unit)
    inputs += _holds(plan, asked, what, unit)
    value = None if share is None else float(share.value)
    top = Input(f"{what}@{unit}", value, base, shown, place=quota.place, inputs=tuple(inputs))
    if share is None:
        causes = plan.why_none
        return QuotaExplanation(what, unit, top, (), (), causes, plan.status, causes)
    return QuotaExplanation(what, unit, top, share.waterfall or None, share.binding, (), plan.status)


def _fair(
    asked: Asked, what: str, unit: str, position: int, need: Input, base: Measure, shown: Measure
) -> Input:
    """The fair share of a unit that isn't held (§10): of what holds leave, by need among units not held."""
    free = np.isnan(asked.held)
    held = float(np.nansum(asked.held))
    left = "total" if free.all() else "(total - holds)" if held <= asked.total else "max(total - holds, 0)"
    inputs = [Input(f"{what}.needs", float(asked.need[free].sum()), need.measure, need.shown)]
    if not free.all():
        inputs.insert(0, Input(f"{what}.holds", held, base, shown))
    return Input(
        f"{what}.fair@{unit}",
        _known(asked.fair[position]),
        base,
        shown,
        formula=f"{left} * need / needs",
        inputs=tuple(inputs),
    )


_PACES = (
    ("at_least", "down", "last - down * last - taper * max(last - fair - down * last, 0)"),
    ("at_most", "up", "last + up * last + taper * max(fair - last - up * last, 0)"),
)
"""The limits of a pace of change, with the free change that each has and its formula."""


def _of_pace(plan: Plan, asked: Asked, what: str, unit: str) -> Iterator[Input]:
    """The limits of the pace of change at a unit, each where it is not open, down to the last quota."""
    problem, pace = plan.problem, asked.quota.pace
    position = problem.unit_ids.index(unit)
    if pace is None:
        return
    indicator = problem.rulebook.indicators[asked.quota.indicator]
    base, shown = indicator.measure.base(), indicator.shown
    if isinstance(pace.last, Placed):
        scope = Scope(problem.rulebook.names, Where.BOUND, _home(asked))
        last = _input(plan, asked, pace.last, scope, problem.units[position])
    else:
        last = Input("", None, base, shown, place=pace.places.get("from"))
    last = replace(last, name=f"{what}.pace.from@{unit}", value=_known(asked.last[position]))
    fair = Input(f"{what}.fair@{unit}", _known(asked.fair[position]), base, shown)
    shares = {"down": pace.down, "up": pace.up, "taper": pace.taper}
    for (key, side, formula), values in zip(_PACES, (asked.pace_least, asked.pace_most), strict=True):
        if not np.isfinite(values[position]):
            continue
        stated = tuple(
            Input(f"{what}.pace.{name}", shares[name], RATIO, RATIO, place=pace.places.get(name))
            for name in (side, "taper")
        )
        inputs = (last, *stated, fair)
        yield Input(
            f"{what}.pace.{key}@{unit}",
            float(values[position]),
            base,
            shown,
            place=asked.quota.place,
            formula=formula,
            inputs=inputs,
        )


def _of_periods(plan: Plan, asked: Asked, what: str, unit: str) -> Iterator[Input]:
    """The bounds per period at a unit, each where it is not open."""
    problem = plan.problem
    position = problem.unit_ids.index(unit)
    scope = Scope(problem.rulebook.names, Where.CELL, _home(asked))
    for key, stated, values in (
        ("at_least", asked.quota.cell_least, asked.cell_least),
        ("at_most", asked.quota.cell_most, asked.cell_most),
    ):
        for period, value in zip(problem.periods, values[position].tolist(), strict=True):
            if stated is not None and np.isfinite(value):
                problem.reasoner.period = period
                found = _input(plan, asked, stated.formula, scope, problem.units[position])
                name = f"{what}.per_period.{key}@{unit}/{period.name}"
                yield replace(found, name=name, value=value)
    problem.reasoner.period = None


def _holds(plan: Plan, asked: Asked, what: str, unit: str) -> Iterator[Input]:
    """What a unit's quota or single periods of it are held at, by a hold or by what was reached (freeze)."""
    problem = plan.problem
    position = problem.unit_ids.index(unit)
    indicator = problem.rulebook.indicators[_home(asked)]
    scope = Scope(problem.rulebook.names, Where.NEED, _home(asked))
    stated = {
        hold.period: _input(plan, asked, hold.amount, scope, problem.units[position])
        for hold in problem.allocation.holds
        if (hold.unit, hold.quota) == (unit, asked.quota.id)
    }
    bare = Input("", None, indicator.measure.base(), indicator.shown)
    cells = tuple(
        replace(stated.get(period.name, bare), name=f"{what}.hold@{unit}/{period.name}", value=value)
        for period, value in zip(problem.periods, asked.held_cells[position].tolist(), strict=True)
        if not np.isnan(value)
    )
    if np.isnan(asked.held[position]):
        yield from cells
        return
    whole = stated.get(None, replace(bare, inputs=cells))
    yield replace(whole, name=f"{what}.hold@{unit}", value=float(asked.held[position]))


def _input(plan: Plan, asked: Asked, placed: Placed, scope: Scope, unit: int) -> Input:
    """A formula of a quota with its inputs at a unit; the value is the caller's."""
    problem = plan.problem
    reasoner = problem.reasoner
    everywhere = np.full(len(problem.rulebook.units), np.nan)
    everywhere[list(problem.units)] = asked.fair
    reasoner.fair = everywhere  # bounds speak of this quota's fair share
    explainer = Explainer(reasoner)
    indicator = problem.rulebook.indicators[asked.quota.indicator]
    return Input(
        "",
        None,
        indicator.measure.base(),
        indicator.shown,
        place=placed.place,
        formula=placed.formula.text,
        inputs=tuple(
            replace(item, measure=indicator.measure.base(), shown=indicator.shown)
            if item.name == FAIR
            else item
            for item in explainer.formula(placed, scope, unit)
        ),
    )
