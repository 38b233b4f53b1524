"""Whatever a text holds, it is checked without a crash, at places that exist, in linear time."""

from __future__ import annotations

import random
import time
import unicodedata

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
def test_four_times_the_text_takes_about_four_times_as_long(piece: str) -> None:
    """Generous, for busy machines: what is quadratic takes sixteen times as long."""

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        began = time.process_time()
        verify(text)
        return time.process_time() - began

    short = min(seconds(10_000), seconds(10_000))
    assert seconds(40_000) < 10 * short + 0.1
