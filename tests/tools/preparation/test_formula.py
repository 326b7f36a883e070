from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.expression import ExpressionError
from engine.testing import Case, check_tool, run_tool, table
from engine.tool import Home
from engine.types import Field, FieldType, Meaning
from tools.preparation.formula import Formula
from tools.preparation.multi_field_formula import MultiFieldFormula

FAMILY = table("Name: V_WString, Age: Int16, Born: Date", ["Homer", 39, None], ["Bart", 10, datetime.date(1980, 4, 1)])


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(Formula, {"fields": []}, FAMILY),
        Case(
            Formula,
            {
                "fields": [
                    {"field": "Twice", "type": "Double", "expression": "[Age] * 2"},
                    {"field": "Name", "expression": "Uppercase([Name])"},
                    {"field": "Initial", "type": "String", "size": 2, "expression": "Left([Name], 1) + '.'"},
                ]
            },
            FAMILY,
        ),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def computed(expression: str, data: pa.Table = FAMILY, **line: object) -> list[object]:
    result = run_tool(Formula, {"fields": [{"field": "new", "expression": expression, **line}]}, data)
    values: list[object] = result["out"]["new"].to_pylist()
    return values


def test_later_lines_see_earlier_ones() -> None:
    lines = [
        {"field": "a", "expression": "[Age] + 1"},
        {"field": "b", "expression": "[a] * 10"},
        {"field": "a", "expression": "[A] - 1"},
        {"field": "c", "expression": "[a]"},
    ]
    result = run_tool(Formula, {"fields": lines}, FAMILY.select(["Age"]))
    assert result.rows() == [{"Age": 39, "a": 39, "b": 400, "c": 39}, {"Age": 10, "a": 10, "b": 110, "c": 10}]


def test_label_from_path() -> None:
    files = table("FullPath: V_WString", ["/images/bart_simpson/pic_1.jpg"], ["C:\\images\\lisa_simpson\\pic_2.jpg"])
    lines = [{"field": "Class", "type": "V_WString", "expression": "FileGetFileName(FileGetDir([FullPath]))"}]
    assert run_tool(Formula, {"fields": lines}, files)["out"]["Class"].to_pylist() == ["bart_simpson", "lisa_simpson"]


def test_a_new_field_takes_the_type_of_its_expression() -> None:
    lines = [
        {"field": "text", "expression": "[Name]"},
        {"field": "whole", "expression": "[Age]"},
        {"field": "half", "expression": "[Age] / 2"},
        {"field": "old", "expression": "[Age] > 18"},
        {"field": "day", "expression": "[Born]"},
    ]
    schema = run_tool(Formula, {"fields": lines}, FAMILY)["out"].schema
    assert [Field.of(schema.field(line["field"])).type for line in lines] == [
        "V_WString",
        "Int64",
        "Double",
        "Bool",
        "Date",
    ]


@pytest.mark.parametrize(
    ("expression", "line", "values"),
    [
        ("[Age]", {"type": "V_WString"}, ["39", "10"]),
        ("[Age] / 4", {"type": "Int32"}, [10, 3]),
        ("[Age] / 4", {"type": "FixedDecimal", "size": 6, "scale": 2}, [Decimal("9.75"), Decimal("2.50")]),
        ("[Age] > 18", {"type": "V_WString"}, ["True", "False"]),
        ("'2024-02-03'", {"type": "Date"}, [datetime.date(2024, 2, 3)] * 2),
        ("[Born]", {"type": "V_WString"}, [None, "1980-04-01"]),
        ("[Age] * 1e15", {"type": "V_WString"}, ["39000000000000000", "10000000000000000"]),
        ("Null()", {"type": "Byte"}, [None, None]),
    ],
)
def test_results_become_the_declared_type(expression: str, line: dict[str, object], values: list[object]) -> None:
    assert computed(expression, **line) == values


def test_an_existing_field_keeps_its_type_place_and_metadata() -> None:
    image = Field("Age", FieldType.Int16, source="census", description="in years", meaning=Meaning.label).arrow()
    data = FAMILY.cast(pa.schema([FAMILY.schema.field("Name"), image, FAMILY.schema.field("Born")]))
    out = run_tool(Formula, {"fields": [{"field": "age", "expression": "[Age] + 0.4"}]}, data)["out"]
    assert out.schema.equals(data.schema, check_metadata=True)
    assert out["Age"].to_pylist() == [39, 10]


