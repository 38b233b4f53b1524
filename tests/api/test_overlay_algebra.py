"""What overlays do to answers (§12): nothing changes nothing, layers stand on each other, later ones win."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from api import services
from api.answers import gap_answer, overlaid, plan_answer
from engine.link import load_rulebook
from engine.overlay import NOTHING, Overlay, overlay_file, overlay_mapping, setting
from engine.rulebook import Rulebook
from tests.engine.faults.fault import sound, write

Mapped = dict[str, Any]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overlays") / "rules"
    write(sound(), folder)
    return folder


def answers_of(rulebook: Rulebook) -> Any:
    """The gap table and the plan, without what is said of overlays."""
    told = [
        gap_answer(services.gap(rulebook), "en"),
        gap_answer(services.gap(rulebook, basis="estimate"), "en"),
        plan_answer(services.plan(rulebook, "half"), "en"),
    ]
    return [without_overlays(one) for one in told]


def without_overlays(told: Any) -> Any:
    """An answer, and the relaxed plan within it, without what is said of overlays."""
    if not isinstance(told, dict):
        return told
    kept = {key: value for key, value in told.items() if key not in ("scenario", "overlaid")}
    return {**kept, "relaxed_plan": without_overlays(kept.get("relaxed_plan"))}


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> Mapped:
    """Mappings merge, everything else replaces: written here anew."""
    found = deepcopy(dict(first))
    for key, value in second.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = merged(found[key], value) if both else deepcopy(value)
    return found


CHANGES: Mapping[str, st.SearchStrategy[Any]] = {
    "stale_after": st.integers(1, 400),
    "title": st.sampled_from(["Thử", "Khác"]),
    "parameters.loan_capital.value": st.integers(2, 9),
    "parameters.average_loan.value": st.integers(20, 50),
    "parameters.officers.value": st.integers(5, 20),
    "indicators.jobs.decimals": st.integers(0, 3),
    "checks.loans_within_jobs.severity": st.sampled_from(["error", "warning"]),
    "allocations.half.fairness": st.sampled_from(["proportional", "largest_remainder"]),
    "allocations.half.quotas.jobs.need": st.sampled_from(["population", "population + 1"]),
    "allocations.half.quotas.jobs.total": st.integers(100, 180),
    "allocations.half.quotas.jobs.at_most": st.sampled_from(["1.3 * fair", "2 * fair"]),
    "allocations.half.quotas.loans.total": st.integers(20, 40),
    "allocations.half.rules.no_more.require": st.sampled_from(
        ["by_unit(loans) <= 40", "by_unit(loans) <= 50"]
    ),
    "data.targets.jobs.tinh.2023": st.integers(380, 500),
    "data.targets.fund.tinh.2023": st.integers(50, 70),
    "data.observations.jobs.tinh.2023-05-15.actual": st.integers(150, 200),
    "data.observations.loans.tinh.2023-06-30.estimate": st.integers(20, 40),
    "data.units.an.population": st.integers(4000, 6000),
}


@st.composite
def overlays(draw: st.DrawFn) -> Mapped:
    """An overlay of the rulebook's own paths."""
    found: Mapped = {}
    for path in draw(st.lists(st.sampled_from(sorted(CHANGES)), max_size=5, unique=True)):
        value: Any = draw(CHANGES[path])
        for part in reversed(path.split(".")):
            value = {part: value}
        found = merged(found, value)
    changes: Mapped = {"set": found, "allocation": "half"}
    if draw(st.booleans()):
        changes["hold"] = {draw(st.sampled_from(["an", "binh"])): {"jobs": draw(st.integers(40, 60))}}
    return changes


def with_scenarios(folder: Path, scenarios: Mapping[str, Any]) -> Path:
    """The rulebook, with scenarios of its own."""
    text = json.dumps({"scenarios": scenarios}, ensure_ascii=False)  # JSON is YAML
    write({**sound(), "base/scenarios.yaml": text}, folder)
    return folder


def test_nothing_laid_over_is_the_rulebook(root: Path) -> None:
    base = answers_of(load_rulebook("base", root))
    for nothing in (
        NOTHING,
        Overlay(layers=(overlay_mapping({}, "overlay"),)),
        Overlay(layers=(overlay_mapping({"set": {}, "hold": {}, "leave_out": [], "title": "x"}, "overlay"),)),
    ):
        found = load_rulebook("base", root, nothing)
        assert overlaid(found) == {"scenario": None, "overlaid": []}
        assert answers_of(found) == base


@settings(max_examples=10)
@given(first=overlays(), second=overlays())
def test_layers_are_scenarios_over_each_other_and_one_merged_overlay(
    root: Path, tmp_path_factory: pytest.TempPathFactory, first: Mapped, second: Mapped
) -> None:
    layers = (overlay_mapping(first, "first"), overlay_mapping(second, "second"))
    one = answers_of(load_rulebook("base", root, Overlay(layers=layers)))
    whole = (overlay_mapping(merged(first, second), "merged"),)
    assert answers_of(load_rulebook("base", root, Overlay(layers=whole))) == one
    scenarios = {"one": first, "two": {**second, "over": "one"}}
    folder = with_scenarios(tmp_path_factory.mktemp("over") / "rules", scenarios)
    assert answers_of(load_rulebook("base", folder, Overlay("two"))) == one
    mixed = Overlay("one", (overlay_mapping(second, "second"),))
    assert answers_of(load_rulebook("base", folder, mixed)) == one


@settings(max_examples=10)
@given(changes=overlays())
def test_a_file_says_what_single_settings_say(
    root: Path, tmp_path_factory: pytest.TempPathFactory, changes: Mapped
) -> None:
    del changes["allocation"]
    changes.pop("hold", None)
    file = tmp_path_factory.mktemp("file") / "changes.yaml"
    file.write_text(yaml.safe_dump(changes, allow_unicode=True, sort_keys=False), encoding="utf-8")
    settings_ = tuple(setting(f"{path}={json.dumps(value)}") for path, value in leaves(changes["set"]))
    one = load_rulebook(
        "base", root, Overlay(layers=(overlay_file(file, "changes.yaml"),), allocation="half")
    )
    other = load_rulebook("base", root, Overlay(layers=settings_, allocation="half"))
    assert answers_of(one) == answers_of(other)
    told = [{**change, "by": ""} for change in overlaid(one)["overlaid"]]
    assert told == [{**change, "by": ""} for change in overlaid(other)["overlaid"]]
    assert {change["path"] for change in told} == {path for path, _ in leaves(changes["set"])}


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The paths of a nested mapping that end in a value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    else:
        yield ".".join(path), value


@settings(max_examples=10)
@given(data=st.data(), path=st.sampled_from(sorted(CHANGES)))
def test_the_last_of_several_settings_wins(root: Path, data: st.DataObject, path: str) -> None:
    values = data.draw(st.lists(CHANGES[path], min_size=2, max_size=4))
    layers = tuple(setting(f"{path}={json.dumps(value)}") for value in values)
    many = load_rulebook("base", root, Overlay(layers=layers, allocation="half"))
    last = load_rulebook("base", root, Overlay(layers=layers[-1:], allocation="half"))
    assert answers_of(many) == answers_of(last)
    changes = overlaid(many)["overlaid"]
    assert len(changes) == len(values)
    assert [change["from"] for change in changes[1:]] == [change["to"] for change in changes[:-1]]
