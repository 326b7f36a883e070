"""PostgreSQL, by its own COPY both ways.

A smallint, integer or bigint is Int16, Int32 or Int64; numeric(19,2) is a FixedDecimal, and a numeric that says no
digits a Double; json, uuid, arrays, intervals and all that flowrun has no type for become text. Times with a zone
become UTC, infinite dates and a numeric's NaN null. A Byte is written as smallint, a SpatialObj as bytea.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pyarrow as pa

from engine.errors import ToolError
from engine.types import TEXTS, Field, FieldType, fields_of
from tools.in_out.databases._adbc import AdbcSession, errors
from tools.in_out.databases._sql import Column, TableName, bare, quote_name, quote_text, select
from tools.in_out.formats._fields import unique_names

SCHEMES = ("postgresql", "postgres")
EXTENSIONS: tuple[str, ...] = ()
_LONGEST_NAME = 63  # bytes; the server would cut longer ones and say nothing
_BATCH_BYTES = 8 << 20
_STATEMENT_SECONDS = 5  # to describe a query, which never runs it
_CONNECTION = {  # how long to wait for a server that does not answer, before and while it sends
    "connect_timeout": "5", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
    "tcp_user_timeout": "60000", "application_name": "flowrun",
}  # fmt: skip
_TYPES = {
    FieldType.Bool: "boolean", FieldType.Byte: "smallint", FieldType.Int16: "smallint", FieldType.Int32: "integer",
    FieldType.Int64: "bigint", FieldType.Float: "real", FieldType.Double: "double precision", FieldType.Date: "date",
    FieldType.Time: "time", FieldType.DateTime: "timestamp", FieldType.Blob: "bytea", FieldType.SpatialObj: "bytea",
}  # fmt: skip
_FINITE = "CASE WHEN isfinite({0}) THEN {0} END"
_READ: dict[str, tuple[FieldType, str]] = {  # by the server's name of a type: what it becomes, and how it is read
    "bool": (FieldType.Bool, "{}"),
    "int2": (FieldType.Int16, "{}"),
    "int4": (FieldType.Int32, "{}"),
    "int8": (FieldType.Int64, "{}"),
    "oid": (FieldType.Int64, "{}::int8"),
    "float4": (FieldType.Float, "{}"),
    "float8": (FieldType.Double, "{}"),
    "bytea": (FieldType.Blob, "{}"),
    "date": (FieldType.Date, _FINITE),
    "time": (FieldType.Time, "{}"),
    "timestamp": (FieldType.DateTime, _FINITE),
    "timestamptz": (FieldType.DateTime, _FINITE),
    "text": (FieldType.V_WString, "{}"),
    "varchar": (FieldType.V_WString, "{}"),
}
_TEXT_TYPES = ("text", "varchar", "bpchar", "name")
__all__ = ["EXTENSIONS", "SCHEMES", "Session", "check_fields", "column_type", "errors"]


def column_type(field: Field) -> str:
    """How a new table declares a field."""
    if field.type is FieldType.FixedDecimal:
        arrow = field.arrow_type
        return f"numeric({arrow.precision}, {arrow.scale})"
    return "text" if field.type in TEXTS else _TYPES[field.type]


def check_fields(schema: pa.Schema) -> None:
    """Refuse names that the server would cut."""
    for field in fields_of(schema):
        if len(field.name.encode()) > _LONGEST_NAME:
            raise ToolError(
                f"[{field.name}] has {len(field.name.encode())} bytes; PostgreSQL's names have {_LONGEST_NAME}.",
                hint="Rename it with Select.",
            )


class Session(AdbcSession):
    """One transaction; one that may only read where it is not for writing."""

    def __init__(self, address: str, *, write: bool) -> None:
        from adbc_driver_postgresql import dbapi

        super().__init__(dbapi.connect(_patient(address)))
        if not write:
            self.execute("SET TRANSACTION READ ONLY")

    def describe(self, query: str) -> list[Column]:
        """The columns of a query. The server prepares it, which runs nothing and takes one SELECT alone."""
        self.execute(f"SET LOCAL statement_timeout = '{_STATEMENT_SECONDS}s'")
        with closing(self._connection.cursor()) as cursor:
            schema: pa.Schema = cursor.adbc_execute_schema(bare(query))
        self.execute("SET LOCAL statement_timeout = 0")
        names = unique_names(schema.names)
        return [_column(name, field) for name, field in zip(names, schema, strict=True)]

    def stream(self, query: str, every: Sequence[Column], columns: Sequence[Column], limit: int | None
               ) -> Iterator[pa.RecordBatch]:  # fmt: skip
        sql = select(bare(query), [column.field.name for column in every], columns, limit)
        yield from self.batches(sql, **{"adbc.postgresql.batch_size_hint_bytes": str(_BATCH_BYTES)})

    def has(self, table: TableName) -> bool:
        return bool(self.rows(f"SELECT to_regclass({quote_text(table.sql)}) IS NOT NULL")[0][0])

    def tables(self) -> list[str]:
        found = self.rows(
            "SELECT CASE WHEN pg_table_is_visible(c.oid) THEN quote_ident(relname)"
            " ELSE quote_ident(nspname) || '.' || quote_ident(relname) END"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'v', 'm', 'f', 'p')"
            " AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1"
        )
        return [name for (name,) in found]

    def lock(self, table: TableName) -> None:
        """Let nobody else change a table between two statements of ours."""
        self.execute(f"LOCK TABLE {table.sql} IN SHARE ROW EXCLUSIVE MODE")


def _patient(url: str) -> str:
    """The URL with what a connection needs to notice a server that is gone; what stands there already goes first."""
    given = {key for key, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    more = urlencode({key: value for key, value in _CONNECTION.items() if key not in given})
    return f"{url}{'&' if '?' in url else '?'}{more}"


def _column(name: str, field: pa.Field) -> Column:
    facts: dict[bytes, Any] = field.metadata or {}
    kind = facts.get(b"POSTGRESQL:type", b"").decode()
    modifier = int(facts.get(b"POSTGRESQL:typmod", b"-1"))
    assign = "{}" if kind in _TEXT_TYPES else f"CAST({{}} AS {_cast(kind)})"
    if kind == "numeric":
        return _numeric(name, modifier, assign)
    if kind == "money":
        return Column(Field(name, FieldType.FixedDecimal, 20, 2), "{}::numeric(19,2)", assign)
    type_, read = _READ.get(kind, (FieldType.V_WString, "{}::text"))
    note = f"[{name}]: times with a zone became times in UTC." if kind == "timestamptz" else ""
    return Column(Field(name, type_), read, assign, note)


def _cast(kind: str) -> str:
    """A type's name for CAST; that of an array is its items' with an underscore before it."""
    return f"{quote_name(kind[1:])}[]" if kind.startswith("_") else quote_name(kind)


def _numeric(name: str, modifier: int, assign: str) -> Column:
    precision, scale = (modifier - 4) >> 16, (modifier - 4) & 0x7FF
    if modifier < 4 or scale > precision or precision > 76:
        note = f"[{name}] says no digits and was read as Double; `CAST({name} AS numeric(19, 4))` would keep them."
        return Column(Field(name, FieldType.Double), "{}::float8", assign, note)
    size = precision + bool(scale)
    return Column(Field(name, FieldType.FixedDecimal, size, scale), "NULLIF({}, 'NaN')", assign)
