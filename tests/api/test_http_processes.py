"""What happens to the service when its processes are hurt, and when it ends itself."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pytest
from fastapi.testclient import TestClient

from api.http import routes
from api.http.app import create_app
from scenarios.workers import Workers
from tests.scenarios.test_workers import gone

if TYPE_CHECKING:
    from fastapi import FastAPI

BOOK = "/v1/rulebooks/binh_thuan_2023"


@pytest.fixture(scope="module")
def workers() -> Workers:
    return Workers(1)


@pytest.fixture(scope="module")
def client(workers: Workers) -> Iterator[TestClient]:
    with TestClient(create_app(workers=workers)) as found:
        yield found


def make_plan(client: TestClient, **options: object) -> Any:
    return client.post(f"{BOOK}/plans?lang=en", json=options)


def test_a_killed_worker_fails_one_request_and_blocks_none(client: TestClient, workers: Workers) -> None:
    (pid,) = workers.pids
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(make_plan, client)
        assert client.get(f"{BOOK}/gaps").status_code == 200  # while the plan is being made
        time.sleep(0.2)
        assert not waiting.done()
        os.kill(pid, signal.SIGKILL)
        refused = waiting.result()
    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["retry-after"] == "5"
    assert refused.json()["detail"] == "the process that computes ended half-way; try again"
    made = make_plan(client)
    assert made.status_code == 201
    assert made.json()["totals"] == {"jobs": 8458, "training": 6000, "loans": 2500}


def test_a_plan_that_outlives_its_time_is_stopped(
    client: TestClient, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "GRACE", 0.2)
    (pid,) = workers.pids
    os.kill(pid, signal.SIGSTOP)
    refused = make_plan(client, time_limit=0.1)
    assert refused.status_code == 503
    assert refused.json()["detail"] == "the computation went past its time and was stopped"
    assert gone(pid)


async def leave(app: "FastAPI", method: str, path: str, query: str, after: float) -> list[dict[str, Any]]:
    """A request whose client goes away after some seconds: what was sent to it."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": query.encode(),
        "headers": [(b"host", b"testserver"), (b"content-type", b"application/json")],
        "client": ("testclient", 1),
        "server": ("testserver", 80),
    }
    told: list[dict[str, Any]] = []
    body = [{"type": "http.request", "body": b"{}" if method == "POST" else b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if body:
            return body.pop()
        await asyncio.sleep(after)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    await app(scope, receive, send)
    return told


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("POST", f"{BOOK}/plans", "lang=en"),
        ("GET", f"{BOOK}/explain", "what=second_half.jobs"),
        ("GET", f"{BOOK}/limits", "path=training.total"),
        ("POST", f"{BOOK}/alternatives", ""),
        ("POST", f"{BOOK}/frontier", ""),
    ],
)
def test_a_client_that_leaves_stops_its_job(
    client: TestClient, workers: Workers, method: str, path: str, query: str
) -> None:
    assert make_plan(client).status_code == 201  # a warm worker
    (pid,) = workers.pids
    os.kill(pid, signal.SIGSTOP)  # it would never answer
    begun = time.monotonic()
    asyncio.run(leave(cast("FastAPI", client.app), method, path, query, 0.3))
    assert 0.3 <= time.monotonic() - begun < 300  # and not 660, the service's own limit
    assert gone(pid)
    assert make_plan(client).status_code == 201


def test_a_client_that_stays_gets_its_plan_and_nothing_is_left_waiting(client: TestClient) -> None:
    async def stay() -> tuple[list[dict[str, Any]], int]:
        told = await leave(cast("FastAPI", client.app), "POST", f"{BOOK}/plans", "", 600)
        return told, len(asyncio.all_tasks()) - 1

    told, left = asyncio.run(stay())
    assert (told[0]["status"], left) == (201, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system doesn't tell")
def test_a_plan_that_wants_too_much_memory_is_stopped_and_says_so_in_both_languages() -> None:
    with TestClient(create_app(workers=Workers(1, most_memory=20_000_000))) as client:
        refused = {lang: client.post(f"{BOOK}/plans?lang={lang}", json={}) for lang in ("vi", "en")}
        assert client.get(f"{BOOK}/gaps").status_code == 200
    assert {found.status_code for found in refused.values()} == {503}
    assert [found.json()["detail"] for found in refused.values()] == [
        "việc tính toán cần nhiều bộ nhớ hơn mức cho phép và đã bị dừng",
        "the computation needed more memory than it may have and was stopped",
    ]


def test_an_app_that_ends_leaves_no_worker() -> None:
    workers = Workers(2)
    with TestClient(create_app(workers=workers)):
        pids = workers.pids
        assert len(pids) == 2
    assert workers.pids == []
    assert all(gone(pid, 0.5) for pid in pids)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """``chitieu serve`` in a process group of its own, its address, and what it says on stderr."""
    chitieu = Path(sys.executable).with_name("chitieu")
    with subprocess.Popen(
        [str(chitieu), "serve", "--port", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        said: list[str] = []
        try:
            yield process, _address(process.stderr, said), said
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _address(stream: IO[str], said: list[str]) -> str:
    for line in stream:
        said.append(line)
        if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
            threading.Thread(target=said.extend, args=(stream,), daemon=True).start()
            return found[1]
    raise AssertionError("".join(said))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_served_service_answers_and_ends_with_all_its_processes(
    service: tuple[subprocess.Popen[str], str, list[str]], sign: signal.Signals
) -> None:
    process, address, said = service
    assert address.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(f"{address}/v1/rulebooks") as answer:
        assert b'"binh_thuan_2023"' in answer.read()
        assert "server" not in answer.headers
    # as a terminal does: the whole group gets Ctrl-C
    os.killpg(process.pid, sign) if sign is signal.SIGINT else process.send_signal(sign)
    assert process.stdout is not None
    assert process.stdout.read() == ""  # messages go to stderr
    process.wait(timeout=60)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        raise AssertionError("a process is left")
    text = "".join(said)
    assert '"GET /v1/rulebooks HTTP/1.1" 200' in text
    assert "Traceback" not in text
    assert "leaked" not in text


def test_nothing_but_http_imports_fastapi() -> None:
    modules = "api.services, api.answers, api.cli.main, api.cli.commands, api.http.jobs, scenarios.workers"
    program = f"import sys, {modules}\nsys.exit(' '.join({{'fastapi', 'starlette'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "\n")


def test_the_service_itself_imports_no_solver() -> None:
    """Its workers do; a service is there sooner and smaller without."""
    program = (
        "import sys, api.http.app, scenarios.sweep_asked\n"
        "api.http.app.create_app()\n"
        "sys.exit(' '.join({'pyomo', 'highspy', 'clarabel', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "\n")
