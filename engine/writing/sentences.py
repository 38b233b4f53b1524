"""Sentences of a report: said where they hold, of each that they are about, with every blank filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from engine.errors import Place
from engine.formula.names import Scope, Where
from engine.formula.tree import Name
from engine.gaps import in_parts
from engine.numbers import Lang, format_date, format_number
from engine.reports import Each, Filled, Sentence, Text, Texts
from engine.rulebook import Placed
from engine.templates import Word
from engine.words import Message, both, joined, say
from engine.writing.facts import At, Facts
from engine.writing.forms import form_of, number_text

__all__ = ["Speaker", "instances"]

_NO_FIGURES = frozenset({"as_of", "year", "unit", "label", "name", "measure", "causes"})
"""Words that say what a sentence is about, and no figure of it."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A blank that can't be filled in: what it asks for, why not, and where it stands; ``is_none``: it is
    known that there is nothing to fill in.
    """

    what: Message
    causes: tuple[Message, ...]
    place: Place
    is_none: bool = False


@dataclass(slots=True)
class _Filling:
    """A text being filled in. ``figures``: how many blanks got one; ``depth``: brackets that are open."""

    parts: list[str] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)
    figures: int = 0
    depth: int = 0

    def literal(self, text: str) -> None:
        """What stands between blanks."""
        self.parts.append(text)
        self.depth = max(self.depth + text.count("(") - text.count(")"), 0)

    def unknown(self, words: str) -> None:
        """A blank that can't be filled in: in brackets, unless it stands in some; two with a stroke between
        are said once.
        """
        if self.depth and self.parts[-2:] == [words, "/"]:
            self.parts.pop()
        else:
            self.parts.append(words if self.depth else f"({words})")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a sentence says at one place. ``text``: None where it says nothing; ``lacks``: what it can't say;
    ``figures``: how many it has.
    """

    at: At
    home: str | None
    text: str | None
    lacks: tuple[Lack, ...] = ()
    figures: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it would be said, and has no figure."""
        return self.text is not None and bool(self.lacks) and not self.figures

    @property
    def kind(self) -> tuple[Message, ...]:
        """Why it can't say all, each cause once; nothing where it lacks only what is known not to be."""
        found = (cause for lack in self.lacks for cause in lack.causes)
        return () if self.is_none else tuple(dict.fromkeys(found))

    @property
    def is_none(self) -> bool:
        """Whether all that it lacks is known not to be."""
        return bool(self.lacks) and all(lack.is_none for lack in self.lacks)


def instances(facts: Facts, each: Each | None, at: At) -> Iterator[tuple[At, str | None]]:
    """The units and indicators that a sentence is said of; by unit, then by status as listed."""
    if each is None:
        yield at, None
        return
    units = facts.rulebook.units
    chosen = [at.unit]
    if each.units is not None:
        chosen = list(each.units)
    elif each.level is not None:
        valid = facts.reasoner(at).figures.valid
        chosen = [u for n, u in enumerate(units.ids) if units.levels[n] == each.level and valid[n]]
    order = [item.id for item in in_parts(facts.rulebook)]
    for unit in chosen:
        here = At(at.as_of, at.basis, unit)
        if each.indicators is None:
            yield here, None
            continue
        wanted = [name for name in order if name in each.indicators]
        if each.statuses or each.flags:
            rows = {row.indicator: row for row in facts.rows(here)}
            if each.flags:
                wanted = [n for n in wanted if {flag.code for flag in rows[n].flags} & {*each.flags}]
            if each.statuses:
                wanted = [n for status in each.statuses for n in wanted if rows[n].status == status]
        for name in wanted:
            yield here, name


