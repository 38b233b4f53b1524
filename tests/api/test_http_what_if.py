"""Limits, what is needed, alternatives and the frontier over HTTP: the command line's answers, and by hand.

100 jobs are placed by needs of 50, 30 and 20 under a ceiling of 100 each.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http import jobs
from api.http.app import create_app
from api.http.what_if_shapes import Alternatives, Frontier, Limits, Needed
from scenarios.workers import Workers
from tests.api.terminal import Run, fine
from tests.scenarios.sweeps import BODY, book

COSTLY = BODY.replace("at_most: most", "at_most: most, cost: need")
AT = "/v1/rulebooks/book"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("rules")
    book(found, COSTLY)
    return found


@pytest.fixture(scope="module")
def client(root: Path) -> Iterator[TestClient]:
    with TestClient(create_app(root, workers=Workers(1, jobs.warm))) as found:
        yield found


def answer(response: Any) -> Any:
    assert response.status_code == 200, response.text
    return response.json()


def test_limits(client: TestClient, root: Path, run: Run) -> None:
    """Three ceilings of 34 hold 100 jobs, three of 33 hold 99."""
    query = {"path": "parameters.most.value", "down": "true", "lang": "en"}
    found = answer(client.get(f"{AT}/limits", params=query))
    Limits.model_validate(found, strict=True)
    assert (found["start"], found["limit"], found["beyond"], found["direction"]) == (100, 34, 33, "down")
    told = run("limits", "book", query["path"], "--down", "--rules", root, "--lang", "en", "--format", "json")
    assert found == fine(told).json
    held = {**query, "hold": "a.jobs=60"}  # 40 are left for two
    assert answer(client.get(f"{AT}/limits", params=held))["limit"] == 20
    near = answer(client.get(f"{AT}/limits", params={**query, "until": "90", "step": "5"}))
    assert (near["free_to"], near["step"]) == (90, 5)


def test_needed(client: TestClient, root: Path, run: Run) -> None:
    query = {"indicator": "jobs", "unit": "a", "as_of": "2023-06-30", "lang": "vi"}
    found = answer(client.get(f"{AT}/needed", params=query))
    Needed.model_validate(found, strict=True)
    assert (found["target"], found["needed"]) == (200, None)
    assert found["unknown"]
    told = run(
        "needed",
        "book",
        "jobs",
        "--unit",
        "a",
        "--as-of",
        "2023-06-30",
        "--rules",
        root,
        "--format",
        "json",
    )
    assert found == fine(told).json


def test_alternatives(client: TestClient, root: Path, run: Run) -> None:
    """With a ceiling of 45 the fairest is 45, 33, 22; another one has at least 10 elsewhere."""
    body = {
        "count": 2,
        "slack": 10,
        "move": 0.1,
        "overlay": {"set": {"parameters": {"most": {"value": 45}}}},
    }
    found = answer(client.post(f"{AT}/alternatives?lang=en", json=body))
    Alternatives.model_validate(found, strict=True)
    first, second = ([one["value"] for one in plan["by_unit"]] for plan in found["plans"])
    assert first == [45, 33, 22]
    assert sum(second) == 100
    assert sum(abs(one - other) for one, other in zip(first, second, strict=True)) / 2 >= 10
    told = run(
        *("alternatives", "book", "--count", "2", "--slack", "1000%", "--move", "10%"),
        *("--set", "parameters.most.value=45", "--rules", root, "--lang", "en", "--format", "json"),
    )
    other = fine(told).json
    assert found["plans"] == other["plans"]
    assert found.keys() == other.keys()


def test_a_frontier_of_a_figure(client: TestClient, root: Path, run: Run) -> None:
    """80 and 100 are both placed as fairly as can be, and more is better."""
    body = {"goal": "jobs.total", "from": 100, "to": 80, "points": 2, "more": True}
    found = answer(client.post(f"{AT}/frontier", json=body))
    Frontier.model_validate(found, strict=True)
    assert [(one["goal"], one["totals"]) for one in found["points"]] == [(100, {"jobs": 100})]
    assert (found["dominated"], found["better"]) == ([80], "more")
    told = run(
        *("frontier", "book", "--goals", "fairness,jobs.total", "--from", "80", "--to", "100"),
        *("--points", "2", "--more", "--rules", root, "--format", "json"),
    )
    assert found == fine(told).json


def test_a_frontier_of_the_cost(client: TestClient, root: Path, run: Run) -> None:
    """The fairest costs 50 · 50 + 30 · 30 + 20 · 20; nothing is cheaper than c's 20 each for all 100."""
    found = answer(client.post(f"{AT}/frontier", json={"points": 3}))
    Frontier.model_validate(found, strict=True)
    costs = sorted(point["goal"] for point in found["points"])
    assert (costs[0], costs[-1]) == (2000, 3800)
    told = fine(run("frontier", "book", "--points", "3", "--rules", root, "--format", "json"))
    assert found == told.json


