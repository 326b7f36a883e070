"""The end of a tool that computes fields batch by batch: the query, what got lost, and the fields put in place."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from engine.context import Context
from engine.expression.losses import Cut, Losses
from tools._formulas.computed import Computed


class Results:
    """Fields that a query computes of each batch.

    Args:
        context: the tool's.
        fields: what is computed, each of them new or in the place of the one of its name.
        table: SQL of the table that their SQL is about, made of `batch`.
        reads: the fields of the input that the SQL names.
        out: the schema that leaves.
    """

    def __init__(
        self, context: Context, fields: Sequence[Computed], table: str, reads: Sequence[str], out: pa.Schema
    ) -> None:
        self._fields = fields
        self._columns = list(dict.fromkeys(sql for field in fields for sql in (field.before, field.after)))
        self._out = out
        self._losses = Losses(context)
        query = f"SELECT {', '.join(self._columns) or 'NULL'} FROM {table}"  # noqa: S608 - translated, all of it quoted
        self._query = context.sql.per_batch(query, context.inputs["in"], reads, context.hear)

    def into(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with its results."""
        if not self._fields:
            return batch
        found = dict(zip(self._columns, self._query(batch), strict=True))
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for computed in self._fields:
            before, after = found[computed.before], found[computed.after]
            self._losses.watch(computed.field, computed.given, before, after)
            columns[computed.field.name] = after.cast(computed.field.arrow_type)
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=self._out)

    def take(self, note: Cut) -> None:
        """Add to the texts that were cut."""
        self._losses.take(note)

    def tell(self) -> None:
        """Warn of the texts that were cut, once all records have come."""
        self._losses.tell()

    def close(self) -> None:
        """Let go of the query."""
        self._query.close()
