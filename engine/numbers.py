"""Number and date forms, Vietnamese and English, both ways; rounding (§7) and the forms of data files.

Strict in both directions: a text that another convention reads differently is refused with a hint, never
guessed. `9.262` is 9262 to a Vietnamese reader, `0.52` is nothing (and not 52), `9,262` is 9.262.
"""

import operator
import re
from datetime import date, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Literal

Lang = Literal["vi", "en"]
Number = float | int | Decimal | Fraction

MAX_LENGTH = 40
FIRST_YEAR, LAST_YEAR = 1900, 2199
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class NumberFormError(ValueError):
    """A text that is not a number in the form asked for."""


class DateFormError(ValueError):
    """A text that is not a date in the form asked for, or a date that does not exist."""


# Rounding (§7)


def _unbounded() -> Context:
    # The usual context keeps 28 digits and would round sums of VND behind our back.
    return Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_UP)


def exact(value: Number) -> Decimal:
    """The exact decimal meant by a value (§7).

    A float below 10**15 means its 15 significant digits: 28.499999999999996 is 28.5. From there on it means
    its shortest repr, since 15 digits would cut whole units off. Other numbers are unchanged.

    Raises ValueError for NaN and infinity, and for a fraction without a finite decimal (1/3).
    """
    if isinstance(value, float):
        shortest = float.__repr__(value).removesuffix(".0")
        number = Decimal(f"{value:.15g}" if abs(value) < 1e15 else shortest)
    elif isinstance(value, Decimal):
        number = value
    elif isinstance(value, Fraction):
        number = _finite(value)
    else:
        number = Decimal(operator.index(value))
    if not number.is_finite():
        raise ValueError(f"{number} is not a number that can be rounded or written; unknown is None (§3)")
    return number


