"""MakeColumns puts records side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tools.transform.make_columns import MakeColumns

NUMBERS = table("g: V_String(3), v: Int32", ["b", 1], ["a", 2], ["a", 3], ["b", 4], ["a", 5], ["b", None], ["b", 7])


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(MakeColumns, {"columns": 3}, NUMBERS),
        Case(MakeColumns, {"by": ["g"], "arrange": "vertically"}, NUMBERS),
    ]


def wide(data: Any = NUMBERS, **config: Any) -> list[list[Any]]:
    out = run_tool(MakeColumns, config, data)["out"]
    return [out.column_names, *map(list, zip(*out.to_pydict().values(), strict=True))]


def test_rows_are_filled_from_left_to_right() -> None:
    assert wide(NUMBERS.select(["v"]), columns=3) == [
        ["Column_1_v", "Column_2_v", "Column_3_v"],
        [1, 2, 3],
        [4, 5, None],
        [7, None, None],
    ]


def test_or_columns_from_top_to_bottom() -> None:
    assert wide(NUMBERS.select(["v"]), columns=3, arrange="vertically")[1:] == [
        [1, 4, 7],
        [2, 5, None],
        [3, None, None],
    ]


def test_each_group_begins_a_row_of_its_own() -> None:
    assert wide(by=["G"]) == [
        ["g", "Column_1_v", "Column_2_v"],
        ["b", 1, 4],
        ["b", None, 7],
        ["a", 2, 3],
        ["a", 5, None],
    ]


def test_every_field_leaves_once_a_column() -> None:
    assert wide(columns=2)[0] == ["Column_1_g", "Column_1_v", "Column_2_g", "Column_2_v"]


def test_says_what_is_wrong() -> None:
    with pytest.raises(ToolError, match="No field is left"):
        wide(by=["g", "v"])
    with pytest.raises(ToolError, match=r"11 fields in 1000 columns are more than 5,000 fields"):
        wide(table(", ".join(f"f{number}: Int32" for number in range(11))), columns=1000)
