"""The values that keys of rulebook files take (DESIGN §3): texts, numbers, names, dates, labels, formulas."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, InstanceOf, PlainValidator, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError

from engine.errors import Code
from engine.numbers import DateFormError, parse_iso_date
from engine.values import date_hint, number_hint
from engine.words import Message, both, did_you_mean, say

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def fault(
    code: Code,
    key: str | None = None,
    hint: Message | None = None,
    at: tuple[str | int, ...] = (),
    **values: object,
) -> PydanticCustomError:
    """A fault found while validating; the loader turns it into an issue with its place.

    ``at``: the path from the value that is validated to the part at fault.
    """
    return PydanticCustomError(
        code.value, "{key}", {"key": key or code.value, "hint": hint, "at": at, "values": values}
    )


def wrong_type(expected: str, got: Any, at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """That a value is of another type."""
    return fault(Code.WRONG_TYPE, at=at, expected=say(f"type.{expected}"), got=kind_of(got))


MOST_SHOWN = 40
"""Characters of a value that a message shows."""


def kind_of(value: object) -> Message:
    """What a value is, in words."""
    match value:
        case None:
            return say("type.nothing")
        case bool():
            return say("type.boolean")
        case dict():
            return say("type.mapping")
        case list():
            return say("type.list")
        case str():
            return say("type.this_text", what=_short(value))
        case _:
            return say("type.this_number", what=_short(str(value)))


def _short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def _identifier(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong_type("name", value)
    if not IDENTIFIER.fullmatch(value):
        raise fault(Code.BAD_IDENTIFIER, hint=say("bad_identifier.hint"), what=value)
    return value


def _only(value: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in value:
        if key not in known:
            raise fault(Code.UNKNOWN_KEY, hint=did_you_mean(key, known), at=(key,), what=key)


def _label(value: Any) -> Message:
    if isinstance(value, str) and value.strip():
        return both(value)
    if not isinstance(value, dict):
        raise wrong_type("label", value)
    if any(value[key] is None for key in value if key not in ("vi", "en")):
        # {en: Per 1,000 people} is read as two entries
        raise fault(
            Code.WRONG_TYPE, hint=say("label_comma.hint"), expected=say("type.label"), got=kind_of(value)
        )
    _only(value, ("vi", "en"))
    for lang in ("vi", "en"):
        if lang not in value:
            raise fault(Code.MISSING_KEY, what=lang)
    return Message(_text(value["vi"], "vi"), _text(value["en"], "en"))


def _number(value: Any) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str):
        raise fault(Code.BAD_NUMBER, hint=number_hint(value), what=value)
    raise wrong_type("number", value)


def whole(value: Any) -> int:
    """A whole number written as one."""
    number = _number(value)
    if number != int(number) or not isinstance(value, int):
        raise wrong_type("whole number", value)
    return int(number)


def _date(value: Any) -> date:
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise wrong_type("date", value)
    try:
        return parse_iso_date(str(value))
    except DateFormError:
        raise fault(Code.BAD_DATE, hint=date_hint(str(value)), what=str(value)) from None


def _text(value: Any, *at: str | int) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise wrong_type("text", value, at)


def _formula(value: Any, *at: str | int, expected: str = "formula") -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value
    raise wrong_type(expected, value, at)


def _bound(value: Any) -> Any:
    return value if isinstance(value, dict) else {"is": _formula(value, expected="bound")}


def _amount(value: Any) -> str | dict[str, str]:
    if not isinstance(value, dict):
        return _formula(value, expected="amount")
    return {period: _formula(amount, period) for period, amount in value.items()}


def _formula_by_kind(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {"flow": _formula(value), "level": _formula(value)}
    _only(value, ("flow", "level"))
    if not value:
        raise fault(Code.MISSING_KEY, "metric_takes_kind")
    return {key: _formula(text, key) for key, text in value.items()}


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong_type("mapping", value)
    return value


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_name(item, "name", position) for position, item in enumerate(value))
    return (_name(value, "names"),)


def _name(value: Any, expected: str, *at: str | int) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise wrong_type(expected, value, at)


def _place_names(value: Any) -> tuple[str, ...]:
    # the period 2023 is read as a number
    items = value if isinstance(value, list) else [value]
    texts = [str(item) if type(item) is int else item for item in items]
    return _names(texts if isinstance(value, list) else texts[0])


class _OrFormula:
    """Takes a formula alone for a mapping that has no other key than ``is``, also in the JSON schema."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [_FORMULA_JSON, handler(core)]}


def as_json(**schema: Any) -> WithJsonSchema:
    """How a value is described in the JSON schema."""
    return WithJsonSchema(schema)


_FORMULA_JSON: dict[str, Any] = {"type": ["string", "number"]}
_NAMES_JSON: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_PLACE_JSON: dict[str, Any] = {"type": ["string", "integer"]}
_PLACES_JSON: dict[str, Any] = {"anyOf": [_PLACE_JSON, {"type": "array", "items": _PLACE_JSON}]}
LABEL_JSON: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["vi", "en"],
            "properties": {"vi": {"type": "string"}, "en": {"type": "string"}},
        },
    ]
}
Identifier = Annotated[str, BeforeValidator(_identifier), as_json(type="string", pattern="^[a-z][a-z0-9_]*$")]
Label = Annotated[InstanceOf[Message], PlainValidator(_label), WithJsonSchema(LABEL_JSON)]
Figure = Annotated[Decimal, PlainValidator(_number), as_json(type="number")]
Whole = Annotated[int, PlainValidator(whole), as_json(type="integer")]
Day = Annotated[date, PlainValidator(_date), as_json(type="string", format="date")]
FormulaText = Annotated[str, PlainValidator(_formula), WithJsonSchema(_FORMULA_JSON)]
OR_FORMULA = (BeforeValidator(_bound), _OrFormula())
Amount = Annotated[
    str | dict[str, str],
    PlainValidator(_amount),
    as_json(anyOf=[_FORMULA_JSON, {"type": "object", "additionalProperties": _FORMULA_JSON}]),
]
FormulaByKind = Annotated[
    dict[str, str],
    PlainValidator(_formula_by_kind),
    as_json(
        anyOf=[
            _FORMULA_JSON,
            {"type": "object", "properties": {"flow": {"type": "string"}, "level": {"type": "string"}}},
        ]
    ),
]
PlainText = Annotated[str, PlainValidator(_text), as_json(type="string")]
Names = Annotated[tuple[str, ...], PlainValidator(_names), WithJsonSchema(_NAMES_JSON)]
PlaceNames = Annotated[tuple[str, ...], PlainValidator(_place_names), WithJsonSchema(_PLACES_JSON)]
Mapped = Annotated[dict[str, Any], PlainValidator(_mapping), as_json(type="object")]
