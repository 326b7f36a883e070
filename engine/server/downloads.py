"""Records as a file to take home: as they lie or as a view shows them, in any format that `Output` writes."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from engine import events
from engine.errors import Problem
from engine.server.asked import chosen
from engine.server.child import Task
from engine.server.folder import Folder
from engine.server.kept import Kept
from engine.server.live import LiveRun
from engine.server.parts import Here
from engine.server.refusal import Refusal
from engine.server.views import Looked
from engine.server.work import Work
from engine.shortcuts import convert

_PIECE = 64 << 20  # bytes in memory at once
_KEPT = 3600  # seconds that a file waits to be fetched

router = APIRouter(tags=["results"])


class DownloadRequest(BaseModel):
    """What to put into a file, and the file's format, by its extension; without fields, all of them."""

    node: str
    anchor: str = ""
    view: str = ""
    fields: Annotated[list[str], Field(max_length=10_000)] = []
    format: Annotated[str, Field(pattern=r"[a-z0-9]{1,10}")]


class Download(BaseModel):
    """A file that waits to be fetched, once."""

    id: str
    name: str
    bytes: int


@dataclass
class Downloads:
    """The files that wait to be fetched, a folder each."""

    folder: Folder

    @property
    def _place(self) -> Path:
        return self.folder.hidden / "downloads"

    def new(self) -> Path:
        """An empty folder; those that nobody has fetched from for long go."""
        for old in self._place.glob("*"):
            if old.stat().st_mtime < time.time() - _KEPT:
                shutil.rmtree(old, ignore_errors=True)
        folder = self._place / secrets.token_hex(16)
        folder.mkdir(parents=True)
        return folder

    def find(self, download: str) -> Path:
        """The file of a download.

        Raises:
            Refusal: it is not there, or no longer.
        """
        ready = self._place / download / "ready" if re.fullmatch(r"[0-9a-f]{32}", download) else None
        found = next(ready.iterdir(), None) if ready is not None and ready.is_dir() else None
        if found is None:
            raise Refusal(404, "This file has been fetched already.", hint="Download it once more.")
        return found


@router.post("/api/runs/{run}/downloads")
async def prepare(run: str, request: Request, asked: DownloadRequest, here: Here) -> Download:
    """Write the file; whoever hangs up stops it."""
    folder = await run_in_threadpool(here.downloads.new)
    try:
        source = await here.works.do(request, lambda work: _source(run, asked, here, folder, work))
        file = folder / "ready" / f"{asked.node}.{asked.format}"
        await _convert(request, source, file, folder)
        return Download(id=folder.name, name=file.name, bytes=file.stat().st_size)
    except BaseException:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)
        raise


@router.get("/api/downloads/{download}", response_class=FileResponse)
def fetch(download: str, here: Here) -> FileResponse:
    """The file itself; it is gone afterwards."""
    file = here.downloads.find(download)
    gone = BackgroundTask(shutil.rmtree, file.parent.parent, ignore_errors=True)
    return FileResponse(file, filename=file.name, background=gone)


def _source(run: str, asked: DownloadRequest, here: Here, folder: Path, work: Work) -> Path:
    """An Arrow file with what is asked for: the one that the run left, where that is just it."""
    kept = Kept.of(here.runs.place(run), asked.node, asked.anchor)
    looked = here.views.open(asked.view, kept)
    names = [field.name for field in chosen(kept, asked.fields)]
    if looked.file is None and kept.whole and names == kept.schema.names:
        return kept.path
    return _written(looked, names, folder / "records.arrow", work)


def _written(looked: Looked, names: list[str], file: Path, work: Work) -> Path:
    kept = looked.kept
    rows = max(1, int(_PIECE / max(kept.path.stat().st_size / max(kept.count, 1), 8)))
    schema = pa.schema([kept.schema.field(name) for name in names], kept.schema.metadata)
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for offset in range(0, looked.count, rows):
            work.go_on()
            part, _ = looked.read(offset, rows, names)
            writer.write_batch(part.records)
    return file


async def _convert(request: Request, source: Path, file: Path, folder: Path) -> None:
    """Let the tools `Input` and `Output` do it, in a process of its own.

    Raises:
        Refusal: the format cannot hold such records, or the browser went away.
    """
    file.parent.mkdir()
    workflow = convert(source, file, folder)
    try:
        run = await LiveRun.start(Task(text=workflow.text, file=str(workflow.file)), folder)
    except Refusal as refusal:
        raise (_told(refusal.problems[0]) if refusal.problems else refusal) from None
    said: list[events.Message] = []
    async for group in run.log.after(0):
        said += [message for _, line in group if (message := _error(line))]
        if await request.is_disconnected():
            await run.cancel()
            raise Refusal(499, "The browser did not wait for the answer.")
    if said or not file.is_file():
        raise _told(said[0]) if said else Refusal(500, "The file could not be written.")


def _error(line: str) -> events.Message | None:
    what = events.Stamped.model_validate_json(line).what
    return what if isinstance(what, events.Message) and what.level == "error" else None


def _told(error: events.Message | Problem) -> Refusal:
    return Refusal(422, error.text if isinstance(error, events.Message) else error.message, hint=error.hint)
