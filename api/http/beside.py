"""A plan beside other plans, as a body asks for it: close to an issued one, at a pace from the last one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from api import services
from engine.errors import Code, Issues, Place
from engine.numbers import NumberFormError, parse_machine_number
from engine.scalars import kind_of
from engine.words import Message, did_you_mean, say

if TYPE_CHECKING:
    from engine.rulebook import Rulebook
    from scenarios.replan import Closeness

PLAN = Message(
    "cần id của một kế hoạch, hoặc chính kế hoạch đó", "the id of a plan is wanted, or the plan itself"
)
NUMBER = Message("cần một số từ 0 trở lên", "a number from 0 up is wanted")
WEIGHT = Message('cần một số từ 0 trở lên, hoặc "inf"', 'a number from 0 up is wanted, or "inf"')
COUNT = Message(
    'cần một số nguyên từ 0 trở lên, hoặc một tỷ lệ như "5%"',
    'a whole number from 0 up is wanted, or a part like "5%"',
)
SHARE = Message(
    'cần một tỷ lệ từ 0 đến 1, hoặc phần trăm như "10%"',
    'a part from 0 to 1 is wanted, or a percentage like "10%"',
)
MOST = Message("cần một số nguyên từ 0 trở lên", "a whole number from 0 up is wanted")
TAPER = Message(
    "cần một số từ 0 (giới hạn cứng) đến 1 (không giới hạn)",
    "a number from 0 (a hard limit) to 1 (none) is wanted",
)


@dataclass(frozen=True, slots=True)
class Stay:
    """What ``stay`` says. ``data``: the plan's JSON; ``within``: amount and whether it is a part."""

    data: Any
    label: str
    weight: float
    within: tuple[Decimal, bool] | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Pacing:
    """What ``pace`` says."""

    data: Any
    label: str
    share: float
    taper: float | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What other plans a plan stands beside."""

    stay: Stay | None = None
    pace: Pacing | None = None

    def over(self, rulebook: Rulebook, allocation: str | None) -> tuple[Rulebook, Closeness | None]:
        """The rulebook at its pace, and what the plan is to stay close to. Raises RuleError (bad_plan, …)."""
        from scenarios.issued import issued
        from scenarios.replan import Closeness, Within

        if self.pace is not None:
            last = issued(self.pace.data, self.pace.label, rulebook, allocation)
            rulebook = services.at_pace(
                rulebook, last, self.pace.share, self.pace.taper, allocation or last.allocation
            )
        if self.stay is None:
            return rulebook, None
        plan = issued(self.stay.data, self.stay.label, rulebook, allocation)
        within = None if self.stay.within is None else Within(*self.stay.within)
        return rulebook, Closeness(plan, self.stay.weight, within, self.stay.most)


def beside(
    stay: Mapping[str, Any] | None, pace: Mapping[str, Any] | None, find: Callable[[str], Any]
) -> Beside | None:
    """What a body says; ``find``: the JSON of a plan by its id. Raises RuleError with every issue."""
    issues = Issues()
    found = Beside(
        None
        if stay is None
        else _Reader("stay", stay, ("plan", "weight", "within", "most"), issues, find).stay(),
        None if pace is None else _Reader("pace", pace, ("plan", "share", "taper"), issues, find).pacing(),
    )
    issues.raise_errors()
    return None if found == Beside() else found


def issued_plan(stay: Mapping[str, Any] | None, find: Callable[[str], Any]) -> tuple[Any, str] | None:
    """The JSON of an issued plan and what it is called, of a body that asks for no more than that. Raises as
    ``beside``.
    """
    if stay is None:
        return None
    issues = Issues()
    found = _Reader("stay", stay, ("plan",), issues, find).plan()
    issues.raise_errors()
    return found


class _Reader:
    """One of the two mappings. Where it is faulty what is returned means nothing."""

    def __init__(
        self,
        name: str,
        data: Mapping[str, Any],
        known: tuple[str, ...],
        issues: Issues,
        find: Callable[[str], Any],
    ) -> None:
        self.name, self.data, self.issues, self.find = name, data, issues, find
        for key in data:
            if key not in known:
                issues.add(Code.UNKNOWN_KEY, self.place(key), hint=did_you_mean(key, known), what=key)

    def place(self, key: str) -> Place:
        return Place(f"{self.name}.{key}", 1, 1)

    def stay(self) -> Stay:
        data, label = self.plan()
        weight = self.data.get("weight", "inf")
        within = self.data.get("within")
        most = self.data.get("most")
        return Stay(
            data,
            label,
            math.inf if weight == "inf" else float(self.number("weight", weight, WEIGHT)),
            None if within is None else self.part("within", within, COUNT, whole=True),
            None if most is None else int(self.number("most", most, MOST, whole=True)),
        )

    def pacing(self) -> Pacing:
        data, label = self.plan()
        if "share" not in self.data:
            self.issues.add(Code.MISSING_KEY, Place(self.name, 1, 1), what="share")
        taper = self.data.get("taper")
        at = None if taper is None else float(self.number("taper", taper, TAPER, most=1))
        return Pacing(data, label, float(self.part("share", self.data.get("share", 0), SHARE, most=1)[0]), at)

    def plan(self) -> tuple[Any, str]:
        """Its JSON, and what it is called."""
        given = self.data.get("plan")
        if isinstance(given, str):
            return self.find(given), given
        if isinstance(given, Mapping):
            return _plain(given), f"{self.name}.plan"
        if "plan" not in self.data:
            self.issues.add(Code.MISSING_KEY, Place(self.name, 1, 1), what="plan")
        else:
            self.wrong("plan", PLAN, given)
        return None, ""

    def wrong(self, key: str, wanted: Message, got: Any) -> None:
        code = Code.BAD_SETTING if isinstance(got, str | int | Decimal) else Code.WRONG_TYPE
        message = wanted if code is Code.BAD_SETTING else say("wrong_type", expected=wanted, got=kind_of(got))
        self.issues.add(code, self.place(key), message)

    def number(
        self, key: str, given: Any, wanted: Message, *, whole: bool = False, most: float = math.inf
    ) -> Decimal:
        sound = isinstance(given, int | Decimal) and not isinstance(given, bool)
        if (
            sound
            and 0 <= given <= most
            and not (whole and given != int(given))
            and math.isfinite(float(given))
        ):
            return Decimal(given)
        self.wrong(key, wanted, given)
        return Decimal(0)

    def part(
        self, key: str, given: Any, wanted: Message, *, whole: bool = False, most: float = math.inf
    ) -> tuple[Decimal, bool]:
        """A number, or a percentage as the part that it is and True: that may be any from 0 up."""
        if not isinstance(given, str):
            return self.number(key, given, wanted, whole=whole, most=most), False
        relative = given.endswith("%")
        try:
            number = parse_machine_number(given.removesuffix("%"))
        except NumberFormError:
            number = Decimal(-1)
        fits = relative or (number <= most and not (whole and number != int(number)))
        if number < 0 or not fits:
            self.wrong(key, wanted, given)
        return (number / 100 if relative else number), relative


def _plain(value: Any) -> Any:
    """JSON with floats, as a file would have been read."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
    return value
