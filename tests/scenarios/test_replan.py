"""Plans made anew close to an issued one: what moves and why, conflicts, and what comes back."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from engine.errors import RuleError
from engine.link import load_rulebook
from engine.rulebook import Rulebook
from scenarios.issued import issued_of
from scenarios.plan import Plan, make_plan
from scenarios.replan import Closeness, Within, replan
from tests.scenarios import worlds
from tests.scenarios.enumerated import METHODS
from tests.scenarios.replans import NAMES, book, issue

Planned = Callable[[int], tuple[Rulebook, Plan] | None]


def values(plan: Plan, quota: str = "jobs") -> list[int]:
    return [share.value for share in plan.shares if share.quota == quota]


def why(plan: Plan) -> dict[tuple[str, str], tuple[str, ...]]:
    assert plan.staying is not None
    return {(one.quota, one.unit): one.why for one in plan.staying.moved}


def changed(plan: Plan) -> dict[tuple[str, str], int]:
    assert plan.staying is not None
    return {(one.quota, one.unit): one.now - one.was for one in plan.staying.moved if one.now is not None}


# ------------------------------------------------------------------------------------ what comes back


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """A world's rulebook and its plan, made once; None where it has none."""

    @cache
    def made(seed: int) -> tuple[Rulebook, Plan] | None:
        world = worlds.world(seed)
        if worlds.needless(world):
            return None
        folder = tmp_path_factory.mktemp("world") / "book"
        rulebook = load_rulebook("book", worlds.write(world, folder).parent)
        plan = make_plan(rulebook)
        return (rulebook, plan) if plan.cells else None

    return made


@pytest.mark.parametrize("seed", range(60))
def test_what_is_still_possible_comes_back(seed: int, planned: Planned) -> None:
    """Another method, other needs: no reason to change anything, cells included."""
    found = planned(seed)
    if found is None:
        return
    rulebook, first = found
    allocation = rulebook.allocations["plan"]
    other = replace(allocation, fairness=METHODS[seed % len(METHODS)])
    needs = [quota.need for quota in allocation.quotas.values()]
    other = replace(
        other,
        quotas={
            name: replace(quota, need=need)
            for (name, quota), need in zip(allocation.quotas.items(), needs[::-1], strict=True)
        },
    )
    again = replace(rulebook, allocations={"plan": other})
    try:
        close = replan(again, Closeness(issued_of(first, "first")))
    except RuleError:
        return  # the other quota's needs are all zero for those not held
    assert close.cells == first.cells
    assert close.staying is not None
    assert close.staying.moved == ()
    assert close.status == "optimal"
    assert close.bound_gap == 0


def test_enough_worlds_have_a_plan_to_bring_back(planned: Planned) -> None:
    assert sum(planned(seed) is not None for seed in range(60)) >= 20


# ------------------------------------------------------------------------------------------------ why


def test_a_changed_total_moves_all_that_share_it(tmp_path: Path) -> None:
    issued = issue(book(tmp_path, [1, 1, 1], 30))
    plan = replan(book(tmp_path, [1, 1, 1], 36), Closeness(issued))
    assert values(plan) == [12, 12, 12]
    assert why(plan) == {("jobs", unit): ("jobs.total",) for unit in "abc"}


def test_a_hold_is_the_reason_of_those_that_make_up_for_it(tmp_path: Path) -> None:
    issued = issue(book(tmp_path, [1, 1, 1], 30))
    plan = replan(book(tmp_path, [1, 1, 1], 30, hold="a: {jobs: 14}"), Closeness(issued))
    assert values(plan) == [14, 8, 8]
    assert why(plan) == {("jobs", unit): ("hold.a.jobs",) for unit in "abc"}


def test_bounds_rules_nests_and_multiples_are_named(tmp_path: Path) -> None:
    issued = issue(book(tmp_path, [3, 2, 1], 30))
    assert dict(issued.values["jobs"]) == {"a": 15, "b": 10, "c": 5}
    bounded = replan(book(tmp_path, [3, 2, 1], 30, jobs="at_most: 12"), Closeness(issued))
    assert why(bounded)["jobs", "a"] == ("jobs.at_most.a",)
    assert why(bounded)["jobs", "b"] == ("jobs.at_most.a",)
    rules = "few: {for: unit, only: {unit: a}, require: by_unit(jobs) <= 13}"
    ruled = replan(book(tmp_path, [3, 2, 1], 30, rules=rules), Closeness(issued))
    assert why(ruled)["jobs", "a"] == ("few",)
    stepped = replan(book(tmp_path, [3, 2, 1], 30, jobs="multiple_of: 6"), Closeness(issued))
    assert values(stepped) == [12, 12, 6]
    assert set(why(stepped).values()) == {("jobs.multiple_of",)}
    two = "total: 12, need: need"
    free = issue(book(tmp_path, [3, 2, 1], 30, loans=two))
    # Loans of 6, 4 and 2 under jobs held at 5 in a.
    nested = replan(
        book(tmp_path, [3, 2, 1], 30, loans=f"{two}, within: jobs", hold="a: {jobs: 5}"), Closeness(free)
    )
    assert why(nested)["jobs", "a"] == ("hold.a.jobs",)
    assert values(nested, "loans")[0] == 5
    # The issued plan keeps the nest; with the hold it no longer can.
    assert "hold.a.jobs" in why(nested)["loans", "a"] or "loans.within" in why(nested)["loans", "a"]


