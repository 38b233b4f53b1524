"""Sentences as items: figures, percentages, pairs, dates, brackets, and the words that say how they belong.

One pass over the text with one pattern whose parts are bounded, so that time grows with length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from engine.numbers import Lang
from engine.report.cues import PHRASES
from engine.report.days import PATTERN as DAYS
from engine.report.days import Day, day_of
from engine.report.numerals import Numeral, numeral
from engine.report.scales import MONEY, NONE, PERCENT, POINT, TIME, TIMES, Unit, unit_at
from engine.report.spelled import MULTIPLES, STARTS, spelled, times
from engine.report.stops import spans

_REF = (
    r"[0-9]{1,6}(?:/[0-9]{4})?[/-][a-zđ]{1,6}(?:[0-9]{0,2})(?:[-/][a-zđ&]{1,12}[0-9]{0,2}){1,4}"
    r"|(?:nghị quyết|quyết định|kế hoạch|chỉ thị|nghị định|thông tư|công văn|văn bản) số "
    r"[0-9]{1,6}(?:[/-][\w&-]{1,40})?"
)
_NUMBER = r"[0-9]{1,3}(?: [0-9]{3}){1,6}(?:,[0-9]{1,9})?(?![0-9]|[.,]?[0-9])|[0-9]+(?:[.,][0-9]+)*"
_MASTER = re.compile(
    rf"(?P<ref>{_REF})|(?P<day>{DAYS})|(?P<number>{_NUMBER})|(?P<word>[^\W\d_]\w*(?:-[0-9]\w*)*)"
    r"|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)|(?P<semi>;)|(?P<colon>:)|(?P<slash>/)|(?P<dash>-)|(?P<tab>\t)|(?P<arrow>→)"
)
_PATH = re.compile(r"[a-z_][a-z0-9_]{0,40}(?:\.[a-z0-9_-]{1,40}){2,10}")
"""A path in a rulebook, or an address: its numbers are no figures."""
_GROUPED = re.compile(r"(?<![0-9.,/-])[0-9]{1,20}(?:[.,][0-9]{1,20})+")
COUNTED = re.compile(r"[0-9]|\b(?:mười|mươi|trăm|nghìn|ngàn|vạn|triệu)\b")
"""Where there may be a number, in digits or in words."""
_PLAIN_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ORDINAL = re.compile(
    r"\b(?:đợt|lần|nhóm|thứ|khối|hạng|loại|mục|khoản|điều|cấp|bậc|mức|tổ|khóa|khoá|phụ lục) $"
)
_DATED = frozenset({"điểm", "ngày", "hôm", "sáng", "chiều", "tối"})
_MORE_MONEY = re.compile(r" (?=[0-9]{1,3}(?:,[0-9]+)? (?:triệu|nghìn|ngàn)\b)")


LEFT = frozenset({"remain", "still", "needed"})
"""Roles of what is left of a plan or a total."""
LONGEST = 200
"""Items a sentence may have; what goes on beyond is read as a sentence of its own."""


@dataclass(slots=True, eq=False)
class Figure:
    """A number with its measure. ``value`` in base measures; ``role``: plan, same, total, diff, remain,
    still, needed, base, or empty for what was reached or a part; ``twin``: its value the other way of
    reading its marks; ``per``: it is of one, as in 50 triệu đồng/người, ``each`` what it is of one of, where
    it is called an average (``mean``) or "mỗi" stands before it; ``moment``: the year, month and day it is
    of; ``behind``: the words right behind.
    """

    start: int
    end: int
    numeral: Numeral
    unit: Unit
    value: Fraction
    twin: Fraction | None = None
    misread: bool = False
    role: str = ""
    at: int = -1
    rounded: str = ""
    estimated: bool = False
    day: Day | None = None
    year: int | None = None
    served: bool = False
    per: bool = False
    each: str = ""
    mean: bool = False
    moment: tuple[int, int, int] | None = None
    behind: frozenset[str] = frozenset()
    subject: frozenset[str] = frozenset()


@dataclass(slots=True)
class Pair:
    """Two figures as a fraction. ``role``: what the lower one is, where words say so."""

    part: Figure
    base: Figure
    role: str = ""
    owned: bool = False
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Item:
    """A piece of a sentence. ``match``: of a bracket, the other one's index, or the sentence's length."""

    kind: str
    start: int
    end: int
    figure: Figure | None = None
    pair: Pair | None = None
    day: Day | None = None
    match: int = -1


@dataclass(slots=True)
class Sentence:
    """The items of a sentence, pairs joined. ``paragraph``: its number; ``first``: it begins the paragraph;
    ``bullet``: the paragraph is an item of a list; ``single``: its figures outside of ``pairs``;
    ``lists``: where "trong đó", "gồm" and the like stand; ``roles``: those that its figures have.
    """

    items: list[Item]
    paragraph: int
    first: bool
    bullet: bool
    start: int
    end: int
    subject: frozenset[str] = frozenset()
    own_subject: frozenset[str] = frozenset()
    figures: list[Figure] = field(default_factory=list)
    single: list[Figure] = field(init=False)
    pairs: list[Pair] = field(init=False)
    lists: list[int] = field(init=False)
    roles: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.single = [item.figure for item in self.items if item.kind == "figure" and item.figure]
        self.pairs = [item.pair for item in self.items if item.pair]
        self.lists = [at for at, item in enumerate(self.items) if item.kind in {"among", "among_all"}]

    def give(self, figure: Figure, role: str) -> None:
        """Give one of its figures a role."""
        figure.role = role
        self.roles.add(role)


def numbers_in(text: str) -> Iterator[str]:
    """The numbers with a dot or comma as written, for telling how the document writes them."""
    return (match[0] for match in _GROUPED.finditer(text))


def sentences(text: str, start: int, end: int, paragraph: int, way: Lang) -> Iterator[Sentence]:
    """The sentences of a paragraph of a folded text; those without a number have no items."""
    bullet = text[start : start + 40].lstrip()[:1] in {"-", "+", "*", "•", "·"}
    first = True
    for begun, ended in spans(text, start, end):
        if COUNTED.search(text, begun, ended) is None:
            yield Sentence([], paragraph, first, bullet, begun, ended)
            first = False
            continue
        found: list[Item] = []
        at = begun
        while match := _MASTER.search(text, at, ended):
            item, at = _item(match.lastgroup or "", match, text, way)
            if item.figure:
                _sign(found, item, text, begun)
            found.append(item)
            if len(found) >= LONGEST:
                yield Sentence(joined(found, text), paragraph, first, bullet, begun, at)
                found, first, begun = [], False, at
        if found:
            yield Sentence(joined(found, text), paragraph, first, bullet, begun, ended)
        first = False


def _sign(found: list[Item], item: Item, text: str, begun: int) -> None:
    """``(-7,64%)``, ``+8.400 con``: a sign says down or up; a dash between numbers, or of a list, doesn't."""
    at = item.start - 1
    mark = text[at : at + 1] if at >= begun else ""
    if mark not in {"+", "-"} or text[at - 1 : at].isalnum():
        return
    if mark == "-":
        if not found or (len(found) == 1 or found[-2].figure or found[-2].day):
            return
        found.pop()
    found.append(Item("up" if mark == "+" else "down", at, at + 1))


