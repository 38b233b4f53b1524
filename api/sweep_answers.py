"""The answer of ``sweep`` as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from api.answers import number, overlaid
from engine.numbers import Lang
from scenarios.sweep_summary import FAILURES, LEVELS

if TYPE_CHECKING:
    from scenarios.distributions import Scalar
    from scenarios.sweep import Sweep
    from scenarios.sweep_summary import Distribution, Importance, Target

__all__ = ["COLUMNS", "FAILURES", "sweep_answer", "sweep_records"]

COLUMNS = ("figure", "known", "unknown", "mean", "sd", "min", *(f"p{level}" for level in LEVELS), "max")
"""Of the summary's CSV: how each figure spreads."""


def sweep_answer(found: Sweep, lang: Lang) -> dict[str, Any]:
    """How many scenarios have a plan, how figures spread, how likely targets are, what matters most."""
    spec, summary = found.bound.spec, found.summary
    side = 0 if lang == "vi" else 1
    return {
        "rulebook": found.bound.rulebook.id,
        "allocation": spec.allocation,
        **overlaid(found.bound.rulebook),
        "method": spec.method,
        "seed": spec.seed,
        "scenarios": summary.scenarios,
        "counts": dict(sorted(summary.counts.items())),
        "failed": [
            {"number": place, "status": status, "cause": cause[side]}
            for place, status, cause in summary.failed
        ],
        "failed_untold": summary.untold,
        "unknown": [{"cause": cause[side], "scenarios": count} for cause, count in summary.unknown.items()],
        "distributions": {name: _distribution(one) for name, one in summary.distributions.items()},
        "targets": [_target(one) for one in summary.targets],
        "inputs": [_importance(one) for one in summary.importance],
        "file": None if found.output is None else str(found.output),
    }


def _distribution(one: Distribution) -> dict[str, Any]:
    levels = zip(LEVELS, one.quantiles, strict=True)
    return {
        "known": one.known,
        "unknown": one.unknown,
        "mean": number(one.mean),
        "sd": number(one.deviation),
        "min": number(one.least),
        **{f"p{level}": number(value) for level, value in levels},
        "max": number(one.most),
    }


def _target(one: Target) -> dict[str, Any]:
    return {
        "quota": one.quota,
        "target": number(one.target),
        "met": one.met,
        "known": one.known,
        "unknown": one.unknown,
        "chance": one.chance,
        "standard_error": one.error,
        "interval": None if one.interval is None else list(one.interval),
    }


def _importance(one: Importance) -> dict[str, Any]:
    found = {"path": one.path, "figure": one.figure, one.measure: number(one.value)}
    if one.measure == "swing":
        found |= {"first": _given(one.first), "last": _given(one.last)}
        found |= {"at_first": number(one.low), "at_last": number(one.high), "at_base": number(one.base)}
    return found


def _given(value: Scalar) -> Any:
    """What an input was set to, as JSON has it."""
    return number(float(value)) if isinstance(value, Decimal | float) else value


def sweep_records(found: Sweep) -> list[dict[str, Any]]:
    """How each figure spreads, flat, for CSV."""
    spread = found.summary.distributions
    return [{"figure": name, **_distribution(one)} for name, one in spread.items()]
