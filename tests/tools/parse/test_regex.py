"""Regex: replace, tokenize, parse, match."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, schema_from, table
from tools.parse.regex import Regex, marked_groups

NAMES = table(
    "Id: Int32, Name: V_String(30)", [1, "Simpson, Bart 10"], [2, "Nobody"], [3, None], [4, "Flanders, Ned x"]
)
NAME = r"(\w+), (\w+) (\w+)"


def contract_cases(folder: Path) -> list[Case]:
    on_name = {"field": "name", "expression": NAME}
    return [
        Case(Regex, {**on_name, "method": "replace", "replacement": "$2 $1", "copy_unmatched": False}, NAMES),
        Case(Regex, {**on_name, "method": "match"}, NAMES),
        Case(Regex, {**on_name, "method": "parse"}, NAMES),
        Case(Regex, {"field": "Name", "expression": r"\w+", "method": "tokenize"}, NAMES),
        Case(Regex, {"field": "Name", "expression": r"\w(\w)", "method": "tokenize", "into": "rows"}, NAMES),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def one(text: str | None, expression: str, method: str, **config: Any) -> list[Any]:
    """The values of the record that leaves, without the text itself where it stays."""
    config = {"field": "t", "expression": expression, "method": method, **config}
    (row,) = run_tool(Regex, config, table("t: V_WString", [text])).rows()
    return list(row.values())[0 if method == "replace" else 1 :]


@pytest.mark.parametrize(
    ("text", "expression", "config", "expected"),
    [
        ("Simpson, Bart", r"(\w+), (\w+)", {"replacement": "$2 $1!"}, "Bart Simpson!"),
        ("aXa", "A", {"replacement": "$0$0"}, "aaXaa"),
        ("aXA", "A", {"replacement": "-", "ignore_case": False}, "aX-"),
        ("a1b22", r"\d+", {"replacement": r"\0", "copy_unmatched": True}, r"a\0b\0"),
        ("a1b22", r"(\d)\d*", {"replacement": "<$1>", "copy_unmatched": False}, "<1><2>"),
        ("abc", r"\d", {"replacement": "x", "copy_unmatched": False}, ""),
        ("it's {x}", "'", {"replacement": "''{}"}, "it''{}s {x}"),
        (None, "a", {"replacement": "x"}, None),
    ],
)
def test_replace(text: str | None, expression: str, config: dict[str, Any], expected: str | None) -> None:
    assert one(text, expression, "replace", **config) == [expected]


def test_replace_keeps_the_field_and_cuts_what_grows_too_long() -> None:
    config = {"field": "t", "expression": "a", "method": "replace", "replacement": "bbb"}
    result = run_tool(Regex, config, table("t: String(4)", ["aa"], ["a"]))
    assert result["out"].schema.equals(schema_from("t: String(4)"), check_metadata=True)
    assert result["out"]["t"].to_pylist() == ["bbbb", "bbb"]
    assert "1 text was cut to the 4 characters of [t]" in result.said("warning")[0]


@pytest.mark.parametrize(
    ("text", "expression", "expected"),
    [("abc", "a.c", True), ("abcd", "a.c", False), ("ABC", "abc", True), ("a\nc", "a.c", False), (None, "a", None)],
)
def test_match(text: str | None, expression: str, expected: bool | None) -> None:
    assert one(text, expression, "match") == [expected]


def test_match_names_its_field_and_can_refuse() -> None:
    config = {"field": "name", "expression": ".*,.*", "method": "match"}
    assert run_tool(Regex, config, NAMES)["out"].schema.names == ["Id", "Name", "Name_Matched"]
    with pytest.raises(ToolError, match=r"Record 2: the text in \[Name\] does not fit"):
        run_tool(Regex, {**config, "on_mismatch": "error"}, NAMES, batch_rows=1)


def test_tokenize_into_fields() -> None:
    assert one("a1b2c3d4", r"[a-z]\d", "tokenize", columns=2, extra="drop") == ["a1", "b2"]
    assert one("a1b2", r"([a-z])\d", "tokenize") == ["a", "b", None]
    result = run_tool(Regex, {"field": "Name", "expression": r"\w+", "method": "tokenize", "columns": 2}, NAMES)
    assert result.said("warning") == ["2 records have more than 2 pieces; the rest was dropped."]
    with pytest.raises(ToolError, match="Record 1: the expression fits"):
        run_tool(Regex, {"field": "Name", "expression": r"\w", "method": "tokenize", "extra": "error"}, NAMES)


def test_tokenize_into_records() -> None:
    config = {"field": "Name", "expression": "[A-Z]", "ignore_case": False, "method": "tokenize", "into": "rows"}
    assert [(row["Id"], row["Name"]) for row in run_tool(Regex, config, NAMES).rows()] == [
        (1, "S"),
        (1, "B"),
        (2, "N"),
        (3, None),
        (4, "F"),
        (4, "N"),
    ]
    assert run_tool(Regex, {**config, "root": "Letter"}, NAMES)["out"].schema.names == ["Id", "Name", "Letter"]


def test_parse_makes_a_typed_field_of_each_group() -> None:
    fields = [{"name": "Last", "size": 5}, {"name": "First"}, {"name": "Age", "type": "Int16"}]
    result = run_tool(Regex, {"field": "Name", "expression": NAME, "method": "parse", "fields": fields}, NAMES)
    expected = "Id: Int32, Name: V_String(30), Last: V_WString(5), First: V_WString, Age: Int16"
    assert result["out"].schema.equals(schema_from(expected), check_metadata=True)
    assert [list(row.values())[2:] for row in result.rows()] == [
        ["Simps", "Bart", 10],
        [None, None, None],
        [None, None, None],
        ["Fland", "Ned", None],
    ]
    assert result.said("conversion_error") == ["Record 4: 'x' cannot become an Int16 in [Age]."]
    assert "2 texts were cut" in result.said("warning")[0]


def test_parse_to_dates_and_default_names() -> None:
    fields = [{"name": "Day", "type": "Date"}]
    assert one("on 2024-02-29!", r"(\d+-\d+-\d+)", "parse", fields=fields) == [date(2024, 2, 29)]
    out = run_tool(Regex, {"field": "Name", "expression": NAME, "method": "parse"}, NAMES)["out"]
    assert out.schema.names[2:] == ["RegExOut1", "RegExOut2", "RegExOut3"]


@pytest.mark.parametrize(
    ("expression", "groups"),
    [
        (r"(a)(?:b)(?P<n>c)(?i:d)", 2),
        (r"\(a\)[(](b)[^)(]([\](])", 2),
        (r"((((((((((a))))))))))(?i)(b)", 11),
        (r"[[:alpha:](](x)", 1),
        (r"\Q(a)\E(b)", 1),
        ("[]()](a)", 1),
    ],
)
def test_counts_marked_groups(expression: str, groups: int) -> None:
    assert marked_groups(expression) == groups
    one("", expression, "parse")  # DuckDB counts the same, or says so


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"expression": "("}, "This is no regular expression: missing \\)"),
        ({"expression": "a(?=b)"}, "Lookahead .* are not known here"),
        ({"expression": "a", "method": "parse"}, "no marked group"),
        ({"expression": "(a)(b)", "method": "parse", "fields": [{"name": "x"}]}, "2 marked groups, and 1 fields"),
        ({"expression": "(a)", "method": "parse", "fields": [{"name": "ID"}]}, r"two fields \[ID\]"),
        ({"field": "Id", "expression": "a"}, r"\[Id\] is Int32"),
    ],
)
def test_says_what_is_wrong(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ToolError, match=words):
        run_tool(Regex, {"field": "Name", **config}, NAMES)


def test_counted_repetitions() -> None:
    data = table("t: V_WString", ["tel. 555-0113 or 555-0199"])
    tokens = run_tool(Regex, {"field": "t", "expression": r"\d{4}", "method": "tokenize", "columns": 2}, data)
    assert tokens.rows() == [{"t": "tel. 555-0113 or 555-0199", "t1": "0113", "t2": "0199"}]
    config = {"field": "t", "expression": r"\d{3}-(\d{4})", "method": "replace", "replacement": "{$1}"}
    assert run_tool(Regex, {**config, "copy_unmatched": False}, data).rows() == [{"t": "{0113}{0199}"}]
