"""What a report is written from: figures at each date and basis asked for, a plan given from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.errors import Code, Issue, Place, Severity
from engine.gaps import GapTable, Row, gap_table
from engine.reasons import Reasoner
from engine.reports import View
from engine.rulebook import Rulebook
from engine.words import Message, joined, say

__all__ = ["At", "Facts", "PlannedQuotas"]


@dataclass(frozen=True, slots=True)
class PlannedQuotas:
    """A plan's quotas, made by whoever can. ``values`` by quota and unit, ``cells`` also by period;
    ``units`` in the plan's order; ``why``: why there is no plan where ``values`` has none.
    """

    allocation: str
    units: tuple[str, ...]
    values: Mapping[tuple[str, str], int]
    totals: Mapping[str, int]
    periods: tuple[str, ...] = ()
    cells: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    why: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class At:
    """A date, basis and unit."""

    as_of: date
    basis: str
    unit: str

    def under(self, view: View) -> At:
        """The same, with what a view states over it."""
        return At(view.as_of or self.as_of, view.basis or self.basis, view.unit or self.unit)


@dataclass(slots=True)
class Facts:
    """Figures and rows, each worked out once. ``issues``: what the report can't say, and why."""

    rulebook: Rulebook
    quotas: PlannedQuotas | None = None
    issues: list[Issue] = field(default_factory=list)
    reasoners: dict[tuple[date, str], Reasoner] = field(default_factory=dict)
    tables: dict[At, GapTable] = field(default_factory=dict)

    def reasoner(self, at: At) -> Reasoner:
        """The figures at a date and basis."""
        key = (at.as_of, at.basis)
        if key not in self.reasoners:
            self.reasoners[key] = Reasoner(self.rulebook, at.as_of, at.basis)
        return self.reasoners[key]

    def rows(self, at: At) -> tuple[Row, ...]:
        """The gap table's rows at one unit, an indicator's parts after it."""
        if at not in self.tables:
            self.tables[at] = gap_table(self.rulebook, at.as_of, at.basis, unit=at.unit)
        return self.tables[at].rows

    def row(self, at: At, indicator: str) -> Row:
        """The row of an indicator at one unit."""
        return next(row for row in self.rows(at) if row.indicator == indicator)

    def lacking(self, what: Message, causes: list[Message], place: Place | None) -> None:
        """Note what the report can't say."""
        why = joined(causes, "; ")
        message = say(Code.UNKNOWN_IN_REPORT, what=what, why=why)
        self.issues.append(Issue(Code.UNKNOWN_IN_REPORT, message, place, None, Severity.WARNING))
