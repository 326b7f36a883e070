"""JSONParse: paths, types, what is no JSON."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, schema_from, table
from tools.parse.json_parse import JSONParse

TEXTS = table(
    "Id: Int32, Json: V_WString, z: Bool",
    [1, '{"a": [{"b": 5}, "x"], "c": null}', True],
    [2, "{nonsense", False],
    [3, None, None],
    [4, "[]", True],
    [5, "7", True],
)


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(JSONParse, {"field": "json"}, TEXTS),
        Case(JSONParse, {"field": "Json", "values": "typed", "keep_json": True}, TEXTS),
        Case(JSONParse, {"field": "Json"}, TEXTS.select(["Json"])),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_a_record_for_each_value() -> None:
    result = run_tool(JSONParse, {"field": "json"}, TEXTS, batch_rows=2)
    expected = schema_from("Id: Int32, z: Bool, JSON_Name: V_WString, JSON_ValueString: V_WString")
    assert result["out"].schema.equals(expected, check_metadata=True)
    assert [tuple(row.values()) for row in result.rows()] == [
        (1, True, "a.0.b", "5"),
        (1, True, "a.1", "x"),
        (1, True, "c", None),
        (2, False, None, None),
        (3, None, None, None),
        (4, True, "", None),
        (5, True, "", "7"),
    ]
    (said,) = result.said("conversion_error")
    assert said.startswith("Record 2: no JSON in [Json]: Expecting property name")


def parsed(text: str, values: str = "text") -> list[list[Any]]:
    result = run_tool(JSONParse, {"field": "t", "values": values}, table("t: V_WString", [text]))
    return [list(row.values()) for row in result.rows()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", [None, None, None, True]),
        ("-12", [None, -12, None, None]),
        ("1.50", [None, None, 1.5, None]),
        ("9223372036854775808", [None, None, 2.0**63, None]),
        ("1e400", [None, None, math.inf, None]),
        ('"5"', ["5", None, None, None]),
        ("null", [None, None, None, None]),
    ],
)
def test_typed_values(text: str, expected: list[Any]) -> None:
    assert parsed(text, "typed") == [["", *expected]]


def test_values_stay_as_written() -> None:
    text = '{"n": 1.500, "big": 123456789012345678901234567890, "u": "\\u00e4\\ud83c\\udf69", '
    text += '"e": {}, "n": 2, "h\\ud800": "\\ud800"}'
    assert parsed(text) == [
        ["n", "1.500"],
        ["big", "123456789012345678901234567890"],
        ["u", "ä🍩"],
        ["e", None],
        ["n", "2"],
        ["h?", "?"],
    ]


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 500 + "]" * 500, "{'a': 1}", "", "1 2"])
def test_what_is_no_json_is_reported_and_stays(text: str) -> None:
    result = run_tool(JSONParse, {"field": "t"}, table("t: V_WString", [text]))
    assert result.rows() == [{"JSON_Name": None, "JSON_ValueString": None}]
    assert len(result.said("conversion_error")) == 1


def test_a_mark_at_the_start_is_no_part_of_the_text() -> None:
    assert parsed('\ufeff{"a": 1}') == [["a", "1"]]


def test_names_must_be_free() -> None:
    with pytest.raises(ToolError, match=r"two fields \[JSON_Name\]"):
        run_tool(JSONParse, {"field": "t"}, table("t: V_WString, json_name: Bool"))
