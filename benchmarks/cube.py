"""All standard metrics over units × indicators × months, against numpy by hand for these very figures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Result, side_by_side
from engine.calendar import days_elapsed, days_left, last_of_month, months_left, year_progress
from engine.figures import Figures, Series, Targets
from engine.link import load_rulebook
from engine.metrics import metric_cube
from engine.rulebook import Rulebook
from engine.values import day_number

Floats = NDArray[np.float64]
PROVINCES, DISTRICTS, UNITS = 63, 705, 10_598
FLOWS, LEVELS, YEAR, TURNS = 80, 20, 2023, 9
METRICS = (
    "percent_of_plan",
    "same_period",
    "year_on_year",
    "gap",
    "pace",
    "required_per_month",
    "required_rate_ratio",
    "landing",
)
SAME, GAP, LANDING = METRICS.index("same_period"), METRICS.index("gap"), METRICS.index("landing")
MONTHS = [last_of_month(YEAR, month) for month in range(1, 13)]
BEFORE = [last_of_month(YEAR - 1, month) for month in range(1, 13)]


@dataclass(frozen=True, slots=True)
class World:
    """A country of communes that report, and districts, provinces and the country that add up.

    ``actual``: float64 [indicator, month of two years, unit]; ``target``: float64 [indicator, unit].
    """

    rulebook: Rulebook
    actual: Floats
    target: Floats
    depth: NDArray[np.int32]
    parent: NDArray[np.int32]


def world(units: int = UNITS, provinces: int = PROVINCES, districts: int = DISTRICTS) -> World:
    """Figures from a seed, known at every commune and nowhere above."""
    parent = np.full(units, -1)
    first = 1 + provinces + districts
    parent[1 : 1 + provinces] = 0
    parent[1 + provinces : first] = 1 + np.arange(districts) * provinces // districts
    parent[first:] = 1 + provinces + np.arange(units - first) * districts // (units - first)
    random = np.random.default_rng(1)
    shape = (FLOWS + LEVELS, 24, units)
    actual = random.integers(1, 500, shape).astype(np.float64)
    for start in (0, 12):
        np.cumsum(actual[:FLOWS, start : start + 12], axis=1, out=actual[:FLOWS, start : start + 12])
    target = random.integers(1, 6000, (shape[0], units)).astype(np.float64)
    actual[:, :, :first] = np.nan
    target[:, :first] = np.nan
    rulebook = _loaded(parent)
    figures = _figures(list(rulebook.indicators), actual, target)
    return World(
        replace(rulebook, figures=figures), actual, target, rulebook.units.depth, rulebook.units.parent
    )


def _loaded(parent: NDArray[np.intp]) -> Rulebook:
    lines = [f"  flow_{n}: {{measure: person, kind: flow, direction: up}}" for n in range(FLOWS)]
    lines += [
        f"  level_{n}: {{measure: household, kind: level, direction: down, aggregate: sum}}"
        for n in range(LEVELS)
    ]
    head = f"rulebook: country\ntitle: Country\nyear: {YEAR}\nroot: unit_0\ndata: {{units: units.csv}}\n"
    rows = [f"unit_{n},{'' if above < 0 else f'unit_{above}'},some" for n, above in enumerate(parent)]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "rulebook.yaml").write_text(
            head + "\n".join(["indicators:", *lines]), encoding="utf-8"
        )
        (Path(folder) / "units.csv").write_text("\n".join(["unit,parent,level", *rows]), encoding="utf-8")
        return load_rulebook(folder)


def _figures(indicators: list[str], actual: Floats, target: Floats) -> Figures:
    days = np.array([day_number(day) for day in BEFORE + MONTHS], dtype=np.int32)
    rows = np.arange(actual[0].size, dtype=np.int32).reshape(actual[0].shape)
    kinds = np.where(np.isnan(target), -1, 0).astype(np.int8)
    return Figures(
        {name: Series(days, actual[at], rows) for at, name in enumerate(indicators)},
        {},
        {(name, YEAR): Targets(target[at], kinds[at], rows[0]) for at, name in enumerate(indicators)},
        None,
        None,
    )


class Peer:
    """The same metrics by hand: what is known of these figures is built in, every result has its place."""

    def __init__(self, given: World, out: Floats) -> None:
        self.given, self.out = given, out
        self.levels = []
        for depth in (3, 2, 1):
            at = np.flatnonzero(given.depth == depth)
            above, first = np.unique(given.parent[at], return_index=True)
            self.levels.append((slice(at[0], at[-1] + 1), slice(above[0], above[-1] + 1), first))

    def fill(self, values: Floats) -> None:
        """Sums of the communes, the districts and the provinces."""
        for children, above, first in self.levels:
            np.add.reduceat(values[children], first, out=values[above])

    def run(self) -> None:
        """Fill the cube."""
        given, out = self.given, self.out
        units = len(given.depth)
        now, before, target, work = (np.empty(units) for _ in range(4))
        for indicator in range(FLOWS + LEVELS):
            np.copyto(target, given.target[indicator])
            self.fill(target)
            for month, day in enumerate(MONTHS):
                np.copyto(now, given.actual[indicator, 12 + month])
                np.copyto(before, given.actual[indicator, month])
                self.fill(now)
                self.fill(before)
                to = out[:, indicator, month]
                np.copyto(to[SAME], before)
                np.subtract(target, now, out=to[GAP])
                if indicator < FLOWS:
                    self.flow(to, day, (now, before, target, work))
                else:
                    to[[0, 2, 4, 5, 6]] = np.nan
                    self.level(to, indicator, day, (now, before, work))

    def flow(self, to: Floats, day: date, given: tuple[Floats, ...]) -> None:
        """The metrics of a flow at one date."""
        now, before, target, work = given
        share, left = float(year_progress(day)), days_left(day)
        np.divide(now, target, out=to[0])
        np.divide(now, before, out=to[2])
        np.divide(to[0], share, out=to[4])
        np.divide(now, share, out=to[LANDING])
        if not left:
            to[5:7] = np.nan
            return
        np.divide(to[GAP], float(months_left(day)), out=to[5])
        np.divide(to[GAP], left, out=to[6])
        np.divide(now, days_elapsed(day), out=work)
        np.divide(to[6], work, out=to[6])

    def level(self, to: Floats, indicator: int, day: date, given: tuple[Floats, ...]) -> None:
        """Where a level's drift since the baseline leads."""
        now, baseline, work = given
        np.copyto(baseline, self.given.actual[indicator, 11])
        self.fill(baseline)
        np.subtract(now, baseline, out=work)
        np.multiply(work, days_left(day), out=work)
        np.divide(work, days_elapsed(day), out=work)
        np.add(now, work, out=to[LANDING])


