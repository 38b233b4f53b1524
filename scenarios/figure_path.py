"""The figure that stands at a path of a rulebook, as a number that can be varied (§12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import Code, Issue, RuleError
from engine.overlaid import PROBE, Overlaid, probed
from engine.overlay import Overlay, setting
from engine.rulebook import Rulebook
from engine.words import say
from scenarios.posing import pose

Load = Callable[[Overlay], Rulebook]
_OF_PATHS = frozenset(
    {
        Code.BAD_SETTING,
        Code.REDEFINED_METRIC,
        Code.UNKNOWN_ALLOCATION,
        Code.UNKNOWN_INDICATOR,
        Code.UNKNOWN_PATH,
        Code.UNKNOWN_UNIT,
    }
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure under an overlay. ``path``: in full; ``start`` and ``step`` in the measure that it is written
    in, ``step`` the last decimal it is written with; ``whole``: it can have no decimals at all.
    """

    path: str
    start: Decimal
    step: Decimal
    whole: bool = False


def with_figure(overlay: Overlay, path: str, value: Decimal) -> Overlay:
    """The overlay with the figure at a path set to a value."""
    return replace(overlay, layers=(*overlay.layers, setting(f"{path}={_written(value)}")))


def figure_at(load: Load, overlay: Overlay, path: str) -> Figure:
    """The figure at a path: a number as it is written, or the total of a quota as it is worked out.

    Raises RuleError (unknown_path, not_a_figure, and whatever is faulty).
    """
    rulebook = load(overlay)
    change = _probed(load, overlay, path)
    match change.path.split("."):
        case ["allocations", allocation, "quotas", quota, "total"]:
            asked = pose(rulebook, rulebook.allocations[allocation]).asked(quota)
            scale = rulebook.indicators[asked.quota.indicator].measure.scale
            total = Decimal(asked.total) * scale.denominator / scale.numerator
            return Figure(change.path, total, Decimal(1), scale == 1)
        case ["parameters", name, "value"]:
            parameter = rulebook.parameters[name]
            stated = parameter.stated
            return Figure(change.path, stated, _step(stated), parameter.measure.must_be_whole)
    start = _number(change.was, measured=change.path.startswith("data."))
    if start is None:
        raise RuleError([Issue(Code.NOT_A_FIGURE, say("not_a_figure", what=change.path))])
    return Figure(change.path, start, _step(start))


def _probed(load: Load, overlay: Overlay, path: str) -> Overlaid:
    """What setting the path to a number changes."""
    try:
        *layers, own = with_figure(overlay, path, Decimal(1)).layers
        return probed(load(replace(overlay, layers=(*layers, replace(own, by=PROBE)))).overlaid)
    except RuleError as error:
        # The number is ours: faults of it say that no figure stands there, those of the path are the asker's.
        told = [replace(issue, place=None) for issue in error.issues if issue.code in _OF_PATHS]
        raise RuleError(told or [Issue(Code.NOT_A_FIGURE, say("not_a_figure", what=path))]) from None


def _written(value: Decimal) -> str:
    """A value as it is written in a rulebook: a whole one without a point, which may be read as thousands."""
    return f"{int(value)}" if value == value.to_integral_value() else f"{value:f}"


def _number(written: Any, *, measured: bool) -> Decimal | None:
    """A number that is written alone, or before its measure as the figures of the data are."""
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        return None
    text = str(written)
    try:
        return Decimal(text.split(" ", maxsplit=1)[0] if measured else text)
    except InvalidOperation:
        return None


def _step(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)
