"""Small rulebooks and what DESIGN §1, §2, §3, §6 say of them: plain Python, row by row, in fractions.

Nothing here is shared with the engine: dates, sums and lookups are worked out again from the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

SCALES = {
    "person": Fraction(1),
    "commune": Fraction(1),
    "ratio": Fraction(1),
    "VND": Fraction(1),
    "million VND": Fraction(10**6),
    "billion VND": Fraction(10**9),
    "percent": Fraction(1, 100),
    "percentage point": Fraction(1, 100),
}


@dataclass(frozen=True)
class Unit:
    id: str
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    population: str = ""
    density: str = ""
    area: str = ""

    def valid(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True)
class Observation:
    indicator: str
    unit: str
    as_of: date
    basis: str
    value: str
    measure: str = ""

    def amount(self) -> Fraction | None:
        return in_base(self.value, self.measure or INDICATORS[self.indicator].measure)


@dataclass(frozen=True)
class Target:
    indicator: str
    unit: str
    year: int
    kind: str
    value: str
    measure: str = ""

    def amount(self) -> Fraction | None:
        return in_base(self.value, self.measure or INDICATORS[self.indicator].measure)


@dataclass(frozen=True)
class Indicator:
    kind: str
    measure: str
    aggregate: str = "none"
    weight: str = ""
    curve: tuple[tuple[int, Fraction], ...] = ()


INDICATORS = {
    "jobs": Indicator("flow", "person", "sum"),
    "fund": Indicator(
        "flow",
        "million VND",
        "sum",
        curve=((90, Fraction(1, 10)), (135, Fraction(1, 4)), (181, Fraction(1, 2))),
    ),
    "rate": Indicator("level", "percent"),
    "communes": Indicator("level", "commune", "sum"),
    "cover": Indicator("level", "percent", "weighted", "population"),
}
ATTRIBUTES = {"population": ("person", "sum"), "density": ("ratio", "weighted"), "area": ("ratio", "none")}
HEAD = """
rulebook: small
title: Small
year: 2023
root: u0
measures:
  commune: {kind: count}
attributes:
  population: {measure: person}
  density: {aggregate: weighted by population}
  area: {aggregate: none}
data: {units: units.csv, targets: targets.csv, observations: observations.csv}
indicators:
  jobs: {measure: person, kind: flow, direction: up}
  fund: {measure: million VND, kind: flow, direction: up, curve: {03-31: 0.1, 05-15: 0.25, 06-30: 0.5}}
  rate: {measure: percent, kind: level, direction: down}
  communes: {measure: commune, kind: level, direction: hold, aggregate: sum}
  cover: {measure: percent, kind: level, direction: up, aggregate: weighted by population}
