"""The shape of what an office puts on its documents."""

from __future__ import annotations

from pydantic import Field

from engine.scalars import Label
from engine.schema_model import Model


class Office(Model):
    """The head and the end of documents; what isn't said stays dots in them."""

    parent: Label | None = None
    body: Label | None = None
    symbol: Label | None = None
    place: Label | None = None
    authority: Label | None = None
    bases: list[Label] = Field(default_factory=list)
    signs_for: Label | None = None
    signer_title: Label | None = None
    signer: Label | None = None
    recipients: list[Label] = Field(default_factory=list)
