"""What can be asked about sweeps: the keys of a sweep's spec beside those of a plan."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, WithJsonSchema

from api.http.asked import Seconds, Text, body_as
from engine.overlay import Overlay, overlay_mapping

SPEC = ("allocation", "method", "seed", "draws", "inputs", "achievement")
"""The keys that are the spec's: its own reader judges them, as it does for the command line."""

Method = Annotated[Any, WithJsonSchema({"enum": ["grid", "one_at_a_time", "draws"]})]
Whole = Annotated[Any, WithJsonSchema({"type": "integer"})]
Mapping = Annotated[Any, WithJsonSchema({"type": "object"})]


class AskedSweep(BaseModel):
    """The spec of ``chitieu sweep``, and its options."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    allocation: Text | None = Field(
        None, description="Phương án phân bổ / the allocation; without it, the only one"
    )
    method: Method = Field(None, description="Cách thay đổi / how the inputs are varied")
    seed: Whole = Field(0, description="Mầm ngẫu nhiên / of the random numbers")
    draws: Whole = Field(None, description="Số lần rút / scenarios, for `draws`")
    inputs: Mapping = Field(
        None,
        description="Đầu vào / by path, as for `--set`: `[values]`, `{low, high, steps}`, `{uniform: …}`",
    )
    achievement: Mapping = Field(
        None, description="Phần thường đạt / by quota: the share of it that is usually achieved, also by unit"
    )
    scenario: Text | None = Field(None, description="Phương án của bộ chỉ tiêu / a scenario of the rulebook")
    overlay: dict[str, Any] | None = Field(
        None, description="Thay đổi, trên phương án / changes, over the scenario, as for a plan"
    )
    time_limit: Seconds | None = Field(
        None, description="Giới hạn thời gian (giây) / seconds at most for each plan; without it, 600"
    )
    units: StrictBool = Field(
        False, description="Cả chỉ tiêu từng đơn vị / every unit's quota in the rows too"
    )

    @property
    def spec(self) -> dict[str, Any]:
        """The spec as it was given."""
        return {key: getattr(self, key) for key in SPEC if key in self.model_fields_set}

    @property
    def layers(self) -> Overlay:
        """What is laid over the rulebook. Raises RuleError (yaml_syntax, not_finite)."""
        given = (overlay_mapping(self.overlay, "overlay"),) if self.overlay else ()
        return Overlay(self.scenario, given, self.allocation)


async def sweep_body(request: Request) -> AskedSweep:
    """The body of a request for a sweep. Raises as ``body_as``."""
    return await body_as(AskedSweep, request)
