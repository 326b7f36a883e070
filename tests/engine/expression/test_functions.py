"""The function table: its examples are tests, and every row says what it must."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.expression import ExpressionError, compile_expression, completions, convert, is_volatile
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
    units = {"unit": "'day'", "form": "'NFC'", "pattern": "Null()", "first_day": "'Monday'", "zone": "''"}
    units |= {"digits": "3", "code_page": "1252", "name": "'FLOWRUN_READABLE'", "language": "''"}
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
        ("ToString(ToDate(45657))", "2024-12-31"),
        ("ToString(ToDateTime(45657.75))", "2024-12-31 18:00:00"),
        ("ToDate(-1)", None),
        ("ToDate(1e9)", None),
        ("ToString(DateTimeParse('1.7.24 10 +0200', '%d.%m.%y %H %z', 'en', 'Asia/Tokyo'))", "2024-07-01 17:00:00"),
        ("ToString(DateTimeParse('Mar, 5 MAR 2024', '%a, %d %b %Y', 'Spanish'))", "2024-03-05 00:00:00"),
        ("ToString(DateTimeParse('5 十二月 24', '%d %B %y', 'zh'))", "2024-12-05 00:00:00"),
        ("DateTimeFormat('2024-07-01 10:00:00', '%z %Z', '', 'Europe/Berlin')", "+0200 CEST"),
        ("DateTimeFormat('2024-07-01', '{%A} %%B %h', 'français')", "{lundi} %B juil"),
        ("RangeMedian(0, 10, 10, 20, 20, 10)", 15.0),
        ("RangeMedian(0, 1, 10, 5)", 10.0),
        ("RangeMedian(0, Null(), 10, 4, 20, 0)", 15.0),
        ("RangeMedian(0, 0)", None),
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
        ("[User.Rate] * [Price]", False),
        ("[Price] *", True),
        ("NoSuchFunction([Price])", True),
    ],
)
def test_what_else_than_the_records_decides(expression: str, volatile: bool) -> None:
    assert is_volatile(expression) is volatile


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("DateTimeWorkDays('2024-03-02', '2024-03-03')", 0),
        ("DateTimeWorkDays('2024-03-11', '2024-03-01')", -7),
        ("DateTimeWorkDays('2024-03-01 23:00:00', '2024-03-04 01:00:00')", 2),
        ("DateTimeWorkDays('2024-03-01', '2024-03-31', 'Sunday')", 21),
        ("DateTimeQuarter('2024-01-31', 2)", 4),
        ("DateTimeQuarter('2024-02-01', 2)", 1),
        ("DateTimeWeekNum('2024-01-07', 'Sun')", 2),
        ("DateTimeWeekNum('2026-01-01', 'Sun')", 53),
        ("DateTimeWeekNum('2021-01-03')", 53),
        ("DateTimeDiff('2024-03-01', '2024-02-01', 'day')", 29),
        ("ToString(DateTimeAdd('2024-03-01', 90, 'min'))", "2024-03-01 01:30:00"),
        ("ToString(DateTimeAdd('2024-03-01', 2, 'hou'))", "2024-03-01 02:00:00"),
        ("ToString(DateTimeToUTC('2024-03-31 02:30:00', 'Europe/Berlin'))", "2024-03-31 01:30:00"),
        ("DateTimeToLocal(DateTimeToUTC('2024-07-01 10:00:00')) = '2024-07-01 10:00:00'", True),
        ("DateTimeToLocal('9999-12-31 23:59:59', 'Asia/Tokyo')", None),
        ("ConvertToCodePage('€', 28591)", None),
        ("ConvertFromCodePage(ConvertToCodePage('Grüße €', 1252), 1252)", "Grüße €"),
        ("SmartRound(-0.0123456)", -0.0123),
        ("FinanceIRR(100, 100)", None),
        ("FinanceIRR(-100, Null(), 120)", None),
        (
            "FinanceXIRR(-10000, '2008-01-01', 2750, '2008-03-01', 4250, '2008-10-30', 3250, '2009-02-15', "
            "2750, '2009-04-01')",
            0.373362535,
        ),
        ("FinanceMXIRR(0.05, 0.08, 100, '2023-01-01', 110, '2024-01-01')", None),
        ("FinanceRate(48, -200, 8000)", 0.00770147),
        ("FinancePMT(0, 10, 1000)", -100.0),
        ("FinanceFV(0.06 / 12, 10, -200, -500, 1)", 2581.4033741),
        ("FinanceNPER(0.01, -100, -1000, 10000, 1)", 59.6738657),
        ("FinancePV(-1, 2, 100)", None),
        ("ReadRegistryString('HKEY', 'x')", ""),
    ],
)
def test_dates_code_pages_and_money(expression: str, result: object, compute: Compute) -> None:
    assert compute(expression) == (pytest.approx(result) if isinstance(result, float) else result)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("DateTimeToUTC('2024-01-01', 'Europe/Berln')", "'Europe/Berln' is no time zone .*"),
        ("DateTimeWorkDays('2024-01-01', '2024-01-02', 'Caturday')", "'Caturday' is no day of the week"),
        ("DateTimeQuarter('2024-01-01', 13)", "month 1 to 12, not 13"),
        ("ConvertToCodePage('a', 77)", "No code page 77"),
        ("GetEnvironmentVariable('HOME')", "may not read the environment variable HOME"),
        ("GetEnvironmentVariable([nothing])", "must be written out|must be a text"),
    ],
)
def test_what_is_refused(expression: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        compile_expression(expression, schema_from("nothing: V_WString"))


def test_only_named_variables_of_the_environment_are_read(compute: Compute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWRUN_READABLE", "STAGE, REGION")
    monkeypatch.setenv("STAGE", "{it's} production")
    assert compute("GetEnvironmentVariable('STAGE')") == "{it's} production"
    assert compute("GetEnvironmentVariable('REGION')") is None


@pytest.mark.parametrize("years", [-66, -65, 0, 32, 33])
def test_years_of_two_digits_are_near(years: int, compute: Compute) -> None:
    year = datetime.now().year + years
    for sign in ("%y", "%Y"):
        assert compute(f"DateTimeYear(DateTimeParse('{year % 100:02}-05-01', '{sign}-%m-%d'))") == year
