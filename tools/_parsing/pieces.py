"""Texts taken apart: a list of pieces a record becomes fields, or records."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.batches import rows_of, width


def lengths(lists: pa.ListArray) -> npt.NDArray[np.int64]:
    """How many pieces each record has; 0 for Null."""
    counts: npt.NDArray[np.int64] = pc.list_value_length(lists).fill_null(0).cast(pa.int64()).to_numpy()
    return counts


def as_columns(lists: pa.ListArray, count: int) -> list[pa.Array]:
    """The first `count` pieces of each record, a column for each place; Null where there are fewer."""
    counts = lengths(lists)
    starts, pieces = np.cumsum(counts) - counts, lists.flatten()
    return [pieces.take(pa.array(starts + place, mask=counts <= place)) for place in range(count)]


def as_records(batch: pa.RecordBatch, lists: pa.ListArray, column: int, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """A record for each piece, with the other fields repeated; a record without pieces stays, with Null.

    Args:
        batch: the records.
        lists: the pieces of each.
        column: which column of the result holds them: one of the batch, or the one behind its last.
        schema: of the result.
    """
    pieces, counts = lists.flatten(), lengths(lists)
    parents = np.repeat(np.arange(batch.num_rows), np.maximum(counts, 1))
    places = np.cumsum(np.repeat(counts, np.maximum(counts, 1)) > 0) - 1
    values = pieces.take(pa.array(places, mask=counts[parents] == 0))
    most = rows_of(width(batch))
    for start in range(0, len(parents), most):
        repeated = batch.take(pa.array(parents[start : start + most]))
        columns = [*repeated.columns[:column], values.slice(start, most), *repeated.columns[column + 1 :]]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)
