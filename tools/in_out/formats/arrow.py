"""Arrow files (IPC, also known as Feather). Those of our own keep all that a field knows; those of others convert."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.errors import ToolError
from engine.types import find_field, schema_of
from tools.in_out.formats._fields import carried, conversion_note, convert_batch, unique_names

EXTENSIONS = (".arrow", ".feather")


class Reader:
    """An Arrow file as record batches, read in place.

    Args:
        path: the file.
        fields: which fields to read, in which order; all of them if None.
        limit: how many records to read at most.

    Raises:
        ToolError: the file is missing or no Arrow file.
    """

    def __init__(self, path: Path, *, fields: list[str] | None = None, limit: int | None = None) -> None:
        self.path = path
        self._limit = limit
        with self._open() as file:
            stored: pa.Schema = file.schema
        if unique_names(stored.names) != stored.names:
            raise ToolError(f"{path} has two fields of one name, or one without a name.", setting="path")
        names = stored.names if fields is None else [find_field(stored, name, setting="fields").name for name in fields]
        self._names = names
        self._fields = [carried(stored.field(name)) for name in names]
        self.schema: pa.Schema = schema_of(*self._fields)
        self.warnings = [note for note in (conversion_note(stored.field(name)) for name in names) if note]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        left = self._limit
        with self._open() as file:
            for index in range(file.num_record_batches):
                batch = file.get_batch(index).select(self._names)
                if left is not None:
                    batch = batch.slice(0, left)
                    left -= batch.num_rows
                yield convert_batch(batch, self._fields, self.schema)
                if left == 0:
                    return

    @contextmanager
    def _open(self) -> Iterator[Any]:
        try:
            with pa.memory_map(str(self.path)) as mapped, pa.ipc.open_file(mapped) as file:
                yield file
        except FileNotFoundError:
            raise ToolError(f"There is no file {self.path}.", setting="path") from None
        except (pa.ArrowInvalid, OSError) as error:
            raise ToolError(f"{self.path} cannot be read as an Arrow file: {error}", setting="path") from None


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