def _cue(text: str, word: str, start: int, stop: int) -> tuple[str, int]:
    """The kind of a word, or of the phrase that begins with it, and where it ends."""
    for phrase, kind in PHRASES.get(word, ()):
        if len(phrase) == len(word):
            return kind, stop
        after = start + len(phrase)
        if text.startswith(phrase, start) and not text[after : after + 1].isalnum():
            return kind, after
    return "word", stop


def _item(kind: str, match: re.Match[str], text: str, way: Lang) -> tuple[Item, int]:
    start, stop = match.span()
    if kind == "word":
        if text.startswith(".", stop) and (path := _PATH.match(text, start)):
            return Item("ref", start, path.end()), path.end()
        if match[0] in MULTIPLES and (multiple := _multiple(text, start, stop)):
            return multiple
        if match[0] in STARTS and (made := _in_words(text, start)):
            return made
        kind, stop = _cue(text, match[0], start, stop)
        return Item(kind, start, stop), stop
    if kind == "day":
        return Item("day", start, stop, day=day_of(match[0])), stop
    if kind != "number":
        return Item(kind, start, stop), stop
    read = numeral(match[0], way)
    if read is None:
        return Item("word", start, stop), stop
    unit, stop = unit_at(text, stop)
    if (
        unit is NONE
        and match[0].isdigit()
        and len(match[0]) < 3
        and _ORDINAL.search(text, max(0, start - 8), start)
    ):
        return Item("word", start, stop), stop
    before, after = text[start - 1 : start], text[stop : stop + 1]
    if unit is NONE and _PLAIN_YEAR.fullmatch(match[0]) and before != "/" and after != "/":
        return Item("day", start, stop, day=Day(None, int(match[0]))), stop
    if unit.kind == TIME:
        return Item("period", start, stop), stop
    if unit.half and read.decimals == 0:
        read = Numeral(f"{read.text},5", read.value + Fraction(1, 2), 1)
    value, twin, misread = read.value if unit.scale == 1 else read.value * unit.scale, None, False
    if read.other is not None:
        twin = read.other if unit.scale == 1 else read.other * unit.scale
        if unit.is_count and unit.scale == 1 and value.denominator != 1 and twin.denominator == 1:
            value, twin, misread = twin, value, True  # nobody counts 9,262 persons
    if unit.kind == MONEY and unit.scale > 1000 and _MORE_MONEY.match(text, stop):
        value, unit, stop = _and_more(value, unit, text, stop, way)
    figure = Figure(start, stop, read, unit, value, twin, misread)
    kind = unit.kind if unit.kind in {PERCENT, POINT, TIMES} else "figure"
    return Item("multiple" if kind == TIMES else kind, start, stop, figure), stop


