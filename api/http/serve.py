"""``chitieu serve``: the service on this machine, for this machine alone."""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import Any

from api.http.app import create_app
from engine.errors import Code, Issue, Issues, RuleError
from engine.words import Message, say

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
    import uvicorn

    uvicorn.run(
        create_app(rules, hosts=HOSTS),
        host=ADDRESSES[host],
        port=port,
        log_config=_log_config(),
        use_colors=sys.stderr.isatty(),
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    return 0


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
