"""What falls to one of many: ``12 tỷ đồng cho 240 hộ, bình quân 50 triệu đồng/hộ``."""

from __future__ import annotations

from engine.report.items import Figure, Sentence
from engine.report.reckoned import credible, says
from engine.report.said import EACH, Claim
from engine.report.scales import MONEY

_WHOLES = frozenset({"", "total", "still", "remain"})


def averages(sentence: Sentence, before: Sentence | None) -> list[Claim]:
    """A claim for each average whose total and number of ones are printed before it."""
    found = []
    for figure in sentence.single:
        claim = Claim(figure, sentence, figure.at, EACH, "")
        if figure.each and (_take(claim, sentence) or (before is not None and _take(claim, before))):
            found.append(claim)
    return found


def _take(claim: Claim, sentence: Sentence) -> bool:
    """Give an average the two figures of a sentence that make it, else the only ones that can."""
    figure, own = claim.figure, sentence is claim.sentence
    earlier = [*sentence.single, *(pair.part for pair in sentence.pairs)]
    earlier = [one for one in earlier if (one.at < claim.where or not own) and not one.per]
    totals = [one for one in earlier if one.unit.kind == figure.unit.kind and one.role in _WHOLES]
    counts = [one for one in earlier if one.unit.kind == figure.each and one.role in _WHOLES]
    for total in totals:
        for count in counts:
            if says(claim, total, count):
                claim.part, claim.base = total, count
                return True
    only = len(totals) == len(counts) == 1 and own and not any(one.rounded for one in (*totals, *counts))
    if not only or not (figure.mean or (figure.unit.kind == MONEY and len(earlier) == 2)):
        return False
    more = not figure.mean and any(one.at > claim.where for one in sentence.single)  # 500.000 đồng và quà …
    if more or _apart(claim, totals[0], counts[0]) or not credible(claim, totals[0], counts[0]):
        return False
    claim.part, claim.base = totals[0], counts[0]
    return True


def _apart(claim: Claim, total: Figure, count: Figure) -> bool:
    """Whether the average may be of something else than what the two figures before it are about."""
    first = min(total.at, count.at)
    parted = any(item.kind == "semi" for item in claim.sentence.items[first : claim.where])
    return parted and len(claim.figure.subject & total.subject) < 2
