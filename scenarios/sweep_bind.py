"""A sweep's spec checked against its rulebook: paths, what must be whole, quotas and units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.base import Base
from engine.errors import Code, Issue, Issues, Place, RuleError
from engine.measures import Measure
from engine.overlaid import PROBE, probed
from engine.overlay import Layer, Overlay
from engine.overlay_paths import value_at
from engine.rulebook import Rulebook
from engine.words import did_you_mean, joined, say
from engine.yamlfile import Document, Spot, Value
from scenarios.distributions import Choice, Scalar
from scenarios.posing import pose
from scenarios.problem import Problem, choose_allocation
from scenarios.sweep_draws import rounded
from scenarios.sweep_spec import Input, Spec, significant

BY = "sweep"
"""Who sets an input, as answers call it."""
HELD = (3, 4)
"""Parts of a path that holds a quota, of a unit or of one of its periods."""
_MIDDLE = 0.5
_SHOWN = 5
_FIGURES = ("value", "total")
_WORDS = ("label", "title", "note")


@dataclass(frozen=True, slots=True)
class Bound:
    """A spec that fits its rulebook. ``was``: by input what the rulebook says there."""

    spec: Spec
    rulebook: Rulebook
    problem: Problem
    was: tuple[Any, ...]


def bind(spec: Spec, base: Base, overlay: Overlay) -> Bound:
    """Check a spec. Raises RuleError with every issue: unknown paths, quotas, units; impossible figures.

    A scenario of its own may still be faulty, such as a total below 0; it then fails alone, with its cause.
    """
    rulebook = base.under(overlay)
    if spec.allocation is not None:
        _same_allocation(spec, rulebook, overlay)
        overlay = overlay.with_allocation(spec.allocation)
        rulebook = base.under(overlay)
    problem = pose(rulebook, choose_allocation(rulebook, overlay.allocation))
    return _Binder(spec, base, overlay, rulebook, problem).bound()


def _same_allocation(spec: Spec, rulebook: Rulebook, overlay: Overlay) -> None:
    """Refuse an allocation that isn't there, or isn't the one that the options are about."""
    name, place, issues = str(spec.allocation), spec.places["allocation"], Issues()
    if name not in rulebook.allocations:
        issues.add(Code.UNKNOWN_ALLOCATION, place, hint=did_you_mean(name, rulebook.allocations), what=name)
    elif overlay.allocation not in (None, name):
        message = say("wrong_choice", what=name, options=overlay.allocation)
        issues.add(Code.UNKNOWN_ALLOCATION, place, message)
    issues.raise_errors()


def layer(path: str, value: Scalar, place: Place) -> Layer:
    """The overlay that sets one value at a path, which may begin with a quota's name, or be
    ``hold.UNIT.QUOTA``, with a period where one is meant.
    """
    document = Document(place.file, whole=True)
    written = path.split(".")
    held = written[0] == "hold" and len(written) in HELD
    parts = tuple(written) if held else ("set", *written)
    inner: Value = value if not isinstance(value, float) else Decimal(repr(value))
    for part in reversed(parts):
        inner = {part: inner}
    assert isinstance(inner, dict)
    document.data = inner
    document.values[()] = Spot(place)
    for end in range(1, len(parts) + 1):
        document.keys[parts[:end]] = place
        document.values[parts[:end]] = Spot(place)
    return Layer(BY, document, short=True)


class _Binder:
    def __init__(
        self, spec: Spec, base: Base, overlay: Overlay, rulebook: Rulebook, problem: Problem
    ) -> None:
        self.spec, self.base, self.overlay = spec, base, overlay
        self.rulebook, self.problem = rulebook, problem
        self.issues = Issues()
        self.paths: dict[str, str] = {}

    def bound(self) -> Bound:
        inputs, was = [], []
        for item in self.spec.inputs:
            found = self.input(item)
            if found is not None:
                inputs.append(found[0])
                was.append(found[1])
        for quota in self.spec.achievement:
            self.achievement(quota)
        if self.issues.found:
            raise RuleError(self.issues.found)
        spec = replace(self.spec, allocation=self.problem.allocation.id, inputs=tuple(inputs))
        return Bound(spec, self.rulebook, self.problem, tuple(was))

    def input(self, item: Input) -> tuple[Input, Any] | None:
        """An input with its step, and what the rulebook says at its path."""
        rulebook = self.tried(item)
        if rulebook is None:
            return None
        change = probed(rulebook.overlaid)
        if change.path in self.paths:
            other = self.paths[change.path]
            message = say("sweep.same_path", what=item.path, other=other)
            self.issues.add(Code.BAD_SETTING, item.place, message)
            return None
        self.paths[change.path] = item.path
        self.words(item)
        grain = self.grain(change.path)
        if grain is None:
            return item, change.was
        if item.step is not None and item.step % grain:
            message = say("sweep.grain", path=item.path, grain=grain)
            self.issues.add(Code.BAD_SETTING, item.place, message)
        for value in _stated(item):
            if isinstance(value, int | Decimal) and Fraction(value) % Fraction(grain):
                message = say("sweep.grain_value", path=item.path, grain=grain, value=value)
                self.issues.add(Code.BAD_SETTING, item.place, message)
                break
        return replace(item, step=item.step or _step_of(item, grain)), change.was

    def tried(self, item: Input) -> Rulebook | None:
        """The rulebook with some value of the input; None with issues where it takes none."""
        found: tuple[Issue, ...] = ()
        for trial in (_trial(item, None), _trial(item, Decimal(1))):  # whole, where the first isn't allowed
            try:
                return self.under(item, trial)
            except RuleError as error:
                found = error.issues
        below = self.below(item)
        if below and all(issue.code is Code.WRONG_TYPE for issue in found):
            named = joined([f"{item.path}.{key}" for key in below[:_SHOWN]])
            message, hint = say("sweep.mapping", what=item.path), say("sweep.mapping.hint", options=named)
            self.issues.add(Code.WRONG_TYPE, item.place, message, hint)
        else:
            self.issues.found += found
        return None

    def below(self, item: Input) -> list[str]:
        """The keys that the rulebook has below a path; where there is a figure among them, that one."""
        path: tuple[str, ...] = tuple(item.path.split("."))
        quotas = ("allocations", self.problem.allocation.id, "quotas")
        there = value_at(self.base.source, path) or value_at(self.base.source, (*quotas, *path))
        keys = [str(key) for key in there if key not in _WORDS] if isinstance(there, dict) else []
        return [key for key in keys if key in _FIGURES] or keys

    def words(self, item: Input) -> None:
        """Formulas and other texts are judged each; figures differ only in size, and what null takes away may
        be missed: then it fails alone.
        """
        choice = item.distribution
        values = choice.values if isinstance(choice, Choice) else item.values
        for value in values[1:]:
            if isinstance(value, str):
                try:
                    self.under(item, value)
                except RuleError as error:
                    self.issues.found += error.issues

    def under(self, item: Input, value: Scalar) -> Rulebook:
        layers = (*self.overlay.layers, replace(layer(item.path, value, item.place), by=PROBE))
        return self.base.under(replace(self.overlay, layers=layers))

    def grain(self, path: str) -> Decimal | None:
        """What the figure at a path must be a multiple of, as it is written; None where anything goes."""
        book = self.rulebook
        measure: Measure | None = None
        match path.split("."):
            case ["allocations", allocation, "quotas", quota, "total"]:
                indicator = book.allocations[allocation].quotas[quota].indicator
                measure = book.indicators[indicator].measure
            case ["allocations", _, "quotas", _, "multiple_of"]:
                return Decimal(1)
            case ["allocations", allocation, "hold", _, quota, *_]:
                measure = book.indicators[book.allocations[allocation].quotas[quota].indicator].measure
            case ["parameters", name, "value"]:
                measure = book.parameters[name].measure
            case ["data", "targets" | "observations", indicator, *_]:
                measure = book.indicators[indicator].measure
            case ["data", "units", _, attribute] if attribute in book.attributes:
                measure = book.attributes[attribute].measure
        if measure is None or not (measure.is_count or measure.is_money):
            return None
        return Decimal(measure.scale.denominator) / Decimal(measure.scale.numerator)

    def achievement(self, quota: str) -> None:
        given, quotas = self.spec.achievement[quota], self.problem.allocation.quotas
        if quota not in quotas:
            hint = did_you_mean(quota, quotas)
            self.issues.add(Code.UNKNOWN_NAME, given.place, say("sweep.no_quota", what=quota), hint)
            return
        units = self.problem.unit_ids
        for unit in given.by_unit:
            if unit not in units:
                hint = did_you_mean(unit, units)
                self.issues.add(Code.UNKNOWN_UNIT, given.places[unit], say("sweep.no_unit", what=unit), hint)
        missing = [unit for unit in units if unit not in given.by_unit]
        if given.default is None and missing:
            named = joined(missing[:_SHOWN] + (["…"] if len(missing) > _SHOWN else []))
            message = say("sweep.achievement_missing", units=named)
            self.issues.add(Code.MISSING_KEY, given.place, message)


def _stated(item: Input) -> Iterable[Scalar]:
    if isinstance(item.distribution, Choice) and item.step is None:
        return item.distribution.values
    return item.values


def _step_of(item: Input, grain: Decimal) -> Decimal | None:
    """Drawn figures are rounded; stated ones are as they are stated."""
    return None if item.distribution is None or isinstance(item.distribution, Choice) else grain


def _trial(item: Input, step: Decimal | None) -> Scalar:
    """One value that the input may take."""
    import numpy as np

    if item.distribution is None or isinstance(item.distribution, Choice):
        stated = item.values if item.distribution is None else item.distribution.values
        return next((value for value in stated if value is not None), None)
    middle = float(item.distribution.at(np.array([_MIDDLE]))[0])
    step = item.step or step
    return significant(middle) if step is None else rounded(middle, step)
