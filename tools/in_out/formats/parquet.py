"""Parquet. Files of our own keep everything that a field knows; those of others are converted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from engine.batches import MAX_BYTES, rows_of
from engine.tool import Config
from tools.in_out.formats._stored import StoredReader, explained

EXTENSIONS = (".parquet", ".pq")
_ROWS_WITH_BLOBS = 8192  # at most: where pictures are equal, the file tells of one
_GROUP_BYTES = 32 << 20
_GROUP_ROWS = 1 << 20


class WriteOptions(Config):
    compression: Literal["zstd", "snappy", "gzip", "none"] = "zstd"
    """zstd is small and fast; snappy is what the oldest readers know."""


class Reader(StoredReader):
    """A Parquet file as record batches, one part of the file in memory at a time.

    Args:
        path: the file.
        fields: which fields to read, in which order; all of them if None.
        limit: how many records to read at most.

    Raises:
        ToolError: the file is missing or no Parquet file.
    """

    def __init__(self, path: Path, *, fields: list[str] | None = None, limit: int | None = None) -> None:
        import pyarrow.parquet as pq

        with explained(path, "Parquet"):
            stored = pq.read_schema(path)
        super().__init__(path, stored, fields, limit)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        import pyarrow.parquet as pq

        # Arrow would otherwise keep what it reads until the file is closed, which is all of it.
        with explained(self.path, "Parquet"), pq.ParquetFile(self.path, pre_buffer=False) as file:
            yield from self._converted(self._batches(file))

    def _batches(self, file: Any) -> Iterator[pa.RecordBatch]:
        """The batches with the fields that are needed when each is read."""
        done = 0
        while done < file.metadata.num_rows:
            names = self._needed()
            for batch in _from(file, done, names):
                yield batch
                done += batch.num_rows
                if names != self._needed():
                    break
            else:
                return


def _from(file: Any, record: int, names: list[str]) -> Iterator[pa.RecordBatch]:
    """The batches from a record on; what comes before it in its part of the file is read once more."""
    group, rows = 0, file.metadata.row_group(0).num_rows
    while rows <= record:
        record -= rows
        group += 1
        rows = file.metadata.row_group(group).num_rows
    groups = range(group, file.metadata.num_row_groups)
    for batch in file.iter_batches(_rows_of_batch(file, names), row_groups=groups, columns=names):
        if record < batch.num_rows:
            yield batch.slice(record).select(names)
        record = max(record - batch.num_rows, 0)


def _rows_of_batch(file: Any, names: list[str]) -> int:
    """How many records to read at once: few where they are large in any part of the file."""
    wanted = set(names)
    groups = [file.metadata.row_group(place) for place in range(file.metadata.num_row_groups)]
    columns = [
        place for place in range(file.metadata.num_columns) if _is_of(groups[0].column(place).path_in_schema, wanted)
    ]
    width = max(
        sum(group.column(place).total_uncompressed_size for place in columns) / max(group.num_rows, 1)
        for group in groups
    )
    rows = rows_of(width, MAX_BYTES // 4)  # in memory they take about twice as much
    has_blobs = any(_is_blob(file.schema_arrow.field(name).type) for name in names)
    return min(rows, _ROWS_WITH_BLOBS) if has_blobs else rows


def _is_of(path: str, names: Collection[str]) -> bool:
    """Whether a column of the file belongs to one of these fields: one that is nested has several, as `field.part`."""
    parts = path.split(".")
    return any(".".join(parts[:count]) in names for count in range(1, len(parts) + 1))


def _is_blob(type_: pa.DataType) -> bool:
    return any(is_it(type_) for is_it in (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_nested))


class Writer:
    """A Parquet file, written in groups of about 32 MiB."""

    def __init__(self, path: Path, schema: pa.Schema, options: WriteOptions | None = None) -> None:
        import pyarrow.parquet as pq

        self.warnings: list[str] = []
        self._schema = schema
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pq.ParquetWriter(self._file, schema, compression=(options or WriteOptions()).compression)
        self._waiting: list[pa.RecordBatch] = []
        self._bytes = self._rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._bytes += batch.nbytes
        self._rows += batch.num_rows
        if self._bytes >= _GROUP_BYTES or self._rows >= _GROUP_ROWS:
            self._write_group()

    def _write_group(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_batches(self._waiting, schema=self._schema))
        self._waiting, self._bytes, self._rows = [], 0, 0

    def close(self) -> None:
        self._write_group()
        self._writer.close()
        self._file.close()
