"""Random small worlds: trees up to four levels deep, units that come and go, gaps in the figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.engine.oracle import INDICATORS, Observation, Target, Unit, World

DAYS = [
    date(2022, 2, 28),
    date(2022, 5, 15),
    date(2022, 12, 30),
    date(2022, 12, 31),
    date(2023, 1, 1),
    date(2023, 2, 28),
    date(2023, 3, 31),
    date(2023, 5, 15),
    date(2023, 12, 31),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 31),
]
AS_OF = [date(2023, 1, 1), date(2023, 5, 15), date(2023, 12, 31), date(2024, 2, 29), date(2024, 3, 31)]
BORDERS = [date(2022, 12, 31), date(2023, 3, 31), date(2024, 2, 28)]

whole = st.one_of(st.just(""), st.integers(0, 40).map(str))
hundredths = st.one_of(
    st.just(""), st.integers(-900, 900).map(lambda n: f"{'-' * (n < 0)}{abs(n) / 100:.2f}")
)
money = st.one_of(
    st.tuples(whole, st.just("VND")),
    st.tuples(hundredths, st.sampled_from(["", "million VND", "billion VND"])),
)


def amounts(indicator: str, kind: str = "") -> st.SearchStrategy[tuple[str, str]]:
    """A value and its measure, as written."""
    if indicator == "fund":
        return money
    if INDICATORS[indicator].measure == "percent":
        measure = ["percentage point"] if kind == "change_by" else ["", "percent"]
        return st.tuples(hundredths, st.sampled_from(measure))
    return st.tuples(whole, st.sampled_from(["", INDICATORS[indicator].measure]))


@st.composite
def trees(draw: Any) -> list[Unit]:
    """Units in any order of rows; ``u0`` is the root, the others hang at most three levels below."""
    depth, units = {"u0": 0}, list[Unit]()
    count = draw(st.integers(0, 7))
    for name in [f"u{n}" for n in range(count + 1)]:
        parent = None
        if units:
            parent = draw(st.sampled_from([u for u, level in depth.items() if level < 3]))
            depth[name] = depth[parent] + 1
        starts, ends = None, None
        if draw(st.integers(0, 3)) == 0:
            border = draw(st.sampled_from(BORDERS))
            starts, ends = draw(st.sampled_from([(border, None), (None, border)]))
        units.append(Unit(name, parent, starts, ends, draw(whole), draw(hundredths), draw(hundredths)))
    shuffled: list[Unit] = draw(st.permutations(units))
    return shuffled


@st.composite
def worlds(draw: Any, metrics: dict[str, str] | None = None) -> World:
    """A world whose rows are all sound: each key once, within the validity of its unit."""
    units = draw(trees())
    dense = draw(st.booleans())  # sparse rows hardly ever give a parent all its children
    indicators = list(INDICATORS) if not dense else [draw(st.sampled_from(list(INDICATORS)))]
    days = DAYS if not dense else draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=4, unique=True))
    cells = [
        (indicator, unit, day, basis)
        for indicator in indicators
        for unit in units
        for day in days
        for basis in ("actual", "estimate")
        if unit.valid(day)
    ]
    share = draw(st.sampled_from([3, 6, 10])) if dense else 1
    observations = []
    for indicator, unit, day, basis in cells:
        if draw(st.integers(0, 11)) < share:
            value, measure = draw(amounts(indicator))
            observations.append(Observation(indicator, unit.id, day, basis, value, measure))
    targets = []
    usual = draw(st.sampled_from(["reach", "at_most", "maintain", "change_by"]))
    for indicator in indicators:
        for unit in units:
            for year in (2023, 2024):
                if draw(st.integers(0, 2)) == 0:
                    continue
                other = draw(st.sampled_from([usual] * 9 + ["reach", "change_by"]))
                value, measure = draw(amounts(indicator, other))
                targets.append(Target(indicator, unit.id, year, other, value, measure))
    return World(units, draw(st.permutations(observations)), targets, metrics or {})
