"""Overlays as they are given (§12): a scenario's name, files, single settings. Nothing is applied here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import Any

from engine.errors import Code, Issue, Issues, Place, RuleError
from engine.files import read_text
from engine.words import say
from engine.yamlfile import MAX_DEPTH, Document, Path, Spot, Value, read_yaml, unreadable

_VALUE = "value: "
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Layer:
    """One overlay: the mapping of a file, an option or a request, with its places.

    ``by``: what the answers call it; ``short``: a path may begin with a quota's name.
    """

    by: str
    document: Document
    short: bool = False


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is laid over a rulebook, in order: a scenario of its own, then the layers; later ones win.

    ``allocation``: the one asked for, which holds and quotas' names are about.
    """

    scenario: str | None = None
    layers: tuple[Layer, ...] = ()
    allocation: str | None = None

    def with_allocation(self, allocation: str | None) -> Overlay:
        """The same for another allocation."""
        return replace(self, allocation=allocation)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is laid over the rulebook."""
        return self.scenario is None and not self.layers


NOTHING = Overlay()


def shortened(text: str) -> str:
    """What was written, short enough for a message."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class _Option:
    """The words of an option, for the places of what they say."""

    name: str
    text: str
    issues: Issues = field(default_factory=Issues)

    def place(self, column: int = 1) -> Place:
        return Place(f"{self.name} {shortened(self.text)}", 1, column)

    def bad(self, hint: str) -> RuleError:
        """That the option says no change."""
        message = say("bad_setting", what=shortened(self.text))
        return RuleError([Issue(Code.BAD_SETTING, message, self.place(), say(hint))])

    def value(self, raw: str, before: int) -> tuple[Value, dict[Path, Place], dict[Path, Spot]]:
        """The value that begins after ``before`` characters, read as YAML; with places below it."""
        found, shift = Issues(), before - len(_VALUE)
        document = read_yaml(_VALUE + raw, self.place().file, found)
        self.issues.found += [
            replace(issue, place=_moved(issue.place, shift) if issue.place else None) for issue in found.found
        ]
        if set(document.data) != {"value"} or not raw.strip():
            if not self.issues.found:
                hint = say("setting_value.hint")
                self.issues.add(
                    Code.BAD_SETTING, self.place(before + 1), hint=hint, what=shortened(self.text)
                )
            return None, {}, {}
        keys = {path[1:]: _moved(place, shift) for path, place in document.keys.items() if path[1:]}
        spots = {
            path[1:]: Spot(_moved(spot.place, shift), spot.raw, spot.style)
            for path, spot in document.values.items()
            if path
        }
        return document.data["value"], keys, spots

    def layer(self, path: tuple[str, ...], raw: str | None, *, short: bool = False) -> Layer:
        """A layer that says one thing at one path; ``raw`` None: the value is the last part itself."""
        document = Document(self.place().file, whole=True)
        value: Value
        if raw is None:
            path, value = path[:-1], [path[-1]]
            keys: dict[Path, Place] = {}
            spots: dict[Path, Spot] = {(): Spot(self.place()), (0,): Spot(self.place(), self.text)}
        else:
            value, keys, spots = self.value(raw, len(self.text) - len(raw))
        if self.issues.found:
            raise RuleError(self.issues.found)
        document.values[()] = Spot(self.place())
        inner: Any = value
        for part in reversed(path):
            inner = {part: inner}
        document.data = inner
        for end in range(1, len(path) + 1):
            ahead = path[1 : end - 1]  # the key of the document, such as "set", isn't written
            column = sum(len(part) + 1 for part in ahead) + 1
            document.keys[path[:end]] = self.place(column if end > 1 else 1)
            document.values[path[:end]] = Spot(self.place(column))
        document.keys.update({(*path, *sub): place for sub, place in keys.items()})
        document.values.update({(*path, *sub): spot for sub, spot in spots.items()})
        return Layer(self.name, document, short)


def _moved(place: Place, shift: int) -> Place:
    return Place(place.file, place.line, place.column + shift if place.line == 1 else place.column)


def overlay_file(path: File, label: str) -> Layer:
    """The overlay in a YAML file. Raises RuleError (file_not_found, not_utf8, faults of YAML)."""
    issues = Issues()
    text = read_text(path, label, issues)
    document = read_yaml(text, label, issues) if text is not None else Document(label)
    issues.raise_errors()
    return Layer(label, document)


def overlay_mapping(data: Mapping[str, Any], label: str) -> Layer:
    """The overlay that a program gives as a mapping: texts, numbers (int or Decimal), lists, mappings.

    Places say the path in their file's name. Raises RuleError (yaml_syntax, not_finite) for what no YAML
    file could say.
    """
    document = Document(label, dict(data), whole=True)
    issues = Issues()
    _add_places(document, (), document.data, issues)
    issues.raise_errors()
    return Layer(label, document)


def _add_places(document: Document, path: Path, value: Any, issues: Issues) -> None:
    place = Place(shortened(".".join([document.file, *map(str, path)])), 1, 1)
    if len(path) > MAX_DEPTH:
        why = say("yaml.too_deep", limit=MAX_DEPTH)
        issues.add(Code.YAML_SYNTAX, place, say("yaml_syntax", why=why))
        return
    for said in (path[-1] if path else "", value):
        if strange := unreadable(said):
            is_text = isinstance(said, str)
            why = say("yaml.unprintable", what=strange)
            message = say("yaml_syntax", why=why) if is_text else say("not_finite", what=strange)
            issues.add(Code.YAML_SYNTAX if is_text else Code.NOT_FINITE, place, message)
    document.values[path] = Spot(place, value if isinstance(value, str) else "")
    if path and isinstance(path[-1], str):
        document.keys[path] = place
    items = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    for key, item in items:
        _add_places(document, (*path, key), item, issues)


def setting(text: str) -> Layer:
    """``--set PATH=VALUE``: the value as YAML, ``null`` to take away. Raises RuleError (bad_setting)."""
    option = _Option("--set", text)
    left, sign, raw = text.partition("=")
    path = tuple(left.split("."))
    if not sign or not all(path):
        raise option.bad("setting.hint")
    return option.layer(("set", *path), raw, short=True)


def hold(text: str) -> Layer:
    """``--hold UNIT.QUOTA=N``, or ``UNIT.QUOTA.PERIOD=N``. Raises RuleError (bad_setting)."""
    option = _Option("--hold", text)
    left, sign, raw = text.partition("=")
    path = tuple(left.split("."))
    if not sign or not all(path) or len(path) not in (2, 3):
        raise option.bad("setting_hold.hint")
    return option.layer(("hold", *path), raw)


def leave_out(text: str) -> Layer:
    """``--leave-out UNIT``. Raises RuleError (bad_setting)."""
    option = _Option("--leave-out", text)
    if not text.strip():
        raise option.bad("setting_leave_out.hint")
    return option.layer(("leave_out", text), None)


def freeze(text: str) -> Layer:
    """``--freeze DATE``: what was reached up to then is held. Raises RuleError (bad_setting)."""
    return _Option("--freeze", text).layer(("freeze",), text)
