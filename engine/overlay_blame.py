"""Faults that an overlay brings about elsewhere in the rulebook, told at the overlay (§12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.errors import Issue, Place, Severity
from engine.loader import Source
from engine.overlaid import Overlaid
from engine.overlay import Layer, Overlay
from engine.words import Message, joined, say
from engine.yamlfile import Path, Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of linking a rulebook under an overlay."""

    issues: Sequence[Issue]
    overlaid: Sequence[Overlaid]


def blamed(
    issues: Sequence[Issue], overlay: Overlay, source: Source, under: Callable[[Overlay], Outcome]
) -> list[Issue]:
    """The issues, those errors that an overlay brings about told at the change that does, with where they
    show. ``under``: what comes of the same rulebook under another overlay.

    A rulebook that is faulty without the overlay keeps its issues: which of them hides which isn't known.
    """
    asked = overlay.scenario is not None
    own = {place for path, place in source.keys.items() if asked and path[0] == "scenarios"}
    own |= {spot.place for path, spot in source.values.items() if asked and path[0] == "scenarios"}
    files = tuple(layer.document.file for layer in overlay.layers)

    def elsewhere(issue: Issue) -> bool:
        place = issue.place
        is_error = issue.severity is Severity.ERROR
        return is_error and place is not None and place not in own and not place.file.startswith(files)

    left = [issue for issue in issues if elsewhere(issue)]
    found: dict[Issue, Issue] = {}
    if left:
        before = under(Overlay(allocation=overlay.allocation))
        if any(issue.severity is Severity.ERROR for issue in before.issues):
            return list(issues)
        for place, part in _parts(overlay, source):
            after = under(part)
            new = [issue for issue in left if issue in after.issues and issue not in found]
            gone = [c.path for c in after.overlaid if c.now is None and c not in before.overlaid]
            found.update({issue: _told(issue, place, gone) for issue in new})
            before = after
    return [found.get(issue, issue) for issue in issues]


def _parts(overlay: Overlay, source: Source) -> Iterator[tuple[Place, Overlay]]:
    """The overlay as it grows change by change, and the place of what it grows by."""
    if overlay.scenario is not None:
        yield source.key("scenarios", overlay.scenario), replace(overlay, layers=())
    for end, layer in enumerate(overlay.layers, 1):
        yield _place(layer), replace(overlay, layers=overlay.layers[:end])


def _place(layer: Layer) -> Place:
    """Where a layer says its only value, or where it begins."""
    inner: Value = layer.document.data
    path: Path = ()
    while isinstance(inner, dict) and len(inner) == 1:
        ((key, inner),) = inner.items()
        path = (*path, key)
    spot = layer.document.values.get(path)
    is_one = bool(path) and not isinstance(inner, dict | list)
    return spot.place if spot and is_one else Place(layer.document.file, 1, 1)


def _told(issue: Issue, place: Place, gone: list[str]) -> Issue:
    message = say("brought_about", message=issue.message, where=str(issue.place))
    hint: Message | None = say("brought_about.hint", what=joined(gone)) if gone else None
    return replace(issue, place=place, message=message, hint=hint)
