"""CountRecords: how many records there are."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from engine.context import Context
from engine.tool import Config, Emission, Schemas, Tool
from engine.types import Field, FieldType, schema_of

_COUNT = schema_of(Field("Count", FieldType.Int64))


class CountRecords(Tool[Config]):
    """Count the records: one record leaves with the field `Count`, also where none came (then it is 0).

    Example: `{tool: CountRecords}`
    """

    keywords = ("count", "number of rows", "how many")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        return {"out": _COUNT}

    def open(self, context: Context) -> None:
        super().open(context)
        self._count = 0

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._count += batch.num_rows
        yield from ()

    def complete(self) -> Iterator[Emission]:
        yield "out", pa.RecordBatch.from_pydict({"Count": [self._count]}, _COUNT)
