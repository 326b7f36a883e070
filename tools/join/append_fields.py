"""AppendFields: every record of one input beside every record of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa

from engine.batches import rows_of, width
from engine.context import Context
from engine.errors import ToolError
from engine.tool import Anchor, Config, Emission, Schemas, Tool, hint
from tools._joining.index import picked
from tools._joining.names import schema_from, together

_FEW = 16  # records of S that nobody has to allow


class AppendFieldsConfig(Config):
    many: Annotated[Literal["error", "warn", "allow"], hint(label="More than 16 records in S")] = "error"
    """What happens where S has more than 16 records, so that each record of T becomes as many."""


class AppendFields(Tool[AppendFieldsConfig]):
    """Append the fields of one input (S, mostly a single record) to every record of another (T).

    Where S has several records, all combinations leave: in the order of T, and for each of its records in the order of
    S. Fields of S whose name is taken get `Source_` before it. Where S has no record, nothing leaves, and a warning
    says so.

    Example: a total of Summarize goes to S, the records to T, then Formula computes each one's share:
    `{tool: AppendFields}`
    """

    inputs = (Anchor("T", "Targets: the records to append to."), Anchor("S", "Source: what is appended; read first."))
    first = ("S",)
    keywords = ("cross join", "cartesian", "combine", "add total")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        fields = together(inputs["T"], ("Source_", inputs["S"]))
        return {"out": schema_from(fields, *inputs.values())}

    def open(self, context: Context) -> None:
        super().open(context)
        self._out = self.schema(context.inputs)["out"]
        self._source = context.spool(context.inputs["S"])
        self._dropped = False

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if anchor == "S":
            self._source.append(batch)
            self._check_count()
        elif batch.num_rows and not self._source.rows:
            self._dropped = True
        else:
            yield from self._combined(batch)

    def _check_count(self) -> None:
        if self._source.rows > _FEW and self.config.many == "error":
            raise ToolError(
                f"S has more than {_FEW} records, and each record of T would become as many.",
                hint="Did you mean Join? Otherwise set many to allow.",
                setting="many",
            )

    def finish(self, anchor: str) -> Iterator[Emission]:
        if anchor == "S" and self._source.rows > _FEW and self.config.many == "warn":
            self.context.warning(f"S has {self._source.rows:,} records; each record of T becomes as many.")
        if anchor == "S" and not self._source.on_disk:
            self._table = pa.Table.from_batches(list(self._source), self._source.schema).combine_chunks()
        if anchor == "T" and self._dropped:
            self.context.warning("S has no record, so none leaves.")
        yield from ()

    def _combined(self, batch: pa.RecordBatch) -> Iterator[Emission]:
        if not self._source.on_disk:
            yield from self._crossed(batch, self._table)
            return
        for row in range(batch.num_rows):
            for source in self._source:
                yield from self._crossed(batch.slice(row, 1), source)

    def _crossed(self, batch: pa.RecordBatch, source: pa.Table | pa.RecordBatch) -> Iterator[Emission]:
        most = rows_of(width(batch, source))
        total = batch.num_rows * source.num_rows
        for start in range(0, total, most):
            self.context.check()
            numbers = np.arange(start, min(start + most, total))
            targets, sources = np.divmod(numbers, source.num_rows)
            columns = [*picked(batch, targets), *picked(source, sources)]
            yield "out", pa.RecordBatch.from_arrays(columns, schema=self._out)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_source"):
            self._source.close()
