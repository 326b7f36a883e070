"""AutoField finds the smallest type."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import Field, FieldType, fields_of
from tools.preparation.auto_field import AutoField

CSV = table(
    "id: V_WString, name: V_WString, day: V_WString", ["1", "Zoë", "2024-01-31"], ["300", "", ""], [None, "Li", None]
)


def contract_cases(folder: Path) -> list[Case]:
    return [Case(AutoField, {}, CSV), Case(AutoField, {"fields": ["name"]}, CSV)]


def found(*values: str | None) -> tuple[Field, list[Any]]:
    out = run_tool(AutoField, {}, table("x: V_WString", *([value] for value in values)), batch_rows=2)["out"]
    return fields_of(out.schema)[0], out["x"].to_pylist()


@pytest.mark.parametrize(
    ("values", "type_", "expected"),
    [
        (["0", "255"], FieldType.Byte, [0, 255]),
        (["-1", None, "", "256"], FieldType.Int16, [-1, None, None, 256]),
        (["40000"], FieldType.Int32, [40000]),
        (["1", "9999999999"], FieldType.Int64, [1, 9999999999]),
        (["1", "2.50", "-0.125"], FieldType.Double, [1.0, 2.5, -0.125]),
        (["True", "false"], FieldType.Bool, [True, False]),
        (["2024-02-29"], FieldType.Date, [date(2024, 2, 29)]),
        (["23:59:59"], FieldType.Time, [time(23, 59, 59)]),
        (["2024-02-29 23:59:59"], FieldType.DateTime, [datetime(2024, 2, 29, 23, 59, 59)]),
    ],
)
def test_types(values: list[str | None], type_: FieldType, expected: list[Any]) -> None:
    assert found(*values) == (Field("x", type_), expected)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (["007", "1"], Field("x", FieldType.String, 3)),
        (["Zoë"], Field("x", FieldType.String, 3)),
        (["日本", "a"], Field("x", FieldType.WString, 2)),
        (["a text of some length"], Field("x", FieldType.V_String, 21)),
        (["日本" * 10], Field("x", FieldType.V_WString, 20)),
        (["12345678901234567890"], Field("x", FieldType.V_String, 20)),
        (["0.12345678901234567890"], Field("x", FieldType.V_String, 22)),
        (["1e5"], Field("x", FieldType.String, 3)),
        ([None, ""], Field("x", FieldType.V_WString)),
    ],
)
def test_what_would_lose_something_stays_a_text(values: list[str | None], field: Field) -> None:
    assert found(*values) == (field, values)


def test_a_date_that_does_not_exist_stays_a_text() -> None:
    assert found("2024-02-30", "2024-02-28")[1] == ["2024-02-30", "2024-02-28"]


def test_only_the_listed_fields_change_and_the_user_is_told() -> None:
    result = run_tool(AutoField, {"fields": ["ID"]}, CSV)
    assert [field.type for field in fields_of(result["out"].schema)] == ["Int16", "V_WString", "V_WString"]
    assert result.said("info") == ["[id] is Int16."]


def test_refuses_fields_that_hold_no_text() -> None:
    with pytest.raises(ToolError, match=r"\[n\] is a Int32; AutoField looks at texts"):
        run_tool(AutoField, {"fields": ["n"]}, table("n: Int32"))
