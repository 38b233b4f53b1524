"""Problems that state every kind of rule and component, for the tests of the model."""

from __future__ import annotations

from pathlib import Path

from engine.link import load_rulebook
from scenarios.posing import pose
from scenarios.problem import Problem
from tests.books import HEAD, OBSERVATIONS, TARGETS

UNITS = """\
unit,parent,level,people,mark,school
top,,province,,,
a,top,district,5,1,north
b,top,district,7,0,north
c,top,district,8,1,south
d,top,district,4,2,
"""
SCHOOLS = "school,name_vi,name_en,seats\nnorth,Bắc,North,3\nsouth,Nam,South,2\nfar,Xa,Far,\n"
CAPS = "unit,period,value\na,2023-Q1,9\na,2023-Q2,\nb,2023-Q2,8\nc,2023-Q4,7\nd,2023-Q1,6\n"
LIMITS = "school,value\nnorth,30\nsouth,\n"
BODY = """
attributes: {{people: {{measure: person}}, mark: {{measure: ratio}}}}
groupings:
  school: {{column: school, table: schools.csv, attributes: {{seats: {{measure: person / month}}}}}}
tables:
  cap: {{file: caps.csv, by: [unit, period], measure: person}}
  limit: {{file: limits.csv, by: [school], measure: person}}
parameters: {{each: {{value: 3, measure: ratio}}, rate: {{value: 2, measure: person / month}}}}
indicators:
  jobs: {{measure: person, kind: flow, direction: up}}
  loans: {{measure: person, kind: flow, direction: up}}
allocations:
  plan:
    from: 2023-01-01
    to: 2023-12-31
    every: quarter
    among: district
    starting_point: {{as_of: 2023-01-31, basis: actual}}
    quotas:
      jobs: {{total: 96, need: people{jobs}}}
      loans: {{total: 24, need: people{loans}}}
    {rest}
"""


def problem_of(
    folder: Path, rules: str = "", jobs: str = "", loans: str = "", hold: str = "", observed: str = ""
) -> Problem:
    """The problem with these rules (YAML flow), keys of the quotas and holds."""
    rest = (f"rules: {{{rules}}}\n    " if rules else "") + (f"hold: {{{hold}}}" if hold else "")
    book = folder / "book"
    book.mkdir(parents=True)
    text = HEAD.format(name="book") + BODY.format(jobs=jobs, loans=loans, rest=rest)
    files = {
        "book.yaml": text,
        "units.csv": UNITS,
        "targets.csv": TARGETS,
        "observations.csv": OBSERVATIONS + observed,
        "schools.csv": SCHOOLS,
        "caps.csv": CAPS,
        "limits.csv": LIMITS,
    }
    for name, content in files.items():
        (book / name).write_text(content, encoding="utf-8")
    rulebook = load_rulebook(str(book))
    return pose(rulebook, rulebook.allocations["plan"])
