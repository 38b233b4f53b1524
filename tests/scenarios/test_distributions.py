"""Declared distributions against SciPy's, and what is drawn of them against their moments."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from scenarios.distributions import Choice, Distribution, Fixed, Normal, Triangular, Uniform
from scenarios.sweep_draws import rounded, settings, shares, uniforms
from tests.scenarios.sweeps import spec

QUANTILES = (np.arange(2000) + 0.5) / 2000


def _lognormal(mean: float, deviation: float) -> Any:
    shape = math.sqrt(math.log(1 + (deviation / mean) ** 2))
    return stats.lognorm(shape, scale=mean / math.sqrt(1 + (deviation / mean) ** 2))


@pytest.mark.parametrize(
    ("own", "peer"),
    [
        (Uniform(-2, 5), stats.uniform(-2, 7)),
        (Triangular(1, 2, 5), stats.triang(0.25, 1, 4)),
        (Triangular(1, 1, 5), stats.triang(0, 1, 4)),
        (Triangular(1, 5, 5), stats.triang(1, 1, 4)),
        (Normal(0.9, 0.1), stats.norm(0.9, 0.1)),
        (Normal(0.9, 0.1, 0, 1), stats.truncnorm(-9, 1, 0.9, 0.1)),
        (Normal.lognormal(120, 30), _lognormal(120, 30)),
    ],
)
def test_quantiles_are_those_of_scipy(own: Distribution, peer: Any) -> None:
    np.testing.assert_allclose(own.at(QUANTILES), peer.ppf(QUANTILES), rtol=1e-9)


def test_a_cut_lognormal_lies_between_its_limits_as_what_is_left_of_the_whole() -> None:
    peer = _lognormal(120, 30)
    below, above = peer.cdf(100), peer.cdf(150)
    found = Normal.lognormal(120, 30, 100, 150).at(QUANTILES)
    np.testing.assert_allclose(found, peer.ppf(below + QUANTILES * (above - below)), rtol=1e-9)
    assert found.min() > 100
    assert found.max() < 150


def test_least_is_the_lower_end() -> None:
    assert Fixed(0.8).least == 0.8
    assert Uniform(-1, 2).least == -1
    assert Triangular(0.5, 1, 2).least == 0.5
    assert Normal(1, 0.1).least == -math.inf
    assert Normal(1, 0.1, 0.2, 2).least == 0.2
    assert Normal.lognormal(1, 0.1).least == 0
    assert Choice((-3, 1), (0, 1)).least == 1  # what never comes isn't drawn
    assert Choice(("x", 1), (1, 1)).least == -math.inf


def test_choices_come_by_their_weights() -> None:
    choice = Choice((10, 20, 30), (1, 0, 3))
    assert choice.at(np.array([0.0001, 0.2499, 0.2501, 0.9999])).tolist() == [10, 10, 30, 30]


DRAWS = 4000
DRAWN = f"""\
method: draws
seed: 11
draws: {DRAWS}
inputs:
  a: {{uniform: [0, 12]}}
  b: {{triangular: [0, 6, 12]}}
  c: {{normal: [100, 15]}}
  d: {{lognormal: [100, 30]}}
  e: {{choice: {{1: 1, 5: 3}}}}
  f: {{normal: [100, 15], round: 5}}
  g: [2, 4]
"""
MOMENTS = {
    "a": (6, math.sqrt(12)),
    "b": (6, math.sqrt(6)),
    "c": (100, 15),
    "d": (100, 30),
    "e": (4, math.sqrt(3)),
    "f": (100, math.sqrt(15**2 + 25 / 12)),
    "g": (3, 1),
}


def test_draws_have_the_moments_that_are_declared_and_depend_on_each_other_in_nothing(tmp_path: Path) -> None:
    given = spec(tmp_path, DRAWN)
    drawn = np.array([[float(v or 0) for v in settings(given, n).values] for n in range(1, DRAWS + 1)])
    for at, item in enumerate(given.inputs):
        mean, deviation = MOMENTS[item.path]
        assert drawn[:, at].mean() == pytest.approx(mean, abs=4.5 * deviation / math.sqrt(DRAWS)), item.path
        assert drawn[:, at].std() == pytest.approx(deviation, rel=0.08), item.path
    assert np.all(drawn[:, 5] % 5 == 0)
    correlations = np.corrcoef(drawn.T) - np.eye(len(given.inputs))
    assert np.abs(correlations[:5, :5]).max() < 4.5 / math.sqrt(DRAWS)


def test_a_scenario_draws_the_same_whatever_else_is_drawn(tmp_path: Path) -> None:
    long = spec(tmp_path, DRAWN)
    short = spec(tmp_path, "method: draws\nseed: 11\ndraws: 3\ninputs: {c: {normal: [100, 15]}}\n")
    assert settings(short, 3).values[0] == settings(long, 3).values[2]
    other = spec(tmp_path, "method: draws\nseed: 12\ndraws: 3\ninputs: {c: {normal: [100, 15]}}\n")
    assert settings(other, 3) != settings(short, 3)


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [(2.5, "1", 3), (-2.5, "1", -2), (2.4999, "1", 2), (12.5, "5", 15), (0.125, "0.05", Decimal("0.15"))],
)
def test_figures_are_rounded_to_the_nearest_multiple_halves_up(
    value: float, step: str, expected: object
) -> None:
    assert rounded(value, Decimal(step)) == expected


def test_each_unit_has_its_own_share() -> None:
    found = shares([Fixed(0.5), Uniform(0, 1), Fixed(0.5), Uniform(0, 1)], np.array([0.1, 0.2, 0.3, 0.4]))
    assert found.tolist() == [0.5, 0.2, 0.5, 0.4]


def test_streams_lie_strictly_within_0_and_1() -> None:
    drawn = np.concatenate([uniforms(0, number, "x", 50) for number in range(200)])
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert stats.kstest(drawn, "uniform").pvalue > 1e-4
