"""The usual work on tables, from file to file: ours beside scripts written by hand, each in a process of its own.

    python tests/benchmarks/bench_tables.py [--rows 10000000] [--rounds 5] [--polars PYTHON] [--data FOLDER]

A CSV file of six fields -> Filter -> Formula -> Join with 1,000 records -> Summarize -> Sort -> Parquet. The tools take
turns, round by round; what counts are the medians of the rounds' ratios of wall time (start-up included) and of peak
memory. Polars needs an environment of its own: name its python. The goals are a wall time of at most 1.0 of DuckDB's
and 1.4 of Polars', and 1.3 of DuckDB's memory.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

GROUPS = 1000

WORKFLOW = """
flowrun: 1
nodes:
  big: {tool: Input, path: big.csv}
  dim: {tool: Input, path: dim.csv}
  filter: {tool: Filter, expression: "[x] > 30"}
  formula: {tool: Formula, fields: [{field: z, type: Double, expression: "[x] * [y] + 1"}]}
  join: {tool: Join, by: [{left: grp}]}
  sum:
    tool: Summarize
    actions:
      - {field: grp, action: GroupBy}
      - {field: region, action: GroupBy}
      - {action: Count, rename: n}
      - {field: z, action: Sum, rename: z_sum}
      - {field: x, action: Avg, rename: x_mean}
      - {field: y, action: Max, rename: y_max}
      - {field: day, action: Min, rename: day_min}
      - {field: day, action: Max, rename: day_max}
  sort: {tool: Sort, by: [{field: z_sum, order: descending}]}
  out: {tool: Output, path: flowrun.parquet}
connections:
  - big -> filter
  - filter.T -> formula
  - formula -> join.L
  - dim -> join.R
  - join.J -> sum
  - sum -> sort
  - sort -> out
"""

DUCKDB = """
import duckdb
duckdb.sql('''COPY (
    SELECT grp, region, count(*) AS n, sum(x * y + 1) AS z_sum, avg(x) AS x_mean, max(y) AS y_max,
           min(day) AS day_min, max(day) AS day_max
    FROM read_csv('big.csv') AS big JOIN read_csv('dim.csv') AS dim USING (grp) WHERE x > 30
    GROUP BY grp, region ORDER BY z_sum DESC
) TO 'duckdb.parquet' (FORMAT parquet, COMPRESSION zstd)''')
"""

POLARS = """
import polars as pl
(
    pl.scan_csv("big.csv", try_parse_dates=True)
    .filter(pl.col("x") > 30)
    .with_columns(z=pl.col("x") * pl.col("y") + 1)
    .join(pl.scan_csv("dim.csv"), on="grp")
    .group_by("grp", "region")
    .agg(
        n=pl.len(), z_sum=pl.col("z").sum(), x_mean=pl.col("x").mean(), y_max=pl.col("y").max(),
        day_min=pl.col("day").min(), day_max=pl.col("day").max(),
    )
    .sort("z_sum", descending=True)
    .sink_parquet("polars.parquet", compression="zstd", engine="streaming")
)
"""


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds of the clock and of the processors, and its largest memory in MB."""

    wall: float
    cpu: float
    peak: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--polars", metavar="PYTHON", help="of an environment with polars")
    parser.add_argument("--data", type=Path, help="a folder where the data stands already, or is kept")
    given = parser.parse_args()
    commands = {
        "flowrun": [sys.executable, "-c", "from engine.cli import main; main()", "work.yaml", "-q", "--no-cache"],
        "duckdb": [sys.executable, "-c", DUCKDB],
    }
    if given.polars:
        commands["polars"] = [given.polars, "-c", POLARS]
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.data or Path(temporary)
        if not (folder / "big.csv").exists():
            write_inputs(folder, given.rows)
        (folder / "work.yaml").write_text(WORKFLOW, encoding="utf-8")
        rounds = [{name: cost(command, folder) for name, command in commands.items()} for _ in range(given.rounds)]
        compare([folder / f"{name}.parquet" for name in commands])
    report(rounds)


def write_inputs(folder: Path, rows: int) -> None:
    """`big.csv` of random records, the same every time, `dim.csv` with one for each group."""
    random = Random(7)
    days = [(date(2015, 1, 1) + timedelta(days)).isoformat() for days in range(3650)]
    with (folder / "big.csv").open("w") as file:
        file.write("id,grp,x,y,name,day\n")
        for number in range(rows):
            x, y = random.gauss(50, 20), random.expovariate(1 / 3)
            group, name = int(random.random() * GROUPS), int(random.random() * 100_000)
            file.write(f"{number},g{group:04d},{x:.6f},{y:.6f},bravo-{name:05d},{days[name % len(days)]}\n")
    with (folder / "dim.csv").open("w") as file:
        file.write("grp,region,weight\n")
        for group in range(GROUPS):
            file.write(f"g{group:04d},{('north', 'south', 'east', 'west')[group % 4]},{0.5 + group % 17 / 10:.1f}\n")


def cost(command: Sequence[str], folder: Path) -> Cost:
    """Run a process to its end."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ... ended with {process.returncode}")
    return Cost(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compare(results: Sequence[Path]) -> None:
    """All must have come to the same."""
    import numpy as np
    from pyarrow import parquet

    first, *others = [parquet.read_table(path) for path in results]
    assert first.num_rows == GROUPS
    for other in others:
        assert first["grp"].to_pylist() == other["grp"].to_pylist()
        assert first["n"].to_pylist() == other["n"].to_pylist()
        for name in ("z_sum", "x_mean", "y_max"):
            np.testing.assert_allclose(first[name], other[name], rtol=1e-9)


def report(rounds: Sequence[dict[str, Cost]]) -> None:
    """Medians, and the medians of ours to theirs, round by round."""
    for name in rounds[0]:
        costs = [costs[name] for costs in rounds]
        wall, cpu, peak = (statistics.median(getattr(cost, what) for cost in costs) for what in ("wall", "cpu", "peak"))
        print(f"{name:8} {wall:6.2f} s  {cpu:6.2f} s of processor  {peak:6.0f} MB")
    for name in list(rounds[0])[1:]:
        wall, cpu, peak = (
            statistics.median(getattr(costs["flowrun"], what) / getattr(costs[name], what) for costs in rounds)
            for what in ("wall", "cpu", "peak")
        )
        print(
            f"flowrun to {name}: {wall:.2f} of the wall time, {cpu:.2f} of the processor time, {peak:.2f} of the memory"
        )


if __name__ == "__main__":
    main()
