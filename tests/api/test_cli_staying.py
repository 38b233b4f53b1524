"""``plan --stay-close-to`` and ``--pace-from``: answers, tables, odd requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.api.small import book
from tests.api.terminal import BOOK, Run, fine, refused
from tests.books import write_book


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    """600 jobs for two districts that need 1 to 2, and the plan that was issued: 200 and 400."""
    path = book(tmp_path)
    return path, tmp_path / "issued.json"


def issue(run: Run, path: Path, to: Path, *options: str) -> dict[str, Any]:
    fine(run("plan", path, "--format", "json", "-o", to, *options))
    answer: dict[str, Any] = json.loads(to.read_text(encoding="utf-8"))
    return answer


def stay(run: Run, path: Path, issued: Path, *options: str) -> dict[str, Any]:
    return dict(fine(run("plan", path, "--stay-close-to", issued, "--format", "json", *options)).json)


def quotas(answer: dict[str, Any]) -> dict[str, int]:
    return {share["unit"]: share["value"] for share in answer["by_unit"] if share["quota"] == "jobs"}


def test_the_same_plan_comes_back(run: Run, small: tuple[Path, Path]) -> None:
    path, issued = small
    before = issue(run, path, issued)
    answer = stay(run, path, issued)
    assert answer["cells"] == before["cells"]
    expected: dict[str, Any] = {
        "plan": str(issued),
        "weight": "inf",
        "within": None,
        "most": None,
        "moved": [],
        "new": [],
    }
    assert answer["stay"] == expected
    assert "stay" not in before
    steps = [step["step"] for step in answer["by_unit"][0]["waterfall"]]
    assert steps == ["fair_share", "holds", "bounds", "rules", "stay", "whole_numbers"]


def test_what_moves_and_why(run: Run, small: tuple[Path, Path]) -> None:
    """60 more: 20 and 40 by the issued quotas; the step from the fair shares is nothing then."""
    path, issued = small
    issue(run, path, issued)
    options = ("--set", "jobs.total=660", "--stay-weight", "2", "--stay-within", "15%", "--stay-most", "2")
    answer = stay(run, path, issued, *options)
    assert quotas(answer) == {"a": 220, "b": 440}
    moved = {"quota": "jobs", "unit": "a", "from": 200, "to": 220, "change": 20, "why": ["jobs.total"]}
    assert answer["stay"]["moved"][0] == moved
    assert (answer["stay"]["weight"], answer["stay"]["within"], answer["stay"]["most"]) == (2, "15%", 2)
    total = sum(step["change"] for step in answer["by_unit"][0]["waterfall"])
    assert total == 220


def test_one_of_two_moves_alone(run: Run, small: tuple[Path, Path]) -> None:
    path, issued = small
    issue(run, path, issued)
    answer = stay(run, path, issued, "--set", "jobs.total=660", "--stay-most", "1")
    # 60 more cost 60² ÷ 400 at b and twice that at a.
    assert quotas(answer) == {"a": 200, "b": 460}
    steps = {step["step"]: step["change"] for step in answer["by_unit"][0]["waterfall"]}
    assert steps["fair_share"] == 220
    assert steps["stay"] == -20
    assert answer["by_unit"][0]["binding"] == ["stay.most"]


def test_tables_say_it_in_both_languages(run: Run, small: tuple[Path, Path], tmp_path: Path) -> None:
    path, issued = small
    issue(run, path, issued)
    options = ("plan", path, "--stay-close-to", issued, "--hold", "a.jobs=210")
    english = fine(run(*options, "--lang", "en")).out
    assert f"What moves away from {issued}" in english
    rows = [line.split("  ") for line in english.splitlines() if "held" in line]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells == [
        ["Jobs", "District A", "200", "210", "+10", "held"],
        ["Jobs", "District B", "400", "390", "-10", "held (District A)"],
    ]
    vietnamese = fine(run(*options)).out
    assert "giữ cố định (Huyện A)" in vietnamese
    assert "Không chỉ tiêu nào thay đổi." in fine(run("plan", path, "--stay-close-to", issued)).out
    workbook = tmp_path / "plan.xlsx"
    fine(run(*options, "--lang", "en", "-o", workbook))
    values = [
        [cell for cell in row if cell is not None]
        for row in openpyxl.load_workbook(workbook)["Why"].iter_rows(values_only=True)
    ]
    assert ["Jobs", "District A", 200, 210, 10, "held"] in values
    header = next(row for row in values if "Fair share" in row)
    assert "Staying close" in header


def test_a_unit_left_out_is_listed_and_named_as_the_reason(run: Run, small: tuple[Path, Path]) -> None:
    """A's 200 go to B; the total is what it was."""
    path, issued = small
    issue(run, path, issued)
    answer = stay(run, path, issued, "--leave-out", "a")
    assert answer["stay"]["moved"] == [
        {"quota": "jobs", "unit": "b", "from": 400, "to": 600, "change": 200, "why": ["left_out"]},
        {"quota": "jobs", "unit": "a", "from": 200, "to": None, "change": None, "why": ["leave_out"]},
    ]
    options = ("plan", path, "--stay-close-to", issued, "--leave-out", "a")
    lines = [line.split() for line in fine(run(*options, "--lang", "en")).out.splitlines()]
    assert ["Jobs", "District", "A", "200", "the", "unit", "is", "left", "out"] in lines
    assert "nhận phần của đơn vị không còn trong kế hoạch" in fine(run(*options)).out


