from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.expression import ExpressionError
from engine.testing import Case, check_tool, run_tool, table
from tools.developer.dynamic_select import DynamicSelect

DATA = table("Name: V_WString, Q1: Double, Q2: Double, Born: Date, Code: String(3)", ["Bart", 1.5, 2.5, None, "a"])


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(DynamicSelect, {"types": ["Double", "Date"]}, DATA),
        Case(DynamicSelect, {"expression": "StartsWith([Name], 'Q')"}, DATA),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ({"types": ["Double"]}, ["Q1", "Q2"]),
        ({"expression": "[Size] < 10 OR [Type] = 'Date'"}, ["Born", "Code"]),
        ({"expression": "Mod([FieldNumber], 2)"}, ["Name", "Q2", "Code"]),
    ],
)
def test_fields_that_leave(config: dict[str, object], names: list[str]) -> None:
    assert run_tool(DynamicSelect, config, DATA)["out"].schema.names == names


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ToolError, match="none would leave"):
        run_tool(DynamicSelect, {"types": ["Blob"]}, DATA)
    with pytest.raises(ExpressionError, match=r"No field \[Price\]"):
        run_tool(DynamicSelect, {"expression": "[Price] > 1"}, DATA)
    with pytest.raises(ToolError, match="neither true nor false"):
        run_tool(DynamicSelect, {"expression": "[Name]"}, DATA)
    with pytest.raises(ValidationError, match="give either types"):
        run_tool(DynamicSelect, {}, DATA)
