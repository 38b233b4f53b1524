"""Sentences of reports under an overlay: a text alone is a sentence whose ``text`` it is (§12)."""

from __future__ import annotations

from typing import TypeVar

from engine.loader import Source
from engine.overlay_paths import value_at
from engine.schema_reports import is_text
from engine.yamlfile import Path

_T = TypeVar("_T")


def with_text(source: Source, path: Path) -> None:
    """Have a text alone stand under ``text``, so that other keys may stand beside it."""
    value = value_at(source, path)
    if is_text(value):
        value_at(source, path[:-1])[path[-1]] = {"text": value}
        _move(source.keys, path)
        _move(source.values, path)


def _move(places: dict[Path, _T], path: Path) -> None:
    """Places below a sentence go below its ``text``, which stands where the sentence does."""
    end = len(path)
    below = {at: place for at, place in places.items() if at[:end] == path}
    for at, place in below.items():
        if len(at) > end:
            del places[at]
        places[*path, "text", *at[end:]] = place
