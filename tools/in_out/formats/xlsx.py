"""Spreadsheets: reads .xlsx, .xlsm, .xls, .xlsb and .ods, writes .xlsx."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import field_validator

from engine.errors import ToolError, did_you_mean, listed
from engine.tool import Choice, Config
from engine.types import Field, FieldType
from tools.in_out._text import Misfit
from tools.in_out.formats._fields import refuse_blobs, unique_names
from tools.in_out.formats._guessing import GuessingReader
from tools.in_out.formats._values import as_text, column, guess_type

EXTENSIONS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
WRITES = (".xlsx",)
GUESSES_TYPES = True
_BATCH_ROWS = 8192
_MAX_ROWS = 1_048_576
_MAX_TEXT = 32_767
_EXACT = 10**15  # beyond this a spreadsheet changes the last digits of a number


class ReadOptions(Config):
    sheet: Choice | None = None
    """The sheet to read; the first where left out."""
    header: bool = True
    """Whether the first row holds the field names."""
    start_row: int = ConfigField(default=1, ge=1)
    """The row to begin with, counted from 1 as on the sheet; empty rows and columns before the first cell are passed
    over."""
    types: Literal["infer", "text"] = "infer"
    """`infer` finds a type for each column from all of its cells, `text` makes everything text."""


class WriteOptions(Config):
    sheet: str = "Sheet1"
    """The name of the sheet."""

    @field_validator("sheet")
    @classmethod
    def _allowed(cls, name: str) -> str:
        if not 1 <= len(name) <= 31 or set(name) & set(r"\/*?:[]"):
            raise ValueError(f"a sheet's name has 1 to 31 characters, and none of \\ / * ? : [ ], not {name!r}")
        return name


def check_fields(schema: pa.Schema) -> None:
    """Refuse what a sheet cannot hold."""
    refuse_blobs(schema, "A spreadsheet")


def choices(option: str, path: Path) -> list[str]:
    """The names of the sheets, for the option `sheet`."""
    from python_calamine import CalamineWorkbook

    with _explained(path):
        return CalamineWorkbook.from_path(path).sheet_names if option == "sheet" else []


class Reader(GuessingReader[ReadOptions]):
    """A sheet as record batches. A column of one kind of values gets its type, one of several becomes text.

    Empty cells and cells that show an error are null.

    Raises:
        ToolError: the file is missing, is no spreadsheet, or has no such sheet.
    """

    Options = ReadOptions

    def _found(self) -> list[Field]:
        with _explained(self.path):
            stat = self.path.stat()
            return _fields(self.path, self._options, stat.st_mtime_ns, stat.st_size)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        with _explained(self.path):
            _, _, records = _open(self.path, self._options)
        records = islice(records, self._limit)
        done = 0
        while rows := list(islice(records, _BATCH_ROWS)):
            yield self._batch(rows, done)
            done += len(rows)

    def _batch(self, rows: list[list[Any]], before: int) -> pa.RecordBatch:
        names = [field.name for field in self._every]

        def made(field: Field) -> pa.Array:
            place = names.index(field.name)
            try:
                return column([row[place] for row in rows], field)
            except Misfit as misfit:
                raise ToolError(
                    f"{self.path}, record {before + misfit.row + 1}, field [{field.name}]: {misfit}.",
                    hint="The first of the files has another type there; `xlsx: {types: text}` reads all as text.",
                    setting="xlsx.types",
                ) from None

        return self._made(len(rows), made)


@lru_cache(maxsize=32)
def _fields(path: Path, options: ReadOptions, mtime_ns: int, size: int) -> list[Field]:
    """The fields of a sheet: all of it must be read to know them, so they are remembered until the file changes."""
    names, width, records = _open(path, options)
    if options.types == "text":
        return [Field(name, FieldType.V_WString) for name in names]
    rows = list(records)
    return [
        Field(name, guess_type((row[place] for row in rows), dates_in_text=False))
        for place, name in zip(range(width), names, strict=True)
    ]


def _open(path: Path, options: ReadOptions) -> tuple[list[str], int, Iterator[list[Any]]]:
    """The field names of a sheet, their number, and its records."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    name = options.sheet or next(iter(book.sheet_names), "")
    if name not in book.sheet_names:
        raise ToolError(
            f"{path} has no sheet '{name}'; it has {listed(book.sheet_names)}.",
            hint=did_you_mean(name, book.sheet_names),
            setting="xlsx.sheet",
        )
    sheet = book.get_sheet_by_name(name)
    left = (sheet.start or (0, 0))[1]
    rows = (row[left:] for row in islice(sheet.iter_rows(), options.start_row - 1, None))
    first = next((row for row in rows if any(cell != "" for cell in row)), None)
    if first is None:
        raise ToolError(f"The sheet '{name}' of {path} is empty.", setting="path")
    head = [as_text(_value(cell)) if cell != "" else "" for cell in first] if options.header else [""] * len(first)
    body = rows if options.header else _with_first(first, rows)
    return unique_names(head), len(head), (list(map(_value, row)) for row in body)


