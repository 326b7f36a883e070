"""A run that is stopped or killed while it writes leaves the table as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.testing import table
from tests.tools.in_out.databases.conftest import Database
from tests.tools.in_out.databases.server import Server

OLD = table("n: Int64", [1], [2])
WORKFLOW = """
flowrun: 1
nodes:
  rows: {{tool: Input, path: rows.parquet}}
  write: {{tool: Output, {place}, table: t, mode: {mode}}}
connections: [rows -> write]
"""


def interrupt(database: Database, mode: str, by: signal.Signals, is_writing: Callable[[], bool]) -> int:
    """Start a run that writes for long, send it a signal as soon as it writes; its exit code."""
    place = ", ".join(f"{key}: {value}" for key, value in database.place.items())
    pq.write_table(pa.table({"n": range(3_000_000)}), database.folder / "rows.parquet")
    (database.folder / "w.yaml").write_text(WORKFLOW.format(place=place, mode=mode))
    command = [sys.executable, "-m", "engine.cli", "--quiet", "w.yaml"]
    with subprocess.Popen(command, cwd=database.folder, stderr=subprocess.PIPE, text=True) as process:
        while not is_writing():
            assert process.poll() is None, "it ended before it could be interrupted"
            time.sleep(0.02)
        process.send_signal(by)
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    return process.returncode


@pytest.mark.parametrize(("by", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_postgresql(postgresql: Server, tmp_path: Path, by: signal.Signals, code: int) -> None:
    database = Database("postgresql", tmp_path)
    database.write("t", OLD)
    copying = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'active'"
    assert interrupt(database, "overwrite", by, lambda: postgresql.sql(copying) == "1") == code
    assert database.read("t")["out"].to_pylist() == OLD.to_pylist()


@pytest.mark.parametrize(("by", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_sqlite(tmp_path: Path, by: signal.Signals, code: int) -> None:
    database = Database("sqlite", tmp_path)
    database.write("t", OLD)
    size = (tmp_path / "shop.sqlite").stat().st_size
    journal = tmp_path / "shop.sqlite-journal"
    is_writing = lambda: journal.exists() and (tmp_path / "shop.sqlite").stat().st_size > 4 * size  # noqa: E731
    assert interrupt(database, "overwrite", by, is_writing) == code
    assert database.read("t")["out"].to_pylist() == OLD.to_pylist()
