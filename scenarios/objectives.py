"""What makes one number unfair (§11): functions of the number, its fair share and its step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Objective:
    """One unit's unfairness φ(q, f), convex in q, elementwise over float64 arrays.

    Attributes:
        cost: φ(q, f) as (q, f, m), m being the step from one allowed number to the next.
        rise: φ(b, f) − φ(a, f) as (a, b, f, m), written so that nothing cancels.
        blur: how much `rise` moves per relative change of f, as (a, b, f, m): two plans whose difference is
            below the blur of f's own rounding are tied.
    """

    cost: Callable[[Floats, Floats, Floats], Floats]
    rise: Callable[[Floats, Floats, Floats, Floats], Floats]
    blur: Callable[[Floats, Floats, Floats, Floats], Floats]


def _squares(shift: float) -> Objective:
    """(q − shift × m − f)² / f."""
    return Objective(
        cost=lambda q, f, m: (q - shift * m - f) ** 2 / f,
        rise=lambda a, b, f, m: (b - a) * ((a - shift * m - f) + (b - shift * m - f)) / f,
        blur=lambda a, b, f, m: np.abs((b - a) * (a + b - 2 * shift * m)) / f,
    )


OBJECTIVES: Mapping[str, Objective] = {
    "proportional": _squares(0),
    "smallest_divisors": _squares(0.5),
    "greatest_divisors": _squares(-0.5),
    "largest_remainder": Objective(
        cost=lambda q, f, _m: (q - f) ** 2,
        rise=lambda a, b, f, _m: (b - a) * ((a - f) + (b - f)),
        blur=lambda a, b, f, _m: 2 * np.abs(b - a) * f,
    ),
    # q above 0. ab − f² = b (a − f) + f (b − f)
    "equal_proportions": Objective(
        cost=lambda q, f, _m: (q - f) ** 2 / q,
        rise=lambda a, b, f, _m: (b - a) * (b * (a - f) + f * (b - f)) / (a * b),
        blur=lambda a, b, f, _m: 2 * np.abs(b - a) * f**2 / (a * b),
    ),
    # The sum itself: how little zero shares can be made to get (§10), what a plan costs (§11). Here f is the
    # magnitude from which the weight was rounded, over the weight.
    "least": Objective(
        cost=lambda q, _f, _m: q,
        rise=lambda a, b, _f, _m: b - a,
        blur=lambda a, b, f, _m: np.abs(b - a) * f,
    ),
    # Of a number that is 0 or 1: f is lost where it is 0.
    "unserved": Objective(
        cost=lambda q, f, _m: f * (1 - q),
        rise=lambda a, b, f, _m: f * (a - b),
        blur=lambda a, b, f, _m: f * np.abs(a - b),
    ),
}
