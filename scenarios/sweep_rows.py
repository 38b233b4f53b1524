"""The rows of a sweep's results: what each scenario sets, its plan's totals, and what is expected of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from engine.figures import TARGET_KINDS
from engine.formula.names import FigureRef
from engine.words import Message, joined, say
from scenarios.sweep_draws import shares, uniforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenarios.distributions import Distribution, Scalar
    from scenarios.problem import Asked, Problem
    from scenarios.sweep_bind import Bound
    from scenarios.sweep_draws import Settings
    from scenarios.sweep_solve import Solution
    from scenarios.sweep_spec import Spec

Kind = Literal["whole", "number", "text", "truth", "setting", "cause"]
Row = list[Any]
OUTCOME = ("total", "achievement", "start", "outcome", "target", "reached")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the results; a ``setting`` is a number or a text, a ``cause`` is in both languages."""

    name: str
    kind: Kind


def columns(bound: Bound, *, units: bool) -> tuple[Column, ...]:
    """What a row holds, in order; ``units``: every unit's quota too."""
    found = [Column("number", "whole")]
    found += [Column(item.path, "setting") for item in bound.spec.inputs]
    found += [Column("status", "text"), Column("cause", "cause"), Column("objective", "number")]
    kinds: tuple[Kind, ...] = ("whole", "number", "number", "number", "number", "truth")
    for quota in bound.problem.allocation.quotas:
        wanted = OUTCOME if quota in bound.spec.achievement else OUTCOME[:1]
        found += [Column(f"{name}.{quota}", kind) for name, kind in zip(wanted, kinds, strict=False)]
    found.append(Column("unknown", "cause"))
    if units:
        quotas, ids = bound.problem.allocation.quotas, bound.problem.unit_ids
        found += [Column(f"quota.{quota}.{unit}", "whole") for quota in quotas for unit in ids]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a quota in base measures, None where it is unknown, with its causes."""

    achievement: float | None
    start: float | None
    outcome: float | None
    target: float | None
    reached: bool | None
    unknown: tuple[Message, ...]

    @property
    def cells(self) -> list[Any]:
        """As a row has them."""
        return [self.achievement, self.start, self.outcome, self.target, self.reached]


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes rows. ``was``: by input what the rulebook says; ``units``: those whose quotas are told."""

    spec: Spec
    was: Sequence[Any]
    quotas: Sequence[str]
    units: Sequence[str]

    def row(self, number: int, settings: Settings, solution: Solution) -> Row:
        """The row of a scenario."""
        set_ = dict(zip(settings.at, settings.values, strict=True))
        inputs = [plain(set_[at]) if at in set_ else self.was[at] for at in range(len(self.was))]
        cause = None if solution.cause is None else [solution.cause.vi, solution.cause.en]
        objective = None if solution.found is None else solution.found.objective
        found: Row = [number, *inputs, solution.status, cause, objective]
        unknown: dict[Message, None] = {}
        values: dict[tuple[str, str], int] = {}
        for quota in self.quotas:
            given = self.spec.achievement.get(quota)
            k = _position(solution, quota)
            if k is None or solution.problem is None or solution.found is None or solution.found.q is None:
                found += [None] * (1 if given is None else len(OUTCOME))
                continue
            q = solution.found.q[k]
            found.append(int(q.sum()))
            values |= dict(
                zip(((quota, unit) for unit in solution.problem.unit_ids), q.tolist(), strict=True)
            )
            if given is not None:
                expected = self._expected(number, solution.problem, solution.problem.quotas[k], q.tolist())
                found += expected.cells
                unknown |= dict.fromkeys(expected.unknown)
        why = joined(unknown, "; ")
        found.append([why.vi, why.en] if unknown else None)
        found += [values.get((quota, unit)) for quota in self.quotas for unit in self.units]
        return found

    def failed(self, number: int, settings: Settings, cause: Message) -> Row:
        """The row of a scenario that has no solution."""
        from scenarios.sweep_solve import Solution

        return self.row(number, settings, Solution("failed", cause))

    def _expected(self, number: int, problem: Problem, asked: Asked, q: list[int]) -> Expected:
        quota = asked.quota
        given, unknown = self.spec.achievement[quota.id], []
        indicator = problem.rulebook.indicators[quota.indicator]
        if not indicator.is_flow:
            return Expected(None, None, None, None, None, (say("sweep.level", quota=indicator.label),))
        by_unit: list[Distribution] = []
        names = problem.unit_ids
        for at, unit in enumerate(names):
            share = given.by_unit.get(unit, given.default)
            if share is None:
                label = problem.rulebook.units.names[problem.units[at]]
                unknown.append(say("sweep.no_share", quota=indicator.label, unit=label))
            else:
                by_unit.append(share)
        root = problem.rulebook.units.index[problem.allocation.root]
        start, target = (
            self._figure(problem, quota.indicator, role, root, unknown) for role in ("achieved", "target")
        )
        if len(by_unit) < len(names):
            return Expected(None, start, None, target, None, tuple(unknown))
        every = uniforms(self.spec.seed, number, f"achievement.{quota.id}", len(problem.rulebook.units))
        drawn = shares(by_unit, every[list(problem.units)])
        # in decimals: what is the same must not differ, or miss its target, in a float's last digit
        pairs = zip(drawn.tolist(), q, strict=True)
        placed = sum((Decimal(repr(share)) * value for share, value in pairs), Decimal(0))
        rate = float(placed / sum(q)) if sum(q) else None
        outcome = None if start is None else float(Decimal(repr(start)) + placed)
        reached = None
        if outcome is not None and target is not None:
            kind = TARGET_KINDS[int(problem.reasoner.figures.target(quota.indicator).kinds[root])]
            down = kind == "at_most" or (kind == "maintain" and indicator.direction == "down")
            reached = outcome <= target if down else outcome >= target
        return Expected(rate, start, outcome, target, reached, tuple(unknown))

    def _figure(
        self, problem: Problem, indicator: str, role: str, root: int, unknown: list[Message]
    ) -> float | None:
        symbol = FigureRef(indicator, role)
        value = float(np.asarray(problem.reasoner.figure(symbol))[root])
        if not math.isnan(value):
            return value
        unknown += problem.reasoner.why(symbol, root)
        return None


def _position(solution: Solution, quota: str) -> int | None:
    if solution.problem is None:
        return None
    ids = [asked.quota.id for asked in solution.problem.quotas]
    return ids.index(quota) if quota in ids else None


def plain(value: Scalar) -> Any:
    """A setting as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
