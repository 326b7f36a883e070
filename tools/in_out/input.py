"""Input: records from files."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError, did_you_mean, listed
from engine.tool import Config, FilePath, Schemas, Source
from engine.types import Field, FieldType, fields_of
from tools.in_out import formats


class InputConfig(Config):
    path: FilePath
    """The file to read. `*` and `?` stand for many files with the same fields (`sales/*.csv`), `**` for folders
    inside folders (`sales/**/*.csv`)."""
    format: str | None = None
    """The format, such as csv, where the extension does not say it."""
    fields: list[str] | None = None
    """Read only these fields, in this order."""
    limit: int | None = ConfigField(default=None, ge=0)
    """Read at most so many records, of all files together."""
    file_name_field: Literal["name", "path"] | None = None
    """Add a field `FileName` that says which file a record is from: by its name, or by its whole path."""


class Input(Source[InputConfig]):
    """Read records from a file, or from many files of one kind.

    The extension says the format: delimited text (.csv, .tsv, .txt), .parquet, Excel (.xlsx, .xls, .ods), JSON lines
    (.jsonl, .ndjson) and Alteryx's .yxdb. Options of a format stand under its name, such as
    `csv: {delimiter: ";", encoding: cp1252}`.

    Text files say no types. They are found from the first 20,000 records, and nothing is lost by it: `007` stays text,
    and a value further down that does not fit stops the run and names its line. `csv: {types: text}` leaves
    everything text.

    With `*` or `?` in the path the files are read in order of their names. All must have the fields of the first;
    one that has others stops the run.

    Example: `{tool: Input, path: "sales/*.csv", csv: {delimiter: ";"}, file_name_field: name}`
    """

    keywords = ("read", "load", "open", "csv", "excel", "xlsx", "parquet", "json", "yxdb", "file")

    @classmethod
    def config_class(cls) -> type[Config]:
        return formats.with_options(InputConfig, "Read")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        schema: pa.Schema = self._reader(self._files()[0]).schema
        if self.config.file_name_field is not None:
            self._check_name(schema)
            schema = schema.append(Field("FileName", FieldType.V_WString).arrow())
        return {"out": schema}

    def reads(self) -> list[Path]:
        return self._files()

    def open(self, context: Context) -> None:
        super().open(context)
        for name in formats.other_options(self.config, self._format(self._files()[0])):
            context.warning(f"The options under `{name}` have no effect on this file.")

    def read(self) -> Iterator[pa.RecordBatch]:
        first: pa.Schema | None = None
        done = 0
        for path in self._files():
            left = None if self.config.limit is None else self.config.limit - done
            reader = self._reader(path, left, first)
            first = reader.schema if first is None else first
            _check_same(first, reader.schema, path)
            for batch in reader:
                done += batch.num_rows
                self.context.progress(None, f"{done:,} records")
                yield self._finished(batch, first, path)
            for warning in reader.warnings:
                self.context.warning(warning)
            if done == self.config.limit:
                break

    def _finished(self, batch: pa.RecordBatch, schema: pa.Schema, path: Path) -> pa.RecordBatch:
        columns = batch.select(schema.names).columns
        if self.config.file_name_field is not None:
            text = path.name if self.config.file_name_field == "name" else str(path)
            columns.append(pa.repeat(pa.scalar(text, pa.string()), batch.num_rows))
        return pa.RecordBatch.from_arrays(columns, schema=self.context.outputs["out"])

    def _reader(self, path: Path, limit: int | None = None, types: pa.Schema | None = None) -> Any:
        name = self._format(path)
        module = formats.formats()[name]
        more = {"types": types} if getattr(module, "GUESSES_TYPES", False) else {}
        fields = self.config.fields
        return module.Reader(path, *formats.options_of(self.config, name), fields=fields, limit=limit, **more)

    def _format(self, path: Path) -> str:
        return formats.format_of(path, self.config.format, "Read")

    def _files(self) -> list[Path]:
        """The files to read, at least one, in order of their paths."""
        path = self.home.path(self.config.path)
        if path.is_file():
            return [path]
        if path.is_dir():
            raise ToolError(f"{path} is a folder.", hint="Give a file, or a pattern such as *.csv.", setting="path")
        if not {"*", "?"} & set(self.config.path):
            near = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
            raise ToolError(f"There is no file {path}.", hint=did_you_mean(path.name, near), setting="path")
        found = map(Path, glob.glob(str(path).replace("[", "[[]"), recursive=True))  # noqa: PTH207 (it takes whole paths)
        files = sorted(match for match in found if match.is_file())
        if not files:
            raise ToolError(f"No file matches {path}.", setting="path")
        return files

    def _check_name(self, schema: pa.Schema) -> None:
        if "filename" in (name.casefold() for name in schema.names):
            raise ToolError(
                "The file has a field [FileName] of its own.",
                hint="Leave file_name_field out, or name the other fields in `fields`.",
                setting="file_name_field",
            )


def _check_same(first: pa.Schema, other: pa.Schema, path: Path) -> None:
    """Fields may come in another order and text in another size; all else must be as in the first file."""
    expected = {field.name: field.type for field in fields_of(first)}
    came = {field.name: field.type for field in fields_of(other)}
    differences = [
        *(f"[{name}] is missing" for name in expected if name not in came),
        *(f"[{name}] is new" for name in came if name not in expected),
        *(
            f"[{name}] is {came[name]}, not {type_}"
            for name, type_ in expected.items()
            if came.get(name, type_) != type_
        ),
        *(
            f"[{field.name}] is stored as {other.field(field.name).type}, not {field.type}"
            for field in first
            if expected[field.name] == came.get(field.name) and field.type != other.field(field.name).type
        ),
    ]
    if differences:
        raise ToolError(
            f"{path} has not the fields of the first file: {listed(differences)}.",
            hint="Read it with an Input of its own, and join both with Union.",
            setting="path",
        )
