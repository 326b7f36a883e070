"""Unique: the first record of each combination of values, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField

from engine.context import Context
from engine.feed import NUMBER
from engine.spool import Spool
from engine.tool import Anchor, Config, Emission, FieldName, Gather, Schemas, hint
from tools._records.beside import chosen
from tools._records.grouped import Grouped
from tools._records.groups import group_fields

_NUMBERS = pa.schema([(NUMBER, pa.int64())])


class UniqueConfig(Config):
    by: Annotated[list[FieldName], hint(label="Unique by"), ConfigField(min_length=1)]
    """The fields whose values together are to be different."""


class Unique(Gather[UniqueConfig]):
    """Tell the first record of each combination of values (U) from its duplicates (D).

    Both leave in the order in which they came. Texts differ by case and by blanks; Null equals Null. All records are
    read first: which of them leave is found out over `by` alone, on disk where memory is short.

    Example: `{tool: Unique, by: [LastName, FirstName]}`
    """

    outputs = (
        Anchor("U", "Unique: the first record of each combination."),
        Anchor("D", "Duplicates: all further ones."),
    )
    keywords = ("distinct", "duplicates", "deduplicate", "first of each")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        group_fields(inputs["in"], self.config.by, "by")
        return {"U": inputs["in"], "D": inputs["in"]}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._names = [field.name for field in group_fields(entering, self.config.by, "by")]
        self._keys = Grouped(context, pa.schema([entering.field(name) for name in self._names]))

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._keys.write(batch.select(self._names))
        yield from super().process(anchor, batch)

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        for batch, first in chosen(streams["in"], self._firsts()):
            yield "U", batch.filter(first)
            yield "D", batch.filter(pc.invert(first))

    def _firsts(self) -> Iterator[pa.RecordBatch]:
        """The number of the first record of each combination, ascending."""
        keys = [f"c{place}" for place in range(len(self._names))]
        query = f"SELECT min({NUMBER}) FROM input GROUP BY {', '.join(keys)}"  # noqa: S608 - neutral names
        return self._keys.many(query, _NUMBERS, order=[1], keys=keys)

    def close(self, failed: bool) -> None:
        super().close(failed)
        if hasattr(self, "_keys"):
            self._keys.close()
