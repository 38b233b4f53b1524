"""The tables of docs/reference.md and of the guide, made from the code and the words of docs/keys.py."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from api import labels
from api.cli import commands
from api.cli.parser import parser
from docs import keys
from docs.markdown import DocsError, table
from engine import schema
from engine.errors import Issues
from engine.figures import OBSERVATION_COLUMNS, OPTIONAL_COLUMNS, TARGET_COLUMNS
from engine.files import STANDARD_METRICS
from engine.formula.names import CALENDAR, FUNCTIONS, ROLES, Where
from engine.link_allocations import FAIRNESS
from engine.measures import ALIASES, BUILT_IN
from engine.units import FIXED_COLUMNS, REQUIRED_COLUMNS
from engine.yamlfile import read_yaml

_PLACES = {
    Where.METRIC: "metrics",
    Where.CHECK: "checks",
    Where.TOTAL: "`total`",
    Where.NEED: "`need`",
    Where.BOUND: "bounds",
    Where.CELL: "bounds per period",
    Where.RULE: "rules",
}


_TAKES = {
    "set": "the rulebook's keys",
    "hold": "amounts by unit and quota",
    "profile": "number by period",
    "only": "names by index",
    "except": "names by index",
    "curve": "number by day",
    "paragraph": "sentences by name",
    "items": "sentences by name",
}


def described(words: Mapping[str, Any], names: list[str], what: str) -> None:
    """Raise DocsError unless exactly these names have words."""
    if set(words) != set(names):
        odd = sorted(set(words) ^ set(names))
        raise DocsError(f"{what}: words and code differ in {', '.join(odd)}")


# -- keys ----------------------------------------------------------------------------------------------


def key_table(model: str) -> list[str]:
    """The keys of one concept: what they take, whether they must be given, what they are for."""
    definition = _definitions()[model]
    words = keys.KEYS[model]
    described(words, list(definition["properties"]), model)
    required = definition.get("required", [])
    rows = []
    for name, form in definition["properties"].items():
        given = "must be given" if name in required else _default(form)
        takes = _TAKES.get(name) or _form(form)
        rows.append([f"`{name}`", takes, given, words[name]])
    return table(["key", "takes", "if missing", "what it is for"], rows)


def _definitions() -> dict[str, Any]:
    whole = schema.Rulebook.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = whole.pop("$defs")
    return {"Rulebook": whole, **definitions}


def _default(form: Mapping[str, Any]) -> str:
    default = form.get("default")
    return f"`{default}`" if isinstance(default, str | int) else ""


def _form(form: Mapping[str, Any]) -> str:
    """What a key takes, in words, from its JSON Schema."""
    if "$ref" in form:
        return "keys"
    if "anyOf" in form:
        kinds = [kind for kind in form["anyOf"] if kind.get("type") != "null"]
        if any(kind.get("required") == ["vi", "en"] for kind in kinds):
            return "label"
        return " or ".join(dict.fromkeys(_form(kind) for kind in kinds))
    if "enum" in form or "const" in form:
        return ", ".join(f"`{option}`" for option in form.get("enum", [form.get("const")]))
    if form["type"] == ["string", "number"]:
        return "formula"
    if form["type"] == "object":
        return _mapping(form)
    if form["type"] == "string":
        return "date" if form.get("format") == "date" else "name" if "pattern" in form else "text"
    named = {"integer": "whole number", "number": "number", "array": "list", "boolean": "true or false"}
    return named[form["type"]]


def _mapping(form: Mapping[str, Any]) -> str:
    if set(form.get("properties", {})) == {"flow", "level"}:
        return "formulas by kind"
    inner = next(iter(form.get("patternProperties", {}).values()), form.get("additionalProperties", True))
    if inner is True or "$ref" in inner:
        return "entries by name"
    return f"{_form(inner)} by name"


def columns_table(file: str) -> list[str]:
    """The columns of a CSV file."""
    required, optional = {
        "units.csv": (REQUIRED_COLUMNS, FIXED_COLUMNS),
        "targets.csv": (TARGET_COLUMNS, OPTIONAL_COLUMNS),
        "observations.csv": (OBSERVATION_COLUMNS, OPTIONAL_COLUMNS),
    }[file]
    names = [*required, *(name for name in optional if name not in required)]
    words = keys.COLUMNS[file]
    described(words, names, file)
    rows = [[f"`{name}`", "must be there" if name in required else "", words[name]] for name in words]
    return table(["column", "", "what it holds"], rows)


def files_table(kind: str) -> list[str]:
    """The columns of a file that a grouping or a table names."""
    return table(["column", "what it holds"], [list(row) for row in keys.FILES[kind].items()])


# -- formulas ------------------------------------------------------------------------------------------


def functions_table() -> list[str]:
    """The functions of formulas."""
    described(keys.FUNCTIONS, list(FUNCTIONS), "functions")
    rows = []
    for name, (call, words) in keys.FUNCTIONS.items():
        rows.append([f"`{call}`", _where(FUNCTIONS[name].where), words])
    return table(["function", "where", "what it gives"], rows)


def _where(places: frozenset[Where]) -> str:
    if places == frozenset(Where):
        return "everywhere"
    if places == frozenset(Where) - {Where.RULE}:
        return "not in rules"
    return ", ".join(_PLACES[place] for place in Where if place in places)


def names_table() -> list[str]:
    """Roles and calendar names."""
    described(keys.ROLES, list(ROLES), "roles")
    described(keys.CALENDAR, list(CALENDAR), "calendar names")
    rows = [[f"`{name}`", "the indicator's", words] for name, words in keys.ROLES.items()]
    rows += [[f"`{name}`", CALENDAR[name].name, words] for name, words in keys.CALENDAR.items()]
    return table(["name", "measure", "what it is"], rows)


def measures_table() -> list[str]:
    """The built-in measures with their Vietnamese names."""
    described(keys.MEASURES, list(BUILT_IN), "measures")
    rows = []
    for name, words in keys.MEASURES.items():
        others = [f"`{alias}`" for alias, meant in ALIASES.items() if meant == name]
        rows.append([f"`{name}`", ", ".join(others), BUILT_IN[name].label.vi, words])
    return table(["measure", "also written", "in Vietnamese tables", ""], rows)


def metrics_table() -> list[str]:
    """The standard metrics, as rules/common/metrics.yaml has them."""
    rows = []
    for name, metric in standard_metrics().items():
        formula = metric["formula"]
        kind = metric.get("for", {}).get("kind", "both")
        by_kind = formula if isinstance(formula, dict) else {kind: formula}
        label = metric["label"]
        rows += [[f"`{name}`", label["vi"], label["en"], kind, f"`{text}`"] for kind, text in by_kind.items()]
    return table(["metric", "tiếng Việt", "English", "for", "formula"], rows)


def standard_metrics() -> dict[str, Any]:
    """The standard metrics' entries."""
    issues = Issues()
    document = read_yaml(STANDARD_METRICS.read_text(encoding="utf-8"), STANDARD_METRICS.name, issues)
    issues.raise_errors()
    metrics = document.data["metrics"]
    assert isinstance(metrics, dict)
    return metrics


