"""What a unit must reach, as the table shows it: never less than what is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.small import BODY, TARGETS, UNITS
from tests.api.terminal import Run, fine
from tests.books import write_book

HEAD = "indicator,unit,as_of,basis,value,measure,source,status\n"


def lines(run: Run, folder: Path, lang: str = "en") -> dict[str, str]:
    """The table's figures by their labels."""
    out = fine(run("needed", folder, "jobs", "--unit", "b", "--lang", lang)).out
    found = [line.rsplit("  ", 1) for line in out.splitlines() if "  " in line]
    return {label.strip(): value.strip() for label, value in found} | {"notes": out}


def folder(tmp_path: Path, a: int, b: int, direction: str = "up") -> Path:
    """Day 181 of 365: a lands at a × 365/181."""
    rows = f"jobs,a,2023-06-30,actual,{a},person,,reported\njobs,b,2023-06-30,actual,{b},person,,reported\n"
    body = BODY.replace("direction: up", f"direction: {direction}").partition("cases:")[0]
    return write_book(tmp_path, body, units=UNITS, targets=TARGETS, observations=rows)


def test_what_must_be_reached_is_rounded_up(run: Run, tmp_path: Path) -> None:
    """400 × 365/181 = 806.6298…: 193.3701… are left of 1000, 103.3701… of them in 6 months, 17.2283… each;
    90 land at 181.4917…, 11.8784… short.
    """
    found = lines(run, folder(tmp_path, 400, 90))
    assert found["Must reach by the year's end"] == "194"
    assert found["Beyond its landing"] == "12"
    assert found["Needed in each month left"] == "17.3"
    assert found["Landing of District B"] == "181"
    assert "rounded up, never below what is needed: it is 193.370166 exactly" in found["notes"]
    assert "làm tròn lên" in lines(run, folder(tmp_path / "vi", 400, 90), "vi")["notes"]


def test_a_whole_figure_is_itself(run: Run, tmp_path: Path) -> None:
    """362 × 365/181 = 730."""
    found = lines(run, folder(tmp_path, 362, 90))
    assert found["Must reach by the year's end"] == "270"
    assert "rounded" not in found["notes"]


@pytest.mark.parametrize("b", [90, 200])
def test_where_less_is_better_it_is_rounded_down(run: Run, tmp_path: Path, b: int) -> None:
    found = lines(run, folder(tmp_path, 400, b, "down"))
    assert found["Must reach by the year's end"] == "193"
    assert "rounded down" in found["notes"]
