"""A transaction on a driver of ADBC, as those of PostgreSQL and SQLite share it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pyarrow as pa

from tools.in_out.databases._sql import STAGE, TableName


def errors() -> tuple[type[Exception], ...]:
    """What the driver raises, also through Arrow while a result streams."""
    from adbc_driver_manager import Error

    return (Error, OSError, pa.ArrowException)


class AdbcSession:
    """One transaction on an open connection; a subclass adds what its database says of itself."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, statement: str) -> int:
        """Run a statement; the number of records that it touched."""
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(statement)
            return int(cursor.rowcount)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The result of a small query."""
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def batches(self, query: str, **options: str) -> Iterator[pa.RecordBatch]:
        """The result of a query as the driver gives it."""
        with closing(self._connection.cursor()) as cursor:
            cursor.adbc_statement.set_options(**options)
            cursor.execute(query)
            with cursor.fetch_record_batch() as reader:
                yield from reader

    def load(self, table: TableName | None, reader: pa.RecordBatchReader) -> None:
        """Append to a table that has these very fields; None: to the one where records wait."""
        with closing(self._connection.cursor()) as cursor:
            if table is None:
                cursor.adbc_ingest(STAGE, reader, mode="append", temporary=True)
            else:
                cursor.adbc_ingest(table.table, reader, mode="append", db_schema_name=table.schema)

    def commit(self) -> None:
        """Make it so."""
        self._connection.commit()

    def close(self) -> None:
        """Leave the database as it was, unless all was committed."""
        with contextlib.suppress(*errors()):  # a server that is gone rolls back by itself
            self._connection.rollback()
        with contextlib.suppress(*errors()):
            self._connection.close()
