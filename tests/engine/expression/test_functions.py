"""The function table: its examples are tests, and every row says what it must."""

from __future__ import annotations

import pytest

from engine.expression import compile_expression, completions, convert, is_volatile
from engine.expression.function import Function
from engine.expression.functions import functions
from engine.sql import Session
from engine.testing import schema_from, table
from tests.engine.expression.conftest import Compute

ROWS = list(functions().values())
NOTHING = schema_from("")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_example(row: Function, compute: Compute) -> None:
    result = compute(row.example)
    assert result == (pytest.approx(row.gives) if isinstance(row.gives, float) else row.gives)
    assert type(result) is type(row.gives)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_example_has_the_declared_type(row: Function, session: Session) -> None:
    compiled = compile_expression(row.example, NOTHING)
    batch = table("nothing: Int32", [0]).to_batches()[0]
    with session.per_batch(f"SELECT typeof({compiled.sql}) FROM batch", batch.schema, []) as query:
        assert query(batch)[0][0].as_py() == convert.SQL_NAME[compiled.type]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_null_is_no_crash(row: Function, compute: Compute) -> None:
    constants = {"text": "'a'", "bool": "0", "integer": "1"}
    units = {"unit": "'day'", "form": "'NFC'", "pattern": "Null()"}
    given = [
        units.get(argument.name, constants[argument.kind] if argument.constant else "Null()")
        for argument in row.arguments
    ]
    compute(f"{row.name}({', '.join(given)})")


def test_every_row_is_described() -> None:
    assert len(ROWS) == len({row.name.lower() for row in ROWS}) > 120
    for row in ROWS:
        assert row.help.endswith("."), row.name
        assert row.name.lower() in row.example.lower(), row.name


def test_completions_tell_how_a_function_is_written() -> None:
    usages = {entry["name"]: entry["usage"] for entry in completions()}
    assert usages["Contains"] == "Contains(text, find, [ignore_case])"
    assert usages["Coalesce"] == "Coalesce(values, ...)"
    assert usages["Switch"] == "Switch(value, default, case, ..., result, ...)"


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("Max(Rand(), 2)", 2.0),
        ("MaxIDX(Rand(), 5)", 1),
        ("Average(-Rand(), -Rand()) < 0", True),
        ("Bound(Rand(), 3, 4)", 3.0),
        ("Length(Left(UuidCreate(), RandInt(0) + 3))", 3),
        ("RandInt(2) + 1 IN (1, 2, 3)", True),
        ("Rand() = Rand()", False),
    ],
)
def test_random_values_can_stand_anywhere(expression: str, result: object, compute: Compute) -> None:
    assert compute(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("Mod(-9223372036854775807 - 1, -1)", None),
        ("Factorial(171)", None),
        ("Sqrt(-1)", None),
        ("Log(0)", None),
        ("Pow(-8, 0.5)", None),
        ("CharFromInt(55296)", None),
        ("DateTimeAdd('9999-12-31', 1, 'years')", None),
        ("DateTimeAdd('2024-01-01', 9223372036854775807, 'days')", None),
        ("DateTimeParse('soon', '%Y')", None),
        ("REGEX_Replace('x', 'x', '$3')", None),
        ("REGEX_Match('x', Left('(', 1))", None),
        ("Substring('abc', 9223372036854775807)", ""),
        ("Substring('abc', -5, -5)", ""),
        ("GetWord('a b', -1)", None),
        ("GetVal(5, 1, 2)", None),
        ("ShiftLeft(1, 64)", None),
        ("PadLeft('a', 3, '')", "  a"),
        ("Replace('aaa', '', 'x')", "aaa"),
        ("FindString('abc', 'x')", -1),
        ("FindNth('banana', 'an', 3)", -1),
        ("ReplaceFirst('abc', 'x', 'y')", "abc"),
        ("GetRight('abc', '@')", ""),
        ("Round(2.5)", 3.0),
        ("Round(-2.5)", -3.0),
        ("Round(17, 5)", 15.0),
        ("Round(5, 0)", None),
        ("Contains('Straße', 'STRASSE')", False),
        ("ToString(0.125, 2)", "0.13"),
        ("ToString(7.99, 2, 0, ',')", "7,99"),
        ("ToString(1234.5, 1, 1, ',')", "1.234,5"),
        ("ToNumber('abc')", None),
        ("ToNumber('abc', 1, 0)", 0.0),
        ("ToNumber('1,5', 0, 1, ',')", 1.5),
        ("REGEX_Match('abc', 'AB')", False),
        ("REGEX_Match('abc', 'ABC', 0)", False),
        ("REGEX_Replace('a.b', '\\.', '\\')", "a\\b"),
        ("REGEX_Replace('abc', 'B', '[$0]')", "a[b]c"),
        ("REGEX_Replace('a1b2', '(\\d)', Left('<$1>', 9))", "a<1>b<2>"),
    ],
)
def test_edges(expression: str, result: object, compute: Compute) -> None:
    assert compute(expression) == result


@pytest.mark.parametrize(
    ("expression", "volatile"),
    [
        ("[Price] * 2", False),
        ("IF Left([Name], 1) IN ('a', 'b') THEN -[Price] ELSE ToNumber('1') ENDIF", False),
        ("'Rand()' // DateTimeNow()", False),
        ("[Price] + rand()", True),
        ("IF [a] THEN 1 ELSEIF [b] THEN RandInt(3) ELSE 2 ENDIF", True),
        ("[a] IN (1, -RandInt(2))", True),
        ("NOT FileExists([Path])", True),
        ("ToString(DateTimeToday())", True),
        ("[User.Rate] * [Price]", True),
        ("[Price] *", True),
        ("NoSuchFunction([Price])", True),
    ],
)
def test_what_else_than_the_records_decides(expression: str, volatile: bool) -> None:
    assert is_volatile(expression) is volatile
