"""Sort: put records in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.feed import NUMBER, Feed, column
from engine.tool import Config, Emission, FieldName, Schemas, Tool
from engine.types import TEXTS, Field
from tools._records.groups import group_fields


class SortKey(Config):
    """A field to sort by."""

    field: FieldName
    """The field."""
    order: Literal["ascending", "descending"] = "ascending"
    """Ascending: a to z, 1 to 9, past to future, Null first; descending the other way round."""


class SortConfig(Config):
    by: Annotated[list[SortKey], ConfigField(min_length=1)]
    """The fields to sort by; each decides where those above it are equal."""
    dictionary: bool = False
    """Whether texts are sorted as in a dictionary (a, A, ä, b, B) and not by their codes (A, B, a, b, ä)."""


class Sort(Tool[SortConfig]):
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
        query = f"SELECT {columns} FROM input ORDER BY {self._order(entering)}"  # noqa: S608 - neutral names
        self._feed = Feed(context.sql, query, entering)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._feed.write(batch)
        yield from ()

    def complete(self) -> Iterator[Emission]:
        for batch in self._feed.result(self.context.inputs["in"]):
            yield "out", batch

    def close(self, failed: bool) -> None:
        if hasattr(self, "_feed"):
            self._feed.close()

    def _order(self, schema: pa.Schema) -> str:
        fields = group_fields(schema, [key.field for key in self.config.by], "by")
        terms: list[str] = []
        for key, field in zip(self.config.by, fields, strict=True):
            name = column(schema, field.name)
            down = key.order == "descending"
            terms += [_term(part, down) for part in self._parts(name, field)]
        return ", ".join([*terms, NUMBER])

    def _parts(self, name: str, field: Field) -> list[tuple[str, bool]]:
        """What decides about a field, one after the other; True where the greater one comes first."""
        if pa.types.is_decimal256(field.arrow_type):  # a text in the query, see Feed
            return [(f"CAST({name} AS DOUBLE)", False), (name, False)]
        if field.type in TEXTS and self.config.dictionary:
            return [(f"lower(strip_accents({name}))", False), (f"lower({name})", False), (name, True)]
        return [(name, False)]


def _term(part: tuple[str, bool], down: bool) -> str:
    sql, turned = part
    return f"{sql} DESC NULLS LAST" if turned != down else f"{sql} ASC NULLS FIRST"
