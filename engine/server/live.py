"""A run in progress: its process, what it has said so far, and the end of both."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from engine import at_work, events
from engine.aftermath import EVENTS, Aftermath, cause_of_death, epitaph, stamped_of
from engine.errors import FlowrunError
from engine.files import NewFile
from engine.server.child import Beginning, Died, Task
from engine.server.refusal import Refusal

_LINE = 16 << 20  # bytes; the longest event
_PATIENCE = 1.2  # seconds between asking a process to stop and killing it; it gives up by itself after 0.8
_PING = 15.0  # seconds without news after which a listener hears that the line is up


@dataclass
class Log:
    """What happened in a run, a JSON line each: event number n is `lines[n - 1]`."""

    lines: list[str] = field(default_factory=list)
    over: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, *lines: str, over: bool = False) -> None:
        """Append lines and wake those who listen."""
        self.lines += lines
        self.over = self.over or over
        self._news.set()
        self._news = asyncio.Event()

    async def after(self, number: int) -> AsyncIterator[list[tuple[int, str]]]:
        """Events after number n in groups as they come, until the run is over; an empty group now and then."""
        while True:
            news = self._news
            if fresh := self.lines[number:]:
                yield list(enumerate(fresh, start=number + 1))
                number += len(fresh)
            elif self.over:
                return
            else:
                try:
                    await asyncio.wait_for(news.wait(), _PING)
                except TimeoutError:
                    yield []


@dataclass
class LiveRun:
    """A run in a child process; where that dies in the middle, in another that goes on from what it left."""

    id: str
    folder: Path
    log: Log
    _task: Task
    _process: asyncio.subprocess.Process
    _cancelled: bool = False
    _ended: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, task: Task, folder: Path) -> LiveRun:
        """Start a run.

        Raises:
            Refusal: the workflow has errors, or the process could not begin.
        """
        process, beginning = await _start(task, folder)
        if not beginning.run:
            await process.wait()
            count = len([problem for problem in beginning.problems if problem.level == "error"])
            message = f"Nothing was run: the workflow has {count} {'error' if count == 1 else 'errors'}."
            raise Refusal(422, message, problems=beginning.problems)
        run = cls(beginning.run, Path(beginning.folder), Log(), task, process)
        run._ended = asyncio.create_task(run._follow(folder))
        return run

    async def _follow(self, folder: Path) -> None:
        """Take down what the run says, from one process after the other, and write the end where none could."""
        code = await self._listen()
        while await self._goes_on(code, folder):
            code = await self._listen()
        reason, hint = cause_of_death(code)
        node = at_work.read(self.folder / "at_work")
        missing = epitaph(self.log.lines, node, reason, hint, "cancelled" if self._cancelled else "failed")
        if missing:
            self._write(missing)
        self.log.add(*missing, over=True)

    async def _listen(self) -> int:
        """Take down what the process says; its exit code."""
        assert self._process.stdout is not None
        try:
            while line := await self._process.stdout.readline():
                if line.endswith(b"\n"):
                    self.log.add(line.decode().rstrip("\n"))
        except ValueError:  # a line longer than any event may be: nothing after it could be trusted
            self._kill()
        return await self._process.wait()

    async def _goes_on(self, code: int, folder: Path) -> bool:
        """Start another process where one died in the middle and something may be left to do."""
        last = stamped_of(self.log.lines[-1]) if self.log.lines else None
        if self._cancelled or last is None or isinstance(last.what, events.RunFinished):
            return False
        self._write([])
        if not (await run_in_threadpool(Aftermath.of, self.folder, code)).can_go_on:
            return False
        died = Died(folder=str(self.folder), code=code)
        try:
            self._process, beginning = await _start(self._task.model_copy(update={"died": died}), folder)
        except Refusal:
            return False
        if self._cancelled:
            await self._say("cancel")
        return bool(beginning.run)

    def _write(self, more: list[str]) -> None:
        """Write what everybody has seen: the file may lack what was on its way when the process died."""
        with contextlib.suppress(OSError, FlowrunError):
            file = NewFile(self.folder / EVENTS)
            file.temporary.write_text("\n".join([*self.log.lines, *more, ""]), encoding="utf-8")
            file.commit()

    async def cancel(self) -> None:
        """Stop the run; it is over when this returns."""
        self._cancelled = True
        await self._say("cancel")
        assert self._ended is not None
        done, _ = await asyncio.wait([self._ended], timeout=_PATIENCE)
        if not done:
            self._kill()
            await self._ended

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def finish(self) -> None:
        """Ask a training to stop and keep the best."""
        await self._say("finish")

    async def _say(self, word: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._process.stdin.write(word.encode() + b"\n")
            await self._process.stdin.drain()


async def _start(task: Task, folder: Path) -> tuple[asyncio.subprocess.Process, Beginning]:
    """A new process and the first thing that it says.

    Raises:
        Refusal: it could not begin.
    """
    # -P: a `tools` folder of the user's must not be taken for ours. A session of its own: Ctrl-C in the terminal
    # is for the server, which then ends its runs in order.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "engine.server.child",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        limit=_LINE, cwd=folder, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(task.model_dump_json().encode() + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()
    except ConnectionError:
        line = b""
    if not line:
        reason, hint = cause_of_death(await process.wait())
        raise Refusal(500, f"The run could not begin. {reason}", hint=hint)
    return process, Beginning.model_validate_json(line)
