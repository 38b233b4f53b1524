"""What the least relaxation loosens, entry by entry (§13), and the allocation that it leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from engine.words import Message, say
from scenarios.arrays import Rows
from scenarios.figures import amount, place_words

if TYPE_CHECKING:
    from engine.measures import Measure
    from scenarios.arrays import Compiled
    from scenarios.convex import Floats, Whole
    from scenarios.excess import Excess
    from scenarios.members import Member, Members
    from scenarios.problem import Asked, Problem


@dataclass(frozen=True, slots=True)
class Loosened:
    """A member at a place, names by unit, period or grouping, loosened ``by`` > 0 in a base measure; of a
    total, a hold or an equation in either direction. ``words`` say it with the figures before and after.
    """

    member: str
    at: dict[str, str]
    by: int | float
    measure: Measure
    words: Message


def loosened(members: Members, excess: Excess, x: Whole) -> tuple[Loosened, ...]:
    """Each place where a plan, int64 [K, U, T], breaks a member, in the order of the members."""
    found = [(int(members.owner[row]), _row(members, excess, x, row)) for row in _broken_rows(excess)]
    quotas = x.sum(axis=2)
    for member, distances in excess.steps.items():
        item = members.multiples[member]
        for n in np.flatnonzero(distances).tolist():
            value = int(quotas[item.quota, item.units[n]])
            found.append((member, _step(members, member, int(item.units[n]), int(distances[n]), value)))
    found += _moves(members, quotas)
    found.sort(key=lambda entry: entry[0])
    return tuple(entry for _, entry in found)


def _moves(members: Members, quotas: Whole) -> list[tuple[int, Loosened]]:
    """How many more quotas, int64 [K, U], move away from an issued plan than may."""
    stay = members.problem.stay
    if stay is None or stay.most is None or (count := int(stay.moved(quotas).sum())) <= stay.most:
        return []
    name, by = members.items[members.counted].name, count - stay.most
    words = say("loosen.stay_most", old=stay.most, new=count, by=by)
    return [(members.counted, Loosened(name, {}, by, members.measure(members.counted), words))]


def _broken_rows(excess: Excess) -> list[int]:
    return np.flatnonzero(excess.rows.max(axis=1, initial=0.0) > 0).tolist()


def _row(members: Members, excess: Excess, x: Whole, row: int) -> Loosened:
    member = int(members.owner[row])
    component, at = members.source[row]
    side = int(excess.rows[row, 1] > 0)
    rows = members.compiled.rows[component]
    figure = float((rows.lower, rows.upper)[side][at])
    value = _exactly(rows.matrix, at, x)
    by = float(abs(value - Decimal(repr(figure))))
    item = members.items[member]
    problem = members.problem
    place = members.at(row)
    measure = members.measure(member, place.get("quota"))
    where = {index: name for index, name in place.items() if index != "quota"}
    words = say(
        f"loosen.{item.kind}",
        what=_what(problem, item, place.get("quota")),
        place=place_words(problem, where),
        old=amount(problem, figure, measure),
        new=amount(problem, float(value), measure),
        by=amount(problem, by, measure),
    )
    return Loosened(item.name, place, int(by) if by == int(by) else by, measure, words)


def _activity(matrix: sparse.csr_array, row: int, x: Whole) -> float:
    """Σ coefficient × cell, exactly where the coefficients are whole."""
    entries = matrix[[row]]
    cells = x.ravel()[entries.indices].tolist()
    terms = entries.data.tolist()
    if all(float(term).is_integer() for term in terms):
        return float(sum(int(term) * cell for term, cell in zip(terms, cells, strict=True)))
    return float(np.dot(entries.data, cells))


def _exactly(matrix: sparse.csr_array, row: int, x: Whole) -> Decimal:
    """Σ coefficient × cell, a coefficient as the decimal that it is written as: 16 − 8.8 is 7.2."""
    entries = matrix[[row]]
    cells = x.ravel()[entries.indices].tolist()
    terms = entries.data.tolist()
    return sum((Decimal(repr(term)) * cell for term, cell in zip(terms, cells, strict=True)), Decimal(0))


def _step(members: Members, member: int, unit: int, by: int, value: int) -> Loosened:
    problem = members.problem
    item = members.items[member]
    place = {"unit": problem.unit_ids[unit]}
    words = say(
        "loosen.multiple",
        what=_what(problem, item),
        place=place_words(problem, place),
        step=members.multiples[member].step,
        new=value,
        by=by,
    )
    return Loosened(item.name, place, by, members.measure(member), words)


def _what(problem: Problem, item: Member, quota: str | None = None) -> Message:
    if quota is not None:
        return problem.rulebook.indicators[problem.asked(quota).quota.indicator].label
    if item.kind == "rule":
        return problem.allocation.rules[item.name].label
    return problem.rulebook.indicators[problem.quotas[item.quota].quota.indicator].label


# The allocation that is left


def loosen(compiled: Compiled, members: Members, excess: Excess, x: Whole) -> Compiled:
    """The allocation with what a plan, int64 [K, U, T], breaks loosened as far as the plan does.

    Totals and held quotas become the plan's, with fair shares of what is then left to be shared. A quota
    that is off its multiple is held where the plan has it: so the others stay multiples.
    """
    rows = dict(compiled.rows)
    for row in _broken_rows(excess):
        component, at = members.source[row]
        rows[component] = _moved(rows[component], at, _activity(rows[component].matrix, at, x))
    quotas = tuple(_asked(asked, x[k]) for k, asked in enumerate(compiled.problem.quotas))
    for member, distances in excess.steps.items():
        item = members.multiples[member]
        units = item.units[distances > 0]
        if len(units):
            name = compiled.problem.quotas[item.quota].quota.id
            rows[f"{name}.hold"] = _holding(rows.get(f"{name}.hold"), item.quota, units, x)
            held = quotas[item.quota].held.copy()
            held[units] = x[item.quota, units].sum(axis=1)
            shared = _share(replace(quotas[item.quota], held=held))
            quotas = (*quotas[: item.quota], shared, *quotas[item.quota + 1 :])
    stay = compiled.problem.stay
    if stay is not None and stay.most is not None:
        stay = replace(stay, most=max(stay.most, int(stay.moved(x.sum(axis=2)).sum())))
    return replace(compiled, problem=replace(compiled.problem, quotas=quotas, stay=stay), rows=rows)


def _moved(rows: Rows, at: int, value: float) -> Rows:
    """A row whose sides let in a value; an equation becomes one with it."""
    lower, upper = rows.lower.copy(), rows.upper.copy()
    if lower[at] == upper[at]:
        lower[at] = upper[at] = value
    lower[at], upper[at] = min(lower[at], value), max(upper[at], value)
    return replace(rows, lower=lower, upper=upper)


def _asked(asked: Asked, x: Whole) -> Asked:
    """A quota with the plan's total and held figures and bounds that let them in, x int64 [U, T]."""
    q = x.sum(axis=1)
    held = np.where(np.isnan(asked.held), np.nan, q)
    asked = replace(
        asked,
        held_cells=np.where(np.isnan(asked.held_cells), np.nan, x),
        at_least=np.minimum(asked.at_least, q),
        at_most=np.maximum(asked.at_most, q),
        cell_least=np.minimum(asked.cell_least, x),
        cell_most=np.maximum(asked.cell_most, x),
        pace_least=np.minimum(asked.pace_least, q),
        pace_most=np.maximum(asked.pace_most, q),
    )
    if int(q.sum()) == asked.total and np.array_equal(held, asked.held, equal_nan=True):
        return asked
    return _share(replace(asked, total=int(q.sum()), held=held))


