"""Sentences as such reports write them, made from known figures: right, cut off, or wrong in a known way.

Independent of what is tested: numbers are rounded and written here with plain integers. Each sentence is
generated with what a careful reader would say of its percentage (or total, or difference).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

KINDS = ("right", "truncated", "swapped_digits", "lost_digit", "wrong_separator", "wrong_base")

# (what, unit, done, plan, same period of the year before): published, or made up for other departments
FIGURES = (
    ("giải quyết việc làm cho", "lao động", 9262, 20000, 8591),
    ("giải quyết việc làm cho", "lao động", 11542, 20000, 10873),
    ("tuyển mới và đào tạo nghề nghiệp cho", "người", 2311, 10000, 5326),
    ("cấp thẻ bảo hiểm y tế cho", "người", 31877, 45210, 30146),
    ("hỗ trợ xây mới nhà ở cho", "hộ", 347, 812, 298),
    ("đưa đi làm việc ở nước ngoài", "lao động", 187, 429, 163),
    ("thăm hỏi, tặng quà cho", "đối tượng", 6719, 13874, 7033),
    ("rà soát", "hộ nghèo", 10689, 12457, 11216),
    ("cấp mới", "giấy phép", 0, 0, 0),
)
MONEY = (
    ("vận động Quỹ Đền ơn đáp nghĩa", Fraction(1435, 1000), Fraction(6), Fraction(1674, 1000)),
    ("giải ngân vốn vay giải quyết việc làm", Fraction(58317, 1000), Fraction(125), Fraction(49262, 1000)),
    ("thu ngân sách", Fraction(4127, 1), Fraction(9731), Fraction(3968)),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A sentence, the number in it that is judged, and what must be said: right, truncated or a slip."""

    style: str
    text: str
    start: int
    quote: str
    expect: str
    value: Fraction


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def decimal(value: Fraction, places: int) -> str:
    """Half up, as in Vietnamese; zeros at the end are kept."""
    scaled = (2 * value.numerator * 10**places + value.denominator) // (2 * value.denominator)
    return _written(scaled, places)


