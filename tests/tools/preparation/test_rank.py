"""Rank adds the places of records in an order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import FieldType, fields_of
from tools.preparation.rank import Rank

SALES = table("g: V_String(3), v: Int32", ["a", 7], ["b", 9], ["a", 5], ["a", 7], ["b", None])
DOWN = [{"field": "V", "order": "descending"}]


def contract_cases(folder: Path) -> list[Case]:
    every = ["ordinal", "dense", "standard", "modified", "fractional"]
    return [Case(Rank, {"fields": DOWN, "types": every}, SALES), Case(Rank, {"fields": DOWN, "by": ["g"]}, SALES)]


@pytest.mark.parametrize(
    ("type_", "ranks"),
    [
        ("ordinal", [2, 1, 4, 3, 5]),
        ("dense", [2, 1, 3, 2, 4]),
        ("standard", [2, 1, 4, 2, 5]),
        ("modified", [3, 1, 4, 3, 5]),
        ("fractional", [2.5, 1, 4, 2.5, 5]),
    ],
)
def test_equal_records(type_: str, ranks: list[Any]) -> None:
    out = run_tool(Rank, {"fields": DOWN, "types": [type_]}, SALES)["out"]
    assert out["Rank"].to_pylist() == ranks
    assert out.select(["g", "v"]).equals(SALES)


def test_several_types_have_a_field_each() -> None:
    out = run_tool(Rank, {"fields": DOWN, "types": ["dense", "fractional"]}, SALES)["out"]
    assert [(field.name, field.type) for field in fields_of(out.schema)[2:]] == [
        ("Rank_Dense", FieldType.Int64),
        ("Rank_Fractional", FieldType.Double),
    ]


def test_groups_are_ranked_for_themselves_and_names_give_way() -> None:
    out = run_tool(Rank, {"fields": DOWN, "by": ["g"]}, SALES.rename_columns(["g", "v"]))["out"]
    assert out["Rank"].to_pylist() == [1, 1, 3, 2, 2]
    taken = table("Rank: Int32", [3], [1])
    assert run_tool(Rank, {"fields": [{"field": "Rank"}]}, taken)["out"].column_names == ["Rank", "Rank2"]


def test_texts_in_dictionary_order() -> None:
    words = table("w: V_WString", ["b"], ["A"], ["a"], ["B"])
    assert run_tool(Rank, {"fields": [{"field": "w"}]}, words)["out"]["Rank"].to_pylist() == [4, 1, 3, 2]
    ordered = run_tool(Rank, {"fields": [{"field": "w"}], "dictionary": True}, words)
    assert ordered["out"]["Rank"].to_pylist() == [3, 2, 1, 4]


def test_says_what_is_wrong() -> None:
    with pytest.raises(ToolError, match=r"No field \[x\]"):
        run_tool(Rank, {"fields": [{"field": "x"}]}, SALES)
