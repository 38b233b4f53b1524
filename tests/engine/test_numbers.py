"""Number and date forms (§7): worked by hand, from the published report, and against independent oracles."""

import math
import unicodedata
from contextlib import suppress
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from engine.numbers import (
    MAX_LENGTH,
    DateFormError,
    Lang,
    Number,
    NumberFormError,
    exact,
    format_date,
    format_number,
    format_percent,
    parse_date,
    parse_iso_date,
    parse_machine_number,
    parse_number,
    readings,
    round_half_up,
)

LANGS = st.sampled_from(("vi", "en"))
DECIMALS = st.builds(
    lambda digits, places: Decimal(f"{digits}E-{places}"), st.integers(-(10**20), 10**20), st.integers(0, 8)
)
# Texts near the forms find more than arbitrary ones.
TEXTS = st.one_of(st.text(max_size=50), st.text("0123456789.,-\u2212+ eE%/\u00a0\u0663\uff19", max_size=50))


# exact


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (0.1 + 0.2, "0.3"),
        (0.285 * 100, "28.5"),
        (4.2 / 6, "0.7"),
        (9262 / 20000, "0.4631"),
        (5, "5"),
        (10**40 + 1, "1" + "0" * 39 + "1"),
        (Decimal("1.50"), "1.50"),
        (Fraction(1, 8), "0.125"),
        (Fraction(-7, 20), "-0.35"),
        (Fraction(1200), "1200"),
        (1234567890123456.0, "1234567890123456"),  # whole VND beyond 15 digits stay whole VND
        (9007199254740992.0, "9007199254740992"),
        (-1e22, "-10000000000000000000000"),
    ],
)
def test_exact_is_the_decimal_meant(value: Number, meant: str) -> None:
    assert f"{exact(value):f}" == meant


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("-Infinity"), Decimal("sNaN")]
)
def test_what_is_not_finite_is_refused(value: Number) -> None:
    with pytest.raises(ValueError, match="not a number that can be"):
        exact(value)
    with pytest.raises(ValueError, match="not a number that can be"):
        format_percent(value, 2, "vi")


def test_a_third_has_no_exact_decimal_but_rounds() -> None:
    with pytest.raises(ValueError, match="1/3 has no finite decimal"):
        format_number(Fraction(1, 3), None, "vi")
    assert format_percent(Fraction(1, 3), 2, "vi") == "33,33%"


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(-10, 20))
def test_a_float_means_the_fifteen_digits_it_was_written_with(digits: int, exponent: int) -> None:
    written = Decimal(f"{digits}E{exponent}")
    assert exact(float(written)) == written


# round_half_up


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-0.5", 0, "-1"),
        ("-2.5", 0, "-3"),
        ("-0.125", 2, "-0.13"),
        ("73.485", 2, "73.49"),
        ("2.4999", 0, "2"),
        ("40", 2, "40.00"),
        ("-0.004", 2, "0.00"),
        ("12500", -3, "13000"),
        ("-12499", -3, "-12000"),
        ("499", -3, "0"),
        ("123456789012345678901234567890123.455", 2, "123456789012345678901234567890123.46"),
    ],
)
def test_half_goes_away_from_zero(value: str, decimals: int, rounded: str) -> None:
    assert str(round_half_up(Decimal(value), decimals)) == rounded
    assert str(round_half_up(Fraction(value), decimals)) == rounded


@pytest.mark.parametrize(
    ("value", "rounded"), [(1.005, "1.01"), (2.675, "2.68"), (-2.675, "-2.68"), (1.115, "1.12")]
)
def test_floats_round_as_written_not_as_stored(value: float, rounded: str) -> None:
    assert str(round_half_up(value, 2)) == rounded


@given(DECIMALS, st.integers(-4, 8))
def test_rounding_agrees_with_fractions(value: Decimal, decimals: int) -> None:
    scaled = abs(Fraction(value)) * Fraction(10) ** decimals
    expected = math.floor(scaled + Fraction(1, 2)) / Fraction(10) ** decimals
    rounded = round_half_up(value, decimals)
    assert abs(Fraction(rounded)) == expected
    assert rounded * value >= 0
    assert str(rounded) == str(round_half_up(Fraction(value), decimals))


def test_the_decimal_context_of_the_caller_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 3
        context.clear_flags()
        assert format_number(Decimal("1234567.895"), 2, "vi") == "1.234.567,90"
        assert format_percent(Decimal("1.2345675"), None, "en") == "123.45675%"
        assert parse_number("1.234.567,895", "vi") == exact(Decimal("1234567.895"))
        assert not any(context.flags.values())


# The report of Bình Thuận, first half of 2023


