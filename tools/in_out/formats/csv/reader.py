"""Reading delimited text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

import pyarrow as pa

from engine.errors import ToolError
from engine.types import Field, FieldType, fields_of, find_field, parse_field, schema_of
from tools.in_out._text import Misfit, convert, guess
from tools.in_out.formats._compressed import PACKED, open_unpacked, unpacking
from tools.in_out.formats._fields import unique_names
from tools.in_out.formats.csv.options import ReadOptions
from tools.in_out.formats.csv.pieces import Piece, Pieces, side_by_side

SAMPLE_RECORDS = 20_000
_BLOCK = 4 << 20  # bytes that are parsed at a time; a record must fit
_PIECE = 2 << 20  # bytes of a piece of several that are parsed at once
_SAMPLE_BLOCK = 1 << 18  # for the sample: Arrow reads several blocks ahead, whether they are wanted or not
_DELIMITERS = ",;\t|"
_ASCII_BASED = ("utf-8", "ascii", "cp125", "iso8859-")  # so begin encodings in which a byte below 128 is that character
_PARSED = (FieldType.Double, FieldType.Date, FieldType.DateTime)


class Reader:
    """A delimited text file as record batches.

    Arrow's parser makes numbers and dates itself; what it refuses is read once more as text and then converted, so
    that a wrong value is found with its line. A value that is not there is null, quotes with nothing between (`""`)
    an empty text.

    Args:
        path: the file.
        options: how it is written.
        fields: which fields to read, in which order; all of them if None.
        limit: how many records to read at most.
        types: fields to read as they are given here, whatever they look like: those of the first of several files.

    Raises:
        ToolError: the file is missing or empty, or not written as the options say.
    """

    def __init__(
        self,
        path: Path,
        options: ReadOptions | None = None,
        *,
        fields: list[str] | None = None,
        limit: int | None = None,
        types: pa.Schema | None = None,
    ) -> None:
        self.path = path
        self.warnings: list[str] = []
        self.wanted: Collection[str] | None = None
        """The fields that are needed from now on, if not all: what is not may be null, and is not looked at."""
        self._options = options or ReadOptions()
        self._limit = limit
        self._skipped: list[int | None] = []  # their numbers, where Arrow tells them
        self._encoding = _encoding_of(path, self._options.encoding)
        self._delimiter = self._options.delimiter or self._find_delimiter()
        self._names = self._read_names()
        self._chosen = self._names
        if fields is not None:
            named = pa.schema([pa.field(name, pa.string()) for name in self._names])
            self._chosen = [find_field(named, name, setting="fields").name for name in fields]
        self._fields = self._find_types(types)
        self.schema: pa.Schema = schema_of(*self._fields)

    # What the file looks like

    def _find_delimiter(self) -> str:
        with self._explained(), self._open() as file:
            line = file.readline(_BLOCK)
        quote = self._options.quote
        bare = re.sub(f"{quote}[^{quote}]*{quote}", "", line) if quote else line
        return max(_DELIMITERS, key=bare.count)  # the comma where there is none at all

    def _open(self) -> TextIO:
        """The file as text, at the line to start with."""
        file = io.TextIOWrapper(open_unpacked(self.path), encoding=self._encoding, newline="")
        for _ in range(self._options.start_line - 1):
            file.readline()
        return file

    def _read_names(self) -> list[str]:
        records = self._records()
        first = next(filter(None, records), None)
        if first is None:
            raise ToolError(f"{self.path} has no line {self._options.start_line}: it is empty.", setting="path")
        if self._options.header and any("\0" in name for name in first):  # Arrow would skip a record too many
            raise ToolError(
                f"{self.path}: a name of a field holds a NUL character, as where the file is written in UTF-16.",
                hint="Set `csv: {encoding: utf-16}`.",
                setting="csv.encoding",
            )
        self._has_records = not self._options.header or next(records, None) is not None
        return unique_names(name.strip() if self._options.header else "" for name in first)

    def _records(self) -> Iterator[list[str]]:
        """The records by Python's own reader: slow, but it knows the line it is in."""
        csv.field_size_limit(_BLOCK)
        quote = self._options.quote
        dialect: dict[str, Any] = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
        with self._explained(), self._open() as file:
            self._lines = csv.reader(file, delimiter=self._delimiter, **dialect)
            yield from self._lines

    def _find_types(self, types: pa.Schema | None) -> list[Field]:
        known = {} if types is None else {field.name: field for field in fields_of(types)}
        wanted = self._options.types
        if isinstance(wanted, dict):
            schema = pa.schema([pa.field(name, pa.string()) for name in self._names])
            for name, type_text in wanted.items():
                setting = f"csv.types.{name}"
                own = find_field(schema, name, setting=setting).name
                known.setdefault(own, parse_field(own, type_text, setting=setting))
            self._settled = {find_field(schema, name).name for name in wanted}
        else:
            self._settled = set()
        unknown = [name for name in self._chosen if name not in known]
        if wanted == "text" or not unknown:
            guessed = dict.fromkeys(unknown, FieldType.V_WString)
        else:
            sample = self._sample(unknown)
            guessed = {name: guess(sample[name]) for name in unknown}
        return [known.get(name) or Field(name, guessed[name]) for name in self._chosen]

    def _sample(self, names: list[str], block: int = _SAMPLE_BLOCK) -> pa.Table:
        batches, count = [], 0
        try:
            for batch in self._streamed(dict.fromkeys(names, pa.string()), block):
                batches.append(batch)
                count += batch.num_rows
                if count >= SAMPLE_RECORDS:
                    break
        except _LargeRecord:
            if block == _BLOCK:
                raise
            return self._sample(names, _BLOCK)
        schema = pa.schema([pa.field(name, pa.string()) for name in names])
        return pa.Table.from_batches(batches, schema=schema).slice(0, SAMPLE_RECORDS)

    # Its records

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        done = 0
        last = None
        for batch in self._typed_batches():
            batch = batch if self._limit is None else batch.slice(0, self._limit - done)
            yield batch
            done += batch.num_rows
            last = batch if batch.num_rows else last
            if done == self._limit:
                break
        else:
            self._check_end(last)
        if self._skipped:
            self.warnings.append(
                f"{self.path.name}: {len(self._skipped):,} records with too few or too many values were left out."
            )

    def _typed_batches(self) -> Iterator[pa.RecordBatch]:
        done = 0
        try:
            try:
                for batch in self._batches({field.name: _parsed_type(field) for field in self._fields}, self._typed):
                    yield batch
                    done += batch.num_rows
            except _Misread:
                known, done = done, 0
                for batch in self._batches(dict.fromkeys(self._chosen, pa.string()), self._typed):
                    new = batch.slice(max(0, known - done))
                    done += batch.num_rows
                    if new.num_rows:
                        yield new
        except Misfit as misfit:
            raise self._misfit(misfit, done + misfit.row) from None

    def _typed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = []
        for field in self._fields:
            if field.name not in batch.schema.names:
                columns.append(pa.nulls(batch.num_rows, field.arrow_type))
                continue
            column = batch[field.name]
            if column.type == pa.string():
                column = convert(column, field, guessed=field.name not in self._settled)
            columns.append(column)
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _batches(
        self, types: dict[str, pa.DataType], become: Callable[[pa.RecordBatch], pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """The records from the first: the fields by their names, as Arrow reads them, and then as `become` says."""
        self._skipped = []
        if not self._has_records:
            return
        begin, is_whole = 0, False
        if self._can_be_cut:
            with self._explained(), open_unpacked(self.path) as file:
                pieces = Pieces(file, self._delimiter.encode(), self._options.quote.encode(), _PIECE)
                yield from side_by_side(lambda piece: become(self._parsed(piece, types)), pieces)
            begin, is_whole = pieces.end, pieces.is_whole
        if not is_whole:
            yield from map(become, self._streamed(types, begin=begin))

    @property
    def _can_be_cut(self) -> bool:
        options = self._options
        is_lucid = self._encoding.startswith(_ASCII_BASED) and self._delimiter != options.quote
        return is_lucid and options.start_line == 1

    def _parsed(self, piece: Piece, types: dict[str, pa.DataType]) -> pa.RecordBatch:
        from pyarrow import csv as arrow_csv

        if self.wanted is not None:  # the last field always: see _check_end
            types = {name: type_ for name, type_ in types.items() if name in self.wanted or name == self._chosen[-1]}
        block = 3 * len(piece.data) + 1  # in utf-8, a byte of another encoding may become three
        options = self._arrow_options(types, block, at_start=piece.begin == 0)
        table = arrow_csv.read_csv(pa.py_buffer(piece.data), *options)
        (batch,) = table.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]
        return batch

    def _streamed(self, types: dict[str, pa.DataType], block: int = _BLOCK, begin: int = 0) -> Iterator[pa.RecordBatch]:
        """The records from a place in the file on, one block after the other."""
        from pyarrow import csv as arrow_csv

        if not self._has_records:
            return
        options = self._arrow_options(types, block, at_start=begin == 0)
        is_packed = self.path.suffix.lower() in PACKED
        with self._explained(), open_unpacked(self.path) if is_packed else pa.OSFile(str(self.path)) as file:
            if begin:
                file.seek(begin)
            with arrow_csv.open_csv(file, *options) as reader:
                yield from reader

    def _arrow_options(self, types: dict[str, pa.DataType], block: int, at_start: bool) -> tuple[Any, Any, Any]:
        from pyarrow import csv as arrow_csv

        options = self._options
        read = arrow_csv.ReadOptions(
            block_size=block,
            use_threads=False,
            column_names=self._names,
            skip_rows=options.start_line - 1 if at_start else 0,
            skip_rows_after_names=int(options.header and at_start),
            encoding=self._encoding.removesuffix("-sig"),  # Arrow's own, and fast, way for utf-8
        )
        parse = arrow_csv.ParseOptions(
            delimiter=self._delimiter,
            quote_char=options.quote or False,
            newlines_in_values=bool(options.quote),
            ignore_empty_lines=len(self._names) > 1,
            invalid_row_handler=self._on_bad_record,
        )
        become = arrow_csv.ConvertOptions(
            include_columns=list(types),
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )
        return read, parse, become

    def _on_bad_record(self, row: Any) -> Literal["skip", "error"]:
        self._skipped.append(row.number)
        return "skip" if self._options.bad_records == "skip" else "error"

    # What can be wrong with it

    def _misfit(self, misfit: Misfit, record: int) -> ToolError:
        name = misfit.field.name
        line = self._line_of(lambda number, _: number == record)
        if name in self._settled:
            hint = "Change the value or the type."
        else:
            hint = f"The type was found from the records before; settle it: `csv: {{types: {{{name}: V_WString}}}}`."
        return ToolError(f"{self.path}, {line}, field [{name}]: {misfit}.", hint=hint, setting="csv.types")

    def _line_of(self, is_it: Callable[[int, list[str]], bool]) -> str:
        """Where a record begins, found by reading the file once more; `is_it` gets its number and values."""
        number, line = -int(self._options.header), self._options.start_line
        for values in self._records():
            if is_it(number, values):
                return f"line {line}"
            counts = self._is_right(values) or self._options.bad_records == "stop"
            number += counts and bool(values or len(self._names) == 1)
            line = self._options.start_line + self._lines.line_num
        return f"record {number + 1}"

    def _is_right(self, values: list[str]) -> bool:
        return not values or len(values) == len(self._names)

    def _check_end(self, last: pa.RecordBatch | None) -> None:
        """A quote that is never closed swallows the rest of the file; refuse that."""
        if last is None or not self._options.quote or last.schema.names[-1] != self._names[-1]:
            return
        value = last.columns[-1][-1].as_py()
        if not isinstance(value, str) or "\n" not in value:
            return
        with open_unpacked(self.path) as file:
            file.seek(max(0, _length(file) - 65_536))
            end = file.read().replace(b"\0", b"").rstrip(b"\r\n")
        if not end.endswith(self._options.quote.encode()):
            wrong = self._line_of(lambda _, values: values[-1:] == [value])
            raise ToolError(
                f"{self.path}: a quote in the record of {wrong} is never closed.",
                hint='Close it, or set `csv: {quote: ""}` if quotes mean nothing here.',
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            with unpacking(self.path):
                yield
        except FileNotFoundError:
            raise ToolError(f"There is no file {self.path}.", setting="path") from None
        except UnicodeError as error:
            raise self._wrong_encoding(str(error)) from None
        except csv.Error as error:
            raise ToolError(f"{self.path} cannot be read: {error}.") from None
        except pa.ArrowInvalid as error:
            raise self._arrow_problem(str(error)) from None

    def _arrow_problem(self, text: str) -> ToolError:
        if "UTF8" in text:
            return self._wrong_encoding(text.rpartition(": ")[2])
        if "straddling" in text:
            return _LargeRecord(
                f"{self.path} has a record of more than {_BLOCK >> 20} MiB.",
                hint="Probably a quote is never closed; a file with such values is better kept as .yxdb or .parquet.",
            )
        if "conversion error" in text:
            return _Misread(f"{self.path} cannot be read: {text}")
        if "Expected" in text:
            where = self._line_of(lambda _, values: not self._is_right(values))
            counts = text.partition("Expected ")[2].partition(":")[0].replace("columns, got", "values, found")
            return ToolError(
                f"{self.path}, {where}: expected {counts}.",
                hint="Mend the line, set the delimiter, or leave such records out: `csv: {bad_records: skip}`.",
                setting="csv",
            )
        return ToolError(f"{self.path} cannot be read: {text}")

    def _wrong_encoding(self, reason: str) -> ToolError:
        return ToolError(
            f"{self.path} is not written in {self._encoding} ({reason}).",
            hint="Set another: `csv: {encoding: cp1252}` fits most files from Windows.",
            setting="csv.encoding",
        )


class _LargeRecord(ToolError):
    """A record is larger than a block."""


class _Misread(ToolError):
    """Arrow's parser refuses a value."""


def _parsed_type(field: Field) -> pa.DataType:
    """The type as which Arrow parses a field: its own where what it takes loses nothing (of `007` it does), or text."""
    return field.arrow_type if field.type in _PARSED else pa.string()


def _encoding_of(path: Path, wanted: str) -> str:
    """The encoding that is asked for, unless the file begins with the mark of another."""
    try:
        with unpacking(path), open_unpacked(path) as file:
            start = file.read(4)
    except FileNotFoundError:
        raise ToolError(f"There is no file {path}.", setting="path") from None
    except OSError as error:
        raise ToolError(f"{path} cannot be read: {error.strerror}.", setting="path") from None
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else codecs.lookup(wanted).name


def _length(file: BinaryIO) -> int:
    """How many bytes a file has; what is packed must be unpacked for it."""
    try:
        return file.seek(0, 2)
    except ValueError:  # gzip and bz2 seek forward only, by reading
        return sum(map(len, iter(lambda: file.read(1 << 20), b"")))
