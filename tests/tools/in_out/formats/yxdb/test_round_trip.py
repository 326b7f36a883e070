"""What is written is read back: every type, every border."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from engine.testing import table
from engine.types import Field, FieldType, Meaning, fields_of, schema_of
from tests.tools.in_out.formats.yxdb.files import read, write

EVERY_TYPE = (
    "Bool:Bool, Byte:Byte, Int16:Int16, Int32:Int32, Int64:Int64, Decimal:FixedDecimal(12.3), Float:Float,"
    "Double:Double, String:String(10), WString:WString(7), V_String:V_String, V_WString:V_WString,"
    "Date:Date, Time:Time, DateTime:DateTime, Blob:Blob, Spatial:SpatialObj"
)


def everything() -> pa.Table:
    """Records that fill every type to its borders."""
    return table(
        EVERY_TYPE,
        [None] * 17,
        [
            *(True, 255, 2**15 - 1, 2**31 - 1, 2**63 - 1, Decimal("-1234567.120"), 1.5, math.inf),
            *("é" * 10, "x😀y", "naïve", "日本語 😀" * 40),
            *(datetime.date(9999, 12, 31), datetime.time(23, 59, 59), datetime.datetime(2024, 2, 29, 23, 59, 59)),
            *(b"\0\1\2" * 100, b"abc"),
        ],
        [
            *(False, 0, -(2**15), -(2**31), -(2**63), Decimal("0.001"), -0.0, -math.inf),
            *("", "", "", ""),
            *(datetime.date(1400, 1, 1), datetime.time(0), datetime.datetime(1400, 1, 1)),
            *(b"", b""),
        ],
    )


@pytest.mark.parametrize("compression", [True, False])
def test_every_type_comes_back(tmp_path: Path, compression: bool) -> None:
    data = everything()
    assert write(tmp_path / "every.yxdb", data, compression=compression) == []
    assert read(tmp_path / "every.yxdb").equals(data, check_metadata=True)


LENGTHS = [*range(6), *range(126, 131), *range(254, 257), *range(65_534, 65_539), *range(262_139, 262_150), 3_000_000]


def test_variable_lengths_at_every_border(tmp_path: Path) -> None:
    data = table(
        "n:Int32, narrow:V_String, wide:V_WString, blob:Blob", *([n, "n" * n, "w" * n, b"b" * n] for n in LENGTHS)
    )
    write(tmp_path / "lengths.yxdb", data)
    assert read(tmp_path / "lengths.yxdb").equals(data)


@pytest.mark.parametrize("rows", [0, 1, 65_535, 65_536, 65_537, 131_072])
def test_record_counts_around_a_record_block(tmp_path: Path, rows: int) -> None:
    numbers = pa.array(range(rows), pa.int32())
    data = pa.table(
        [numbers, numbers.cast(pa.string())], schema_of(Field("n", FieldType.Int32), Field("t", FieldType.V_String))
    )
    write(tmp_path / "rows.yxdb", data, batch_rows=50_000)
    assert read(tmp_path / "rows.yxdb").equals(data)


def test_sizes_sources_descriptions_and_meanings_come_back(tmp_path: Path) -> None:
    fields = [
        Field("a \"b\" & <c> 'd'\n", FieldType.V_String, 20, description="tab\there, & <more>"),
        Field("picture", FieldType.Blob, meaning=Meaning.image),
        Field("guess", FieldType.Double, meaning=Meaning.probability),
        Field("from", FieldType.WString, 3, source="File: x.csv"),
        Field("price", FieldType.FixedDecimal, 9, 0),
    ]
    write(tmp_path / "fields.yxdb", schema_of(*fields).empty_table())
    assert fields_of(read(tmp_path / "fields.yxdb").schema) == fields