def _multiple(text: str, start: int, stop: int) -> tuple[Item, int] | None:
    if (found := times(text, start, stop)) is None:
        return None
    number, stop = found
    return Item("multiple", start, stop, Figure(start, stop, number, Unit(TIMES, 1, ""), number.value)), stop


def _in_words(text: str, start: int) -> tuple[Item, int] | None:
    """``hai nghìn năm trăm lao động``: a figure only with what it counts, or in millions or billions."""
    found = spelled(text, start)
    if found is None or _ORDINAL.search(text, max(0, start - 8), start):
        return None
    number, at = found
    unit, stop = unit_at(text, at)
    if unit is NONE and number >= 10**6 and number % 10**6 == 0:
        unit, stop = Unit(MONEY, 1, ""), at
    if not unit.kind or unit.scale != 1:
        return None
    if unit.kind == TIME:
        return Item("period", start, stop), stop
    figure = Figure(start, stop, Numeral(str(number), Fraction(number), 0), unit, Fraction(number))
    kind = unit.kind if unit.kind in {PERCENT, POINT, TIMES} else "figure"
    return Item("multiple" if kind == TIMES else kind, start, stop, figure), stop


def _and_more(value: Fraction, unit: Unit, text: str, stop: int, way: Lang) -> tuple[Fraction, Unit, int]:
    """``1 tỷ 435 triệu đồng``: what a smaller scale adds."""
    match = re.compile(_NUMBER).match(text, stop + 1)
    if match is None:
        return value, unit, stop
    more, (smaller, end) = numeral(match[0], way), unit_at(text, match.end())
    if more is None or smaller.kind != MONEY or not 1 < smaller.scale < unit.scale:
        return value, unit, stop
    return value + more.value * smaller.scale, unit, end


