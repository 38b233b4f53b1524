"""What can be asked that plays with plans: limits, what is needed, alternatives, the frontier."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, WithJsonSchema

from api.http.asked import MOST_SECONDS, Basis, Day, Overlaying, Seconds, Text, body_as
from api.http.encoding import cut
from api.http.faults import SECONDS
from engine.errors import Code, Issue, RuleError
from engine.numbers import NumberFormError, parse_machine_number
from engine.overlay import Overlay, overlay_mapping
from engine.words import Message, joined, say
from scenarios.goals import COST, FAIRNESS, PLAN_GOALS, Goal, in_order

MOST = 100
"""Plans or points of one answer."""
GOAL = Message(
    "'goal' là cost hoặc đường dẫn của một con số, ví dụ training.total; changes cần thêm 'stay'",
    "'goal' is cost, or the path of a figure such as training.total; or changes, beside 'stay'",
)
BOTH = Message(
    "'goals' thay cho 'goal', 'from', 'to' và 'more': chỉ dùng một cách",
    "'goals' stands in the place of 'goal', 'from', 'to' and 'more': give one or the other",
)
RANGE = Message(
    "mục tiêu này cần 'from' và 'to', là hai số khác nhau",
    "this goal needs 'from' and 'to', two different numbers",
)
NO_RANGE = Message(
    "'from', 'to' và 'more' chỉ dùng cho mục tiêu là một con số",
    "'from', 'to' and 'more' are for a goal that is a figure",
)
Whole = Annotated[Any, WithJsonSchema({"type": "integer"})]
Number = Annotated[Any, WithJsonSchema({"type": "number"})]
Part = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})]


class AskedLimits(Overlaying):
    """The options of ``chitieu limits``."""

    path: Text = Field(description="`training.total` | `parameters.loan_capital.value`")
    down: bool = Field(False, description="Giảm, thay vì tăng / down, not up")
    step: Text | None = Field(None, description="Bước / the step; without it, the last decimal written")
    until: Text | None = Field(None, description="Tìm đến đây thôi / search no further than this")
    time_limit: Text | None = Field(
        None, description="Giới hạn thời gian (giây) / seconds at most; without it, 600"
    )

    @property
    def ends(self) -> tuple[Decimal | None, Decimal | None]:
        """The step and where the search ends. Raises RuleError (bad_number)."""
        return figure("step", self.step), figure("until", self.until)


class AskedNeeded(Overlaying):
    """The options of ``chitieu needed``."""

    indicator: Text = Field(description="Chỉ tiêu / the indicator")
    unit: Text = Field(description="Đơn vị / the unit")
    as_of: Day | None = Field(
        None, description="Ngày / date (`2023-05-15`); without it, that of the latest actual"
    )
    basis: Basis = Field("actual", description="Thực hiện hay ước / actuals or estimates")


class _Planned(BaseModel):
    """What stands in every body here."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    allocation: Text | None = Field(
        None, description="Phương án phân bổ / the allocation; without it, the only one"
    )
    scenario: Text | None = Field(None, description="Phương án của bộ chỉ tiêu / a scenario of the rulebook")
    overlay: dict[str, Any] | None = Field(
        None, description="Thay đổi, trên phương án / changes, over the scenario, as for a plan"
    )
    time_limit: Seconds = Field(
        60.0, description="Giới hạn thời gian (giây) / seconds at most for all of it; without it, 60"
    )

    @property
    def layers(self) -> Overlay:
        """What is laid over the rulebook. Raises RuleError (yaml_syntax, not_finite)."""
        given = (overlay_mapping(self.overlay, "overlay"),) if self.overlay else ()
        return Overlay(self.scenario, given, self.allocation)


class AskedAlternatives(_Planned):
    """The options of ``chitieu alternatives``."""

    count: Whole = Field(5, description="Số phương án / how many plans; without it, 5")
    slack: Part = Field("2%", description="Kém công bằng thêm / less fair by: `0.02` or `2%`, the default")
    move: Part = Field("5%", description="Khác nhau ít nhất / moved at least: `0.05` or `5%`, the default")

    @property
    def wanted(self) -> tuple[int, float, float]:
        """How many plans, how much less fair, how far apart. Raises RuleError (bad_setting)."""
        count = whole(self.count, "bad_count", 1)
        slack, move = part(self.slack, "bad_slack"), part(self.move, "bad_move")
        if not 0 < move <= 1:
            raise _bad(say("bad_move", what=cut(self.move)))
        return count, float(slack), float(move)


