"""The bytes of many files, read on all cores in bounded memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from engine.batches import MAX_ROWS

MAX_FILE = 512 << 20
"""Bytes of the largest file that is read."""
PORTION = 12 << 20
"""Bytes of files for one batch: under the 16 MiB of a batch, with room for other fields."""

_SLICE = 1 << 20  # bytes of files in one task
_SLICE_FILES = 32

Paths: TypeAlias = Sequence[str | None]


class Unreadable(Exception):
    """There is no such file, or it cannot be read; its text says why."""


def portions(paths: Paths) -> Iterator[Paths]:
    """The paths cut so that the files of each part make up no more than a batch, or are a single large one."""
    yield from _groups(paths, PORTION, MAX_ROWS)


def slices(paths: Paths) -> Iterator[Paths]:
    """The paths cut so that each part is worth a task of its own."""
    yield from _groups(paths, _SLICE, _SLICE_FILES)


def _groups(paths: Paths, most_bytes: int, most_files: int) -> Iterator[Paths]:
    start = total = 0
    for place, path in enumerate(paths):
        size = _size(path)
        if place > start and (total + size > most_bytes or place - start >= most_files):
            yield paths[start:place]
            start, total = place, 0
        total += size
    if start < len(paths):
        yield paths[start:]


def _size(path: str | None) -> int:
    try:
        return min(os.stat(path).st_size, MAX_FILE) if path else 0  # noqa: PTH116
    except (OSError, ValueError):
        return 0  # the reading says why


def contents(path: str | None) -> bytes:
    """A file's bytes.

    Raises:
        Unreadable: there is no such file, it is a folder or a device, or too large.
    """
    if not path:
        raise Unreadable("the path is empty" if path == "" else "the path is null")
    try:
        return _read(path)
    except FileNotFoundError:
        raise Unreadable("there is no such file") from None
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror})") from None
    except ValueError:  # a name with a null character, or bytes that are no text
        raise Unreadable("its name is no valid text; rename it") from None


def _read(path: str) -> bytes:
    """By bare system calls: Path.read_bytes makes twice as many, and each may cost a wait for the GIL."""
    # Opening a pipe would wait for somebody to write into it.
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("a folder, not a file" if stat.S_ISDIR(status.st_mode) else "not a regular file")
        if status.st_size > MAX_FILE:
            raise Unreadable(f"too large: {status.st_size >> 20:,} MiB, at most {MAX_FILE >> 20:,}")
        data = os.read(file, status.st_size)
        while len(data) < status.st_size and (more := os.read(file, status.st_size - len(data))):
            data += more
        return data
    finally:
        os.close(file)