def _finite(value: Fraction) -> Decimal:
    denominator = value.denominator
    if pow(10, denominator.bit_length(), denominator):
        raise ValueError(f"{value} has no finite decimal: round it with round_half_up, or give decimals")
    places = 0
    while 10**places % denominator:
        places += 1
    return Decimal(value.numerator * 10**places // denominator).scaleb(-places, _unbounded())


def round_half_up(value: Number, decimals: int) -> Decimal:
    """Round to `decimals` digits after the point, half up, on the exact decimal (§7).

    A tie goes away from zero, also below zero (-0.125 to -0.13), as in offices and in Excel's ROUND. Negative
    `decimals` round to tens, hundreds and so on. A fraction is rounded as it is, 1/3 too. Zero has no sign.

    Raises ValueError for NaN and infinity.
    """
    context = _unbounded()
    if isinstance(value, Fraction):
        scaled = abs(value) * Fraction(10) ** decimals
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        rounded = Decimal(-whole if value < 0 else whole).scaleb(-decimals, context)
    else:
        rounded = exact(value).quantize(Decimal((0, (1,), -decimals)), context=context)
    if decimals < 0:
        rounded = rounded.quantize(Decimal(1), context=context)
    return _unsigned_zero(rounded)


def _unsigned_zero(number: Decimal) -> Decimal:
    return number or number.copy_abs()


# Writing


def format_number(value: Number, decimals: int | None, lang: Lang, *, trim: bool = False) -> str:
    """Write a number with grouping: `9.262` and `1.469,72` in vi, `9,262` and `1,469.72` in en (§7).

    Exactly `decimals` digits are shown, rounded half up; None shows all digits of the exact decimal. `trim`
    drops trailing zeros, for sentences. Minus is a hyphen, which spreadsheets can read; zero has none.

    Raises ValueError as `exact` does when `decimals` is None, else as `round_half_up` does.
    """
    if type(value) is int and not decimals:  # as below, at a tenth of the time: tables are full of them
        text = f"{value:,}"
    else:
        number = exact(value) if decimals is None else round_half_up(value, decimals)
        text = f"{_unsigned_zero(number):,f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate({ord("."): ",", ord(","): "."}) if lang == "vi" else text


def format_percent(ratio: Number, decimals: int | None, lang: Lang, *, trim: bool = False) -> str:
    """Write a ratio as a percentage without a space: 0.4631 is `46,31%` in vi, `46.31%` in en (§7).

    `decimals` counts digits of the percentage. Raises ValueError as `format_number` does.
    """
    percent = ratio * 100 if isinstance(ratio, Fraction) else exact(ratio).scaleb(2, _unbounded())
    return format_number(percent, decimals, lang, trim=trim) + "%"


def format_date(day: date, lang: Lang) -> str:
    """Write a date: `15/5/2023` in vi, as reports do, without padding; `15 May 2023` in en."""
    if lang == "vi":
        return f"{day.day}/{day.month}/{day.year}"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


# Reading numbers


def _form(group: str, point: str) -> re.Pattern[str]:
    # A first group is never 0: `0.052` is an English fraction, not 52.
    whole = rf"0|[1-9][0-9]*|[1-9][0-9]{{0,2}}(?:[{group}][0-9]{{3}})+"
    return re.compile(rf"(?P<minus>[-\u2212])?(?P<whole>{whole})(?:[{point}](?P<part>[0-9]+))?")


_NUMBERS: dict[Lang, re.Pattern[str]] = {"vi": _form(".", ","), "en": _form(",", ".")}
_MACHINE = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
# A form's name in messages, its rule and an example.
_VI = (
    "a number as written in Vietnamese",
    "a dot groups digits by three, a comma begins decimals",
    "1.469,72",
)
_EN = ("a number as written in English", "a comma groups digits by three, a dot begins decimals", "1,469.72")
_PLAIN = ("a plain number", "a dot begins decimals, digits are not grouped", "1469.72")


def parse_number(text: str, lang: Lang) -> Decimal:
    """The number that a text means in one convention: vi `1.469,72`, en `1,469.72`.

    Digits are grouped by exactly three, the first group not 0, or not at all. A leading minus may be a hyphen
    or U+2212. Refused: spaces anywhere (no-break and thin ones too), plus, exponent, leading zeros, a dot or
    comma at an end, digits other than 0-9, more than 40 characters. A % behind it is the caller's.

    Raises NumberFormError.
    """
    number = _read(text, lang)
    if number is None:
        meant = [format_number(reading, None, lang) for reading in readings(text)]
        raise NumberFormError(_refusal(text, _VI if lang == "vi" else _EN, meant))
    return number


def parse_machine_number(text: str) -> Decimal:
    """The number in a cell of a data file: `1469.72`, `-0.52`, `20000`.

    Refused: plus, exponent, grouping, leading zeros, a dot at an end, spaces, digits other than 0-9, more
    than 40 characters.

    Raises NumberFormError, with what to write when the text is a Vietnamese or English form.
    """
    if len(text) <= MAX_LENGTH and _MACHINE.fullmatch(text):
        return _unsigned_zero(Decimal(text))
    meant = [f"{reading:f}" for reading in readings(text)]
    raise NumberFormError(_refusal(text, _PLAIN, meant))


def readings(text: str) -> list[Decimal]:
    """Every number that a text can mean, Vietnamese reading first: `9.262` is 9262 or 9.262, `x` nothing."""
    found = [number for number in (_read(text, "vi"), _read(text, "en")) if number is not None]
    return list(dict.fromkeys(found))


def _read(text: str, lang: Lang) -> Decimal | None:
    match = _NUMBERS[lang].fullmatch(text) if len(text) <= MAX_LENGTH else None
    if match is None:
        return None
    whole = match["whole"].replace(".", "").replace(",", "")
    minus = "-" if match["minus"] else ""
    return _unsigned_zero(Decimal(f"{minus}{whole}.{match['part'] or ''}"))


def _refusal(text: str, form: tuple[str, str, str], meant: list[str]) -> str:
    """What is refused, why, and how to write it."""
    name, rule, example = form
    if len(meant) > 1:
        return f"{_quote(text)} is not {name}: it could be {' or '.join(meant)}. Write the one that is meant."
    why = _why(text, "-." if form is _PLAIN else "-\u2212.,") or rule
    how = meant[0] if meant else f"it like {example}"
    return f"{_quote(text)} is not {name}: {why}. Write {how}."


def _why(text: str, marks: str) -> str | None:
    if not text:
        return "it is empty"
    if len(text) > MAX_LENGTH:
        return f"it has more than {MAX_LENGTH} characters"
    if any(char.isspace() for char in text):
        return "there is a space in it"
    if strange := next((char for char in text if char not in "0123456789" + marks), None):
        return f"{strange!r} " + ("is not a digit from 0 to 9" if strange.isdigit() else "can't stand in it")
    digits = text[1:] if text[0] in "-\u2212" else text
    if "-" in digits or "\u2212" in digits:
        return "only one minus may stand in it, in front"
    if not (digits[:1].isdigit() and digits[-1].isdigit()):
        return "it has to begin and end with a digit"
    if re.match("0[0-9]", digits):
        return "it begins with a zero too many"
    return None


def _quote(text: str) -> str:
    return repr(text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + "...")


# Reading dates

_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_DAY, _YEAR = "(?P<day>[0-9]{1,2})", "(?P<year>[0-9]{4})"
_NAME = f"(?P<month>{'|'.join(MONTHS)})"
# Texts copied from PDF or macOS carry accents as characters of their own.
_NGAY, _THANG, _NAM = "[Nn]g(?:\u00e0|a\u0300)y", "th(?:\u00e1|a\u0301)ng", "n(?:\u0103|a\u0306)m"
_DATES: dict[Lang, tuple[re.Pattern[str], ...]] = {
    "vi": (
        _ISO,
        re.compile(rf"(?:{_NGAY} )?{_DAY}(?P<mark>[/.-])(?P<month>[0-9]{{1,2}})(?P=mark){_YEAR}"),
        re.compile(rf"{_NGAY} {_DAY} {_THANG} (?P<month>[0-9]{{1,2}}) {_NAM} {_YEAR}"),
    ),
    "en": (_ISO, re.compile(f"{_DAY} {_NAME} {_YEAR}"), re.compile(f"{_NAME} {_DAY}, {_YEAR}")),
}


def parse_date(text: str, lang: Lang) -> date:
    """The date that a text means, from 1900 to 2199; the ISO form `2023-05-15` is read in both languages.

    vi: `15/5/2023`, `15-05-2023`, `15.5.2023`, each also after `ngày`, and `ngày 15 tháng 5 năm 2023`.
    en: `15 May 2023`, `May 15, 2023`.

    Raises DateFormError, for dates that don't exist too.
    """
    for pattern in _DATES[lang]:
        if match := pattern.fullmatch(text):
            return _date(text, match)
    meant = _other_date(text)
    name, example = ("Vietnamese", "15/5/2023") if lang == "vi" else ("English", "15 May 2023")
    how = f"Write {format_date(meant, lang)} if that is meant" if meant else f"Write it like {example}"
    raise DateFormError(f"{_quote(text)} is not a date as written in {name}. {how}.")


def parse_iso_date(text: str) -> date:
    """The date in a cell of a data file: `2023-05-15` and nothing else, from 1900 to 2199.

    Raises DateFormError, with what to write when the text is a Vietnamese or English form.
    """
    if match := _ISO.fullmatch(text):
        return _date(text, match)
    meant = _other_date(text)
    how = f"Write {meant} if {format_date(meant, 'en')} is meant" if meant else "Write it like 2023-05-15"
    raise DateFormError(f"{_quote(text)} is not a date as in data files. {how}.")


def _other_date(text: str) -> date | None:
    for pattern in (*_DATES["vi"], *_DATES["en"]):
        if match := pattern.fullmatch(text):
            try:
                return _date(text, match)
            except DateFormError:
                return None
    return None


def _date(text: str, match: re.Match[str]) -> date:
    year, day, name = int(match["year"]), int(match["day"]), match["month"]
    month = MONTHS.index(name) + 1 if name in MONTHS else int(name)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateFormError(f"{_quote(text)}: the year {year} is not between {FIRST_YEAR} and {LAST_YEAR}.")
    if not 1 <= month <= 12:
        raise DateFormError(f"{_quote(text)}: there is no month {month}; months go from 1 to 12.")
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    if not 1 <= day <= last:
        raise DateFormError(
            f"{_quote(text)}: there is no day {day}; {MONTHS[month - 1]} {year} has {last} days."
        )
    return date(year, month, day)
