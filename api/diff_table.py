"""Plans side by side, for people: what went in, what came out, who gains and loses, what binds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from api import labels
from api.tables import Entry, Table, amount, bullets, measure_words, significant, unknown, words, written
from engine.measures import PERCENT
from engine.numbers import Lang, format_number, round_half_up
from engine.rulebook import Rulebook
from engine.words import Message, say
from scenarios.compare import Comparison, Line, Move
from scenarios.issued import Issued

DECIMALS = 6
"""Of Gini and Theil; percents have two."""


def diff_sheets(found: Comparison, rulebook: Rulebook, lang: Lang) -> list[Table]:
    """The tables; those with nothing to tell are left out. ``rulebook`` gives names their words."""
    return [table for part in parts(found, rulebook, lang) for table in part]


def parts(found: Comparison, rulebook: Rulebook, lang: Lang) -> tuple[list[Table], list[Table], list[Table]]:
    """The tables of what went in and how it came out, of each quota, and of what binds."""
    names = _Names(rulebook, found.plans[0].allocation, lang)
    before = [_plans(found, names), _changed(found, names)]
    by_quota = [_quota(found, total, names) for total in found.totals]
    after = [_binding(found, names), _rules(found, names)]
    first, second, third = ([table for table in part if table.rows] for part in (before, by_quota, after))
    return first, second, third


@dataclass(frozen=True, slots=True)
class _Names:
    """The words of units, quotas and rules; a name that the rulebook doesn't have stays as it is."""

    rulebook: Rulebook
    allocation: str
    lang: Lang

    def unit(self, unit: str) -> str:
        units = self.rulebook.units
        return units.names[units.index[unit]].in_(self.lang) if unit in units.index else unit

    def quota(self, quota: str) -> str:
        known = self.rulebook.allocations.get(self.allocation)
        if known is None or quota not in known.quotas:
            return quota
        indicator = self.rulebook.indicators[known.quotas[quota].indicator]
        return f"{self.label(quota)} ({measure_words(self.rulebook, indicator.measure.base(), self.lang)})"

    def label(self, quota: str) -> str:
        """A quota without its measure."""
        known = self.rulebook.allocations.get(self.allocation)
        if known is None or quota not in known.quotas:
            return quota
        indicator = self.rulebook.indicators[known.quotas[quota].indicator]
        return indicator.label.in_(self.lang) if quota == indicator.id else quota

    def member(self, name: str) -> str:
        known = self.rulebook.allocations.get(self.allocation)
        if known is not None and name in known.rules:
            return known.rules[name].label.in_(self.lang)
        return labels.BOUNDS[name].in_(self.lang) if name in labels.BOUNDS else name

    def written(self, path: str, value: Any) -> str:
        """A value as it is written; a parameter's with the measure that it is written in."""
        text = written(value, self.lang)
        section, _, name = path.removesuffix(".value").partition(".")
        parameter = self.rulebook.parameters.get(name) if section == "parameters" else None
        if parameter is None or not isinstance(value, int | float):
            return text
        return f"{text} {measure_words(self.rulebook, parameter.measure, self.lang)}"

    def column(self, key: str) -> str:
        return labels.COLUMNS[key].in_(self.lang)


