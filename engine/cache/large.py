"""Large results by content, each a file: the weights of a network, say. Nothing of them is copied where links are."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path

from engine.files import link


class LargeFiles:
    """Files by key in a folder, of which those that were not used for longest go first; for any number of processes.

    When a file was last used is its modification time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, key: bytes, place: Path) -> bool:
        """Have the file of a key stand at `place` too, to be read and not changed; whether it is known."""
        known = self._folder / key.hex()
        with contextlib.suppress(OSError):
            os.utime(known)
            link(known, place)  # which stays when this one goes
        return place.exists()

    def keep(self, key: bytes, file: Path) -> None:
        """Remember a file that will not be changed any more.

        Raises:
            OSError: there is no room, or no permission.
        """
        part = self._folder / f".part-{uuid.uuid4().hex}"
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            link(file, part)
            part.replace(self._folder / key.hex())
        finally:
            part.unlink(missing_ok=True)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(size for _, size, _ in self._by_use())

    def evict(self, limit: int) -> None:
        """Remove what was not used for longest, until all take at most `limit` bytes."""
        total = self.size
        for _, size, path in self._by_use():
            if total <= limit:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size

    def _by_use(self) -> list[tuple[int, int, Path]]:
        """When each was used, its size and where it is; the one that was not used for longest first."""
        with contextlib.suppress(OSError), os.scandir(self._folder) as scan:
            states = [(entry.stat(), Path(entry.path)) for entry in scan]
            return sorted((state.st_mtime_ns, state.st_size, path) for state, path in states)
        return []
