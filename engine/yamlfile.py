"""YAML 1.2 with a place for every key and value.

The scanner is PyYAML's (libyaml where it is built in); what a scalar means is decided here, by the
core schema of YAML 1.2, so that ``no`` stays a word and ``20.000`` keeps its digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from engine.errors import Code, Issues, Place
from engine.words import say

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 20
MAX_NUMBER = 60

Key = str | int
Path = tuple[Key, ...]
Value = None | bool | int | Decimal | str | list["Value"] | dict[str, "Value"]

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands: its first character, and the piece of the file it is written as."""

    place: Place
    raw: str = ""
    style: str = ""

    def at(self, value: str, offset: int) -> Place:
        """The place of the character ``offset`` of the value, wherever quotes and folds put it."""
        reached = _aligned(self.raw, value, offset, self.style)
        before = self.raw[:reached]
        line = before.count("\n")
        column = len(before) - (before.rfind("\n") + 1) + (0 if line else self.place.column - 1)
        return Place(self.place.file, self.place.line + line, column + 1)


def _aligned(raw: str, value: str, offset: int, style: str) -> int:
    """The index in ``raw`` of the value's character: the same letters in the same order."""
    at = raw.find("\n") + 1 if style in "|>" and style else int(style in "'\"" and bool(style))
    for char in value[:offset]:
        if not char.isspace():
            at = max(raw.find(char, at), at - 1) + 1
    target = value[offset] if offset < len(value) else ""
    if target and not target.isspace():
        return max(raw.find(target, at), at)
    return at


@dataclass(slots=True)
class Document:
    """A file's data with the places of its keys and values, by path from the top."""

    file: str
    data: dict[str, Value] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Spot] = field(default_factory=dict)


def read_yaml(text: str, file: str, issues: Issues) -> Document:
    """Parse a YAML text whose top is a mapping. Faults go to ``issues``, sound parts are returned.

    ``file`` is the name that places carry.
    """
    document = Document(file)
    if len(text) > MAX_CHARACTERS:
        issues.add(Code.TOO_LARGE, Place(file, 1, 1), limit=MAX_CHARACTERS)
        return document
    try:
        events = _Events(yaml.parse(text, Loader=_Loader))
        _Builder(text, document, issues).stream(events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        issues.add(Code.YAML_SYNTAX, place, why=error.problem or error.context or "")
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        issues.add(Code.YAML_SYNTAX, place, why=str(error.reason))
    except _TooDeepError as error:
        issues.add(Code.YAML_SYNTAX, error.place, why=f"more than {MAX_DEPTH} levels")
    return document


class _TooDeepError(Exception):
    def __init__(self, place: Place) -> None:
        self.place = place


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
                    self.issues.add(Code.YAML_SYNTAX, self.place(event), say("one_document"))
                    return
                first = events.next()
                value = self.value(first, events, (), 0)
                if isinstance(value, dict):
                    self.document.data = value
                elif value is not None:
                    self.issues.add(Code.WRONG_TYPE, self.place(first), say("top_is_mapping"))

    def value(self, event: yaml.Event, events: _Events, path: Path, depth: int) -> Value:
        place = self.place(event)
        if depth > MAX_DEPTH:
            raise _TooDeepError(place)
        if isinstance(event, yaml.AliasEvent):
            self.issues.add(Code.YAML_ANCHOR, place, what=f"*{event.anchor}")
            return None
        self.refuse_extras(event, place)
        if isinstance(event, yaml.ScalarEvent):
            assert event.start_mark is not None
            assert event.end_mark is not None
            raw = self.text[event.start_mark.index : event.end_mark.index]
            self.document.values[path] = Spot(place, raw, event.style or "")
            return self.scalar(event, place)
        self.document.values[path] = Spot(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, path, depth)
        return self.mapping(events, path, depth)

    def refuse_extras(self, event: Any, place: Place) -> None:
        """Anchors and tags say things that a reader of the rulebook can't see (DESIGN §3)."""
        if event.anchor:
            self.issues.add(Code.YAML_ANCHOR, place, what=f"&{event.anchor}")
        if event.tag:
            self.issues.add(Code.YAML_TAG, place, what=event.tag)

    def sequence(self, events: _Events, path: Path, depth: int) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := events.next(), yaml.SequenceEndEvent):
            items.append(self.value(event, events, (*path, len(items)), depth + 1))
        return items

    def mapping(self, events: _Events, path: Path, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while not isinstance(event := events.next(), yaml.MappingEndEvent):
            place = self.place(event)
            if not isinstance(event, yaml.ScalarEvent):
                self.issues.add(Code.WRONG_TYPE, place, say("key_is_text"))
                self.value(event, events, (*path, ""), depth + 1)
                self.value(events.next(), events, (*path, ""), depth + 1)
                continue
            self.refuse_extras(event, place)
            key = event.value
            if key in found:
                self.issues.add(Code.DUPLICATE_KEY, place, what=key)
                self.value(events.next(), events, (*path, key, ""), depth + 1)
                continue
            self.document.keys[(*path, key)] = place
            found[key] = self.value(events.next(), events, (*path, key), depth + 1)
        return found

    def scalar(self, event: yaml.ScalarEvent, place: Place) -> Value:
        text = event.value
        if event.style or not event.implicit[0]:
            return text
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
            return text.lower() == "true"
        if _NOT_FINITE.fullmatch(text):
            self.issues.add(Code.NOT_FINITE, place, what=text)
            return None
        if len(text) <= MAX_NUMBER and _INT.fullmatch(text):
            return int(text)
        if len(text) <= MAX_NUMBER and _FLOAT.fullmatch(text):
            number = Decimal(text)
            if abs(number.adjusted()) > 300:
                self.issues.add(Code.NOT_FINITE, place, what=text)
                return None
            return number
        return text