def test_a_frontier_of_any_two_goals(client: TestClient, root: Path, run: Run) -> None:
    """Three ceilings of c hold 3 c jobs. The cheapest place all but what the others must take at c."""
    figures = [
        {"path": "jobs.total", "from": 90, "to": 99, "more": True},
        {"path": "parameters.most.value", "from": 30, "to": 33},
    ]
    found = answer(client.post(f"{AT}/frontier", json={"goals": figures, "points": 10}))
    Frontier.model_validate(found, strict=True)
    assert [point["values"] for point in found["points"]] == [[90, 30], [93, 31], [96, 32], [99, 33]]
    assert (found["directions"], found["every"]) == (["more", "less"], True)
    told = run(
        *("frontier", "book", "--goals", "jobs.total:more,parameters.most.value", "--points", "10"),
        *("--from", "90,30", "--to", "99,33", "--rules", root, "--format", "json"),
    )
    assert found == fine(told).json
    costs = ["cost", {"path": "parameters.most.value", "from": 50, "to": 100}]
    found = answer(client.post(f"{AT}/frontier", json={"goals": costs, "points": 2}))
    # 50 at 20 and 50 at 30; then all at 20.
    assert [point["values"] for point in found["points"]] == [[2500, 50], [2000, 100]]


def test_a_frontier_of_changes(client: TestClient) -> None:
    """Issued were 50, 30 and 20; 102 are to be placed, fair being 51, 30.6 and 20.4. Who takes both is a:
    1 ÷ 51 + 0.6² ÷ 30.6 + 0.4² ÷ 20.4; b's would cost 1 ÷ 51 + 1.4² ÷ 30.6 + 0.4² ÷ 20.4. The fairest is
    51, 31, 20.
    """
    made = client.post("/v1/rulebooks/book/plans", json={})
    plan = made.json()
    overlay = {"set": {"allocations": {"plan": {"quotas": {"jobs": {"total": 102}}}}}}
    for given in (plan["id"], plan):
        body = {"goal": "changes", "stay": {"plan": given}, "overlay": overlay}
        found = answer(client.post(f"{AT}/frontier", json=body))
        Frontier.model_validate(found, strict=True)
        points = [(one["goal"], [at["value"] for at in one["by_unit"]]) for one in found["points"]]
        assert points == [(1, [52, 30, 20]), (2, [51, 31, 20])]
        assert found["every"]
    gone = client.post(f"{AT}/frontier", json={"goal": "changes", "stay": {"plan": "none"}})
    assert gone.status_code == 404


