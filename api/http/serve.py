"""``chitieu serve``: the service on this machine, for this machine alone."""

from __future__ import annotations

import asyncio
import copy
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.http.app import create_app
from api.http.job_store import Jobs
from engine.errors import Code, Issue, Issues, RuleError
from engine.words import Message, say

if TYPE_CHECKING:
    from socket import socket

    import uvicorn

ADDRESSES = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}
"""Where a host listens."""
HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""The names that requests may be sent to."""
LAST_PORT = 65_535
SECONDS_TO_FINISH = 3

THIS_MACHINE = Message(
    "Dịch vụ không có đăng nhập nên chỉ chạy cho chính máy này.",
    "The service has no login, so it listens on this machine only.",
)


def serve(rules: Path | None = None, host: str = "127.0.0.1", port: int = 8000) -> int:
    """Serve until the process is told to stop; port 0 takes a free one.

    Raises RuleError for a host that isn't this machine (wrong_choice), a port out of range (bad_number) or
    a rules root that isn't there (file_not_found). Exits with 1 where the port is taken.
    """
    _check(rules, host, port)
    _expect_killed_processes()
    import uvicorn

    jobs = Jobs()
    config = uvicorn.Config(
        create_app(rules, hosts=HOSTS, jobs=jobs),
        host=ADDRESSES[host],
        port=port,
        log_config=_log_config(),
        use_colors=sys.stderr.isatty(),
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    server = _server(config, jobs)
    with suppress(KeyboardInterrupt):  # it has ended in order, and then tells Ctrl-C on
        server.run()
    if not server.started:
        sys.exit(1)
    return 0


def _expect_killed_processes() -> None:
    """Processes that are ended at once leave a lock (Pyomo makes one). multiprocessing's tracker takes it
    away when the service ends, and needn't tell its reader of a leak.
    """
    already = os.environ.get("PYTHONWARNINGS")
    ours = "ignore::UserWarning:multiprocessing.resource_tracker"
    os.environ["PYTHONWARNINGS"] = f"{already},{ours}" if already else ours


def _server(config: uvicorn.Config, jobs: Jobs) -> uvicorn.Server:
    from uvicorn import Server

    class Ending(Server):
        async def shutdown(self, sockets: list[socket] | None = None) -> None:
            """End the jobs first: who listens to one then hears its end, instead of being cut off."""
            await asyncio.to_thread(jobs.stop)
            await super().shutdown(sockets)

    return Ending(config)


def _check(rules: Path | None, host: str, port: int) -> None:
    issues = Issues()
    if host not in ADDRESSES:
        message = say("wrong_choice", what=host, options=", ".join(ADDRESSES))
        issues.found.append(Issue(Code.WRONG_CHOICE, message, hint=THIS_MACHINE))
    if not 0 <= port <= LAST_PORT:
        issues.add(Code.BAD_NUMBER, None, say("bad_port", what=str(port)))
    if rules is not None and not rules.is_dir():
        issues.add(Code.FILE_NOT_FOUND, None, what=str(rules))
    if issues.found:
        raise RuleError(issues.found)


def _log_config() -> dict[str, Any]:
    """Uvicorn's own, but all of it on stderr: stdout is for data."""
    from uvicorn.config import LOGGING_CONFIG

    found = copy.deepcopy(LOGGING_CONFIG)
    found["handlers"]["access"]["stream"] = "ext://sys.stderr"
    return found
