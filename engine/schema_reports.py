"""The shape of reports to be written, and of what is done to meet targets: one model a concept."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, PlainValidator, StrictBool
from pydantic_core import CoreSchema

from engine.scalars import (
    LABEL_JSON,
    Day,
    FormulaText,
    Identifier,
    Label,
    Names,
    PlainText,
    as_json,
    whole,
)
from engine.schema_model import Basis, Direction, FlowOrLevel, Model, Status


def is_text(value: Any) -> bool:
    """Whether a sentence is a text alone: words, or words by language."""
    return isinstance(value, str) or (
        isinstance(value, dict) and bool(value) and value.keys() <= {"vi", "en"}
    )


def _sentence(value: Any) -> Any:
    return {"text": value} if is_text(value) else value


class _OrText:
    """Takes a text alone for a sentence that has nothing else, also in the JSON schema."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [*LABEL_JSON["anyOf"], handler(core)]}


class Each(Model):
    """What a sentence is said of, or a table has rows of: indicators, units, or each of both."""

    indicator: Names | None = None
    kind: FlowOrLevel | None = None
    direction: Direction | None = None
    unit: Names | None = None
    level: PlainText | None = None
    status: Names | None = None
    flag: Names | None = None


class Sentence(Model):
    """A text with formulas in braces, in both languages."""

    text: Label
    when: FormulaText | None = None
    for_: Each | None = Field(default=None, alias="for")
    if_unknown: Label | None = None
    as_of: Day | None = None
    basis: Basis | None = None
    unit: PlainText | None = None


Sentences = Annotated[
    dict[Identifier, Annotated[Sentence, BeforeValidator(_sentence), _OrText()]], Field(min_length=1)
]


class Shown(Model):
    """What a table of a report shows, and when it is of."""

    caption: Label | None = None
    for_: Each | None = Field(default=None, alias="for")
    columns: Names | None = None
    as_of: Day | None = None
    basis: Basis | None = None
    unit: PlainText | None = None


class Lacks(Model):
    """When the list of what is unknown is of."""

    for_: Each | None = Field(default=None, alias="for")
    as_of: Day | None = None
    basis: Basis | None = None
    unit: PlainText | None = None


class Quotas(Model):
    """The table of a plan's quotas."""

    caption: Label | None = None
    periods: StrictBool = False


class Doings(Model):
    """The table of actions, and when their states are of."""

    caption: Label | None = None
    as_of: Day | None = None
    basis: Basis | None = None
    unit: PlainText | None = None


class Section(Model):
    """A heading and at most one kind of content below it."""

    heading: Label | None = None
    level: Annotated[
        int, PlainValidator(whole), Field(ge=1, le=4), as_json(type="integer", minimum=1, maximum=4)
    ] = 1
    paragraph: Sentences | None = None
    items: Sentences | None = None
    gaps: Shown | None = None
    risks: Shown | None = None
    unknown: Lacks | None = None
    quotas: Quotas | None = None
    actions: Doings | None = None


class Report(Model):
    """A report to be written from the rulebook's figures."""

    title: Label
    as_of: Day | None = None
    basis: Basis | None = None
    unit: PlainText | None = None
    allocation: PlainText | None = None
    sections: dict[Identifier, Section] = Field(min_length=1)


class Action(Model):
    """What is done so that targets are met."""

    label: Label
    who: Label
    until: Day
    serves: Names
    state: Literal["planned", "in_progress", "done", "dropped"] = "planned"
    done_on: Day | None = None
    unit: PlainText | None = None
    status: Status = "assumed"
    source: PlainText | None = None
