"""The folder of a cache: how large it may be, and how it is tidied and cleared."""

from __future__ import annotations

import shutil
from functools import cached_property
from pathlib import Path

from engine.cache.entries import Entries, Folders
from engine.cache.memo import MemoFile

LIMIT = 20 << 30
"""Bytes of a cache, where nobody chose another limit: half for entries, the rest for small results and checkpoints."""


class CacheFolder:
    """`.flowrun/cache` beside the workflows of a folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / ".flowrun" / "cache"
        self.entries = Entries(self.folder / "entries")
        self._unfinished = Folders(self.folder / "unfinished")

    @cached_property
    def memo(self) -> MemoFile:
        """Small results by content."""
        return MemoFile(self.folder / "memo.sqlite")

    @property
    def limit(self) -> int:
        """Bytes that it may take."""
        try:
            return int((self.folder / "limit").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return LIMIT

    @limit.setter
    def limit(self, size: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "limit").write_text(str(size), encoding="ascii")

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        memo = self.memo.size if (self.folder / "memo.sqlite").exists() else 0
        return self.entries.size + self._unfinished.size + self.memo.large.size + memo

    def tidy(self) -> None:
        """Keep to the limit, and remove what killed runs left."""
        for folders, limit in ((self.entries, self.limit // 2), (self._unfinished, self.limit // 4)):
            folders.sweep()
            folders.evict(limit)
        self.memo.large.evict(self.limit // 16)
        if (self.folder / "memo.sqlite").exists():
            self.memo.evict(self.limit // 4 - self.limit // 16)

    def clear(self) -> None:
        """Forget everything; the limit stays."""
        for name in ("entries", "unfinished", "last", "memo.files"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for path in self.folder.glob("memo.sqlite*"):
            path.unlink(missing_ok=True)

    def unfinished(self, key: str) -> Path:
        """Where a node of this key keeps what it needs to go on."""
        folder = self._unfinished.folder / key
        folder.mkdir(parents=True, exist_ok=True)
        return folder
