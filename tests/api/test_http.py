import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from fastapi.openapi.models import OpenAPI
from fastapi.testclient import TestClient

from api import services
from api.answers import gap_answer
from api.cli.main import main
from api.http import diff_shapes, jobs, plan_shapes, shapes, sweep_shapes, verify_shapes, what_if_shapes
from api.http.app import create_app
from api.http.documentation import EXAMPLES
from api.http.files import DOCX as WORD
from api.http.files import XLSX
from scenarios.workers import Workers
from tests.api.examples import answered
from tests.books import write_book

BOOK = "/v1/rulebooks/binh_thuan_2023"
LOST = """
indicators:
  jobs: {measure: person, kind: flow, direction: up}
allocations:
  rest:
    from: 2023-07-01
    to: 2023-12-31
    every: half
    among: district
    starting_point: {as_of: 2023-06-30, basis: actual}
    quotas:
      jobs: {total: target - achieved, need: 1, at_most: 20}
"""
TEXTS = {
    "rows": "text/csv",
    "events": "text/event-stream",
    "comments": WORD,
    "gaps.xlsx": XLSX,
    "plan.xlsx": XLSX,
    "decision.docx": WORD,
    "report.docx": WORD,
}
SHAPES = (shapes, plan_shapes, diff_shapes, sweep_shapes, verify_shapes, what_if_shapes)
FIGURES = {
    "targets": "jobs,top,2023,reach,100,person,,published\n",
    "observations": "jobs,top,2023-06-30,actual,10,person,,published\n",
}


@pytest.fixture(scope="module")
def workers() -> Workers:
    return Workers(2, jobs.warm)


@pytest.fixture(scope="module")
def client(workers: Workers) -> Iterator[TestClient]:
    with TestClient(create_app(workers=workers)) as found:
        yield found


@pytest.fixture(scope="module")
def plan(client: TestClient) -> Any:
    response = client.post(f"{BOOK}/plans", json={"allocation": "second_half"})
    assert response.status_code == 201
    assert response.headers["location"] == f"/v1/plans/{response.json()['id']}"
    return response.json()


