"""Rounding, cutting off and slips of single numbers, against decimal arithmetic and by hand."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.report.verdicts import Stated, judge, slip_of


def stated(text: str, rounded: str = "") -> Stated:
    return Stated(Fraction(text), len(text.partition(".")[2]), text.replace(".", ""), rounded)


@given(st.integers(-(10**9), 10**9), st.integers(0, 4), st.integers(-2, 2))
def test_right_and_truncated_are_those_of_decimal_arithmetic(
    thousandths: int, decimals: int, off: int
) -> None:
    number = Decimal(thousandths) / 100_000
    step = Decimal(1).scaleb(-decimals)
    rounded = number.quantize(step, ROUND_HALF_UP)
    cut = number.quantize(step, ROUND_DOWN)
    written = Stated(Fraction(rounded + off * step), decimals, "")
    expected = "right" if off == 0 else "truncated" if rounded + off * step == cut else "wrong"
    assert judge(written, Fraction(number)) == expected


@pytest.mark.parametrize(
    ("text", "computed", "slip"),
    [
        ("43.61", "46.31", "swapped_digits"),
        ("46.13", "46.31", "swapped_digits"),
        ("4.31", "46.31", "lost_digit"),
        ("46.1", "46.31", "lost_digit"),
        ("4.631", "46.31", "wrong_separator"),
        ("4631", "46.31", "wrong_separator"),
        ("7.0", "70", "wrong_separator"),
        ("67", "671", "lost_digit"),
        ("50.00", "46.31", None),
    ],
)
def test_slips(text: str, computed: str, slip: str | None) -> None:
    assert slip_of(stated(text), Fraction(computed)) == slip


def test_a_slip_in_a_figure_it_is_computed_from() -> None:
    computed = Fraction(9226 * 100, 20000)  # 46.13 where 9262 was meant
    assert slip_of(stated("46.31"), computed, [(stated("9226"), 1)]) == "swapped_digits"
    assert slip_of(stated("46.31"), Fraction(926 * 100, 20000), [(stated("926"), 1)]) == "lost_digit"
    lost = Fraction(9262 * 100, 2300)  # 402.70 where 23000 was meant, or 20300: a base that lost a digit
    assert slip_of(stated("45.63"), lost, [(stated("2300"), -1)]) == "lost_digit"


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [("trên", "46", "right"), ("trên", "47", "wrong"), ("gần", "47", "right"), ("gần", "46", "wrong")],
)
def test_words_that_loosen_a_number_are_held_to(word: str, text: str, expected: str) -> None:
    assert judge(stated(text, word), Fraction("46.31")) == expected
