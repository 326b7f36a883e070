from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import schema_from, table
from engine.types import fields_of
from tools.in_out.formats import csv
from tools.in_out.formats.csv import ReadOptions, WriteOptions, Writer


def read(folder: Path, text: str | bytes, **options: Any) -> pa.Table:
    path = folder / "some.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    reader = csv.Reader(path, ReadOptions(**options))
    return pa.Table.from_batches(reader, schema=reader.schema)


def types(data: pa.Table) -> list[str]:
    return [str(field.type) for field in fields_of(data.schema)]


def write(folder: Path, data: pa.Table, **options: Any) -> bytes:
    writer = Writer(folder / "out.csv", data.schema, WriteOptions(**options))
    for batch in data.to_batches():
        writer.write(batch)
    writer.close()
    return (folder / "out.csv").read_bytes()


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (["1", "-2", ""], "Int64"),
        (["007"], "V_WString"),
        (["+49"], "V_WString"),
        (["1", "2.5"], "Double"),
        (["12345678901234567"], "V_WString"),
        (["9999999999999999"], "Int64"),
        (["true", "FALSE"], "Bool"),
        (["yes", "no"], "V_WString"),
        (["2024-01-31"], "Date"),
        (["2024-02-31"], "V_WString"),
        (["31/01/2024"], "V_WString"),
        (["12:30:00"], "Time"),
        (["2024-01-31 12:30:00", "2024-01-31T12:30:00.5"], "DateTime"),
        (["NA", "1"], "V_WString"),
        (["", ""], "V_WString"),
        (["0x1F"], "V_WString"),
    ],
)
def test_finds_types_that_lose_nothing(tmp_path: Path, values: list[str], type_: str) -> None:
    assert types(read(tmp_path, "x,k\n" + "".join(f"{value},\n" for value in values)))[0] == type_


@pytest.mark.parametrize(
    ("text", "options", "rows"),
    [
        ("a;b\n1,5;x\n", {}, [{"a": "1,5", "b": "x"}]),
        ("a\tb\n1\tx\n", {}, [{"a": 1, "b": "x"}]),
        ('"a,b";c\n1;2\n', {}, [{"a,b": 1, "c": 2}]),
        ('a,b\r\n1,"x\r\ny"\r\n', {}, [{"a": 1, "b": "x\r\ny"}]),
        ('a,b\n,""\n', {}, [{"a": None, "b": ""}]),
        ("a\nx\n\ny\n", {}, [{"a": "x"}, {"a": None}, {"a": "y"}]),
        ("a,b\n1,2\n\n3,4\n", {}, [{"a": 1, "b": 2}, {"a": 3, "b": 4}]),
        ("junk\na,b\n1,2\n", {"start_line": 2}, [{"a": 1, "b": 2}]),
        ("1,2\n", {"header": False}, [{"Field_1": 1, "Field_2": 2}]),
        ("a, b\n1,2\n", {}, [{"a": 1, "b": 2}]),
        ("a,A,\n1,2,3\n", {}, [{"a": 1, "A2": 2, "Field_3": 3}]),
        ("a,b\n007,1\n", {"types": {"A": "Int32"}}, [{"a": 7, "b": 1}]),
        ("a,b\n1,2\n", {"types": "text"}, [{"a": "1", "b": "2"}]),
        ("a,b\n'x,y',\"z\n", {"quote": "'"}, [{"a": "x,y", "b": '"z'}]),
        ('a,b\n5" pipe,"x"\n', {"quote": ""}, [{"a": '5" pipe', "b": '"x"'}]),
        ("\ufeffa,b\n1,2\n", {}, [{"a": 1, "b": 2}]),
        ("a,b\n1,ü\n".encode("cp1252"), {"encoding": "cp1252"}, [{"a": 1, "b": "ü"}]),
        ("a,b\n1,あ\n".encode("utf-16"), {}, [{"a": 1, "b": "あ"}]),
        ("a,b", {}, []),
        ("a,b\n1\n2,3\n", {"bad_records": "skip"}, [{"a": 2, "b": 3}]),
    ],
)
def test_reads(tmp_path: Path, text: str | bytes, options: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    assert read(tmp_path, text, **options).to_pylist() == rows


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", {}, "is empty"),
        ("a,b\n1,2\n\n3\n", {}, "line 4: expected 2 values, found 1."),
        ('a,b\n"x\ny",2\n3,4,5\n', {}, "line 4: expected 2 values, found 3."),
        ("a,b\n1,ü\n".encode("latin-1"), {}, "not written in utf-8"),
        (b"a,b\n1,\x81\n", {"encoding": "cp1252"}, "not written in cp1252"),
        ('a,b\n1,"x\n2,y\n', {}, "a quote in the record of line 2 is never closed"),
        ("a,b\n1,x\n", {"types": {"b": "Int32"}}, "line 2, field [b]: 'x' is no Int32"),
        ("a,b\n1,x\n", {"types": {"c": "Int32"}}, "No field [c]"),
        ("a,b\n1,x\n", {"types": {"b": "Integer"}}, "[b] has the type 'Integer'"),
    ],
)
def test_says_what_is_wrong(tmp_path: Path, text: str | bytes, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ToolError) as caught:
        read(tmp_path, text, **options)
    assert message in str(caught.value)