@pytest.mark.parametrize(
    ("value", "base", "decimals", "published"),
    [
        ("9.262", "20.000", 2, "46,31%"),
        ("9.262", "8.591", 2, "107,81%"),
        ("11.542", "20.000", 2, "57,71%"),
        ("2.311", "10.000", 2, "23,11%"),
        ("2.311", "5.326", 2, "43,39%"),
        ("4.000", "10.000", 2, "40%"),
        ("1,435", "6", 1, "23,9%"),
        ("4,2", "6", 2, "70%"),
        ("1.469,72", "2.000", 2, "73,49%"),
        ("1,5", "2", 2, "75%"),
        ("10.000", "10.000", 2, "100%"),
    ],
)
def test_published_percentages(value: str, base: str, decimals: int, published: str) -> None:
    stated, whole = parse_number(value, "vi"), parse_number(base, "vi")
    ratio = Fraction(stated) / Fraction(whole)
    assert format_percent(ratio, decimals, "vi", trim=True) == published
    assert format_percent(float(stated) / float(whole), decimals, "vi", trim=True) == published
    assert format_number(stated, None, "vi") == value


# Writing


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (9262, 0, "9.262", "9,262"),
        (999, 0, "999", "999"),
        (Decimal("1469.72"), None, "1.469,72", "1,469.72"),
        (Decimal("1469.72"), 1, "1.469,7", "1,469.7"),
        (-1234567.5, 2, "-1.234.567,50", "-1,234,567.50"),
        (125_000_000_000, None, "125.000.000.000", "125,000,000,000"),
        (-0.004, 2, "0,00", "0.00"),
        (-0.0, None, "0", "0"),
        (Decimal("-0.00"), None, "0,00", "0.00"),
        (999.995, 2, "1.000,00", "1,000.00"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        (12500, -3, "13.000", "13,000"),
        (Decimal("1.50"), None, "1,50", "1.50"),
    ],
)
def test_numbers_are_written(value: Number, decimals: int | None, vi: str, en: str) -> None:
    assert format_number(value, decimals, "vi") == vi
    assert format_number(value, decimals, "en") == en


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (40, 2, "40"),
        (Decimal("40.10"), 2, "40,1"),
        (2000, 0, "2.000"),
        (2000, 2, "2.000"),
        (-0.001, 2, "0"),
        (Decimal("0.50"), None, "0,5"),
    ],
)
def test_sentences_drop_trailing_zeros(value: Number, decimals: int | None, written: str) -> None:
    assert format_number(value, decimals, "vi", trim=True) == written


@pytest.mark.parametrize(
    ("ratio", "decimals", "vi", "en"),
    [
        (0.4631, 2, "46,31%", "46.31%"),
        (0.4, 2, "40,00%", "40.00%"),
        (0.285, 0, "29%", "29%"),
        (0.73485, 2, "73,49%", "73.49%"),
        (12.5, None, "1.250%", "1,250%"),
        (-0.0052, 2, "-0,52%", "-0.52%"),
        (-0.00001, 2, "0,00%", "0.00%"),
        (1, 0, "100%", "100%"),
    ],
)
def test_percentages_are_written(ratio: Number, decimals: int | None, vi: str, en: str) -> None:
    assert format_percent(ratio, decimals, "vi") == vi
    assert format_percent(ratio, decimals, "en") == en


# Babel stops at 28 digits.
@given(DECIMALS, st.integers(0, 6))
def test_writing_agrees_with_babel(value: Decimal, decimals: int) -> None:
    rounded = round_half_up(value, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    assert format_number(value, decimals, "vi") == format_decimal(rounded, pattern, locale="vi_VN")
    assert format_number(value, decimals, "en") == format_decimal(rounded, pattern, locale="en_US")


# Reading numbers


@pytest.mark.parametrize(
    ("text", "lang", "number"),
    [
        ("9.262", "vi", "9262"),
        ("9,262", "vi", "9.262"),
        ("9,262", "en", "9262"),
        ("9.262", "en", "9.262"),
        ("1.469,72", "vi", "1469.72"),
        ("1,469.72", "en", "1469.72"),
        ("46,31", "vi", "46.31"),
        ("20000", "vi", "20000"),
        ("20000,5", "vi", "20000.5"),
        ("0,052", "vi", "0.052"),
        ("0", "vi", "0"),
        ("-0,52", "vi", "-0.52"),
        ("\u22120.52", "en", "-0.52"),
        ("-0", "vi", "0"),
        ("1.000.000.000", "vi", "1000000000"),
        ("1,50", "vi", "1.50"),
    ],
)
def test_numbers_are_read(text: str, lang: Lang, number: str) -> None:
    assert str(parse_number(text, lang)) == number


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "--5", "5-", "5-6", "+5", "\u20135", "- 5", " 5", "5 ", "5\n"),
        *(
            "0.52",
            "1.5",
            "0.052",
            "1.23.456",
            "12.34",
            "1,234,567",
            "1.469.72",
            "1234.567",
            "1.2345",
            "1..000",
        ),
        *(".5", ",5", "5.", "5,", "1.000,", "1,5,", "1,000.5", "007", "00", "01,5", "000.123", "-0.123"),
        *(
            "NaN",
            "nan",
            "Infinity",
            "1e5",
            "1E5",
            "1_000",
            "0x10",
            "9 262",
            "9\u00a0262",
            "9\u2009262",
            "9'262",
        ),
        *(
            "\u0663",
            "\uff19",
            "1\u0663",
            "\u00b2",
            "46,31%",
            "6 tỷ",
            "1/2",
            "9.262.",
            "1,2,3",
            "9" * (MAX_LENGTH + 1),
        ),
    ],
)
def test_refused_in_vietnamese(text: str) -> None:
    with pytest.raises(NumberFormError, match=r"is not a number as written in Vietnamese: .+\. Write .+\."):
        parse_number(text, "vi")


