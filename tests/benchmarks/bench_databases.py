"""How fast tables go into databases and come back, against the bare drivers, and how much memory that takes.

    python tests/benchmarks/bench_databases.py [--rows 1000000] [--only sqlite]

Everything runs in a process of its own, so that its peak of memory is its own; the driver and Output, and the driver
and Input, take turns. PostgreSQL is started for it, where it is installed.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.tools.in_out.databases.server import programs, running

TYPES = {
    "postgresql": "id bigint, x double precision, name text, price numeric(18, 2), day date, at timestamp",
    "sqlite": "id INTEGER, x DOUBLE, name TEXT, price TEXT, day DATE, at DATETIME",
    "duckdb": "id BIGINT, x DOUBLE, name VARCHAR, price DECIMAL(18, 2), day DATE, at TIMESTAMP",
}
FOLDER = Path(os.environ.get("BENCH_FOLDER", "."))


def make(rows: int, path: Path) -> None:
    """Orders, written in parts so that this process needs no more memory than the others."""
    random = np.random.default_rng(7)
    with pq.ParquetWriter(path, parts(random, 1).schema) as file:
        for start in range(0, rows, 1 << 16):
            file.write_table(parts(random, min(1 << 16, rows - start)))


def parts(random: np.random.Generator, rows: int) -> pa.Table:
    prices = pa.array(random.integers(0, 10**6, rows)).cast(pa.decimal128(21, 2)).cast(pa.decimal128(18, 2))
    return pa.table(
        {
            "id": random.integers(0, 2**40, rows),
            "x": random.random(rows),
            "name": [f"customer {number}" for number in random.integers(0, 10**5, rows)],
            "price": prices,
            "day": pa.array(random.integers(0, 20_000, rows).astype(np.int32)).cast(pa.date32()),
            "at": pa.array(random.integers(0, 2**50, rows)).cast(pa.timestamp("us")),
        }
    )


# What is measured, each in its own process


def driver_write(kind: str) -> None:
    file = pq.ParquetFile(FOLDER / "orders.parquet")
    batches = pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches(8192))
    if kind == "duckdb":
        import duckdb

        with duckdb.connect(str(FOLDER / "bare.duckdb")) as database:
            database.execute("CREATE OR REPLACE TABLE orders AS SELECT * FROM batches")
        return
    with connect(kind) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS orders")
        cursor.execute(f"CREATE TABLE orders ({TYPES[kind]})")
        if kind == "sqlite":  # its driver takes no decimals
            place, field = batches.schema.get_field_index("price"), pa.field("price", pa.string())
            as_text = (batch.set_column(place, field, batch["price"].cast(pa.string())) for batch in batches)
            batches = pa.RecordBatchReader.from_batches(batches.schema.set(place, field), as_text)
        cursor.adbc_ingest("orders", batches, mode="append")
        connection.commit()


def driver_read(kind: str) -> None:
    if kind == "duckdb":
        import duckdb

        with duckdb.connect(str(FOLDER / "bare.duckdb"), read_only=True) as database:
            for _ in database.sql("SELECT * FROM orders").to_arrow_reader(65_536):
                pass
        return
    with connect(kind) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM orders")
        for _ in cursor.fetch_record_batch():
            pass


def connect(kind: str) -> Any:
    if kind == "sqlite":
        from adbc_driver_sqlite import dbapi

        return dbapi.connect(str(FOLDER / "bare.sqlite"))

    from adbc_driver_postgresql import dbapi as postgresql

    return postgresql.connect(os.environ["FLOWRUN_CONNECTION_BARE"])


def flow(kind: str, source: str, sink: str) -> None:
    from engine.check import check
    from engine.run import Run
    from engine.workflow import Workflow

    text = f"nodes:\n  a: {{tool: {source}}}\n  b: {{tool: {sink}}}\nconnections: [a -> b]\n"
    checked = check(Workflow.parse(f"flowrun: 1\n{text}", FOLDER / "w.yaml"))
    assert not checked.errors, checked.errors
    result = Run(checked).execute()
    assert result.outcome == "done", result.problems


def place(kind: str) -> str:
    return "connection: flow" if kind == "postgresql" else f"path: flow.{kind}"


def flowrun_write(kind: str) -> None:
    flow(kind, "Input, path: orders.parquet", f"Output, {place(kind)}, table: orders, mode: overwrite")


def flowrun_append(kind: str) -> None:
    flow(kind, "Input, path: orders.parquet", f"Output, {place(kind)}, table: orders, mode: append")


def flowrun_read(kind: str) -> None:
    flow(kind, f"Input, {place(kind)}, table: orders", 'Filter, expression: "[id] < 0"')


WORK = {f.__name__: f for f in (driver_write, flowrun_write, driver_read, flowrun_read, flowrun_append)}


def measured(name: str, kind: str) -> tuple[float, float]:
    """Seconds of the work itself, and the process's peak of memory in MB."""
    done = subprocess.run([sys.executable, __file__, "--work", name, "--only", kind],
                          check=True, capture_output=True, text=True)  # fmt: skip
    seconds, peak = done.stdout.split()[-2:]
    return float(seconds), float(peak)


def report(kind: str, rows: int) -> None:
    found = {name: measured(name, kind) for name in WORK}
    for ours, theirs in (("flowrun_write", "driver_write"), ("flowrun_append", "driver_write"),
                         ("flowrun_read", "driver_read")):  # fmt: skip
        (seconds, peak), (bare, bare_peak) = found[ours], found[theirs]
        print(
            f"{kind:10} {ours.removeprefix('flowrun_'):7} {rows / seconds:11,.0f} records/s, "
            f"{seconds / bare:4.2f} x the driver's {bare:.2f} s; "
            f"peak {peak:,.0f} MB, the driver's {bare_peak:,.0f} MB",
            flush=True,
        )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--only", choices=TYPES)
    arguments.add_argument("--work", choices=WORK)
    given = arguments.parse_args()
    if given.work:
        began = time.perf_counter()
        WORK[given.work](given.only)
        print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
        return
    server = programs()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BENCH_FOLDER"] = folder
        make(given.rows, Path(folder) / "orders.parquet")
        for kind in [given.only] if given.only else TYPES:
            if kind != "postgresql":
                report(kind, given.rows)
            elif server is not None:
                with running(server) as started:
                    started.sql("CREATE DATABASE flow")
                    os.environ["FLOWRUN_CONNECTION_BARE"] = started.url()
                    os.environ["FLOWRUN_CONNECTION_FLOW"] = started.url(database="flow")
                    report(kind, given.rows)


if __name__ == "__main__":
    main()
