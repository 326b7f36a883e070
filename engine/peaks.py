"""How much memory the process had at most while each node was at work."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from engine.station import Watcher

_INTERVAL = 0.05  # seconds between two looks
_STATUS = Path("/proc/self/statm")


class Peaks(Watcher):
    """Looks a few times a second, in a thread of its own, from when it is entered until it is left.

    Memory belongs to the process: what a node holds for later counts for those that come after it as well.
    """

    def __init__(self) -> None:
        self.of: dict[str, int] = {}
        """Bytes, by node."""
        self._node = ""
        self._stop = threading.Event()

    def __enter__(self) -> Peaks:
        if _STATUS.exists():
            threading.Thread(target=self._watch, name="flowrun-memory", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def at_work(self, node: str) -> None:
        self._node = node

    def ended(self, station: object) -> None:
        self._look()

    def _watch(self) -> None:
        while not self._stop.wait(_INTERVAL):
            self._look()

    def _look(self) -> None:
        node = self._node
        if node and _STATUS.exists():
            resident = int(_STATUS.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
            self.of[node] = max(self.of.get(node, 0), resident)
