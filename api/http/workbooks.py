"""Answers as workbooks over HTTP: the same as the command line writes with ``-o FILE.xlsx``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.http import jobs
from api.http.asked import Asked, AskedGaps
from api.http.files import WorkbookResponse, attached
from api.http.library import Library
from api.http.listening import while_there
from api.http.plans import Plans
from scenarios.workers import Workers

SECONDS = 120.0
"""After which the writing of a workbook is stopped."""

Plain = Annotated[Asked, Query()]


class WorkbookRoutes:
    """The two addresses, over what they need."""

    def __init__(self, library: Library, workers: Workers, plans: Plans) -> None:
        self.library, self.workers, self.plans = library, workers, plans

    def gaps_workbook(self, rulebook: str, asked: Annotated[AskedGaps, Query()]) -> Response:
        """The gap table as a workbook: the file of `chitieu gap -o gap.xlsx`."""
        from api.workbook import gap_workbook

        table = asked.table(self.library.load(rulebook, asked.overlay))
        return attached(WorkbookResponse, gap_workbook(table, asked.lang), f"{rulebook}-gaps.xlsx")

    async def plan_workbook(self, request: Request, plan: str, asked: Plain) -> Response:
        """A plan that was made before as a workbook: the file of `chitieu plan -o plan.xlsx`."""
        job = self.workers.run(jobs.plan_workbook, self.plans.packed(plan), asked.lang, seconds=SECONDS)
        name, content = await while_there(request, job)
        return attached(WorkbookResponse, content, name)


def add_workbooks(router: APIRouter, routes: WorkbookRoutes) -> None:
    """Put the addresses into a router."""
    for path, endpoint, summary in (
        (
            "/rulebooks/{rulebook}/gaps.xlsx",
            routes.gaps_workbook,
            "Bảng tiến độ, tệp Excel / the gap table, for Excel",
        ),
        ("/plans/{plan}/plan.xlsx", routes.plan_workbook, "Kế hoạch, tệp Excel / a plan, for Excel"),
    ):
        router.add_api_route(path, endpoint, response_class=WorkbookResponse, summary=summary)
