"""From a CSV file of a million observations to cubes, every text judged, against reading its bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.measure import Result, side_by_side
from engine.calendar import last_of_month
from engine.errors import Issues
from engine.figures import OBSERVATION_COLUMNS, OPTIONAL_COLUMNS, Reader, read_observations
from engine.measures import BUILT_IN
from engine.tables import read_table
from engine.units import FIXED_COLUMNS, REQUIRED_COLUMNS, Units, read_units

INDICATORS, UNITS, MONTHS, TURNS = 100, 834, 12, 9
HEADER = ",".join([*OBSERVATION_COLUMNS, *OPTIONAL_COLUMNS])


def observations(folder: Path, scattered: bool) -> Path:
    """A file of cumulative counts, in order, or in no order and all different."""
    random = np.random.default_rng(1)
    counts = random.integers(0, 3000, (INDICATORS * UNITS, MONTHS)).cumsum(axis=1).ravel()
    days = [last_of_month(2023, month).isoformat() for month in range(1, MONTHS + 1)]
    order = np.arange(counts.size)
    if scattered:
        random.shuffle(order)
        counts = random.permutation(counts.size) + 1_000_000
    lines = [HEADER]
    for at, count in zip(order.tolist(), counts.tolist(), strict=True):
        row, month = divmod(at, MONTHS)
        indicator, unit = divmod(row, UNITS)
        keys = f"indicator_{indicator:03d},unit_{unit:05d},{days[month]},actual"
        lines.append(f"{keys},{count},person,report,reported")
    path = folder / "observations.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def units(folder: Path) -> Units:
    """Units that are all alike."""
    path = folder / "units.csv"
    rows = [f"unit_{unit:05d},,commune" for unit in range(UNITS)]
    path.write_text("\n".join(["unit,parent,level", *rows]), encoding="utf-8")
    table = read_table(path, path.name, REQUIRED_COLUMNS, FIXED_COLUMNS, Issues())
    assert table is not None
    return read_units(table, Issues())


def read(path: Path, among: Units) -> None:
    """What the loader does with observations."""
    issues = Issues()
    table = read_table(path, path.name, OBSERVATION_COLUMNS, OPTIONAL_COLUMNS, issues)
    assert table is not None
    measures = {f"indicator_{number:03d}": BUILT_IN["person"] for number in range(INDICATORS)}
    actual, _, _ = read_observations(table, Reader(among, measures, {}, ["report"], frozenset(), issues))
    assert not issues.found
    assert len(actual) == INDICATORS


def csv_to_cubes() -> Iterator[Result]:
    """A file in the order that a program writes, and the hardest one."""
    rows = f"{INDICATORS * UNITS * MONTHS:,} observations from CSV"
    for scattered, goal, how in ((False, 12, ""), (True, None, ", in no order, all values different")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            among, path = units(folder), observations(folder, scattered)
            read(path, among)  # imports pandas
            seconds = side_by_side({"ours": lambda: read(path, among), "peer": path.read_bytes}, TURNS)  # noqa: B023
        yield Result(f"{rows}{how}", seconds["ours"], "reading the bytes", seconds["peer"], goal)
