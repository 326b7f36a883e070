"""Operators, precedence, null rules, names: what the language means."""

from __future__ import annotations

import datetime
import os
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.expression import compile_expression, evaluate
from engine.sql import Session
from engine.testing import schema_from, table
from engine.tool import Home
from engine.types import Field, FieldType
from tests.engine.expression.conftest import Compute


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("-2 + +5", 3),
        ("7 / 2", 3.5),
        ("4 / 2", 2.0),
        ("1 / 0", None),
        ("1 + 2 < 4", True),
        ("1 < 2 = 3 < 4", True),
        # AND and OR stand on one level: (True OR True) AND False, where SQL says True
        ("True OR True AND False", False),
        ("False && True || True", True),
        ("NOT 1 > 2", True),
        ("!False AND True", True),
        ("2 IN (1, 2)", True),
        ("2 NOT IN (1, 2)", False),
        ("NOT 2 IN (1, 2)", False),
        ("'a' in ()", False),
        ("1 == 1", True),
        ("1 <> 2 AND 1 != 2", True),
        ("'a' = 'A'", False),
        ('"it\'s" + " " + \'"so"\'', 'it\'s "so"'),
        ("1.5e3", 1500.0),
        (".5 + 5.", 5.5),
        ("9223372036854775807 + 1", None),
        ("9223372036854775808", 9223372036854775808.0),
        ("-9223372036854775807 - 1", -(2**63)),
        ("True + True", 2),
        ("IF 0 THEN 'a' ELSEIF 2 THEN 'b' ELSE 'c' ENDIF", "b"),
        ("if null() then 1 else 2 endif", 2),
        ("IF 1 > 2 THEN 1 ELSE 2.5 ENDIF", 2.5),
        ("IIF(True, Null(), 'x')", None),
        ("1 // one\n + /* two */ 2", 3),
        ("'// no comment' + '/* neither */'", "// no comment/* neither */"),
        ("LEFT('abc', 1) + left('abc', 2)", "aab"),
        ("ToString(1) + 'a'", "1a"),
    ],
)
def test_operators(expression: str, result: object, compute: Compute) -> None:
    computed = compute(expression)
    assert computed == result
    assert type(computed) is type(result)


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("{null} > {value}", False),
        ("{null} < {value}", False),
        ("{null} = {value}", False),
        ("{null} != {value}", True),
        ("{null} = {null}", True),
        ("{null} != {null}", False),
        ("{null} <= {value}", False),
        ("{value} >= {null}", False),
        ("{null} <= {null}", True),
        ("{null} >= {null}", True),
        ("{null} < {null}", False),
        ("{null} IN ({value}, {null})", True),
        ("{null} NOT IN ({value})", True),
    ],
)
@pytest.mark.parametrize("fields", [True, False])
def test_nulls_in_comparisons(expression: str, result: bool, fields: bool, compute: Compute) -> None:
    data = table("empty: Int32, five: Int32", [None, 5])
    names = {"null": "[empty]", "value": "[five]"} if fields else {"null": "Null()", "value": "5"}
    assert compute(expression.format(**names), data) == [result]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + Null()", None),
        ("2.5 * [number]", None),
        ("'ABC' + Null()", "ABC"),
        ("[text] + 'ABC'", "ABC"),
        ("[text] + [text]", None),
        ("[text] + [other] + [text]", "x"),
        ("Contains([text], 'a')", None),
        ("[number] > 1 OR True", True),
    ],
)
def test_nulls_in_arithmetic(expression: str, result: object, compute: Compute) -> None:
    data = table("number: Int32, text: V_WString, other: V_WString", [None, None, "x"])
    assert compute(expression, data) == [result]


def test_label_from_path(compute: Compute) -> None:
    paths = table(
        "FullPath: V_WString",
        ["/data/images/bart_simpson/pic_0001.jpg"],
        ["C:\\data\\images\\bart_simpson\\pic_0001.jpg"],
        ["\\\\server\\share/images//bart_simpson//pic_0001.jpg"],
        ["bart_simpson/pic"],
    )
    assert compute("FileGetFileName(FileGetDir([FullPath]))", paths) == ["bart_simpson"] * 4


@pytest.mark.parametrize(
    ("path", "folder", "name", "extension"),
    [
        ("/a/b/c.tar.gz", "/a/b", "c.tar", ".gz"),
        ("/a.txt", "/", "a", ".txt"),
        ("C:\\a.txt", "C:", "a", ".txt"),
        ("a.txt", "", "a", ".txt"),
        ("/a/b/", "/a/b", "", ""),
        ("/a/.profile", "/a", ".profile", ""),
        ("/v1.0/readme", "/v1.0", "readme", ""),
        ("", "", "", ""),
        (None, None, None, None),
    ],
)
def test_parts_of_paths(path: str, folder: str, name: str, extension: str, compute: Compute) -> None:
    data = table("p: V_WString", [path])
    assert compute("FileGetDir([p])", data) == [folder]
    assert compute("FileGetFileName([p])", data) == [name]
    assert compute("FileGetExt([p])", data) == [extension]


