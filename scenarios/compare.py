"""Plans side by side: what differs between what went in, then what came out, against the first of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import Code, Issue, RuleError
from engine.overlaid import Overlaid
from engine.words import Message, say
from scenarios.inequality import Inequality, inequality
from scenarios.issued import Issued


@dataclass(frozen=True, slots=True)
class Changed:
    """What plans were made with at a path: a value a plan, as written, None for what isn't there.

    ``known``: False for a plan of which it isn't known, because the rulebook itself was changed meanwhile.
    """

    path: str
    values: tuple[Any, ...]
    known: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A quota of a unit, or a quota's total (``unit`` None): a value a plan, None where the plan has none.

    ``changes`` against the first plan, ``percents`` of the first plan's value, as ratios: None where unknown,
    for the causes in ``unknown`` by plan's name.
    """

    quota: str
    unit: str | None
    values: tuple[int | None, ...]
    changes: tuple[int | None, ...]
    percents: tuple[float | None, ...]
    unknown: Mapping[str, Message]


@dataclass(frozen=True, slots=True)
class Move:
    """By how much a plan differs from the first at a unit's quota."""

    plan: str
    quota: str
    unit: str
    change: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What binds a unit's quota in a plan and not in the first (``starts``), or the other way (``stops``)."""

    plan: str
    quota: str
    unit: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """At how many instances a rule binds in each plan; None where there is no plan, or no such rule in it."""

    name: str
    binding: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two or more plans of one allocation, each under a name of its own. ``fairness``: a mapping by quota for
    each plan, empty without a plan; ``gains`` and ``loses``: by plan and quota, the largest first.
    """

    plans: tuple[Issued, ...]
    changed: tuple[Changed, ...]
    lines: tuple[Line, ...]
    totals: tuple[Line, ...]
    fairness: tuple[Mapping[str, Inequality], ...]
    gains: tuple[Move, ...]
    loses: tuple[Move, ...]
    binding: tuple[Turn, ...]
    rules: tuple[RuleLine, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The plans' names."""
        return tuple(plan.name for plan in self.plans)


def compare(plans: Sequence[Issued]) -> Comparison:
    """Compare plans with the first of them; one of a name that was there already gets a number behind it.

    Raises RuleError (bad_plan) where they aren't of one rulebook and allocation, ValueError for fewer than
    two.
    """
    if len(plans) < 2:
        raise ValueError("two plans are wanted at least")
    _of_one_kind(plans)
    plans = _named(plans)
    quotas = list(dict.fromkeys(quota for plan in plans for quota in plan.totals))
    units = list(dict.fromkeys(u for plan in plans for by_unit in plan.values.values() for u in by_unit))
    lines = tuple(_line(plans, quota, unit) for quota in quotas for unit in units)
    moves = [
        Move(plan.name, line.quota, line.unit, change)
        for at, plan in enumerate(plans)
        for line in lines
        if line.unit is not None and (change := line.changes[at])
    ]
    place = {(plan.name, quota): at for at, (plan, quota) in enumerate((p, q) for p in plans for q in quotas)}
    moves.sort(key=lambda move: (place[move.plan, move.quota], -abs(move.change)))
    return Comparison(
        tuple(plans),
        tuple(_changed(plans)),
        lines,
        tuple(_line(plans, quota, None) for quota in quotas),
        tuple(
            {q: inequality(plan.values[q], plan.fair[q], plan.need[q]) for q in plan.values if plan.is_plan}
            for plan in plans
        ),
        tuple(move for move in moves if move.change > 0),
        tuple(move for move in moves if move.change < 0),
        tuple(_turns(plans)),
        tuple(_rules(plans)),
    )


def _named(plans: Sequence[Issued]) -> list[Issued]:
    """The plans under names that differ: x, x (2), x (3)."""
    taken = {plan.name for plan in plans}
    seen: set[str] = set()
    found = []
    for plan in plans:
        name, number = plan.name, 2
        while name in seen or (number > 2 and name in taken):
            name, number = f"{plan.name} ({number})", number + 1
        seen.add(name)
        found.append(replace(plan, name=name))
    return found


def _of_one_kind(plans: Sequence[Issued]) -> None:
    first = plans[0]
    issues = []
    for plan in plans[1:]:
        for kind in ("rulebook", "allocation"):
            got, meant = getattr(plan, kind), getattr(first, kind)
            if got != meant:
                why = say(f"plan_of_{kind}", got=got, meant=meant)
                issues.append(Issue(Code.BAD_PLAN, say("bad_plan_of", what=plan.name, why=why)))
                break
    if issues:
        raise RuleError(issues)


# ------------------------------------------------------------------------------------------------- numbers


