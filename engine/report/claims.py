"""What each percentage claims: how it relates two figures, which they are, and what its base is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.report.items import Figure, Item, Pair, Sentence
from engine.report.scales import NONE, alike

REACH, SHARE, UP, DOWN, OVER, REMAIN = "reach", "share", "up", "down", "over", "remain"
_RELATIONS = {
    "reach": REACH,
    "share": SHARE,
    "up": UP,
    "down": DOWN,
    "over": OVER,
    "times": REACH,
    "remain": REMAIN,
    "to": REACH,
}
_BASES = {"plan", "same", "total"}
_STEPS = 24


@dataclass(slots=True)
class Claim:
    """A percentage, a multiple, a difference or a change in points, with what it is said to be of.

    ``kind``: plan, same, total, from, or empty where no words say it; ``said``: words name the base;
    ``weak``: the pair that is at hand may belong to something else; ``where``: its index among the items.
    """

    figure: Figure
    sentence: Sentence
    where: int
    relation: str
    kind: str
    part: Figure | None = None
    base: Figure | None = None
    said: bool = False
    weak: bool = False
    named: bool = False


def claims(sentence: Sentence, before: Sentence | None) -> list[Claim]:
    """The claims of a sentence, in order. ``before``: the sentence before it in the same paragraph."""
    items = sentence.items
    found: list[Claim] = []
    for at, item in enumerate(items):
        if item.kind in {"percent", "multiple"} and item.figure:
            if _is_range(items, at):
                continue
            found.append(_claim(sentence, at, item.figure))
        elif item.kind == "figure" and item.figure and item.figure.role == "diff":
            claim = _claim(sentence, at, item.figure)
            if claim.relation in {UP, DOWN, OVER}:
                found.append(claim)
        elif item.kind == "point" and item.figure:
            found.append(_claim(sentence, at, item.figure))
    for claim in found:
        _own_bracket(claim)
    for claim in found:
        _find_figures(claim, found, before)
    return found


def _is_range(items: list[Item], at: int) -> bool:
    """``10-15%``: no claim about one figure."""
    return at >= 2 and items[at - 1].kind == "dash" and items[at - 2].kind in {"figure", "percent"}


def _claim(sentence: Sentence, at: int, figure: Figure) -> Claim:
    items = sentence.items
    relation, kind = _behind(items, at)
    kind = _ahead(items, at) or kind
    return Claim(figure, sentence, at, relation or REACH, kind, said=bool(kind), named=bool(relation))


def _behind(items: list[Item], at: int) -> tuple[str, str]:
    """The relation that the words before a percentage say, and the base if they name it."""
    relation = kind = ""
    for index in range(at - 1, max(-1, at - _STEPS), -1):
        item = items[index]
        if item.kind in {"figure", "pair", "percent", "multiple", "point", "semi"}:
            break
        if item.kind == "close":
            break
        if item.kind in _RELATIONS and not relation:
            relation = _RELATIONS[item.kind]
            if item.kind == "to":
                before = items[index - 1].kind if index else ""
                relation = REACH if before in {"up", "down"} or not relation else relation
        elif item.kind in {"up", "down", "over"} and relation == REACH and items[index + 1].kind == "to":
            relation = REACH
        if item.kind in _BASES and not kind:
            kind = item.kind
        if item.kind == "comma" and (relation or kind):
            break
        if item.kind == "open":
            break
    if relation == SHARE and not kind:
        kind = "total"
    return relation, kind


def _ahead(items: list[Item], at: int) -> str:
    """The base that the words behind a percentage name: ``so với kế hoạch``, ``cùng kỳ năm 2022``."""
    index, end = at + 1, min(len(items), at + _STEPS)
    compared = False
    words = 0
    while index < end:
        item = items[index]
        kind = item.kind
        if kind == "open" and index == at + 1:
            index = item.match + 1
            continue
        if kind in _BASES:
            return kind
        if kind == "day" and compared and item.day and item.day.year:
            return "same"
        if kind == "compare":
            compared = True
        elif kind == "word":
            words += 1
            if words > (6 if compared else 3):
                return ""
        elif kind not in {"of", "period", "day", "more"}:
            return ""
        index += 1
    return ""


def _own_bracket(claim: Claim) -> None:
    """Take the pair or the base in the bracket behind the percentage, or behind what names its base."""
    items = claim.sentence.items
    index, end = claim.where + 1, min(len(items), claim.where + _STEPS)
    passed_base = False
    while index < end:
        item = items[index]
        if item.kind == "open":
            if _take_bracket(claim, index, item.match):
                return
            if any(inner.kind in {"percent", "multiple"} for inner in items[index : item.match]):
                return
            index = item.match + 1
            continue
        if item.kind in {
            "comma",
            "semi",
            "and",
            "close",
            "percent",
            "multiple",
            "point",
            "slash",
            *_RELATIONS,
        }:
            return
        if item.kind in _BASES:
            passed_base = True
        if item.kind == "figure" and item.figure:
            if passed_base and item.figure.role != "diff" and _fits(claim, item.figure):
                claim.base = item.figure
                item.figure.role = claim.kind or "base"
            return
        if item.kind == "pair" and item.pair:
            if passed_base or index == claim.where + 1:
                _take(claim, item.pair)
            return
        index += 1


def _take_bracket(claim: Claim, start: int, end: int) -> bool:
    items = claim.sentence.items
    inside = items[start + 1 : end]
    if any(item.kind in {"percent", "multiple"} for item in inside):
        return False
    pairs = [item.pair for item in inside if item.pair]
    if pairs:
        _take(claim, pairs[0])
        return True
    figures = [
        item.figure for item in inside if item.kind == "figure" and item.figure and item.figure.role != "diff"
    ]
    if len(figures) == 1 and _fits(claim, figures[0]):
        figure = figures[0]
        if claim.kind in {"plan", "same", "total"} or figure.role in {"plan", "same", "total"}:
            claim.base = figure
            claim.kind = claim.kind or figure.role
            figure.role = figure.role or claim.kind
            return True
        return False
    bases = [figure for figure in figures if figure.role in {"plan", "same", "total"}]
    others = [figure for figure in figures if figure.role == ""]
    if len(bases) == 1 and len(others) == 1:
        claim.base, claim.part = bases[0], others[0]
        claim.kind = claim.kind or bases[0].role
        return True
    return False


def _fits(claim: Claim, figure: Figure) -> bool:
    if claim.figure.unit.kind in {"percent", "times", "point"}:
        return True
    return alike(claim.figure.unit, figure.unit)


def _take(claim: Claim, pair: Pair) -> None:
    claim.part, claim.base = pair.part, pair.base
    claim.kind = claim.kind or pair.role
    pair.owned = True


def _find_figures(claim: Claim, all_claims: list[Claim], before: Sentence | None) -> None:
    """What of part and base the bracket didn't say, from the rest of the sentence, or the one before."""
    items = claim.sentence.items
    near = before if _related(claim, before) else None
    if claim.base is None:
        if claim.relation == SHARE or claim.kind == "total":
            claim.part = claim.part or _part(claim)
            claim.base = _container(claim)
        elif not _from_to(claim):
            _inline(claim, all_claims)
            if claim.base is None:
                role = claim.kind or ("same" if claim.relation in {UP, DOWN} else "plan")
                claim.base = _with_role(claim, items, role)
                if claim.base is None and near is not None:
                    claim.base = _with_role(claim, near.items, role)
                if claim.base is not None and not claim.kind:
                    claim.kind = role
    if claim.part is None:
        claim.part = _part(claim)
    if claim.part is None and near is not None and claim.base is not None and claim.base in near.figures:
        earlier = [figure for figure in near.figures if figure.role == ""]
        claim.part = earlier[-1] if earlier else None


