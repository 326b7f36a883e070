"""Which node has the floor, kept where it outlives the process: a run that is killed can still name its tool."""

from __future__ import annotations

import mmap
from pathlib import Path

_SIZE = 1_024  # bytes; a file's name, and so a node's, has at most 255


class AtWork:
    """A page shared with a file; noting a name costs no system call."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(_SIZE))
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), _SIZE)
        self._names: dict[str, bytes] = {}

    def note(self, node: str) -> None:
        """`node` is about to work."""
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
