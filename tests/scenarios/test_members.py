"""The members of a real allocation: names, priorities, rows and measures (§13), and its conflict in money."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.link import load_rulebook
from engine.rulebook import Rulebook
from scenarios.arrays import Compiled, compile_model
from scenarios.conflict import find_conflicts
from scenarios.members import list_members
from scenarios.model import build
from scenarios.posing import pose
from tests.books import write_book

UNITS = """\
unit,parent,level,name_vi,name_en,code,valid_from,valid_to,people
top,,province,Tỉnh,Province,,,,
a,top,district,Huyện A,District A,,,,100
b,top,district,Huyện B,District B,,,,200
c,top,district,Huyện C,District C,,,,300
"""
BODY = """
attributes:
  people: {measure: person}
parameters:
  each: {value: 50, measure: million VND / person, status: assumed, label: Mức vay}
  capital: {value: 4, measure: billion VND, status: assumed, label: Vốn}
indicators:
  jobs: {label: {vi: Việc làm, en: Jobs}, measure: person, kind: flow, direction: up}
  loans: {label: {vi: Vay vốn, en: Loans}, measure: person, kind: flow, direction: up}
allocations:
  half:
    from: 2023-07-01
    to: 2023-08-31
    every: month
    among: district
    starting_point: {as_of: 2023-06-30, basis: actual}
    quotas:
      jobs: {total: 600, need: people, at_least: {is: 0.5 * fair, priority: 6}, at_most: 2 * fair,
             multiple_of: 10, per_period: {at_most: 0.9 * fair}}
      loans: {total: 90, need: people, within: jobs}
    rules:
      budget: {require: total(loans * each) <= capital, priority: 1, label: {vi: Vốn vay, en: Loan capital}}
      steady: {for: [unit, period], require: jobs >= 1}
    hold: {a: {jobs: 120}, b: {loans: {2023-07: 9}}}
"""


def compiled(tmp_path: Path, body: str = BODY) -> Compiled:
    book: Rulebook = load_rulebook(str(write_book(tmp_path, body, units=UNITS)))
    problem = pose(book, book.allocations["half"])
    return compile_model(build(problem), problem)


def test_members_are_named_and_have_the_priority_of_their_bound_or_kind(tmp_path: Path) -> None:
    members = list_members(compiled(tmp_path))
    assert {item.name: item.priority for item in members.items} == {
        "jobs.total": 9,
        "loans.total": 9,
        "jobs.at_least.b": 6,
        "jobs.at_least.c": 6,
        "jobs.at_most.b": 3,
        "jobs.at_most.c": 3,
        "jobs.per_period.at_most": 2,
        "jobs.multiple_of": 4,
        "loans.within": 7,
        "hold.a.jobs": 8,
        "hold.b.loans": 8,
        "budget": 1,
        "steady": 5,
    }
    (multiple,) = members.multiples.values()
    # 600 − 120 held leaves nothing over; a is held.
    assert (multiple.step, multiple.residue, multiple.units.tolist()) == (10, 0, [1, 2])
    measures = {item.name: members.measure(n).name for n, item in enumerate(members.items)}
    assert (measures["budget"], measures["jobs.at_most.b"]) == ("VND", "person")


def test_rows_have_small_whole_coefficients_and_their_figures_as_scale(tmp_path: Path) -> None:
    members = list_members(compiled(tmp_path))
    (row,) = np.flatnonzero(members.owner == members.index["budget"])
    # 50 million VND × loans ≤ 4 billion VND: loans ≤ 80.
    assert set(members.matrix[[row]].data) == {1.0}
    assert (members.upper[row], members.scale[row, 1]) == (80, 80)
    assert members.size[row] == 50e6
    assert bool(members.whole.all())


def test_money_that_does_not_reach(tmp_path: Path) -> None:
    found = find_conflicts(compiled(tmp_path))
    (conflict,) = found.conflicts
    assert set(conflict.members) == {"budget", "loans.total"}
    assert (
        conflict.words.vi
        == "Vốn vay: cách giao thấp nhất cũng đã là 4,5 tỷ đồng, vượt mức 4 tỷ đồng cho phép"
    )
    assert conflict.words.en == (
        "Loan capital: even the least that can be placed comes to 4.5 billion VND, "
        "above the 4 billion VND allowed"
    )
    (entry,) = conflict.relax
    assert (entry.member, entry.at, entry.by, entry.measure.name) == ("budget", {}, 500_000_000, "VND")
    assert entry.words.vi == "nới quy định “Vốn vay” thêm 500 triệu đồng"


def test_the_relaxed_allocation_has_the_loosened_bounds(tmp_path: Path) -> None:
    body = BODY[: BODY.index("    quotas:")]
    jobs = "{total: 600, need: people, at_most: 0.5 * fair, per_period: {at_least: 10}}"
    body += f"    quotas:\n      jobs: {jobs}\n"
    found = find_conflicts(compiled(tmp_path, body))
    # Fair shares of 100, 200 and 300: every ceiling has to double.
    assert [(entry.member, entry.by) for entry in found.relaxation] == [
        ("jobs.at_most.a", 50),
        ("jobs.at_most.b", 100),
        ("jobs.at_most.c", 150),
    ]
    assert found.relaxed is not None
    (asked,) = found.relaxed.problem.quotas
    assert asked.at_most.tolist() == [100, 200, 300]
    assert asked.at_least.tolist() == [-np.inf] * 3
    assert asked.cell_least.tolist() == [[10, 10]] * 3
    assert (asked.total, asked.fair.tolist()) == (600, [100, 200, 300])


def test_a_rule_of_groups_has_its_places(tmp_path: Path) -> None:
    units = UNITS.replace("people\n", "people,school\n").replace("Province,,,,", "Province,,,,,")
    for unit, school in (("100", "s1"), ("200", "s1"), ("300", "s2")):
        units = units.replace(f",{unit}\n", f",{unit},{school}\n")
    body = BODY.replace("attributes:", "groupings:\n  school: {column: school}\nattributes:", 1)
    seats = "seats: {for: [school, period], require: by_group(loans) <= 30, only: {school: s1}}"
    body = body[: body.index("      budget:")] + f"      {seats}\n"
    book = load_rulebook(str(write_book(tmp_path, body, units=units)))
    problem = pose(book, book.allocations["half"])
    members = list_members(compile_model(build(problem), problem))
    rows = np.flatnonzero(members.owner == members.index["seats"])
    assert [members.at(int(row)) for row in rows] == [
        {"school": "s1", "period": "2023-07"},
        {"school": "s1", "period": "2023-08"},
    ]
