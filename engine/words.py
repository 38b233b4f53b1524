"""Labels and messages in two languages. Vietnamese is the users' language, English stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache

from engine.messages import MESSAGES
from engine.numbers import Lang, format_date, format_number


@dataclass(frozen=True, slots=True)
class Message:
    """The same words in Vietnamese and in English: a label, a message, a cause.

    ``prose``: the English of a written document, with labels and dates in words where ``en``, which is for
    who keeps the rulebook, has names and ISO dates; empty where it is the same.
    """

    vi: str
    en: str
    prose: str = field(default="", compare=False, repr=False)

    def in_(self, lang: Lang) -> str:
        """The words in one language."""
        return self.vi if lang == "vi" else self.en

    def prose_in(self, lang: Lang) -> str:
        """The words as a written document in one language has them."""
        return self.vi if lang == "vi" else self.prose or self.en

    def __str__(self) -> str:
        return self.en


def both(text: str) -> Message:
    """One text for both languages, such as a name."""
    return Message(text, text)


def say(key: str, **values: object) -> Message:
    """The message with this key, its blanks filled in.

    A value may itself be a Message; numbers and dates take each language's form (§7).
    Raises KeyError for a key that engine.messages doesn't have: a bug of ours.
    """
    vi, en = MESSAGES[key]
    prose = ""
    if any(map(_has_prose, values.values())):
        prose = en.format(**{name: _prose(value) for name, value in values.items()})
    return Message(
        vi.format(**{name: _form(value, "vi") for name, value in values.items()}),
        en.format(**{name: _form(value, "en") for name, value in values.items()}),
        prose,
    )


def joined(parts: Iterable[object], separator: str = ", ") -> Message:
    """The parts in a row, each in its language."""
    items = list(parts)
    return Message(
        separator.join(_form(part, "vi") for part in items),
        separator.join(_form(part, "en") for part in items),
        separator.join(map(_prose, items)) if any(map(_has_prose, items)) else "",
    )


def did_you_mean(word: str, known: Iterable[str]) -> Message | None:
    """A hint that names the nearest known word, or None where none is near."""
    return _nearest(word, frozenset(known))


@lru_cache(maxsize=1_000)  # a metric is checked for each of its indicators, and so is a typo in it
def _nearest(word: str, known: frozenset[str]) -> Message | None:
    options = sorted(known)
    near = get_close_matches(word, options, n=1, cutoff=0.6)
    if near:
        return say("did_you_mean.hint", what=near[0])
    if 0 < len(options) <= 12:
        return say("known.hint", what=", ".join(options))
    return None


def _form(value: object, lang: Lang) -> str:
    match value:
        case Message():
            return value.in_(lang)
        case bool():
            return str(value).lower()
        case int() | float() | Decimal():
            return format_number(value, None, lang)
        case date():
            return format_date(value, lang) if lang == "vi" else value.isoformat()
        case _:
            return str(value)


def _has_prose(value: object) -> bool:
    return isinstance(value, date) or (isinstance(value, Message) and bool(value.prose))


def _prose(value: object) -> str:
    match value:
        case Message():
            return value.prose_in("en")
        case date():
            return format_date(value, "en")
        case _:
            return _form(value, "en")
