"""`chitieu alternatives` and `chitieu frontier` as a user meets them, by hand.

600 jobs in proportion to 100 and 200 people: fair are 200 and 400. A plan that moves d of them from b to a
has the objective (d² ÷ 200 + d² ÷ 400) ÷ 600 = d² ÷ 80,000.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

from api.alternatives_answers import outcome
from engine.messages import MESSAGES
from scenarios.alternatives import Alternative, Alternatives
from tests.api.small import BODY, book
from tests.api.terminal import Run, fine

CAP = ("--set", "jobs.at_most=350")


def a_of(plan: Any) -> int:
    """What unit a gets."""
    return int(next(one["value"] for one in plan["by_unit"] if one["unit"] == "a"))


def test_plans_within_the_slack_and_apart(run: Run, tmp_path: Path) -> None:
    command = ("alternatives", book(tmp_path), *CAP, "--slack", "100%", "--move", "0.01", "--format", "json")
    answer = fine(run(*command, "--lang", "en")).json
    assert answer["best"] == pytest.approx(50**2 / 80_000)
    assert (answer["slack"], answer["move"], answer["asked"], answer["time_limit"]) == (1, 0.01, 5, 60)
    placed = [a_of(plan) for plan in answer["plans"]]
    assert placed[0] == 250
    assert len(placed) > 1
    # d² is at most twice 50²: 250 to 270; six jobs are 1 %.
    assert all(250 <= one <= 270 for one in placed)
    assert all(abs(one - other) >= 6 for i, one in enumerate(placed) for other in placed[:i])
    assert answer["complete"]
    assert all(any(abs(one - other) < 6 for other in placed) for one in range(250, 271))
    for plan, number in zip(answer["plans"], placed, strict=True):
        assert plan["objective"] == pytest.approx((number - 200) ** 2 / 80_000)
        assert plan["worse_by"] == pytest.approx((number - 200) ** 2 / 2500 - 1)
        assert plan["moved"] == pytest.approx(
            [abs(number - one) / 600 for one in placed[: len(plan["moved"])]]
        )
        assert sum(cell["value"] for cell in plan["cells"]) == 600
    second = answer["plans"][1]
    change = placed[1] - 250
    assert second["gains"] == [{"quota": "jobs", "unit": "a", "change": change}]
    assert second["loses"] == [{"quota": "jobs", "unit": "b", "change": -change}]
    assert second["words"] == f"more: District A +{change}; less: District B -{change}"


def test_where_none_lies_within_the_slack_one_that_does_is_told(run: Run, tmp_path: Path) -> None:
    command = ("alternatives", book(tmp_path), *CAP, "--slack", "10%", "--move", "1%", "--lang", "en")
    answer = fine(run(*command, "--format", "json")).json
    assert (len(answer["plans"]), answer["complete"]) == (1, True)
    # The nearest that moves six jobs is at 56² ÷ 50² − 1.
    assert 0.2544 - 1e-9 <= answer["possible_at"] < 0.8
    said = "No further plan exists within a slack of 10%; one was found at a slack of "
    assert said in answer["words"]
    assert said in fine(run(*command)).out


def test_what_is_not_proven_is_said() -> None:
    nothing = np.zeros((1, 1), dtype=np.int64)
    plans = [Alternative(nothing, nothing, 1.0, (), proven=at != 1) for at in range(3)]
    found = Alternatives(tuple(plans), 0.02, 0.05, 3, complete=False, possible_at=None)
    assert outcome(found, 60).in_("en").endswith("those that move as much: plan 2.")
    assert "phương án 2" in outcome(found, 60).in_("vi")


def test_beside_a_plan_at_the_fair_shares_none_is_equally_fair(run: Run, tmp_path: Path) -> None:
    command = ("alternatives", book(tmp_path), "--slack", "900%", "--move", "1%", "--lang", "en")
    answer = fine(run(*command, "--format", "json")).json
    assert (answer["best"], len(answer["plans"]), answer["complete"], answer["possible_at"]) == (
        0,
        1,
        True,
        None,
    )
    assert answer["words"].endswith(MESSAGES["alternatives.no_more_equal"][1])


def test_every_form_has_the_plans(run: Run, tmp_path: Path) -> None:
    command = ("alternatives", book(tmp_path), *CAP, "--slack", "1", "--move", "1%", "--count", "2")
    told = run(*command, "--format", "csv")
    assert (told.code, told.err.count("\n")) == (0, 1)
    assert told.err.startswith("chitieu alternatives: thay đổi allocations.rest.quotas.jobs.at_most: ")
    rows = told.csv
    assert list(rows[0]) == ["plan", "quota", "unit", "period", "value"]
    for number in ("1", "2"):
        assert sum(int(row["value"]) for row in rows if row["plan"] == number) == 600
    table = fine(run(*command)).out
    assert "Phương án 2" in table
    assert "Huyện A" in table
    fine(run(*command, "-o", tmp_path / "plans.xlsx"))
    (sheet,) = load_workbook(tmp_path / "plans.xlsx").worksheets
    assert any(cell.value == 250 for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("verb", ["alternatives", "frontier"])
def test_without_a_plan_it_says_why(run: Run, tmp_path: Path, verb: str) -> None:
    body = BODY.replace("2 * fair", "0.5 * fair").replace("need: people,", "need: people, cost: people,")
    result = run(verb, book(tmp_path, body), "--lang", "en")
    assert (result.code, result.out) == (3, "")
    assert "300" in result.err
    assert "600" in result.err


@pytest.mark.parametrize(
    "options",
    [
        ("alternatives", "--count", "0"),
        ("alternatives", "--count", "x"),
        ("alternatives", "--count", "101"),
        ("alternatives", "--slack=-1%"),
        ("alternatives", "--slack", "much"),
        ("alternatives", "--move", "0%"),
        ("alternatives", "--move", "101%"),
        ("alternatives", "--move", "2"),
        ("alternatives", "--time-limit", "0"),
        ("frontier", "--goals", "cost"),
        ("frontier", "--goals", "fairness,fairness"),
        ("frontier", "--points", "1"),
        ("frontier", "--goals", "fairness,jobs.total"),
        ("frontier", "--goals", "fairness,jobs.total", "--from", "500", "--to", "500"),
        ("frontier", "--goals", "fairness,jobs.total", "--from", "x", "--to", "500"),
        ("frontier", "--more"),
        ("frontier",),  # nothing has a cost
    ],
)
def test_what_cannot_be_asked(run: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    result = run(options[0], book(tmp_path), *options[1:], "--lang", "en")
    assert (result.code, result.out) == (2, "")
    assert "bad_setting" in result.err


def test_fairness_against_cost_by_hand(run: Run, tmp_path: Path) -> None:
    """A job at a costs 100, at b 200: each job moved to a saves 100, and 200 can be moved at most."""
    command = ("frontier", book(tmp_path), "--set", "jobs.cost=people", "--points", "3", "--lang", "en")
    answer = fine(run(*command, "--format", "json")).json
    assert answer["goals"] == ["fairness", "cost"]
    assert answer["complete"]
    found = [(point["goal"], a_of(point)) for point in answer["points"]]
    assert found == [(80_000, 400), (90_000, 300), (100_000, 200)]
    assert [point["objective"] for point in answer["points"]] == pytest.approx([0.5, 0.125, 0])
    assert [point["moved"] for point in answer["points"]] == pytest.approx([200 / 600, 100 / 600, 0])
    told = run(*command, "--format", "csv")
    assert (told.code, told.err.count("\n")) == (0, 1)
    rows = told.csv
    assert list(rows[0]) == ["point", "goal", "objective", "quota", "unit", "value"]
    assert len(rows) == 6
    assert "Point 3" in fine(run(*command)).out


@pytest.mark.parametrize(("more", "kept", "dropped"), [(True, [640, 700], []), (False, [640], [700])])
def test_fairness_against_a_total_by_hand(
    run: Run, tmp_path: Path, more: bool, kept: list[int], dropped: list[int]
) -> None:
    """At most 350 each: 700 can be placed, not 760; the more is placed, the less fair."""
    options = ("--goals", "fairness,jobs.total", "--from", "640", "--to", "760", "--points", "3")
    command = ("frontier", book(tmp_path), *CAP, *options, *(["--more"] if more else []))
    answer = fine(run(*command, "--format", "json")).json
    assert [point["goal"] for point in answer["points"]] == kept
    assert (answer["dominated"], answer["infeasible"]) == (dropped, [760])
    # 640: fair 213⅓ and 426⅔, b lacks 76⅔. 700: fair 233⅓ and 466⅔, b lacks 116⅔.
    worth = {
        640: (230 / 3) ** 2 * (3 / 640 + 3 / 1280) / 640,
        700: (350 / 3) ** 2 * (3 / 700 + 3 / 1400) / 700,
    }
    assert [point["objective"] for point in answer["points"]] == pytest.approx([worth[one] for one in kept])
    assert answer["goals"][1] == "allocations.rest.quotas.jobs.total"
    assert "760" in fine(run(*command)).out


@pytest.mark.parametrize(
    "words",
    [
        ("limits", "BOOK", "jobs.total", "--until", "610"),
        ("needed", "BOOK", "jobs", "--unit", "a"),
        ("frontier", "BOOK", "--set", "jobs.cost=people", "--points", "2"),
    ],
)
def test_every_verb_makes_a_workbook(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    here = str(book(tmp_path))
    fine(run(*(here if word == "BOOK" else word for word in words), "-o", tmp_path / "answer.xlsx"))
    (sheet,) = load_workbook(tmp_path / "answer.xlsx").worksheets
    assert sheet.max_row > 2
