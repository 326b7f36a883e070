"""One DuckDB session per run: relational work and expressions, in bounded memory, Arrow in and out.

The database lives in memory, spills into the run's folder, and reaches nothing else: no file, no network, no
extension, no Python variable. Every use gets a cursor of its own, so tools may work in several threads.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from engine.batches import MAX_ROWS
from engine.errors import ToolError
from engine.remarks import FUNCTION, RECORD, TYPES, Hear, Remarks

if TYPE_CHECKING:
    import duckdb

_MEMORY_A_THREAD = 192 << 20  # bytes: with less, grouping on disk mostly fails where one thread still does it


def quote_name(name: str) -> str:
    """A field or table name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text as an SQL literal."""
    if "\0" in text:  # DuckDB takes no NUL in a statement
        return "concat(" + ", chr(0), ".join(quote_text(part) for part in text.split("\0")) + ")"
    return "'" + text.replace("'", "''") + "'"


def in_template(sql: str) -> str:
    """SQL that stays as it is in a template, which `str.format` fills in."""
    return sql.replace("{", "{{").replace("}", "}}")


class Session:
    """The run's database.

    Args:
        memory: bytes that DuckDB may use before it spills.
        threads: threads that DuckDB may use; fewer where memory is short.
        folder: where it spills to.
    """

    def __init__(self, memory: int, threads: int, folder: Path) -> None:
        self._memory = memory
        self._threads = max(1, min(threads, memory // _MEMORY_A_THREAD))
        self._folder = folder
        self.remarks = Remarks()
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[BatchQuery] = weakref.WeakSet()
        self._databases: dict[int, duckdb.DuckDBPyConnection] = {}
        self._streaming: set[duckdb.DuckDBPyConnection] = set()

    def _cursor(self, threads: int) -> duckdb.DuckDBPyConnection:
        """A cursor of the database that works in so many threads."""
        with self._lock:
            if threads not in self._databases:
                self._databases[threads] = _database(self._memory, threads, self._folder, self.remarks)
            return self._databases[threads].cursor()

    def per_batch(self, query: str, schema: pa.Schema, fields: Sequence[str], hear: Hear | None = None) -> BatchQuery:
        """A query to be asked of one batch after the other, with the least work for each.

        Args:
            query: a SELECT from the table `batch` that keeps the number and order of its rows.
            schema: of the batches.
            fields: the fields that the query names; no other is handed to DuckDB.
            hear: is told what the expressions in it have to say of single records.
        """
        # A batch is the work of one thread; to wake others, in vain, costs as much again.
        batch_query = BatchQuery(self._cursor(1), query, schema, fields, self.remarks, hear)
        with self._lock:
            self._open.add(batch_query)
        return batch_query

    def stream(
        self,
        query: str,
        tables: Mapping[str, pa.RecordBatchReader | pa.Table],
        rows: int = MAX_ROWS,
        hear: Hear | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Run a query over streams and yield its result, out of core, in batches of at most `rows` rows.

        A stream is read once: a query that names it twice needs `MATERIALIZED`, or two readers. `hear` is told what
        the expressions in it have to say of single records, at the end.

        Raises:
            ToolError: memory or disk was not enough.
        """
        cursor = self._cursor(self._threads)
        with self._lock:
            self._streaming.add(cursor)
        try:
            for name, table in tables.items():
                cursor.register(name, table)
            listening = self.remarks.listen(cursor) if hear else ""
            with _explained():
                yield from cursor.sql(query).to_arrow_reader(rows)
            if hear:
                hear(self.remarks.collect(listening))
        finally:
            with self._lock:
                self._streaming.remove(cursor)
            cursor.close()

    def interrupt(self) -> None:
        """Stop what `stream` is doing, from another thread; whoever reads there gets DuckDB's InterruptException."""
        with self._lock:
            for cursor in self._streaming:
                cursor.interrupt()

    def close(self) -> None:
        """Let go of everything; safe to call twice."""
        with self._lock:
            for batch_query in self._open:
                batch_query.close()
            for database in self._databases.values():
                database.close()


