"""Linking of what stands in further CSV files: groupings of units and tables of figures (§3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine import schema
from engine.calendar import form_of
from engine.errors import Code, Issues
from engine.figures import report_twins
from engine.link_formulas import measure_at
from engine.loader import Source
from engine.measures import Measure
from engine.rulebook import Attribute, FigureTable, Grouping
from engine.tables import Table
from engine.units import Ints, Units
from engine.values import (
    Floats,
    fractions_of_dong,
    look_up,
    must_be_whole,
    parse_texts,
    report_numbers,
    to_base,
)
from engine.words import Message, both, did_you_mean, say

INDEXES = ("unit", "period")
"""What tables and rules may be by, beside groupings."""
FILTERS = (*INDEXES, "level")
"""What a grouping can't be called."""
NAME_COLUMNS = ("name_vi", "name_en")


def column_values(table: Table, name: str, measure: Measure, issues: Issues) -> Floats:
    """The numbers of a column, float64 [row] in base measures, NaN where a cell is empty; issues at faulty
    ones.
    """
    column = table.columns[name]
    parsed = parse_texts(column.texts)
    report_numbers(table, name, parsed, issues)
    if parsed.pointed and must_be_whole(measure):
        rows = column.rows_where(parsed.pointed - parsed.bad)
        hint = say("ambiguous_count.hint")
        if len(rows):
            table.report(rows, name, Code.AMBIGUOUS_COUNT, issues, hint=lambda _: hint)
    faulty = {int(code) for code in fractions_of_dong(parsed.values, measure).nonzero()[0]}
    if faulty and not must_be_whole(measure):
        rows = column.rows_where(faulty)
        table.report(rows, name, Code.FRACTION_OF_DONG, issues, measure=measure.name)
    by_row: Floats = to_base(parsed.values, measure)[column.codes]
    return by_row


