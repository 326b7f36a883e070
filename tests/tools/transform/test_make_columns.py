"""MakeColumns puts records side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.context import Resources
from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tests.tools._records import random_tables
from tools._records.grouped import Grouped
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


def expected(rows: list[random_tables.Row], by: int | None, columns: int, vertically: bool) -> list[list[Any]]:
    """The numbers of the records, by what the tool says it does."""
    groups: dict[Any, list[int]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(None if by is None else random_tables.key(row[by]), []).append(number)
    found = []
    for numbers in groups.values():
        height = -(-len(numbers) // columns)
        filled = np.array([*numbers, *[None] * (height * columns - len(numbers))], object)
        found += (filled.reshape(columns, height).T if vertically else filled.reshape(height, columns)).tolist()
    return found


@settings(max_examples=150, deadline=None)
@given(
    rows=random_tables.rows,
    batch_rows=random_tables.batch_rows,
    by=st.sampled_from([None, 0, 1, 2]),
    columns=st.integers(1, 5),
    vertically=st.booleans(),
    parts=st.sampled_from([1, 3]),
)
def test_every_record_stands_where_it_belongs(
    rows: list[random_tables.Row], batch_rows: int, by: int | None, columns: int, vertically: bool, parts: int
) -> None:
    data = random_tables.build(rows)
    config: dict[str, Any] = {"columns": columns, "arrange": "vertically" if vertically else "horizontally"}
    config["by"] = [] if by is None else [data.column_names[by]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Grouped, "_parts", lambda self, names: parts if self.rows else 1)
        out = run_tool(MakeColumns, config, data, batch_rows=batch_rows)["out"]
    numbers = [out[f"Column_{place}_number"].to_pylist() for place in range(1, columns + 1)]
    assert [list(row) for row in zip(*numbers, strict=True)] == expected(rows, by, columns, vertically)
    for row in out.to_pylist():
        for place in range(1, columns + 1):
            number = row[f"Column_{place}_number"]
            values = [row.get(f"Column_{place}_{name}", row.get(name)) for name in data.column_names[:3]]
            wanted = (None, None, None) if number is None else rows[number]
            for field, (value, want) in enumerate(zip(values, wanted, strict=True)):
                assert (field == by and number is None) or random_tables.key(value) == random_tables.key(want)


def test_many_groups_in_little_memory() -> None:
    numbers = np.random.default_rng(1).permutation(400_000)
    data = pa.table({"key": numbers // 2, "value": numbers})
    resources = Resources(memory=48 << 20, threads=1)
    out = run_tool(MakeColumns, {"by": ["key"]}, data, resources=resources)["out"]
    firsts = np.unique(numbers // 2, return_index=True)[1]
    assert np.array_equal(out["key"], (numbers // 2)[np.sort(firsts)])
    assert np.array_equal(
        np.sort(np.stack([out["Column_1_value"], out["Column_2_value"]]).T.ravel()), np.arange(400_000)
    )


def test_says_what_is_wrong() -> None:
    with pytest.raises(ToolError, match="No field is left"):
        wide(by=["g", "v"])
    with pytest.raises(ToolError, match=r"11 fields in 1000 columns are more than 5,000 fields"):
        wide(table(", ".join(f"f{number}: Int32" for number in range(11))), columns=1000)
