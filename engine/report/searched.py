"""Where no words tie a percentage to its figures: those near it that give it, or the only ones there are."""

from __future__ import annotations

from engine.report.items import LEFT, Figure, Sentence
from engine.report.reckoned import says
from engine.report.said import DOWN, REACH, SHARE, UP, Claim, fits
from engine.report.scales import POINT, alike

MOST = 8
"""Figures of a sentence that are tried, the nearest first."""
TELLING = 3
"""With fewer digits, a number that some two figures give says little: only the likely part is tried."""
_NEVER = frozenset({"diff", *LEFT} - {"still"})
_NOT_ITS = {"plan": frozenset({"same"}), "same": frozenset({"plan", "total"})}


def search(claim: Claim, before: Sentence | None, likely: Figure | None) -> None:
    """Give a claim without a sure base the figures that it is right of, else what it was done of.

    ``likely``: what it is said of by its place; ``before``: the sentence before.
    """
    if claim.figure.unit.kind == POINT or claim.figure.rounded:
        return
    if (
        claim.part is not None
        and claim.base is not None
        and (_tied(claim) or says(claim, claim.part, claim.base))
    ):
        return
    near = _candidates(claim, claim.sentence)
    telling = len(claim.figure.numeral.digits.lstrip("0")) >= TELLING
    wider = near + (_candidates(claim, before) if before is not None and telling and len(near) < MOST else [])
    parts = [likely] if likely is not None else []
    for part in [*parts, *(wider if telling else [])]:
        for base in wider:
            if part is claim.base or base is claim.part:
                continue  # what is turned over is a slip
            if base is part or not alike(part.unit, base.unit) or base.role in _NOT_ITS.get(claim.kind, ()):
                continue
            if claim.relation in {REACH, SHARE} and not claim.kind and base.value < part.value:
                continue
            if says(claim, part, base):
                claim.part, claim.base, claim.weak = part, base, False
                claim.kind = claim.kind or ("same" if claim.relation in {UP, DOWN} else "")
                return
    if (
        claim.base is None
        and likely is not None
        and claim.relation in {REACH, SHARE}
        and claim.kind != "same"
    ):
        _done_of(claim, near, likely)


def _tied(claim: Claim) -> bool:
    """Whether words tie the claim to its base: a pair, or the role that it names."""
    paired = any(pair.base is claim.base and pair.part is claim.part for pair in claim.sentence.pairs)
    named = claim.said and claim.base is not None and claim.base.role == claim.kind
    return not claim.weak and (paired or named)


def _candidates(claim: Claim, sentence: Sentence) -> list[Figure]:
    found = [
        figure
        for figure in sentence.figures
        if figure is not claim.figure and figure.role not in _NEVER and fits(claim, figure)
    ]
    return sorted(found, key=lambda figure: abs(figure.start - claim.figure.start))[:MOST]


def _done_of(claim: Claim, near: list[Figure], part: Figure) -> None:
    """``thụ lý 4.812 vụ, đã giải quyết 2.936 vụ, đạt 61,01%``: of the only figure before what was done."""
    wholes = [
        figure
        for figure in near
        if figure.start < part.start and figure.value > part.value and alike(figure.unit, part.unit)
    ]
    if len(wholes) == 1 and wholes[0].role in {"", "total", "plan"}:
        between = claim.sentence.items[wholes[0].at : part.at]
        if any(item.kind in {"done", "among"} for item in between):
            claim.base, claim.part = wholes[0], part
