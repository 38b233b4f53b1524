"""Typos in the rows that an overlay lays over a rulebook's tables: each told as what it is (§12)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Code, Issue, RuleError
from engine.link import load_rulebook
from engine.overlay import Overlay, overlay_mapping, setting

ROW = {
    "indicator": "jobs",
    "unit": "binh_thuan",
    "as_of": "2023-06-30",
    "basis": "estimate",
    "value": 11_000,
    "measure": "person",
}


def told(overlay: Overlay) -> tuple[Issue, ...]:
    with pytest.raises(RuleError) as error:
        load_rulebook("binh_thuan_2023", None, overlay)
    return error.value.issues


def rows(*found: dict[str, Any]) -> Overlay:
    return Overlay(layers=(overlay_mapping({"set": {"data": {"observations": list(found)}}}, "overlay"),))


@pytest.mark.parametrize("path", ["jobs.binh_tuan", "job.binh_thuan", "jobs.binh_thuan.value"])
def test_a_path_to_a_target_that_is_not_there(path: str) -> None:
    (issue,) = told(Overlay(layers=(setting(f"data.targets.{path}=5"),)))
    assert issue.code is Code.UNKNOWN_PATH
    assert issue.hint is not None
    assert "data.targets.jobs.binh_thuan.2023" in issue.hint.en


def test_a_mistyped_column_stands_for_the_one_that_is_missing() -> None:
    row = {**ROW, "vaule": 11_000}
    del row["value"]
    (issue,) = told(rows(row))
    assert issue.code is Code.UNKNOWN_COLUMN
    assert issue.hint is not None
    assert "'value'" in issue.hint.en


def test_a_row_that_lacks_what_it_is_found_by() -> None:
    row = {key: value for key, value in ROW.items() if key not in ("basis", "value")}
    assert [issue.code for issue in told(rows(row))] == [Code.MISSING_KEY, Code.MISSING_KEY]


def test_the_same_row_twice_in_one_list() -> None:
    (issue,) = told(rows(ROW, {**ROW, "value": 11_500}))
    assert issue.code is Code.DUPLICATE_ROW


def test_the_same_row_in_two_layers_is_superseded() -> None:
    layers = (*rows(ROW).layers, *rows({**ROW, "value": 11_500}).layers)
    changes = load_rulebook("binh_thuan_2023", None, Overlay(layers=layers)).overlaid
    assert [change.now for change in changes] == ["11000 person", "11500 person"]
