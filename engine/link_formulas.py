"""Linking of what is written in formulas: metrics, checks, allocations, each checked with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine import schema
from engine.errors import Code, Issues, Place
from engine.formula.checker import Typed, check, check_as
from engine.formula.names import MetricRef, Names, Scope, Where
from engine.formula.parser import FormulaError, parse
from engine.formula.tree import Formula, Name, Node, same
from engine.loader import Source
from engine.measures import RATIO, Measure, UnknownMeasureError, known_measures, parse_measure
from engine.rulebook import Check, Indicator, Metric, Placed
from engine.words import Message, both, did_you_mean, say
from engine.yamlfile import Spot

MAX_CHAIN = 60
"""Metrics that may stand on one another."""
_NAME_FAULTS = (Code.UNKNOWN_NAME, Code.UNKNOWN_INDICATOR)


def measure_at(text: str, spot: Spot, custom: Mapping[str, Measure], issues: Issues) -> Measure | None:
    """The measure that a key names, or None with an issue at the unknown word."""
    try:
        return parse_measure(text, custom)
    except UnknownMeasureError as error:
        pieces = re.finditer(r"[^\s*/](?:[^*/]*[^\s*/])?", text)
        at = next((piece.start() for piece in pieces if piece.group() == error.word), len(text))
        place = spot.at(text, at)
        hint = did_you_mean(error.word, known_measures(custom))
        issues.add(Code.UNKNOWN_MEASURE, place, hint=hint, what=error.word)
        return None


def name_taken(issues: Issues, place: Place, name: str, taken: Message) -> None:
    """An issue about a name that means something already."""
    issues.add(Code.NAME_TAKEN, place, hint=say("another_name.hint"), what=name, taken=taken)


def loop_from(name: str, above: Mapping[str, str | None]) -> str:
    """The loop by which a name leads to itself, told of its first name alone; empty where there is none."""
    seen, following = [name], above.get(name)
    while following is not None and following not in seen:
        seen.append(following)
        following = above.get(following)
    order = [other for other in above if other in seen]
    return " → ".join([*seen, name]) if following == name == order[0] else ""


@dataclass(slots=True)
class Linker:
    """Parses and checks the formulas of one rulebook."""

    source: Source
    indicators: Mapping[str, Indicator]
    custom: Mapping[str, Measure]
    names: Names
    issues: Issues
    parsed: dict[tuple[str, str], Placed] = field(default_factory=dict)
    typed: dict[tuple[str, str], Measure | None] = field(default_factory=dict)
    told: set[tuple[str, int, Code]] = field(default_factory=set)
    shown: dict[str, Measure | None] = field(default_factory=dict)
    stack: list[tuple[str, str]] = field(default_factory=list)

    def read(self, text: str, *path: str) -> Placed | None:
        """Parse the formula at a path, or None with an issue at the very character."""
        spot = self.source.spot(*path)
        try:
            return Placed(parse(text), spot)
        except FormulaError as error:
            place = spot.at(text, min(error.start, len(text)))
            message = say("formula_syntax", why=error.message)
            self.issues.add(Code.FORMULA_SYNTAX, place, message, error.hint)
            return None

    def reporter(self, placed: Placed) -> Reporter:
        """What the checkers report to: each issue once, none about a name that is itself faulty."""
        return Reporter(self, placed)

    def check(self, placed: Placed, scope: Scope, quota_measure: Measure | None = None) -> Typed | None:
        """The type of a formula in its scope, None with issues."""
        return check(placed.root, scope, self.metric_measure, self.reporter(placed), quota_measure)

    def number(
        self, text: str, scope: Scope, expected: Measure | None, *path: str, fair: Measure | None = None
    ) -> Placed | None:
        """A formula under a key that takes a number, of the ``expected`` measure where one is given."""
        placed = self.read(text, *path)
        typed = self.check(placed, scope, fair) if placed else None
        if not placed or not typed:
            return None
        report = self.reporter(placed)
        if expected is None:
            if typed.measure is None:
                report(placed.root, Code.NOT_A_CONDITION, say("condition_not_number"), None)
                return None
        elif not check_as(typed, expected, placed.root, report):
            return None
        return Placed(placed.formula, placed.spot, typed.bare)

    def condition(self, placed: Placed, scope: Scope) -> Placed | None:
        """A formula under a key that takes a condition, or None with issues."""
        typed = self.check(placed, scope)
        if not typed:
            return None
        if typed.measure is not None:
            self.reporter(placed)(placed.root, Code.NOT_A_CONDITION, say("number_not_condition"), None)
            return None
        return placed

    def metric_measure(self, ref: MetricRef) -> Measure | None:
        """The measure of a metric of an indicator, found by checking its formula once."""
        key = (ref.metric, ref.indicator)
        if key in self.typed:
            return self.typed[key]
        kind = self.indicators[ref.indicator].kind
        placed = self.parsed.get((ref.metric, kind))
        if placed is None:
            return None
        if key in self.stack:
            loop = [*self.stack[self.stack.index(key) :], key]
            what = " → ".join(f"{indicator}.{metric}" for metric, indicator in loop)
            if not any(name in self.typed and self.typed[name] is None for name in loop):
                self.reporter(placed)(placed.root, Code.CYCLE, say("cycle", what=what), None)
            self.typed.update(dict.fromkeys(loop))
            return None
        if len(self.stack) >= MAX_CHAIN:
            self.reporter(placed)(
                placed.root, Code.FORMULA_SYNTAX, say("metrics_too_deep", limit=MAX_CHAIN), None
            )
            self.typed[key] = None
            return None
        self.stack.append(key)
        typed = self.check(placed, Scope(self.names, Where.METRIC, ref.indicator))
        self.stack.pop()
        found = self.typed.get(key, self._as_shown(ref.metric, typed, placed) if typed else None)
        return self.typed.setdefault(key, found)

    def _as_shown(self, metric: str, typed: Typed, placed: Placed) -> Measure | None:
        """A metric's base measure: a plain ratio shown in percent is a rate from then on."""
        if typed.measure is None:
            self.reporter(placed)(placed.root, Code.NOT_A_CONDITION, say("condition_not_number"), None)
            return None
        measure = RATIO if typed.bare else typed.measure
        shown = self.shown.get(metric)
        if shown is None:
            return measure.base()
        if not measure.like(shown):
            spot = self.source.spot("metrics", metric, "show_in")
            message = say("show_in_differs", got=measure.name, expected=shown.name)
            self.issues.add(Code.WRONG_MEASURE, spot.place, message)
            return None
        return shown.base()

    def metrics(self, defined: Mapping[str, schema.Metric]) -> dict[str, Metric]:
        """All metrics, checked for each indicator they are for."""
        for name, metric in defined.items():
            if metric.show_in is not None:
                spot = self.source.spot("metrics", name, "show_in")
                self.shown[name] = measure_at(metric.show_in, spot, self.custom, self.issues)
            for kind, text in metric.formula.items():
                path: tuple[str, ...] = ("metrics", name, "formula", kind)
                placed = self.read(text, *(path if path in self.source.values else path[:3]))
                if placed:
                    self.parsed[name, kind] = placed
        found = {}
        for name, metric in defined.items():
            measures = {
                indicator: measure
                for indicator in self.indicators
                if indicator in self.names.metrics[name]
                and (measure := self.metric_measure(MetricRef(indicator, name)))
            }
            formulas = {k: self.parsed[name, k] for k in ("flow", "level") if (name, k) in self.parsed}
            label = metric.label or both(name)
            standard = name in self.source.standard
            found[name] = Metric(
                name, label, formulas, measures, self.shown.get(name), metric.decimals, standard
            )
        return found

    def checks(self, defined: Mapping[str, schema.Check]) -> dict[str, Check]:
        """All checks."""
        found = {}
        scope = Scope(self.names, Where.CHECK)
        for name, item in defined.items():
            placed = self.read(item.require, "checks", name, "require")
            if placed and self.condition(placed, scope):
                place = self.source.key("checks", name)
                found[name] = Check(name, item.label or both(name), placed, item.severity, place)
        return found


