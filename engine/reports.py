"""What a rulebook says about reports to be written: sections, their sentences, and their texts checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.errors import Place
from engine.formula.tree import Formula
from engine.measures import Measure
from engine.templates import Word
from engine.yamlfile import Spot

__all__ = ["Each", "Filled", "Part", "Report", "Section", "Sentence", "Text", "Texts", "View"]


@dataclass(frozen=True, slots=True)
class Part(Spot):
    """A part of a text in its own right: it begins at ``offset`` of ``text``, which stands at ``whole``."""

    whole: Spot | None = None
    text: str = ""
    offset: int = 0

    def at(self, value: str, offset: int) -> Place:
        """The place of a character of the part."""
        return self.whole.at(self.text, self.offset + offset) if self.whole else self.place


@dataclass(frozen=True, slots=True)
class Filled:
    """A checked blank. ``measure``: what it is asked to be shown in, None for what suits it; ``measures``:
    the base measure that it has, by the indicator that the text is said of.
    """

    formula: Formula
    spot: Spot
    measure: Measure | None
    decimals: int | None
    measures: Mapping[str | None, Measure]


@dataclass(frozen=True, slots=True)
class Text:
    """A checked text in one language; ``words`` are filled in by name."""

    parts: tuple[str | Filled | Word, ...]
    place: Place


Texts = Mapping[str, Text]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class Each:
    """What a sentence is said of, again and again: ``indicators`` (None: of none in particular) at
    ``units`` (None: at the report's) or at all of a ``level``, of these ``statuses`` and ``flags`` only.
    """

    indicators: tuple[str, ...] | None
    units: tuple[str, ...] | None
    level: str | None
    statuses: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The date, basis and unit that something is told at; None as above it."""

    as_of: date | None = None
    basis: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: said where ``when`` holds, ``if_unknown`` in its place where a figure is unknown."""

    id: str
    texts: Texts
    view: View
    when: Filled | None
    each: Each | None
    if_unknown: Texts | None
    place: Place


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and one kind of content below it, or none.

    ``kind``: paragraph, items (of ``sentences``), gaps, risks, unknown, quotas, actions, or empty.
    """

    id: str
    heading: Texts | None
    level: int
    kind: str
    sentences: tuple[Sentence, ...]
    view: View
    each: Each | None
    columns: tuple[str, ...]
    caption: Texts | None
    periods: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Report:
    """A report to be written. ``allocation``: whose plan its quotas are of, None where it has none."""

    id: str
    title: Texts
    view: View
    allocation: str | None
    sections: tuple[Section, ...]
    place: Place

    @property
    def has_quotas(self) -> bool:
        """Whether anything in it tells a plan's quotas, so that the plan is needed."""
        return any(section.kind == "quotas" for section in self.sections) or any(
            isinstance(part, Word) and part.call.function == "quota"
            for texts in self._texts()
            for text in texts.values()
            for part in text.parts
        )

    def _texts(self) -> Iterator[Texts]:
        yield self.title
        for section in self.sections:
            sentences = (said for one in section.sentences for said in (one.texts, one.if_unknown))
            yield from (said for said in (section.heading, section.caption, *sentences) if said is not None)
