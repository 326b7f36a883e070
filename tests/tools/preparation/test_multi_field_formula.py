"""MultiFieldFormula computes many fields with one expression."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import FieldType, fields_of
from tools.preparation.multi_field_formula import MultiFieldFormula

DATA = table(
    "name: V_WString(5), x: Int32, y: FixedDecimal(6.2)",
    ["a", 1, Decimal("1.25")],
    [None, None, Decimal("-2.00")],
    ["c", 3, None],
)


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(MultiFieldFormula, {"kind": "number", "expression": "[_CurrentField_] * 2"}, DATA),
        Case(
            MultiFieldFormula, {"expression": "[_CurrentFieldName_]", "copy_fields": False, "type": "V_WString"}, DATA
        ),
    ]


def test_new_fields_beside_the_old_ones() -> None:
    result = run_tool(MultiFieldFormula, {"kind": "number", "expression": "[_CurrentField_] * 2"}, DATA)
    assert result["out"].column_names == ["name", "x", "y", "New_x", "New_y"]
    assert result["out"]["New_x"].to_pylist() == [2, None, 6]
    assert result["out"]["New_y"].to_pylist() == [Decimal("2.50"), Decimal("-4.00"), None]


def test_all_see_the_values_as_they_came() -> None:
    config = {"fields": ["X", "y"], "expression": "[x] + [_CurrentField_]", "copy_fields": False}
    result = run_tool(MultiFieldFormula, config, DATA)["out"]
    assert result["x"].to_pylist() == [2, None, 6]
    assert result["y"].to_pylist() == [Decimal("2.25"), None, None]
    assert result.schema.equals(DATA.schema, check_metadata=True)


def test_name_and_type_of_the_field_at_hand() -> None:
    expression = '[_CurrentFieldName_] + " " + [_CurrentFieldType_]'
    config = {"expression": expression, "type": "V_WString", "prefix": "", "suffix": "?"}
    row = run_tool(MultiFieldFormula, config, DATA).rows()[0]
    assert [row["name?"], row["x?"], row["y?"]] == ["name V_WString", "x Int32", "y FixedDecimal"]


def test_another_type_and_what_it_cannot_hold() -> None:
    config = {"fields": ["x", "y"], "expression": "[_CurrentField_] * 200", "type": "Byte", "copy_fields": False}
    result = run_tool(MultiFieldFormula, config, DATA)
    assert [field.type for field in fields_of(result["out"].schema)[1:]] == [FieldType.Byte, FieldType.Byte]
    assert result["out"]["x"].to_pylist() == [200, None, None]
    assert result.said("conversion_error")[0] == "Record 3: '600' cannot become a Byte in [x]."


def test_refuses_a_name_that_is_taken_and_a_wrong_expression() -> None:
    with pytest.raises(ToolError, match=r"There is a field \[X\] already"):
        run_tool(MultiFieldFormula, {"expression": "1", "prefix": "", "suffix": ""}, table("X: Int32"))
    with pytest.raises(ToolError, match=r"No field \[_CurrentFeld_\].*Did you mean '_CurrentField_'"):
        run_tool(MultiFieldFormula, {"expression": "[_CurrentFeld_]"}, DATA)


def test_a_field_that_is_called_like_the_one_at_hand() -> None:
    data = table("_CurrentField_: Int32, x: Int32", [1, 10])
    result = run_tool(MultiFieldFormula, {"expression": "[_CurrentField_] + 1", "copy_fields": False}, data)
    assert result.rows() == [{"_CurrentField_": 2, "x": 11}]
