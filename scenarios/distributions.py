"""Declared distributions, drawn by inversion: a number in (0, 1) gives a figure, the same on every machine.

A truncated one is the distribution given that it lies between its limits: nothing is clipped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Scalar = int | float | Decimal | str | None
INFINITY = math.inf


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same figure."""

    value: float

    @property
    def least(self) -> float:
        """Nothing below it is ever drawn."""
        return self.value

    def at(self, u: Floats) -> Floats:
        """The figures at these quantiles, float64 as u, which lies in (0, 1)."""
        return np.full(u.shape, self.value)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Every figure between two is equally likely."""

    low: float
    high: float

    @property
    def least(self) -> float:
        """Nothing below it is ever drawn."""
        return self.low

    def at(self, u: Floats) -> Floats:
        """As in ``Fixed``."""
        return self.low + u * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Triangular:
    """Rises evenly to the mode and falls evenly from it."""

    low: float
    mode: float
    high: float

    @property
    def least(self) -> float:
        """Nothing below it is ever drawn."""
        return self.low

    def at(self, u: Floats) -> Floats:
        """As in ``Fixed``."""
        width, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        up = self.low + np.sqrt(u * width * rise)
        down = self.high - np.sqrt((1 - u) * width * fall)
        return np.where(u * width < rise, up, down)


@dataclass(frozen=True, slots=True)
class Normal:
    """By mean and standard deviation of the whole distribution; ``low`` and ``high`` are where it is cut off.

    ``log``: of the figure's logarithm.
    """

    mean: float
    deviation: float
    low: float = -INFINITY
    high: float = INFINITY
    log: bool = False

    @classmethod
    def lognormal(
        cls, mean: float, deviation: float, low: float = -INFINITY, high: float = INFINITY
    ) -> Normal:
        """The lognormal distribution whose figures, before it is cut off, have this mean and deviation."""
        variance = math.log1p((deviation / mean) ** 2)
        return cls(math.log(mean) - variance / 2, math.sqrt(variance), low, high, log=True)

    @property
    def least(self) -> float:
        """Nothing below it is ever drawn."""
        return max(self.low, 0.0) if self.log else self.low

    def _below(self, limit: float) -> float:
        """The share of the whole distribution below a limit."""
        if self.log:
            limit = math.log(limit) if limit > 0 else -INFINITY
        return float(special.ndtr((limit - self.mean) / self.deviation))

    @property
    def within(self) -> float:
        """The share of the whole distribution that lies between its limits."""
        return self._below(self.high) - self._below(self.low)

    def at(self, u: Floats) -> Floats:
        """As in ``Fixed``."""
        quantile = self._below(self.low) + u * self.within
        found = self.mean + self.deviation * special.ndtri(quantile)
        values: Floats = np.exp(found) if self.log else found
        return values


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values, by weight."""

    values: tuple[Scalar, ...]
    weights: tuple[float, ...]

    @property
    def least(self) -> float:
        """Nothing below it is ever drawn; −∞ where a value is no number."""
        likely = [value for value, weight in zip(self.values, self.weights, strict=True) if weight > 0]
        if not all(isinstance(value, int | float | Decimal) for value in likely):
            return -INFINITY
        return min(float(value) for value in likely if value is not None)

    def places(self, u: Floats) -> NDArray[np.intp]:
        """Which of the values stand at these quantiles."""
        ends = np.cumsum(self.weights)
        found: NDArray[np.intp] = np.searchsorted(ends, u * ends[-1], side="right")
        return found

    def at(self, u: Floats) -> Floats:
        """As in ``Fixed``, where every value is a number."""
        return np.array([float(value or 0) for value in self.values])[self.places(u)]


Distribution = Fixed | Uniform | Triangular | Normal | Choice
