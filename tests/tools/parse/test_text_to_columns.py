"""TextToColumns: pieces to fields and records, extra ones, protected delimiters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, schema_from, table
from tools.parse.text_to_columns import TextToColumns

LISTS = table(
    "Id: Int32, Text: V_String(20), z: Bool", [1, "a,b,,d", True], [2, None, None], [3, "", True], [4, ",x", None]
)


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(TextToColumns, {"field": "Text"}, LISTS),
        Case(TextToColumns, {"field": "text", "into": "rows"}, LISTS),
        Case(
            TextToColumns, {"field": "Text", "into": "rows", "root": "Part", "ignore_delimiters_in": ["quotes"]}, LISTS
        ),
        Case(TextToColumns, {"field": "Text", "columns": 1, "extra": "warn", "skip_empty": True}, LISTS),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def split(text: str | None, **config: Any) -> list[str | None]:
    data = table("t: V_WString", [text])
    (row,) = run_tool(TextToColumns, {"field": "t", **config}, data).rows()
    return list(row.values())[1:]


def rows_of(text: str | None, **config: Any) -> list[str | None]:
    data = table("t: V_WString", [text])
    return [row["t"] for row in run_tool(TextToColumns, {"field": "t", "into": "rows", **config}, data).rows()]


def test_new_fields_follow() -> None:
    result = run_tool(TextToColumns, {"field": "text", "columns": 2, "root": "Part"}, LISTS)
    expected = schema_from("Id: Int32, Text: V_String(20), z: Bool, Part1: V_String(20), Part2: V_String(20)")
    assert result["out"].schema.equals(expected, check_metadata=True)
    assert [(row["Part1"], row["Part2"]) for row in result.rows()] == [
        ("a", "b,,d"),
        (None, None),
        ("", None),
        ("", "x"),
    ]


@pytest.mark.parametrize("protect", [[], ["brackets"]])
@pytest.mark.parametrize(
    ("text", "config", "expected"),
    [
        ("a,b", {}, ["a", "b", None]),
        ("a,b,c,d,e", {}, ["a", "b", "c,d,e"]),
        ("a,b,c,d,e", {"extra": "drop"}, ["a", "b", "c"]),
        ("a;b c", {"delimiters": "; "}, ["a", "b", "c"]),
        ("a\tb\nc", {"delimiters": r"\t\n"}, ["a", "b", "c"]),
        ("a b\\c", {"delimiters": r"\s\\"}, ["a", "b", "c"]),
        ("a]b^c", {"delimiters": "]^-"}, ["a", "b", "c"]),
        (",,a,,b,", {"skip_empty": True}, ["a", "b", None]),
        ("a,,b,,,c,,d", {"skip_empty": True}, ["a", "b", "c,,d"]),
        ("ä🍩ö🍩", {"delimiters": "🍩"}, ["ä", "ö", ""]),
    ],
)
def test_pieces(text: str, config: dict[str, Any], expected: list[str | None], protect: list[str]) -> None:
    assert split(text, ignore_delimiters_in=protect, **config) == expected


@pytest.mark.parametrize(
    ("text", "protect", "expected"),
    [
        ('"a,b",c', ["quotes"], ['"a,b"', "c"]),
        ('a"b,c', ["quotes"], ['a"b', "c"]),
        ("'a,b',(c,d),[e,f]", ["single_quotes", "parentheses"], ["'a,b'", "(c,d)", "[e", "f]"]),
        ('say "a,\nb",c', ["quotes"], ['say "a,\nb"', "c"]),
    ],
)
def test_protected_delimiters(text: str, protect: list[str], expected: list[str]) -> None:
    assert rows_of(text, ignore_delimiters_in=protect) == expected


def test_records() -> None:
    result = run_tool(TextToColumns, {"field": "Text", "into": "rows"}, LISTS)
    assert result["out"].schema.equals(LISTS.schema, check_metadata=True)
    assert [(row["Id"], row["Text"]) for row in result.rows()] == [
        (1, "a"),
        (1, "b"),
        (1, ""),
        (1, "d"),
        (2, None),
        (3, ""),
        (4, ""),
        (4, "x"),
    ]


def test_records_into_a_new_field() -> None:
    result = run_tool(TextToColumns, {"field": "Text", "into": "rows", "root": "Part", "skip_empty": True}, LISTS)
    assert [(row["Text"], row["Part"]) for row in result.rows()][:3] == [
        ("a,b,,d", "a"),
        ("a,b,,d", "b"),
        ("a,b,,d", "d"),
    ]


def test_extra_pieces_are_told_of() -> None:
    warned = run_tool(TextToColumns, {"field": "Text", "columns": 2, "extra": "warn"}, LISTS)
    assert warned.said("warning") == ["1 record has more than 2 pieces; the rest was dropped."]
    with pytest.raises(ToolError, match=r"Record 1: the text in \[Text\] has more than 2 pieces"):
        run_tool(TextToColumns, {"field": "Text", "columns": 2, "extra": "error"}, LISTS)


def test_refuses_what_does_not_fit() -> None:
    with pytest.raises(ToolError, match=r"\[Id\] is Int32"):
        run_tool(TextToColumns, {"field": "Id"}, LISTS)
    with pytest.raises(ToolError, match=r"two fields \[T1\]"):
        run_tool(TextToColumns, {"field": "T"}, table("T: V_WString, t1: Bool"))


def test_many_records_of_large_ones_leave_in_small_batches() -> None:
    data = pa.table({"t": ["a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t"], "b": pa.array([b"x" * 1_000_000])})
    out = run_tool(TextToColumns, {"field": "t", "into": "rows"}, data)["out"]
    assert (out.num_rows, max(len(chunk) for chunk in out["b"].chunks) < 10) == (20, True)


@settings(max_examples=60, deadline=None)
@given(st.text(',;"a', max_size=12), st.sampled_from([0, 1, 2, 3]), st.booleans())
def test_both_ways_to_split_agree_with_plain_python(text: str, columns: int, skip: bool) -> None:
    plain = text.replace(";", ",").split(",")
    expected = [piece for piece in plain if piece] if skip else plain
    config = {"delimiters": ",;", "skip_empty": skip}
    for protect in ([], ["brackets"]):
        assert rows_of(text, ignore_delimiters_in=protect, **config) == (expected or [""])
    if columns:
        one, other = (
            split(text, columns=columns, ignore_delimiters_in=protect, **config) for protect in ([], ["brackets"])
        )
        assert one == other
