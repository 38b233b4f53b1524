"""What pydantic finds wrong in a request, as issues of the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.http.encoding import cut
from engine.errors import Code, Issue
from engine.scalars import kind_of
from engine.words import Message, did_you_mean, joined, say

SECONDS = Message(
    "cần một số giây lớn hơn 0 và không quá 600", "a number of seconds above 0, at most 600, is wanted"
)
LANG = Message(
    "Ngôn ngữ đặt trong địa chỉ: …/plans?lang=en.", "The language goes in the address: …/plans?lang=en."
)
NOT_EMPTY = Message("không được để trống", "must not be empty")
MOST_TOLD = 100
"""Issues told in one answer; nobody reads more."""
TYPES = {
    "string_type": "text",
    "string_unicode": "text",
    "dict_type": "mapping",
    "model_type": "mapping",
    "bool_type": "boolean",
}
SECONDS_FAULTS = ("float_type", "finite_number", "greater_than", "less_than_equal")


def issues_of(faults: Sequence[Mapping[str, Any]], known: Iterable[str]) -> list[Issue]:
    """What is wrong in a query or a body, up to MOST_TOLD; ``known``: the names that may stand there."""
    names = list(known)
    return [_issue(fault, names) for fault in faults[:MOST_TOLD]]


def _issue(fault: Mapping[str, Any], known: list[str]) -> Issue:
    kind, got = fault["type"], fault.get("input")
    place = [str(part) for part in fault["loc"] if part != "query"]
    name = cut(".".join(place))
    match kind:
        case "extra_forbidden":
            hint = LANG if name == "lang" else did_you_mean(name, known)
            return Issue(Code.UNKNOWN_KEY, say("unknown_key", what=name), hint=hint)
        case "missing":
            return Issue(Code.MISSING_KEY, say("missing_key", what=name))
        case "literal_error":
            options = str(fault["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
            hint = did_you_mean(cut(got), options.split(", "))
            return Issue(
                Code.WRONG_CHOICE, _at(name, say("wrong_choice", what=cut(got), options=options)), hint=hint
            )
        case "value_error":  # the only validators of ours are for dates
            return Issue(Code.BAD_DATE, _at(name, say("bad_date", what=cut(got))), hint=say("bad_date.hint"))
        case "string_too_short":
            return Issue(Code.WRONG_TYPE, _at(name, NOT_EMPTY))
        case "string_too_long" | "too_long":
            limit = fault["ctx"]["max_length"]
            vi, en = ("ký tự", "characters") if kind == "string_too_long" else ("mục", "entries")
            return Issue(
                Code.TOO_LARGE, _at(name, Message(f"dài quá {limit} {vi}", f"longer than {limit} {en}"))
            )
        case _ if kind in SECONDS_FAULTS:
            return Issue(Code.BAD_NUMBER, _at(name, SECONDS))
    expected = say(f"type.{TYPES.get(kind, 'text')}")
    return Issue(Code.WRONG_TYPE, _at(name, say("wrong_type", expected=expected, got=kind_of(got))))


def _at(name: str, message: Message) -> Message:
    return joined([name, message], ": ") if name else message
