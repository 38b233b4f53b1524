"""One function a use, shared by every face: command line, HTTP, workbooks."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cases import CaseResult, compare_quota, run_figure_case
from engine.checks import run_checks
from engine.errors import Code, Issue, Issues, RuleError, in_order
from engine.explain import Explanation, explain
from engine.files import find_rulebook, list_rulebooks
from engine.gaps import GapTable, gap_table
from engine.link import load_rulebook
from engine.overlay import NOTHING, Overlay, overlay_file
from engine.rulebook import Rulebook
from engine.words import did_you_mean, say
from rules import RULES_ROOT

if TYPE_CHECKING:
    from engine.needed import Needed
    from scenarios.alternatives import Alternatives
    from scenarios.compare import Comparison
    from scenarios.explain import QuotaExplanation
    from scenarios.explain_plan import PlanExplanation
    from scenarios.goals import Goal
    from scenarios.headroom import Headroom
    from scenarios.issued import Issued
    from scenarios.plan import Plan, Solved
    from scenarios.replan import Closeness
    from scenarios.sweep import Progress, Sweep
    from scenarios.sweep_asked import Asked
    from scenarios.trading import Reader, Traded

__all__ = [
    "alternatives",
    "at_pace",
    "check",
    "diff",
    "frontier",
    "gap",
    "issued",
    "limits",
    "list_all",
    "load",
    "needed",
    "new",
    "plan",
    "schema",
    "sweep",
    "test",
    "why",
]

TEMPLATE = RULES_ROOT / "_template"
BASE = "base"
"""What ``diff`` calls the rulebook without a scenario."""


def load(rulebook: str, rules: Path | None = None, overlay: Overlay = NOTHING) -> Rulebook:
    """A rulebook by name or folder, with an overlay over it. Raises RuleError with every issue."""
    return load_rulebook(rulebook, rules, overlay)


def list_all(rules: Path | None = None) -> list[str]:
    """The names of the rulebooks under the rules root."""
    return list_rulebooks((rules or RULES_ROOT).resolve())


def gap(
    rulebook: Rulebook,
    as_of: date | None = None,
    basis: str = "actual",
    unit: str | None = None,
    level: str | None = None,
    indicator: str | None = None,
) -> GapTable:
    """The gap table (§8). Raises RuleError."""
    return gap_table(rulebook, as_of, basis, unit, level, indicator)


def needed(
    rulebook: Rulebook, indicator: str, unit: str, as_of: date | None = None, basis: str = "actual"
) -> Needed:
    """What a unit must reach so that the root makes its target. Raises RuleError."""
    from engine.needed import needed as find

    return find(rulebook, indicator, unit, as_of, basis)


def plan(
    rulebook: Rulebook,
    allocation: str | None = None,
    time_limit: float | None = None,
    closeness: Closeness | None = None,
) -> Plan:
    """The plan of an allocation (§10), solved in this process; close to an issued plan if asked for.

    Raises RuleError.
    """
    if closeness is not None:
        from scenarios.replan import replan

        return replan(rulebook, closeness, allocation, time_limit)
    from scenarios.plan import make_plan

    return make_plan(rulebook, allocation, time_limit)


def issued(path: Path, label: str, rulebook: Rulebook, allocation: str | None = None) -> Issued:
    """A plan of a rulebook as ``plan --format json -o FILE`` wrote it. Raises RuleError (bad_plan)."""
    from scenarios.issued import issued_file

    return issued_file(path, label, rulebook, allocation)


def at_pace(
    rulebook: Rulebook,
    last: Issued,
    share: float,
    taper: float | None = None,
    allocation: str | None = None,
    by: str = "pace",
) -> Rulebook:
    """The rulebook at the pace of the last period's plan; ``by``: whoever asks. Raises RuleError."""
    from scenarios.replan import at_pace as change

    return change(rulebook, last, share, taper, allocation, by)