@pytest.mark.parametrize(
    "text", ["46,31", "0,052", "1,23,456", "12,34", "1.469,72", "1234,567", "1,469.72.", "1e5"]
)
def test_refused_in_english(text: str) -> None:
    with pytest.raises(NumberFormError, match=r"is not a number as written in English: .+\. Write .+\."):
        parse_number(text, "en")


@pytest.mark.parametrize(
    ("text", "lang", "why_and_how"),
    [
        ("0.52", "vi", "a dot groups digits by three, a comma begins decimals. Write 0,52."),
        ("1,234,567", "vi", "a dot groups digits by three, a comma begins decimals. Write 1.234.567."),
        ("1.469,72", "en", "a comma groups digits by three, a dot begins decimals. Write 1,469.72."),
        ("9 262", "vi", "there is a space in it. Write it like 1.469,72."),
        ("1e5", "vi", "'e' can't stand in it. Write it like 1.469,72."),
        ("\uff19", "vi", "'\uff19' is not a digit from 0 to 9. Write it like 1.469,72."),
    ],
)
def test_a_refusal_says_what_why_and_how(text: str, lang: Lang, why_and_how: str) -> None:
    with pytest.raises(NumberFormError) as refused:
        parse_number(text, lang)
    name = {"vi": "Vietnamese", "en": "English"}[lang]
    assert str(refused.value) == f"{text!r} is not a number as written in {name}: {why_and_how}"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("9.262", ["9262", "9.262"]),
        ("9,262", ["9.262", "9262"]),
        ("0.52", ["0.52"]),
        ("1.469,72", ["1469.72"]),
        ("20000", ["20000"]),
        ("1.23.456", []),
        ("", []),
    ],
)
def test_readings_in_both_conventions(text: str, numbers: list[str]) -> None:
    assert [str(number) for number in readings(text)] == numbers


@given(DECIMALS, LANGS)
def test_what_is_written_reads_back(value: Decimal, lang: Lang) -> None:
    assert parse_number(format_number(value, None, lang), lang) == value
    assert parse_number(format_number(value, None, lang, trim=True), lang) == value
    assert parse_machine_number(f"{value:f}") == value


@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    langs: tuple[Lang, Lang] = ("vi", "en")
    for lang in langs:
        with suppress(NumberFormError):
            assert parse_number(text, lang) in readings(text)
        with suppress(DateFormError):
            assert parse_date(text, lang).year >= 1900
    with suppress(NumberFormError):
        assert parse_machine_number(text) == Decimal(text)
    with suppress(DateFormError):
        assert parse_iso_date(text).isoformat() == text


# Machine numbers


@pytest.mark.parametrize(
    "text", ["1469.72", "-0.52", "20000", "0", "0.0520", "9.262", "1." + "0" * (MAX_LENGTH - 2)]
)
def test_machine_numbers_are_read(text: str) -> None:
    assert str(parse_machine_number(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " 5",
            "5 ",
            "5\n",
            "+5",
            "-",
            "--5",
            ".5",
            "5.",
            "-.5",
            "1.2.3",
            "1e5",
            "1E5",
            "NaN",
            "inf",
            "1_000",
            "007",
        ),
        *("\u0663", "\uff15", "\u00b2", "0x1", "5%", "1,5", "-00", "9" * (MAX_LENGTH + 1)),
    ],
)
def test_machine_numbers_refused(text: str) -> None:
    with pytest.raises(NumberFormError, match="is not a plain number"):
        parse_machine_number(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1.469,72", "Write 1469.72."),
        ("1,469.72", "Write 1469.72."),
        ("46,31", "Write 46.31."),
        ("1.234.567", "Write 1234567."),
        ("1,234,567", "Write 1234567."),
        ("\u22125", "Write -5."),
        ("9,262", "it could be 9.262 or 9262. Write the one that is meant."),
        ("abc", "Write it like 1469.72."),
    ],
)
def test_machine_numbers_hint_at_what_was_meant(text: str, hint: str) -> None:
    with pytest.raises(NumberFormError) as refused:
        parse_machine_number(text)
    assert str(refused.value).endswith(hint)


