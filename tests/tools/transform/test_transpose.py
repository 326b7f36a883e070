"""Transpose turns fields into records."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import Field, FieldType, fields_of
from tools.transform.transpose import Transpose

SALES = table("region: V_String(5), q1: Int16, q2: Int32, note: String(9)", ["n", 1, None, "x"], ["s", 3, 4, None])


def contract_cases(folder: Path) -> list[Case]:
    return [Case(Transpose, {"by": ["region"]}, SALES), Case(Transpose, {"fields": ["q1", "q2"]}, SALES)]


def test_each_value_becomes_a_record() -> None:
    result = run_tool(Transpose, {"by": ["Region"], "fields": ["q2", "q1"]}, SALES)
    assert result.rows() == [
        {"region": "n", "Name": "q2", "Value": None},
        {"region": "n", "Name": "q1", "Value": 1},
        {"region": "s", "Name": "q2", "Value": 4},
        {"region": "s", "Name": "q1", "Value": 3},
    ]
    assert fields_of(result["out"].schema)[2] == Field("Value", FieldType.Int32)


def test_without_fields_all_but_the_keys_and_mixed_types_become_text() -> None:
    values = run_tool(Transpose, {"by": ["region"]}, SALES)["out"]["Value"].to_pylist()
    assert values == ["1", None, "x", "3", "4", None]


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ("a: Byte, b: Int64", Field("Value", FieldType.Int64)),
        ("a: Int32, b: Float", Field("Value", FieldType.Double)),
        ("a: String(3), b: String(7)", Field("Value", FieldType.String, 7)),
        ("a: String(3), b: V_String(7)", Field("Value", FieldType.V_String, 7)),
        ("a: FixedDecimal(9.2), b: FixedDecimal(12.2)", Field("Value", FieldType.FixedDecimal, 12, 2)),
        ("a: FixedDecimal(9.2), b: FixedDecimal(9.3)", Field("Value", FieldType.FixedDecimal, 10, 3)),
        ("a: Date, b: Bool", Field("Value", FieldType.V_WString)),
        ("a: Blob, b: Blob", Field("Value", FieldType.Blob)),
    ],
)
def test_type_of_the_values(fields: str, value: Field) -> None:
    assert fields_of(run_tool(Transpose, {}, table(fields))["out"].schema)[1] == value


def test_decimals_stay_exact() -> None:
    data = table("a: FixedDecimal(9.2), b: FixedDecimal(12.2)", [Decimal("1.10"), Decimal("12345678.01")])
    assert run_tool(Transpose, {}, data)["out"]["Value"].to_pylist() == [Decimal("1.10"), Decimal("12345678.01")]


def test_a_missing_field_warns_stops_or_is_passed_over() -> None:
    config = {"by": ["region"], "fields": ["q1", "q9"]}
    assert run_tool(Transpose, config, SALES).said("warning") == ["The input lacks [q9]."]
    assert run_tool(Transpose, {**config, "missing": "ignore"}, SALES).said() == []
    with pytest.raises(ToolError, match=r"No field \[q9\]"):
        run_tool(Transpose, {**config, "missing": "stop"}, SALES)


def test_unknown_fields_follow_the_listed_ones() -> None:
    names = run_tool(Transpose, {"fields": ["q2"], "by": ["region"], "unknown": True}, SALES)["out"]["Name"].to_pylist()
    assert names[:3] == ["q2", "q1", "note"]


def test_names_give_way_to_keys() -> None:
    data = table("Name: V_WString, x: Int32", ["a", 1])
    assert run_tool(Transpose, {"by": ["Name"]}, data).rows() == [{"Name": "a", "Name2": "x", "Value": 1}]


def test_refuses_what_does_not_fit_together() -> None:
    with pytest.raises(ToolError, match="do not go into one field"):
        run_tool(Transpose, {}, table("a: Int32, b: Blob"))
    with pytest.raises(ToolError, match="No field is left"):
        run_tool(Transpose, {"by": ["a"]}, table("a: Int32"))
