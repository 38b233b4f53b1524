"""Tables of a report: percentages recomputed by columns, totals added up, downwards and across."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations

from engine.report import written
from engine.report.cells import PROPORTIONS, TOTAL, Cell, Table, tables
from engine.report.findings import Finding
from engine.report.items import Figure, Sentence
from engine.report.ratios import Ratios, found_at
from engine.report.reading import Report
from engine.report.reckoned import computed_of, stated_of
from engine.report.said import DOWN, REACH, UP, Claim
from engine.report.scales import PERCENT, Unit
from engine.report.verdicts import WRONG, judge, slip_of
from engine.words import joined, say

_PART = re.compile(r"[-+•]")
_TRIED, _NEAR = 40, 8
"""Rows and columns to the left that are looked at to tell what a column of percentages is of."""
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a column of percentages is made of two others: which, how, and what the base is called."""

    part: int
    base: int
    relation: str
    kind: str


def grids(report: Report, ratios: Ratios) -> Iterator[Finding]:
    """Findings in the tables of a report, table by table."""
    for table in tables(report):
        recipes = {
            at: recipe
            for at, kind in enumerate(table.columns)
            if kind in PROPORTIONS and (recipe := _recipe(table, at))
        }
        for row in table.body:
            for at, recipe in recipes.items():
                claim = _claim(row, at, recipe)
                if claim is not None:
                    yield _judged(ratios, claim)
        yield from _across(report, table)
        if not table.mixed:
            yield from _downwards(report, table)


def _recipe(table: Table, at: int) -> Recipe | None:
    """What a column of percentages is of: by its header, unless the rows tell otherwise."""
    told = _by_header(table, at)
    tried = table.body[:_TRIED]
    if told is not None and (_agree(tried, at, told) or len(tried) < 2):
        return told
    numbers = [c for c in range(max(0, at - _NEAR), at) if table.columns[c] not in {*PROPORTIONS, "number"}]
    kind = "total" if table.columns[at] == "percent" else "same"
    relations = (UP, REACH) if table.columns[at] == "change" else (REACH, UP)
    found = [
        (agreeing, recipe)
        for part, base in permutations(numbers, 2)
        for relation in relations
        if (agreeing := _agree(tried, at, recipe := Recipe(part, base, relation, kind))) >= 2
    ]
    best = max((agreeing for agreeing, _ in found), default=0)
    likely = [recipe for agreeing, recipe in found if agreeing == best]
    if len(likely) == 1 and 2 * best > sum(_claim(row, at, likely[0]) is not None for row in tried):
        return likely[0]
    return told if told is not None and len(tried) <= 2 else None


def _by_header(table: Table, at: int) -> Recipe | None:
    columns = table.columns
    kind = "plan" if columns[at] == "percent" else "same"
    part = _nearest(columns, at, "done")
    if part is None:
        counted = {c for row in table.body[:_TRIED] for c, cell in enumerate(row) if cell.figure is not None}
        unnamed = [c for c in range(1, at) if columns[c] == "" and c in counted]
        part = unnamed[0] if len(unnamed) == 1 else None
    base = _nearest(columns, at, kind)
    if base is None:
        base = next((c for c, what in enumerate(columns) if what == kind), None)
    relation = UP if columns[at] == "change" else REACH
    return None if part is None or base is None else Recipe(part, base, relation, kind)


def _nearest(columns: Sequence[str], at: int, kind: str) -> int | None:
    return next((c for c in range(at - 1, -1, -1) if columns[c] == kind), None)


def _agree(rows: Sequence[Row], at: int, recipe: Recipe) -> int:
    """The rows in which the recipe gives what is stated."""
    claims = (_claim(row, at, recipe) for row in rows)
    return sum(claim is not None and _verdict(claim) != WRONG for claim in claims)


def _claim(row: Row, at: int, recipe: Recipe) -> Claim | None:
    if max(at, recipe.part, recipe.base) >= len(row):
        return None
    cell, part, base = row[at], row[recipe.part].figure, row[recipe.base].figure
    if cell.figure is None or part is None or base is None or base.value <= 0:
        return None
    value = abs(cell.figure.numeral.value) * (-1 if cell.figure.value < 0 else 1)
    figure = replace(cell.figure, unit=Unit(PERCENT, 1, ""), value=value)
    sentence = Sentence([], 0, False, False, cell.start, cell.end)
    return Claim(figure, sentence, 0, recipe.relation, recipe.kind, part, base, said=True)


def _verdict(claim: Claim) -> str:
    """The better one of what a column of the same period may hold: a ratio or a change."""
    return min(
        (judge(stated_of(one.figure), _computed(one)) for one in _readings(claim)),
        key=lambda verdict: verdict == WRONG,
    )


