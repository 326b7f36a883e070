"""Reading a .yxdb file as a stream of Arrow record batches."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from engine.errors import ToolError
from engine.types import find_field, schema_of
from tools.in_out.formats._fields import blank
from tools.in_out.formats.yxdb import header as head
from tools.in_out.formats.yxdb import metadata
from tools.in_out.formats.yxdb.blocks import THREADS, BlockReader
from tools.in_out.formats.yxdb.decode import Records, decode
from tools.in_out.formats.yxdb.errors import Damaged, explained
from tools.in_out.formats.yxdb.layout import MAX_RECORD, RECORDS_A_BLOCK, Column, layout_of
from tools.in_out.formats.yxdb.notes import Notes
from tools.in_out.formats.yxdb.scan import RecordStream

_MAX_BATCH = 16 << 20
_LENGTH = struct.Struct("<I")


class Reader:
    """A .yxdb file (the classic engine's format) as record batches.

    Args:
        path: the file.
        fields: which fields to read, in which order; all of them if None.
        limit: how many records to read at most.

    Raises:
        ToolError: the file is missing, is no .yxdb file, comes from the AMP engine, or is damaged.
    """

    def __init__(self, path: Path, *, fields: list[str] | None = None, limit: int | None = None) -> None:
        self.path = path
        self.wanted: Collection[str] | None = None
        self._notes = Notes()
        self._limit = limit
        with explained(path), path.open("rb") as file:
            self._size = file.seek(0, 2)
            file.seek(0)
            self.header = head.Header.unpack(file.read(head.SIZE), self._size)
            found = metadata.from_xml(file.read(2 * self.header.metadata_units), head.SIZE)
        self._layout = layout_of(found)
        if self._layout.least > MAX_RECORD:
            raise ToolError(f"{path} has records of more than 2 GiB.")
        every = schema_of(*found)
        names = every.names if fields is None else [find_field(every, name, setting="fields").name for name in fields]
        self._columns = [self._layout.columns[every.names.index(name)] for name in names]
        self.schema: pa.Schema = schema_of(*(column.field for column in self._columns))

    @property
    def records(self) -> int:
        """How many records the file holds."""
        return self.header.records

    @property
    def warnings(self) -> list[str]:
        """What had to be changed in the values read so far."""
        return list(self._notes)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        self._notes = Notes()
        left = self.records if self._limit is None else min(self._limit, self.records)
        first = 1
        with explained(self.path), self.path.open("rb") as file, ThreadPoolExecutor(THREADS, "yxdb") as pool:
            for begin, records in self._record_blocks(file):
                blocks = BlockReader(file, begin, self._end, pool, self.header.compressed)
                for batch in self._batches(blocks, min(records, left), first):
                    left -= batch.num_rows
                    first += batch.num_rows
                    yield from _bounded(batch)
                if not left:
                    return

    @property
    def _end(self) -> int:
        """Where the blocks end."""
        return self.header.index or self._size

    def _record_blocks(self, file: BinaryIO) -> Iterator[tuple[int, int]]:
        """Where each record block begins, and how many records it holds.

        Without an index (some writers leave it out), all records are taken as one block.
        """
        records = self.records
        if not records:
            return
        offsets = self._index(file) if self.header.index and self.header.compressed else []
        if not offsets:
            yield self.header.data, records
            return
        for number, offset in enumerate(offsets):
            yield offset, min(RECORDS_A_BLOCK, records - number * RECORDS_A_BLOCK)

    def _index(self, file: BinaryIO) -> list[int]:
        file.seek(self.header.index)
        count = _LENGTH.unpack(file.read(4))[0]
        if count == 0:
            return []
        expected = -(-self.records // RECORDS_A_BLOCK)
        if count != expected or 8 * count > self._size - self.header.index - 4:
            raise Damaged(f"an index of {count:,} record blocks, expected {expected:,}", self.header.index)
        offsets = np.frombuffer(file.read(8 * count), dtype="<i8")
        if offsets[0] < self.header.data or offsets[-1] >= self.header.index or (np.diff(offsets) <= 0).any():
            raise Damaged("the record-block index points outside the records", self.header.index + 4)
        return [int(offset) for offset in offsets]

    def _batches(self, blocks: BlockReader, records: int, first: int) -> Iterator[pa.RecordBatch]:
        """The next `records` records, decoded window by window; `first` is the number of the first, from 1."""
        stream = RecordStream(blocks, self._layout)
        while records:
            offset = stream.offset
            data, ends = stream.take(min(records, RECORDS_A_BLOCK))
            part = Records.within(data, ends, self._layout, first, offset)
            columns = [self._decoded(column, part) for column in self._columns]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
            records -= len(ends)
            first += len(ends)

    def _decoded(self, column: Column, part: Records) -> pa.Array:
        if self.wanted is not None and column.field.name not in self.wanted:
            return blank(column.field, len(part.ends))
        return decode(column, part, self._notes)


def _bounded(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The batch in pieces of at most 16 MiB, or one record."""
    if batch.nbytes <= _MAX_BATCH or batch.num_rows == 1:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _bounded(batch.slice(0, half))
    yield from _bounded(batch.slice(half))
