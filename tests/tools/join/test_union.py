"""Union: fields by name, position and hand, types that hold all, order of the inputs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, schema_from, table
from engine.types import Field, FieldType
from tests.tools.join.oracle import records, tables
from tools.join.union import Union

ONE = table("Id: Int16, Name: V_String(10)", [1, "Bart"], [2, "Lisa"])
TWO = table("name: V_WString(20), id: Int32, Age: Byte", ["Homer", 70000, 39])
BOTH = {"in#1": ONE, "in#2": TWO}


def contract_cases(folder: Path) -> list[Case]:
    manual = {"mode": "manual", "fields": [{"name": "Who", "inputs": ["Name", "Age"]}, {"name": "x", "inputs": ["Id"]}]}
    return [
        Case(Union, {}, BOTH),
        Case(Union, {"mode": "position", "order": [2, 1]}, BOTH),
        Case(Union, manual, BOTH),
        Case(Union, {"output": "common"}, ONE),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_by_name() -> None:
    result = run_tool(Union, {}, BOTH)
    assert result["out"].schema.equals(schema_from("Id: Int32, Name: V_WString(20), Age: Byte"), check_metadata=True)
    assert records(result["out"]) == [(1, "Bart", None), (2, "Lisa", None), (70000, "Homer", 39)]
    assert result.said("warning") == ["Input #1 lacks [Age], which is Null there."]


def test_only_common_fields() -> None:
    result = run_tool(Union, {"output": "common", "on_mismatch": "ignore"}, BOTH)
    assert records(result["out"]) == [(1, "Bart"), (2, "Lisa"), (70000, "Homer")]
    assert not result.messages


def test_mismatch_as_an_error() -> None:
    with pytest.raises(ToolError, match=r"Input #1 lacks \[Age\]"):
        run_tool(Union, {"on_mismatch": "error"}, BOTH)
    assert run_tool(Union, {"on_mismatch": "error"}, {"in#1": ONE, "in#2": ONE})["out"].num_rows == 4


def test_by_position() -> None:
    result = run_tool(Union, {"mode": "position"}, BOTH)
    assert records(result["out"]) == [("1", "Bart", None), ("2", "Lisa", None), ("Homer", "70000", 39)]
    assert result["out"].schema.names == ["Id", "Name", "Age"]


def test_by_hand() -> None:
    fields = [{"name": "Who", "inputs": ["Name", "name"]}, {"name": "Age", "inputs": [None, "Age"]}]
    result = run_tool(Union, {"mode": "manual", "fields": fields}, BOTH)
    assert result.rows() == [
        {"Who": "Bart", "Age": None},
        {"Who": "Lisa", "Age": None},
        {"Who": "Homer", "Age": 39},
    ]


def test_order_of_the_inputs() -> None:
    three = {"in#1": table("n: Int32", [1]), "in#2": table("n: Int32", [2]), "in#3": table("n: Int32", [3])}
    assert [row["n"] for row in run_tool(Union, {"order": [3, 1]}, three).rows()] == [3, 1, 2]
    with pytest.raises(ToolError, match="There is no input 4; there are 3"):
        run_tool(Union, {"order": [4]}, three)


@pytest.mark.parametrize(
    ("one", "other", "both", "values"),
    [
        ("Byte", "Int64", "Int64", [7, 2**60]),
        ("Int32", "Float", "Double", [7, 0.5]),
        ("Float", "Float", "Float", [1.5, 0.5]),
        ("Int32", "FixedDecimal(10.2)", "FixedDecimal(22.2)", [7, Decimal("1.25")]),
        ("FixedDecimal(10.4)", "FixedDecimal(10.2)", "FixedDecimal(12.4)", [Decimal("0.1250"), Decimal("1234567.50")]),
        ("String(3)", "V_WString(5)", "V_WString(5)", ["a", "b"]),
        ("WString(3)", "String(5)", "WString(5)", ["a", "b"]),
        ("Bool", "V_String", "V_WString", [True, "x"]),
        ("Double", "String(2)", "V_WString", [3.0, "x"]),
        ("Date", "DateTime", "DateTime", [date(2024, 1, 2), datetime(2024, 1, 2, 3)]),
        ("Date", "Int32", "V_WString", [date(2024, 1, 2), 5]),
        ("Blob", "Blob", "Blob", [b"a", b"b"]),
    ],
)
def test_types_that_hold_all(one: str, other: str, both: str, values: list[Any]) -> None:
    inputs = {"in#1": table(f"v: {one}", [values[0]], [None]), "in#2": table(f"v: {other}", [values[1]])}
    out = run_tool(Union, {}, inputs)["out"]
    assert out.schema.equals(schema_from(f"v: {both}"), check_metadata=True)
    expected = [
        {True: "True", 3.0: "3", 5: "5"}.get(value, str(value)) if both == "V_WString" else value for value in values
    ]
    if both == "DateTime":
        expected[0] = datetime(2024, 1, 2)
    assert out["v"].to_pylist() == [expected[0], None, expected[1]]


def test_types_that_have_nothing_in_common_are_told_of() -> None:
    inputs = {"in#1": table("v: Date"), "in#2": table("v: Int32")}
    result = run_tool(Union, {}, inputs)
    assert result.said("warning") == ["[v] is Date, Int32 in the inputs, and becomes text."]
    assert run_tool(Union, {"on_mismatch": "ignore"}, inputs).said() == []


def test_blobs_and_texts_do_not_mix() -> None:
    with pytest.raises(ToolError, match=r"\[v\] is Blob and V_WString"):
        run_tool(Union, {}, {"in#1": table("v: Blob"), "in#2": table("v: V_WString")})


def test_metadata_of_the_first_input_stays() -> None:
    field = Field("v", FieldType.Int32, source="File: a.csv", description="d").arrow()
    first = pa.Table.from_arrays([pa.array([1], pa.int32())], schema=pa.schema([field]))
    out = run_tool(Union, {}, {"in#1": first, "in#2": table("V: Int32", [2])})["out"]
    assert out.schema.field("v").equals(field, check_metadata=True)


@pytest.mark.parametrize(
    "config", [{"mode": "manual"}, {"fields": [{"name": "a", "inputs": ["a"]}]}, {"order": [1, 1]}, {"order": [0]}]
)
def test_refuses_what_does_not_go_together(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run_tool(Union, config, BOTH)


@settings(max_examples=40, deadline=None)
@given(st.lists(tables(), min_size=1, max_size=4), st.integers(1, 5), st.randoms())
def test_is_as_in_plain_python(inputs: list[pa.Table], batch_rows: int, random: Any) -> None:
    order = random.sample(range(1, len(inputs) + 1), len(inputs))
    shuffled = [data.select(random.sample("abc", 3)) for data in inputs]
    streams = {f"in#{number}": data for number, data in enumerate(shuffled, 1)}
    result = run_tool(Union, {"order": order}, streams, batch_rows=batch_rows)["out"].select(list("abc"))
    assert records(result) == [record for number in order for record in records(inputs[number - 1])]


def test_manually_a_line_needs_a_field() -> None:
    lines = [{"name": "a", "inputs": ["Id", None]}, {"name": "nothing", "inputs": [None, None]}]
    with pytest.raises(ToolError, match="'nothing' is made of no field") as caught:
        run_tool(Union, {"mode": "manual", "fields": lines}, BOTH)
    assert caught.value.setting == "fields.1.inputs"
