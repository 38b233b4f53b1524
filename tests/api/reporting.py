"""A small rulebook for reports and actions."""

from __future__ import annotations

from pathlib import Path

SMALL = """\
rulebook: book
title: {vi: Sách, en: Book}
year: 2023
root: top
data: {units: units.csv, targets: targets.csv, observations: observations.csv}
indicators:
  jobs: {label: {vi: Việc làm, en: Jobs}, measure: person, kind: flow, direction: up}
  fund: {label: {vi: Quỹ, en: Fund}, measure: VND, show_in: billion VND, kind: flow, direction: up}
"""
UNITS = """\
unit,parent,level,name_vi,name_en,code,valid_from,valid_to
top,,province,Tỉnh,Province,,,
one,top,district,Huyện,District,,,
"""
TARGETS = """\
indicator,unit,year,kind,value,measure,source,status
jobs,top,2023,reach,1900,person,,
fund,top,2023,reach,6,billion VND,,
"""
OBSERVED = """\
indicator,unit,as_of,basis,value,measure,source,status
jobs,top,2023-05-15,actual,1023,person,,
jobs,top,2023-06-30,estimate,1200,person,,
"""


def written(root: Path, more: str) -> Path:
    """The rulebook with more sections, below a folder."""
    folder = root / "book"
    folder.mkdir(parents=True)
    for name, text in {
        "book.yaml": SMALL + more,
        "units.csv": UNITS,
        "targets.csv": TARGETS,
        "observations.csv": OBSERVED,
    }.items():
        (folder / name).write_text(text, "utf-8")
    return folder
