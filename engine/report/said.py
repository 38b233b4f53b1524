"""What each percentage is said to be: how it relates two figures, what its base is called, its bracket."""

from __future__ import annotations

from dataclasses import dataclass

from engine.report.items import LEFT, Figure, Item, Pair, Sentence
from engine.report.scales import alike

REACH, SHARE, UP, DOWN, OVER, REMAIN, EACH = "reach", "share", "up", "down", "over", "remain", "each"
_RELATIONS = {
    "reach": REACH,
    "share": SHARE,
    "up": UP,
    "grow": UP,
    "down": DOWN,
    "short": DOWN,
    "over": OVER,
    "times": REACH,
    "remain": REMAIN,
    "still": REMAIN,
    "to": REACH,
}
_BASES = {"plan": "plan", "same": "same", "total": "total"}
_BASES_AHEAD = {**_BASES, "planned": "plan"}
_ON_THE_WAY = frozenset(
    {"open", "earlier", "compare", "of", "word", "day", "with", "period", "more", *_BASES_AHEAD}
)
_ENDS = frozenset({"comma", "semi", "and", "close", "percent", "multiple", "point", *_RELATIONS})
_STEPS = 24


@dataclass(slots=True)
class Claim:
    """A percentage, a multiple, a difference or a change in points, with what it is said to be of.

    ``kind``: plan, same, total, from, or empty where no words say it; ``said``: words name the base;
    ``one_whole``: its base is that of other shares too, which together are all of it;
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
    one_whole: bool = False


def stated(sentence: Sentence) -> list[Claim]:
    """The claims of a sentence, in order, with the figures that the words at the percentage itself give."""
    items = sentence.items
    found: list[Claim] = []
    for at, item in enumerate(items):
        if item.kind in {"percent", "multiple"} and item.figure:
            if not _is_range(items, at):
                found.append(_claim(sentence, at, item.figure))
        elif item.kind == "figure" and item.figure and item.figure.role == "diff":
            claim = _claim(sentence, at, item.figure)
            if claim.relation in {UP, DOWN, OVER}:
                found.append(claim)
        elif item.kind == "figure" and item.figure and item.figure.role in LEFT:
            found.append(Claim(item.figure, sentence, at, REMAIN, ""))
        elif item.kind == "point" and item.figure:
            found.append(_points(_claim(sentence, at, item.figure), found))
    for claim in found:
        if claim.figure.role not in LEFT:
            _own_bracket(claim)
    return found


def _is_range(items: list[Item], at: int) -> bool:
    """``10-15%``: no claim about one figure."""
    return at >= 2 and items[at - 1].kind == "dash" and items[at - 2].kind in {"figure", "percent"}


def _claim(sentence: Sentence, at: int, figure: Figure) -> Claim:
    items = sentence.items
    relation, kind = behind(items, at)
    kind = ahead(items, at) or kind
    return Claim(figure, sentence, at, relation or REACH, kind, said=bool(kind), named=bool(relation))


def _points(claim: Claim, earlier: list[Claim]) -> Claim:
    """``còn 2,68%, giảm 0,52 điểm % so với năm 2022 (3,20%)``: the rate before, and that behind it."""
    items, at = claim.sentence.items, claim.where + 1
    while at < min(len(items), claim.where + _STEPS) and items[at].kind in _ON_THE_WAY:
        at += 1
    bases = [one.base for one in earlier if one.figure.unit.kind == claim.figure.unit.kind]
    rates = [item.figure for item in items[: claim.where] if item.kind == "percent" and item.figure]
    parts = [rate for rate in rates if not any(rate is base for base in bases)]
    drops = [item.figure for item in items[: claim.where] if item.kind == "point" and item.figure]
    if claim.relation == OVER and drops:  # giảm 0,56 điểm %, vượt 0,04 điểm % so với chỉ tiêu (0,52%)
        parts = drops
    if at < len(items) and items[at].kind == "percent" and parts:
        claim.base, claim.part, claim.kind = items[at].figure, parts[-1], "from"
    return claim


def behind(items: list[Item], at: int) -> tuple[str, str]:
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
        if item.kind == "short":  # còn thiếu 7.520 lao động
            kind = kind or "plan"
        if item.kind == "comma" and (relation or kind):
            break
        if item.kind == "open":
            break
    if relation == SHARE and not kind:
        kind = "total"
    return relation, kind


def ahead(items: list[Item], at: int) -> str:
    """The base that the words behind a percentage name: ``so với kế hoạch``, ``cùng kỳ năm 2022``."""
    index, end = at + 1, min(len(items), at + _STEPS)
    compared = items[at].kind == "multiple"  # gấp 3,6 lần năm 2018
    words = 0
    while index < end:
        item = items[index]
        kind = item.kind
        if index == at + 1 and kind in {"open", "slash"}:
            index = item.match + 1 if kind == "open" else index + 1
            continue
        if kind in _BASES_AHEAD:
            return _BASES_AHEAD[kind]
        if kind == "earlier" and compared:
            return "from"
        if kind == "day" and compared and item.day and item.day.year:
            return "same"
        if kind == "compare":
            compared = True
        elif kind == "word":
            words += 1
            if words > (6 if compared else 3):
                return ""
        elif kind not in {"of", "with", "period", "day", "more"}:
            return ""
        index += 1
    return ""


def _own_bracket(claim: Claim) -> None:
    """Take the pair or the base in the bracket behind the percentage, or behind what names its base."""
    items = claim.sentence.items
    index, end = claim.where + 1, min(len(items), claim.where + _STEPS)
    passed_base = compared = False
    while index < end:
        item = items[index]
        if item.kind == "open":
            close = _close(items, index)
            if _take_bracket(claim, index, close, compared=compared):
                return
            beside = (
                index == claim.where + 1 and claim.figure.role == "diff"
            )  # tăng 231 tỷ đồng (tăng 8,8%) so
            if not beside and any(inner.kind in {"percent", "multiple"} for inner in items[index:close]):
                return
            index = close + 1
            continue
        if item.kind == "and" and passed_base and _names_on(items, index + 1):
            index += 1
            continue
        if item.kind in _ENDS or (item.kind == "slash" and index > claim.where + 1):
            return
        if item.kind == "with" and passed_base:
            return
        passed_base = passed_base or item.kind in _BASES_AHEAD
        compared = compared or item.kind == "compare"
        if item.kind == "figure" and item.figure:
            if passed_base and item.figure.role != "diff" and fits(claim, item.figure):
                claim.base = item.figure
                claim.sentence.give(item.figure, claim.kind or "base")
            return
        if item.kind == "pair" and item.pair:
            if passed_base or index == claim.where + 1:
                _take(claim, item.pair)
            return
        index += 1


def _names_on(items: list[Item], at: int) -> bool:
    """Whether only names stand here up to a bracket: ``dự toán Trung ương giao và HĐND tỉnh giao (…)``."""
    for item in items[at : at + 6]:
        if item.kind == "open":
            return True
        if item.kind not in {"word", "of", *_BASES_AHEAD}:
            return False
    return False


def _close(items: list[Item], at: int) -> int:
    """Where a bracket ends; one that is never closed ends with what stands right behind it."""
    end = items[at].match
    if end < len(items):
        return end
    return next((i for i in range(at + 1, end) if items[i].kind in _ENDS or items[i].kind == "open"), end)


def _take_bracket(claim: Claim, start: int, end: int, *, compared: bool) -> bool:
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
    if len(figures) == 1 and fits(claim, figures[0]):
        figure = figures[0]
        if claim.kind in {"plan", "same", "total", "from"} or figure.role in {"plan", "same", "total"}:
            claim.base = figure
            claim.kind = claim.kind or figure.role
            claim.sentence.give(figure, figure.role or claim.kind)
            return True
        if claim.relation in {UP, DOWN} and not figure.role and _compares(items[: claim.where]):
            claim.base, claim.kind = figure, "same"  # so với cùng kỳ tăng 6 vụ (42 vụ)
            claim.sentence.give(figure, "same")
            return True
        if compared and not figure.role:  # so với thời điểm 15/5 (9.262 lao động)
            claim.base, claim.kind = figure, "from"
            claim.sentence.give(figure, "base")
            return True
        return False
    bases = [figure for figure in figures if figure.role in {"plan", "same", "total"}]
    others = [figure for figure in figures if figure.role == ""]
    if len(bases) == 1 and len(others) == 1:
        claim.base, claim.part = bases[0], others[0]
        claim.kind = claim.kind or bases[0].role
        return True
    return False


def _compares(items: list[Item]) -> bool:
    return any(item.kind == "same" for item in items)


def fits(claim: Claim, figure: Figure) -> bool:
    """Whether a figure can be what the claim is of: any, or one in the measure of a difference."""
    if claim.figure.unit.kind in {"percent", "times", "point"}:
        return True
    return alike(claim.figure.unit, figure.unit)


def _take(claim: Claim, pair: Pair) -> None:
    claim.part, claim.base = pair.part, pair.base
    claim.kind = claim.kind or pair.role
    pair.owned = True
