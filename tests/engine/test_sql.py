from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.batches import MAX_ROWS
from engine.errors import ToolError
from engine.sql import Session, quote_name, quote_text
from engine.testing import table


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(64 << 20, 2, tmp_path)
    yield session
    session.close()


NUMBERS = table("n: Int32, text: V_WString", *([number, str(number)] for number in range(10)))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def test_one_query_answers_for_many_batches(session: Session) -> None:
    query = session.per_batch('SELECT "n" * 2, "n" > 3 FROM batch', NUMBERS.schema, ["n"])
    for rows in (3, 1, 10):
        for batch in NUMBERS.to_batches(max_chunksize=rows):
            doubled, greater = query(batch)
            assert doubled.to_pylist() == [2 * number for number in batch["n"].to_pylist()]
            assert greater.to_pylist() == [number > 3 for number in batch["n"].to_pylist()]


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_a_query_without_fields_and_a_batch_without_rows(session: Session, rows: int) -> None:
    (ones,) = session.per_batch("SELECT 1 FROM batch", NUMBERS.schema, [])(NUMBERS.to_batches()[0].slice(0, rows))
    assert ones.to_pylist() == [1] * rows


def test_the_order_of_a_full_batch_is_kept(session: Session) -> None:
    batch = pa.record_batch({"n": np.arange(MAX_ROWS)})
    (same,) = session.per_batch('SELECT "n" FROM batch', batch.schema, ["n"])(batch)
    assert same.equals(batch["n"])


def test_a_query_that_loses_rows_is_a_bug(session: Session) -> None:
    query = session.per_batch('SELECT "n" FROM batch WHERE "n" > 3', NUMBERS.schema, ["n"])
    with pytest.raises(RuntimeError, match="made 6 rows of 10"):
        query(NUMBERS.to_batches()[0])


def test_streams_out_of_core_in_order(tmp_path: Path) -> None:
    session = Session(96 << 20, 1, tmp_path)
    schema = pa.schema({"n": pa.int64(), "rest": pa.string()})

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, 600_000, 50_000):
            numbers = np.arange(start, start + 50_000)
            yield pa.record_batch([-numbers, pa.array([f"{number:0200}" for number in numbers])], schema=schema)

    reader = pa.RecordBatchReader.from_batches(schema, batches())  # about twice the memory the session has
    expected = -599_999
    for batch in session.stream('SELECT * FROM "in" ORDER BY n', {"in": reader}):
        assert batch.num_rows <= MAX_ROWS
        assert batch["n"].equals(pa.array(np.arange(expected, expected + batch.num_rows)))
        expected += batch.num_rows
    assert expected == 1
    session.close()


def test_a_stream_can_be_left_early_and_others_run_meanwhile(session: Session) -> None:
    outer = session.stream('SELECT * FROM "t"', {"t": NUMBERS})
    assert next(outer).num_rows == 10
    assert sum(batch.num_rows for batch in session.stream('SELECT * FROM "t" WHERE n < 4', {"t": NUMBERS})) == 4
    del outer


def test_works_in_several_threads(session: Session) -> None:
    sums: list[int] = []

    def work() -> None:
        query = session.per_batch('SELECT "n" + 1 FROM batch', NUMBERS.schema, ["n"])
        sums.extend(sum(query(NUMBERS.to_batches()[0])[0].to_pylist()) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [55] * 80


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM '{file}'",
        "COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SELECT * FROM secret",
    ],
)
def test_reaches_nothing_outside(session: Session, tmp_path: Path, query: str) -> None:
    secret = table("n: Int32", [1])
    assert secret.num_rows == 1
    file = tmp_path / "file.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(duckdb.Error):
        list(session.stream(query.format(file=file), {}))
    assert file.read_text() == "a,b\n1,2\n"


def test_too_little_memory_is_explained(tmp_path: Path) -> None:
    session = Session(4 << 20, 1, tmp_path)
    with pytest.raises(ToolError, match="Not enough memory") as caught:
        list(session.stream("SELECT string_agg(repeat('x', 1000)) FROM range(1000000)", {}))
    assert "more memory" in caught.value.hint
    session.close()


def test_leaves_nothing_behind(tmp_path: Path) -> None:
    session = Session(64 << 20, 1, tmp_path)
    session.per_batch('SELECT "n" FROM batch', NUMBERS.schema, ["n"])
    session.close()
    session.close()
    assert not list(tmp_path.rglob("*.*"))


@settings(deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_names_are_quoted(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    with connection.cursor() as cursor:
        assert cursor.sql(f"SELECT 1 AS {quote_name(name)}").to_arrow_table().column_names == [name]


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_texts_are_quoted(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    with connection.cursor() as cursor:
        assert cursor.sql(f"SELECT {quote_text(text)}").fetchall() == [(text,)]
