"""The addresses of what plays with plans: limits, what is needed, alternatives, the frontier."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api import services
from api.http import what_if_jobs as jobs
from api.http import what_if_shapes as shapes
from api.http.asked import MOST_SECONDS, Asked
from api.http.asked_what_if import (
    AskedAlternatives,
    AskedFrontier,
    AskedLimits,
    AskedNeeded,
    alternatives_body,
    frontier_body,
    seconds_of,
)
from api.http.beside import issued_plan
from api.http.encoding import to_json
from api.http.library import Library
from api.http.listening import while_there
from api.http.plans import Plans
from api.http.problems import OK
from api.needed_answers import needed_answer
from scenarios.workers import Workers

GRACE = 60.0
"""Seconds past its time limit after which work is stopped: for reading, and for telling the answer."""

Plain = Annotated[Asked, Query()]


class WhatIfRoutes:
    """The endpoints, over what they need. What solves does so in a worker, for as long as who asked stays."""

    def __init__(self, library: Library, workers: Workers, plans: Plans) -> None:
        self.library, self.workers, self.plans = library, workers, plans

    def needed(self, rulebook: str, asked: Annotated[AskedNeeded, Query()]) -> Response:
        """What a unit must reach so that the root makes its target: the answer of
        `chitieu needed --format json`.
        """
        book = self.library.load(rulebook, asked.overlay)
        found = services.needed(book, asked.indicator, asked.unit, asked.as_of, asked.basis)
        return _json(to_json(needed_answer(found, asked.lang)))

    async def limits(
        self, request: Request, rulebook: str, asked: Annotated[AskedLimits, Query()]
    ) -> Response:
        """How far a figure may go before no plan exists: the answer of `chitieu limits --format json`."""
        await asyncio.to_thread(self.library.require, rulebook)
        seconds = MOST_SECONDS if asked.time_limit is None else seconds_of(asked.time_limit)
        given = asked.overlay, asked.path, asked.down, asked.ends, seconds, asked.lang
        return await self._solved(request, jobs.limits, seconds, rulebook, *given)

    async def alternatives(
        self,
        request: Request,
        rulebook: str,
        wanted: Annotated[AskedAlternatives, Depends(alternatives_body)],
        asked: Plain,
    ) -> Response:
        """Plans that are nearly as fair as the fairest: the answer of `chitieu alternatives --format json`.
        Where there is no plan at all it is refused with why.
        """
        await asyncio.to_thread(self.library.require, rulebook)
        seconds = wanted.time_limit
        given = wanted.layers, wanted.wanted, seconds, asked.lang
        return await self._solved(request, jobs.alternatives, seconds, rulebook, *given)

    async def frontier(
        self,
        request: Request,
        rulebook: str,
        wanted: Annotated[AskedFrontier, Depends(frontier_body)],
        asked: Plain,
    ) -> Response:
        """What one goal costs in another: the answer of `chitieu frontier --format json`. Where both are the
        plan's own (fairness, cost, changes) and there is no plan at all it is refused with why.
        """
        await asyncio.to_thread(self.library.require, rulebook)
        goals, seconds = wanted.wanted, wanted.time_limit
        issued = issued_plan(wanted.stay, lambda plan: json.loads(self.plans.find(plan, asked.lang)))
        given = wanted.layers, goals, wanted.count, issued, seconds
        return await self._solved(request, jobs.frontier, seconds, rulebook, *given)

    async def _solved(
        self,
        request: Request,
        job: Callable[..., bytes],
        seconds: float,
        rulebook: str,
        *given: object,
    ) -> Response:
        work = self.workers.run(job, self.library.root, rulebook, *given, seconds=seconds + GRACE)
        return _json(await while_there(request, work))


def add_what_if(router: APIRouter, routes: WhatIfRoutes) -> None:
    """Add the addresses to those of the service."""
    for path, endpoint, shape, method, summary in (
        ("needed", routes.needed, shapes.Needed, "GET", "Phải đạt bao nhiêu / what a unit must reach"),
        ("limits", routes.limits, shapes.Limits, "GET", "Đến đâu là hết mức / how far a figure can go"),
        (
            "alternatives",
            routes.alternatives,
            shapes.Alternatives,
            "POST",
            "Phương án gần công bằng như nhau / plans nearly as fair",
        ),
        (
            "frontier",
            routes.frontier,
            shapes.Frontier,
            "POST",
            "Một mục tiêu đổi lấy mục tiêu khác / what one goal costs in another",
        ),
    ):
        router.add_api_route(
            f"/rulebooks/{{rulebook}}/{path}",
            endpoint,
            methods=[method],
            response_model=shape,
            summary=summary,
        )


def _json(content: bytes) -> Response:
    return Response(content, OK, media_type="application/json")
