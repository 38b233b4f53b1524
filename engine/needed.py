"""What one unit must reach so that the units above make their target (§8, §12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.calendar import months_left
from engine.errors import Code, Issue, RuleError
from engine.gaps import GapTable, Row, gap_table
from engine.resolve import Resolver
from engine.rulebook import Indicator, Rulebook
from engine.values import day_number
from engine.words import Message, did_you_mean, say


@dataclass(frozen=True, slots=True)
class Needed:
    """What a unit must have reached by the year's end, if every other unit of its level lands where it heads
    (§8: landing).

    In base measures, None where unknown. ``target``: the root's; ``others``: what the others' landings come
    to in the root's figure, weights included; ``needed``: the unit's level at the year's end; ``per_month``:
    what a flow still needs in each month left; ``beyond``: needed less the unit's own landing; ``unknown``:
    causes.
    """

    rulebook: Rulebook
    indicator: Indicator
    unit: str
    level: str
    as_of: date
    basis: str
    target: float | None
    others: float | None
    count: int
    needed: float | None
    own_target: float | None
    achieved: float | None
    landing: float | None
    per_month: float | None
    beyond: float | None
    unknown: tuple[Message, ...]


def needed(
    rulebook: Rulebook, indicator: str, unit: str, as_of: date | None = None, basis: str = "actual"
) -> Needed:
    """What a unit must reach so that the root makes its target of the year.

    A flow adds up over the units, and so does a level with ``aggregate: sum``; with ``weighted by`` the
    root's figure is the weighted mean.

    Raises RuleError (unknown_unit, unknown_indicator, not_a_part, no_date).
    """
    _check(rulebook, indicator, unit)
    item = rulebook.indicators[indicator]
    at = rulebook.units.index[unit]
    level = rulebook.units.levels[at]
    top = gap_table(rulebook, as_of, basis, rulebook.root, None, indicator)
    table = gap_table(rulebook, top.as_of, basis, None, level, indicator)
    rows = _below(rulebook, table)
    own = next(row for row in rows if row.unit == unit)
    others = [row for row in rows if row.unit != unit]
    weights = _weights(rulebook, item, [own, *others], top.as_of)
    causes = _causes(rulebook, top.rows[0], "target", root=True)
    for row in others:
        causes += _causes(rulebook, row, "landing")
    missing = [row.unit for row, weight in zip([own, *others], weights, strict=True) if weight is None]
    causes += [
        say("needed.weight", what=rulebook.attributes[str(item.weight)].label, unit=_name(rulebook, name))
        for name in missing
    ]
    target = top.rows[0].numbers["target"]
    sum_of_others = wanted = None
    if not causes and target is not None:
        known = [weight for weight in weights if weight is not None]
        landings = [row.numbers["landing"] or 0.0 for row in others]
        whole = sum(known) if item.aggregate == "weighted" else 1.0
        sum_of_others = sum(w * x for w, x in zip(known[1:], landings, strict=True)) / whole
        if known[0] > 0:
            wanted = (target - sum_of_others) * whole / known[0]
        else:
            causes.append(say("needed.no_weight", unit=_name(rulebook, unit)))
    achieved, landing = own.numbers["achieved"], own.numbers["landing"]
    left = float(months_left(own.achieved_on or top.as_of))
    per_month = None
    if item.is_flow and wanted is not None and achieved is not None and left > 0:
        per_month = (wanted - achieved) / left
    beyond = None if wanted is None or landing is None else wanted - landing
    return Needed(
        rulebook,
        item,
        unit,
        level,
        top.as_of,
        basis,
        target,
        sum_of_others,
        len(others),
        wanted,
        own.numbers["target"],
        achieved,
        landing,
        per_month,
        beyond,
        tuple(dict.fromkeys(causes)),
    )


def _check(rulebook: Rulebook, indicator: str, unit: str) -> None:
    issues = []
    if indicator not in rulebook.indicators:
        hint = did_you_mean(indicator, rulebook.indicators)
        issues.append(Issue(Code.UNKNOWN_INDICATOR, say("unknown_indicator", what=indicator), hint=hint))
    elif rulebook.indicators[indicator].aggregate == "none":
        label = rulebook.indicators[indicator].label
        issues.append(Issue(Code.NOT_A_PART, say("not_a_part", what=label)))
    units = rulebook.units
    if unit not in units.index:
        hint = did_you_mean(unit, units.ids)
        issues.append(Issue(Code.UNKNOWN_UNIT, say("unknown_unit", what=unit), hint=hint))
    elif not units.below(units.index[rulebook.root])[units.index[unit]]:
        root = units.names[units.index[rulebook.root]]
        message = say("needed.not_below", unit=units.names[units.index[unit]], root=root)
        issues.append(Issue(Code.NOT_A_PART, message))
    if issues:
        raise RuleError(issues)


def _below(rulebook: Rulebook, table: GapTable) -> list[Row]:
    """The rows of the units below the root that exist on the day."""
    units = rulebook.units
    inside = units.below(units.index[rulebook.root]) & units.valid_on(day_number(table.as_of))
    return [row for row in table.rows if inside[units.index[row.unit]]]


def _weights(rulebook: Rulebook, item: Indicator, rows: list[Row], day: date) -> list[float | None]:
    """What each unit counts in the root's figure: 1 in a sum."""
    if item.aggregate != "weighted":
        return [1.0] * len(rows)
    values = Resolver(rulebook, day, "actual").attribute(str(item.weight))
    found = [float(values[rulebook.units.index[row.unit]]) for row in rows]
    return [None if np.isnan(value) else value for value in found]


def _causes(rulebook: Rulebook, row: Row, column: str, *, root: bool = False) -> list[Message]:
    """Why a column is unknown at a unit, none where it is known."""
    if row.numbers[column] is not None:
        return []
    found = list(row.unknown.get(column, ()))
    return found or [say("needed.no_target" if root else "needed.no_landing", unit=_name(rulebook, row.unit))]


def _name(rulebook: Rulebook, unit: str) -> Message:
    return rulebook.units.names[rulebook.units.index[unit]]
