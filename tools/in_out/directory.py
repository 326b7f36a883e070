"""Directory: one record a file."""

from __future__ import annotations

import os
import stat as modes
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError, did_you_mean
from engine.tool import Config, FolderPath, Schemas, Source
from engine.types import Field, FieldType, Meaning, schema_of
from tools._files.listing import Listing, patterns, readable

_BATCH_ROWS = 8192
_ATTRIBUTES = {  # Alteryx's flags, in its order, with Windows' bit of each
    "Archive": 0x20,
    "Compressed": 0x800,
    "Encrypted": 0x4000,
    "Hidden": 0x2,
    "Normal": 0x80,
    "Offline": 0x1000,
    "ReadOnly": 0x1,
    "ReparsePoint": 0x400,
    "SparseFile": 0x200,
    "System": 0x4,
    "Temporary": 0x100,
}
_SCHEMA = schema_of(
    *(Field(name, FieldType.V_WString) for name in ("FullPath", "Directory", "FileName", "ShortFileName")),
    Field("CreationTime", FieldType.DateTime),
    Field("LastAccessTime", FieldType.DateTime, meaning=Meaning.fleeting),  # reading the file changes it
    Field("LastWriteTime", FieldType.DateTime),
    Field("Size", FieldType.Int64),
    *(Field(f"Attribute{name}", FieldType.Bool) for name in _ATTRIBUTES),
)


class DirectoryConfig(Config):
    path: FolderPath
    """The folder to list."""
    pattern: str | list[str] = "*"
    """Which file names to take: `*` is any text, `?` any character, capitals do not matter. Several patterns are
    separated by semicolons (`*.jpg;*.png`) or given as a list. `*.*` takes every file, as on Windows."""
    recurse: bool = False
    """Also list the folders inside."""
    hidden: bool = False
    """Also list hidden files (their name starts with a dot), Thumbs.db and desktop.ini, and look into hidden
    folders."""


class Directory(Source[DirectoryConfig]):
    """List the files of a folder: one record a file, with path, times and size.

    Records come sorted by path, the same on every machine. `FullPath` is what `ImageInput` and formulas such as
    `FileGetFileName(FileGetDir([FullPath]))` (the name of the folder a file is in) work on; `Directory` is the
    folder without a slash at its end. Times are in this machine's time zone, in whole seconds; `CreationTime` is the
    time of the last change where the file system keeps no other. `ShortFileName` equals `FileName`, except on Windows
    volumes that still make 8.3 names.

    Links are followed, each folder at most once on the way down. What cannot be listed (a folder without permission,
    a broken link, a name that is no valid text) is left out with a warning. Hidden files are left out unless asked for.

    Example: `{tool: Directory, path: samples/simpsons, pattern: "*.jpg;*.png", recurse: true}`
    """

    keywords = ("files", "folder", "images", "list")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        self._check_folder()
        return {"out": _SCHEMA}

    def reads(self) -> Iterator[str]:
        self._check_folder()
        return self._listing().paths()

    def open(self, context: Context) -> None:
        super().open(context)
        self._check_folder()

    def read(self) -> Iterator[pa.RecordBatch]:
        listing = self._listing(self.context.check)
        records = filter(None, (_record(path, listing) for path in listing.paths()))
        count = 0
        while rows := list(islice(records, _BATCH_ROWS)):
            count += len(rows)
            self.context.progress(None, f"{count:,} files")
            columns = [
                pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), _SCHEMA, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)
        self._report(listing, count)

    def _report(self, listing: Listing, count: int) -> None:
        if count == 0:
            wanted = " or ".join(patterns(self.config.pattern))
            hint = "" if self.config.recurse else "Set recurse: true to look into the folders inside, too."
            self.context.warning(f"No file in {self._folder} matches {wanted}.", hint=hint)
        if listing.left_out:
            self.context.info(f"{listing.left_out:,} hidden files or folders were left out.")
        for problem in listing.problems[:10]:
            self.context.warning(problem)
        if len(listing.problems) > 10:
            self.context.warning(f"{len(listing.problems) - 10:,} more could not be listed.")

    def _listing(self, check: Callable[[], None] = lambda: None) -> Listing:
        config = self.config
        return Listing(str(self._folder), config.pattern, recurse=config.recurse, hidden=config.hidden, check=check)

    @property
    def _folder(self) -> Path:
        path = self.home.path(self.config.path)
        return path.resolve() if ".." in path.parts else path

    def _check_folder(self) -> None:
        folder = self._folder
        if folder.is_dir():
            return
        if folder.exists():
            raise ToolError(f"{folder} is a file, not a folder.", hint="Use Input to read it.", setting="path")
        siblings = [entry.name for entry in folder.parent.iterdir() if entry.is_dir()] if folder.parent.is_dir() else []
        raise ToolError(f"There is no folder {folder}.", hint=did_you_mean(folder.name, siblings), setting="path")


def _record(path: str, listing: Listing) -> tuple[Any, ...] | None:
    """The values of a file's record, or None (and a problem) where it cannot be one."""
    try:
        path.encode()
        stat = os.stat(path)  # noqa: PTH116
    except UnicodeEncodeError:
        listing.problems.append(f"{readable(path)} was left out: its name is no valid text. Rename it.")
        return None
    except OSError as error:
        listing.problems.append(f"{readable(path)} was left out: {error.strerror}.")
        return None
    folder, name = os.path.split(path)
    created = getattr(stat, "st_birthtime", stat.st_ctime)
    times = (datetime.fromtimestamp(int(seconds)) for seconds in (created, stat.st_atime, stat.st_mtime))
    flags = _attributes(name, stat)
    return (path, folder, name, name, *times, stat.st_size, *(bool(flags & bit) for bit in _ATTRIBUTES.values()))


def _attributes(name: str, stat: os.stat_result) -> int:
    """Windows' attribute bits: its own there, else those that have a meaning elsewhere."""
    windows: int | None = getattr(stat, "st_file_attributes", None)
    if windows is not None:
        return windows
    hidden = _ATTRIBUTES["Hidden"] if name.startswith(".") else 0
    read_only = 0 if stat.st_mode & modes.S_IWUSR else _ATTRIBUTES["ReadOnly"]
    return hidden | read_only or _ATTRIBUTES["Normal"]
