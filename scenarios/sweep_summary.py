"""What a sweep's results come to: how figures spread, how likely targets are, which inputs matter most."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from scenarios.sweep_rows import Column, Row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.distributions import Scalar
    from scenarios.sweep_spec import Spec

    Floats = NDArray[np.float64]

LEVELS = (5, 25, 50, 75, 95)
FAILURES = 100
"""Failed and infeasible scenarios that are told one by one; the rest are counted."""
SPREAD = ("objective", "total.", "outcome.")
Z = 1.959963984540054
"""Of a 95% interval."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a figure spreads over the scenarios where it is known. ``deviation``: of a sample, None for one;
    ``quantiles``: at LEVELS percent, linear between scenarios.
    """

    known: int
    unknown: int
    mean: float
    deviation: float | None
    least: float
    most: float
    quantiles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """How often a quota's target is met. ``target``: None where it isn't the same in all; ``chance``: of
    those where it is known, None unless the scenarios were drawn; ``interval``: Wilson's, of 95%.
    """

    quota: str
    target: float | None
    met: int
    known: int
    unknown: int
    chance: float | None
    error: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Importance:
    """How much an input matters for a figure. ``measure``: ``squared_rank_correlation`` (Spearman),
    ``correlation_ratio`` (the share of the variance that lies between the input's values), or ``swing``: the
    figure's most less its least while only this input varies, the base included; ``low`` and ``high``: the
    figure at the input's ``first`` and ``last`` value, ``base``: where nothing varies. None where it can't be
    told.
    """

    path: str
    figure: str
    measure: str
    value: float | None
    low: float | None = None
    high: float | None = None
    base: float | None = None
    first: Scalar = None
    last: Scalar = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What all rows come to. ``failed``: scenarios without a plan, with their causes, the first FAILURES;
    ``untold``: how many more there are.
    """

    scenarios: int
    counts: Mapping[str, int]
    failed: Sequence[tuple[int, str, tuple[str, str]]]
    untold: int
    unknown: Mapping[tuple[str, str], int]
    distributions: Mapping[str, Distribution]
    targets: Sequence[Target]
    importance: Sequence[Importance]


@dataclass(slots=True)
class _Kept:
    """What is kept of the rows: numbers by column and scenario, float64 [row], NaN where unknown."""

    numbers: dict[str, Floats]
    settings: dict[str, list[Any]]
    counts: dict[str, int] = field(default_factory=dict)
    failed: list[tuple[int, str, tuple[str, str]]] = field(default_factory=list)
    untold: int = 0
    unknown: dict[tuple[str, str], int] = field(default_factory=dict)


def summarize(spec: Spec, columns: Sequence[Column], rows: Iterable[Row], count: int) -> Summary:
    """Sum up ``count`` rows."""
    kept = _read(columns, rows, count)
    figures = [name for name in kept.numbers if name.startswith(SPREAD)]
    spread = {name: one for name in figures if (one := distribution(kept.numbers[name])) is not None}
    drawn = spec.method == "draws"
    targets = [_target(quota, kept, drawn=drawn) for quota in spec.achievement]
    matters = [
        name for name in ("objective", *(n for n in figures if n.startswith("outcome."))) if name in spread
    ]
    if spec.method == "one_at_a_time":
        importance = [swing(spec, at, kept, name) for at in range(len(spec.inputs)) for name in matters]
    else:
        importance = [_share(path, kept, name, drawn=drawn) for path in kept.settings for name in matters]
        achieved = [name for name in matters if drawn and name.startswith("outcome.")]
        importance += [
            _share(f"achievement.{n.removeprefix('outcome.')}", kept, n, drawn=drawn) for n in achieved
        ]
    return Summary(
        count,
        kept.counts,
        kept.failed,
        kept.untold,
        kept.unknown,
        spread,
        targets,
        _ranked(importance, matters),
    )


def _ranked(found: list[Importance], figures: list[str]) -> list[Importance]:
    """By figure, what matters most first."""
    return sorted(
        found, key=lambda one: (figures.index(one.figure), -math.inf if one.value is None else -one.value)
    )


def _read(columns: Sequence[Column], rows: Iterable[Row], count: int) -> _Kept:
    names = [column.name for column in columns]
    told = [at for at, c in enumerate(columns) if c.kind in ("number", "whole", "truth") and not _of_unit(c)]
    settings = [at for at, column in enumerate(columns) if column.kind == "setting"]
    kept = _Kept({names[at]: np.full(count, np.nan) for at in told}, {names[at]: [] for at in settings})
    status, cause, unknown = (names.index(name) for name in ("status", "cause", "unknown"))
    for place, row in enumerate(rows):
        for at in told:
            if row[at] is not None:
                kept.numbers[names[at]][place] = row[at]
        for at in settings:
            kept.settings[names[at]].append(row[at])
        kept.counts[row[status]] = kept.counts.get(row[status], 0) + 1
        if row[cause] is not None and len(kept.failed) < FAILURES:
            kept.failed.append((row[0], row[status], tuple(row[cause])))
        elif row[cause] is not None:
            kept.untold += 1
        if row[unknown] is not None:
            why = tuple(row[unknown])
            kept.unknown[why] = kept.unknown.get(why, 0) + 1
    return kept


def _of_unit(column: Column) -> bool:
    return column.name.startswith("quota.")


def distribution(values: Floats) -> Distribution | None:
    """How the known values spread; None where none is."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    deviation = float(np.std(known, ddof=1)) if len(known) > 1 else None
    quantiles = tuple(float(value) for value in np.quantile(known, [level / 100 for level in LEVELS]))
    return Distribution(
        len(known),
        len(values) - len(known),
        math.fsum(known.tolist()) / len(known),
        deviation,
        float(known.min()),
        float(known.max()),
        quantiles,
    )


def _target(quota: str, kept: _Kept, *, drawn: bool) -> Target:
    reached = kept.numbers[f"reached.{quota}"]
    targets = np.unique(kept.numbers[f"target.{quota}"][~np.isnan(kept.numbers[f"target.{quota}"])])
    known = reached[~np.isnan(reached)]
    met, count = int(known.sum()), len(known)
    target = float(targets[0]) if len(targets) == 1 else None
    unknown = len(reached) - count
    if not drawn or not count:
        return Target(quota, target, met, count, unknown, None, None, None)
    chance = met / count
    return Target(
        quota,
        target,
        met,
        count,
        unknown,
        chance,
        math.sqrt(chance * (1 - chance) / count),
        wilson(met, count),
    )


def wilson(met: int, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of a chance, of which ``met`` in ``count`` was seen."""
    share, square = met / count, Z * Z / count
    middle = (share + square / 2) / (1 + square)
    half = Z * math.sqrt(share * (1 - share) / count + square / (4 * count)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(path: str, kept: _Kept, figure: str, *, drawn: bool) -> Importance:
    values = kept.numbers[figure]
    known = ~np.isnan(values)
    given: list[Any] = kept.settings[path] if path in kept.settings else kept.numbers[path].tolist()
    inputs = [value for value, here in zip(given, known.tolist(), strict=True) if here]
    numeric = all(isinstance(value, int | float) for value in inputs)
    if drawn and numeric:
        numbers = np.array(inputs, dtype=np.float64)
        return Importance(path, figure, "squared_rank_correlation", _spearman(numbers, values[known]))
    return Importance(path, figure, "correlation_ratio", _ratio(inputs, values[known]))


def _spearman(inputs: Floats, values: Floats) -> float | None:
    sound = ~np.isnan(inputs)
    inputs, values = inputs[sound], values[sound]
    if len(inputs) < 3 or np.ptp(inputs) == 0 or np.ptp(values) == 0:
        return None
    ranks = (stats.rankdata(inputs), stats.rankdata(values))
    return float(np.corrcoef(*ranks)[0, 1] ** 2)


def _ratio(inputs: list[Any], values: Floats) -> float | None:
    groups: dict[Any, list[float]] = {}
    for value, figure in zip(inputs, values.tolist(), strict=True):
        groups.setdefault(value, []).append(figure)
    whole = float(np.var(values)) * len(values)
    if len(groups) < 2 or not whole:
        return None
    mean = float(np.mean(values))
    between = math.fsum(len(group) * (math.fsum(group) / len(group) - mean) ** 2 for group in groups.values())
    return between / whole


def swing(spec: Spec, at: int, kept: _Kept, figure: str) -> Importance:
    """What one input alone does to a figure."""
    first = 1 + sum(len(item.values) for item in spec.inputs[:at])
    own = kept.numbers[figure][first : first + len(spec.inputs[at].values)]
    every = np.append(own, kept.numbers[figure][0])
    item = spec.inputs[at]
    low, high, base = (None if np.isnan(value) else float(value) for value in (own[0], own[-1], every[-1]))
    size = None if np.isnan(every).any() else float(np.ptp(every))
    return Importance(item.path, figure, "swing", size, low, high, base, item.values[0], item.values[-1])