def _related(claim: Claim, before: Sentence | None) -> bool:
    """Whether the sentence before is about the same thing, or this one doesn't say what it is about."""
    if before is None:
        return False
    own, other = claim.sentence.own_subject, before.subject
    return len(own) < 2 or 2 * len(own & other) >= min(len(own), len(other))


def _part(claim: Claim) -> Figure | None:
    """The figure that the percentage is said of: the last one before it, not inside a closed bracket."""
    items = claim.sentence.items
    index, steps = claim.where - 1, 0
    while index >= 0 and steps < 60:
        item = items[index]
        if item.kind == "close" and item.match >= 0:
            index = item.match - 1
            continue
        for figure in (item.pair.part,) if item.pair else (item.figure,) if item.kind == "figure" else ():
            if figure is None or figure.role or figure is claim.figure or figure is claim.base:
                continue
            if _fits(claim, figure) and (claim.base is None or alike(claim.base.unit, figure.unit)):
                return figure
        index -= 1
        steps += 1
    for item in items[claim.where + 1 : claim.where + 12]:
        if item.kind in {"percent", "comma", "semi"}:
            break
        if item.kind == "figure" and item.figure and not item.figure.role and item.figure is not claim.base:
            return item.figure if _fits(claim, item.figure) else None
    return None


