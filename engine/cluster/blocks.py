"""Batches put together, or cut, into blocks that a worker is busy with for a moment."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from engine.batches import MAX_BYTES, MAX_ROWS

_SECONDS = 0.5  # that a block should take at least: many times what its way costs, and soon enough lost and done again
_SECONDS_A_WORKER = (
    0.05  # more where there are many: a block costs this machine 15 ms, and so a third of a core at most
)
_FIRST, _GROWTH = 64, 4  # records of the first block (a network's batch), and how much larger the next may be


class Blocks:
    """Cuts a stream of batches; the time that blocks took says how large the next ones are.

    Args:
        first: records of the first block, and of the smallest.
        workers: how many there are to be kept busy.
    """

    def __init__(self, first: int = _FIRST, workers: int = 1) -> None:
        self._first = self._records = first
        self._seconds = max(_SECONDS, _SECONDS_A_WORKER * workers)
        self._waiting: list[pa.RecordBatch] = []
        self._count = self._size = 0

    def add(self, batch: pa.RecordBatch) -> Iterator[list[pa.RecordBatch]]:
        """Take a batch in; yields every full block."""
        while batch.num_rows:
            room = min(self._records - self._count, self._fitting(batch))
            part, batch = batch.slice(0, max(room, 1)), batch.slice(max(room, 1))
            self._waiting.append(part)
            self._count += part.num_rows
            self._size += part.nbytes
            if self._count >= self._records or self._size >= MAX_BYTES:
                yield from self.rest()

    def rest(self) -> Iterator[list[pa.RecordBatch]]:
        """What waits, if anything."""
        block, self._waiting, self._count, self._size = self._waiting, [], 0, 0
        if block:
            yield block

    def learn(self, records: int, seconds: float) -> None:
        """A block of so many records has taken so long."""
        if records and seconds:
            fitting = int(self._seconds * records / seconds)
            largest = min(fitting, _GROWTH * max(records, self._records), MAX_ROWS)
            self._records = max(largest // self._first, 1) * self._first

    def _fitting(self, batch: pa.RecordBatch) -> int:
        """How many records of a batch still fit by their size."""
        return int((MAX_BYTES - self._size) / max(batch.nbytes / batch.num_rows, 1))