def fairness_table() -> list[str]:
    """The methods of fairness."""
    described(keys.FAIRNESS, list(FAIRNESS), "fairness")
    rows = [[f"`{name}`", least, known] for name, (least, known) in keys.FAIRNESS.items()]
    return table(["fairness", "makes least", "also known as"], rows)


# -- answers -------------------------------------------------------------------------------------------


def statuses_table() -> list[str]:
    """The statuses of targets."""
    described(keys.STATUSES, list(labels.STATUS), "statuses")
    rows = [[f"`{name}`", labels.STATUS[name].vi, words] for name, words in keys.STATUSES.items()]
    return table(["status", "tiếng Việt", "when"], rows)


def flags_table() -> list[str]:
    """The flags of figures."""
    return table(["flag", "when"], [[f"`{name}`", words] for name, words in keys.FLAGS.items()])


def exit_table() -> list[str]:
    """The exit codes of the command line."""
    rows = [[str(getattr(commands, name)), words] for name, words in keys.EXIT_CODES.items()]
    return table(["code", "meaning"], rows)


def commands_table() -> list[str]:
    """Every command with its options, read off the parser."""
    found = dict(_commands())
    described(keys.COMMANDS, list(found), "commands")
    rows = []
    for name, words in keys.COMMANDS.items():
        rows.append([f"`{name}`", f"`{' '.join(['chitieu', name, *_arguments(found[name])])}`", words])
    return table(["command", "use", "answers"], rows)


def _commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


EVERYWHERE = frozenset({"help", "rules", "format", "lang", "output"})


def _arguments(command: argparse.ArgumentParser) -> Iterator[str]:
    """What a command takes beside what all take; options that aren't built are left out."""
    not_yet = command.get_default("not_yet") or ()
    for action in command._actions:
        if action.dest in EVERYWHERE or any(option in not_yet for option in action.option_strings):
            continue
        value = action.metavar or "|".join(action.choices or ())
        if not action.option_strings:
            yield f"[{value}]" if action.nargs == "?" else str(value)
        else:
            yield f"[{action.option_strings[-1]}{f' {value}' if value else ''}]"


TABLES: Mapping[str, Callable[[], list[str]]] = {
    **{f"keys {model}": partial(key_table, model) for model in keys.KEYS},
    **{f"columns {file}": partial(columns_table, file) for file in keys.COLUMNS},
    **{f"file of {kind}": partial(files_table, kind) for kind in keys.FILES},
    "functions": functions_table,
    "names": names_table,
    "measures": measures_table,
    "metrics": metrics_table,
    "fairness": fairness_table,
    "statuses": statuses_table,
    "flags": flags_table,
    "exit codes": exit_table,
    "commands": commands_table,
}
"""Every table that a document may hold between its markers."""