@dataclass(slots=True)
class TableLinker:
    """Links the groupings and tables of one rulebook. ``groupings``: those linked so far."""

    source: Source
    units: Units
    custom: Mapping[str, Measure]
    sources: Collection[str]
    issues: Issues
    groupings: dict[str, Grouping] = field(default_factory=dict)

    def grouping(self, name: str, item: schema.Grouping) -> None:
        """One grouping, added to ``groupings``. What is faulty in it is told and left out."""
        path = ("groupings", name)
        table = self._file(name, item)
        groups = [] if table is None else self._groups(table, name)
        of_unit = self._of_units(name, item, groups, known=table is not None)
        attributes = {}
        for attribute, given in item.attributes.items():
            if item.table is None:
                self.issues.add(Code.MISSING_KEY, self.source.key(*path, "attributes"), what="table")
                self.source.broken |= {("attributes", one) for one in item.attributes}
                break
            if found := self._attribute(name, attribute, given, table):
                attributes[attribute] = found
        self.groupings[name] = Grouping(
            name,
            item.label or both(name),
            tuple(groups),
            of_unit,
            attributes,
            self.source.key(*path),
            _names(table, groups),
            table,
        )

    def _file(self, name: str, item: schema.Grouping) -> Table | None:
        """A grouping's table, None where it has none or it can't be read."""
        if item.table is None:
            return None
        optional = [*NAME_COLUMNS, *item.attributes]
        table = self._read((name,), optional, "groupings", name, "table")
        if table is None:
            self.source.broken.add(("groupings", name))
        return table

    def _read(self, required: tuple[str, ...], optional: list[str], *path: str) -> Table | None:
        file = self.source.tables.get(path)
        if file is None:
            return None
        return self.source.table(file, required, optional, self.issues)

    def _groups(self, table: Table, name: str) -> list[str]:
        column = table.columns[name]
        groups = [column.text(row) for row in range(table.rows)]
        rows = np.flatnonzero([not group for group in groups])
        table.report(rows, name, Code.EMPTY_CELL, self.issues, what=name)
        named = np.flatnonzero([bool(group) for group in groups])
        report_twins(table, name, column.codes[named], named, self.issues)
        return groups

    def _of_units(self, name: str, item: schema.Grouping, groups: list[str], *, known: bool) -> Ints:
        """The group of each unit. Where no table tells which there are, they are added to ``groups``."""
        column, units = item.column or name, self.units.table
        none = np.full(len(self.units), -1, dtype=np.int32)
        if units is None:
            if not known:
                self.source.broken.add(("groupings", name))
            return none
        if column not in units.columns:
            place = self.source.spot("groupings", name, "column").place
            hint = did_you_mean(column, units.columns)
            self.issues.add(Code.UNKNOWN_COLUMN, place, hint=hint, what=column)
            self.source.broken.add(("groupings", name))
            return none
        if not known:
            texts = (units.columns[column].text(row) for row in range(units.rows))
            groups += dict.fromkeys(text for text in texts if text)
        return look_up(units, column, groups, Code.UNKNOWN_GROUP, self.issues)

    def _attribute(
        self, grouping: str, name: str, item: schema.GroupAttribute, table: Table | None
    ) -> Attribute | None:
        path = ("groupings", grouping, "attributes", name)
        measure = measure_at(item.measure, self.source.spot(*path, "measure"), self.custom, self.issues)
        if item.source is not None and item.source not in self.sources:
            place = self.source.spot(*path, "source").place
            hint = did_you_mean(item.source, self.sources)
            self.issues.add(Code.UNKNOWN_SOURCE, place, hint=hint, what=item.source)
        if measure is None:
            self.source.broken.add(("attributes", name))
            return None
        values: Floats = np.zeros(0)
        if table is not None and name not in table.columns:
            message = say("missing_column", what=name)
            self.issues.add(Code.MISSING_COLUMN, self.source.key(*path), message)
        elif table is not None:
            values = column_values(table, name, measure, self.issues)
        label = item.label or both(name)
        return Attribute(name, label, measure, item.status, item.source, "none", None, values)

    def table(self, name: str, item: schema.FigureTable) -> FigureTable | None:
        """One table of figures, or None with issues, its users not to be blamed."""
        path = ("tables", name)
        measure = measure_at(item.measure, self.source.spot(*path, "measure"), self.custom, self.issues)
        if not self._by(name, item) or measure is None:
            self.source.broken.add(path)
            return None
        table = self._read((*item.by, "value"), [], *path, "file")
        place = self.source.key(*path)
        if table is None:
            return FigureTable(name, item.by, measure, tuple(() for _ in item.by), np.zeros(0), place)
        cells = np.zeros(table.rows, dtype=np.int64)
        for axis in item.by:
            at = self._keys(table, axis)
            cells = np.where((at < 0) | (cells < 0), -1, cells * (at.max(initial=0) + 1) + at)
        sound = np.flatnonzero(cells >= 0)
        report_twins(table, item.by[0], cells[sound], sound, self.issues)
        keys = tuple(table.columns[axis].all() for axis in item.by)
        values = column_values(table, "value", measure, self.issues)
        return FigureTable(name, item.by, measure, keys, values, place, table)

    def _by(self, name: str, item: schema.FigureTable) -> bool:
        """Whether a table's indexes are known, each once; issues where not."""
        known = (*INDEXES, *self.groupings)
        sound = bool(item.by)
        if not item.by:
            place = self.source.key("tables", name, "by")
            self.issues.add(Code.MISSING_KEY, place, say("empty_mapping", what="by"))
        for position, axis in enumerate(item.by):
            place = self.source.spot("tables", name, "by", position).place
            if axis not in known:
                sound = False
                if not self.source.may_have("groupings", axis):
                    options, hint = ", ".join(known), did_you_mean(axis, known)
                    self.issues.add(Code.WRONG_CHOICE, place, hint=hint, what=axis, options=options)
            elif axis in item.by[:position]:
                sound = False
                self.issues.add(Code.DUPLICATE_NAME, place, say("named_twice", what=axis))
        return sound

    def _keys(self, table: Table, axis: str) -> Ints:
        """For each row a number for its key on one axis, -1 where it is faulty."""
        column, empty = table.columns[axis], Code.EMPTY_CELL
        if axis == "unit" and self.units.table is not None:
            return look_up(table, axis, self.units.ids, Code.UNKNOWN_UNIT, self.issues, empty=empty)
        if axis in self.groupings and not self.source.is_broken("groupings", axis):
            groups = self.groupings[axis].groups
            return look_up(table, axis, groups, Code.UNKNOWN_GROUP, self.issues, empty=empty)
        if axis == "period":
            known = [text for text in column.texts if form_of(text)]
            self._report_periods(table, {at for at, text in enumerate(column.texts) if text not in known})
            return np.where(np.isin(column.codes, _codes(column.texts, known)), column.codes, -1)
        return column.codes.astype(np.int32)

    def _report_periods(self, table: Table, faulty: set[int]) -> None:
        texts = table.columns["period"].texts
        empty = {at for at in faulty if not texts[at]}
        rows = table.columns["period"].rows_where(empty)
        table.report(rows, "period", Code.EMPTY_CELL, self.issues, what="period")
        rows = table.columns["period"].rows_where(faulty - empty)
        hint = say("period_names.hint")
        table.report(rows, "period", Code.UNKNOWN_PERIOD, self.issues, hint=lambda _: hint)


def _codes(texts: list[str], wanted: list[str]) -> list[int]:
    return [at for at, text in enumerate(texts) if text in wanted]


def _names(table: Table | None, groups: list[str]) -> tuple[Message, ...]:
    """The groups' names in both languages; what they are called in the column where the table tells none."""

    def name(row: int, group: str) -> Message:
        vi, en = (
            table.columns[column].text(row) if table and column in table.columns else ""
            for column in NAME_COLUMNS
        )
        return Message(vi or en or group, en or vi or group)

    return tuple(name(row, group) for row, group in enumerate(groups))