@dataclass(frozen=True, slots=True)
class Speaker:
    """Fills in texts in one language."""

    facts: Facts
    lang: Lang

    def sentence(self, sentence: Sentence, at: At) -> Iterator[str]:
        """What a sentence says, once for each that it is about. Those of which it has no figure for the same
        cause are told together, with that cause.
        """
        places = instances(self.facts, sentence.each, at.under(sentence.view))
        found = [said for here, home in places if (said := self._said(sentence, here, home)) is not None]
        empty: dict[tuple[Message, ...], list[_Said]] = {}
        for said in found:
            self._note(said.lacks)
            if sentence.each is not None and sentence.if_unknown is None and said.is_empty:
                empty.setdefault(said.kind, []).append(said)
        for said in found:
            alike = empty.get(said.kind, []) if said.is_empty else []
            if len(alike) < (1 if said.is_none else 2):
                if said.text is not None:
                    yield said.text
            elif said is alike[0]:
                yield self._together(alike)

    def _together(self, alike: list[_Said]) -> str:
        """That a sentence has no figure of any of these, and why."""
        who = joined(self._names(alike))
        if alike[0].is_none:
            return say("writing.none_of_all", who=who).in_(self.lang)
        return say("writing.unknown_of_all", who=who, why=joined(alike[0].kind, "; ")).prose_in(self.lang)

    def _said(self, sentence: Sentence, at: At, home: str | None) -> _Said | None:
        """A sentence of one indicator at one unit; None where its condition doesn't hold."""
        lacks: list[Lack] = []
        if sentence.when is not None:
            holds = self._value(sentence.when, at, home)
            if holds == 0:
                return None
            if np.isnan(holds):
                lacks = [self._lack(sentence.when, at, home)]
        filling = self.fill(sentence.texts, at, home)
        lacks += filling.lacks
        text = "".join(filling.parts)
        if lacks and sentence.if_unknown is not None:
            causes = list(dict.fromkeys(cause for lack in lacks for cause in lack.causes))
            instead = self.fill(sentence.if_unknown, at, home, causes)
            return _Said(at, home, "".join(instead.parts), tuple(instead.lacks), instead.figures)
        only_condition = bool(lacks) and not filling.lacks
        return _Said(at, home, None if only_condition else text, tuple(lacks), filling.figures)

    def _names(self, found: list[_Said]) -> Iterator[Message]:
        """What sentences are about: units, where they differ, else indicators; both where both do."""
        book = self.facts.rulebook
        units, homes = {said.at.unit for said in found}, {said.home for said in found}
        for said in found:
            unit = book.units.names[self._unit(said.at)]
            if said.home is None or len(homes) == 1:
                yield unit
            elif len(units) == 1:
                yield book.indicators[said.home].label
            else:
                yield say("writing.of_unit", what=book.indicators[said.home].label, unit=unit)

    def text(self, texts: Texts, at: At) -> str:
        """A heading, a title, a caption."""
        filling = self.fill(texts, at, None)
        self._note(filling.lacks)
        return "".join(filling.parts)

    def fill(self, texts: Texts, at: At, home: str | None, causes: list[Message] | None = None) -> _Filling:
        """A text with its blanks filled in, and those that can't be."""
        text: Text = texts[self.lang]
        filling = _Filling()
        for part in text.parts:
            if isinstance(part, str):
                filling.literal(part)
                continue
            found: str | Lack
            if isinstance(part, Filled):
                found = self._number(part, at, home)
            else:
                found = self._word(part, at, home, causes or [], text.place)
            if isinstance(found, Lack):
                filling.lacks.append(found)
                key = "writing.not_given" if found.is_none else "writing.unknown"
                filling.unknown(say(key).in_(self.lang))
                continue
            filling.figures += isinstance(part, Filled) or part.call.function not in _NO_FIGURES
            filling.parts.append(found)
        return filling

    def _note(self, lacks: Iterable[Lack]) -> None:
        for lack in lacks:
            self.facts.lacking(lack.what, list(lack.causes), lack.place)

    def _unit(self, at: At) -> int:
        return self.facts.rulebook.units.index[at.unit]

    def _value(self, blank: Filled, at: At, home: str | None) -> float:
        reasoner = self.facts.reasoner(at)
        values = reasoner.formula(Placed(blank.formula, blank.spot), self._scope(home))
        return float(values[self._unit(at)])

    def _scope(self, home: str | None) -> Scope:
        return Scope(self.facts.rulebook.names, Where.CHECK, home)

    def _lack(self, blank: Filled, at: At, home: str | None) -> Lack:
        placed = Placed(blank.formula, blank.spot)
        tracer = self.facts.reasoner(at).tracer(placed, self._scope(home))
        what = blank.formula.text if home is None else f"{blank.formula.text} ({home})"
        return Lack(both(what), tuple(tracer.causes(placed.root, self._unit(at))), placed.place)

    def _number(self, blank: Filled, at: At, home: str | None) -> str | Lack:
        value = self._value(blank, at, home)
        if np.isnan(value):
            return self._lack(blank, at, home)
        return number_text(
            self.facts.rulebook, value, form_of(self.facts.rulebook, blank, self._scope(home)), self.lang
        )

    def _word(self, word: Word, at: At, home: str | None, causes: list[Message], place: Place) -> str | Lack:
        arguments = word.call.arguments
        named = arguments[0].parts[0] if arguments and isinstance(arguments[0], Name) else home
        lang, book = self.lang, self.facts.rulebook
        match word.call.function:
            case "as_of":
                return format_date(at.as_of, lang)
            case "year":
                return str(at.as_of.year)
            case "unit":
                return book.units.names[self._unit(at)].in_(lang)
            case "causes":
                return "; ".join(cause.prose_in(lang) for cause in causes)
            case "quota":
                return self._quota(str(named), at, place)
        if named is None:
            raise ValueError(word)
        indicator = book.indicators[named]
        match word.call.function:
            case "label":
                return indicator.label.in_(lang)
            case "name":
                label = indicator.label.in_(lang)
                return label[:1].lower() + label[1:]
            case "measure":
                return book.measure_label(indicator.shown).in_(lang)
        row = self.facts.row(at, named)
        match word.call.function:
            case "status":
                return say(f"status.{row.status}").in_(lang).lower()
            case "flags":
                return "; ".join(flag.words.prose_in(lang) for flag in row.flags)
            case "date":
                if row.achieved_on is not None:
                    return format_date(row.achieved_on, lang)
                return Lack(both(f"date({named})"), row.unknown.get("achieved", ()), place)
        raise ValueError(word)

    def _quota(self, quota: str, at: At, place: Place) -> str | Lack:
        planned = self.facts.quotas
        root = self.facts.rulebook.root
        value = None
        if planned is not None:
            value = planned.values.get((quota, at.unit))
            if value is None and at.unit == root:
                value = planned.totals.get(quota)
        if value is not None:
            return format_number(value, 0, self.lang)
        what = both(f"quota({quota})")
        if planned is not None and planned.values:
            named = self.facts.rulebook.units.names[self._unit(at)]
            return Lack(what, (say("writing.not_in_plan", what=named),), place, is_none=True)
        why = planned.why if planned is not None and planned.why else (say("writing.no_plan.cause"),)
        return Lack(what, why, place)
