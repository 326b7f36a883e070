"""DataCleansing repairs what is usually wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tools.preparation.data_cleansing import DataCleansing

DIRTY = table(
    "name: V_WString, units: Int32, price: FixedDecimal(9.2), empty: V_WString",
    ["  ann\tLEE ", 1, None, None],
    [None, None, None, None],
    ["Zoë-2,  3€\n", None, Decimal("1.50"), None],
)


def contract_cases(folder: Path) -> list[Case]:
    return [Case(DataCleansing, {}, DIRTY), Case(DataCleansing, {"remove_null_fields": True, "case": "upper"}, DIRTY)]


def cleaned(**config: Any) -> list[Any]:
    """The names, with the defaults switched off."""
    off = {"trim": False, "blank_for_null": False, "zero_for_null": False}
    return list(run_tool(DataCleansing, {**off, **config}, DIRTY)["out"]["name"].to_pylist())


def test_by_default_nulls_are_replaced_and_texts_trimmed() -> None:
    assert run_tool(DataCleansing, {}, DIRTY).rows() == [
        {"name": "ann\tLEE", "units": 1, "price": Decimal("0.00"), "empty": ""},
        {"name": "", "units": 0, "price": Decimal("0.00"), "empty": ""},
        {"name": "Zoë-2,  3€", "units": 0, "price": Decimal("1.50"), "empty": ""},
    ]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, ["  ann\tLEE ", None, "Zoë-2,  3€\n"]),
        ({"trim": True}, ["ann\tLEE", None, "Zoë-2,  3€"]),
        ({"single_spaces": True}, [" ann LEE ", None, "Zoë-2, 3€ "]),
        ({"remove_whitespace": True}, ["annLEE", None, "Zoë-2,3€"]),
        ({"remove_letters": True, "trim": True}, ["", None, "-2,  3€"]),
        ({"remove_numbers": True}, ["  ann\tLEE ", None, "Zoë-,  €\n"]),
        ({"remove_punctuation": True}, ["  ann\tLEE ", None, "Zoë2  3\n"]),
        ({"case": "upper"}, ["  ANN\tLEE ", None, "ZOË-2,  3€\n"]),
        ({"case": "lower"}, ["  ann\tlee ", None, "zoë-2,  3€\n"]),
        ({"case": "title"}, ["  Ann\tLee ", None, "Zoë-2,  3€\n"]),
    ],
)
def test_texts(config: dict[str, Any], expected: list[str | None]) -> None:
    assert cleaned(**config) == expected


def test_only_the_listed_fields_change() -> None:
    rows = run_tool(DataCleansing, {"fields": ["UNITS"]}, DIRTY).rows()
    assert [row["units"] for row in rows] == [1, 0, 0]
    assert rows[1]["name"] is None


def test_null_records_and_fields_are_removed() -> None:
    result = run_tool(DataCleansing, {"remove_null_records": True, "remove_null_fields": True}, DIRTY, batch_rows=1)
    assert result["out"].column_names == ["name", "units", "price"]
    assert result["out"]["units"].to_pylist() == [1, 0]
    assert result.said("info") == ["Removed [empty]: Null in every record."]


def test_a_missing_field_is_an_error() -> None:
    with pytest.raises(ToolError, match=r"No field \[nam\]"):
        run_tool(DataCleansing, {"fields": ["nam"]}, DIRTY)
