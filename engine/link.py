"""From merged sections to a linked rulebook: names, measures, units, figures. All faults are told at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

from engine import schema
from engine.errors import Code, Issues, RuleError, in_order
from engine.figures import (
    NO_FIGURES,
    OBSERVATION_COLUMNS,
    OPTIONAL_COLUMNS,
    TARGET_COLUMNS,
    Figures,
    Reader,
    read_observations,
    read_targets,
)
from engine.files import find_rulebook
from engine.formula.names import Names
from engine.link_allocations import AllocationLinker
from engine.link_cases import CaseLinker
from engine.link_formulas import Linker, loop_from, measure_at, name_taken, restated
from engine.link_names import check_namespace
from engine.link_reports import ReportLinker
from engine.link_tables import FILTERS, TableLinker, column_values
from engine.loader import Source, read_source
from engine.measures import BUILT_IN, Measure
from engine.office import Office
from engine.overlay import NOTHING, Overlay
from engine.overlay_apply import KEYS, apply_overlay
from engine.overlay_blame import Outcome, blamed
from engine.overlay_rows import lay_over
from engine.rulebook import Attribute, FigureTable, Grouping, Indicator, Parameter, Rulebook, Scenario
from engine.schema_office import Office as OfficeKeys
from engine.tables import Table
from engine.units import FIXED_COLUMNS, NO_UNITS, REQUIRED_COLUMNS, Units, read_units
from engine.validation import validate
from engine.values import must_be_whole, parse_texts
from engine.words import both, did_you_mean, say

WEIGHTED = "weighted by "
_OF_NAMES = frozenset(
    {
        Code.MISSING_KEY,
        Code.UNKNOWN_ALLOCATION,
        Code.UNKNOWN_ATTRIBUTE,
        Code.UNKNOWN_COLUMN,
        Code.UNKNOWN_GROUP,
        Code.UNKNOWN_INDICATOR,
        Code.UNKNOWN_LEVEL,
        Code.UNKNOWN_MEASURE,
        Code.UNKNOWN_METRIC,
        Code.UNKNOWN_NAME,
        Code.UNKNOWN_PATH,
        Code.UNKNOWN_SCENARIO,
        Code.UNKNOWN_SOURCE,
        Code.UNKNOWN_UNIT,
    }
)


def load_rulebook(rulebook: str, rules: Path | None = None, overlay: Overlay = NOTHING) -> Rulebook:
    """Load a rulebook given as a name under the rules root or as a folder, with an overlay over it.

    Raises RuleError with every issue found if any of them is an error; warnings stay in ``warnings``.
    """
    found = find_rulebook(rulebook, rules)
    issues = Issues()
    return link_under(read_source(*found, issues), overlay, issues, lambda: read_source(*found, Issues()))


def link_under(
    source: Source | None, overlay: Overlay, issues: Issues, again: Callable[[], Source | None]
) -> Rulebook:
    """Link what was read with an overlay over it; ``again``: the same as it was read. Raises as
    ``load_rulebook``.
    """
    before = len(issues.found)
    linked = _linked(source, overlay, issues)
    if source is not None and issues.errors and not overlay.is_empty and not before:
        issues.found = blamed(issues.found, overlay, source, lambda part: _outcome(again(), part))
    issues.raise_errors()
    if linked is None:
        raise RuleError(in_order(issues.found))
    return linked


def _linked(source: Source | None, overlay: Overlay, issues: Issues) -> Rulebook | None:
    if source is None:
        return None
    apply_overlay(source, overlay, issues)
    validate(source, issues)
    return link(source, issues)


def _outcome(source: Source | None, overlay: Overlay) -> Outcome:
    issues = Issues()
    _linked(source, overlay, issues)
    return Outcome(issues.found, source.overlaid if source is not None else ())


def link(source: Source, issues: Issues) -> Rulebook | None:
    """Link what the files say. None only where the head is faulty; else issues tell what is wrong."""
    book = source.book
    if book is None:
        return None
    before = len(issues.found)
    linked = _Link(source, book, issues).rulebook()
    if not source.whole:
        # what couldn't be read may well define what is missing here
        issues.found[before:] = [issue for issue in issues.found[before:] if issue.code not in _OF_NAMES]
    return linked


def link_parameters(
    source: Source, book: schema.Rulebook, custom: Mapping[str, Measure], issues: Issues
) -> dict[str, Parameter]:
    """Link the parameters alone, over the rulebook's own measures."""
    return _Link(source, book, issues).parameters(custom)


