"""The standard metrics and formulas of a rulebook's own, against the plain oracle (§2, §3, §5, §8)."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.link import load_rulebook
from engine.metrics import Evaluator, metric_cube
from tests.engine.oracle import (
    INDICATORS,
    Figure,
    Observation,
    Oracle,
    Target,
    Unit,
    World,
    day_number,
    expected_share,
    months_left,
    year_length,
)
from tests.engine.worlds import AS_OF, worlds

Known = Fraction | None
STANDARD = (
    "percent_of_plan",
    "same_period",
    "year_on_year",
    "gap",
    "pace",
    "required_per_month",
    "required_rate_ratio",
    "landing",
)
LEVELS_TOO = ("same_period", "gap", "landing")
OWN = {
    "below": "children(achieved)",
    "above": "parent(achieved)",
    "part": "share(achieved)",
    "how_many": "count(achieved >= target)",
    "increase": "achieved - previous(achieved)",
    "since": "achieved - last_year(actual)",
    "best_guess": "coalesce(estimate, actual, target)",
    "good": "where(achieved >= target, 1, 0)",
    "either": "where(achieved >= target or known(baseline), 1, 0)",
    "dense": "achieved * density",
}


def minus(left: Known, right: Known) -> Known:
    return None if left is None or right is None else left - right


def times(left: Known, right: Known) -> Known:
    return None if left is None or right is None else left * right


def over(left: Known, right: Known) -> Known:
    return None if left is None or not right else left / right


def at_least(left: Known, right: Known) -> bool | None:
    return None if left is None or right is None else left >= right


def value(figure: Figure | None) -> Known:
    return figure.value if figure else None


def standard(oracle: Oracle, indicator: str, unit: str) -> dict[str, Known]:
    """The columns of §8, from their words."""
    item = INDICATORS[indicator]
    figure = oracle.role(indicator, unit, "achieved")
    achieved, target = value(figure), oracle.target(indicator, unit)[1]
    day = figure.day if figure else oracle.as_of
    elapsed, left = Fraction(day_number(day)), Fraction(year_length(day) - day_number(day))
    share = expected_share(day, item.curve)
    before = value(oracle.last_year(indicator, unit, "achieved"))
    gap = minus(target, achieved)
    if item.kind == "level":
        baseline = value(oracle.role(indicator, unit, "baseline"))
        rise = over(times(minus(achieved, baseline), left), elapsed)
        landing = achieved if baseline is None or achieved is None or rise is None else achieved + rise
        return {"same_period": before, "gap": gap, "landing": landing}
    percent = over(achieved, target)
    return {
        "percent_of_plan": percent,
        "same_period": before,
        "year_on_year": over(achieved, before),
        "gap": gap,
        "pace": over(percent, share),
        "required_per_month": over(gap, months_left(day)),
        "required_rate_ratio": over(over(gap, left), over(achieved, elapsed)),
        "landing": over(achieved, share),
    }


def own(oracle: Oracle, indicator: str, unit: str) -> dict[str, Known]:
    """What the formulas in OWN say."""

    def achieved(unit: str) -> Known:
        return value(oracle.role(indicator, unit, "achieved"))

    def reached(unit: str) -> bool | None:
        return at_least(achieved(unit), oracle.target(indicator, unit)[1])

    def below(unit: str | None) -> Known:
        children = oracle.children(unit, oracle.as_of) if unit else []
        known = [v for child in children if (v := achieved(child)) is not None]
        return sum(known, Fraction(0)) if known and len(known) == len(children) else None

    parent = next(u.parent for u in oracle.world.units if u.id == unit)
    holds = [reached(child) for child in oracle.children(unit, oracle.as_of)]
    good, baseline = reached(unit), value(oracle.role(indicator, unit, "baseline"))
    guesses = [
        value(oracle.role(indicator, unit, "estimate")),
        value(oracle.role(indicator, unit, "actual")),
        oracle.target(indicator, unit)[1],
    ]
    return {
        "below": below(unit),
        "above": achieved(parent) if parent else None,
        "part": over(achieved(unit), below(parent)),
        "how_many": Fraction(sum(map(bool, holds))) if holds and None not in holds else None,
        "increase": minus(achieved(unit), value(oracle.previous(indicator, unit, "achieved"))),
        "since": minus(achieved(unit), value(oracle.last_year(indicator, unit, "actual"))),
        "best_guess": next((guess for guess in guesses if guess is not None), None),
        "good": None if good is None else Fraction(good),
        "either": Fraction(1) if good or baseline is not None else None if good is None else Fraction(0),
        "dense": times(achieved(unit), oracle.attribute("density", unit, oracle.as_of)),
    }


def agrees(found: float, expected: Known) -> bool:
    if expected is None:
        return math.isnan(found)
    return math.isclose(found, float(expected), rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.fuzz
@given(
    world=worlds(OWN),
    dates=st.lists(st.sampled_from(AS_OF), min_size=1, max_size=3, unique=True),
    basis=st.sampled_from(["actual", "estimate"]),
)
def test_every_metric_at_every_unit_and_date(
    tmp_path_factory: pytest.TempPathFactory, world: World, dates: list[date], basis: str
) -> None:
    rulebook = load_rulebook(str(world.write(tmp_path_factory.mktemp("world"))))
    names, indicators = [*STANDARD, *OWN], list(INDICATORS)
    cube = metric_cube(rulebook, names, indicators, dates, basis)
    assert cube.shape == (len(names), len(indicators), len(dates), len(rulebook.units))
    for at, day in enumerate(dates):
        oracle = Oracle(world, day, basis)
        for column, indicator in enumerate(indicators):
            for unit, name in enumerate(rulebook.units.ids):
                expected = standard(oracle, indicator, name) | own(oracle, indicator, name)
                for row, metric in enumerate(names):
                    found = float(cube[row, column, at, unit])
                    assert agrees(found, expected.get(metric)), (metric, indicator, name, day)


# -- by hand ---------------------------------------------------------------------------------------

MAY, LAST_MAY, DECEMBER = date(2023, 5, 15), date(2022, 5, 15), date(2022, 12, 31)
PROVINCE = Unit("u0")


def values(
    folder: pytest.TempPathFactory, world: World, indicator: str, as_of: date = MAY, basis: str = "actual"
) -> dict[str, float]:
    """The standard metrics at the root."""
    rulebook = load_rulebook(str(world.write(folder.mktemp("world"))))
    evaluator = Evaluator(rulebook, as_of, basis)
    wanted = LEVELS_TOO if INDICATORS[indicator].kind == "level" else STANDARD
    root = rulebook.units.index["u0"]
    return {name: float(evaluator.metric(indicator, name)[root]) for name in wanted}


def test_the_jobs_of_15_may_2023(tmp_path_factory: pytest.TempPathFactory) -> None:
    """9,262 of 20,000; 8,591 a year before; day 135 of 365; 7 and 16/31 months left."""
    world = World(
        [PROVINCE],
        [
            Observation("jobs", "u0", MAY, "actual", "9262"),
            Observation("jobs", "u0", LAST_MAY, "actual", "8591"),
        ],
        [Target("jobs", "u0", 2023, "reach", "20000")],
    )
    assert values(tmp_path_factory, world, "jobs") == pytest.approx(
        {
            "percent_of_plan": 0.4631,
            "same_period": 8591,
            "year_on_year": 9262 / 8591,
            "gap": 10738,
            "pace": 0.4631 * 365 / 135,
            "required_per_month": 10738 * 31 / 233,
            "required_rate_ratio": (10738 / 230) / (9262 / 135),
            "landing": 9262 * 365 / 135,
        },
        rel=1e-12,
    )


def test_metrics_take_the_date_of_the_figure(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The figure is of 31 March: day 90, nine months left, whatever day it is asked for."""
    march = date(2023, 3, 31)
    world = World(
        [PROVINCE],
        [
            Observation("jobs", "u0", march, "actual", "90"),
            Observation("jobs", "u0", date(2022, 3, 31), "actual", "45"),
        ],
        [Target("jobs", "u0", 2023, "reach", "180")],
    )
    found = values(tmp_path_factory, world, "jobs")
    assert found["landing"] == pytest.approx(365)
    assert found["required_per_month"] == pytest.approx(10)
    assert found["year_on_year"] == pytest.approx(2)


