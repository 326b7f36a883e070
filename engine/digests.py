"""A digest of what leaves each anchor, so that two runs can be compared.

The same records give the same digest, wherever batches end. Every value counts: the bytes are hashed as they lie in
memory, several GB a second. On a cluster, what never comes here has a digest while it is small, and else none; within
one query (see `engine.lines`) there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import numpy as np
import pyarrow as pa
import xxhash

from engine.station import Station, Watcher
from engine.types import Meaning, fields_of

_TRAVELS = 64 << 20  # bytes of an anchor that travel from a cluster for the sake of its digest alone


class Digests(Watcher):
    """The digests of a run, by (node, anchor)."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, str], str] = {}
        self._streams: dict[tuple[str, str], dict[int, _Column]] = {}
        self._bytes: Counter[tuple[str, str]] = Counter()
        self._partly: set[tuple[str, str]] = set()

    def wants(self, node: str, anchor: str) -> Collection[int] | None:
        if self._bytes[node, anchor] < _TRAVELS:
            return None
        self._partly.add((node, anchor))
        return ()

    def left_out(self, node: str, anchor: str) -> None:
        self._partly.add((node, anchor))

    def sent(self, station: Station, anchor: str, batch: pa.RecordBatch) -> None:
        if (station.name, anchor) not in self._streams:
            self._streams[station.name, anchor] = _columns(batch.schema)
        self._bytes[station.name, anchor] += batch.nbytes
        for index, column in self._streams[station.name, anchor].items():
            column.take(batch.column(index))

    def ended(self, station: Station) -> None:
        for anchor, schema in {**station.declared, **station.emitted}.items():
            if schema is not None and (station.name, anchor) not in self._partly:
                whole = xxhash.xxh3_128(f"{schema.remove_metadata()} {station.records.get(anchor, 0)}".encode())
                for column in self._streams.pop((station.name, anchor), {}).values():
                    whole.update(column.digest())
                self.of[station.name, anchor] = whole.hexdigest()


def _columns(schema: pa.Schema) -> dict[int, _Column]:
    """One for each field by its place, but for those that differ by nature: reports tell of times, too."""
    differ = (Meaning.fleeting, Meaning.report)
    return {index: _Column() for index, field in enumerate(fields_of(schema)) if field.meaning not in differ}


class _Column:
    """Which records have no value, how long each value is, and what is in them: three streams of bytes."""

    def __init__(self) -> None:
        self._records = 0
        self._nulls, self._lengths, self._content = (xxhash.xxh3_128() for _ in range(3))

    def take(self, values: pa.Array) -> None:
        present = values
        if values.null_count:
            places = np.flatnonzero(values.is_null().to_numpy(zero_copy_only=False)) + self._records
            self._nulls.update(places.data)
            present = values.drop_null()
        self._records += len(values)
        if len(present) == 0:
            return
        if pa.types.is_boolean(present.type):
            present = present.cast(pa.uint8())
        start, end = present.offset, present.offset + len(present)
        if pa.types.is_binary(present.type) or pa.types.is_string(present.type):
            offsets = np.frombuffer(present.buffers()[1], np.int32)[start : end + 1]
            self._lengths.update(np.diff(offsets).data)
            if present.buffers()[2] is not None:
                self._content.update(memoryview(present.buffers()[2])[offsets[0] : offsets[-1]])
        else:
            width = present.type.bit_width // 8
            self._content.update(memoryview(present.buffers()[1])[start * width : end * width])

    def digest(self) -> bytes:
        return b"".join(hashed.digest() for hashed in (self._nulls, self._lengths, self._content))
