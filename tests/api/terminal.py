"""What the command line printed and how it ended."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

BOOK = "binh_thuan_2023"
JUNE = ("--as-of", "2023-06-30", "--basis", "estimate")


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    @property
    def csv(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))


Run = Callable[..., Result]


def fine(result: Result) -> Result:
    """It ended well and had nothing to say beside its answer."""
    assert (result.code, result.err) == (0, "")
    return result


def refused(result: Result, code: int, *words: str) -> None:
    """No answer, and these words on standard error."""
    assert (result.code, result.out) == (code, "")
    assert "Traceback" not in result.err
    for word in words:
        assert word in result.err
