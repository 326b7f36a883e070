"""What a query found out about records, brought together with the records themselves, in their order.

The query (a `Feed`) sees only the fields it needs and numbers; the records wait in a spool, untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from tools._records.groups import Numbers


def beside(
    records: Iterable[pa.RecordBatch], found: Iterator[pa.RecordBatch]
) -> Iterator[tuple[pa.RecordBatch, list[pa.Array]]]:
    """Each batch of records with the columns found for it; `found` has a row for each record, in order."""
    waiting: list[pa.RecordBatch] = []
    for batch in records:
        while sum(part.num_rows for part in waiting) < batch.num_rows:
            waiting.append(next(found))
        if not waiting:
            continue
        together = pa.Table.from_batches(waiting)
        columns = together.slice(0, batch.num_rows).combine_chunks().columns
        waiting = together.slice(batch.num_rows).to_batches()
        yield batch, [pa.concat_arrays(column.chunks) if column.num_chunks else _empty(column) for column in columns]
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


def _empty(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([], column.type)
