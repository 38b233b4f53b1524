"""How far a figure may go (§12), against bisection over full solves."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from api import services
from engine.errors import Code, RuleError
from engine.link import load_rulebook
from engine.overlay import NOTHING, Overlay, setting
from scenarios.headroom import Headroom
from scenarios.plan import make_plan
from tests.books import write_book

BODY = """\
attributes: {{people: {{measure: person}}}}
parameters: {{places: {{value: {places}, measure: person}}, part: {{value: {share}, measure: ratio}}}}
indicators:
  jobs: {{measure: person, kind: flow, direction: up}}
  loans: {{measure: person, kind: flow, direction: up}}
allocations:
  half:
    from: 2023-07-01
    to: 2023-12-31
    every: quarter
    among: district
    starting_point: {{as_of: 2023-06-30}}
    quotas:
      jobs: {{total: {jobs}, need: people, at_most: "{cap}"}}
      loans: {{total: {loans}, need: people, within: jobs}}
    rules:
      places: {{require: by_period(loans) <= places, for: period}}
      portion: {{require: total(loans) <= part * total(jobs)}}
"""
UNITS = "unit,parent,level,people\ntop,,province,\na,top,district,{}\nb,top,district,{}\nc,top,district,{}\n"


def world(root: Path, rng: random.Random) -> str:
    people = [rng.randint(1, 30) for _ in range(3)]
    body = BODY.format(
        places=rng.randint(8, 20),
        share=rng.choice(["0.5", "0.75", "1.0"]),
        jobs=rng.randint(32, 60),
        cap=rng.choice(["30", "50", "min(2 * fair, 41)"]),
        loans=rng.randint(1, 16),
    )
    units = UNITS.format(*people)
    return str(write_book(root, body, units=units))


@cache
def feasible(book: str, path: str, value: Decimal) -> bool:
    """By a full solve of its own."""
    try:
        rulebook = load_rulebook(book, None, Overlay(None, (setting(f"{path}={value:f}"),)))
        return bool(make_plan(rulebook).cells)
    except RuleError:
        return False


def bisected(book: str, path: str, good: Decimal, bad: Decimal, step: Decimal) -> Decimal:
    """The last feasible value between the two, by halving over full solves."""
    while abs(bad - good) > step:
        middle = good + step * int((bad - good) / step / 2)
        good, bad = (middle, bad) if feasible(book, path, middle) else (good, middle)
    return good


PATHS = (
    ("jobs.total", Decimal(1)),
    ("loans.total", Decimal(1)),
    ("parameters.places.value", Decimal(1)),
    ("parameters.part.value", None),
)


@pytest.mark.parametrize("seed", range(2))
def test_the_limit_is_what_bisection_over_full_solves_finds(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    book = world(tmp_path, rng)
    compared = 0
    for (path, step), down in itertools.product(PATHS, (False, True)):
        found = services.limits(book, None, NOTHING, path, down=down)
        assert found.in_time
        stride = step or found.step
        assert found.step == stride
        assert feasible(book, path, found.start) is found.starts
        if found.limit is None:
            continue
        assert feasible(book, path, found.limit)
        if found.beyond is None:
            assert found.free_to == found.limit
            continue
        assert abs(found.beyond - found.limit) == stride
        assert not feasible(book, path, found.beyond)
        if found.starts:
            far = found.beyond + (found.beyond - found.limit) * 3
            if not feasible(book, path, far):
                assert bisected(book, path, found.start, far, stride) == found.limit
                compared += 1
    assert compared >= 2


def by_hand(root: Path) -> str:
    """60 jobs at most 30 a district: 90 fit. 20 loans: at most 12 a quarter, 24 in two; half of 60 is 30."""
    body = BODY.format(places=12, share="0.5", jobs=60, cap="30", loans=20)
    return str(write_book(root, body, units=UNITS.format(1, 1, 1)))


def limit(book: str, path: str, **options: object) -> Headroom:
    return services.limits(book, None, NOTHING, path, **options)  # type: ignore[arg-type]


def numbers(*values: Decimal | None) -> list[int | None]:
    """Whole values as integers."""
    return [None if value is None else int(value) for value in values]


def test_limits_by_hand(tmp_path: Path) -> None:
    book = by_hand(tmp_path)
    jobs = limit(book, "jobs.total")
    assert numbers(jobs.start, jobs.limit, jobs.beyond) == [60, 90, 91]
    assert {name for c in jobs.conflicts for name in c.members} >= {"jobs.total"}
    loans = limit(book, "loans.total")
    assert numbers(loans.limit, loans.beyond) == [24, 25]
    assert {name for c in loans.conflicts for name in c.members} == {"loans.total", "places"}
    assert limit(book, "parameters.places.value", down=True).limit == 10
    # 20 loans are a third of 60 jobs: 0.4 in tenths, 0.34 in hundredths
    assert limit(book, "parameters.part.value", down=True).limit == Decimal("0.4")
    assert limit(book, "parameters.part.value", down=True, step=Decimal("0.01")).limit == Decimal("0.34")
    assert limit(book, "jobs.total", down=True).limit == 40


def test_a_total_of_nothing_is_the_end_and_says_why(tmp_path: Path) -> None:
    found = limit(by_hand(tmp_path), "loans.total", down=True)
    assert numbers(found.limit, found.beyond) == [0, -1]
    assert [issue.code for issue in found.issues] == [Code.NEGATIVE_TOTAL]


def test_no_further_than_asked(tmp_path: Path) -> None:
    found = limit(by_hand(tmp_path), "jobs.total", until=Decimal(80))
    assert numbers(found.limit, found.beyond, found.free_to) == [80, None, 80]
    assert all(one.value <= 80 for one in found.tested)


def test_from_where_no_plan_exists_to_the_nearest_that_does(tmp_path: Path) -> None:
    book = by_hand(tmp_path)
    start = Overlay(None, (setting("jobs.total=100"),))
    found = services.limits(book, None, start, "jobs.total")
    assert not found.starts
    assert numbers(found.limit, found.beyond) == [90, 91]
    few = Overlay(None, (setting("parameters.places.value=4"),))
    found = services.limits(book, None, few, "parameters.places.value", down=True)
    assert not found.starts
    assert numbers(found.limit, found.beyond) == [10, 9]


@pytest.mark.parametrize(
    ("path", "options", "code"),
    [
        ("jobs.totl", {}, Code.UNKNOWN_PATH),
        ("jobs.need", {}, Code.NOT_A_FIGURE),
        ("allocations.half.fairness", {}, Code.NOT_A_FIGURE),
        ("year", {}, Code.NOT_A_FIGURE),
        ("allocations.half.from", {}, Code.NOT_A_FIGURE),
        ("jobs.total", {"step": Decimal(0)}, Code.BAD_SETTING),
        ("jobs.total", {"step": Decimal(-1)}, Code.BAD_SETTING),
        ("jobs.total", {"step": Decimal("0.5")}, Code.BAD_SETTING),
        ("parameters.places.value", {"step": Decimal("1.5")}, Code.BAD_SETTING),
        ("jobs.total", {"until": Decimal(50)}, Code.BAD_SETTING),
        ("jobs.total", {"until": Decimal("61.5")}, Code.BAD_SETTING),
        ("", {}, Code.BAD_SETTING),
        ("a..b", {}, Code.BAD_SETTING),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, path: str, options: dict[str, Decimal], code: Code) -> None:
    with pytest.raises(RuleError) as error:
        limit(by_hand(tmp_path), path, **options)
    assert code in {issue.code for issue in error.value.issues}


def test_a_formula_that_begins_with_a_number_is_no_figure(tmp_path: Path) -> None:
    body = BODY.format(places=10, share="1.0", jobs=60, cap="2 * fair", loans=20)
    book = str(write_book(tmp_path, body, units=UNITS.format(1, 1, 1)))
    with pytest.raises(RuleError) as error:
        limit(book, "jobs.at_most")
    assert {issue.code for issue in error.value.issues} == {Code.NOT_A_FIGURE}


def test_a_step_written_with_a_point_is_the_same_step(tmp_path: Path) -> None:
    found = limit(by_hand(tmp_path), "jobs.total", step=Decimal("1.0"))
    assert numbers(found.limit, found.beyond) == [90, 91]


def test_a_gap_near_the_end_is_seen(tmp_path: Path) -> None:
    # three equal needs, at most 1.2 fair each: a total of 8 has ceilings of 3 + 3 + 3 rounded down from 3.2,
    # 7 of 2 + 2 + 2; so 9 is the last on the way down, though 6 and 5... are looked at too
    body = BODY.format(places=12, share="1.0", jobs=60, cap="1.2 * fair", loans=0)
    book = str(write_book(tmp_path, body, units=UNITS.format(1, 1, 1)))
    found = limit(book, "jobs.total", down=True)
    allowed = {total for total in range(61) if total == 0 or 3 * int(0.4 * total + 1e-9) >= total}
    first_gap = next(total for total in range(60, -1, -1) if total not in allowed)
    assert numbers(found.limit, found.beyond) == [first_gap + 1, first_gap]


def test_the_figure_asked_for_is_the_one_searched_where_rows_are_laid_over_too(tmp_path: Path) -> None:
    """30 a unit and three units: 90 is the most, whatever the people are."""
    body = BODY.format(places=60, share="1.0", jobs=40, cap="30", loans=1)
    book = str(write_book(tmp_path, body, units=UNITS.format(5, 6, 7)))
    overlay = Overlay(layers=(setting("data.units.a.people=8"), setting("data.units.b.people=9")))
    found = services.limits(book, None, overlay, "jobs.total")
    assert found.path == "allocations.half.quotas.jobs.total"
    assert numbers(found.start, found.limit, found.beyond) == [40, 90, 91]
    people = services.limits(book, None, overlay, "data.units.a.people", until=Decimal(10))
    assert people.path == "data.units.a.people"
    assert numbers(people.start) == [8]