def test_what_is_too_close_ends_as_infeasible(run: Run, small: tuple[Path, Path]) -> None:
    path, issued = small
    issue(run, path, issued)
    options = ("--set", "jobs.total=660", "--stay-within", "20", "--format", "json")
    found = run("plan", path, "--stay-close-to", issued, *options)
    assert found.code == 3
    (conflict,) = found.json["conflicts"]
    assert conflict["members"] == ["jobs.total", "stay.within"]
    assert sum(one["by"] for one in conflict["relax"]) == 20
    assert {one["member"] for one in conflict["relax"]} == {"stay.within"}
    assert found.json["relaxed_plan"]["stay"]["moved"]


def test_how_many_more_must_move_is_a_count_of_quotas(run: Run, small: tuple[Path, Path]) -> None:
    """60 more can't be placed where nothing moves: one must."""
    path, issued = small
    issue(run, path, issued)
    options = ("--set", "jobs.total=660", "--stay-most", "0", "--format", "json")
    found = run("plan", path, "--stay-close-to", issued, *options)
    assert found.code == 3
    (conflict,) = found.json["conflicts"]
    assert conflict["members"] == ["jobs.total", "stay.most"]
    assert conflict["relax"] == [{"member": "stay.most", "at": {}, "by": 1, "measure": "quota"}]


def test_pace_from_a_plan(run: Run, small: tuple[Path, Path]) -> None:
    """Needs 1 to 2, last 300 each: 200 is 100 lower, a tenth is free, half of the other 70: 235."""
    path, issued = small
    issue(run, path, issued, "--hold", "a.jobs=300")
    options = ("plan", path, "--pace-from", issued, "--format", "json")
    assert quotas(fine(run(*options, "--pace", "10%")).json) == {"a": 235, "b": 365}
    assert quotas(fine(run(*options, "--pace", "0.1", "--taper", "0")).json) == {"a": 270, "b": 330}
    assert quotas(fine(run(*options, "--pace", "10%", "--taper", "1")).json) == {"a": 200, "b": 400}
    answer = fine(run(*options, "--pace", "10%")).json
    assert [share["binding"] for share in answer["by_unit"]] == [["pace"], ["pace"]]
    (change,) = answer["overlaid"]
    assert change["path"].endswith(".quotas.jobs.pace")
    assert change["to"] == {"from": str(issued), "up": 0.1, "down": 0.1, "taper": 0.5}
    assert (change["from"], change["by"]) == (None, "--pace-from")


