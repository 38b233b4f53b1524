"""Actions against the gaps they should close: what is overdue, due soon, and what nothing is done about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.actions import Action
from engine.errors import Code, Issue, RuleError
from engine.gaps import Row, gap_table, latest_date
from engine.rulebook import Rulebook
from engine.words import did_you_mean, say

__all__ = ["DUE_SOON", "OFF_TRACK", "FollowUp", "Tracked", "follow_up"]

DUE_SOON = 30
"""Days before its date that an open action is due soon."""
OFF_TRACK = ("exceeded", "behind", "at_risk")
"""Statuses of indicators that something should be done about, the worst first."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """An action at a day. ``state``: that of the day, so that what was done later is still in progress;
    ``served``: the rows of its indicators; ``days``: until its date, negative past it;
    ``flags``: overdue, due_soon, done_late, serves_nothing_behind, serves_unknown where that can't be told.
    """

    action: Action
    state: str
    days: int
    served: tuple[Row, ...]
    flags: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in ("planned", "in_progress")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """All actions at a day and basis. ``unserved``: indicators off track that no open action serves."""

    as_of: date
    basis: str
    unit: str
    tracked: tuple[Tracked, ...]
    unserved: tuple[Row, ...]


def follow_up(
    rulebook: Rulebook, as_of: date | None = None, basis: str = "actual", unit: str | None = None
) -> FollowUp:
    """Where each action stands. With a unit those of that unit, beside its own gaps; else all of them beside
    the gaps of the root, or of the unit that an action names. Raises RuleError (unknown_unit, no_date).
    """
    units = rulebook.units
    if unit is not None and unit not in units.index:
        hint = did_you_mean(unit, units.ids)
        raise RuleError([Issue(Code.UNKNOWN_UNIT, say("unknown_unit", what=unit), hint=hint)])
    day = as_of or latest_date(rulebook)
    tables: dict[str, dict[str, Row]] = {}

    def rows(at: str) -> dict[str, Row]:
        if at not in tables:
            table = gap_table(rulebook, day, basis, unit=at)
            tables[at] = {row.indicator: row for row in table.rows}
        return tables[at]

    here = unit or rulebook.root
    tracked = []
    for action in rulebook.actions.values():
        if unit is None or action.unit in (None, unit):
            served = tuple(rows(action.unit or here)[name] for name in action.serves)
            tracked.append(_tracked(action, day, served))
    handled = {(row.indicator, row.unit) for item in tracked if item.is_open for row in item.served}
    off = [row for row in rows(here).values() if row.status in OFF_TRACK]
    unserved = sorted(
        (row for row in off if (row.indicator, here) not in handled),
        key=lambda row: OFF_TRACK.index(row.status),
    )
    return FollowUp(day, basis, here, tuple(tracked), tuple(unserved))


def _tracked(action: Action, day: date, served: tuple[Row, ...]) -> Tracked:
    done = action.state == "done" and action.done_on is not None and action.done_on <= day
    state = "in_progress" if action.state == "done" and not done else action.state
    days = (action.until - day).days
    flags = []
    if state in ("planned", "in_progress"):
        if days < 0:
            flags.append("overdue")
        elif days <= DUE_SOON:
            flags.append("due_soon")
        statuses = {row.status for row in served}
        if not statuses & {*OFF_TRACK}:
            flags.append("serves_unknown" if "unknown" in statuses else "serves_nothing_behind")
    if done and action.done_on is not None and action.done_on > action.until:
        flags.append("done_late")
    return Tracked(action, state, days, served, tuple(flags))
