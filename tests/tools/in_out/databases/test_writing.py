"""What becomes of a table, and that it stays as it was where something goes wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from engine.context import Resources
from engine.errors import Cancelled, ToolError
from engine.testing import run_tool, table
from engine.tool import Home
from tests.tools.in_out.databases.conftest import Database
from tests.tools.in_out.databases.server import Server
from tools.in_out import databases
from tools.in_out.input import Input
from tools.in_out.output import Output

OLD = table("id: Int64, name: V_WString, age: Int32", [1, "Bart", 10], [2, "Lisa", 8])
NEW = table("ID: Int64, name: V_WString", [2, "Lisa S."], [3, "Maggie"])


@pytest.fixture
def family(database: Database) -> Database:
    database.write("family", OLD)
    return database


def rows(database: Database) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values()) for row in database.read("family").rows())


@pytest.mark.parametrize(
    ("mode", "expected", "said"),
    [
        (
            "append",
            [(1, "Bart", 10), (2, "Lisa S.", None), (2, "Lisa", 8), (3, "Maggie", None)],
            "2 records added",
        ),
        ("delete_and_append", [(2, "Lisa S.", None), (3, "Maggie", None)], "2 records added"),
        ("overwrite", [(2, "Lisa S."), (3, "Maggie")], "2 records added"),
        ("update", [(1, "Bart", 10), (2, "Lisa S.", 8)], "1 record changed"),
        ("upsert", [(1, "Bart", 10), (2, "Lisa S.", 8), (3, "Maggie", None)], "1 record changed, 1 record added"),
    ],
)
def test_modes(family: Database, mode: str, expected: list[tuple[Any, ...]], said: str) -> None:
    result = family.write("family", NEW, mode, by=["ID"] if mode in ("update", "upsert") else [])
    assert sorted(rows(family), key=str) == expected
    assert said in result.said("info")[0]


def test_keys_of_several_fields(family: Database) -> None:
    changes = table("id: Int64, name: V_WString, age: Int32", [1, "Bart", 11], [1, "Lisa", 99])
    family.write("family", changes, "upsert", by=["id", "name"])
    assert rows(family) == [(1, "Bart", 11), (1, "Lisa", 99), (2, "Lisa", 8)]


@pytest.mark.parametrize(
    ("data", "mode", "config", "message"),
    [
        (OLD, "create", {}, "There is a table 'family' in .* already.*overwrite"),
        (table("nam: V_WString"), "append", {}, r"no column for nam; it has id, name, age. Did you mean 'name'"),
        (table("age: Double", [1.5]), "append", {}, r"\[age\] is Double, and its column Int32"),
        (OLD, "upsert", {}, "finds records by their keys.*by: .id."),
        (OLD, "upsert", {"by": ["nmae"]}, r"No field \[nmae\]"),
        (table("id: Int64", [1]), "update", {"by": ["id"]}, "nothing to update"),
        (table("id: Int64, age: Int32", [1, 1], [1, 2]), "update", {"by": ["id"]}, "id = 1 is there more than once"),
        (table("id: Int64, age: Int32", [None, 1]), "upsert", {"by": ["id"]}, "id = None has no key"),
    ],
)  # fmt: skip
def test_refuses(family: Database, data: pa.Table, mode: str, config: dict[str, Any], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        family.write("family", data, mode, **config)
    assert rows(family) == [(1, "Bart", 10), (2, "Lisa", 8)]


def test_a_table_that_is_missing(family: Database) -> None:
    with pytest.raises(ToolError, match=r"There is no table 'famly' in .*; it has family. Did you mean 'family'"):
        family.write("famly", OLD, "append")


@pytest.mark.parametrize("table", ["", "a.b.c", '"a', "x\0y"])
def test_what_is_no_name(database: Database, table: str) -> None:
    with pytest.raises(ToolError, match=r"is no name of a table"):
        database.write(table, OLD)


@pytest.mark.parametrize("mode", ["append", "overwrite", "delete_and_append", "upsert"])
def test_a_run_that_is_cancelled_leaves_all_as_it_was(family: Database, mode: str) -> None:
    resources = Resources()

    def batches() -> Iterator[pa.RecordBatch]:
        yield from OLD.to_batches()
        resources.cancelled.set()
        raise Cancelled("The run was cancelled.")

    place = databases.place_of(family.folder / family.place.get("path", ""), family.place.get("connection"))
    with pytest.raises(Cancelled):
        databases.Writer(place, "family", mode, ["id"], OLD.schema).write(batches())  # type: ignore[arg-type]
    assert rows(family) == [(1, "Bart", 10), (2, "Lisa", 8)]


def test_a_value_that_the_table_refuses_leaves_all_as_it_was(family: Database) -> None:
    with_key(family)
    for mode in ("append", "delete_and_append"):
        with pytest.raises(ToolError, match=r"family.* cannot be written: .*(?i:unique).*as it was before the run"):
            family.write("family", table("id: Int64", [7], [7]), mode)
    assert rows(family) == [(1, "Bart", 10), (2, "Lisa", 8)]


def with_key(database: Database) -> None:
    statement = "CREATE UNIQUE INDEX one ON family (id)"
    if database.kind == "postgresql":
        import os

        from adbc_driver_postgresql import dbapi

        with dbapi.connect(os.environ["FLOWRUN_CONNECTION_SALES"]) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            connection.commit()
    elif database.kind == "sqlite":
        sqlite3.connect(database.folder / "shop.sqlite").execute(statement).connection.close()
    else:
        duckdb.connect(str(database.folder / "shop.duckdb")).execute(statement).close()


def test_names_that_are_the_same_to_the_database(file_database: Database) -> None:
    with pytest.raises(ToolError, match=r"\[id\], \[ID\] are the same to a database"):
        file_database.write("t", table("id: Int64, ID: Int64"))


def test_a_new_file_appears_whole_or_not_at_all(file_database: Database) -> None:
    place = databases.place_of(file_database.folder / file_database.place["path"], None)

    def batches() -> Iterator[pa.RecordBatch]:
        yield from OLD.to_batches()
        raise KeyError("lost")

    with pytest.raises(KeyError, match=r"lost"):
        databases.Writer(place, "family", "create", [], OLD.schema).write(batches())
    assert list(file_database.folder.iterdir()) == []


def test_two_tables_of_one_new_file(database: Database) -> None:
    database.write("a", OLD)
    database.write("b", NEW)
    assert database.read("a")["out"].num_rows == database.read("b")["out"].num_rows == 2


def test_an_existing_file_is_not_made_anew(tmp_path: Path) -> None:
    (tmp_path / "shop.sqlite").write_text("name;age\nBart;10\n")
    with pytest.raises(ToolError, match=r"is no SQLite database"):
        run_tool(Output, {"path": "shop.sqlite", "table": "t", "mode": "overwrite"}, OLD, home=Home(tmp_path))
    assert (tmp_path / "shop.sqlite").read_text().startswith("name")


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_folder_that_is_missing(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ToolError, match=r"folder .* does not exist"):
        run_tool(Output, {"path": f"no/shop.{kind}", "table": "t"}, OLD, home=Home(tmp_path))


def test_a_file_of_another_extension(tmp_path: Path) -> None:
    settings = {"path": "shop.data", "format": "duckdb", "table": "t"}
    run_tool(Output, settings, OLD, home=Home(tmp_path))
    assert run_tool(Input, {**settings, "query": None}, home=Home(tmp_path))["out"].num_rows == 2


# PostgreSQL's own


def test_text_becomes_what_a_column_is(postgresql: Server, tmp_path: Path) -> None:
    postgresql.sql(
        "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE SCHEMA other;"
        "CREATE TABLE other.t (id serial, u uuid, j jsonb, m mood, a int[], d date, v varchar(3), made int DEFAULT 7)"
    )
    data = table(
        "u: V_WString, j: V_WString, m: V_WString, a: V_WString, d: V_WString, v: V_WString",
        ["00000000-0000-0000-0000-000000000001", '{"a": 1}', "glad", "{1,2}", "2024-01-31", "abc"],
    )
    database = Database("postgresql", tmp_path)
    database.write("other.t", data, "append")
    assert postgresql.sql("SELECT * FROM other.t") == (
        '1|00000000-0000-0000-0000-000000000001|{"a": 1}|glad|{1,2}|2024-01-31|abc|7'
    )
    with pytest.raises(ToolError, match=r"value too long for type character varying"):
        database.write("other.t", table("v: V_WString", ["abcd"]), "append")
    with pytest.raises(ToolError, match=r"invalid input syntax for type uuid"):
        database.write("other.t", table("u: V_WString", ["1"]), "append")


def test_a_user_who_may_not_write_learns_it_early(
    postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgresql.sql("CREATE TABLE t (id int); DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'guest'")
    postgresql.sql(
        "GRANT USAGE ON SCHEMA public TO guest; GRANT SELECT ON t TO guest; REVOKE CREATE ON SCHEMA public FROM public"
    )
    monkeypatch.setenv("FLOWRUN_CONNECTION_SALES", postgresql.url("guest", "guest"))
    for mode in ("append", "overwrite", "delete_and_append"):
        with pytest.raises(ToolError, match=r"permission denied|must be owner"):
            Database("postgresql", tmp_path).write("t", table("id: Int32"), mode)


def test_a_view_stands_in_the_way_of_overwrite(postgresql: Server, tmp_path: Path) -> None:
    postgresql.sql("CREATE TABLE t (id bigint); CREATE VIEW v AS SELECT * FROM t")
    with pytest.raises(ToolError, match=r"other objects depend on it"):
        Database("postgresql", tmp_path).write("t", OLD, "overwrite")


def test_a_name_that_would_be_cut(postgresql: Server, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"64 bytes; PostgreSQL's names have 63"):
        Database("postgresql", tmp_path).write("t", table(f"{'n' * 64}: Int64"))


def test_a_text_that_postgresql_cannot_hold(postgresql: Server, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"invalid byte sequence.* 0x00"):
        Database("postgresql", tmp_path).write("t", table("a: V_WString", ["a\0b"]))
