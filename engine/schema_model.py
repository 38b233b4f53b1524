"""What all models of rulebook files share."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["published", "reported", "estimated", "assumed"]
Basis = Literal["actual", "estimate"]
FlowOrLevel = Literal["flow", "level"]
Direction = Literal["up", "down", "hold"]


class Model(BaseModel):
    """A mapping of known keys; any other key is an issue."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
