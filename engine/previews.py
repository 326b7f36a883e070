"""The first records that leave each output anchor, kept so that every wire can be looked at without a Browse.

One Arrow IPC stream an anchor, `<node>.<anchor>.arrows`, written as the records pass: it can be read at any moment of
the run, and what was written stays readable if the process is killed. Values too large for a preview are left out
(null); the batch's metadata then says how large they are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.station import Station, Watcher

RECORDS = 100
BYTES = 4 << 20
LARGEST_VALUE = 16 << 20
"""The first record is kept even past `BYTES`, so that a large photo can be seen, but no value larger than this."""
CUT = b"flowrun:cut"
"""Metadata of a batch: the sizes of values that were left out, as JSON `{field: {row of the batch: bytes}}`."""


@dataclass
class _Preview:
    file: pa.OSFile
    writer: pa.RecordBatchStreamWriter
    records: int = 0
    bytes: int = 0

    def close(self) -> None:
        self.writer.close()
        self.file.close()


@dataclass
class Previews(Watcher):
    """The previews of a run, in `folder`."""

    folder: Path
    _open: dict[tuple[str, str], _Preview] = field(default_factory=dict)
    _full: set[tuple[str, str]] = field(default_factory=set)

    def wants(self, node: str, anchor: str) -> Collection[int] | None:
        return () if (node, anchor) in self._full else None

    def sent(self, station: Station, anchor: str, batch: pa.RecordBatch) -> None:
        self.see(station.name, anchor, batch)

    def ended(self, station: Station) -> None:
        self.end(station.name, {**station.declared, **station.emitted})

    def see(self, node: str, anchor: str, batch: pa.RecordBatch) -> None:
        """Records have left a node; the first of them are copied, so that nothing of the batch stays alive."""
        if (node, anchor) in self._full or not batch.num_rows:
            return
        try:
            preview = self._begin(node, anchor, batch.schema)
            self._take(preview, batch)
            if preview.records >= RECORDS:
                self._end(node, anchor)
        except OSError:
            # A full disk must not cost the run for the sake of a preview; where it matters, another tool will say so.
            self._full.add((node, anchor))

    def end(self, node: str, schemas: Mapping[str, pa.Schema | None]) -> None:
        """Nothing more leaves a node; an anchor by which nothing left shows its fields."""
        for anchor, schema in schemas.items():
            if schema is not None and (node, anchor) not in self._full:
                try:
                    self._begin(node, anchor, schema)
                    self._end(node, anchor)
                except OSError:
                    self._full.add((node, anchor))

    def _begin(self, node: str, anchor: str, schema: pa.Schema) -> _Preview:
        if (node, anchor) not in self._open:
            self.folder.mkdir(exist_ok=True)
            path = self.folder / f"{node}.{anchor}.arrows"
            path.unlink(missing_ok=True)  # it may be a link to what the cache holds
            file = pa.OSFile(str(path), "wb")
            self._open[node, anchor] = _Preview(file, pa.ipc.new_stream(file, schema))
        return self._open[node, anchor]

    def _take(self, preview: _Preview, batch: pa.RecordBatch) -> None:
        head, sizes = _without_large_values(batch.slice(0, RECORDS - preview.records))
        weights = np.cumsum(_record_sizes(head)) + preview.bytes
        fitting = int(np.searchsorted(weights, BYTES, side="right"))
        count = max(fitting, 1 - min(preview.records, 1))  # the first record always
        cut = {name: {row: size for row, size in rows.items() if int(row) < count} for name, rows in sizes.items()}
        if count:
            metadata = {CUT: json.dumps(cut)} if any(cut.values()) else None
            preview.writer.write_batch(head.slice(0, count), custom_metadata=metadata)
            preview.bytes = int(weights[count - 1])
        preview.records = RECORDS if fitting < head.num_rows else preview.records + count

    def _end(self, node: str, anchor: str) -> None:
        self._full.add((node, anchor))
        self._open.pop((node, anchor)).close()


def _record_sizes(batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """The bytes of each record, roughly."""
    sizes = np.full(batch.num_rows, 8 * batch.num_columns, np.int64)
    for column in batch.columns:
        if _is_long(column.type):
            sizes += pc.fill_null(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    return sizes


def _without_large_values(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, dict[str, dict[str, int]]]:
    """The batch with values that are too large replaced by null, and their sizes by field and row."""
    cut: dict[str, dict[str, int]] = {}
    for index, column in enumerate(batch.columns):
        if not _is_long(column.type):
            continue
        lengths = pc.fill_null(pc.binary_length(column), 0)
        large = pc.greater(lengths, LARGEST_VALUE)
        if pc.any(large).as_py():
            rows = pc.indices_nonzero(large).to_pylist()
            cut[batch.schema.names[index]] = {str(row): lengths[row].as_py() for row in rows}
            # Taking by an index that is null copies nothing of the value; `if_else` would carry its bytes along.
            kept = column.take(pc.if_else(large, None, pa.array(range(len(column)))))
            batch = batch.set_column(index, batch.schema.field(index), kept)
    return batch, cut


def _is_long(type_: pa.DataType) -> bool:
    return bool(pa.types.is_binary(type_) or pa.types.is_string(type_))
