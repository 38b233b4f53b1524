"""What can be asked: queries and bodies. A name that isn't known, or stands twice, is refused."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from api import services
from api.http.encoding import from_json, twice
from api.http.faults import MOST_TOLD, issues_of
from api.http.problems import GoneError, NotFileError, NotJsonError, TooLargeError
from engine.errors import Code, Issue, RuleError
from engine.gaps import GapTable
from engine.numbers import parse_iso_date
from engine.overlay import Overlay, freeze, hold, leave_out, overlay_mapping, setting
from engine.rulebook import Rulebook

MOST_BYTES = 1_000_000
"""The longest body."""
MOST_FILE = 20_000_000
"""The largest file."""
FILE = "application/octet-stream"
"""What a file is sent as. No page of another site can send that unasked, as it could plain text."""
MOST_SECONDS = 600.0
"""The longest time limit, and the one of who gives none."""

M = TypeVar("M", bound=BaseModel)
Text = Annotated[str, Field(min_length=1, max_length=200)]
Day = Annotated[date, BeforeValidator(parse_iso_date)]
Basis = Literal["actual", "estimate"]
Setting = Annotated[str, Field(max_length=2_000)]
Settings = Annotated[list[Setting], Field(max_length=100)]


def _as_float(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


Seconds = Annotated[
    float,
    BeforeValidator(_as_float),
    Field(strict=True, gt=0, le=MOST_SECONDS, allow_inf_nan=False),
]


class Asked(BaseModel):
    """What every address takes."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    lang: Literal["vi", "en"] = Field("vi", description="Ngôn ngữ / language of labels and messages")


class Overlaying(Asked):
    """The what-if options, which `gaps` and `explain` share (DESIGN §12)."""

    scenario: Text | None = Field(None, description="Phương án của bộ chỉ tiêu / a scenario of the rulebook")
    allocation: Text | None = Field(
        None, description="Phân bổ mà thay đổi nói đến / the allocation that changes are about"
    )
    set_: Settings = Field(
        [],
        alias="set",
        description="Thay đổi / changes: `PATH=VALUE`, may be repeated; `set` is laid first, then `hold`, "
        "`leave_out`, `freeze`",
    )
    hold: Settings = Field([], description="Giữ nguyên / held: `UNIT.QUOTA=N`, may be repeated")
    leave_out: Settings = Field([], description="Không giao cho / a unit left out, may be repeated")
    freeze: Settings = Field([], description="Giữ phần đã đạt đến ngày / what was reached by a date is held")

    @property
    def overlay(self) -> Overlay:
        """What is laid over the rulebook. Raises RuleError (bad_setting, yaml_syntax)."""
        makers = ((setting, self.set_), (hold, self.hold), (leave_out, self.leave_out), (freeze, self.freeze))
        layers = tuple(make(text) for make, texts in makers for text in texts)
        return Overlay(self.scenario, layers, self.allocation)


REPEATED = frozenset({"set", "hold", "leave_out", "freeze"})
"""Names that a query may say more than once."""


class AskedGaps(Overlaying):
    """The options of ``chitieu gap``."""

    as_of: Day | None = Field(
        None, description="Ngày / date (`2023-05-15`); without it, that of the latest actual"
    )
    basis: Basis = Field("actual", description="Thực hiện hay ước / actuals or estimates")
    unit: Text | None = Field(None, description="Một đơn vị / one unit")
    level: Text | None = Field(None, description="Mọi đơn vị của một cấp / all units of a level")
    indicator: Text | None = Field(None, description="Một chỉ tiêu / one indicator")

    def table(self, rulebook: Rulebook) -> GapTable:
        """The gap table that is asked for. Raises RuleError."""
        return services.gap(rulebook, self.as_of, self.basis, self.unit, self.level, self.indicator)


class AskedWhy(Overlaying):
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
    scenario: Text | None = Field(None, description="Phương án của bộ chỉ tiêu / a scenario of the rulebook")
    overlay: dict[str, Any] | None = Field(
        None,
        description="Thay đổi, trên phương án / changes, over the scenario: `{title, allocation, set, hold, "
        "leave_out, freeze}`",
    )
    time_limit: Seconds | None = Field(
        None, description="Giới hạn thời gian (giây) / seconds at most; without it, 600"
    )
    stay: dict[str, Any] | None = Field(
        None,
        description="Gần với kế hoạch đã giao / close to an issued plan: `{plan, weight, within, most}`; "
        "`plan` is its id or the plan itself, `weight` a number or `inf`, `within` a number or like `5%`",
    )
    pace: dict[str, Any] | None = Field(
        None,
        description="Nhịp thay đổi so với kỳ trước / at a pace from the last plan: `{plan, share, taper}`; "
        "`share` is a part such as 0.1 or `10%`",
    )

    @property
    def layers(self) -> Overlay:
        """What is laid over the rulebook. Raises RuleError (yaml_syntax, not_finite)."""
        given = (overlay_mapping(self.overlay, "overlay"),) if self.overlay else ()
        return Overlay(self.scenario, given, self.allocation)


async def once_each(request: Request) -> None:
    """Refuse a query that says the same name twice, but for lists. Raises RuleError (duplicate_key)."""
    counted = Counter(name for name, _ in request.query_params.multi_items() if name not in REPEATED)
    issues = [Issue(Code.DUPLICATE_KEY, twice(name)) for name, times in counted.items() if times > 1]
    if issues:
        raise RuleError(issues[:MOST_TOLD])


async def plan_body(request: Request) -> AskedPlan:
    """The body of a request for a plan. Raises as ``body_as``."""
    return await body_as(AskedPlan, request)


async def file_body(request: Request) -> bytes:
    """A body that is a file. Raises NotFileError, TooLargeError, GoneError."""
    if _media_type(request) != FILE:
        raise NotFileError
    return await _body(request, MOST_FILE)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def body_as(model: type[M], request: Request) -> M:
    """A body as what may be asked. Raises RuleError, BadJsonError, NotJsonError, TooLargeError, GoneError."""
    if _media_type(request) != "application/json":
        raise NotJsonError
    found = from_json(await _body(request))
    try:
        asked = model.model_validate(found)
    except ValidationError as error:
        raise RuleError(issues_of(error.errors(), model.model_fields)) from None
    return asked


async def _body(request: Request, most: int = MOST_BYTES) -> bytes:
    """A body that stops being read where it gets too long, whatever length it said it has."""
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and int(said[:20]) > most:
        raise TooLargeError(most)
    body, more = bytearray(), True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise TooLargeError(most)
    return bytes(body)
