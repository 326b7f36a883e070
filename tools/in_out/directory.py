"""Directory: one record a file."""

from __future__ import annotations

import os
import re
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

_BATCH_ROWS = 8192
_JUNK = {"thumbs.db", "desktop.ini"}  # what Windows leaves in folders of pictures
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
        return _Listing(self.config, self._folder).paths()

    def open(self, context: Context) -> None:
        super().open(context)
        self._check_folder()

    def read(self) -> Iterator[pa.RecordBatch]:
        listing = _Listing(self.config, self._folder, self.context.check)
        records = filter(None, map(listing.record, listing.paths()))
        count = 0
        while rows := list(islice(records, _BATCH_ROWS)):
            count += len(rows)
            self.context.progress(None, f"{count:,} files")
            columns = [
                pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), _SCHEMA, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)
        self._report(listing, count)

    def _report(self, listing: _Listing, count: int) -> None:
        if count == 0:
            wanted = " or ".join(_patterns(self.config.pattern))
            hint = "" if self.config.recurse else "Set recurse: true to look into the folders inside, too."
            self.context.warning(f"No file in {self._folder} matches {wanted}.", hint=hint)
        if listing.hidden:
            self.context.info(f"{listing.hidden:,} hidden files or folders were left out.")
        for problem in listing.problems[:10]:
            self.context.warning(problem)
        if len(listing.problems) > 10:
            self.context.warning(f"{len(listing.problems) - 10:,} more could not be listed.")

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


def _patterns(pattern: str | list[str]) -> list[str]:
    parts = pattern.split(";") if isinstance(pattern, str) else pattern
    return [part.strip() for part in parts if part.strip()] or ["*"]


def _matcher(pattern: str | list[str]) -> re.Pattern[str]:
    """One regular expression for all patterns; only `*` and `?` are special, brackets are plain text."""
    parts = ("*" if part == "*.*" else part for part in _patterns(pattern))
    texts = (re.escape(part).replace(r"\*", ".*").replace(r"\?", ".") for part in parts)
    return re.compile("|".join(texts), re.IGNORECASE | re.DOTALL)


class _Listing:
    """A walk through a folder in order of path, with one folder's names a level in memory.

    It works on plain strings: a million Path objects would cost seconds.
    """

    def __init__(self, config: DirectoryConfig, folder: Path, check: Callable[[], None] = lambda: None) -> None:
        self._root = str(folder)
        self._config = config
        self._check = check
        self._matches = _matcher(config.pattern).fullmatch
        self.problems: list[str] = []
        self.hidden = 0

    def paths(self) -> Iterator[str]:
        """The paths of the files that match."""
        return self._walk(self._root, ())

    def _walk(self, folder: str, above: tuple[tuple[int, int], ...]) -> Iterator[str]:
        self._check()
        try:
            here = os.stat(folder)  # noqa: PTH116
            if (here.st_dev, here.st_ino) in above:
                self.problems.append(f"{_readable(folder)} links back to a folder above it; it was left out.")
                return
            entries = sorted(self._entries(folder))
        except OSError as error:
            self.problems.append(f"{_readable(folder)} was left out: {error.strerror}.")
            return
        for _, name, is_folder in entries:
            path = os.path.join(folder, name)  # noqa: PTH118
            if is_folder:
                yield from self._walk(path, (*above, (here.st_dev, here.st_ino)))
            else:
                yield path

    def _entries(self, folder: str) -> Iterator[tuple[str, str, bool]]:
        """What to take of a folder, with a key that sorts whole paths: a folder's name sorts with its slash."""
        with os.scandir(folder) as scan:
            for entry in scan:
                is_folder = entry.is_dir()
                if not (self._config.recurse if is_folder else self._matches(entry.name)):
                    continue
                if not self._config.hidden and (entry.name.startswith(".") or entry.name.lower() in _JUNK):
                    self.hidden += 1
                elif is_folder or entry.is_file() or entry.is_symlink():
                    yield entry.name + os.sep * is_folder, entry.name, is_folder

    def record(self, path: str) -> tuple[Any, ...] | None:
        """The values of a file's record, or None (and a problem) where it cannot be one."""
        try:
            path.encode()
            stat = os.stat(path)  # noqa: PTH116
        except UnicodeEncodeError:
            self.problems.append(f"{_readable(path)} was left out: its name is no valid text. Rename it.")
            return None
        except OSError as error:
            self.problems.append(f"{_readable(path)} was left out: {error.strerror}.")
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


def _readable(path: str) -> str:
    return path.encode(errors="surrogateescape").decode(errors="replace")
