"""What files were like: whether one has changed since, without reading it.

Size, times and number. The time of the last change of the *entry* (ctime) cannot be set by a program, so a file that
was replaced by another of the same size and modification time is noticed too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

MISSING = ()
State = tuple[int, ...]


def state(path: Path | str) -> State:
    """Size, modification time, change time (nanoseconds) and number of a file; empty where there is none."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - a Path each would cost a second in 100,000
    except OSError:
        return MISSING
    return (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def digest(paths: Iterable[Path | str]) -> str:
    """One text for the states of files, in order of path; empty where there are none."""
    found = sorted({str(path) for path in paths})
    if not found:
        return ""
    hashed = hashlib.sha256()
    for path in found:
        hashed.update(f"{path}\0{state(path)}\n".encode(errors="surrogateescape"))
    return hashed.hexdigest()
