"""What overlays changed (§12), as the answers record it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import Place
from engine.measures import label_of
from engine.words import Message, both, joined, say

ASSUMED = "assumed"
"""The status of a figure that an overlay states without saying otherwise."""
PROBE = "?"
"""Who lays a change that is only tried, to learn what stands at its path."""


_QUANTITY = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ([^\W\d_][^*+<>=()]*)")
"""A cell's figure with its measure: ``1.435 billion VND``; ``1.25 * fair`` is a formula."""


@dataclass(frozen=True, slots=True)
class Overlaid:
    """One change: ``was`` and ``now`` as they are written, None for what isn't there; ``by``: a scenario's
    name, a file or an option of the command line.
    """

    path: str
    was: Any
    now: Any
    by: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row laid over a table: ``cells`` and their ``places`` by column.

    ``alone``: it changes one figure and keeps the row's measure; ``removed``: the row is taken away.
    """

    cells: Mapping[str, str]
    places: Mapping[str, Place]
    place: Place
    by: str
    alone: bool = False
    removed: bool = False


def probed(changes: Iterable[Overlaid]) -> Overlaid:
    """What the probe changed. It need not be last: changes of rows stand after those of keys."""
    return [change for change in changes if change.by == PROBE][-1]


def plain(value: Any) -> Any:
    """A value of a YAML file as JSON has it: numbers as numbers, whole ones without a point."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case _:
            return value


def value_words(value: Any) -> Message:
    """A value as a rulebook has it, numbers in each language's form."""
    match value:
        case None:
            return say("overlaid.nothing")
        case str() if quantity := _QUANTITY.fullmatch(value):
            return joined([Decimal(quantity[1]), label_of(quantity[2])], " ")
        case bool() | int() | float() | str():
            return joined([value])
        case _:
            return both(json.dumps(value, ensure_ascii=False))
