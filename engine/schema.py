"""The shape of rulebook files (DESIGN §3): one model a concept, each key documented where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PlainValidator

from engine.scalars import (
    OR_FORMULA,
    Amount,
    Day,
    Figure,
    FormulaByKind,
    FormulaText,
    Identifier,
    Label,
    Mapped,
    Names,
    PlaceNames,
    PlainText,
    Whole,
    as_json,
    whole,
)
from engine.schema_model import Basis, Direction, FlowOrLevel, Model, Status
from engine.schema_office import Office
from engine.schema_reports import Action, Report


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


class GroupAttribute(Model):
    """A column of a grouping's table."""

    measure: PlainText = "ratio"
    label: Label | None = None
    status: Status = "published"
    source: PlainText | None = None


class Grouping(Model):
    """Units that share something: the text in a column of units.csv, that of the grouping's name if none."""

    column: PlainText | None = None
    label: Label | None = None
    table: PlainText | None = None
    attributes: dict[Identifier, GroupAttribute] = Field(default_factory=dict)


class Parameter(Model):
    """A figure that formulas use by name. A bare number has the parameter's measure (§4)."""

    value: Figure
    measure: PlainText = "ratio"
    label: Label | None = None
    status: Status = "assumed"
    source: PlainText | None = None


class FigureTable(Model):
    """Figures by unit, period or group, which bounds and rules use by name. An empty cell: no bound."""

    file: PlainText
    by: Names
    measure: PlainText = "ratio"


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
    decimals: Annotated[int, PlainValidator(whole), Field(ge=0, le=12), as_json(type="integer")] | None = None


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
    decimals: Annotated[int, PlainValidator(whole), Field(ge=0, le=12), as_json(type="integer")] | None = None


class Check(Model):
    """A condition that must hold at every unit with figures."""

    require: FormulaText
    severity: Literal["error", "warning"] = "error"
    label: Label | None = None


class StartingPoint(Model):
    """The date and basis that an allocation's figures are taken at."""

    as_of: Day
    basis: Basis = "actual"


Priority = Annotated[int, PlainValidator(whole), Field(ge=0), as_json(type="integer", minimum=0)]
Places = dict[str, PlaceNames]


class Bound(Model):
    """A bound that says more than its formula."""

    is_: FormulaText = Field(alias="is")
    priority: Priority | None = None
    only: Places | None = None
    except_: Places | None = Field(default=None, alias="except")


BoundOrFormula = Annotated[Bound, *OR_FORMULA]


class PerPeriod(Model):
    """Bounds of a quota's single cells."""

    at_least: BoundOrFormula | None = None
    at_most: BoundOrFormula | None = None


Part = Annotated[Figure, Field(ge=0), as_json(type="number", minimum=0)]


class Pace(Model):
    """How far a unit's quota may be from the last one it was given."""

    from_: FormulaText = Field(alias="from")
    up: Part | None = None
    down: Part | None = None
    taper: Annotated[Figure, Field(ge=0, le=1), as_json(type="number", minimum=0, maximum=1)] | None = None
    priority: Priority | None = None


class Quota(Model):
    """What is shared out over the units, in whole numbers that add up to ``total`` (§10)."""

    indicator: PlainText | None = None
    total: FormulaText
    need: FormulaText
    at_least: BoundOrFormula | None = None
    at_most: BoundOrFormula | None = None
    per_period: PerPeriod | None = None
    pace: Pace | None = None
    within: PlainText | None = None
    multiple_of: (
        Annotated[int, PlainValidator(whole), Field(ge=1, le=10**12), as_json(type="integer", minimum=1)]
        | None
    ) = None
    profile: dict[str, Figure] | None = None
    weight: Annotated[Figure, Field(gt=0), as_json(type="number", exclusiveMinimum=0)] | None = None
    cost: FormulaText | None = None


class Rule(Model):
    """A linear condition on the quotas, at each instance of ``for`` (§5)."""

    require: FormulaText
    for_: Names = Field(default=(), alias="for")
    label: Label | None = None
    only: Places | None = None
    except_: Places | None = Field(default=None, alias="except")
    priority: Priority | None = None


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
    hold: dict[str, dict[str, Amount]] | None = None
    leave_out: Names | None = None
    freeze: Day | None = None


class Overlay(Model):
    """Changes laid over a rulebook (§12): ``set`` has the rulebook's own nested keys, null takes away."""

    title: Label | None = None
    allocation: PlainText | None = None
    set_: Mapped = Field(default_factory=dict, alias="set")
    hold: Mapped = Field(default_factory=dict)
    leave_out: Names = ()
    freeze: Day | None = None


class Scenario(Overlay):
    """An overlay with a name in the rulebook; ``over``: the scenario that it stands on."""

    over: PlainText | None = None


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
    year: Annotated[int, PlainValidator(whole), Field(ge=1900, le=2199), as_json(type="integer")]
    root: PlainText
    stale_after: Annotated[int, PlainValidator(whole), Field(ge=0), as_json(type="integer")] = 45
    include: list[PlainText] = Field(default_factory=list)
    sources: dict[Identifier, Source] = Field(default_factory=dict)
    measures: dict[Identifier, MeasureDef] = Field(default_factory=dict)
    attributes: dict[Identifier, Attribute] = Field(default_factory=dict)
    groupings: dict[Identifier, Grouping] = Field(default_factory=dict)
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    tables: dict[Identifier, FigureTable] = Field(default_factory=dict)
    data: DataFiles = DataFiles()
    indicators: dict[Identifier, Indicator] = Field(default_factory=dict)
    metrics: dict[Identifier, Metric] = Field(default_factory=dict)
    checks: dict[Identifier, Check] = Field(default_factory=dict)
    allocations: dict[Identifier, Allocation] = Field(default_factory=dict)
    scenarios: dict[Identifier, Scenario] = Field(default_factory=dict)
    cases: dict[Identifier, Case] = Field(default_factory=dict)
    office: Office = Office()
    reports: dict[Identifier, Report] = Field(default_factory=dict)
    actions: dict[Identifier, Action] = Field(default_factory=dict)


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


def kind_at(path: tuple[str | int, ...]) -> Literal["keys", "names", "free"]:
    """What stands in the mapping at this path: known keys, entries with names, or anything."""
    current: Any = Rulebook
    for key in path:
        current = _step(current, key)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return "keys"
    named = isinstance(current, _Named) and isinstance(current.model, type)
    return "names" if named and issubclass(current.model, BaseModel) else "free"


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
    """The model inside Optional[Model] or dict[…, Model], annotated or not."""
    if hasattr(annotation, "__metadata__"):
        return _inner(annotation.__origin__)
    arguments: tuple[Any, ...] = getattr(annotation, "__args__", ())
    if getattr(annotation, "__origin__", None) is dict:
        return _Named(_inner(arguments[1]))
    parts = [_inner(part) if hasattr(part, "__metadata__") else part for part in arguments]
    models = [
        part
        for part in parts
        if isinstance(part, _Named) or (isinstance(part, type) and issubclass(part, BaseModel))
    ]
    return models[0] if models else annotation


def json_schema() -> Mapping[str, Any]:
    """JSON Schema of rulebook files, for editors. A file may hold any part, so nothing is required."""
    schema = Rulebook.model_json_schema(by_alias=True)
    schema.pop("required", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
