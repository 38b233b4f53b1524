"""The shape of rulebook files (DESIGN §3): one model a concept, each key documented where it stands.

Keys of the contract that aren't built yet are here too, so that they are refused in plain words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from engine.errors import Code
from engine.numbers import DateFormError, parse_iso_date
from engine.values import date_hint, number_hint
from engine.words import Message, both, did_you_mean, say

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
Status = Literal["published", "reported", "estimated", "assumed"]
Basis = Literal["actual", "estimate"]
FlowOrLevel = Literal["flow", "level"]
Direction = Literal["up", "down", "hold"]


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


def _wrong_type(expected: str, got: Any, at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    return fault(Code.WRONG_TYPE, at=at, expected=say(f"type.{expected}"), got=kind_of(got))


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
            return say("type.this_text", what=value if len(value) <= 40 else value[:39] + "…")
        case _:
            return say("type.this_number", what=str(value))


def _identifier(value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type("name", value)
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
        raise _wrong_type("label", value)
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
    raise _wrong_type("number", value)


def _whole(value: Any) -> int:
    number = _number(value)
    if number != int(number) or not isinstance(value, int):
        raise _wrong_type("whole number", value)
    return int(number)


def _date(value: Any) -> date:
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise _wrong_type("date", value)
    try:
        return parse_iso_date(str(value))
    except DateFormError:
        raise fault(Code.BAD_DATE, hint=date_hint(str(value)), what=str(value)) from None


def _text(value: Any, *at: str | int) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise _wrong_type("text", value, at)


def _formula(value: Any, *at: str | int) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return _text(value, *at)


def _bound(value: Any) -> str:
    if isinstance(value, dict) and "is" in value:
        raise fault(Code.NOT_SUPPORTED, hint=say("bound_priority.hint"), at=("is",), what="is")
    return _formula(value)


def _formula_by_kind(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {"flow": _formula(value), "level": _formula(value)}
    _only(value, ("flow", "level"))
    if not value:
        raise fault(Code.MISSING_KEY, "metric_takes_kind")
    return {key: _formula(text, key) for key, text in value.items()}


def _not_yet(value: Any) -> None:
    if value in ({}, [], None):
        return
    raise fault(Code.NOT_SUPPORTED, hint=say("not_supported.hint"))


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return (_text(value),)
    return tuple(_text(item, position) for position, item in enumerate(value))


def _json(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


_LABEL_JSON = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["vi", "en"],
            "properties": {"vi": {"type": "string"}, "en": {"type": "string"}},
        },
    ]
}
Identifier = Annotated[str, BeforeValidator(_identifier), _json(type="string", pattern="^[a-z][a-z0-9_]*$")]
Label = Annotated[InstanceOf[Message], PlainValidator(_label), WithJsonSchema(_LABEL_JSON)]
Figure = Annotated[Decimal, PlainValidator(_number), _json(type="number")]
Whole = Annotated[int, PlainValidator(_whole), _json(type="integer")]
Day = Annotated[date, PlainValidator(_date), _json(type="string", format="date")]
FormulaText = Annotated[str, PlainValidator(_formula), _json(type=["string", "number"])]
Bound = Annotated[str, PlainValidator(_bound), _json(type=["string", "number"])]
FormulaByKind = Annotated[
    dict[str, str],
    PlainValidator(_formula_by_kind),
    _json(
        anyOf=[
            {"type": ["string", "number"]},
            {"type": "object", "properties": {"flow": {"type": "string"}, "level": {"type": "string"}}},
        ]
    ),
]
PlainText = Annotated[str, PlainValidator(_text), _json(type="string")]
Names = Annotated[
    tuple[str, ...],
    PlainValidator(_names),
    _json(anyOf=[{"type": "string"}, {"type": "array", "items": {"type": "string"}}]),
]
NotYet = Annotated[
    None, PlainValidator(_not_yet), _json(description="Part of the contract, not built yet: refused.")
]


class Model(BaseModel):
    """A mapping of known keys; any other key is an issue."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Source(Model):
    """Where figures come from."""

    title: Label


class MeasureDef(Model):
    """A count of the rulebook's own, such as communes."""

    kind: Literal["count"]
    label: Label | None = None


class Attribute(Model):
    """A column of units.csv beyond the fixed ones."""

    measure: PlainText = "ratio"
    label: Label | None = None
    status: Status = "published"
    source: PlainText | None = None
    aggregate: PlainText = "sum"


class Parameter(Model):
    """A figure that formulas use by name. A bare number has the parameter's measure (§4)."""

    value: Figure
    measure: PlainText = "ratio"
    label: Label | None = None
    status: Status = "assumed"
    source: PlainText | None = None


class DataFiles(Model):
    """The tables of figures, relative to the file that names them."""

    units: PlainText | None = None
    targets: PlainText | None = None
    observations: PlainText | None = None


class Indicator(Model):
    """What is tracked (§1): a flow adds up over the year, a level is a state on a day."""

    label: Label | None = None
    measure: PlainText
    show_in: PlainText | None = None
    kind: FlowOrLevel
    direction: Direction
    part_of: PlainText | None = None
    aggregate: PlainText | None = None
    curve: dict[str, Figure] | None = None
    decimals: Annotated[int, PlainValidator(_whole), Field(ge=0, le=12), _json(type="integer")] | None = None


