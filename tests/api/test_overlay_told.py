"""What answers say of figures that an overlay states: nobody has published them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.link import load_rulebook
from engine.overlay import Overlay, setting
from tests.api.small import BODY, book
from tests.api.terminal import Run, fine
from tests.books import write_book

PUBLISHED = BODY.replace(
    "people: {measure: person, status: assumed}",
    "people: {measure: person, status: published, source: census}",
).replace("indicators:", "sources: {census: {title: Census}}\nindicators:", 1)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The small rulebook, whose people were counted by a census."""
    return book(tmp_path / "rules", PUBLISHED)


def _people(tree: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {tree["name"]: tree} if tree.get("name", "").startswith("people") else {}
    for inner in tree["inputs"]:
        found |= _people(inner)
    return found


def test_an_attribute_that_was_laid_over_is_assumed(run: Run, published: Path) -> None:
    words = ("explain", published, "rest.jobs", "--unit", "a", "--format", "json")
    before = _people(fine(run(*words)).json)["people@a"]
    assert (before["value"], before["status"], before["source"]) == (100, "published", "census")
    after = _people(fine(run(*words, "--set", "data.units.a.people=300")).json)["people@a"]
    assert (after["value"], after["status"], after["source"]) == (300, "assumed", None)
    other = _people(fine(run(*words, "--set", "data.units.b.people=300")).json)["people@a"]
    assert (other["status"], other["source"]) == ("published", "census")


def test_a_plan_lists_the_cells_that_it_rests_on(run: Run, published: Path) -> None:
    words = ("plan", published, "--format", "json", "--lang", "en")
    assert fine(run(*words)).json["assumed"] == []
    found = fine(run(*words, "--set", "data.units.a.people=300")).json
    assert found["assumed"] == ["people@a = 300 persons is assumed"]
    assert [share["value"] for share in found["by_unit"]] == [360, 240]  # 600 by 300 and 200 people
    # a name is no figure that a plan rests on
    assert fine(run(*words, "--set", "data.units.a.name_vi=Huyện X")).json["assumed"] == []


def test_a_published_parameter_that_an_overlay_states_is_assumed(tmp_path: Path) -> None:
    body = """\
    sources: {law: {title: Luật}}
    parameters: {rate: {value: 5, measure: ratio, status: published, source: law}}
    """
    folder = str(write_book(tmp_path, body))
    plain = load_rulebook(folder).parameters["rate"]
    assert (plain.status, plain.source) == ("published", "law")
    laid = load_rulebook(folder, None, Overlay(layers=(setting("parameters.rate.value=6"),))).parameters[
        "rate"
    ]
    assert (laid.value, laid.status, laid.source) == (6, "assumed", None)
    stated = (setting("parameters.rate.value=6"), setting("parameters.rate.status=reported"))
    assert load_rulebook(folder, None, Overlay(layers=stated)).parameters["rate"].status == "reported"


CHANGE = {"path": "allocations.rest.quotas.jobs.total", "from": "target - achieved", "to": 500, "by": "--set"}


def test_check_tells_what_was_changed(run: Run, tmp_path: Path) -> None:
    folder = book(tmp_path / "rules")
    words = ("check", folder, "--set", "jobs.total=500")
    found = fine(run(*words, "--format", "json")).json
    assert found == {"scenario": None, "overlaid": [CHANGE], "issues": []}
    table = fine(run(*words, "--lang", "en"))
    lines = [line.split() for line in table.out.splitlines()]
    assert [CHANGE["path"], "target", "-", "achieved", "500", "--set"] in lines
    assert "Changes laid over" not in fine(run("check", folder, "--lang", "en")).out
    faulty = run("check", folder, "--set", "jobs.need=nobody", "--format", "json")
    assert (faulty.code, faulty.json["overlaid"]) == (1, None)  # it can't be said of what isn't loaded
    assert [issue["code"] for issue in faulty.json["issues"]] == ["unknown_name"]


@pytest.mark.parametrize(
    "words",
    [("gap",), ("plan",), ("explain", "rest.jobs"), ("check",), ("test",)],
    ids=lambda words: words[0],
)
def test_beside_data_alone_changes_are_messages(words: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    folder = book(tmp_path / "rules")
    command, *rest = words
    plain = fine(run(command, folder, *rest, "--format", "csv"))
    assert plain.err == ""
    asked = (command, folder, *rest, "--set", "jobs.total=500", "--lang", "en")
    told = f"chitieu {command}: changed {CHANGE['path']}: target - achieved → 500 (--set)\n"
    assert run(*asked, "--format", "csv").err == told
    assert run(*asked, "-o", tmp_path / "answer.csv").err == told
    assert run(*asked, "--format", "json").err == ""  # told in the answer itself