@dataclass(frozen=True, slots=True)
class Reporter:
    """Turns a fault at a node into an issue at its place."""

    linker: Linker
    placed: Placed

    def __call__(self, node: Node, code: Code, message: Message, hint: Message | None) -> None:
        """Note the fault unless it was told before or follows from one that was."""
        linker, formula = self.linker, self.placed.formula
        if code in _NAME_FAULTS and isinstance(node, Name) and _left_out(linker.source, node):
            return
        place = self.placed.spot.at(formula.text, node.start)
        key = (str(place), node.end, code)
        if key not in linker.told:
            linker.told.add(key)
            linker.issues.add(code, place, message, hint)


def _left_out(source: Source, node: Name) -> bool:
    return any(len(path) > 1 and path[1] in node.parts for path in source.broken)


def restated(
    source: Source, metrics: Mapping[str, schema.Metric], issues: Issues
) -> dict[str, schema.Metric]:
    """Standard metrics that a rulebook states again: labels and decimals count, formulas must be the same."""
    found = dict(metrics)
    again: Mapping[str, schema.Metric] = source.restated
    for name, metric in again.items():
        if not _restates(metric, metrics[name]):
            place = source.key("restated", name)
            issues.add(Code.REDEFINED_METRIC, place, hint=say("another_name.hint"), what=name)
            continue
        if metric.show_in:
            source.values["metrics", name, "show_in"] = source.spot("restated", name, "show_in")
        found[name] = metrics[name].model_copy(
            update={
                "label": metric.label or metrics[name].label,
                "show_in": metric.show_in or metrics[name].show_in,
                "decimals": metrics[name].decimals if metric.decimals is None else metric.decimals,
            }
        )
    return found


def _restates(metric: schema.Metric, standard: schema.Metric) -> bool:
    """Whether a metric is the standard one over again."""
    try:
        return metric.for_ == standard.for_ and _same_formulas(metric, standard)
    except FormulaError:
        return False


def _same_formulas(ours: schema.Metric, theirs: schema.Metric) -> bool:
    def trees(metric: schema.Metric) -> dict[str, Formula]:
        kinds = [metric.for_.kind] if metric.for_.kind else list(metric.formula)
        return {kind: parse(metric.formula[kind]) for kind in kinds if kind in metric.formula}

    left, right = trees(ours), trees(theirs)
    return left.keys() == right.keys() and all(same(left[kind].root, right[kind].root) for kind in left)
