"""Input reads the fields that a line of nodes needs, and all of them where somebody wants to see them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine import lines
from engine.catalog import Catalog
from engine.check import check
from engine.run import Run, RunResult
from engine.workflow import Workflow
from tools.in_out.formats import parquet

DATA = pa.table({"n": range(1_000), "kind": ["a", "b"] * 500, "text": [f"text {n}" for n in range(1_000)]})
SUM = """\
    nodes:
      read: {tool: Input, path: "*.parquet"}
      high: {tool: Filter, expression: "[n] >= 10"}
      sum: {tool: Summarize, actions: [{field: kind, action: GroupBy}, {field: n, action: Sum}]}
      write: {tool: Output, path: sums.csv}
    connections: [read -> high, high.T -> sum, sum -> write]
"""


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Lines begin early, and batches are small. The fields of which Parquet was asked, each time."""
    monkeypatch.setattr(lines, "MANY", 20)
    monkeypatch.setattr(parquet, "_rows_of_batch", lambda *_: 10)
    told: list[list[str]] = []
    usual = parquet._from

    def asked(file: Any, record: int, names: list[str]) -> Iterator[pa.RecordBatch]:
        told.append(names)
        return usual(file, record, names)

    monkeypatch.setattr(parquet, "_from", asked)
    return told


def run(folder: Path, text: str) -> RunResult:
    for number in range(3):
        pq.write_table(DATA, folder / f"{number}.parquet", row_group_size=300)
    (folder / "w.yaml").write_text(dedent(text))
    result = Run(check(Workflow.load(folder / "w.yaml"), Catalog())).execute()
    assert result.outcome == "done"
    assert (folder / "sums.csv").read_text().split() == ["kind,Sum_n", "a,748440", "b,749925"]
    return result


def test_it_reads_on_with_the_fields_that_are_needed(tmp_path: Path, asked: list[list[str]]) -> None:
    run(tmp_path, SUM)
    assert asked == [["n", "kind", "text"], ["n", "kind"], ["n", "kind"], ["n", "kind"]]


def test_what_is_browsed_has_all_fields(tmp_path: Path, asked: list[list[str]]) -> None:
    browsed = SUM.replace("      write:", "      see: {tool: Browse}\n      write:").replace(
        "[read", "[read -> see, read"
    )
    result = run(tmp_path, browsed)
    (kept,) = result.folder.rglob("see.arrow")
    assert pa.ipc.open_file(kept.read_bytes()).read_all().to_pydict() == pa.concat_tables([DATA] * 3).to_pydict()
    assert asked == [["n", "kind", "text"]] * 3
