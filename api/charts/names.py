"""What ids are called on the pictures. Answers hold ids alone, so that a picture needs these beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from api import labels
from api.charts.words import WORDS
from api.tables import measure_words
from engine.numbers import DateFormError, Lang, format_date, parse_iso_date
from engine.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Names:
    """The words of an allocation in one language; an id without words stays as it is.

    ``measures``: of a quota, in words; ``paths``: of what can be set; ``row``: of a path to a row of data or
    to what is held, None where it isn't known.
    """

    lang: Lang
    title: str
    units: Mapping[str, str]
    quotas: Mapping[str, str]
    measures: Mapping[str, str]
    paths: Mapping[str, str]
    row: Callable[[str], str | None] = lambda path: None

    def unit(self, unit: str | None) -> str:
        """A unit's name."""
        return self.units.get(unit or "", unit or "")

    def quota(self, quota: str) -> str:
        """A quota's name."""
        return self.quotas.get(quota, quota)

    def measured(self, quota: str) -> str:
        """A quota's name with its measure."""
        measure = self.measures.get(quota)
        return f"{self.quota(quota)} ({measure})" if measure else self.quota(quota)

    def path(self, path: str) -> str:
        """What is set at a path."""
        return self.paths.get(path) or self.row(path) or path

    def say(self, key: str, **values: object) -> str:
        """Words of the pictures, with blanks filled in."""
        return WORDS[key].in_(self.lang).format(**values)


def names_of(rulebook: Rulebook, allocation: str, lang: Lang) -> Names:
    """The words of a rulebook's allocation."""
    found = rulebook.allocations[allocation]
    indicators = {quota: rulebook.indicators[one.indicator] for quota, one in found.quotas.items()}
    units = rulebook.units
    paths = {}
    for parameter in rulebook.parameters.values():
        measure = measure_words(rulebook, parameter.measure, lang)
        paths[f"parameters.{parameter.id}.value"] = f"{parameter.label.in_(lang)} ({measure})"
    for quota, indicator in indicators.items():
        measure = measure_words(rulebook, indicator.measure.base(), lang)
        label = f"{WORDS['total'].in_(lang).format(quota=indicator.label.in_(lang))} ({measure})"
        paths[f"allocations.{allocation}.quotas.{quota}.total"] = paths[f"{quota}.total"] = label
    return Names(
        lang,
        found.title.in_(lang),
        {unit: units.names[at].in_(lang) for unit, at in units.index.items()},
        {
            quota: indicator.label.in_(lang) if quota == indicator.id else quota
            for quota, indicator in indicators.items()
        },
        {quota: measure_words(rulebook, one.measure.base(), lang) for quota, one in indicators.items()},
        paths,
        partial(_row, rulebook, allocation, lang),
    )


def _row(rulebook: Rulebook, allocation: str, lang: Lang, path: str) -> str | None:
    """A figure of the data, or a quota that is held, in words. Rows may have a measure of their own, so only
    that of an attribute is told.
    """
    match path.split("."):
        case ["data", "targets", indicator, unit, *rest] if len(rest) <= 1:
            year = rest[0] if rest else str(rulebook.year)
            return _words("row_target", rulebook, lang, unit, indicator=indicator, year=year)
        case ["data", "observations", indicator, unit, day, basis] if basis in labels.BASIS:
            said = labels.BASIS[basis].in_(lang)
            return _words("row_figure", rulebook, lang, unit, indicator=indicator, day=day, basis=said)
        case ["data", "units", unit, attribute] if attribute in rulebook.attributes:
            found = rulebook.attributes[attribute]
            measure = measure_words(rulebook, found.measure, lang)
            label = f"{found.label.in_(lang)} ({measure})" if measure else found.label.in_(lang)
            return _words("row_attribute", rulebook, lang, unit, attribute=label)
        case ["hold", unit, quota, *period] | ["allocations", _, "hold", unit, quota, *period]:
            quotas = rulebook.allocations[allocation].quotas
            indicator = quotas[quota].indicator if quota in quotas else ""
            key = "row_held_in" if period else "row_held"
            return _words(key, rulebook, lang, unit, indicator=indicator, period=".".join(period))
    return None


def _words(key: str, rulebook: Rulebook, lang: Lang, unit: str, **values: str) -> str | None:
    """Words with blanks filled in, ids turned into names; None where one isn't known."""
    if unit not in rulebook.units.index:
        return None
    if "indicator" in values:
        if values["indicator"] not in rulebook.indicators:
            return None
        values["indicator"] = rulebook.indicators[values["indicator"]].label.in_(lang)
    if "day" in values:
        try:
            values["day"] = format_date(parse_iso_date(values["day"]), lang)
        except DateFormError:
            return None
    name = rulebook.units.names[rulebook.units.index[unit]].in_(lang)
    return WORDS[key].in_(lang).format(unit=name, **values)
