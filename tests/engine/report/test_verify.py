"""What is found in a report, each expectation worked out by hand."""

from __future__ import annotations

import unicodedata
from datetime import date
from fractions import Fraction

import pytest

from engine.link import load_rulebook
from engine.report.findings import Finding
from engine.report.verify import verify

# The published figures of 2023, in sentences of our own; misprints as published.
REPORT = """KẾT QUẢ 6 THÁNG ĐẦU NĂM 2023 (VÍ DỤ)
Tính đến ngày 15/5/2023 đã giải quyết việc làm cho 9.262 lao động, đạt 46,31% kế hoạch \
(9.262/20.000), bằng 107,81% cùng kỳ năm 2022 (9.262/8.591. Ước đến 30/6/2023 giải quyết việc \
làm cho 11.542 lao động, đạt 57,71% kế hoạch năm (11.542/20.000. Tuyển mới và đào tạo nghề được \
2.311/10.000 người, đạt 23,11% so kế hoạch, bằng 43,39% (2.311/5.326) cùng kỳ năm 2022. Ước đến \
30/6/2023 tuyển mới và đào tạo nghề 4.000/10.000 người, đạt 40% kế hoạch. Quỹ Đền ơn đáp nghĩa \
có 1,435 tỷ đồng/6 tỷ đồng, đạt 23,9% (bằng 85,7% so với cùng kỳ năm 2022). Ước đến 30/6/2022, \
Quỹ Đền ơn đáp nghĩa có 4,2 tỷ đồng/6 tỷ đồng, đạt 70% kế hoạch. Quỹ Bảo trợ trẻ em có 1.469,72 \
triệu đồng, đạt 73,49% kế hoạch năm. Ước đến 30/6/2023 có 1,5 tỷ đồng, đạt 75% kế hoạch năm.

Chỉ tiêu: Quỹ Bảo trợ trẻ em đạt 2 tỷ đồng, đạt 100% kế hoạch năm. Giảm tỷ lệ hộ nghèo 0.52%.
"""
BILLION = 10**9
# percentage, part, base, verdict
ELEVEN = (
    ("46,31%", 9262, 20000, "right"),
    ("107,81%", 9262, 8591, "right"),
    ("57,71%", 11542, 20000, "right"),
    ("23,11%", 2311, 10000, "right"),
    ("43,39%", 2311, 5326, "right"),
    ("40%", 4000, 10000, "right"),
    ("23,9%", 1_435_000_000, 6 * BILLION, "right"),
    ("85,7%", 1_435_000_000, None, "cannot_check"),
    ("70%", 4_200_000_000, 6 * BILLION, "right"),
    ("73,49%", 1_469_720_000, 2 * BILLION, "right"),
    ("75%", 1_500_000_000, 2 * BILLION, "right"),
)


def of_kind(text: str, *kinds: str) -> list[Finding]:
    return [finding for finding in verify(text) if finding.kind in kinds]


def told(text: str, *kinds: str) -> list[tuple[str, str, str | None]]:
    """Quote, verdict and slip of what is found."""
    return [(f.quote, f.verdict, f.slip) for f in of_kind(text, *(kinds or ("ratio", "sum")))]


def test_eleven_percentages_with_their_bases() -> None:
    found = [f for f in of_kind(REPORT, "ratio") if f.quote != "100%"]
    got: list[tuple[object, ...]] = [(f.quote, f.part, f.base, f.verdict) for f in found]
    assert got == list(ELEVEN)


def test_what_else_is_odd_in_it_and_nothing_more() -> None:
    odd = [(f.kind, f.quote, f.verdict) for f in verify(REPORT) if f.kind != "ratio" and f.verdict != "right"]
    assert odd == [
        ("bracket", "(9.262/8.591", "unclear"),
        ("bracket", "(11.542/20.000", "unclear"),
        ("date", "30/6/2022", "wrong"),
        ("measure", "1,5 tỷ đồng", "unclear"),
        ("number", "0.52%", "unclear"),
    ]
    impossible = next(f for f in of_kind(REPORT, "date") if f.verdict == "wrong")
    assert (impossible.stated, impossible.computed) == (date(2022, 6, 30), date(2023, 6, 30))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_offsets_are_those_of_the_text_as_it_came(form: str) -> None:
    text = unicodedata.normalize(form, REPORT.replace(" lao", "\u00a0lao").replace("%", "％"))  # type: ignore[arg-type]
    found = verify(text)
    assert [f.verdict for f in found] == [f.verdict for f in verify(REPORT)]
    assert all(text[f.start : f.end] == f.quote for f in found)


