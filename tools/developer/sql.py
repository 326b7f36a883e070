"""SQL: ask a question of the inputs in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.errors import ToolError
from engine.spool import Spool
from engine.tool import Anchor, Config, Emission, Gather, Schemas, hint
from engine.types import Field, FieldType, fields_of, is_open
from tools._records.naming import free_name

_TYPES = {
    "BOOLEAN": FieldType.Bool,
    "TINYINT": FieldType.Int16,
    "UTINYINT": FieldType.Byte,
    "SMALLINT": FieldType.Int16,
    "USMALLINT": FieldType.Int32,
    "INTEGER": FieldType.Int32,
    "UINTEGER": FieldType.Int64,
    "BIGINT": FieldType.Int64,
    "UBIGINT": FieldType.Int64,
    "HUGEINT": FieldType.Int64,
    "UHUGEINT": FieldType.Int64,
    "FLOAT": FieldType.Float,
    "DOUBLE": FieldType.Double,
    "DATE": FieldType.Date,
    "TIME": FieldType.Time,
    "BLOB": FieldType.Blob,
}
_CASTS = {
    FieldType.Bool: "BOOLEAN", FieldType.Byte: "UTINYINT", FieldType.Int16: "SMALLINT", FieldType.Int32: "INTEGER",
    FieldType.Int64: "BIGINT", FieldType.Float: "FLOAT", FieldType.Double: "DOUBLE", FieldType.Date: "DATE",
    FieldType.Time: "TIME", FieldType.DateTime: "TIMESTAMP", FieldType.Blob: "BLOB", FieldType.V_WString: "VARCHAR",
}  # fmt: skip


class SQLConfig(Config):
    query: Annotated[str, hint("sql")] = ConfigField(min_length=1)
    """A SELECT over the tables `input1`, `input2`, ...: the inputs in the order of the connections."""


class SQL(Gather[SQLConfig]):
    """Ask a question of the inputs in SQL.

    The dialect is DuckDB's; the inputs are the tables `input1`, `input2`, ... A single SELECT is allowed, over the
    inputs alone: no files, no network, nothing is changed. It works out of core: what does not fit in memory goes to
    disk.

    Without ORDER BY the order of the result is not promised. Fields that pass unchanged keep what is known about them;
    of two with one name the second gets a number behind it. Lists, structs and other types that flowrun does not have
    become text, and dates before the year 1 or after 9999 Null.

    Example: `{tool: SQL, query: 'SELECT Class, count(*) AS Pictures FROM input1 GROUP BY ALL ORDER BY ALL'}`
    """

    version = 2
    inputs = (Anchor("in", "The tables input1, input2, ...", multiple=True),)
    keywords = ("query", "select", "duckdb", "database", "group by", "window")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        if any(is_open(schema) for schema in inputs.values()):
            return {"out": None}
        return {"out": pa.schema([field for field, _ in self._columns(inputs)])}

    def _columns(self, inputs: Schemas) -> list[tuple[pa.Field, str]]:
        """The fields of the result, and the DuckDB type that each is cast to."""
        import duckdb

        for port, schema in inputs.items():
            for field in fields_of(schema):
                if pa.types.is_decimal256(field.arrow_type):
                    raise ToolError(
                        f"[{field.name}] of {port} has more digits than SQL has here (38).",
                        hint="Make it a Double, or a FixedDecimal of at most 39 characters, with Select first.",
                    )
        with _explained(), duckdb.connect(":memory:", config={"threads": 1}) as connection:
            connection.execute("SET enable_external_access = false; SET lock_configuration = true")
            self._check_statement(connection)
            for number, schema in enumerate(inputs.values(), 1):
                connection.register(f"input{number}", schema.empty_table())
            relation = connection.sql(self._query())
            described = list(zip(relation.columns, map(str, relation.types), strict=True))
        known = {field.name: field for schema in reversed(list(inputs.values())) for field in schema}
        columns: list[tuple[pa.Field, str]] = []
        for name, type_ in described:
            field, cast = _column(name, type_, known.get(name))
            columns.append((field.with_name(free_name(name, (other.name for other, _ in columns))), cast))
        return columns

    def _check_statement(self, connection: Any) -> None:
        import duckdb

        statements = connection.extract_statements(self.config.query)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ToolError(
                "The query is not a single SELECT.",
                hint="Nothing can be created or changed here; write one statement that begins with SELECT or WITH.",
                setting="query",
            )

    def _query(self) -> str:
        return re.sub(r";\s*\Z", "", self.config.query.strip())

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        columns = self._columns(self.context.inputs)
        out = pa.schema([field for field, _ in columns])
        casts = ", ".join(f"{_cast(f'#{place}', type_)} AS c{place}" for place, (_, type_) in enumerate(columns, 1))
        query = f"SELECT {casts} FROM (\n{self._query()}\n)"  # noqa: S608 - the user's own SELECT, confined by the session
        tables: dict[str, Any] = {f"input{number}": _Stream(spool) for number, spool in enumerate(streams.values(), 1)}
        with _explained():
            for batch in self.context.sql.stream(query, tables):
                arrays = [column.cast(field.type) for column, field in zip(batch.columns, out, strict=True)]
                yield "out", pa.RecordBatch.from_arrays(arrays, schema=out)


class _Stream:
    """A spool that can be read as often as a query names it."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self._spool.reader().__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        return self._spool.schema.__arrow_c_schema__()


def _column(name: str, type_: str, known: pa.Field | None) -> tuple[pa.Field, str]:
    if decimal := re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", type_):
        digits, scale = int(decimal[1]), int(decimal[2])
        field, cast = Field(name, FieldType.FixedDecimal, digits + (1 if scale else 0), scale), type_
    else:
        flowrun = FieldType.DateTime if type_.startswith("TIMESTAMP") else _TYPES.get(type_, FieldType.V_WString)
        field, cast = Field(name, flowrun), _CASTS[flowrun]
    return (known if known is not None and known.type == field.arrow_type else field.arrow()), cast


def _cast(column: str, type_: str) -> str:
    cast = f"CAST({column} AS {type_})"
    return f"CASE WHEN year({cast}) BETWEEN 1 AND 9999 THEN {cast} END" if type_ in ("DATE", "TIMESTAMP") else cast


@contextmanager
def _explained() -> Iterator[None]:
    import duckdb

    try:
        yield
    except (duckdb.Error, OSError, pa.ArrowInvalid) as error:
        message, _, rest = str(error).partition("\n")
        hint_text = next((line for line in rest.splitlines() if line.startswith(("Candidate", "Did you mean"))), "")
        raise ToolError(message, hint=hint_text, setting="query") from error
