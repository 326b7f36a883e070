"""A query that takes its records as they come, in a thread of DuckDB's own while the rest of the workflow goes on.

For tools that must have seen all records first. Nothing is set aside twice: DuckDB aggregates or sorts what it is fed,
and spills by itself where memory is short. In a trial it took the time of a spool and a query, or less, and far less
memory where records are summed up.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from engine.batches import MAX_ROWS
from engine.errors import ToolError

if TYPE_CHECKING:
    from engine.remarks import Hear
    from engine.sql import Session

NUMBER = "n"
"""The column of the query that counts records from 0, in the order in which they came."""
_ROWS_WITH_BLOBS = 256  # of a batch that leaves: pictures are large
_WAITING = 4  # batches on their way
_PATIENCE = 0.1  # seconds between two looks at whether the query has failed


class Feed:
    """A query over records that are written to it.

    Its table is called `input`. Columns have neutral names, `c0`, `c1`, ... by place (see `column`), so that nothing
    of a field name stands in SQL and names may differ by case alone; `n` numbers the records. Decimals of more than 38
    digits come as text, which DuckDB cannot compute with otherwise.

    Args:
        session: the run's.
        query: a SELECT that needs all records before it gives its first, as with ORDER BY or GROUP BY.
        schema: of the batches that will be written.
        hear: is told what the expressions in it have to say of single records, at the end.
        table: what the query calls it.
        tables: further tables that the query names.
    """

    def __init__(
        self,
        session: Session,
        query: str,
        schema: pa.Schema,
        hear: Hear | None = None,
        *,
        table: str = "input",
        tables: Mapping[str, pa.Table] | None = None,
    ) -> None:
        self._schema = fed_schema(schema)
        self._session = session
        self._query = query
        self._hear = hear
        self._table, self._tables = table, dict(tables or {})
        self._coming: queue.Queue[pa.RecordBatch | None] = queue.Queue(_WAITING)
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._rows = 0
        self._thread = threading.Thread(target=self._work, name="flowrun-feed", daemon=True)
        self._started = False

    def write(self, batch: pa.RecordBatch) -> None:
        """Hand over a batch.

        Raises:
            ToolError: the query has failed; memory or disk was not enough, for one.
        """
        fed = as_fed(batch, self._schema, self._rows)
        self._rows += batch.num_rows
        self._put(fed)

    def result(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """End the input and yield the records of the query, as batches of `schema` (by place).

        Raises:
            ToolError: the query has failed.
        """
        for batch in self._answer():
            yield as_batch(batch.columns, schema)

    def close(self) -> None:
        """End the query, whatever it is doing; safe to call twice."""
        self._stop.set()
        with contextlib.suppress(queue.Full):
            self._coming.put_nowait(None)  # wakes who waits for more
        if self._started:
            self._thread.join()
        self._batches = iter(())

    def _answer(self) -> Iterator[pa.RecordBatch]:
        """End the input and yield what the query gives, as it is."""
        self._put(None)
        self._thread.join()
        self._raise()
        yield from self._batches

    def _put(self, batch: pa.RecordBatch | None) -> None:
        if not self._started:
            self._started = True
            self._thread.start()
        while True:
            self._raise()
            try:
                self._coming.put(batch, timeout=_PATIENCE)
                return
            except queue.Full:
                continue

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _arrivals(self) -> Iterator[pa.RecordBatch]:
        while (batch := self._coming.get()) is not None and not self._stop.is_set():
            yield batch
        if self._stop.is_set():
            raise _Stopped

    def _work(self) -> None:
        """Run the query until its first batch is there: by then it has read all of its input."""
        reader = pa.RecordBatchReader.from_batches(self._schema, self._arrivals())
        try:
            batches = self._session.stream(
                self._query, {self._table: reader, **self._tables}, rows_of_answer(self._schema), self._hear
            )
            first = next(batches, None)
            self._batches = _after(first, batches)
        except Exception as error:
            self._error = told(error)


class _Stopped(Exception):
    """Nobody wants the result any more."""


def fed_schema(schema: pa.Schema) -> pa.Schema:
    """What records of a schema become for a query: see `Feed`."""
    types = [pa.string() if pa.types.is_decimal256(field.type) else field.type for field in schema]
    return pa.schema([*((f"c{place}", type_) for place, type_ in enumerate(types)), (NUMBER, pa.int64())])


def as_fed(batch: pa.RecordBatch, fed: pa.Schema, start: int) -> pa.RecordBatch:
    """A batch as a `fed_schema` says, its first record being number `start`."""
    return as_batch([*batch.columns, pa.arange(start, start + batch.num_rows)], fed)


def rows_of_answer(fed: pa.Schema) -> int:
    """How many records a batch of the answer has at most."""
    return _ROWS_WITH_BLOBS if pa.binary() in fed.types else MAX_ROWS


def in_order(table: str) -> str:
    """A table of a query that one thread reads, as the records came.

    For sums of floating-point numbers, whose last digits depend on the order: else no run would give what the one
    before did. Numbering the rows is what keeps other threads away, at next to no cost.
    """
    return f"(SELECT * FROM (SELECT *, row_number() OVER () AS place FROM {table}) WHERE place > 0)"  # noqa: S608 - ours


def column(schema: pa.Schema, name: str) -> str:
    """What the field `name` is called in a query of a `Feed` of this schema."""
    return f"c{schema.names.index(name)}"


def as_batch(columns: Sequence[pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """Columns as the fields of a schema, by place."""
    cast = [column.cast(field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(cast, schema=schema)


def _after(first: pa.RecordBatch | None, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    if first is not None:
        yield first
        yield from rest


def told(error: Exception) -> Exception:
    import duckdb

    if isinstance(error, duckdb.OutOfRangeException | duckdb.ConversionException):
        return ToolError("A number became too large for its type.", hint="Make it a Double with Select first.")
    return error
