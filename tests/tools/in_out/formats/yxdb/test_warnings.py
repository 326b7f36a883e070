"""What the format cannot hold is changed in the open: a warning counts it and names the first record."""

from __future__ import annotations

import datetime
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import table
from engine.types import Field, FieldType, schema_of
from tests.tools.in_out.formats.yxdb.files import read, write
from tools.in_out.formats.yxdb import Reader, Writer


def through(tmp_path: Path, type_: str, *values: Any) -> tuple[list[Any], list[str]]:
    """The values of a field `x` after writing and reading, and the warnings of the writer."""
    warnings = write(tmp_path / "file.yxdb", table(f"x: {type_}", *([value] for value in values)))
    return read(tmp_path / "file.yxdb")["x"].to_pylist(), warnings


CHANGES: list[tuple[str, list[Any], list[Any], str]] = [
    ("String(3)", ["abc", "abcd", None], ["abc", "abc", None], "[x]: cut to 3 characters: 1 value, first in record 2."),
    ("WString(3)", ["ab😀", "a😀"], ["ab", "a😀"], "[x]: cut to 3 characters: 1 value, first in record 1."),
    ("V_String(2)", ["é", "éàè", "abc"], ["é", "éà", "ab"], "[x]: cut to 2 characters: 2 values, first in record 2."),
    ("V_WString(2)", ["日本語", ""], ["日本", ""], "[x]: cut to 2 characters: 1 value, first in record 1."),
    (
        "V_String",
        ["é", "1 €", "😀 日"],
        ["é", "1 ?", "? ?"],
        "[x]: characters that a V_String cannot hold, written as '?' (a V_WString can): 2 values, first in record 2.",
    ),
    (
        "FixedDecimal(5.2)",
        [Decimal("12.34"), Decimal("-12.34"), Decimal("-1.20")],
        [Decimal("12.34"), None, Decimal("-1.20")],
        "[x]: more than 5 characters, written as null: 1 value, first in record 2.",
    ),
    (
        "Time",
        [datetime.time(1, 2, 3, 4), datetime.time(23, 59, 59)],
        [datetime.time(1, 2, 3), datetime.time(23, 59, 59)],
        "[x]: cut to whole seconds: 1 value, first in record 1.",
    ),
    (
        "DateTime",
        [datetime.datetime(1969, 12, 31, 23, 59, 59, 999_999)],
        [datetime.datetime(1969, 12, 31, 23, 59, 59)],
        "[x]: cut to whole seconds: 1 value, first in record 1.",
    ),
    (
        "Date",
        [datetime.date(1400, 1, 1), datetime.date(1399, 12, 31), None],
        [datetime.date(1400, 1, 1), datetime.date(1399, 12, 31), None],
        "[x]: before the year 1400, which Alteryx shows as null: 1 value, first in record 2.",
    ),
]


@pytest.mark.parametrize(("type_", "values", "expected", "warning"), CHANGES)
def test_values_that_change(tmp_path: Path, type_: str, values: list[Any], expected: list[Any], warning: str) -> None:
    assert through(tmp_path, type_, *values) == (expected, [warning])


def test_text_of_fixed_size_ends_at_a_null_character(tmp_path: Path) -> None:
    data = table("s: String(9), w: WString(9), v: V_WString", ["ab", "ab", "a\0b"], ["a\0b", "日\0本", "\0"])
    assert write(tmp_path / "file.yxdb", data) == [
        "[s]: with a character U+0000, which ends a String; readers cut there: 1 value, first in record 2.",
        "[w]: with a character U+0000, which ends a WString; readers cut there: 1 value, first in record 2.",
    ]
    assert read(tmp_path / "file.yxdb").to_pylist()[1] == {"s": "a", "w": "日", "v": "\0"}


def test_days_past_the_year_9999_become_null(tmp_path: Path) -> None:
    field = Field("x", FieldType.Date)
    days = pa.table([pa.array([2_932_896, 2_932_897], pa.int32()).cast(pa.date32())], schema_of(field))
    assert write(tmp_path / "file.yxdb", days) == [
        "[x]: not a Date that the format can hold, written as null: 1 value, first in record 2."
    ]
    assert read(tmp_path / "file.yxdb")["x"].to_pylist() == [datetime.date(9999, 12, 31), None]