def limits(
    rulebook: str,
    rules: Path | None,
    overlay: Overlay,
    path: str,
    *,
    down: bool = False,
    step: Decimal | None = None,
    until: Decimal | None = None,
    time_limit: float | None = None,
) -> Headroom:
    """How far the figure at a path may go before no plan exists (§12). Raises RuleError."""
    from engine.base import Base
    from scenarios.figure_path import figure_at, with_figure
    from scenarios.headroom import check_request, headroom

    read = Base.of(rulebook, rules).under
    figure = figure_at(read, overlay, path)
    check_request(figure, step, until, down=down)
    return headroom(
        read(overlay),
        lambda value: read(with_figure(overlay, path, value)),
        figure,
        step=step,
        down=down,
        until=until,
        time_limit=time_limit,
    )


def alternatives(
    rulebook: Rulebook,
    allocation: str | None,
    count: int,
    slack: float,
    move: float,
    time_limit: float | None = None,
) -> tuple[Solved, Alternatives | None]:
    """Plans that are nearly as fair as the fairest (§12), with the allocation as it was solved.

    None beside it where there is no plan. ``time_limit`` in seconds for all of it. Raises RuleError.
    """
    from scenarios.alternatives import alternatives as find
    from scenarios.plan import solve

    solved = solve(rulebook, allocation, time_limit)
    if solved.found.x is None:
        return solved, None
    left = None if solved.deadline is None else max(0.01, solved.deadline - time.perf_counter())
    return solved, find(solved, count, slack, move, left)


def frontier(
    rulebook: str,
    rules: Path | None,
    overlay: Overlay,
    goals: tuple[Goal, Goal],
    points: int,
    time_limit: float | None = None,
    issued: Reader | None = None,
) -> Traded:
    """What one goal costs in another (§12). ``issued``: reads the plan that changes are counted against;
    ``time_limit`` in seconds for all of it. Raises RuleError.
    """
    from engine.base import Base
    from scenarios.trading import trade

    return trade(Base.of(rulebook, rules).under, overlay, goals, points, time_limit, issued)


def diff(
    rulebook: str,
    inputs: Sequence[str],
    rules: Path | None = None,
    overlay: Overlay = NOTHING,
    time_limit: float | None = None,
) -> tuple[Rulebook, Comparison]:
    """Plans side by side, with the rulebook that gives names their words. Raises RuleError.

    Each input: ``base``, the rulebook as it is; a scenario; a ``.yaml`` overlay; a ``.json`` plan that was
    issued. ``overlay`` lies over all but plans that were issued, as the options of ``plan`` would; where all
    were, there is nothing that it could lie over (bad_setting). ``time_limit`` in seconds for each plan.
    """
    from scenarios.compare import compare
    from scenarios.issued import issued_file, issued_of

    if not overlay.is_empty and all(name.lower().endswith(".json") for name in inputs):
        named = [
            *(["--scenario"] if overlay.scenario is not None else []),
            *(layer.by for layer in overlay.layers),
        ]
        message = say("nothing_to_change", what=", ".join(dict.fromkeys(named)))
        raise RuleError([Issue(Code.BAD_SETTING, message, hint=say("nothing_to_change.hint"))])
    words = load(rulebook, rules)
    made: dict[str, Issued] = {}
    for name in inputs:
        if name.lower().endswith(".json"):
            made[name] = issued_file(Path(name), name, words, overlay.allocation)
            overlay = overlay.with_allocation(made[name].allocation)
    overlays = {name: _under(name, words, overlay) for name in inputs if name not in made}
    for name, laid in overlays.items():
        made[name] = issued_of(plan(load(rulebook, rules, laid), None, time_limit), name)
    return words, compare([made[name] for name in inputs])


def _under(name: str, rulebook: Rulebook, overlay: Overlay) -> Overlay:
    """What an input of ``diff`` lays over the rulebook, with the options over it."""
    if name.lower().endswith((".yaml", ".yml")):
        return replace(overlay, layers=(overlay_file(Path(name), name), *overlay.layers))
    if name == BASE:
        if BASE in rulebook.scenarios:
            raise RuleError([Issue(Code.NAME_TAKEN, say("base_taken"))])
        return overlay
    if overlay.scenario is not None:
        raise RuleError([Issue(Code.BAD_SETTING, say("two_scenarios", what=overlay.scenario, other=name))])
    return replace(overlay, scenario=name)