def _plans(found: Comparison, names: _Names) -> Table:
    """Outcome, objective and fairness, a column a plan."""
    lang = names.lang
    facts: list[tuple[Message, list[Entry]]] = [
        (labels.FACTS["plan_status"], [words(labels.PLAN_STATUS[p.status].in_(lang)) for p in found.plans]),
        (labels.FACTS["objective"], [_objective(plan, lang) for plan in found.plans]),
    ]
    for total in found.totals:
        for measure in ("largest_deviation", "gini", "theil"):
            label = labels.INEQUALITY[measure].in_(lang)
            said = f"{label}: {names.quota(total.quota)}"
            row = []
            for plan, fairness in zip(found.plans, found.fairness, strict=True):
                one = fairness.get(total.quota)
                value: float | None = getattr(one, measure) if one else None
                row.append(_fairness(plan, measure, value, lang))
            facts.append((Message(said, said), row))
    title = names.rulebook.allocations[names.allocation].title.in_(lang)
    rows = [[words(label.in_(lang)), *row] for label, row in facts]
    causes = [
        f"{plan.name}: {labels.INEQUALITY[measure].in_(lang)}, {names.quota(quota)}: {cause.in_(lang)}"
        for plan, fairness in zip(found.plans, found.fairness, strict=True)
        for quota, one in fairness.items()
        for measure, cause in one.unknown.items()
    ]
    return Table(
        f"{labels.COMPARED.in_(lang)}: {title}",
        [names.column("fact"), *found.names],
        rows,
        [False, *[True] * len(found.plans)],
        _trimmed(
            [
                *bullets(labels.SCENARIO_NOTES, _scenarios(found, names), lang),
                *bullets(labels.UNKNOWN_NOTES, causes, lang),
                *bullets(labels.NO_NUMBER_NOTES, _missing(found, names), lang),
                *bullets(labels.WITHOUT_NOTES, _conflicts(found, lang), lang),
            ]
        ),
    )


def _scenarios(found: Comparison, names: _Names) -> Iterator[str]:
    """What the scenarios are called in words."""
    for plan in found.plans:
        if plan.scenario is not None and plan.scenario in names.rulebook.scenarios:
            title = names.rulebook.scenarios[plan.scenario].title.in_(names.lang)
            yield f"{plan.scenario}: {title}"


def _conflicts(found: Comparison, lang: Lang) -> Iterator[str]:
    """Why plans can't be met."""
    for plan in found.plans:
        yield from (f"{plan.name}: {words.in_(lang)}" for words in plan.conflicts)


def _missing(found: Comparison, names: _Names) -> Iterator[str]:
    """Plans that aren't there, and what a plan leaves out."""
    first = found.plans[0].name
    for total in found.totals:
        raw = say("percent_of_nothing", what=first, at=total.quota)
        said = say("percent_of_nothing", what=first, at=names.label(total.quota))
        causes = dict.fromkeys(said if cause == raw else cause for cause in total.unknown.values())
        yield from (cause.in_(names.lang) for cause in causes)
    units = dict.fromkeys(line.unit for line in found.lines if line.unit is not None)
    for plan in found.plans:
        there = {unit for by_unit in plan.values.values() for unit in by_unit}
        for unit in units if plan.is_plan else ():
            if unit not in there:
                yield say("no_unit_there", what=plan.name, unit=names.unit(unit)).in_(names.lang)


def _objective(plan: Issued, lang: Lang) -> Entry:
    return _nothing() if plan.objective is None else significant(plan.objective, lang)


def _fairness(plan: Issued, measure: str, value: float | None, lang: Lang) -> Entry:
    if value is None:
        return unknown(lang) if plan.is_plan else _nothing()
    if measure == "largest_deviation":
        return amount(value, PERCENT, 2, lang)
    return Entry(value, format_number(round_half_up(value, DECIMALS), DECIMALS, lang), DECIMALS)


def _changed(found: Comparison, names: _Names) -> Table:
    """What the plans were made with."""
    lang = names.lang
    rows = [
        [
            words(change.path),
            *(
                words(names.written(change.path, value)) if known else unknown(lang)
                for value, known in zip(change.values, change.known, strict=True)
            ),
        ]
        for change in found.changed
    ]
    columns = [names.column("path"), *found.names]
    return Table(labels.DIFFERENT_INPUTS.in_(lang), columns, rows, [False] * len(columns))


