"""Rows of an overlay laid over a table that was read (§12)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.errors import Code, Issues, Place
from engine.overlaid import ASSUMED, Overlaid, RowChange
from engine.overlay_paths import nearest
from engine.tables import Column, Table
from engine.words import did_you_mean, say


@dataclass(slots=True)
class _Rows:
    """A table whose rows may change: ``cells`` and ``places`` of those that an overlay touched or added, by
    row; ``gone``: those taken away; ``stated``: rows that are an overlay's as a whole.
    """

    table: Table
    keys: Sequence[str]
    cells: dict[int, dict[str, str]] = field(default_factory=dict)
    places: dict[int, dict[str, Place]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    stated: set[int] = field(default_factory=set)
    added: dict[tuple[str, ...], int] = field(default_factory=dict)

    def find(self, key: tuple[str, ...]) -> int | None:
        """The row with this key."""
        if key in self.added:
            return self.added[key]
        at = np.ones(self.table.rows, dtype=bool)
        for name, text in zip(self.keys, key, strict=True):
            column = self.table.columns[name]
            at &= column.codes == (column.texts.index(text) if text in column.texts else -1)
        found = [int(row) for row in np.flatnonzero(at) if int(row) not in self.gone]
        return found[0] if found else None

    def row(self, at: int) -> dict[str, str]:
        """The cells of a row."""
        if at in self.cells:
            return self.cells[at]
        return {name: column.text(at) for name, column in self.table.columns.items()}

    def all(self) -> list[int]:
        """The rows that are there."""
        return [row for row in range(self.table.rows + len(self.added)) if row not in self.gone]

    def add(self, key: tuple[str, ...]) -> int:
        """A new row's number."""
        at = self.table.rows + len(self.added)
        self.added[key] = at
        return at

    def laid(self) -> Table:
        """The table as it is now."""
        total = self.table.rows + len(self.added)
        kept = np.array([row for row in range(total) if row not in self.gone], dtype=np.intp)
        names = dict.fromkeys([*self.table.columns, *(name for row in self.cells.values() for name in row)])
        columns = {}
        for name in names:
            before = self.table.columns.get(name) or Column(np.zeros(self.table.rows, dtype=np.int32), [""])
            codes = np.concatenate([before.codes, np.zeros(len(self.added), before.codes.dtype)])
            codes, number = codes.astype(np.int32), {text: code for code, text in enumerate(before.texts)}
            for row, cells in self.cells.items():
                codes[row] = number.setdefault(cells.get(name, ""), len(number))
            columns[name] = Column(codes[kept], list(number))
        origin = np.where((kept < self.table.rows) & ~np.isin(kept, list(self.stated)), kept, -1)
        position = {int(row): at for at, row in enumerate(kept)}
        places = {position[row]: found for row, found in self.places.items() if row in position}
        return Table(self.table.file, self.table.path, columns, origin=tuple(origin.tolist()), laid=places)


def lay_over(
    table: Table,
    name: str,
    keys: Sequence[str],
    columns: Collection[str],
    changes: Sequence[RowChange],
    issues: Issues,
) -> tuple[Table, list[Overlaid]]:
    """The table with the rows changed, added and taken away, in order, and what that changed.

    ``columns``: those that it may have. A row with the same ``keys`` is superseded.
    """
    rows = _Rows(table, keys)
    overlaid: list[Overlaid] = []
    for change in changes:
        if unknown := [column for column in change.cells if column not in columns]:
            for column in unknown:
                place = change.places[column]
                issues.add(Code.UNKNOWN_COLUMN, place, hint=did_you_mean(column, columns), what=column)
        elif name == "units":
            overlaid += _attributes(rows, change, issues)
        elif found := _figure_row(rows, name, change, issues):
            overlaid.append(found)
    return rows.laid(), overlaid


def _attributes(rows: _Rows, change: RowChange, issues: Issues) -> list[Overlaid]:
    """Cells of a unit that is there: an overlay changes what a unit is like, it doesn't make one."""
    unit = change.cells["unit"]
    row = rows.find((unit,))
    if row is None:
        hint = did_you_mean(unit, rows.table.columns["unit"].texts)
        issues.add(Code.UNKNOWN_UNIT, change.places["unit"], hint=hint, what=unit)
        return []
    overlaid = []
    cells = rows.cells.setdefault(row, rows.row(row))
    for column, text in change.cells.items():
        if column != "unit":
            was = cells.get(column, "")
            cells[column] = text
            rows.places.setdefault(row, {})[column] = change.places[column]
            path = f"data.units.{unit}.{column}"
            overlaid.append(Overlaid(path, _number(was), _number(text), change.by))
    return overlaid


def _figure_row(rows: _Rows, name: str, change: RowChange, issues: Issues) -> Overlaid | None:
    """A row of figures stated, superseded or taken away."""
    key = tuple(change.cells[column] for column in rows.keys)
    path = ".".join(["data", name, *key])
    row = rows.find(key)
    before = None if row is None else rows.row(row)
    was = None if before is None else _figure(before)
    if change.removed:
        if row is None:
            issues.add(Code.UNKNOWN_PATH, change.place, say("nothing_there", what=path))
            return None
        rows.gone.add(row)
        rows.cells.pop(row, None)
        rows.added.pop(key, None)
        return Overlaid(path, was, None, change.by)
    if before is None and change.alone and name == "targets":
        # Down a path a figure is changed that is there: a new target would need its kind, too.
        known = sorted({".".join(["data", name, *(rows.row(at)[k] for k in rows.keys)]) for at in rows.all()})
        issues.add(Code.UNKNOWN_PATH, change.place, hint=nearest(path.split("."), known), what=path)
        return None
    cells = _superseding(change, before, name, issues)
    if cells is None:
        return None
    row = rows.add(key) if row is None else row
    rows.cells[row] = cells
    rows.stated.add(row)
    rows.places[row] = {"": change.place, **change.places}
    return Overlaid(path, was, _figure(cells), change.by)


def _superseding(
    change: RowChange, before: dict[str, str] | None, name: str, issues: Issues
) -> dict[str, str] | None:
    """The cells of a row that an overlay states. A target keeps its kind, a single figure its measure."""
    cells = {"status": ASSUMED, **change.cells}
    if name == "targets" and "kind" not in cells:
        if before is None:
            issues.add(Code.MISSING_KEY, change.place, what="kind")
            return None
        cells["kind"] = before["kind"]
    measure = before.get("measure", "") if before else ""
    if measure and "measure" not in cells:
        if not change.alone:
            hint = say("row_measure.hint", what=measure)
            issues.add(Code.MISSING_KEY, change.place, hint=hint, what="measure")
            return None
        cells["measure"] = measure
    return cells


def _figure(cells: dict[str, str]) -> Any:
    """A row's figure as it is written, with its measure where it states one."""
    measure = cells.get("measure")
    return f"{cells['value']} {measure}" if measure else _number(cells["value"])


def _number(text: str) -> Any:
    if text == "":
        return None
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text
