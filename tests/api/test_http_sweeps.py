"""``POST …/sweeps`` and the job that it is, in this process: what is answered, refused and kept."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.cli.main import main
from api.http import job_store, jobs
from api.http.app import create_app
from api.http.asked import MOST_BYTES
from api.http.sweep_shapes import Job
from scenarios.workers import Workers
from tests.api.examples import ended
from tests.scenarios.sweeps import book

SWEEPS = "/v1/rulebooks/book/sweeps"
TORNADO = {
    "method": "one_at_a_time",
    "inputs": {"data.targets.jobs.top": [180, 220], "parameters.most.value": [40, 60]},
    "achievement": {"jobs": 0.9},
}
DRAWS = {
    "method": "draws",
    "draws": 12,
    "seed": 5,
    "inputs": {"jobs.total": {"uniform": [50, 150]}},
    "achievement": {"jobs": {"default": {"triangular": [0.5, 0.9, 1.2]}, "a": 1.05}},
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("rules")
    book(found)
    return found


@pytest.fixture(scope="module")
def client(root: Path) -> Iterator[TestClient]:
    """Its jobs solve in one process each: a handful of plans is sooner solved than more are started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job_store, "MOST_PROCESSES", 1)
        with TestClient(create_app(root, workers=Workers(1, jobs.warm))) as found:
            yield found


def begun(client: TestClient, body: Any) -> str:
    response = client.post(SWEEPS, json=body)
    assert response.status_code == 202, response.text
    answer = response.json()
    Job.model_validate(answer, strict=True)
    assert (answer["state"], answer["result"]) == ("queued", None)
    address: str = response.headers["location"]
    assert address == f"/v1/jobs/{answer['id']}"
    return address


def rows(client: TestClient, address: str, lang: str = "vi") -> list[dict[str, str]]:
    return list(csv.DictReader(client.get(f"{address}/rows?lang={lang}").text.splitlines()))


@pytest.fixture(scope="module")
def tornado(client: TestClient) -> str:
    address = begun(client, {**TORNADO, "units": True})
    assert ended(client, address)["state"] == "done"
    return address


def events(text: str) -> list[dict[str, Any]]:
    """Server-sent events as a browser reads them; comments are nothing."""
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields = [line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":")]
        if fields:
            event: dict[str, Any] = dict(fields)
            assert set(event) == {"event", "data", "id"}
            found.append({**event, "id": int(event["id"]), "data": json.loads(event["data"])})
    return found


