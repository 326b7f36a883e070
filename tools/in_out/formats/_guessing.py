"""What readers of files share that say no types, and whose fields are found by looking at their values."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import pyarrow as pa

from engine.tool import Config
from engine.types import Field, fields_of, find_field, schema_of
from tools.in_out.formats._fields import blank

OptionsT = TypeVar("OptionsT", bound=Config)


class GuessingReader(Generic[OptionsT]):
    """The fields of such a file that are wanted; `_found` looks for all of them.

    Args:
        path: the file.
        options: how to read it.
        fields: which fields to read, in which order; all of them if None.
        limit: how many records to read at most.
        types: fields to read as they are given here: those of the first of several files.

    Raises:
        ToolError: a field that is wanted is not there, or what `_found` says of the file.
    """

    Options: ClassVar[type[Config]]

    def __init__(
        self,
        path: Path,
        options: OptionsT | None = None,
        *,
        fields: list[str] | None = None,
        limit: int | None = None,
        types: pa.Schema | None = None,
    ) -> None:
        self.path = path
        self.warnings: list[str] = []
        self.wanted: Collection[str] | None = None
        self._options: OptionsT = options or self.Options()  # type: ignore[assignment]
        self._limit = limit
        known = {} if types is None else {field.name: field for field in fields_of(types)}
        self._every = [known.get(field.name, field) for field in self._found()]
        every = schema_of(*self._every)
        self._fields = self._every if fields is None else [find_field(every, name, setting="fields") for name in fields]
        self.schema: pa.Schema = schema_of(*self._fields)

    def _found(self) -> list[Field]:
        raise NotImplementedError

    def _made(self, rows: int, make: Callable[[Field], pa.Array]) -> pa.RecordBatch:
        """A batch of so many records, whose columns are made one by one where they are needed."""
        columns = [
            make(field) if self.wanted is None or field.name in self.wanted else blank(field, rows)
            for field in self._fields
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)
