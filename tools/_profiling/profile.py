"""What the tools have in common that look into each field and tell what they find when all records have come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeVar

import pyarrow as pa

from engine.context import Context
from engine.statistics import Statistics, statistics
from engine.tool import Config, Emission, FieldName, Tool, hint
from engine.types import BLOBS, Field
from tools._profiling.columns import Columns, chosen


class ProfileConfig(Config):
    fields: Annotated[list[FieldName], hint(none="all of them")] = []
    """The fields to look into; empty: all."""


C = TypeVar("C", bound=ProfileConfig)


class Profile(Tool[C]):
    """Sets the columns of its fields aside; `complete` finds them in `_columns`."""

    def open(self, context: Context) -> None:
        super().open(context)
        self._columns = Columns(context, chosen(context.inputs["in"], self.config.fields))

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._columns.add(batch)
        yield from ()

    def _statistics(self, field: Field) -> Statistics:
        """What there is to know about a field; of a Blob only how many there are."""
        self.context.progress(None, field.name)
        records, nulls = self._columns.records, self._columns.nulls[field.name]
        if field.type in BLOBS:
            return Statistics(field, records, nulls)
        return statistics(field, records, nulls, self._columns.counted(field))

    def close(self, failed: bool) -> None:
        if hasattr(self, "_columns"):
            self._columns.close()
