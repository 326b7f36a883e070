"""Sort, Join, Summarize, Unique and Cross Tab of far more than fits in memory: how much they really take.

    python tests/benchmarks/bench_out_of_core.py [--gigabytes 5] [--memory 512MB] [--data FOLDER] [TOOL ...]

Each tool runs in a process of its own over records of random texts and numbers, with as many groups as half of the
records. Prints time, largest memory of the process (the Python process and its libraries take about 250 MB of it
before the first record), and the largest size of what was set aside on disk. Fails where anything of that is left.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

BYTES_A_RECORD = 8 + 20 + 8 + 8 + 68  # as Arrow keeps them
WORK = {
    "Sort": "{tool: Sort, by: [{field: key}, {field: x}]}",
    "Join": "{tool: Join, by: [{left: id}]}",
    "Summarize": "{tool: Summarize, actions: [{field: key, action: GroupBy}, {field: x, action: Sum},"
    " {field: text, action: Max}]}",
    "Unique": "{tool: Unique, by: [key]}",
    "CrossTab": "{tool: CrossTab, by: [key], header: kind, value: x, methods: [Sum]}",
}
INPUTS, OUTPUTS = {"Join": ["work.L", "work.R"]}, {"Join": "work.J", "Unique": "work.U"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=", ".join(WORK))
    parser.add_argument("--gigabytes", type=float, default=5)
    parser.add_argument("--memory", default="512MB")
    parser.add_argument("--data", type=Path, help="a folder where the data stands already, or is kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.data or Path(temporary)
        if not (folder / "big.parquet").exists():
            write_input(folder / "big.parquet", int(given.gigabytes * 1e9 / BYTES_A_RECORD))
        for tool in given.tools or WORK:
            print(f"{tool:10} {run(tool, folder, given.memory)}", flush=True)


def write_input(path: Path, records: int) -> None:
    """Random records, in no order."""
    script = f"""
import duckdb
duckdb.sql("SET preserve_insertion_order = false; SET memory_limit = '2GB'")
duckdb.sql('''COPY (
    SELECT range AS id, substr(md5((hash(range) % {records // 2})::VARCHAR), 1, 16) AS key,
           (hash(range + 7) % 20)::BIGINT AS kind, (hash(range + 1) % 1000000) / 7 AS x,
           md5(range::VARCHAR) || md5((range + 1)::VARCHAR) AS text
    FROM range({records})
) TO '{path}' (FORMAT parquet, COMPRESSION uncompressed)''')
"""
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)


def workflow(tool: str) -> str:
    """Read, work, write."""
    wires = [f"  - read -> {target}" for target in INPUTS.get(tool, ["work"])] + [
        f"  - {OUTPUTS.get(tool, 'work')} -> write"
    ]
    nodes = [
        "  read: {tool: Input, path: big.parquet}",
        f"  work: {WORK[tool]}",
        "  write: {tool: Output, path: out.parquet}",
    ]
    return "\n".join(["flowrun: 1", "nodes:", *nodes, "connections:", *wires])


def run(tool: str, folder: Path, memory: str) -> str:
    """Run a tool to the end; say what it took."""
    (folder / "work.yaml").write_text(workflow(tool), encoding="utf-8")
    command = [sys.executable, "-c", "from engine.cli import main; main()", "work.yaml", "-q", "--no-cache"]
    over, disk = threading.Event(), [0]
    watcher = threading.Thread(target=watch, args=(folder / ".flowrun" / "runs", over, disk))
    watcher.start()
    began = time.perf_counter()
    process = subprocess.Popen([*command, "--memory", memory], cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    over.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{tool} ended with {process.returncode}")
    if left := list((folder / ".flowrun" / "runs").glob("*/tmp/*")):
        raise SystemExit(f"{tool} left {left}")
    (folder / "out.parquet").unlink()
    return f"{seconds:6.0f} s  memory {usage.ru_maxrss / 1024:5.0f} MB  disk {disk[0] / 1e9:5.1f} GB"


def watch(runs: Path, over: threading.Event, largest: list[int]) -> None:
    """Note the largest size of the temporary folders while a run goes on."""
    while not over.wait(0.5):
        size = 0
        for path in runs.glob("*/tmp/**/*"):
            try:
                size += path.stat().st_blocks * 512
            except FileNotFoundError:
                continue
        largest[0] = max(largest[0], size)


if __name__ == "__main__":
    main()
