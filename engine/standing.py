"""A rulebook that stands linked, for settings over it one after the other, as sweeps lay them (§12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.base import Base
from engine.errors import Issues
from engine.link import link_parameters
from engine.overlaid import Overlaid
from engine.overlay import Layer, Overlay
from engine.overlay_apply import apply_overlay
from engine.rulebook import Parameter, Rulebook
from engine.validation import validate


@dataclass(frozen=True, slots=True)
class Standing:
    """A base under an overlay, linked once. Nothing linked knows a parameter's value, as formulas are worked
    out later: what sets no more than values is linked in part. All that may be told of a value is an error.

    ``laid``: how many changes the overlay itself makes, rows of tables not counted.
    """

    base: Base
    overlay: Overlay
    linked: Rulebook
    laid: int

    @classmethod
    def of(cls, base: Base, overlay: Overlay) -> Standing:
        """Link a base under an overlay. Raises RuleError with every issue."""
        linked = base.under(overlay)
        _, changes = _parameters(base, overlay, linked, Issues())
        return cls(base, overlay, linked, len(changes))

    def under(self, layers: Sequence[Layer]) -> Rulebook:
        """The rulebook with more layers over it, equal to what Base.under gives. Raises RuleError with every
        issue.
        """
        overlay = replace(self.overlay, layers=(*self.overlay.layers, *layers))
        if all(map(_sets_values, layers)):
            issues = Issues()
            parameters, changes = _parameters(self.base, overlay, self.linked, issues)
            if not issues.found:
                rows = self.linked.overlaid[self.laid :]
                return replace(self.linked, parameters=parameters, overlaid=(*changes, *rows))
        return self.base.under(overlay)


def _sets_values(layer: Layer) -> bool:
    """Whether a layer sets values of parameters and nothing else."""
    match layer.document.data:
        case {"set": {"parameters": dict() as parameters, **others}, **more} if not others and not more:
            return all(isinstance(given, dict) and given.keys() == {"value"} for given in parameters.values())
    return False


def _parameters(
    base: Base, overlay: Overlay, linked: Rulebook, issues: Issues
) -> tuple[dict[str, Parameter], list[Overlaid]]:
    """The parameters under an overlay, and all that it changes in the sections."""
    source = base.source.fresh()
    apply_overlay(source, overlay, issues)
    validate(source, issues)
    found = {} if source.book is None else link_parameters(source, source.book, linked.measures, issues)
    return found, list(source.overlaid)
