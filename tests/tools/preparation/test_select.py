from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

import pyarrow as pa
import pytest

from engine.check import check
from engine.errors import ToolError
from engine.testing import Case, Result, check_tool, run_tool, table
from engine.types import Field, FieldType, Meaning
from engine.workflow import Workflow
from tools.preparation.select import Select

DATA = table("a: Int32, b: V_WString, c: Double", [1, "x", 1.5], [2, "y", None])


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(Select, {}, DATA),
        Case(
            Select,
            {
                "fields": [{"field": "c", "type": "V_String", "size": 5}, {"field": "a", "rename": "id"}],
                "unknown": False,
            },
            DATA,
        ),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def select(*fields: dict[str, Any], data: pa.Table = DATA, unknown: bool = True, **options: Any) -> Result:
    return run_tool(Select, {"fields": list(fields), "unknown": unknown}, data, **options)


@pytest.mark.parametrize(
    ("fields", "unknown", "names"),
    [
        ([], True, ["a", "b", "c"]),
        ([{"field": "c"}], True, ["c", "a", "b"]),
        ([{"field": "c"}], False, ["c"]),
        ([{"field": "C", "rename": "d"}, {"field": "a"}], False, ["d", "a"]),
        ([{"field": "b", "keep": False}], True, ["a", "c"]),
        ([{"field": "a", "rename": "c"}], True, ["c", "b", "c2"]),
        ([{"field": "a", "rename": "B"}, {"field": "c", "rename": "b"}, {"field": "b"}], True, ["B", "b2", "b3"]),
        ([{"field": "a", "rename": "b"}, {"field": "b", "rename": "a"}], True, ["b", "a", "c"]),
        ([{"field": "a", "rename": "A"}], True, ["A", "b", "c"]),
    ],
)
def test_order_and_names(fields: list[dict[str, Any]], unknown: bool, names: list[str]) -> None:
    assert select(*fields, unknown=unknown)["out"].column_names == names


def test_a_name_taken_is_told() -> None:
    result = select({"field": "a", "rename": "c"})
    assert result.said("warning") == ["There is a field [c] already; [c] is called [c2]."]


