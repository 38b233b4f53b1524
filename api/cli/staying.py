"""Plans beside other plans: close to one that was issued, at a pace from the last one."""

from __future__ import annotations

import argparse
import math
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from api import services
from engine.errors import Code, Issue, RuleError
from engine.numbers import MAX_LENGTH, NumberFormError, parse_machine_number
from engine.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.rulebook import Rulebook
    from scenarios.replan import Closeness, Within

NEEDS_OF_PACE = (("pace", "--pace-from"), ("pace_from", "--pace"), ("taper", "--pace"))
NEEDS = (
    ("stay_weight", "--stay-close-to"),
    ("stay_within", "--stay-close-to"),
    ("stay_most", "--stay-close-to"),
    *NEEDS_OF_PACE,
)
"""What each option can't be without."""


def beside(arguments: argparse.Namespace, rulebook: Rulebook) -> tuple[Rulebook, Closeness | None]:
    """The rulebook with the pace of change that is asked for, and what the plan is to stay close to.

    Raises RuleError: bad_setting, and what reading a plan raises.
    """
    _complete(arguments, NEEDS)
    rulebook = _at_pace(arguments, rulebook, arguments.allocation)
    if arguments.stay_close_to is None:
        return rulebook, None
    from scenarios.replan import Closeness

    weight, within, most = _weight(arguments.stay_weight), _within(arguments.stay_within), arguments.stay_most
    if most is not None:
        most = _number(most, "stay_most")
        if most != int(most):
            raise _bad("stay_most", most)
    issued = services.issued(
        Path(arguments.stay_close_to), arguments.stay_close_to, rulebook, arguments.allocation
    )
    return rulebook, Closeness(issued, weight, within, None if most is None else int(most))


def explained_at_pace(arguments: argparse.Namespace, rulebook: Rulebook) -> Rulebook:
    """The rulebook with the pace of change that ``explain`` is asked for. Raises RuleError as ``beside``."""
    _complete(arguments, NEEDS_OF_PACE)
    first = arguments.what.partition(".")[0]
    if arguments.pace_from is not None and first not in rulebook.allocations:
        raise _bad("pace_of_figure", arguments.what)
    return _at_pace(arguments, rulebook, first)


def _complete(arguments: argparse.Namespace, needs: Sequence[tuple[str, str]]) -> None:
    lacking = [
        say("stay_needs", option=f"--{name.replace('_', '-')}", other=other)
        for name, other in needs
        if getattr(arguments, name) is not None and getattr(arguments, _key(other)) is None
    ]
    if lacking:
        raise RuleError([Issue(Code.BAD_SETTING, message) for message in lacking])


def _at_pace(arguments: argparse.Namespace, rulebook: Rulebook, allocation: str | None) -> Rulebook:
    if arguments.pace_from is None:
        return rulebook
    share, as_percentage = _part(arguments.pace, "pace_share")
    if share > 1 and not as_percentage:  # a % forgotten
        raise _bad("pace_large", arguments.pace, "pace_large.hint")
    taper = None if arguments.taper is None else float(_number(arguments.taper, "pace_taper"))
    issued = services.issued(Path(arguments.pace_from), arguments.pace_from, rulebook, allocation)
    return services.at_pace(
        rulebook, issued, float(share), taper, allocation or issued.allocation, "--pace-from"
    )


def _key(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


def _weight(text: str | None) -> float:
    if text is None or text == "inf":
        return math.inf
    return float(_number(text, "stay_weight"))


def _within(text: str | None) -> Within | None:
    from scenarios.replan import Within

    if text is None:
        return None
    amount, relative = _part(text, "stay_within")
    if not relative and amount != int(amount):
        raise _bad("stay_fraction", text, "stay_fraction.hint")
    return Within(amount, relative)


def _part(text: str, key: str) -> tuple[Decimal, bool]:
    """A number, or a percentage as the part that it is and True."""
    relative = text.endswith("%")
    number = _number(text.removesuffix("%"), key, text)
    return (number / 100 if relative else number), relative


def _number(text: str, key: str, shown: str | None = None) -> Decimal:
    try:
        number = parse_machine_number(text)
    except NumberFormError:
        raise _bad(key, shown or text) from None
    if number < 0:
        raise _bad(key, shown or text)
    return number


def _bad(key: str, what: object, hint: str | None = None) -> RuleError:
    return RuleError(
        [Issue(Code.BAD_SETTING, say(key, what=what, most=MAX_LENGTH), hint=say(hint) if hint else None)]
    )