def _share(asked: Asked) -> Asked:
    """A quota with its fair shares worked out again (§10)."""
    need: Floats = np.where(np.isnan(asked.held), asked.need, 0.0)
    left = asked.total - float(np.nansum(asked.held))
    fair = left * need / need.sum() if need.any() else np.zeros_like(need)
    before = asked.total * asked.need / asked.need.sum()
    return replace(asked, fair=np.where(np.isnan(asked.held), fair, np.nan), before=before)


def _holding(rows: Rows | None, quota: int, units: Whole, x: Whole) -> Rows:
    """Rows of holds with these units' quotas added as the plan, int64 [K, U, T], has them."""
    _, count, periods = x.shape
    n = len(units)
    columns = ((quota * count + units)[:, None] * periods + np.arange(periods)).ravel()
    entries = (np.ones(n * periods), (np.repeat(np.arange(n), periods), columns))
    matrix = sparse.csr_array(entries, shape=(n, x.size))
    side = x[quota, units].sum(axis=1).astype(np.float64)
    nowhere = np.full(n, -1, dtype=np.int64)
    added = Rows(matrix, side, side, units.astype(np.int64), nowhere, nowhere, nowhere)
    if rows is None:
        return added
    return Rows(
        sparse.vstack([rows.matrix, added.matrix], format="csr"),
        *(
            np.concatenate([getattr(rows, name), getattr(added, name)])
            for name in ("lower", "upper", "unit", "period", "group", "link")
        ),
    )
