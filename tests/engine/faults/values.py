"""Faults of values: choices, forms of names, dates, periods and numbers, and keys that aren't built yet."""

from __future__ import annotations

from engine.errors import Code
from tests.engine.faults.fault import Fault, fault
from tests.engine.faults.files import BOOK, OFFICERS, PLANS
from tests.engine.faults.keys import FUND_KIND, SEVERITY

CHOICES: tuple[Fault, ...] = (
    fault(
        "wrong_choice",
        Code.WRONG_CHOICE,
        BOOK,
        FUND_KIND,
        "show_in: million VND\n    kind: ⌖flows",
        hint="'flow'",
        touches="fund",
    ),
    fault(
        "severity_of_its_own",
        Code.WRONG_CHOICE,
        BOOK,
        SEVERITY,
        "severity: ⌖warnings",
        hint="'warning'",
        touches="loans_within_jobs",
    ),
    fault(
        "status_of_its_own",
        Code.WRONG_CHOICE,
        BOOK,
        "status: assumed, aggregate",
        "status: ⌖assume, aggregate",
        hint="'assumed'",
        touches="budget",
    ),
    fault(
        "aggregate_of_its_own",
        Code.WRONG_CHOICE,
        BOOK,
        "aggregate: sum}",
        "aggregate: ⌖average}",
        touches="clean",
    ),
    fault(
        "basis_of_its_own",
        Code.WRONG_CHOICE,
        PLANS,
        "basis: estimate}",
        "basis: ⌖estimated}",
        hint="'estimate'",
        touches="half",
    ),
    fault("every_week", Code.WRONG_CHOICE, PLANS, "every: month", "every: ⌖week", touches="half"),
    fault(
        "fairness_of_its_own",
        Code.WRONG_CHOICE,
        PLANS,
        "fairness: proportional",
        "fairness: ⌖proportionate",
        hint="'proportional'",
        touches="half",
    ),
    fault(
        "rule_for_a_school",
        Code.WRONG_CHOICE,
        PLANS,
        "for: [unit, period]",
        "for: [unit, ⌖school]",
        touches="half",
    ),
)

NOT_YET = "        at_least: 0.8 * fair\n"
UNSUPPORTED: tuple[Fault, ...] = (
    fault(
        "not_supported",
        Code.NOT_SUPPORTED,
        PLANS,
        NOT_YET,
        f"{NOT_YET}        ⌖multiple_of: 10\n",
        hint="never ignored",
        touches="half",
    ),
    *(
        fault(
            f"no_{key}_yet",
            Code.NOT_SUPPORTED,
            PLANS,
            NOT_YET,
            f"{NOT_YET}        ⌖{key}: {value}\n",
            touches="half",
        )
        for key, value in {
            "per_period": "{at_most: 3}",
            "profile": "{2023-07: 2}",
            "weight": "2",
            "cost": "budget",
        }.items()
    ),
    *(
        fault(
            f"no_{key}_yet",
            Code.NOT_SUPPORTED,
            PLANS,
            "no_more: {",
            f"no_more: {{⌖{key}: {value}, ",
            touches="half",
        )
        for key, value in {"only": "{unit: [an]}", "except": "{unit: [an]}", "priority": "3"}.items()
    ),
    fault(
        "no_priority_of_a_bound_yet",
        Code.NOT_SUPPORTED,
        PLANS,
        "at_least: 0.8 * fair",
        "at_least: {⌖is: 0.8 * fair, priority: 3}",
        hint="the bound's formula itself",
        touches="half",
    ),
    fault(
        "no_hold_yet",
        Code.NOT_SUPPORTED,
        PLANS,
        "    hold: {}",
        "    ⌖hold: {an: {jobs: 10}}",
        touches="half",
    ),
    fault(
        "no_leave_out_yet",
        Code.NOT_SUPPORTED,
        PLANS,
        "    leave_out: []",
        "    ⌖leave_out: [an]",
        touches="half",
    ),
    *(
        fault(f"no_{key}_yet", Code.NOT_SUPPORTED, f"{key}.yaml", None, f"⌖{key}: {{{name}: {value}}}\n")
        for key, name, value in (
            ("groupings", "school", "{column: school}"),
            ("tables", "cap", "{file: data/cap.csv}"),
            ("scenarios", "slow", "{allocation: half}"),
        )
    ),
    fault(
        "no_minimax_yet",
        Code.NOT_SUPPORTED,
        PLANS,
        "fairness: proportional",
        "fairness: ⌖minimax",
        hint="proportional",
        touches="half",
    ),
)

