"""Checking a report over HTTP: the file is the body, read and judged in a process of its own."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.http import jobs
from api.http.asked import Asked, Text, file_body
from api.http.files import WordResponse, attached
from api.http.library import Library
from api.http.listening import while_there
from api.http.problems import OK, UnreadError
from api.http.verify_shapes import Report
from scenarios.workers import Workers

SECONDS = 120.0
"""After which the reading and judging of a file is stopped."""


class AskedVerify(Asked):
    """What ``chitieu verify`` is told of a file."""

    file: Text = Field(
        description="Tên tệp, đuôi cho biết loại / the file's name, whose ending tells what it is: "
        "`.txt`, `.docx`, `.xlsx`, `.pdf`"
    )
    rulebook: Text | None = Field(
        None, description="Bộ chỉ tiêu để đối chiếu / the rulebook that figures are compared with"
    )


File = Annotated[bytes, Depends(file_body)]
Verifying = Annotated[AskedVerify, Query()]


class VerifyRoutes:
    """The two addresses, over what they need."""

    def __init__(self, library: Library, workers: Workers) -> None:
        self.library, self.workers = library, workers

    async def verify(self, request: Request, data: File, asked: Verifying) -> Response:
        """The figures of a written report, recomputed: the answer of `chitieu verify --format json`. The body
        is the file itself; nothing of it is kept.
        """
        return Response(
            await self._checked(request, data, asked, comments=False), OK, media_type="application/json"
        )

    async def verify_comments(self, request: Request, data: File, asked: Verifying) -> Response:
        """A Word copy of the report with a comment at each place that isn't right."""
        content = await self._checked(request, data, asked, comments=True)
        stem = asked.file.rpartition(".")[0] or asked.file
        return attached(WordResponse, content, f"{stem}.docx")

    async def _checked(self, request: Request, data: bytes, asked: AskedVerify, *, comments: bool) -> bytes:
        if asked.rulebook is not None:
            await asyncio.to_thread(self.library.require, asked.rulebook)
        job = self.workers.run(
            jobs.verify,
            self.library.root,
            asked.rulebook,
            asked.file,
            data,
            asked.lang,
            comments,
            seconds=SECONDS,
        )
        found = await while_there(request, job)
        if isinstance(found, jobs.Unread):
            raise UnreadError(asked.file, found.message, found.hint)
        return found


def add_verify(router: APIRouter, routes: VerifyRoutes) -> None:
    """Put the addresses into a router."""
    router.add_api_route(
        "/verify",
        routes.verify,
        methods=["POST"],
        response_model=Report,
        summary="Kiểm tra báo cáo / check a report",
    )
    router.add_api_route(
        "/verify/comments",
        routes.verify_comments,
        methods=["POST"],
        response_class=WordResponse,
        summary="Bản Word có ghi chú / a Word copy with comments",
    )