def _computed(claim: Claim) -> Fraction:
    if claim.part is None or claim.base is None:
        raise ValueError("a row's claim has both figures")
    return computed_of(claim, claim.part.value, claim.base.value)


def _readings(claim: Claim) -> list[Claim]:
    if claim.kind != "same":
        return [claim]
    others = [relation for relation in (UP, DOWN, REACH) if relation != claim.relation]
    return [claim, *(replace(claim, relation=relation) for relation in others)]


def _judged(ratios: Ratios, claim: Claim) -> Finding:
    findings = [ratios.judged(one) for one in _readings(claim)]
    return next((finding for finding in findings if finding.verdict != WRONG), findings[0])


def _across(report: Report, table: Table) -> Iterator[Finding]:
    """Columns called a total that are the sum of all others to one side, in as many rows as not or more."""
    amounts = [at for at, kind in enumerate(table.columns) if at and kind not in {*PROPORTIONS, "measure"}]
    for at in amounts:
        if table.columns[at] != "total":
            continue
        sides = ([c for c in amounts if c < at], [c for c in amounts if c > at])
        best: list[tuple[Figure, list[Figure]]] = []
        for side in sides:
            rows = [row for row in table.body if at < len(row) and row[at].figure is not None]
            sums = [(row[at].figure, [row[c].figure for c in side if c < len(row)]) for row in rows]
            whole = [(total, [one for one in parts if one]) for total, parts in sums if total and all(parts)]
            whole = [(total, parts) for total, parts in whole if len(parts) == len(side) >= 2]
            right = sum(total.value == sum(part.value for part in parts) for total, parts in whole)
            best = whole if right and 2 * right >= len(whole) else best
        for total, parts in best:
            yield _sum(report, total, parts)


def _downwards(report: Report, table: Table) -> Iterator[Finding]:
    """The columns of a table whose first or last row is a total; where there are more, each is one of the
    rows between it and the next.
    """
    body, columns = table.body, table.columns
    if len(body) < 3:
        return
    totals = [at for at, row in enumerate(body) if any(TOTAL.fullmatch(cell.text) for cell in row[:3])]
    heads = totals[:1] == [0]
    if not heads and totals[-1:] != [len(body) - 1]:
        return
    for place, own in enumerate(totals):
        if heads:
            end = totals[place + 1] if place + 1 < len(totals) else len(body)
            block, others = body[own + 1 : end], [body[at] for at in totals[place + 1 :]]
        else:
            first = totals[place - 1] + 1 if place else 0
            block, others = body[first:own], [body[at] for at in totals[:place]]
        every = [row for at, row in enumerate(body) if at not in totals]
        last = place == (0 if heads else len(totals) - 1)
        readings = [block, others, every] if last and others else [block]
        for at, cell in enumerate(body[own]):
            skipped = at < len(columns) and columns[at] in PROPORTIONS
            if cell.figure is None or skipped or cell.figure.unit.kind == PERCENT:
                continue
            sums = [figures for rows in readings if (figures := _parts(rows, at))]
            right = [one for one in sums if sum(part.value for part in one) == cell.figure.value]
            if sums:
                yield _sum(report, cell.figure, (right or sums)[0])


def _parts(rows: list[list[Cell]], at: int) -> list[Figure] | None:
    """The figures of a column that a total adds up, None where they aren't all there."""
    rows = [row for row in rows if not any(_PART.match(cell.text) for cell in row[:2])]
    figures = [figure for row in rows if at < len(row) and (figure := row[at].figure) is not None]
    whole = len(figures) == len(rows) >= 2 and not any(one.unit.kind == PERCENT for one in figures)
    return figures if whole else None


def _sum(report: Report, whole: Figure, parts: list[Figure]) -> Finding:
    total = sum((part.value for part in parts), Fraction(0))
    shown = [written.amount(part) for part in parts[:12]] + (["…"] if len(parts) > 12 else [])
    computed = written.plain(total, whole.unit.kind, whole.unit.scale)
    if total == whole.value:
        note = say("report.sum", parts=joined(shown, " + "), computed=computed)
        return found_at(report, whole, "sum", "right", note, total)
    slip = slip_of(stated_of(whole), total / whole.unit.scale)
    words = {"computed": computed, "stated": written.amount(whole)}
    key = "report.sum_wrong_slip" if slip else "report.sum_wrong"
    more = {"slip": say(f"report.slip.{slip}")} if slip else {}
    return found_at(report, whole, "sum", "wrong", say(key, **words, **more), total, slip)
