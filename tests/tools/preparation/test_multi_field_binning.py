from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from tools.preparation.multi_field_binning import MultiFieldBinning

PEOPLE = table(
    "town: V_WString, age: Int32, income: Double",
    ["a", 10, 5.0], ["a", 20, 1.0], ["b", 90, None], ["a", 30, 9.0], ["b", 40, float("nan")],
)  # fmt: skip


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(MultiFieldBinning, {"fields": ["age", "income"], "bins": 2}, PEOPLE.slice(0, 4)),
        Case(
            MultiFieldBinning,
            {"fields": ["age"], "method": "equal_intervals", "bins": 4, "by": ["town"]},
            PEOPLE.slice(0, 4),
        ),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def bins(field: str = "age", **config: Any) -> list[int | None]:
    out = run_tool(MultiFieldBinning, {"fields": [field], **config}, PEOPLE)["out"]
    numbers: list[int | None] = out[f"{field}_Tile_Num"].to_pylist()
    return numbers


def test_as_many_records_in_each() -> None:
    assert bins(bins=2) == [1, 1, 2, 1, 2]
    assert bins("income", bins=3) == [2, 1, None, 3, None]


def test_as_long_a_part_of_the_way() -> None:
    assert bins(method="equal_intervals", bins=4) == [1, 1, 4, 2, 2]
    assert bins(method="equal_intervals", bins=4, by=["town"]) == [1, 3, 4, 4, 1]


def test_a_text_is_refused() -> None:
    with pytest.raises(ToolError, match="bins are for numbers"):
        bins("town")


@given(st.lists(st.none() | st.floats(-1e6, 1e6), max_size=20), st.integers(1, 5))
def test_equal_intervals_are_those_of_python(values: list[float | None], count: int) -> None:
    config = {"fields": ["x"], "method": "equal_intervals", "bins": count}
    data = table("x: Double", *[[value] for value in values])
    given_values = [value for value in values if value is not None]
    low, high = (min(given_values), max(given_values)) if given_values else (0.0, 0.0)

    def place(value: float) -> int:
        return min(count, int((value - low) / (high - low) * count) + 1) if high > low else 1

    expected = [None if value is None else place(value) for value in values]
    assert run_tool(MultiFieldBinning, config, data)["out"]["x_Tile_Num"].to_pylist() == expected