def test_fairness_is_the_reason_where_nothing_forces_it(tmp_path: Path) -> None:
    """Issued 10 each; needs are now 2, 1, 1: shares (15 + 10) / 2 and twice (7.5 + 10) / 2."""
    issued = issue(book(tmp_path, [1, 1, 1], 30))
    plan = replan(book(tmp_path, [2, 1, 1], 30), Closeness(issued, 1.0))
    assert values(plan) == [12, 9, 9]
    assert why(plan) == {("jobs", unit): ("fairness",) for unit in "abc"}
    assert values(replan(book(tmp_path, [2, 1, 1], 30), Closeness(issued, 0.0))) == [15, 8, 7]


def test_both_reasons_where_more_moved_than_had_to(tmp_path: Path) -> None:
    issued = issue(book(tmp_path, [1, 1, 1], 30))
    plan = replan(book(tmp_path, [4, 1, 1], 33), Closeness(issued, 1.0))
    # Alone, the total would give 11 each; shares of (22 + 10) / 2 and twice (5.5 + 10) / 2 of 31.5.
    assert values(plan) == [17, 8, 8]
    assert why(plan) == {("jobs", unit): ("jobs.total", "fairness") for unit in "abc"}


def test_units_that_come_and_go(tmp_path: Path) -> None:
    issued = issue(book(tmp_path, [1, 1, 1], 30))
    more = replan(book(tmp_path, [1, 1, 1, 1], 30), Closeness(issued))
    assert more.staying is not None
    # Issued shares of 10 each and the new one's own 7.5, of 30 in 37.5.
    assert values(more) == [8, 8, 8, 6]
    assert more.staying.new == (("jobs", "d", 6),)
    assert set(why(more).values()) == {("new_unit",)}
    allocation = (rulebook := book(tmp_path, [1, 1, 1], 30)).allocations["plan"]
    fewer = replace(rulebook, allocations={"plan": replace(allocation, leave_out=frozenset({"c"}))})
    less = replan(fewer, Closeness(issued))
    assert values(less) == [15, 15]
    moved = {("jobs", "a"): ("left_out",), ("jobs", "b"): ("left_out",)}
    assert why(less) == moved | {("jobs", "c"): ("leave_out",)}
    assert less.staying is not None
    assert [(one.unit, one.was, one.now) for one in less.staying.moved] == [
        ("a", 10, 15),
        ("b", 10, 15),
        ("c", 10, None),
    ]


def test_a_total_that_changes_too_is_named_beside_the_unit_left_out(tmp_path: Path) -> None:
    """10 each; without c 24 are left for two, 12 each. A unit that isn't there at all is not left out."""
    issued = issue(book(tmp_path, [1, 1, 1], 30))
    allocation = (rulebook := book(tmp_path, [1, 1, 1], 24)).allocations["plan"]
    fewer = replace(rulebook, allocations={"plan": replace(allocation, leave_out=frozenset({"c"}))})
    both = ("jobs.total", "left_out")
    assert why(replan(fewer, Closeness(issued))) == {
        ("jobs", "a"): both,
        ("jobs", "b"): both,
        ("jobs", "c"): ("leave_out",),
    }
    # 20 for two leaves a and b where they are: only c moves.
    rest = book(tmp_path, [1, 1], 20)
    assert why(replan(rest, Closeness(issued))) == {("jobs", "c"): ("not_there",)}


# ------------------------------------------------------------------------------------------ how far


def test_a_part_of_what_was_issued_is_exact() -> None:
    assert Within(Decimal("0.05"), relative=True).reach(100) == 5
    assert Within(Decimal("0.07"), relative=True).reach(100) == 7  # 0.07 × 100 is 7.000000000000001 in floats
    assert Within(Decimal("0.05"), relative=True).reach(99) == 4
    assert Within(Decimal(2)).reach(99) == 2
    assert (Within(Decimal("0.05"), relative=True).said, Within(Decimal(20)).said) == ("5%", "20")


def test_what_is_too_close_names_itself_and_says_how_far_is_needed(tmp_path: Path) -> None:
    issued = issue(book(tmp_path, [1, 1, 1], 30))
    plan = replan(book(tmp_path, [1, 1, 1], 36), Closeness(issued, within=Within(Decimal(1))))
    assert plan.status == "infeasible"
    assert [conflict.members for conflict in plan.conflicts] == [("jobs.total", "stay.within")]
    entries = [(one.member, one.at, one.by) for one in plan.conflicts[0].relax]
    assert entries == [("stay.within", {"quota": "jobs", "unit": unit}, 1) for unit in "abc"]
    assert plan.relaxed is not None
    assert values(plan.relaxed) == [12, 12, 12]


