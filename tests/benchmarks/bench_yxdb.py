"""How fast .yxdb files are written and read, here and by other libraries.

    python tests/benchmarks/bench_yxdb.py [--sigilyx PYTHON] [--openyxdb PYTHON] [--rounds 5] [--only NAME]

The rivals run in interpreters of their own (they are no dependencies of this project). In each round everyone writes
and reads the same tables once, one after the other, so that a slow moment of the machine hits all; the medians are
shown in megabytes of Arrow data a second, and the size of the files.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

ROUNDS = 5


def mixed(rows: int = 100_000, *, wide: bool = False) -> pa.Table:
    """A table as it comes out of a shop's database: ten fields, three of them text, some with umlauts, some null.

    The text is narrow, as the other libraries write it (sigilyx in UTF-8), or `wide`.
    """
    from engine.types import Field, FieldType

    random = np.random.default_rng(7)
    words = np.array(["red", "green", "blue", "grey-brown", "Müller", "café", "Straße", "order", "invoice", "delivery"])
    customers = np.char.add(np.char.add(random.choice(words, rows), " "), random.choice(words, rows))
    codes = [f"K-{number:06d}" for number in random.integers(0, 1_000_000, rows)]
    notes = [" ".join(random.choice(words[:4], size)) for size in random.integers(0, 12, rows)]
    null = random.random(rows) < 0.1
    text = FieldType.V_WString if wide else FieldType.V_String
    columns = {
        Field("id", FieldType.Int32): pa.array(np.arange(rows, dtype=np.int32)),
        Field("amount", FieldType.Int64): pa.array(random.integers(-(2**40), 2**40, rows), mask=null),
        Field("price", FieldType.Double): pa.array(random.normal(100, 20, rows).round(2), mask=null),
        Field("weight", FieldType.Float): pa.array(random.random(rows, dtype=np.float32)),
        Field("paid", FieldType.Bool): pa.array(random.random(rows) < 0.5, mask=null),
        Field("customer", text): pa.array(customers.tolist(), pa.string()),
        Field("note", text): pa.array(notes, pa.string(), mask=null),
        Field("code", FieldType.V_String, 20): pa.array(codes, pa.string()),
        Field("day", FieldType.Date): pa.array(random.integers(0, 20_000, rows).astype(np.int32)).cast(pa.date32()),
        Field("at", FieldType.DateTime): pa.array(random.integers(0, 2**31, rows) * 1_000_000).cast(pa.timestamp("us")),
    }
    return pa.table(list(columns.values()), schema=pa.schema([field.arrow() for field in columns]))


def wide(rows: int = 100_000) -> pa.Table:
    """The same with all of Unicode; the others write it as above."""
    return mixed(rows, wide=True)


def blobs(rows: int = 5_633, size: int = 8_192) -> pa.Table:
    """Pictures: bytes that no compression makes smaller."""
    from engine.types import Field, FieldType

    random = np.random.default_rng(7)
    pictures = [random.bytes(size) for _ in range(rows)]
    fields = pa.schema([Field("name", FieldType.V_WString).arrow(), Field("image", FieldType.Blob).arrow()])
    return pa.table([pa.array([f"{row:05d}.jpg" for row in range(rows)]), pa.array(pictures, pa.binary())], fields)


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def flowrun(table: pa.Table, file: Path, compression: bool) -> tuple[float, float]:
    """Seconds to write and to read."""
    from tools.in_out.formats.yxdb import Reader, WriteOptions, Writer

    def write() -> None:
        writer = Writer(file, table.schema, WriteOptions(compression=compression))
        for batch in table.to_batches(max_chunksize=65_536):
            for start in range(0, batch.num_rows, step):
                writer.write(batch.slice(start, step))
        writer.close()

    step = max(1, (16 << 20) * table.num_rows // table.nbytes)
    return timed(write), timed(lambda: [batch.num_rows for batch in Reader(file)])


# What a rival's interpreter runs: one write and one read for each line that comes, seconds as a JSON list back.
RIVAL = """
import json, sys, time, pyarrow as pa
table = pa.ipc.open_file(sys.argv[1]).read_all()
if "{name}" == "sigilyx":
    import sigilyx
    write, read = lambda: sigilyx.write_yxdb_arrow("{file}", table), lambda: sigilyx.read_yxdb_arrow("{file}")
else:
    import openyxdb
    write, read = lambda: openyxdb.from_pyarrow(table, "{file}"), lambda: openyxdb.to_pyarrow("{file}")
def timed(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
for line in sys.stdin:
    print(json.dumps([timed(write), timed(read)]), flush=True)
"""


class Rival:
    """Another library, in an interpreter that stays up between rounds."""

    def __init__(self, name: str, python: str, table: Path, file: Path) -> None:
        script = RIVAL.replace("{name}", name).replace("{file}", str(file))
        command = [python, "-c", script, str(table)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self) -> tuple[float, float]:
        """Seconds to write and to read."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(file=self._process.stdin, flush=True)
        write, read = json.loads(self._process.stdout.readline())
        return write, read

    def close(self) -> None:
        """End the interpreter."""
        self._process.communicate()


def compare(name: str, table: pa.Table, rivals: dict[str, str], rounds: int, folder: Path) -> None:
    """Measure one table and print a line for each library."""
    arrow = folder / f"{name}.arrow"
    plain = pa.table(table.columns, names=table.column_names)
    with pa.ipc.new_file(str(arrow), plain.schema) as sink:
        sink.write_table(plain)
    others = {rival: Rival(rival, python, arrow, folder / f"{name}.{rival}") for rival, python in rivals.items()}
    runs: dict[str, Callable[[], tuple[float, float]]] = {
        "flowrun LZF": lambda: flowrun(table, folder / f"{name}.flowrun LZF", True),
        "flowrun": lambda: flowrun(table, folder / f"{name}.flowrun", False),
        **{rival: other.run for rival, other in others.items()},
    }
    seconds: dict[str, list[tuple[float, float]]] = {who: [] for who in runs}
    for number in range(rounds + 1):
        for who, run in runs.items():
            took = run()
            if number:  # the first round warms up
                seconds[who].append(took)
    for other in others.values():
        other.close()
    size = table.nbytes / 1e6
    print(f"{name}: {table.num_rows:,} records, {size:.1f} MB of Arrow data")
    for who, took_ in seconds.items():
        write, read = (size / statistics.median(column) for column in zip(*took_, strict=True))
        file_size = (folder / f"{name}.{who}").stat().st_size / 1e6
        print(f"  {who:15} write {write:7.0f} MB/s   read {read:7.0f} MB/s   file {file_size:6.1f} MB")


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sigilyx", help="a Python interpreter that has sigilyx and pyarrow")
    parser.add_argument("--openyxdb", help="a Python interpreter that has openyxdb and pyarrow")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", choices=["mixed", "wide", "blobs"])
    asked = parser.parse_args()
    rivals = {name: python for name in ("sigilyx", "openyxdb") if (python := getattr(asked, name))}
    with tempfile.TemporaryDirectory() as folder:
        for make in (mixed, wide, blobs):
            if asked.only in (None, make.__name__):
                compare(make.__name__, make(), rivals, asked.rounds, Path(folder))


if __name__ == "__main__":
    main()
