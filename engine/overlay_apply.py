"""Overlays laid over a rulebook's merged sections, each path checked, before anything is validated (§12)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import Code, Issues, Place
from engine.figures import OBSERVATION_COLUMNS, OPTIONAL_COLUMNS, TARGET_COLUMNS
from engine.loader import Source
from engine.overlaid import Overlaid, RowChange, plain
from engine.overlay import Layer, Overlay
from engine.overlay_paths import (
    FIXED,
    TABLES,
    is_sentence,
    is_there,
    known_paths,
    may_be_set,
    nearest,
    nested,
    value_at,
)
from engine.overlay_sentences import with_text
from engine.schema_reports import is_text
from engine.validation import validate_overlay
from engine.words import did_you_mean, say
from engine.yamlfile import Document, Path, Spot

KEYS = {
    "observations": ("indicator", "unit", "as_of", "basis"),
    "targets": ("indicator", "unit", "year"),
    "units": ("unit",),
}
"""What a row of each table is found by."""
COLUMNS = {
    "observations": (*OBSERVATION_COLUMNS, *OPTIONAL_COLUMNS),
    "targets": (*TARGET_COLUMNS, *OPTIONAL_COLUMNS),
}
"""What such a row may have; units have attributes of their own."""


def apply_overlay(source: Source, overlay: Overlay, issues: Issues) -> None:
    """Lay an overlay over a rulebook. What is faulty in it is told and left out."""
    layers = [*_scenario(source, overlay.scenario, issues), *_checked(source, overlay.layers, issues)]
    asked = [str(found) for layer in layers if (found := _own(layer, "allocation"))]
    if overlay.allocation is not None and overlay.scenario is not None and asked[:1]:
        _same_allocation(source, overlay, asked[0], issues)
    source.scenario = overlay.scenario
    source.chosen = overlay.allocation or (asked[-1] if asked else None)
    if _has_allocations(source, overlay, issues):
        for layer in layers:
            _Application(source, layer, issues).apply()


def _has_allocations(source: Source, overlay: Overlay, issues: Issues) -> bool:
    """Whether the allocation that the changes are about is there; else they would be about another one."""
    known = source.data.get("allocations")
    names = list(known) if isinstance(known, dict) else []
    named = [
        (str(name), layer.document.keys.get(("allocation",)))
        for layer in overlay.layers
        if (name := _own(layer, "allocation"))
    ]
    if overlay.allocation is not None:
        named.insert(0, (overlay.allocation, None))
    unknown = [
        (name, place)
        for name, place in named
        if name not in names and not source.may_have("allocations", name)
    ]
    for name, place in unknown:
        message, hint = (None, did_you_mean(name, names)) if names else (say("no_allocation"), None)
        issues.add(Code.UNKNOWN_ALLOCATION, place, message, hint, what=name)
    # that of a scenario is told where the scenario stands
    is_there = source.chosen is None or source.chosen in names
    return not unknown and (is_there or source.may_have("allocations", str(source.chosen)))


def _own(layer: Layer, key: str) -> Any:
    return layer.document.data.get(key)


def _same_allocation(source: Source, overlay: Overlay, meant: str, issues: Issues) -> None:
    if overlay.allocation != meant:
        place = source.key("scenarios", str(overlay.scenario), "allocation")
        message = say("scenario_allocation", what=overlay.scenario, meant=meant, got=overlay.allocation)
        issues.add(Code.UNKNOWN_ALLOCATION, place, message)


def _scenario(source: Source, name: str | None, issues: Issues) -> list[Layer]:
    """A scenario of the rulebook and those that it stands on, the lowest first."""
    layers: list[Layer] = []
    seen: list[str] = []
    place: Place | None = None
    while name is not None:
        known = source.data.get("scenarios") or {}
        if name in seen:
            issues.add(Code.CYCLE, place, what=" → ".join([*seen[seen.index(name) :], name]))
            return []
        if name not in known:
            if not source.may_have("scenarios", name):
                message = None if known else say("no_scenarios", what=name)
                issues.add(
                    Code.UNKNOWN_SCENARIO,
                    place,
                    message,
                    did_you_mean(name, known) if known else None,
                    what=name,
                )
            return []
        seen.append(name)
        given = known[name]
        if not isinstance(given, dict):
            return []  # told when the rulebook is validated
        path: Path = ("scenarios", name)
        keys = {at[2:]: key for at, key in source.keys.items() if at[:2] == path and at[2:]}
        values = {at[2:]: spot for at, spot in source.values.items() if at[:2] == path}
        layers.append(Layer(name, Document(source.key(*path).file, given, keys, values, whole=True)))
        over = given.get("over")
        place = source.spot(*path, "over").place
        name = over if isinstance(over, str) else None
    return layers[::-1]


def _checked(source: Source, layers: tuple[Layer, ...], issues: Issues) -> Iterator[Layer]:
    """The layers that have the shape of an overlay."""
    for number, layer in enumerate(layers):
        name = f"{number}"
        path: Path = ("overlays", name)
        source.keys.update({(*path, *at): key for at, key in layer.document.keys.items()})
        source.keys[path] = Place(layer.document.file, 1, 1)
        source.values.update({(*path, *at): spot for at, spot in layer.document.values.items()})
        if validate_overlay(source, name, layer.document.data, issues):
            yield layer


@dataclass(frozen=True, slots=True)
class _Application:
    """One layer being laid over the rulebook."""

    source: Source
    layer: Layer
    issues: Issues

    def apply(self) -> None:
        data = self.layer.document.data
        changes = data.get("set")
        for key, value in changes.items() if isinstance(changes, dict) else ():
            self.set((key,), value, ("set", key))
        held, left, frozen = data.get("hold"), data.get("leave_out"), data.get("freeze")
        if not held and not left and frozen is None:
            return
        allocation = self.allocation("hold" if held else "leave_out" if left else "freeze")
        if allocation is None:
            return
        path: Path = ("allocations", allocation)
        for unit, value in held.items() if isinstance(held, dict) else ():
            self.set((*path, "hold", unit), value, ("hold", unit))
        if left:
            self.leave_out((*path, "leave_out"), left)
        if frozen is not None:
            self.set((*path, "freeze"), frozen, ("freeze",))

    def key(self, at: Path) -> Place:
        """Where the layer says it."""
        keys = self.layer.document.keys
        while at and at not in keys:
            at = at[:-1]
        return keys.get(at) or Place(self.layer.document.file, 1, 1)

    def allocation(self, key: str) -> str | None:
        """The allocation that holds and quotas' names are about."""
        known = self.source.data.get("allocations")
        names = list(known) if isinstance(known, dict) else []
        if self.source.chosen is not None:
            return self.source.chosen if self.source.chosen in names else None
        if len(names) == 1:
            return str(names[0])
        if names:
            message = say("which_allocation", options=", ".join(names))
            hint = say("overlay_allocation.hint")
            self.issues.add(Code.UNKNOWN_ALLOCATION, self.key((key,)), message, hint)
        elif self.source.whole:
            self.issues.add(Code.UNKNOWN_ALLOCATION, self.key((key,)), say("no_allocation"))
        return None

    def quotas(self) -> Path | None:
        """Where the quotas are that a path may begin with."""
        known = self.source.data.get("allocations")
        names = list(known) if isinstance(known, dict) else []
        chosen = self.source.chosen if self.source.chosen in names else names[0] if len(names) == 1 else None
        return ("allocations", chosen, "quotas") if chosen else None

    def set(self, path: Path, value: Any, at: Path) -> None:
        """One value of the layer, found there ``at``, laid at a path of the rulebook."""
        quotas = self.quotas() if self.layer.short else None
        if quotas is not None and len(path) == 1 and is_there(self.source, (*quotas, path[0])):
            path = (*quotas, *path)
        if is_sentence(path) and value is not None:
            with_text(self.source, path)
            path = (*path, "text") if is_text(value) else path
        if path[0] == "data":
            self.rows(path, value, at)
        elif not self.allowed(path, value, at, quotas):
            return
        elif isinstance(value, dict) and value and self.goes_on(path):
            for key, item in value.items():
                self.set((*path, key), item, (*at, key))
        elif value is None:
            self.take_away(path, at, quotas)
        else:
            self.put(path, value, at)

    def goes_on(self, path: Path) -> bool:
        """Whether a mapping is laid into what is there, and doesn't stand in its place."""
        there = value_at(self.source, path)
        return isinstance(there, dict) or there is None

    def allowed(self, path: Path, value: Any, at: Path, quotas: Path | None) -> bool:
        if path[0] in FIXED:
            self.issues.add(Code.UNKNOWN_PATH, self.key(at), say("fixed_path", what=path[0]))
            return False
        if path[0] == "metrics" and len(path) > 1 and path[1] in self.source.standard:
            self.issues.add(Code.REDEFINED_METRIC, self.key(at), what=path[1])
            return False
        if may_be_set(self.source, path):
            return True
        whole = path
        while isinstance(value, dict) and len(value) == 1:  # as it would be written on the command line
            (key,) = value
            whole, value = (*whole, key), value[key]
        self.unknown(whole, at, quotas)
        return False

    def unknown(self, path: Path, at: Path, quotas: Path | None, message: str = "unknown_path") -> None:
        if quotas is not None and path[: len(quotas)] == quotas and at[1 : 1 + len(quotas)] != quotas:
            path = path[len(quotas) :]  # as it was written
        what = ".".join(str(part) for part in path)
        hint = None
        if message == "unknown_path":
            hint = nested(self.source, path, self.quotas()) or nearest(path, known_paths(self.source, quotas))
        self.issues.add(Code.UNKNOWN_PATH, self.key(at), say(message, what=what), hint)

    def take_away(self, path: Path, at: Path, quotas: Path | None) -> None:
        if not is_there(self.source, path):
            self.unknown(
                path, at, quotas, "nothing_there" if may_be_set(self.source, path) else "unknown_path"
            )
            return
        was = value_at(self.source, path)
        del value_at(self.source, path[:-1])[path[-1]]
        self.forget(path)
        self.note(path, was, None)

    def put(self, path: Path, value: Any, at: Path) -> None:
        source = self.source
        was = value_at(source, path)
        above: Any = source.data
        for end, key in enumerate(path[:-1], 1):
            if not isinstance(above.get(key), dict):
                above[key] = {}
                self.forget(path[:end])
                source.keys[path[:end]] = self.key(at)
                source.values[path[:end]] = Spot(self.key(at))
            above = above[key]
        above[path[-1]] = deepcopy(value)
        self.forget(path)
        document = self.layer.document
        below = len(at)
        source.keys[path] = self.key(at)
        source.keys.update({(*path, *k[below:]): v for k, v in document.keys.items() if k[:below] == at})
        source.values.update({(*path, *k[below:]): v for k, v in document.values.items() if k[:below] == at})
        if path[0] == "parameters" and path[2:] == ("value",):
            # What was published is another figure; a status that the overlay states comes after its value.
            above.update(status="assumed")
            above.pop("source", None)
            for key in ("status", "source"):
                self.forget((*path[:2], key))
        if path[0] in ("groupings", "tables") and path[2:] in (("table",), ("file",)):
            self.file(path, value)
        self.note(path, was, value)

    def file(self, path: Path, value: Any) -> None:
        """Another file for a grouping or a table, relative to the rulebook's folder."""
        self.source.tables.pop(tuple(path), None)
        place = self.source.spot(*path).place
        if not isinstance(value, str):
            return  # told when it is validated
        if found := self.source.root.file(value, self.source.folder / "rulebook.yaml", place, self.issues):
            self.source.tables[tuple(path)] = found
        else:
            self.source.broken.add(path[:2])

    def leave_out(self, path: Path, value: Any) -> None:
        """Units added to those that are left out already."""
        there = value_at(self.source, path)
        before = there if isinstance(there, list) else [there] if isinstance(there, str) else []
        added = value if isinstance(value, list) else [value]
        old = {k: v for k, v in self.source.values.items() if k[: len(path)] == path}
        self.put(path, [*before, *added], ("leave_out",))
        for position in range(len(added)):
            spot = self.layer.document.values.get(("leave_out", position))
            self.source.values[*path, len(before) + position] = spot or Spot(self.key(("leave_out",)))
        self.source.values.update({k: v for k, v in old.items() if len(k) > len(path)})

    def forget(self, path: Path) -> None:
        """The places of what stood there."""
        length = len(path)
        for places in (self.source.keys, self.source.values):
            for key in [key for key in places if key[:length] == path]:
                del places[key]

    def note(self, path: Path, was: Any, now: Any) -> None:
        text = ".".join(str(part) for part in path)
        self.source.overlaid.append(Overlaid(text, plain(was), plain(now), self.layer.by))

    # ------------------------------------------------------------------------------------------- rows

    def rows(self, path: Path, value: Any, at: Path) -> None:
        """Rows of a table, as a list or down a path of its keys to one figure."""
        if len(path) == 1:
            for key, item in value.items() if isinstance(value, dict) else ():
                self.rows((*path, key), item, (*at, key))
            if not isinstance(value, dict):
                self.issues.add(Code.UNKNOWN_PATH, self.key(at), say("rows_wanted"))
            return
        table = str(path[1])
        if table not in TABLES:
            self.unknown(path, at, None)
        elif len(path) > 2:
            self.figure(table, path, value, at)
        elif isinstance(value, list):
            self.twins(table, value, at)
            for position, row in enumerate(value):
                self.row(table, row, (*at, position))
        elif isinstance(value, dict):
            for key, item in value.items():
                self.rows((*path, key), item, (*at, key))
        else:
            self.issues.add(Code.UNKNOWN_PATH, self.key(at), say("rows_wanted"))

    def twins(self, table: str, rows: list[Any], at: Path) -> None:
        """Tell rows of one list that state the same figure, of which only the last would count."""
        first: dict[tuple[str, ...], Place] = {}
        for position, row in enumerate(rows):
            if isinstance(row, dict) and all(name in row for name in KEYS[table]):
                key, place = tuple(str(row[name]) for name in KEYS[table]), self.spot((*at, position))
                earlier = first.setdefault(key, place)
                if earlier is not place:
                    self.issues.add(Code.DUPLICATE_ROW, place, first=str(earlier.line))

    def figure(self, table: str, path: Path, value: Any, at: Path) -> None:
        """One figure: ``data.targets.jobs.binh_thuan``, or with its year; of units one attribute."""
        if isinstance(value, dict):
            for key, item in value.items():
                self.rows((*path, key), item, (*at, key))
            return
        names, given = KEYS[table], [str(part) for part in path[2:]]
        if table == "targets" and len(given) == 2:
            given.append(str(self.source.data.get("year")))
        column = "value"
        if table == "units" and len(given) == 2:
            column = given.pop()
        if len(given) != len(names):
            form = ".".join(
                ["data", table, *(name.upper() for name in names), *(["COLUMN"] * (table == "units"))]
            )
            self.issues.add(Code.UNKNOWN_PATH, self.key(at), say("figure_path", what=form))
            return
        cells = dict(zip(names, given, strict=True))
        if value is not None:
            cells[column] = self.cell(value, at)
        elif table == "units":
            cells[column] = ""
        removed = value is None and table != "units"
        places = dict.fromkeys(cells, self.key(at))
        places[column] = self.spot(at)
        self.add(table, RowChange(cells, places, self.key(at), self.layer.by, alone=True, removed=removed))

    def row(self, table: str, row: Any, at: Path) -> None:
        if not isinstance(row, dict):
            self.issues.add(Code.WRONG_TYPE, self.spot(at), say("rows_wanted"))
            return
        cells = {name: self.cell(value, (*at, name)) for name, value in row.items() if value is not None}
        missing = [name for name in KEYS[table] if name not in cells]
        missing += ["value"] if table != "units" and "value" not in row else []
        known = COLUMNS.get(table, ())
        typos = [name for name in row if known and name not in known]
        for name in typos:
            hint = did_you_mean(name, known)
            self.issues.add(Code.UNKNOWN_COLUMN, self.spot((*at, name)), hint=hint, what=name)
        for name in () if typos else missing:  # an unknown one may be meant for it
            self.issues.add(Code.MISSING_KEY, self.spot(at), what=name)
        if typos or missing:
            return
        removed = "value" in row and row["value"] is None
        if table == "units":
            cells.update({name: "" for name, value in row.items() if value is None})
        places = {name: self.spot((*at, name)) for name in row}
        self.add(table, RowChange(cells, places, self.spot(at), self.layer.by, removed=removed))

    def add(self, table: str, change: RowChange) -> None:
        if table in self.source.files or self.source.is_broken("data", table):
            self.source.rows.setdefault(table, []).append(change)
        else:
            self.issues.add(Code.UNKNOWN_PATH, change.place, say("no_such_table", what=table))

    def spot(self, at: Path) -> Place:
        found = self.layer.document.values.get(at)
        return found.place if found else self.key(at)

    def cell(self, value: Any, at: Path) -> str:
        """A value as a cell of a table has it."""
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            self.issues.add(
                Code.WRONG_TYPE, self.spot(at), expected=say("type.text"), got=say("type.mapping")
            )
            return ""
        return format(value, "f") if isinstance(value, Decimal) else str(value)
