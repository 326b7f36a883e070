"""Tables and queries, what their columns become, and what is said when they cannot be read."""

from __future__ import annotations

import sqlite3
import threading
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from engine.errors import ToolError, Unreachable
from engine.testing import run_tool, schema_from, table
from engine.tool import Home
from engine.types import fields_of
from tests.tools.in_out.databases.conftest import Database
from tests.tools.in_out.databases.server import Server
from tools.in_out.input import Input

ORDERS = table("id: Int64, total: Double, who: V_WString", [1, 10.5, "Bart"], [2, 20.0, "Lisa"], [3, None, "Bart"])


@pytest.fixture
def shop(database: Database) -> Database:
    database.write("orders", ORDERS)
    return database


def schema_of(database: Database, **config: Any) -> pa.Schema:
    settings = Input.config_class().model_validate({**database.place, **config})
    return Input(settings, Home(database.folder)).schema({})["out"]  # type: ignore[arg-type]


def test_tables_to_choose_from(shop: Database) -> None:
    shop.write('"odd.name"', ORDERS)
    assert sorted(Input.choices("table", shop.place, Home(shop.folder))) == ['"odd.name"', "orders"]


def test_the_only_table_needs_no_name(shop: Database) -> None:
    assert shop.read()["out"].to_pylist() == ORDERS.to_pylist()
    shop.write("more", ORDERS)
    with pytest.raises(ToolError, match=r"more than one table; it has more, orders.*`table: \.\.\.`"):
        shop.read()


def test_fields_and_limit(shop: Database) -> None:
    assert shop.read("orders", fields=["WHO", "id"], limit=2).rows() == [
        {"who": "Bart", "id": 1},
        {"who": "Lisa", "id": 2},
    ]
    assert shop.read("orders", limit=0).rows() == []


def test_a_query(shop: Database) -> None:
    query = """
        WITH sums AS (SELECT who, sum(total) AS total, count(*) AS n FROM orders GROUP BY who)
        SELECT who, total, n, n AS n FROM sums ORDER BY who DESC; -- the best come last
    """
    with pytest.raises(ToolError):  # what stands behind the end
        shop.read(query=query)
    result = shop.read(query=query.partition(";")[0] + ";")
    assert [list(row.values()) for row in result.rows()] == [["Lisa", 20.0, 1, 1], ["Bart", 10.5, 2, 2]]
    assert shop.read(query="SELECT id FROM orders -- all", limit=1).rows() == [{"id": 1}]


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE orders", "DELETE FROM orders", "DELETE FROM orders RETURNING id", "SELECT 1; DROP TABLE orders",
        "SELECT 1) AS q; DROP TABLE orders; --", "SELECT * FROM orders) TO STDOUT; DROP TABLE orders; --",
        "ATTACH 'other.sqlite' AS other", "COMMIT; DROP TABLE orders",
        "WITH d AS (DELETE FROM orders RETURNING id) SELECT * FROM d",
        "CREATE TABLE x AS SELECT * FROM orders", "SELECT 1 INTO x", "",
    ],
)  # fmt: skip
def test_reading_changes_nothing(shop: Database, query: str) -> None:
    with pytest.raises(ToolError):
        shop.read(query=query)
    assert shop.read()["out"].num_rows == 3
    assert {path.name for path in shop.folder.iterdir()} <= {"shop.sqlite", "shop.duckdb"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"table": "order"}, "There is no table 'order' in .*; it has orders. Did you mean 'orders'"),
        ({"query": "SELECT idd FROM orders"}, "does not take the query: .*idd"),
        ({"query": "SELEC 1"}, "does not take the query: .*(?i:selec)"),
        ({"table": "orders", "fields": ["idd"]}, r"No field \[idd\]"),
        ({"table": "orders", "file_name_field": "name"}, "no file name"),
    ],
)
def test_refuses(shop: Database, config: dict[str, Any], message: str) -> None:
    with pytest.raises(ToolError, match=message) as caught:
        schema_of(shop, **config)
    assert "\n" not in caught.value.message


def test_a_schema_is_known_without_running_the_query(postgresql: Server, tmp_path: Path) -> None:
    postgresql.sql("CREATE TABLE big AS SELECT n FROM generate_series(1, 10) n")
    database = Database("postgresql", tmp_path)
    schema = schema_of(database, query="SELECT n, pg_sleep(60)::text AS slept, 1 / 0 AS never FROM big")
    assert schema.names == ["n", "slept", "never"]


