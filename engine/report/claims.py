"""The two figures that each percentage relates: from its bracket, its sentence, or the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.report.averages import averages
from engine.report.clauses import of_another_clause, of_what_is_listed
from engine.report.items import LEFT, Figure, Item, Sentence
from engine.report.moments import between
from engine.report.reckoned import make_whole, says
from engine.report.remainders import left_over
from engine.report.said import DOWN, REACH, SHARE, UP, Claim, ahead, behind, fits, stated
from engine.report.scales import NONE, PERCENT, POINT, PROPORTIONS, alike
from engine.report.searched import search

_AMONG = frozenset({"among", "among_all"})


def claims(sentence: Sentence, before: Sentence | None) -> list[Claim]:
    """The claims of a sentence, in order. ``before``: the sentence before it in the same paragraph."""
    found = stated(sentence)
    for claim in found:
        if claim.figure.role in LEFT and claim.figure.unit.kind not in PROPORTIONS:
            left_over(claim)
        else:
            sure = claim.base is not None
            _find_figures(claim, found, before)
            if claim.figure.unit.kind == POINT:
                if claim.base is not None and claim.base.unit.kind != PERCENT:
                    claim.base = claim.part = None  # points lie between rates
                if claim.base is None:
                    _between_rates(claim)
            of_what_is_listed(claim)
            if not sure and of_another_clause(claim):
                claim.weak = True
            if not (sure or (claim.kind == "from" and claim.base) or _of_one_whole(claim, found)):
                search(claim, before, _part(claim))
    return [*found, *averages(sentence, before)]


def _of_one_whole(claim: Claim, all_claims: list[Claim]) -> bool:
    """Whether a share is one of those of a list that together are all of its whole: their base is one."""
    base, among = claim.base, _list_of(claim)
    if among is None or base is None or claim.kind not in {"", "total"} or claim.figure.unit.kind != PERCENT:
        return False
    listed = [
        one.figure
        for one in all_claims
        if one.where > among and one.figure.unit.kind == PERCENT and one.relation in {SHARE, REACH}
    ]
    inside = claim.part is not None and base.at < among < claim.part.at
    claim.one_whole = inside and len(listed) > 1 and claim.figure in listed and make_whole(listed)
    return claim.one_whole


def _list_of(claim: Claim) -> int | None:
    """Where the list that a claim stands in begins: "trong đó", "gồm"."""
    return next((at for at in reversed(claim.sentence.lists) if at < claim.where), None)


def _find_figures(claim: Claim, all_claims: list[Claim], before: Sentence | None) -> None:
    """What of part and base the bracket didn't say, from the rest of the sentence, or the one before."""
    only_plan = before is not None and len(before.figures) == 1 and before.figures[0].role == "plan"
    near = before if only_plan or _related(claim, before) else None
    if claim.base is None:
        if claim.relation == SHARE or claim.kind == "total" or _of_those(claim):
            claim.part = claim.part or _part(claim)
            claim.base = _container(claim, before)
        elif not (_from_to(claim) or between(claim)):
            _inline(claim, all_claims)
            if claim.base is None:
                role = claim.kind or ("same" if claim.relation in {UP, DOWN} else "plan")
                claim.base = _with_role(claim, claim.sentence, role) or _year_before(claim)
                if claim.base is None and near is not None:
                    earlier_plan = _with_role(claim, near, role)
                    part = claim.part or _part(claim)
                    if earlier_plan and (
                        only_plan or part is None or akin(part.subject, earlier_plan.subject)
                    ):
                        claim.base = earlier_plan
                if claim.base is not None and not claim.kind:
                    claim.kind = role
                if claim.base is None and not claim.kind and claim.relation == REACH:
                    claim.base = _with_role(claim, claim.sentence, "total")
                    whole = _part(claim)
                    if claim.base and whole and says(claim, claim.base, whole):
                        claim.base, claim.part = whole, claim.base  # tổng số 4.805 hộ trên 79.800 hộ (6,02%)
            if claim.base is None:
                _from_difference(claim, all_claims, near)
    if claim.part is None:
        claim.part = _part(claim)
    if claim.part is None and near is not None and claim.base is not None and claim.base in near.figures:
        earlier = [figure for figure in near.figures if figure.role == ""]
        claim.part = earlier[-1] if earlier else None


