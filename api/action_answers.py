"""Actions as a table, JSON and CSV."""

from __future__ import annotations

from typing import Any

from api.answers import overlaid
from api.tables import Table, bullets, day, words
from engine.followup import FollowUp, Tracked
from engine.numbers import Lang, format_date
from engine.rulebook import Rulebook
from engine.words import say
from engine.writing.doings import flag_words, gap_words, state_words

__all__ = ["COLUMNS", "action_answer", "action_records", "action_sheets"]

COLUMNS = ("action", "label", "who", "unit", "until", "state", "done_on", "days", "status", "serves", "flags")


def action_sheets(found: FollowUp, rulebook: Rulebook, lang: Lang) -> list[Table]:
    """The actions with the gaps that they should close, and below them what nothing is done about."""
    titles = [
        say(f"actions.{key}").in_(lang) for key in ("label", "who", "until", "state", "serves", "flags")
    ]
    rows = [
        [
            words(item.action.label.in_(lang)),
            words(item.action.who.in_(lang)),
            day(item.action.until, lang),
            words(state_words(item, lang)),
            words("; ".join(gap_words(rulebook, row, lang) for row in item.served)),
            words(flag_words(item, lang)),
        ]
        for item in found.tracked
    ]
    as_of = say("actions.title", when=format_date(found.as_of, lang)).in_(lang)
    title = f"{rulebook.title.in_(lang)}\n{as_of}"
    nothing = [] if rulebook.actions else [say("actions.nothing").in_(lang), ""]
    unserved = [f"{gap_words(rulebook, row, lang)}" for row in found.unserved]
    notes = nothing + bullets(say("actions.unserved"), unserved, lang)
    assumed = [item.action.label.in_(lang) for item in found.tracked if item.action.status == "assumed"]
    notes += bullets(say("actions.assumed"), assumed, lang)
    return [Table(title, titles, rows, [False] * 6, notes[:-1])]


def action_answer(found: FollowUp, rulebook: Rulebook, lang: Lang) -> dict[str, Any]:
    """The actions as JSON: gaps in base measures, unknown as null."""
    return {
        "rulebook": rulebook.id,
        "as_of": found.as_of.isoformat(),
        "basis": found.basis,
        "unit": found.unit,
        **overlaid(rulebook),
        "actions": [_action(item, lang) for item in found.tracked],
        "unserved": [
            {"indicator": row.indicator, "unit": row.unit, "status": row.status, "gap": row.numbers["gap"]}
            for row in found.unserved
        ],
    }


def _action(item: Tracked, lang: Lang) -> dict[str, Any]:
    action = item.action
    return {
        "action": action.id,
        "label": action.label.in_(lang),
        "who": action.who.in_(lang),
        "unit": action.unit,
        "until": action.until.isoformat(),
        "state": item.state,
        "done_on": action.done_on.isoformat() if action.done_on and item.state == "done" else None,
        "days": item.days,
        "status": action.status,
        "source": action.source,
        "serves": [
            {"indicator": row.indicator, "unit": row.unit, "status": row.status, "gap": row.numbers["gap"]}
            for row in item.served
        ],
        "flags": list(item.flags),
    }


def action_records(found: FollowUp, rulebook: Rulebook, lang: Lang) -> list[dict[str, Any]]:
    """A row for each action, what it serves and its flags with spaces between."""
    records = []
    for item in action_answer(found, rulebook, lang)["actions"]:
        record = {key: item[key] for key in COLUMNS}
        record["serves"] = " ".join(served["indicator"] for served in item["serves"])
        record["flags"] = " ".join(item["flags"])
        records.append(record)
    return records
