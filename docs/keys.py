"""What each key, column and name of a rulebook is for: the words of docs/reference.md.

Types, defaults and what must be given are read off the code; a key without words here fails the tests, and
so do words without a key.
"""

from __future__ import annotations

from collections.abc import Mapping

KEYS: Mapping[str, Mapping[str, str]] = {
    "Rulebook": {
        "rulebook": "The rulebook's name.",
        "title": "What stands above its tables.",
        "year": "The year of its targets.",
        "root": "The unit that the year's targets belong to.",
        "stale_after": "Days after which a figure is flagged `stale`.",
        "include": "Other files with sections, relative to this one, inside the rules root. "
        "The standard metrics are always there and need no line.",
        "sources": "Where figures come from: `NAME: {title: …}`.",
        "measures": "Counts of the rulebook's own beside the built-in measures.",
        "attributes": "Columns of `units.csv` that formulas use, such as population.",
        "groupings": "Units that share something, such as a school.",
        "parameters": "Single figures that formulas use by name.",
        "tables": "Figures by unit, period or group, which bounds and rules use by name.",
        "data": "The CSV files.",
        "indicators": "What is tracked.",
        "metrics": "Figures derived by formulas, beside the standard ones.",
        "checks": "Conditions that figures must meet.",
        "allocations": "How what is left is shared out.",
        "scenarios": 'Changes to the rulebook, to ask "what if".',
        "cases": "Tests of the rulebook.",
        "reports": "Reports that `chitieu report` writes.",
        "actions": "What is done so that targets are met.",
        "office": "What the office puts on its documents; what isn't said stays dots in them.",
    },
    "Office": {
        "parent": "The body above, written as in a sentence; the head shows it in capitals.",
        "body": "The body that issues, written likewise; the annexes name it in a sentence.",
        "symbol": "Its letters behind the number of a document, such as `SLĐTBXH`.",
        "place": "Where documents are issued.",
        "authority": "Who decides, above the bases of a decision.",
        "bases": "The bases of a decision (`Căn cứ …;`), one a line.",
        "signs_for": "What stands above the signer's title, such as `TM. ỦY BAN NHÂN DÂN`.",
        "signer_title": "The title of who signs.",
        "signer": "Who signs.",
        "recipients": "The lines below `Nơi nhận`.",
    },
    "Source": {"title": "The source as a reader would look for it."},
    "MeasureDef": {
        "kind": "`count`: figures in it are whole.",
        "label": "What tables call it; its name if missing.",
    },
    "Attribute": {
        "measure": "What the column is measured in.",
        "label": "What tables call it; its name if missing.",
        "status": "How well its figures are known.",
        "source": "A name from `sources`.",
        "aggregate": "What a unit without a value takes from those below it: `sum`, `weighted by NAME` "
        "(an attribute) or `none`.",
    },
    "Grouping": {
        "column": "The column of `units.csv` that says the group of each unit; an empty cell: in none. "
        "The grouping's name if missing.",
        "label": "What tables call it; its name if missing.",
        "table": "A CSV file with the groups, relative to this file; without it they are those that "
        "`units.csv` names.",
        "attributes": "Columns of that table, which rules use by name.",
    },
    "GroupAttribute": {
        "measure": "What the column is measured in.",
        "label": "What tables call it; its name if missing.",
        "status": "How well its figures are known.",
        "source": "A name from `sources`.",
    },
    "FigureTable": {
        "file": "The CSV file, relative to this file.",
        "by": "What its figures are by: `unit`, `period`, a grouping, or several of these.",
        "measure": "What its figures are measured in.",
    },
    "Parameter": {
        "value": "The figure, in `measure`.",
        "measure": "What it is measured in.",
        "label": "What tables call it; its name if missing.",
        "status": "How well it is known. A plan lists what it uses that is `assumed` or `estimated`.",
        "source": "A name from `sources`.",
    },
    "DataFiles": {
        "units": "The units' file, relative to the YAML file that names it.",
        "targets": "The targets' file.",
        "observations": "The observations' file.",
    },
    "Indicator": {
        "label": "What tables call it; its name if missing.",
        "measure": "What its figures are measured in.",
        "show_in": "What tables show it in, such as `billion VND` for an amount kept in VND.",
        "kind": "`flow`: adds up from 1 January; `level`: a state on a day.",
        "direction": "Which way is good; `hold` for what must not fall below its target.",
        "part_of": "The indicator that this one is a part of; it is shown below it.",
        "aggregate": "What a unit without a figure takes from those below it: `sum`, `weighted by NAME` "
        "(an attribute) or `none`. A flow is summed if nothing is said, a level isn't.",
        "curve": "The share of the year's target expected by a day, as `MM-DD: share`, rising, linear "
        "between; without it, the share of the year that has passed.",
        "decimals": "Decimals in tables.",
    },
    "Metric": {
        "label": "The column's title; its name if missing.",
        "for": "Which indicators it is for; all if missing.",
        "formula": "How it is worked out, or `{flow: …, level: …}` where the two differ.",
        "show_in": "What tables show it in; a ratio shown in `percent` is a rate from then on.",
        "decimals": "Decimals in tables.",
    },
    "MetricFor": {
        "kind": "Only flows, or only levels.",
        "direction": "Only indicators of this direction.",
        "indicator": "Only these, a name or a list.",
    },
    "Check": {
        "require": "The condition, at the root and every unit with figures, on the latest actual's date.",
        "severity": "Whether `chitieu check` ends with 1 where it fails.",
        "label": "What messages call it; its name if missing.",
    },
    "Allocation": {
        "title": "What stands above the plan.",
        "from": "The first day, the first of a month.",
        "to": "The last day, the last of a month of the same year.",
        "every": "The length of a period; `once` is one period.",
        "among": "The level whose units receive quotas.",
        "root": "The unit whose totals are shared out; the rulebook's if missing.",
        "year": "The year of the periods; the rulebook's if missing.",
        "starting_point": "When and how figures are taken.",
        "quotas": "What is shared out, each named after its indicator, or with `indicator`.",
        "rules": "Linear conditions on the quotas.",
        "fairness": "The method that says which plan is the fairest.",
        "hold": "Quotas that are fixed: `UNIT: {QUOTA: amount}`, or `UNIT: {QUOTA: {PERIOD: amount}}` for "
        "single periods. An amount is a whole number, or a formula at the unit.",
        "leave_out": "Units that receive nothing, and whose needs don't count.",
        "freeze": "The last day of a period: what was reached in the periods up to then is held.",
    },
    "StartingPoint": {
        "as_of": "The date that figures are taken at.",
        "basis": "Whether estimates for that day may stand for actuals.",
    },
    "Quota": {
        "indicator": "The indicator that is shared out; the quota's name if missing.",
        "total": "How much in all, at the allocation's root; whole and not negative.",
        "need": "What each unit's fair share is in proportion to, at the receiving unit; not negative.",
        "at_least": "The floor of each unit's quota; `fair` is its fair share. A formula, or the keys of a "
        "bound.",
        "at_most": "The ceiling of each unit's quota.",
        "within": "Another quota that this one is a part of, in every unit and period.",
        "per_period": "Bounds of each unit's quota in a single period.",
        "pace": "How far each unit's quota may be from the last one.",
        "multiple_of": "Quotas in multiples of this; held ones needn't be, nor one unit that takes what is "
        "left over.",
        "profile": "How a quota spreads over the periods: the weight of each, 1 where missing; 0: nothing.",
        "weight": "How much its fairness counts beside other quotas', more than 0; 1 if missing.",
        "cost": "What one of it costs at the receiving unit; the cheapest of equally fair plans is taken.",
    },
    "Pace": {
        "from": "The last quota, at the receiving unit: a table by unit as a rule; where its cell is empty "
        "nothing is limited.",
        "up": "How much more is free, as a part of the last quota (`0.1`: a tenth); without it growth has "
        "no limit.",
        "down": "How much less is free, likewise.",
        "taper": "How much of what the fair share asks for beyond that is let through: 0 nothing, 1 all; "
        "0.5 if missing.",
        "priority": "How reluctantly it is loosened where no plan is possible; 3 if missing.",
    },
    "PerPeriod": {
        "at_least": "The floor; `fair` is the unit's fair share of all periods together.",
        "at_most": "The ceiling.",
    },
    "Bound": {
        "is": "The bound itself.",
        "priority": "How reluctantly it is loosened where no plan is possible; 3 if missing, 2 under "
        "`per_period`.",
        "only": "Where it holds, and nowhere else: names of `unit`, `level`, `period` or a grouping, one "
        "or a list each; all of them must fit.",
        "except": "Where it doesn't hold, said in the same way.",
    },
    "Rule": {
        "require": "A comparison with `<=`, `>=` or `==`, linear in the quotas.",
        "for": "What it runs over: `unit` or a grouping, `period`, or both; a condition on sums alone "
        "needs none.",
        "label": "What messages call it; its name if missing.",
        "only": "The instances it is limited to: names of `unit`, `level`, `period` or a grouping.",
        "except": "The instances it leaves out, said in the same way.",
        "priority": "How reluctantly it is loosened where no plan is possible; 5 if missing.",
    },
    "Scenario": {
        "title": "What it is about; its name if missing.",
        "allocation": "What `hold`, `leave_out` and `freeze` are about; the only allocation if missing.",
        "set": "Changes: the rulebook's own nested keys. Lists and single values replace, null takes away.",
        "hold": "Quotas added to the allocation's `hold`: `{UNIT: {QUOTA: NUMBER}}`.",
        "leave_out": "Units added to the allocation's `leave_out`.",
        "freeze": "The allocation's `freeze`.",
        "over": "Another scenario that this one stands on.",
    },
    "Case": {
        "as_of": "The date; the latest actual's if missing.",
        "basis": "Whether estimates for that day may stand for actuals.",
        "unit": "The unit; the root if missing.",
        "plan": "An allocation: then `expect` is about its plan.",
        "expect": "What is expected: `INDICATOR.COLUMN: value`, or for a plan `QUOTA: total` and "
        "`QUOTA.UNIT: quota`.",
    },
    "Report": {
        "title": "What stands above it; a text with formulas.",
        "as_of": "The date of its figures; the latest actual's if missing.",
        "basis": "Whether estimates for that day may stand for actuals; `actual` if missing.",
        "unit": "The unit it is about; the root if missing.",
        "allocation": "The allocation whose plan `quota(NAME)` and the section `quotas` are about. "
        "It is solved when a report that has these is written.",
        "sections": "Its parts, in order.",
    },
    "Section": {
        "heading": "A heading; a text with formulas.",
        "level": "1 is the highest heading.",
        "paragraph": "Sentences that are joined.",
        "items": "Sentences as a list.",
        "gaps": "Rows of the gap table.",
        "risks": "Rows of the gap table that are exceeded, behind or at risk, the worst first.",
        "unknown": "What is unknown and why, by indicator.",
        "quotas": "The plan's quotas by unit, with totals.",
        "actions": "The actions beside the gaps, and what nothing is done about.",
    },
    "Sentence": {
        "text": "What it says: text with formulas in braces.",
        "when": "A condition: the sentence is said where it holds.",
        "for": "What it is said of, once each.",
        "if_unknown": "What is said in its place where a figure is unknown; `causes()` says why.",
        "as_of": "Its own date; that of the report if missing.",
        "basis": "Its own basis; that of the report if missing.",
        "unit": "Its own unit; that of the report if missing.",
    },
    "Each": {
        "indicator": "These indicators only.",
        "kind": "Flows or levels only.",
        "direction": "Indicators of this direction only.",
        "unit": "At these units.",
        "level": "At all units of a level.",
        "status": "Where the status is one of these, in this order.",
        "flag": "Where one of these flags stands.",
    },
    "Shown": {
        "caption": "What stands above the table.",
        "for": "Which rows; all indicators at the report's unit if missing.",
        "columns": "`target`, `achieved`, `achieved_on`, `year_progress`, `status` and metrics.",
        "as_of": "Its own date; that of the report if missing.",
        "basis": "Its own basis; that of the report if missing.",
        "unit": "Its own unit; that of the report if missing.",
    },
    "Lacks": {
        "for": "What is looked through; all indicators at the report's unit if missing.",
        "as_of": "Its own date; that of the report if missing.",
        "basis": "Its own basis; that of the report if missing.",
        "unit": "Its own unit; that of the report if missing.",
    },
    "Quotas": {
        "caption": "What stands above the table.",
        "periods": "`true`: by period too.",
    },
    "Doings": {
        "caption": "What stands above the table.",
        "as_of": "Its own date; that of the report if missing.",
        "basis": "Its own basis; that of the report if missing.",
        "unit": "Its own unit; that of the report if missing.",
    },
    "Action": {
        "label": "What is done.",
        "who": "Who does it.",
        "until": "The day by which it is to be done.",
        "serves": "The indicators that it is for.",
        "state": "Where it stands.",
        "done_on": "The day it was done, with `state: done` only.",
        "unit": "The unit it is about; the whole if missing.",
        "status": "How well its date and state are known.",
        "source": "A name from `sources`.",
    },
}

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "units.csv": {
        "unit": "The unit's name, an identifier.",
        "parent": "The unit above it; empty at the top.",
        "level": "What kind of unit it is, such as `province` or `district`: any word.",
        "name_vi": "Its name in Vietnamese tables.",
        "name_en": "Its name in English tables.",
        "code": "An official code, kept as it is written.",
        "valid_from": "The first day it exists; empty: always has.",
        "valid_to": "The last day it exists; empty: still does.",
    },
    "targets.csv": {
        "indicator": "The indicator.",
        "unit": "The unit.",
        "year": "The year.",
        "kind": "`reach`, `at_most`, `maintain` or `change_by`.",
        "value": "The level to reach, or the change; empty: unknown.",
        "measure": "What the value is in; the indicator's if empty. A `change_by` of a rate is in "
        "`percentage point`.",
        "source": "A name from `sources`.",
        "status": "How well it is known: published, reported, estimated or assumed.",
    },
    "observations.csv": {
        "indicator": "The indicator.",
        "unit": "The unit.",
        "as_of": "The figure's own date. A flow counts from 1 January to it, that day included.",
        "basis": "`actual` or `estimate`.",
        "value": "The figure; empty: unknown.",
        "measure": "What the value is in; the indicator's if empty.",
        "source": "A name from `sources`.",
        "status": "How well it is known; an empty cell stays unknown.",
    },
}

