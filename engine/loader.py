"""From a rulebook's folder to its merged sections: files, includes and shape, with every issue collected."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import Any

from engine import schema
from engine.errors import Code, Issues, Place
from engine.files import STANDARD_METRICS, Root, read_text, real
from engine.overlaid import Overlaid, RowChange
from engine.scalars import kind_of
from engine.tables import Table, read_table
from engine.words import did_you_mean, say
from engine.yamlfile import Document, Path, Spot, Value, read_yaml

_HEAD = ("rulebook", "title", "year", "root", "stale_after")


@dataclass(slots=True)
class Source:
    """A rulebook's files put together, before names and measures are linked.

    ``tables``: the files that groupings and tables name, by the path of the key. ``broken`` holds
    (section, name) of entries and (key,) of head keys left out because they are faulty, so that whoever uses
    such a name is not blamed for it; ``whole`` is False where a file or a section couldn't be read, so that
    any name may be missing; ``standard`` the metrics that are always there, ``restated`` those that the
    rulebook states again, their places under ("restated", name). Overlays add ``rows`` by table and what they
    ``overlaid``; ``chosen``: the allocation that they are about. ``read``: sound tables by file and columns,
    so that a file is read once however many overlays are laid over the rulebook.
    """

    root: Root
    folder: File
    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Spot] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    tables: dict[Path, File] = field(default_factory=dict)
    broken: set[Path] = field(default_factory=set)
    whole: bool = True
    standard: frozenset[str] = frozenset()
    restated: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[RowChange]] = field(default_factory=dict)
    overlaid: list[Overlaid] = field(default_factory=list)
    scenario: str | None = None
    chosen: str | None = None
    book: schema.Rulebook | None = None
    read: dict[tuple[object, ...], Table] = field(default_factory=dict)

    def fresh(self) -> Source:
        """The same, for an overlay to be laid over it; the tables that were read are shared."""
        return replace(
            self,
            data=deepcopy(self.data),
            keys=dict(self.keys),
            values=dict(self.values),
            files=dict(self.files),
            tables=dict(self.tables),
            broken=set(self.broken),
            restated=dict(self.restated),
            rows={},
            overlaid=[],
        )

    def table(
        self, file: File, required: Sequence[str], optional: Sequence[str], issues: Issues
    ) -> Table | None:
        """A table of the rulebook, read from its file the first time."""
        key = (file, *required, "", *optional)
        if key in self.read:
            return self.read[key]
        found = Issues()
        table = read_table(file, self.root.label(file), required, optional, found)
        issues.found += found.found
        if table is not None and not found.found:
            self.read[key] = table
        return table

    def key(self, *path: str | int) -> Place:
        """Where a key stands, or the nearest one above it, or the rulebook's name."""
        while path:
            if path in self.keys:
                return self.keys[path]
            path = path[:-1]
        return self.keys.get(("rulebook",), Place(self.root.label(self.folder), 1, 1))

    def is_broken(self, section: str, name: str) -> bool:
        """Whether an entry may be there but is faulty, so that who names it isn't at fault."""
        return (section, name) in self.broken

    def may_have(self, section: str, name: str) -> bool:
        """Whether an entry may be there although it isn't among those read."""
        return not self.whole or self.is_broken(section, name)

    def broken_in(self, section: str) -> list[str]:
        """The names of a section's faulty entries."""
        return sorted(str(path[1]) for path in self.broken if len(path) > 1 and path[0] == section)

    def spot(self, *path: str | int) -> Spot:
        """Where a value stands, or the value it is the only item of, or the key it belongs to."""
        found = self.values.get(path)
        if found is None and path and isinstance(path[-1], int):
            found = self.values.get(path[:-1])
        return found or Spot(self.key(*path))


def read_source(root: Root, folder: File, issues: Issues) -> Source | None:
    """Read all files of a rulebook, to be validated once overlays lie over them. None if there are none."""
    source = Source(root, folder)
    _read(source, STANDARD_METRICS, issues, set())
    source.standard = frozenset(source.data.get("metrics", {}))
    files = sorted(file for file in folder.glob("*.yaml") if not file.name.startswith("."))
    if not files:
        place = Place(root.label(folder), 1, 1)
        issues.add(Code.FILE_NOT_FOUND, place, what=f"{root.label(folder)}/*.yaml")
        return None
    seen: set[File] = set()
    for file in files:
        if real(file).is_relative_to(real(root.folder)):
            _read(source, real(file), issues, seen)
        else:
            source.whole = False
            place = Place(root.label(file), 1, 1)
            issues.add(Code.OUTSIDE_ROOT, place, hint=say("outside_root.hint"), what=file.name)
    return source


def _read(source: Source, file: File, issues: Issues, seen: set[File]) -> None:
    if file in seen:
        return
    seen.add(file)
    label = source.root.label(file)
    text = read_text(file, label, issues)
    if text is None:
        source.whole = False
        return
    document = read_yaml(text, label, issues)
    source.whole &= document.whole
    _leave_out(source, document)
    left_out: set[Path] = set()
    for section, value in document.data.items():
        if section in ("include", "data"):
            continue
        place = document.keys[(section,)]
        if section in _HEAD or section not in schema.SECTIONS:
            left_out |= _head(source, section, value, place, issues)
        elif isinstance(value, dict):
            left_out |= _section(source, section, value, document.keys, issues)
        elif value is not None:
            source.whole = False
            at = document.values[(section,)].place
            issues.add(Code.WRONG_TYPE, at, expected=say("type.mapping"), got=kind_of(value))
    _places(source, document, left_out)
    _data_files(source, document, file, issues)
    _table_files(source, document, file, left_out, issues)
    _includes(source, document, file, issues, seen)


