"""The application: everything under /api, the link that opens it, and the canvas."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Query, Response
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp

from engine import __version__
from engine.server import canvas, downloads, pictures, runs, views, work
from engine.server.folder import Folder
from engine.server.guard import Guard, Session, closed
from engine.server.parts import Served
from engine.server.refusal import Failure, add_handlers
from engine.workflow import MAX_BYTES


def api(served: Served | None = None) -> FastAPI:
    """The HTTP interface without its guard: for the server, and for its description (`engine.server.openapi`)."""
    app = FastAPI(
        title="flowrun",
        version=__version__,
        openapi_url=None,
        max_body_size=MAX_BYTES,
        responses={"default": {"model": Failure, "description": "Refused"}},
    )
    app.state.served = served
    add_handlers(app)
    for router in _routers():
        app.include_router(router)
    return app


def _routers() -> Iterator[APIRouter]:
    """The `router` of every module beside this one that has one: a new one is entered nowhere."""
    for found in sorted(pkgutil.iter_modules([str(Path(__file__).parent)], "engine.server."), key=attrgetter("name")):
        router = getattr(importlib.import_module(found.name), "router", None)
        if router is not None:
            yield router


def serving(folder: Folder) -> Served:
    """What a server over a folder serves from."""
    return Served(
        folder,
        runs.Runs(folder),
        pictures.Pictures(folder.hidden / "thumbnails"),
        views.Views(folder.hidden / "views"),
        work.Works(folder.hidden / "work"),
        downloads.Downloads(folder),
    )


def guarded(folder: Path, session: Session) -> tuple[ASGIApp, Served]:
    """The whole application over a folder, for the one browser that opens its link."""
    place = Folder.at(folder)
    served = serving(place)
    served.pictures.tidy()
    app = api(served)

    @app.get("/open", include_in_schema=False)
    def open_(token: str, path: Annotated[str, Query(max_length=4096)] = "") -> Response:
        response = RedirectResponse(f"/?path={quote(path)}" if path else "/", 303)
        return response if session.enter(token, response) else closed("This link has been used already.")

    canvas.mount(app)
    return Guard(app, session), served
