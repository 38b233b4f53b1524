"""What each scenario of a sweep sets, by its number alone: its stream depends on no other scenario.

A figure's stream is keyed by the seed, the scenario's number and the figure's name, so that neither the order
of solving nor another input changes what is drawn.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from scenarios.distributions import Choice, Distribution, Scalar
from scenarios.sweep_spec import Input, Spec, figure, significant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BITS = 52


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set in a scenario: ``value`` at the input ``at``, in the spec's order of inputs."""

    at: tuple[int, ...]
    values: tuple[Scalar, ...]

    def order(self) -> tuple[tuple[int, int, float, str], ...]:
        """Sorts scenarios so that neighbours are alike; equal where the same is set."""
        return tuple((at, *_order(value)) for at, value in zip(self.at, self.values, strict=True))


def _order(value: Scalar) -> tuple[int, float, str]:
    if value is None:
        return 0, 0.0, ""
    if isinstance(value, str):
        return 1, 0.0, value
    return 2, float(value), str(value)


def uniforms(seed: int, number: int, name: str, count: int) -> Floats:
    """Independent numbers in (0, 1), float64 [count], of a figure's stream."""
    key = (number, zlib.crc32(name.encode()))
    stream = np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=key)))
    found: Floats = (stream.integers(0, 1 << _BITS, count) + 0.5) / (1 << _BITS)
    return found


def settings(spec: Spec, number: int) -> Settings:
    """What the scenario of this number, from 1, sets."""
    count = len(spec.inputs)
    if spec.method == "draws":
        drawn = tuple(_drawn(item, uniforms(spec.seed, number, item.path, 1)) for item in spec.inputs)
        return Settings(tuple(range(count)), drawn)
    if spec.method == "grid":
        shape = tuple(len(item.values) for item in spec.inputs)
        places = np.unravel_index(number - 1, shape) if shape else ()
        values = tuple(item.values[int(at)] for item, at in zip(spec.inputs, places, strict=True))
        return Settings(tuple(range(count)), values)
    before = 1
    for at, item in enumerate(spec.inputs):
        if 0 <= number - 1 - before < len(item.values):
            return Settings((at,), (item.values[number - 1 - before],))
        before += len(item.values)
    return Settings((), ())


def _drawn(item: Input, u: Floats) -> Scalar:
    distribution = item.distribution
    assert distribution is not None
    if isinstance(distribution, Choice):
        value = distribution.values[int(distribution.places(u)[0])]
        if item.step is None or not isinstance(value, int | Decimal):
            return value
        return rounded(float(value), item.step)
    drawn = float(distribution.at(u)[0])
    return significant(drawn) if item.step is None else rounded(drawn, item.step)


def rounded(value: float, step: Decimal) -> Scalar:
    """The nearest multiple of a step, the upper one of two that are equally near."""
    exact = Fraction(step)
    return figure(math.floor(Fraction(value) / exact + Fraction(1, 2)) * exact)


def shares(by_unit: list[Distribution], u: Floats) -> Floats:
    """What each unit achieves of its quota, float64 as u: one distribution and one quantile a unit."""
    found = np.empty(len(u))
    for distribution in dict.fromkeys(by_unit):
        here = np.array([one == distribution for one in by_unit])
        found[here] = distribution.at(u[here])
    return found
