"""Word files over HTTP: what the command line writes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient

from api.http import jobs
from api.http.app import create_app
from api.http.files import DOCX
from scenarios.workers import Workers
from tests.api.terminal import Run

BOOK = "/v1/rulebooks/binh_thuan_2023"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(workers=Workers(1, jobs.warm))) as found:
        yield found


def said(data: bytes) -> list[str]:
    document: Any = docx.Document(BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_a_plan_s_decision_is_the_command_line_s(client: TestClient, run: Run, tmp_path: Path) -> None:
    made = client.post(f"{BOOK}/plans", json={"scenario": "slow_training"})
    for lang in ("vi", "en"):
        response = client.get(f"{made.headers['location']}/decision.docx", params={"lang": lang})
        assert (response.status_code, response.headers["content-type"]) == (200, DOCX)
        assert response.headers["content-disposition"] == (
            "attachment; filename*=UTF-8''binh_thuan_2023-second_half.docx"
        )
        path = tmp_path / f"{lang}.docx"
        words = ("--scenario", "slow_training", "--lang", lang, "-o", path)
        assert run("plan", "binh_thuan_2023", *words).code == 0
        assert said(response.content) == said(path.read_bytes())


def test_a_plan_that_can_t_be_met_has_no_decision(client: TestClient) -> None:
    body = {"overlay": {"set": {"parameters": {"loan_capital": {"value": 20}}}}}
    made = client.post(f"{BOOK}/plans", json=body)
    assert made.json()["status"] == "infeasible"
    response = client.get(f"{made.headers['location']}/decision.docx", params={"lang": "en"})
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    (issue,) = response.json()["issues"]
    assert issue["code"] == "bad_plan"
    assert issue["message"] == "this plan can't be used: there is no plan, so no decision is written"


def test_a_report_is_the_command_line_s(client: TestClient, run: Run, tmp_path: Path) -> None:
    response = client.get(f"{BOOK}/report.docx", params={"as_of": "2023-06-30", "basis": "estimate"})
    assert (response.status_code, response.headers["content-type"]) == (200, DOCX)
    assert response.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''binh_thuan_2023-half_year.docx"
    )
    path = tmp_path / "r.docx"
    words = ("--as-of", "2023-06-30", "--basis", "estimate", "-o", path)
    assert run("report", "binh_thuan_2023", *words).code == 0
    assert said(response.content) == said(path.read_bytes())
    assert "Số liệu đến ngày 30/6/2023" in said(response.content)


def test_what_isn_t_there_and_what_is_faulty_is_told(client: TestClient) -> None:
    for path, status in (
        ("/v1/plans/unknown/decision.docx", 404),
        ("/v1/rulebooks/unknown/report.docx", 404),
        (f"{BOOK}/report.docx?report=no_such", 422),
        (f"{BOOK}/report.docx?template=x", 422),
        (f"{BOOK}/report.docx?as_of=2024-03-01", 422),
    ):
        response = client.get(path)
        assert (response.status_code, response.headers["content-type"]) == (
            status,
            "application/problem+json",
        )
        assert response.json()["issues"][0]["message"]