def _line(plans: Sequence[Issued], quota: str, unit: str | None) -> Line:
    unknown: dict[str, Message] = {}
    values = tuple(_value(plan, quota, unit) for plan in plans)
    first = plans[0]
    changes: list[int | None] = []
    percents: list[float | None] = []
    for plan, value in zip(plans, values, strict=True):
        why = _no_number(plan, quota, unit) if value is None else None
        if why is not None:
            unknown[plan.name] = why
        # A unit that a plan leaves out gets nothing under it; of a plan that isn't there nothing is known.
        before, now = (_counted(p, quota, v) for p, v in ((first, values[0]), (plan, value)))
        change = None if before is None or now is None else now - before
        if change is None and why is None:
            unknown[plan.name] = _no_number(first, quota, unit)
        if change is not None and not before:
            at = say("of_unit", quota=quota, unit=unit) if unit else quota
            unknown.setdefault(plan.name, say("percent_of_nothing", what=first.name, at=at))
        changes.append(change)
        percents.append(change / before if change is not None and before else None)
    return Line(quota, unit, values, tuple(changes), tuple(percents), unknown)


def _value(plan: Issued, quota: str, unit: str | None) -> int | None:
    if not plan.is_plan or quota not in plan.values:
        return None
    return plan.totals[quota] if unit is None else plan.values[quota].get(unit)


def _counted(plan: Issued, quota: str, value: int | None) -> int | None:
    return 0 if value is None and plan.is_plan and quota in plan.values else value


def _no_number(plan: Issued, quota: str, unit: str | None) -> Message:
    """Why a plan has no number for a unit's quota, or for the quota."""
    if not plan.is_plan:
        return say("no_plan_there", what=plan.name, status=say(f"plan_status.{plan.status}"))
    if quota not in plan.values:
        return say("no_quota_there", what=plan.name, quota=quota)
    return say("no_unit_there", what=plan.name, unit=unit)


def _turns(plans: Sequence[Issued]) -> Iterator[Turn]:
    first = plans[0]
    for plan in plans[1:]:
        for quota, unit in first.binding:
            if (quota, unit) not in plan.binding:
                continue
            before, now = first.binding[quota, unit], plan.binding[quota, unit]
            starts = tuple(name for name in now if name not in before)
            stops = tuple(name for name in before if name not in now)
            if starts or stops:
                yield Turn(plan.name, quota, unit, starts, stops)


def _rules(plans: Sequence[Issued]) -> Iterator[RuleLine]:
    by_plan = [{rule.name: rule.binding for rule in plan.rules} for plan in plans]
    for name in dict.fromkeys(name for rules in by_plan for name in rules):
        yield RuleLine(name, tuple(rules.get(name) for rules in by_plan))


# ---------------------------------------------------------------------------------------- what was overlaid


def _changed(plans: Sequence[Issued]) -> Iterator[Changed]:
    """The paths at which the plans were made with different values."""
    for path in dict.fromkeys(change.path for plan in plans for change in plan.overlaid):
        bases = [_base(plan.overlaid, path) for plan in plans]
        stated = [found for (found,) in (base for base in bases if base)]
        same = all(found == stated[0] for found in stated)
        values, known = [], []
        for plan, base in zip(plans, bases, strict=True):
            known.append(bool(base) or same)
            start = base[0] if base else stated[0]
            values.append(_laid(plan.overlaid, path, start) if known[-1] else None)
        if any(value != values[0] for value in values) or not all(known):
            yield Changed(path, tuple(values), tuple(known))


def _base(overlaid: Sequence[Overlaid], path: str) -> tuple[Any] | None:
    """What stood at a path before the overlay, None where it doesn't say."""
    below: list[Overlaid] = []
    for change in overlaid:
        if change.path.startswith(f"{path}."):
            below.append(change)
        elif change.path == path or path.startswith(f"{change.path}."):
            value = deepcopy(_at(change.was, path[len(change.path) + 1 :]))
            for earlier in reversed(below):
                value = _with(value, earlier.path[len(path) + 1 :], earlier.was)
            return (value,)
    return None


def _laid(overlaid: Sequence[Overlaid], path: str, start: Any) -> Any:
    """What stands at a path under an overlay."""
    value = deepcopy(start)
    for change in overlaid:
        if change.path == path or path.startswith(f"{change.path}."):
            value = deepcopy(_at(change.now, path[len(change.path) + 1 :]))
        elif change.path.startswith(f"{path}."):
            value = _with(value, change.path[len(path) + 1 :], change.now)
    return value


def _at(value: Any, rest: str) -> Any:
    for key in rest.split(".") if rest else ():
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _with(value: Any, rest: str, now: Any) -> Any:
    """The value with something else further down; None takes it away."""
    key, _, further = rest.partition(".")
    below = dict(value) if isinstance(value, dict) else {}
    inner = _with(below.get(key), further, now) if further else deepcopy(now)
    if inner is None:
        below.pop(key, None)
    else:
        below[key] = inner
    return below or None
