"""Whether a path leads to something in a rulebook, and which one is nearest (§12)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from engine import schema
from engine.loader import Source
from engine.words import Message, say
from engine.yamlfile import Path

FIXED = frozenset({"rulebook", "include", "scenarios"})
"""What makes a rulebook this one; no overlay changes it."""
TABLES = ("observations", "targets", "units")
ANY = "*"
_SENTENCES = tuple((*("reports", ANY, "sections", ANY), kind) for kind in ("paragraph", "items"))
_MAY_GROW = (("allocations", ANY, "rules"), ("actions",), _SENTENCES[0][:3], *_SENTENCES)
"""Mappings that take entries of new names."""
_NEAR = 0.75
_ENDS = 0.85
"""How like the end of a known path a path is that is meant to be it."""


def value_at(source: Source, path: Path) -> Any:
    """What stands at a path, None where nothing does."""
    current: Any = source.data
    for key in path:
        if not isinstance(current, dict) or key not in current:
            return None
        current = current[key]
    return current


def is_there(source: Source, path: Path) -> bool:
    """Whether the rulebook says something at this path."""
    above = value_at(source, path[:-1])
    return isinstance(above, dict) and path[-1] in above


def may_be_set(source: Source, path: Path) -> bool:
    """Whether a value may stand at this path: it, or what the schema knows there, is in the rulebook.

    A rule, an action, a section or a sentence of a report may be added, if its name isn't near that of
    another: else it may be a typo.
    """
    for end in range(1, len(path) + 1):
        above, key = path[: end - 1], str(path[end - 1])
        if is_there(source, path[:end]) or _is_faulty(source, path[:end]):
            continue
        kind = schema.kind_at(above)
        if kind == "keys" and key not in schema.keys_at(above):
            return False
        if kind == "names" and not _is_new(source, above, key):
            return False
    return True


def _is_faulty(source: Source, path: Path) -> bool:
    """Whether it may be there but couldn't be read, which is told already."""
    return any(path[:end] in source.broken for end in range(1, len(path) + 1)) or (
        not source.whole and len(path) <= 2
    )


def is_sentence(path: Path) -> bool:
    """Whether a sentence of a report stands at this path."""
    return _is_like(path[:-1], _SENTENCES)


def _is_like(path: Path, forms: Iterable[tuple[str, ...]]) -> bool:
    return any(
        len(path) == len(form) and all(part in (ANY, key) for part, key in zip(form, path, strict=True))
        for form in forms
    )


def _is_new(source: Source, above: Path, name: str) -> bool:
    if not _is_like(above, _MAY_GROW):
        return False
    return not get_close_matches(name, value_at(source, above) or {}, n=1, cutoff=_NEAR)


def known_paths(source: Source, quotas: Path | None) -> list[str]:
    """The paths of all that is there, and what may be added beside it; quotas by their short names too."""
    found: dict[str, None] = {}
    _collect(source, (), source.data, found)
    if quotas is not None:
        prefix = ".".join(str(part) for part in quotas) + "."
        found.update({path.removeprefix(prefix): None for path in list(found) if path.startswith(prefix)})
    for table in TABLES:
        found[f"data.{table}"] = None
    return list(found)


def _collect(source: Source, path: Path, value: Any, found: dict[str, None]) -> None:
    if path and (path[0] in FIXED or (path[0] == "metrics" and path[1:2] and path[1] in source.standard)):
        return
    if path:
        found[".".join(str(part) for part in path)] = None
    if isinstance(value, dict):
        for key, item in value.items():
            _collect(source, (*path, key), item, found)
        for key in schema.keys_at(path) - value.keys() - FIXED:
            found[".".join(str(part) for part in (*path, key))] = None


def nearest(path: Iterable[str | int], known: list[str]) -> Message | None:
    """A hint that names the nearest of the known paths."""
    parts = [str(part) for part in path]
    text, last = ".".join(parts), parts[-1]
    ends: dict[str, str] = {}
    for option in known:  # a path that lacks its first parts, such as rules.X
        end = ".".join(option.split(".")[-len(parts) :])
        ends[end] = min(ends.get(end, option), option, key=len)
    ending = get_close_matches(text, ends, n=1, cutoff=_ENDS) if len(parts) > 1 else []
    near = (
        [ends[found] for found in ending]
        or get_close_matches(text, known, n=1, cutoff=0.6)
        or [option for option in known if option.split(".")[-1] == last]
    )
    near = near or get_close_matches(text, known, n=1, cutoff=0.0)
    return say("nearest_path.hint", what=near[0]) if near else None


def nested(source: Source, path: Path, quotas: Path | None) -> Message | None:
    """A hint how a dotted key, which only an option takes, is written in a mapping, if it leads anywhere."""
    parts = tuple(part for key in path for part in str(key).split("."))
    if len(parts) == len(path) or not all(parts):
        return None
    for whole in (parts, (*(quotas or ()), *parts)):
        is_row = whole[0] == "data" and len(whole) > 2 and whole[1] in TABLES
        if is_row or may_be_set(source, whole):
            form = ": {".join(str(part) for part in whole) + ": …" + "}" * (len(whole) - 1)
            return say("nested_path.hint", what=form)
    return None