class MetricFor(Model):
    """The indicators that a metric is for: those that fit every key given."""

    kind: FlowOrLevel | None = None
    direction: Direction | None = None
    indicator: Names | None = None


class Metric(Model):
    """A derived figure: a formula applied to each indicator it is for (§5)."""

    label: Label | None = None
    for_: MetricFor = Field(default=MetricFor(), alias="for")
    formula: FormulaByKind
    show_in: PlainText | None = None
    decimals: Annotated[int, PlainValidator(_whole), Field(ge=0, le=12), _json(type="integer")] | None = None


class Check(Model):
    """A condition that must hold at every unit with figures."""

    require: FormulaText
    severity: Literal["error", "warning"] = "error"
    label: Label | None = None


class StartingPoint(Model):
    """The date and basis that an allocation's figures are taken at."""

    as_of: Day
    basis: Basis = "actual"


class Quota(Model):
    """What is shared out over the units, in whole numbers that add up to ``total`` (§10)."""

    indicator: PlainText | None = None
    total: FormulaText
    need: FormulaText
    at_least: Bound | None = None
    at_most: Bound | None = None
    within: PlainText | None = None
    multiple_of: NotYet = None
    per_period: NotYet = None
    profile: NotYet = None
    weight: NotYet = None
    cost: NotYet = None


class Rule(Model):
    """A linear condition on the quotas, at each instance of ``for`` (§5)."""

    require: FormulaText
    for_: Names = Field(default=(), alias="for")
    label: Label | None = None
    only: NotYet = None
    except_: NotYet = Field(default=None, alias="except")
    priority: NotYet = None


class Allocation(Model):
    """How totals are shared out over units and periods (§10)."""

    title: Label | None = None
    from_: Day = Field(alias="from")
    to: Day
    every: Literal["month", "quarter", "half", "once"] = "month"
    among: PlainText
    root: PlainText | None = None
    year: Whole | None = None
    starting_point: StartingPoint
    quotas: dict[Identifier, Quota] = Field(min_length=1)
    rules: dict[Identifier, Rule] = Field(default_factory=dict)
    fairness: PlainText = "proportional"
    hold: NotYet = None
    leave_out: NotYet = None


class Case(Model):
    """A test that a rule author writes: of the gap table, or of a plan's quotas (§14)."""

    as_of: Day | None = None
    basis: Basis = "actual"
    unit: PlainText | None = None
    plan: PlainText | None = None
    expect: dict[str, Any] = Field(min_length=1)


class Rulebook(Model):
    """All files of a rulebook, put together."""

    rulebook: Identifier
    title: Label
    year: Annotated[int, PlainValidator(_whole), Field(ge=1900, le=2199), _json(type="integer")]
    root: PlainText
    stale_after: Annotated[int, PlainValidator(_whole), Field(ge=0), _json(type="integer")] = 45
    include: list[PlainText] = Field(default_factory=list)
    sources: dict[Identifier, Source] = Field(default_factory=dict)
    measures: dict[Identifier, MeasureDef] = Field(default_factory=dict)
    attributes: dict[Identifier, Attribute] = Field(default_factory=dict)
    groupings: NotYet = None
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    tables: NotYet = None
    data: DataFiles = DataFiles()
    indicators: dict[Identifier, Indicator] = Field(default_factory=dict)
    metrics: dict[Identifier, Metric] = Field(default_factory=dict)
    checks: dict[Identifier, Check] = Field(default_factory=dict)
    allocations: dict[Identifier, Allocation] = Field(default_factory=dict)
    scenarios: NotYet = None
    cases: dict[Identifier, Case] = Field(default_factory=dict)


SECTIONS = frozenset(
    name
    for name, info in Rulebook.model_fields.items()
    if name not in ("rulebook", "title", "year", "root", "stale_after")
)


def keys_at(path: tuple[str | int, ...]) -> set[str]:
    """The keys that the mapping at this path may have, for naming the nearest one."""
    current: Any = Rulebook
    for key in path:
        current = _step(current, key)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return {info.alias or name for name, info in current.model_fields.items()}
    return set()


def _step(current: Any, key: str | int) -> Any:
    if isinstance(current, _Named):
        return current.model
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        return None
    for name, info in current.model_fields.items():
        if key == (info.alias or name):
            return _inner(info.annotation)
    return None


@dataclass(frozen=True, slots=True)
class _Named:
    """A mapping from names to a model."""

    model: Any


def _inner(annotation: Any) -> Any:
    """The model inside Optional[Model] or dict[…, Model]."""
    arguments: tuple[Any, ...] = getattr(annotation, "__args__", ())
    if getattr(annotation, "__origin__", None) is dict:
        return _Named(arguments[1])
    models = [part for part in arguments if isinstance(part, type) and issubclass(part, BaseModel)]
    return models[0] if models else annotation


def json_schema() -> Mapping[str, Any]:
    """JSON Schema of rulebook files, for editors. A file may hold any part, so nothing is required."""
    schema = Rulebook.model_json_schema(by_alias=True)
    schema.pop("required", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