FORMS: tuple[Fault, ...] = (
    fault(
        "bad_identifier",
        Code.BAD_IDENTIFIER,
        BOOK,
        OFFICERS,
        f"{OFFICERS}\n  ⌖Cán_bộ: {{value: 3}}",
        hint="ASCII",
    ),
    fault(
        "identifier_of_the_rulebook",
        Code.BAD_IDENTIFIER,
        BOOK,
        "rulebook: base\n",
        "rulebook: ⌖base-2023\n",
        hint="ASCII",
        touches="head",
    ),
    fault(
        "bad_date",
        Code.BAD_DATE,
        PLANS,
        "as_of: 2023-05-15",
        "as_of: ⌖15/5/2023",
        hint="Write 2023-05-15",
        touches="on_15_may",
    ),
    fault(
        "day_that_is_not",
        Code.BAD_DATE,
        PLANS,
        "from: 2023-07-01",
        "from: ⌖2023-02-30",
        hint="like 2023-06-30",
        touches="half",
    ),
    fault(
        "date_with_time",
        Code.BAD_DATE,
        PLANS,
        "to: 2023-12-31",
        "to: ⌖2023-12-31 00:00:00",
        hint="like 2023-06-30",
        touches="half",
    ),
    fault("bad_period", Code.BAD_PERIOD, PLANS, "to: 2023-12-31", "to: ⌖2023-12-30", touches="half"),
    fault(
        "period_of_part_of_a_month",
        Code.BAD_PERIOD,
        PLANS,
        "from: 2023-07-01",
        "from: ⌖2023-07-02",
        touches="half",
    ),
    fault(
        "period_of_part_of_a_quarter",
        Code.BAD_PERIOD,
        PLANS,
        "to: 2023-12-31\n    every: month",
        "to: ⌖2023-11-30\n    every: quarter",
        touches="half",
    ),
    fault("period_of_two_years", Code.BAD_PERIOD, PLANS, "to: 2023-12-31", "to: ⌖2024-06-30", touches="half"),
    fault(
        "period_that_ends_first", Code.BAD_PERIOD, PLANS, "to: 2023-12-31", "to: ⌖2023-06-30", touches="half"
    ),
    fault("bad_curve", Code.BAD_CURVE, BOOK, "06-30: 0.45}", "⌖06-30: 0.15}", touches="curve"),
    fault("curve_on_no_day", Code.BAD_CURVE, BOOK, "06-30: 0.45}", "⌖06-31: 0.45}", touches="curve"),
    fault("curve_beyond_1", Code.BAD_CURVE, BOOK, "06-30: 0.45}", "⌖06-30: 45}", touches="curve"),
    fault(
        "bad_number",
        Code.BAD_NUMBER,
        BOOK,
        "value: 2.5",
        "value: ⌖1.469,72",
        hint="write 1469.72",
        touches="loan_capital",
    ),
    fault(
        "number_in_quotes",
        Code.BAD_NUMBER,
        BOOK,
        "value: 12,",
        "value: ⌖'12',",
        hint="quotes",
        touches="officers",
    ),
    fault(
        "number_of_two_readings",
        Code.BAD_NUMBER,
        BOOK,
        "value: 2.5",
        "value: ⌖1,435",
        hint="1.435 or 1435",
        touches="loan_capital",
    ),
    fault(
        "number_in_arabic_digits",
        Code.BAD_NUMBER,
        BOOK,
        "value: 2.5",
        "value: ⌖٢",
        hint="plain number",
        touches="loan_capital",
    ),
    fault(
        "number_of_61_digits",
        Code.BAD_NUMBER,
        BOOK,
        "value: 12,",
        f"value: ⌖{'1' * 61},",
        hint="at most 25",
        touches="officers",
    ),
    fault("number_of_a_word", Code.BAD_NUMBER, BOOK, "year: 2023", "year: ⌖hai nghìn", touches="year|half"),
    fault("year_of_long_ago", Code.BAD_NUMBER, BOOK, "year: 2023", "year: ⌖1023", touches="year|half"),
    fault("year_of_long_hence", Code.BAD_NUMBER, BOOK, "year: 2023", "year: ⌖20233", touches="year|half"),
    fault("too_many_decimals", Code.BAD_NUMBER, BOOK, "decimals: 1", "decimals: ⌖13", touches="fund"),
    fault(
        "expecting_a_vietnamese_number",
        Code.BAD_NUMBER,
        PLANS,
        "jobs.percent_of_plan: 45%",
        'jobs.percent_of_plan: ⌖"46,31%"',
        hint="46.31%",
        touches="on_15_may",
    ),
    fault(
        "expecting_a_word",
        Code.BAD_NUMBER,
        PLANS,
        "jobs.percent_of_plan: 45%",
        "jobs.percent_of_plan: ⌖unknwon",
        hint="unknown",
        touches="on_15_may",
    ),
)

VALUES = (*CHOICES, *UNSUPPORTED, *FORMS)
