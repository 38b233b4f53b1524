"""``GET /plans/{id}/diff/{other}``: from what is kept, without solving again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http import jobs
from api.http.app import create_app
from api.http.diff_shapes import Diff
from scenarios.workers import Workers
from tests.api.small import book


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("rules")
    folder = book(root)
    other = root / "other"
    other.mkdir()
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8").replace("rulebook: book", "rulebook: other")
        (other / file.name).write_text(text, encoding="utf-8")
    with TestClient(create_app(root, workers=Workers(1, jobs.warm))) as found:
        yield found


def made(client: TestClient, rulebook: str = "book", **body: Any) -> str:
    response = client.post(f"/v1/rulebooks/{rulebook}/plans", json=body)
    assert response.status_code == 201, response.text
    name: str = response.json()["id"]
    return name


@pytest.fixture(scope="module")
def base(client: TestClient) -> str:
    return made(client)


@pytest.fixture(scope="module")
def more(client: TestClient) -> str:
    return made(client, overlay={"hold": {"a": {"jobs": 260}}})


def test_two_plans_by_hand(client: TestClient, base: str, more: str) -> None:
    """200 and 400 by people; 260 held for A leaves 340 for B."""
    response = client.get(f"/v1/plans/{base}/diff/{more}")
    assert response.status_code == 200
    found = response.json()
    Diff.model_validate(found, strict=True)
    assert [plan["name"] for plan in found["plans"]] == [base, more]
    assert [(line["unit"], line["values"], line["percents"]) for line in found["by_unit"]] == [
        ("a", [200, 260], [0, 0.3]),
        ("b", [400, 340], [0, -0.15]),
    ]
    assert found["gains"] == [{"plan": more, "quota": "jobs", "unit": "a", "change": 60}]
    (change,) = found["changed"]
    assert (change["path"], change["values"]) == ("allocations.rest.hold.a.jobs", [None, 260])


def test_the_other_way_round(client: TestClient, base: str, more: str) -> None:
    found = client.get(f"/v1/plans/{more}/diff/{base}").json()
    assert [plan["name"] for plan in found["plans"]] == [more, base]
    assert [line["changes"] for line in found["by_unit"]] == [[0, -60], [0, 60]]
    assert [line["percents"][1] for line in found["by_unit"]] == [-60 / 260, 60 / 340]


def test_a_plan_beside_itself(client: TestClient, base: str) -> None:
    found = client.get(f"/v1/plans/{base}/diff/{base}").json()
    assert [plan["name"] for plan in found["plans"]] == [base, f"{base} (2)"]


def test_an_infeasible_plan_has_no_numbers(client: TestClient, base: str) -> None:
    jobs = {"set": {"allocations": {"rest": {"quotas": {"jobs": {"at_most": 9}}}}}}
    never = made(client, overlay=jobs)
    found = client.get(f"/v1/plans/{base}/diff/{never}?lang=en").json()
    Diff.model_validate(found, strict=True)
    assert found["by_unit"][0]["values"] == [200, None]
    assert found["by_unit"][0]["unknown"] == {never: f"{never}: infeasible"}


@pytest.mark.parametrize("known_first", [True, False])
def test_an_unknown_plan_is_not_found(client: TestClient, base: str, known_first: bool) -> None:
    names = [base, "nobody"] if known_first else ["nobody", base]
    response = client.get(f"/v1/plans/{names[0]}/diff/{names[1]}?lang=en")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert [issue["message"] for issue in response.json()["issues"]] == ["no plan 'nobody'"]


def test_plans_of_two_rulebooks_are_refused(client: TestClient, base: str) -> None:
    other = made(client, "other")
    response = client.get(f"/v1/plans/{base}/diff/{other}?lang=en")
    assert response.status_code == 422
    (issue,) = response.json()["issues"]
    assert issue["code"] == "bad_plan"
    assert issue["message"].endswith("it is a plan of the rulebook 'other', not of 'book'")


def test_a_query_that_is_not_known_is_refused(client: TestClient, base: str) -> None:
    assert client.get(f"/v1/plans/{base}/diff/{base}?unit=a").status_code == 422
