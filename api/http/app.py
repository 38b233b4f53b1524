"""The application, put together in one place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.http import jobs as warming
from api.http.documentation import TITLE, document
from api.http.front import Front
from api.http.job_store import Jobs
from api.http.library import Library
from api.http.plans import Plans
from api.http.problems import install
from api.http.routes import PREFIX, Routes, router
from api.http.sweeps import SweepRoutes, add_sweeps
from api.http.verify import VerifyRoutes, add_verify
from api.http.what_if import WhatIfRoutes, add_what_if
from api.http.word_files import WordRoutes, add_word_files
from api.http.workbooks import WorkbookRoutes, add_workbooks
from scenarios.workers import Workers

__all__ = ["create_app"]


class _App(FastAPI):
    """With the document of api.http.documentation."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = document(self)
        return self.openapi_schema


def create_app(
    rules: Path | None = None,
    *,
    hosts: Collection[str] | None = None,
    workers: Workers | None = None,
    jobs: Jobs | None = None,
) -> FastAPI:
    """The service over the rulebooks under ``rules`` (those that come with the program).

    ``hosts``: the machine names that it answers to, None for any. ``workers``: where plans are solved;
    ``jobs``: the long ones; both end with the app.
    """
    solvers = workers or Workers(warm=warming.warm)
    long = jobs or Jobs()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        solvers.start()
        try:
            yield
        finally:
            await asyncio.to_thread(long.stop)
            await asyncio.to_thread(solvers.stop)

    app = _App(
        title=TITLE,
        version=version("chitieu"),
        lifespan=lifespan,
        redirect_slashes=False,
        generate_unique_id_function=_name_of,
    )
    library = Library(rules)
    plans = Plans()
    addresses = router(Routes(library, solvers, plans))
    add_workbooks(addresses, WorkbookRoutes(library, solvers, plans))
    add_word_files(addresses, WordRoutes(library, solvers, plans))
    add_sweeps(addresses, SweepRoutes(library, solvers, long, PREFIX))
    add_verify(addresses, VerifyRoutes(library, solvers))
    add_what_if(addresses, WhatIfRoutes(library, solvers, plans))
    app.include_router(addresses)
    app.add_middleware(Front, hosts=hosts)
    install(app)
    return app


def _name_of(route: APIRoute) -> str:
    return route.name
