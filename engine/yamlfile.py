"""YAML 1.2 with a place for every key and value.

The scanner is PyYAML's (libyaml where it is built in); what a scalar means is decided here, by the
core schema of YAML 1.2, so that ``no`` stays a word and ``20.000`` keeps its digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from engine.errors import Code, Issues, Place
from engine.words import Message, both, say

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 20
MAX_NUMBER = 60
MAX_EXPONENT = 300

Key = str | int
Path = tuple[Key, ...]
Value = None | bool | int | Decimal | str | list["Value"] | dict[str, "Value"]

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
# YAML 1.1 ends a line at U+0085, U+2028 and U+2029 and 1.2 doesn't, so neither reading is safe
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CHARACTER = re.compile(r"(?s:.)")
_TOKENS: Mapping[str, re.Pattern[str]] = {
    "'": re.compile(r"(?s:''|.)"),
    '"': re.compile(r"(?s:\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|.)"),
}
"""What one character of a quoted value is written as."""
_BLANK_ESCAPES = frozenset("\n \tntrvf_NLP")
_PROBLEMS: Mapping[str, str] = {
    "mapping values are not allowed in this context": "yaml.colon",
    "did not find expected key": "yaml.indentation",
    "did not find expected '-' indicator": "yaml.dash_wanted",
    "block sequence entries are not allowed in this context": "yaml.dash",
    "did not find expected ',' or '}'": "yaml.brace",
    "did not find expected ',' or ']'": "yaml.bracket",
    "found unexpected end of stream": "open_quote",
    "found unexpected document indicator": "open_quote",
    "could not find expected ':'": "yaml.no_colon",
    "found character that cannot start any token": "unexpected",
    "did not find expected node content": "unexpected",
    "found unknown escape character": "yaml.escape",
    "found a tab character where an indentation space is expected": "yaml.tab",
    "found a tab character that violates indentation": "yaml.tab",
}
"""What the scanner says, by the message in our words where a reader can do something about it."""
_AT_CONTEXT = frozenset({"open_quote", "yaml.no_colon"})
_HINTS = frozenset({"yaml.colon", "yaml.escape", "yaml.tab"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands: its first character, and the piece of the file it is written as."""

    place: Place
    raw: str = ""
    style: str = ""

    def at(self, value: str, offset: int) -> Place:
        """The place of the character ``offset`` of the value, wherever quotes and folds put it."""
        before = self.raw[: _aligned(self.raw, value, offset, self.style)]
        line = before.count("\n")
        column = len(before) - (before.rfind("\n") + 1) + (0 if line else self.place.column - 1)
        return Place(self.place.file, self.place.line + line, column + 1)


def _aligned(raw: str, value: str, offset: int, style: str) -> int:
    """The index in ``raw`` of a character of the value: folds change blanks alone, so others are counted."""
    at_blank = not value[offset : offset + 1].strip()
    ahead = sum(not char.isspace() for char in value[:offset])
    start = end = raw.find("\n") + 1 if style in ("|", ">") else len(style)
    for token in _TOKENS.get(style, _CHARACTER).finditer(raw, start):
        text = token.group()
        if text.isspace() or (len(text) > 1 and text[0] == "\\" and _is_blank(text)):
            continue
        if ahead == 0:
            return end if at_blank else token.start()
        ahead, end = ahead - 1, token.end()
    return end


def _is_blank(escape: str) -> bool:
    code = escape[2:]
    return chr(int(code, 16)).isspace() if code else escape[1] in _BLANK_ESCAPES


@dataclass(slots=True)
class Document:
    """A file's data with the places of its keys and values, by path from the top.

    ``faulty``: paths whose value couldn't be read; ``whole``: whether the file was read to its end.
    """

    file: str
    data: dict[str, Value] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Spot] = field(default_factory=dict)
    faulty: set[Path] = field(default_factory=set)
    whole: bool = False


def read_yaml(text: str, file: str, issues: Issues) -> Document:
    """Parse a YAML text whose top is a mapping. Faults go to ``issues``, sound parts are returned.

    ``file`` is the name that places carry.
    """
    document = Document(file)
    if len(text) > MAX_CHARACTERS:
        issues.add(Code.TOO_LARGE, Place(file, 1, 1), limit=MAX_CHARACTERS)
        return document
    if strange := _UNPRINTABLE.search(text):
        message = say("yaml.unprintable", what=f"U+{ord(strange.group()):04X}")
        issues.add(Code.YAML_SYNTAX, _place_in(text, strange.start(), file), say("yaml_syntax", why=message))
        return document
    try:
        events = _Events(yaml.parse(text, Loader=_Loader))
        _Builder(text, document, issues).stream(events)
        document.whole = True
    except yaml.MarkedYAMLError as error:
        _report(error, text, file, issues)
    except _RefusedError as error:
        issues.add(error.code, error.place, error.message)
    return document


def unreadable(value: object) -> str | None:
    """What YAML couldn't have said so: a character that it refuses, or a number out of all bounds."""
    match value:
        case str():
            strange = _UNPRINTABLE.search(value)
            return f"U+{ord(strange.group()):04X}" if strange else None
        case bool():
            return None
        case int() | Decimal():
            number = Decimal(value)
            beyond = not number.is_finite() or abs(number.adjusted()) > MAX_EXPONENT
            return f"{number:.6e}" if beyond else None
    return None


