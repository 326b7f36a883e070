"""Small results by content, one SQLite file for all of them: what was computed for a record is not computed again.

Keys are digests of everything that a value depends on. What is large lies in files beside it (`large`). SQLite lets
several processes read and write at once, and a process killed in the middle of a write leaves the file whole.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from engine.cache.large import LargeFiles

T = TypeVar("T")

_SCHEMA = """
create table if not exists item (key blob primary key, used integer not null, value blob not null);
create index if not exists item_by_use on item (used);
"""
_KEYS_AT_ONCE = 500
_PATIENCE = 5.0  # seconds to wait for another process that writes
_HOUR = 3600


class MemoFile:
    """Values by key, in a file. Safe from several threads and several processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self.large = LargeFiles(path.with_suffix(".files"))
        self.problem = ""
        """Why nothing is remembered any more, where something went wrong."""

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values of those keys that are known."""
        return self._do(lambda connection: _get(connection, keys), {})

    def put(self, items: Mapping[bytes, bytes]) -> None:
        """Remember values, all or none."""
        rows = ((key, _this_hour(), value) for key, value in items.items())
        self._do(lambda c: c.executemany("insert or replace into item values (?, ?, ?)", rows), None)

    @property
    def size(self) -> int:
        """Bytes in use."""
        return self._do(_used, 0)

    def evict(self, limit: int) -> None:
        """Forget what was not used for longest, until at most `limit` bytes are in use."""
        self._do(lambda connection: _evict(connection, limit), None)
        self._do(lambda connection: connection.execute("pragma incremental_vacuum").fetchall(), None)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _do(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Work in a transaction. What goes wrong is noted, and the file not asked again."""
        with self._lock:
            if self.problem:
                return otherwise
            try:
                if self._connection is None:
                    self._connection = _opened(self._path)
                with self._connection as connection:
                    return work(connection)
            except (sqlite3.Error, OSError) as error:
                self.problem = f"{self._path.name} cannot be used: {error}."
                return otherwise


class Memo:
    """The values of one kind among all that a `MemoFile` holds.

    Args:
        file: where they are; None where nothing is to be remembered.
        kind: what they are, and a version of how they are made: `"scaled picture 1"`.
    """

    def __init__(self, file: MemoFile | None, kind: str) -> None:
        self._file = file
        self._prefix = hashlib.blake2b(kind.encode(), digest_size=8).digest()

    @property
    def off(self) -> bool:
        """Whether nothing is remembered, so that nobody need compute keys."""
        return self._file is None

    def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The value of each key, None where it is not known."""
        if self._file is None:
            return [None] * len(keys)
        found = self._file.get([self._prefix + key for key in keys])
        return [found.get(self._prefix + key) for key in keys]

    def put(self, items: Mapping[bytes, bytes]) -> None:
        """Remember values; what cannot be written is forgotten."""
        if self._file is not None and items:
            self._file.put({self._prefix + key: value for key, value in items.items()})

    def fetch(self, key: bytes, place: Path) -> bool:
        """Have a large value stand at `place`, a new file to be read and not changed; whether it is known."""
        return self._file is not None and self._file.large.fetch(self._prefix + key, place)

    def keep(self, key: bytes, file: Path) -> None:
        """Remember a file, which will not be changed any more, as a large value; if it cannot be kept, forget it."""
        if self._file is not None:
            try:
                self._file.large.keep(self._prefix + key, file)
            except OSError as error:
                self._file.problem = f"{file.name} cannot be kept: {error.strerror}."


def _get(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    now = _this_hour()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        marks = ",".join("?" * len(some))
        rows = connection.execute(f"select key, used, value from item where key in ({marks})", some).fetchall()  # noqa: S608
        found.update((key, value) for key, _, value in rows)
        stale = [(now, key) for key, used, _ in rows if used < now]
        connection.executemany("update item set used = ? where key = ?", stale)
    return found


def _evict(connection: sqlite3.Connection, limit: int) -> None:
    oldest = "select key from item order by used limit (select count(*) / 8 + 1 from item)"
    while _used(connection) > limit:
        if not connection.execute(f"delete from item where key in ({oldest})").rowcount:  # noqa: S608
            return


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:  # damaged, and only a cache: begin anew
        for part in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + part).unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
    # A large page, and a journal of what is overwritten alone: pictures are written once, at a third of the time that a
    # write-ahead log and the usual 4 KiB take.
    connection.execute("pragma page_size = 16384")
    connection.execute("pragma auto_vacuum = incremental")
    connection.execute("pragma journal_mode = truncate")
    connection.execute("pragma synchronous = off")  # a power cut may cost the file, a killed process does not
    connection.executescript(_SCHEMA)
    return connection


def _used(connection: sqlite3.Connection) -> int:
    pages, free, size = (
        connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _this_hour() -> int:
    return int(time.time()) // _HOUR