def _leave_out(source: Source, document: Document) -> None:
    """Take out what the file says in a way that can't be read; issues tell of it already."""
    for path in document.faulty:
        match path:
            case () | ("include", *_):
                source.whole = False
            case (str() as section, str() as name, *_) if section not in _HEAD:
                entries = document.data.get(section)
                if isinstance(entries, dict):
                    entries.pop(name, None)
                source.broken.add((section, name))
            case (str() as section, *_):
                document.data.pop(section, None)
                source.broken.add((section,))
                source.whole &= section in _HEAD


def _head(source: Source, key: str, value: Value, place: Place, issues: Issues) -> set[Path]:
    if key in source.data:
        issues.add(Code.DUPLICATE_NAME, place, what=key, first=source.keys[(key,)])
        return {(key,)}
    source.data[key] = value
    return set()


def _section(
    source: Source, section: str, value: dict[str, Value], keys: dict[Path, Place], issues: Issues
) -> set[Path]:
    """Add a section's entries; returns those left out because their name is there already."""
    merged = source.data.setdefault(section, {})
    left_out: set[Path] = set()
    for name, entry in value.items():
        if name not in merged:
            merged[name] = entry
            continue
        left_out.add((section, name))
        first = source.keys.get((section, name))
        if section == "metrics" and name in source.standard:
            # a standard metric may be restated, never changed: judged when formulas are linked
            if name not in source.restated:
                source.restated[name] = entry
                continue
            first = source.keys["restated", name]
        issues.add(Code.DUPLICATE_NAME, keys[section, name], what=name, first=first)
    return left_out


def _places(source: Source, document: Document, left_out: set[Path]) -> None:
    """Add the places of what was taken from a file."""

    def kept(path: Path) -> Path | None:
        if path[:1] == ("include",) or path[:1] in left_out:
            return None
        if path[:2] in left_out:
            again = path[0] == "metrics" and path[1] in source.restated
            return ("restated", *path[1:]) if again else None
        return path

    for path, key in document.keys.items():
        if found := kept(path):
            source.keys.setdefault(found, key)
    for path, spot in document.values.items():
        if found := kept(path):
            source.values.setdefault(found, spot)


def _data_files(source: Source, document: Document, file: File, issues: Issues) -> None:
    data = document.data.get("data")
    if data is None:
        return
    if not isinstance(data, dict):
        source.broken.add(("data", "units"))
        place = document.values[("data",)].place
        issues.add(Code.WRONG_TYPE, place, expected=say("type.mapping"), got=kind_of(data))
        return
    known = schema.keys_at(("data",))
    for name, value in data.items():
        key, place = document.keys["data", name], document.values["data", name].place
        if name not in known:
            hint = did_you_mean(name, known)
            issues.add(Code.UNKNOWN_KEY, key, hint=hint, what=name)
            source.broken |= {("data", n) for n in known if hint == say("did_you_mean.hint", what=n)}
        elif name in source.files:
            issues.add(Code.DUPLICATE_NAME, key, what=name, first=source.keys["data", name])
        elif not isinstance(value, str):
            source.broken.add(("data", name))
            issues.add(Code.WRONG_TYPE, place, expected=say("type.text"), got=kind_of(value))
        elif path := source.root.file(value, file, place, issues):
            source.files[name] = path
        else:
            source.broken.add(("data", name))


def _table_files(source: Source, document: Document, file: File, left_out: set[Path], issues: Issues) -> None:
    """Find the files that groupings and tables name, relative to the file that names them."""
    for section, key in (("groupings", "table"), ("tables", "file")):
        entries = document.data.get(section)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            value = entry.get(key) if isinstance(entry, dict) else None
            if not isinstance(value, str) or {(section,), (section, name)} & left_out:
                continue
            place = document.values[section, name, key].place
            if path := source.root.file(value, file, place, issues):
                source.tables[section, name, key] = path
            else:
                source.broken.add((section, name))


def _includes(source: Source, document: Document, file: File, issues: Issues, seen: set[File]) -> None:
    include = document.data.get("include")
    if include is None:
        return
    if not isinstance(include, list):
        source.whole = False
        place = document.values[("include",)].place
        issues.add(Code.WRONG_TYPE, place, expected=say("type.list"), got=kind_of(include))
        return
    for position, name in enumerate(include):
        place = document.values["include", position].place
        path = None
        if isinstance(name, str):
            path = source.root.file(name, file, place, issues)
        elif ("include", position) not in document.faulty:
            issues.add(Code.WRONG_TYPE, place, expected=say("type.text"), got=kind_of(name))
        if path is None:
            source.whole = False
        elif path != STANDARD_METRICS:
            _read(source, path, issues, seen)
