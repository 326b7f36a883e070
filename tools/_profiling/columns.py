"""The columns to be looked into, set aside, and their values counted, out of core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError
from engine.sql import quote_name
from engine.types import BLOBS, Field, fields_of, find_field


def chosen(schema: pa.Schema, names: Sequence[str]) -> list[Field]:
    """The fields of these names; all where none is named."""
    return [find_field(schema, name, setting=f"fields.{place}") for place, name in enumerate(names)] or fields_of(
        schema
    )


class Columns:
    """Sets the columns of some fields aside; of Blobs only whether there is one."""

    def __init__(self, context: Context, fields: Sequence[Field]) -> None:
        self.fields = fields
        self.records = 0
        self.nulls = dict.fromkeys((field.name for field in fields), 0)
        self._context = context
        self._kept = [field.name for field in fields if field.type not in BLOBS]
        types = [_readable(context.inputs["in"].field(name).type) for name in self._kept]
        self._schema = pa.schema(list(zip([f"c{place}" for place in range(len(types))], types, strict=True)))
        self._spool = context.spool(self._schema)

    def add(self, batch: pa.RecordBatch) -> None:
        """Take the columns of a batch."""
        self.records += batch.num_rows
        for name in self.nulls:
            self.nulls[name] += batch.column(name).null_count
        if self._kept:
            columns = [
                batch.column(name).cast(field.type) for name, field in zip(self._kept, self._schema, strict=True)
            ]
            self._spool.append(pa.RecordBatch.from_arrays(columns, schema=self._schema))

    def counted(self, field: Field, order: str = "value NULLS FIRST") -> Iterator[pa.RecordBatch]:
        """Every value of a field that is no Blob, with how often it comes, as columns `value` and `count`.

        Args:
            field: one of the fields.
            order: SQL over `value` and `count`.
        """
        name = f"c{self._kept.index(field.name)}"
        query = f"SELECT {quote_name(name)} AS value, count(*) AS count FROM data GROUP BY ALL ORDER BY {order}"  # noqa: S608
        column = pa.schema([self._schema.field(name)])
        batches = (batch.select([name]) for batch in self._spool)
        reader = pa.RecordBatchReader.from_batches(column, batches)
        yield from self._context.sql.stream(query, {"data": reader})

    def close(self) -> None:
        """Let go of what was set aside."""
        self._spool.close()


def _readable(type_: pa.DataType) -> pa.DataType:
    """DuckDB knows decimals up to 38 digits."""
    return pa.float64() if pa.types.is_decimal256(type_) else type_


def not_blob(field: Field, setting: str) -> None:
    """Refuse a Blob.

    Raises:
        ToolError: the field is one.
    """
    if field.type in BLOBS:
        raise ToolError(f"[{field.name}] is {field.type}; its values cannot be counted.", setting=setting)
