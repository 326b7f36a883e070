"""Tables to .yxdb files and back, for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from tools.in_out.formats.yxdb import Reader, WriteOptions, Writer


def write(path: Path, data: pa.Table, *, compression: bool = True, batch_rows: int = 65_536) -> list[str]:
    """Write a table; returns the warnings."""
    writer = Writer(path, data.schema, WriteOptions(compression=compression))
    try:
        for batch in data.to_batches(max_chunksize=batch_rows):
            writer.write(batch)
        writer.close()
    finally:
        writer.discard()
    return writer.warnings


def read(path: Path, *, fields: list[str] | None = None, limit: int | None = None) -> pa.Table:
    """Read a file; its warnings must be none."""
    reader = Reader(path, fields=fields, limit=limit)
    data = pa.Table.from_batches(list(reader), reader.schema)
    assert reader.warnings == []
    return data
