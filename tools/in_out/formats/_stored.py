"""What readers of files share that say their own fields, as Parquet and Arrow do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from engine.errors import ToolError
from engine.types import find_field, schema_of
from tools.in_out.formats._fields import carried, conversion_note, convert_batch, unique_names


class StoredReader:
    """The fields of such a file that are wanted, as flowrun carries them.

    Args:
        path: the file.
        stored: its schema.
        fields: which fields to read, in which order; all of them if None.
        limit: how many records to read at most.

    Raises:
        ToolError: a field has no name of its own, or one that is wanted is not there.
    """

    def __init__(self, path: Path, stored: pa.Schema, fields: Sequence[str] | None, limit: int | None) -> None:
        self.path = path
        self.wanted: Collection[str] | None = None
        self._limit = limit
        if unique_names(stored.names) != stored.names:
            raise ToolError(f"{path} has two fields of one name, or one without a name.", setting="path")
        known = pa.schema([pa.field(name, pa.string()) for name in stored.names])
        wanted = stored.names if fields is None else [find_field(known, name, setting="fields").name for name in fields]
        self._stored = pa.schema([stored.field(name) for name in wanted])
        self._fields = [carried(field) for field in self._stored]
        self.schema: pa.Schema = schema_of(*self._fields)
        self.warnings = [note for note in map(conversion_note, self._stored) if note]

    def _needed(self) -> list[str]:
        """The names of the fields to read from now on."""
        return [name for name in self._stored.names if self.wanted is None or name in self.wanted]

    def _converted(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """These batches, which have the fields that were needed, up to the limit."""
        left = self._limit
        for batch in batches:
            taken = batch.slice(0, left)
            yield convert_batch(taken, self._fields, self.schema)
            if left is not None:
                left -= taken.num_rows
                if not left:
                    return


@contextmanager
def explained(path: Path, what: str) -> Iterator[None]:
    """What goes wrong with a file, in words: `{path} cannot be read as {what}: ...`."""
    try:
        yield
    except FileNotFoundError:
        raise ToolError(f"There is no file {path}.", setting="path") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise ToolError(f"{path} cannot be read as {what}: {error}", setting="path") from None
