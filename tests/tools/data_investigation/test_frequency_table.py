"""FrequencyTable: counts, shares, sums, reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from engine.context import Resources
from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from engine.types import Field
from tools._profiling.columns import Columns
from tools._records.grouped import Grouped
from tools.data_investigation.frequency_table import FrequencyTable

DATA = table(
    "Class: V_WString, n: Double, ok: Bool, b: Blob",
    ["Bart", 1.0, True, b""],
    ["Lisa", 2.5, False, b""],
    ["Bart", 1.0, None, b""],
    [None, 1.0, True, b""],
)


def contract_cases(folder: Path) -> list[Case]:
    return [Case(FrequencyTable, {"fields": ["class", "n"]}, DATA)]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_the_most_frequent_first() -> None:
    result = run_tool(FrequencyTable, {"fields": ["class", "n", "ok"]}, DATA)
    assert [list(row.values()) for row in result.rows("D")] == [
        ["Class", "Bart", 2, 50.0, 2, 50.0],
        ["Class", None, 1, 25.0, 3, 75.0],
        ["Class", "Lisa", 1, 25.0, 4, 100.0],
        ["n", "1", 3, 75.0, 3, 75.0],
        ["n", "2.5", 1, 25.0, 4, 100.0],
        ["ok", "True", 2, 50.0, 2, 50.0],
        ["ok", None, 1, 25.0, 3, 75.0],
        ["ok", "False", 1, 25.0, 4, 100.0],
    ]


def test_more_values_than_memory_holds() -> None:
    texts = [f"{number // 2:060}" for number in np.random.default_rng(1).permutation(400_000)]
    resources = Resources(memory=48 << 20, threads=1)
    out = run_tool(FrequencyTable, {"fields": ["t"]}, pa.table({"t": texts}), resources=resources)["D"]
    assert out["FieldValue"].to_pylist() == sorted(set(texts))
    assert set(out["Frequency"].to_pylist()) == {2}


def test_values_counted_in_parts_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = run_tool(FrequencyTable, {"fields": ["class", "n", "ok"]}, DATA)
    monkeypatch.setattr(Columns, "counted", lambda self, field, order: _in_parts(self, field, order))
    monkeypatch.setattr(Grouped, "_parts", lambda self, names: 3)
    assert run_tool(FrequencyTable, {"fields": ["class", "n", "ok"]}, DATA).rows("D") == usual.rows("D")


def _in_parts(columns: Columns, field: Field, order: Sequence[int]) -> Iterator[pa.RecordBatch]:
    name = f"c{[field.name for field in columns.fields].index(field.name)}"
    column = pa.schema([columns._schema.field(name)])
    return columns._counted_in_parts(column, (batch.select([name]) for batch in columns._spool), order)


def test_reports_show_the_first_values() -> None:
    many = table("t: V_WString", *([f"<{n % 150}>"] for n in range(300)))
    result = run_tool(FrequencyTable, {"fields": ["t"]}, many)
    assert result["D"].num_rows == 150
    for anchor in "RI":
        report = result.rows(anchor)[0]["Report"]
        assert report.count("<tr>") == 101
        assert "&lt;0&gt;" in report
        assert "50 more values are not shown" in report


def test_without_records() -> None:
    result = run_tool(FrequencyTable, {"fields": ["n"]}, DATA.slice(0, 0))
    assert (result["D"].num_rows, result["R"].num_rows) == (0, 1)


def test_blobs_are_not_counted() -> None:
    with pytest.raises(ToolError, match=r"\[b\] is Blob"):
        run_tool(FrequencyTable, {"fields": ["b"]}, DATA)
