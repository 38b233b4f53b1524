"""What argparse says of words that it can't take, in the language asked for."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NoReturn

_VIETNAMESE = (
    (r"the following arguments are required: (.+)", r"thiếu \1"),
    (r"unrecognized arguments: (.+)", r"không có tham số \1"),
    (r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)", r"\1: không dùng được \2 (chọn \3)"),
    (r"argument (.+?): expected one argument", r"\1: cần một giá trị"),
    (r"argument (.+?): expected at least one argument", r"\1: cần ít nhất một giá trị"),
    (r"argument (.+?): expected at most one argument", r"\1: nhiều nhất một giá trị"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1: không nhận giá trị \2"),
)


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are Vietnamese, unless its words ask for English."""

    words: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse; the words are kept, since --lang may not have been read when they are refused."""
        self.words = list(sys.argv[1:] if args is None else args)
        return super().parse_known_args(self.words, namespace)

    def error(self, message: str) -> NoReturn:
        """Refuse the words: exit 2."""
        if "--lang=en" not in self.words and ("--lang", "en") not in pairwise(self.words):
            message = vietnamese(message)
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")


def vietnamese(message: str) -> str:
    """argparse's English in Vietnamese; what isn't known stays as it is."""
    for pattern, words in _VIETNAMESE:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return found.expand(words)
    return message
