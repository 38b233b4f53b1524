"""A plan for people: units × quotas with totals, periods, what binds, what is assumed (§10, §14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from api import labels
from api.tables import Entry, Table, amount, bullets, decimals_of, measure_words, significant, words
from engine.measures import BUILT_IN, PERCENT, Measure
from engine.numbers import Lang, format_date, format_number, round_half_up
from engine.words import Message, say
from scenarios.plan import Plan
from scenarios.standing import RuleResult, Tightest


def plan_sheets(plan: Plan, lang: Lang) -> list[Table]:
    """The plan; without one why there is none, and the best plan under the least relaxation (§13)."""
    if plan.relaxed is None:
        return [plan_sheet(plan, lang)]
    relaxed = plan_sheet(plan.relaxed, lang)
    return [plan_sheet(plan, lang), replace(relaxed, title=f"{labels.RELAXED.in_(lang)}: {relaxed.title}")]


def plan_sheet(plan: Plan, lang: Lang) -> Table:
    """Units × quotas with totals; without a plan why there is none."""
    problem = plan.problem
    rulebook = problem.rulebook
    quotas = [asked.quota.id for asked in problem.quotas]
    titles = [labels.COLUMNS["unit"].in_(lang), *(quota_title(plan, quota, lang) for quota in quotas)]
    values = {(share.quota, share.unit): share.value for share in plan.shares}
    rows: list[list[Entry]] = []
    if plan.shares:
        for unit, at in zip(problem.unit_ids, problem.units, strict=True):
            name = rulebook.units.names[at].in_(lang)
            rows.append([words(name), *(_whole(values[quota, unit], lang) for quota in quotas)])
        count = len(problem.unit_ids)
        totals = [_whole(plan.totals[quota], lang, above=count) for quota in quotas]
        rows.append([words(labels.COLUMNS["total"].in_(lang)), *totals])
    return Table(
        plan_title(plan, lang),
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
            across = _whole(sum(values), lang, left=len(periods))
            rows.append([words(name), *(_whole(value, lang) for value in values), across])
        columns = [sum(cells[quota, unit, period] for unit in problem.unit_ids) for period in periods]
        down = [_whole(value, lang, above=len(rows)) for value in [*columns, sum(columns)]]
        rows.append([words(total), *down])
        titles = [labels.COLUMNS["unit"].in_(lang), *(period_words(p, lang) for p in periods), total]
        numeric = [False, *([True] * (len(periods) + 1))]
        tables.append(Table(quota_title(plan, quota, lang), titles, rows, numeric, total_row=True))
    return tables


def month_sheet(plan: Plan, lang: Lang) -> Table:
    """Units × periods of every quota in one table, each row with its quota."""
    tables = period_sheets(plan, lang)
    rows = [[words(table.title), *row] for table in tables for row in table.rows]
    titles = [labels.COLUMNS["quota"].in_(lang), *tables[0].columns]
    return Table(plan_title(plan, lang), titles, rows, [False, *tables[0].numeric])


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


def conflict_sheet(plan: Plan, lang: Lang) -> Table:
    """Why there is no plan."""
    rows = [
        [
            words(conflict.words.in_(lang)),
            words(", ".join(conflict.members)),
            words("; ".join(one.words.in_(lang) for one in conflict.relax)),
        ]
        for conflict in plan.conflicts
    ]
    titles = [labels.COLUMNS[key].in_(lang) for key in ("conflict", "members", "relax")]
    return Table(plan_title(plan, lang), titles, rows, [False, False, False])


def fact_sheet(plan: Plan, lang: Lang) -> Table:
    """What was asked and how good the answer is."""
    allocation = plan.problem.allocation
    start = f"{format_date(allocation.as_of, lang)} ({labels.BASIS[allocation.basis].in_(lang)})"
    facts = {
        "allocation": words(f"{allocation.title.in_(lang)} ({allocation.id})"),
        "plan_status": words(labels.PLAN_STATUS[plan.status].in_(lang)),
        "dates": words(f"{format_date(allocation.starts, lang)} – {format_date(allocation.ends, lang)}"),
        "starting_point": words(start),
        "fairness": words(labels.FAIRNESS[allocation.fairness].in_(lang)),
    }
    if plan.objective is not None:
        facts["objective"] = significant(plan.objective, lang)
    if plan.bound_gap is not None:
        facts["bound_gap"] = amount(plan.bound_gap, PERCENT, 4, lang)
    rows = [[words(labels.FACTS[key].in_(lang)), entry] for key, entry in facts.items()]
    for quota, total in plan.totals.items():
        said = f"{labels.FACTS['total'].in_(lang)}: {quota_title(plan, quota, lang)}"
        rows.append([words(said), _whole(total, lang)])
    titles = [labels.COLUMNS[key].in_(lang) for key in ("fact", "value")]
    return Table(plan_title(plan, lang), titles, rows, [False, False], _assumed(plan, lang)[:-1])


def rule_sheet(plan: Plan, lang: Lang) -> Table:
    """How the rules stand, each where it is tightest."""
    keys = ("rule", "at", "left", "right", "slack", "measure", "instances", "binding")
    rows = []
    for rule in plan.rules:
        label = words(plan.problem.allocation.rules[rule.name].label.in_(lang))
        cells = [words("")] * 5
        if rule.tightest is not None:
            cells = [words(_at(plan, rule.tightest, lang)), *_sides(plan, rule, rule.tightest, lang)]
        rows.append([label, *cells, _whole(rule.instances, lang), _whole(rule.binding, lang)])
    titles = [labels.COLUMNS[key].in_(lang) for key in keys]
    numeric = [key in ("left", "right", "slack", "instances", "binding") for key in keys]
    return Table(labels.RULE_NOTES.in_(lang), titles, rows, numeric)


def why_sheet(plan: Plan, lang: Lang) -> Table:
    """Each quota with its waterfall, its bounds and what binds it (§14)."""
    problem = plan.problem
    names = dict(zip(problem.unit_ids, (problem.rulebook.units.names[u] for u in problem.units), strict=True))
    names_of_steps = steps_of(plan)
    rows = []
    for share in plan.shares:
        steps = [words(labels.UNKNOWN.in_(lang)) for _ in names_of_steps]
        if share.waterfall:
            steps = [
                Entry(float(step.change), format_number(step.change, 6, lang), 6) for step in share.waterfall
            ]
        bounds = [
            words("") if bound is None else Entry(bound, format_number(round_half_up(bound, 2), 2, lang), 2)
            for bound in (share.at_least, share.at_most)
        ]
        binding = [_binding(plan, name, lang) for name in share.binding]
        rows.append(
            [
                words(quota_title(plan, share.quota, lang)),
                words(names[share.unit].in_(lang)),
                *steps,
                _whole(share.value, lang, left=len(steps) if share.waterfall else 0),
                *bounds,
                words(", ".join(binding)),
            ]
        )
    keys = ("quota", "unit", "total", "at_least", "at_most", "binding")
    quota, unit, *others = (labels.COLUMNS[key].in_(lang) for key in keys)
    titles = [quota, unit, *(labels.STEPS[step].in_(lang) for step in names_of_steps), *others]
    numeric = [False, False, *[True] * (len(titles) - 3), False]
    missing = not all(share.waterfall for share in plan.shares)
    notes = [say("no_waterfall").in_(lang)] if missing else []
    return Table(say("waterfall").in_(lang), titles, rows, numeric, notes)


def steps_of(plan: Plan) -> tuple[str, ...]:
    """The names of the steps of a plan's waterfalls."""
    from scenarios.waterfall import STAYING_STEPS, STEPS

    if not plan.shares:
        return ()
    return STEPS if plan.problem.stay is None else STAYING_STEPS


