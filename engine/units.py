"""The tree of units (§6): any depth, any level names, each unit with its dates of validity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import Code, Issues
from engine.scalars import IDENTIFIER
from engine.tables import Table
from engine.values import MISSING_DAY, look_up, parse_days
from engine.words import Message, both, say

Ints = NDArray[np.int32]
FIXED_COLUMNS = ("unit", "parent", "level", "name_vi", "name_en", "code", "valid_from", "valid_to")
REQUIRED_COLUMNS = ("unit", "parent", "level")


@dataclass(frozen=True, slots=True)
class Units:
    """Units in the order of their file.

    ``parent``: int32 [unit], the index of the unit above, -1 at the top; ``depth``: int32 [unit];
    ``valid_from`` / ``valid_to``: days since 1970-01-01, inclusive, open ends at the extremes of int32;
    ``rows``: the row of each unit in its table.
    """

    ids: tuple[str, ...]
    index: Mapping[str, int]
    names: tuple[Message, ...]
    levels: tuple[str, ...]
    codes: tuple[str, ...]
    parent: Ints
    depth: Ints
    valid_from: Ints
    valid_to: Ints
    table: Table | None

    def __len__(self) -> int:
        return len(self.ids)

    def valid_on(self, day: int) -> NDArray[np.bool_]:
        """Which units exist on a day."""
        return (self.valid_from <= day) & (day <= self.valid_to)

    def is_assumed(self, unit: int, attribute: str) -> bool:
        """Whether an overlay states an attribute of a unit (§12): nobody has published it."""
        return self.table is not None and self.table.is_laid(unit, attribute)

    def assumed(self, attribute: str) -> list[int]:
        """The units of which an overlay states an attribute, in order."""
        return [
            unit for unit in sorted(self.table.laid if self.table else ()) if self.is_assumed(unit, attribute)
        ]

    def children(self, unit: int) -> list[int]:
        """The units directly below, in order."""
        return [int(child) for child in np.flatnonzero(self.parent == unit)]

    def below(self, unit: int) -> NDArray[np.bool_]:
        """Which units lie below a unit, at any depth."""
        inside = np.zeros(len(self.ids), dtype=bool)
        for depth in range(int(self.depth[unit]) + 1, int(self.depth.max(initial=0)) + 1):
            at = self.depth == depth
            inside |= at & (inside[self.parent] | (self.parent == unit))
        return inside


_ALWAYS = (np.iinfo(np.int32).min + 1, np.iinfo(np.int32).max)
_NONE = np.zeros(0, dtype=np.int32)
NO_UNITS = Units((), {}, (), (), (), _NONE, _NONE, _NONE, _NONE, None)


def read_units(table: Table, issues: Issues) -> Units:
    """The tree from units.csv. Faulty rows are issues; what is returned then is only good for going on."""
    ids = [table.columns["unit"].text(row) for row in range(table.rows)]
    _check_ids(table, ids, issues)
    index = {unit: row for row, unit in reversed(list(enumerate(ids)))}
    parent = look_up(table, "parent", ids, Code.UNKNOWN_UNIT, issues)
    parent = np.array([index[ids[p]] if p >= 0 else -1 for p in parent], dtype=np.int32)
    depth = _depths(table, ids, parent, issues)
    valid_from = _days(table, "valid_from", _ALWAYS[0], issues)
    valid_to = _days(table, "valid_to", _ALWAYS[1], issues)
    backward = np.flatnonzero(valid_from > valid_to)
    table.report(backward, "valid_to", Code.BAD_DATE, issues, key="unit_ends_first")
    valid_from[backward], valid_to[backward] = _ALWAYS
    levels = tuple(table.columns["level"].text(row) for row in range(table.rows))
    empty = np.flatnonzero([not level for level in levels])
    if len(empty):
        table.report(empty, "level", Code.EMPTY_CELL, issues, what="level")
    return Units(
        tuple(ids),
        index,
        tuple(_name(table, row, ids[row]) for row in range(table.rows)),
        levels,
        tuple(_cell(table, "code", row) for row in range(table.rows)),
        parent,
        depth,
        valid_from,
        valid_to,
        table,
    )


def _check_ids(table: Table, ids: list[str], issues: Issues) -> None:
    empty = np.flatnonzero([not unit for unit in ids])
    table.report(empty, "unit", Code.EMPTY_CELL, issues, what="unit")
    faulty = np.flatnonzero([bool(unit) and not IDENTIFIER.fullmatch(unit) for unit in ids])
    hint = say("bad_identifier.hint")
    table.report(faulty, "unit", Code.BAD_IDENTIFIER, issues, hint=lambda _: hint)
    first: dict[str, int] = {}
    for row, unit in enumerate(ids):
        if unit and unit in first:
            line = str(table.place(first[unit]).line)
            table.report(np.array([row]), "unit", Code.DUPLICATE_ROW, issues, first=line)
        else:
            first[unit] = row


def _depths(table: Table, ids: list[str], parent: Ints, issues: Issues) -> Ints:
    depth = np.full(len(ids), -1, dtype=np.int32)
    depth[parent < 0] = 0
    for level in range(1, len(ids) + 1):
        here = (depth < 0) & (depth[parent] == level - 1)
        if not here.any():
            break
        depth[here] = level
    for loop in _loops(np.flatnonzero(depth < 0), parent):
        names = " → ".join(ids[unit] for unit in [*loop, loop[0]])
        table.report(np.array(loop[:1]), "parent", Code.CYCLE, issues, what=names)
    return np.maximum(depth, 0)


def _loops(stuck: NDArray[np.intp], parent: Ints) -> list[list[int]]:
    """The loops that units which never reach the top lead into, each from its first unit."""
    found = []
    seen: set[int] = set()
    for unit in stuck.tolist():
        path: dict[int, None] = {}
        while unit not in seen:
            seen.add(unit)
            path[unit] = None
            unit = int(parent[unit])
        if unit in path:
            members = list(path)
            loop = members[members.index(unit) :]
            first = loop.index(min(loop))
            found.append(loop[first:] + loop[:first])
    return found


def _days(table: Table, name: str, open_end: int, issues: Issues) -> Ints:
    if name not in table.columns:
        return np.full(table.rows, open_end, dtype=np.int32)
    days = parse_days(table, name, issues)
    return np.where(days == MISSING_DAY, np.int32(open_end), days)


def _cell(table: Table, name: str, row: int) -> str:
    return table.columns[name].text(row) if name in table.columns else ""


def _name(table: Table, row: int, unit: str) -> Message:
    vi, en = _cell(table, "name_vi", row), _cell(table, "name_en", row)
    return Message(vi or en or unit, en or vi or unit) if vi or en else both(unit)
