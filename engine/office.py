"""What an office puts on its documents: its own words, and nothing that it hasn't said."""

from __future__ import annotations

from dataclasses import dataclass

from engine.words import Message


@dataclass(frozen=True, slots=True)
class Office:
    """The texts of a document's head and end; None where the rulebook doesn't say.

    ``parent``: the body above; ``body``: the one that issues; ``symbol``: its letters in a document's number;
    ``place``: where it is issued; ``authority``: who decides; ``bases``: "Căn cứ …;"; ``signs_for``: such as
    "TM. ỦY BAN NHÂN DÂN"; ``signer_title`` and ``signer``; ``recipients``.
    """

    parent: Message | None = None
    body: Message | None = None
    symbol: Message | None = None
    place: Message | None = None
    authority: Message | None = None
    bases: tuple[Message, ...] = ()
    signs_for: Message | None = None
    signer_title: Message | None = None
    signer: Message | None = None
    recipients: tuple[Message, ...] = ()


NO_OFFICE = Office()