FILES: Mapping[str, Mapping[str, str]] = {
    "groups": {
        "the grouping's name": "The group, as `units.csv` names it.",
        "`name_vi`": "Its name in Vietnamese tables.",
        "`name_en`": "Its name in English tables.",
        "an attribute's name": "Its figure; empty: unknown.",
    },
    "figures": {
        "`unit`": "The unit, where the table is by it.",
        "`period`": "The period, written as the allocations' `every` has it: `2023-07`, `2023-Q3`, "
        "`2023-H2` or `2023`.",
        "a grouping's name": "The group.",
        "`value`": "The figure; empty, as where there is no row: no bound.",
    },
}

ROLES: Mapping[str, str] = {
    "target": "The year's target as a level to reach; a `change_by` is added to the baseline.",
    "achieved": "Under basis `actual` the same as `actual`; under `estimate` an actual dated exactly the "
    "date asked for, else the estimate for it.",
    "actual": "The latest actual of the year up to the date asked for.",
    "estimate": "The estimate made for exactly the date asked for.",
    "baseline": "The last actual of the year before.",
}

CALENDAR: Mapping[str, str] = {
    "year_progress": "The share of the year that has passed, the day included.",
    "expected_share": "The share of the year's target expected by the day: on the indicator's `curve`, "
    "else the same as `year_progress`.",
    "days_elapsed": "Days from 1 January, the day included.",
    "days_left": "Days after it.",
    "months_left": "Calendar months after it, a part of a month by its days.",
    "months_in_period": "Months of the period that a rule or a bound per period stands at: 1, 3, 6 or as "
    "many as `once` spans.",
}

FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "last_year": ("last_year(x)", "The actual dated exactly one year before the date of the figure `x`."),
    "previous": (
        "previous(x)",
        "The actual before the figure `x` in the same year; in a rule `x` one period before, if any.",
    ),
    "children": ("children(x)", "The sum of `x` over the units directly below; known only where all are."),
    "parent": ("parent(x)", "`x` at the unit above."),
    "share": ("share(x)", "`x` ÷ its sum over the units below the same parent."),
    "count": ("count(c)", "The number of units directly below where the condition `c` holds."),
    "total": ("total(x)", "`x` summed over units and periods."),
    "by_unit": ("by_unit(x)", "`x` summed over periods: one value a unit."),
    "by_period": ("by_period(x)", "`x` summed over units: one value a period."),
    "by_group": ("by_group(x)", "`x` summed over the units of the group that the rule stands at."),
    "cumulative": ("cumulative(x)", "`x` summed over the periods up to this one."),
    "min": ("min(x, y, …)", "The least; unknown if any is."),
    "max": ("max(x, y, …)", "The greatest; unknown if any is."),
    "abs": ("abs(x)", "Without its sign."),
    "round_half_up": ("round_half_up(x, n)", "Rounded to `n` decimals, half up, on the exact decimal."),
    "where": (
        "where(c, x, y)",
        "`x` where `c` holds, else `y`, as `x if c else y`; depends only on `c` and the branch taken.",
    ),
    "coalesce": ("coalesce(x, y, …)", "The first that is known."),
    "known": ("known(x)", "Whether `x` is known."),
    "quantity": ('quantity(n, "measure")', 'A number in a measure: `quantity(5, "million VND")`.'),
}

