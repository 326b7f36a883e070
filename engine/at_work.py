"""Who is at work: whether a run's process is alive, and which node has the floor, told also by one that was killed."""

from __future__ import annotations

import mmap
from pathlib import Path

from engine.processes import is_alive
from engine.station import Watcher

_SIZE = 1_024  # bytes; a file's name, and so a node's, has at most 255


class AtWork(Watcher):
    """A page shared with a file; noting a name costs no system call."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(_SIZE))
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), _SIZE)
        self._names: dict[str, bytes] = {}

    def at_work(self, node: str) -> None:
        name = self._names.get(node)
        if name is None:
            name = self._names[node] = node.encode()[: _SIZE - 1] + b"\0"
        self._page[: len(name)] = name


def read(path: Path) -> str:
    """Who was at work last, as noted by a process that may be gone; empty where nobody knows."""
    try:
        return path.read_bytes().partition(b"\0")[0].decode(errors="ignore")
    except OSError:
        return ""


def is_running(folder: Path) -> bool:
    """Whether the process of a run, as noted in its folder, is alive."""
    try:
        return is_alive(int((folder / "pid").read_text(encoding="ascii")))
    except (OSError, ValueError):
        return False
