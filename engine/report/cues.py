"""The words that say how the figures of a report belong together, by what they say."""

from __future__ import annotations

CUES = {
    "among_all": r"bao gồm|gồm có|gồm|chia ra|trong số đó gồm",
    "among": r"trong đó|trong số đó|trong số này",
    "same": r"ck|cùng kỳ|cùng kì|năm trước|năm ngoái|kỳ trước|cùng thời điểm",
    "plan": r"kế hoạch|chỉ tiêu|mục tiêu|dự toán|kh",
    "planned": r"nghị quyết|nq|dt",
    "word": r"thực hiện dự toán|thực hiện kế hoạch|thực hiện chỉ tiêu|thực hiện mục tiêu",
    "earlier": r"đầu năm|cuối năm|cuối kỳ|đầu nhiệm kỳ|cuối nhiệm kỳ|tháng trước|quý trước|vụ trước|đầu kỳ",
    "total": r"tổng số|tổng cộng|tổng|dân số",
    "share": r"chiếm",
    "from": r"từ",
    "to": r"xuống còn|giảm còn|tăng lên|nâng lên|lên đến|lên tới|lên|xuống",
    "remain": r"còn lại|còn phải",
    "still": r"còn",
    "over": r"vượt",
    "grow": r"tăng trưởng",
    "up": r"tăng thêm|tăng|cao hơn|nhiều hơn",
    "short": r"còn thiếu|thiếu|hụt",
    "down": r"giảm|thấp hơn|ít hơn",
    "times": r"gấp",
    "reach": r"đạt|bằng|hoàn thành|tương ứng|tương đương|ứng với",
    "estimate": r"ước tính|ước",
    "compare": r"so với|so",
    "more": r"trên|hơn|quá",
    "less": r"gần|dưới|chưa đến|chưa tới",
    "about": r"khoảng|xấp xỉ|chừng",
    "done": r"đã|thực hiện được|kết quả",
    "until": r"tính đến|tính tới|đến|tới",
    "and": r"và",
    "of": r"của|theo|là|được giao|giao",
    "with": r"với",
}


def _phrases() -> dict[str, list[tuple[str, str]]]:
    """Cues by their first word, longer ones first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, words in CUES.items():
        for phrase in words.split("|"):
            found.setdefault(phrase.split(" ")[0], []).append((phrase, kind))
    return {first: sorted(options, key=lambda o: -len(o[0])) for first, options in found.items()}


PHRASES = _phrases()
