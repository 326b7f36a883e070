"""SQL: questions, types, confinement, memory."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, schema_from, table
from engine.types import Field, FieldType, Meaning
from tools.developer.sql import SQL

PEOPLE = table("Id: Int32, Name: V_WString(20)", [1, "Bart"], [2, "Lisa"], [3, None])
AGES = table("Id: Int32, Age: Byte", [2, 8], [1, 10])


def contract_cases(folder: Path) -> list[Case]:
    query = 'SELECT a.*, "Age" * 2 AS twice FROM input1 AS a LEFT JOIN input2 USING (Id) ORDER BY Id;'
    return [Case(SQL, {"query": query}, {"in#1": PEOPLE, "in#2": AGES})]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def ask(query: str, *inputs: pa.Table, **more: Any) -> pa.Table:
    return run_tool(SQL, {"query": query}, {f"in#{n}": data for n, data in enumerate(inputs, 1)}, **more)["out"]


def test_joins_and_keeps_what_is_known_about_fields() -> None:
    out = ask("SELECT Name, Age FROM input1 JOIN input2 USING (Id) ORDER BY Age -- the end", PEOPLE, AGES)
    assert out.schema.equals(schema_from("Name: V_WString(20), Age: Byte"), check_metadata=True)
    assert out.to_pylist() == [{"Name": "Lisa", "Age": 8}, {"Name": "Bart", "Age": 10}]


@pytest.mark.parametrize(
    ("sql", "type_", "value"),
    [
        ("sum(Id)", "Int64", 6),
        ("avg(Id)", "Double", 2.0),
        ("count(*)", "Int64", 3),
        ("max(Name)", "V_WString", "Lisa"),
        ("1::UBIGINT", "Int64", 1),
        ("1.25::DECIMAL(5,2)", "FixedDecimal(6.2)", None),
        ("TIMESTAMP '2024-01-02 03:04:05'", "DateTime", datetime(2024, 1, 2, 3, 4, 5)),
        ("TIMESTAMP_S '2024-01-02 03:04:05'", "DateTime", datetime(2024, 1, 2, 3, 4, 5)),
        ("list(Id ORDER BY Id)", "V_WString", "[1, 2, 3]"),
        ("NULL", "V_WString", None),
        ("'x'::BLOB", "Blob", b"x"),
    ],
)
def test_types_of_results(sql: str, type_: str, value: Any) -> None:
    out = ask(f"SELECT {sql} AS v FROM input1", PEOPLE)
    assert out.schema.equals(schema_from(f"v: {type_}"), check_metadata=True)
    if value is not None:
        assert out["v"][0].as_py() == value


def test_an_input_can_be_named_twice() -> None:
    out = ask("SELECT count(*) AS n FROM input1 AS a, input1 AS b, (SELECT max(Id) FROM input1)", PEOPLE, batch_rows=1)
    assert out.to_pylist() == [{"n": 9}]


def test_images_stay_images() -> None:
    schema = pa.schema([Field("i", FieldType.Blob, meaning=Meaning.image).arrow()])
    out = ask("SELECT i FROM input1", pa.table([pa.array([b"x"])], schema=schema))
    assert Field.of(out.schema.field("i")).meaning is Meaning.image


@pytest.mark.parametrize(
    "query",
    [
        "CREATE TABLE t AS SELECT 1",
        "SELECT 1; SELECT 2",
        "DROP VIEW input1",
        "COPY input1 TO 'x.csv'",
        "ATTACH 'x.db'",
        "SET memory_limit = '1GB'",
        "INSTALL httpfs",
        ";",
    ],
)
def test_only_a_single_select(query: str) -> None:
    with pytest.raises(ToolError, match="not a single SELECT"):
        ask(query, PEOPLE)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM glob('/*')",
    ],
)
def test_no_files(query: str, tmp_path: Path) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n")
    with pytest.raises(ToolError):
        ask(query.format(file=file), PEOPLE)


def test_no_python_variables() -> None:
    secret = PEOPLE
    with pytest.raises(ToolError, match="secret does not exist"):
        ask("SELECT * FROM secret", secret)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT Nam FROM input1", "Nam"),
        ("SELECT CAST(Name AS INTEGER) FROM input1", "Could not convert string 'Bart'"),
        ("SELECT * FROM input2", "input2 does not exist"),
    ],
)
def test_says_what_is_wrong(query: str, words: str) -> None:
    with pytest.raises(ToolError, match=words) as caught:
        ask(query, PEOPLE)
    assert caught.value.setting == "query"


def test_numbers_too_long_for_sql() -> None:
    with pytest.raises(ToolError, match="more digits than SQL has"):
        ask("SELECT 1", table("d: FixedDecimal(50.2)"))


def test_works_out_of_core() -> None:
    numbers = np.random.default_rng(1).permutation(1_000_000)
    data = pa.table({"n": pa.array(numbers), "t": pa.array(np.char.mod("text number %d", numbers))})
    out = ask("SELECT n, t FROM input1 ORDER BY n", data, memory=96 << 20)
    assert out["n"].to_numpy().tolist() == list(range(1_000_000))


def test_two_results_of_one_name() -> None:
    assert ask('SELECT 1 AS a, 2 AS a, 3 AS "A"', PEOPLE).schema.names == ["a", "a2", "A3"]
    assert ask("SELECT * FROM input1, input1 AS other", PEOPLE.select(["Name"])).schema.names == ["Name", "Name2"]


def test_dates_outside_of_the_calendar_become_null() -> None:
    dates = "DATE '2024-02-29' AS a, 'infinity'::DATE AS b, TIMESTAMP '12024-01-01' AS c, '-infinity'::TIMESTAMP AS d"
    assert ask(f"SELECT {dates}", PEOPLE).to_pylist() == [{"a": date(2024, 2, 29), "b": None, "c": None, "d": None}]