def test_what_postgresql_has_and_we_have_not(postgresql: Server, tmp_path: Path) -> None:
    postgresql.sql(
        "CREATE TABLE t (u uuid, j jsonb, a int[], iv interval, ip inet, m money, tz timestamptz, n numeric, c char(3),"
        "d date, v varchar(20), p numeric(9,2), o oid, x xml);"
        "INSERT INTO t VALUES ('00000000-0000-0000-0000-000000000001', '{\"a\": 1}', '{1,2}',"
        "'1 day', '127.0.0.1', 5.25,"
        "'2024-01-31 12:00+02', 1.25, 'a', 'infinity', 'v', 'NaN', 7, '<a/>')"
    )
    result = Database("postgresql", tmp_path).read("t")
    assert result.rows() == [
        {
            "u": "00000000-0000-0000-0000-000000000001", "j": '{"a": 1}', "a": "{1,2}", "iv": "1 day",
            "ip": "127.0.0.1/32", "m": Decimal("5.25"), "tz": datetime(2024, 1, 31, 10), "n": 1.25, "c": "a",
            "d": None, "v": "v", "p": None, "o": 7, "x": "<a/>",
        }
    ]  # fmt: skip
    assert [(field.size, field.scale) for field in fields_of(result["out"].schema) if field.name == "p"] == [(10, 2)]
    assert [text.partition(" ")[0] for text in result.said("warning")] == ["[tz]:", "[n]"]


def sqlite(folder: Path, script: str) -> Database:
    connection = sqlite3.connect(folder / "shop.sqlite")
    connection.executescript(script)
    connection.close()
    return Database("sqlite", folder)


def test_what_other_programs_put_into_sqlite(tmp_path: Path) -> None:
    database = sqlite(
        tmp_path,
        "CREATE TABLE t (a INTEGER, b VARCHAR(3), price DECIMAL(10, 2), free NUMERIC, real REAL, flag BOOLEAN,"
        " day DATE, at DATETIME, none, bytes BLOB);"
        "INSERT INTO t VALUES (1, 'longer than 3', 12.345, 1, 2, 1, '2024-01-31', '2024-01-31 12:00:00', 7, 'text'),"
        "(9007199254740993, 5, 0.1, 1.5, NULL, 0, NULL, '2024-01-31T12:00:00.5', 8, x'00')",
    )
    result = database.read("t")
    assert result.rows() == [
        {
            "a": 1, "b": "longer than 3", "price": Decimal("12.35"), "free": 1.0, "real": 2.0, "flag": True,
            "day": date(2024, 1, 31), "at": datetime(2024, 1, 31, 12), "none": 7, "bytes": b"text",
        },
        {
            "a": 9007199254740993, "b": "5", "price": Decimal("0.10"), "free": 1.5, "real": None, "flag": False,
            "day": None, "at": datetime(2024, 1, 31, 12, 0, 0, 500000), "none": 8, "bytes": b"\0",
        },
    ]  # fmt: skip
    assert result["out"].schema.types == schema_from(
        "a: Int64, b: V_WString, price: FixedDecimal(11.2), free: Double, real: Double, flag: Bool,"
        "day: Date, at: DateTime, none: Int64, bytes: Blob"
    ).types  # fmt: skip


@pytest.mark.parametrize("before", [0, 70_000])  # the driver finds the types from its first batch
@pytest.mark.parametrize(
    ("declared", "value", "message"),
    [
        ("INTEGER", "'seven'", r"\[x\]"),
        ("SMALLINT", "70000", r"\[x\]"),
        ("DATE", "'31.1.2024'", r"\[x\]: '31.1.2024' is no Date"),
        ("DECIMAL(9, 2)", "'much'", r"\[x\]"),
        ("REAL", "'x'", r"\[x\]"),
        ("TEXT", "CAST(x'ff' AS TEXT)", r"\[x\] holds a text that is not written in utf-8"),
    ],
)
def test_a_value_unlike_its_column_stops_the_run(
    tmp_path: Path, before: int, declared: str, value: str, message: str
) -> None:
    database = sqlite(
        tmp_path,
        f"CREATE TABLE t (x {declared}); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {before})"
        f" INSERT INTO t SELECT NULL FROM n; INSERT INTO t VALUES ({value})",
    )
    with pytest.raises(ToolError, match=message):
        database.read("t")
    assert database.read(query="SELECT CAST(hex(x) AS TEXT) x FROM t")["out"].num_rows == before + 1


