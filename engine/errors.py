"""The three outcomes of the house: a faulty rulebook or request is a RuleError with *all* its issues;
a plan that can't be met is a result (scenarios); a bug of ours is an ordinary exception.

    RuleError(Exception)    issues: tuple[Issue, ...]
      Issue                 code, severity, message, hint, place
        Place               file:line:column
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from engine.numbers import Lang
from engine.words import Message, say


class Severity(StrEnum):
    """An error stops the work; a warning is shown beside the result."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """What is wrong, in one word. Each has a heading in docs/errors.md and a broken rulebook in the tests."""

    # files
    FILE_NOT_FOUND = "file_not_found"
    OUTSIDE_ROOT = "outside_root"
    NOT_UTF8 = "not_utf8"
    TOO_LARGE = "too_large"
    # YAML
    YAML_SYNTAX = "yaml_syntax"
    YAML_ANCHOR = "yaml_anchor"
    YAML_TAG = "yaml_tag"
    DUPLICATE_KEY = "duplicate_key"
    NOT_FINITE = "not_finite"
    # keys and values
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    WRONG_TYPE = "wrong_type"
    WRONG_CHOICE = "wrong_choice"
    BAD_IDENTIFIER = "bad_identifier"
    BAD_DATE = "bad_date"
    BAD_PERIOD = "bad_period"
    BAD_CURVE = "bad_curve"
    BAD_NUMBER = "bad_number"
    # names
    DUPLICATE_NAME = "duplicate_name"
    NAME_TAKEN = "name_taken"
    REDEFINED_METRIC = "redefined_metric"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_FUNCTION = "unknown_function"
    UNKNOWN_SOURCE = "unknown_source"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_LEVEL = "unknown_level"
    UNKNOWN_PERIOD = "unknown_period"
    UNKNOWN_GROUP = "unknown_group"
    UNKNOWN_INDICATOR = "unknown_indicator"
    UNKNOWN_MEASURE = "unknown_measure"
    UNKNOWN_ATTRIBUTE = "unknown_attribute"
    UNKNOWN_RULEBOOK = "unknown_rulebook"
    UNKNOWN_ALLOCATION = "unknown_allocation"
    UNKNOWN_METRIC = "unknown_metric"
    UNKNOWN_SCENARIO = "unknown_scenario"
    UNKNOWN_PATH = "unknown_path"
    NOT_A_FIGURE = "not_a_figure"
    NOT_A_PART = "not_a_part"
    CYCLE = "cycle"
    # formulas
    FORMULA_SYNTAX = "formula_syntax"
    WRONG_ARGUMENTS = "wrong_arguments"
    WRONG_PLACE = "wrong_place"
    NOT_LINEAR = "not_linear"
    FREE_INDEX = "free_index"
    # measures
    UNLIKE_MEASURES = "unlike_measures"
    RATE_AND_CHANGE = "rate_and_change"
    BARE_NUMBER = "bare_number"
    WRONG_MEASURE = "wrong_measure"
    NOT_A_CONDITION = "not_a_condition"
    AMBIGUOUS_COUNT = "ambiguous_count"
    FRACTION_OF_DONG = "fraction_of_dong"
    # tables
    MISSING_COLUMN = "missing_column"
    UNKNOWN_COLUMN = "unknown_column"
    DUPLICATE_COLUMN = "duplicate_column"
    RAGGED_ROW = "ragged_row"
    EMPTY_CELL = "empty_cell"
    DUPLICATE_ROW = "duplicate_row"
    # figures
    OUTSIDE_VALIDITY = "outside_validity"
    SUMS_DIFFER = "sums_differ"
    IMPLAUSIBLE_ESTIMATE = "implausible_estimate"
    FALLING = "falling"
    NEGATIVE_TARGET = "negative_target"
    CHECK_FAILED = "check_failed"
    CHECK_UNKNOWN = "check_unknown"
    # requests
    BAD_SETTING = "bad_setting"
    NO_DATE = "no_date"
    FOLDER_EXISTS = "folder_exists"
    UNKNOWN_PLAN = "unknown_plan"
    BAD_PLAN = "bad_plan"
    BAD_TEMPLATE = "bad_template"
    UNKNOWN_JOB = "unknown_job"
    UNKNOWN_REPORT = "unknown_report"
    UNKNOWN_IN_REPORT = "unknown_in_report"
    # allocations
    UNKNOWN_TOTAL = "unknown_total"
    NEGATIVE_TOTAL = "negative_total"
    TOTAL_NOT_WHOLE = "total_not_whole"
    UNKNOWN_NEED = "unknown_need"
    NEGATIVE_NEED = "negative_need"
    ZERO_NEEDS = "zero_needs"
    UNKNOWN_BOUND = "unknown_bound"
    UNKNOWN_HOLD = "unknown_hold"
    BAD_HOLD = "bad_hold"
    HOLD_NOT_IN_PLAN = "hold_not_in_plan"
    APPLIES_NOWHERE = "applies_nowhere"
    UNIT_NOT_OF_LEVEL = "unit_not_of_level"
    UNKNOWN_COST = "unknown_cost"
    UNKNOWN_RULE = "unknown_rule"
    NO_UNITS = "no_units"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands. ``line`` and ``column`` count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault: what, where, why and how to mend it."""

    code: Code
    message: Message
    place: Place | None = None
    hint: Message | None = None
    severity: Severity = Severity.ERROR

    def text(self, lang: Lang) -> str:
        """One line for a person: ``file:line:column: error code: message. hint``."""
        where = f"{self.place}: " if self.place else ""
        hint = f". {self.hint.in_(lang)}" if self.hint else ""
        severity = say(f"severity.{self.severity}").in_(lang)
        return f"{where}{severity} {self.code}: {self.message.in_(lang)}{hint}"


class RuleError(Exception):
    """A faulty rulebook or request, with all the issues that were found (never none)."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(issue.text("en") for issue in self.issues))


@dataclass(slots=True)
class Issues:
    """A list to collect issues in, so that all are told at once."""

    found: list[Issue] = field(default_factory=list)

    def add(
        self,
        code: Code,
        place: Place | None,
        message: Message | None = None,
        hint: Message | None = None,
        severity: Severity = Severity.ERROR,
        **values: object,
    ) -> None:
        """Note an issue; the message with the code's own key where none is given."""
        self.found.append(Issue(code, message or say(code, **values), place, hint, severity))

    @property
    def errors(self) -> list[Issue]:
        """Those that stop the work."""
        return [issue for issue in self.found if issue.severity is Severity.ERROR]

    def raise_errors(self) -> None:
        """Raise RuleError with everything found if any of it is an error."""
        if self.errors:
            raise RuleError(in_order(self.found))


def in_order(issues: Iterable[Issue]) -> list[Issue]:
    """Issues as a reader meets them: by file, line and column, each once."""
    placeless = Place("", 0, 0)
    return sorted(dict.fromkeys(issues), key=lambda issue: (issue.place or placeless, issue.code))
