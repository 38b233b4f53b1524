"""All faults, and the codes that loading a rulebook never gives."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Code
from tests.engine.faults.fault import Fault
from tests.engine.faults.files import FILES
from tests.engine.faults.formulas import FORMULAS
from tests.engine.faults.keys import KEYS
from tests.engine.faults.names import NAMES
from tests.engine.faults.places import PLACES
from tests.engine.faults.reports import REPORT_FAULTS
from tests.engine.faults.tables import TABLES
from tests.engine.faults.values import VALUES

FAULTS: tuple[Fault, ...] = (*FILES, *KEYS, *VALUES, *NAMES, *FORMULAS, *TABLES, *PLACES, *REPORT_FAULTS)

ELSEWHERE: Mapping[Code, str] = {
    Code.SUMS_DIFFER: "check",
    Code.IMPLAUSIBLE_ESTIMATE: "check",
    Code.FALLING: "check",
    Code.NEGATIVE_TARGET: "check",
    Code.CHECK_FAILED: "check",
    Code.CHECK_UNKNOWN: "check",
    Code.UNKNOWN_RULEBOOK: "request",
    Code.NO_DATE: "request",
    Code.FOLDER_EXISTS: "request",
    Code.UNKNOWN_PLAN: "request",
    Code.BAD_PLAN: "request",
    Code.BAD_TEMPLATE: "request",
    Code.UNKNOWN_JOB: "request",
    Code.UNKNOWN_REPORT: "request",
    Code.UNKNOWN_IN_REPORT: "request",
    Code.NOT_A_FIGURE: "request",
    Code.NOT_A_PART: "request",
    Code.BAD_SETTING: "overlay",
    Code.UNKNOWN_PATH: "overlay",
    Code.UNKNOWN_TOTAL: "plan",
    Code.NEGATIVE_TOTAL: "plan",
    Code.TOTAL_NOT_WHOLE: "plan",
    Code.UNKNOWN_NEED: "plan",
    Code.NEGATIVE_NEED: "plan",
    Code.ZERO_NEEDS: "plan",
    Code.UNKNOWN_BOUND: "plan",
    Code.UNKNOWN_HOLD: "plan",
    Code.UNKNOWN_COST: "plan",
    Code.UNKNOWN_RULE: "plan",
    Code.NO_UNITS: "plan",
}
"""Where the other codes come from: checking figures, a request, making a plan, an overlay."""