def test_what_duckdb_has_and_we_have_not(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE t AS SELECT uuid() u, [1, 2] l, INTERVAL 1 DAY iv, 5::HUGEINT h, {'a': 1} s,"
            "'2024-01-31 12:00+02'::TIMESTAMPTZ tz, '101'::BIT b, 'x'::ENUM('x') e, 3::UBIGINT ub"
        )
    [row] = Database("duckdb", tmp_path).read().rows()
    assert (row["l"], row["iv"], row["h"], row["s"]) == ("[1,2]", "1 day", 5, '{"a":1}')
    assert (row["tz"], row["b"], row["e"], row["ub"]) == (datetime(2024, 1, 31, 10), "101", "x", 3)


@pytest.mark.parametrize("query", ["SELECT * FROM read_csv('secret.csv')", "SELECT * FROM 'secret.csv'",
                                   "SELECT * FROM read_text('/etc/passwd')", "SELECT getenv('HOME')"])  # fmt: skip
def test_duckdb_reaches_no_other_file(tmp_path: Path, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    database = Database("duckdb", tmp_path)
    database.write("t", ORDERS)
    with pytest.raises(ToolError, match="does not take the query"):
        database.read(query=query)


def test_a_table_can_be_read_and_written_in_one_workflow(shop: Database) -> None:
    """Nothing waits for anything: the table is written when all was read."""
    from engine.check import check
    from engine.run import Run
    from engine.workflow import Workflow

    place = ", ".join(f"{key}: {value}" for key, value in shop.place.items())
    text = f"""
flowrun: 1
nodes:
  read: {{tool: Input, {place}, table: orders}}
  more: {{tool: Formula, fields: [{{field: id, expression: "[id] + 10"}}]}}
  write: {{tool: Output, {place}, table: orders, mode: overwrite}}
connections: [read -> more, more -> write]
"""
    result = Run(check(Workflow.parse(text, shop.folder / "w.yaml"))).execute()
    assert result.problems == []
    assert shop.read("orders")["out"]["id"].to_pylist() == [11, 12, 13]


@pytest.mark.parametrize("name", ["missing.sqlite", "missing.duckdb"])
def test_a_file_that_is_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreachable, match=f"There is no file .*{name}"):
        run_tool(Input, {"path": name}, home=Home(tmp_path))


@pytest.mark.parametrize("name", ["notes.sqlite", "notes.duckdb"])
def test_a_file_that_is_no_database(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("hello" * 1000)
    with pytest.raises(ToolError, match=name):
        run_tool(Input, {"path": name}, home=Home(tmp_path))


def test_a_file_that_has_no_tables_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    with pytest.raises(ToolError, match="is no database"):
        run_tool(Input, {"path": "a.csv", "table": "x"}, home=Home(tmp_path))


def test_a_server_that_goes_in_the_middle(postgresql: Server, tmp_path: Path) -> None:
    postgresql.sql("CREATE TABLE t AS SELECT n, repeat('x', 1000) FROM generate_series(1, 1000) n")
    database = Database("postgresql", tmp_path)
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'flowrun'"
    timer = threading.Timer(1.5, postgresql.sql, [end])
    timer.start()
    with pytest.raises(ToolError, match=r"Reading stopped: .*(terminat|closed)"):
        database.read(query="SELECT n, pg_sleep(0.01)::text AS s FROM t")
    timer.join()


def test_only_what_is_read_makes_a_result_new(tmp_path: Path) -> None:
    def reads(**config: Any) -> Any:
        return Input(Input.config_class().model_validate(config), Home(tmp_path)).reads()  # type: ignore[arg-type]

    Database("sqlite", tmp_path).write("t", ORDERS)
    assert reads(path="shop.sqlite", table="t") == [tmp_path / "shop.sqlite"]
    assert reads(connection="sales", table="t") is None