def said_by_command_line(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_list_has_each_rulebook_with_its_title(client: TestClient) -> None:
    assert client.get("/v1/rulebooks").json() == {
        "rulebooks": [
            {
                "id": "binh_thuan_2023",
                "title": "Chỉ tiêu ngành Lao động – TB&XH tỉnh Bình Thuận năm 2023",
                "year": 2023,
                "faulty": False,
            }
        ]
    }
    english = client.get("/v1/rulebooks?lang=en").json()["rulebooks"][0]["title"]
    assert english == "Bình Thuận labour and social affairs targets 2023"


def test_a_rulebook_says_what_it_is_made_of(client: TestClient) -> None:
    found = client.get(BOOK).json()
    assert (found["id"], found["root"], found["levels"]) == (
        "binh_thuan_2023",
        "binh_thuan",
        ["province", "district"],
    )
    assert found["indicators"][:3] == ["jobs", "loans", "training"]
    assert found["allocations"][0] | {"title": ""} == {
        "id": "second_half",
        "title": "",
        "from": "2023-07-01",
        "to": "2023-12-31",
        "every": "month",
        "among": "district",
        "root": "binh_thuan",
        "as_of": "2023-06-30",
        "basis": "estimate",
        "fairness": "proportional",
        "quotas": ["jobs", "training", "loans"],
        "rules": ["loan_capital"],
    }


def test_its_parts_are_in_base_measures(client: TestClient) -> None:
    units = {unit["id"]: unit for unit in client.get(f"{BOOK}/units").json()["units"]}
    assert len(units) == 11
    assert units["phan_thiet"]["attributes"] == {"population": 226736, "rural_population": 32539}
    assert units["binh_thuan"]["attributes"]["population"] is None
    assert (units["binh_thuan"]["valid_from"], units["binh_thuan"]["valid_to"]) == (None, "2025-06-30")
    parameters = {item["id"]: item for item in client.get(f"{BOOK}/parameters").json()["parameters"]}
    loan = parameters["average_loan"]
    assert (loan["value"], loan["measure"]) == (50_000_000, "VND / person")
    assert (loan["stated"], loan["shown_in"], loan["status"]) == (50, "million VND / person", "assumed")
    indicators = {item["id"]: item for item in client.get(f"{BOOK}/indicators").json()["indicators"]}
    assert indicators["gratitude_fund"]["measure"] == "VND"
    assert indicators["gratitude_fund"]["shown_in"] == "billion VND"
    assert indicators["loans"]["part_of"] == "jobs"
    metrics = {item["id"]: item for item in client.get(f"{BOOK}/metrics?lang=en").json()["metrics"]}
    assert metrics["percent_of_plan"]["label"] == "Percent of plan"
    assert [(of["for"], of["formula"]) for of in metrics["percent_of_plan"]["formulas"]] == [
        (["flow"], "achieved / target")
    ]
    assert [of["for"] for of in metrics["landing"]["formulas"]] == [["flow"], ["level"]]


def test_the_published_percentages(client: TestClient) -> None:
    answer = client.get(f"{BOOK}/gaps", params={"as_of": "2023-05-15"}).json()
    jobs = next(row for row in answer["rows"] if row["indicator"] == "jobs")
    assert jobs["percent_of_plan"] == 0.4631
    assert jobs["year_on_year"] == 9262 / 8591
    loans = next(row for row in answer["rows"] if row["indicator"] == "loans")
    assert loans["achieved"] is None
    assert loans["unknown"]["achieved"] == [
        "chưa có số thực hiện 'Cho vay vốn giải quyết việc làm' của Bình Thuận đến ngày 15/5/2023"
    ]
    assert answer == gap_answer(
        services.gap(services.load("binh_thuan_2023"), date(2023, 5, 15), "actual"), "vi"
    )


def test_answers_are_those_of_the_command_line(
    client: TestClient, plan: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"as_of": "2023-06-30", "basis": "estimate", "level": "province", "lang": "en"}
    words = [word for key, value in options.items() for word in (f"--{key.replace('_', '-')}", value)]
    assert client.get(f"{BOOK}/gaps", params=options).json() == said_by_command_line(
        capsys, "gap", "binh_thuan_2023", *words
    )
    what = {"what": "gratitude_fund.percent_of_plan", "as_of": "2023-05-15", "unit": "binh_thuan"}
    assert client.get(f"{BOOK}/explain", params=what).json() == said_by_command_line(
        capsys, "explain", "binh_thuan_2023", what["what"], "--as-of", "2023-05-15", "--unit", "binh_thuan"
    )
    said = said_by_command_line(capsys, "plan", "binh_thuan_2023")
    assert {key: value for key, value in plan.items() if key != "id"} == said
    assert list(plan) == ["id", *said]


def test_an_overlay_of_a_body_is_that_of_the_command_line(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {
        "scenario": "slow_training",
        "overlay": {
            "set": {"parameters": {"loan_capital": {"value": 130.5}}},
            "hold": {"phu_quy": {"jobs": 150}},
        },
    }
    response = client.post(f"{BOOK}/plans", json=asked)
    assert response.status_code == 201
    made = response.json()
    words = ["plan", "binh_thuan_2023", "--format", "json", "--scenario", "slow_training"]
    changes = ["--set", "parameters.loan_capital.value=130.5", "--hold", "phu_quy.jobs=150"]
    assert main([*words, *changes]) == 0
    told = json.loads(capsys.readouterr().out)
    assert made["overlaid"] == [
        {"path": "parameters.loan_capital.value", "from": 125, "to": 130.5, "by": "overlay"},
        {
            "path": "allocations.second_half.hold.phu_quy.jobs",
            "from": None,
            "to": 150,
            "by": "overlay",
        },
        {
            "path": "data.observations.training.binh_thuan.2023-06-30.estimate",
            "from": "4000 person",
            "to": "3500 person",
            "by": "slow_training",
        },
    ]
    by_hand = {(share["quota"], share["unit"]): share["value"] for share in made["by_unit"]}
    assert by_hand["jobs", "phu_quy"] == 150
    assert made["totals"] == {"jobs": 8_458, "training": 10_000 - 3_500, "loans": 2_500}
    assert made["scenario"] == "slow_training"
    assert [{**change, "by": None} for change in made["overlaid"]] == [
        {**change, "by": None} for change in told["overlaid"]
    ]
    for answer in (made, told):
        answer.pop("id", None)
        del answer["overlaid"]
    assert made == told


def test_nothing_laid_over_a_rulebook_is_the_rulebook(client: TestClient, plan: Any) -> None:
    bodies: list[dict[str, Any]] = [
        {"overlay": {}},
        {"overlay": None, "scenario": None},
        {"overlay": {"set": {}, "leave_out": []}},
    ]
    for body in bodies:
        made = client.post(f"{BOOK}/plans", json=body).json()
        assert {**made, "id": plan["id"]} == plan


def test_a_query_lays_its_changes_in_the_order_that_the_document_says(client: TestClient) -> None:
    query: list[tuple[str, str | int | float | bool | None]] = [
        ("as_of", "2023-05-15"),
        ("indicator", "jobs"),
        ("set", "data.targets.jobs.binh_thuan=24000"),
        ("set", "data.targets.jobs.binh_thuan.2023=25000"),
        ("leave_out", "phu_quy"),
    ]
    answer = client.get(f"{BOOK}/gaps", params=query).json()
    (row,) = answer["rows"]
    assert (row["target"], row["percent_of_plan"]) == (25_000, 9_262 / 25_000)
    assert [(change["path"], change["to"]) for change in answer["overlaid"]] == [
        ("allocations.second_half.leave_out", ["phu_quy"]),
        ("data.targets.jobs.binh_thuan.2023", "24000 person"),
        ("data.targets.jobs.binh_thuan.2023", "25000 person"),
    ]
    why = client.get(f"{BOOK}/explain", params=[*query[:1], *query[2:], ("what", "jobs.target")]).json()
    assert why["value"] == 25_000
    assert (why["inputs"][0]["status"], why["inputs"][0]["file"]) == (
        "assumed",
        "--set data.targets.jobs.binh_thuan.2023=25000",
    )
    quota = client.get(
        f"{BOOK}/explain",
        params=[("what", "second_half.jobs"), ("unit", "phu_quy"), ("hold", "phu_quy.jobs=150")],
    ).json()
    assert (quota["value"], quota["overlaid"][0]["to"]) == (150, 150)


def test_a_quota_is_explained_by_its_waterfall(client: TestClient) -> None:
    what = {"what": "second_half.jobs", "unit": "phan_thiet"}
    answer = client.get(f"{BOOK}/explain", params=what).json()
    assert answer["value"] == 1558
    assert [step["step"] for step in answer["waterfall"]] == [
        "fair_share",
        "holds",
        "bounds",
        "rules",
        "whole_numbers",
    ]
    assert round(sum(step["change"] for step in answer["waterfall"]), 6) == 1558


def test_a_plan_adds_up_and_is_kept(client: TestClient, plan: Any) -> None:
    assert plan["totals"] == {"jobs": 8458, "training": 6000, "loans": 2500}
    for quota, total in plan["totals"].items():
        assert sum(cell["value"] for cell in plan["cells"] if cell["quota"] == quota) == total
    assert plan["status"] == "optimal"
    again = client.get(f"/v1/plans/{plan['id']}")
    assert (again.status_code, again.json()) == (200, plan)
    english = client.get(f"/v1/plans/{plan['id']}?lang=en").json()
    assert english | {"assumed": plan["assumed"]} == plan
    assert english["assumed"] != plan["assumed"]


def test_eight_plans_at_once_are_one_plan(client: TestClient, plan: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(client.post, f"{BOOK}/plans", json={}) for _ in range(8)]
        made = [answer.result().json() for answer in asked]
    assert len({answer.pop("id") for answer in made}) == 8
    assert made == [{key: value for key, value in plan.items() if key != "id"}] * 8


def test_many_tables_at_once_are_one_table(client: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(client.get, f"{BOOK}/gaps") for _ in range(24)]
        assert len({answer.result().text for answer in asked}) == 1


def test_a_time_limit_is_kept(client: TestClient) -> None:
    made = client.post(f"{BOOK}/plans", json={"time_limit": 0.001})
    assert made.status_code == 201
    assert made.json()["status"] in ("optimal", "feasible", "none_found")


def test_a_plan_that_cannot_be_met_is_made_too(workers: Workers, tmp_path: Path) -> None:
    write_book(tmp_path, LOST, **FIGURES)
    client = TestClient(create_app(tmp_path, workers=workers))
    response = client.post("/v1/rulebooks/book/plans?lang=en", json={})
    assert response.status_code == 201
    assert response.json()["status"] == "infeasible"
    assert response.json()["totals"] == {"jobs": 90}
    assert response.json()["cells"] == []
    assert "60" in response.json()["conflicts"][0]["words"]
    assert client.get(response.headers["location"]).json()["status"] == "infeasible"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"allocation": "nobody"}, "unknown_allocation"),
        ({"allocation": "second_half\n"}, "unknown_allocation"),
    ],
)
def test_an_unknown_allocation_is_refused(client: TestClient, body: Any, code: str) -> None:
    response = client.post(f"{BOOK}/plans", json=body)
    assert response.status_code == 422
    assert [issue["code"] for issue in response.json()["issues"]] == [code]