# Dates

MAY_15 = date(2023, 5, 15)


def test_dates_are_written() -> None:
    assert format_date(MAY_15, "vi") == "15/5/2023"
    assert format_date(MAY_15, "en") == "15 May 2023"
    assert format_date(date(2022, 11, 1), "vi") == "1/11/2022"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        *[(text, "vi") for text in ("15/5/2023", "15/05/2023", "15-5-2023", "15.5.2023", "ngày 15/5/2023")],
        *[
            (text, "vi")
            for text in ("Ngày 15.05.2023", "ngày 15 tháng 5 năm 2023", "ngày 15 tháng 05 năm 2023")
        ],
        (unicodedata.normalize("NFD", "ngày 15 tháng 5 năm 2023"), "vi"),
        ("2023-05-15", "vi"),
        *[(text, "en") for text in ("2023-05-15", "15 May 2023", "May 15, 2023")],
    ],
)
def test_dates_are_read(text: str, lang: Lang) -> None:
    assert parse_date(text, lang) == MAY_15


@pytest.mark.parametrize(
    ("text", "lang", "hint"),
    [
        *[
            (text, "vi", "Write it like 15/5/2023")
            for text in ("", "15/5", "15/5/23", "15/5-2023", "15 / 5 / 2023")
        ],
        *[
            (text, "vi", "Write it like 15/5/2023")
            for text in ("15/5/2023 ", "115/5/2023", "\u0661/5/2023", "2023-5-15")
        ],
        *[
            (text, "vi", "Write it like 15/5/2023")
            for text in ("15 tháng 5 năm 2023", "ngày 15 tháng 5", "20230515")
        ],
        ("May 15, 2023", "vi", "Write 15/5/2023 if that is meant"),
        ("15/5/2023", "en", "Write 15 May 2023 if that is meant"),
        *[
            (text, "en", "Write it like 15 May 2023")
            for text in ("15 may 2023", "May 15 2023", "15 Mai 2023", "5/15/23")
        ],
        ("31/2/2023", "vi", "there is no day 31; February 2023 has 28 days"),
        ("29/2/2023", "vi", "there is no day 29; February 2023 has 28 days"),
        ("0/5/2023", "vi", "there is no day 0; May 2023 has 31 days"),
        ("5/15/2023", "vi", "there is no month 15"),
        ("2023-00-10", "en", "there is no month 0"),
        ("31 April 2023", "en", "there is no day 31; April 2023 has 30 days"),
        ("15/5/0203", "vi", "the year 203 is not between 1900 and 2199"),
    ],
)
def test_dates_refused(text: str, lang: Lang, hint: str) -> None:
    with pytest.raises(DateFormError) as refused:
        parse_date(text, lang)
    assert hint in str(refused.value)


@pytest.mark.parametrize("text", ["1900-01-01", "2023-05-15", "2024-02-29", "2100-02-28", "2199-12-31"])
def test_iso_dates_are_read(text: str) -> None:
    assert parse_iso_date(text) == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("15/5/2023", "Write 2023-05-15 if 15 May 2023 is meant."),
        ("ngày 15 tháng 5 năm 2023", "Write 2023-05-15 if 15 May 2023 is meant."),
        ("May 15, 2023", "Write 2023-05-15 if 15 May 2023 is meant."),
        *[
            (text, "Write it like 2023-05-15.")
            for text in ("", "2023-5-15", "20230515", "2023-05-15 ", "2023-05-15T00:00")
        ],
        *[
            (text, "Write it like 2023-05-15.")
            for text in ("2023-W20-1", "2023-135", "202\u0663-05-15", "31/2/2023")
        ],
        ("2023-02-29", "there is no day 29; February 2023 has 28 days."),
        ("2100-02-29", "there is no day 29; February 2100 has 28 days."),
        ("2023-13-01", "there is no month 13; months go from 1 to 12."),
        ("1899-12-31", "the year 1899 is not between 1900 and 2199."),
        ("2200-01-01", "the year 2200 is not between 1900 and 2199."),
    ],
)
def test_iso_dates_refused(text: str, hint: str) -> None:
    with pytest.raises(DateFormError) as refused:
        parse_iso_date(text)
    assert str(refused.value).endswith(hint)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), LANGS)
def test_written_dates_read_back(day: date, lang: Lang) -> None:
    assert parse_date(format_date(day, lang), lang) == day
    assert parse_date(day.isoformat(), lang) == parse_iso_date(day.isoformat()) == day