def plain(given: World, out: Floats) -> None:
    """One operation for each result: what moving these bytes costs."""
    for row in range(len(out)):
        for indicator in range(out.shape[1]):
            for month in range(out.shape[2]):
                np.divide(
                    given.actual[indicator, 12 + month],
                    given.target[indicator],
                    out=out[row, indicator, month],
                )


def metrics() -> Iterator[Result]:
    """Metrics of a whole country for a year."""
    given = world()
    indicators = list(given.rulebook.indicators)
    shape = (len(METRICS), len(indicators), len(MONTHS), len(given.rulebook.units))
    ours, theirs = np.empty(shape), np.empty(shape)
    peer = Peer(given, theirs)

    def run() -> None:
        metric_cube(given.rulebook, METRICS, indicators, MONTHS, out=ours)

    with np.errstate(all="ignore"):
        seconds = side_by_side({"ours": run, "plain": lambda: plain(given, theirs), "peer": peer.run}, TURNS)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    yield Result(
        f"{shape[0]} metrics × {shape[3]:,} units × {shape[1]} indicators × {shape[2]} months",
        seconds["ours"],
        "numpy by hand, results in place",
        seconds["peer"],
        2,
        f"one division for each result takes {seconds['plain'] / seconds['peer']:.2f} of the peer",
    )
