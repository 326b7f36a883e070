"""Parquet. Files of our own keep everything that a field knows; those of others are converted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pyarrow as pa

from engine.errors import ToolError
from engine.tool import Config
from engine.types import find_field, schema_of
from tools.in_out.formats._fields import carried, conversion_note, convert_batch, unique_names

EXTENSIONS = (".parquet", ".pq")
_BATCH_ROWS = 8192  # rows of pictures are large; the engine does not mind small batches
_GROUP_BYTES = 64 << 20
_GROUP_ROWS = 1 << 20


class WriteOptions(Config):
    compression: Literal["zstd", "snappy", "gzip", "none"] = "zstd"
    """zstd is small and fast; snappy is what the oldest readers know."""


class Reader:
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

        self.path = path
        self._limit = limit
        with self._explained():
            stored: pa.Schema = pq.read_schema(path)
        names = unique_names(stored.names)
        if names != stored.names:
            raise ToolError(f"{path} has two fields of one name, or one without a name.", setting="path")
        chosen = (
            names if fields is None else [find_field(_names(names), name, setting="fields").name for name in fields]
        )
        self._stored = pa.schema([stored.field(name) for name in chosen])
        self._fields = [carried(field) for field in self._stored]
        self.schema: pa.Schema = schema_of(*self._fields)
        self.warnings = [note for note in map(conversion_note, self._stored) if note]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        import pyarrow.parquet as pq

        left = self._limit
        # Arrow would otherwise keep what it reads until the file is closed, which is all of it.
        with self._explained(), pq.ParquetFile(self.path, pre_buffer=False) as file:
            for batch in file.iter_batches(_BATCH_ROWS, columns=self._stored.names):
                ordered = batch.select(self._stored.names)
                if left is not None:
                    ordered = ordered.slice(0, left)
                    left -= ordered.num_rows
                yield convert_batch(ordered, self._fields, self.schema)
                if left == 0:
                    return

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise ToolError(f"There is no file {self.path}.", setting="path") from None
        except (pa.ArrowInvalid, OSError) as error:
            raise ToolError(f"{self.path} cannot be read as Parquet: {error}", setting="path") from None


def _names(names: list[str]) -> pa.Schema:
    return pa.schema([pa.field(name, pa.string()) for name in names])


class Writer:
    """A Parquet file, written in groups of about 64 MiB."""

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