def joined(items: list[Item], text: str) -> list[Item]:
    """The items with ``9.262/20.000``, ``1,435/kế hoạch 6 tỷ đồng``, ``9.262 trên 20.000`` as pairs, and
    with each bracket's other one found.
    """
    found: list[Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        if item.kind == "figure" and (pair := _pair(items, at, text)):
            joined_item, at = pair
            found.append(joined_item)
            continue
        if item.kind == "arrow" and found and (was := found[-1].figure):
            was.role = was.role or "base"  # 9.262 người → 9.300 người
        if item.kind == "slash" and found and found[-1].kind == "figure" and _is_word(items, at + 1):
            unit = found[-1].figure
            if unit is not None and unit.unit.kind:
                unit.per = True  # 50 triệu đồng/người
        found.append(item)
        at += 1
    opened: list[int] = []
    for index, item in enumerate(found):
        if item.kind == "open":
            item.match = len(found)
            opened.append(index)
        elif item.kind == "close" and opened:
            item.match = opened.pop()
            found[item.match].match = index
        if item.figure:
            item.figure.at = index
        if item.pair:
            item.pair.part.at = item.pair.base.at = index
    return found


def _is_word(items: list[Item], at: int) -> bool:
    return at < len(items) and items[at].kind in {"word", "period"}


def _pair(items: list[Item], at: int, text: str) -> tuple[Item, int] | None:
    part = items[at].figure
    index, role = at + 1, ""
    if index >= len(items) or part is None:
        return None
    while index < min(len(items) - 2, at + 6) and items[index].kind in {"word", "period"}:
        index += 1  # 3.214 trẻ 5 tuổi ra lớp/3.230 trẻ
    apart = index > at + 1
    if apart and not _whole_after(items, index, part):
        return None
    kind = items[index].kind
    if kind == "slash" or (kind == "more" and text[items[index].start : items[index].end] == "trên"):
        index += 1
    elif kind == "word" and text[items[index].start : items[index].end] == "trong":
        if index + 1 >= len(items) or items[index + 1].kind != "total":
            return None
        index += 1
    else:
        return None
    steps = 0
    while (
        index < len(items)
        and steps < 5
        and items[index].kind in {"plan", "planned", "same", "total", "of", "word", "day"}
    ):
        if items[index].kind in {"plan", "planned", "same", "total"}:
            role = "plan" if items[index].kind == "planned" else items[index].kind
        elif items[index].kind in {"word", "day"} and not role:
            return None
        index += 1
        steps += 1
    if index >= len(items) or items[index].kind != "figure":
        return None
    base = items[index].figure
    if base is None:
        return None
    before = items[at - 1] if at else None
    dated = before is not None and (before.kind == "until" or text[before.start : before.end] in _DATED)
    if dated and _day_and_month(part, base):  # đến 15/5
        written = (0, int(base.value), int(part.value))
        return Item("day", part.start, base.end, day=Day(None, None, written=written)), index + 1
    end = index + 1
    if not apart and _is_fraction(part, base) and _is_word(items, end):
        return None  # 1/3 số hộ
    _same_unit(part, base)
    return Item(
        "pair", part.start, base.end, pair=Pair(part, base, role, start=part.start, end=base.end)
    ), end


def _is_fraction(part: Figure, base: Figure) -> bool:
    """A half, thirds or quarters of what is named behind."""
    return not part.unit.kind and not base.unit.kind and part.value < base.value <= 4


def _whole_after(items: list[Item], slash: int, part: Figure) -> bool:
    """Whether a slash and a figure of the same thing, at least as large, stand here."""
    whole = items[slash + 1].figure if items[slash].kind == "slash" else None
    return whole is not None and whole.unit.kind == part.unit.kind and whole.value >= part.value


def _day_and_month(part: Figure, base: Figure) -> bool:
    plain = (
        not part.unit.kind
        and not base.unit.kind
        and part.numeral.text.isdigit()
        and base.numeral.text.isdigit()
    )
    return plain and 1 <= part.value <= 31 and 1 <= base.value <= 12


def _same_unit(part: Figure, base: Figure) -> None:
    """In ``1,435/6 tỷ đồng`` both are in billions."""
    for bare, other in ((part, base), (base, part)):
        if not bare.unit.kind and bare.unit.scale == 1 and other.unit.kind:
            scaled = other.unit.scale
            bare.value *= scaled
            bare.twin = None if bare.twin is None else bare.twin * scaled
            bare.unit = Unit(other.unit.kind, scaled, "")
            fraction = other.unit.is_count and scaled == 1 and bare.value.denominator != 1
            if fraction and bare.twin is not None and bare.twin.denominator == 1:
                bare.value, bare.twin, bare.misread = bare.twin, bare.value, True
            return
