"""From a rulebook's folder to its merged sections: files, includes and shape, with every issue collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from pydantic import ValidationError

from engine import schema
from engine.errors import Code, Issues, Place
from engine.files import STANDARD_METRICS, Root, read_text
from engine.words import Message, did_you_mean, say
from engine.yamlfile import Path, Spot, Value, read_yaml

_HEAD = ("rulebook", "title", "year", "root", "stale_after")
_TYPES = {
    "string_type": "text",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "list_type": "list",
    "tuple_type": "list",
}


@dataclass(slots=True)
class Source:
    """A rulebook's files put together, before names and measures are linked.

    ``broken`` holds (section, name) of entries left out because they are faulty, so that whoever uses
    such a name is not blamed for it; ``standard`` the metrics that are always there.
    """

    root: Root
    folder: File
    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Spot] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    broken: set[tuple[str, str]] = field(default_factory=set)
    standard: frozenset[str] = frozenset()
    book: schema.Rulebook | None = None

    def key(self, *path: str | int) -> Place:
        """Where a key stands, or the nearest one above it."""
        while path:
            if path in self.keys:
                return self.keys[path]
            path = path[:-1]
        return Place(self.root.label(self.folder), 1, 1)

    def spot(self, *path: str | int) -> Spot:
        """Where a value stands, or the key it belongs to."""
        found = self.values.get(path)
        return found or Spot(self.key(*path))


def load_source(root: Root, folder: File, issues: Issues) -> Source:
    """Read and validate all files of a rulebook. ``book`` stays None where its head is faulty."""
    source = Source(root, folder)
    _read(source, STANDARD_METRICS, issues, set())
    source.standard = frozenset(source.data.get("metrics", {}))
    files = sorted(folder.glob("*.yaml"))
    if not files:
        place = Place(root.label(folder), 1, 1)
        issues.add(Code.FILE_NOT_FOUND, place, what=f"{root.label(folder)}/*.yaml")
        return source
    seen: set[File] = set()
    for file in files:
        if file.resolve().is_relative_to(root.folder.resolve()):
            _read(source, file.resolve(), issues, seen)
        else:
            place = Place(root.label(file), 1, 1)
            issues.add(Code.OUTSIDE_ROOT, place, hint=say("outside_root.hint"), what=file.name)
    _validate(source, issues)
    return source


def _read(source: Source, file: File, issues: Issues, seen: set[File]) -> None:
    if file in seen:
        return
    seen.add(file)
    label = source.root.label(file)
    text = read_text(file, label, issues)
    if text is None:
        return
    document = read_yaml(text, label, issues)
    replaced: set[str] = set()
    for section, value in document.data.items():
        if section in ("include", "data"):
            continue
        place = document.keys[(section,)]
        if section in _HEAD or section not in schema.SECTIONS:
            _head(source, section, value, place, issues)
        elif isinstance(value, dict):
            replaced |= _section(source, section, value, document.keys, issues)
        elif value is not None:
            issues.add(Code.WRONG_TYPE, place, expected=say("type.mapping"), got=_kind(value))
    for path, key in document.keys.items():
        if path[:1] != ("include",) and (len(path) < 2 or f"{path[0]}.{path[1]}" not in replaced):
            source.keys.setdefault(path, key)
    for path, spot in document.values.items():
        if path[:1] != ("include",) and (len(path) < 2 or f"{path[0]}.{path[1]}" not in replaced):
            source.values.setdefault(path, spot)
    _data_files(source, document.data.get("data"), document.keys, document.values, file, issues)
    _includes(source, document.data.get("include"), document.values, file, issues, seen)


def _head(source: Source, key: str, value: Value, place: Place, issues: Issues) -> None:
    if key in source.data:
        issues.add(Code.DUPLICATE_NAME, place, what=key, first=source.keys[(key,)])
        return
    source.data[key] = value


def _section(
    source: Source, section: str, value: dict[str, Value], keys: dict[Path, Place], issues: Issues
) -> set[str]:
    """Add a section's entries; returns those left out because their name is there already."""
    merged = source.data.setdefault(section, {})
    left_out: set[str] = set()
    for name, entry in value.items():
        if name not in merged:
            merged[name] = entry
        elif section == "metrics" and name in source.standard:
            # a standard metric may be restated, never changed: judged when formulas are linked
            source.data.setdefault("restated", {})[name] = (entry, keys[(section, name)])
            left_out.add(f"{section}.{name}")
        else:
            first = source.keys.get((section, name))
            issues.add(Code.DUPLICATE_NAME, keys[(section, name)], what=name, first=first)
            left_out.add(f"{section}.{name}")
    return left_out


