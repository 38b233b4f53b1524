"""What every request passes first: whose name it was sent to, and HEAD, which is GET without a body."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from fastapi import Request

from api.http.problems import WrongHostError, response_to

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_NAME = re.compile(r"(\[[^\]]*\]|[^:]*)(:[0-9]*)?")


class Front:
    """ASGI middleware. ``hosts``: the names that requests may be sent to, None for any: without it a page
    in a browser could have its own name lead to this machine and read what the service answers.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None = None) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse or pass on a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.hosts is not None and _host(scope) not in self.hosts:
            await response_to(Request(scope), WrongHostError())(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, _without_body(send))
            return
        await self.app(scope, receive, send)


def _host(scope: Scope) -> str:
    match = _NAME.fullmatch(Request(scope).headers.get("host", ""))
    return match[1].lower() if match else ""


def _without_body(send: Send) -> Send:
    async def without(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return without
