"""Workbooks over HTTP: byte for byte what the command line writes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.http import jobs
from api.http.app import create_app
from api.http.files import XLSX
from scenarios.workers import Workers
from tests.api.terminal import Run, fine

BOOK = "/v1/rulebooks/binh_thuan_2023"
QUOTAS = ("jobs", "training", "loans")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(workers=Workers(1, jobs.warm))) as found:
        yield found


def test_the_gap_table_is_the_command_line_s_file(client: TestClient, run: Run, tmp_path: Path) -> None:
    response = client.get(f"{BOOK}/gaps.xlsx", params={"as_of": "2023-05-15", "lang": "en"})
    assert (response.status_code, response.headers["content-type"]) == (200, XLSX)
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''binh_thuan_2023-gaps.xlsx"
    target = tmp_path / "gap.xlsx"
    fine(run("gap", "binh_thuan_2023", "--as-of", "2023-05-15", "--lang", "en", "-o", target))
    assert response.content == target.read_bytes()


def test_a_plan_is_the_command_line_s_file_in_either_language(
    client: TestClient, run: Run, tmp_path: Path
) -> None:
    body = {"scenario": "slow_training", "overlay": {"leave_out": ["phu_quy"]}}
    made = client.post(f"{BOOK}/plans", json=body)
    for lang in ("vi", "en"):
        response = client.get(f"{made.headers['location']}/plan.xlsx", params={"lang": lang})
        assert (response.status_code, response.headers["content-type"]) == (200, XLSX)
        assert response.headers["content-disposition"] == (
            "attachment; filename*=UTF-8''binh_thuan_2023-second_half.xlsx"
        )
        page = openpyxl.load_workbook(BytesIO(response.content), data_only=True).worksheets[0]
        totals = next(row for row in page.iter_rows() if row[0].value in ("Tổng cộng", "Total"))
        assert [cell.value for cell in totals[1:4]] == [made.json()["totals"][k] for k in QUOTAS]
    words = ("--scenario", "slow_training", "--leave-out", "phu_quy", "--lang", "en")
    fine(run("plan", "binh_thuan_2023", *words, "-o", tmp_path / "plan.xlsx"))
    mine = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    english = client.get(f"{made.headers['location']}/plan.xlsx", params={"lang": "en"}).content
    theirs = openpyxl.load_workbook(BytesIO(english))
    assert mine.sheetnames == theirs.sheetnames
    for page in mine.worksheets[:-1]:  # the last names what lies over the rulebook by where it was given
        assert list(page.values) == list(theirs[page.title].values), page.title


def test_what_isn_t_there_and_what_is_faulty_is_told(client: TestClient) -> None:
    for path, status in (
        ("/v1/plans/unknown/plan.xlsx", 404),
        ("/v1/rulebooks/unknown/gaps.xlsx", 404),
        (f"{BOOK}/gaps.xlsx?indicator=job", 422),
        (f"{BOOK}/gaps.xlsx?format=csv", 422),
    ):
        response = client.get(path)
        assert (response.status_code, response.headers["content-type"]) == (
            status,
            "application/problem+json",
        )
        assert response.json()["issues"][0]["message"]
