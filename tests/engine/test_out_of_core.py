"""Far more records than fit in memory: the result is right, the memory bounded, and nothing is left on disk."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

FLOWRUN = [sys.executable, "-c", "from engine.cli import main; main()", "work.yaml", "--quiet", "--no-cache"]
RECORDS = 500_000  # of about 280 bytes: twice what DuckDB gets
GROUPS = RECORDS // 2
MEMORY = "128MB"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a large file of records in no order."""
    folder = tmp_path_factory.mktemp("large")
    random = np.random.default_rng(1)
    numbers = random.permutation(RECORDS)
    columns = {
        "number": numbers,
        "group": numbers % GROUPS,
        "kind": pc.cast(pa.array(numbers % 3), pa.string()),
        "text": pa.array([f"{number:0240}" for number in numbers.tolist()]),
    }
    parquet.write_table(pa.table(columns), folder / "large.parquet", row_group_size=50_000)
    return folder


def write(folder: Path, tool: str, *wires: str) -> None:
    """A workflow: the file, a tool, and what leaves it into a file."""
    nodes = f"""
  read: {{tool: Input, path: large.parquet}}
  work: {{{tool}}}
  write: {{tool: Output, path: out.parquet}}"""
    connections = "".join(f"\n  - {wire}" for wire in wires or ("read -> work", "work -> write"))
    (folder / "work.yaml").write_text(f"flowrun: 1\nnodes:{nodes}\nconnections:{connections}\n")


def run(folder: Path) -> pa.Table:
    """Run the workflow in little memory; what it wrote."""
    done = subprocess.run([*FLOWRUN, "--memory", MEMORY], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not left(folder)
    return parquet.read_table(folder / "out.parquet")


def left(folder: Path) -> list[Path]:
    """Temporary files of runs."""
    return list((folder / ".flowrun" / "runs").glob("*/tmp/*"))


def test_sort(folder: Path) -> None:
    write(folder, "tool: Sort, by: [{field: number}]")
    assert run(folder)["number"].equals(pa.chunked_array([np.arange(RECORDS)]))


def test_join(folder: Path) -> None:
    write(folder, "tool: Join, by: [{left: number}]", "read -> work.L", "read -> work.R", "work.J -> write")
    joined = run(folder)
    assert joined.num_rows == RECORDS
    assert joined["text"].equals(joined["Right_text"])


def test_summarize(folder: Path) -> None:
    write(folder, "tool: Summarize, actions: [{field: group, action: GroupBy}, {field: text, action: Max, rename: m}]")
    result = run(folder)
    assert result["group"].equals(pa.chunked_array([np.arange(GROUPS)]))
    assert result["m"][5].as_py() == f"{GROUPS + 5:0240}"


def test_unique(folder: Path) -> None:
    write(folder, "tool: Unique, by: [group]", "read -> work", "work.U -> write")
    assert pc.count_distinct(run(folder)["group"]).as_py() == GROUPS


def test_cross_tab(folder: Path) -> None:
    write(folder, "tool: CrossTab, by: [group], header: kind, value: number, methods: [Sum]")
    result = run(folder)
    assert result.schema.names == ["group", "0", "1", "2"]
    total = sum(pc.sum(result[name]).as_py() for name in ("0", "1", "2"))
    assert (result.num_rows, total) == (GROUPS, RECORDS * (RECORDS - 1) // 2)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_leaves_nothing(folder: Path, sign: signal.Signals) -> None:
    write(folder, "tool: Sort, by: [{field: text}]")
    with subprocess.Popen([*FLOWRUN, "--memory", MEMORY], cwd=folder, stderr=subprocess.PIPE) as process:
        while not any(path.is_file() for path in left(folder) for path in path.rglob("*")):
            assert process.poll() is None, "it ended without going to disk"
            time.sleep(0.01)
        process.send_signal(sign)
    if sign == signal.SIGKILL:  # which nobody can hear: the next run tidies up
        assert left(folder)
        write(folder, "tool: CountRecords")
        run(folder)
    assert not left(folder)
