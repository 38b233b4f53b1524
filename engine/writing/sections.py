"""The tables and lists of a report's sections: gaps, risks, what is unknown, quotas, actions."""

from __future__ import annotations

from engine.followup import follow_up
from engine.gaps import METRIC_COLUMNS, Row
from engine.numbers import format_date, format_number
from engine.reports import Section
from engine.words import Message, joined, say
from engine.writing.changes import period_words
from engine.writing.document import Block, Column, Items, Paragraph, Table
from engine.writing.document import Row as Line
from engine.writing.doings import doings
from engine.writing.facts import At
from engine.writing.forms import EXACT, metric_form, number_text, role_form
from engine.writing.sentences import Speaker, instances

__all__ = ["content"]

UNJUDGED = frozenset({"unknown", "no_target"})
AT_RISK = ("exceeded", "behind", "at_risk")
"""Statuses that a list of risks holds, the worst first."""
_BY_METRIC = {metric: column for column, metric in METRIC_COLUMNS.items()}


def content(section: Section, speaker: Speaker, at: At) -> list[Block]:
    """What stands below a section's heading."""
    here = at.under(section.view)
    match section.kind:
        case "gaps" | "risks":
            return [_gaps(section, speaker, here)]
        case "unknown":
            return [_unknown(section, speaker, here)]
        case "quotas":
            return [_quotas(section, speaker, here)]
        case "actions":
            caption = _caption(section, speaker, here)
            unit = None if here.unit == speaker.facts.rulebook.root else here.unit
            found = follow_up(speaker.facts.rulebook, here.as_of, here.basis, unit)
            return doings(found, speaker.facts.rulebook, speaker.lang, caption)
    return []


def _caption(section: Section, speaker: Speaker, at: At) -> str | None:
    return speaker.text(section.caption, at) if section.caption is not None else None


def _gaps(section: Section, speaker: Speaker, at: At) -> Block:
    """Rows of the gap table; of risks those behind or at risk, the worst first."""
    lang, book = speaker.lang, speaker.facts.rulebook
    found = [(here, name) for here, name in instances(speaker.facts, section.each, at) if name is not None]
    unknown, judged = list[Message](), False
    if section.kind == "risks" and section.each is not None and not section.each.statuses:
        ranked = [(here, name, speaker.facts.row(here, name)) for here, name in found]
        unknown = [book.indicators[name].label for _, name, row in ranked if row.status in UNJUDGED]
        judged = len(ranked) > len(unknown)
        ranked = [entry for entry in ranked if entry[2].status in AT_RISK]
        ranked.sort(key=lambda entry: (AT_RISK.index(entry[2].status), -_miss(entry[2])))
        found = [(here, name) for here, name, _ in ranked]
    if not found and unknown:  # nothing to show isn't nothing at risk
        key = "writing.others_not_at_risk" if judged else "writing.not_judged"
        return Paragraph(say(key, names=joined(dict.fromkeys(unknown))).in_(lang))
    if not found:
        key = "writing.none_at_risk" if section.kind == "risks" else "writing.none"
        return Paragraph(say(key).in_(lang))
    several = len({here.unit for here, _ in found}) > 1
    titles = [Column(say("writing.indicator").in_(lang))]
    titles += [Column(say("writing.unit").in_(lang))] if several else []
    titles.append(Column(say("writing.measure").in_(lang)))
    for column in section.columns:
        titles.append(Column(_title(speaker, column), is_number=column not in ("status", "achieved_on")))
    lines = []
    for here, name in found:
        indicator = book.indicators[name]
        cells = [indicator.label.in_(lang)]
        cells += [book.units.names[book.units.index[here.unit]].in_(lang)] if several else []
        cells.append(book.measure_label(indicator.shown).in_(lang))
        row = speaker.facts.row(here, name)
        cells += [_cell(speaker, row, column) for column in section.columns]
        lines.append(Line(tuple(cells)))
    return Table(tuple(titles), tuple(lines), _caption(section, speaker, at))


def _miss(row: Row) -> float:
    """How far the landing is off, as a share of the target."""
    target, landing = row.numbers["target"], row.numbers["landing"]
    if target is None or landing is None or target == 0:
        return 0.0
    return abs(target - landing) / abs(target)


def _title(speaker: Speaker, column: str) -> str:
    metric = speaker.facts.rulebook.metrics.get(METRIC_COLUMNS.get(column, column))
    return (metric.label if metric else say(f"writing.{column}")).in_(speaker.lang)