IMPOSSIBLE = {"overlay": {"set": {"parameters": {"most": {"value": 30}}}}}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("alternatives", {"count": 0}, "from 1 to 100"),
    ("alternatives", {"count": True}, "from 1 to 100"),
    ("alternatives", {"count": 2.5}, "from 1 to 100"),
    ("alternatives", {"slack": -1}, "the slack is 0 or more"),
    ("alternatives", {"slack": "x"}, "the slack is 0 or more"),
    ("alternatives", {"move": 0}, "more than 0%"),
    ("alternatives", {"move": "101%"}, "more than 0%"),
    ("alternatives", {"time_limit": 0}, "a number of seconds above 0"),
    ("alternatives", {"cuont": 2}, "Did you mean 'count'?"),
    ("alternatives", {"allocation": "other"}, "other"),
    ("alternatives", IMPOSSIBLE, "infeasible: "),
    ("frontier", IMPOSSIBLE, "infeasible: "),
    ("frontier", {"points": 1}, "from 2 to 100"),
    ("frontier", {"goal": "fairness"}, "'goal' is cost, or the path"),
    ("frontier", {"goal": "fairness,cost"}, "'goal' is cost, or the path"),
    ("frontier", {"goal": "jobs.total"}, "needs 'from' and 'to'"),
    ("frontier", {"goal": "jobs.total", "from": 5, "to": 5}, "needs 'from' and 'to'"),
    ("frontier", {"goal": "jobs.total", "from": "x", "to": 5}, "from: x"),
    ("frontier", {"goal": "jobs.totl", "from": 1, "to": 5}, "jobs.totl"),
    ("frontier", {"from": 1}, "are for a goal that is a figure"),
    ("frontier", {"more": True}, "are for a goal that is a figure"),
    ("frontier", {"goal": "changes"}, "needs the issued plan"),
    ("frontier", {"goals": ["cost"]}, "two different goals"),
    ("frontier", {"goals": ["cost", "cost"]}, "two different goals"),
    ("frontier", {"goals": ["cost", "fairness"], "goal": "cost"}, "in the place of 'goal'"),
    ("frontier", {"goals": ["cost", "jobs.total"]}, "two different numbers"),
    ("frontier", {"goals": ["cost", {"path": "jobs.total", "from": 1, "to": 1}]}, "two different numbers"),
    ("frontier", {"goals": ["cost", {"path": "jobs.total", "form": 1}]}, "form"),
    ("frontier", {"goals": ["cost", 5]}, "goals"),
    ("frontier", {"goal": "changes", "stay": {"plan": {}, "most": 2}}, "most"),
    ("frontier", {"stay": {"plan": {}}}, "for the goal changes"),
]


@pytest.mark.parametrize(("path", "body", "words"), REFUSED)
def test_what_cant_be_asked_is_refused_with_why(
    client: TestClient, path: str, body: dict[str, Any], words: str
) -> None:
    response = client.post(f"{AT}/{path}?lang=en", json=body)
    assert response.status_code == 422, response.text
    issues = response.json()["issues"]
    assert any(words in f"{issue['message']} {issue['hint']}" for issue in issues), issues


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limits?lang=en", "path"),
        ("limits?path=jobs.totl&lang=en", "jobs.totl"),
        ("limits?path=parameters.most.value&step=x&lang=en", "step: x"),
        ("limits?path=parameters.most.value&until=1.2.3&lang=en", "until: 1.2.3"),
        ("limits?path=parameters.most.value&time_limit=-1&lang=en", "a number of seconds above 0"),
        ("limits?path=parameters.most.value&time_limit=601&lang=en", "a number of seconds above 0"),
        ("needed?indicator=job&unit=a&lang=en", "job"),
        ("needed?indicator=jobs&unit=d&lang=en", "d"),
        ("needed?indicator=jobs&lang=en", "unit"),
    ],
)
def test_what_a_query_cant_say_is_refused_with_why(client: TestClient, query: str, words: str) -> None:
    response = client.get(f"{AT}/{query}")
    assert response.status_code == 422, response.text
    assert any(words in issue["message"] for issue in response.json()["issues"]), response.text


def test_a_rulebook_that_isnt_there(client: TestClient) -> None:
    for path in ("limits?path=jobs.total", "needed?indicator=jobs&unit=a"):
        assert client.get(f"/v1/rulebooks/other/{path}").status_code == 404
    for path in ("alternatives", "frontier"):
        assert client.post(f"/v1/rulebooks/other/{path}", json={}).status_code == 404
