"""The columns to be looked into, set aside, and their values counted, out of core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError
from engine.types import BLOBS, Field, fields_of, find_field
from tools._records.grouped import Grouped, ordered


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
        self._bytes = dict.fromkeys(self._kept, 0)

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
            for name, column in zip(self._kept, columns, strict=True):
                self._bytes[name] += column.nbytes

    def column(self, field: Field) -> pa.Field:
        """The column `value` that `counted` gives for a field."""
        return self._schema.field(f"c{self._kept.index(field.name)}").with_name("value")

    def counted(self, field: Field, order: Sequence[int] = (1,)) -> Iterator[pa.RecordBatch]:
        """Every value of a field that is no Blob, with how often it comes, as columns `value` and `count`.

        Args:
            field: one of the fields.
            order: the place of `value` (1) and of `count` (2), as in `ordered`.
        """
        name = f"c{self._kept.index(field.name)}"
        column = pa.schema([self._schema.field(name)])
        batches = (batch.select([name]) for batch in self._spool)
        if self._bytes[field.name] > self._context.resources.share // 2:
            yield from self._counted_in_parts(column, batches, order)
            return
        query = f"SELECT {name} AS value, count(*) AS count FROM data GROUP BY ALL{ordered(order)}"  # noqa: S608 - neutral names
        reader = pa.RecordBatchReader.from_batches(column, batches)
        yield from self._context.sql.stream(query, {"data": reader})

    def _counted_in_parts(
        self, column: pa.Schema, batches: Iterable[pa.RecordBatch], order: Sequence[int]
    ) -> Iterator[pa.RecordBatch]:
        """The same where there may be more values than memory holds."""
        values = Grouped(self._context, column)
        try:
            for batch in batches:
                values.write(batch)
            out = pa.schema([column.field(0).with_name("value"), pa.field("count", pa.int64())])
            query = "SELECT c0 AS value, count(*) AS count FROM input GROUP BY c0"
            yield from values.many(query, out, order=order, keys=["c0"])
        finally:
            values.close()

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
