"""What one unit must reach so that the root makes its target (§8), worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.errors import Code, RuleError
from engine.link import load_rulebook
from engine.needed import Needed, needed
from tests.books import write_book

BODY = """\
attributes: {people: {measure: person}}
indicators:
  jobs: {measure: person, kind: flow, direction: up}
  rate: {measure: percent, kind: level, direction: down, aggregate: weighted by people}
  loose: {measure: percent, kind: level, direction: down}
"""
UNITS = "unit,parent,level,people\ntop,,province,\na,top,district,10\nb,top,district,30\nc,top,district,60\n"
TARGETS = """\
jobs,top,2023,reach,1000,,,
jobs,a,2023,reach,300,,,
rate,top,2023,reach,4,,,
"""
# 30 June is day 181 of 365; a flow lands at achieved x 365 / 181.
JOBS = """\
jobs,a,2023-06-30,actual,100,,,
jobs,b,2023-06-30,actual,181,,,
jobs,c,2023-06-30,actual,181,,,
"""
RATES = """\
rate,a,2023-06-30,actual,5,,,
rate,b,2023-06-30,actual,6,,,
rate,c,2023-06-30,actual,3,,,
"""


def found(root: Path, observations: str, indicator: str, unit: str = "a") -> Needed:
    book = write_book(root, BODY, units=UNITS, targets=TARGETS, observations=observations)
    return needed(load_rulebook(str(book)), indicator, unit, date(2023, 6, 30))


def test_a_flow_adds_up(tmp_path: Path) -> None:
    result = found(tmp_path, JOBS, "jobs")
    assert (result.target, result.count) == (1000, 2)
    assert result.others == pytest.approx(365 + 365)
    assert result.needed == pytest.approx(1000 - 730)
    assert result.landing == pytest.approx(100 * 365 / 181)
    assert result.beyond == pytest.approx(270 - 100 * 365 / 181)
    assert result.per_month == pytest.approx((270 - 100) / 6)  # July to December
    assert (result.own_target, result.achieved, result.unknown) == (300, 100, ())


def test_a_rate_is_a_weighted_mean(tmp_path: Path) -> None:
    # no baseline, so a level lands where it is: (10 x + 30 * 6% + 60 * 3%) / 100 = 4%
    result = found(tmp_path, RATES, "rate")
    assert result.needed == pytest.approx(0.04)
    assert result.others == pytest.approx(0.036)
    assert result.per_month is None
    assert found(tmp_path / "c", RATES, "rate", "c").needed == pytest.approx((400 - 50 - 180) / 60 / 100)


def test_an_unknown_neighbour_leaves_it_unknown_and_is_named(tmp_path: Path) -> None:
    result = found(tmp_path, JOBS.replace("jobs,b,2023-06-30,actual,181,,,\n", ""), "jobs")
    assert result.needed is None
    assert result.per_month is None
    assert result.achieved == 100
    assert ["District B" in cause.en or " b " in cause.en for cause in result.unknown] == [True]


def test_what_cannot_be_asked(tmp_path: Path) -> None:
    for indicator, unit, code in (
        ("job", "a", Code.UNKNOWN_INDICATOR),
        ("jobs", "d", Code.UNKNOWN_UNIT),
        ("jobs", "top", Code.NOT_A_PART),
        ("loose", "a", Code.NOT_A_PART),
    ):
        with pytest.raises(RuleError) as error:
            found(tmp_path / code / indicator / unit, JOBS, indicator, unit)
        assert [issue.code for issue in error.value.issues] == [code]