def _place_in(text: str, index: int, file: str) -> Place:
    return Place(file, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def _report(error: yaml.MarkedYAMLError, text: str, file: str, issues: Issues) -> None:
    """The scanner's complaint as an issue; at the opening quote or the key where that is what's wrong."""
    problem = error.problem or error.context or ""
    key = _PROBLEMS.get(problem)
    mark = error.context_mark if key in _AT_CONTEXT else error.problem_mark
    index = mark.index if mark else 0
    char = text[index : index + 1]
    if char == "\t" and key == "unexpected":
        key = "yaml.tab"
    why = say(key, what=char) if key else both(problem)
    hint = say(f"{key}.hint") if key in _HINTS else None
    issues.add(Code.YAML_SYNTAX, _place_in(text, index, file), say("yaml_syntax", why=why), hint)


class _RefusedError(Exception):
    """Reading can't go on."""

    def __init__(self, place: Place, message: Message, code: Code = Code.YAML_SYNTAX) -> None:
        self.place, self.message, self.code = place, message, code


class _Events:
    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events

    def next(self) -> yaml.Event:
        return next(self.events)


class _Builder:
    def __init__(self, text: str, document: Document, issues: Issues) -> None:
        self.text, self.document, self.issues = text, document, issues

    def place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None  # parsed text always has marks
        return Place(self.document.file, mark.line + 1, mark.column + 1)

    def stream(self, events: _Events) -> None:
        documents = 0
        while not isinstance(event := events.next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _RefusedError(self.place(event), say("one_document"))
                first = events.next()
                if isinstance(first, yaml.MappingStartEvent):
                    self.value(first, events, (), 0)
                elif self.value(first, events, (), 0) is not None:
                    raise _RefusedError(self.place(first), say("top_is_mapping"), Code.WRONG_TYPE)

    def value(self, event: yaml.Event, events: _Events, path: Path, depth: int) -> Value:
        place = self.place(event)
        if depth > MAX_DEPTH:
            raise _RefusedError(place, say("yaml_syntax", why=say("yaml.too_deep", limit=MAX_DEPTH)))
        if isinstance(event, yaml.AliasEvent):
            self.document.values[path] = Spot(place)
            self.fault(Code.YAML_ANCHOR, place, path, f"*{event.anchor}", say("yaml_anchor.hint"))
            return None
        self.refuse_extras(event, place, path)
        if isinstance(event, yaml.ScalarEvent):
            assert event.start_mark is not None
            assert event.end_mark is not None
            raw = self.text[event.start_mark.index : event.end_mark.index]
            self.document.values[path] = Spot(place, raw, event.style or "")
            return self.scalar(event, place, path)
        self.document.values[path] = Spot(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, path, depth)
        return self.mapping(events, path, depth)

    def fault(self, code: Code, place: Place, path: Path, what: str, hint: Message | None = None) -> None:
        """A value that can't be read: whoever misses it knows from ``faulty`` why."""
        self.document.faulty.add(path)
        self.issues.add(code, place, hint=hint, what=what)

    def refuse_extras(self, event: Any, place: Place, path: Path) -> None:
        """Anchors and tags say things that a reader of the rulebook can't see (DESIGN §3)."""
        if event.anchor:
            self.issues.add(Code.YAML_ANCHOR, place, hint=say("yaml_anchor.hint"), what=f"&{event.anchor}")
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.fault(Code.YAML_TAG, place, path, tag, say("yaml_tag.hint"))

    def sequence(self, events: _Events, path: Path, depth: int) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := events.next(), yaml.SequenceEndEvent):
            items.append(self.value(event, events, (*path, len(items)), depth + 1))
        return items

    def mapping(self, events: _Events, path: Path, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {} if path else self.document.data
        while not isinstance(event := events.next(), yaml.MappingEndEvent):
            place = self.place(event)
            if not isinstance(event, yaml.ScalarEvent):
                self.document.faulty.add(path)
                if not isinstance(event, yaml.AliasEvent):
                    self.issues.add(Code.WRONG_TYPE, place, say("key_is_text"))
                self.value(event, events, (*path, ""), depth + 1)
                self.value(events.next(), events, (*path, ""), depth + 1)
                continue
            key = event.value
            self.refuse_extras(event, place, (*path, key))
            if key in found:
                first = self.document.keys[(*path, key)].line
                self.issues.add(Code.DUPLICATE_KEY, place, what=key, first=str(first))
                self.value(events.next(), events, (*path, key, ""), depth + 1)
                continue
            self.document.keys[(*path, key)] = place
            found[key] = self.value(events.next(), events, (*path, key), depth + 1)
        return found

    def scalar(self, event: yaml.ScalarEvent, place: Place, path: Path) -> Value:
        text = event.value
        if event.style or not event.implicit[0]:
            return text
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
            return text.lower() == "true"
        if len(text) <= MAX_NUMBER and _INT.fullmatch(text):
            return int(text)
        number = _decimal(text)
        if number is not None and not number.is_finite():
            self.fault(Code.NOT_FINITE, place, path, text)
            return None
        return text if number is None else number


def _decimal(text: str) -> Decimal | None:
    """A number with a point or an exponent, NaN where it is out of all bounds, None where it is none."""
    if _NOT_FINITE.fullmatch(text):
        return Decimal("NaN")
    if len(text) > MAX_NUMBER or not _FLOAT.fullmatch(text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
    return Decimal("NaN") if abs(number.adjusted()) > MAX_EXPONENT else number
