"""Faults of formulas and measures, in every way that YAML can write a text."""

from __future__ import annotations

from engine.errors import Code
from tests.engine.faults.fault import Fault, fault
from tests.engine.faults.files import BOOK, METRICS, OFFICERS, PLANS

BIG = "  big: {"
AT_MOST = "        at_most: 1.25 * fair\n"


def metric(name: str, code: Code, formula: str, indicator: str = "jobs", hint: str = "") -> Fault:
    """A fault in the formula of a metric of its own, for one indicator."""
    label = "" if name == code else "label: {vi: Đơn vị tính, en: x}, "
    keys = f"{label}for: {{indicator: {indicator}}}, formula: '{formula}'"
    text = f"  {name}: {{{keys}}}\n"
    return fault(name, code, METRICS, BIG, text + BIG, hint=hint)


def rule(name: str, code: Code, require: str, over: str = "[]", hint: str = "") -> Fault:
    """A fault in a rule of its own."""
    label = "" if name == code else f"label: {{vi: Quy tắc, en: x}}, for: {over}, "
    text = f"      {name}: {{{label}require: '{require}'}}\n"
    return fault(name, code, PLANS, "      capital:\n", text + "      capital:\n", hint=hint, touches="half")


def bound(name: str, code: Code, formula: str, hint: str = "") -> Fault:
    """A fault in a quota's ceiling."""
    return fault(name, code, PLANS, AT_MOST, f"        at_most: {formula}\n", hint=hint, touches="half")


SYNTAX: tuple[Fault, ...] = (
    fault(
        "formula_syntax",
        Code.FORMULA_SYNTAX,
        METRICS,
        "    formula: achieved / population\n",
        "    formula: achieved / population * 100⌖%\n",
        touches="per_head",
    ),
    metric("single_quoted", Code.FORMULA_SYNTAX, "achieved / target ⌖%"),
    fault(
        "double_quoted",
        Code.FORMULA_SYNTAX,
        METRICS,
        BIG,
        f'  m_double: {{label: "Tỷ lệ \\"lẻ\\" – ước", formula: "achieved\\t / \\u0074arget ⌖&"}}\n{BIG}',
    ),
    fault(
        "flow_mapping",
        Code.FORMULA_SYNTAX,
        METRICS,
        "formula: achieved / target - 1}",
        "formula: achieved / target - ⌖$1}",
        touches="short",
    ),
    fault(
        "folded_scalar",
        Code.FORMULA_SYNTAX,
        METRICS,
        "      / target\n",
        "      / target ⌖#2\n",
        touches="folded",
    ),
    fault(
        "literal_scalar",
        Code.FORMULA_SYNTAX,
        METRICS,
        "      - baseline\n  both",
        "      - baseline ⌖= 0\n  both",
        hint="'=='",
        touches="literal",
    ),
    fault(
        "literal_scalar_cut_short",
        Code.FORMULA_SYNTAX,
        METRICS,
        "      - baseline\n  both",
        "      - baseline +⌖\n  both",
        touches="literal",
    ),
    fault(
        "several_lines",
        Code.FORMULA_SYNTAX,
        METRICS,
        BIG,
        f"  m_lines:\n    label: Số đo\n    formula: achieved\n      /\n      (target ⌖? 2)\n{BIG}",
    ),
    fault(
        "formula_by_kind",
        Code.FORMULA_SYNTAX,
        METRICS,
        "      level: achieved - baseline",
        "      level: achieved ⌖@ baseline",
        touches="both_kinds",
    ),
    metric("vietnamese_name", Code.FORMULA_SYNTAX, "achieved / ch⌖ỉ_tiêu", hint="ASCII"),
    metric("decimal_comma", Code.FORMULA_SYNTAX, "achieved * 1⌖,5", hint="point"),
    metric("grouped_number", Code.FORMULA_SYNTAX, "achieved / 1⌖_000", hint="no grouping"),
    metric("equality", Code.FORMULA_SYNTAX, "1 if achieved ⌖= target else 0", hint="'=='"),
    metric("open_bracket", Code.FORMULA_SYNTAX, "achieved / ⌖(target + 1"),
    metric("number_beyond_all", Code.FORMULA_SYNTAX, "achieved * ⌖1e999"),
    metric("leading_zero", Code.FORMULA_SYNTAX, "achieved * ⌖007"),
    metric("two_dots", Code.FORMULA_SYNTAX, "jobs.achieved⌖.value"),
    metric("too_long", Code.FORMULA_SYNTAX, "achieved" + " " * 1992 + "⌖+ 1"),
    metric("too_deeply_nested", Code.FORMULA_SYNTAX, "(" * 40 + "⌖achieved" + ")" * 40),
)

