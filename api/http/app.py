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

from api.http import jobs
from api.http.documentation import TITLE, document
from api.http.front import Front
from api.http.library import Library
from api.http.plans import Plans
from api.http.problems import install
from api.http.routes import Routes, router
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
    rules: Path | None = None, *, hosts: Collection[str] | None = None, workers: Workers | None = None
) -> FastAPI:
    """The service over the rulebooks under ``rules`` (those that come with the program).

    ``hosts``: the machine names that it answers to, None for any. ``workers``: where plans are solved; they
    end with the app.
    """
    solvers = workers or Workers(warm=jobs.warm)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        solvers.start()
        try:
            yield
        finally:
            await asyncio.to_thread(solvers.stop)

    app = _App(
        title=TITLE,
        version=version("chitieu"),
        lifespan=lifespan,
        redirect_slashes=False,
        generate_unique_id_function=_name_of,
    )
    app.include_router(router(Routes(Library(rules), solvers, Plans())))
    app.add_middleware(Front, hosts=hosts)
    install(app)
    return app


def _name_of(route: APIRoute) -> str:
    return route.name
