"""A plan of national size: a million jobs among 670 districts of the census of 2019."""

from __future__ import annotations

import csv
import heapq
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.link import load_rulebook
from scenarios.plan import Plan, make_plan

DATA = Path(__file__).parent.parent / "data" / "districts_2019"
JOBS, LOANS = 1_000_000, 150_000
BOOK = f"""\
rulebook: country
title: {{vi: Cả nước, en: The country}}
year: 2023
root: viet_nam
sources:
  census_2019: {{title: "Population and housing census 2019"}}
attributes:
  population: {{measure: person, source: census_2019}}
  rural_population: {{measure: person, source: census_2019}}
groupings:
  province: {{column: province}}
data: {{units: units.csv}}
indicators:
  jobs: {{label: Jobs, measure: person, kind: flow, direction: up}}
  loans: {{label: Loans, measure: person, kind: flow, direction: up, part_of: jobs}}
allocations:
  year:
    title: A year
    from: 2023-01-01
    to: 2023-12-31
    every: quarter
    among: district
    starting_point: {{as_of: 2023-01-01, basis: actual}}
    quotas:
      jobs: {{total: {JOBS}, need: population, at_least: 0.9 * fair,
             at_most: "where(population >= 500000, 0.94 * fair, 1.2 * fair)"}}
      loans: {{total: {LOANS}, need: rural_population, at_most: 0.02 * population, within: jobs}}
    rules:
      province_share: {{for: [province, period], require: by_group(jobs) <= 22000}}
"""

District = dict[str, str]


@pytest.fixture(scope="module")
def districts() -> list[District]:
    with (DATA / "units.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["level"] == "district"]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("rules") / "country"
    folder.mkdir()
    (folder / "country.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "units.csv").write_bytes((DATA / "units.csv").read_bytes())
    return make_plan(load_rulebook(str(folder)))


def fairest(
    need: list[int],
    total: int,
    least: Callable[[int, float], float],
    most: Callable[[int, float], float],
    group: list[str] | None = None,
    most_in_group: int = 0,
) -> tuple[list[int], float]:
    """One at a time to whom it is cheapest, earlier ones first: the optimum where only bounds and caps of
    disjoint groups stand in the way; and Σ (q − fair)² / fair / total.
    """
    people = sum(need)
    fair = [total * count / people for count in need]
    q = [max(0, -int(-least(at, fair[at]) // 1)) for at in range(len(need))]
    ceiling = [int(most(at, fair[at])) for at in range(len(need))]
    held: dict[str, int] = defaultdict(int)
    for at, value in enumerate(q):
        held[group[at] if group else ""] += value
    # (q + 1 − f)² / f − (q − f)² / f = (2q + 1) / f − 2
    heap = [((2 * value + 1) / need[at], at) for at, value in enumerate(q) if need[at]]
    heapq.heapify(heap)
    left = total - sum(q)
    while left:
        _, at = heapq.heappop(heap)
        name = group[at] if group else ""
        if q[at] >= ceiling[at] or (group and held[name] >= most_in_group):
            continue
        q[at] += 1
        held[name] += 1
        left -= 1
        heapq.heappush(heap, ((2 * q[at] + 1) / need[at], at))
    return q, unfairness(q, fair, total)


def fairest_jobs(districts: list[District]) -> tuple[list[int], float]:
    population = [int(row["population"]) for row in districts]
    return fairest(
        population,
        JOBS,
        lambda _, fair: 0.9 * fair,
        lambda at, fair: 0.94 * fair if population[at] >= 500_000 else 1.2 * fair,
        [row["province"] for row in districts],
        88_000,
    )


def unfairness(q: list[int], fair: list[float], total: int) -> float:
    return sum((value - share) ** 2 / share for value, share in zip(q, fair, strict=True) if share) / total


def of(plan: Plan, quota: str) -> list[int]:
    return [share.value for share in plan.shares if share.quota == quota]


def test_the_figures_are_those_of_the_census(districts: list[District]) -> None:
    assert len(districts) == 670
    assert len({row["province"] for row in districts}) == 63
    assert sum(int(row["population"]) for row in districts) == 96_208_891
    assert all(0 <= int(row["rural_population"]) <= int(row["population"]) for row in districts)


def test_a_million_jobs_are_shared_out_as_one_at_a_time_would(plan: Plan, districts: list[District]) -> None:
    assert plan.status == "optimal"
    expected, _ = fairest_jobs(districts)
    assert of(plan, "jobs") == expected


def test_totals_bounds_nest_and_rule_hold(plan: Plan, districts: list[District]) -> None:
    jobs, loans = of(plan, "jobs"), of(plan, "loans")
    assert (sum(jobs), sum(loans)) == (JOBS, LOANS)
    by_province: dict[str, int] = defaultdict(int)
    for row, value in zip(districts, jobs, strict=True):
        by_province[row["province"]] += value
    assert max(by_province.values()) == 88_000  # the largest province would have more
    for row, job, loan in zip(districts, jobs, loans, strict=True):
        people = int(row["population"])
        fair = JOBS * people / 96_208_891
        assert 0.9 * fair <= job <= (0.94 if people >= 500_000 else 1.2) * fair
        assert loan <= 0.02 * people
        assert loan == 0 or int(row["rural_population"]) > 0
    cells = {(cell.quota, cell.unit, cell.period): cell.value for cell in plan.cells}
    assert len(cells) == 2 * 670 * 4
    for (quota, unit, period), value in cells.items():
        assert 0 <= value <= (cells["jobs", unit, period] if quota == "loans" else JOBS)
    for share in plan.shares:
        quarters = [cells[share.quota, share.unit, f"2023-Q{n}"] for n in range(1, 5)]
        assert sum(quarters) == share.value
        # §10: each quarter is the floor or the ceiling of a fourth
        assert max(quarters) - min(quarters) <= 1
        assert sum(step.change for step in share.waterfall) == share.value


def test_no_plan_is_fairer(plan: Plan, districts: list[District]) -> None:
    population = [int(row["population"]) for row in districts]
    rural = [int(row["rural_population"]) for row in districts]
    # Each quota by itself, the nest left out, is at least as fair as any plan.
    _, jobs = fairest_jobs(districts)
    _, loans = fairest(rural, LOANS, lambda *_: 0, lambda at, _: 0.02 * population[at])
    assert plan.objective is not None
    assert plan.bound_gap is not None
    assert plan.bound_gap <= 1e-6
    recomputed = sum(
        unfairness(of(plan, quota), [total * count / sum(need) for count in need], total)
        for quota, total, need in (("jobs", JOBS, population), ("loans", LOANS, rural))
    )
    assert plan.objective == pytest.approx(recomputed, rel=1e-12)
    assert jobs + loans == pytest.approx(plan.objective, rel=1e-6)
