"""What is written into a database is read again as it was."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pytest

from engine.testing import table
from engine.types import FieldType, fields_of
from tests.tools.in_out.databases.conftest import Database

EVERYTHING = table(
    "yes: Bool, byte: Byte, i16: Int16, i32: Int32, i64: Int64, price: FixedDecimal(19.2), long: FixedDecimal(38.6),"
    "f: Float, d: Double, s: String(5), w: WString(5), vs: V_String(9), text: V_WString, day: Date, at: Time,"
    "when: DateTime, blob: Blob, shape: SpatialObj",
    [True, 255, -(2**15), -(2**31), -(2**63), Decimal("1234567890123456.78"), Decimal("-1.000001"), 1.5, 0.1,
     "a", "é", "日本", "x" * 100_000, date(1, 1, 1), time(23, 59, 59, 999999), datetime(1999, 12, 31, 23, 59, 59, 1),
     bytes(range(256)) * 100, b"\x01"],
    [None] * 18,
    [False, 0, 2**15 - 1, 2**31 - 1, 2**63 - 1, Decimal("-0.01"), Decimal(0), -0.0, 1e300, "", " ", "'", "\"'\n\\;--",
     date(9999, 12, 31), time(0), datetime(2024, 2, 29), b"", b""],
)  # fmt: skip
NOT_KEPT = {  # by database, what a type becomes
    "postgresql": {FieldType.Byte: FieldType.Int16},
    "sqlite": {},
    "duckdb": {},
}


def test_every_type(database: Database) -> None:
    database.write("everything", EVERYTHING)
    again = database.read("everything")["out"]
    assert again.to_pylist() == EVERYTHING.to_pylist()
    for before, after in zip(fields_of(EVERYTHING.schema), fields_of(again.schema), strict=True):
        text = before.arrow_type == pa.string() or before.type is FieldType.SpatialObj
        expected = NOT_KEPT[database.kind].get(before.type, before.type)
        assert text or after.type is expected
        assert before.type is not FieldType.FixedDecimal or (after.size, after.scale) == (before.size, before.scale)


def test_numbers_that_are_none(database: Database) -> None:
    database.write("t", table("d: Double", [math.inf], [-math.inf], [math.nan]))
    first, second, third = (row["d"] for row in database.read("t").rows())
    assert (first, second) == (math.inf, -math.inf)
    assert third is None if database.kind == "sqlite" else math.isnan(third)


NAMES = ["select", "two words", 'a "quote"', "it's", "semi;--", "ünï", "a.b", "{0}", "%s", "1st", "new", "old", "*"]


@pytest.mark.parametrize("name", ['"drop table ""x""; --"', '"dot.ted"', "order"])
def test_odd_names_are_names(database: Database, name: str) -> None:
    data = pa.Table.from_arrays([pa.array([place]) for place in range(len(NAMES))], names=NAMES)
    database.write(name, data)
    database.write(name, data, "upsert", by=["select", "it's"])
    assert database.read(name, fields=NAMES[::-1])["out"].to_pylist() == data.select(NAMES[::-1]).to_pylist()


@pytest.mark.parametrize("rows", [0, 1, 200_000])
def test_any_number_of_records(database: Database, rows: int) -> None:
    data = pa.table({"n": pa.array(range(rows), pa.int64()), "t": pa.array(map(str, range(rows)), pa.string())})
    database.write("t", data)
    assert database.read("t")["out"].to_pydict() == data.to_pydict()


def test_a_column_that_is_null_for_long(database: Database) -> None:
    data = table("n: Int64, t: V_WString, d: Double, b: Blob", *[[None] * 4] * 70_000, [1, "x", 0.5, b"y"])
    database.write("t", data)
    assert database.read("t")["out"].to_pylist() == data.to_pylist()