def test_held_quotas_count_too(tmp_path: Path) -> None:
    """A hold 4 away is not within 3; nor may one quota alone move then."""
    issued = issue(book(tmp_path, [1, 1, 1], 30))
    held = book(tmp_path, [1, 1, 1], 30, hold="a: {jobs: 14}")
    near = replan(held, Closeness(issued, within=Within(Decimal(3))))
    assert {member for conflict in near.conflicts for member in conflict.members} == {
        "hold.a.jobs",
        "stay.within",
    }
    alone = replan(held, Closeness(issued, most=1))
    assert alone.status == "infeasible"
    assert "stay.most" in alone.conflicts[0].members
    two = replan(held, Closeness(issued, most=2))
    assert values(two) == [14, 10, 6]  # 14, 6, 10 is as fair: earlier units get more


@pytest.mark.parametrize("seed", range(25))
def test_the_fewest_that_must_move_as_enumerated(seed: int, tmp_path: Path) -> None:
    """The conflict names stay.most and no demand without which it could hold; the relaxation is the least."""
    pick = random.Random(seed)
    needs = [pick.randint(1, 5) for _ in range(4)]
    issued = issue(book(tmp_path, needs, pick.randint(8, 20)))
    total, least, most = pick.randint(8, 20), pick.randint(0, 3), pick.randint(5, 9)
    multiple = pick.choice([1, 1, 2])
    limit = pick.randint(4, 12)
    made = book(
        tmp_path,
        needs,
        total,
        jobs=f"at_least: {least}, at_most: {most}, multiple_of: {multiple}",
        rules=f"few: {{for: unit, only: {{unit: [a, b]}}, require: by_unit(jobs) <= {limit}}}",
    )
    p = [issued.values["jobs"][unit] for unit in NAMES[:4]]

    def moves(*without: str) -> int | None:
        """The least number of moves under all demands but these."""
        highs = [20 if f"jobs.at_most.{u}" in without else most for u in NAMES[:4]]
        lows = [0 if f"jobs.at_least.{u}" in without else least for u in NAMES[:4]]
        ruled = [limit if n < 2 and "few" not in without else 99 for n in range(4)]
        ranges = [np.arange(low, high + 1) for low, high in zip(lows, highs, strict=True)]
        q = np.stack(np.meshgrid(*ranges), axis=-1).reshape(-1, 4)  # every plan
        q = q[(q <= ruled).all(axis=1)]
        if "jobs.total" not in without:
            q = q[q.sum(axis=1) == total]
        if "jobs.multiple_of" not in without:
            odd = q % multiple
            q = q[odd.any(axis=1) <= ((odd > 0).sum(axis=1) == 1) & (odd.sum(axis=1) == total % multiple)]
        return min((q != p).sum(axis=1).tolist(), default=None)

    fewest = moves()
    for allowed in range(5):
        plan = replan(made, Closeness(issued, most=allowed))
        if fewest is not None and fewest <= allowed:
            assert plan.status == "optimal"
            assert sum(a != b for a, b in zip(values(plan), p, strict=True)) <= allowed
            continue
        assert plan.status == "infeasible"
        if fewest is None:
            assert all("stay.most" not in conflict.members for conflict in plan.conflicts)
            continue
        (conflict,) = plan.conflicts
        assert "stay.most" in conflict.members
        for member in set(conflict.members) - {"stay.most"}:
            kept = set(conflict.members) - {member}
            everything = {f"jobs.{side}.{u}" for side in ("at_least", "at_most") for u in NAMES[:4]}
            without = (everything | {"few", "jobs.total", "jobs.multiple_of"}) - kept
            fewer = moves(*without)
            assert fewer is not None
            assert fewer <= allowed, member
        assert [(one.member, one.by) for one in conflict.relax] == [("stay.most", fewest - allowed)]
        assert plan.relaxed is not None
        assert sum(a != b for a, b in zip(values(plan.relaxed), p, strict=True)) == fewest


# -------------------------------------------------------------------------------------- odd requests


@pytest.mark.parametrize(
    "change",
    [
        {"weight": -1.0},
        {"weight": math.nan},
        {"within": Within(Decimal(-1))},
        {"within": Within(Decimal("NaN"))},
        {"within": Within(Decimal("0.05"))},
        {"most": -1},
    ],
)
def test_numbers_that_mean_nothing_are_refused(change: dict[str, object], tmp_path: Path) -> None:
    rulebook = book(tmp_path, [1, 1], 10)
    with pytest.raises(RuleError) as caught:
        replan(rulebook, replace(Closeness(issue(rulebook)), **change))  # type: ignore[arg-type]
    assert [issue_.code.value for issue_ in caught.value.issues] == ["bad_setting"]


def test_a_plan_without_quotas_is_nothing_to_stay_close_to(tmp_path: Path) -> None:
    rulebook: Rulebook = book(tmp_path, [1, 1], 10, jobs="at_most: 2")
    with pytest.raises(RuleError, match=r"PLAN\.json"):
        replan(rulebook, Closeness(issue(rulebook)))
