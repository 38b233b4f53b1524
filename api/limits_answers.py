"""The answer of ``limits``, as JSON and for people."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from api.answers import conflict_answer, overlaid, texts
from api.tables import Table
from engine.numbers import Lang, format_number
from engine.words import Message, joined, say

if TYPE_CHECKING:
    from scenarios.headroom import Headroom


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def binding_names(found: Headroom) -> list[str]:
    """What binds in the plan at the limit: bounds as ``jobs.at_most.phu_quy``, rules by their names."""
    if found.plan is None:
        return []
    rules = set(found.plan.problem.allocation.rules)
    names: dict[str, None] = {}
    for share in found.plan.shares:
        for name in share.binding:
            names[name if name in rules else f"{share.quota}.{name}.{share.unit}"] = None
    return list(names)


def limits_answer(found: Headroom, lang: Lang) -> dict[str, Any]:
    """How far a figure may go: values as they are written in the rulebook."""
    rulebook = found.rulebook
    return {
        "rulebook": rulebook.id,
        "allocation": found.allocation,
        **overlaid(rulebook),
        "path": found.path,
        "direction": "down" if found.down else "up",
        "start": _plain(found.start),
        "step": _plain(found.step),
        "limit": _plain(found.limit),
        "beyond": _plain(found.beyond),
        "free_to": _plain(found.free_to),
        "in_time": found.in_time,
        "tested": [{"value": _plain(one.value), "feasible": one.feasible} for one in found.tested],
        "binding": binding_names(found),
        "conflicts": [conflict_answer(conflict, lang) for conflict in found.conflicts],
        "issues": texts((issue.message for issue in found.issues), lang),
    }


def limits_sheet(found: Headroom, lang: Lang) -> Table:
    """The limit in words, what binds there and why nothing lies beyond."""
    lines = [_result(found)]
    if not found.in_time:
        lines.append(say("limits.unproven"))
    lines.append(say("limits.between"))
    if names := binding_names(found):
        lines.append(say("limits.binding", limit=_words(found.limit), names=joined(_few(names))))
    if found.conflicts or found.issues:
        lines.append(joined([say("limits.why", beyond=_words(found.beyond)), ""], ":"))
        lines += [joined(["- ", conflict.words], "") for conflict in found.conflicts]
        lines += [joined(["- ", issue.message], "") for issue in found.issues]
    lines.append(say("limits.tested", values=joined((_words(one.value) for one in found.tested), "; ")))
    title = say("limits.down" if found.down else "limits.up", what=found.path)
    return Table(title.in_(lang), (), (), (), texts(lines, lang))


def _few(names: list[str], most: int = 12) -> list[object]:
    rest = len(names) - most
    return [*names[:most], say("more_causes", more=rest)] if rest > 1 else list(names)


def _result(found: Headroom) -> Message:
    start = _words(found.start)
    if found.limit is None:
        return say("limits.none", start=start)
    limit = _words(found.limit)
    if found.free_to is not None:
        return say("limits.free", start=start, limit=limit)
    if not found.starts:
        return say("limits.start_fails", start=start, limit=limit)
    return say("limits.limit", start=start, limit=limit, beyond=_words(found.beyond))


def _words(value: Decimal | None) -> Message:
    assert value is not None
    return Message(format_number(value, None, "vi"), format_number(value, None, "en"))
