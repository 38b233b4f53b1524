"""Numbers in words, read back from words that are made here, and what they do in sentences."""

import pytest

from engine.report.spelled import spelled
from engine.report.verify import verify

ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def below_thousand(number: int, full: bool) -> list[str]:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    said = [ONES[hundreds], "trăm"] if hundreds or full else []
    if tens == 1:
        said.append("mười")
    elif tens:
        said += [ONES[tens], "mươi"]
    elif ones and said:
        said.append("linh")
    if ones:
        special = {1: "mốt"} if tens > 1 else {}
        special |= {5: "lăm"} if tens else {}
        said.append(special.get(ones, ONES[ones]))
    return said


def in_words(number: int) -> str:
    """A number below a billion as it is said in full."""
    said: list[str] = []
    for size, scale in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        part = number // size % 1000
        if part:
            said += below_thousand(part, full=bool(said))
            said += [scale] if scale else []
    return " ".join(said)


def test_words_made_here_are_right() -> None:
    assert in_words(2500) == "hai nghìn năm trăm"
    assert in_words(2005) == "hai nghìn không trăm linh năm"
    assert in_words(25_121_015) == "hai mươi lăm triệu một trăm hai mươi mốt nghìn không trăm mười lăm"


def test_every_number_in_words_is_read_back() -> None:
    numbers = [*range(10, 3000), *range(3000, 10**6, 997), *range(10**6, 10**9, 9_999_991)]
    for number in numbers:
        words = in_words(number)
        assert spelled(words, 0) == (number, len(words)), words


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("hai vạn", 20_000),
        ("hai vạn rưỡi", 25_000),
        ("ba nghìn rưỡi", 3_500),
        ("một triệu rưỡi", 1_500_000),
        ("một trăm rưỡi", 150),
        ("hai ngàn bốn trăm bẩy mươi tư", 2_474),
        ("một nghìn hai", None),  # 1.200 or 1.002
        ("một triệu hai", None),
        ("một nghìn hai triệu", None),
        ("ba", None),
        ("một số", None),
        ("hai bên", None),
        ("trăm người", None),
        ("hai rưỡi", None),
    ],
)
def test_other_ways_to_say_it(words: str, number: int | None) -> None:
    found = spelled(words, 0)
    if number is None:
        assert found is None or found[1] < len(words)
    else:
        assert found == (number, len(words))


@pytest.mark.parametrize(
    ("text", "quote", "verdict"),
    [
        (
            "Việc làm cho chín nghìn hai trăm sáu mươi hai người, đạt 46,31% kế hoạch hai mươi nghìn người.",
            "46,31%",
            "right",
        ),
        (
            "Việc làm cho chín nghìn hai trăm sáu mươi hai lao động, đạt 46,13% kế hoạch (20.000 lao động).",
            "46,13%",
            "wrong",
        ),
        ("Việc làm cho 9.262 lao động, đạt 46,31% kế hoạch (20 nghìn lao động).", "46,31%", "right"),
        ("Việc làm cho 9.262 lao động, đạt 46,13% kế hoạch (2 vạn lao động).", "46,13%", "wrong"),
        ("Việc làm cho 1,2 vạn lao động, tăng 20% so với cùng kỳ (một vạn lao động).", "20%", "right"),
        ("Việc làm cho 9 nghìn rưỡi lao động, đạt 47,5% kế hoạch (20.000 lao động).", "47,5%", "right"),
        (
            "Việc làm cho gần 9 nghìn rưỡi lao động, đạt 46,31% kế hoạch (20.000 lao động).",
            "46,31%",
            "cannot_check",
        ),
        ("Việc làm cho trên 9 nghìn lao động, đạt 64,31% kế hoạch (20.000 lao động).", "64,31%", "wrong"),
        (
            "Thu hai mươi lăm triệu đồng, đạt năm mươi phần trăm kế hoạch (50 triệu đồng).",
            "năm mươi phần trăm",
            "right",
        ),
        ("Tổng số hai mươi lăm người, gồm mười nam và mười lăm nữ.", "hai mươi lăm người", "right"),
        ("Tổng số hai mươi lăm người, gồm mười nam và mười bốn nữ.", "hai mươi lăm người", "wrong"),
    ],
)
def test_verdicts_on_numbers_in_words(text: str, quote: str, verdict: str) -> None:
    assert [(one.quote, one.verdict) for one in verify(text)] == [(quote, verdict)]


@pytest.mark.parametrize(
    "words",
    [
        "một số đơn vị",
        "ba trong bốn chỉ tiêu",
        "hàng nghìn người",
        "vài trăm hộ",
        "lần thứ hai mươi",
        "năm mươi tuổi",
        "hai trăm năm trước",
        "hàng triệu lượt người",
        "mười phần vẹn mười",
        "trăm người như một",
    ],
)
def test_words_that_count_nothing_are_no_figures(words: str) -> None:
    right = "Việc làm cho 9.262 lao động, đạt 46,31% kế hoạch (20.000 lao động)"
    for text in (f"{words}; {right}.", f"{right}, {words}.", f"{words.capitalize()}. {right}."):
        assert [(one.quote, one.verdict) for one in verify(text)] == [("46,31%", "right")]
