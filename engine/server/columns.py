"""Kept records as DuckDB reads them: under neutral names, so that nothing of a field's name stands in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from engine.server.kept import Kept
from engine.types import Field, fields_of, find_field

NUMBER = "record"
"""The column that counts the records from 0."""


@dataclass(frozen=True)
class Columns:
    """The fields of kept records: `c0`, `c1`, ... by place."""

    kept: Kept

    @cached_property
    def all(self) -> list[tuple[str, Field]]:
        """Every field with the name of its column."""
        return [(f"c{place}", field) for place, field in enumerate(fields_of(self.kept.schema))]

    def find(self, name: str) -> tuple[str, Field]:
        """A field and the name of its column.

        Raises:
            ToolError: there is no such field.
        """
        wanted = find_field(self.kept.schema, name).name
        return next(pair for pair in self.all if pair[1].name == wanted)

    def read(self, names: Iterable[str]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """All records, of them these fields and `NUMBER`, a batch at a time."""
        wanted = set(names)
        columns = [(column, field.name) for column, field in self.all if field.name in wanted]
        types = [_readable(self.kept.schema.field(name).type) for _, name in columns]
        schema = pa.schema([*((column, type_) for (column, _), type_ in zip(columns, types, strict=True)),
                            (NUMBER, pa.int64())])  # fmt: skip
        return schema, self._batches([name for _, name in columns], schema)

    def _batches(self, names: list[str], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        start = 0
        for batch in self.kept.batches(names):
            arrays = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=False)]
            numbers = pa.array(np.arange(start, start + batch.num_rows))
            yield pa.RecordBatch.from_arrays([*arrays, numbers], schema=schema)
            start += batch.num_rows


def _readable(type_: pa.DataType) -> pa.DataType:
    """DuckDB knows decimals up to 38 digits."""
    return pa.float64() if pa.types.is_decimal256(type_) else type_
