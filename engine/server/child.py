"""One run in a process of its own: `python -m engine.server.child`, started by `engine.server.live`.

Standard input: a `Task` as one line of JSON, then the words `cancel` and `finish`, a line each. When it ends, because
the server was killed, the run stops too. Standard output: a `Beginning` as one line of JSON, then every event
(`events.Stamped`), a line each. What tools print goes to `output.txt` in the run's folder.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
from pathlib import Path
from typing import TextIO

from pydantic import BaseModel

from engine import events
from engine.aftermath import OUTPUT, Aftermath
from engine.check import check
from engine.errors import FlowrunError, Problem
from engine.run import Run
from engine.supervised import Supervised
from engine.workflow import Workflow

CODES: dict[events.Outcome, int] = {"done": 0, "failed": 1, "cancelled": 130}
WRONG = 2


class Died(BaseModel):
    """A process that died in the middle of a run: the run's folder and the exit code."""

    folder: str
    code: int


class Task(BaseModel):
    """What to run: a workflow's text, the file that it belongs to (which need not exist), how far, and if it reuses.

    Where a process of this run has died: what another is to go on from.
    """

    text: str
    file: str
    until: str = ""
    cache: bool = True
    died: Died | None = None


class Beginning(BaseModel):
    """The run and its folder, or the problems because of which nothing runs."""

    run: str = ""
    folder: str = ""
    problems: list[Problem] = []


def main() -> int:
    """Run one task; the exit code is that of the command line."""
    task = Task.model_validate_json(sys.stdin.buffer.readline())
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    try:
        checked = check(Workflow.parse(task.text, Path(task.file)), until=task.until)
    except FlowrunError as error:
        _say(channel, Beginning(problems=[Problem(message=error.message, hint=error.hint)]))
        return WRONG
    if checked.errors:
        _say(channel, Beginning(problems=checked.problems))
        return WRONG
    after = Aftermath.of(Path(task.died.folder), task.died.code) if task.died else None
    run = Run(checked, cache=task.cache, after=after)
    _divert_output(run.folder / OUTPUT)
    _say(channel, Beginning(run=run.id, folder=str(run.folder)))
    supervised = Supervised(run)
    run.listen(_Speaker(channel, supervised))
    threading.Thread(target=_obey, args=(supervised,), name="flowrun-orders", daemon=True).start()
    result = supervised.execute()
    return CODES["cancelled" if result is None else result.outcome]


class _Speaker:
    """Tells the server every event; stops the run where the server is gone."""

    def __init__(self, channel: TextIO, supervised: Supervised) -> None:
        self._channel = channel
        self._supervised = supervised

    def __call__(self, stamped: events.Stamped) -> None:
        try:
            self._channel.write(stamped.model_dump_json() + "\n")
        except OSError:
            self._supervised.stop()


def _say(channel: TextIO, beginning: Beginning) -> None:
    channel.write(beginning.model_dump_json() + "\n")


def _divert_output(path: Path) -> None:
    """Send whatever tools and libraries print, and the trace of a crash, to a file."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    faulthandler.enable(2)


def _obey(supervised: Supervised) -> None:
    """Follow the server's words until it says no more. Reads the pipe itself: a buffered reader blocks the exit."""
    rest = b""
    while chunk := os.read(0, 4096):
        *words, rest = (rest + chunk).split(b"\n")
        if b"finish" in words:
            supervised.run.resources.finish_now.set()
        if b"cancel" in words:
            supervised.stop()
    supervised.stop()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a busy library must not hold the process up, nor take time to say goodbye
