"""FindReplace: where a text must stand, which counts, replacing and appending."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, schema_from, table
from tools._joining.patterns import any_of
from tools.join.find_replace import FindReplace

STREETS = table("Id: Int32, Street: V_WString", [1, "Main St."], [2, "St. Paul St."], [3, "STate Rd"], [4, None])
SHORT = table(
    "Short: V_WString, Long: V_WString, n: Int32",
    ["St.", "Street", 1],
    ["Rd", "Road", 2],
    ["St", "Saint", 3],
    [None, "x", 4],
    ["", "y", 5],
)
REPLACE = {"field": "street", "find": "Short", "replace_with": "Long"}


def contract_cases(folder: Path) -> list[Case]:
    both = {"F": STREETS, "R": SHORT}
    return [
        Case(FindReplace, {**REPLACE, "replace_all": True, "ignore_case": True}, both),
        Case(FindReplace, {"field": "Street", "find": "Short", "append": ["n", "Long"], "match": "beginning"}, both),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def replaced(texts: list[str], lookup: dict[str, str | None], **settings: Any) -> list[str]:
    inputs = {
        "F": table("Street: V_WString", *([text] for text in texts)),
        "R": table("Short: V_WString, Long: V_WString", *([find, with_] for find, with_ in lookup.items())),
    }
    return run_tool(FindReplace, {**REPLACE, **settings}, inputs)["out"]["Street"].to_pylist()  # type: ignore[no-any-return]


def test_replaces_what_stands_first_and_is_longest() -> None:
    result = run_tool(FindReplace, REPLACE, {"F": STREETS, "R": SHORT})
    assert result["out"].schema.equals(STREETS.schema, check_metadata=True)
    assert [row["Street"] for row in result.rows()] == ["Main Street", "Street Paul St.", "STate Road", None]


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        ("a b a", {}, "x b a"),
        ("a b a", {"replace_all": True}, "x b x"),
        ("aa", {"replace_all": True, "whole_words": True}, "aa"),
        ("a-a, A", {"replace_all": True, "whole_words": True, "ignore_case": True}, "x-x, x"),
        ("ab", {"match": "beginning"}, "xb"),
        ("ba", {"match": "beginning"}, "ba"),
        ("a", {"match": "entire"}, "x"),
        ("a\n", {"match": "entire"}, "a\n"),
        ("A", {"match": "entire"}, "A"),
        ("A", {"match": "entire", "ignore_case": True}, "x"),
        ("İA", {"ignore_case": True}, "İx"),
        ("", {}, ""),
    ],
)
def test_where_it_must_stand(text: str, settings: dict[str, Any], expected: str) -> None:
    assert replaced([text], {"a": "x"}, **settings) == [expected]


def test_special_characters_are_plain() -> None:
    assert replaced(["1.5 (net) \\1 $", "105"], {"1.5": "2", "(net)": r"\1", "$": None}, replace_all=True) == [
        r"2 \1 \1 ",
        "105",
    ]


def test_the_last_of_several_counts() -> None:
    inputs = {"F": table("a: V_WString", ["x"]), "R": table("f: V_WString, t: V_WString", ["x", "1"], ["x", "2"])}
    assert run_tool(FindReplace, {"field": "a", "find": "f", "replace_with": "t"}, inputs).rows() == [{"a": "2"}]


def test_appends_fields() -> None:
    config = {"field": "Street", "find": "Short", "append": ["n", "Long"], "ignore_case": True, "match": "beginning"}
    result = run_tool(FindReplace, config, {"F": STREETS, "R": SHORT})
    assert result["out"].schema.equals(schema_from("Id: Int32, Street: V_WString, n: Int32, Long: V_WString"), True)
    assert [(row["n"], row["Long"]) for row in result.rows()] == [
        (None, None),
        (1, "Street"),
        (3, "Saint"),
        (None, None),
    ]


def test_texts_that_grow_too_long_are_cut() -> None:
    inputs = {"F": table("a: String(3)", ["x1"], ["y"]), "R": table("f: V_WString, t: V_WString", ["x", "long"])}
    result = run_tool(FindReplace, {"field": "a", "find": "f", "replace_with": "t"}, inputs)
    assert (result["out"]["a"].to_pylist(), result.said("warning")) == (
        ["lon", "y"],
        ["1 text was cut to the 3 characters of [a]."],
    )


def test_without_a_lookup_table_nothing_changes() -> None:
    assert run_tool(FindReplace, REPLACE, {"F": STREETS, "R": SHORT.slice(0, 0)})["out"].equals(STREETS)


def test_only_texts() -> None:
    with pytest.raises(ToolError, match=r"\[Id\] is Int32; only texts are searched"):
        run_tool(FindReplace, {**REPLACE, "field": "Id"}, {"F": STREETS, "R": SHORT})
    with pytest.raises(ValidationError, match="give either `replace_with`"):
        run_tool(FindReplace, {"field": "Street", "find": "Short"}, {"F": STREETS, "R": SHORT})


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("ab.", min_size=1, max_size=4), max_size=6), st.text("ab.", max_size=12))
def test_the_pattern_is_that_of_all_texts_longest_first(texts: list[str], text: str) -> None:
    plain = re.compile("|".join(re.escape(one) for one in sorted(texts, key=len, reverse=True)) or "(?!)")
    assert any_of(texts, "any", whole_words=False).findall(text) == plain.findall(text)


def test_a_thousand_texts_are_found_quickly() -> None:
    lookup = pa.table({"f": [f"word{n}x" for n in range(5000)], "t": [str(n) for n in range(5000)]})
    texts = pa.table({"a": [f"this is a text with word{n % 5000}x in it, and more of it, {n}" for n in range(20_000)]})
    began = time.perf_counter()
    out = run_tool(FindReplace, {"field": "a", "find": "f", "replace_with": "t"}, {"F": texts, "R": lookup})["out"]
    assert out["a"][7].as_py() == "this is a text with 7 in it, and more of it, 7"
    assert time.perf_counter() - began < 10
    assert any_of(["a" * 5000], "any", whole_words=False).search("b" + "a" * 5000)