def _database(memory: int, threads: int, folder: Path, remarks: Remarks) -> duckdb.DuckDBPyConnection:
    """An empty database that reaches nothing but the folder it spills to, and knows our Python functions."""
    import duckdb
    from duckdb.func import FunctionNullHandling, PythonUDFType

    from engine.expression.native import PYTHON_FUNCTIONS

    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": threads,
            "memory_limit": f"{memory}B",
            "temp_directory": str(folder / f"duckdb-{threads}"),
            "preserve_insertion_order": True,
            "allocator_background_threads": True,  # what is free goes back to the system soon
            # Nobody knows how long a stream is, so that a join must keep the side in memory that is written second.
            "disabled_optimizers": "build_side_probe_side",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )
    # In this order: without external access even the spill folder can no longer be named.
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    for name, (function, arguments, result) in {**PYTHON_FUNCTIONS, FUNCTION: (remarks.take, *TYPES)}.items():
        # Python functions over whole columns; they take and give nulls, and the same for the same.
        connection.create_function(
            name,
            function,
            list(arguments),
            result,
            type=PythonUDFType.ARROW,
            null_handling=FunctionNullHandling.SPECIAL,
            side_effects=False,
        )
    return connection


class BatchQuery:
    """A query bound once and asked of many batches; made by `Session.per_batch`. For one thread at a time."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        query: str,
        schema: pa.Schema,
        fields: Sequence[str],
        remarks: Remarks,
        hear: Hear | None,
    ) -> None:
        _refuse_unusable_names(fields)
        self._cursor = cursor
        self._fields = list(fields)
        self._remarks, self._hear = remarks, hear
        self._listening = remarks.listen(cursor) if hear else ""
        self._feed = _Feed(pa.schema([schema.field(name) for name in fields]), numbered=RECORD in query)
        cursor.register("batch", self._feed)
        with _explained():
            self._relation = cursor.sql(query)

    def __call__(self, batch: pa.RecordBatch) -> list[pa.Array]:
        """The columns of the result: one array each, as long as the batch.

        Raises:
            ToolError: memory or disk was not enough.
        """
        self._feed.fill(batch, self._fields)
        with _explained():
            table = self._relation.to_arrow_table()
        if table.num_rows != batch.num_rows:
            raise RuntimeError(
                f"the query made {table.num_rows} rows of {batch.num_rows}: {self._relation.sql_query()}"
            )
        if self._hear:
            self._hear(self._remarks.collect(self._listening))
        return [_one_array(column) for column in table.columns]

    def close(self) -> None:
        """Let go of the cursor."""
        self._cursor.close()

    def __enter__(self) -> BatchQuery:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class _Feed:
    """A table that DuckDB reads anew each time: whatever batch it was last filled with.

    Binding a query costs more than computing 65,536 rows; with this it happens once.
    """

    def __init__(self, schema: pa.Schema, numbered: bool = False) -> None:
        # DuckDB cannot read a table without columns, nor decimals of more than 38 digits.
        fields = [pa.field(field.name, _readable(field.type)) for field in schema]
        self._numbered = numbered
        if numbered:
            fields.append(pa.field(RECORD.strip('"'), pa.int64()))
        self.schema = pa.schema(fields or [pa.field("nothing", pa.bool_())])
        self._batches: list[pa.RecordBatch] = []

    def fill(self, batch: pa.RecordBatch, fields: Sequence[str]) -> None:
        columns = [batch.column(name) for name in fields]
        if self._numbered:
            columns.append(pa.array(np.arange(1, batch.num_rows + 1)))
        columns = columns or [pa.nulls(batch.num_rows, pa.bool_())]
        columns = [
            column if column.type == field.type else column.cast(field.type)
            for column, field in zip(columns, self.schema, strict=True)
        ]
        self._batches = [pa.RecordBatch.from_arrays(columns, schema=self.schema)]

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self.schema, self._batches)
        return reader.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        return self.schema.__arrow_c_schema__()


def _readable(type_: pa.DataType) -> pa.DataType:
    return pa.float64() if pa.types.is_decimal256(type_) else type_


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _refuse_unusable_names(fields: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for name in fields:
        if not name:
            raise ToolError(
                "A field has no name, so that nothing can be computed from it.", hint="Give it one with Select."
            )
        if "\0" in name:
            raise ToolError(f"The field name {name!r} holds a NUL character.", hint="Rename it with Select.")
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise ToolError(
                f"The fields [{other}] and [{name}] differ only by case and cannot be told apart here.",
                hint="Rename one with Select.",
            )


@contextmanager
def _explained() -> Iterator[None]:
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, OSError) as error:
        # What goes wrong while a result streams reaches us through Arrow, as an OSError with DuckDB's words.
        if isinstance(error, OSError) and "Out of Memory Error" not in str(error):
            raise
        raise ToolError(
            f"Not enough memory, or not enough room on disk to make up for it: {str(error).splitlines()[0]}",
            hint="Give the run more memory, or make room where temporary files are kept.",
        ) from error
