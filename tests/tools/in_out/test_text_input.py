from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, Result, check_tool, run_tool, table
from engine.types import FieldType, fields_of
from tools.in_out.text_input import TextInput


def typed(fields: Any, *rows: list[Any]) -> Result:
    return run_tool(TextInput, {"fields": fields, "rows": list(rows)})


def problems(fields: Any, *rows: list[Any]) -> list[tuple[str, str]]:
    with pytest.raises(ExceptionGroup) as caught:
        typed(fields, *rows)
    return [(error.setting, error.message) for error in caught.value.exceptions if isinstance(error, ToolError)]


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(TextInput, {"fields": {"name": "V_WString", "born": "Date"}, "rows": [["Bart", "1980-02-23"]]}),
        Case(TextInput, {"fields": ["name", "age"], "rows": [["Bart", 10], [None, 8.5]]}),
        Case(TextInput, {"fields": ["name"]}),
        Case(TextInput, {"fields": [{"field": "2020", "type": "Int32"}], "rows": [[1]]}),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_takes_the_types_that_are_given() -> None:
    result = typed(
        {"name": "v_string(20)", "age": "Byte", "price": "FixedDecimal(6.2)", "at": "DateTime", "ok": "Bool"},
        ["Bart", 10, 1.5, "2024-01-31 12:30:00", True],
        [None, None, None, None, None],
    )
    expected = table(
        "name: V_String(20), age: Byte, price: FixedDecimal(6.2), at: DateTime, ok: Bool",
        ["Bart", 10, Decimal("1.50"), datetime(2024, 1, 31, 12, 30), True],
        [None, None, None, None, None],
    )
    assert result["out"].equals(expected, check_metadata=True)


@pytest.mark.parametrize(
    ("cells", "type_", "values"),
    [
        ([1, 2], FieldType.Int64, [1, 2]),
        ([1, None], FieldType.Int64, [1, None]),
        ([1, 2.5], FieldType.Double, [1.0, 2.5]),
        ([True, False], FieldType.Bool, [True, False]),
        (["1", "2"], FieldType.V_WString, ["1", "2"]),
        (["a", 1], FieldType.V_WString, ["a", "1"]),
        (["true"], FieldType.V_WString, ["true"]),
        ([True, 1], FieldType.V_WString, ["true", "1"]),
        (["2024-01-31"], FieldType.Date, [date(2024, 1, 31)]),
        ([date(2024, 1, 31)], FieldType.Date, [date(2024, 1, 31)]),
        (["12:30:00"], FieldType.Time, [time(12, 30)]),
        (["2024-01-31 12:30:00"], FieldType.DateTime, [datetime(2024, 1, 31, 12, 30)]),
        (["2024-02-31"], FieldType.V_WString, ["2024-02-31"]),
        ([10**20], FieldType.V_WString, [str(10**20)]),
        ([None], FieldType.V_WString, [None]),
        ([""], FieldType.V_WString, [""]),
    ],
)
def test_finds_types(cells: list[Any], type_: FieldType, values: list[Any]) -> None:
    result = typed(["x"], *([cell] for cell in cells))
    assert [field.type for field in fields_of(result["out"].schema)] == [type_]
    assert result["out"]["x"].to_pylist() == values


def test_every_wrong_value_is_named_with_its_place() -> None:
    assert problems({"name": "V_WString(3)", "age": "Int32"}, ["Bob", 10], ["Lisa", 8], [None, "old"]) == [
        ("rows.1.0", "Row 2, field [name]: 'Lisa' is no V_WString(3)."),
        ("rows.2.1", "Row 3, field [age]: 'old' is no Int32."),
    ]


@pytest.mark.parametrize(
    ("fields", "rows", "setting", "message"),
    [
        (["a", "b"], [[1, 2], [1]], "rows.1", "Row 2 has 1 value; the table has 2 fields."),
        (["a", "A"], [], "fields", r"The name [A] stands twice."),
        ([], [], "fields", "The table has no field."),
        ([" "], [], "fields", "Field 1 has no name."),
        ({"a": "Int"}, [], "fields.a", "[a] has the type 'Int'; types are "),
        ([{"field": "a", "type": "Int"}], [], "fields.0.type", "[a] has the type 'Int'; types are "),
        ({"a": "Byte"}, [[256]], "rows.0.0", "Row 1, field [a]: '256' is no Byte."),
        ({"a": "Blob"}, [["x"]], "", "[a]: text cannot be read as Blob."),
    ],
)
def test_refuses(fields: Any, rows: list[list[Any]], setting: str, message: str) -> None:
    [(place, text)] = problems(fields, *rows)
    assert place == setting
    assert text.startswith(message)
