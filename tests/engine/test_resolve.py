"""Roles, dates and what parents take from their children, against the plain oracle (§1, §2, §3, §6)."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.figures import TARGET_KINDS
from engine.link import load_rulebook
from engine.resolve import Resolved, Resolver
from engine.values import MISSING_DAY, day_date
from tests.engine.oracle import ATTRIBUTES, INDICATORS, Figure, Observation, Oracle, Target, Unit, World
from tests.engine.worlds import AS_OF, worlds

ROLES = ("actual", "estimate", "achieved", "baseline")


def agrees(value: float, expected: Fraction | None) -> bool:
    if expected is None:
        return math.isnan(value)
    return math.isclose(value, float(expected), rel_tol=1e-9, abs_tol=1e-12)


def same(found: Resolved, unit: int, expected: Figure | None) -> None:
    assert agrees(found.values[unit], expected.value if expected else None)
    day = None if found.days[unit] == MISSING_DAY else day_date(found.days[unit])
    assert day == (expected and expected.day)
    assert found.mixed[unit] == bool(expected and expected.mixed)
    assert found.estimated[unit] == bool(expected and expected.estimated)
    row = -1 if expected is None or expected.row is None else expected.row
    assert found.rows[unit] == row


@pytest.mark.fuzz
@given(world=worlds(), as_of=st.sampled_from(AS_OF), basis=st.sampled_from(["actual", "estimate"]))
def test_every_role_at_every_unit(
    tmp_path_factory: pytest.TempPathFactory, world: World, as_of: date, basis: str
) -> None:
    rulebook = load_rulebook(str(world.write(tmp_path_factory.mktemp("world"))))
    resolver, oracle = Resolver(rulebook, as_of, basis), Oracle(world, as_of, basis)
    for indicator in INDICATORS:
        target = resolver.target(indicator)
        for at, unit in enumerate(rulebook.units.ids):
            for role in ROLES:
                same(resolver.role(indicator, role), at, oracle.role(indicator, unit, role))
                same(resolver.last_year(indicator, role), at, oracle.last_year(indicator, unit, role))
                same(resolver.previous(indicator, role), at, oracle.previous(indicator, unit, role))
            kind, value = oracle.target(indicator, unit)
            assert agrees(target.values[at], value)
            assert (TARGET_KINDS[target.kinds[at]] if target.kinds[at] >= 0 else None) == kind
    for name in ATTRIBUTES:
        values = resolver.attribute(name)
        for at, unit in enumerate(rulebook.units.ids):
            assert agrees(values[at], oracle.attribute(name, unit, as_of))


# -- by hand ---------------------------------------------------------------------------------------

PROVINCE = Unit("u0")
MAY, DECEMBER, LAST_MAY = date(2023, 5, 15), date(2022, 12, 31), date(2022, 5, 15)


def resolver_of(
    folder: pytest.TempPathFactory, world: World, as_of: date = MAY, basis: str = "actual"
) -> Resolver:
    return Resolver(load_rulebook(str(world.write(folder.mktemp("world")))), as_of, basis)


def at(resolver: Resolver, found: Resolved, unit: str) -> tuple[float, date]:
    where = resolver.units.index[unit]
    return float(found.values[where]), day_date(found.days[where])


def actual(unit: str, day: date, value: str, indicator: str = "jobs") -> Observation:
    return Observation(indicator, unit, day, "actual", value)


def test_a_figure_keeps_its_own_date(tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World([PROVINCE], [actual("u0", date(2023, 3, 31), "7"), actual("u0", date(2023, 6, 30), "9")])
    resolver = resolver_of(tmp_path_factory, world)
    assert at(resolver, resolver.role("jobs", "achieved"), "u0") == (7, date(2023, 3, 31))


def test_an_actual_of_the_year_before_is_no_actual_of_this_year(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    resolver = resolver_of(tmp_path_factory, World([PROVINCE], [actual("u0", DECEMBER, "7")]))
    assert np.isnan(resolver.role("jobs", "achieved").values).all()
    assert at(resolver, resolver.role("jobs", "baseline"), "u0") == (7, DECEMBER)


def test_last_year_of_a_leap_day_is_the_28th(tmp_path_factory: pytest.TempPathFactory) -> None:
    leap, before = date(2024, 2, 29), date(2023, 2, 28)
    world = World([PROVINCE], [actual("u0", leap, "8"), actual("u0", before, "5")])
    resolver = resolver_of(tmp_path_factory, world, leap)
    assert at(resolver, resolver.last_year("jobs", "achieved"), "u0") == (5, before)


def test_last_year_needs_the_very_day(tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World([PROVINCE], [actual("u0", MAY, "8"), actual("u0", date(2022, 5, 14), "5")])
    resolver = resolver_of(tmp_path_factory, world)
    assert np.isnan(resolver.last_year("jobs", "achieved").values).all()


def test_under_basis_estimate_an_older_actual_does_not_count(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    world = World([PROVINCE], [actual("u0", date(2023, 3, 31), "7")])
    resolver = resolver_of(tmp_path_factory, world, basis="estimate")
    assert np.isnan(resolver.role("jobs", "achieved").values).all()


def test_an_actual_of_the_day_goes_before_the_estimate(tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = [Observation("jobs", "u0", MAY, "estimate", "9"), actual("u0", MAY, "7")]
    resolver = resolver_of(tmp_path_factory, World([PROVINCE], rows), basis="estimate")
    assert at(resolver, resolver.role("jobs", "achieved"), "u0") == (7, MAY)


def test_a_sum_takes_the_earliest_date_and_is_flagged(tmp_path_factory: pytest.TempPathFactory) -> None:
    units = [PROVINCE, Unit("u1", "u0"), Unit("u2", "u0")]
    rows = [actual("u1", MAY, "3"), actual("u2", date(2023, 3, 31), "4")]
    resolver = resolver_of(tmp_path_factory, World(units, rows))
    found = resolver.role("jobs", "achieved")
    assert at(resolver, found, "u0") == (7, date(2023, 3, 31))
    assert found.mixed.tolist() == [True, False, False]


def test_one_unknown_child_makes_the_sum_unknown(tmp_path_factory: pytest.TempPathFactory) -> None:
    units = [PROVINCE, Unit("u1", "u0"), Unit("u2", "u0")]
    resolver = resolver_of(tmp_path_factory, World(units, [actual("u1", MAY, "3")]))
    assert np.isnan(resolver.role("jobs", "achieved").values).tolist() == [True, False, True]


def test_a_parents_own_figure_stands(tmp_path_factory: pytest.TempPathFactory) -> None:
    units = [PROVINCE, Unit("u1", "u0"), Unit("u2", "u1")]
    rows = [actual("u0", MAY, "10"), actual("u2", MAY, "3")]
    resolver = resolver_of(tmp_path_factory, World(units, rows))
    assert resolver.role("jobs", "achieved").values.tolist() == [10, 3, 3]


def test_a_merged_unit_counts_in_the_year_before(tmp_path_factory: pytest.TempPathFactory) -> None:
    """u2 became part of u1 in April: this May u1 alone is the province, last May both were."""
    units = [PROVINCE, Unit("u1", "u0"), Unit("u2", "u0", valid_to=date(2023, 3, 31))]
    rows = [
        actual("u1", MAY, "9"),
        actual("u1", LAST_MAY, "5"),
        actual("u2", LAST_MAY, "3"),
        actual("u1", DECEMBER, "11"),
        actual("u2", DECEMBER, "6"),
    ]
    resolver = resolver_of(tmp_path_factory, World(units, rows))
    assert at(resolver, resolver.role("jobs", "achieved"), "u0") == (9, MAY)
    assert at(resolver, resolver.last_year("jobs", "achieved"), "u0") == (8, LAST_MAY)
    assert at(resolver, resolver.role("jobs", "baseline"), "u0") == (17, DECEMBER)


def test_a_level_is_weighted_by_people(tmp_path_factory: pytest.TempPathFactory) -> None:
    units = [PROVINCE, Unit("u1", "u0", population="30"), Unit("u2", "u0", population="10")]
    rows = [actual("u1", MAY, "4.00", "cover"), actual("u2", MAY, "8.00", "cover")]
    resolver = resolver_of(tmp_path_factory, World(units, rows))
    assert resolver.role("cover", "actual").values[0] == pytest.approx(0.05)
    assert np.isnan(resolver.role("rate", "actual").values).all()


def test_nobody_to_weigh_by_is_unknown(tmp_path_factory: pytest.TempPathFactory) -> None:
    units = [PROVINCE, Unit("u1", "u0", population="0"), Unit("u2", "u0", population="0")]
    rows = [actual("u1", MAY, "4.00", "cover"), actual("u2", MAY, "8.00", "cover")]
    resolver = resolver_of(tmp_path_factory, World(units, rows))
    assert np.isnan(resolver.role("cover", "actual").values[0])


def test_a_change_stands_on_the_baseline(tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World(
        [PROVINCE],
        [actual("u0", DECEMBER, "3.20", "rate")],
        [Target("rate", "u0", 2023, "change_by", "-0.52", "percentage point")],
    )
    target = resolver_of(tmp_path_factory, world).target("rate")
    assert target.values[0] == pytest.approx(0.0268)
    assert TARGET_KINDS[target.kinds[0]] == "change_by"


def test_targets_of_several_kinds_do_not_add_up(tmp_path_factory: pytest.TempPathFactory) -> None:
    units = [PROVINCE, Unit("u1", "u0"), Unit("u2", "u0")]
    targets = [Target("jobs", "u1", 2023, "reach", "3"), Target("jobs", "u2", 2023, "at_most", "4")]
    found = resolver_of(tmp_path_factory, World(units, [], targets)).target("jobs")
    assert found.kinds.tolist()[0] == -1
    assert np.isnan(found.values[0])
