"""Small rulebooks for tests, written to a folder."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

HEAD = """\
rulebook: {name}
title: {{vi: Thử, en: Trial}}
year: 2023
root: top
data: {{units: units.csv, targets: targets.csv, observations: observations.csv}}
"""
UNITS = """\
unit,parent,level,name_vi,name_en,code,valid_from,valid_to
top,,province,Tỉnh,Province,,,
a,top,district,Huyện A,District A,,,
b,top,district,Huyện B,District B,,,
c,top,district,Huyện C,District C,,,
"""
TARGETS = "indicator,unit,year,kind,value,measure,source,status\n"
OBSERVATIONS = "indicator,unit,as_of,basis,value,measure,source,status\n"


def write_book(
    root: Path,
    body: str,
    *,
    units: str = UNITS,
    targets: str = "",
    observations: str = "",
    name: str = "book",
) -> Path:
    """Write a rulebook and return its folder. ``targets`` and ``observations`` are rows without header."""
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "book.yaml").write_text(HEAD.format(name=name) + dedent(body), encoding="utf-8")
    (folder / "units.csv").write_text(units, encoding="utf-8")
    (folder / "targets.csv").write_text(TARGETS + dedent(targets), encoding="utf-8")
    (folder / "observations.csv").write_text(OBSERVATIONS + dedent(observations), encoding="utf-8")
    return folder
