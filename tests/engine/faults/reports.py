"""Faults of reports to be written, their sentences, and actions."""

from __future__ import annotations

from engine.errors import Code
from tests.engine.faults.fault import Fault, fault

REPORTS = "reports.yaml"


def report(name: str, codes: Code | tuple[Code, ...], body: str, *, hint: str = "", head: str = "") -> Fault:
    """A fault in a section of a report in a file of its own."""
    text = f"reports:\n  half_year:\n    title: {{vi: Báo cáo, en: Report}}\n{head}    sections:\n{body}"
    return fault(name, codes, REPORTS, None, text, hint=hint, touches=REPORTS, blinds=False)


def sentence(
    name: str, codes: Code | tuple[Code, ...], said: str, *, hint: str = "", head: str = ""
) -> Fault:
    """A fault in a sentence."""
    return report(name, codes, f"      first:\n        items:\n          one: {said}\n", hint=hint, head=head)


def action(name: str, codes: Code | tuple[Code, ...], body: str, *, hint: str = "") -> Fault:
    """A fault in an action in a file of its own."""
    return fault(name, codes, "actions.yaml", None, f"actions:\n{body}", hint=hint, touches="actions.yaml")


OF_HALF = "    allocation: half\n"

SECTIONS: tuple[Fault, ...] = (
    report("section_of_nothing", Code.MISSING_KEY, "      ⌖first: {level: 2}\n"),
    report("section_of_two_kinds", Code.WRONG_PLACE, "      first: {gaps: {}, ⌖risks: {}}\n"),
    report("section_of_quotas", Code.MISSING_KEY, "      first: {⌖quotas: {}}\n"),
    report("section_of_a_typo", Code.UNKNOWN_KEY, "      first: {⌖gap: {}}\n", hint="'gaps'"),
    report("level_of_a_heading", Code.BAD_NUMBER, "      first: {heading: H, level: ⌖5}\n"),
    report(
        "column_of_a_table",
        Code.UNKNOWN_METRIC,
        "      first: {gaps: {columns: [⌖targt]}}\n",
        hint="'target'",
    ),
    report("unit_of_a_gap_table", Code.UNKNOWN_UNIT, "      first: {gaps: {unit: ⌖ann}}\n", hint="'an'"),
    report("day_of_a_table", Code.BAD_DATE, "      first: {gaps: {as_of: ⌖2023-02-30}}\n"),
    report(
        "status_of_a_table",
        Code.WRONG_CHOICE,
        "      first: {gaps: {for: {status: [⌖behnd]}}}\n",
        hint="'behind'",
    ),
    report(
        "flag_of_a_table", Code.WRONG_CHOICE, "      first: {gaps: {for: {flag: ⌖stle}}}\n", hint="'stale'"
    ),
    report(
        "indicator_of_a_table",
        Code.UNKNOWN_INDICATOR,
        "      first: {gaps: {for: {indicator: [jobs, ⌖loan]}}}\n",
        hint="'loans'",
    ),
    report(
        "level_of_a_table",
        Code.UNKNOWN_LEVEL,
        "      first: {gaps: {for: {level: ⌖huyenn}}}\n",
        hint="'huyen'",
    ),
    report("unit_and_level", Code.WRONG_PLACE, "      first: {gaps: {for: {unit: an, ⌖level: huyen}}}\n"),
    report(
        "allocation_of_a_report",
        Code.UNKNOWN_ALLOCATION,
        "      first: {heading: H}\n",
        head="    allocation: ⌖hafl\n",
        hint="'half'",
    ),
    report(
        "unit_of_a_report",
        Code.UNKNOWN_UNIT,
        "      first: {heading: H}\n",
        head="    unit: ⌖tihn\n",
        hint="'tinh'",
    ),
    report(
        "name_in_a_heading",
        Code.UNKNOWN_NAME,
        "      first: {heading: 'Đã {⌖jobs.achievd}'}\n",
        hint="'achieved'",
    ),
    report("unit_in_a_caption", Code.WRONG_ARGUMENTS, "      first: {gaps: {caption: 'Ở {⌖unit(jobs)}'}}\n"),
)

