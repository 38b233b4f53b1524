"""Why a plan can't be met (§13): conflicts, each irreducible, and the least relaxation of all of them."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.words import Message, joined, say
from scenarios.arithmetic import Arithmetic
from scenarios.figures import figure
from scenarios.irreducible import Oracle, irreducible
from scenarios.loosened import Loosened, loosen, loosened
from scenarios.members import list_members
from scenarios.relax import relax
from scenarios.shut import with_profiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.arrays import Compiled
    from scenarios.members import Member, Members

__all__ = ["Conflict", "Diagnosis", "Loosened", "find_conflicts", "first_conflict"]

NAMED = 3  # units that a sentence names; the others are counted
MOST_TOLD = 200  # conflicts that are told
SHARE = 0.4  # of the time, for conflicts


@dataclass(frozen=True, slots=True)
class Conflict:
    """Members that can't all hold though any fewer can (unless time ran out), named as in §13, why in words,
    and what of them the least relaxation loosens.
    """

    members: tuple[str, ...]
    words: Message
    relax: tuple[Loosened, ...] = ()


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """Why there is no plan and what would have to give.

    Attributes:
        conflicts: never empty. Every entry of the relaxation stands with the first conflict that has its
            member, the rest with the last one.
        relaxation: all entries, which apply together; empty where none was found in time.
        least: whether no smaller relaxation exists; False where time ran out before that was proven.
        relaxed: the allocation under the relaxation, which has a plan; None where none was found in time.
    """

    conflicts: tuple[Conflict, ...]
    relaxation: tuple[Loosened, ...]
    least: bool
    relaxed: Compiled | None


def find_conflicts(compiled: Compiled, time_limit: float | None = None) -> Diagnosis:
    """The conflicts and the least relaxation of an allocation that has no plan; ``time_limit`` in seconds.

    Raises ArithmeticError if the allocation has a plan after all.
    """
    now = time.perf_counter()
    members = list_members(compiled)
    limit = math.inf if time_limit is None else time_limit
    oracle = Oracle(members, now + SHARE * limit)
    arithmetic = Arithmetic(members)
    conflicts = _shown(members, arithmetic, oracle) or [_searched(members, arithmetic, oracle)]
    relaxed = relax(members, now + limit)
    if relaxed.x is None or relaxed.excess is None:
        return Diagnosis(tuple(conflicts), (), False, None)
    entries = loosened(members, relaxed.excess, relaxed.x)
    left = loosen(compiled, members, relaxed.excess, relaxed.x)
    return Diagnosis(_with_entries(conflicts, entries), entries, relaxed.least, left)


def first_conflict(compiled: Compiled) -> Conflict:
    """One reason why an allocation has no plan, without looking for what would have to give. Raises as
    ``find_conflicts``.
    """
    members = list_members(compiled)
    oracle, arithmetic = Oracle(members, math.inf), Arithmetic(members)
    shown = _shown(members, arithmetic, oracle)
    return shown[0] if shown else _searched(members, arithmetic, oracle)


def _shown(members: Members, arithmetic: Arithmetic, oracle: Oracle) -> list[Conflict]:
    """What arithmetic shows, each conflict once."""
    found: dict[frozenset[str], Conflict] = {}
    for candidate in arithmetic.candidates():
        if len(found) >= MOST_TOLD or (oracle.late() and found):
            break
        mask = oracle.mask(candidate.members)
        if oracle.ask(mask).holds is not False:
            continue
        left, certain = irreducible(oracle, mask)
        names = _names(members, left)
        kept = frozenset(names)
        words = candidate.words(kept) or arithmetic.words(kept) or _together(members, names, certain=certain)
        words = with_profiles(members, left, words, oracle.deadline)
        found.setdefault(kept, Conflict(names, words))
    return list(found.values())


def _searched(members: Members, arithmetic: Arithmetic, oracle: Oracle) -> Conflict:
    """An irreducible conflict among all members."""
    everything = np.ones(len(members.items), dtype=bool)
    if oracle.ask(everything).holds:
        raise ArithmeticError("an allocation without a plan keeps all its demands")
    left, certain = irreducible(oracle, everything)
    names = _names(members, left)
    words = arithmetic.words(frozenset(names)) or _together(members, names, certain=certain)
    return Conflict(names, with_profiles(members, left, words, oracle.deadline))


def _names(members: Members, kept: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(item.name for item, here in zip(members.items, kept.tolist(), strict=True) if here)


def _with_entries(conflicts: list[Conflict], entries: tuple[Loosened, ...]) -> tuple[Conflict, ...]:
    first = {
        name: position for position in reversed(range(len(conflicts))) for name in conflicts[position].members
    }
    standing: list[list[Loosened]] = [[] for _ in conflicts]
    for entry in entries:
        standing[first.get(entry.member, len(conflicts) - 1)].append(entry)
    return tuple(
        replace(conflict, relax=tuple(own)) for conflict, own in zip(conflicts, standing, strict=True)
    )


# In words


def _together(members: Members, names: tuple[str, ...], *, certain: bool) -> Message:
    """That members can't hold together, each by its label; and, where that is certain, any fewer can."""
    groups: dict[tuple[str, int, str], list[Member]] = {}
    for name in names:
        item = members.items[members.index[name]]
        key = item.name if item.kind == "rule" else ""
        groups.setdefault((item.kind, item.quota, key), []).append(item)
    key = "together" if certain else "together.open"
    return say(key, members=joined((_group(members, group) for group in groups.values()), "; "))


def _group(members: Members, group: list[Member]) -> Message:
    problem = members.problem
    item = group[0]
    if item.kind == "rule":
        return say("member.rule", rule=problem.allocation.rules[item.name].label)
    if item.kind in ("stay_within", "stay_most"):
        assert problem.stay is not None
        return say(f"member.{item.kind}", plan=problem.stay.plan, most=problem.stay.most or 0)
    asked = problem.quotas[item.quota]
    quota = problem.rulebook.indicators[asked.quota.indicator].label
    if item.unit < 0:
        outer = problem.asked(asked.quota.within) if item.kind == "within" and asked.quota.within else asked
        return say(
            f"member.{item.kind}",
            quota=quota,
            total=asked.total,
            step=asked.quota.multiple_of,
            outer=problem.rulebook.indicators[outer.quota.indicator].label,
        )
    named = [_with_figure(members, one) for one in group[:NAMED]]
    units = joined(named)
    if len(group) > NAMED:
        units = say("units_counted", count=len(group), units=units)
    return say(f"member.{item.kind}", quota=quota, units=units)


def _with_figure(members: Members, item: Member) -> Message:
    """A unit with its floor, ceiling or hold."""
    problem = members.problem
    name = problem.rulebook.units.names[problem.units[item.unit]]
    position = members.index[item.name]
    rows = np.flatnonzero(members.owner == position)
    if len(rows) != 1:
        return name
    sides = (members.lower[rows[0]], members.upper[rows[0]])
    side = next(float(side) for side in sides if np.isfinite(side)) * float(members.size[rows[0]])
    return say("unit_with_figure", unit=name, figure=figure(side))