MEASURES: Mapping[str, str] = {
    "ratio": "A share or a factor; what a bare number is.",
    "percent": "0.01 ratio; a rate.",
    "percentage point": "0.01 ratio; a change of a rate.",
    "VND": "Exact to the đồng, written without a decimal point.",
    "thousand VND": "1,000 VND.",
    "million VND": "1,000,000 VND.",
    "billion VND": "1,000,000,000 VND.",
    "person": "A count.",
    "household": "A count.",
    "day": "",
    "month": "",
    "year": "",
}

FAIRNESS: Mapping[str, tuple[str, str]] = {
    "proportional": ("Σ (q − fair)² ÷ fair", "Webster, Sainte-Laguë"),
    "largest_remainder": ("Σ (q − fair)²", "Hamilton"),
    "equal_proportions": ("Σ (q − fair)² ÷ q", "Huntington–Hill"),
    "smallest_divisors": ("Σ (q − m ÷ 2 − fair)² ÷ fair, m the multiple", "Adams"),
    "greatest_divisors": ("Σ (q + m ÷ 2 − fair)² ÷ fair", "Jefferson, D'Hondt"),
    "minimax": ("the greatest |q − fair| ÷ fair, then as `proportional`", ""),
    "leximin": ("the greatest |q − fair| ÷ fair, then the next, and so on", ""),
}

