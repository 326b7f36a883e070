"""Input: records from files and databases."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.errors import ToolError, ToolWarning, did_you_mean
from engine.tool import Choice, Config, ConnectionName, FilePath, Home, Schemas, Source, hint
from engine.types import Field, FieldType
from tools.in_out import databases, formats


class InputConfig(Config):
    path: FilePath | None = databases.without("connection")
    """The file to read. `*` and `?` stand for many files with the same fields (`sales/*.csv`), `**` for folders
    inside folders (`sales/**/*.csv`)."""
    connection: ConnectionName | None = databases.without("path")
    """The database to read, by the name of its connection, instead of a file."""
    table: Choice | None = databases.setting()
    """The table or view to read; of another schema as `schema.table`."""
    query: Annotated[str | None, hint("text")] = databases.setting()
    """What to read instead of a whole table: one SELECT."""
    format: Annotated[str | None, formats.asked("Read")] = databases.without("connection")
    """The format, such as csv, where the extension does not say it."""
    fields: list[str] | None = None
    """Read only these fields, in this order."""
    limit: Annotated[int | None, hint(label="Record limit", none="All records")] = ConfigField(default=None, ge=0)
    """Read at most so many records, of all files together."""
    file_name_field: Annotated[Literal["name", "path"] | None, hint(none="No field")] = databases.without("connection")
    """Add a field `FileName` that says which file a record is from: by its name, or by its whole path."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        databases.check_place(self.path, self.connection, self.table, self.query)
        return self


class Input(Source[InputConfig]):
    """Read records from a file, from many files of one kind, or from a database.

    The extension says the format: delimited text (.csv, .tsv, .txt), .parquet, .arrow, Excel (.xlsx, .xls, .ods),
    JSON (.json, and lines of it: .jsonl, .ndjson) and Alteryx's .yxdb. Text and JSON may be packed: .csv.gz, .csv.bz2,
    or .csv.zip with one file in it. Options of a format stand under its name, such as
    `csv: {delimiter: ";", encoding: cp1252}`.

    Text files say no types. They are found from the first 20,000 records, and nothing is lost by it: `007` stays text,
    and a value further down that does not fit stops the run and names its line. `csv: {types: text}` leaves
    everything text.

    Where all goes to one Summarize, fields of a file that it does not need are read of the first 65,536 records only,
    and not looked at further down.

    With `*` or `?` in the path the files are read in order of their names. All must have the fields of the first;
    one that has others stops the run.

    A table or a query is read from SQLite (.sqlite, .db) and DuckDB (.duckdb) files, and from PostgreSQL by the name of
    a connection. Reading never changes a database. Connections are kept outside of the workflow, so that no password
    stands in it: `sales: postgresql://user:password@host/database` in `~/.config/flowrun/connections.yaml`, or in the
    variable FLOWRUN_CONNECTION_SALES.

    Example: `{tool: Input, connection: sales, query: "SELECT id, total FROM orders WHERE total > 100"}`

    Example: `{tool: Input, path: "sales/*.csv", csv: {delimiter: ";"}, file_name_field: name}`
    """

    keywords = ("read", "load", "open", "csv", "excel", "xlsx", "parquet", "json", "yxdb", "file",
                "database", "sql", "postgresql", "sqlite", "duckdb", "table", "query")  # fmt: skip

    @classmethod
    def config_class(cls) -> type[Config]:
        return formats.with_options(InputConfig, "Read")

    @classmethod
    def choices(cls, setting: str, given: Mapping[str, Any], home: Home) -> list[str]:
        return databases.tables(given, home) if setting == "table" else formats.choices(setting, given, home)

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        if self._is_database:
            return {"out": self._table().schema}
        if self.config.table is not None or self.config.query is not None:
            raise ToolError(f"{self.config.path} is no database: it has no tables.", setting="path")
        schema = self._file_schema()
        if self.config.file_name_field is not None:
            self._check_name(schema)
            schema = schema.append(Field("FileName", FieldType.V_WString).arrow())
        return {"out": schema}

    def reads(self) -> list[Path] | None:
        if self.config.connection is not None:
            return None  # what a server holds may have changed at any time
        if self._is_database:  # what was last written may stand in a file beside it
            return [
                path for end in ("", "-wal", ".wal") if (path := self._path.with_name(self._path.name + end)).exists()
            ]
        return self._files()

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        if not self._is_database:
            yield from formats.other_options(self.config, self._format(self._files()[0]))

    def read(self) -> Iterator[pa.RecordBatch]:
        yield from self._read_table() if self._is_database else self._read_files()

    def _read_table(self) -> Iterator[pa.RecordBatch]:
        reader, done = self._table(), 0
        for batch in reader:
            done += batch.num_rows
            self.context.progress(None, f"{done:,} records")
            yield batch
        for warning in reader.warnings:
            self.context.warning(warning)

    @property
    def _is_database(self) -> bool:
        return self.config.connection is not None or databases.is_database(self._path, self.config.format)

    def _table(self) -> databases.Reader:
        place = databases.place_of(self._path, self.config.connection, self.config.format)
        config = self.config
        if config.file_name_field is not None:
            raise ToolError("A table has no file name.", hint="Leave file_name_field out.", setting="file_name_field")
        return databases.Reader(place, config.table, config.query, fields=config.fields, limit=config.limit)

    def _read_files(self) -> Iterator[pa.RecordBatch]:
        first = self._file_schema()
        done = 0
        for path in self._files():
            left = None if self.config.limit is None else self.config.limit - done
            reader = self._reader(path, left, first)
            formats.check_same(first, reader.schema, path)
            reader.wanted = self.context.wanted
            for batch in reader:
                done += batch.num_rows
                self.context.progress(None, f"{done:,} records")
                reader.wanted = self.context.wanted
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

    def _file_schema(self) -> pa.Schema:
        """The fields of the first file."""
        return formats.schema_of(self.config, self._files()[0], self.config.format, fields=self.config.fields)

    def _reader(self, path: Path, limit: int | None, types: pa.Schema) -> Any:
        return formats.reader(
            self.config, path, self.config.format, fields=self.config.fields, limit=limit, types=types
        )

    def _format(self, path: Path) -> str:
        return formats.format_of(path, self.config.format, "Read")

    @property
    def _path(self) -> Path:
        return self.home.path(self.config.path or "")

    def _files(self) -> list[Path]:
        """The files to read, at least one, in order of their paths."""
        path = self._path
        if path.is_file():
            return [path]
        if path.is_dir():
            raise ToolError(f"{path} is a folder.", hint="Give a file, or a pattern such as *.csv.", setting="path")
        if not {"*", "?"} & set(self.config.path or ""):
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
