"""A small rulebook of one or two quotas over a few units, and plans of it as issued ones."""

from __future__ import annotations

from pathlib import Path

from engine.link import load_rulebook
from engine.rulebook import Rulebook
from scenarios.issued import Issued, issued_of
from scenarios.plan import make_plan
from tests.books import write_book

BODY = """
attributes: {{need: {{measure: person}}}}
tables: {{before: {{file: before.csv, by: [unit], measure: person}}}}
indicators:
  jobs: {{measure: person, kind: flow, direction: up}}
  loans: {{measure: person, kind: flow, direction: up}}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    every: {every}
    among: district
    starting_point: {{as_of: 2023-06-30, basis: actual}}
    quotas:
      jobs: {{total: {total}, need: need{jobs}}}
{loans}
    rules: {{{rules}}}
    hold: {{{hold}}}
    fairness: {fairness}
"""
NAMES = "abcdefgh"


def book(
    folder: Path,
    needs: list[int],
    total: int,
    *,
    jobs: str = "",
    loans: str = "",
    rules: str = "",
    hold: str = "",
    every: str = "once",
    fairness: str = "proportional",
    before: dict[str, int] | None = None,
) -> Rulebook:
    """The rulebook; ``jobs``: further keys of the quota; ``loans``: the keys of a second one."""
    count = len(list(folder.glob("root*")))
    root = folder / f"root{count}"
    units = ["unit,parent,level,name_vi,name_en,need", "top,,province,Tỉnh,Province,"]
    units += [f"{NAMES[n]},top,district,Huyện {n},District {n},{need}" for n, need in enumerate(needs)]
    body = BODY.format(
        total=total,
        jobs=f", {jobs}" if jobs else "",
        loans=f"      loans: {{{loans}}}" if loans else "",
        rules=rules,
        hold=hold,
        every=every,
        fairness=fairness,
    )
    path = write_book(root, body, units="\n".join(units) + "\n")
    rows = [f"{unit},{value}" for unit, value in (before or {}).items()]
    (path / "before.csv").write_text("\n".join(["unit,value", *rows]) + "\n", encoding="utf-8")
    return load_rulebook("book", root)


def issue(rulebook: Rulebook, name: str = "PLAN.json") -> Issued:
    """Its plan, issued."""
    return issued_of(make_plan(rulebook), name)