FLAGS: Mapping[str, str] = {
    "implausible_estimate": "The estimate needs a daily rate above 3 times, or below a third of, the rate so "
    "far.",
    "falling": "A figure that adds up over the year is lower than an earlier one.",
    "stale": "The figure is older than `stale_after` days.",
    "dates_differ": "A sum over units adds up figures of different dates; it takes the earliest.",
    "sums_differ": "The unit's own figure and the sum of the units below it differ; its own stands.",
    "negative_target": "The target lies below 0, where nothing can: of a count, or of what adds up over the "
    "year.",
    "slipping": "A `maintain` target: worse than at the end of last year.",
}

STATUSES: Mapping[str, str] = {
    "achieved": "At the target or past it.",
    "on_track": "Going on as so far, less than 5% of what is still to do would be missed.",
    "at_risk": "From 5% to 20% of it would be missed.",
    "behind": "More than 20% of it would be missed; a `maintain` target that isn't met.",
    "exceeded": "An `at_most` target that is passed.",
    "no_target": "There is no target to judge by.",
    "unknown": "What is needed to judge is unknown.",
}

COMMANDS: Mapping[str, str] = {
    "gap": "where each target stands",
    "plan": "what is left, shared out in whole numbers",
    "diff": "plans side by side",
    "limits": "how far a figure can go before no plan exists",
    "alternatives": "plans that are nearly as fair and clearly different",
    "frontier": "what one goal costs in another: fairness, cost, changes, figures",
    "needed": "what one unit must reach so that the root makes its target",
    "sweep": "many scenarios at once: how figures spread, how likely targets are, what matters most",
    "explain": "where one number comes from",
    "check": "everything wrong or odd in a rulebook",
    "test": "the rulebook's own cases",
    "new": "a rulebook from the template",
    "schema": "JSON Schema of rulebook files, for editors",
    "serve": "the HTTP service",
    "verify": "the figures of a written report, recomputed",
    "report": "a report written from the figures",
    "actions": "actions beside the gaps that they should close",
}

EXIT_CODES: Mapping[str, str] = {
    "FINE": "Fine. `check` found no error, every case of `test` passed.",
    "FAULTY": "The rulebook or the request is faulty; a case failed.",
    "USAGE": "The command line can't be understood, or asks for what isn't built.",
    "INFEASIBLE": "There is no plan that keeps all the rules. The answer says why.",
    "WRONG": "The checked document has wrong figures.",
}
