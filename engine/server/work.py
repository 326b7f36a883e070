"""Work that takes a while: in a thread and a database of its own, and only for as long as somebody waits for it."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from fastapi import Request

from engine.errors import Cancelled
from engine.processes import cores, is_alive
from engine.server.refusal import Refusal
from engine.sql import Session

_MEMORY = 512 << 20  # bytes for DuckDB, then it goes to disk
_AT_ONCE = 2
_LOOK = 0.1  # seconds between two looks at whether the browser is still there
T = TypeVar("T")


class Work:
    """What a piece of work may use: queries, and whether it is still wanted."""

    def __init__(self, folder: Path) -> None:
        self._session = Session(_MEMORY, cores(), folder)
        self._stopped = threading.Event()

    def go_on(self) -> None:
        """Raise `Cancelled` where nobody wants the result any more."""
        if self._stopped.is_set():
            raise Cancelled("Nobody waits for it.")

    def query(self, sql: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The result of a SELECT from `data`, as batches of at most 65,536 rows."""
        data = pa.RecordBatchReader.from_batches(schema, self._watched(batches))
        try:
            for batch in self._session.stream(sql, {"data": data}):
                self.go_on()
                yield batch
        except Exception:
            self.go_on()  # DuckDB has its own words for being stopped
            raise

    def _watched(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self.go_on()
            yield batch

    def stop(self) -> None:
        """Nobody wants the result any more."""
        self._stopped.set()
        self._session.interrupt()

    def close(self) -> None:
        """Give the memory back."""
        self._session.close()


class Works:
    """Does a little at a time; the rest waits its turn.

    Args:
        folder: where what does not fit into memory goes; what killed servers left there is removed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        _sweep(folder)
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def do(self, request: Request, function: Callable[[Work], T]) -> T:
        """Call a function in a thread; where the browser goes away before it is done, stop it."""
        async with self._turn:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f"work-{os.getpid()}-", dir=self._folder) as folder:
                return await _watch(request, Path(folder), function)


def _sweep(folder: Path) -> None:
    for left in folder.glob("work-*"):
        process = left.name.split("-")[1]
        if not (process.isdecimal() and is_alive(int(process))):
            shutil.rmtree(left, ignore_errors=True)


async def _watch(request: Request, folder: Path, function: Callable[[Work], T]) -> T:
    work = await asyncio.to_thread(Work, folder)
    task = asyncio.create_task(asyncio.to_thread(function, work))
    try:
        while not (await asyncio.wait([task], timeout=_LOOK))[0]:
            if await request.is_disconnected():
                break
        else:
            return task.result()
    finally:
        if not task.done():
            work.stop()
            await asyncio.wait([task])
        await asyncio.to_thread(work.close)
    task.exception()  # seen: it was stopped, and says so in its own way
    raise Refusal(499, "The browser did not wait for the answer.")
