"""Linking of reports to be written and of actions: names, dates, and every formula of their texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from engine import schema
from engine import schema_reports as shape
from engine.actions import Action
from engine.errors import Code, Issues, Place
from engine.expected import STATUSES
from engine.formula.checker import check_as
from engine.formula.names import Scope, Where
from engine.formula.parser import FormulaError
from engine.formula.tree import Call, Name
from engine.link_formulas import Linker, measure_at
from engine.measures import RATIO, Measure
from engine.reports import Each, Filled, Part, Report, Section, Sentence, Text, Texts, View
from engine.rulebook import Placed
from engine.templates import Blank, Word, parse_template
from engine.units import Units
from engine.words import Message, did_you_mean, say
from engine.yamlfile import Spot

KINDS = ("paragraph", "items", "gaps", "risks", "unknown", "quotas", "actions")
FLAGS = (
    "stale",
    "dates_differ",
    "implausible_estimate",
    "falling",
    "sums_differ",
    "negative_target",
    "slipping",
)
COLUMNS = ("target", "achieved", "achieved_on", "year_progress", "status")
"""Columns of a report's tables beside the metrics."""
GAPS = ("target", "achieved", "percent_of_plan", "gap", "status")
RISKS = ("status", "gap", "required_per_month", "landing")
_NO_INDICATOR = frozenset({"as_of", "causes", "unit", "year"})
Path = tuple[str, ...]
Homes = tuple[str | None, ...]


