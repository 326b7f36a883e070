"""Arrow files (IPC, also known as Feather). Those of our own keep all that a field knows; those of others convert."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from tools.in_out.formats._stored import StoredReader, explained

EXTENSIONS = (".arrow", ".feather")


class Reader(StoredReader):
    """An Arrow file as record batches, read in place.

    Args:
        path: the file.
        fields: which fields to read, in which order; all of them if None.
        limit: how many records to read at most.

    Raises:
        ToolError: the file is missing or no Arrow file.
    """

    def __init__(self, path: Path, *, fields: list[str] | None = None, limit: int | None = None) -> None:
        with _opened(path) as file:
            super().__init__(path, file.schema, fields, limit)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        with _opened(self.path) as file:
            yield from self._converted(map(file.get_batch, range(file.num_record_batches)))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    with explained(path, "an Arrow file"), pa.memory_map(str(path)) as mapped, pa.ipc.open_file(mapped) as file:
        yield file


class Writer:
    """An Arrow file, a batch at a time."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.warnings: list[str] = []
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._file, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch)

    def close(self) -> None:
        self._writer.close()
        self._file.close()
