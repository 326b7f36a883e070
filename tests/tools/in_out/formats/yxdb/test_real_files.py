"""Files that Alteryx wrote, with the values that they are known to hold."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pytest

from engine.errors import ToolError
from engine.types import FieldType, fields_of
from tests.tools.in_out.formats.yxdb.files import read, write
from tools.in_out.formats.yxdb import Reader
from tools.in_out.formats.yxdb.geometry import geojson


def test_all_normal_fields(shared: Path) -> None:
    record = read(shared / "data/yxdb/AllNormalFields.yxdb").to_pylist()[0]
    assert record.pop("FloatField") == pytest.approx(678.9)
    assert record == {
        "ByteField": 1,
        "BoolField": True,
        "Int16Field": 16,
        "Int32Field": 32,
        "Int64Field": 64,
        "FixedDecimalField": Decimal("123.45"),
        "DoubleField": 0.12345,
        "StringField": "A",
        "WStringField": "AB",
        "V_StringShortField": "ABC",
        "V_StringLongField": "B" * 500,
        "V_WStringShortField": "XZY",
        "V_WStringLongField": "W" * 500,
        "DateField": datetime.date(2020, 1, 1),
        "DateTimeField": datetime.datetime(2020, 2, 3, 4, 5, 6),
    }


def test_the_decimal_keeps_size_and_scale(shared: Path) -> None:
    field = next(
        f for f in fields_of(Reader(shared / "data/yxdb/AllNormalFields.yxdb").schema) if f.name.startswith("Fixed")
    )
    assert (field.type, field.size, field.scale) == (FieldType.FixedDecimal, 19, 6)


def test_lots_of_records_in_two_record_blocks(shared: Path) -> None:
    data = read(shared / "data/yxdb/LotsOfRecords.yxdb")
    assert data.num_rows == 100_000
    assert pc.sum(data["RowCount"]).as_py() == 5_000_050_000


def test_a_stored_block_and_meta_info_as_root(shared: Path) -> None:
    data = read(shared / "data/yxdb/TestNewYxdb.yxdb")
    assert data.num_rows == 3
    assert pc.sum(data.column(1)).as_py() == 6


def test_a_point(shared: Path) -> None:
    data = read(shared / "data/yxdb/point.yxdb")
    point = geojson(data["Spatial"][0].as_py())
    assert point is not None
    assert point["type"] == "MultiPoint"
    ((longitude, latitude),) = point["coordinates"]
    assert -180 <= longitude <= 180
    assert -90 <= latitude <= 90


@pytest.mark.parametrize("name", ["AllNormalFields", "LotsOfRecords", "TestNewYxdb", "point"])
def test_written_again_nothing_changes(shared: Path, tmp_path: Path, name: str) -> None:
    data = read(shared / f"data/yxdb/{name}.yxdb")
    write(tmp_path / "again.yxdb", data)
    assert read(tmp_path / "again.yxdb").equals(data, check_metadata=True)


@pytest.mark.parametrize("name", ["invalid.txt", "invalidSmall.txt"])
def test_what_is_no_yxdb_is_refused(shared: Path, name: str) -> None:
    with pytest.raises(ToolError, match=rf"{name} is no \.yxdb file"):
        Reader(shared / "data/yxdb" / name)