def test_another_type_for_an_existing_field_is_not_minded_and_warned_of() -> None:
    lines = [{"field": "age", "type": "V_String", "size": 4, "expression": "'7'"}]
    result = run_tool(Formula, {"fields": lines}, FAMILY)
    assert result["out"].schema.equals(FAMILY.schema, check_metadata=True)
    assert result["out"]["Age"].to_pylist() == [7, 7]
    assert result.said("warning") == ["[Age] is an Int16 already and stays so; new values change no type or size."]


@pytest.mark.parametrize("batch_rows", [1, 2, 100])
def test_what_fails_within_an_expression_is_reported_by_record(batch_rows: int) -> None:
    data = table("Text: V_WString", ["1"], ["two"], [""], [None], ["2024-02-30"])
    lines = [
        {"field": "Number", "expression": "1 + ToNumber(Trim([Text]))"},
        {"field": "Silent", "expression": "ToNumber([Text], 1)"},
        {"field": "Day", "expression": "IF [Text] = 'two' THEN Null() ELSE DateTimeAdd([Text], 1, 'days') ENDIF"},
        {"field": "Hour", "expression": "DateTimeParse(ToString([Number]), '%H')"},
    ]
    result = run_tool(Formula, {"fields": lines}, data, batch_rows=batch_rows)
    assert result["out"]["Number"].to_pylist() == [2, None, None, None, None]
    assert sorted(result.said("conversion_error")) == [
        "Record 1: '1' is no date, for [Day].",
        "Record 2: 'two' is no number, for [Number].",
        "Record 5: '2024-02-30' is no date, for [Day].",
        "Record 5: '2024-02-30' is no number, for [Number].",
    ]


@pytest.mark.parametrize("batch_rows", [1, 100])
def test_message_speaks_of_single_records(batch_rows: int) -> None:
    data = table("Hour: Int32", [25], [3], [None], [-1])
    check = "IF [Hour] > 24 THEN Message(2, 'no hour: ' + ToString([Hour]), -1) ELSE [Hour] ENDIF"
    also = "IF [Hour] < 0 THEN Message(5, 'negative', Null()) ELSE [Hour] ENDIF"
    lines = [{"field": "Hour", "expression": check}, {"field": "Good", "expression": also}]
    result = run_tool(Formula, {"fields": lines}, data, batch_rows=batch_rows)
    assert result["out"]["Hour"].to_pylist() == [-1, 3, None, -1]
    assert result.said("warning") == ["Record 1: no hour: 25"]
    assert result.said("conversion_error") == ["Record 1: negative", "Record 4: negative"]


def test_a_message_can_stop_the_tool() -> None:
    with pytest.raises(ToolError, match="Record 2: too young"):
        computed("IF [Age] < 18 THEN Message(3, 'too young', 0) ELSE 1 ENDIF")


def test_thousands_of_messages_are_counted() -> None:
    data = table("x: Int32", *[[n] for n in range(250)])
    result = run_tool(Formula, {"fields": [{"field": "y", "expression": "Message(1, 'hello', [x])"}]}, data)
    assert result.said("info")[0] == "Record 1: hello"
    assert result.said("info")[-1] == "150 more messages are not shown."
    assert len(result.said("info")) == 101


@pytest.mark.parametrize("batch_rows", [1, 2, 100])
def test_what_cannot_be_converted_is_null_and_reported_by_record(batch_rows: int) -> None:
    data = table("Text: V_WString", ["1"], ["two"], [""], [None], ["4e99"], ["-5.5"])
    lines = {"fields": [{"field": "Number", "type": "Int32", "expression": "[Text]"}]}
    result = run_tool(Formula, lines, data, batch_rows=batch_rows)
    assert result["out"]["Number"].to_pylist() == [1, None, None, None, None, -6]
    assert result.said("conversion_error") == [
        "Record 2: 'two' cannot become an Int32 in [Number].",
        "Record 5: '4e99' cannot become an Int32 in [Number].",
    ]


