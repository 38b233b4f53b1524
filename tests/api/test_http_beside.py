"""``POST …/plans`` with ``stay`` and ``pace``: 200 and 400 jobs by people, 100 and 200 of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http import jobs
from api.http.app import create_app
from api.http.plan_shapes import Plan
from scenarios.workers import Workers
from tests.api.small import book

PLANS = "/v1/rulebooks/book/plans"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("rules")
    book(root)
    with TestClient(create_app(root, workers=Workers(1, jobs.warm))) as found:
        yield found


def made(client: TestClient, **body: Any) -> Any:
    response = client.post(PLANS, json=body)
    assert response.status_code == 201, response.text
    Plan.model_validate(response.json(), strict=True)
    return response.json()


def values(plan: Any) -> list[int]:
    return [share["value"] for share in plan["by_unit"]]


@pytest.fixture(scope="module")
def issued(client: TestClient) -> Any:
    found = made(client, overlay={"hold": {"a": {"jobs": 260}}})
    assert values(found) == [260, 340]
    return found


def test_the_issued_plan_comes_back_by_its_id_and_by_itself(client: TestClient, issued: Any) -> None:
    for plan, name in ((issued["id"], issued["id"]), (issued, "stay.plan")):
        found = made(client, stay={"plan": plan})
        assert values(found) == [260, 340]
        assert found["cells"] == issued["cells"]
        assert found["stay"] == {
            "plan": name,
            "weight": "inf",
            "within": None,
            "most": None,
            "moved": [],
            "new": [],
        }


def test_a_weight_of_one_is_half_way(client: TestClient, issued: Any) -> None:
    """(200 + 260) ÷ 2 and (400 + 340) ÷ 2."""
    found = made(client, stay={"plan": issued["id"], "weight": 1})
    assert values(found) == [230, 370]
    assert [move["change"] for move in found["stay"]["moved"]] == [-30, 30]


def test_none_may_move_by_more_than_a_part(client: TestClient, issued: Any) -> None:
    """With no weight A would go to 200; 10% of 260 is 26."""
    found = made(client, stay={"plan": issued["id"], "weight": 0, "within": "10%"})
    assert values(found) == [234, 366]
    assert found["stay"]["within"] == "10%"
    assert values(made(client, stay={"plan": issued["id"], "weight": 0, "within": 10})) == [250, 350]
    assert values(made(client, stay={"plan": issued["id"], "weight": 0, "most": 0})) == [260, 340]


def test_a_pace_binds_the_change(client: TestClient, issued: Any) -> None:
    """From 260 to a fair 200: 26 are free; of the other 34 a taper of 0.5 lets 17 through."""
    hard = made(client, pace={"plan": issued["id"], "share": 0.1, "taper": 0})
    assert values(hard) == [234, 366]
    assert values(made(client, pace={"plan": issued["id"], "share": "10%"})) == [217, 383]
    assert "stay" not in hard


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"stay": {}}, [("missing_key", "stay")]),
        ({"stay": {"plan": 3}}, [("bad_setting", "stay.plan")]),
        ({"stay": {"plan": ["x"]}}, [("wrong_type", "stay.plan")]),
        ({"stay": {"plan": {}, "weigth": 1}}, [("unknown_key", "stay.weigth")]),
        ({"stay": {"plan": {}, "weight": -1}}, [("bad_setting", "stay.weight")]),
        ({"stay": {"plan": {}, "weight": "heavy"}}, [("bad_setting", "stay.weight")]),
        ({"stay": {"plan": {}, "weight": True}}, [("bad_setting", "stay.weight")]),
        ({"stay": {"plan": {}, "within": "5 %"}}, [("bad_setting", "stay.within")]),
        ({"stay": {"plan": {}, "within": "-5%"}}, [("bad_setting", "stay.within")]),
        ({"stay": {"plan": {}, "within": 0.05}}, [("bad_setting", "stay.within")]),
        ({"stay": {"plan": {}, "within": "2.5"}}, [("bad_setting", "stay.within")]),
        ({"stay": {"plan": {}, "most": 1.5}}, [("bad_setting", "stay.most")]),
        ({"stay": {"plan": {}, "most": None, "within": None}}, [("bad_plan", "stay.plan")]),
        ({"pace": {"plan": {}}}, [("missing_key", "pace")]),
        ({"pace": {"plan": {}, "share": 10}}, [("bad_setting", "pace.share")]),
        ({"pace": {"plan": {}, "share": "10"}}, [("bad_setting", "pace.share")]),
        ({"pace": {"plan": {}, "share": 0.1, "taper": 2}}, [("bad_setting", "pace.taper")]),
        (
            {"stay": {"plan": {}, "most": -1}, "pace": {"plan": {}, "share": "x"}},
            [("bad_setting", "pace.share"), ("bad_setting", "stay.most")],
        ),
        ({"stay": []}, [("wrong_type", None)]),
    ],
)
def test_what_is_faulty_is_told_with_its_place(
    client: TestClient, body: Any, told: list[tuple[str, str | None]]
) -> None:
    response = client.post(f"{PLANS}?lang=en", json=body)
    assert response.status_code == 422, response.text
    found = [(issue["code"], issue["file"]) for issue in response.json()["issues"]]
    assert found[: len(told)] == told
    assert "--stay" not in response.text
    assert "--pace" not in response.text


def test_an_unknown_plan_is_not_found(client: TestClient) -> None:
    response = client.post(f"{PLANS}?lang=en", json={"stay": {"plan": "nobody"}})
    assert response.status_code == 404
    assert [issue["message"] for issue in response.json()["issues"]] == ["no plan 'nobody'"]
