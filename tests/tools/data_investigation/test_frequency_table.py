"""FrequencyTable: counts, shares, sums, reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
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