def _with_first(first: list[Any], rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield first
    yield from rows


def _value(cell: Any) -> Any:
    """A cell as a value: empty is null, numbers without decimals are whole, durations are text such as 30:00:00."""
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return cell


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except FileNotFoundError:
        raise ToolError(f"There is no file {path}.", setting="path") from None
    except PasswordError:
        raise ToolError(f"{path} is protected by a password.", hint="Save it without one.", setting="path") from None
    except (CalamineError, OSError) as error:
        raise ToolError(f"{path} cannot be read as a spreadsheet: {error}.", setting="path") from None


class Writer:
    """A sheet, written row by row.

    Whole numbers of more than 15 digits and dates before 1900, which a spreadsheet would change, are written as text.

    Raises:
        ToolError: more rows than a sheet has, or a text longer than a cell takes.
    """

    def __init__(self, path: Path, schema: pa.Schema, options: WriteOptions | None = None) -> None:
        from openpyxl import Workbook

        check_fields(schema)
        self.warnings: list[str] = []
        self._path = path
        self._names = schema.names
        self._rows = 0
        self._as_text = 0
        self._saved = False
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet((options or WriteOptions()).sheet)
        self._append(self._names)

    def write(self, batch: pa.RecordBatch) -> None:
        for row in zip(*(array.to_pylist() for array in batch.columns), strict=True):
            self._append(row)

    def _append(self, row: Any) -> None:
        self._rows += 1
        if self._rows > _MAX_ROWS:
            raise ToolError(
                f"A sheet has {_MAX_ROWS:,} rows, and there are more records.", hint="Write .csv, .parquet or .yxdb."
            )
        self._sheet.append([self._cell(value, name) for value, name in zip(row, self._names, strict=True)])

    def _cell(self, value: Any, name: str) -> Any:
        if isinstance(value, str):
            return self._text(value, name)
        if isinstance(value, float) and not math.isfinite(value):
            return None
        too_long = isinstance(value, int) and abs(value) >= _EXACT
        if too_long or (isinstance(value, dt.date) and value.year < 1900):
            self._as_text += 1
            return as_text(value)
        return value

    def _text(self, value: str, name: str) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        if len(value) > _MAX_TEXT:
            raise ToolError(
                f"Record {self._rows - 1}, field [{name}]: the text has {len(value):,} characters; "
                f"a cell takes {_MAX_TEXT:,}.",
                hint="Write .csv, .parquet or .yxdb, or shorten it with Left().",
            )
        value = ILLEGAL_CHARACTERS_RE.sub(lambda match: f"_x{ord(match[0]):04X}_", value)
        if value[:1] not in ("=", "#"):
            return value
        cell = WriteOnlyCell(self._sheet, value)
        cell.data_type = "s"  # text stays text, also where it looks like a formula or an error
        return cell

    def discard(self) -> None:
        if not self._saved:
            self._sheet.close()

    def close(self) -> None:
        self._saved = True
        self._book.save(self._path)
        if self._as_text:
            self.warnings.append(
                f"{self._as_text:,} numbers of more than 15 digits or dates before 1900 were written as text."
            )
