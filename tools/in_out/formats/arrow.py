"""Arrow files (IPC, also known as Feather). Those of our own keep all that a field knows; those of others convert."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
        with _mapped(path) as whole:
            stored = pa.ipc.open_file(whole).schema
        super().__init__(path, stored, fields, limit)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        with _mapped(self.path) as whole:
            yield from self._converted(self._batches(whole))

    def _batches(self, whole: pa.Buffer) -> Iterator[pa.RecordBatch]:
        """The batches with the fields that are needed when each is read."""
        file = every = pa.ipc.open_file(whole)
        names, is_packed = every.schema.names, False
        for place in range(every.num_record_batches):
            needed = self._needed()
            if is_packed and needed != names:  # what is not packed costs nothing until somebody looks at it
                file, names = pa.ipc.open_file(whole, options=_only(every.schema, needed)), needed
            batch = file.get_batch(place)
            is_packed = is_packed or _is_outside(batch, whole)
            yield batch.select(needed)


@contextmanager
def _mapped(path: Path) -> Iterator[pa.Buffer]:
    with explained(path, "an Arrow file"), pa.memory_map(str(path)) as file:
        yield file.read_buffer()


def _is_outside(batch: pa.RecordBatch, whole: pa.Buffer) -> bool:
    """Whether values of a batch stand elsewhere than in its file: they were unpacked."""
    begin, end = whole.address, whole.address + whole.size
    buffers = (buffer for column in batch.columns for buffer in column.buffers() if buffer)
    return any(buffer.size and not begin <= buffer.address < end for buffer in buffers)


def _only(schema: pa.Schema, names: list[str]) -> pa.ipc.IpcReadOptions:
    """To read some fields only: at least one, as none would mean all."""
    return pa.ipc.IpcReadOptions(included_fields=[schema.get_field_index(name) for name in names] or [0])


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