def _container(claim: Claim) -> Figure | None:
    """The total that a share is of: what stands before "trong đó", or is called a total, or comes first."""
    items = claim.sentence.items
    among = next((i for i in range(claim.where - 1, -1, -1) if items[i].kind in {"among", "among_all"}), None)
    totals = [figure for figure in claim.sentence.figures if figure.role == "total"]
    part = claim.part
    if among is not None:
        inside = [
            figure for figure in claim.sentence.figures if figure.at < among and figure.role in {"", "total"}
        ]
        if inside and part is not None and part.at > among:
            return next((figure for figure in reversed(inside) if alike(figure.unit, part.unit)), None)
    if part is None:
        return None
    for figure in totals:
        if figure is not part and alike(figure.unit, part.unit):
            return figure
    for item in reversed(items[: claim.where]):
        if item.pair and item.pair.part is part:
            return item.pair.base
    if claim.said and claim.kind == "total" and _ahead(items, claim.where):
        return None  # a total that is named, and isn't in the sentence
    earlier = [
        f for f in claim.sentence.figures if f.at < part.at and f.role == "" and alike(f.unit, part.unit)
    ]
    return earlier[-1] if earlier and claim.relation == SHARE else None


def _from_to(claim: Claim) -> bool:
    """``tăng từ 8.591 lên 9.262 lao động, tăng 7,81%``: from the first to the second."""
    if claim.relation not in {UP, DOWN} or claim.said:
        return False
    items = claim.sentence.items
    first: Item | None = None
    second: Item | None = None
    origin = False
    for item in items[: claim.where]:
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
    first.figure.role = "base"
    if first.figure.unit is NONE and second.figure.unit is not NONE:
        first.figure.unit, first.figure.value = (
            second.figure.unit,
            first.figure.value * second.figure.unit.scale,
        )
    return True


def _inline(claim: Claim, all_claims: list[Claim]) -> None:
    """The pair before the percentage that no bracket made another's: ``2.311/10.000 người, đạt 23,11%``."""
    for item in reversed(claim.sentence.items[: claim.where]):
        if not item.pair or item.pair.owned or not _fits(claim, item.pair.base):
            continue
        pair = item.pair
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
        claim.kind = claim.kind or pair.role or ("plan" if claim.relation == REACH and claim.named else "")
        return


def _with_role(claim: Claim, items: list[Item], role: str) -> Figure | None:
    """The nearest figure before the percentage, else behind it, that words give this role."""
    figures = [
        item.figure for item in items if item.kind == "figure" and item.figure and item.figure.role == role
    ]
    figures += [item.pair.base for item in items if item.pair and item.pair.role == role]
    figures = [figure for figure in figures if _fits(claim, figure)]
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
