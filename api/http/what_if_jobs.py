"""What workers do for what plays with plans: the answers of the command line, in JSON."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import labels, services
from api.http.encoding import to_json
from engine.errors import Code, Issue, RuleError
from engine.numbers import Lang
from engine.overlay import Overlay
from engine.words import joined

if TYPE_CHECKING:
    from engine.rulebook import Rulebook
    from scenarios.goals import Goal
    from scenarios.issued import Issued
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
    goals: tuple[Goal, Goal],
    points: int,
    issued: tuple[Any, str] | None,
    time_limit: float,
) -> bytes:
    """What one goal costs in another; ``issued``: the JSON of the plan that changes are counted against, and
    its name. Raises RuleError.
    """
    from api.frontier_answers import frontier_answer

    def read(book: Rulebook) -> Issued:
        from scenarios.issued import issued as parsed

        assert issued is not None
        return parsed(*issued, book, overlay.allocation)

    traded = services.frontier(
        rulebook, root, overlay, goals, points, time_limit, None if issued is None else read
    )
    if traded.found is None:
        assert traded.solved is not None
        raise _without_plan(traded.solved)
    return to_json(frontier_answer(traded))


def _without_plan(solved: Solved) -> RuleError:
    """That there is no plan to begin with, and why."""
    from scenarios.plan import plan_of

    plan = plan_of(solved)
    causes = [conflict.words for conflict in plan.conflicts]
    return RuleError([Issue(Code.BAD_SETTING, joined([labels.PLAN_STATUS[plan.status], *causes], ": "))])