def _data_files(
    source: Source,
    data: Value,
    keys: dict[Path, Place],
    values: dict[Path, Spot],
    file: File,
    issues: Issues,
) -> None:
    if data is None:
        return
    if not isinstance(data, dict):
        issues.add(Code.WRONG_TYPE, keys[("data",)], expected=say("type.mapping"), got=_kind(data))
        return
    known = schema.keys_at(("data",))
    for name, value in data.items():
        place = keys[("data", name)]
        if name not in known:
            issues.add(Code.UNKNOWN_KEY, place, hint=did_you_mean(name, known), what=name)
        elif name in source.files:
            issues.add(Code.DUPLICATE_NAME, place, what=name, first=source.files[name].name)
        elif not isinstance(value, str):
            issues.add(Code.WRONG_TYPE, place, expected=say("type.text"), got=_kind(value))
        else:
            path = source.root.file(value, file, values[("data", name)].place, issues)
            if path:
                source.files[name] = path
            else:
                source.broken.add(("data", name))


def _includes(
    source: Source, include: Value, values: dict[Path, Spot], file: File, issues: Issues, seen: set[File]
) -> None:
    if include is None:
        return
    if not isinstance(include, list):
        place = values[("include",)].place
        issues.add(Code.WRONG_TYPE, place, expected=say("type.list"), got=_kind(include))
        return
    for position, name in enumerate(include):
        place = values[("include", position)].place
        if not isinstance(name, str):
            issues.add(Code.WRONG_TYPE, place, expected=say("type.text"), got=_kind(name))
            continue
        path = source.root.file(name, file, place, issues)
        if path and path != STANDARD_METRICS:
            _read(source, path, issues, seen)


def _validate(source: Source, issues: Issues) -> None:
    """Check the shape; faulty named entries are taken out so that the sound ones can be linked."""
    data = {key: value for key, value in source.data.items() if key != "restated"}
    for _ in range(3):
        try:
            source.book = schema.Rulebook.model_validate(data)
            return
        except ValidationError as error:
            sound = True
            for fault in error.errors(include_url=False):
                path = tuple(part for part in fault["loc"] if part != "[key]")
                _issue(source, path, dict(fault), issues)
                sound = _drop(source, data, path) and sound
            if not sound:
                return


def _drop(source: Source, data: dict[str, Any], path: Path) -> bool:
    """Take out the faulty entry; False where it belongs to the head and can't be done without."""
    match path:
        case (str() as section, str() as name, *_) if (
            isinstance(data.get(section), dict) and section != "title"
        ):
            data[section] = {key: value for key, value in data[section].items() if key != name}
            source.broken.add((section, name))
            return True
        case (str() as key, *_) if key not in _HEAD or key == "stale_after":
            data.pop(key, None)
            return True
    return False


def _issue(source: Source, path: Path, fault: dict[str, Any], issues: Issues) -> None:
    kind, got, context = fault["type"], fault["input"], fault.get("ctx", {})
    name = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        known = schema.keys_at(path[:-1])
        issues.add(Code.UNKNOWN_KEY, source.key(*path), hint=did_you_mean(name, known), what=name)
    elif kind == "missing":
        place = source.key(*path[:-1])
        issues.add(Code.MISSING_KEY, place, what=name)
    elif kind in ("literal_error", "enum"):
        options = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        issues.add(
            Code.WRONG_CHOICE,
            source.spot(*path).place,
            hint=did_you_mean(str(got), options.split(", ")),
            what=got,
            options=options,
        )
    elif kind in {code.value for code in Code}:
        _own_fault(source, path, kind, got, context, issues)
    elif kind == "too_short":
        issues.add(Code.MISSING_KEY, source.key(*path), say("empty_mapping", what=name))
    elif kind in ("greater_than_equal", "less_than_equal"):
        limits = {"greater_than_equal": "ge", "less_than_equal": "le"}
        message = say(f"limit.{limits[kind]}", limit=context[limits[kind]])
        issues.add(Code.BAD_NUMBER, source.spot(*path).place, message)
    else:
        place = source.spot(*path).place
        expected = say(f"type.{_TYPES.get(kind, 'mapping')}")
        issues.add(Code.WRONG_TYPE, place, expected=expected, got=_kind(got))


def _own_fault(
    source: Source, path: Path, kind: str, got: object, context: dict[str, Any], issues: Issues
) -> None:
    code = Code(kind)
    place = source.spot(*path).place
    if code in (Code.NOT_SUPPORTED, Code.BAD_IDENTIFIER) and path in source.keys:
        place = source.keys[path]
    values = {key: value for key, value in context.items() if key not in ("key", "hint")}
    values.setdefault("what", path[-1] if path else "")
    if code is Code.WRONG_TYPE:
        values = {"expected": say(f"type.{context['expected']}"), "got": _kind(got)}
    hint = say(context["hint"], what=context.get("meant", "")) if context.get("hint") else None
    issues.add(code, place, say(context["key"], **values), hint)


def _kind(value: object) -> Message:
    """What a value is, in words."""
    match value:
        case None:
            return say("type.nothing")
        case bool():
            return say("type.boolean")
        case dict():
            return say("type.mapping")
        case list():
            return say("type.list")
        case str():
            return say("type.this_text", what=value if len(value) <= 40 else value[:39] + "…")
        case _:
            return say("type.this_number", what=str(value))