def test_a_curve_says_what_to_expect(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On 15 May a quarter of the year's fund is expected."""
    world = World(
        [PROVINCE],
        [Observation("fund", "u0", MAY, "actual", "1469.72")],
        [Target("fund", "u0", 2023, "reach", "2", "billion VND")],
    )
    found = values(tmp_path_factory, world, "fund")
    assert found["landing"] == pytest.approx(4 * 1_469_720_000)
    assert found["pace"] == pytest.approx(0.73486 / 0.25)


def test_a_level_lands_where_its_drift_leads(tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = [
        Observation("rate", "u0", DECEMBER, "actual", "3.20"),
        Observation("rate", "u0", MAY, "actual", "3.00"),
    ]
    target = [Target("rate", "u0", 2023, "change_by", "-0.52", "percentage point")]
    found = values(tmp_path_factory, World([PROVINCE], rows, target), "rate")
    assert found["landing"] == pytest.approx(0.03 - 0.002 * 230 / 135)
    assert found["gap"] == pytest.approx(-0.0032)
    assert values(tmp_path_factory, World([PROVINCE], rows[1:]), "rate")["landing"] == pytest.approx(0.03)


def test_nothing_is_left_on_the_last_day(tmp_path_factory: pytest.TempPathFactory) -> None:
    last = date(2023, 12, 31)
    world = World(
        [PROVINCE],
        [Observation("jobs", "u0", last, "actual", "5")],
        [Target("jobs", "u0", 2023, "reach", "4")],
    )
    found = values(tmp_path_factory, world, "jobs", last)
    assert found["percent_of_plan"] == 1.25  # nothing is capped
    assert found["gap"] == -1
    assert math.isnan(found["required_per_month"])
    assert math.isnan(found["required_rate_ratio"])


def test_division_by_zero_is_unknown(tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = [Observation("jobs", "u0", day, "actual", "0") for day in (MAY, LAST_MAY)]
    world = World([PROVINCE], rows, [Target("jobs", "u0", 2023, "reach", "0")])
    found = values(tmp_path_factory, world, "jobs")
    assert found["gap"] == 0
    assert found["same_period"] == 0
    unknown = ("percent_of_plan", "year_on_year", "pace", "required_rate_ratio")
    assert all(math.isnan(found[name]) for name in unknown)


def test_a_metric_is_unknown_where_it_is_not_for_the_indicator(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    world = World([PROVINCE], [Observation("rate", "u0", MAY, "actual", "3.00")])
    rulebook = load_rulebook(str(world.write(tmp_path_factory.mktemp("world"))))
    cube = metric_cube(rulebook, ["percent_of_plan", "landing"], ["rate"], [MAY])
    assert np.isnan(cube[0]).all()
    assert cube[1].tolist() == [[[0.03]]]


def test_a_cube_can_be_filled_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World([PROVINCE], [Observation("jobs", "u0", MAY, "actual", "5")])
    rulebook = load_rulebook(str(world.write(tmp_path_factory.mktemp("world"))))
    out = np.full((2, 1, 2, 1), 7.0)
    found = metric_cube(rulebook, ["landing", "gap"], ["jobs"], [MAY, date(2023, 1, 1)], out=out)
    assert found is out
    assert out[0].ravel().tolist()[0] == pytest.approx(5 * 365 / 135)
    assert np.isnan(out.ravel()[1:]).all()
    with pytest.raises(ValueError, match="shape"):
        metric_cube(rulebook, ["landing"], ["jobs"], [MAY], out=out)