ARGUMENTS: tuple[Fault, ...] = (
    metric("wrong_arguments", Code.WRONG_ARGUMENTS, "⌖max(achieved)"),
    metric("argument_of_text", Code.WRONG_ARGUMENTS, 'achieved + ⌖"million VND"'),
    metric("quantity_of_a_name", Code.WRONG_ARGUMENTS, '⌖quantity(achieved, "person")'),
    metric("digits_of_a_name", Code.WRONG_ARGUMENTS, "round_half_up(achieved / target, ⌖target)"),
    metric("last_year_of_a_target", Code.WRONG_ARGUMENTS, "achieved / last_year(⌖target)"),
    metric("exponent_of_a_name", Code.WRONG_ARGUMENTS, "achieved ** ⌖target"),
    metric("exponent_too_big", Code.WRONG_ARGUMENTS, "(achieved / target) ** ⌖7"),
    fault(
        "wrong_place",
        Code.WRONG_PLACE,
        BOOK,
        "{require: loans.achieved <= jobs.achieved,",
        "{require: loans.achieved <= ⌖achieved,",
        hint="jobs.achieved",
        touches="loans_within_jobs",
    ),
    metric("fair_in_a_metric", Code.WRONG_PLACE, "achieved / ⌖fair"),
    metric("total_in_a_metric", Code.WRONG_PLACE, "⌖total(achieved)"),
    metric("period_in_a_metric", Code.WRONG_PLACE, "achieved / ⌖months_in_period"),
    metric("indicator_alone", Code.WRONG_PLACE, "⌖jobs / target", hint="jobs.achieved"),
    metric("function_without_brackets", Code.WRONG_PLACE, "achieved - ⌖last_year"),
    metric("metric_not_for_it", Code.WRONG_PLACE, "⌖poverty.percent_of_plan", hint="'for'"),
    rule("year_in_a_rule", Code.WRONG_PLACE, "total(jobs) <= ⌖last_year(jobs.achieved)"),
)

LINEAR: tuple[Fault, ...] = (
    rule("not_linear", Code.NOT_LINEAR, "total(⌖jobs * loans) <= 5000"),
    rule("rule_divided_by_a_quota", Code.NOT_LINEAR, "⌖total(loans) / total(jobs) <= 5"),
    rule("rule_without_a_quota", Code.NOT_LINEAR, "⌖total(population) <= 10000"),
    rule("rule_that_is_strict", Code.NOT_LINEAR, "⌖total(jobs) < 5000"),
    rule("rule_of_an_alternative", Code.NOT_LINEAR, "⌖total(jobs) <= 5 or total(loans) <= 5"),
    rule("rule_on_a_condition", Code.NOT_LINEAR, "total(jobs if ⌖jobs > 5 else loans) <= 5000", "[]"),
    rule("free_index", Code.FREE_INDEX, "⌖by_unit(loans) <= 30", hint="total(…)"),
    rule("free_period", Code.FREE_INDEX, "⌖jobs <= 30", "unit", hint="for:"),
)