@pytest.mark.parametrize("what", ["second_half.", "second_half.nobody", "second_half.jobs.x"])
def test_an_unknown_quota_is_refused(client: TestClient, what: str) -> None:
    response = client.get(f"{BOOK}/explain", params={"what": what})
    assert response.status_code == 422
    assert [issue["code"] for issue in response.json()["issues"]] == ["unknown_name"]


def test_a_changed_file_is_seen(tmp_path: Path) -> None:
    folder = write_book(tmp_path, LOST, **FIGURES)
    client = TestClient(create_app(tmp_path))
    assert client.get("/v1/rulebooks/book/gaps").json()["rows"][0]["achieved"] == 10
    figures = folder / "observations.csv"
    figures.write_text(figures.read_text().replace(",10,", ",11,"))
    assert client.get("/v1/rulebooks/book/gaps").json()["rows"][0]["achieved"] == 11


def test_a_faulty_rulebook_tells_its_issues(workers: Workers, tmp_path: Path) -> None:
    write_book(tmp_path, LOST.replace("need: 1", "need: 1 +"), **FIGURES)
    client = TestClient(create_app(tmp_path, workers=workers))
    assert client.get("/v1/rulebooks").json() == {
        "rulebooks": [{"id": "book", "title": None, "year": None, "faulty": True}]
    }
    for response in (
        client.get("/v1/rulebooks/book?lang=en"),
        client.post("/v1/rulebooks/book/plans?lang=en", json={}),
    ):
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        (issue,) = response.json()["issues"]
        assert (issue["code"], issue["file"], issue["line"]) == ("formula_syntax", "book/book.yaml", 17)
        assert issue["message"].startswith("the formula can't be read: ")
        assert response.json()["detail"] == issue["message"]


