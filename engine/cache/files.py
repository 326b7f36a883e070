"""What files were like: whether one has changed since, without reading it.

Size, times and number. The time of the last change of the *entry* (ctime) cannot be set by a program, so a file that
was replaced by another of the same size and modification time is noticed too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

State = tuple[int, ...]


def state(path: Path | str) -> State:
    """Size, modification time, change time (nanoseconds) and number of a file; empty where there is none."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - a Path each would cost a second in 100,000
    except (OSError, ValueError):  # a name that cannot be one, with a null in it
        return ()
    return (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def states(paths: Iterable[Path | str]) -> dict[str, State]:
    """The state of each file, by its path."""
    return {str(path): state(path) for path in paths}


def digest(found: Mapping[str, State]) -> str:
    """One text for the states of files, whatever their order; empty where there are none."""
    if not found:
        return ""
    hashed = hashlib.sha256()
    for path in sorted(found):
        hashed.update(f"{path}\0{found[path]}\n".encode(errors="surrogateescape"))
    return hashed.hexdigest()
