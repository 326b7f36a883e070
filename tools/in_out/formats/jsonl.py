"""JSON lines, one JSON object a line; and .json files, which are read: a list of objects, or one after the other."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.errors import ToolError, listed
from engine.tool import Config
from engine.types import DATES, Field, FieldType, fields_of
from tools.in_out._text import Misfit, to_text
from tools.in_out.formats._compressed import open_unpacked, unpacking, with_packed
from tools.in_out.formats._fields import refuse_blobs, unique_names
from tools.in_out.formats._guessing import GuessingReader
from tools.in_out.formats._json_values import read, values
from tools.in_out.formats._values import column, guess_type

EXTENSIONS = with_packed(".jsonl", ".ndjson", ".json")
WRITES = (".jsonl", ".ndjson")
GUESSES_TYPES = True
_BATCH_ROWS = 8192


class ReadOptions(Config):
    sample: int = ConfigField(default=20_000, ge=0)
    """How many records to look at to find the fields and their types; 0 looks at all."""


def check_fields(schema: pa.Schema) -> None:
    """Refuse what JSON cannot hold."""
    refuse_blobs(schema, "JSON")


class Reader(GuessingReader[ReadOptions]):
    """A file of JSON lines as record batches. Objects and lists inside become JSON text; a missing key is null.

    Raises:
        ToolError: the file is missing, or a line is no JSON object or does not fit the fields.
    """

    Options = ReadOptions

    def _found(self) -> list[Field]:
        columns = self._sample()
        self._keys = dict(zip(columns, unique_names(columns), strict=True))
        return [Field(name, guess_type(columns[key], dates_in_text=True)) for key, name in self._keys.items()]

    def _sample(self) -> dict[str, list[Any]]:
        """The values of the first records that are there, by key, in the order in which keys appear."""
        columns: dict[str, list[Any]] = {}
        for _, record in islice(self._records(), self._options.sample or None):
            for key, value in record.items():
                columns.setdefault(key, []).append(value)
        if not columns:
            raise ToolError(f"{self.path} has no fields: there is no object with a key in it.", setting="path")
        return columns

    def _records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects, each with its line."""
        try:
            with unpacking(self.path), io.TextIOWrapper(open_unpacked(self.path), encoding="utf-8-sig") as file:
                yield from self._of_document(file) if self._is_document else self._of_lines(file)
        except FileNotFoundError:
            raise ToolError(f"There is no file {self.path}.", setting="path") from None
        except OSError as error:
            raise ToolError(f"{self.path} cannot be read: {error.strerror}.", setting="path") from None
        except UnicodeDecodeError as error:
            raise ToolError(f"{self.path} is not written in utf-8 ({error.reason}).", setting="path") from None

    @property
    def _is_document(self) -> bool:
        return ".json" in map(str.lower, self.path.suffixes)

    def _of_lines(self, file: TextIO) -> Iterator[tuple[int, dict[str, Any]]]:
        for line, text in enumerate(file, 1):
            if text.strip():
                yield line, self._parsed(text, line)

    def _of_document(self, file: TextIO) -> Iterator[tuple[int, dict[str, Any]]]:
        try:
            for line, value in values(file):
                yield line, self._object(value, line, "A .json file is a list of objects: `[{...}, {...}]`.")
        except UnicodeDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            where = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            raise ToolError(
                f"{self.path}, line {where} is no JSON: {_reason(error)}.",
                hint="A .json file is a list of objects: `[{...}, {...}]`.",
                setting="path",
            ) from None

    def _parsed(self, text: str, line: int) -> dict[str, Any]:
        try:
            value = read(text)
        except (ValueError, RecursionError) as error:
            raise ToolError(
                f"{self.path}, line {line} is no JSON: {_reason(error)}.",
                hint='Every line must be one object, such as {"name": "Bart"}.',
            ) from None
        return self._object(value, line, 'Every line must be one object, such as {"name": "Bart"}.')

    def _object(self, value: Any, line: int, hint: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ToolError(f"{self.path}, line {line} is no JSON object but {type(value).__name__}.", hint=hint)
        return value

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        records = islice(self._records(), self._limit)
        while rows := list(islice(records, _BATCH_ROWS)):
            yield self._batch(rows)

    def _batch(self, rows: list[tuple[int, dict[str, Any]]]) -> pa.RecordBatch:
        by_name = {name: key for key, name in self._keys.items()}
        for line, record in rows:
            if not record.keys() <= self._keys.keys():
                raise ToolError(
                    f"{self.path}, line {line} has {listed(sorted(record.keys() - self._keys.keys()))}, "
                    f"which the first {self._options.sample:,} records have not.",
                    hint="Look at all records first: `jsonl: {sample: 0}`.",
                    setting="jsonl.sample",
                )

        def made(field: Field) -> pa.Array:
            key = by_name[field.name]
            try:
                return column([record.get(key) for _, record in rows], field)
            except Misfit as misfit:
                raise ToolError(
                    f"{self.path}, line {rows[misfit.row][0]}, field [{field.name}]: {misfit}.",
                    hint="The type was found from the records before; look at all first: `jsonl: {sample: 0}`.",
                    setting="jsonl.sample",
                ) from None

        return self._made(len(rows), made)


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "it is nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"


class Writer:
    """A file of JSON lines. Dates and FixedDecimals are written as text, so that no digit is lost."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        check_fields(schema)
        self.warnings: list[str] = []
        self._fields = fields_of(schema)
        self._lost = 0
        self._file = pa.OSFile(str(path), "wb")

    def write(self, batch: pa.RecordBatch) -> None:
        values = [self._values(array, field) for array, field in zip(batch.columns, self._fields, strict=True)]
        names = batch.schema.names
        lines = [
            json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n"
            for row in zip(*values, strict=True)
        ]
        self._file.write("".join(lines).encode())

    def _values(self, array: pa.Array, field: Field) -> list[Any]:
        if field.type in (*DATES, FieldType.FixedDecimal):
            array = to_text(array, field)
        values: list[Any] = array.to_pylist()
        if field.type not in (FieldType.Float, FieldType.Double):
            return values
        self._lost += sum(value is not None and not math.isfinite(value) for value in values)
        return [None if value is None or not math.isfinite(value) else value for value in values]

    def close(self) -> None:
        self._file.close()
        if self._lost:
            self.warnings.append(f"{self._lost:,} values that are no finite number became null, as JSON has none.")