def sweep(asked: Asked, progress: Progress | None = None) -> Sweep:
    """Many scenarios (§12). Raises RuleError, StoppedError at Ctrl-C, OSError where it can't write."""
    from scenarios.sweep import sweep as run

    return run(asked, progress)


def why(
    rulebook: Rulebook,
    what: str,
    unit: str | None = None,
    as_of: date | None = None,
    basis: str | None = None,
) -> Explanation | QuotaExplanation | PlanExplanation:
    """Explain a metric, a role, a quota or a whole allocation (§14), without a basis from actuals.

    Raises RuleError.

    A quota stands at its allocation's starting point: a date or basis beside it is refused.
    """
    first, _, second = what.partition(".")
    if first in rulebook.allocations:
        from scenarios.explain import explain_quota
        from scenarios.explain_plan import explain_plan

        if as_of is not None or basis is not None:
            raise RuleError([Issue(Code.WRONG_PLACE, say("quota_own_date"))])

        quotas = rulebook.allocations[first].quotas
        if what == first and unit is None:
            return explain_plan(rulebook, first)
        if not second:
            options = ", ".join(f"{first}.{quota}" for quota in quotas)
            raise RuleError([Issue(Code.UNKNOWN_NAME, say("explain_of", what=first, options=options))])
        if second not in quotas:
            hint = did_you_mean(second, quotas)
            raise RuleError([Issue(Code.UNKNOWN_NAME, say("unknown_name", what=second), hint=hint)])
        return explain_quota(plan(rulebook, first), second, unit)
    return explain(rulebook, what, unit, as_of, basis or "actual")


def check(
    rulebook: str, rules: Path | None = None, overlay: Overlay = NOTHING
) -> tuple[list[Issue], Rulebook | None]:
    """All issues of a rulebook, warnings included (§6, §9), and those of its scenarios where no overlay is
    asked for; beside them the rulebook with what lies over it, None where it can't be loaded. Raises
    RuleError where there is no rulebook.
    """
    find_rulebook(rulebook, rules)
    try:
        loaded = load_rulebook(rulebook, rules, overlay)
    except RuleError as error:
        return list(error.issues), None
    issues = [*loaded.warnings, *run_checks(loaded)]
    for scenario in loaded.scenarios if overlay.is_empty else ():
        try:
            issues += load_rulebook(rulebook, rules, Overlay(scenario)).warnings
        except RuleError as error:
            issues += error.issues
    return in_order(issues), loaded


def test(rulebook: Rulebook) -> list[CaseResult]:
    """Run the rulebook's own cases, on plans too (§14). Raises RuleError."""
    found: list[CaseResult] = []
    plans: dict[str, Plan] = {}
    for case in rulebook.cases.values():
        if case.plan is None:
            found += run_figure_case(rulebook, case)
            continue
        if case.plan not in plans:
            plans[case.plan] = plan(rulebook, case.plan)
        for expectation in case.expect:
            quota, _, unit = expectation.what.partition(".")
            value = plans[case.plan].value(quota, unit or None)
            found.append(compare_quota(case, expectation, value, plans[case.plan].why_none))
    return found


def new(name: str, folder: Path) -> Path:
    """Copy the template to ``folder / name``. Raises RuleError (bad_identifier, folder_exists)."""
    from engine.scalars import IDENTIFIER

    issues = Issues()
    target = folder / name
    if not IDENTIFIER.fullmatch(name):
        issues.add(Code.BAD_IDENTIFIER, None, hint=say("bad_identifier.hint"), what=name)
    elif target.exists():
        issues.add(Code.FOLDER_EXISTS, None, what=str(target))
    elif not folder.is_dir():
        issues.add(Code.FILE_NOT_FOUND, None, what=str(folder))
    if issues.found:
        raise RuleError(issues.found)
    shutil.copytree(TEMPLATE, target, ignore=shutil.ignore_patterns("__pycache__"))
    for file in sorted(target.glob("*.yaml")):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        renamed = [f"rulebook: {name}\n" if line.startswith("rulebook:") else line for line in lines]
        file.write_text("".join(renamed), encoding="utf-8")
    return target


def schema() -> Mapping[str, Any]:
    """JSON Schema of rulebook files."""
    from engine.schema import json_schema

    return json_schema()