MEASURES: tuple[Fault, ...] = (
    metric("unlike_measures", Code.UNLIKE_MEASURES, "⌖achieved + fund.achieved"),
    metric("unlike_comparison", Code.UNLIKE_MEASURES, "1 if achieved > ⌖fund.achieved else 0"),
    fault(
        "nested_in_unlike",
        Code.UNLIKE_MEASURES,
        PLANS,
        "    rules:\n",
        "      clean: {total: 10, need: population, within: ⌖jobs}\n    rules:\n",
        touches="half",
    ),
    metric(
        "rate_and_change", Code.RATE_AND_CHANGE, "⌖(achieved - target) - achieved", "poverty", hint="= change"
    ),
    metric(
        "rate_beside_change", Code.RATE_AND_CHANGE, "1 if achieved > ⌖achieved - target else 0", "poverty"
    ),
    metric("bare_number", Code.BARE_NUMBER, "achieved + ⌖5", "fund", hint="quantity(number"),
    metric("bare_percent", Code.BARE_NUMBER, "⌖0.5 - achieved", "poverty", hint='"percent"'),
    fault(
        "wrong_measure",
        Code.WRONG_MEASURE,
        PLANS,
        'total: "max(target - achieved, 0)"',
        'total: "⌖fund.target"',
        touches="half",
    ),
    fault(
        "show_in_unlike", Code.WRONG_MEASURE, BOOK, "show_in: million VND", "show_in: ⌖person", touches="fund"
    ),
    fault(
        "metric_shown_in_unlike",
        Code.WRONG_MEASURE,
        METRICS,
        "  folded:\n",
        "  folded:\n    show_in: ⌖person\n",
        touches="folded",
    ),
    fault(
        "expecting_money_of_persons",
        Code.WRONG_MEASURE,
        PLANS,
        "fund.achieved: 31 million VND",
        "fund.achieved: ⌖31 person",
        touches="on_15_may",
    ),
    fault(
        "expecting_no_status",
        Code.WRONG_MEASURE,
        PLANS,
        "jobs.status: on_track",
        "jobs.status: ⌖on_trak",
        hint="on_track",
        touches="on_15_may",
    ),
    metric("not_a_condition", Code.NOT_A_CONDITION, "1 if ⌖achieved else 0"),
    metric("condition_for_a_number", Code.NOT_A_CONDITION, "1 + (⌖achieved > target)"),
    metric("metric_of_a_condition", Code.NOT_A_CONDITION, "⌖achieved > target"),
    metric("branches_unlike", Code.NOT_A_CONDITION, "where(achieved > 0, 1, ⌖target > 0)"),
    fault(
        "check_of_a_number",
        Code.NOT_A_CONDITION,
        BOOK,
        "{require: loans.achieved <= jobs.achieved,",
        "{require: ⌖loans.achieved,",
        touches="loans_within_jobs",
    ),
    fault(
        "need_of_a_condition",
        Code.NOT_A_CONDITION,
        PLANS,
        "need: population * poor_share",
        "need: ⌖population > 100",
        touches="half",
    ),
    fault(
        "ambiguous_count",
        Code.AMBIGUOUS_COUNT,
        BOOK,
        "officers: {value: 12,",
        "officers: {value: ⌖20.000,",
        hint="whole number",
        touches="officers",
    ),
    bound("ceiling_of_thousands", Code.AMBIGUOUS_COUNT, "⌖20.000", hint="whole number"),
    metric("thousands_in_a_formula", Code.AMBIGUOUS_COUNT, "achieved - ⌖9.262", hint="whole number"),
    fault(
        "fraction_of_dong",
        Code.FRACTION_OF_DONG,
        BOOK,
        "value: 2.5\n",
        "value: ⌖2.5000000001\n",
        touches="loan_capital",
    ),
    fault(
        "fraction_of_plain_dong",
        Code.AMBIGUOUS_COUNT,
        BOOK,
        OFFICERS,
        f"{OFFICERS}\n  fee: {{value: ⌖12.5, measure: VND}}",
    ),
)

FORMULAS = (*SYNTAX, *ARGUMENTS, *LINEAR, *MEASURES)
