"""FieldSummary: a record a field, remarks, reports."""

from __future__ import annotations

from pathlib import Path

from engine.testing import Case, check_tool, run_tool, table
from tools.data_investigation.field_summary import FieldSummary

DATA = table(
    "n: Int32, t: V_WString, b: Blob, gone: Date, same: Bool",
    *([number % 3, f"name {number}", b"x", None, True] for number in range(20)),
    [None, "<b> ", None, None, True],
)


def contract_cases(folder: Path) -> list[Case]:
    return [Case(FieldSummary, {}, DATA), Case(FieldSummary, {"fields": ["N", "t"]}, DATA)]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_a_record_for_each_field() -> None:
    rows = {row["Name"]: row for row in run_tool(FieldSummary, {}, DATA).rows("O")}
    assert [row["Field_Category"] for row in rows.values()] == ["Numeric", "Text", "Blob", "Date", "Bool"]
    n = rows["n"]
    assert (n["Records"], n["Unique_Values"], n["Min"], n["Max"], n["Median"]) == (21, 3, "0", "2", 1.0)
    assert (n["Quartile_1"], n["Quartile_3"], n["Mean"]) == (0.0, 2.0, 0.95)
    assert round(n["Percent_Missing"], 2) == 4.76
    assert rows["b"]["Unique_Values"] is None


def test_remarks() -> None:
    rows = {row["Name"]: row["Remarks"] for row in run_tool(FieldSummary, {}, DATA).rows("O")}
    assert rows == {
        "n": "Few different values: these numbers may be categories.",
        "t": "Nearly every value is different. Some values begin or end with blanks.",
        "b": None,
        "gone": "Every value is missing.",
        "same": "There is only one value.",
    }


def test_reports() -> None:
    result = run_tool(FieldSummary, {"fields": ["t", "n"]}, DATA)
    assert "Unique Values" in result.rows("R")[0]["Report"]
    bars = result.rows("I")[0]["Report"]
    assert "&lt;b&gt;" in bars
    assert "11 more values are not shown" in bars


def test_without_records() -> None:
    assert run_tool(FieldSummary, {}, DATA.slice(0, 0))["O"].num_rows == 5
