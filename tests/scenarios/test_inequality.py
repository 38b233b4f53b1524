"""Largest deviation, Gini and Theil: by hand, and against the same measures over single people."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.inequality import Inequality, inequality

NEEDY = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 12)), min_size=1, max_size=8)
"""Quotas and needs of units."""


def measured(values: list[int], needs: list[float], fair: list[float | None] | None = None) -> Inequality:
    units = [f"u{at}" for at in range(len(values))]
    total, need = sum(values), sum(needs)
    shares = fair or [total * n / need if need else 0.0 for n in needs]
    return inequality(
        dict(zip(units, values, strict=True)),
        dict(zip(units, shares, strict=True)),
        dict(zip(units, needs, strict=True)),
    )


def of_people(quotas: list[float]) -> tuple[float, float]:
    """Gini as half the relative mean difference, and Theil's T, over people with these amounts."""
    amounts = np.array(quotas)
    mean = amounts.mean()
    gini = np.abs(amounts[:, None] - amounts[None, :]).mean() / (2 * mean)
    ratios = amounts[amounts > 0] / mean
    return float(gini), float((ratios * np.log(ratios)).sum() / len(amounts))


# ------------------------------------------------------------------------------------------------- by hand


def test_everyone_has_their_share() -> None:
    assert measured([10, 20, 30], [1, 2, 3]) == Inequality(0.0, 0.0, 0.0, {})


def test_two_equal_units_one_with_three_times_as_much() -> None:
    """Shares 1/4 and 3/4 of the quota, 1/2 each of the need: the Lorenz curve runs through (1/2, 1/4)."""
    found = measured([10, 30], [5, 5])
    assert found.largest_deviation == 0.5  # (30 − 20) / 20
    assert found.gini == 0.25
    assert found.theil == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5), rel=1e-14)


def test_units_of_unlike_need() -> None:
    """10 for a need of 1 and 20 for 3: the Lorenz curve runs through (3/4, 2/3), below (3/4, 3/4)."""
    found = measured([10, 20], [1, 3])
    assert found.gini == pytest.approx(3 / 4 - 2 / 3, rel=1e-15)
    assert found.theil == pytest.approx(1 / 3 * math.log(4 / 3) + 2 / 3 * math.log(8 / 9), rel=1e-14)
    assert found.largest_deviation == pytest.approx(2.5 / 7.5)


def test_one_has_all() -> None:
    found = measured([12, 0, 0, 0], [1, 1, 1, 1])
    assert (found.largest_deviation, found.gini) == (3.0, 0.75)
    assert found.theil == pytest.approx(math.log(4), rel=1e-14)


def test_a_held_unit_counts_for_gini_and_theil_alone() -> None:
    found = measured([10, 30], [5, 5], [10.0, None])
    assert found.largest_deviation == 0.0
    assert found.gini == 0.25


def test_a_unit_without_need_and_without_quota_is_nobody() -> None:
    assert measured([10, 30, 0], [5, 5, 0]) == measured([10, 30], [5, 5])


def test_a_unit_without_need_has_no_limit_but_in_gini() -> None:
    """A quarter of the quota goes to nobody's need: the Lorenz curve is (0, 0) – (1, 3/4), then up."""
    found = measured([30, 10], [5, 0])
    assert found.gini == 0.25
    assert (found.largest_deviation, found.theil) == (None, None)
    assert set(found.unknown) == {"largest_deviation", "theil"}
    assert "u1 has a quota without any need" in found.unknown["theil"].en
    # a need that shrinks to nothing leads there
    assert measured([30, 10], [5, 1e-9]).gini == pytest.approx(0.25)


def test_nothing_placed_has_no_shares() -> None:
    found = measured([0, 0], [1, 2])
    assert (found.largest_deviation, found.gini, found.theil) == (0.0, None, None)
    assert found.unknown["gini"].en == "nothing is placed"


def test_all_held_and_no_need_at_all() -> None:
    found = measured([3, 4], [0, 0], [None, None])
    assert (found.largest_deviation, found.gini, found.theil) == (None, None, None)
    assert found.unknown["largest_deviation"].en == "every unit is held"
    assert found.unknown["gini"].en == "no unit has any need"


def test_needs_and_fair_shares_of_any_size() -> None:
    """A need of next to nothing has next to all: Gini 1, Theil ln(N / n), a deviation beyond any number."""
    found = measured([10, 0], [5e-324, 1e300], [5e-324, 10.0])
    assert (found.largest_deviation, found.gini) == (None, 1.0)
    assert found.theil == pytest.approx(300 * math.log(10) + 1074 * math.log(2), rel=1e-12)
    assert found.unknown["largest_deviation"].en == "larger than any number that can be worked with"


# --------------------------------------------------------------------------------------------- over people


@given(NEEDY.filter(lambda units: any(q for q, _ in units)))
def test_as_many_people_as_needs(units: list[tuple[int, int]]) -> None:
    """Each person of a unit has its quota per need: the measures over all of them, without weights."""
    found = measured([q for q, _ in units], [float(n) for _, n in units])
    gini, theil = of_people([q / n for q, n in units for _ in range(n)])
    assert found.gini == pytest.approx(gini, abs=1e-12)
    assert found.theil == pytest.approx(theil, abs=1e-12)


@given(NEEDY.filter(lambda units: any(q for q, _ in units)), st.integers(2, 1000))
def test_the_measure_of_need_does_not_matter(units: list[tuple[int, int]], scale: int) -> None:
    values = [q for q, _ in units]
    found = measured(values, [float(n) for _, n in units])
    scaled = measured(values, [float(n * scale) for _, n in units])
    assert scaled.gini == found.gini
    assert scaled.theil == pytest.approx(found.theil, abs=1e-15)


@given(NEEDY)
def test_the_order_of_units_does_not_matter(units: list[tuple[int, int]]) -> None:
    turned = units[::-1]
    one = measured([q for q, _ in units], [float(n) for _, n in units])
    other = measured([q for q, _ in turned], [float(n) for _, n in turned])
    assert one.gini == other.gini
    assert one.theil == (None if other.theil is None else pytest.approx(other.theil, abs=1e-15))