@pytest.mark.parametrize("late", ["1.5", "007", "x", "-0", " 7", "0x3B9ACA00", "99999999999999999999"])
def test_a_late_value_of_another_type_is_named_never_changed(tmp_path: Path, late: str) -> None:
    text = "a,b\n" + "".join(f'{number},"two\nlines"\n' for number in range(20_000)) + f"{late},end\n"
    with pytest.raises(ToolError, match=rf"line 40002, field \[a\]: '{late}' is no Int64") as caught:
        read(tmp_path, text)
    assert "V_WString" in caught.value.hint
    assert read(tmp_path, text, types={"a": "V_WString"})["a"][-1].as_py() == late


@pytest.mark.parametrize(
    ("values", "expected"), [("2.5,2024-01-31", 2.5), (' 3.5\t," 2024-01-31"', 3.5), ('"",2024-01-31', None)]
)
def test_numbers_and_dates_are_read_the_same_wherever_they_stand(tmp_path: Path, values: str, expected: object) -> None:
    text = "a,b\n" + "1.5,2024-01-31\n" * 400_000 + f'"",""\n{values}\n'
    found = read(tmp_path, text)
    assert types(found) == ["Double", "Date"]
    assert found.num_rows == 400_002
    assert found["a"][-1].as_py() == expected
    assert found["b"][-1].as_py() == date(2024, 1, 31)


def test_a_late_number_that_is_none_is_named(tmp_path: Path) -> None:
    text = "a,b\n" + "1.5,2024-01-31\n" * 400_000 + "1.5,2024-02-30\n"
    with pytest.raises(ToolError, match=r"line 400002, field \[b\]: '2024-02-30' is no Date"):
        read(tmp_path, text)


def test_whole_numbers_of_any_length_come_back(tmp_path: Path) -> None:
    powers = [10**n for n in range(19)]
    numbers = [0, *powers, *(n - 1 for n in powers), *(-n for n in powers), -(2**63), 2**63 - 1]
    text = "a,b\n" + "1,x\n" * 20_000 + "".join(f"{number},\n" for number in numbers)
    assert read(tmp_path, text)["a"][20_000:].to_pylist() == numbers


def test_says_how_many_records_were_left_out(tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text("a,b\n1\n2,3\n4,5,6\n")
    reader = csv.Reader(tmp_path / "some.csv", ReadOptions(bad_records="skip"))
    assert sum(batch.num_rows for batch in reader) == 1
    assert reader.warnings == ["some.csv: 2 records with too few or too many values were left out."]


def test_reads_some_fields_and_some_records(tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text("a,b,c\n1,2,3\n4,5,6\n7,8,9\n")
    reader = csv.Reader(tmp_path / "some.csv", fields=["c", "A"], limit=2)
    assert pa.Table.from_batches(reader).to_pylist() == [{"c": 3, "a": 1}, {"c": 6, "a": 4}]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 'a b,n\n"x,""y""",1.5\n"",\n,2\n s ,\n'),
        ({"header": False, "delimiter": "|"}, '"x,""y"""|1.5\n""|\n|2\n s |\n'),
        ({"quote": "always"}, '"a b","n"\n"x,""y""","1.5"\n"",\n,"2"\n" s ",\n'),
        ({"line_ending": "crlf"}, 'a b,n\r\n"x,""y""",1.5\r\n"",\r\n,2\r\n s ,\r\n'),
        ({"bom": True}, '\ufeffa b,n\n"x,""y""",1.5\n"",\n,2\n s ,\n'),
    ],
)
def test_writes(tmp_path: Path, options: dict[str, Any], expected: str) -> None:
    data = table("a b: V_WString, n: Double", ['x,"y"', 1.5], ["", None], [None, 2.0], [" s ", None])
    assert write(tmp_path, data, **options).decode() == expected


def test_writes_other_encodings_as_one_text(tmp_path: Path) -> None:
    data = pa.concat_tables([table("a: V_WString", ["ü"]), table("a: V_WString", ["あ"])])
    assert write(tmp_path, data, encoding="utf-16").decode("utf-16") == "a\nü\nあ\n"
    with pytest.raises(ToolError, match="'あ' cannot be written in latin-1"):
        write(tmp_path, data, encoding="latin-1")


def test_refuses_what_needs_quotes_where_they_are_forbidden(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="needs quotes"):
        write(tmp_path, table("a: V_WString, b: V_WString", ["x,y", ""]), quote="never")


def test_refuses_blobs(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"cannot hold \[image\]"):
        csv.check_fields(schema_from("image: Blob"))


def test_text_of_any_kind_comes_back(tmp_path: Path) -> None:
    random.seed(1)
    rows = [
        ["".join(random.choices('ab,;"\n\r\t é', k=random.randrange(6))), None, ""][number % 3] for number in range(99)
    ]
    data = table("a: V_WString, b: V_WString", *([row, "end"] for row in rows))
    write(tmp_path, data)
    reader = csv.Reader(tmp_path / "out.csv", ReadOptions(types="text"))
    assert pa.Table.from_batches(reader).to_pylist() == data.to_pylist()


def test_names_that_look_like_several_come_back(tmp_path: Path) -> None:
    data = table("a;b|c: Int64", [1], [None])
    assert write(tmp_path, data) == b'"a;b|c"\n1\n\n'
    assert read(tmp_path, b'"a;b|c"\n1\n\n').to_pylist() == data.to_pylist()


def test_a_nul_in_a_name_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="as where the file is written in UTF-16"):
        read(tmp_path, "a,b\n1,2\n".encode("utf-16-le"))