class _Link:
    def __init__(self, source: Source, book: schema.Rulebook, issues: Issues) -> None:
        self.source, self.book, self.issues = source, book, issues

    def rulebook(self) -> Rulebook:
        book, issues = self.book, self.issues
        check_namespace(book, self.source, issues)
        custom = self.measures()
        units, table = self.units()
        indicators = self.indicators(custom)
        attributes = self.attributes(custom, table)
        parameters = self.parameters(custom)
        groupings, tables = self.tables(units, custom)
        figures = self.figures(units, indicators, custom)
        metrics = restated(self.source, book.metrics, issues)
        names = Names(
            {name: indicator.measure for name, indicator in indicators.items()},
            {name: self.covered(name, metric, indicators) for name, metric in metrics.items()},
            {name: attribute.measure for name, attribute in attributes.items()},
            {name: parameter.measure for name, parameter in parameters.items()},
            custom,
            {
                name: (grouping.id, attribute.measure)
                for grouping in groupings.values()
                for name, attribute in grouping.attributes.items()
            },
            {name: (table.by, table.measure) for name, table in tables.items()},
        )
        linker = Linker(self.source, indicators, custom, names, issues)
        linked_metrics = linker.metrics(metrics)
        checks = linker.checks(book.checks)
        root = self.root(units)
        allocations = AllocationLinker(linker, units, book.year, root, groupings, tables)
        linked = {n: a for n, item in book.allocations.items() if (a := allocations.allocation(n, item))}
        cases = CaseLinker(linker, units, book.allocations, root)
        linked_cases = {n: c for n, item in book.cases.items() if (c := cases.case(n, item))}
        scenarios = self.scenarios()
        sources = [*book.sources, *self.source.broken_in("sources")]
        told = ReportLinker(linker, units, book.allocations, sources)
        reports = {n: r for n, item in book.reports.items() if (r := told.report(n, item))}
        actions = {n: act for n, item in book.actions.items() if (act := told.action(n, item))}
        return Rulebook(
            book.rulebook,
            book.title,
            book.year,
            root,
            book.stale_after,
            {name: item.title for name, item in book.sources.items()},
            custom,
            units,
            attributes,
            parameters,
            indicators,
            linked_metrics,
            checks,
            groupings,
            tables,
            linked,
            linked_cases,
            figures,
            names,
            tuple(in_order(issues.found)),
            scenarios,
            self.source.scenario,
            self.source.chosen,
            tuple(self.source.overlaid),
            reports,
            actions,
            _office(book.office),
        )

    def measures(self) -> dict[str, Measure]:
        # a faulty one stands in for itself, so that who uses it isn't blamed
        found = {name: Measure(((name, 1),), name=name) for name in self.source.broken_in("measures")}
        for name, item in self.book.measures.items():
            if name in BUILT_IN:
                place = self.source.key("measures", name)
                name_taken(self.issues, place, name, say("built_in_measure"))
                continue
            found[name] = Measure(((name, 1),), name=name, label=item.label or both(name))
        return found

    def units(self) -> tuple[Units, Table | None]:
        if "units" not in self.source.files:
            if not self.source.is_broken("data", "units"):
                self.issues.add(Code.MISSING_KEY, self.source.key("data"), what="data: units")
            return NO_UNITS, None
        optional = [*FIXED_COLUMNS, *self.book.attributes, *self.source.broken_in("attributes")]
        optional += [item.column or name for name, item in self.book.groupings.items()]
        for name in self.source.broken_in("groupings"):  # what can still be read of it
            optional.append(self.source.spot("groupings", name, "column").raw.strip("'\"") or name)
        table = self.table("units", REQUIRED_COLUMNS, [c for c in optional if c not in REQUIRED_COLUMNS])
        return (read_units(table, self.issues), table) if table else (NO_UNITS, None)

    def table(self, name: str, required: tuple[str, ...], optional: list[str]) -> Table | None:
        path = self.source.files[name]
        table = self.source.table(path, required, optional, self.issues)
        if table is None or name not in self.source.rows:
            return table
        rows, columns = self.source.rows[name], (*required, *optional)
        table, overlaid = lay_over(table, name, KEYS[name], columns, rows, self.issues)
        self.source.overlaid += overlaid
        return table

    def root(self, units: Units) -> str:
        root = self.book.root
        known = units.table is not None and ("root",) not in self.source.broken
        if known and root not in units.index:
            hint = did_you_mean(root, units.ids)
            self.issues.add(Code.UNKNOWN_UNIT, self.source.spot("root").place, hint=hint, what=root)
        return root

    def known_source(self, name: str | None, *path: str) -> None:
        known = self.book.sources
        if name is not None and name not in known and not self.source.is_broken("sources", name):
            place = self.source.spot(*path).place
            self.issues.add(Code.UNKNOWN_SOURCE, place, hint=did_you_mean(name, known), what=name)

    def indicators(self, custom: Mapping[str, Measure]) -> dict[str, Indicator]:
        found = {}
        for name, item in self.book.indicators.items():
            path = ("indicators", name)
            measure = measure_at(item.measure, self.source.spot(*path, "measure"), custom, self.issues)
            shown = measure
            if item.show_in is not None:
                spot = self.source.spot(*path, "show_in")
                shown = measure_at(item.show_in, spot, custom, self.issues)
                if measure and shown and not measure.like(shown):
                    message = say("show_in_differs", got=measure.name, expected=shown.name)
                    self.issues.add(Code.WRONG_MEASURE, spot.place, message)
            self.part_of(name, item)
            aggregate, weight = self.aggregate(item.aggregate, *path)
            curve = self.curve(item.curve, *path)
            if measure is None or shown is None:
                self.source.broken.add(path)
                continue
            found[name] = Indicator(
                name,
                item.label or both(name),
                measure,
                shown,
                item.kind,
                item.direction,
                item.part_of,
                aggregate if item.aggregate else ("sum" if item.kind == "flow" else "none"),
                weight,
                curve,
                item.decimals,
                self.source.key(*path),
            )
        return found

    def part_of(self, name: str, item: schema.Indicator) -> None:
        if item.part_of is None:
            return
        place = self.source.spot("indicators", name, "part_of").place
        known = self.book.indicators
        if item.part_of not in known and not self.source.is_broken("indicators", item.part_of):
            hint = did_you_mean(item.part_of, known)
            self.issues.add(Code.UNKNOWN_INDICATOR, place, hint=hint, what=item.part_of)
        if loop := loop_from(name, {other: given.part_of for other, given in known.items()}):
            self.issues.add(Code.CYCLE, place, what=loop)

    def aggregate(self, text: str | None, *path: str) -> tuple[str, str | None]:
        if text is None or text in ("sum", "none"):
            return text or "sum", None
        place = self.source.spot(*path, "aggregate").place
        if not text.startswith(WEIGHTED):
            options = "sum, none, weighted by NAME"
            self.issues.add(Code.WRONG_CHOICE, place, what=text, options=options)
            return "none", None
        weight = text.removeprefix(WEIGHTED).strip()
        if weight not in self.book.attributes:
            if not self.source.is_broken("attributes", weight):
                hint = did_you_mean(weight, self.book.attributes)
                self.issues.add(Code.UNKNOWN_ATTRIBUTE, place, hint=hint, what=weight)
            return "none", None
        if path[0] == "attributes":
            weights = {
                name: item.aggregate.removeprefix(WEIGHTED).strip()
                for name, item in self.book.attributes.items()
                if item.aggregate.startswith(WEIGHTED)
            }
            if loop := loop_from(path[1], weights):
                self.issues.add(Code.CYCLE, place, what=loop)
        return "weighted", weight

    def curve(self, curve: Mapping[str, object] | None, *path: str) -> tuple[tuple[int, float], ...]:
        from engine.calendar import day_of_year
        from engine.numbers import DateFormError, parse_iso_date

        points: list[tuple[int, float]] = []
        for text, share in (curve or {}).items():
            key = self.source.key(*path, "curve", text)
            try:
                number = day_of_year(parse_iso_date(f"2023-{text}"))
            except DateFormError:
                self.issues.add(Code.BAD_CURVE, key, say("curve_date", what=text))
                continue
            value = float(str(share))
            rising = not points or (number > points[-1][0] and value >= points[-1][1])
            if not 0 <= value <= 1 or not rising or (number == 365 and value != 1):
                self.issues.add(Code.BAD_CURVE, key, say("curve_rising"))
                continue
            points.append((number, value))
        return tuple(points)

    def attributes(self, custom: Mapping[str, Measure], table: Table | None) -> dict[str, Attribute]:
        found = {}
        for name, item in self.book.attributes.items():
            path = ("attributes", name)
            measure = measure_at(item.measure, self.source.spot(*path, "measure"), custom, self.issues)
            self.known_source(item.source, *path, "source")
            aggregate, weight = self.aggregate(item.aggregate, *path)
            if measure is None:
                self.source.broken.add(path)
                continue
            if table is None:
                values = parse_texts([]).values
            elif name not in table.columns:
                message = say("missing_column", what=name)
                self.issues.add(Code.MISSING_COLUMN, self.source.key(*path), message)
                self.source.broken.add(path)
                continue
            else:
                values = column_values(table, name, measure, self.issues)
            label = item.label or both(name)
            found[name] = Attribute(name, label, measure, item.status, item.source, aggregate, weight, values)
        return found

    def parameters(self, custom: Mapping[str, Measure]) -> dict[str, Parameter]:
        found = {}
        for name, item in self.book.parameters.items():
            path = ("parameters", name)
            spot = self.source.spot(*path, "measure")
            measure = measure_at(item.measure, spot, custom, self.issues) or None
            self.known_source(item.source, *path, "source")
            value = self.source.spot(*path, "value")
            place, written = value.place, value.raw or str(item.value)
            if measure is None:
                self.source.broken.add(path)
                continue
            exponent = item.value.as_tuple().exponent
            if must_be_whole(measure) and isinstance(exponent, int) and exponent < 0:
                hint = say("ambiguous_count.hint")
                self.issues.add(Code.AMBIGUOUS_COUNT, place, hint=hint, what=written)
            base = measure.to_base(item.value)
            if measure.is_money and base.denominator != 1 and not must_be_whole(measure):
                self.issues.add(Code.FRACTION_OF_DONG, place, what=written, measure=measure.name)
            if abs(base) > sys.float_info.max:
                self.issues.add(Code.NOT_FINITE, place, what=f"{written} {measure.name}")
                base = Fraction(0)
            label = item.label or both(name)
            found[name] = Parameter(
                name, label, measure, float(base), item.value, item.status, item.source, place
            )
        return found

    def tables(
        self, units: Units, custom: Mapping[str, Measure]
    ) -> tuple[dict[str, Grouping], dict[str, FigureTable]]:
        for path in list(self.source.keys):
            match path:
                case ("groupings", str() as name, "attributes", str() as attribute) if (
                    self.source.is_broken("groupings", name) and name not in self.book.groupings
                ):
                    self.source.broken.add(("attributes", attribute))
        sources = [*self.book.sources, *self.source.broken_in("sources")]
        linker = TableLinker(self.source, units, custom, sources, self.issues)
        for name, grouping in self.book.groupings.items():
            if name not in FILTERS:
                linker.grouping(name, grouping)
        items = self.book.tables.items()
        return linker.groupings, {name: table for name, item in items if (table := linker.table(name, item))}

    def figures(
        self, units: Units, indicators: Mapping[str, Indicator], custom: Mapping[str, Measure]
    ) -> Figures:
        sources = [*self.book.sources, *self.source.broken_in("sources")]
        broken = frozenset(self.source.broken_in("indicators"))
        measures = {name: indicator.measure for name, indicator in indicators.items()}
        reader = Reader(units, measures, custom, sources, broken, self.issues)
        figures = NO_FIGURES
        observations = self.figure_table("observations", OBSERVATION_COLUMNS)
        if observations:
            actual, estimate, observed = read_observations(observations, reader)
            figures = Figures(actual, estimate, {}, observed, None)
        targets = self.figure_table("targets", TARGET_COLUMNS)
        if targets:
            found, targeted = read_targets(targets, reader)
            figures = Figures(figures.actual, figures.estimate, found, figures.observed, targeted)
        return figures

    def figure_table(self, name: str, columns: tuple[str, ...]) -> Table | None:
        return self.table(name, columns, list(OPTIONAL_COLUMNS)) if name in self.source.files else None

    def scenarios(self) -> dict[str, Scenario]:
        """What the scenarios are called and about; what they change is judged where one is asked for."""
        found = {}
        for name, item in self.book.scenarios.items():
            for key, given, known, code in (
                ("allocation", item.allocation, self.book.allocations, Code.UNKNOWN_ALLOCATION),
                ("over", item.over, self.book.scenarios, Code.UNKNOWN_SCENARIO),
            ):
                section = "allocations" if key == "allocation" else "scenarios"
                if given is not None and given not in known and not self.source.may_have(section, given):
                    place = self.source.spot("scenarios", name, key).place
                    self.issues.add(code, place, hint=did_you_mean(given, known), what=given)
            place = self.source.spot("scenarios", name, "over").place
            if loop := loop_from(name, {other: given.over for other, given in self.book.scenarios.items()}):
                self.issues.add(Code.CYCLE, place, what=loop)
            title = item.title or both(name)
            found[name] = Scenario(
                name, title, item.allocation, item.over, self.source.key("scenarios", name)
            )
        return found

    def covered(
        self, name: str, metric: schema.Metric, indicators: Mapping[str, Indicator]
    ) -> frozenset[str]:
        """The indicators a metric is for."""
        wanted = metric.for_
        for position, indicator in enumerate(wanted.indicator or ()):
            if indicator not in indicators and not self.source.is_broken("indicators", indicator):
                path = ("metrics", name, "for", "indicator")
                place = self.source.spot(*path, position).place
                hint = did_you_mean(indicator, indicators)
                self.issues.add(Code.UNKNOWN_INDICATOR, place, hint=hint, what=indicator)
        return frozenset(
            indicator.id
            for indicator in indicators.values()
            if indicator.kind in metric.formula
            and wanted.kind in (None, indicator.kind)
            and wanted.direction in (None, indicator.direction)
            and (wanted.indicator is None or indicator.id in wanted.indicator)
        )


def _office(said: OfficeKeys) -> Office:
    return Office(
        said.parent,
        said.body,
        said.symbol,
        said.place,
        said.authority,
        tuple(said.bases),
        said.signs_for,
        said.signer_title,
        said.signer,
        tuple(said.recipients),
    )
