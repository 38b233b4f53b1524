"""What is done so that targets are met, as a rulebook says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.errors import Place
from engine.words import Message

__all__ = ["Action"]


@dataclass(frozen=True, slots=True)
class Action:
    """An action: ``who`` does it ``until`` a day, for the indicators that it ``serves``.

    ``state``: planned, in_progress, done (on ``done_on``) or dropped; ``unit``: where, None everywhere;
    ``status``: how well its date and state are known.
    """

    id: str
    label: Message
    who: Message
    until: date
    serves: tuple[str, ...]
    state: str
    done_on: date | None
    unit: str | None
    status: str
    source: str | None
    place: Place
