"""DynamicInput: what each record says is read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError, ToolWarning, did_you_mean
from engine.sql import quote_text
from engine.tool import Choice, Config, ConnectionName, Emission, FieldName, FilePath, Home, Schemas, Tool, hint
from engine.types import BLOBS, Field, FieldType, find_field
from tools._files.naming import named
from tools.in_out import databases, formats

_Record = Mapping[str, Any]


class SourceFrom(Config):
    """What a field of the record changes."""

    field: FieldName
    """The field whose value says what to read."""
    mode: Literal["path", "suffix", "prefix", "name", "table"] = "path"
    """The value is the whole path; or goes into the file name, for sales.csv and East as `sales_East.csv`,
    `East_sales.csv` or `East.csv`; or it is the name of the table."""


class Replacement(Config):
    """A part of the query that stands for a value of the record."""

    text: str = ConfigField(min_length=1)
    """The part of the query, such as `'2024-01-01'`, with its quotes; it is replaced wherever it stands."""
    field: FieldName
    """The field whose value comes in its place: as a number, or as a text in quotes, never as SQL."""


class DynamicInputConfig(Config):
    path: FilePath | None = databases.without("connection")
    """The file whose fields all others have, too; with the modes suffix, prefix and name the one whose name changes."""
    connection: ConnectionName | None = databases.without("path")
    """The database to read, by the name of its connection, instead of files."""
    table: Choice | None = databases.setting()
    """The table whose fields all others have, too."""
    query: Annotated[str | None, hint("text")] = databases.setting()
    """What to read instead of a whole table: one SELECT that works as it stands, for its fields to be known."""
    format: Annotated[str | None, formats.asked("Read")] = databases.without("connection")
    """The format, such as csv, where the extension does not say it."""
    source: SourceFrom | None = None
    """Which field says what file or table to read."""
    replace: list[Replacement] = databases.setting([])
    """Which parts of the query change with the record."""
    keep: list[FieldName] = []
    """Fields of the record to stand before those that are read."""
    file_name_field: Annotated[Literal["name", "path"] | None, hint(none="No field")] = databases.without("connection")
    """Add a field `FileName` that says which file a record is from: by its name, or by its whole path."""
    on_bad_source: Literal["stop", "skip"] = "stop"
    """What to do where a file or table is missing or has other fields: stop the run, or leave it out with a warning."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        databases.check_place(self.path, self.connection, self.table, self.query)
        if (self.source is None) == (not self.replace):
            raise ValueError("say what the records change: files or tables by `source`, or a query by `replace`")
        for line in self.replace:
            _check_text(line.text, self.query or "")
        if self.source and self.connection is not None and self.source.mode != "table":
            raise ValueError("of a connection, records change the table (`mode: table`) or the query (`replace`)")
        return self


