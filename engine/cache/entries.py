"""What nodes sent and said, on disk by content key: `entries/<key>/`, each whole or not there at all.

    entry.json       what the node did (`Entry`)
    <anchor>.arrow   all records that left by an anchor, an Arrow file
    <anchor>.arrows  the first of them, as `engine.previews` writes them
    kept.arrow       what a Browse keeps
    named.json       instead of all those: the files that the data named to the node of this key

Written in a folder of another name and renamed. When a folder was last used is its modification time.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pydantic import BaseModel, ValidationError

from engine import events
from engine.cache.files import State, state
from engine.processes import is_alive

KEPT = "kept.arrow"
_PART = ".part-"


class AnchorFacts(BaseModel):
    """What left by an anchor; `stream`: whether all of it is here, `digest`: see `engine.digests`."""

    records: int
    bytes: int
    digest: str = ""
    stream: bool = False


class Entry(BaseModel):
    """What a node did.

    Attributes:
        node: what it was called; another workflow may call it otherwise.
        saved: Unix seconds.
        seconds: its own work.
        said: its messages and epochs.
        files: what it wrote, and how the files stood then; the entry holds only while they do.
    """

    tool: str
    node: str
    saved: float
    seconds: float
    anchors: dict[str, AnchorFacts] = {}
    said: list[events.Message | events.Epoch] = []
    files: dict[str, State] = {}


@dataclass(frozen=True)
class Found:
    """An entry and where it lies."""

    folder: Path
    entry: Entry

    def holds(self, anchors: set[str]) -> bool:
        """Whether all records of these anchors are here."""
        return all(anchor in self.entry.anchors and self.entry.anchors[anchor].stream for anchor in anchors)

    def is_true(self) -> bool:
        """Whether the files that it wrote still stand as it left them."""
        return all(state(path) == was for path, was in self.entry.files.items())

    def stream(self, anchor: str) -> Path:
        """All records that left by an anchor."""
        return self.folder / f"{anchor}.arrow"

    def preview(self, anchor: str) -> Path:
        """The first records that left by an anchor."""
        return self.folder / f"{anchor}.arrows"

    @property
    def kept(self) -> Path:
        """What a Browse keeps."""
        return self.folder / KEPT

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return _size(self.folder)


class Folders:
    """Folders by key, of which those that were not used for longest go first; shared by any number of processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(_size(folder) for folder in self._by_use())

    def evict(self, limit: int) -> None:
        """Remove what was not used for longest, until all take at most `limit` bytes."""
        sizes = {folder: _size(folder) for folder in self._by_use()}
        total = sum(sizes.values())
        for folder, size in sizes.items():
            if total <= limit:
                return
            self._remove(folder)
            total -= size

    def sweep(self) -> None:
        """Remove what processes left that were killed while they wrote."""
        for folder in self.folder.glob(f"{_PART}*"):
            process = folder.name.removeprefix(_PART).partition("-")[0]
            if not process.isdigit() or not is_alive(int(process)):
                shutil.rmtree(folder, ignore_errors=True)

    def _by_use(self) -> list[Path]:
        """The folders, the one that was not used for longest first."""
        with contextlib.suppress(OSError), os.scandir(self.folder) as scan:
            found = [(entry.stat().st_mtime_ns, entry.path) for entry in scan if not entry.name.startswith(_PART)]
            return [Path(path) for _, path in sorted(found)]
        return []

    def _remove(self, folder: Path) -> None:
        """Remove one at once for all who look for it, whatever becomes of its files then."""
        with contextlib.suppress(OSError):
            trash = _part_of(self.folder)
            folder.rename(trash)
            shutil.rmtree(trash, ignore_errors=True)


class Entries(Folders):
    """The entries of a cache folder."""

    def find(self, key: str) -> Found | None:
        """What is known of a key; it counts as used now."""
        folder = self.folder / key
        try:
            entry = Entry.model_validate_json((folder / "entry.json").read_bytes())
            os.utime(folder)
        except (OSError, ValidationError):
            return None
        return Found(folder, entry)

    def draft(self) -> Draft:
        """A new entry.

        Raises:
            OSError: there is no room, or no permission.
        """
        return Draft(self.folder)

    def named(self, key: str) -> list[str]:
        """The files that the data named to the node of this key, when it last ran."""
        try:
            os.utime(self.folder / key)
            paths: list[str] = json.loads((self.folder / key / "named.json").read_bytes())
        except (OSError, ValueError):
            return []
        return paths

    def set_named(self, key: str, paths: list[str]) -> None:
        """Remember which files the data named."""
        draft = self.draft()
        (draft.folder / "named.json").write_text(json.dumps(paths), encoding="utf-8")
        draft.place(key)

    def all(self) -> list[Found]:
        """Every entry, the one last used first."""
        found = []
        for folder in self._by_use():
            with contextlib.suppress(OSError, ValidationError):
                found.append(Found(folder, Entry.model_validate_json((folder / "entry.json").read_bytes())))
        return found[::-1]


class Draft:
    """An entry being written."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._place = folder
        self.folder = _part_of(folder)
        self.folder.mkdir()
        self._files: dict[str, tuple[pa.OSFile, pa.RecordBatchFileWriter]] = {}

    def write(self, anchor: str, batch: pa.RecordBatch) -> None:
        """Records have left by an anchor."""
        self.begin(anchor, batch.schema).write_batch(batch)

    def begin(self, anchor: str, schema: pa.Schema) -> pa.RecordBatchFileWriter:
        """The file of an anchor, begun if need be: an anchor by which nothing leaves has one too."""
        if anchor not in self._files:
            file = pa.OSFile(str(self.folder / f"{anchor}.arrow"), "wb")
            self._files[anchor] = (file, pa.ipc.new_file(file, schema))
        return self._files[anchor][1]

    def commit(self, key: str, entry: Entry) -> None:
        """The entry is whole."""
        self._end()
        (self.folder / "entry.json").write_text(entry.model_dump_json(), encoding="utf-8")
        self.place(key)

    def place(self, key: str) -> None:
        """Put the folder in the place of what is known of a key, if anything."""
        final = self._place / key
        old = _part_of(self._place)
        with contextlib.suppress(FileNotFoundError):
            final.rename(old)
        with contextlib.suppress(OSError):  # another process was faster with the same
            self.folder.rename(final)
        for left in (old, self.folder):
            shutil.rmtree(left, ignore_errors=True)

    def discard(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError, pa.ArrowException):
            self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self) -> None:
        for file, writer in self._files.values():
            writer.close()
            file.close()
        self._files = {}


def point(place: Path, target: Path) -> None:
    """Make `target` visible at `place` while it lasts, without keeping it alive; nothing where it is not there."""
    if target.exists():
        with contextlib.suppress(OSError):  # no links here: then the first records must do
            place.symlink_to(os.path.relpath(target, place.parent))


def _part_of(folder: Path) -> Path:
    return folder / f"{_PART}{os.getpid()}-{uuid.uuid4().hex[:12]}"


def _size(folder: Path) -> int:
    with contextlib.suppress(OSError):
        return sum(entry.stat().st_size for entry in _files_in(folder))
    return 0


def _files_in(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as scan:
        yield from scan
