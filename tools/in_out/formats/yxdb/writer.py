"""Writing a .yxdb file from a stream of Arrow record batches."""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from engine.errors import ToolError
from engine.tool import Config
from engine.types import fields_of
from tools.in_out.formats.yxdb import header as head
from tools.in_out.formats.yxdb import metadata
from tools.in_out.formats.yxdb.blocks import THREADS, BlockWriter
from tools.in_out.formats.yxdb.encode import encode
from tools.in_out.formats.yxdb.layout import MAX_RECORD, RECORDS_A_BLOCK, layout_of
from tools.in_out.formats.yxdb.notes import Notes

_PORTION = 4 << 20  # bytes that are encoded together: of Arrow data, or of fixed parts, whichever are more


class WriteOptions(Config):
    """How a .yxdb file is written."""

    compression: bool = False
    """Compress the records (LZF) where that saves space: tables take half as much, and twice as long to write."""


def check_fields(schema: pa.Schema) -> None:
    """Raise a ToolError where the format cannot hold these fields."""
    if not len(schema):
        raise ToolError("A .yxdb file needs at least one field.", hint="Keep one with Select.")
    if len(schema) > metadata.MAX_FIELDS:
        raise ToolError(f"A .yxdb file holds {metadata.MAX_FIELDS:,} fields, here are {len(schema):,}.")
    if layout_of(fields_of(schema)).least > MAX_RECORD:
        raise ToolError("These fields make records of more than 2 GiB.", hint="Give text a smaller size with Select.")


class Writer:
    """Record batches as a .yxdb file in the classic engine's format, which every Alteryx reads.

    The header is written last: before `close()` the file is none that any reader takes for whole.

    Args:
        path: the file to write; what stands there is overwritten.
        schema: the fields.
        options: how to write it.

    Raises:
        ToolError: the format cannot hold these fields.
        OSError: the file cannot be written; also from `write` and `close`.
    """

    def __init__(self, path: Path, schema: pa.Schema, options: WriteOptions | None = None) -> None:
        check_fields(schema)
        self.path = path
        self.records = 0
        self._notes = Notes()
        fields = metadata.writable(fields_of(schema), self._notes)
        self._layout = layout_of(fields)
        self._metadata = metadata.to_xml(fields)
        self._file = path.open("wb")
        self._file.write(bytes(head.SIZE) + self._metadata)
        compression = (options or WriteOptions()).compression
        self._pool = ThreadPoolExecutor(THREADS, "yxdb") if compression else None
        self._blocks = BlockWriter(self._file, self._pool)

    @property
    def warnings(self) -> list[str]:
        """What had to be changed so that the format could hold it."""
        return list(self._notes)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the records of a batch.

        Raises:
            ToolError: a record is larger than the format can hold.
        """
        done = 0
        size = batch.nbytes // max(batch.num_rows, 1)  # of a record, on average
        portion = max(1, _PORTION // max(size, self._layout.least))
        while done < batch.num_rows:
            room = RECORDS_A_BLOCK - self.records % RECORDS_A_BLOCK
            part = batch.slice(done, min(room, portion))
            self._write(part)
            done += part.num_rows

    def _write(self, part: pa.RecordBatch) -> None:
        if self.records % RECORDS_A_BLOCK == 0:
            self._blocks.mark()
        self._blocks.write(encode(part, self._layout, self.records + 1, self._notes))
        self.records += part.num_rows

    def close(self) -> None:
        """Finish the file: the index behind the records, and last the header."""
        self._blocks.finish()
        index = self._blocks.index
        header = head.Header(len(self._metadata) // 2, self._file.tell(), self.records)
        self._file.write(struct.pack(f"<I{len(index)}q", len(index), *index))
        self._file.seek(0)
        self._file.write(header.pack())
        self.discard()

    def discard(self) -> None:
        """Let go of the file as it is: unfinished, unless `close` has been called."""
        self._file.close()
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
