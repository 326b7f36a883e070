"""DynamicInput reads what each record says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, Result, run_tool, table
from engine.tool import Home
from tools.in_out.dynamic_input import DynamicInput

BY_PATH = {"path": "a.csv", "source": {"field": "to"}}
ORDERS = "SELECT id, town FROM orders WHERE day = '2024-01-01'"


def make(folder: Path) -> Home:
    (folder / "a.csv").write_text("x,y\n1,007\n")
    (folder / "b.csv").write_text("y,x\n8,2\n9,3\n")
    (folder / "a_east.csv").write_text("x,y\n5,e\n")
    (folder / "other.csv").write_text("x,z\n1,2\n")
    if not (folder / "shop.sqlite").exists():
        with closing(sqlite3.connect(folder / "shop.sqlite")) as shop, shop:
            shop.execute("CREATE TABLE orders (id INTEGER, town TEXT, day TEXT)")
            shop.execute("CREATE TABLE old (id INTEGER, town TEXT, day TEXT)")
            shop.execute("INSERT INTO orders VALUES (1, 'Rome', '2024-01-01'), (2, 'O''Hara', '2024-01-02')")
            shop.execute("INSERT INTO old VALUES (7, 'Pisa', '2020-01-01')")
    return Home(folder)


def to(*values: Any, type_: str = "V_String") -> pa.Table:
    return table(f"to: {type_}, n: Int32", *([value, number] for number, value in enumerate(values, 1)))


def read(folder: Path, config: dict[str, Any], data: pa.Table) -> Result:
    return run_tool(DynamicInput, config, data, home=make(folder))


def query(text: str, sql: str = ORDERS) -> dict[str, Any]:
    return {"path": "shop.sqlite", "query": sql, "replace": [{"text": text, "field": "to"}]}


def contract_cases(folder: Path) -> list[Case]:
    home = make(folder)
    more = {"keep": ["n"], "file_name_field": "name", "on_bad_source": "skip"}
    return [
        Case(DynamicInput, {**BY_PATH, **more}, to("a.csv", "none.csv", "b.csv"), home=home),
        Case(DynamicInput, query("'2024-01-01'"), to(date(2024, 1, 2), None, type_="Date"), home=home),
    ]


def test_a_list_of_files_is_read_as_the_one_in_the_settings(tmp_path: Path) -> None:
    absolute = str(tmp_path / "a.csv")
    found = read(tmp_path, {**BY_PATH, "keep": ["N"], "file_name_field": "name"}, to("b.csv", absolute))
    assert found.rows() == [
        {"n": 1, "x": 2, "y": "8", "FileName": "b.csv"},
        {"n": 1, "x": 3, "y": "9", "FileName": "b.csv"},
        {"n": 2, "x": 1, "y": "007", "FileName": "a.csv"},
    ]


def test_a_value_in_the_name_of_the_file(tmp_path: Path) -> None:
    config = {"path": "a.csv", "source": {"field": "to", "mode": "suffix"}}
    assert read(tmp_path, config, to("east")).rows() == [{"x": 5, "y": "e"}]


def test_what_is_missing_or_has_other_fields_stops_or_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"Record 2: There is no file .*c\.csv\. Did you mean"):
        read(tmp_path, BY_PATH, to("a.csv", "c.csv"))
    with pytest.raises(
        ToolError, match=r"Record 1: .*other\.csv has not the fields of the first file: \[y\] is missing"
    ):
        read(tmp_path, BY_PATH, to("other.csv"))
    with pytest.raises(ToolError, match=r"Record 1: \[to\] is empty"):
        read(tmp_path, BY_PATH, to(None))
    found = read(tmp_path, {**BY_PATH, "on_bad_source": "skip"}, to("other.csv", "a.csv", None))
    assert found.rows() == [{"x": 1, "y": "007"}]
    assert found.said("warning")[-1] == "What 2 records named was left out."


def test_a_table_for_each_record(tmp_path: Path) -> None:
    config = {"path": "shop.sqlite", "table": "orders", "source": {"field": "to", "mode": "table"}}
    assert [row["id"] for row in read(tmp_path, config, to("old", "orders")).rows()] == [7, 1, 2]
    with pytest.raises(ToolError, match="There is no table 'x; DROP TABLE old'"):
        read(tmp_path, config, to("x; DROP TABLE old"))


def test_values_in_a_query(tmp_path: Path) -> None:
    found = read(tmp_path, {**query("'2024-01-01'"), "keep": ["to"]}, to(date(2024, 1, 2), None, type_="Date"))
    assert found.rows() == [{"to": date(2024, 1, 2), "id": 2, "town": "O'Hara"}]
    by_id = "SELECT town FROM orders WHERE id > 0"
    assert read(tmp_path, query("0", by_id), to(1, type_="Int32")).rows() == [{"town": "O'Hara"}]


@pytest.mark.parametrize("value", ["' OR 1=1 --", "'; DROP TABLE orders; --", "O'Hara", '"', "\\' OR 1=1 --"])
def test_a_value_never_becomes_sql(tmp_path: Path, value: str) -> None:
    found = read(tmp_path, query("'Rome'", "SELECT id FROM orders WHERE town = 'Rome'"), to(value))
    assert found.rows() == ([{"id": 2}] if value == "O'Hara" else [])


def test_a_value_may_hold_what_stands_for_another(tmp_path: Path) -> None:
    sql = "SELECT id FROM orders WHERE town = 'A' OR town = 'B'"
    config = {**query("'A'", sql), "replace": [{"text": "'A'", "field": "to"}, {"text": "'B'", "field": "n"}]}
    assert read(tmp_path, config, to("'B' OR 1=1")).rows() == []


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"path": "a.csv"}, "say what the records change"),
        ({**BY_PATH, "connection": "x"}, "say what to read"),
        (query("nothing"), "the query has no `nothing` to replace"),
        (query("2024-01-01"), "`2024-01-01` stands within quotes: replace it with them, such as `'2024-01-01'`"),
        ({"connection": "x", "source": {"field": "to"}}, "of a connection, records change the table"),
    ],
)
def test_settings_that_make_no_sense(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        DynamicInput.config_class().model_validate(config)


def test_fields_that_make_no_sense(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"There would be two fields \[x\]"):
        read(tmp_path, {**BY_PATH, "keep": ["x"]}, table("to: V_String, x: Int32"))
    with pytest.raises(ToolError, match="is no database: it has no tables"):
        read(tmp_path, {"path": "a.csv", "source": {"field": "to", "mode": "table"}}, to("a"))
    with pytest.raises(ToolError, match=r"No field \[from\]"):
        read(tmp_path, {"path": "a.csv", "source": {"field": "from"}}, to("a"))
