"""When a figure is of: ``đầu năm 8.000 hộ, cuối năm còn 6.400 hộ, giảm 1.600 hộ``."""

from __future__ import annotations

from engine.report.items import Figure
from engine.report.marked import NOW
from engine.report.reckoned import credible
from engine.report.said import DOWN, UP, Claim
from engine.report.scales import PERCENT, POINT, alike

_ITS = frozenset({"", "still", "base"})


def between(claim: Claim) -> bool:
    """Give a change the two figures before it that are of two times, and whether it has got them.

    A year alone is time enough for a rate: what a year counted needn't be what a part of the next one did.
    """
    unit = claim.figure.unit.kind
    if claim.relation not in {UP, DOWN} or claim.said:
        return False
    for kind in ("percent",) if unit == POINT else ("percent", "figure") if unit == PERCENT else ("figure",):
        timed = _timed(claim, kind)
        if timed is not None and (kind == "percent" or credible(claim, timed[1], timed[0])):
            claim.base, claim.part, claim.kind = *timed, "from"
            return True
    return _left_by(claim)


def _left_by(claim: Claim) -> bool:
    """``có 1.000 hộ, giảm 200 hộ, còn 800 hộ``: from what stands before to what is left."""
    items = [item for item in claim.sentence.items[claim.where + 1 : claim.where + 4] if item.kind != "comma"]
    left = items[1].figure if len(items) > 1 and items[0].kind in {"still", "remain"} else None
    before = [one for one in claim.sentence.single if one.at < claim.where and one.role in _ITS]
    if claim.relation != DOWN or claim.figure.role != "diff" or left is None or not before:
        return False
    base = before[-1]
    if not alike(base.unit, left.unit) or not credible(claim, left, base):
        return False
    claim.base, claim.part, claim.kind = base, left, "from"
    return True


def _timed(claim: Claim, kind: str) -> tuple[Figure, Figure] | None:
    """The earlier and the later one of the only two figures with a time before a change."""
    figures = [
        item.figure for item in claim.sentence.items[: claim.where] if item.kind == kind and item.figure
    ]
    if kind == "percent":
        figures = [one for one in figures if one.unit.whole == claim.figure.unit.whole]
    else:
        figures = [one for one in figures if one.role in _ITS and not one.per]
        if claim.figure.role == "diff":
            figures = [one for one in figures if alike(one.unit, claim.figure.unit)]
    timed = [one for one in figures if one.moment is not None and (kind == "percent" or one.moment[1] != 6)]
    if len(timed) != 2 or figures[-2:] != timed or not alike(timed[0].unit, timed[1].unit):
        return None
    first, second = sorted(timed, key=lambda one: one.moment or NOW)
    if first.moment is None or second.moment is None or first.moment == second.moment:
        return None
    known = bool(first.moment[0]) == bool(second.moment[0])
    return (first, second) if known or second.moment == NOW else None
