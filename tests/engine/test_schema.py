"""The shape of rulebook files: what may stand where, for hints and for editors (§3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import Issues
from engine.schema import json_schema, keys_at
from engine.yamlfile import read_yaml

BOUND = {"is", "priority", "only", "except"}
BASE = Path(__file__).parent / "faults" / "rules" / "base"


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        (("groupings", "school"), {"column", "label", "table", "attributes"}),
        (("groupings", "school", "attributes", "seats"), {"measure", "label", "status", "source"}),
        (("tables", "cap"), {"file", "by", "measure"}),
        (("allocations", "half", "quotas", "jobs", "at_least"), BOUND),
        (("allocations", "half", "quotas", "jobs", "per_period"), {"at_least", "at_most"}),
        (("allocations", "half", "quotas", "jobs", "per_period", "at_most"), BOUND),
        (("allocations", "half", "hold", "an"), set()),
        (("allocations", "half", "rules", "no_more", "only"), set()),
    ],
)
def test_keys_of_a_mapping(path: tuple[str, ...], keys: set[str]) -> None:
    assert keys_at(path) == keys


# ------------------------------------------------------------------------------------------ JSON Schema


def fits(value: object, schema: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Whether a value is valid, by the few keywords of JSON Schema 2020-12 that rulebooks' has."""
    if "$ref" in schema:
        return fits(value, whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], whole)
    if "anyOf" in schema:
        return any(fits(value, part, whole) for part in schema["anyOf"])
    if "enum" in schema and value not in schema["enum"]:
        return False
    types = schema.get("type", [])
    if types and not any(_IS[name](value) for name in ([types] if isinstance(types, str) else types)):
        return False
    if isinstance(value, dict):
        return _fits_keys(value, schema, whole)
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {}), whole) for item in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        least, beyond = schema.get("minimum"), schema.get("exclusiveMinimum")
        return (least is None or value >= least) and (beyond is None or value > beyond)
    return True


def _fits_keys(value: dict[str, object], schema: dict[str, Any], whole: dict[str, Any]) -> bool:
    own, patterns = schema.get("properties", {}), list(schema.get("patternProperties", {}).values())
    others = patterns[0] if patterns else schema.get("additionalProperties", True)
    for key, item in value.items():
        form = own.get(key, others)
        if form is False or (form is not True and not fits(item, form, whole)):
            return False
    return set(schema.get("required", [])) <= value.keys()


_IS: dict[str, Any] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def plain(value: Any) -> Any:
    """What a JSON reader would see of a YAML file."""
    match value:
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case None | bool() | int() | str():
            return value
    return float(value)


@pytest.mark.parametrize("file", sorted(path.name for path in BASE.glob("*.yaml")))
def test_editors_accept_sound_files(file: str) -> None:
    issues = Issues()
    data = plain(read_yaml((BASE / file).read_text(encoding="utf-8"), file, issues).data)
    schema: Any = json_schema()
    assert issues.found == []
    assert fits(data, schema, schema)


@pytest.mark.parametrize(
    ("keys", "accepted"),
    [
        ({"at_least": 3, "at_most": "1.5 * fair", "per_period": {"at_most": "fair"}}, True),
        ({"at_most": {"is": "fair", "priority": 0, "only": {"unit": "a", "period": 2023}}}, True),
        ({"at_most": {"is": 3, "except": {"unit": ["a", "b"], "period": [2023, "2023-Q3"]}}}, True),
        ({"multiple_of": 5, "weight": 0.5, "profile": {"2023-07": 0}, "cost": "budget", "within": "b"}, True),
        ({"at_most": {"priority": 3}}, False),
        ({"at_most": {"is": 3, "priority": -1}}, False),
        ({"at_most": {"is": 3, "priority": 1.5}}, False),
        ({"at_most": [3]}, False),
        ({"at_most": {"is": 3, "only": ["a"]}}, False),
        ({"per_period": {"at_lest": 3}}, False),
        ({"multiple_of": 0}, False),
        ({"multiple_of": 2.5}, False),
        ({"weight": 0}, False),
        ({"profile": {"2023-07": "much"}}, False),
    ],
)
def test_editors_know_the_keys_of_a_quota(keys: dict[str, Any], accepted: bool) -> None:
    schema: Any = json_schema()
    value = {"total": 9, "need": 1, **keys}
    assert fits(value, schema["$defs"]["Quota"], schema) is accepted


@pytest.mark.parametrize(
    ("keys", "accepted"),
    [
        ({"hold": {"a": {"jobs": 3, "loans": "officers"}}, "leave_out": ["b"]}, True),
        ({"hold": {"a": {"jobs": {"2023-07": 3, "2023-08": "officers"}}}, "leave_out": "b"}, True),
        ({"rules": {"x": {"require": "jobs <= 3", "for": ["unit", "period"], "priority": 2}}}, True),
        ({"rules": {"x": {"require": "jobs <= 3", "only": {"unit": "a"}, "except": {"school": "b"}}}}, True),
        ({"hold": {"a": 3}}, False),
        ({"hold": {"a": {"jobs": [3]}}}, False),
        ({"leave_out": 3}, False),
        ({"rules": {"x": {"require": "jobs <= 3", "only": "a"}}}, False),
    ],
)
def test_editors_know_the_keys_of_an_allocation(keys: dict[str, Any], accepted: bool) -> None:
    schema: Any = json_schema()
    value = {
        "from": "2023-07-01",
        "to": "2023-12-31",
        "among": "district",
        "starting_point": {"as_of": "2023-06-30"},
        "quotas": {"jobs": {"total": 9, "need": 1}},
        **keys,
    }
    assert fits(value, schema["$defs"]["Allocation"], schema) is accepted
