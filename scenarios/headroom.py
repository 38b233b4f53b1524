"""How far a figure may go before no plan exists any more (§12)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from engine.errors import Code, Issue, RuleError
from engine.rulebook import Rulebook
from engine.words import say
from scenarios.conflict import Conflict
from scenarios.fairness import allocate
from scenarios.figure_path import Figure
from scenarios.plan import Plan, Solved, plan_of, pose_and_compile
from scenarios.problem import choose_allocation

LOOK = 24
"""Steps inside of an end that are tried one by one: ceilings that are rounded down leave gaps there."""
FAR = 2**20
"""Steps after which a figure that still allows plans is called free."""


@dataclass(frozen=True, slots=True)
class Tested:
    """One value and whether a plan exists; None where the time was too short to tell."""

    value: Decimal
    feasible: bool | None


@dataclass(frozen=True, slots=True)
class Headroom:
    """How far a figure may go in one direction, in whole steps from where it starts.

    ``limit``: the last value that allows a plan; None where none was found. ``beyond``: the next step, which
    allows none, None where the search came to ``free_to`` and every value tested allowed one. ``plan``: the
    plan at the limit; ``conflicts`` and ``issues``: why there is none beyond. ``in_time``: no test ran out of
    time. Values beyond ``beyond`` are not searched.
    """

    rulebook: Rulebook
    allocation: str
    path: str
    start: Decimal
    step: Decimal
    down: bool
    limit: Decimal | None
    beyond: Decimal | None
    free_to: Decimal | None
    tested: tuple[Tested, ...]
    plan: Plan | None
    conflicts: tuple[Conflict, ...]
    issues: tuple[Issue, ...]
    in_time: bool

    @property
    def starts(self) -> bool:
        """Whether a plan exists where the figure starts."""
        return any(one.feasible for one in self.tested if one.value == self.start)


@dataclass(slots=True)
class _Search:
    """``at``: the rulebook with the figure at a value, raising RuleError where it can't have it."""

    at: Callable[[Decimal], Rulebook]
    start: Decimal
    step: Decimal
    deadline: float | None
    tested: dict[int, bool | None] = field(default_factory=dict)

    def value(self, steps: int) -> Decimal:
        return self.start + self.step * steps

    def left(self) -> float | None:
        return None if self.deadline is None else max(0.01, self.deadline - time.perf_counter())

    def feasible(self, steps: int) -> bool | None:
        """Whether a plan exists so many steps from the start; a value that can't stand there allows none."""
        if steps not in self.tested:
            try:
                compiled = pose_and_compile(self.at(self.value(steps)))
            except RuleError:
                self.tested[steps] = False
            else:
                status = allocate(compiled.cells(), time_limit=self.left(), proof=False).status
                self.tested[steps] = {"infeasible": False, "none_found": None}.get(status, True)
        return self.tested[steps]

    def between(self, good: int, bad: int) -> tuple[int, int]:
        """The last that allows a plan before the first that doesn't, between the two; halving."""
        while abs(bad - good) > 1:
            middle = (good + bad) // 2
            if self.feasible(middle):
                good = middle
            else:
                bad = middle
        return good, bad

    def inwards(self, good: int, bad: int) -> tuple[int, int]:
        """The same where a value a little further inside allows no plan either: its end comes first."""
        towards = 1 if good > bad else -1
        at = good
        while at != 0 and abs(at - good) < LOOK:
            at += towards
            if self.feasible(at) is False:
                good, bad = at + towards, at
        return good, bad

    def outward(self, sign: int, most: int) -> tuple[int, int | None]:
        """From a start that allows a plan, in growing strides: the last that does and the first that doesn't,
        None where all do for ``most`` steps.
        """
        before, stride = 0, 1
        while before < most:
            here = min(before + stride, most)
            if not self.feasible(sign * here):
                return sign * before, sign * here
            before, stride = here, stride * 2
        return sign * before, None

    def nearest(self) -> tuple[int, int] | None:
        """From a start that allows none, both ways in growing strides: one that does, the one before."""
        before, stride = 0, 1
        while before < FAR:
            here = min(before + stride, FAR)
            for sign in (1, -1):
                if self.feasible(sign * here):
                    return sign * here, sign * before
            before, stride = here, stride * 2
        return None


def check_request(figure: Figure, step: Decimal | None, until: Decimal | None, *, down: bool) -> None:
    """Refuse a step or a last value that can't be. Raises RuleError (bad_setting)."""
    issues = []
    stride = figure.step if step is None else step
    if stride <= 0:
        issues.append(Issue(Code.BAD_SETTING, say("bad_step", what=f"--step {step}")))
    elif figure.whole and stride % 1:
        issues.append(Issue(Code.BAD_SETTING, say("step_too_fine", what=f"--step {step}")))
    elif until is not None and ((until < figure.start) != down or (until - figure.start) % stride != 0):
        message = say("bad_until", what=f"--until {until}", start=figure.start, step=stride)
        issues.append(Issue(Code.BAD_SETTING, message))
    if issues:
        raise RuleError(issues)


def headroom(
    rulebook: Rulebook,
    at: Callable[[Decimal], Rulebook],
    figure: Figure,
    *,
    step: Decimal | None = None,
    down: bool = False,
    until: Decimal | None = None,
    time_limit: float | None = None,
) -> Headroom:
    """How far a figure may go from where it starts before no plan exists.

    ``rulebook``: as it is; ``at``: with the figure at a value, raising RuleError where it can't have it.

    The search goes in growing strides and then halves, so it finds the first end of the values that allow
    plans if these have no gaps between those tested. Where the start itself allows none it goes both ways, to
    the nearest value that does. ``until``: the last value that is of interest, whole steps from the start.
    """
    deadline = None if time_limit is None else time.perf_counter() + time_limit
    start, step = figure.start, figure.step if step is None else step
    search = _Search(at, start, step, deadline)
    sign = -1 if down else 1
    most = FAR if until is None else int(abs(until - start) / step)
    good: int | None
    bad: int | None
    if search.feasible(0):
        good, bad = search.outward(sign, most)
    else:
        good, bad = search.nearest() or (None, 0)
    starts = search.feasible(0)
    if good is not None and bad is not None:
        good, bad = search.between(good, bad)
        if starts:
            good, bad = search.inwards(good, bad)
    plan = conflicts = None
    issues: tuple[Issue, ...] = ()
    if good is not None:
        plan = _plan(search, good)
    if bad is not None:
        try:
            conflicts = _plan(search, bad).conflicts
        except RuleError as error:
            issues = error.issues
    tested = sorted(search.tested.items())
    return Headroom(
        rulebook,
        choose_allocation(rulebook, None).id,
        figure.path,
        start,
        step,
        down,
        None if good is None else search.value(good),
        None if bad is None else search.value(bad),
        search.value(good) if good is not None and bad is None else None,
        tuple(Tested(search.value(steps), found) for steps, found in tested),
        plan,
        conflicts or (),
        issues,
        None not in search.tested.values(),
    )


def _plan(search: _Search, steps: int) -> Plan:
    """The plan that many steps from the start, or why there is none. Raises RuleError."""
    compiled = pose_and_compile(search.at(search.value(steps)))
    return plan_of(Solved(compiled, allocate(compiled.cells(), time_limit=search.left()), search.deadline))