SENTENCES: tuple[Fault, ...] = (
    sentence("brace_that_opens", Code.FORMULA_SYNTAX, "'Đạt ⌖{jobs.achieved'", hint="twice"),
    sentence("brace_that_closes", Code.FORMULA_SYNTAX, "'Đạt ⌖} {jobs.achieved}'", hint="twice"),
    sentence("brace_in_a_brace", Code.FORMULA_SYNTAX, "'Đạt {jobs⌖{}.achieved}'", hint="twice"),
    sentence("program_in_braces", Code.UNKNOWN_FUNCTION, "'{⌖__import__(1)}'"),
    sentence("loop_in_braces", Code.FORMULA_SYNTAX, "'{⌖% for x in y %}'"),
    sentence("nothing_in_braces", Code.FORMULA_SYNTAX, "'Đạt {⌖}'"),
    sentence("role_of_no_indicator", Code.WRONG_PLACE, "'Đạt {⌖achieved}'"),
    sentence("sum_of_persons_and_money", Code.UNLIKE_MEASURES, "'{⌖jobs.achieved + fund.achieved}'"),
    sentence("persons_as_money", Code.WRONG_MEASURE, "'{⌖jobs.achieved: million VND}'"),
    sentence(
        "measure_of_a_blank", Code.UNKNOWN_MEASURE, "'{fund.achieved: ⌖milion VND}'", hint="'million VND'"
    ),
    sentence("decimals_of_a_blank", Code.FORMULA_SYNTAX, "'{fund.achieved:⌖ million VND, 13}'"),
    sentence("date_of_nothing", Code.WRONG_ARGUMENTS, "'{⌖date()}'"),
    sentence("date_of_a_typo", Code.UNKNOWN_INDICATOR, "'{date(⌖jbos)}'", hint="'jobs'"),
    sentence("format_of_a_date", Code.FORMULA_SYNTAX, "'{date(jobs)⌖: 2}'"),
    sentence("causes_of_what_is_known", Code.WRONG_PLACE, "'{⌖causes()}'"),
    sentence("quota_of_no_plan", Code.WRONG_PLACE, "'{⌖quota(jobs)}'"),
    sentence("quota_of_a_typo", Code.UNKNOWN_NAME, "'{quota(⌖job)}'", head=OF_HALF, hint="'jobs'"),
    sentence("words_in_a_formula", Code.UNKNOWN_FUNCTION, "'{1 + ⌖year()}'"),
    sentence("condition_of_a_number", Code.NOT_A_CONDITION, "{text: A, when: ⌖jobs.achieved}"),
    sentence(
        "condition_of_a_typo", Code.UNKNOWN_INDICATOR, "{text: A, when: ⌖job.achieved > 0}", hint="'jobs'"
    ),
    sentence("sentence_of_a_typo", Code.UNKNOWN_KEY, "{text: A, ⌖wen: 1 > 0}", hint="'when'"),
    report("sentence_in_one_language", Code.MISSING_KEY, "      first: {items: {⌖one: {vi: A}}}\n"),
    sentence(
        "fault_in_one_language",
        Code.UNKNOWN_NAME,
        "{vi: '{jobs.target}', en: '{⌖jobs.targt}'}",
        hint="'target'",
    ),
    sentence("metric_of_a_level", Code.WRONG_PLACE, "{for: {kind: level}, text: '{⌖pace}'}"),
)

ACTIONS: tuple[Fault, ...] = (
    action(
        "action_for_a_typo",
        Code.UNKNOWN_INDICATOR,
        "  x: {label: A, who: B, until: 2023-12-31, serves: [jobs, ⌖loan]}\n",
        hint="'loans'",
    ),
    action("action_by_nobody", Code.MISSING_KEY, "  ⌖x: {label: A, until: 2023-12-31, serves: jobs}\n"),
    action(
        "action_at_a_typo",
        Code.UNKNOWN_UNIT,
        "  x: {label: A, who: B, until: 2023-12-31, serves: jobs, unit: ⌖ann}\n",
        hint="'an'",
    ),
    action(
        "action_until_a_typo", Code.BAD_DATE, "  x: {label: A, who: B, until: ⌖31/12/2023, serves: jobs}\n"
    ),
    action(
        "action_in_no_state",
        Code.WRONG_CHOICE,
        "  x: {label: A, who: B, until: 2023-12-31, serves: jobs, state: ⌖doing}\n",
    ),
    action(
        "action_done_some_day",
        Code.MISSING_KEY,
        "  ⌖x: {label: A, who: B, until: 2023-12-31, serves: jobs, state: done}\n",
    ),
    action(
        "action_done_too_soon",
        Code.WRONG_PLACE,
        "  x: {label: A, who: B, until: 2023-12-31, serves: jobs, ⌖done_on: 2023-06-30}\n",
    ),
    action(
        "source_of_an_action",
        Code.UNKNOWN_SOURCE,
        "  x: {label: A, who: B, until: 2023-12-31, serves: jobs, source: ⌖repot}\n",
        hint="'report'",
    ),
    action(
        "action_named_badly",
        Code.BAD_IDENTIFIER,
        "  ⌖Hội chợ: {label: A, who: B, until: 2023-12-31, serves: jobs}\n",
    ),
)

REPORT_FAULTS = (*SECTIONS, *SENTENCES, *ACTIONS)
