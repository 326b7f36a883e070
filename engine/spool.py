"""A stream set aside: in memory first, past a budget on disk.

All spools of a run share one budget. The spool that finds it exhausted moves to disk, with what it held, and stays
there. Files are read back by plain reads, not by mapping, so that a large spool does not count as memory.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa


class Budget:
    """Bytes that the spools of a run may hold in memory together.

    Args:
        within: a larger budget that all of it is taken from as well.
    """

    def __init__(self, total: int, within: Budget | None = None) -> None:
        self._free = total
        self._within = within
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Take `size` bytes; False, and nothing taken, where they are not there."""
        with self._lock:
            if size > self._free or (self._within and not self._within.take(size)):
                return False
            self._free -= size
            return True

    def give_back(self, size: int) -> None:
        """Give back what was taken."""
        with self._lock:
            self._free += size
        if self._within:
            self._within.give_back(size)


class Spool:
    """Batches of one schema, kept in order, to be read any number of times once all have come."""

    def __init__(self, schema: pa.Schema, budget: Budget, folder: Path) -> None:
        self.schema = schema
        self.rows = 0
        self.bytes = 0
        self._budget = budget
        self._path = folder / f"{uuid.uuid4().hex}.arrow"
        self._held: list[pa.RecordBatch] = []
        self._taken = 0
        self._file: pa.OSFile | None = None
        self._writer: pa.RecordBatchStreamWriter | None = None

    @property
    def on_disk(self) -> bool:
        """Whether the budget was not enough."""
        return self._path.exists()

    def append(self, batch: pa.RecordBatch) -> None:
        """Set a batch aside."""
        size = batch.nbytes
        self.rows += batch.num_rows
        self.bytes += size
        if self._writer is None and self._budget.take(size):
            self._taken += size
            self._held.append(batch)
            return
        if self._writer is None:
            self._move_to_disk()
        assert self._writer is not None
        self._writer.write_batch(batch)

    def _move_to_disk(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = pa.OSFile(str(self._path), "wb")
        self._writer = pa.ipc.new_stream(self._file, self.schema)
        for batch in self._held:
            self._writer.write_batch(batch)
        self._let_go()

    def _end_writing(self) -> None:
        if self._writer is not None and self._file is not None:
            self._writer.close()
            self._file.close()
            self._writer = self._file = None

    def _let_go(self) -> None:
        self._held = []
        self._budget.give_back(self._taken)
        self._taken = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """The batches, from the first; ends the writing."""
        self._end_writing()
        if not self.on_disk:
            yield from list(self._held)
            return
        with pa.OSFile(str(self._path)) as file, pa.ipc.open_stream(file) as reader:
            yield from reader

    def reader(self) -> pa.RecordBatchReader:
        """The same as a stream that DuckDB and Arrow read."""
        return pa.RecordBatchReader.from_batches(self.schema, iter(self))

    def close(self) -> None:
        """Let go of the memory and remove the file."""
        self._end_writing()
        self._let_go()
        self._path.unlink(missing_ok=True)
