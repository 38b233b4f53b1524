"""The shape of a rulebook's merged sections and of overlays, checked; every fault at its place."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from engine import schema
from engine.errors import Code, Issues
from engine.loader import Source
from engine.scalars import kind_of
from engine.words import did_you_mean, say
from engine.yamlfile import Path

_STAND_INS = {"rulebook": "unnamed", "title": "?", "year": 2000, "root": "?"}
"""What a faulty head is replaced with, so that the rest can still be judged; such a rulebook never loads."""
_LIMITS = {"greater_than_equal": "ge", "less_than_equal": "le", "greater_than": "gt"}
_TYPES = {
    "string_type": "text",
    "bool_type": "boolean",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "list_type": "list",
    "tuple_type": "list",
}


def validate(source: Source, issues: Issues) -> None:
    """Check the shape; what is faulty is taken out so that the sound rest can be linked."""
    data = dict(source.data)
    for key, stand_in in _STAND_INS.items():
        if (key,) in source.broken or (key not in data and not source.whole):
            data[key] = stand_in
            source.broken.add((key,))
    for _ in range(3):
        try:
            source.book = schema.Rulebook.model_validate(data)
            break
        except ValidationError as error:
            for path in _faults(source, error, (), issues):
                _drop(source, data, path)
    for name, entry in list(source.restated.items()):
        try:
            source.restated[name] = schema.Metric.model_validate(entry)
        except ValidationError as error:
            _faults(source, error, ("restated", name), issues)
            del source.restated[name]


def validate_overlay(source: Source, name: str, data: Any, issues: Issues) -> bool:
    """Whether an overlay that isn't the rulebook's own has the shape of one; its places are under
    ("overlays", name).
    """
    try:
        schema.Overlay.model_validate(data)
    except ValidationError as error:
        _faults(source, error, ("overlays", name), issues)
        return False
    return True


def _faults(source: Source, error: ValidationError, prefix: Path, issues: Issues) -> list[Path]:
    """Tell the faults that pydantic found and return their paths.

    A missing key isn't told where an unknown one beside it looks like it mistyped.
    """
    faults = [(_path(fault, prefix), dict(fault)) for fault in error.errors(include_url=False)]
    strangers = [path for path, fault in faults if fault["type"] == "extra_forbidden"]
    meant = {(*path[:-1], near) for path in strangers if (near := _nearest(path))}
    for path, fault in faults:
        if fault["type"] != "missing" or path not in meant:
            _issue(source, path, fault, issues)
    return [path for path, _ in faults]


def _path(fault: Any, prefix: Path) -> Path:
    loc = tuple(fault["loc"])
    about_key = loc[-1:] == ("[key]",) and fault["type"] != "extra_forbidden"
    return (*prefix, *(loc[:-1] if about_key else loc))


def _nearest(path: Path) -> str | None:
    """The known key that an unknown one looks like."""
    known = _known_beside(path)
    hint = did_you_mean(str(path[-1]), known)
    return next((key for key in known if hint == say("did_you_mean.hint", what=key)), None)


def _known_beside(path: Path) -> set[str]:
    sections = {"restated": "metrics", "overlays": "scenarios"}
    above = path[:-1]
    known = schema.keys_at((sections.get(str(above[0]), above[0]), *above[1:]) if above else ())
    return known - {"over"} if above[:1] == ("overlays",) else known  # only a scenario stands over another


def _drop(source: Source, data: dict[str, Any], path: Path) -> None:
    """Take out the faulty entry; what can't be done without gets a stand-in."""
    match path:
        case (str() as key, *_) if key in _STAND_INS:
            data[key] = _STAND_INS[key]
            source.broken.add((key,))
        case (str() as section, str() as name, *_) if isinstance(data.get(section), dict):
            data[section] = {key: value for key, value in data[section].items() if key != name}
            source.broken.add((section, name))
        case (str() as key, *_):
            data.pop(key, None)
            source.broken.add((key,))


def _issue(source: Source, path: Path, fault: dict[str, Any], issues: Issues) -> None:
    kind, got, context = fault["type"], fault["input"], fault.get("ctx", {})
    name = str(path[-1]) if path else ""
    place = source.spot(*path).place
    if kind == "extra_forbidden":
        # {formula: max(a, b)} ends at the comma, and so "b)" is a key
        hint = say("comma.hint") if ")" in name else did_you_mean(name, _known_beside(path))
        issues.add(Code.UNKNOWN_KEY, source.key(*path), hint=hint, what=name)
    elif kind == "missing":
        issues.add(Code.MISSING_KEY, source.key(*path[:-1]), what=name)
    elif kind == "literal_error" and isinstance(got, str):
        options = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        hint = did_you_mean(got, options.split(", "))
        issues.add(Code.WRONG_CHOICE, place, hint=hint, what=got, options=options)
    elif kind in {code.value for code in Code}:
        _own_fault(source, path, Code(kind), context, issues)
    elif kind == "too_short":
        issues.add(Code.MISSING_KEY, source.key(*path), say("empty_mapping", what=name))
    elif kind in _LIMITS:
        message = say(f"limit.{_LIMITS[kind]}", limit=context[_LIMITS[kind]])
        issues.add(Code.BAD_NUMBER, place, message)
    else:
        expected = say(f"type.{'text' if kind == 'literal_error' else _TYPES.get(kind, 'mapping')}")
        issues.add(Code.WRONG_TYPE, place, expected=expected, got=kind_of(got))


def _own_fault(source: Source, path: Path, code: Code, context: dict[str, Any], issues: Issues) -> None:
    """A fault that engine.schema found: about a key of the mapping, or about the value."""
    at: Path = (*path, *context["at"])
    about_key = code in (Code.UNKNOWN_KEY, Code.MISSING_KEY)
    about_key |= code is Code.BAD_IDENTIFIER and len(at) > 1
    place = source.key(*at) if about_key else source.spot(*at).place
    values = {"what": path[-1] if path else "", **context["values"]}
    issues.add(code, place, say(context["key"], **values), context["hint"])