def test_a_missing_field_is_passed_over_with_a_warning() -> None:
    result = select({"field": "bb", "type": "Int32"}, {"field": "a"}, unknown=False)
    assert result["out"].column_names == ["a"]
    assert result.said("warning") == ["No field [bb]; the input has a, b, c."]
    assert result.messages[0].hint == "Did you mean 'b'?"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ([{"field": "a"}, {"field": "A"}], "listed twice"),
        ([{"field": name, "keep": False} for name in "abc"], "No field is left"),
        ([{"field": "a", "type": "Date"}], "An Int32 cannot become a Date"),
        ([{"field": "a", "type": "Blob"}], "An Int32 cannot become a Blob"),
        ([{"field": "a", "size": 4}], "An Int32 has no size"),
        ([{"field": "b", "size": 0}], "at least 1"),
    ],
)
def test_mistakes(fields: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        select(*fields)


day, moment = datetime.date(2024, 2, 3), datetime.datetime(2024, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    ("source", "value", "target", "expected"),
    [
        ("V_WString", " -12 ", "Int16", -12),
        ("V_WString", "1.5", "Double", 1.5),
        ("V_WString", "1.25", "FixedDecimal", Decimal("1.250000")),
        ("V_WString", "nan", "Double", None),
        ("V_WString", "0x10", "Int32", None),
        ("V_WString", "300", "Byte", None),
        ("V_WString", "true", "Bool", True),
        ("V_WString", "0", "Bool", False),
        ("V_WString", "2024-02-03", "Date", day),
        ("V_WString", "2024-02-30", "Date", None),
        ("V_WString", "2024-02-03 04:05:06", "DateTime", moment),
        ("V_WString", "04:05:06", "Time", moment.time()),
        ("Int64", 300, "Byte", None),
        ("Int64", -1, "Byte", None),
        ("Int64", 7, "Double", 7.0),
        ("Int64", 7, "V_WString", "7"),
        ("Int32", 0, "Bool", False),
        ("Double", 2.5, "Int32", 3),
        ("Double", -2.5, "Int32", -3),
        ("Double", 1e300, "Int64", None),
        ("Double", 1e300, "Float", None),
        ("Double", 0.1, "V_WString", "0.1"),
        ("Double", 3.0, "V_WString", "3"),
        ("Double", 1e21, "V_WString", "1000000000000000000000"),
        ("Double", -1.5e-7, "V_WString", "-0.00000015"),
        ("Double", 1.005, "FixedDecimal", Decimal("1.005000")),
        ("Float", 0.5, "Double", 0.5),
        ("FixedDecimal", Decimal("2.5"), "Int32", 3),
        ("FixedDecimal", Decimal("2.5"), "V_WString", "2.500000"),
        ("Bool", True, "V_WString", "True"),
        ("Bool", False, "Int32", 0),
        ("Date", day, "V_WString", "2024-02-03"),
        ("Date", day, "DateTime", datetime.datetime(2024, 2, 3)),
        ("DateTime", moment, "V_WString", "2024-02-03 04:05:06"),
        ("DateTime", moment, "Date", day),
        ("DateTime", moment, "Time", moment.time()),
        ("Time", moment.time(), "V_WString", "04:05:06"),
        ("Blob", b"x", "SpatialObj", b"x"),
    ],
)
def test_conversions(source: str, value: object, target: str, expected: object) -> None:
    data = table(f"x: {source}", [value], [None])
    result = select({"field": "x", "type": target}, data=data)
    assert result["out"]["x"].to_pylist() == [expected, None]
    assert Field.of(result["out"].schema.field("x")).type == target
    assert len(result.said("conversion_error")) == (expected is None)


@pytest.mark.parametrize("batch_rows", [1, 4, 100])
def test_many_conversion_errors_are_counted_and_a_few_are_shown(batch_rows: int) -> None:
    data = table("x: V_WString", *[["no"]] * 25)
    result = select({"field": "x", "type": "Int32"}, data=data, batch_rows=batch_rows)
    assert result.said("conversion_error") == [
        *(f"Record {number}: 'no' cannot become an Int32 in [x]." for number in range(1, 11)),
        "15 more conversion errors are not shown.",
    ]
    assert result["out"]["x"].null_count == 25


def test_texts_are_cut_with_a_warning() -> None:
    data = table("x: V_WString", ["abcdé"], ["ab"], [None], ["abcd"])
    result = select({"field": "x", "size": 3}, data=data)
    assert result["out"]["x"].to_pylist() == ["abc", "ab", None, "abc"]
    assert result.said("warning") == ["2 texts were cut to the 3 characters of [x], the first in record 1."]


def test_a_size_that_is_known_to_be_too_small_is_told_of_beforehand() -> None:
    result = select({"field": "x", "size": 3}, data=table("x: V_String(9)", ["abc"]))
    assert result.said("warning") == ["[x] is a V_String(9); texts of more than 3 characters are cut."]


def test_fields_that_are_not_changed_pass_without_a_copy_and_with_their_metadata() -> None:
    field = Field("image", FieldType.Blob, source="camera", meaning=Meaning.image).arrow()
    data = pa.table([[b"picture"], [1]], schema=pa.schema([field, pa.field("n", pa.int32())]))
    out = select({"field": "n", "type": "Double"}, {"field": "image", "rename": "picture"}, data=data)["out"]
    assert Field.of(out.schema.field("picture")) == Field.of(field).with_(name="picture")
    assert out.column("picture").chunk(0).buffers()[2].address == data.column("image").chunk(0).buffers()[2].address


def test_describes() -> None:
    out = select({"field": "a", "description": "The number."})["out"]
    assert Field.of(out.schema.field("a")).description == "The number."


def test_fields_may_stay_where_they_are() -> None:
    changes = [{"field": "c", "rename": "z"}, {"field": "a", "keep": False}]
    for unknown, expected in ((True, ["b", "z"]), (False, ["z"])):
        result = run_tool(Select, {"fields": changes, "unknown": unknown, "reorder": False}, DATA)
        assert result["out"].column_names == expected


def test_a_field_that_is_renamed_before_is_followed_to_where_it_ends() -> None:
    text = """\
        nodes:
          people: {tool: TextInput, fields: {name: V_WString, age: Int32}, rows: [[Bart, 10]]}
          slim: {tool: Select, fields: [{field: Age, rename: years}, {field: name}]}
          order: {tool: Sort, by: [{field: name}]}
          adult: {tool: Filter, expression: "[Age] >= 18"}
          oldest: {tool: Sort, by: [{field: AGE}]}
          again: {tool: Select, fields: [{field: age}]}
          typo: {tool: Sort, by: [{field: nam}]}
        connections: [people -> slim, slim -> order, order -> adult, order -> oldest, order -> again, order -> typo]
    """
    found = check(Workflow.parse(dedent(text), Path("w.yaml"))).problems
    told = "It comes as far as slim, which leaves it out or calls it otherwise."
    assert {problem.node: (problem.level, problem.hint) for problem in found} == {
        "adult": ("error", told),
        "oldest": ("error", told),
        "again": ("warning", told),
        "typo": ("error", "Did you mean 'name'?"),
    }
