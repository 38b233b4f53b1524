"""Why a plan can't be met (§13): what arithmetic shows at once, else which groups conflict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.words import Message, joined, say
from scenarios.arrays import Compiled
from scenarios.fairness import allocate
from scenarios.problem import Asked, Floats, Problem


@dataclass(frozen=True, slots=True)
class Conflict:
    """Members that can't all hold, named as in §13, and why in words."""

    members: tuple[str, ...]
    words: Message


def find_conflicts(compiled: Compiled) -> list[Conflict]:
    """The conflicts of an infeasible problem; never empty."""
    plain = list(_arithmetic(compiled.problem))
    return plain or [_group_conflict(compiled)]


def _arithmetic(problem: Problem) -> Iterator[Conflict]:
    for asked in problem.quotas:
        yield from _crossing(problem, asked)
        yield from _sums(problem, asked)
        yield from _nests(problem, asked)


def _whole_bounds(asked: Asked) -> tuple[Floats, Floats]:
    """The whole numbers that the bounds leave."""
    return np.maximum(np.ceil(asked.at_least - 1e-9), 0), np.floor(asked.at_most + 1e-9)


def _crossing(problem: Problem, asked: Asked) -> Iterator[Conflict]:
    name = asked.quota.id
    least, most = _whole_bounds(asked)
    for unit in np.flatnonzero(least > most):
        at = problem.unit_ids[unit]
        label = problem.rulebook.units.names[problem.units[unit]]
        floor = (f"{name}.at_least.{at}",) if np.isfinite(asked.at_least[unit]) else ()
        members = (*floor, f"{name}.at_most.{at}")
        words = say(
            "bounds_cross",
            quota=_label(problem, asked),
            unit=label,
            least=max(float(asked.at_least[unit]), 0.0),
            most=float(asked.at_most[unit]),
        )
        yield Conflict(members, words)


def _sums(problem: Problem, asked: Asked) -> Iterator[Conflict]:
    name, count = asked.quota.id, len(problem.units)
    least, most = _whole_bounds(asked)
    floor, ceiling = float(least.sum()), float(most.sum())
    given = {"quota": _label(problem, asked), "count": count, "total": asked.total}
    if floor > asked.total:
        words = say("floors_above_total", sum=floor, **given)
        yield Conflict((f"{name}.at_least", f"{name}.total"), words)
    if ceiling < asked.total:
        words = say("ceilings_below_total", sum=ceiling, **given)
        yield Conflict((f"{name}.at_most", f"{name}.total"), words)


def _nests(problem: Problem, asked: Asked) -> Iterator[Conflict]:
    if asked.quota.within is None:
        return
    outer = problem.asked(asked.quota.within)
    name, around = asked.quota.id, outer.quota.id
    labels = {"inner": _label(problem, asked), "outer": _label(problem, outer)}
    if asked.total > outer.total:
        words = say("nest_above", total=asked.total, limit=outer.total, **labels)
        yield Conflict((f"{name}.within", f"{name}.total", f"{around}.total"), words)
    least, most = _whole_bounds(asked)[0], _whole_bounds(outer)[1]
    for unit in np.flatnonzero(least > most):
        at = problem.unit_ids[unit]
        words = say(
            "nest_bounds_cross",
            unit=problem.rulebook.units.names[problem.units[unit]],
            least=float(least[unit]),
            most=float(most[unit]),
            **labels,
        )
        yield Conflict((f"{name}.within", f"{name}.at_least.{at}", f"{around}.at_most.{at}"), words)


def _group_conflict(compiled: Compiled) -> Conflict:
    """Leave out one group after another for as long as no plan exists: what stays can't be met together."""
    bounds = [name for name in compiled.rows if name.endswith((".at_least", ".at_most"))]
    groups = [name for name in compiled.rows if name not in bounds and not name.endswith(".total")]
    groups += bounds
    without: frozenset[str] = frozenset()
    for group in groups:
        trial = without | {group}
        if allocate(compiled.cells(trial)).status == "infeasible":
            without = trial
    members = [group for group in groups if group not in without]
    problem = compiled.problem
    touched = [asked for k, asked in enumerate(problem.quotas) if _touches(compiled, members, k)]
    totals = [f"{asked.quota.id}.total" for asked in touched]
    rules = problem.allocation.rules
    named = [rules[member].label if member in rules else member for member in members]
    placed = [say("total_to_place", quota=_label(problem, asked), total=asked.total) for asked in touched]
    return Conflict((*members, *totals), say("groups_conflict", members=joined([*named, *placed])))


def _touches(compiled: Compiled, members: list[str], quota: int) -> bool:
    """Whether any of the groups speaks of a quota, by its position."""
    problem = compiled.problem
    name = problem.quotas[quota].quota.id
    width = len(problem.units) * len(problem.periods)
    return any(
        (compiled.rows[member].matrix.indices // width == quota).any()
        if member in compiled.rows
        else member.partition(".")[0] == name
        for member in members
    )


def _label(problem: Problem, asked: Asked) -> Message:
    return problem.rulebook.indicators[asked.quota.indicator].label