def _binding(plan: Plan, name: str, lang: Lang) -> str:
    rules = plan.problem.allocation.rules
    return rules[name].label.in_(lang) if name in rules else labels.BOUNDS[name].in_(lang)


def plan_notes(plan: Plan, lang: Lang) -> list[str]:
    """Why there is no plan, how the rules stand, and what the numbers rest on."""
    conflicts = [conflict.words.in_(lang) for conflict in plan.conflicts]
    notes = bullets(labels.CONFLICT_NOTES, conflicts, lang)
    loosened = [one.words.in_(lang) for conflict in plan.conflicts for one in conflict.relax]
    notes += bullets(labels.RELAX_NOTES if plan.least else labels.RELAX_NOTES_UNPROVEN, loosened, lang)
    notes += bullets(labels.RULE_NOTES, [_rule_words(plan, rule, lang) for rule in plan.rules], lang)
    notes += _assumed(plan, lang)
    return notes[:-1]


def _assumed(plan: Plan, lang: Lang) -> list[str]:
    return bullets(labels.ASSUMED_NOTES, [found.message.in_(lang) for found in plan.problem.assumed], lang)


def _rule_words(plan: Plan, rule: RuleResult, lang: Lang) -> str:
    label = plan.problem.allocation.rules[rule.name].label.in_(lang)
    if rule.tightest is None:
        return f"{label}: {say('rule_nowhere').in_(lang)}"
    left, right, slack, measure = (entry.text for entry in _sides(plan, rule, rule.tightest, lang))
    at = _at(plan, rule.tightest, lang)
    state = labels.BINDING.in_(lang) if rule.binding else f"{labels.SLACK.in_(lang)} {slack} {measure}"
    return f"{label}{f' ({at})' if at else ''}: {left} / {right} {measure}, {state}"


