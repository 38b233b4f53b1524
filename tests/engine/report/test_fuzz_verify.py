"""Whatever a text holds, it is checked without a crash, at places that exist, in linear time."""

from __future__ import annotations

import random
import sys
import unicodedata
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.report.verify import verify
from tests.engine.report.sentences import percentages, totals

SENTENCES = [made.text for made in (*percentages(3), *totals(3))]
# fmt: off
PIECES = (
    "1", "2.311", "20.000", "0", "00", "0,5", "0.52", "1.2.3", "9,262", "%", "phần trăm", "/", "(",
    ")", "[", "]", ",", ";", ":", ".", "-", "–", "=", "\n", "\t", "\xa0", "ngày", "tháng", "năm 2023",
    "30/2/2023", "30/6/2022", "quý II/2023", "15/5", "tỷ", "triệu đồng", "người", "lao động", "hộ",
    "lần", "điểm %", "gấp", "từ", "lên", "xuống còn", "trong đó", "gồm", "chiếm", "tổng số", "tăng",
    "giảm", "vượt", "đạt", "bằng", "kế hoạch", "cùng kỳ", "so với", "ước", "tính đến", "đến", "gần",
    "trên", "khoảng", "và", "với", "của", "12/NQ-CP", "ａ", "１２", "́", "\ufeff", "İ", "ß", "ﬁ", "😀",
    "\x00", "\ud800", "１.２３４", "99999999999999999999999999999999999999999999", "0%", "0/0", "1/0",
)
# fmt: on


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Pieces of sentences in any order, or whole ones with some of their characters changed."""
    chance = random.Random(draw(st.integers(0, 2**64)))
    if chance.random() < 0.5:
        return chance.choice((" ", "", " ")).join(chance.choices(PIECES, k=chance.randint(0, 40)))
    chars = list(" ".join(chance.choices(SENTENCES, k=chance.randint(1, 3))))
    for _ in range(chance.randint(0, 12)):
        at = chance.randrange(len(chars))
        chars[at : at + chance.randint(0, 2)] = [chance.choice((*PIECES, chr(chance.randint(0, 0x2FFF))))]
    text = "".join(chars)
    return unicodedata.normalize("NFD", text) if chance.random() < 0.2 else text


@pytest.mark.fuzz
@given(texts())
def test_any_text_is_checked(text: str) -> None:
    for finding in verify(text):
        assert finding.quote
        assert text[finding.start : finding.end] == finding.quote
        assert finding.note.vi
        assert finding.note.en


def work(function: Callable[[], object]) -> int:
    """The lines run and the calls made, those of C functions too: the same on any machine."""
    count = 0

    def step(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal count
        count += 1
        return step

    before, profile = sys.gettrace(), sys.getprofile()
    sys.settrace(step)
    sys.setprofile(step)
    try:
        function()
    finally:
        sys.settrace(before)
        sys.setprofile(profile)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "1",
            "1.",
            "1,",
            "1.234.",
            "1/",
            "(",
            "(1",
            "1)",
            " ",
            "1 000 ",
            "1% ",
            "1/2 ",
            "1\t",
            "\n",
            "1\n",
            "1-",
        ),
        *(
            "%",
            "w",
            "tỷ ",
            "kế hoạch ",
            "2023-",
            "quý i/",
            "12/nq-",
            "ngày 1 tháng ",
            "a\u0301",
            "\u0301",
            "tăng 5 người ",
        ),
        *("trong đó 5 người; ", "1 triệu đồng ", "(9.262/8.591. Ước ", "9.262 lao động, đạt 46,31% "),
        "x" * 60 + "\n",
    ],
)
def test_four_times_the_text_takes_about_four_times_the_work(piece: str) -> None:
    """What is quadratic takes sixteen times the work. What runs inside C is timed by `benchmarks verify`."""
    short, long = (piece * (length // len(piece)) for length in (6_000, 24_000))
    assert work(lambda: verify(long)) < 4.5 * work(lambda: verify(short)) + 1_000


@pytest.mark.parametrize(
    ("once", "four_times"),
    [
        (lambda n: [a + 1 for a in range(n)], 4),
        (lambda n: [a for _ in range(n) for a in range(n)], 16),
        (lambda n: [max(a, n) for a in range(n) for _ in range(n)], 16),
        (lambda n: any(a == b == -1 for a in range(n) for b in range(n)), 16),
        (lambda n: ["ab".find("b") for _ in range(n) for _ in range(n)], 16),
    ],
    ids=["line", "lines", "calls", "steps", "calls of C"],
)
def test_the_work_of_what_is_quadratic_is_seen(once: Callable[[int], object], four_times: int) -> None:
    assert work(lambda: once(800)) / work(lambda: once(200)) == pytest.approx(four_times, rel=0.1)
