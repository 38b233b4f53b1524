"""What workers do for what plays with plans: the answers of the command line, in JSON."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from api import labels, services
from api.http.encoding import to_json
from engine.errors import Code, Issue, RuleError
from engine.numbers import Lang
from engine.overlay import Overlay
from engine.words import joined

if TYPE_CHECKING:
    from scenarios.plan import Solved


def limits(
    root: Path,
    rulebook: str,
    overlay: Overlay,
    path: str,
    down: bool,
    ends: tuple[Decimal | None, Decimal | None],
    time_limit: float,
    lang: Lang,
) -> bytes:
    """How far a figure may go; ``ends``: the step, and where the search ends. Raises RuleError."""
    from api.limits_answers import limits_answer

    step, until = ends
    found = services.limits(
        rulebook, root, overlay, path, down=down, step=step, until=until, time_limit=time_limit
    )
    return to_json(limits_answer(found, lang))


def alternatives(
    root: Path,
    rulebook: str,
    overlay: Overlay,
    wanted: tuple[int, float, float],
    time_limit: float,
    lang: Lang,
) -> bytes:
    """Plans nearly as fair; ``wanted``: how many, how much less fair, how far apart. Raises RuleError."""
    from api.alternatives_answers import alternatives_answer

    book = services.load(rulebook, root, overlay)
    solved, found = services.alternatives(book, overlay.allocation, *wanted, time_limit)
    if found is None:
        raise _without_plan(solved)
    return to_json(alternatives_answer(solved, found, time_limit, lang))


def frontier(
    root: Path,
    rulebook: str,
    overlay: Overlay,
    goal: str,
    ends: tuple[Decimal, Decimal] | None,
    points: int,
    more: bool,
    time_limit: float,
) -> bytes:
    """What fairness is traded for; ``ends``: of a figure, None for the cost. Raises RuleError."""
    from api.frontier_answers import frontier_answer

    if ends is None:
        book = services.load(rulebook, root, overlay)
        solved, found = services.frontier(book, overlay.allocation, points, time_limit)
        if found is None:
            raise _without_plan(solved)
        path = goal
    else:
        book, path, found = services.figure_frontier(
            rulebook, root, overlay, goal, ends, points, more=more, time_limit=time_limit
        )
    allocation = services.allocation_of(book, overlay.allocation)
    return to_json(frontier_answer(found, book, allocation, path, more=more))


def _without_plan(solved: Solved) -> RuleError:
    """That there is no plan to begin with, and why."""
    from scenarios.plan import plan_of

    plan = plan_of(solved)
    causes = [conflict.words for conflict in plan.conflicts]
    return RuleError([Issue(Code.BAD_SETTING, joined([labels.PLAN_STATUS[plan.status], *causes], ": "))])