@pytest.mark.parametrize("batch_rows", [1, 100])
def test_texts_are_cut_with_one_warning(batch_rows: int) -> None:
    lines = [
        {"field": "Short", "type": "V_WString", "size": 4, "expression": "[Name]"},
        {"field": "Seen", "expression": "[Short]"},
    ]
    result = run_tool(Formula, {"fields": lines}, FAMILY, batch_rows=batch_rows)
    assert result["out"]["Short"].to_pylist() == result["out"]["Seen"].to_pylist() == ["Home", "Bart"]
    assert result.said("warning") == ["1 text was cut to the 4 characters of [Short], the first in record 1."]


def test_a_number_is_never_cut() -> None:
    lines = [{"field": "Short", "type": "String", "size": 2, "expression": "[Age] * 5"}]
    result = run_tool(Formula, {"fields": lines}, FAMILY)
    assert result["out"]["Short"].to_pylist() == [None, "50"]
    assert result.said("conversion_error") == ["Record 1: '195' cannot become a String(2) in [Short]."]


def test_random_numbers_are_drawn_once() -> None:
    lines = [{"field": "a", "expression": "Rand()"}, {"field": "same", "expression": "[a] = [a] AND [a] - [a] = 0"}]
    assert run_tool(Formula, {"fields": lines}, FAMILY)["out"]["same"].to_pylist() == [True, True]


def test_constants_of_the_workflow() -> None:
    lines = [{"field": "who", "expression": "[User.Greeting] + ' ' + [Name]"}]
    result = run_tool(Formula, {"fields": lines}, FAMILY, home=Home(constants={"Greeting": "Hello"}))
    assert result["out"]["who"].to_pylist() == ["Hello Homer", "Hello Bart"]


def test_names_like_those_used_inside_do_no_harm() -> None:
    data = table("=0: Int32, batch: Int32, let_1: Int32", [1, 2, 3])
    lines = [{"field": "sum", "expression": "[=0] + [batch] + [let_1]"}, {"field": "=1", "expression": "[sum] + [=0]"}]
    assert run_tool(Formula, {"fields": lines}, data).rows() == [{"=0": 1, "batch": 2, "let_1": 3, "sum": 6, "=1": 7}]


def test_fields_that_differ_by_case_pass_and_cannot_be_confused() -> None:
    data = table("a: Int32, A: Int32", [1, 2])
    assert computed("[A] * 10", data) == [20]
    with pytest.raises(ToolError, match="differ only by case"):
        computed("[A] + [a]", data)


def test_a_field_without_a_name_passes_and_cannot_be_computed_with() -> None:
    data = table(": Int32, a: Int32", [1, 2])
    assert computed("[a] * 10", data) == [20]
    with pytest.raises(ToolError, match="A field has no name"):
        run_tool(MultiFieldFormula, {"expression": "[_CurrentField_] + 1"}, data)


def test_every_wrong_line_is_reported() -> None:
    lines = [
        {"field": "a", "expression": "[Nmae]"},
        {"field": "b", "expression": "1 +"},
        {"field": "c", "expression": "[a] + 'x'"},
    ]
    with pytest.raises(ExceptionGroup) as caught:
        run_tool(Formula, {"fields": lines}, FAMILY)
    problems = caught.value.exceptions
    assert [error.setting for error in problems if isinstance(error, ExpressionError)] == [
        "fields.0.expression",
        "fields.1.expression",
    ]
    assert "No field [Nmae]" in str(problems[0])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"type": "Int32", "size": 5}, "An Int32 has no size"),
        ({"type": "FixedDecimal", "size": 50}, "at most 39"),
        ({"type": "FixedDecimal", "size": 5, "scale": 4}, "scale is 4"),
        ({"type": "Blob"}, "cannot become a Blob"),
        ({"type": "Date"}, "An Int64 cannot become a Date"),
    ],
)
def test_senseless_types_are_refused(line: dict[str, object], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        computed("1", **line)


def test_decimals_beyond_38_digits_are_read_as_doubles() -> None:
    data = pa.table({"big": pa.array([Decimal("1.5")], pa.decimal256(45, 2))})
    assert computed("[big] * 2", data) == [3.0]
