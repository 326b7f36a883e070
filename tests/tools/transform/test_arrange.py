"""Arrange puts fields of a record below each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import FieldType, fields_of
from tools.transform.arrange import Arrange

SALES = table(
    "region: V_String(5), s1: Int16, s2: Int32, c1: Double, note: V_WString",
    ["n", 1, None, 0.5, "x"], ["s", 3, 4, None, None],
)  # fmt: skip
COLUMNS = [{"name": "sales", "fields": ["S1", "s2"]}, {"name": "cost", "fields": ["c1", None]}]


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(Arrange, {"by": ["region"], "columns": COLUMNS}, SALES),
        Case(Arrange, {"columns": [{"name": "all", "fields": ["s1", "note"]}], "description": "what"}, SALES),
    ]


def test_one_record_becomes_several() -> None:
    config = {"by": ["Region"], "columns": COLUMNS, "description": "quarter", "descriptions": ["first", "second"]}
    result = run_tool(Arrange, config, SALES)
    assert result.rows() == [
        {"region": "n", "quarter": "first", "sales": 1, "cost": 0.5},
        {"region": "n", "quarter": "second", "sales": None, "cost": None},
        {"region": "s", "quarter": "first", "sales": 3, "cost": None},
        {"region": "s", "quarter": "second", "sales": 4, "cost": None},
    ]
    assert [field.type for field in fields_of(result["out"].schema)][2:] == [FieldType.Int32, FieldType.Double]


def test_mixed_types_become_text_and_fields_describe_themselves() -> None:
    config = {"columns": [{"name": "all", "fields": ["s1", "note"]}], "description": "what"}
    assert run_tool(Arrange, config, SALES).rows()[:2] == [{"what": "s1", "all": "1"}, {"what": "note", "all": "x"}]


@pytest.mark.parametrize(
    ("config", "error", "message"),
    [
        ({"columns": [{"name": "a", "fields": ["s1"]}, *COLUMNS]}, ValidationError, "equally many fields"),
        ({"columns": COLUMNS, "description": "d", "descriptions": ["one"]}, ValidationError, "1 descriptions for 2"),
        ({"columns": [{"name": "a", "fields": ["s9"]}]}, ToolError, r"No field \[s9\]"),
        ({"by": ["region"], "columns": [{"name": "Region", "fields": ["s1"]}]}, ToolError, "already"),
        ({"by": ["region"], "columns": COLUMNS, "description": "region"}, ToolError, "already"),
        ({"columns": [{"name": "a", "fields": [None]}]}, ToolError, "names no field"),
    ],
)
def test_says_what_is_wrong(config: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        run_tool(Arrange, config, SALES)