def cut(value: Fraction, places: int) -> str:
    return _written(value.numerator * 10**places // value.denominator, places)


def _written(scaled: int, places: int) -> str:
    whole, part = divmod(scaled, 10**places)
    return grouped(whole) + (f",{part:0{places}d}" if places else "")


def short(value: Fraction) -> str:
    text = decimal(value, 3)
    return text.rstrip("0").rstrip(",") if "," in text else text


def swap(text: str, chance: random.Random) -> str | None:
    places = [
        at
        for at in range(len(text) - 1)
        if text[at].isdigit()
        and text[at + 1].isdigit()
        and text[at] != text[at + 1]
        and (at or text[at + 1] != "0")
    ]
    if not places:
        return None
    at = chance.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def lose(text: str, chance: random.Random) -> str | None:
    """One digit before the comma missing, so that it isn't the same number with fewer decimals."""
    whole, comma, part = text.partition(",")
    digits = [at for at, char in enumerate(whole) if char.isdigit()]
    if len(digits) < 2:
        return None
    at = chance.choice(digits)
    left = (whole[:at] + whole[at + 1 :]).replace(".", "")
    return None if left.startswith("0") else left + comma + part


def move(text: str, chance: random.Random) -> str | None:
    whole, _, part = text.partition(",")
    if len(part) != 2 or "." in whole:
        return None
    if len(whole) > 1 and chance.random() < 0.5:
        return f"{whole[:-1]},{whole[-1]}{part}"
    return f"{whole}{part[0]},{part[1]}"


def stated(value: Fraction, kind: str, other: Fraction | None, chance: random.Random) -> str | None:
    """The percentage as written with a slip, None where that slip can't be made."""
    right = decimal(value, 2)
    match kind:
        case "right":
            places = chance.choice((2, 2, 2, 1))
            return decimal(value, places)
        case "truncated":
            text = cut(value, 2)
        case "swapped_digits":
            text = swap(right, chance) or right
        case "lost_digit":
            text = lose(right, chance) or right
        case "wrong_separator":
            text = move(right, chance) or right
        case _:
            text = right if other is None else decimal(other, 2)
    return (
        None if text in {right, cut(value, 2) if kind != "truncated" else right, decimal(value, 1)} else text
    )


Style = Callable[[dict[str, str]], str]
# {what} {done} {plan} {same} {unit} {p}; of: which ratio {p} is
STYLES: tuple[tuple[str, str, str], ...] = (
    (
        "pair_bracket",
        "plan",
        "Đến nay đã {what} {done} {unit}, đạt {p}% so với kế hoạch năm ({done}/{plan}).",
    ),
    ("pair_inline", "plan", "Các cơ sở đã {what} {done}/{plan} {unit}, đạt {p}% kế hoạch."),
    ("pair_units", "plan", "Kết quả {what} {done} {unit}/{plan} {unit}, đạt {p}% KH năm."),
    ("pair_words", "plan", "Toàn tỉnh {what} {done} {unit}/kế hoạch {plan} {unit}, bằng {p}%."),
    (
        "base_bracket",
        "plan",
        "Tính đến ngày 15/5/2023, {what} {done} {unit}, đạt {p}% kế hoạch ({plan} {unit}).",
    ),
    ("base_named", "plan", "Trong kỳ, {what} {done} {unit}, đạt {p}% so với kế hoạch năm là {plan} {unit}."),
    ("plan_first", "plan", "Kế hoạch năm 2023 là {plan} {unit}; đến nay {what} {done} {unit}, đạt {p}%."),
    (
        "plan_sentence",
        "plan",
        "Chỉ tiêu giao năm 2023 {what} {plan} {unit}. Đến nay đã {what} {done} {unit}, đạt {p}% kế hoạch.",
    ),
    ("in_bracket", "plan", "Đã {what} {done}/{plan} {unit} ({p}%)."),
    (
        "both_bracket",
        "plan",
        "Công tác này đạt {p}% kế hoạch (kế hoạch {plan} {unit}, thực hiện {done} {unit}).",
    ),
    ("of_total_words", "plan", "Ngành đã {what} {done} trên tổng số {plan} {unit}, tương ứng {p}%."),
    (
        "same_bracket",
        "same",
        "Trong 6 tháng đã {what} {done} {unit}, bằng {p}% so với cùng kỳ năm 2022 ({done}/{same}).",
    ),
    ("same_base", "same", "Đã {what} {done} {unit}, bằng {p}% cùng kỳ năm trước ({same} {unit})."),
    (
        "same_named",
        "same",
        "Cùng kỳ năm 2022 {what} {same} {unit}; 6 tháng năm 2023 {what} {done} {unit}, bằng {p}% cùng kỳ.",
    ),
    (
        "two",
        "same",
        "Đã {what} {done}/{plan} {unit}, đạt {q}% kế hoạch và bằng {p}% ({done}/{same}) so với cùng kỳ.",
    ),
    (
        "two_first",
        "plan",
        "Đã {what} {done} {unit}, đạt {p}% kế hoạch ({done}/{plan}) và bằng {r}% cùng kỳ ({done}/{same}).",
    ),
    (
        "change_pair",
        "change",
        "Đến nay {what} {done} {unit}, {way} {p}% so với cùng kỳ năm 2022 ({done}/{same}).",
    ),
    (
        "change_base",
        "change",
        "Đến nay {what} {done} {unit}, {way} {p}% so với cùng kỳ năm 2022 ({same} {unit}).",
    ),
    ("change_from", "change", "Số {unit} được {what} {way} từ {same} {unit} {to} {done} {unit}, {way} {p}%."),
    (
        "change_before",
        "change",
        "So với cùng kỳ năm 2022 ({same} {unit}), số đã {what} là {done} {unit}, {way} {p}%.",
    ),
    ("share", "plan", "Tổng số {plan} {unit} đăng ký, trong đó đã {what} {done} {unit}, chiếm {p}%."),
    (
        "percent_words",
        "plan",
        "Tính đến cuối tháng 5/2023, {what} {done} {unit}, đạt {p} phần trăm kế hoạch năm ({plan} {unit}).",
    ),
    (
        "spaces",
        "plan",
        "Đến\u00a0nay {what} {done}\u00a0{unit}, đạt {p}\u00a0% so kế hoạch\u00a0năm ({done} / {plan}).",
    ),
)
MONEY_STYLES: tuple[tuple[str, str, str], ...] = (
    ("money_pair", "plan", "Đến nay đã {what} {done} tỷ đồng/{plan} tỷ đồng, đạt {p}% kế hoạch."),
    ("money_short", "plan", "Kết quả {what} được {done}/{plan} tỷ đồng, đạt {p}%."),
    ("money_mixed", "plan", "Đã {what} {millions} triệu đồng, đạt {p}% kế hoạch năm ({plan} tỷ đồng)."),
    ("money_same", "same", "Đã {what} {done} tỷ đồng, bằng {p}% so với cùng kỳ năm 2022 ({same} tỷ đồng)."),
    (
        "money_change",
        "change",
        "Đã {what} {done} tỷ đồng, {way} {p}% so với cùng kỳ năm trước ({same} tỷ đồng).",
    ),
)


def _ratio(of: str, done: Fraction, plan: Fraction, same: Fraction) -> Fraction:
    if of == "plan":
        return done / plan * 100
    return done / same * 100 if of == "same" else abs(done / same - 1) * 100


def _sentence(
    style: tuple[str, str, str],
    figures: tuple[str, str, Fraction, Fraction, Fraction],
    kind: str,
    chance: random.Random,
    form: Callable[[Fraction], str],
) -> Made | None:
    name, of, template = style
    what, unit, done, plan, same = figures
    value = _ratio(of, done, plan, same)
    has_both = "{plan}" in template and "{same}" in template
    other = _ratio("same" if of == "plan" else "plan", done, plan, same) if has_both else 100 * plan / done
    if of == "change" or (of == "same" and not has_both):
        other = 100 * same / done
    if kind == "wrong_base" and (of == "change" or abs(other - value) < Fraction(1, 2)):
        return None
    text = stated(value, kind, other, chance)
    if text is None:
        return None
    words = {
        "what": what,
        "unit": unit,
        "done": form(done),
        "plan": form(plan),
        "same": form(same),
        "p": text,
        "q": decimal(_ratio("plan", done, plan, same), 2),
        "r": decimal(_ratio("same", done, plan, same), 2),
        "way": "tăng" if done >= same else "giảm",
        "to": "lên" if done >= same else "xuống còn",
        "millions": form(done * 1000),
    }
    sentence = template.format(**words)
    start = len(template.partition("{p}")[0].format(**words))
    return Made(name, sentence[0].upper() + sentence[1:], start, text, kind, value / 100)


def percentages(seed: int) -> Iterator[Made]:
    """Every style with every kind of number, over the figures in turn."""
    chance = random.Random(seed)
    people = [(w, u, Fraction(d), Fraction(p), Fraction(s)) for w, u, d, p, s in FIGURES if d]
    money = [(w, "tỷ đồng", d, p, s) for w, d, p, s in MONEY]
    for styles, figures, form in (
        (STYLES, people, lambda n: grouped(int(n))),
        (MONEY_STYLES, money, short),
    ):
        for style in styles:
            for kind in KINDS:
                for known in figures:
                    made = _sentence(style, known, kind, chance, form)
                    if made:
                        yield made


def totals(seed: int) -> Iterator[Made]:
    """Totals of parts, and differences from the same period."""
    chance = random.Random(seed)
    for what, unit, done, _, same in FIGURES:
        if not done:
            continue
        first = done * chance.randint(30, 60) // 100
        second = done * chance.randint(10, 30) // 100
        third = done - first - second
        for template in (
            "Đến nay đã {what} {t} {unit}, gồm: thành phố {a} {unit}; huyện {b} {unit}; thị xã {c} {unit}.",
            "Tổng số {t} {unit} được {what}, bao gồm {a} {unit} đợt 1, {b} {unit} đợt 2 và {c} {unit} đợt 3.",
        ):
            for kind in ("right", "swapped_digits", "lost_digit"):
                text = _spoiled(done, kind, chance)
                if text:
                    parts = {"a": grouped(first), "b": grouped(second), "c": grouped(third)}
                    sentence = template.format(what=what, unit=unit, t=text, **parts)
                    yield Made("sum", sentence, sentence.index(f"{text} {unit}"), text, kind, Fraction(done))
        women = done * 45 // 100
        for kind in ("right", "swapped_digits", "lost_digit"):
            text = _spoiled(done, kind, chance)
            if text:
                sentence = (
                    f"Toàn tỉnh {what} {text} {unit}, trong đó: nam {grouped(done - women)} {unit}, "
                    f"nữ {grouped(women)} {unit}."
                )
                yield Made("men_and_women", sentence, sentence.index(text), text, kind, Fraction(done))
        more = abs(done - same)
        way = "tăng" if done > same else "giảm"
        for kind in ("right", "swapped_digits", "lost_digit"):
            text = _spoiled(more, kind, chance)
            if text:
                sentence = f"Đã {what} {grouped(done)} {unit}, {way} {text} {unit} "
                sentence += f"so với cùng kỳ năm 2022 ({grouped(same)} {unit})."
                yield Made(
                    "difference", sentence, sentence.index(f" {text} ") + 1, text, kind, Fraction(more)
                )


def _spoiled(number: int, kind: str, chance: random.Random) -> str | None:
    right = grouped(number)
    if kind == "right":
        return right
    text = swap(str(number), chance) if kind == "swapped_digits" else lose(str(number), chance)
    return None if text is None or int(text) == number else grouped(int(text))
