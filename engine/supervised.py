"""A run in a thread of its own, so that the main one hears Ctrl-C, or the server, whatever a tool is busy with."""

from __future__ import annotations

import threading
import time

from engine.run import Run, RunResult

GRACE = 0.6  # seconds that a run gets to tidy up by itself once it was asked to stop


class Supervised:
    """Executes a run and does not wait for it longer than `GRACE` after `stop`."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._asked: float | None = None
        self._ended: list[RunResult | BaseException] = []

    def stop(self, *_: object) -> None:
        """Ask the run to stop. Can be called from any thread, and as a signal handler."""
        self._asked = self._asked or time.monotonic()
        self.run.cancel()

    def execute(self) -> RunResult | None:
        """Run to the end. None: a tool is busy in native code and did not stop; the run was abandoned.

        Then the caller should end the process by `os._exit`, which does not wait for the busy thread.
        """
        thread = threading.Thread(target=self._work, name="flowrun-run", daemon=True)
        thread.start()
        while thread.is_alive() and not (self._asked and time.monotonic() - self._asked > GRACE):
            thread.join(0.05)
        if not self._ended:
            self.run.abandon()
            return None
        result = self._ended[0]
        if isinstance(result, BaseException):
            raise result
        return result

    def _work(self) -> None:
        try:
            self._ended.append(self.run.execute())
        except BaseException as error:
            self._ended.append(error)
