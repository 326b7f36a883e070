"""CrossTab turns values into fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from engine.context import Resources
from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import Field, FieldType, schema_of
from tests.tools._records import random_tables
from tools.transform.cross_tab import CrossTab

SALES = table(
    "region: V_String(10), quarter: V_WString, sales: Int32",
    ["north", "Q 2", 5],
    ["south", "Q 1", 1],
    ["north", "Q 1", 2],
    ["north", "Q 1", 3],
    [None, None, 7],
)
CONFIG: dict[str, Any] = {"by": ["region"], "header": "quarter", "value": "sales"}


def contract_cases(folder: Path) -> list[Case]:
    many = {"methods": ["Count", "PercentRow", "TotalColumn", "Concat"], "clean_names": False}
    total = {**CONFIG, "methods": ["Avg", "PercentRow", "PercentColumn", "TotalColumn", "TotalRow"]}
    return [
        Case(CrossTab, CONFIG, SALES),
        Case(CrossTab, total, SALES),
        Case(CrossTab, {**CONFIG, **many, "by": []}, SALES),
    ]


def test_values_become_fields_in_alphabetical_order() -> None:
    assert run_tool(CrossTab, CONFIG, SALES).rows() == [
        {"region": None, "_Null_": 7, "Q_1": None, "Q_2": None},
        {"region": "north", "_Null_": None, "Q_1": 5, "Q_2": 5},
        {"region": "south", "_Null_": None, "Q_1": 1, "Q_2": None},
    ]


def test_several_methods_name_their_fields() -> None:
    config = {**CONFIG, "by": [], "methods": ["Sum", "Concat", "TotalColumn"], "separator": "'"}
    assert run_tool(CrossTab, config, SALES).rows() == [
        {
            "Sum__Null_": 7, "Sum_Q_1": 6, "Sum_Q_2": 5,
            "Concat__Null_": "7", "Concat_Q_1": "1'2'3", "Concat_Q_2": "5",
            "Total": 18.0,
        }
    ]  # fmt: skip


def test_shares_of_record_and_field() -> None:
    rows = run_tool(CrossTab, {**CONFIG, "methods": ["PercentRow"]}, SALES).rows()
    assert rows[1] == {"region": "north", "_Null_": None, "Q_1": 50.0, "Q_2": 50.0}
    rows = run_tool(CrossTab, {**CONFIG, "methods": ["PercentColumn"]}, SALES).rows()
    assert [row["Q_1"] for row in rows] == [None, pytest.approx(500 / 6), pytest.approx(100 / 6)]


def test_a_total_row_is_of_all_records() -> None:
    config = {**CONFIG, "methods": ["Sum", "Avg", "PercentColumn", "TotalColumn", "TotalRow"]}
    result = run_tool(CrossTab, config, SALES).rows()
    assert result[-1] == {
        "region": "Total",
        "Sum__Null_": 7, "Sum_Q_1": 6, "Sum_Q_2": 5,
        "Avg__Null_": 7.0, "Avg_Q_1": 2.0, "Avg_Q_2": 5.0,
        "PercentColumn__Null_": 100.0, "PercentColumn_Q_1": 100.0, "PercentColumn_Q_2": 100.0,
        "Total": 18.0,
    }  # fmt: skip
    assert [row["region"] for row in result] == [None, "north", "south", "Total"]


def test_one_method_and_a_total_row_keep_their_names() -> None:
    result = run_tool(CrossTab, {**CONFIG, "by": ["sales"], "value": "sales", "methods": ["Sum", "TotalRow"]}, SALES)
    assert result["out"].column_names == ["sales", "_Null_", "Q_1", "Q_2"]
    assert result.rows()[-1] == {"sales": None, "_Null_": 7, "Q_1": 6, "Q_2": 5}


def test_a_total_row_needs_something_to_add_up() -> None:
    with pytest.raises(ValueError, match="TotalRow adds a record to what other methods give"):
        run_tool(CrossTab, {**CONFIG, "methods": ["TotalRow"]}, SALES)
    whole = run_tool(CrossTab, {"header": "quarter", "value": "sales", "methods": ["Sum", "TotalRow"]}, SALES)
    assert len(whole.rows()) == 1
    assert whole.said("warning") == ["TotalRow has no effect: without `by`, one record leaves for all."]


def test_names_differ_even_where_the_values_look_alike() -> None:
    data = table("h: V_WString, v: Int32", ["a b", 1], ["a-b", 2], ["A B", 3], ["", 4])
    result = run_tool(CrossTab, {"header": "h", "value": "v"}, data)
    assert result.rows() == [{"_Empty_": 4, "A_B": 3, "a_b2": 1, "a_b3": 2}]
    kept = run_tool(CrossTab, {"header": "h", "value": "v", "clean_names": False}, data)["out"]
    assert kept.column_names == ["_Empty_", "A B", "a b2", "a-b"]


def test_any_type_can_head_and_fill() -> None:
    schema = schema_of(
        Field("day", FieldType.Date), Field("price", FieldType.FixedDecimal, 10, 2), Field("b", FieldType.Blob)
    )
    data = pa.table([[date(2024, 2, 1), None], [Decimal("1.50"), Decimal("2.00")], [b"\0", b"\1"]], schema=schema)
    config = {"header": "day", "value": "b", "by": ["price"], "methods": ["First"], "clean_names": False}
    result = run_tool(CrossTab, config, data)["out"]
    assert result.schema.field("2024-02-01").equals(schema.field("b").with_name("2024-02-01"), check_metadata=True)
    assert result.to_pylist()[0] == {"price": Decimal("1.50"), "_Null_": None, "2024-02-01": b"\0"}


def test_no_records_give_no_fields() -> None:
    result = run_tool(CrossTab, CONFIG, SALES.slice(0, 0))["out"]
    assert result.column_names == ["region"]
    assert result.num_rows == 0


def test_refuses_what_makes_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ToolError, match=r"Sum does not work on \[region\]"):
        run_tool(CrossTab, {"header": "quarter", "value": "region"}, SALES)
    data = table("h: V_WString, v: Int64", ["a", 2**62], ["a", 2**62])
    with pytest.raises(ToolError, match="too large"):
        run_tool(CrossTab, {"header": "h", "value": "v"}, data)
    monkeypatch.setattr("tools.transform.cross_tab._MOST_FIELDS", 1)
    with pytest.raises(ToolError, match=r"\[quarter\] has more than 1 values"):
        run_tool(CrossTab, CONFIG, SALES)


@settings(max_examples=15, deadline=None)
@given(random_tables.rows, random_tables.batch_rows)
def test_agrees_with_python(data: list[random_tables.Row], batch_rows: int) -> None:
    config = {"by": ["text"], "header": "whole", "value": "number", "methods": ["Sum"], "clean_names": False}
    result = run_tool(CrossTab, config, random_tables.build(data), batch_rows=batch_rows)["out"]
    sums: dict[tuple[Any, str], int] = {}
    for number, (text, whole, _) in enumerate(data):
        name = "_Null_" if whole is None else str(whole)
        sums[text, name] = sums.get((text, name), 0) + number
    assert result["text"].to_pylist() == sorted({text for text, _ in sums}, key=random_tables.ascending)
    got = {(row["text"], name): row[name] for row in result.to_pylist() for name in row if name != "text"}
    assert {cell: value for cell, value in got.items() if value is not None} == sums


def test_more_rows_than_memory_holds() -> None:
    numbers = np.random.default_rng(1).permutation(600_000)
    schema = schema_of(Field("row", FieldType.Int64), Field("h", FieldType.Int64), Field("v", FieldType.Int64))
    data = pa.table([numbers // 3, numbers % 3, numbers], schema=schema)
    config = {"by": ["row"], "header": "h", "value": "v"}
    result = run_tool(CrossTab, config, data, resources=Resources(memory=60 << 20, threads=1))["out"]
    assert np.array_equal(result["row"].to_numpy(), np.arange(200_000))
    assert np.array_equal(result["2"].to_numpy(), np.arange(200_000) * 3 + 2)
