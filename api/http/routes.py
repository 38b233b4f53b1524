"""The addresses under /v1: ask a service, answer in its JSON."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api import services
from api.answers import explain_answer, gap_answer
from api.diff_answers import diff_answer
from api.http import catalogue, diff_shapes, jobs, plan_shapes, shapes
from api.http.asked import MOST_SECONDS, Asked, AskedGaps, AskedPlan, AskedWhy, once_each, plan_body
from api.http.beside import beside
from api.http.encoding import to_json
from api.http.library import Library
from api.http.listening import while_there
from api.http.plans import Plans
from api.http.problems import CREATED, OK
from engine.errors import RuleError
from engine.rulebook import Rulebook
from scenarios.compare import compare
from scenarios.issued import issued
from scenarios.workers import Workers

PREFIX = "/v1"
GRACE = 60.0
"""Seconds past its time limit after which a plan is stopped: for reading, and for telling the answer."""

Plain = Annotated[Asked, Query()]


class Routes:
    """The endpoints, over what they need. Those that aren't ``async`` run in threads of the server."""

    def __init__(self, library: Library, workers: Workers, plans: Plans) -> None:
        self.library, self.workers, self.plans = library, workers, plans

    def rulebooks(self, asked: Plain) -> Response:
        """Every rulebook under the rules root; `faulty` where it can't be loaded."""
        found = [
            catalogue.listed_answer(name, self._loaded_or_none(name), asked.lang)
            for name in self.library.names()
        ]
        return _json({"rulebooks": found})

    def rulebook(self, rulebook: str, asked: Plain) -> Response:
        """What a rulebook is made of: its levels, indicators, metrics, allocations, warnings."""
        return _json(catalogue.rulebook_answer(rulebook, self.library.load(rulebook), asked.lang))

    def units(self, rulebook: str, asked: Plain) -> Response:
        """The tree of units with their attributes."""
        return _json(catalogue.units_answer(self.library.load(rulebook), asked.lang))

    def indicators(self, rulebook: str, asked: Plain) -> Response:
        """What is tracked."""
        return _json(catalogue.indicators_answer(self.library.load(rulebook), asked.lang))

    def metrics(self, rulebook: str, asked: Plain) -> Response:
        """What is worked out from figures, with formulas and their places."""
        return _json(catalogue.metrics_answer(self.library.load(rulebook), asked.lang))

    def parameters(self, rulebook: str, asked: Plain) -> Response:
        """Figures that formulas and rules use by name."""
        return _json(catalogue.parameters_answer(self.library.load(rulebook), asked.lang))

    def gaps(self, rulebook: str, asked: Annotated[AskedGaps, Query()]) -> Response:
        """How far each target is from being met, and why: the answer of `chitieu gap --format json`."""
        return _json(gap_answer(asked.table(self.library.load(rulebook, asked.overlay)), asked.lang))

    async def explain(self, request: Request, rulebook: str, asked: Annotated[AskedWhy, Query()]) -> Response:
        """Where a metric, a role or a quota comes from: the answer of `chitieu explain --format json`."""
        book = await asyncio.to_thread(self.library.load, rulebook, asked.overlay)
        if asked.what.partition(".")[0] in book.allocations:  # a quota takes a plan
            job = self.workers.run(
                jobs.explain,
                self.library.root,
                rulebook,
                asked.overlay,
                asked.what,
                asked.unit,
                asked.as_of,
                asked.basis,
                asked.lang,
            )
            return _json_text(await while_there(request, job))
        return _json_text(await asyncio.to_thread(_why, book, asked))

    async def make_plan(
        self,
        request: Request,
        rulebook: str,
        wanted: Annotated[AskedPlan, Depends(plan_body)],
        asked: Plain,
    ) -> Response:
        """Share out what is left, and keep the plan: the answer of `chitieu plan --format json` with its
        `id`. A plan that can't be met is an answer too. Plans are kept in memory; the oldest make room.
        """
        await asyncio.to_thread(self.library.require, rulebook)
        overlay, seconds = wanted.layers, wanted.time_limit or MOST_SECONDS
        others = beside(wanted.stay, wanted.pace, lambda plan: json.loads(self.plans.find(plan, asked.lang)))
        name = self.plans.new_name()
        job = self.workers.run(
            jobs.plan, self.library.root, rulebook, overlay, seconds, name, others, seconds=seconds + GRACE
        )
        made = await while_there(request, job)
        self.plans.keep(name, made)
        headers = {"Location": f"{PREFIX}/plans/{name}"}
        return Response(made.texts[asked.lang], CREATED, headers, "application/json")

    async def plan(self, plan: str, asked: Plain) -> Response:
        """A plan that was made before."""
        return _json_text(self.plans.find(plan, asked.lang))

    def diff(self, plan: str, other: str, asked: Plain) -> Response:
        """What one plan changes against another of the same allocation, as `chitieu diff` tells it; plans are
        called by their ids.
        """
        plans = [issued(json.loads(self.plans.find(name, asked.lang)), name) for name in (plan, other)]
        return _json(diff_answer(compare(plans), asked.lang))

    def _loaded_or_none(self, name: str) -> Rulebook | None:
        try:
            return self.library.load(name)
        except RuleError:
            return None


def router(routes: Routes) -> APIRouter:
    """All addresses."""
    found = APIRouter(prefix=PREFIX, dependencies=[Depends(once_each)])
    a_rulebook = "/rulebooks/{rulebook}"
    for path, endpoint, shape, summary in (
        ("/rulebooks", routes.rulebooks, shapes.Rulebooks, "Các bộ chỉ tiêu / rulebooks"),
        (a_rulebook, routes.rulebook, shapes.Rulebook, "Một bộ chỉ tiêu / a rulebook"),
        (f"{a_rulebook}/units", routes.units, shapes.Units, "Đơn vị / units"),
        (f"{a_rulebook}/indicators", routes.indicators, shapes.Indicators, "Chỉ tiêu / indicators"),
        (f"{a_rulebook}/metrics", routes.metrics, shapes.Metrics, "Chỉ số / metrics"),
        (f"{a_rulebook}/parameters", routes.parameters, shapes.Parameters, "Tham số / parameters"),
        (f"{a_rulebook}/gaps", routes.gaps, shapes.Gaps, "Bảng tiến độ / the gap table"),
        (
            f"{a_rulebook}/explain",
            routes.explain,
            shapes.Explanation,
            "Giải thích / where a number comes from",
        ),
        ("/plans/{plan}", routes.plan, plan_shapes.Plan, "Một kế hoạch / a plan"),
        ("/plans/{plan}/diff/{other}", routes.diff, diff_shapes.Diff, "So sánh hai kế hoạch / compare plans"),
    ):
        found.add_api_route(path, endpoint, response_model=shape, summary=summary)
    found.add_api_route(
        f"{a_rulebook}/plans",
        routes.make_plan,
        methods=["POST"],
        status_code=CREATED,
        response_model=plan_shapes.Plan,
        summary="Phân bổ chỉ tiêu còn lại / share out what is left",
    )
    return found


def _why(rulebook: Rulebook, asked: AskedWhy) -> bytes:
    found = services.why(rulebook, asked.what, asked.unit, asked.as_of, asked.basis)
    return to_json(explain_answer(found, rulebook, asked.lang))


def _json(answer: dict[str, Any]) -> Response:
    return _json_text(to_json(answer))


def _json_text(content: bytes) -> Response:
    return Response(content, OK, media_type="application/json")
