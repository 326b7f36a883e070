"""SQLite files.

SQLite lets any value stand in any column; what a column was declared as says how it is read, and a value that is
something else stops the run. Columns without a type, as those that a query computes, take the one that their first
1,000 values have in common. FixedDecimals, dates and times are written as text, so that no digit is lost; a Double that
is not a number becomes null, as SQLite has none.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from engine.batches import MAX_ROWS
from engine.errors import ToolError, Unreachable
from engine.types import BLOBS, DATES, INTEGERS, TEXTS, Field, FieldType, fields_of
from tools.in_out._text import to_text
from tools.in_out.databases._adbc import AdbcSession
from tools.in_out.databases._adbc import errors as adbc_errors
from tools.in_out.databases._sql import Column, TableName, bare, distinct, quote_name, quote_text, select

SCHEMES: tuple[str, ...] = ()
EXTENSIONS = (".sqlite", ".sqlite3", ".db", ".db3", ".s3db")
_SAMPLE = 1_000  # records that tell the type of a column that does not say it
_SECONDS = 5.0  # to look at them
_WAIT = 10_000  # ms for somebody else's transaction
_TYPES = {  # FixedDecimal and times: text, which `affinity` leaves as it is
    FieldType.Bool: "BOOLEAN", FieldType.Byte: "TINYINT UNSIGNED", FieldType.Int16: "SMALLINT",
    FieldType.Int32: "INT4", FieldType.Int64: "INTEGER", FieldType.Float: "FLOAT4", FieldType.Double: "DOUBLE",
    FieldType.Date: "DATE", FieldType.Time: "TIME", FieldType.DateTime: "DATETIME",
    FieldType.Blob: "BLOB", FieldType.SpatialObj: "BLOB",
}  # fmt: skip
_DECLARED = [  # the first that matches a declared type
    (r"BOOL", FieldType.Bool),
    (r"TINYINT UNSIGNED|UNSIGNED TINYINT", FieldType.Byte),
    (r"(TINY|SMALL)INT|INT2$", FieldType.Int16),
    (r"INT4|MEDIUMINT", FieldType.Int32),
    (r"DECIMAL|NUMERIC", FieldType.FixedDecimal),
    (r"INT", FieldType.Int64),
    (r"CHAR|CLOB|TEXT|JSON|UUID", FieldType.V_WString),
    (r"BLOB|BINARY", FieldType.Blob),
    (r"FLOAT4", FieldType.Float),
    (r"REAL|FLOA|DOUB", FieldType.Double),
    (r"DATETIME|TIMESTAMP", FieldType.DateTime),
    (r"DATE", FieldType.Date),
    (r"TIME", FieldType.Time),
]
_DIGITS = re.compile(r"\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")


def errors() -> tuple[type[Exception], ...]:
    """What the drivers raise: ADBC's, and Python's own, which tells more of a query."""
    return (*adbc_errors(), sqlite3.Error)


def column_type(field: Field) -> str:
    """How a new table declares a field."""
    if field.type is FieldType.FixedDecimal:
        return f"DECIMAL TEXT({field.arrow_type.precision}, {field.arrow_type.scale})"
    return "TEXT" if field.type in TEXTS else _TYPES[field.type]


def check_fields(schema: pa.Schema) -> None:
    """Refuse names that differ by case alone."""
    distinct(schema.names)


class Session(AdbcSession):
    """One transaction; the file is opened for reading alone where it is not for writing."""

    def __init__(self, address: str, *, write: bool) -> None:
        from adbc_driver_sqlite import dbapi

        self._uri = f"{Path(address).as_uri()}?mode={'rwc' if write else 'ro'}"
        if not write:
            _check_file(Path(address))
            _recover(Path(address))
        super().__init__(dbapi.connect(self._uri))
        self.rows(f"PRAGMA busy_timeout = {_WAIT}")

    def execute(self, statement: str) -> int:
        super().execute(statement)
        return int(self.rows("SELECT changes()")[0][0])

    def describe(self, query: str) -> list[Column]:
        """The columns of a query, which must be one SELECT: nothing else makes a view."""
        with closing(sqlite3.connect(self._uri, uri=True)) as connection:
            give_up = time.monotonic() + _SECONDS
            connection.set_progress_handler(lambda: time.monotonic() > give_up, 10_000)
            connection.execute(f'CREATE TEMP VIEW "flowrun view" AS {bare(query)}\n')
            columns = connection.execute('PRAGMA temp.table_info("flowrun view")').fetchall()
            unknown = [name for _, name, declared, *_ in columns if _type_of(declared) is None]
            found = _sampled(connection, unknown)
        return [_column(name, _type_of(declared) or found[name], declared) for _, name, declared, *_ in columns]

    def stream(self, query: str, every: Sequence[Column], columns: Sequence[Column], limit: int | None
               ) -> Iterator[pa.RecordBatch]:  # fmt: skip
        # The driver finds types from the values of the first batch: a first record that has the right ones, left out
        # again, makes it right for those where all are null.
        sql = select(bare(query), [column.field.name for column in every], columns, limit)
        start = f"SELECT {', '.join(_example(column.field) for column in columns)}"
        names = [column.field.name for column in columns]
        options = {"adbc.sqlite.query.batch_rows": str(MAX_ROWS)}
        skip = 1
        try:
            for batch in self.batches(f"{start} UNION ALL SELECT * FROM ({sql})", **options):  # noqa: S608
                if batch.schema.types != [_stored_as(column.field) for column in columns]:
                    raise self._unlike(sql, columns)
                yield batch.slice(skip).rename_columns(names)
                skip = 0
        except adbc_errors() as error:
            raise (self._unlike(sql, columns) if "Type mismatch" in str(error) else error) from None

    def _unlike(self, sql: str, columns: Sequence[Column]) -> ToolError:
        """Which value is not what its column was declared as."""
        for column in columns:
            name, kinds = quote_name(column.field.name), _KINDS[_stored_as(column.field)]
            other = f"typeof({name}) NOT IN ({kinds}, 'null')"
            found = self.rows(f"SELECT CAST({name} AS TEXT) FROM ({sql}) WHERE {other} LIMIT 1")  # noqa: S608
            if found:
                return ToolError(
                    f"[{column.field.name}] is {column.field.type} in the table, and holds {str(found[0][0])[:60]!r}.",
                    hint="Read it as it is: `query: SELECT CAST(... AS TEXT) ...`.",
                    setting="query",
                )
        return ToolError("The table was changed while it was read.", hint="Run again.")

    def has(self, table: TableName) -> bool:
        return table.schema in (None, "main") and bool(
            self.rows(
                "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view')"  # noqa: S608
                f" AND name = {quote_text(table.table)} COLLATE NOCASE"
            )
        )

    def tables(self) -> list[str]:
        found = self.rows(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            " ORDER BY name"
        )
        return [quote_name(name) if "." in name or '"' in name else name for (name,) in found]

    def load(self, table: TableName | None, reader: pa.RecordBatchReader) -> None:
        name = None if table is None else TableName(quote_name(table.table))
        super().load(name, _stored(reader))

    def lock(self, table: TableName) -> None:
        """A transaction that writes is alone already."""


_KINDS = {pa.int64(): "'integer'", pa.float64(): "'real'", pa.binary(): "'blob'", pa.string(): "'text'"}


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise Unreachable(f"There is no file {path}.", setting="path")
    with path.open("rb") as file:
        start = file.read(16)
    if start not in (b"", b"SQLite format 3\0"):
        raise ToolError(f"{path} is no SQLite database.", setting="path")


def _recover(path: Path) -> None:
    """Let SQLite take back what a killed program left half done, which it does only where it may write."""
    if path.with_name(f"{path.name}-journal").exists() and os.access(path, os.W_OK):
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()


def _type_of(declared: str) -> FieldType | None:
    """What a declared type says; None where it says nothing that holds for its values."""
    found = next((type_ for pattern, type_ in _DECLARED if re.search(pattern, declared, re.IGNORECASE)), None)
    return None if found is FieldType.FixedDecimal and not _DIGITS.search(declared) else found


def _sampled(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, FieldType]:
    """The types that the first values have in common."""
    if not names:
        return {}
    kinds = ", ".join(f"typeof({quote_name(name)})" for name in names)
    rows = connection.execute(f'SELECT {kinds} FROM "flowrun view" LIMIT {_SAMPLE}').fetchall()  # noqa: S608
    return {name: _common({row[place] for row in rows}) for place, name in enumerate(names)}


def _common(kinds: set[str]) -> FieldType:
    kinds = kinds - {"null"}
    if kinds == {"integer"}:
        return FieldType.Int64
    if kinds and kinds <= {"integer", "real"}:
        return FieldType.Double
    return FieldType.Blob if kinds == {"blob"} else FieldType.V_WString


def _column(name: str, type_: FieldType, declared: str) -> Column:
    if type_ is not FieldType.FixedDecimal:
        return Column(Field(name, type_), _read_as(type_))
    match = _DIGITS.search(declared)
    assert match is not None
    digits, scale = int(match[1]), int(match[2] or 0)
    # What was declared as DECIMAL by others is stored as a binary number.
    read = f"CASE typeof({{0}}) WHEN 'real' THEN printf('%.{scale}f', {{0}}) ELSE CAST({{0}} AS TEXT) END"
    return Column(Field(name, type_, digits + bool(scale), scale), read)


def _read_as(type_: FieldType) -> str:
    if type_ in BLOBS:
        return "CAST({} AS BLOB)"
    if type_ in (*TEXTS, *DATES):
        return "CASE typeof({0}) WHEN 'blob' THEN {0} ELSE CAST({0} AS TEXT) END"
    if type_ in (FieldType.Float, FieldType.Double):
        return "CASE typeof({0}) WHEN 'integer' THEN CAST({0} AS REAL) ELSE {0} END"
    return "{}"


def _stored_as(field: Field) -> pa.DataType:
    """The Arrow type in which the driver gives a field."""
    if field.type in (*INTEGERS, FieldType.Bool):
        return pa.int64()
    if field.type in (FieldType.Float, FieldType.Double):
        return pa.float64()
    return pa.binary() if field.type in BLOBS else pa.string()


def _example(field: Field) -> str:
    examples = {pa.int64(): "0", pa.float64(): "0.5", pa.binary(): "x''", pa.string(): "''"}
    return examples[_stored_as(field)]


def _stored(reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """The same records as the driver takes them."""
    fields = fields_of(reader.schema)
    as_text = [field.type in (FieldType.FixedDecimal, *DATES) for field in fields]
    types = [pa.string() if text else field.arrow_type for text, field in zip(as_text, fields, strict=True)]
    schema = pa.schema(list(zip(reader.schema.names, types, strict=True)))

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in reader:
            columns = [
                to_text(column, field) if text else column
                for column, field, text in zip(batch.columns, fields, as_text, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())
