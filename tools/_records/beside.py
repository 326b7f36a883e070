"""What a query found out about records, brought together with the records themselves, in their order.

The query (a `Feed`) sees only the fields it needs and numbers; the records wait in a spool, untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from tools._records.groups import Numbers


class Found:
    """The rows of batches, taken as many at a time as are wanted."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._here: list[pa.RecordBatch] = []

    def take(self, count: int) -> list[pa.Array]:
        """The columns of the next `count` rows, which is at least one."""
        while sum(part.num_rows for part in self._here) < count:
            self._here.append(next(self._batches))
        together = pa.Table.from_batches(self._here)
        self._here = together.slice(count).to_batches()
        return [pa.concat_arrays(column.chunks) for column in together.slice(0, count).columns]


def beside(
    records: Iterable[pa.RecordBatch], found: Iterator[pa.RecordBatch]
) -> Iterator[tuple[pa.RecordBatch, list[pa.Array]]]:
    """Each batch of records with the columns found for it; `found` has a row for each record, in order."""
    rows = Found(found)
    for batch in records:
        if batch.num_rows:
            yield batch, rows.take(batch.num_rows)
    next(found, None)  # at its end, the query tells what it has to say of single records


def chosen(
    records: Iterable[pa.RecordBatch], numbers: Iterator[pa.RecordBatch]
) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
    """Each batch of records with a mask of those whose number is among `numbers`: one ascending column, from 0."""
    waiting: Numbers = np.zeros(0, np.int64)
    start, exhausted = 0, False
    for batch in records:
        end = start + batch.num_rows
        while not exhausted and (not len(waiting) or waiting[-1] < end):
            more = next(numbers, None)
            exhausted = more is None
            if more is not None:
                waiting = np.concatenate([waiting, more.column(0).to_numpy()])
        cut = int(np.searchsorted(waiting, end))
        mask = np.zeros(batch.num_rows, bool)
        mask[waiting[:cut] - start] = True
        waiting, start = waiting[cut:], end
        yield batch, pa.array(mask)
