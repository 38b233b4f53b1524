"""What can be asked: queries and bodies. A name that isn't known, or stands twice, is refused."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from api.http.encoding import from_json, twice
from api.http.faults import MOST_TOLD, issues_of
from api.http.problems import GoneError, NotJsonError, TooLargeError
from engine.errors import Code, Issue, RuleError
from engine.numbers import parse_iso_date
from engine.words import say

MOST_BYTES = 1_000_000
"""The longest body."""
MOST_SECONDS = 600.0
"""The longest time limit, and the one of who gives none."""

Text = Annotated[str, Field(min_length=1, max_length=200)]
Day = Annotated[date, BeforeValidator(parse_iso_date)]
Basis = Literal["actual", "estimate"]
Seconds = Annotated[float, Field(strict=True, gt=0, le=MOST_SECONDS, allow_inf_nan=False)]


class Asked(BaseModel):
    """What every address takes."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    lang: Literal["vi", "en"] = Field("vi", description="Ngôn ngữ / language of labels and messages")


class AskedGaps(Asked):
    """The options of ``chitieu gap``."""

    as_of: Day | None = Field(
        None, description="Ngày / date (`2023-05-15`); without it, that of the latest actual"
    )
    basis: Basis = Field("actual", description="Thực hiện hay ước / actuals or estimates")
    unit: Text | None = Field(None, description="Một đơn vị / one unit")
    level: Text | None = Field(None, description="Mọi đơn vị của một cấp / all units of a level")
    indicator: Text | None = Field(None, description="Một chỉ tiêu / one indicator")


class AskedWhy(Asked):
    """The options of ``chitieu explain``."""

    what: Text = Field(description="`jobs.percent_of_plan` | `second_half.jobs`")
    unit: Text | None = Field(None, description="Một đơn vị / one unit; without it, the root")
    as_of: Day | None = Field(None, description="Ngày / date (`2023-05-15`)")
    basis: Basis | None = Field(
        None, description="Thực hiện hay ước / actuals or estimates; without it, actuals"
    )


class AskedPlan(BaseModel):
    """The options of ``chitieu plan``."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    allocation: Text | None = Field(
        None, description="Phương án phân bổ / the allocation; without it, the only one"
    )
    scenario: str | None = Field(None, description="Chưa hỗ trợ / not supported yet: null")
    overlay: dict[str, Any] | None = Field(None, description="Chưa hỗ trợ / not supported yet: null or {}")
    time_limit: Seconds | None = Field(
        None, description="Giới hạn thời gian (giây) / seconds at most; without it, 600"
    )


async def once_each(request: Request) -> None:
    """Refuse a query that says the same name twice. Raises RuleError (duplicate_key)."""
    counted = Counter(name for name, _ in request.query_params.multi_items())
    issues = [Issue(Code.DUPLICATE_KEY, twice(name)) for name, times in counted.items() if times > 1]
    if issues:
        raise RuleError(issues[:MOST_TOLD])


async def plan_body(request: Request) -> AskedPlan:
    """The body of a request for a plan.

    Raises RuleError, BadJsonError, NotJsonError, TooLargeError, GoneError.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise NotJsonError
    found = from_json(await _body(request))
    try:
        asked = AskedPlan.model_validate(found)
    except ValidationError as error:
        raise RuleError(issues_of(error.errors(), AskedPlan.model_fields)) from None
    unbuilt = [name for name in ("scenario", "overlay") if getattr(asked, name) not in (None, {})]
    if unbuilt:
        hint = say("not_supported.hint")
        raise RuleError(
            [Issue(Code.NOT_SUPPORTED, say("not_supported", what=name), hint=hint) for name in unbuilt]
        )
    return asked


async def _body(request: Request) -> bytes:
    """A body that stops being read where it gets too long, whatever length it said it has."""
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and int(said[:20]) > MOST_BYTES:
        raise TooLargeError
    body, more = bytearray(), True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise TooLargeError
    return bytes(body)
