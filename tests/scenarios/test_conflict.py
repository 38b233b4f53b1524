"""Conflicts and the least relaxation (§13): by hand, and against CP-SAT on random allocations."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from scenarios.conflict import Diagnosis, find_conflicts
from scenarios.fairness import allocate
from tests.scenarios.infeasible import QUOTAS, UNITS, Asking, Row, random_asking, stated
from tests.scenarios.infeasible_exact import least, possible, possible_under, relative_to


def ask(
    totals: list[int],
    *,
    units: int = 3,
    periods: int = 1,
    floors: dict[tuple[int, int], str] | None = None,
    ceilings: dict[tuple[int, int], str] | None = None,
    holds: dict[tuple[int, int], int] | None = None,
    multiple: list[int] | None = None,
    nest: tuple[int, int] | None = None,
    priority: int = 3,
) -> Asking:
    """An allocation whose floors, ceilings and holds are given by (quota, unit)."""
    asking = Asking(len(totals), units, periods, totals)
    asking.multiple = multiple or [1] * len(totals)
    for (k, u), amount in (holds or {}).items():
        asking.hold(k, u, amount)
    for key, bounds in (("at_least", floors or {}), ("at_most", ceilings or {})):
        for (k, u), side in bounds.items():
            asking.bound(k, u, key, Fraction(side), priority)
    if nest:
        asking.nest(*nest)
    return asking


def diagnose(asking: Asking) -> Diagnosis:
    asking.state_totals()
    check_conflicts(asking, found := find_conflicts(stated(asking)))
    check_relaxation(asking, found)
    return found


def check_conflicts(asking: Asking, found: Diagnosis) -> None:
    """Every conflict is impossible, and possible without any one of its members, says CP-SAT. Profiles are
    named where it is possible once they shut nothing.
    """
    opened = replace(asking, shut=set())
    for conflict in found.conflicts:
        assert not possible(asking, conflict.members)
        assert ("gives nothing in" in conflict.words.en) is possible(opened, conflict.members)
        for left_out in conflict.members:
            assert possible(asking, [name for name in conflict.members if name != left_out])


def check_relaxation(asking: Asking, found: Diagnosis) -> None:
    """The entries help, are as small as CP-SAT finds, and each stands with one conflict."""
    entries = [(entry.member, entry.at, Fraction(entry.by)) for entry in found.relaxation]
    assert all(by > 0 for _, _, by in entries)
    assert possible_under(asking, entries)
    loosest = {priority: (Fraction(0), Fraction(0)) for priority in asking.priority.values()}
    for member, at, by in entries:
        relative = by / relative_to(asking, member, at)
        largest, total = loosest[asking.priority[member]]
        loosest[asking.priority[member]] = (max(largest, relative), total + relative)
    assert found.least
    assert loosest == least(asking)
    standing = [entry for conflict in found.conflicts for entry in conflict.relax]
    assert sorted(map(id, standing)) == sorted(map(id, found.relaxation))
    check_relaxed_plan(asking, found, {(m, tuple(sorted(at.items()))): by for m, at, by in entries})


def check_relaxed_plan(
    asking: Asking, found: Diagnosis, room: dict[tuple[str, tuple[tuple[str, str], ...]], Fraction]
) -> None:
    """The allocation that is left has a plan, and it breaks no member by more than its entry."""
    assert found.relaxed is not None
    x = allocate(found.relaxed.cells()).x
    assert x is not None
    for member, rows in asking.members.items():
        for row in rows:
            place = {"unit": UNITS[row.unit]} if row.unit >= 0 else {}
            place |= {"period": f"2023-{7 + row.period:02d}"} if row.period >= 0 else {}
            by = room.get((member, tuple(sorted(place.items()))), Fraction(0))
            value = sum((c * int(x[cell]) for cell, c in row.terms.items()), Fraction(0))
            assert row.lower is None or value >= row.lower - by
            assert row.upper is None or value <= row.upper + by
    for k, step in enumerate(asking.multiple):
        member = f"{QUOTAS[k]}.multiple_of"
        free = [u for u in range(asking.units) if (k, u) not in asking.held]
        off = [int(x[k, u].sum()) % step for u in free if (member, (("unit", UNITS[u]),)) not in room]
        assert sum(rest != 0 for rest in off) <= 1


def members(found: Diagnosis) -> list[set[str]]:
    return [set(conflict.members) for conflict in found.conflicts]


def only_words(found: Diagnosis) -> tuple[str, str]:
    (conflict,) = found.conflicts
    return conflict.words.vi, conflict.words.en


# -- what arithmetic shows ---------------------------------------------------------------------------------


def test_floors_above_the_total_name_only_the_largest_that_are_needed() -> None:
    found = diagnose(ask([10], units=4, floors={(0, 0): "6", (0, 1): "1", (0, 2): "5", (0, 3): "1"}))
    assert members(found) == [{"jobs.at_least.a", "jobs.at_least.c", "jobs.total"}]
    vi, en = only_words(found)
    assert vi == "Việc jobs: mức sàn của Huyện A, Huyện C cộng lại là 11, cao hơn tổng 10 phải giao"
    assert en == "jobs: the floors of District A, District C add up to 11, above the 10 to be placed"


def test_a_floor_and_a_hold_above_the_total() -> None:
    found = diagnose(ask([10], floors={(0, 0): "6"}, holds={(0, 1): 5}))
    assert members(found) == [{"jobs.at_least.a", "hold.b.jobs", "jobs.total"}]
    assert "mức sàn và mức giữ cố định của Huyện A, Huyện B cộng lại là 11" in only_words(found)[0]


def test_ceilings_below_the_total() -> None:
    found = diagnose(ask([9], ceilings={(0, 0): "2", (0, 1): "2", (0, 2): "3"}))
    assert members(found) == [{"jobs.at_most.a", "jobs.at_most.b", "jobs.at_most.c", "jobs.total"}]
    assert "mức trần của 3 đơn vị cộng lại là 7, thấp hơn tổng 9 phải giao" in only_words(found)[0]


def test_ceilings_that_only_rounding_puts_below_the_total() -> None:
    found = diagnose(ask([15], units=2, ceilings={(0, 0): "15/2", (0, 1): "15/2"}))
    assert members(found) == [{"jobs.at_most.a", "jobs.at_most.b", "jobs.total"}]
    assert "rounded down to whole numbers, add up to 14, below the 15" in only_words(found)[1]
    (entry,) = found.relaxation
    assert (entry.by, entry.measure.name) == (0.5, "person")


def test_a_floor_above_a_ceiling() -> None:
    found = diagnose(ask([10], floors={(0, 1): "3"}, ceilings={(0, 1): "2"}))
    assert members(found) == [{"jobs.at_least.b", "jobs.at_most.b"}]
    assert only_words(found)[0] == "Việc jobs: mức sàn 3 của Huyện B cao hơn mức trần 2"


def test_no_whole_number_between_floor_and_ceiling() -> None:
    found = diagnose(ask([10], floors={(0, 1): "5/2"}, ceilings={(0, 1): "5/2"}))
    assert members(found) == [{"jobs.at_least.b", "jobs.at_most.b"}]
    assert "giữa mức sàn 2,5 và mức trần 2,5 của Huyện B không có số nguyên nào" in only_words(found)[0]


def test_a_ceiling_below_zero_can_be_met_by_nothing() -> None:
    found = diagnose(ask([10], ceilings={(0, 1): "-1"}))
    assert members(found) == [{"jobs.at_most.b"}]
    assert "mức trần -1 của Huyện B nhỏ hơn 0" in only_words(found)[0]


def cell_rows(asking: Asking, quota: int, lower: int | None, upper: int | None) -> list[Row]:
    least, most = (None if side is None else Fraction(side) for side in (lower, upper))
    return [
        Row({(quota, u, t): Fraction(1)}, least, most, u, t)
        for u in range(asking.units)
        for t in range(asking.periods)
    ]


def test_the_months_ceilings_below_the_total_and_below_a_floor() -> None:
    asking = ask([20], units=2, periods=2, floors={(0, 0): "8"})
    asking.add("jobs.per_period.at_most", 2, cell_rows(asking, 0, None, 3))
    found = diagnose(asking)
    assert members(found) == [
        {"jobs.at_least.a", "jobs.per_period.at_most"},
        {"jobs.per_period.at_most", "jobs.total"},
    ]
    first, second = (conflict.words.vi for conflict in found.conflicts)
    assert "tại Huyện A, mức sàn đòi hỏi ít nhất 8, nhưng mức trần từng kỳ chỉ cho nhiều nhất 6" in first
    assert "mức trần từng kỳ của 2 đơn vị cộng lại là 12, thấp hơn tổng 20 phải giao" in second


def test_a_month_whose_floor_is_above_its_ceiling() -> None:
    asking = ask([20], units=2, periods=2)
    asking.add("jobs.per_period.at_least", 2, cell_rows(asking, 0, 3, None)[1:2])
    asking.add("jobs.per_period.at_most", 2, cell_rows(asking, 0, None, 2)[1:2])
    found = diagnose(asking)
    assert members(found) == [{"jobs.per_period.at_least", "jobs.per_period.at_most"}]
    assert only_words(found)[0] == (
        "Việc jobs: tại Huyện A, tháng 8/2023 phải giao ít nhất 3 nhưng chỉ được giao nhiều nhất 2"
    )
    # 1 of 3 is less than 1 of 2: the floor gives.
    (entry,) = found.relaxation
    assert (entry.member, entry.by) == ("jobs.per_period.at_least", 1)
    assert entry.words.vi == (
        "hạ mức sàn từng kỳ của chỉ tiêu Việc jobs (Huyện A, tháng 8/2023) 1 người, từ 3 người xuống 2 người"
    )


def test_the_months_floors_above_a_ceiling_and_a_hold() -> None:
    asking = ask([20], units=2, periods=2, ceilings={(0, 0): "5"}, holds={(0, 1): 3})
    asking.add("jobs.per_period.at_least", 2, cell_rows(asking, 0, 3, None))
    found = diagnose(asking)
    assert {"jobs.at_most.a", "jobs.per_period.at_least"} in members(found)
    assert {"hold.b.jobs", "jobs.per_period.at_least"} in members(found)
    words = [conflict.words.en for conflict in found.conflicts]
    assert "jobs: at District B, floors of the periods ask for at least 6, but holds leave at most 3" in words


def test_months_that_are_shut() -> None:
    asking = ask([6], units=2, periods=2, floors={(0, 0): "2"})
    asking.shut = {(0, 0), (0, 1)}
    found = diagnose(asking)
    assert members(found) == [{"jobs.at_least.a"}, {"jobs.total"}]
    assert "không kỳ nào được giao, nên không giao được tổng 6" in found.conflicts[1].words.vi
    assert {(entry.member, entry.by) for entry in found.relaxation} == {
        ("jobs.at_least.a", 2),
        ("jobs.total", 6),
    }


def test_holds_above_the_total() -> None:
    found = diagnose(ask([10], holds={(0, 0): 8, (0, 1): 5}))
    assert members(found) == [{"hold.a.jobs", "hold.b.jobs", "jobs.total"}]
    # 3 too many: 2 of 8 are a quarter, 1 of 5 is a fifth.
    assert [(entry.member, entry.by) for entry in found.relaxation] == [
        ("hold.a.jobs", 2),
        ("hold.b.jobs", 1),
    ]


def test_nests() -> None:
    found = diagnose(ask([10, 20], nest=(1, 0)))
    assert members(found) == [{"training.within", "jobs.total", "training.total"}]
    assert only_words(found)[0] == "Việc training (20) nằm trong Việc jobs nhưng lớn hơn (10)"
    found = diagnose(ask([30, 20], floors={(1, 0): "8"}, ceilings={(0, 0): "5"}, nest=(1, 0)))
    assert members(found) == [{"training.within", "training.at_least.a", "jobs.at_most.a"}]
    assert "mức sàn của Việc training là 8, cao hơn 5 theo mức trần của Việc jobs" in only_words(found)[0]
    found = diagnose(ask([30, 20], holds={(1, 0): 8, (0, 0): 5}, nest=(1, 0)))
    assert members(found) == [{"training.within", "hold.a.training", "hold.a.jobs"}]
    ceilings = {(0, 0): "6", (0, 1): "6"}
    found = diagnose(ask([12, 15], units=2, ceilings=ceilings, nest=(1, 0)))
    assert {"training.within", "jobs.total", "training.total"} in members(found)


def test_the_cheapest_distribution_breaks_a_rule() -> None:
    # 4 in a cost 1 each, the other 6 cost 3 each: 22.
    asking = ask([10], units=2, ceilings={(0, 0): "4"})
    costs = {(0, 0, 0): Fraction(1), (0, 1, 0): Fraction(3)}
    asking.add("first", 5, [Row(costs, None, Fraction(20))])
    found = diagnose(asking)
    assert members(found) == [{"first", "jobs.total", "jobs.at_most.a"}]
    assert "cách giao thấp nhất cũng đã là 22 người, vượt mức 20 người cho phép" in only_words(found)[0]


def test_the_dearest_distribution_falls_short_of_a_rule() -> None:
    asking = ask([10], units=2, ceilings={(0, 1): "2"})
    gains = {(0, 0, 0): Fraction(1), (0, 1, 0): Fraction(3)}
    asking.add("first", 5, [Row(gains, Fraction(20), None)])
    found = diagnose(asking)
    assert members(found) == [{"first", "jobs.total", "jobs.at_most.b"}]
    assert "cách giao cao nhất cũng chỉ đạt 14 người, thấp hơn mức 20 người phải đạt" in only_words(found)[0]


def test_a_rule_of_every_month_falls_short_of_the_total() -> None:
    asking = ask([20], units=2, periods=3)
    months = [{(0, u, t): Fraction(1) for u in range(2)} for t in range(3)]
    asking.add("first", 5, [Row(terms, None, Fraction(6), -1, t) for t, terms in enumerate(months)])
    found = diagnose(asking)
    assert members(found) == [{"first", "jobs.total"}]
    assert only_words(found)[0] == (
        "Quy tắc first (cộng cả 3 nơi áp dụng): cách giao thấp nhất cũng đã là 20 người, "
        "vượt mức 18 người cho phép"
    )


def test_no_multiple_between_floor_and_ceiling() -> None:
    found = diagnose(ask([20], floors={(0, 1): "6"}, ceilings={(0, 1): "15/2"}, multiple=[4]))
    assert members(found) == [{"jobs.at_least.b", "jobs.at_most.b", "jobs.multiple_of"}]
    assert (
        "giữa 6 và 7, mức thấp nhất và cao nhất của Huyện B, không có bội số nào của 4"
        in only_words(found)[0]
    )


def test_multiples_that_can_not_reach_the_total() -> None:
    # 24 = 2 × 10 + 4, but each unit holds 8 at most: 0 + 0 + 4.
    ceilings = {(0, u): "8" for u in range(3)}
    found = diagnose(ask([24], ceilings=ceilings, multiple=[10]))
    assert members(found) == [{*(f"jobs.at_most.{u}" for u in "abc"), "jobs.multiple_of", "jobs.total"}]
    assert "theo bội số của 10 thì mức trần chỉ cho phép 4, thấp hơn tổng 24" in only_words(found)[0]
    # 24 in multiples of 12 with floors of 1: 3 × 12.
    floors = {(0, u): "1" for u in range(3)}
    found = diagnose(ask([24], floors=floors, multiple=[12]))
    assert "theo bội số của 12 thì mức sàn cộng lại đã là 36, cao hơn tổng 24" in only_words(found)[0]


# -- where arithmetic shows nothing ------------------------------------------------------------------------


def test_rules_that_conflict_are_named_by_their_labels() -> None:
    asking = ask([10, 10], units=2, floors={(0, 0): "1"})
    for name, unit in (("first", 0), ("second", 1)):
        terms = {(0, unit, 0): Fraction(1), (1, unit, 0): Fraction(1)}
        asking.add(name, 5, [Row(terms, None, Fraction(8), unit)])
    found = diagnose(asking)
    assert members(found) == [{"first", "second", "jobs.total", "training.total"}]
    vi, _ = only_words(found)
    assert vi == (
        "không phương án nào đáp ứng đồng thời các yêu cầu sau (bỏ bất kỳ yêu cầu nào thì các yêu cầu "
        "còn lại đáp ứng được): quy định “Quy tắc first”; quy định “Quy tắc second”; "
        "tổng chỉ tiêu Việc jobs: 10; tổng chỉ tiêu Việc training: 10"
    )


def test_parity_that_only_whole_numbers_see() -> None:
    asking = ask([15], units=2)
    terms = {(0, 0, 0): Fraction(1), (0, 1, 0): Fraction(-1)}
    asking.add("first", 5, [Row(terms, Fraction(0), Fraction(0))])
    found = diagnose(asking)
    assert members(found) == [{"first", "jobs.total"}]
    assert [(entry.member, entry.by) for entry in found.relaxation] == [("first", 1)]


# -- the least relaxation ----------------------------------------------------------------------------------


def test_all_are_loosened_alike_and_by_whole_amounts() -> None:
    found = diagnose(ask([9], units=2, ceilings={(0, 0): "2", (0, 1): "4"}))
    assert [(entry.member, entry.at, entry.by) for entry in found.relaxation] == [
        ("jobs.at_most.a", {"unit": "a"}, 1),
        ("jobs.at_most.b", {"unit": "b"}, 2),
    ]
    assert all(isinstance(entry.by, int) for entry in found.relaxation)
    assert found.relaxation[1].words.vi == (
        "nâng mức trần chỉ tiêu Việc jobs (Huyện B) thêm 2 người, từ 4 người lên 6 người"
    )


def test_the_highest_priority_is_loosened_least() -> None:
    found = diagnose(ask([9], units=2, ceilings={(0, 0): "2", (0, 1): "4"}, priority=10))
    (entry,) = found.relaxation
    assert (entry.member, entry.at, entry.by) == ("jobs.total", {}, 3)
    assert entry.words.en == "the total of jobs changed from 9 persons to 6 persons"
    assert found.relaxed is not None
    assert found.relaxed.problem.quotas[0].total == 6
    assert np.array_equal(found.relaxed.problem.quotas[0].fair, [2, 4])  # needs of 10 and 20


def test_a_quota_off_its_multiple() -> None:
    asking = ask([20], floors={(0, 1): "6"}, ceilings={(0, 1): "15/2"}, multiple=[4], priority=10)
    found = diagnose(asking)
    # 7 is 1 off 8, and then 13 are left for the other two: 12 + 1, or 8 + 5, or 4 + 9.
    assert [(entry.member, entry.by) for entry in found.relaxation] == [("jobs.multiple_of", 1)] * 2
    assert found.relaxation[0].at == {"unit": "b"} or found.relaxation[1].at == {"unit": "b"}
    assert "Huyện B) được giao 7, lệch 1 so với số được phép gần nhất theo bội số của 4" in "".join(
        entry.words.vi for entry in found.relaxation
    )


def test_entries_stand_with_the_first_conflict_that_has_them_and_the_rest_with_the_last() -> None:
    asking = ask([9], units=2, floors={(0, 0): "3"}, ceilings={(0, 0): "2", (0, 1): "4"})
    asking.add("first", 1, [Row({(0, 0, 0): Fraction(1)}, Fraction(0), Fraction(0), 0)])
    asking.state_totals()
    found = find_conflicts(stated(asking))
    check_conflicts(asking, found)
    assert members(found)[0] == {"jobs.at_least.a", "jobs.at_most.a"}
    where = {entry.member: n for n, conflict in enumerate(found.conflicts) for entry in conflict.relax}
    for name, position in where.items():
        having = [n for n, own in enumerate(members(found)) if name in own]
        assert position == (having[0] if having else len(found.conflicts) - 1)


def test_an_allocation_with_a_plan_has_no_conflicts() -> None:
    asking = ask([9], units=2)
    asking.state_totals()
    with pytest.raises(ArithmeticError):
        find_conflicts(stated(asking))


def test_without_time_there_still_is_a_conflict() -> None:
    asking = random_asking(0)
    found = find_conflicts(stated(asking), time_limit=0)
    assert found.conflicts
    for conflict in found.conflicts:
        assert not possible(asking, conflict.members)


@pytest.mark.parametrize("seed", range(75))
def test_random_allocations_against_cp_sat(seed: int) -> None:
    asking = random_asking(seed)
    if possible(asking, asking.members):
        with pytest.raises(ArithmeticError):
            find_conflicts(stated(asking))
        return
    found = find_conflicts(stated(asking))
    check_conflicts(asking, found)
    check_relaxation(asking, found)
