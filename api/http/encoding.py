"""JSON in and out, strictly: what is sent must mean one thing only."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import Code, Issue, RuleError
from engine.words import Message, say

MAX_ECHO = 80
NOT_UTF8 = Message("nội dung gửi lên không phải UTF-8", "what was sent is not UTF-8")
NOT_JSON = Message("nội dung gửi lên không phải JSON", "what was sent is not JSON")
TOO_DEEP = Message("nội dung gửi lên lồng nhau quá sâu", "what was sent is nested too deep")
TOO_LONG = Message("nội dung gửi lên có số quá dài", "what was sent holds a number that is too long")


class BadJsonError(Exception):
    """A body that isn't JSON; ``line`` and ``column`` count from 1, None where no place is known."""

    def __init__(self, why: Message, line: int | None = None, column: int | None = None) -> None:
        super().__init__(why.en)
        self.why, self.line, self.column = why, line, column


def to_json(answer: object) -> bytes:
    """An answer as UTF-8. NaN is a bug of ours (ValueError); half a surrogate pair becomes ``?``."""
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def from_json(body: bytes) -> Any:
    """What a body says, with decimal fractions as they are written; the first fault ends the reading.

    Raises BadJsonError; RuleError (duplicate_key, not_finite).
    """
    try:
        return json.loads(
            body.decode(), object_pairs_hook=_once_each, parse_constant=_not_finite, parse_float=Decimal
        )
    except UnicodeDecodeError:
        raise BadJsonError(NOT_UTF8) from None
    except json.JSONDecodeError as error:
        raise BadJsonError(NOT_JSON, error.lineno, error.colno) from None
    except RecursionError:
        raise BadJsonError(TOO_DEEP) from None
    except (ValueError, InvalidOperation):  # Python refuses to read whole numbers of thousands of digits
        raise BadJsonError(TOO_LONG) from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RuleError([Issue(Code.DUPLICATE_KEY, twice(key))])
        found[key] = value
    return found


def _not_finite(word: str) -> None:
    raise RuleError([Issue(Code.NOT_FINITE, say("not_finite", what=word))])


def cut(text: object) -> str:
    """What was sent, short enough for a message."""
    words = str(text)
    return words if len(words) <= MAX_ECHO else f"{words[: MAX_ECHO - 1]}…"


def twice(name: str) -> Message:
    """A name stands twice, and only one of its values would count."""
    return Message(f"'{cut(name)}' có hai lần", f"'{cut(name)}' stands twice")
