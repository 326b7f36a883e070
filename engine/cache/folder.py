"""The folder of a cache: how large it may be, and how it is tidied and cleared."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from engine.cache.entries import Entries
from engine.cache.memo import MemoFile

LIMIT = 20 << 30
"""Bytes of a cache, where nobody chose another limit: three parts of four for entries, the rest for small results."""
_FORGOTTEN = 7 * 86_400  # seconds after which nobody will go on with what was not finished


class CacheFolder:
    """`.flowrun/cache` beside the workflows of a folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / ".flowrun" / "cache"
        self.entries = Entries(self.folder / "entries")

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
        return self.entries.size + memo

    def tidy(self) -> None:
        """Keep to the limit, and remove what killed runs left."""
        self.entries.sweep()
        for folder in (self.folder / "unfinished").glob("*"):
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime > _FORGOTTEN:
                    shutil.rmtree(folder, ignore_errors=True)
        self.entries.evict(self.limit * 3 // 4)
        if (self.folder / "memo.sqlite").exists():
            self.memo.evict(self.limit // 4)

    def clear(self) -> None:
        """Forget everything; the limit stays."""
        for name in ("entries", "unfinished", "last"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for path in self.folder.glob("memo.sqlite*"):
            path.unlink(missing_ok=True)

    def unfinished(self, key: str) -> Path:
        """Where a node of this key keeps what it needs to go on."""
        folder = self.folder / "unfinished" / key
        folder.mkdir(parents=True, exist_ok=True)
        return folder
