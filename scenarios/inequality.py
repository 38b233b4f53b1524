"""How unequal a plan's quotas are against the needs: largest deviation, Gini, Theil.

With q the quotas, n the needs, Q = Σ q and N = Σ n: unit i has the share p = nᵢ / N of the need and
s = qᵢ / Q of the quota, so that s / p is its quota per need against the average. All three are 0 where every
unit has exactly its share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.words import Message, say


@dataclass(frozen=True, slots=True)
class Inequality:
    """The measures of one quota in one plan; None where unknown, with its cause in ``unknown`` by name."""

    largest_deviation: float | None
    gini: float | None
    theil: float | None
    unknown: Mapping[str, Message]


def inequality(
    values: Mapping[str, int], fair: Mapping[str, float | None], need: Mapping[str, float]
) -> Inequality:
    """The measures of a quota by unit; ``fair`` None where a unit is held, ``need`` in any one measure.

    Held units count in Gini and Theil, which look at what is placed, not in the largest deviation, which
    looks at what was free to be fair. A unit of no need with a quota has an unlimited quota per need: Gini
    has a limit there and takes it, the deviation and Theil have none and are unknown.
    """
    unknown: dict[str, Message] = {}
    placed = {unit: Fraction(value) for unit, value in values.items()}
    needs = {unit: Fraction(need[unit]) for unit in values}
    found: dict[str, float | None] = {"largest_deviation": None, "gini": None, "theil": None}
    free = {unit: share for unit, share in fair.items() if share is not None}
    endless = [unit for unit, share in free.items() if not share and values[unit]]
    if not free:
        unknown["largest_deviation"] = say("none_free")
    elif endless:
        unknown["largest_deviation"] = say("without_need", what=endless[0])
    else:
        deviation = largest_deviation({u: values[u] for u in free}, free)
        if math.isfinite(deviation):
            found["largest_deviation"] = deviation
        else:
            unknown["largest_deviation"] = say("beyond_numbers")
    endless = [unit for unit, value in placed.items() if value and not needs[unit]]
    if not sum(placed.values()) or not sum(needs.values()):
        unknown["gini"] = unknown["theil"] = say(
            "nothing_placed" if sum(needs.values()) else "no_need_at_all"
        )
    else:
        found["gini"] = gini(list(placed.values()), list(needs.values()))
        if endless:
            unknown["theil"] = say("without_need", what=endless[0])
        else:
            found["theil"] = theil(list(placed.values()), list(needs.values()))
    return Inequality(found["largest_deviation"], found["gini"], found["theil"], unknown)


def largest_deviation(values: Mapping[str, int], fair: Mapping[str, float]) -> float:
    """max |q − fair| / fair over units with a fair share (§11, ``minimax``), a ratio; 0 without any."""
    return max((abs(values[unit] - share) / share for unit, share in fair.items() if share), default=0.0)


def gini(values: list[Fraction], needs: list[Fraction]) -> float:
    """The Gini coefficient of quota per need, each unit weighted by its need, from 0 to 1.

        G = Σᵢ Σⱼ nᵢ nⱼ |qᵢ/nᵢ − qⱼ/nⱼ| / (2 N Q) = 1 − Σ p (S₋ + S)

    where S₋ and S are the running sums of s before and after the unit, units sorted by quota per need: twice
    the area between the Lorenz curve and the diagonal. Worked out exactly, then rounded once.

    Source: C. Gini, Variabilità e mutabilità (1912); M. O. Lorenz, Methods of measuring the concentration of
    wealth, Publications of the American Statistical Association 9 (1905).
    """
    whole, all_needs = sum(values), sum(needs)
    some = [(q, n) for q, n in zip(values, needs, strict=True) if q or n]
    some.sort(key=lambda unit: (unit[1] == 0, unit[0] / unit[1] if unit[1] else 0))
    area, before = Fraction(0), Fraction(0)
    for q, n in some:
        area += n * (2 * before + q)
        before += q
    return float(1 - area / (all_needs * whole))


def theil(values: list[Fraction], needs: list[Fraction]) -> float:
    """Theil's index T of quota per need, each unit weighted by its need, from 0 to ln(N / smallest n).

        T = Σ s ln(s / p), a unit without a quota adding nothing

    Every unit with a quota must have a need. Source: H. Theil, Economics and Information Theory (1967).
    """
    whole, all_needs = sum(values), sum(needs)
    terms = [
        float(q / whole) * _log(q * all_needs / (n * whole)) for q, n in zip(values, needs, strict=True) if q
    ]
    return max(0.0, math.fsum(terms))  # T is never below 0; its rounding may be


def _log(ratio: Fraction) -> float:
    """The natural logarithm; near 1 without the digits that a rounded ratio would lose."""
    if Fraction(1, 2) < ratio < 2:
        return math.log1p(float(ratio - 1))
    return math.log(ratio.numerator) - math.log(ratio.denominator)  # may be beyond what a float holds
