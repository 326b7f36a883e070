"""Sort: put records in order."""

from __future__ import annotations

from typing import Annotated

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.feed import NUMBER, column
from engine.tool import Config, Schemas, hint
from tools._records.asking import FromQuery
from tools._records.ordering import SortKey, order


class SortConfig(Config):
    by: Annotated[list[SortKey], hint(label="Sort by"), ConfigField(min_length=1)]
    """The fields to sort by; each decides where those above it are equal."""
    dictionary: Annotated[bool, hint(label="Dictionary order")] = False
    """Whether texts are sorted as in a dictionary (a, A, ä, b, B) and not by their codes (A, B, a, b, ä)."""


class Sort(FromQuery[SortConfig]):
    """Put records in order by the values of one or more fields.

    Records that are equal in all of these fields keep the order in which they came. Null comes first when ascending
    and last when descending; NaN counts as the largest number. Texts are compared by the codes of their characters,
    capitals before small letters, unless `dictionary` is set. What does not fit into memory goes to disk.

    Example: `{tool: Sort, by: [{field: Class}, {field: Size, order: descending}]}`
    """

    keywords = ("order", "arrange", "rank", "ascending", "descending")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        self._order(inputs["in"])
        return {"out": inputs["in"]}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        columns = ", ".join(column(entering, name) for name in entering.names)
        query = f"SELECT {columns} FROM input ORDER BY {self._order(entering)}, {NUMBER}"  # noqa: S608 - neutral names
        self._ask(query, entering, entering)

    def _order(self, schema: pa.Schema) -> str:
        return order(schema, self.config.by, "by", dictionary=self.config.dictionary)
