"""Runs over HTTP: start, follow, stop, and what there were."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from engine import events, yaml_file
from engine.run import RUNS_KEPT
from engine.server import history
from engine.server.child import Task
from engine.server.folder import Folder
from engine.server.live import LiveRun, Log
from engine.server.parts import Document, Here, RelativePath
from engine.server.refusal import Failure, Refusal

MAX_LIVE = 4
"""Runs at the same time; each may fill the machine."""
_FINISHED_KEPT = 20


@dataclass
class Runs:
    """The runs of a served folder: those in progress, and those that lie on disk."""

    folder: Folder
    _live: dict[str, LiveRun] = field(default_factory=dict)
    _closing: bool = False

    async def start(self, task: Task) -> LiveRun:
        """Start a run.

        Raises:
            Refusal: the workflow is wrong, or too much is going on.
        """
        if self._closing:
            raise Refusal(503, "The server is closing.")
        if sum(not run.log.over for run in self._live.values()) >= MAX_LIVE:
            raise Refusal(429, f"{MAX_LIVE} runs are going on already.", hint="Stop one, or wait for it.")
        run = await LiveRun.start(task, self.folder.root)
        self._live[run.id] = run
        for old in [name for name, live in self._live.items() if live.log.over][:-_FINISHED_KEPT]:
            del self._live[old]
        return run

    def live(self, run: str) -> LiveRun | None:
        """A run in progress."""
        found = self._live.get(run)
        return found if found is not None and not found.log.over else None

    def place(self, run: str) -> Path:
        """The folder of a run.

        Raises:
            Refusal: there is none of that name.
        """
        if run in self._live:
            return self._live[run].folder
        found = history.find(self.folder.root, run) if history.RUN_ID.fullmatch(run) else None
        if found is None:
            raise Refusal(404, f"There is no run {run!r}.", hint=f"The last {RUNS_KEPT} runs are kept.")
        return self.folder.confined(found)

    def log(self, run: str) -> Log:
        """What happened in a run."""
        if run in self._live:
            return self._live[run].log
        return Log(history.read_events(self.place(run)), over=True)

    async def close(self) -> None:
        """End all runs; those who listen hear it."""
        self._closing = True
        await asyncio.gather(*(run.cancel() for run in self._live.values() if not run.log.over))


class RunRequest(BaseModel):
    """What to run: a document as it stands on the canvas, the node up to which, and whether earlier results do."""

    path: RelativePath = ""
    document: Document
    until: str = ""
    cache: bool = True


class Started(BaseModel):
    """The name of a run that has begun."""

    run: str


router = APIRouter(tags=["runs"])


@router.post("/api/runs", responses={422: {"model": Failure}, 429: {"model": Failure}})
async def start(request: RunRequest, here: Here) -> Started:
    """Run a document, saved or not, in a process of its own."""
    file = here.folder.workflow(request.path)
    task = Task(text=yaml_file.dump(request.document), file=str(file), until=request.until, cache=request.cache)
    return Started(run=(await here.runs.start(task)).id)


@router.get("/api/runs")
def runs(path: RelativePath, here: Here) -> list[history.Summary]:
    """The runs of a workflow that are kept, newest first."""
    folders = history.runs_of(here.folder.workflow(path))
    found = [summary for folder in folders if (summary := history.summary(here.folder.confined(folder)))]
    for summary in found:
        if here.runs.live(summary.run):  # also between two processes, where one died and another goes on
            summary.outcome = "running"
    return found


@router.get("/api/runs/{run}")
def manifest(run: str, here: Here) -> dict[str, Any]:
    """What a run was made from and what came out; only how it stands where it has not come to that."""
    folder = here.runs.place(run)
    if here.runs.live(run) is None and (found := history.manifest(folder)):
        return found
    summary = history.summary(folder)
    return summary.model_dump() if summary else {"run": run, "outcome": "running" if here.runs.live(run) else "failed"}


@router.get(
    "/api/runs/{run}/events",
    response_class=StreamingResponse,
    responses={200: {"model": events.Stamped, "description": "A stream of these, `id` their sequence number."}},
)
async def follow(
    run: str,
    here: Here,
    after: Annotated[int, Query(ge=0)] = 0,
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
) -> Response:
    """The events after a number, from the first if none is given, and on live until the run is over.

    A reader who comes back after the end gets 204, so that an `EventSource` does not ask again.
    """
    number = after if last_event_id is None else last_event_id
    log = await run_in_threadpool(here.runs.log, run)
    if log.over and number >= len(log.lines):
        return Response(status_code=204)
    return EventSourceResponse(_lines(log, number))


async def _lines(log: Log, number: int) -> AsyncIterator[bytes]:
    async for group in log.after(number):
        parts = [format_sse_event(data_str=line, id=str(count)) for count, line in group]
        yield b"".join(parts) or KEEPALIVE_COMMENT


@router.post("/api/runs/{run}/cancel", status_code=204)
async def cancel(run: str, here: Here) -> None:
    """Stop a run; it is over when the answer comes. One that is over already stays as it is."""
    if live := here.runs.live(run):
        await live.cancel()
    else:
        here.runs.place(run)


@router.post("/api/runs/{run}/finish", status_code=204)
async def finish(run: str, here: Here) -> None:
    """Let a training stop and keep the best so far."""
    if live := here.runs.live(run):
        await live.finish()
    else:
        here.runs.place(run)
