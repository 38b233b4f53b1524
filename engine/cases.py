"""A rulebook's own cases (§14): what its author expects of figures, tested like code."""

from __future__ import annotations

from dataclasses import dataclass

from engine.expected import NOT_APPLICABLE, UNKNOWN, Expected
from engine.gaps import Row, gap_table, latest_date
from engine.rulebook import Case, Expectation, Rulebook
from engine.words import Message


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One line of a case: what was asked, what was expected and found, as text; ``unknown``: why a plan's
    number isn't known.
    """

    name: str
    what: str
    expected: str
    got: str
    passed: bool
    unknown: tuple[Message, ...] = ()


def run_figure_case(rulebook: Rulebook, case: Case) -> list[CaseResult]:
    """Run a case about figures at a unit. Raises RuleError (no_date) where there is no date to take."""
    as_of = case.as_of or latest_date(rulebook)
    table = gap_table(rulebook, as_of, case.basis, unit=case.unit)
    rows = {row.indicator: row for row in table.rows}
    found = []
    for expectation in case.expect:
        indicator, _, what = expectation.what.partition(".")
        passed, got = _compare(expectation.expected, rows[indicator], what, rulebook)
        found.append(CaseResult(case.id, expectation.what, expectation.expected.text, got, passed))
    return found


def compare_quota(
    case: Case, expectation: Expectation, value: int | None, unknown: tuple[Message, ...]
) -> CaseResult:
    """One line of a case about a plan: a quota's total or a unit's quota; None where there is no plan, and
    ``unknown`` then says why.
    """
    if value is None:
        return CaseResult(case.id, expectation.what, expectation.expected.text, UNKNOWN, False, unknown)
    passed, got = expectation.expected.meets(float(value))
    return CaseResult(case.id, expectation.what, expectation.expected.text, got, passed)


def _compare(expected: Expected, row: Row, what: str, rulebook: Rulebook) -> tuple[bool, str]:
    value = _value(row, what, rulebook)
    if isinstance(value, str):
        return value == expected.text, value
    if expected.number is None:
        return False, format(value, ".15g")
    return expected.meets(value)


def _value(row: Row, what: str, rulebook: Rulebook) -> float | str:
    """A column, metric or role of a row; a word where it is no number."""
    if what == "status":
        return row.status
    if what == "achieved_on":
        return row.achieved_on.isoformat() if row.achieved_on else UNKNOWN
    if what in row.not_applicable:
        return NOT_APPLICABLE
    numbers = {**row.numbers, **row.metrics}
    if what == "same_period":
        what = "last_year"
    if what in numbers:
        value = numbers[what]
    else:
        value = row.roles.get(what)
        if what not in row.roles and row.indicator not in rulebook.metrics[what].indicators:
            return NOT_APPLICABLE
    return UNKNOWN if value is None else value