def _sides(plan: Plan, rule: RuleResult, tightest: Tightest, lang: Lang) -> list[Entry]:
    """Left side, right side and slack of a rule where it is tightest, and their measure."""
    shown = _readable(rule.measure, max(abs(tightest.left), abs(tightest.right)))
    values = (tightest.left, tightest.right, tightest.slack)
    whole = all(value == int(value) for value in values)
    decimals = decimals_of(shown, None, None) if whole else 2
    numbers = [amount(value, shown, decimals, lang) for value in values]
    return [*numbers, words(measure_words(plan.problem.rulebook, shown, lang))]


def _at(plan: Plan, tightest: Tightest, lang: Lang) -> str:
    return place_of(plan, tightest.at, lang)


def place_of(plan: Plan, at: Mapping[str, str], lang: Lang) -> str:
    """A place in words: the names of its unit, group and period."""
    rulebook = plan.problem.rulebook
    said = []
    for index, value in at.items():
        if index == "unit":
            said.append(rulebook.units.names[rulebook.units.index[value]].in_(lang))
        elif index == "period":
            said.append(period_words(value, lang))
        else:
            grouping = rulebook.groupings[index]
            said.append(grouping.names[grouping.groups.index(value)].in_(lang))
    return ", ".join(said)


def _readable(measure: Measure, size: float) -> Measure:
    """Money in the scale that keeps the number short."""
    if not measure.is_money:
        return measure
    if size >= 1e9:
        return BUILT_IN["billion VND"]
    return BUILT_IN["million VND"] if size >= 1e6 else measure


def quota_title(plan: Plan, quota: str, lang: Lang) -> str:
    """A quota in words, with what it counts."""
    rulebook = plan.problem.rulebook
    indicator = rulebook.indicators[plan.problem.asked(quota).quota.indicator]
    label = indicator.label if quota == indicator.id else Message(quota, quota)
    return f"{label.in_(lang)} ({measure_words(rulebook, indicator.measure.base(), lang)})"


def _whole(value: int, lang: Lang, above: int = 0, left: int = 0) -> Entry:
    return Entry(value, format_number(value, 0, lang), above=above, left=left)
