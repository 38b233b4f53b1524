"""``chitieu actions``: its forms, days, overlays, and what is refused."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from api import labels
from api.cli.commands import COMMANDS, NO_WORKBOOK
from tests.api.reporting import written
from tests.api.terminal import Run, fine, refused

ACTIONS = """\
actions:
  fairs:
    label: {vi: Phiên giao dịch, en: Job fairs}
    who: {vi: Trung tâm, en: Centre}
    until: 2023-05-10
    serves: [jobs]
    state: in_progress
  visits:
    label: {vi: "=1+1", en: "=cmd()"}
    who: {vi: "A & B <C>", en: "A & B <C>"}
    until: 2023-12-31
    serves: [fund]
    status: published
  drive:
    label: {vi: Vận động, en: Drive}
    who: {vi: Sở, en: Department}
    until: 2023-03-31
    serves: [jobs, fund]
    state: done
    done_on: 2023-04-02
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return written(tmp_path, ACTIONS)


def test_as_a_table(run: Run, book: Path) -> None:
    text = fine(run("actions", book, "--lang", "en")).out
    assert text.startswith("Book\nActions as of 15 May 2023\n")
    lines = text.splitlines()
    # 1,023 of 1,900 at day 135 of 365 is ahead of the pace; 10 May is 5 days ago
    fairs = next(line for line in lines if line.startswith("Job fairs"))
    assert "In progress" in fairs
    assert "Jobs (On track, 877 persons to go)" in fairs
    assert fairs.endswith("5 days overdue; serves nothing that is behind or at risk")
    drive = next(line for line in lines if line.startswith("Drive"))
    assert "Done on 2 April 2023" in drive
    assert drive.endswith("done late")
    visits = next(line for line in lines if line.startswith("=cmd()"))
    assert "A & B <C>" in visits
    assert text.endswith("Date and state assumed:\n- Job fairs\n- Drive\n")


def test_as_json_and_csv(run: Run, book: Path) -> None:
    answer = fine(run("actions", book, "--lang", "en", "--format", "json")).json
    assert {key: answer[key] for key in answer if key != "actions"} == {
        "rulebook": "book",
        "as_of": "2023-05-15",
        "basis": "actual",
        "unit": "top",
        "scenario": None,
        "overlaid": [],
        "unserved": [],
    }
    assert answer["actions"][0] == {
        "action": "fairs",
        "label": "Job fairs",
        "who": "Centre",
        "unit": None,
        "until": "2023-05-10",
        "state": "in_progress",
        "done_on": None,
        "days": -5,
        "status": "assumed",
        "source": None,
        "serves": [{"indicator": "jobs", "unit": "top", "status": "on_track", "gap": 877}],
        "flags": ["overdue", "serves_nothing_behind"],
    }
    rows = fine(run("actions", book, "--format", "csv")).csv
    assert [(row["action"], row["state"], row["done_on"], row["days"], row["serves"]) for row in rows] == [
        ("fairs", "in_progress", "", "-5", "jobs"),
        ("visits", "planned", "", "230", "fund"),
        ("drive", "done", "2023-04-02", "-45", "jobs fund"),
    ]
    assert [row["flags"] for row in rows] == [
        "overdue serves_nothing_behind",
        "serves_unknown",
        "done_late",
    ]


def test_as_a_workbook(run: Run, book: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    fine(run("actions", book, "-o", file))
    book_ = openpyxl.load_workbook(file)
    (page,) = book_.worksheets
    assert page.title == "Nhiệm vụ"
    cells = {cell.value: cell for row in page.iter_rows() for cell in row if cell.value is not None}
    assert "Phiên giao dịch" in cells
    assert cells["=1+1"].data_type == "s"
    assert "A & B <C>" in cells


def test_every_command_that_writes_workbooks_has_names_for_sheets() -> None:
    """A sheet is called by its command, but for a sweep's, which are called by what they hold."""
    assert set(COMMANDS) - {*NO_WORKBOOK, "serve", "sweep"} <= set(labels.SHEETS)


def test_verified_reports_are_workbooks_too(run: Run, tmp_path: Path) -> None:
    report, file = tmp_path / "r.txt", tmp_path / "r.xlsx"
    report.write_text("Đạt 50% kế hoạch (1/2 người).\n", "utf-8")
    fine(run("verify", report, "-o", file))
    assert openpyxl.load_workbook(file).sheetnames == ["Kiểm tra báo cáo"]


def test_a_day_in_the_past_and_an_estimate(run: Run, book: Path) -> None:
    rows = fine(run("actions", book, "--as-of", "2023-04-01", "--format", "csv", "--lang", "en")).csv
    # done on 2 April, so still under way the day before, and a day past its date
    assert [(row["state"], row["days"]) for row in rows] == [
        *(("in_progress", "39"), ("planned", "274"), ("in_progress", "-1"))
    ]
    answer = fine(
        run("actions", book, "--as-of", "2023-06-30", "--basis", "estimate", "--format", "json")
    ).json
    assert answer["actions"][0]["serves"][0]["gap"] == 700  # 1,900 less the estimate of 1,200


def test_overlays_count_and_are_told(run: Run, book: Path) -> None:
    words = ("--set", "actions.fairs.until=2023-06-30", "--set", "actions.visits=null")
    text = fine(run("actions", book, "--lang", "en", *words)).out
    assert "Changes laid over the rulebook" in text
    answer = fine(run("actions", book, "--format", "json", *words)).json
    assert [(item["action"], item["days"]) for item in answer["actions"]] == [("fairs", 46), ("drive", -45)]
    assert [(change["path"], change["to"]) for change in answer["overlaid"]] == [
        ("actions.fairs.until", "2023-06-30"),
        ("actions.visits", None),
    ]
    result = run("actions", book, "--lang", "en", "--format", "csv", *words)
    assert (result.code, len(result.csv)) == (0, 2)
    assert "chitieu actions: changed actions.fairs.until: 2023-05-10 → 2023-06-30 (--set)\n" in result.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--as-of", "15/5/2023"), 1, "bad_date"),
        (("--unit", "tpo"), 1, "'top'"),
        (("--basis", "guess"), 2, "guess"),
        (("--set", "actions.fair.until=2023-06-30"), 1, "actions.fairs.until"),
        (("--set", "actions.fairs.state=done"), 1, "done_on"),
        (("-o", "a.docx"), 2, "a.docx"),
        (("-o", "no/such/a.xlsx"), 1, "no/such"),
        (("--report", "half"), 2, "--report"),
    ],
)
def test_what_can_t_be_done_is_told(
    run: Run,
    book: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    refused(run("actions", book, *words), code, said)


def test_a_rulebook_without_actions(run: Run, tmp_path: Path) -> None:
    folder = written(tmp_path, "")
    assert fine(run("actions", folder, "--format", "json")).json["actions"] == []
    assert "The rulebook has no actions" in fine(run("actions", folder, "--lang", "en")).out
