"""A query that takes its records as they come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.feed import Feed, column
from engine.sql import Session
from engine.testing import schema_from

SCHEMA = schema_from("x: Int64, X: V_WString")
NUMBERS = pa.schema([("number", pa.int64())])


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(memory=64 << 20, threads=2, folder=tmp_path)
    yield session
    session.close()


def batch(*numbers: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([list(numbers), [str(number) for number in numbers]], schema=SCHEMA)


def test_records_are_numbered_across_batches(session: Session) -> None:
    feed = Feed(session, "SELECT 10 * c0 + n FROM input ORDER BY n DESC", SCHEMA)
    feed.write(batch(1, 2))
    feed.write(batch())
    feed.write(batch(3))
    assert [row for part in feed.result(NUMBERS) for row in part["number"].to_pylist()] == [32, 21, 10]
    feed.close()


def test_names_that_differ_by_case_are_two_columns(session: Session) -> None:
    feed = Feed(session, f"SELECT max({column(SCHEMA, 'x')} + length({column(SCHEMA, 'X')})) FROM input", SCHEMA)
    feed.write(batch(100))
    assert next(feed.result(NUMBERS))["number"].to_pylist() == [103]


def test_no_records_at_all(session: Session) -> None:
    assert list(Feed(session, "SELECT c0 FROM input ORDER BY 1", SCHEMA).result(NUMBERS)) == []


def test_long_decimals_come_back_whole(session: Session) -> None:
    schema = schema_from("d: FixedDecimal(50.2)")
    number = Decimal("12345678901234567890123456789012345678901234567.25")
    feed = Feed(session, "SELECT c0 FROM input ORDER BY n", schema)
    feed.write(pa.RecordBatch.from_arrays([pa.array([number], schema.field(0).type)], schema=schema))
    assert next(feed.result(schema))["d"].to_pylist() == [number]


def test_a_failure_reaches_whoever_writes_or_reads(session: Session) -> None:
    feed = Feed(session, "SELECT CAST(sum(c0) AS BIGINT) FROM input", SCHEMA)
    feed.write(batch(2**63 - 1, 1))
    with pytest.raises(ToolError, match="A number became too large"):
        list(feed.result(NUMBERS))
    feed.close()


def test_a_query_that_fails_at_once_does_not_block_the_writer(session: Session) -> None:
    feed = Feed(session, "SELECT CAST(c1 AS INTEGER) FROM input ORDER BY 1", SCHEMA)
    bad = pa.RecordBatch.from_arrays([[1], ["no number"]], schema=SCHEMA)
    with pytest.raises(ToolError):  # noqa: PT012 - the queue takes a few before the failure shows
        for _ in range(1_000):
            feed.write(bad)
    feed.close()


def test_closing_ends_the_thread(session: Session) -> None:
    feed = Feed(session, "SELECT c0 FROM input ORDER BY 1", SCHEMA)
    feed.write(batch(1))
    feed.close()
    feed.close()
    assert "flowrun-feed" not in {thread.name for thread in threading.enumerate()}