def test_record_numbers_go_on_over_batches(tmp_path: Path) -> None:
    data = table("x: String(1)", *([text] for text in ["a", "b", "cc", "d", "ee"]))
    assert write(tmp_path / "file.yxdb", data, batch_rows=2) == [
        "[x]: cut to 1 character: 2 values, first in record 3."
    ]


def test_names_that_differ_in_case_only(tmp_path: Path) -> None:
    data = pa.table([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "A", "a2"])
    assert write(tmp_path / "file.yxdb", data) == [
        "The field 'A' was written as [A2].",
        "The field 'a2' was written as [a22].",
    ]
    assert read(tmp_path / "file.yxdb").to_pylist() == [{"a": 1, "A2": 2, "a22": 3}]


def test_a_name_that_no_xml_can_hold(tmp_path: Path) -> None:
    assert write(tmp_path / "file.yxdb", pa.table({"a\x01b": [1]})) == ["The field 'a\\x01b' was written as [a_b]."]


def test_bytes_left_over_under_a_null_are_not_written(tmp_path: Path) -> None:
    buffers = [
        pa.py_buffer(b"\x05"),
        pa.py_buffer(struct.pack("<4i", 0, 4, 10, 14)),
        pa.py_buffer(b"Bartsecret\xff\xfe??"),
    ]
    held = pa.Array.from_buffers(pa.string(), 2, buffers)
    assert held.to_pylist() == ["Bart", None]
    write(tmp_path / "file.yxdb", pa.table({"x": held}), compression=False)
    assert b"secret" not in (tmp_path / "file.yxdb").read_bytes().replace(b"\0", b"")
    assert read(tmp_path / "file.yxdb")["x"].to_pylist() == ["Bart", None]


def test_a_blob_over_its_size_is_refused(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "file.yxdb", schema_of(Field("x", FieldType.Blob, 3)))
    with pytest.raises(ToolError, match=r"Record 2: \[x\] has 4 bytes, its size allows 3"):
        writer.write(table("x: Blob(3)", [b"abc"], [b"abcd"]).to_batches()[0])
    writer.discard()


def test_arrays_of_another_type_than_the_field_says(tmp_path: Path) -> None:
    wide = pa.field("x", pa.int64(), metadata=Field("x", FieldType.Int32).arrow().metadata)
    write(tmp_path / "file.yxdb", pa.table([pa.array([7])], pa.schema([wide])))
    assert read(tmp_path / "file.yxdb").equals(table("x: Int32", [7]))
    with pytest.raises(
        ToolError, match=r"\[x\] is of type Int32, its values are int64: Integer value 4294967296 not in range"
    ):
        write(tmp_path / "file.yxdb", pa.table([pa.array([2**32])], pa.schema([wide])))


def test_no_fields(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="at least one field"):
        Writer(tmp_path / "file.yxdb", pa.schema([]))


def edited(tmp_path: Path, type_: str, value: Any, old: bytes, new: bytes) -> Reader:
    """A reader of a file with one value, in whose bytes `old` has become `new`."""
    path = tmp_path / "file.yxdb"
    write(path, table(f"x: {type_}", [value]), compression=False)
    assert path.read_bytes().count(old) == 1
    path.write_bytes(path.read_bytes().replace(old, new))
    return Reader(path)


@pytest.mark.parametrize(
    ("type_", "value", "old", "new", "expected", "warning"),
    [
        ("Date", datetime.date(2023, 2, 28), b"2023-02-28", b"2023-02-29", None, "not a Date"),
        ("Time", datetime.time(1, 2, 3), b"01:02:03", b"24:02:03", None, "not a Time"),
        ("DateTime", datetime.datetime(2023, 2, 28), b"28 00:00", b"28T00:00", None, "not a DateTime"),
        ("FixedDecimal(9.2)", Decimal("123.45"), b"123.45", b"12,345", None, "not a decimal number of this size"),
        ("FixedDecimal(9.2)", Decimal("123.45"), b"123.45", b"+23.4 ", Decimal("23.40"), ""),
        ("V_WString", "ab😀", "😀".encode("utf-16-le"), b"\x3d\xd8b\0", "ab\ufffdb", "half a character"),
    ],
)
def test_values_that_cannot_be_read(
    tmp_path: Path, type_: str, value: Any, old: bytes, new: bytes, expected: Any, warning: str
) -> None:
    reader = edited(tmp_path, type_, value, old, new)
    assert [record["x"] for batch in reader for record in batch.to_pylist()] == [expected]
    assert [text.partition(": ")[2].startswith(warning) for text in reader.warnings] == ([True] if warning else [])
