"""Actions in words: what state they are in, what they serve, what is flagged about them."""

from __future__ import annotations

from engine.followup import FollowUp, Tracked
from engine.gaps import Row
from engine.numbers import Lang, format_date
from engine.rulebook import Rulebook
from engine.words import Message, say
from engine.writing.document import Block, Column, Items, Paragraph, Table
from engine.writing.document import Row as Line
from engine.writing.forms import Form, metric_form, number_text

__all__ = ["doings", "flag_words", "gap_words", "state_words"]


def state_words(item: Tracked, lang: Lang) -> str:
    """The state of an action, with its day where it is done."""
    if item.state == "done" and item.action.done_on is not None:
        return say("actions.done_on", when=format_date(item.action.done_on, lang)).in_(lang)
    return say(f"actions.{item.state}").in_(lang)


def gap_words(rulebook: Rulebook, row: Row, lang: Lang) -> str:
    """An indicator with its status and how far it is from its target, on whichever side that is."""
    indicator, gap = rulebook.indicators[row.indicator], row.numbers["gap"]
    status = say(f"status.{row.status}").in_(lang)
    if gap is None or row.status == "achieved":
        return f"{indicator.label.in_(lang)} ({status})"
    form = metric_form(rulebook, rulebook.metrics["gap"], indicator)
    text = number_text(rulebook, abs(gap), Form(form.measure, form.decimals, named=True), lang)
    ceiling = "actions.below" if row.target_kind == "at_most" else "actions.gap"
    key = "actions.over" if row.status == "exceeded" else ceiling
    return f"{indicator.label.in_(lang)} ({status}, {say(key, gap=text).in_(lang)})"


def flag_words(item: Tracked, lang: Lang) -> str:
    """What is flagged about an action."""
    return "; ".join(_flag(flag, abs(item.days)).in_(lang) for flag in item.flags)


def _flag(flag: str, days: int) -> Message:
    if flag == "due_soon" and days == 0:
        return say("actions.due_today")
    one = ".one" if days == 1 and flag in ("due_soon", "overdue") else ""
    return say(f"actions.{flag}{one}", days=str(days))


def doings(found: FollowUp, rulebook: Rulebook, lang: Lang, caption: str | None) -> list[Block]:
    """The actions as a table of a report, and below it what nothing is done about."""
    blocks: list[Block] = []
    if found.tracked:
        keys = ("label", "who", "until", "state", "serves", "flags")
        columns = tuple(Column(say(f"actions.{key}").in_(lang)) for key in keys)
        lines = []
        for item in found.tracked:
            action = item.action
            cells = (
                action.label.in_(lang),
                action.who.in_(lang),
                format_date(action.until, lang),
                state_words(item, lang),
                "; ".join(gap_words(rulebook, row, lang) for row in item.served),
                flag_words(item, lang) or "–",
            )
            lines.append(Line(cells))
        blocks.append(Table(columns, tuple(lines), caption))
        if any(item.action.status == "assumed" for item in found.tracked):
            blocks.append(Paragraph(say("actions.some_assumed").in_(lang)))
    else:
        blocks.append(Paragraph(say("writing.none").in_(lang)))
    if found.unserved:
        blocks.append(Paragraph(say("actions.unserved").in_(lang) + ":"))
        blocks.append(Items(tuple(gap_words(rulebook, row, lang) for row in found.unserved)))
    return blocks