def _quota(found: Comparison, total: Line, names: _Names) -> Table:
    """A quota: each unit's in every plan, then change and percent against the first; who gains and loses."""
    lang, others = names.lang, found.names[1:]
    lines = [line for line in found.lines if line.quota == total.quota]
    rows = [[words(names.unit(str(line.unit))), *_cells(line, lang)] for line in lines]
    summed = [
        replace(entry, above=len(lines)) if isinstance(entry.value, int) else entry
        for entry in _cells(total, lang)
    ]
    rows.append([words(names.column("total")), *summed])
    columns = [names.column("unit"), found.names[0]]
    for name in others:
        beside = [names.column("change"), names.column("percent")]
        columns += [name, *(beside if len(others) == 1 else [f"± {name}", f"% {name}"])]
    zeros = [names.unit(str(line.unit)) for line in lines if _of_nothing(line)]
    causes = [say("percent_of_nothing", what=found.names[0], at=", ".join(zeros)).in_(lang)] if zeros else []
    notes = [
        *_moves(labels.GAINS, found.gains, total.quota, found, names),
        *_moves(labels.LOSES, found.loses, total.quota, found, names),
        *bullets(labels.UNKNOWN_NOTES, causes, lang),
    ]
    numeric = [False, *[True] * (len(columns) - 1)]
    return Table(names.quota(total.quota), columns, rows, numeric, _trimmed(notes), total_row=True)


def _of_nothing(line: Line) -> bool:
    """Whether a change is of 0, so that it has no percent."""
    return any(
        percent is None and change is not None
        for change, percent in zip(line.changes[1:], line.percents[1:], strict=True)
    )


def _cells(line: Line, lang: Lang) -> list[Entry]:
    found = [_whole(line.values[0], lang)]
    for value, change, percent in list(zip(line.values, line.changes, line.percents, strict=True))[1:]:
        found += [_whole(value, lang), _signed(change, lang), _percent(percent, change, lang)]
    return found


def _whole(value: int | None, lang: Lang) -> Entry:
    return _nothing() if value is None else Entry(value, format_number(value, 0, lang))


def _signed(change: int | None, lang: Lang) -> Entry:
    if change is None:
        return _nothing()
    return Entry(change, ("+" if change > 0 else "") + format_number(change, 0, lang), signed=True)


def _percent(percent: float | None, change: int | None, lang: Lang) -> Entry:
    if percent is None:
        return _nothing() if change is None else unknown(lang)
    entry = amount(percent, PERCENT, 2, lang)
    return replace(entry, text=("+" if percent > 0 else "") + entry.text, signed=True)


def _nothing() -> Entry:
    """A plan that isn't there has no number."""
    return Entry(None, labels.NOT_APPLICABLE.vi)


def _moves(title: Message, moves: Iterable[Move], quota: str, found: Comparison, names: _Names) -> list[str]:
    lang, lines = names.lang, []
    for name in found.names[1:]:
        mine = [move for move in moves if (move.plan, move.quota) == (name, quota)]
        if mine:
            told = ", ".join(f"{names.unit(m.unit)} {_signed(m.change, lang).text}" for m in mine)
            lines.append(f"{name}: {told}" if len(found.names) > 2 else told)
    return bullets(title, lines, lang)


def _binding(found: Comparison, names: _Names) -> Table:
    """What starts and stops binding, by plan, quota and name; where it does as the units' names."""
    lang = names.lang
    where: dict[tuple[str, str, str, bool], list[str]] = {}
    for turn in found.binding:
        for starts, members in ((True, turn.starts), (False, turn.stops)):
            for name in members:
                where.setdefault((turn.plan, turn.quota, name, starts), []).append(names.unit(turn.unit))
    rows = [
        [
            words(plan),
            words(names.quota(quota)),
            words(names.member(name)),
            words((labels.STARTS if starts else labels.STOPS).in_(lang)),
            words(", ".join(units)),
        ]
        for (plan, quota, name, starts), units in where.items()
    ]
    columns = [names.column(key) for key in ("plan", "quota", "member", "turn", "unit")]
    return Table(labels.TURNS.in_(lang), columns, rows, [False] * 5)


def _rules(found: Comparison, names: _Names) -> Table:
    """At how many instances each rule binds."""
    rows = [
        [words(names.member(rule.name)), *(_whole(count, names.lang) for count in rule.binding)]
        for rule in found.rules
    ]
    columns = [names.column("rule"), *found.names]
    return Table(labels.RULES_BINDING.in_(names.lang), columns, rows, [False, *[True] * len(found.plans)])


def _trimmed(notes: list[str]) -> list[str]:
    return notes[:-1] if notes else notes
