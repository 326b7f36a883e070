"""DuckDB files. Queries reach the file's tables and nothing else: no other file, no network, no extension.

Every type has its own, but that text has no size and a SpatialObj is a BLOB; a FixedDecimal has 38 digits at most.
What flowrun has no type for becomes text.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from engine.batches import MAX_ROWS
from engine.errors import ToolError, Unreachable
from engine.types import TEXTS, Field, FieldType, fields_of
from tools.in_out.databases._sql import STAGE, Column, TableName, bare, distinct, quote_name, quote_text, select
from tools.in_out.formats._fields import carried, conversion_note, unique_names

if TYPE_CHECKING:
    import duckdb

SCHEMES: tuple[str, ...] = ()
EXTENSIONS = (".duckdb", ".ddb")
_MOST_DIGITS = 38
_WAIT = 5.0  # seconds for another program that has the file
_CONFIG: dict[str, Any] = {
    "memory_limit": "1GB", "enable_external_access": "false", "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false", "python_enable_replacements": "false", "lock_configuration": "true",
}  # fmt: skip
_TYPES = {
    FieldType.Bool: "BOOLEAN", FieldType.Byte: "UTINYINT", FieldType.Int16: "SMALLINT", FieldType.Int32: "INTEGER",
    FieldType.Int64: "BIGINT", FieldType.Float: "FLOAT", FieldType.Double: "DOUBLE", FieldType.Date: "DATE",
    FieldType.Time: "TIME", FieldType.DateTime: "TIMESTAMP", FieldType.Blob: "BLOB", FieldType.SpatialObj: "BLOB",
}  # fmt: skip
_AS_TEXT = ("BIT", "INTERVAL", "TIME WITH TIME ZONE", "UNION", "BIGNUM", "VARINT", "VARIANT", "GEOMETRY", "UUID")


def errors() -> tuple[type[Exception], ...]:
    """What the driver raises, also through Arrow while a result streams."""
    import duckdb

    return (duckdb.Error, OSError, pa.ArrowException)


def column_type(field: Field) -> str:
    """How a new table declares a field."""
    if field.type is FieldType.FixedDecimal:
        return f"DECIMAL({field.arrow_type.precision}, {field.arrow_type.scale})"
    return "VARCHAR" if field.type in TEXTS else _TYPES[field.type]


def check_fields(schema: pa.Schema) -> None:
    """Refuse names that differ by case alone, and numbers that are too long."""
    distinct(schema.names)
    for field in fields_of(schema):
        if field.type is FieldType.FixedDecimal and field.arrow_type.precision > _MOST_DIGITS:
            raise ToolError(
                f"[{field.name}] has {field.arrow_type.precision} digits; DuckDB's numbers have {_MOST_DIGITS}.",
                hint="Give it fewer, or make it text, with Select.",
            )


class Session:
    """One transaction; one that may only read where it is not for writing."""

    def __init__(self, address: str, *, write: bool) -> None:
        if not write and not Path(address).is_file():
            raise Unreachable(f"There is no file {address}.", setting="path")
        self._connection = _connect(address, write=write)
        self._connection.execute("BEGIN TRANSACTION" if write else "BEGIN TRANSACTION READ ONLY")

    def describe(self, query: str) -> list[Column]:
        """The columns of a query, which must be one SELECT."""
        import duckdb

        statements = self._connection.extract_statements(bare(query))
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ToolError("The query is not one SELECT.", setting="query")
        relation = self._connection.sql(bare(query))
        names = unique_names(relation.columns)
        reads = ["{}::VARCHAR" if str(type_).startswith(_AS_TEXT) else "{}" for type_ in relation.types]
        plain = [Column(Field(name, FieldType.V_WString), read) for name, read in zip(names, reads, strict=True)]
        schema = self._relation(query, plain, plain, 0).to_arrow_table().schema
        return [
            Column(carried(field), read, note=conversion_note(field) or "")
            for field, read in zip(schema, reads, strict=True)
        ]

    def _relation(
        self, query: str, every: Sequence[Column], columns: Sequence[Column], limit: int | None
    ) -> duckdb.DuckDBPyRelation:
        return self._connection.sql(select(bare(query), [column.field.name for column in every], columns, limit))

    def stream(self, query: str, every: Sequence[Column], columns: Sequence[Column], limit: int | None
               ) -> Iterator[pa.RecordBatch]:  # fmt: skip
        with closing(self._relation(query, every, columns, limit).to_arrow_reader(MAX_ROWS)) as reader:
            yield from reader

    def execute(self, statement: str) -> int:
        """Run a statement; the number of records that it touched."""
        found = self._connection.execute(statement).fetchone()
        return int(found[0]) if found and isinstance(found[0], int) else 0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The result of a small query."""
        return self._connection.execute(query).fetchall()

    def has(self, table: TableName) -> bool:
        schema = "current_schema()" if table.schema is None else quote_text(table.schema)
        return bool(
            self.rows(
                "SELECT 1 FROM information_schema.tables"  # noqa: S608
                f" WHERE lower(table_name) = lower({quote_text(table.table)}) AND lower(table_schema) = lower({schema})"
            )
        )

    def tables(self) -> list[str]:
        found = self.rows(
            "SELECT table_schema = current_schema(), table_schema, table_name FROM information_schema.tables ORDER BY 3"
        )
        return [_written(name) if here else f"{_written(schema)}.{_written(name)}" for here, schema, name in found]

    def load(self, table: TableName | None, reader: pa.RecordBatchReader) -> None:
        target = quote_name(STAGE) if table is None else table.sql
        self._connection.register("flowrun_reader", reader)
        self._connection.execute(f"INSERT INTO {target} SELECT * FROM flowrun_reader")  # noqa: S608
        self._connection.unregister("flowrun_reader")

    def lock(self, table: TableName) -> None:
        """Two transactions that change the same records cannot both be committed anyway."""

    def commit(self) -> None:
        """Make it so."""
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Leave the database as it was, unless all was committed."""
        self._connection.close()


def _connect(address: str, *, write: bool) -> duckdb.DuckDBPyConnection:
    """Open the file. Only one program has it open where one of them writes; within ours, all open it in one way."""
    import duckdb

    give_up = time.monotonic() + _WAIT
    while True:
        try:
            return duckdb.connect(address, read_only=not write, config=_CONFIG)
        except duckdb.ConnectionException:
            return duckdb.connect(address, config=_CONFIG)
        except duckdb.IOException as error:
            if "lock" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def _written(name: str) -> str:
    return quote_name(name) if "." in name or '"' in name else name