@dataclass(slots=True)
class ReportLinker:
    """Links the reports and actions of one rulebook."""

    linker: Linker
    units: Units
    allocations: Mapping[str, schema.Allocation]
    sources: Sequence[str]

    @property
    def issues(self) -> Issues:
        """Where faults go."""
        return self.linker.issues

    def place(self, *path: str | int) -> Place:
        """Where the value of a key stands."""
        return self.linker.source.spot(*path).place

    def known(self, name: str, known: Sequence[str], code: Code, section: str, place: Place) -> bool:
        """Whether there is such a thing; an issue if not, unless it may be there but is faulty."""
        if name in known:
            return True
        if not (section and self.linker.source.may_have(section, name)):
            self.issues.add(code, place, hint=did_you_mean(name, known), what=name)
        return False

    def known_unit(self, name: str, place: Place) -> bool:
        """Whether there is such a unit; an issue if not."""
        return self.units.table is None or self.known(name, self.units.ids, Code.UNKNOWN_UNIT, "", place)

    # ----------------------------------------------------------------------------------------- reports

    def report(self, name: str, item: shape.Report) -> Report | None:
        """One report, or None with issues."""
        before = len(self.issues.errors)
        path = ("reports", name)
        quotas: Collection[str] | None = None
        if item.allocation is not None:
            place = self.place(*path, "allocation")
            known = list(self.allocations)
            if not self.known(item.allocation, known, Code.UNKNOWN_ALLOCATION, "allocations", place):
                return None
            quotas = self.allocations[item.allocation].quotas
        title = self.texts(item.title, (None,), *path, "title", quotas=quotas)
        sections = [
            found
            for key, section in item.sections.items()
            if (found := self.section(key, section, (*path, "sections", key), quotas=quotas))
        ]
        view = self.view(item, *path)
        if len(self.issues.errors) > before or title is None:
            return None
        key = self.linker.source.key(*path)
        return Report(name, title, view, item.allocation, tuple(sections), key)

    def view(
        self,
        item: shape.Report | shape.Sentence | shape.Shown | shape.Lacks | shape.Doings,
        *path: str,
    ) -> View:
        """The date, basis and unit that something is told at."""
        if item.unit is not None:
            self.known_unit(item.unit, self.place(*path, "unit"))
        return View(item.as_of, item.basis, item.unit)

    def section(
        self, name: str, item: shape.Section, path: Path, *, quotas: Collection[str] | None
    ) -> Section | None:
        """A section with at most one kind of content."""
        key = self.linker.source.key(*path)
        given = [kind for kind in KINDS if getattr(item, kind) is not None]
        if len(given) > 1:
            place = self.linker.source.key(*path, given[1])
            self.issues.add(Code.WRONG_PLACE, place, say("section_of_two", first=given[0], second=given[1]))
            return None
        if not given and item.heading is None:
            self.issues.add(Code.MISSING_KEY, key, what=", ".join(("heading", *KINDS)))
            return None
        kind = given[0] if given else ""
        heading = self.texts(item.heading, (None,), *path, "heading", quotas=quotas)
        content = getattr(item, kind) if kind else None
        below = (*path, kind)
        if kind == "quotas" and quotas is None:
            self.issues.add(Code.MISSING_KEY, self.linker.source.key(*below), say("report_allocation"))
        sentences: list[Sentence] = []
        view, columns, periods = View(), tuple[str, ...](), False
        each: Each | None = None
        caption: Texts | None = None
        match content:
            case dict():
                for key_name, sentence in content.items():
                    if found := self.sentence(key_name, sentence, (*below, key_name), quotas=quotas):
                        sentences.append(found)
            case shape.Shown() | shape.Lacks():
                view = self.view(content, *below)
                each = self.each(content.for_ or shape.Each(), *below, "for")
                if each.indicators is None:  # a table has a row for each indicator at each unit
                    each = replace(each, indicators=tuple(self.linker.indicators))
                if isinstance(content, shape.Shown):
                    columns = self.columns(content.columns, RISKS if kind == "risks" else GAPS, *below)
                    caption = self.texts(content.caption, (None,), *below, "caption", quotas=quotas)
            case shape.Doings():
                view = self.view(content, *below)
                caption = self.texts(content.caption, (None,), *below, "caption", quotas=quotas)
            case shape.Quotas():
                periods = content.periods
                caption = self.texts(content.caption, (None,), *below, "caption", quotas=quotas)
        return Section(
            name, heading, item.level, kind, tuple(sentences), view, each, columns, caption, periods, key
        )

    def columns(self, given: Sequence[str] | None, default: tuple[str, ...], *path: str) -> tuple[str, ...]:
        """The columns of a table: roles, words and metrics."""
        if given is None:
            return default
        known = [*COLUMNS, *self.linker.names.metrics]
        for position, name in enumerate(given):
            place = self.place(*path, "columns", position)
            self.known(name, known, Code.UNKNOWN_METRIC, "metrics", place)
        return tuple(given)

    def each(self, item: shape.Each, *path: str) -> Each:
        """What a sentence is said of."""
        for position, unit in enumerate(item.unit or ()):
            self.known_unit(unit, self.place(*path, "unit", position))
        if item.level is not None and self.units.table is not None:
            place = self.place(*path, "level")
            self.known(item.level, sorted(set(self.units.levels)), Code.UNKNOWN_LEVEL, "", place)
        for key, given, options in (("status", item.status, STATUSES), ("flag", item.flag, FLAGS)):
            for position, word in enumerate(given or ()):
                if word not in options:
                    place, hint = self.place(*path, key, position), did_you_mean(word, options)
                    self.issues.add(
                        Code.WRONG_CHOICE, place, hint=hint, what=word, options=", ".join(options)
                    )
        if item.unit is not None and item.level is not None:
            place = self.linker.source.key(*path, "level")
            self.issues.add(Code.WRONG_PLACE, place, say("unit_or_level"))
        indicators = self.linker.indicators
        for position, name in enumerate(item.indicator or ()):
            place = self.place(*path, "indicator", position)
            self.known(name, list(indicators), Code.UNKNOWN_INDICATOR, "indicators", place)
        of_units = item.unit is not None or item.level is not None
        asked = (item.indicator, item.kind, item.direction, item.status, item.flag)
        found: tuple[str, ...] | None = None
        if not of_units or any(key is not None for key in asked):
            found = tuple(
                name
                for name in item.indicator or indicators
                if name in indicators
                and item.kind in (None, indicators[name].kind)
                and item.direction in (None, indicators[name].direction)
            )
        return Each(found, item.unit, item.level, item.status or (), item.flag or ())

    # --------------------------------------------------------------------------------------- sentences

    def sentence(
        self, name: str, item: shape.Sentence, path: Path, *, quotas: Collection[str] | None
    ) -> Sentence | None:
        """A sentence whose texts and condition are checked at every indicator that it is said of."""
        view = self.view(item, *path)
        each = self.each(item.for_, *path, "for") if item.for_ is not None else None
        homes: Homes = (None,) if each is None or each.indicators is None else each.indicators
        source = self.linker.source
        below = (*path, "text") if (*path, "text") in source.keys else path
        texts = self.texts(item.text, homes, *below, quotas=quotas)
        instead = self.texts(item.if_unknown, homes, *path, "if_unknown", quotas=quotas, causes=True)
        when = self.condition(item.when, homes, *path, "when")
        if texts is None:
            return None
        return Sentence(name, texts, view, when, each, instead, source.key(*path))

    def condition(self, text: str | None, homes: Homes, *path: str) -> Filled | None:
        """When a sentence is said."""
        placed = self.linker.read(text, *path) if text is not None else None
        if placed is None:
            return None
        for home in homes:
            self.linker.condition(placed, Scope(self.linker.names, Where.CHECK, home))
        return Filled(placed.formula, placed.spot, None, None, {})

    def texts(
        self,
        label: Message | None,
        homes: Homes,
        *path: str,
        quotas: Collection[str] | None = None,
        causes: bool = False,
    ) -> Texts | None:
        """A text in both languages, or None with issues."""
        if label is None:
            return None
        found: dict[str, Text] = {}
        for lang, text in (("vi", label.vi), ("en", label.en)):
            values = self.linker.source.values
            spot = values.get((*path, lang)) or self.linker.source.spot(*path)
            if checked := self.text(text, spot, homes, quotas=quotas, causes=causes):
                found[lang] = checked
        return found if len(found) == 2 else None

    def text(
        self, text: str, spot: Spot, homes: Homes, *, quotas: Collection[str] | None, causes: bool
    ) -> Text | None:
        """A text with its blanks checked."""
        try:
            template = parse_template(text)
        except FormulaError as error:
            message = say("formula_syntax", why=error.message)
            place = spot.at(text, min(error.start, len(text)))
            self.issues.add(Code.FORMULA_SYNTAX, place, message, error.hint)
            return None
        parts: list[str | Filled | Word] = []
        sound = True
        for part in template.parts:
            if isinstance(part, Blank):
                filled = self.blank(part, text, spot, homes)
                sound &= filled is not None
                parts += [filled] if filled else []
                continue
            if isinstance(part, Word):
                at = Part(spot.place, whole=spot, text=text, offset=part.start)
                sound &= self.word(part.call, at, homes, quotas=quotas, causes=causes)
            parts.append(part)
        return Text(tuple(parts), spot.at(text, 0)) if sound else None

    def blank(self, blank: Blank, text: str, spot: Spot, homes: Homes) -> Filled | None:
        """A number that is filled in, checked at every indicator that the text is said of."""
        part = Part(spot.place, whole=spot, text=text, offset=blank.start)
        placed = Placed(blank.formula, part)
        shown: Measure | None = None
        if blank.measure is not None:
            at = Part(spot.place, whole=spot, text=text, offset=blank.measure_at)
            shown = measure_at(blank.measure, at, self.linker.custom, self.issues)
            if shown is None:
                return None
        sound = True
        measures: dict[str | None, Measure] = {}
        for home in homes:
            typed = self.linker.check(placed, Scope(self.linker.names, Where.CHECK, home))
            if typed is None:
                sound = False
                continue
            measures[home] = RATIO if typed.bare else typed.measure or RATIO
            expected = shown or measures[home]
            sound &= check_as(typed, expected, placed.root, self.linker.reporter(placed))
        return Filled(blank.formula, part, shown, blank.decimals, measures) if sound else None

    def word(
        self, call: Call, spot: Spot, homes: Homes, *, quotas: Collection[str] | None, causes: bool
    ) -> bool:
        """Whether a word can be filled in: its argument, where it takes one, is an indicator."""
        what = call.function
        arguments = call.arguments

        def fail(code: Code, message: Message, hint: Message | None = None, at: int = 0) -> bool:
            place = spot.at("", at)
            key = (str(place), call.end, code)
            if key not in self.linker.told:
                self.linker.told.add(key)
                self.issues.add(code, place, message, hint)
            return False

        if what == "causes" and not causes:
            return fail(Code.WRONG_PLACE, say("causes_not_here"))
        if what == "quota" and quotas is None:
            return fail(Code.WRONG_PLACE, say("report_allocation"))
        least = 1 if what == "quota" or (None in homes and what not in _NO_INDICATOR) else 0
        most = 0 if what in _NO_INDICATOR else 1
        if not least <= len(arguments) <= most:
            key = "wrong_arguments.exactly" if least == most else "wrong_arguments"
            return fail(Code.WRONG_ARGUMENTS, say(key, what=what, least=least, most=most))
        for argument in arguments:
            if not isinstance(argument, Name) or len(argument.parts) != 1:
                return fail(Code.WRONG_ARGUMENTS, say("indicator_wanted", what=what), at=argument.start)
            name = argument.parts[0]
            if quotas is not None and what == "quota":
                if name not in quotas:
                    hint = did_you_mean(name, quotas)
                    return fail(Code.UNKNOWN_NAME, say("unknown_name", what=name), hint, argument.start)
                continue
            if name not in self.linker.indicators and not self.linker.source.may_have("indicators", name):
                hint = did_you_mean(name, self.linker.indicators)
                message = say("unknown_indicator", what=name)
                return fail(Code.UNKNOWN_INDICATOR, message, hint, argument.start)
        return True

    # ----------------------------------------------------------------------------------------- actions

    def action(self, name: str, item: shape.Action) -> Action | None:
        """One action, or None with issues."""
        before = len(self.issues.errors)
        path = ("actions", name)
        for position, indicator in enumerate(item.serves):
            place = self.place(*path, "serves", position)
            self.known(indicator, list(self.linker.indicators), Code.UNKNOWN_INDICATOR, "indicators", place)
        if item.unit is not None:
            self.known_unit(item.unit, self.place(*path, "unit"))
        if item.source is not None:
            place = self.place(*path, "source")
            self.known(item.source, self.sources, Code.UNKNOWN_SOURCE, "sources", place)
        if item.state == "done" and item.done_on is None:
            self.issues.add(Code.MISSING_KEY, self.linker.source.key(*path), what="done_on")
        if item.state != "done" and item.done_on is not None:
            place = self.linker.source.key(*path, "done_on")
            self.issues.add(Code.WRONG_PLACE, place, say("done_on_not_done", state=item.state))
        if len(self.issues.errors) > before:
            return None
        return Action(
            name,
            item.label,
            item.who,
            item.until,
            item.serves,
            item.state,
            item.done_on,
            item.unit,
            item.status,
            item.source,
            self.linker.source.key(*path),
        )
