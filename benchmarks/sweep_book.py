"""A rulebook of any size on disk, to be swept: the instance with all its bounds as tables, and targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.instances import LOANS, Instance, group_of
from benchmarks.model import MONTHS, QUOTAS, steps

PLACED = 0.6
"""The share of a year's target that is left for the second half."""
BOOK = """\
rulebook: book
title: {{vi: Thử, en: Trial}}
year: 2023
root: top
data: {{units: units.csv, targets: targets.csv, observations: observations.csv}}
groupings: {{school: {{column: school}}}}
tables:
  seats: {{file: seats.csv, by: [school, period], measure: person}}
{tables}
attributes: {{size: {{}}, {needs}, {changes}}}
parameters:
  budget: {{value: {budget}, measure: person}}
  room: {{value: 1.0, measure: ratio}}
indicators:
{indicators}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    every: month
    among: district
    starting_point: {{as_of: 2023-06-30}}
    quotas:
{quotas}
    rules:
      budget_of_loans: {{require: total(loans * size) <= budget}}
      school_seats: {{for: [school, period], require: by_group(training) <= seats * room}}
{months}
"""


def write_book(case: Instance, folder: Path) -> str:
    """Write the instance as a rulebook into a folder, and return that."""
    units, groups = case.fair.shape[1], group_of(case.fair.shape[1])
    head = ["unit,parent,level,school,size", *(f"need_{q}" for q in QUOTAS), *(f"change_{q}" for q in QUOTAS)]
    lines = [",".join(head), "top,,province,,,,,,,,"]
    for unit in range(units):
        numbers = [f"{values[unit]:.12f}" for values in case.fair]
        numbers += [f"{values[unit]:.0f}" for values in case.change]
        lines.append(f"u{unit},top,district,g{groups[unit]},{case.loan_size[unit]:.12f},{','.join(numbers)}")
    bounds = [f"{side}_{quota}" for quota in QUOTAS for side in ("least", "most")]
    totals = np.rint(case.fair.sum(axis=1)).astype(int)
    years = np.rint(totals / PLACED).astype(int)
    quotas = []
    for k, quota in enumerate(QUOTAS):
        nest = ", within: jobs" if k == LOANS else ""
        cells = f"per_period: {{at_least: least_{quota}, at_most: most_{quota}}}"
        quotas.append(f"      {quota}: {{total: target - achieved, need: need_{quota}, {cells}{nest}}}")
    book = BOOK.format(
        tables="\n".join(
            f"  {name}: {{file: {name}.csv, by: [unit, period], measure: person}}" for name in bounds
        ),
        needs=", ".join(f"need_{q}: {{}}" for q in QUOTAS),
        changes=", ".join(f"change_{q}: {{measure: person}}" for q in QUOTAS),
        indicators="\n".join(f"  {q}: {{measure: person, kind: flow, direction: up}}" for q in QUOTAS),
        quotas="\n".join(quotas),
        months="\n".join(f"      month_{q}: {{for: [unit, period], require: {steps(q)}}}" for q in QUOTAS),
        budget=int(case.budget),
    )
    files = {
        "book.yaml": [book],
        "units.csv": lines,
        "targets.csv": [
            "indicator,unit,year,kind,value,measure,source,status",
            *(f"{q},top,2023,reach,{n},,,assumed" for q, n in zip(QUOTAS, years, strict=True)),
        ],
        "observations.csv": [
            "indicator,unit,as_of,basis,value,measure,source,status",
            *(
                f"{q},top,2023-06-30,actual,{year - n},,,assumed"
                for q, n, year in zip(QUOTAS, totals, years, strict=True)
            ),
        ],
        "seats.csv": [
            "school,period,value",
            *(
                f"g{group},{month},{case.seats[group, at]:.0f}"
                for group in range(len(case.seats))
                for at, month in enumerate(MONTHS)
            ),
        ],
    }
    for k, quota in enumerate(QUOTAS):
        for side, values in (("least", case.cell_lower[k]), ("most", case.cell_upper[k])):
            files[f"{side}_{quota}.csv"] = [
                "unit,period,value",
                *(
                    f"u{unit},{month},{values[unit, at]:.0f}"
                    for unit in range(units)
                    for at, month in enumerate(MONTHS)
                ),
            ]
    for name, text in files.items():
        (folder / name).write_text("\n".join(text) + "\n", encoding="utf-8")
    return str(folder)
