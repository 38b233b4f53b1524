"""``chitieu report``: its forms, dates, languages, overlays, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
import pytest

from scenarios.plan import make_plan
from tests.api.reporting import written
from tests.api.terminal import BOOK, JUNE, Run, fine, refused

REPORTS = """\
reports:
  half:
    title: {vi: "Nửa năm {year()}", en: "Half of {year()}"}
    sections:
      first:
        heading: {vi: "I. Kết quả", en: I. Results}
        paragraph:
          jobs: {vi: "Được {jobs.achieved} người đến {as_of()}.", en: "{jobs.achieved} persons by {as_of()}."}
      second:
        items:
          fund: {vi: "Quỹ {fund.achieved}.", en: "Fund {fund.achieved}."}
      table:
        gaps: {columns: [target, achieved, gap]}
"""
WARNING = (
    "book/book.yaml:19:57: warning unknown_in_report: "
    "fund.achieved: unknown because no actual of fund for Province up to 2023-05-15\n"
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return written(tmp_path, REPORTS)


# ---------------------------------------------------------------------------------------- its forms


def test_as_text(run: Run, book: Path) -> None:
    result = run("report", book, "--lang", "en")
    assert (result.code, result.err) == (0, WARNING)
    assert result.out.startswith(
        "Half of 2023\n\nI. Results\n\n1,023 persons by 15 May 2023.\n\n- Fund (not known).\n\n"
    )
    lines = [line.split("  ") for line in result.out.splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert ["Jobs", "persons", "1,900", "1,023", "877"] in cells
    assert ["Fund", "billion VND", "6", "not known", "not known"] in cells


def test_as_markdown_by_the_file_s_name(run: Run, book: Path, tmp_path: Path) -> None:
    file = tmp_path / "r.md"
    result = run("report", book, "-o", file)
    assert (result.code, result.out) == (0, "")
    text = file.read_text("utf-8")
    assert text.startswith(
        "# Nửa năm 2023\n\n## I. Kết quả\n\nĐược 1.023 người đến 15/5/2023.\n\n- Quỹ (chưa có số liệu).\n\n"
    )
    assert "| Việc làm | người | 1.900 | 1.023 | 877 |" in text


def test_as_json(run: Run, book: Path) -> None:
    answer = run("report", book, "--lang", "en", "--format", "json").json
    assert {
        key: answer[key] for key in ("rulebook", "report", "as_of", "basis", "unit", "lang", "title")
    } == {
        "rulebook": "book",
        "report": "half",
        "as_of": "2023-05-15",
        "basis": "actual",
        "unit": "top",
        "lang": "en",
        "title": "Half of 2023",
    }
    assert (answer["scenario"], answer["overlaid"]) == (None, [])
    heading, paragraph, items, table = answer["blocks"]
    assert heading == {"kind": "heading", "text": "I. Results", "level": 1}
    assert paragraph == {"kind": "paragraph", "text": "1,023 persons by 15 May 2023."}
    assert items == {"kind": "items", "texts": ["Fund (not known)."]}
    assert [row["cells"][-1] for row in table["rows"]] == ["877", "not known"]
    (issue,) = answer["issues"]
    assert (issue["code"], issue["severity"], issue["line"], issue["column"]) == (
        "unknown_in_report",
        "warning",
        19,
        57,
    )


def test_as_csv(run: Run, book: Path) -> None:
    rows = run("report", book, "--format", "csv").csv
    assert [(row["block"], row["kind"], row["row"], row["text"]) for row in rows[:3]] == [
        ("1", "heading", "", "I. Kết quả"),
        ("2", "paragraph", "", "Được 1.023 người đến 15/5/2023."),
        ("3", "item", "1", "Quỹ (chưa có số liệu)."),
    ]
    assert [row["text"] for row in rows if row["kind"] == "cell" and row["row"] == "1"] == [
        *("Việc làm", "người", "1.900", "1.023", "877")
    ]


def test_the_format_asked_for_goes_before_the_file_s_name(run: Run, book: Path, tmp_path: Path) -> None:
    for name in ("r.json", "r.md"):
        file = tmp_path / name
        assert run("report", book, "--format", "json", "-o", file).code == 0
        assert json.loads(file.read_text("utf-8"))["report"] == "half"


def test_as_a_word_file(run: Run, book: Path, tmp_path: Path) -> None:
    file = tmp_path / "r.docx"
    result = run("report", book, "--lang", "en", "-o", file)
    assert (result.code, result.out, result.err) == (0, "", WARNING)
    document: Any = docx.Document(str(file))
    texts = [paragraph.text for paragraph in document.paragraphs]
    for text in ("Half of 2023", "I. Results", "1,023 persons by 15 May 2023.", "- Fund (not known)."):
        assert text in texts


# -------------------------------------------------------------------- dates, overlays, several reports


def test_a_date_and_a_basis(run: Run, book: Path) -> None:
    text = run("report", book, "--lang", "en", *JUNE).out
    assert "1,200 persons by 30 June 2023." in text


def test_overlays_are_in_it_and_told(run: Run, book: Path, tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    file.write_text(
        "set: {data: {observations: {fund: {top: {2023-05-15: {actual: 1.5 billion VND}}}}}}\n", "utf-8"
    )
    refused(run("report", book, "--overlay", file), 1, "more.yaml:1:")
    row = "{indicator: fund, unit: top, as_of: 2023-05-15, basis: actual, value: 1.5, measure: billion VND}"
    file.write_text(f"set: {{data: {{observations: [{row}]}}}}\n", "utf-8")
    words = ("--overlay", file, "--set", "data.targets.jobs.top=2000")
    result = run("report", book, "--lang", "en", *words)
    assert (result.code, result.err) == (0, "")
    assert "- Fund 1.5 billion VND.\n" in result.out
    assert "This report is written over changes to the rulebook:\n" in result.out
    answer = run("report", book, "--format", "json", *words).json
    assert [change["path"].split(".")[1] for change in answer["overlaid"]] == ["observations", "targets"]
    assert answer["blocks"][3]["rows"][0]["cells"][-1] == "977"


def test_one_of_several_must_be_named(run: Run, tmp_path: Path) -> None:
    more = REPORTS + "  whole:\n    title: {vi: Cả năm, en: Year}\n    sections: {one: {heading: H}}\n"
    folder = written(tmp_path, more)
    refused(run("report", folder), 1, "unknown_report", "half, whole")
    refused(run("report", folder, "hafl", "--lang", "en"), 1, "no report 'hafl'", "'half'")
    assert fine(run("report", folder, "whole")).out == "Cả năm\n\nH\n"


# ------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--as-of", "30/6/2023"), 1, "bad_date"),
        (("--as-of", "2023-02-30"), 1, "bad_date"),
        (("--as-of", "2024-01-01"), 1, "báo cáo 'half' là của năm 2023, ngày 1/1/2024 nằm ngoài năm đó"),
        (("--basis", "guess"), 2, "guess"),
        (("--time-limit", "0"), 2, "bad_setting"),
        (("--time-limit", "soon"), 2, "bad_setting"),
        (("--template", "x.docx"), 2, "--template"),
        (("--set", "reports.half.titel=X"), 1, "reports.half.title"),
        (("--set", "nonsense"), 2, "bad_setting"),
        (("--overlay", "no_such.yaml"), 1, "file_not_found"),
        (("--scenario", "none"), 1, "unknown_scenario"),
        (("--allocation", "none"), 1, "unknown_allocation"),
        (("--unit", "top"), 2, "--unit"),
        (("-o", "r.xlsx"), 2, "r.xlsx"),
        (("-o", "no/such/r.docx"), 1, "no/such"),
        (("-o", "no/such/r.md"), 1, "no/such"),
        (("-o", "."), 1, "'.'"),
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
    refused(run("report", book, *words), code, said)


def test_a_rulebook_without_reports(run: Run, tmp_path: Path) -> None:
    refused(run("report", written(tmp_path, "")), 1, "unknown_report", "'reports'")


def test_a_rulebook_that_isn_t_there(run: Run) -> None:
    refused(run("report", "no_such_book"), 1, "unknown_rulebook")


def test_a_district_left_out_is_told_as_that(run: Run) -> None:
    result = run("report", BOOK, "--lang", "en", "--leave-out", "phu_quy")
    assert result.code == 0
    assert "unknown because Phú Quý is given no quotas in this plan" in result.err
    assert "There is no plan" not in result.err


QUOTAS = """\
allocations:
  rest:
    from: 2023-07-01
    to: 2023-12-31
    every: once
    among: district
    starting_point: {as_of: 2023-06-30, basis: estimate}
    quotas: {jobs: {total: target - achieved, need: "1"}}
