"""Figures, amounts and periods in sentences."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scenarios.figures import figure, period_words


@pytest.mark.parametrize(
    ("value", "expected"),
    [(12.0, 12), (2.5, Decimal("2.5")), (77.05454545, Decimal("77.0545")), (-1.0, -1), (1200.00004, 1200)],
)
def test_figures_have_no_more_decimals_than_they_need(value: float, expected: int | Decimal) -> None:
    assert figure(value) == expected
    assert isinstance(figure(value), type(expected))


@pytest.mark.parametrize(
    ("name", "vi"),
    [
        ("2023-07", "tháng 7/2023"),
        ("2023-Q3", "quý III/2023"),
        ("2023-H2", "6 tháng cuối năm 2023"),
        ("2023", "năm 2023"),
    ],
)
def test_periods(name: str, vi: str) -> None:
    assert period_words(name).vi == vi
    assert period_words(name).en == name
