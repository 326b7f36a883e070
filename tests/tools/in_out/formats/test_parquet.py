from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import ToolError
from engine.testing import table
from engine.types import FieldType, fields_of
from tools.in_out.formats import parquet
from tools.in_out.formats._fields import unique_names


def read(folder: Path, column: pa.Array | pa.ChunkedArray) -> tuple[FieldType, list[Any], list[str]]:
    pq.write_table(pa.table({"x": column}), folder / "x.parquet")
    reader = parquet.Reader(folder / "x.parquet")
    data = pa.Table.from_batches(reader, schema=reader.schema)
    [field] = fields_of(data.schema)
    return field.type, data["x"].to_pylist(), reader.warnings


@pytest.mark.parametrize(
    ("type_", "value", "becomes", "result"),
    [
        (pa.int8(), -1, "Int16", -1),
        (pa.uint16(), 65_535, "Int32", 65_535),
        (pa.uint32(), 2**32 - 1, "Int64", 2**32 - 1),
        (pa.uint64(), 2**64 - 1, "FixedDecimal", Decimal(2**64 - 1)),
        (pa.float16(), 1.5, "Float", 1.5),
        (pa.large_string(), "é", "V_WString", "é"),
        (pa.string_view(), "é", "V_WString", "é"),
        (pa.dictionary(pa.int8(), pa.string()), "é", "V_WString", "é"),
        (pa.large_binary(), b"x", "Blob", b"x"),
        (pa.binary(2), b"xy", "Blob", b"xy"),
        (pa.decimal128(5, 2), Decimal("1.50"), "FixedDecimal", Decimal("1.50")),
        (pa.decimal128(38, 38), Decimal("0.5"), "FixedDecimal", Decimal("0.5")),
        (pa.date64(), date(2024, 1, 31), "Date", date(2024, 1, 31)),
        (pa.time32("s"), time(1, 2, 3), "Time", time(1, 2, 3)),
        (pa.timestamp("s"), datetime(2024, 1, 31), "DateTime", datetime(2024, 1, 31)),
        (pa.null(), None, "V_WString", None),
    ],
    ids=str,
)
def test_types_of_others_become_ours(tmp_path: Path, type_: pa.DataType, value: Any, becomes: str, result: Any) -> None:
    assert read(tmp_path, pa.array([value, None], type_)) == (becomes, [result, None], [])


@pytest.mark.parametrize(
    ("column", "becomes", "result", "note"),
    [
        (
            pa.array([datetime(2024, 1, 31, 12, tzinfo=UTC)], pa.timestamp("ms", "Europe/Berlin")),
            "DateTime",
            datetime(2024, 1, 31, 12),
            "zone Europe/Berlin became times in UTC",
        ),
        (pa.array([1_000_001], pa.timestamp("ns")), "DateTime", datetime(1970, 1, 1, 0, 0, 0, 1000), "microseconds"),
        (pa.array([timedelta(minutes=1)]), "Double", 60.0, "became seconds"),
        (pa.array([["a", None]]), "V_WString", '["a",null]', "became JSON text"),
        (pa.array([{"a": {"b": date(2024, 1, 31)}}]), "V_WString", '{"a":{"b":"2024-01-31"}}', "became JSON text"),
    ],
    ids=str,
)
def test_changes_that_show_are_said(tmp_path: Path, column: pa.Array, becomes: str, result: Any, note: str) -> None:
    type_, values, warnings = read(tmp_path, column)
    assert (type_, values) == (becomes, [result])
    assert note in warnings[0]


def test_reads_some_fields_and_some_records(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"]}), tmp_path / "x.parquet")
    reader = parquet.Reader(tmp_path / "x.parquet", fields=["B", "a"], limit=2)
    assert pa.Table.from_batches(reader).to_pylist() == [{"b": "x", "a": 1}, {"b": "y", "a": 2}]


def test_our_own_files_keep_what_a_field_knows(tmp_path: Path) -> None:
    data = table("a: V_String(20), b: FixedDecimal(9.2)", ["x", Decimal("1.50")])
    writer = parquet.Writer(tmp_path / "x.parquet", data.schema)
    writer.write(data.to_batches()[0])
    writer.close()
    assert parquet.Reader(tmp_path / "x.parquet").schema.equals(data.schema, check_metadata=True)


@pytest.mark.parametrize("content", [b"", b"no parquet at all, but long enough to be one"])
def test_says_what_is_wrong(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.parquet").write_bytes(content)
    with pytest.raises(ToolError, match=r"x\.parquet cannot be read as Parquet"):
        parquet.Reader(tmp_path / "x.parquet")


def test_names_become_usable() -> None:
    assert unique_names(["a", "A", "", " b ", "a2"]) == ["a", "A2", "Field_3", " b ", "a22"]


def test_a_large_file_is_not_kept_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.parquet"
    pq.write_table(pa.table({"x": pa.arange(0, 4_000_000)}), path, row_group_size=200_000, use_dictionary=False)
    before = pa.total_allocated_bytes()
    assert max(pa.total_allocated_bytes() - before for _ in parquet.Reader(path)) < path.stat().st_size / 4


def test_records_are_read_together_as_far_as_they_are_small(tmp_path: Path) -> None:
    large, text = [bytes(range(256)) * 200 + str(number).encode() for number in range(1000)], ["a"] * 1000
    pq.write_table(pa.table({"picture": large, "label": text}), tmp_path / "pictures.parquet", row_group_size=300)
    reader = parquet.Reader(tmp_path / "pictures.parquet")
    assert {batch.num_rows for batch in reader} == {81, 1000 % 81}
    reader.wanted = {"label"}
    assert [batch.num_rows for batch in reader] == [1000]


def test_equal_pictures_are_packed_once_and_yet_read_in_several_batches(tmp_path: Path) -> None:
    pq.write_table(pa.table({"picture": [bytes(1000)] * 20_000}), tmp_path / "equal.parquet")
    assert [batch.num_rows for batch in parquet.Reader(tmp_path / "equal.parquet")] == [8192, 8192, 3616]


def test_the_size_of_a_field_with_a_dot_in_its_name_is_found(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a.b": [bytes(range(250)) * 200] * 100}), tmp_path / "dots.parquet", use_dictionary=False)
    assert [batch.num_rows for batch in parquet.Reader(tmp_path / "dots.parquet")] == [83, 17]
