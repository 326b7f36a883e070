"""Tile sorts records into classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tools.preparation.tile import Tile

DATA = table(
    "g: V_WString, x: Double, wide: FixedDecimal(50.0)",
    *([g, x, x and int(x)] for g, x in zip("abababa", [5.0, 1.0, None, 2.0, 9.0, 3.0, 4.0], strict=True)),
)  # fmt: skip


def contract_cases(folder: Path) -> list[Case]:
    configs: list[dict[str, Any]] = [
        {"tiles": 2},
        {"method": "smart", "field": "x", "by": ["g"]},
        {"method": "unique", "fields": ["g"]},
    ]
    return [Case(Tile, config, DATA) for config in configs]


def tiles(**config: Any) -> list[Any]:
    return list(run_tool(Tile, config, DATA)["out"]["Tile_Num"].to_pylist())


def test_equal_records_in_the_order_of_the_records_or_of_a_field() -> None:
    assert tiles(tiles=3) == [1, 1, 1, 2, 2, 3, 3]
    assert tiles(tiles=3, field="x") == [3, 1, None, 1, 3, 2, 2]
    assert tiles(tiles=3, field="wide") == [3, 1, None, 1, 3, 2, 2]
    assert tiles(tiles=2, by=["g"]) == [1, 1, 1, 1, 2, 2, 2]


def test_equal_sum() -> None:
    assert tiles(method="equal_sum", field="x", tiles=2) == [1, 1, None, 1, 2, 2, 2]


def test_smart_tiles_have_names() -> None:
    data = table("x: Int32", *([x] for x in [10] * 8 + [14, 2, None]))
    rows = run_tool(Tile, {"method": "smart", "field": "x"}, data).rows()
    assert [row["Tile_Num"] for row in rows] == [0] * 8 + [
        1,
        -3,
        None,
    ]  # average 9.6, deviation 2.95: 1.49 and -2.57 of them
    assert [row["SmartTile_Name"] for row in rows[7:]] == ["Average", "Above Average", "Extremely Low", None]


def test_unique_values_in_the_order_in_which_they_come() -> None:
    rows = run_tool(Tile, {"method": "unique", "fields": ["G"]}, DATA).rows()
    assert [(row["Tile_Num"], row["Tile_SequenceNum"]) for row in rows] == [
        (1, 1), (2, 1), (1, 2), (2, 2), (1, 3), (2, 3), (1, 4),
    ]  # fmt: skip


def test_manual_cutoffs_belong_to_the_tile_below() -> None:
    assert tiles(method="manual", field="x", cutoffs=[2, 4]) == [3, 1, None, 1, 3, 2, 2]


def test_names_give_way() -> None:
    data = table("tile_num: Int32", [1])
    assert run_tool(Tile, {}, data)["out"].column_names == ["tile_num", "Tile_Num2", "Tile_SequenceNum"]


@pytest.mark.parametrize(
    "config",
    [{"method": "smart"}, {"method": "unique"}, {"method": "manual", "field": "x", "cutoffs": [2, 1]}, {"tiles": 0}],
)
def test_refuses_settings_that_are_not_complete(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        tiles(**config)


def test_refuses_texts() -> None:
    with pytest.raises(ToolError, match=r"\[g\] is a V_WString; smart needs a number"):
        tiles(method="smart", field="g")