def test_a_tornado_by_hand(client: TestClient, tornado: str) -> None:
    """80, 100 or 120 jobs by needs of 50, 30 and 20; a ceiling of 40 makes 50, 30, 20 into 40, 36, 24."""
    answer = client.get(tornado).json()
    Job.model_validate(answer, strict=True)
    assert answer["progress"] == {"done": 5, "total": 5}
    assert [answer[key] for key in ("seconds_left", "cause", "issues")] == [None, None, []]
    placed = [[row[f"quota.jobs.{unit}"] for unit in "abc"] for row in rows(client, tornado)]
    assert placed == [
        ["50", "30", "20"],
        ["40", "24", "16"],
        ["60", "36", "24"],
        ["40", "36", "24"],
        ["50", "30", "20"],
    ]
    result = answer["result"]
    assert (result["scenarios"], result["counts"]) == (5, {"optimal": 5})
    (swing,) = (
        one["swing"]
        for one in result["inputs"]
        if (one["path"], one["figure"]) == ("data.targets.jobs.top", "outcome.jobs")
    )
    assert swing == pytest.approx(0.9 * 120 - 0.9 * 80)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_summary_and_rows_are_those_of_the_command_line(
    client: TestClient, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    address = begun(client, DRAWS)
    assert ended(client, address)["state"] == "done"
    spec, out = tmp_path / "spec.yaml", tmp_path / "out.csv"
    spec.write_text(json.dumps(DRAWS), encoding="utf-8")
    words = ["sweep", "book", str(spec), "--rules", str(root), "--format", "json", "--lang", lang]
    assert main([*words, "--workers", "1", "-o", str(out)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert client.get(f"{address}/rows?lang={lang}").content == out.read_bytes()
    mine = client.get(f"{address}?lang={lang}").json()["result"]
    assert json.dumps(mine) == json.dumps({**said, "file": None})


def test_another_seed_is_another_sweep(client: TestClient) -> None:
    one, other = begun(client, DRAWS), begun(client, {**DRAWS, "seed": 6})
    assert ended(client, one)["state"] == ended(client, other)["state"] == "done"
    assert [row["jobs.total"] for row in rows(client, one)] != [
        row["jobs.total"] for row in rows(client, other)
    ]


def test_an_overlay_lies_under_every_scenario(client: TestClient) -> None:
    """30 held for B; 20, 70 or 120 are left for A and C by needs of 50 and 20."""
    body = {
        "method": "grid",
        "inputs": {"jobs.total": [30, 100, 170]},
        "overlay": {"hold": {"b": {"jobs": 30}}},
        "units": True,
    }
    address = begun(client, body)
    found = ended(client, address)
    assert [change["path"] for change in found["result"]["overlaid"]] == ["allocations.plan.hold.b.jobs"]
    placed = [[row[f"quota.jobs.{unit}"] for unit in "abc"] for row in rows(client, address)]
    assert placed == [["0", "30", "0"], ["50", "30", "20"], ["100", "30", "40"]]


def test_events_resume_where_they_were_left(client: TestClient, tornado: str) -> None:
    everything = client.get(f"{tornado}/events")
    assert everything.headers["content-type"].startswith("text/event-stream")
    assert everything.headers["cache-control"] == "no-cache"
    (end,) = events(everything.text)
    assert (end["event"], end["data"]["state"]) == ("end", "done")
    again = client.get(f"{tornado}/events", headers={"Last-Event-ID": str(end["id"] - 1)})
    assert events(again.text) == [end]
    nothing = client.get(f"{tornado}/events", headers={"Last-Event-ID": str(end["id"])})
    assert (nothing.status_code, nothing.content) == (204, b"")
    for strange in ("x", "-1", str(end["id"] + 1), "9" * 50, ""):
        found = client.get(f"{tornado}/events", headers={"Last-Event-ID": strange})
        assert events(found.text) == [end], strange


def test_what_has_ended_is_not_cancelled(client: TestClient, tornado: str) -> None:
    refused = client.delete(f"{tornado}?lang=en")
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == "the job has ended; there is nothing to cancel"
    assert client.get(tornado).json()["state"] == "done"


def test_infeasible_scenarios_are_a_sweep_that_is_done(client: TestClient) -> None:
    """Ceilings of 3 × 10 hold less than 100."""
    address = begun(client, {"method": "grid", "inputs": {"parameters.most.value": [10]}})
    found = ended(client, f"{address}")
    assert (found["state"], found["result"]["counts"]) == ("done", {"infeasible": 1})
    for lang in ("vi", "en"):
        (failed,) = client.get(f"{address}?lang={lang}").json()["result"]["failed"]
        assert failed["cause"] == rows(client, address, lang)[0]["cause"]
        assert ("least" in failed["cause"] or "ceilings" in failed["cause"]) == (lang == "en")


@pytest.mark.parametrize(
    ("body", "code", "file"),
    [
        ({}, "missing_key", "sweep"),
        ({"method": "gird", "inputs": {"jobs.total": [1]}}, "wrong_choice", "sweep.method"),
        ({"method": "grid"}, "missing_key", "sweep"),
        ({"method": "grid", "inputs": []}, "wrong_type", "sweep.inputs"),
        ({"method": "grid", "inputs": {"jobs.total": []}}, "bad_setting", "sweep.inputs.jobs.total"),
        ({"method": "grid", "inputs": {"jobs.totl": [1]}}, "unknown_path", "sweep.inputs.jobs.totl"),
        ({"method": "grid", "inputs": {"jobs.total": [1]}, "draws": 3}, "bad_setting", "sweep.draws"),
        ({"method": "draws", "inputs": {"jobs.total": [1]}}, "missing_key", "sweep"),
        ({**DRAWS, "draws": 0}, "bad_number", "sweep.draws"),
        ({**DRAWS, "draws": 100_001}, "bad_setting", "sweep.draws"),
        ({**DRAWS, "draws": 2.5}, "wrong_type", "sweep.draws"),
        ({**DRAWS, "seed": -1}, "bad_number", "sweep.seed"),
        ({**DRAWS, "seed": "x"}, "wrong_type", "sweep.seed"),
        (
            {**DRAWS, "inputs": {"jobs.total": {"uniform": [2, 1]}}},
            "bad_setting",
            "sweep.inputs.jobs.total.uniform",
        ),
        ({**DRAWS, "achievement": {"job": 1}}, "unknown_name", "sweep.achievement.job"),
        ({**DRAWS, "achievement": {"jobs": {"z": 1}}}, "unknown_unit", "sweep.achievement.jobs.z"),
        ({**DRAWS, "allocation": "nobody"}, "unknown_allocation", None),
        ({**DRAWS, "allocation": 3}, "wrong_type", None),
        ({**DRAWS, "scenario": "nobody"}, "unknown_scenario", None),
        ({**DRAWS, "overlay": {"hold": {"b": {"jbs": 1}}}}, None, None),
        ({**DRAWS, "units": 1}, "wrong_type", None),
        ({**DRAWS, "time_limit": 0}, "bad_number", None),
        ({**DRAWS, "workers": 4}, "unknown_key", None),
        ({**DRAWS, "lang": "en"}, "unknown_key", None),
    ],
)
def test_faulty_specs_are_refused_with_their_places(
    client: TestClient, body: Any, code: str | None, file: str | None
) -> None:
    response = client.post(f"{SWEEPS}?lang=en", json=body)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    issue = response.json()["issues"][0]
    assert code in (issue["code"], None)
    assert file in (issue["file"], None)


def test_what_cannot_be_read_is_refused(client: TestClient) -> None:
    json_type = {"content-type": "application/json"}
    assert client.post(SWEEPS, content=b"{}").status_code == 415
    assert client.post(SWEEPS, content=b"{", headers=json_type).status_code == 422
    long = b'{"method": "' + b"x" * MOST_BYTES + b'"}'
    assert client.post(SWEEPS, content=long, headers=json_type).status_code == 413
    assert client.post("/v1/rulebooks/nobody/sweeps", json=DRAWS).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/rows"), ("GET", "/events"), ("DELETE", "")]
)
def test_an_unknown_job_is_not_found(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, f"/v1/jobs/nobody{path}?lang=en")
    assert response.status_code == 404
    assert [issue["message"] for issue in response.json()["issues"]] == ["no job 'nobody'"]


def test_other_methods_are_told_which_there_are(client: TestClient) -> None:
    assert client.put("/v1/jobs/x").headers["allow"] == "DELETE, GET, HEAD"
    assert client.post("/v1/jobs/x/rows").headers["allow"] == "GET, HEAD"
    assert client.get(SWEEPS).headers["allow"] == "POST"
