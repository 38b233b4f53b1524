"""A small rulebook for tests of the faces: 600 jobs for two districts, by quarter."""

from __future__ import annotations

from pathlib import Path

from tests.books import write_book

BODY = """
indicators:
  jobs: {label: {vi: Việc làm, en: Jobs}, measure: person, kind: flow, direction: up}
attributes:
  people: {measure: person, status: assumed}
allocations:
  rest:
    title: {vi: Giao nốt, en: The rest}
    from: 2023-07-01
    to: 2023-12-31
    every: quarter
    among: district
    starting_point: {as_of: 2023-06-30, basis: actual}
    quotas:
      jobs: {total: target - achieved, need: people, at_most: 2 * fair}
cases:
  met: {as_of: 2023-06-30, expect: {jobs.percent_of_plan: 40%}}
"""
UNITS = """\
unit,parent,level,name_vi,name_en,people
top,,province,Tỉnh,Province,
a,top,district,Huyện A,District A,100
b,top,district,Huyện B,District B,200
"""
TARGETS = "jobs,top,2023,reach,1000,person,,published\n"
ACTUALS = "jobs,top,2023-06-30,actual,400,person,,reported\n"


def book(root: Path, body: str = BODY, units: str = UNITS) -> Path:
    """Write the rulebook under a rules root; its folder."""
    return write_book(root, body, units=units, targets=TARGETS, observations=ACTUALS)


def impossible(root: Path) -> Path:
    """The same with ceilings that add up to half of what is to be placed."""
    return book(root, BODY.replace("2 * fair", "0.5 * fair"))


def with_a_level_and_a_metric(root: Path) -> Path:
    """The same with a poverty rate that started at 3% and a metric of its own over a parameter."""
    body = f"""{BODY}
metrics:
  cost:
    label: {{vi: Chi phí, en: Cost}}
    for: {{kind: flow}}
    formula: achieved * wage
    show_in: million VND
parameters:
  wage: {{label: {{vi: Tiền công, en: Wage}}, value: 5, measure: million VND / person, status: assumed}}
"""
    body = body.replace(
        "attributes:", "  poor: {measure: percent, kind: level, direction: down}\nattributes:", 1
    )
    return write_book(
        root,
        body,
        units=UNITS,
        targets=TARGETS + "poor,top,2023,reach,2.5,percent,,published\n",
        observations=f"{ACTUALS}poor,top,2022-12-31,actual,3,percent,,reported\n",
    )
