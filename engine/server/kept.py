"""The records that a run left: of a Browse all, of every other output anchor the first."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.previews import CUT
from engine.server.refusal import Refusal

_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Slice:
    """Some records in a row, and the sizes of values that were too large to keep, by (field, row of the slice)."""

    records: pa.RecordBatch
    cut: dict[tuple[str, int], int]


@dataclass(frozen=True)
class Kept:
    """A stream that a run left: where it lies, its fields, how many records can be read."""

    path: Path
    schema: pa.Schema
    count: int
    whole: bool

    @classmethod
    def of(cls, folder: Path, node: str, anchor: str) -> Kept:
        """What a run left of a node's output anchor; without `anchor`, what a Browse kept.

        Raises:
            Refusal: nothing, or not yet.
        """
        if not _NAME.fullmatch(node) or (anchor and not _NAME.fullmatch(anchor)):
            raise Refusal(422, f"{node!r}.{anchor!r} is no anchor.")
        preview = folder / "anchors" / f"{node}.{anchor}.arrows"
        browse = folder / "results" / f"{node}.arrow"
        if anchor and preview.is_file():
            slice_ = _read_preview(preview)
            return cls(preview, slice_.records.schema, slice_.records.num_rows, whole=False)
        if browse.is_file():
            ends = _ends(browse, browse.stat().st_mtime_ns)
            with _open(browse) as reader:
                return cls(browse, reader.schema, ends[-1] if ends else 0, whole=True)
        raise Refusal(404, f"There are no records of {node} yet.", hint="They appear when the tool has sent some.")

    def read(self, offset: int, limit: int) -> Slice:
        """At most `limit` records from number `offset`."""
        if not self.whole:
            return _part(_read_preview(self.path), offset, limit)
        ends = _ends(self.path, self.path.stat().st_mtime_ns)
        with _open(self.path) as reader:
            parts = [reader.schema.empty_table()]
            for index in range(bisect_right(ends, offset), len(ends)):
                start = ends[index - 1] if index else 0
                if start >= offset + limit:
                    break
                rows = reader.get_batch(index).slice(max(offset - start, 0), offset + limit - max(start, offset))
                parts.append(pa.Table.from_batches([rows]))
            return Slice(_one_batch(pa.concat_tables(parts)), {})


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    # Mapped, so that of a batch of 16 MiB only the pages of the records asked for are read.
    with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as reader:
        yield reader


@lru_cache(64)
def _ends(path: Path, _modified: int) -> tuple[int, ...]:
    """After how many records each batch of a file ends."""
    with _open(path) as reader:
        return tuple(accumulate(reader.get_batch(index).num_rows for index in range(reader.num_record_batches)))


def _read_preview(path: Path) -> Slice:
    """A preview, also while it is being written or where its writer was killed: what is whole counts."""
    batches: list[pa.RecordBatch] = []
    cut: dict[tuple[str, int], int] = {}
    rows = 0
    with pa.OSFile(str(path)) as file:
        try:
            reader = pa.ipc.open_stream(file)
        except pa.ArrowInvalid:
            raise Refusal(404, "There are no records yet.", hint="They appear when the tool has sent some.") from None
        while (found := _next(reader)) is not None:
            batch, sizes = found
            for name, large in sizes.items():
                cut |= {(name, rows + int(row)): size for row, size in large.items()}
            batches.append(batch)
            rows += batch.num_rows
    return Slice(_one_batch(pa.Table.from_batches(batches, schema=reader.schema)), cut)


def _next(reader: Any) -> tuple[pa.RecordBatch, dict[str, dict[str, int]]] | None:
    try:
        batch, metadata = reader.read_next_batch_with_custom_metadata()
    except (StopIteration, pa.ArrowInvalid, OSError):
        return None
    return batch, json.loads(metadata[CUT]) if metadata and CUT in metadata else {}


def _part(slice_: Slice, offset: int, limit: int) -> Slice:
    cut = {(name, row - offset): size for (name, row), size in slice_.cut.items() if offset <= row < offset + limit}
    return Slice(slice_.records.slice(offset, limit), cut)


def _one_batch(table: pa.Table) -> pa.RecordBatch:
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)
