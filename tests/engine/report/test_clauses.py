"""Percentages in a clause of their own, each expectation worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.report.findings import Finding
from engine.report.verify import verify

LISTED = (
    "Kế hoạch năm 2023 tuyển sinh 10.000 người; 6 tháng tuyển được 4.127 người gồm: cao đẳng 312 người, "
    "trung cấp 845 người, sơ cấp 2.970 người; đạt {} kế hoạch."
)  # 312 + 845 + 2970 = 4127; 4127 / 10000 = 41.27%
# (9875 - 9612) / 9612 = 2.736%
GROWN = "Giá trị sản xuất đạt 9.875 tỷ đồng, tăng {} so với cùng kỳ năm trước (9.612 tỷ đồng); {}."
POOR = (
    "Tỷ lệ hộ nghèo giảm từ 3,35% đầu năm xuống còn 2,79%, giảm 0,56 điểm phần trăm, vượt {} "
    "điểm phần trăm so với chỉ tiêu giao (0,52%)."
)  # 3.35 - 2.79 = 0.56; 0.56 - 0.52 = 0.04


def at(text: str, quote: str) -> Finding:
    return next(one for one in verify(text) if quote in one.quote)


@pytest.mark.parametrize(("stated", "verdict"), [("41,27%", "right"), ("42,17%", "wrong")])
def test_what_is_reached_behind_a_list_is_of_its_whole(stated: str, verdict: str) -> None:
    found = at(LISTED.format(stated), stated)
    assert found.part == 4127
    assert found.verdict == verdict
    assert found.computed == Fraction(4127, 10000)


def test_what_is_reached_by_the_last_part_stays_its_own() -> None:
    text = "Kế hoạch 3.000 người; tuyển 4.070 người gồm: nghề 1.100 người; sơ cấp 2.970, đạt 99% kế hoạch."
    found = at(text, "99%")  # 2970 / 3000 = 99%
    assert found.part == 2970
    assert found.verdict == "right"


@pytest.mark.parametrize("clause", ["GRDP tăng 7,77%", "du lịch tăng 7,77% so với cùng kỳ"])
def test_a_change_with_words_of_its_own_is_not_of_the_clause_before(clause: str) -> None:
    text = GROWN.format("2,74%", clause)
    assert at(text, "2,74%").verdict == "right"
    assert at(text, "7,77%").verdict == "cannot_check"


def test_a_change_in_its_own_clause_without_other_words_is_still_wrong() -> None:
    text = "Thu 9.875 tỷ đồng (cùng kỳ 9.612 tỷ đồng); tăng 7,27%."
    assert at(text, "7,27%").verdict == "wrong"
    assert at(GROWN.format("2,47%", "GRDP tăng 7,77%"), "2,47%").slip == "swapped_digits"


@pytest.mark.parametrize(("stated", "verdict"), [("0,04", "right"), ("0,06", "wrong")])
def test_points_beyond_a_goal_are_those_of_the_drop(stated: str, verdict: str) -> None:
    found = at(POOR.format(stated), stated)
    assert found.verdict == verdict
    assert at(POOR.format(stated), "0,56").verdict == "right"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (
            "Kinh phí 4.500 triệu đồng; giải ngân 1.980 triệu đồng, đạt 44%; dự kiến cả năm giải ngân 100%.",
            "100%",
        ),
        ("Trồng 1.870 ha rừng (kế hoạch 2.500 ha, đạt 74,8%), nâng tỷ lệ che phủ rừng lên 43,1%.", "43,1%"),
    ],
)
def test_a_goal_or_a_rate_that_is_raised_is_not_of_the_figures_before(text: str, quote: str) -> None:
    found = verify(text)
    assert [one.quote for one in found if one.verdict == "right"] != []
    assert not any(quote in one.quote for one in found)


def test_plans_told_in_turn_are_not_taken_in_the_wrong_order() -> None:
    text = (
        "Thu phí 215 tỷ đồng đạt 52,4% dự toán; thu tiền sử dụng đất 980 tỷ đồng đạt 56% dự toán "
        "(dự toán năm lần lượt là 410 tỷ đồng và 1.750 tỷ đồng)."
    )  # 215 / 410 = 52.4%; 980 / 1750 = 56%
    assert not any(one.verdict == "wrong" for one in verify(text))


@pytest.mark.parametrize(("stated", "verdict"), [("43,39%", "right"), ("43,93%", "wrong")])
def test_a_ratio_beside_a_difference_is_a_ratio(stated: str, verdict: str) -> None:
    text = f"Có 5.326 người trong 6 tháng năm 2022; năm nay 2.311 người, chỉ bằng {stated}, giảm 3.015 người."
    assert at(text, stated).verdict == verdict  # 2311 / 5326 = 43.39%
