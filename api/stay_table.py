"""Which quotas a plan moves away from an issued one, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import labels
from api.tables import Entry, Table, words
from engine.numbers import Lang, format_number

if TYPE_CHECKING:
    from scenarios.plan import Plan


def stay_sheets(plan: Plan, lang: Lang) -> list[Table]:
    """The quotas that move, each with why; nothing where no plan stays close to another."""
    stay, found = plan.problem.stay, plan.staying
    if stay is None or found is None:
        return []
    problem = plan.problem
    units, indicators = problem.rulebook.units, problem.rulebook.indicators
    quotas = {asked.quota.id: asked.quota for asked in problem.quotas}
    shown = {
        name: indicators[quota.indicator].label.in_(lang) if name == quota.indicator else name
        for name, quota in quotas.items()
    }
    rows = []
    for one in found.moved:
        why = "; ".join(_why(plan, name, one.unit, lang) for name in one.why)
        was, name = (
            Entry(one.was, format_number(one.was, 0, lang)),
            units.names[units.index[one.unit]].in_(lang),
        )
        changed = [words(""), words("")] if one.now is None else _now(one.was, one.now, lang)
        rows.append([words(shown[one.quota]), words(name), was, *changed, words(why)])
    for quota, unit, now in found.new:
        number = Entry(now, format_number(now, 0, lang))
        why, name = labels.STAY_WHY["new"].in_(lang), units.names[units.index[unit]].in_(lang)
        rows.append([words(shown[quota]), words(name), words(""), number, words(""), words(why)])
    keys = ("quota", "unit", "was", "now", "change", "why")
    titles = [labels.STAY_COLUMNS[key].in_(lang) for key in keys]
    title = labels.STAYING.in_(lang).format(plan=stay.plan)
    notes = [] if rows else [labels.NOTHING_MOVES.in_(lang)]
    return [Table(title, titles, rows, [False, False, True, True, True, False], notes)]


def _now(was: int, now: int, lang: Lang) -> list[Entry]:
    """What a quota is now, and by how much it changes."""
    change = now - was
    sign = "+" if change > 0 else ""
    return [Entry(now, format_number(now, 0, lang)), Entry(change, f"{sign}{format_number(change, 0, lang)}")]


def _why(plan: Plan, name: str, unit: str, lang: Lang) -> str:
    """A reason in words: a rule's label, or what of which quota, and of which unit if another's."""
    problem = plan.problem
    if name in problem.allocation.rules:
        return problem.allocation.rules[name].label.in_(lang)
    if name in labels.STAY_WHY:
        return labels.STAY_WHY[name].in_(lang)
    units = problem.rulebook.units
    first, *parts = name.split(".")
    # hold.UNIT.QUOTA, QUOTA.PART or QUOTA.PART.UNIT, a part being one word or per_period's two
    if first == "hold":
        where, part = parts[0], "hold"
    elif len(parts) > 1 and parts[0] != "per_period":
        where, part = parts[-1], parts[0]
    else:
        where, part = unit, ".".join(parts)
    label = {**labels.BOUNDS, **labels.STAY_WHY}[part].in_(lang)
    return label if where == unit else f"{label} ({units.names[units.index[where]].in_(lang)})"
