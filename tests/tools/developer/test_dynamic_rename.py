from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from tools.developer.dynamic_rename import DynamicRename

SHEET = table("F1: V_WString, F2: V_WString, F3: Int32", ["Name", "", 7], ["Bart", "Springfield", 10])
NAMES = table("from: V_WString, to: V_WString", ["F1", "Person"], ["F9", "Lost"], ["F3", None])


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(DynamicRename, {"method": "first_row"}, {"L": SHEET}),
        Case(DynamicRename, {"method": "formula", "expression": "Lowercase([Name])"}, {"L": SHEET}),
        Case(DynamicRename, {"method": "from_records", "old": "from", "new": "to"}, {"L": SHEET, "R": NAMES}),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize("batch_rows", [1, 100])
def test_the_first_record_gives_the_names(batch_rows: int) -> None:
    result = run_tool(DynamicRename, {}, {"L": SHEET}, batch_rows=batch_rows)
    assert result.rows() == [{"Name": "Bart", "F2": "Springfield", "7": 10}]


def test_without_a_record_names_stay_and_a_warning_says_so() -> None:
    result = run_tool(DynamicRename, {}, {"L": SHEET.slice(0, 0)})
    assert result["out"].schema.names == ["F1", "F2", "F3"]
    assert "no record to take names from" in result.said("warning")[0]


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ({"method": "add_prefix", "text": "old_"}, ["old_F1", "old_F2", "old_F3"]),
        ({"method": "add_suffix", "text": " (m)", "fields": ["f3"]}, ["F1", "F2", "F3 (m)"]),
        ({"method": "remove_prefix", "text": "F"}, ["1", "2", "3"]),
        ({"method": "remove_suffix", "text": "2"}, ["F1", "F", "F3"]),
        ({"method": "formula", "expression": "'same'"}, ["same", "same2", "same3"]),
        ({"method": "formula", "expression": "[Type] + ToString([FieldNumber])"},
         ["V_WString1", "V_WString2", "Int323"]),
        ({"method": "formula", "expression": "IF [_CurrentField_] = 'F1' THEN Null() ELSE 'x' ENDIF"},
         ["F1", "x", "x2"]),
    ],
)  # fmt: skip
def test_rules(config: dict[str, object], names: list[str]) -> None:
    result = run_tool(DynamicRename, config, {"L": SHEET})
    assert result["out"].schema.names == names
    assert result["out"].num_rows == 2


def test_names_from_a_table() -> None:
    config = {"method": "from_records", "old": "from", "new": "to"}
    result = run_tool(DynamicRename, config, {"L": SHEET, "R": NAMES})
    assert result["out"].schema.names == ["Person", "F2", "F3"]
    assert result.said("warning") == ["R names fields that L lacks: [F9]."]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ToolError, match="Nothing is connected to R"):
        run_tool(DynamicRename, {"method": "from_records", "old": "from", "new": "to"}, {"L": SHEET})
    with pytest.raises(ToolError, match="R is connected"):
        run_tool(DynamicRename, {}, {"L": SHEET, "R": NAMES})
    with pytest.raises(ToolError, match="gives no text"):
        run_tool(DynamicRename, {"method": "formula", "expression": "[Size]"}, {"L": SHEET})
    with pytest.raises(ValidationError, match="needs a text"):
        run_tool(DynamicRename, {"method": "add_prefix"}, {"L": SHEET})