class AskedGoal(BaseModel):
    """A figure as one of two goals."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    path: Text = Field(description="`training.total` | `parameters.loan_capital.value`")
    first: Number = Field(None, alias="from", description="Từ / from")
    last: Number = Field(None, alias="to", description="Đến / to")
    more: StrictBool = Field(False, description="Càng lớn càng tốt / the greater the better")


class AskedFrontier(_Planned):
    """The options of ``chitieu frontier``; ``goal`` is what stands beside fairness, ``goals`` are any two."""

    goal: Text | None = Field(
        None, description="Bên công bằng / beside fairness: `cost`, the default, or `changes`, or a path"
    )
    points: Whole = Field(5, description="Số điểm / how many points; without it, 5")
    first: Number = Field(None, alias="from", description="Từ / of a path: from")
    last: Number = Field(None, alias="to", description="Đến / of a path: to")
    more: StrictBool = Field(False, description="Càng lớn càng tốt / of a path: the greater the better")
    goals: list[Text | AskedGoal] | None = Field(
        None,
        description="Thay cho goal, hai mục tiêu bất kỳ / in place of `goal`, any two: `fairness`, `cost`, "
        "`changes`, or `{path, from, to, more}`",
    )
    stay: dict[str, Any] | None = Field(
        None, description="Cho changes / for `changes`: `{plan}`, the id of an issued plan or the plan itself"
    )

    @property
    def count(self) -> int:
        """How many points. Raises RuleError (bad_setting)."""
        return whole(self.points, "bad_points", 2)

    @property
    def wanted(self) -> tuple[Goal, Goal]:
        """The two goals. Raises RuleError (bad_setting)."""
        single = self.goal, self.first, self.last, self.more
        if self.goals is None:
            one, two = Goal(FAIRNESS), self._beside()
        elif single != (None, None, None, False):
            raise _bad(BOTH)
        elif len(self.goals) != 2:
            raise _bad(say("bad_goals", what=cut(", ".join(str(goal) for goal in self.goals))))
        else:
            one, two = (_goal(goal) for goal in self.goals)
        in_order((one, two), with_plan=self.stay is not None)
        return one, two

    def _beside(self) -> Goal:
        name = COST if self.goal is None else self.goal
        if name == FAIRNESS or "," in name:
            raise _bad(GOAL)
        ends = figure("from", self.first), figure("to", self.last)
        if name not in PLAN_GOALS and (None in ends or ends[0] == ends[1]):
            raise _bad(RANGE)
        if name in PLAN_GOALS and (ends != (None, None) or self.more):
            raise _bad(NO_RANGE)
        return Goal(name, *ends, self.more)


def _goal(given: str | AskedGoal) -> Goal:
    if isinstance(given, str):
        return Goal(given)
    return Goal(given.path, figure("from", given.first), figure("to", given.last), given.more)


async def alternatives_body(request: Request) -> AskedAlternatives:
    """The body of a request for alternatives. Raises as ``body_as``."""
    return await body_as(AskedAlternatives, request)


async def frontier_body(request: Request) -> AskedFrontier:
    """The body of a request for a frontier. Raises as ``body_as``."""
    return await body_as(AskedFrontier, request)


def whole(given: Any, key: str, least: int) -> int:
    """A whole number from ``least`` to MOST. Raises RuleError (bad_setting)."""
    if isinstance(given, int) and not isinstance(given, bool) and least <= given <= MOST:
        return given
    raise _bad(say(key, what=cut(given), most=MOST))


def part(given: Any, key: str) -> Decimal:
    """A share as 0.02 or "2%". Raises RuleError (bad_setting)."""
    text = given if isinstance(given, str) else ""
    found = _number(text.removesuffix("%") if text else given)
    if found is None or found < 0:
        raise _bad(say(key, what=cut(given)))
    return found / 100 if text.endswith("%") else found


def figure(name: str, given: Any) -> Decimal | None:
    """A figure that may be left out. Raises RuleError (bad_setting)."""
    if given is None:
        return None
    found = _number(given)
    if found is None:
        message = say("bad_setting", what=f"{name}: {cut(given)}")
        raise RuleError([Issue(Code.BAD_SETTING, message, hint=say("bad_number.hint"))])
    return found


def seconds_of(given: str) -> float:
    """A time limit as a query has it. Raises RuleError (bad_number)."""
    found = _number(given)
    if found is None or not 0 < found <= MOST_SECONDS:
        raise RuleError([Issue(Code.BAD_NUMBER, joined(["time_limit", SECONDS], ": "))])
    return float(found)


def _number(given: Any) -> Decimal | None:
    """A number, or one as a query has it."""
    if isinstance(given, int | Decimal) and not isinstance(given, bool):
        given = format(given, "f") if isinstance(given, Decimal) else str(given)
    if not isinstance(given, str):
        return None
    try:
        return parse_machine_number(given)
    except NumberFormError:
        return None


def _bad(message: Message) -> RuleError:
    return RuleError([Issue(Code.BAD_SETTING, message)])
