"""A plan for people: units × quotas with totals, periods, what binds, what is assumed (§10, §14)."""

from __future__ import annotations

from api import labels
from api.tables import Entry, Table, amount, bullets, decimals_of, measure_words, words
from engine.measures import Measure
from engine.numbers import Lang, format_number, round_half_up
from engine.words import Message
from scenarios.plan import Plan, RuleResult


def plan_sheet(plan: Plan, lang: Lang) -> Table:
    """Units × quotas with totals; without a plan why there is none."""
    problem = plan.problem
    rulebook = problem.rulebook
    quotas = [asked.quota.id for asked in problem.quotas]
    titles = [labels.COLUMNS["unit"].in_(lang), *(_quota_title(plan, quota, lang) for quota in quotas)]
    values = {(share.quota, share.unit): share.value for share in plan.shares}
    rows: list[list[Entry]] = []
    if plan.shares:
        for unit, at in zip(problem.unit_ids, problem.units, strict=True):
            name = rulebook.units.names[at].in_(lang)
            rows.append([words(name), *(_whole(values[quota, unit], lang) for quota in quotas)])
        totals = [_whole(plan.totals[quota], lang) for quota in quotas]
        rows.append([words(labels.COLUMNS["total"].in_(lang)), *totals])
    return Table(
        f"{plan_title(plan, lang)}",
        titles,
        rows,
        [False, *([True] * len(quotas))],
        plan_notes(plan, lang),
        total_row=True,
    )


def plan_title(plan: Plan, lang: Lang) -> str:
    """The allocation's title and how good the plan is."""
    status = labels.PLAN_STATUS[plan.status].in_(lang)
    if plan.status == "feasible" and plan.bound_gap is not None:
        gap = format_number(round_half_up(plan.bound_gap * 100, 2), 2, lang)
        status += f"; {labels.UNPROVEN.in_(lang)} {gap}%"
    return f"{plan.problem.allocation.title.in_(lang)} ({status})"


def period_sheets(plan: Plan, lang: Lang) -> list[Table]:
    """For each quota units × periods with totals both ways."""
    problem = plan.problem
    cells = {(cell.quota, cell.unit, cell.period): cell.value for cell in plan.cells}
    periods = [period.name for period in problem.periods]
    total = labels.COLUMNS["total"].in_(lang)
    tables = []
    for asked in problem.quotas if plan.cells else ():
        quota = asked.quota.id
        rows = []
        for unit, at in zip(problem.unit_ids, problem.units, strict=True):
            values = [cells[quota, unit, period] for period in periods]
            name = problem.rulebook.units.names[at].in_(lang)
            rows.append([words(name), *(_whole(v, lang) for v in [*values, sum(values)])])
        columns = [sum(cells[quota, unit, period] for unit in problem.unit_ids) for period in periods]
        rows.append([words(total), *(_whole(v, lang) for v in [*columns, sum(columns)])])
        titles = [labels.COLUMNS["unit"].in_(lang), *(period_words(p, lang) for p in periods), total]
        numeric = [False, *([True] * (len(periods) + 1))]
        tables.append(Table(_quota_title(plan, quota, lang), titles, rows, numeric, total_row=True))
    return tables


def period_words(name: str, lang: Lang) -> str:
    """A period as people write it: 7/2023, quý III/2023, 6 tháng cuối năm 2023."""
    year, _, part = name.partition("-")
    if not part or ".." in name:
        return name
    if part[0] == "Q":
        return (
            f"quý {('I', 'II', 'III', 'IV')[int(part[1]) - 1]}/{year}"
            if lang == "vi"
            else f"Q{part[1]} {year}"
        )
    if part[0] == "H":
        half = "đầu" if part[1] == "1" else "cuối"
        return f"6 tháng {half} năm {year}" if lang == "vi" else f"H{part[1]} {year}"
    return f"{int(part)}/{year}" if lang == "vi" else name


def plan_notes(plan: Plan, lang: Lang) -> list[str]:
    """Why there is no plan, how the rules stand, and what the numbers rest on."""
    conflicts = [conflict.words.in_(lang) for conflict in plan.conflicts]
    notes = bullets(labels.CONFLICT_NOTES, conflicts, lang)
    notes += bullets(labels.RULE_NOTES, [_rule_words(plan, rule, lang) for rule in plan.rules], lang)
    notes += bullets(labels.ASSUMED_NOTES, [m.in_(lang) for m in plan.problem.assumed], lang)
    return notes[:-1]


def _rule_words(plan: Plan, rule: RuleResult, lang: Lang) -> str:
    label = plan.problem.allocation.rules[rule.name].label.in_(lang)
    if rule.tightest is None:
        return label
    shown = _readable(rule.measure, max(abs(rule.tightest.left), abs(rule.tightest.right)))
    measure = measure_words(plan.problem.rulebook, shown, lang)
    left, right, slack = (
        amount(value, shown, decimals_of(shown, None, None), lang).text
        for value in (rule.tightest.left, rule.tightest.right, rule.tightest.slack)
    )
    at = ", ".join(rule.tightest.at.values())
    state = labels.BINDING.in_(lang) if rule.binding else f"{labels.SLACK.in_(lang)} {slack} {measure}"
    return f"{label}{f' ({at})' if at else ''}: {left} / {right} {measure}, {state}"


def _readable(measure: Measure, size: float) -> Measure:
    """Money in the scale that keeps the number short."""
    from engine.measures import BUILT_IN

    if not measure.is_money:
        return measure
    if size >= 1e9:
        return BUILT_IN["billion VND"]
    return BUILT_IN["million VND"] if size >= 1e6 else measure


def _quota_title(plan: Plan, quota: str, lang: Lang) -> str:
    rulebook = plan.problem.rulebook
    indicator = rulebook.indicators[plan.problem.asked(quota).quota.indicator]
    label = indicator.label if quota == indicator.id else Message(quota, quota)
    return f"{label.in_(lang)} ({measure_words(rulebook, indicator.measure.base(), lang)})"


def _whole(value: int, lang: Lang) -> Entry:
    return Entry(value, format_number(value, 0, lang))