def test_the_document_is_sound_and_real(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    OpenAPI.model_validate(document)
    text = json.dumps(document)
    for name in document["components"]["schemas"]:
        assert f"#/components/schemas/{name}" in text, name
    assert "HTTPValidationError" not in text
    operations = [
        (path, operation) for path, methods in document["paths"].items() for operation in methods.values()
    ]
    assert len(operations) == 26
    for path, operation in operations:
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert good[1:] in ([], ["204"])
        media_type = TEXTS.get(path.rpartition("/")[2], "application/json")
        (content,) = operation["responses"][good[0]]["content"].items()
        assert content[0] == media_type, path
        if media_type in (WORD, XLSX):
            assert content[1]["schema"] == {"type": "string", "format": "binary"}, path
            kind = "Tệp Word / a Word file" if media_type == WORD else "Tệp Excel / an Excel file"
            assert operation["responses"]["200"]["description"] == kind
            assert list(operation["responses"]["200"]["headers"]) == ["Content-Disposition"]
            assert any("examples" in parameter for parameter in operation["parameters"]), path
        else:
            assert content[1]["examples"], path
        for status, response in operation["responses"].items():
            if not status.startswith("2"):
                assert list(response["content"]) == ["application/problem+json"]
    create = document["paths"]["/v1/rulebooks/{rulebook}/plans"]["post"]
    assert {"201", "404", "413", "415", "422", "500", "503"} == set(create["responses"])
    assert "Location" in create["responses"]["201"]["headers"]
    body = create["requestBody"]["content"]["application/json"]
    assert body["examples"]["second_half"]["value"] == {"allocation": "second_half"}
    references = [part.split('"')[0] for part in text.split("#/components/schemas/")[1:]]
    assert set(references) <= set(document["components"]["schemas"])


def test_the_documents_examples_are_todays_answers(client: TestClient) -> None:
    kept = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    assert alike(answered(client), kept), "write them anew: python -m tests.api.examples"


def alike(found: Any, kept: Any) -> bool:
    """The same, but for the last digits that another machine's arithmetic may have."""
    if isinstance(found, float) and isinstance(kept, int | float):
        return found == pytest.approx(kept, rel=1e-9, abs=1e-12)
    if isinstance(found, dict) and isinstance(kept, dict):
        return list(found) == list(kept) and all(alike(found[key], kept[key]) for key in found)
    if isinstance(found, list) and isinstance(kept, list):
        return len(found) == len(kept) and all(map(alike, found, kept))
    if isinstance(found, str) and isinstance(kept, str) and "," in found:  # CSV
        return alike(list(map(plain, found.split(","))), list(map(plain, kept.split(","))))
    return bool(found == kept)


def plain(text: str) -> Any:
    """A number if it is one, else the text."""
    try:
        return float(text)
    except ValueError:
        return text


def test_answers_have_the_shapes_that_the_document_shows(client: TestClient) -> None:
    schemas = {
        operation["operationId"]: operation["responses"]
        for methods in client.get("/openapi.json").json()["paths"].values()
        for operation in methods.values()
    }
    for example in json.loads(EXAMPLES.read_text(encoding="utf-8")):
        ((kind, content),) = schemas[example["operation"]][str(example["status"])]["content"].items()
        if content["schema"].get("type") == "string":  # a file of an office program isn't shown
            assert isinstance(example["answer"], str) is kind.startswith("text/")
            continue
        name = content["schema"]["$ref"].rpartition("/")[2]
        (shape,) = (getattr(shapes, name) for shapes in SHAPES if hasattr(shapes, name))
        assert shape.model_validate(example["answer"], strict=True)


def test_a_fault_of_ours_says_nothing_of_itself() -> None:
    client = TestClient(create_app(), raise_server_exceptions=False)
    with patch.object(services, "gap", side_effect=RuntimeError("at /srv/secret")):
        response = client.get(f"{BOOK}/gaps?lang=en")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "A fault of the program",
        "status": 500,
        "detail": "the program failed, not the request; the server's log has the details",
        "issues": [],
    }