"""


def in_base(text: str, measure: str) -> Fraction | None:
    return Fraction(text) * SCALES[measure] if text else None


def last_day(year: int) -> date:
    return date(year, 12, 31)


def year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return date(day.year - 1, day.month, day.day)


def day_number(day: date) -> int:
    return (day - last_day(day.year - 1)).days


def year_length(day: date) -> int:
    return (last_day(day.year) - last_day(day.year - 1)).days


def months_left(day: date) -> Fraction:
    """Counted day by day: each day that is left is one part of its own month."""
    left = Fraction(0)
    while day < last_day(day.year):
        day += timedelta(days=1)
        length = (date(day.year + day.month // 12, day.month % 12 + 1, 1) - date(day.year, day.month, 1)).days
        left += Fraction(1, length)
    return left


def expected_share(day: date, curve: tuple[tuple[int, Fraction], ...]) -> Fraction:
    if not curve:
        return Fraction(day_number(day), year_length(day))
    leap_day = (day.month, day.day) == (2, 29)
    number = day_number(date(2023, day.month, 28 if leap_day else day.day))
    points = [(0, Fraction(0)), *curve, (365, Fraction(1))]
    left, right = next((a, b) for a, b in pairwise(points) if a[0] <= number <= b[0])
    return left[1] + (right[1] - left[1]) * (number - left[0]) / (right[0] - left[0])


@dataclass(frozen=True)
class Figure:
    value: Fraction
    day: date
    mixed: bool = False
    estimated: bool = False
    row: int | None = None


@dataclass
class World:
    """A small rulebook: ``rates`` and formulas are the tests' own affair."""

    units: list[Unit]
    observations: list[Observation] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    metrics: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """The folder with these rows as a rulebook."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"  {name}: {{formula: '{text}'}}" for name, text in self.metrics.items()]
        text = HEAD + ("metrics:\n" + "\n".join(lines) + "\n" if lines else "")
        (folder / "rulebook.yaml").write_text(text, encoding="utf-8")
        table(
            folder / "units.csv",
            "unit,parent,level,valid_from,valid_to,population,density,area",
            [
                (u.id, u.parent, "some", u.valid_from, u.valid_to, u.population, u.density, u.area)
                for u in self.units
            ],
        )
        table(
            folder / "observations.csv",
            "indicator,unit,as_of,basis,value,measure",
            [(o.indicator, o.unit, o.as_of, o.basis, o.value, o.measure) for o in self.observations],
        )
        table(
            folder / "targets.csv",
            "indicator,unit,year,kind,value,measure",
            [(t.indicator, t.unit, t.year, t.kind, t.value, t.measure) for t in self.targets],
        )
        return folder


def table(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


@dataclass
class Oracle:
    """The figures of a world at ``as_of`` and ``basis``; None stands for unknown."""

    world: World
    as_of: date
    basis: str

    def children(self, unit: str, day: date) -> list[str]:
        return [u.id for u in self.world.units if u.parent == unit and u.valid(day)]

    def attribute(self, name: str, unit: str, day: date) -> Fraction | None:
        measure, aggregate = ATTRIBUTES[name]
        own = in_base(next(getattr(u, name) for u in self.world.units if u.id == unit), measure)
        children = self.children(unit, day)
        if own is not None or aggregate == "none" or not children:
            return own
        below = [self.attribute(name, child, day) for child in children]
        weights = (
            [self.attribute("population", child, day) for child in children] if name == "density" else None
        )
        return combined(below, weights)

    def role(self, indicator: str, unit: str, role: str) -> Figure | None:
        match role, self.basis:
            case ("actual", _) | ("achieved", "actual"):
                return self.latest(indicator, unit, self.as_of)
            case "baseline", _:
                return self.latest(indicator, unit, last_day(self.as_of.year - 1))
            case "estimate", _:
                return self.exact(indicator, unit, "estimate", self.as_of)
        return self.filled(indicator, unit, self.as_of, self.own_achieved)

    def rows(self, indicator: str, unit: str, basis: str) -> dict[date, Figure]:
        """The unit's own known figures by date."""
        return {
            o.as_of: Figure(amount, o.as_of, row=row, estimated=basis == "estimate")
            for row, o in enumerate(self.world.observations)
            if (o.indicator, o.unit, o.basis) == (indicator, unit, basis)
            and (amount := o.amount()) is not None
        }

    def own_achieved(self, indicator: str, unit: str) -> Figure | None:
        actual = self.rows(indicator, unit, "actual").get(self.as_of)
        return actual or self.rows(indicator, unit, "estimate").get(self.as_of)

    def latest(self, indicator: str, unit: str, day: date) -> Figure | None:
        def own(indicator: str, unit: str) -> Figure | None:
            known = self.rows(indicator, unit, "actual")
            dates = [d for d in known if d.year == day.year and d <= day]
            return known[max(dates)] if dates else None

        return self.filled(indicator, unit, day, own)

    def exact(self, indicator: str, unit: str, basis: str, day: date) -> Figure | None:
        return self.filled(indicator, unit, day, lambda i, u: self.rows(i, u, basis).get(day))

    def filled(
        self, indicator: str, unit: str, day: date, own: Callable[[str, str], Figure | None]
    ) -> Figure | None:
        """The unit's own figure, or what its children of that day give (§3, §6)."""
        found = own(indicator, unit)
        children = self.children(unit, day)
        item = INDICATORS[indicator]
        if found or item.aggregate == "none" or not children:
            return found
        below = [self.filled(indicator, child, day, own) for child in children]
        known = [figure for figure in below if figure]
        weights = [self.attribute(item.weight, child, day) for child in children] if item.weight else None
        value = combined([figure.value if figure else None for figure in below], weights)
        if value is None:
            return None
        days = {figure.day for figure in known}
        mixed = len(days) > 1 or any(figure.mixed for figure in known)
        return Figure(value, min(days), mixed, any(figure.estimated for figure in known))

    def last_year(self, indicator: str, unit: str, role: str) -> Figure | None:
        figure = self.role(indicator, unit, role)
        return figure and self.exact(indicator, unit, "actual", year_before(figure.day))

    def previous(self, indicator: str, unit: str, role: str) -> Figure | None:
        figure = self.role(indicator, unit, role)
        if not figure or (figure.day.month, figure.day.day) == (1, 1):
            return None
        return self.latest(indicator, unit, figure.day - timedelta(days=1))

    def target(self, indicator: str, unit: str) -> tuple[str | None, Fraction | None]:
        for row in self.world.targets:
            if (row.indicator, row.unit, row.year) == (indicator, unit, self.as_of.year):
                amount = row.amount()
                if row.kind != "change_by":
                    return row.kind, amount
                baseline = self.role(indicator, unit, "baseline")
                known = baseline is not None and amount is not None
                return (
                    row.kind,
                    baseline.value + amount if known and baseline and amount is not None else None,
                )
        children = self.children(unit, self.as_of)
        item = INDICATORS[indicator]
        if item.aggregate == "none" or not children:
            return None, None
        below = [self.target(indicator, child) for child in children]
        if len({kind for kind, _ in below}) > 1 or below[0][0] is None:
            return None, None
        weights = [self.attribute(item.weight, c, self.as_of) for c in children] if item.weight else None
        return below[0][0], combined([value for _, value in below], weights)


def combined(values: list[Fraction | None], weights: list[Fraction | None] | None) -> Fraction | None:
    """The sum, or the mean under weights; unknown unless all is known (§3)."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if weights is None:
        return sum(known, Fraction(0))
    heavy = [weight for weight in weights if weight is not None]
    whole = sum(heavy, Fraction(0))
    if len(heavy) < len(weights) or whole == 0:
        return None
    return sum((v * w for v, w in zip(known, heavy, strict=True)), Fraction(0)) / whole
