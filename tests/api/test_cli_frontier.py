"""`chitieu frontier` with any two goals as a user meets it, by hand.

600 jobs in proportion to 100 and 200 people: fair are 200 and 400. A plan that moves d of them from b to a
has the objective (d² ÷ 200 + d² ÷ 400) ÷ 600 = d² ÷ 80,000.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.small import BODY, book
from tests.api.terminal import Run, fine

COSTLY = BODY.replace("need: people,", "need: people, cost: people,")


def a_of(point: Any) -> int:
    """What unit a gets."""
    return int(next(one["value"] for one in point["by_unit"] if one["unit"] == "a"))


def test_all_points_of_cost_or_the_gaps_between(run: Run, tmp_path: Path) -> None:
    """A job moved to a saves 100. With at most 203 at a there are four plans from 200 on."""
    capped = BODY.replace("at_most: 2 * fair", "cost: people, at_most: {is: 203, only: {unit: [a]}}")
    command = ("frontier", book(tmp_path, capped), "--lang", "en")
    answer = fine(run(*command, "--format", "json")).json
    assert [(point["values"], a_of(point)) for point in answer["points"]] == [
        ([pytest.approx(d * d / 80_000), 100_000 - 100 * d], 200 + d) for d in (3, 2, 1, 0)
    ]
    assert (answer["every"], answer["gaps"], answer["complete"]) == (True, [], True)
    assert "There are no points beside these." in fine(run(*command)).out
    few = fine(run(*command, "--points", "2", "--format", "json")).json
    assert [point["goal"] for point in few["points"]] == [99_700, 100_000]
    assert (few["every"], few["gaps"]) == (False, [[99_700, 100_000]])
    assert "Further points may lie between these." in fine(run(*command, "--points", "2")).out


def test_cost_against_a_total(run: Run, tmp_path: Path) -> None:
    """a costs 100 and takes at most 350: 400 jobs cost 350 · 100 + 50 · 200, and 700 is the most there is."""
    command = (
        *("frontier", book(tmp_path, COSTLY), "--set", "jobs.at_most=350", "--lang", "en"),
        *("--goals", "jobs.total:more,cost", "--from", "400", "--to", "800", "--points", "3"),
    )
    answer = fine(run(*command, "--format", "json")).json
    assert answer["goals"] == ["cost", "allocations.rest.quotas.jobs.total"]
    assert answer["directions"] == ["less", "more"]
    # Between 600, which can be placed, and 800, which can't, lies the end.
    assert [point["values"] for point in answer["points"]] == [
        [45_000, 400],
        [85_000, 600],
        [105_000, 700],
    ]
    assert [a_of(point) for point in answer["points"]] == [350, 350, 350]
    assert answer["infeasible"] == [800]
    assert answer["gaps"] == [[400, 600], [600, 700]]
    assert "cost" in fine(run(*command)).out
    rows = run(*command, "--format", "csv").csv
    assert list(rows[0]) == ["point", "first", "goal", "objective", "quota", "unit", "value"]
    assert (rows[0]["first"], rows[0]["goal"]) == ("45000", "400")


def test_two_figures(run: Run, tmp_path: Path) -> None:
    """Two ceilings of c hold 2 c jobs: the pairs are (2 c, c)."""
    command = (
        *("frontier", book(tmp_path), "--set", "jobs.at_most=350", "--lang", "en", "--points", "3"),
        *("--goals", "jobs.total:more,jobs.at_most:less", "--from", "600,290", "--to", "610,310"),
    )
    answer = fine(run(*command, "--format", "json")).json
    assert answer["directions"] == ["more", "less"]
    assert [point["values"] for point in answer["points"]] == [[600, 300], [610, 305]]
    assert answer["infeasible"] == [290]
    assert answer["dominated"] == [310]
    assert (answer["every"], answer["gaps"]) == (False, [[300, 305]])
    for point in answer["points"]:
        assert point["totals"] == {"jobs": point["values"][0]}
    ends = ("--points", "21", "--from", "600,300", "--to", "606,306", "--format", "json")
    answer = fine(run(*command[:6], *command[8:10], *ends)).json
    assert [point["values"] for point in answer["points"]] == [[600 + 2 * n, 300 + n] for n in range(4)]
    assert answer["every"]


def test_fairness_and_cost_against_how_many_change(run: Run, tmp_path: Path) -> None:
    """Issued were 200 and 400; now 601 are placed, fair being 200⅓ and 400⅔: one quota must change, and where
    b, dearer by 100, goes back by d all of it goes to a.
    """
    folder = book(tmp_path, COSTLY)
    issued = tmp_path / "issued.json"
    fine(run("plan", folder, "--format", "json", "-o", issued))
    options = ("--stay-close-to", issued, "--set", "jobs.total=601", "--format", "json")
    answer = fine(run("frontier", folder, "--goals", "fairness,changes", *options)).json
    assert answer["goals"] == ["fairness", "changes"]
    # 200 and 401 is the fairest of all.
    assert [(point["goal"], a_of(point)) for point in answer["points"]] == [(1, 200)]
    assert answer["every"]
    answer = fine(run("frontier", folder, "--goals", "changes,cost", *options)).json
    assert answer["goals"] == ["cost", "changes"]
    # With one change a takes the job; with two a takes what it may, at most 2 × 200⅓.
    assert [(point["values"], a_of(point)) for point in answer["points"]] == [
        ([201 * 100 + 400 * 200, 1], 201),
        ([400 * 100 + 201 * 200, 2], 400),
    ]
    assert answer["every"]


def test_changes_against_a_total(run: Run, tmp_path: Path) -> None:
    """The issued plan is there at 600 alone; from 600 to 604 one quota changes, and 600 is as many as any."""
    folder = book(tmp_path)
    issued = tmp_path / "issued.json"
    fine(run("plan", folder, "--format", "json", "-o", issued))
    options = ("--stay-close-to", issued, "--goals", "changes,jobs.total", "--more", "--points", "5")
    command = ("frontier", folder, *options, "--from", "600", "--to", "604", "--format", "json")
    answer = fine(run(*command)).json
    assert [point["values"] for point in answer["points"]] == [[0, 600], [1, 604]]
    assert answer["dominated"] == [601, 602, 603]
    assert (answer["every"], answer["gaps"]) == (True, [])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--goals", "cost,cost"), "two different goals"),
        (("--goals", "fairness,cost,changes"), "two different goals"),
        (("--goals", "fairness,"), "two different goals"),
        (("--goals", "fairness,changes"), "--stay-close-to"),
        (("--stay-close-to", "x.json"), "fairness,changes"),
        (("--goals", "cost,jobs.total"), "--from"),
        (("--goals", "jobs.total,jobs.at_most", "--from", "1", "--to", "2,3"), "2 number(s)"),
        (("--goals", "fairness,jobs.total", "--from", "1,2", "--to", "3,4"), "1 number(s)"),
        (("--goals", "jobs.total,jobs.at_most", "--from", "1,2", "--to", "2,2"), "two different numbers"),
        (
            ("--goals", "jobs.total,allocations.rest.quotas.jobs.total", "--from", "1,1", "--to", "2,2"),
            "two different goals",
        ),
        (("--goals", "fairness,cost:more"), "for a goal that is a figure"),
        (("--goals", "cost,jobs.total", "--from", "600.5", "--to", "602"), "600.5"),
        (("--goals", "cost,jobs.total", "--from", "600", "--to", "602"), "no quota with a cost"),
        (("--goals", "cost,jobs.totl", "--from", "600", "--to", "602"), "jobs.totl"),
    ],
)
def test_what_cannot_be_asked(run: Run, tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    body = BODY.replace("2 * fair", "400")
    result = run("frontier", book(tmp_path, body), *options, "--lang", "en")
    assert result.code in (1, 2)
    assert result.out == ""
    assert words in result.err


def test_a_plan_that_isnt_there(run: Run, tmp_path: Path) -> None:
    options = ("--goals", "fairness,changes", "--stay-close-to", tmp_path / "none.json", "--lang", "en")
    result = run("frontier", book(tmp_path), *options)
    assert (result.code, result.out) == (1, "")
    assert "none.json" in result.err