def test_file_exists_is_relative_to_the_workflow(compute: Compute, home: Home) -> None:
    (home.folder / "here.txt").touch()
    data = table("name: V_WString", ["here.txt"], ["not.txt"], [None], ["a\0b"])
    assert compute("FileExists([name])", data, home=home) == [True, False, None, False]


def test_constants(compute: Compute, home: Home) -> None:
    assert compute("[User.Name] + '!'", home=home) == "Bart!"
    assert compute("[engine.workflowdirectory]", home=home) == str(home.folder) + os.sep
    assert compute("[Engine.WorkflowFileName]", home=home) == "flow.yaml"


def test_a_field_wins_over_a_constant(compute: Compute, home: Home) -> None:
    assert compute("[User.Name]", table("User.Name: V_WString", ["Lisa"]), home=home) == ["Lisa"]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("[day] > '2024-06-30'", [True, False, False]),
        ("[day] = '2024-12-31'", [True, False, False]),
        ("[moment] >= [day]", [True, True, True]),
        ("[moment] > '2024-12-31 10:00'", [True, False, False]),
        ("[clock] < '12:00:00'", [True, True, False]),
        ("[day] + '!'", ["2024-12-31!", "2024-01-01!", "!"]),
        ("Left([moment], 4)", ["2024", "2024", None]),
        ("DateTimeDiff([moment], [day], 'hours')", [23, 0, None]),
    ],
)
def test_dates(expression: str, result: list[object], compute: Compute) -> None:
    data = table(
        "day: Date, moment: DateTime, clock: Time",
        [datetime.date(2024, 12, 31), datetime.datetime(2024, 12, 31, 23, 59), datetime.time(8)],
        [datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1), datetime.time(0)],
        [None, None, None],
    )
    assert compute(expression, data) == result


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("[small]", FieldType.Int64),
        ("[price]", FieldType.Double),
        ("[name]", FieldType.V_WString),
        ("[small] + 1", FieldType.Int64),
        ("[small] / 1", FieldType.Double),
        ("[small] > 1", FieldType.Bool),
        ("Null()", FieldType.V_WString),
        ("ToDate([name])", FieldType.Date),
        ("[image]", FieldType.Blob),
    ],
)
def test_types(expression: str, type_: FieldType) -> None:
    schema = schema_from("small: Byte, price: FixedDecimal(9.2), name: String(5), image: Blob")
    assert compile_expression(expression, schema).type is type_


@pytest.mark.parametrize(
    ("expression", "field", "values"),
    [
        ("[text]", Field("x", FieldType.Int32), [1, None]),
        ("[text]", Field("x", FieldType.String, 1), ["1", "t"]),
        ("1 / 3", Field("x", FieldType.FixedDecimal, 6, 2), [Decimal("0.33")] * 2),
    ],
)
def test_previews_as_a_field(expression: str, field: Field, values: list[object], session: Session) -> None:
    batch = table("text: V_WString", ["1"], ["two"]).to_batches()[0]
    result = evaluate(session, expression, batch, field=field)
    assert result.to_pylist() == values
    assert result.type == field.arrow_type


def test_names_the_fields_it_reads_as_the_input_spells_them() -> None:
    schema = schema_from("Name: V_WString, Age: Int32, Rest: Int32")
    assert compile_expression("[AGE] > 1 AND [name] = 'x' AND [Age] < 5", schema).fields == ["Age", "Name"]


def test_deep_nesting_computes_each_part_once() -> None:
    expression = "Round(Rand() * 100)"
    for _ in range(20):
        expression = f"FileGetDir(ToString({expression} + 0.5) + '/x')"
        expression = f"ToNumber({expression})"
    compiled = compile_expression(expression, schema_from(""))
    assert len(compiled.sql) < 100_000


_nasty = st.text(st.characters(exclude_categories=["Cs"]), min_size=0, max_size=20) | st.sampled_from(
    [
        "'; DROP TABLE batch; --",
        '"',
        '""',
        "\\",
        "\\'",
        "{x}",
        "{",
        "}}",
        "%s",
        "$1",
        "?",
        "/*",
        "--",
        "\0",
        "batch",
        "[a",
        "]",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=_nasty.filter(lambda name: name and "\0" not in name), text=_nasty, value=_nasty)
def test_nothing_written_by_users_is_taken_for_sql(session: Session, name: str, text: str, value: str) -> None:
    quote = "'" if "'" not in text else '"'
    text = text.replace('"', "") if quote == '"' else text
    reference = "[" + name.replace("]", "]]") + "]"
    data = table("x: V_WString", [value]).rename_columns([name])
    expression = f"Replace({reference}, {quote}{text}{quote}, '') + {quote}{text}{quote}"
    assert evaluate(session, expression, data.to_batches()[0]).to_pylist() == [
        (value.replace(text, "") if text else value) + text
    ]
