"""The addresses of sweeps and of the jobs that they are: begin one, look at it, listen to it, end it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

from api.answers import issue_answer
from api.http import jobs, sweep_shapes
from api.http.asked import MOST_SECONDS, Asked
from api.http.asked_sweep import AskedSweep, sweep_body
from api.http.encoding import to_json
from api.http.job import Job, Seen
from api.http.job_store import Jobs
from api.http.library import Library
from api.http.listening import while_there
from api.http.problems import ACCEPTED, NO_CONTENT, OK
from engine.numbers import Lang
from scenarios.workers import Workers

SECONDS_BETWEEN_BEATS = 15.0
"""Of silence, until a comment tells that the connection lives (the pause that the standard advises)."""
BLOCK = 65_536
"""Characters of rows sent at a time."""

Plain = Annotated[Asked, Query()]


class SweepRoutes:
    """The endpoints, over what they need; ``prefix`` stands before addresses in answers."""

    def __init__(self, library: Library, workers: Workers, jobs: Jobs, prefix: str) -> None:
        self.library, self.workers, self.jobs, self.prefix = library, workers, jobs, prefix

    async def make_sweep(
        self,
        request: Request,
        rulebook: str,
        wanted: Annotated[AskedSweep, Depends(sweep_body)],
        asked: Plain,
    ) -> Response:
        """Begin a sweep: the body is the spec of `chitieu sweep` beside `scenario`, `overlay`, `time_limit`
        and `units`. What is faulty is told at once; else the answer is the job, which goes on by itself.
        """
        await asyncio.to_thread(self.library.require, rulebook)
        check = self.workers.run(
            jobs.prepare_sweep,
            self.library.root,
            rulebook,
            wanted.layers,
            wanted.spec,
            wanted.time_limit or MOST_SECONDS,
            wanted.units,
        )
        prepared = await while_there(request, check)
        job, seen = self.jobs.submit(rulebook, prepared)
        answer = self._answer(job, seen, asked.lang)
        return Response(to_json(answer), ACCEPTED, {"Location": self._at(job)}, "application/json")

    def job(self, job: str, asked: Plain) -> Response:
        """What a job is doing, and when it is done its summary: that of `chitieu sweep --format json`."""
        found = self.jobs.find(job)
        return _json(self._answer(found, found.seen(), asked.lang))

    def rows(self, job: str, asked: Plain) -> Response:
        """The scenarios that are finished by now as CSV, in the order of their numbers: what
        `chitieu sweep -o FILE.csv` writes. Also of a job that failed or was cancelled.
        """
        lines = self.jobs.find(job).rows(asked.lang)
        return StreamingResponse(_blocks(lines), OK, media_type="text/csv")

    async def events(
        self,
        job: str,
        asked: Plain,
        last_event_id: Annotated[
            str | None, Header(description="Sự kiện cuối đã nhận / the last event that was received")
        ] = None,
    ) -> Response:
        """Server-sent events: `progress` at each change, as it is by then, and `end` at last. Each has what
        changed, as the job has it. Ids count changes: with `Last-Event-ID` only what came later is sent, and
        after the end `204`, at which browsers stop asking.
        """
        found = self.jobs.find(job)
        seen, last = found.seen(), _number(last_event_id)
        last = last if last <= seen.number else 0  # not an id of this job
        if seen.ended and last == seen.number:
            return Response(status_code=NO_CONTENT)
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        return EventSourceResponse(_events(found, last, asked.lang), OK, headers)

    def cancel_job(self, job: str, asked: Plain) -> Response:
        """End a job that waits or runs, with all its processes; the answer comes when none is left. What it
        has finished stays. One that is cancelled already stays so; one that was done or failed is a conflict.
        """
        found = self.jobs.find(job)
        self.jobs.cancel(found)
        return _json(self._answer(found, found.seen(), asked.lang))

    def _at(self, job: Job) -> str:
        return f"{self.prefix}/jobs/{job.name}"

    def _answer(self, job: Job, seen: Seen, lang: Lang) -> dict[str, Any]:
        return {
            "id": job.name,
            "rulebook": job.rulebook,
            **_state(seen, lang),
            "issues": [issue_answer(issue, lang) for issue in seen.issues],
            "result": None if seen.result is None else seen.result[lang],
            "rows": f"{self._at(job)}/rows",
            "events": f"{self._at(job)}/events",
        }


def add_sweeps(router: APIRouter, routes: SweepRoutes) -> None:
    """Add the addresses to those of the service."""
    router.add_api_route(
        "/rulebooks/{rulebook}/sweeps",
        routes.make_sweep,
        methods=["POST"],
        status_code=ACCEPTED,
        response_model=sweep_shapes.Job,
        summary="Chạy nhiều kịch bản / run many scenarios",
    )
    a_job = "/jobs/{job}"
    router.add_api_route(a_job, routes.job, response_model=sweep_shapes.Job, summary="Một công việc / a job")
    router.add_api_route(
        a_job,
        routes.cancel_job,
        methods=["DELETE"],
        response_model=sweep_shapes.Job,
        summary="Hủy công việc / cancel a job",
    )
    for path, endpoint, media_type, summary in (
        ("/rows", routes.rows, "text/csv", "Các kịch bản đã xong / finished scenarios"),
        ("/events", routes.events, "text/event-stream", "Theo dõi tiến độ / follow the progress"),
    ):
        content: dict[int | str, dict[str, Any]] = {
            int(OK): {"content": {media_type: {"schema": {"type": "string"}}}}
        }
        router.add_api_route(
            a_job + path, endpoint, response_class=Response, responses=content, summary=summary
        )


def _state(seen: Seen, lang: Lang) -> dict[str, Any]:
    return {
        "state": seen.state,
        "progress": {"done": seen.done, "total": seen.total},
        "seconds_left": seen.seconds_left,
        "cause": None if seen.cause is None else seen.cause.in_(lang),
    }


async def _events(job: Job, last: int, lang: Lang) -> AsyncIterator[bytes]:
    """What changes after the change ``last``. Changes that come faster than they are read are told as one."""
    with job.listening() as changed:
        while True:
            changed.clear()
            seen = job.seen()
            if seen.number > last:
                last = seen.number
                yield format_sse_event(
                    event="end" if seen.ended else "progress",
                    data_str=to_json(_state(seen, lang)).decode(),
                    id=str(last),
                )
            if seen.ended:
                return
            try:
                await asyncio.wait_for(changed.wait(), SECONDS_BETWEEN_BEATS)
            except TimeoutError:
                yield KEEPALIVE_COMMENT


def _number(text: str | None) -> int:
    """The number of an event's id, 0 for none or another's."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    block: list[str] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= BLOCK:
            yield "".join(block)
            block, size = [], 0
    if block:
        yield "".join(block)


def _json(answer: dict[str, Any]) -> Response:
    return Response(to_json(answer), OK, media_type="application/json")
