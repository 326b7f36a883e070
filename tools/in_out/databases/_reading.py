"""A table or the result of a query, as record batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from engine.errors import ToolError, did_you_mean, listed
from engine.types import DATES, Field, find_field, schema_of
from tools.in_out._text import Misfit, convert
from tools.in_out.databases._place import Place
from tools.in_out.databases._sql import Column, TableName
from tools.in_out.formats._fields import convert_arrow


class Reader:
    """Reads in one transaction that cannot change anything; a batch is in memory at a time.

    Args:
        place: the database.
        table: the name of a table or view; left out with `query` too, the only one that there is.
        query: one SELECT, instead of a table.
        fields: which fields to read, in which order; all of them if None.
        limit: how many records to read at most.

    Raises:
        Unreachable: the database is not there.
        ToolError: there is no such table or field, or the query is wrong.
    """

    def __init__(
        self,
        place: Place,
        table: str | None = None,
        query: str | None = None,
        *,
        fields: list[str] | None = None,
        limit: int | None = None,
    ) -> None:
        self.place = place
        self._table = table
        self._query = query
        self._wanted = fields
        self._limit = limit
        with place.session() as session:
            self._describe(session)

    def _describe(self, session: Any) -> None:
        query, setting = self._query, "query"
        if query is None:
            name = find_table(self.place, session, self._table)
            query, setting = f"SELECT * FROM {name.sql}", "table"  # noqa: S608
        self._sql = query
        with self.place.explained("The database does not take the query", setting=setting):
            self._every: list[Column] = session.describe(query)
        every = schema_of(*(column.field for column in self._every))
        by_name = {column.field.name: column for column in self._every}
        self._columns = self._every
        if self._wanted is not None:
            self._columns = [by_name[find_field(every, name, setting="fields").name] for name in self._wanted]
        self._fields: list[Field] = [column.field for column in self._columns]
        self.schema: pa.Schema = schema_of(*self._fields)
        self.warnings = [column.note for column in self._columns if column.note]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        done = 0
        with self.place.session() as session, self.place.explained("Reading stopped"):
            for batch in session.stream(self._sql, self._every, self._columns, self._limit):
                yield self._converted(batch, done)
                done += batch.num_rows

    def _converted(self, batch: pa.RecordBatch, before: int) -> pa.RecordBatch:
        columns = []
        for column, field in zip(batch.columns, self._fields, strict=True):
            try:
                columns.append(_column(column, field))
            except Misfit as misfit:
                raise ToolError(
                    f"Record {before + misfit.row + 1}, field [{field.name}]: {misfit}.",
                    hint="Read it as text: `query: SELECT CAST(... AS TEXT) ...`.",
                    setting="query",
                ) from None
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _column(column: pa.Array, field: Field) -> pa.Array:
    if pa.types.is_string(column.type):
        try:
            column.validate(full=True)  # a file may hold text of another encoding
        except pa.ArrowInvalid:
            raise ToolError(f"[{field.name}] holds a text that is not written in utf-8.", setting="query") from None
        if field.type in DATES:
            return convert(column, field)
    return convert_arrow(column, field)


def find_table(place: Place, session: Any, wanted: str | None) -> TableName:
    """The table of a name, or the only one that there is.

    Raises:
        ToolError: there is none; the message says which there are.
    """
    with place.explained("The tables cannot be listed"):
        if wanted is not None:
            name = TableName.parse(wanted)
            if session.has(name):
                return name
        known = session.tables()
    if wanted is None and len(known) == 1:
        return TableName(known[0])
    what = f"There is no table '{wanted}' in {place.title}" if wanted else f"{place.title} has more than one table"
    if not known:
        what = f"There is no table in {place.title}"
    raise ToolError(
        f"{what}; it has {listed(known)}." if known else f"{what}.",
        hint=did_you_mean(wanted, known) if wanted else "Say which one: `table: ...`.",
        setting="table",
    )
