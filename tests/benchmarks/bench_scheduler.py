"""10 million records through Filter, Formula and Select: our engine against DuckDB asked of the same batches.

    python tests/benchmarks/bench_scheduler.py [--rows 10000000] [--pairs 5]

Both sides get the same Arrow batches from memory and count what comes out. Prints a line a pair and the median ratios
of wall and of processor time; on a busy machine the latter tells more. The goal is 1.05 at most.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from engine.batches import MAX_ROWS
from engine.check import Checked
from engine.context import Resources
from engine.graph import Wire, build
from engine.scheduler import Scheduler
from engine.tool import Config, Home, Schemas, Sink, Source, Tool
from engine.types import Field, FieldType, schema_of
from engine.workflow import Document, Workflow
from tools.preparation.filter import Filter
from tools.preparation.formula import Formula
from tools.preparation.select import Select

SCHEMA = schema_of(
    Field("id", FieldType.Int64),
    Field("grp", FieldType.Int32),
    Field("x", FieldType.Double),
    Field("y", FieldType.Double),
    Field("name", FieldType.V_WString),
)
CONDITION, FORMULA = "[x] > 30", "[x] * [y] + 1"
QUERY = "SELECT id, grp AS team, x, name, x * y + 1 AS z FROM batch WHERE x > 30"


def batches(rows: int) -> list[pa.RecordBatch]:
    """Random records; the same every time."""
    random = np.random.default_rng(1)
    names = np.array([f"name {n}" for n in range(1000)], object)
    found = []
    for start in range(0, rows, MAX_ROWS):
        count = min(MAX_ROWS, rows - start)
        columns = [
            pa.array(np.arange(start, start + count)),
            pa.array(random.integers(0, 1000, count).astype(np.int32)),
            pa.array(random.uniform(0, 100, count)),
            pa.array(random.uniform(0, 100, count)),
            pa.array(names[random.integers(0, 1000, count)], pa.string()),
        ]
        found.append(pa.RecordBatch.from_arrays(columns, schema=SCHEMA))
    return found


class _Memory(Source[Config]):
    """Sends batches from memory."""

    def __init__(self, data: list[pa.RecordBatch]) -> None:
        super().__init__(Config(), Home())
        self.data = data

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        return {"out": SCHEMA}

    def read(self) -> Iterator[pa.RecordBatch]:
        yield from self.data


class _Count(Sink[Config]):
    """Counts records."""

    def __init__(self) -> None:
        super().__init__(Config(), Home())
        self.records = 0

    def write(self, batch: pa.RecordBatch) -> None:
        self.records += batch.num_rows

    def commit(self) -> None:
        pass


def ours(data: list[pa.RecordBatch]) -> int:
    """The records that come out of our engine."""
    count = _Count()
    formula = {"fields": [{"field": "z", "type": "Double", "expression": FORMULA}]}
    select = {"fields": [{"field": "grp", "rename": "team"}, {"field": "y", "keep": False}]}
    tools: dict[str, Tool[Any]] = {
        "read": _Memory(data),
        "filter": Filter(Filter.config_class().model_validate({"expression": CONDITION}), Home()),  # type: ignore[arg-type]
        "formula": Formula(Formula.config_class().model_validate(formula), Home()),  # type: ignore[arg-type]
        "select": Select(Select.config_class().model_validate(select), Home()),  # type: ignore[arg-type]
        "count": count,
    }
    names, anchors = list(tools), ["out", "T", "out", "out"]
    wires = [Wire(i, names[i], anchor, names[i + 1], "in") for i, anchor in enumerate(anchors)]
    nothing: dict[str, dict[str, pa.Schema | None]] = {name: {} for name in tools}
    resources = Resources()
    scheduler = Scheduler(
        Checked(Workflow(Document()), graph=build(tools, wires), tools=tools, inputs=nothing), resources
    )
    scheduler.run()
    resources.close()
    assert {station.state for station in scheduler.stations.values()} == {"done"}
    return count.records


def theirs(data: list[pa.RecordBatch]) -> int:
    """The records that come out of DuckDB, asked of one batch after the other."""
    records = 0
    with duckdb.connect() as connection:
        for batch in data:
            connection.register("batch", batch)
            records += connection.sql(QUERY).to_arrow_table().num_rows
    return records


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    arguments = parser.parse_args()
    data = batches(arguments.rows)
    assert ours(data[:2]) == theirs(data[:2])
    ratios = []
    for pair in range(arguments.pairs):
        (wall, processor), (their_wall, their_processor) = cost(ours, data), cost(theirs, data)
        ratios.append((wall / their_wall, processor / their_processor))
        print(
            f"pair {pair + 1}: flowrun {wall:.2f} s ({processor:.2f} of processor), "
            f"DuckDB {their_wall:.2f} s ({their_processor:.2f}), ratio {ratios[-1][0]:.2f} ({ratios[-1][1]:.2f})"
        )
    of_wall, of_processor = (statistics.median(values) for values in zip(*ratios, strict=True))
    print(f"median ratio {of_wall:.2f} ({of_processor:.2f} of processor) over {arguments.rows:,} records")


def cost(work: Callable[[list[pa.RecordBatch]], int], data: list[pa.RecordBatch]) -> tuple[float, float]:
    """The seconds of the clock and of the processors that it takes."""
    began = time.perf_counter(), time.process_time()
    work(data)
    return time.perf_counter() - began[0], time.process_time() - began[1]


if __name__ == "__main__":
    main()
