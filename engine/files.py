"""Files that appear whole or not at all, and at several places."""

from __future__ import annotations

import glob
import os
import shutil
import uuid
from pathlib import Path

from engine.errors import ToolError
from engine.processes import is_alive


class NewFile:
    """A file on its way: written under a temporary name beside its place, renamed at the end.

    Write to `temporary`, then `commit()`, or `discard()`. Until the commit the old file stays as it was.

    Raises:
        ToolError: the folder is missing or not writable, or the path is a folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.temporary = path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.part")
        if "\0" in path.name:
            raise ToolError(f"Cannot write {str(path)!r}: no file name holds a NUL character.", setting="path")
        if path.is_dir():
            raise ToolError(f"Cannot write {path}: it is a folder.", hint="Give a file name.", setting="path")
        if not path.parent.is_dir():
            raise ToolError(f"Cannot write {path}: the folder {path.parent} does not exist.", setting="path")
        if not os.access(path.parent, os.W_OK):
            raise ToolError(f"Cannot write {path}: the folder {path.parent} is read-only.", setting="path")
        _sweep(path)

    def commit(self) -> None:
        """Make the file appear under its name, whole, also after a power cut."""
        with self.temporary.open("rb") as file:
            os.fsync(file.fileno())
        self.temporary.replace(self.path)

    def discard(self) -> None:
        """Leave nothing behind; does nothing after a commit."""
        self.temporary.unlink(missing_ok=True)


def link(source: Path, target: Path) -> None:
    """Make `source` stand at `target` too, without a copy where the file system can; nothing where it is not there."""
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        return
    except OSError:
        shutil.copyfile(source, target)


def _sweep(path: Path) -> None:
    """Remove what killed processes left while they wrote this file."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*-*.part"):
        process = left.name.removeprefix(f".{path.name}.").partition("-")[0]
        if process.isdigit() and not is_alive(int(process)):
            left.unlink(missing_ok=True)
