"""Sentences of other styles than the generated ones, judged by hand: right, or with something wrong."""

from __future__ import annotations

import pytest

from engine.report.verify import verify


def verdicts(text: str) -> set[str]:
    return {f.verdict for f in verify(text) if f.kind in {"ratio", "sum", "number"}}


@pytest.mark.parametrize(
    "text",
    [
        (
            "Tính đến hết tháng 5/2023, toàn tỉnh đã giải quyết việc làm cho 9.262 lao động (đạt 46,31% kế "
            "hoạch năm, bằng 107,81% so với cùng kỳ); kế hoạch năm là 20.000 lao động, cùng kỳ năm 2022 là "
            "8.591 lao động."
        ),
        "Giải quyết việc làm: thực hiện 9.262/20.000 lao động - đạt 46,31%.",
        "Việc làm mới: 9.262 LĐ/KH 20.000 LĐ (đạt 46,31%)",
        "Kết quả đạt được 9.262 lao động trong tổng số 20.000 lao động theo kế hoạch (tỷ lệ 46,31%).",
        "9.262 lao động có việc làm mới, bằng 46,31% kế hoạch năm 2023 (kế hoạch 20.000 lao động).",
        "Quỹ vận động được 1,435 tỷ đồng trên 6 tỷ đồng kế hoạch, đạt 23,9%.",
        "Quỹ Đền ơn đáp nghĩa: 1.435 triệu đồng, đạt 23,92% so với kế hoạch năm là 6.000 triệu đồng.",
        "Quỹ Bảo trợ trẻ em tỉnh vận động được 1 tỷ 469,72 triệu đồng/2 tỷ đồng (73,49%).",
        "Số lao động có việc làm tăng từ 8.591 người (15/5/2022) lên 9.262 người (15/5/2023), tăng 7,81%.",
        (
            "So với cùng kỳ năm trước, số lao động được giải quyết việc làm tăng 671 người, từ 8.591 lên "
            "9.262 người (tăng 7,81%)."
        ),
        "Đào tạo nghề cho 2.311 người, chỉ bằng 43,39% cùng kỳ năm 2022 (5.326 người), giảm 56,61%.",
        "Đào tạo nghề 2.311 người; giảm 56,61% (giảm 3.015 người) so với cùng kỳ năm 2022.",
        "Giải quyết việc làm cho 9.262 lao động, đạt 46,31 phần trăm kế hoạch (20.000 lao động).",
        (
            "Đến 15/5, đã có 9.262 người được giải quyết việc làm, đạt tỷ lệ 46,31% so với chỉ tiêu 20.000 "
            "người."
        ),
        "Trong 9.262 lao động được giải quyết việc làm có 4.168 lao động nữ (45%).",
        "Tỷ lệ lao động nữ là 45% (4.168/9.262).",
        (
            "Ước cả năm giải quyết việc làm cho 20.500 lao động, đạt 102,5% kế hoạch (20.000 lao động), vượt"
            " 2,5%."
        ),
        "Năm 2023 được giao 20.000 chỉ tiêu việc làm, hết tháng 5 thực hiện 9.262 chỉ tiêu, đạt 46,31%.",
        "Vận động quỹ được 4,2 tỷ, đạt 70% so với kế hoạch năm 6 tỷ.",
        "Vận động quỹ đạt 4.200 triệu đồng/6.000 triệu đồng, tương đương 70%.",
        "- Giải quyết việc làm: 9.262/20.000 lao động, đạt 46,31%, bằng 107,81% so cùng kỳ (8.591 lao động).",
        "Giải quyết việc làm cho 9.262 lao động (46,31% KH; KH năm: 20.000).",
        (
            "Giải quyết việc làm cho 9.262 lao động, đạt 46,31% kế hoạch năm (20.000 lao động) và bằng "
            "107,81% cùng kỳ (8.591 lao động)."
        ),
        "Thực hiện đạt 46,31% (9.262 lao động/20.000 lao động) kế hoạch năm.",
        (
            "Giải quyết việc làm cho 9.262 lao động, còn thiếu 10.738 lao động so với kế hoạch (20.000 lao "
            "động)."
        ),
        "Đạt 9.262 người, thiếu 53,69% so với kế hoạch (20.000 người).",
        "Quỹ vận động được 1.435.000.000 đồng, đạt 23,92% kế hoạch (6.000.000.000 đồng).",
        "Quỹ vận động được 1.435.000.000đ/6.000.000.000đ đạt 23,92%.",
        "Giải quyết việc làm được 9.262 lao động, gấp 1,08 lần so với cùng kỳ năm 2022 (8.591 lao động).",
        "Số hộ nghèo là 10.689 hộ, chiếm 3,2% tổng số 334.031 hộ.",
        "Toàn tỉnh có 334.031 hộ, trong đó có 10.689 hộ nghèo, chiếm 3,20%.",
        "Có 83 xã, phường, thị trấn không có tệ nạn mại dâm, đạt 66,94% tổng số xã (83/124).",
        "Đã đào tạo 2.311 người (KH: 10.000 người; đạt 23,11%).",
        "Đào tạo nghề: KH 10.000 người, TH 2.311 người, đạt 23,11%.",
        (
            "Giải quyết việc làm 9.262 lao động, đạt 46,31% KH, tăng 7,81% CK (8.591 lao động), KH năm "
            "20.000 lao động."
        ),
    ],
)
def test_right(text: str) -> None:
    assert verdicts(text) == {"right"}


@pytest.mark.parametrize(
    "text",
    [
        "Việc làm mới: 9.262 LĐ/KH 20.000 LĐ (đạt 43,61%)",
        "9.262 lao động có việc làm mới, bằng 46,13% kế hoạch năm 2023 (kế hoạch 20.000 lao động).",
        "Quỹ vận động được 1,435 tỷ đồng trên 6 tỷ đồng kế hoạch, đạt 29,3%.",
        (
            "So với cùng kỳ năm trước, số lao động được giải quyết việc làm tăng 617 người, từ 8.591 lên "
            "9.262 người (tăng 7,81%)."
        ),
        "Đào tạo nghề 2.311 người; giảm 65,61% (giảm 3.015 người) so với cùng kỳ năm 2022.",
        "Trong 9.262 lao động được giải quyết việc làm có 4.168 lao động nữ (54%).",
        "Vận động quỹ đạt 4.200 triệu đồng/6.000 triệu đồng, tương đương 7%.",
        "Giải quyết việc làm cho 926 lao động, đạt 46,31% kế hoạch (926/20.000).",
        "Giải quyết việc làm cho 9.262 lao động, đạt 46,31% kế hoạch (9.262/2.000).",
        (
            "Giải quyết việc làm cho 9.262 lao động, đạt 107,81% kế hoạch năm (20.000 lao động) và bằng "
            "107,81% cùng kỳ (8.591 lao động)."
        ),
    ],
)
def test_wrong(text: str) -> None:
    assert "wrong" in verdicts(text)
