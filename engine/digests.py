"""A digest of what leaves each anchor, so that two runs can be compared.

The same records give the same digest, wherever batches end. Of each field the first megabyte counts, and how many
records there were: with sixteen, digests took a sixth of the time of a fast workflow. Files that are written have
digests of all that is in them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from engine.station import Station, Watcher
from engine.types import BLOBS, TEXTS, Meaning, fields_of

_MOST = 1 << 20  # bytes of a field


class Digests(Watcher):
    """The digests of a run, by (node, anchor)."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, str], str] = {}
        self._streams: dict[tuple[str, str], dict[int, _Column]] = {}

    def sent(self, station: Station, anchor: str, batch: pa.RecordBatch) -> None:
        if (station.name, anchor) not in self._streams:
            self._streams[station.name, anchor] = _columns(batch.schema)
        for index, column in self._streams[station.name, anchor].items():
            if not column.full:
                column.take(batch.column(index))

    def ended(self, station: Station) -> None:
        for anchor, schema in {**station.declared, **station.emitted}.items():
            if schema is not None:
                whole = xxhash.xxh3_128(f"{schema.remove_metadata()} {station.records.get(anchor, 0)}".encode())
                for column in self._streams.pop((station.name, anchor), {}).values():
                    whole.update(column.digest())
                self.of[station.name, anchor] = whole.hexdigest()


def _columns(schema: pa.Schema) -> dict[int, _Column]:
    """One for each field by its place, but for those that differ by nature: reports tell of times, too."""
    differ = (Meaning.fleeting, Meaning.report)
    return {
        index: _Column(varying=field.type in (*TEXTS, *BLOBS))
        for index, field in enumerate(fields_of(schema))
        if field.meaning not in differ
    }


class _Column:
    """Which values are there, how long each is, and what is in them: three streams of bytes, each up to a limit.

    The limits are those of about as many records where a value takes eight bytes.
    """

    def __init__(self, varying: bool) -> None:
        self._hashes = [xxhash.xxh3_128() for _ in range(3)]
        self._left = [_MOST // 8, _MOST // 2 if varying else 0, _MOST]

    @property
    def full(self) -> bool:
        """Whether nothing that is yet to come counts."""
        return not any(self._left)

    def take(self, values: pa.Array) -> None:
        self._add(0, values.is_valid().cast(pa.uint8()).buffers()[1])
        present = values.drop_null() if values.null_count else values
        if len(present) == 0:
            return
        if pa.types.is_boolean(present.type):
            present = present.cast(pa.uint8())
        if pa.types.is_binary(present.type) or pa.types.is_string(present.type):
            offsets = np.frombuffer(present.buffers()[1], np.int32)[present.offset : present.offset + len(present) + 1]
            self._add(1, pc.binary_length(present).buffers()[1])
            if present.buffers()[2] is not None:
                self._add(2, memoryview(present.buffers()[2])[offsets[0] : offsets[-1]])
        else:
            width = present.type.bit_width // 8
            end = present.offset + len(present)
            self._add(2, memoryview(present.buffers()[1])[present.offset * width : end * width])

    def _add(self, stream: int, data: Any) -> None:
        view = memoryview(data)[: self._left[stream]]
        self._left[stream] -= len(view)
        self._hashes[stream].update(view)

    def digest(self) -> bytes:
        return b"".join(hashed.digest() for hashed in self._hashes)
