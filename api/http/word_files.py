"""Answers as Word files over HTTP: the same as the command line writes with ``-o FILE.docx``."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.http import document_jobs
from api.http.asked import MOST_SECONDS, Asked, Basis, Day, Overlaying, Text
from api.http.files import WordResponse, attached
from api.http.library import Library
from api.http.listening import while_there
from api.http.plans import Plans
from scenarios.workers import Workers

SECONDS = 120.0
"""After which the writing of a file is stopped."""

Plain = Annotated[Asked, Query()]


class AskedReport(Overlaying):
    """The options of ``chitieu report``."""

    report: Text | None = Field(None, description="Mẫu báo cáo / which report; without it, the only one")
    as_of: Day | None = Field(None, description="Ngày / date (`2023-05-15`); without it, the report's own")
    basis: Basis | None = Field(
        None, description="Thực hiện hay ước / actuals or estimates; without it, the report's own"
    )


class WordRoutes:
    """The two addresses, over what they need."""

    def __init__(self, library: Library, workers: Workers, plans: Plans) -> None:
        self.library, self.workers, self.plans = library, workers, plans

    async def decision(self, request: Request, plan: str, asked: Plain) -> Response:
        """The decision that gives a plan's quotas, with its annexes: the file of `chitieu plan -o FILE.docx`.
        An infeasible plan has none.
        """
        job = self.workers.run(document_jobs.decision, self.plans.packed(plan), asked.lang, seconds=SECONDS)
        name, content = await while_there(request, job)
        return attached(WordResponse, content, name)

    async def report_document(
        self, request: Request, rulebook: str, asked: Annotated[AskedReport, Query()]
    ) -> Response:
        """A report written from the figures: the file of `chitieu report -o FILE.docx`."""
        await asyncio.to_thread(self.library.require, rulebook)
        job = self.workers.run(
            document_jobs.report,
            self.library.root,
            rulebook,
            asked.overlay,
            asked.report,
            asked.as_of,
            asked.basis,
            asked.lang,
            MOST_SECONDS,
            seconds=MOST_SECONDS + SECONDS,
        )
        name, content = await while_there(request, job)
        return attached(WordResponse, content, name)


def add_word_files(router: APIRouter, routes: WordRoutes) -> None:
    """Put the addresses into a router."""
    for path, endpoint, summary in (
        ("/plans/{plan}/decision.docx", routes.decision, "Quyết định giao chỉ tiêu / the quota decision"),
        (
            "/rulebooks/{rulebook}/report.docx",
            routes.report_document,
            "Báo cáo, tệp Word / a report, for Word",
        ),
    ):
        router.add_api_route(path, endpoint, response_class=WordResponse, summary=summary)