def test_a_share_above_one_is_written_as_a_percentage(run: Run, small: tuple[Path, Path]) -> None:
    """From 50 towards a fair 200: 50 more at 100%, 100 more at 200%."""
    path, issued = small
    issue(run, path, issued, "--hold", "a.jobs=50")
    options = ("plan", path, "--pace-from", issued, "--taper", "0", "--format", "json")
    assert quotas(fine(run(*options, "--pace", "1")).json) == {"a": 100, "b": 500}
    assert quotas(fine(run(*options, "--pace", "100%")).json) == {"a": 100, "b": 500}
    assert quotas(fine(run(*options, "--pace", "200%")).json) == {"a": 150, "b": 450}


def test_pace_of_the_rulebook_can_be_overlaid(run: Run, tmp_path: Path) -> None:
    body = """
    indicators:
      jobs: {measure: person, kind: flow, direction: up}
    attributes: {last: {measure: person}}
    allocations:
      rest:
        from: 2023-07-01
        to: 2023-12-31
        every: once
        among: district
        starting_point: {as_of: 2023-06-30}
        quotas: {jobs: {total: 100, need: 1, pace: {from: last, up: 0.1, down: 0.1, taper: 0}}}
    scenarios:
      freely: {allocation: rest, set: {allocations: {rest: {quotas: {jobs: {pace: null}}}}}}
    """
    units = "unit,parent,level,name_vi,name_en,last\n"
    units += "top,,province,T,T,\na,top,district,A,A,80\nb,top,district,B,B,20\n"
    path = write_book(tmp_path, body, units=units)
    options = ("plan", path, "--format", "json")
    found = run(*options)
    assert found.code == 0
    # 72 to 88 and 18 to 22 of 100: the second is at most 22.
    assert quotas(found.json) == {"a": 78, "b": 22}
    assert quotas(fine(run(*options, "--set", "jobs.pace.up=0.5")).json) == {"a": 72, "b": 28}
    assert quotas(fine(run(*options, "--set", "jobs.pace.taper=0.5")).json) == {"a": 64, "b": 36}
    assert quotas(fine(run(*options, "--scenario", "freely")).json) == {"a": 50, "b": 50}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--stay-weight", "1"), "--stay-close-to"),
        (("--stay-within", "1"), "--stay-close-to"),
        (("--stay-most", "1"), "--stay-close-to"),
        (("--pace", "10%"), "--pace-from"),
        (("--pace-from", "ISSUED"), "--pace"),
        (("--taper", "0.5"), "--pace"),
        (("--stay-close-to", "ISSUED", "--stay-weight=-1"), "-1"),
        (("--stay-close-to", "ISSUED", "--stay-weight", "much"), "much"),
        (("--stay-close-to", "ISSUED", "--stay-weight", "nan"), "nan"),
        (("--stay-close-to", "ISSUED", "--stay-weight", "-1"), "a number from 0 up"),
        (
            ("--stay-close-to", "ISSUED", "--stay-weight", "1e300"),
            "at most 40 characters, no exponent, or inf: 1e300",
        ),
        (("--stay-close-to", "ISSUED", "--stay-weight", "1e-300"), "no exponent, or inf: 1e-300"),
        (("--stay-close-to", "ISSUED", "--stay-within", "-5%"), "or a part like 5%: -5%"),
        (("--stay-close-to", "ISSUED", "--stay-within=-5%"), "-5%"),
        (("--stay-close-to", "ISSUED", "--stay-within", "5 %"), "5 %"),
        (("--stay-close-to", "ISSUED", "--stay-within", "0.05"), "like 5%"),
        (("--stay-close-to", "ISSUED", "--stay-within", "2.5"), "must be whole: 2.5"),
        (("--stay-close-to", "ISSUED", "--stay-most", "1.5"), "1.5"),
        (("--stay-close-to", "ISSUED", "--stay-most", "all"), "all"),
        (("--pace-from", "ISSUED", "--pace=-1%"), "-1%"),
        (("--pace-from", "ISSUED", "--pace", "-1%"), "--pace must be a part from 0 up, like 10% or 0.1: -1%"),
        (("--pace-from", "ISSUED", "--pace", "-.5"), "--pace must be a part from 0 up, like 10% or 0.1: -.5"),
        (("--pace-from", "ISSUED", "--pace", "10%", "--taper", "2"), "--taper"),
        (("--pace-from", "ISSUED", "--pace", "fast"), "fast"),
        (("--pace-from", "ISSUED", "--pace", "10"), "like 10%"),
        (("--pace-from", "ISSUED", "--pace", "1.01"), "at most 1: 1.01"),
        (("--stay-close-to", "nowhere.json"), "nowhere.json"),
        (("--pace-from", "nowhere.json", "--pace", "10%"), "nowhere.json"),
    ],
)
def test_odd_requests_are_refused(
    options: tuple[str, ...], words: str, run: Run, small: tuple[Path, Path]
) -> None:
    path, issued = small
    issue(run, path, issued)
    given = [str(issued) if option == "ISSUED" else option for option in options]
    refused(run("plan", path, *given, "--lang", "en"), 1 if words == "nowhere.json" else 2, words)


