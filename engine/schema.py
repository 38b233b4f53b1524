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
from engine.numbers import DateFormError, NumberFormError, parse_iso_date, parse_number
from engine.words import Message, both

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
Status = Literal["published", "reported", "estimated", "assumed"]
Basis = Literal["actual", "estimate"]
FlowOrLevel = Literal["flow", "level"]
Direction = Literal["up", "down", "hold"]


def fault(
    code: Code, key: str | None = None, hint: str | None = None, **values: object
) -> PydanticCustomError:
    """A fault found while validating; the loader turns it into an issue with its place."""
    return PydanticCustomError(code.value, "{key}", {"key": key or code.value, "hint": hint, **values})


def _identifier(value: Any) -> str:
    if not isinstance(value, str):
        raise fault(Code.WRONG_TYPE, expected="name", got=value)
    if not IDENTIFIER.fullmatch(value):
        raise fault(Code.BAD_IDENTIFIER, hint="bad_identifier.hint", what=value)
    return value


def _label(value: Any) -> Message:
    if isinstance(value, str) and value.strip():
        return both(value)
    if isinstance(value, dict):
        for key in value:
            if key not in ("vi", "en"):
                raise fault(Code.UNKNOWN_KEY, what=key)
        vi, en = value.get("vi"), value.get("en")
        if isinstance(vi, str) and isinstance(en, str) and vi.strip() and en.strip():
            return Message(vi, en)
    raise fault(Code.WRONG_TYPE, expected="{vi, en}", got=value)


def _number(value: Any) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str):
        try:
            meant = parse_number(value, "vi")
        except NumberFormError:
            raise fault(Code.BAD_NUMBER, hint="bad_number.hint", what=value) from None
        raise fault(Code.BAD_NUMBER, hint="bad_number.vi.hint", what=value, meant=format(meant, "f"))
    raise fault(Code.WRONG_TYPE, expected="number", got=value)


def _whole(value: Any) -> int:
    number = _number(value)
    if number != int(number) or not isinstance(value, int):
        raise fault(Code.WRONG_TYPE, expected="whole number", got=value)
    return int(number)


def _date(value: Any) -> date:
    try:
        return parse_iso_date(value if isinstance(value, str) else str(value))
    except DateFormError:
        raise fault(Code.BAD_DATE, hint="bad_date.hint", what=str(value)) from None


def _text(value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise fault(Code.WRONG_TYPE, expected="text", got=value)


def _formula(value: Any) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return _text(value)


def _formula_by_kind(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {"flow": _formula(value), "level": _formula(value)}
    for key in value:
        if key not in ("flow", "level"):
            raise fault(Code.UNKNOWN_KEY, what=key)
    return {key: _formula(text) for key, text in value.items()}


def _not_yet(value: Any) -> None:
    if value in ({}, [], None):
        return
    raise fault(Code.NOT_SUPPORTED, hint="not_supported.hint")


def _names(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(_text(item) for item in items)


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
    at_least: FormulaText | None = None
    at_most: FormulaText | None = None
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
