"""Whole Arrow files of any size, read in place: of what is asked for, nothing more comes into memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Rows = npt.NDArray[np.int64]
"""Numbers of records, from 0."""


def count(path: Path) -> int:
    """How many records a file holds."""
    ends = _ends_of(path)
    return ends[-1] if ends else 0


def schema(path: Path) -> pa.Schema:
    """The schema of a file."""
    with _open(path) as reader:
        return reader.schema


def read(path: Path, offset: int, limit: int, fields: Sequence[str]) -> pa.RecordBatch:
    """The fields of at most `limit` records from number `offset`."""
    ends = _ends_of(path)
    with _open(path) as reader:
        parts = []
        for index in range(bisect_right(ends, offset), len(ends)):
            start = ends[index - 1] if index else 0
            if start >= offset + limit:
                break
            rows = reader.get_batch(index).slice(max(offset - start, 0), offset + limit - max(start, offset))
            parts.append(rows.select(list(fields)))
        return one_batch(parts, _only(reader.schema, fields))


def take(path: Path, rows: Rows, fields: Sequence[str]) -> pa.RecordBatch:
    """The fields of certain records, in the order in which they are named."""
    ends = np.array(_ends_of(path), np.int64)
    within = np.searchsorted(ends, rows, side="right")  # the batch of each record
    order = np.argsort(within, kind="stable")
    borders = np.flatnonzero(np.diff(within[order])) + 1
    with _open(path) as reader:
        parts = []
        for places in np.split(order, borders) if len(rows) else ():
            index = int(within[places[0]])
            batch = reader.get_batch(index).select(list(fields))
            parts.append(batch.take(pa.array(rows[places] - (ends[index - 1] if index else 0))))
        found = one_batch(parts, _only(reader.schema, fields))
    return found.take(pa.array(np.argsort(order))) if len(parts) > 1 else found


def batches(path: Path, fields: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The fields of all records, a batch at a time as they are stored."""
    with _open(path) as reader:
        for index in range(reader.num_record_batches):
            yield reader.get_batch(index).select(list(fields))


def one_batch(parts: Sequence[pa.RecordBatch], schema_: pa.Schema) -> pa.RecordBatch:
    """Batches as one."""
    joined = pa.Table.from_batches(parts, schema=schema_).combine_chunks().to_batches()
    return joined[0] if joined else pa.RecordBatch.from_arrays([pa.array([], f.type) for f in schema_], schema=schema_)


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    # Mapped, so that of a batch of 16 MiB only the pages of the records asked for are read.
    with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as reader:
        yield reader


def _ends_of(path: Path) -> tuple[int, ...]:
    return _ends(path, path.stat().st_mtime_ns)


@lru_cache(64)
def _ends(path: Path, _modified: int) -> tuple[int, ...]:
    """After how many records each batch of a file ends."""
    with _open(path) as reader:
        sizes = (reader.get_batch(index).num_rows for index in range(reader.num_record_batches))
        return tuple(np.cumsum([*sizes]).tolist())


def _only(whole: pa.Schema, fields: Sequence[str]) -> pa.Schema:
    return pa.schema([whole.field(name) for name in fields], whole.metadata)