def test_a_plan_of_another_rulebook_is_refused(run: Run, small: tuple[Path, Path]) -> None:
    path, issued = small
    issue(run, path, issued)
    refused(run("plan", BOOK, "--stay-close-to", issued, "--lang", "en"), 1, "issued.json")
    issued.write_text("{}", encoding="utf-8")
    refused(run("plan", path, "--stay-close-to", issued, "--lang", "en"), 1, "issued.json")


def test_an_explanation_at_the_pace_of_a_plan(run: Run, small: tuple[Path, Path]) -> None:
    """Last 200 and 400. Of 680 the shares are 226⅔ and 453⅓: half of what is beyond 220 and 440 is let
    through, 223⅓ at most; of 670 they are 223⅓ and 446⅔, 221⅔ at most.
    """
    path, issued = small
    issue(run, path, issued)
    words = ("explain", path, "rest.jobs", "--unit", "a", "--pace-from", issued, "--pace", "10%")
    found = run(*words, "--set", "jobs.total=680", "--format", "json").json
    inputs = {item["name"]: item for item in found["inputs"]}
    most = inputs["rest.jobs.pace.at_most@a"]
    assert most["value"] == pytest.approx(220 + 10 / 3)
    (last,) = (item for item in most["inputs"] if item["name"] == "rest.jobs.pace.from@a")
    assert (last["value"], last["file"]) == (200, str(issued))
    assert found["overlaid"][-1]["path"] == "allocations.rest.quotas.jobs.pace"
    table = fine(run(*words, "--lang", "en")).out
    assert "pace of change" not in table.partition("Changes laid over")[0]  # 200, within 180 and 220
    keys = ("--set", "jobs.total=660", "--lang", "en")
    assert "- pace of change: floor 180, ceiling 220\n" in fine(run(*words, *keys)).out


def test_a_pace_of_a_figure_or_by_half_is_refused(run: Run, small: tuple[Path, Path]) -> None:
    path, issued = small
    issue(run, path, issued)
    refused(run("explain", path, "jobs.gap", "--pace-from", issued, "--pace", "10%"), 2, "jobs.gap")
    refused(run("explain", path, "rest.jobs", "--pace", "10%"), 2, "--pace-from")


def test_a_plan_tells_what_the_pace_leaves(run: Run, small: tuple[Path, Path]) -> None:
    path, issued = small
    assert {share["unit"]: share["pace"] for share in issue(run, path, issued)["by_unit"]} == {
        "a": None,
        "b": None,
    }
    found = fine(run("plan", path, "--pace-from", issued, "--pace", "10%", "--format", "json")).json
    assert {share["unit"]: share["pace"] for share in found["by_unit"]} == {
        "a": {"last": 200, "least": 180, "most": 220},
        "b": {"last": 400, "least": 360, "most": 440},
    }