def _of_those(claim: Claim) -> bool:
    """``12.231 hồ sơ, trong đó đúng hạn 12.190 hồ sơ, đạt 99,66%``: a part of what stands before."""
    if claim.relation != REACH or claim.kind:
        return False
    among = _list_of(claim)
    part = _part(claim) if among is not None else None
    return among is not None and part is not None and part.at > among


def _year_before(claim: Claim) -> Figure | None:
    """``năm 2022: 8.591 lao động; năm 2023: 9.262 lao động, tăng 7,81%``."""
    part = _part(claim) if claim.relation in {UP, DOWN} else None
    if part is None or part.year is None:
        return None
    for figure in reversed(claim.sentence.figures):
        earlier = figure.at < part.at and figure.year == part.year - 1 and not figure.role
        if earlier and alike(figure.unit, part.unit):
            return figure
    return None


def _from_difference(claim: Claim, all_claims: list[Claim], near: Sentence | None) -> None:
    """``9.262 lao động, tăng 671 lao động (7,81%)``: the base is what the difference leaves."""
    if claim.figure.unit.kind != "percent" or claim.kind in {"plan", "total"}:
        return
    difference = _difference(claim)
    if difference is None:
        return
    way = claim.relation if claim.relation in {UP, DOWN} else behind(claim.sentence.items, difference.at)[0]
    own = next((one for one in all_claims if one.figure is difference and one.base and one.part), None)
    if own is not None and way in {UP, DOWN}:
        claim.base, claim.part, claim.relation, claim.kind = own.base, own.part, way, claim.kind or own.kind
        return
    part = _counted_before(difference, claim.sentence)
    if part is None and near is not None:
        part = _counted_before(difference, near)
    if way not in {UP, DOWN} or part is None or not alike(part.unit, difference.unit):
        return
    value = part.value - difference.value if way == UP else part.value + difference.value
    if value > 0:
        base = replace(difference, value=value, role="base")
        ratio = claim.named and claim.relation == REACH and says(claim, part, base)
        claim.base, claim.part = base, part
        claim.relation = REACH if ratio else way  # chỉ bằng 43,39%, giảm 3.015 người
        claim.kind = claim.kind or "same"
        difference.served = True


def _between_rates(claim: Claim) -> None:
    """``đầu năm 5,31%, cuối năm 4,66%, giảm 0,65 điểm %``: the two rates before it, if they give it."""
    rates = [item.figure for item in claim.sentence.items[: claim.where] if item.kind == "percent"]
    if len(rates) >= 2 and rates[-1] and rates[-2] and says(claim, rates[-1], rates[-2]):
        claim.base, claim.part, claim.kind = rates[-2], rates[-1], "from"


def _difference(claim: Claim) -> Figure | None:
    """The difference that a percentage tells too: the one before its bracket, or the only one close by."""
    if "diff" not in claim.sentence.roles:
        return None
    items, at = claim.sentence.items, claim.where
    opened = next((i for i in range(at - 1, max(-1, at - 4), -1) if items[i].kind == "open"), 0)
    for item in reversed(items[max(0, opened - 3) : opened]):
        if item.figure:
            return item.figure if item.figure.role == "diff" else None
    nearby = items[max(0, at - 5) : at + 6]
    found = [i.figure for i in nearby if i.kind == "figure" and i.figure and i.figure.role == "diff"]
    return found[0] if len(found) == 1 else None


def _counted_before(difference: Figure, before: Sentence) -> Figure | None:
    """What a difference is of: of several figures of its measure that of its words, else the last."""
    own = any(figure is difference for figure in before.figures)
    found = [
        figure
        for figure in before.figures
        if figure.role in {"", "total", "still"}
        and (figure.start < difference.start if own else bool(figure.unit.kind))
        and alike(figure.unit, difference.unit)
    ]
    named = [figure for figure in found if figure.subject & difference.behind]
    if len(found) > 1 and len(named) == 1:
        return named[0]
    return found[-1] if found and (own or len(found) == 1) else None


def _related(claim: Claim, before: Sentence | None) -> bool:
    """Whether the sentence before is about the same thing, or this one doesn't say what it is about."""
    if before is None:
        return False
    own, other = claim.sentence.own_subject, before.subject
    return len(own) < 2 or akin(own, other) or any(akin(own, figure.subject) for figure in before.figures[:8])