def _cell(speaker: Speaker, row: Row, column: str) -> str:
    """A cell of the gap table; the measure is in a column of its own."""
    lang, book = speaker.lang, speaker.facts.rulebook
    indicator = book.indicators[row.indicator]
    unknown = say("writing.unknown").in_(lang)
    if column == "status":
        return say(f"status.{row.status}").in_(lang)
    if column == "achieved_on":
        return unknown if row.achieved_on is None else format_date(row.achieved_on, lang)
    metric = book.metrics.get(METRIC_COLUMNS.get(column, column))
    if column in row.not_applicable or (metric and row.indicator not in metric.indicators):
        return say("writing.not_applicable").in_(lang)
    value = {**row.numbers, **row.metrics}[_BY_METRIC.get(column, column)]
    if value is None:
        return unknown
    if column == "year_progress":
        return f"{format_number(value * 100, 2, lang)}%"
    form = metric_form(book, metric, indicator) if metric else role_form(indicator)
    text = number_text(book, value, form, lang, trim=form.decimals == EXACT)
    if form.measure.scale != indicator.shown.scale:
        return text
    # the measure's column says the rest; a percentage keeps its sign
    return text.removesuffix(" " + book.measure_label(form.measure).in_(lang))


def _unknown(section: Section, speaker: Speaker, at: At) -> Block:
    """What is unknown, by indicator, each cause once."""
    book, lang = speaker.facts.rulebook, speaker.lang
    told: dict[tuple[str, str], list[Message]] = {}
    for here, name in instances(speaker.facts, section.each, at):
        if name is not None:
            row = speaker.facts.row(here, name)
            causes = [cause for found in row.unknown.values() for cause in found]
            told.setdefault((name, here.unit), []).extend(causes)
    texts = []
    for (name, unit), causes in told.items():
        words = list(dict.fromkeys(cause.prose_in(lang) for cause in causes))
        if words:
            who = book.indicators[name].label.in_(lang)
            if unit != at.unit:
                who += f" ({book.units.names[book.units.index[unit]].in_(lang)})"
            texts.append(f"{who}: {'; '.join(words)}.")
    return Items(tuple(texts)) if texts else Paragraph(say("writing.none").in_(lang))


def _quotas(section: Section, speaker: Speaker, at: At) -> Block:
    """A plan's quotas by unit, with totals; by period too if the section says so."""
    lang, book, planned = speaker.lang, speaker.facts.rulebook, speaker.facts.quotas
    if planned is None or not planned.values:
        why = planned.why if planned is not None and planned.why else (say("writing.no_plan.cause"),)
        speaker.facts.lacking(say("writing.quotas"), list(why), section.place)
        if planned is None or not planned.why:
            return Paragraph(say("writing.no_plan").in_(lang))
        return Paragraph(say("writing.no_plan_because", why=joined(planned.why, "; ")).prose_in(lang))
    quotas = list(book.allocations[planned.allocation].quotas.values())
    titles = [Column(say("writing.unit").in_(lang))]
    for quota in quotas:
        indicator = book.indicators[quota.indicator]
        label = indicator.label.in_(lang)
        measure = book.measure_label(indicator.measure.base()).in_(lang)
        if section.periods:
            titles += [Column(period_words(period).in_(lang), label, True) for period in planned.periods]
            titles.append(Column(say("writing.total").in_(lang), label, True))
        else:
            titles.append(Column(f"{label} ({measure})", is_number=True))
    lines = []
    for unit in planned.units:
        cells = [book.units.names[book.units.index[unit]].in_(lang)]
        for quota in quotas:
            parts = [planned.cells[quota.id, unit, p] for p in planned.periods] if section.periods else []
            numbers = [*parts, planned.values[quota.id, unit]]
            cells += [format_number(number, 0, lang) for number in numbers]
        lines.append(Line(tuple(cells)))
    total = [say("writing.total").in_(lang)]
    for quota in quotas:
        sums = [
            sum(planned.cells[quota.id, unit, period] for unit in planned.units)
            for period in (planned.periods if section.periods else ())
        ]
        total += [format_number(number, 0, lang) for number in (*sums, planned.totals[quota.id])]
    lines.append(Line(tuple(total), is_total=True))
    return Table(tuple(titles), tuple(lines), _caption(section, speaker, at))
