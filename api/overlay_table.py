"""What overlays changed, for people (§12)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from api import labels
from api.tables import Table, words
from engine.numbers import Lang, format_number
from engine.overlaid import Overlaid
from engine.rulebook import Rulebook


def overlaid_sheets(rulebook: Rulebook, lang: Lang) -> list[Table]:
    """The changes as a table, none where nothing lies over the rulebook."""
    return [overlaid_sheet(rulebook.overlaid, lang)] if rulebook.overlaid else []


def overlaid_sheet(overlaid: Sequence[Overlaid], lang: Lang) -> Table:
    """A row for each change: the path, what it was, what it is and who says so."""
    keys = ("path", "was", "now", "by")
    rows = [
        [words(change.path), words(_text(change.was, lang)), words(_text(change.now, lang)), words(change.by)]
        for change in overlaid
    ]
    titles = [labels.COLUMNS[key].in_(lang) for key in keys]
    return Table(labels.OVERLAID.in_(lang), titles, rows, [False] * len(keys))


def _text(value: Any, lang: Lang) -> str:
    match value:
        case None:
            return labels.NOT_THERE.in_(lang)
        case bool():
            return str(value).lower()
        case int() | float():
            return format_number(value, None, lang)
        case str():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)