reports:
  half:
    title: T
    allocation: rest
    sections: {first: {paragraph: {one: "Còn lại: SAID."}}}
"""


def test_a_plan_that_nothing_tells_isn_t_solved(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def solved(*given: object) -> object:
        asked.append(given)
        return make_plan(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("scenarios.plan.make_plan", solved)
    silent = written(tmp_path / "silent", QUOTAS.replace("SAID", "{jobs.target}"))
    assert fine(run("report", silent)).out == "T\n\nCòn lại: 1.900.\n"
    assert asked == []
    telling = written(tmp_path / "telling", QUOTAS.replace("SAID", "{quota(jobs)}"))
    assert fine(run("report", telling)).out == "T\n\nCòn lại: 700.\n"  # 1,900 less the estimate of 1,200
    assert len(asked) == 1


def test_why_there_is_no_plan_stands_in_the_report(run: Run, tmp_path: Path) -> None:
    body = QUOTAS.replace('paragraph: {one: "Còn lại: SAID."}', "quotas: {}")
    body = body.replace('need: "1"}', 'need: "1", at_most: 20}')  # one district, 700 to be placed
    result = run("report", written(tmp_path, body), "--lang", "en")
    assert result.code == 0
    assert "There is no plan of quotas: " in result.out
    assert "20" in result.out.split("There is no plan of quotas: ")[1]
    assert "unknown_in_report" in result.err
