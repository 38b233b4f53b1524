"""Sweeps in a served service: who listens, cancels, kills and stops, and what is left of the processes."""

import asyncio
import contextlib
import csv
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.http.job_store import Jobs
from scenarios.workers import Workers
from tests.api.examples import ended
from tests.api.test_http_processes import _address, leave
from tests.api.test_http_sweeps import events
from tests.scenarios.sweeps import book
from tests.scenarios.test_workers import gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")

SWEEPS = "/v1/rulebooks/book/sweeps"
LONG = {
    "method": "draws",
    "draws": 4_000,
    "inputs": {"jobs.total": {"uniform": [50, 150_000]}},
    "overlay": {"set": {"parameters": {"most": {"value": 150_000}}}},
}
"""A minute of two processes at least: nearly every scenario has a plan of its own."""


def group(leader: int) -> list[int]:
    """The processes of a group that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # gone since
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == leader and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


def leaders(parent: int) -> list[int]:
    """The children of a process that lead a group of their own."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent and fields[2] == stat.parent.name:
                found.append(int(stat.parent.name))
    return found


class Service:
    """``chitieu serve`` over the small rulebook, with a process group of its own."""

    def __init__(self, folder: Path) -> None:
        book(folder)
        chitieu = Path(sys.executable).with_name("chitieu")
        self.process = subprocess.Popen(
            [str(chitieu), "serve", "--port", "0", "--rules", str(folder)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        assert self.process.stderr is not None
        self.said: list[str] = []
        self.port = urlsplit(_address(self.process.stderr, self.said)).port

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        connection = self.connection()
        headers = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text

    def begin(self, body: Any) -> str:
        status, text = self.ask("POST", SWEEPS, body)
        assert status == 202, text
        return f"/v1/jobs/{json.loads(text)['id']}"

    def until_rows(self, address: str) -> None:
        """Wait till some scenarios are finished."""
        until = time.monotonic() + 60
        while json.loads(self.ask("GET", address)[1])["progress"]["done"] == 0:
            assert time.monotonic() < until
            time.sleep(0.05)


class Listener(Thread):
    """A client that reads a job's events to their end."""

    def __init__(self, service: Service, address: str, last: int | None = None) -> None:
        super().__init__()
        self.service, self.address, self.last = service, address, last
        self.text = ""
        self.start()

    def run(self) -> None:
        connection = self.service.connection()
        headers = {} if self.last is None else {"Last-Event-ID": str(self.last)}
        connection.request("GET", f"{self.address}/events", headers=headers)
        self.text = connection.getresponse().read().decode()
        connection.close()

    def heard(self) -> list[dict[str, Any]]:
        self.join(30)
        assert not self.is_alive()
        return events(self.text)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    found = Service(tmp_path)
    jobs: list[int] = []
    try:
        yield found
        jobs = leaders(found.process.pid)
    finally:
        for leader in (found.process.pid, *jobs):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(leader, signal.SIGKILL)
        with found.process:  # closes its pipe
            pass


def test_a_job_is_cancelled_on_the_way_and_all_who_listen_hear_it(
    service: Service, record_property: Any
) -> None:
    address = service.begin(LONG)
    one = Listener(service, address)
    service.until_rows(address)
    other = Listener(service, address, last=2)
    (leader,) = leaders(service.process.pid)
    assert len(group(leader)) >= 1
    time.sleep(1)
    begun = time.monotonic()
    status, text = service.ask("DELETE", address)
    took = time.monotonic() - begun
    record_property("seconds_to_cancel", round(took, 2))
    assert (status, json.loads(text)["state"]) == (200, "cancelled")
    assert group(leader) == []
    for heard in (one.heard(), other.heard()):
        assert [event["event"] for event in heard] == ["progress"] * (len(heard) - 1) + ["end"]
        ids = [event["id"] for event in heard]
        assert ids == sorted(set(ids))
        done = [event["data"]["progress"]["done"] for event in heard]
        assert done == sorted(done)
        assert heard[-1]["data"]["state"] == "cancelled"
    assert one.heard()[-1] == other.heard()[-1]
    assert other.heard()[0]["id"] > 2
    job = json.loads(service.ask("GET", address)[1])
    rows = list(csv.DictReader(service.ask("GET", f"{address}/rows")[1].splitlines()))
    assert len(rows) >= job["progress"]["done"] > 0
    numbers = [int(row["number"]) for row in rows]
    assert numbers == sorted(set(numbers))
    assert {row["status"] for row in rows} <= {"optimal", "feasible"}
    assert [row["jobs.total"] for row in rows] == [row["total.jobs"] for row in rows]
    assert service.ask("DELETE", address)[0] == 200  # cancelled already
    after = service.begin({"method": "grid", "inputs": {"jobs.total": [100]}})
    assert Listener(service, after).heard()[-1]["data"]["state"] == "done"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_ends_takes_its_jobs_with_it_and_says_so(
    service: Service, sign: signal.Signals
) -> None:
    address = service.begin(LONG)
    service.until_rows(address)
    listener = Listener(service, address)
    (leader,) = leaders(service.process.pid)
    time.sleep(0.5)
    service.process.send_signal(sign)
    assert listener.heard()[-1]["data"]["state"] == "cancelled"
    service.process.wait(timeout=20)
    assert group(leader) == []
    assert group(service.process.pid) == [] or gone(group(service.process.pid)[0], 5)
    assert "Traceback" not in "".join(service.said)
    assert "leaked" not in "".join(service.said)


def test_a_service_that_is_killed_leaves_no_job(service: Service) -> None:
    service.until_rows(service.begin(LONG))
    (leader,) = leaders(service.process.pid)
    members = group(leader)
    assert leader in members
    service.process.kill()
    service.process.wait()
    assert all(gone(member, 10) for member in members)


def test_a_process_that_is_killed_is_a_failed_job_with_its_rows(tmp_path: Path) -> None:
    book(tmp_path)
    jobs = Jobs()
    with TestClient(create_app(tmp_path, workers=Workers(1), jobs=jobs)) as client:
        address = client.post(SWEEPS, json=LONG).headers["location"]
        until = time.monotonic() + 60
        while client.get(address).json()["progress"]["done"] == 0:
            assert time.monotonic() < until
            time.sleep(0.05)
        (leader,) = jobs.pids.values()
        members = group(leader)
        os.kill(leader, signal.SIGKILL)
        found = ended(client, f"{address}")
        assert all(gone(member, 10) for member in members)
        assert found["state"] == "failed"
        assert found["cause"] == "tiến trình tính toán dừng giữa chừng (mã -9)"
        assert len(client.get(f"{address}/rows").text.splitlines()) > found["progress"]["done"] > 0
        assert client.delete(address).status_code == 409
        again = client.post(SWEEPS, json={"method": "grid", "inputs": {"jobs.total": [100]}})
        assert ended(client, again.headers["location"])["state"] == "done"


def test_a_stopped_process_is_cancelled_too(tmp_path: Path) -> None:
    book(tmp_path)
    jobs = Jobs()
    with TestClient(create_app(tmp_path, workers=Workers(1), jobs=jobs)) as client:
        address = client.post(SWEEPS, json=LONG).headers["location"]
        while not jobs.pids:
            time.sleep(0.01)
        (leader,) = jobs.pids.values()
        os.kill(leader, signal.SIGSTOP)
        assert client.delete(address).json()["state"] == "cancelled"
        assert gone(leader)


def test_a_listener_that_leaves_leaves_nothing_waiting(tmp_path: Path) -> None:
    book(tmp_path)
    with TestClient(create_app(tmp_path, workers=Workers(1))) as client:
        address = client.post(SWEEPS, json=LONG).headers["location"]

        async def listen() -> tuple[list[dict[str, Any]], int]:
            told = await leave(cast("FastAPI", client.app), "GET", f"{address}/events", "", 0.5)
            return told, len(asyncio.all_tasks()) - 1

        told, left = asyncio.run(listen())
        assert (told[0]["status"], left) == (200, 0)
        first = events(b"".join(part.get("body", b"") for part in told).decode())[0]
        assert first["event"] == "progress"
        assert client.delete(address).json()["state"] == "cancelled"


def test_a_silent_job_is_kept_alive_by_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.sweeps.SECONDS_BETWEEN_BEATS", 0.05)
    book(tmp_path)
    jobs = Jobs()
    with TestClient(create_app(tmp_path, workers=Workers(1), jobs=jobs)) as client:
        address = client.post(SWEEPS, json=LONG).headers["location"]
        while not jobs.pids:
            time.sleep(0.01)
        os.kill(next(iter(jobs.pids.values())), signal.SIGSTOP)
        told = asyncio.run(leave(cast("FastAPI", client.app), "GET", f"{address}/events", "", 1))
        assert b"".join(part.get("body", b"") for part in told).count(b": ping\n\n") >= 2
        assert client.delete(address).json()["state"] == "cancelled"
