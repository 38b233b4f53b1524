"""A rulebook small enough to sweep by hand, and specs for it.

Of 200 jobs 100 are left; needs of 50, 30 and 20 make them 50, 30 and 20 where no district's ceiling is lower.
"""

from __future__ import annotations

from pathlib import Path

from engine.overlay import NOTHING, Overlay
from scenarios.sweep_asked import Asked
from scenarios.sweep_spec import Spec, spec_file
from tests.books import write_book

UNITS = """\
unit,parent,level,need
top,,province,
a,top,district,50
b,top,district,30
c,top,district,20
"""
BODY = """\
attributes: {need: {measure: person}}
parameters:
  most: {value: 100, measure: person}
  money: {value: 2.5, measure: billion VND}
indicators:
  jobs: {measure: person, kind: flow, direction: up}
  poor: {measure: household, kind: level, direction: down, aggregate: sum}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    every: quarter
    among: district
    starting_point: {as_of: 2023-06-30}
    quotas:
      jobs: {total: target - achieved, need: need, at_most: most}
"""


def book(folder: Path, body: str = BODY) -> Path:
    """The rulebook in a folder."""
    return write_book(
        folder,
        body,
        units=UNITS,
        targets="jobs,top,2023,reach,200,person,,assumed\n",
        observations="jobs,top,2023-06-30,actual,100,person,,assumed\n",
    )


def spec(folder: Path, text: str) -> Spec:
    """A spec, read from a file as on the command line."""
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    return spec_file(path, "spec.yaml")


def asked(
    rulebook: Path,
    text: str,
    output: Path | None = None,
    workers: int = 1,
    overlay: Overlay = NOTHING,
    *,
    units: bool = False,
    resume: bool = False,
) -> Asked:
    """What is swept, in English."""
    given = spec(rulebook.parent, text)
    return Asked(
        str(rulebook),
        given,
        None,
        overlay,
        output,
        units=units,
        workers=workers,
        resume=resume,
        lang="en",
    )
