"""Reports checked: ordinary text and hard pieces, against one pass of a pattern over the same text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.measure import Result, side_by_side
from engine.report.verify import verify

ORDINARY = (
    "Tính đến ngày 15/5/2023, toàn tỉnh đã giải quyết việc làm cho 9.262 lao động, đạt 46,31% kế hoạch năm "
    "(9.262/20.000). Các ngành tiếp tục phối hợp với địa phương triển khai nhiệm vụ được giao, tuyên truyền "
    "chính sách tới người dân và rà soát đối tượng ở các xã, phường, thị trấn.\n"
)
PIECES = {
    "ordinary text": ORDINARY,
    "nothing but claims": "9.262 lao động, đạt 46,31% ",
    "percentages alone": "1% ",
    "brackets": "(1",
    "numbers that don't end": "1.234.",
}
SHORT, LONG, TURNS = 10_000, 40_000, 3
_PASS = re.compile(r"[^\W\d_]+|[0-9]+(?:[.,][0-9]+)*|\S")


def reports() -> Iterator[Result]:
    """Each piece repeated; the note tells what four times the text takes."""
    for name, piece in PIECES.items():
        short, text = (piece * (length // len(piece)) for length in (SHORT, LONG))
        seconds = side_by_side(
            {
                "short": lambda: verify(short),  # noqa: B023
                "ours": lambda: verify(text),  # noqa: B023
                "peer": lambda: _PASS.findall(text),  # noqa: B023
            },
            TURNS,
        )
        note = f"four times the text takes {seconds['ours'] / seconds['short']:.1f} times as long"
        told = f"report of {LONG // 1000} kB, {name}"
        yield Result(told, seconds["ours"], "one pass of a pattern", seconds["peer"], None, note)
