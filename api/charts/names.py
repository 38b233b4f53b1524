"""What ids are called on the pictures. Answers hold ids alone, so that a picture needs these beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.charts.words import WORDS
from api.tables import measure_words
from engine.numbers import Lang
from engine.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Names:
    """The words of an allocation in one language; an id without words stays as it is.

    ``measures``: of a quota, in words; ``paths``: of what can be set.
    """

    lang: Lang
    title: str
    units: Mapping[str, str]
    quotas: Mapping[str, str]
    measures: Mapping[str, str]
    paths: Mapping[str, str]

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
        return self.paths.get(path, path)

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
    )