PAIR = "Giải quyết việc làm {}, đạt {} kế hoạch năm ({})."


@pytest.mark.parametrize(
    ("done", "percent", "pair", "expected"),
    [
        ("9.262 lao động", "46,31%", "9.262/20.000", ("right", None)),
        ("9.262 lao động", "46,3%", "9.262/20.000", ("right", None)),
        ("9.262 lao động", "46%", "9.262/20.000", ("right", None)),
        ("9.262 lao động", "46,32%", "9.262/20.000", ("wrong", None)),
        ("9.262 lao động", "43,61%", "9.262/20.000", ("wrong", "swapped_digits")),
        ("9.262 lao động", "4,31%", "9.262/20.000", ("wrong", "lost_digit")),
        ("9.262 lao động", "4,631%", "9.262/20.000", ("wrong", "wrong_separator")),
        ("9.262 lao động", "463,1%", "9.262/20.000", ("wrong", "wrong_separator")),
        ("9.262 lao động", "215,94%", "9.262/20.000", ("wrong", "wrong_base")),  # 20.000/9.262
        ("11.547 lao động", "57,73%", "11.547/20.000", ("truncated", None)),  # 57,735 is rounded to 57,74
        ("11.547 lao động", "57,74%", "11.547/20.000", ("right", None)),
        ("9.226 lao động", "46,31%", "9.226/20.000", ("wrong", "swapped_digits")),  # 46,13
        ("9.262 lao động", "46,31%", "9.262/0", ("cannot_check", None)),
        ("1.550 lao động", "60,0%", "1.550/2.500", ("wrong", None)),  # 62: no digit of 62,00 is lost
        ("1.550 lao động", "2,0%", "1.550/2.500", ("wrong", "lost_digit")),
        ("9262 lao động", "46.31%", "9262/20000", ("right", None)),
        ("9 262 lao động", "46,31%", "9 262/20 000", ("right", None)),
        ("９.２６２ lao động", "４６,３１%", "９.２６２/２０.０００", ("right", None)),
    ],
)
def test_a_percentage_of_the_plan(
    done: str, percent: str, pair: str, expected: tuple[str, str | None]
) -> None:
    assert told(PAIR.format(done, percent, pair), "ratio") == [(percent, *expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu 12,5 tỷ (đạt 62,5% KH 20 tỷ).", [("62,5%", "right", None)]),
        ("Quỹ có 1 tỷ 435 triệu đồng/6 tỷ đồng, đạt 23,92%.", [("23,92%", "right", None)]),
        ("Quỹ có 1.435 triệu đồng, đạt 23,92% kế hoạch (6 tỷ đồng).", [("23,92%", "right", None)]),
        ("Quỹ có 1.435 tỷ đồng/6 tỷ đồng, đạt 23,92%.", [("23,92%", "wrong", "wrong_separator")]),
        ("Có 9.262 người, gấp 1,08 lần cùng kỳ (8.591 người).", [("1,08 lần", "right", None)]),
        ("Có 9.262 người, tăng 107,81% so với cùng kỳ (8.591 người).", [("107,81%", "wrong", None)]),
        ("Có 9.262 người, tăng 671 người (7,81%) so với cùng kỳ.", [("7,81%", "right", None)]),
        ("Có 9.262 người, tăng 671 người so với cùng kỳ (8.591).", [("671 người", "right", None)]),
        ("Có 2.311 người, giảm 3.015 người so với cùng kỳ.", [("3.015 người", "cannot_check", None)]),
        ("Có 11.542/10.000 người, vượt 15,42% kế hoạch.", [("15,42%", "right", None)]),
        ("Có 11.542/10.000 người, vượt 115,42% kế hoạch.", [("115,42%", "unclear", None)]),
        ("Hộ nghèo giảm từ 3,20% xuống còn 2,68%, giảm 0,52 điểm %.", [("0,52 điểm %", "right", None)]),
        (
            "Hộ nghèo giảm từ 3,20% xuống còn 2,68%, giảm 0,25 điểm %.",
            [("0,25 điểm %", "wrong", "swapped_digits")],
        ),
        ("Có 9.262 người, đạt trên 46% kế hoạch (20.000).", [("46%", "right", None)]),
        ("Có 9.262 người, đạt trên 47% kế hoạch (20.000).", [("47%", "wrong", None)]),
        ("Có 9.262 người, đạt gần 47% kế hoạch (20.000).", [("47%", "right", None)]),
        ("Năm 2022: 8.591 người; năm 2023: 9.262 người, tăng 7,81%.", [("7,81%", "right", None)]),
        ("Tổng số 9.262 người, trong đó nữ 4.168 người, chiếm 45%.", [("45%", "right", None)]),
        # a share of a total that isn't printed; levels, rates and rules that claim nothing
        ("Nợ quá hạn 0,35 tỷ đồng, chiếm 0,6% tổng dư nợ.", [("0,6%", "cannot_check", None)]),
        ("Tỷ lệ lao động qua đào tạo đạt 70%.", [("70%", "cannot_check", None)]),
        ("Phấn đấu tỷ lệ lao động qua đào tạo đạt 70%.", []),
        ("Lãi suất 6,6%/năm, mức vay 100 triệu đồng/lao động.", []),
        ("Thực hiện Nghị quyết số 12-NQ/TU ngày 11/11/2022, Quyết định 1719/QĐ-TTg.", []),
        ("Giảm nghèo 1 - 1,5%/năm, hộ nghèo dưới 3%.", []),
        ("Tuổi từ 15 đến 60 chiếm 65% dân số.", [("65%", "cannot_check", None)]),
    ],
)
def test_other_claims(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert told(text) == expected


def test_the_plan_is_found_elsewhere_only_by_what_it_is_about() -> None:
    plans = "Chỉ tiêu: giải quyết việc làm cho 20.000 lao động, đào tạo nghề cho 10.000 người.\n\n"
    own = "Đào tạo nghề được 2.311 người, đạt 23,11% kế hoạch năm."
    assert told(plans + own) == [("23,11%", "right", None)]
    assert told(plans + own.replace("23,11", "32,11")) == [("32,11%", "wrong", "swapped_digits")]
    assert told(plans + "Xây nhà tình nghĩa được 30 căn, đạt 60% kế hoạch năm.") == [
        ("60%", "cannot_check", None)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Có 9.262 người, gồm: tỉnh 5.000 người; huyện 4.262 người.", [("9.262 người", "right", None)]),
        (
            "Có 9.226 người, gồm: tỉnh 5.000 người; huyện 4.262 người.",
            [("9.226 người", "wrong", "swapped_digits")],
        ),
        (
            "Có 9.262 người, trong đó: nam 5.000 người, nữ 4.226 người.",
            [("9.262 người", "wrong", "swapped_digits")],
        ),
        ("Có 9.262 người, trong đó: vay vốn 5.000 người, đi xa 2.000 người.", []),  # need not be all
        (
            "Có 9.262 người, bao gồm:\n- Thành thị: 3.846 người\n- Nông thôn: 5.416 người\n",
            [("9.262 người", "right", None)],
        ),
        ("Có 2.000 người, trong đó vay vốn 2.500 người.", [("2.000 người", "unclear", None)]),
    ],
)
def test_parts_of_a_total(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert told(text, "sum") == expected


def test_a_table_is_checked_by_its_columns() -> None:
    text = (
        "Đơn vị\tKế hoạch\tThực hiện\tSo KH (%)\tCùng kỳ\tSo cùng kỳ (%)\n"
        "Phan Thiết\t1.558\t700\t44,93\t650\t107,69\n"
        "La Gi\t736\t300\t47,06\t310\t96,77\n"  # 40,76
        "Tổng cộng\t2.294\t1.100\t43,59\t960\t104,17\n"  # 1.000
    )
    assert told(text) == [
        ("44,93", "right", None),
        ("107,69", "right", None),
        ("47,06", "wrong", "swapped_digits"),
        ("96,77", "right", None),
        ("2.294", "right", None),
        ("1.100", "wrong", None),
        ("43,59", "wrong", None),
        ("960", "right", None),
        ("104,17", "wrong", None),
    ]


TITLE = "Báo cáo năm 2023.\n\n"


@pytest.mark.parametrize(
    ("text", "quote", "verdict"),
    [
        ("Tính đến ngày 31/6/2023 có 5 người.", "ngày 31/6/2023", "wrong"),
        ("Tính đến ngày 29 tháng 2 năm 2023 có 5 người.", "ngày 29 tháng 2 năm 2023", "wrong"),
        ("Tính đến ngày 15-5-2023 có 5 người.", "ngày 15-5-2023", "right"),
        ("Tính đến 15.5.2023 có 5 người.", "15.5.2023", "right"),
        ("Tính đến 2023-05-15 có 5 người.", "2023-05-15", "right"),
        ("Ước đến 30/6/2022 có 5 người.", "30/6/2022", "wrong"),
        ("Ước đến ngày 30 tháng 6 năm 2022 có 5 người.", "ngày 30 tháng 6 năm 2022", "wrong"),
        ("Tính đến ngày 15/5/2024 có 5 người.", "ngày 15/5/2024", "unclear"),
        ("Có 5 người, so với cùng kỳ năm 2021 tăng.", "năm 2021", "unclear"),
    ],
)
def test_dates(text: str, quote: str, verdict: str) -> None:
    assert [(f.quote, f.verdict) for f in of_kind(TITLE + text, "date")] == [(quote, verdict)]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Đạt 46,31% (9.262/20.000 kế hoạch.", ["(9.262/20.000"]),
        ("Đạt 46,31% 9.262/20.000) kế hoạch.", ["9.262/20.000)"]),
        ("Đạt 46,31% (9.262/20.000) kế hoạch; a) 5 người; 1) 6 người.", []),
        ("Lời dẫn (không có số liệu.", []),
    ],
)
def test_brackets(text: str, quotes: list[str]) -> None:
    assert [f.quote for f in of_kind(text, "bracket")] == quotes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đạt 46,31%. Giảm 0.52%.", [("0.52%", "unclear")]),
        ("Đạt 46.31%. Giảm 0.52%.", []),  # the whole document writes so
        ("Có 9,262 lao động, đạt 46,31%.", [("9,262 lao động", "wrong")]),  # nobody counts 9,262 persons
        ("Có 9.262 lao động, giảm 0.52%.", [("0.52%", "unclear")]),
        ("Có 1,469.72 triệu đồng, đạt 46.31%.", []),
    ],
)
def test_dots_and_commas(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(f.quote, f.verdict) for f in of_kind(text, "number")] == expected


