"""What overlays changed, for people (§12)."""

from __future__ import annotations

from collections.abc import Sequence

from api import labels
from api.tables import Table, words, written
from engine.numbers import Lang
from engine.overlaid import Overlaid
from engine.rulebook import Rulebook


def overlaid_sheets(rulebook: Rulebook, lang: Lang) -> list[Table]:
    """The changes as a table, none where nothing lies over the rulebook."""
    return [overlaid_sheet(rulebook.overlaid, lang)] if rulebook.overlaid else []


def overlaid_sheet(overlaid: Sequence[Overlaid], lang: Lang) -> Table:
    """A row for each change: the path, what it was, what it is and who says so."""
    keys = ("path", "was", "now", "by")
    rows = [
        [
            words(change.path),
            words(written(change.was, lang)),
            words(written(change.now, lang)),
            words(change.by),
        ]
        for change in overlaid
    ]
    titles = [labels.COLUMNS[key].in_(lang) for key in keys]
    return Table(labels.OVERLAID.in_(lang), titles, rows, [False] * len(keys))
