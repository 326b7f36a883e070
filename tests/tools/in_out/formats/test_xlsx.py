from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import table
from engine.types import fields_of
from tools.in_out.formats import xlsx
from tools.in_out.formats.xlsx import ReadOptions, WriteOptions, Writer


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in [
        ["whole", "real", "mixed", "day", "when", "span", "whole", None],
        [1, 1.5, "x", date(2024, 1, 31), datetime(2024, 1, 31, 12), timedelta(hours=30), "#N/A", "y"],
        [None, 2, 3, None, datetime(2024, 1, 31), None, None, None],
    ]:
        sheet.append(row)
    notes = made.create_sheet("Notes")
    notes["A3"] = "text"
    notes["A4"] = 7
    made.create_sheet("Empty")
    made.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def read(path: Path, **options: Any) -> pa.Table:
    reader = xlsx.Reader(path, ReadOptions(**options))
    return pa.Table.from_batches(reader, schema=reader.schema)


def test_each_column_gets_the_type_of_all_its_cells(book: Path) -> None:
    data = read(book)
    assert {field.name: str(field.type) for field in fields_of(data.schema)} == {
        "whole": "Int64",
        "real": "Double",
        "mixed": "V_WString",
        "day": "Date",
        "when": "DateTime",
        "span": "V_WString",
        "whole2": "V_WString",
        "Field_8": "V_WString",
    }
    first, second = data.to_pylist()
    assert list(first.values()) == [1, 1.5, "x", date(2024, 1, 31), datetime(2024, 1, 31, 12), "30:00:00", None, "y"]
    assert list(second.values()) == [None, 2.0, "3", None, datetime(2024, 1, 31), None, None, None]


def test_everything_may_stay_text(book: Path) -> None:
    assert list(read(book, types="text").to_pylist()[0].values())[:4] == ["1", "1.5", "x", "2024-01-31"]


def test_a_sheet_may_begin_further_down(book: Path) -> None:
    assert read(book, sheet="Notes").to_pylist() == [{"text": 7}]
    assert read(book, sheet="Notes", start_row=4, header=False).to_pylist() == [{"Field_1": 7}]


def test_a_changed_file_is_read_anew(book: Path) -> None:
    assert read(book, sheet="Notes").num_rows == 1
    changed = openpyxl.load_workbook(book)
    changed["Notes"].append(["more"])
    changed.save(book)
    assert read(book, sheet="Notes").to_pylist() == [{"text": "7"}, {"text": "more"}]


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        ("Note", "no sheet 'Note'; it has Sheet, Notes, Empty. Did you mean 'Notes'"),
        ("Empty", "'Empty' of .* is empty"),
    ],
)
def test_says_what_is_wrong(book: Path, sheet: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        read(book, sheet=sheet)


def test_refuses_what_is_no_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("no")
    with pytest.raises(ToolError, match="cannot be read as a spreadsheet"):
        read(tmp_path / "x.xlsx")


def write(folder: Path, data: pa.Table, **options: Any) -> Writer:
    writer = Writer(folder / "x.xlsx", data.schema, WriteOptions(**options))
    try:
        for batch in data.to_batches():
            writer.write(batch)
    except ToolError:
        writer.discard()
        raise
    writer.close()
    return writer


def test_text_stays_text_and_numbers_keep_their_digits(tmp_path: Path) -> None:
    data = table(
        "text: V_WString, number: Int64, day: Date",
        ["=1+1", 10**15 + 1, date(1850, 1, 1)],
        ["#REF!", 2, None],
        ["a\x0bb", None, None],
    )
    writer = write(tmp_path, data, sheet="Data")
    assert writer.warnings == ["2 numbers of more than 15 digits or dates before 1900 were written as text."]
    assert read(tmp_path / "x.xlsx", sheet="Data").to_pylist() == [
        {"text": "=1+1", "number": "1000000000000001", "day": "1850-01-01"},
        {"text": "#REF!", "number": "2", "day": None},
        {"text": "a\x0bb", "number": None, "day": None},
    ]


def test_times_come_back(tmp_path: Path) -> None:
    data = table("at: Time", [time(12, 30)])
    write(tmp_path, data)
    assert read(tmp_path / "x.xlsx").to_pylist() == data.to_pylist()


def test_refuses_what_no_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ToolError, match=r"Record 1, field \[a\]: the text has 32,768 characters"):
        write(tmp_path, table("a: V_WString", ["x" * 32_768]))
    monkeypatch.setattr(xlsx, "_MAX_ROWS", 2)
    with pytest.raises(ToolError, match="A sheet has 2 rows"):
        write(tmp_path, table("a: V_WString", ["x"], ["y"]))


@pytest.mark.parametrize("name", ["a/b", "", "x" * 32])
def test_refuses_names_that_no_sheet_can_have(name: str) -> None:
    with pytest.raises(ValidationError, match="a sheet's name has 1 to 31 characters"):
        WriteOptions(sheet=name)