def test_the_measure_changes_between_sentences() -> None:
    text = (
        "Quỹ Bảo trợ trẻ em có 1.469,72 triệu đồng. Quỹ Bảo trợ trẻ em có 1,5 tỷ đồng. Quỹ khác có 5 triệu."
    )
    assert [f.quote for f in of_kind(text, "measure")] == ["1,5 tỷ đồng"]


def test_figures_beside_the_rulebooks() -> None:
    text = (
        "Tính đến ngày 15/5/2023, giải quyết việc làm cho 9.226 lao động, đạt 46,13% kế hoạch (20.000). "
        "Quỹ Đền ơn đáp nghĩa vận động được 1,435 tỷ đồng, đạt 23,92% kế hoạch năm. "
        "Huyện Đức Linh giải quyết việc làm cho 500 lao động."
    )
    found = verify(text, load_rulebook("binh_thuan_2023", None))
    figures = [(f.quote, f.verdict, f.computed, f.slip) for f in found if f.kind == "figure"]
    assert figures == [
        ("9.226 lao động", "wrong", Fraction(9262), "swapped_digits"),
        ("20.000", "right", Fraction(20000), None),
        ("1,435 tỷ đồng", "right", Fraction(1_435_000_000), None),
    ]
    ratios = [(f.quote, f.verdict, f.base) for f in found if f.kind == "ratio"]
    assert ratios == [("46,13%", "right", Fraction(20000)), ("23,92%", "right", Fraction(6 * BILLION))]
    assert told(text)[1] == ("23,92%", "cannot_check", None)  # without the rulebook


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kế hoạch 20.000 người, đã thực hiện 9.262 người, phải thực hiện thêm 10.738 người.",
            [("10.738 người", "right", None)],
        ),
        (
            "Kế hoạch 20.000 người, đã thực hiện 9.262 người, phải thực hiện thêm 10.378 người.",
            [("10.378 người", "wrong", "swapped_digits")],
        ),
        (
            "Chỉ tiêu 450 người, còn thiếu 132 người, từ nay đến cuối năm mỗi tháng cần 22 người.",
            [("132 người", "cannot_check", None)],
        ),
        ("Số hộ nghèo giảm từ 1.500 hộ xuống 1.284 hộ vào ngày 30/6/2023.", []),
        (
            "Quỹ giảm từ 6 tỷ đồng xuống 4,2 tỷ đồng vào ngày 30/6/2023, giảm 30%.",
            [("30%", "right", None)],  # 1.8 of 6
        ),
        ("Đào tạo nghề 109/100 người, đạt 109%.", [("109%", "right", None)]),
        ("Đào tạo nghề 109/100 người, đạt 190%.", [("190%", "wrong", "swapped_digits")]),
        ("Trong 6 tháng 145 vụ, giảm 7,64% so với cùng kỳ (157 vụ).", [("7,64%", "right", None)]),
        ("Có 24 dự án (-20% so với cùng kỳ 30 dự án).", [("20%", "right", None)]),
    ],
)
def test_what_used_to_be_misread(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert told(text) == expected


def test_what_is_left_is_told_as_the_plan_less_what_was_done() -> None:
    found = of_kind("Kế hoạch 20.000 người, đã đạt 9.262 người, còn thiếu 10.738 người.", "sum")
    assert [f.note.en for f in found] == ["20,000 (plan) − 9,262 = 10,738"]


def test_columns_are_told_by_their_rows_where_headers_are_silent() -> None:
    text = (
        "| Xã | Số hộ | Hộ nghèo | Tỷ lệ |\n|---|---|---|---|\n"
        "| Tân Hải | 2.410 | 62 | 2,57% |\n"  # 62 / 2,410 = 2.573%
        "| Tân Tiến | 2.160 | 58 | 2,69% |\n"  # 58 / 2,160 = 2.685%
        "| Tân Bình | 1.985 | 47 | 2,73% |\n"  # 47 / 1,985 = 2.37%
    )
    assert told(text) == [
        ("2,57%", "right", None),
        ("2,69%", "right", None),
        ("2,73%", "wrong", "swapped_digits"),
    ]


TWO_BLOCKS = """\
BÁO CÁO năm 2023
Chỉ tiêu\tĐơn vị\tĐợt đầu\tĐợt sau
Chăm sóc\tLa Gi\t10\t20
Chăm sóc\tHàm Tân\t30\t40
Chăm sóc\tTổng cộng\t40\t60
Tuyên truyền\tLa Gi\t1\t2
Tuyên truyền\tHàm Tân\t3\t4
Tuyên truyền\tTổng cộng\t{last}
"""


@pytest.mark.parametrize(
    ("last", "verdicts"),
    [
        ("4\t6", ["right"] * 4),  # of its own block
        ("44\t66", ["right"] * 4),  # of all rows
        ("4\t7", ["right", "right", "right", "wrong"]),
    ],
)
def test_a_total_is_of_the_rows_since_the_total_before(last: str, verdicts: list[str]) -> None:
    found = of_kind(TWO_BLOCKS.format(last=last), "sum")
    assert [finding.verdict for finding in found] == verdicts


@pytest.mark.parametrize("text", ["1/3 số hộ dùng nước sạch", "1/3 diện tích lúa bị ngập"])
def test_a_fraction_in_words_is_the_base_of_nothing_behind_it(text: str) -> None:
    assert told(f"Huyện có 12 xã, {text}, thiệt hại khoảng 20%.", "ratio") == []
    assert told("Hoàn thành 3/4 tiêu chí (75%).", "ratio") == [("75%", "right", None)]


def test_what_stood_before_an_arrow_and_the_numbers_of_a_path_are_no_figures() -> None:
    rulebook = load_rulebook("binh_thuan_2023", None)
    words = "Giải quyết việc làm, Bình Thuận, thực hiện đến 15/5/2023"
    path = "data.observations.jobs.binh_thuan.2023-05-15.actual"
    found = verify(f"{words} ({path}): 8.000 người → 9.262 người.", rulebook)
    assert [(f.quote, f.verdict) for f in found if f.kind == "figure"] == [("9.262 người", "right")]


def test_a_plan_isnt_what_was_done_with_its_mark_moved() -> None:
    text = "Làm cho 200 người, đạt 1% kế hoạch (200/20.000) và bằng 128,21% so với cùng kỳ (200/156)."
    assert of_kind(text, "number") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Có 28.500 người, trong đó 25.650 người (chiếm 90%), 2.580 người chưa được hưởng (chiếm 10%).",
            [
                ("28.500 người", "wrong", "swapped_digits"),
                ("90%", "right", None),
                ("10%", "wrong", "swapped_digits"),
            ],
        ),
        # 270 of 540: a share of another part, told with too few digits to be sure that it isn't of the whole
        (
            "Có 1.000 người, trong đó nữ 540 người (chiếm 54%), nữ trẻ 271 người (chiếm 50%).",
            [("54%", "right", None), ("50%", "cannot_check", None)],
        ),
        (
            "Nam 3.120 (52%), nữ 2.780, tổng cộng 6.000.",
            [("52%", "right", None), ("6.000", "wrong", None)],
        ),
        ("Đầu năm 8.000 hộ, cuối năm còn 6.400, giảm 1.500.", [("1.500", "wrong", None)]),
        ("Đầu năm 8.000 hộ, cuối năm còn 6.400, giảm 1.600.", [("1.600", "right", None)]),
        ("Tỷ lệ cuối năm 2022 là 4,52%, cuối năm 2023 là 3,20% (giảm 1,32%).", [("1,32%", "right", None)]),
        ("Cơ cấu: nông nghiệp 40%, công nghiệp 36%, dịch vụ 34%.", [("34%", "wrong", None)]),
        ("Cho vay 12 tỷ đồng cho 240 hộ, bình quân 50 triệu đồng/hộ.", [("50 triệu đồng", "right", None)]),
        ("Cho vay 12 tỷ đồng cho 240 hộ, bình quân 55 triệu đồng/hộ.", [("55 triệu đồng", "wrong", None)]),
        (
            "Cho vay 12 tỷ đồng cho 240 hộ, bình quân 5 triệu đồng/hộ.",
            [("5 triệu đồng", "wrong", "lost_digit")],
        ),
        ("Được 9.262 người, còn 10.738 người so với kế hoạch 20.000.", [("10.738 người", "right", None)]),
        ("Có 1.000 người, tăng gấp đôi so với cùng kỳ (500).", [("đôi", "right", None)]),
        ("Có 1.000 người, gấp 2,5 lần so với cùng kỳ (500).", [("2,5 lần", "wrong", None)]),
        ("Có 12 ca trên 1.500 trẻ, chiếm 8‰.", [("8‰", "right", None)]),
        ("Công suất đạt 86,4%.", [("86,4%", "cannot_check", None)]),
    ],
)
def test_sums_averages_times_and_multiples(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert told(text) == expected


def test_thousandths_are_told_as_such() -> None:
    found = of_kind("Có 12 ca trên 1.500 trẻ, chiếm 9‰.", "ratio")[0]
    assert (found.stated, found.computed) == (Fraction(9, 1000), Fraction(8, 1000))
    assert found.note.vi == "12 / 1.500 (tổng số) = 8,00‰, không phải 9‰"
    assert found.note.en == "12 / 1,500 (total) = 8.00‰, not 9‰"
