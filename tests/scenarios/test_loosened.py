"""What a loosening is told to be (§13): a decimal to the last digit."""

from __future__ import annotations

from pathlib import Path

from engine.link import load_rulebook
from scenarios.plan import make_plan
from tests.books import write_book
from tests.scenarios.test_explain_plan import BOOK, UNITS


def test_a_difference_of_decimals_is_that_decimal(tmp_path: Path) -> None:
    more = (
        "rules: {few: {for: unit, only: {unit: a}, require: by_unit(jobs) <= 44 / 5, priority: 1}}\n"
        "    hold: {a: {jobs: 16}}"
    )
    folder = write_book(tmp_path, BOOK.format(quota="", more=more), units=UNITS)
    [conflict] = make_plan(load_rulebook(str(folder))).conflicts
    told = {entry.member: entry.by for entry in conflict.relax}
    assert told == {"few": 7.2}  # 16 - 8.8, in float64 7.199999999999999
    assert 16 - 8.8 != 7.2