def akin(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether two subjects may be the same: they share half of the shorter one, or one says nothing."""
    least = min(len(left), len(right))
    return least < 2 or 2 * len(left & right) >= least


def _part(claim: Claim) -> Figure | None:
    """The figure that the percentage is said of: the last one before it, not inside a closed bracket."""
    items = claim.sentence.items
    index, steps = claim.where - 1, 0
    total: Figure | None = None
    rejected: Figure | None = None
    while index >= 0 and steps < 60:
        item = items[index]
        if item.kind == "close" and item.match >= 0:
            index = item.match - 1
            continue
        for figure in (item.pair.part,) if item.pair else (item.figure,) if item.kind == "figure" else ():
            if figure is None or figure is claim.figure or figure is claim.base:
                continue
            if figure.role and not _reached(claim, figure, index):
                if figure.role == "total" and total is None and fits(claim, figure):
                    total = figure
                    told = claim.kind == "plan" or (claim.kind == "total" and claim.base is not None)
                    if told and rejected is None and _adds_up(items, index):
                        return total
                continue
            if figure.per and not any(other.per for other in claim.sentence.figures if other is not figure):
                continue
            other = claim.base or claim.figure
            named = not other.unit.kind and not figure.unit.kind and bool(other.behind)
            if named and figure.behind and not figure.behind & other.behind:
                rejected = rejected or figure
                continue  # 2.346 giấy với 1.120 cây: what the base counts
            counts = item.pair is not None or bool(figure.unit.text) or figure.value >= 100 or named
            if counts and fits(claim, figure) and (claim.base is None or alike(claim.base.unit, figure.unit)):
                return figure
        index -= 1
        steps += 1
    if (
        total is not None
        and claim.kind != "total"
        and (claim.base is None or alike(claim.base.unit, total.unit))
    ):
        return total  # tổng thu 5.436 tỷ đồng, đạt 53% dự toán
    return rejected or _part_ahead(claim)


def _adds_up(items: list[Item], index: int) -> bool:
    """Whether a total stands in a clause of its own: ``…, tổng cộng 4.355 triệu đồng, đạt 87,1%``."""
    cue = next((at for at in range(index - 1, max(0, index - 10), -1) if items[at].kind == "total"), 0)
    return cue > 0 and items[cue - 1].kind in {"comma", "semi"}


def _reached(claim: Claim, figure: Figure, index: int) -> bool:
    """Whether a figure of what is left is what a percentage is said of."""
    items = claim.sentence.items
    if figure.role == "still" and claim.relation in {UP, DOWN}:
        return True  # còn 1.284 hộ, giảm 14,4%
    left = figure.role in {"remain", "still"}
    return left and (claim.relation == SHARE or _opens_behind(items, index, claim.where))


def _opens_behind(items: list[Item], index: int, where: int) -> bool:
    """Whether a bracket opens behind a figure and the percentage is in it."""
    return any(item.kind == "open" for item in items[index + 1 : where]) and where - index < 8


def _part_ahead(claim: Claim) -> Figure | None:
    """``đạt 46,31% kế hoạch với 9.262 lao động``: the figure behind, where none stands before."""
    if claim.figure.unit.kind not in PROPORTIONS:
        return None  # còn thiếu 132 người, mỗi tháng cần 22 người
    items = claim.sentence.items
    index = claim.where + 1
    while index < min(len(items), claim.where + 20):
        item = items[index]
        if item.kind in {"percent", "multiple", "semi"}:
            return None
        if item.kind == "open":
            index = item.match
        elif item.kind == "figure" and item.figure and not item.figure.role and item.figure is not claim.base:
            return item.figure if fits(claim, item.figure) else None
        index += 1
    return None


def _container(claim: Claim, before: Sentence | None) -> Figure | None:
    """The total that a share is of: what stands before "trong đó", or is called a total, or comes first."""
    items, part = claim.sentence.items, claim.part
    if part is None:
        return None
    for item in reversed(items[: claim.where]):
        if item.pair and item.pair.part is part:
            return item.pair.base
    others = [f for f in claim.sentence.figures if f is not part and alike(f.unit, part.unit)]
    first = claim.sentence.figures[0].at
    among = next(
        (
            i
            for i in range(claim.where - 1, -1, -1)
            if items[i].kind in _AMONG or (items[i].kind == "colon" and i > first)
        ),
        None,
    )
    if among is not None and part.at > among:
        inside = [
            figure
            for figure in others
            if figure.at < among and figure.role in {"", "total", "remain", "still"}
        ]
        if inside:
            return inside[-1]
        claim.weak = True  # what the sentence before counts may be its total
        outside = [f for f in before.figures if f.role in {"", "total"}] if before else []
        return next((figure for figure in outside if alike(figure.unit, part.unit)), None)
    totals = [figure for figure in others if figure.role == "total"]
    if totals:
        return totals[0]
    if claim.said and claim.kind == "total" and ahead(items, claim.where):
        return None  # a total that is named, and isn't in the sentence
    earlier = [figure for figure in others if figure.at < part.at and figure.role == ""]
    claim.weak = True
    return earlier[-1] if earlier and claim.relation == SHARE else None


def _from_to(claim: Claim) -> bool:
    """``tăng từ 8.591 lên 9.262 lao động, tăng 7,81%``: from the first to the second."""
    if claim.relation not in {UP, DOWN} or claim.said:
        return False
    first: Item | None = None
    second: Item | None = None
    origin = False
    items = claim.sentence.items
    ahead_too = claim.figure.role == "diff"  # tăng 671 người, từ 8.591 lên 9.262 người
    for item in items if ahead_too else items[: claim.where]:
        if ahead_too and second is not None:
            break
        if item.kind == "from":
            origin, first, second = True, None, None
        elif origin and item.kind in {"figure", "percent"}:
            if first is None:
                first = item
            elif second is None and item.kind == first.kind:
                second = item
    if first is None or second is None or first.figure is None or second.figure is None:
        return False
    claim.base, claim.part, claim.kind = first.figure, second.figure, "from"
    claim.sentence.give(first.figure, "base")
    if first.figure.unit is NONE and second.figure.unit is not NONE:
        first.figure.unit, first.figure.value = (
            second.figure.unit,
            first.figure.value * second.figure.unit.scale,
        )
    return True


def _inline(claim: Claim, all_claims: list[Claim]) -> None:
    """The pair before the percentage that no bracket made another's: ``2.311/10.000 người, đạt 23,11%``."""
    for pair in reversed(claim.sentence.pairs):
        if pair.base.at >= claim.where or pair.owned or not fits(claim, pair.base):
            continue
        if not claim.said and any(
            item.kind == "semi" for item in claim.sentence.items[pair.base.at : claim.where]
        ):
            continue
        if claim.kind == "same" and pair.role != "same":
            others = [other for other in all_claims if other is not claim and other.kind != "same"]
            if others or pair.role == "plan":  # it is theirs
                claim.part = claim.part or pair.part
                return
            claim.part, claim.base, claim.weak = pair.part, pair.base, True
            return
        if claim.relation in {UP, DOWN} and claim.kind == "" and pair.role != "same":
            claim.part, claim.base, claim.weak = pair.part, pair.base, True
            return
        if claim.kind == "plan" and pair.role == "same":
            continue
        claim.part, claim.base = pair.part, pair.base
        claim.kind = claim.kind or pair.role
        return


def _with_role(claim: Claim, sentence: Sentence, role: str) -> Figure | None:
    """The nearest figure before the percentage, else behind it, that words give this role."""
    if role not in sentence.roles:
        return None
    figures = [figure for figure in sentence.single if figure.role == role]
    figures += [pair.base for pair in sentence.pairs if pair.role == role]
    figures = [figure for figure in figures if fits(claim, figure)]
    if not figures:
        return None
    part = _part(claim)
    if part is not None:
        figures = [figure for figure in figures if alike(figure.unit, part.unit) and figure is not part]
    before = [figure for figure in figures if figure.start < claim.figure.start]
    if before:
        return max(before, key=lambda figure: figure.start)
    return min(figures, key=lambda figure: figure.start, default=None)


def each(sentences: list[Sentence]) -> Iterator[Claim]:
    """The claims of all sentences."""
    before: Sentence | None = None
    for sentence in sentences:
        near = before if before is not None and before.paragraph == sentence.paragraph else None
        yield from claims(sentence, near)
        before = sentence
