"""A run in a process of its own, so that a tool which takes its process down does not take the run down.

The program forks before anything heavy is loaded: the child goes on as the program, its parent waits, hands signals
on, and forks again where a child died in the middle of a run. That costs a few milliseconds.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine import events
from engine.aftermath import OUTPUT, Aftermath, cause_of_death
from engine.processes import leave_at_once

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Isolated:
    """The child's side.

    Attributes:
        after: what an earlier child left that died in the middle of the run.
    """

    after: Aftermath | None
    _news: int

    def begun(self, folder: Path) -> None:
        """Tell the parent where the run lies. The trace of a crash is written there."""
        os.write(self._news, f"{folder}\n".encode())
        with contextlib.suppress(OSError):
            faulthandler.enable((folder / OUTPUT).open("a"))

    def hear(self, stamped: events.Stamped) -> None:
        """Tell the parent when the run has come to its end, whatever becomes of the process then."""
        if isinstance(stamped.what, events.RunFinished):
            os.write(self._news, b"over\n")


def isolate(say: Callable[[str], None]) -> Isolated:
    """Fork. Returns in the child alone; the parent exits with the code of its last child.

    Args:
        say: tells the user of a child that died where no run can go on.
    """
    after = None
    while True:
        lifeline, news = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            os.close(lifeline[1])
            os.close(news[0])
            _end_with_parent(lifeline[0])
            return Isolated(after, news[1])
        os.close(lifeline[0])
        os.close(news[1])
        code = _wait(child)
        with os.fdopen(news[0], encoding="utf-8") as told:
            folder, over = told.readline().strip(), told.readline().strip()
        os.close(lifeline[1])
        after = Aftermath.of(Path(folder), code) if folder and not over else None
        if after is None or not after.can_go_on:
            if code < 0 and not over:
                say(" ".join(cause_of_death(code)))
            leave_at_once(code if code >= 0 else 128 - code)


def _wait(child: int) -> int:
    """Wait for a child, handing on what it should hear; its exit code."""

    def hand_on(number: int, _: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)

    for number in _SIGNALS:
        signal.signal(number, hand_on)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _end_with_parent(lifeline: int) -> None:
    """End this process at once when its parent is gone, however that ended."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def listen() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=listen, name="flowrun-lifeline", daemon=True).start()
