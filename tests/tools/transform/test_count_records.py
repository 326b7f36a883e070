"""CountRecords counts."""

from __future__ import annotations

from pathlib import Path

from engine.testing import Case, run_tool, table
from tools.transform.count_records import CountRecords

DATA = table("x: Int32", [1], [None], [3], [4])


def contract_cases(folder: Path) -> list[Case]:
    return [Case(CountRecords, {}, DATA)]


def test_counts_all_records_and_none() -> None:
    assert run_tool(CountRecords, {}, DATA, batch_rows=3).rows() == [{"Count": 4}]
    assert run_tool(CountRecords, {}, DATA.slice(0, 0)).rows() == [{"Count": 0}]
