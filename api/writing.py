"""Writing a report from a rulebook: its plan made where the report asks for quotas."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from engine.errors import Code, Issue, RuleError
from engine.numbers import Lang
from engine.rulebook import Rulebook
from engine.words import say
from engine.writing.facts import PlannedQuotas
from engine.writing.write import Written, choose_report, day_of, write

if TYPE_CHECKING:
    from scenarios.plan import Plan

__all__ = ["planned_quotas", "write_report"]


def write_report(
    rulebook: Rulebook,
    report: str | None = None,
    lang: Lang = "vi",
    as_of: date | None = None,
    basis: str | None = None,
    allocation: str | None = None,
    time_limit: float | None = None,
) -> Written:
    """Write a report, the one named or the only one; its plan is solved where it has quotas.

    Raises RuleError: bad_setting where its quotas are of another allocation than the one given, bad_date for
    a day of another year.
    """
    chosen = choose_report(rulebook, report)
    day = day_of(rulebook, chosen, as_of)  # before anything is solved
    quotas = None
    if chosen.allocation is not None:
        if allocation not in (None, chosen.allocation):
            message = say("report_of_allocation", what=chosen.id, own=chosen.allocation, got=allocation)
            raise RuleError([Issue(Code.BAD_SETTING, message)])
        if chosen.has_quotas:
            from scenarios.plan import make_plan

            quotas = planned_quotas(make_plan(rulebook, chosen.allocation, time_limit))
    return write(rulebook, chosen, lang, day, basis, quotas)


def planned_quotas(plan: Plan) -> PlannedQuotas:
    """A plan's quotas as a report takes them."""
    units = tuple(dict.fromkeys(share.unit for share in plan.shares))
    return PlannedQuotas(
        plan.problem.allocation.id,
        units,
        {(share.quota, share.unit): share.value for share in plan.shares},
        plan.totals,
        tuple(dict.fromkeys(cell.period for cell in plan.cells)),
        {(cell.quota, cell.unit, cell.period): cell.value for cell in plan.cells},
        plan.why_none,
    )