class DynamicInput(Tool[DynamicInputConfig]):
    """Read the files, the tables or the results of the query that the records name, one after the other.

    One file, table or query stands in the settings, as in Input: its fields are known before a run, and all that is
    read must have them, too. Each record then names another: by its whole path (`FullPath` of a `Directory`), by a
    value in the name of the file, by the name of a table, or by values in a query. Fields that are listed in `keep`
    stand beside the records that were read. Relative paths start at the workflow file.

    Values get into a query as numbers or quoted texts: `WHERE day = '2024-01-01'` with the replacement of
    `'2024-01-01'` by `[Day]` asks for each day. Reading never changes a database.

    Example: `{tool: DynamicInput, path: sales/2024_01.csv, source: {field: FullPath, mode: path}}`
    """

    keywords = ("read", "many files", "list of files", "query", "parameter", "batch", "loop", "where")

    @classmethod
    def config_class(cls) -> type[Config]:
        return formats.with_options(DynamicInputConfig, "Read")

    @classmethod
    def choices(cls, setting: str, given: Mapping[str, Any], home: Home) -> list[str]:
        return databases.tables(given, home) if setting == "table" else formats.choices(setting, given, home)

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        self._check_fields(entering)
        return {"out": self._leaving(entering, self._reader({}).schema)}

    def _leaving(self, entering: pa.Schema, template: pa.Schema) -> pa.Schema:
        kept = [find_field(entering, name, setting=f"keep.{place}") for place, name in enumerate(self.config.keep)]
        added = [] if self.config.file_name_field is None else [Field("FileName", FieldType.V_WString).arrow()]
        fields = [*(entering.field(field.name) for field in kept), *template, *added]
        names = [field.name.casefold() for field in fields]
        for field in fields:
            if names.count(field.name.casefold()) > 1:
                message = f"There would be two fields [{field.name}]."
                raise ToolError(message, hint="Rename that of the input with Select first.", setting="keep")
        return pa.schema(fields)

    def _check_fields(self, schema: pa.Schema) -> None:
        places = [(f"replace.{place}.field", line.field) for place, line in enumerate(self.config.replace)]
        places += [("source.field", self.config.source.field)] if self.config.source else []
        for setting, name in places:
            if (field := find_field(schema, name, setting=setting)).type in BLOBS:
                raise ToolError(f"[{field.name}] is a {field.type}, no name and no value.", setting=setting)
        if self.config.source and self.config.source.mode == "table" and not self._is_database:
            raise ToolError(f"{self.config.path} is no database: it has no tables.", setting="source.mode")

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        if not self._is_database:
            name = formats.format_of(self._path, self.config.format, "Read")
            yield from formats.other_options(self.config, name)

    def reads(self) -> list[Path] | None:
        return None if self._is_database else [self._path]  # what a database holds may have changed at any time

    def open(self, context: Context) -> None:
        super().open(context)
        self._check_fields(context.inputs["in"])
        self._template: pa.Schema = self._reader({}).schema
        self._out = self._leaving(context.inputs["in"], self._template)
        self._done = self._skipped = 0

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        for place in range(batch.num_rows):
            self.context.check()
            record = {name: batch.column(name)[place].as_py() for name in batch.schema.names}
            reader = self._opened(record, place)
            for part in reader or ():
                self._done += part.num_rows
                self.context.progress(None, f"{self._done:,} records")
                yield "out", self._finished(part, batch.slice(place, 1), record)
            for warning in reader.warnings if reader else ():
                self.context.warning(warning)

    def _opened(self, record: _Record, place: int) -> Any:
        """The reader of what a record names; None where that is left out."""
        try:
            reader = self._reader(record)
            formats.check_same(self._template, reader.schema, self._where(record))
            return reader
        except ToolError as error:
            message = f"Record {self.context.record(place)}: {error.message}"
            if self.config.on_bad_source == "stop":
                hint = error.hint or "Set on_bad_source to skip to leave such records out."
                raise ToolError(message, hint=hint, setting="on_bad_source") from None
            self._skipped += 1
            self.context.remark("warning", message, 1)
            return None

    def _finished(self, part: pa.RecordBatch, record: pa.RecordBatch, values: _Record) -> pa.RecordBatch:
        kept = [find_field(record.schema, name).name for name in self.config.keep]
        repeated = pa.array([0] * part.num_rows, pa.int64())
        columns = [record.column(name).take(repeated) for name in kept]
        columns += part.select(self._template.names).columns
        if self.config.file_name_field is not None:
            path = self._where(values)
            text = path.name if self.config.file_name_field == "name" else str(path)
            columns.append(pa.repeat(pa.scalar(text, pa.string()), part.num_rows))
        return pa.RecordBatch.from_arrays(columns, schema=self._out)

    def complete(self) -> Iterator[Emission]:
        if self._skipped:
            records = "1 record" if self._skipped == 1 else f"{self._skipped:,} records"
            self.context.warning(f"What {records} named was left out.")
        yield from ()

    # What a record names; an empty one stands for what is in the settings

    @property
    def _path(self) -> Path:
        return self.home.path(self.config.path or "")

    @property
    def _is_database(self) -> bool:
        return self.config.connection is not None or databases.is_database(self._path, self.config.format)

    def _value(self, record: _Record, name: str) -> Any:
        value = record[next(key for key in record if key.casefold() == name.casefold())]
        if value in (None, "") and self.config.source:
            raise ToolError(f"[{name}] is empty, and would say what to read.", setting="source.field")
        return value

    def _where(self, record: _Record) -> Path:
        source = self.config.source
        if not record or source is None or source.mode == "table":
            return self._path
        value = str(self._value(record, source.field))
        if source.mode == "path":
            return self.home.path(value)
        return named(self._path, formats.split(self._path)[1], source.mode, value)

    def _reader(self, record: _Record) -> Any:
        if self._is_database:
            path = None if self.config.connection is not None else self._where(record)
            place = databases.place_of(path, self.config.connection, self.config.format)
            return databases.Reader(place, self._table(record), self._query(record))
        path = self._where(record)
        if not path.is_file():
            near = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
            raise ToolError(f"There is no file {path}.", hint=did_you_mean(path.name, near), setting="path")
        if record:
            self.context.has_read([path])
        return formats.reader(self.config, path, self.config.format, types=self._template if record else None)

    def _table(self, record: _Record) -> str | None:
        source = self.config.source
        return (
            str(self._value(record, source.field))
            if record and source and source.mode == "table"
            else self.config.table
        )

    def _query(self, record: _Record) -> str | None:
        if not record or not self.config.replace or self.config.query is None:
            return self.config.query
        literals = {line.text: _literal(self._value(record, line.field)) for line in self.config.replace}
        # All at once: a value may hold what stands for another.
        texts = "|".join(re.escape(text) for text in sorted(literals, key=len, reverse=True))
        return re.sub(texts, lambda found: literals[found[0]], self.config.query)


def _check_text(text: str, query: str) -> None:
    """Refuse a text that is not in the query, or there within quotes: what replaces it brings its own.

    Raises:
        ValueError: it is.
    """
    if text not in query:
        raise ValueError(f"the query has no `{text}` to replace")
    for found in re.finditer(re.escape(text), query):
        for quote in "'\"":
            if query[: found.start()].count(quote) % 2 or text.count(quote) % 2:
                raise ValueError(
                    f"`{text}` stands within quotes: replace it with them, such as `'{text.strip(quote)}'`"
                )


def _literal(value: Any) -> str:
    """A value as SQL that is nothing but this value."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return repr(value)
    return quote_text(str(value))
