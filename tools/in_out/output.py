"""Output: records into files and databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError, ToolWarning
from engine.spool import Spool
from engine.tool import Choice, Config, ConnectionName, FieldName, Home, SavePath, Schemas, Sink
from engine.types import BLOBS, find_field, is_open
from tools._files.naming import NameFrom, named, within
from tools.in_out import databases, formats
from tools.in_out.formats._outgoing import Outgoing

_MAX_FILES = 500  # each keeps a temporary file open while records come


class FileOfValue(NameFrom):
    """A file for each value of a field; with the mode path within the workflow's folder."""

    keep: bool = True
    """Whether the files hold the field, too."""


class OutputConfig(Config):
    path: SavePath | None = databases.without("connection")
    """The file to write. Its folder must exist."""
    connection: ConnectionName | None = databases.without("path")
    """The database to write into, by the name of its connection, instead of a file."""
    table: Choice | None = databases.setting()
    """The table to write; of another schema as `schema.table`."""
    mode: databases.Mode = databases.setting("create")
    """What becomes of the table: create makes a new one, append adds to it, overwrite makes it anew, delete and append
    keeps it and replaces its records, update changes the records with the same keys, upsert also adds those that are
    missing."""
    by: list[FieldName] = databases.setting([])
    """The fields by which update and upsert find a record."""
    format: Annotated[str | None, formats.asked("Write")] = databases.without("connection")
    """The format, such as csv, where the extension does not say it."""
    if_exists: Literal["overwrite", "fail"] = databases.without("connection", "overwrite")
    """What to do where the file is there already."""
    name_from: FileOfValue | None = databases.without("connection")
    """Write a file for each value of a field, which then is part of its name."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if not databases.is_one_place(self.path, self.connection):
            raise ValueError("say where to write: a file by `path`, or a database by `connection`")
        if self.connection is not None and self.table is None:
            raise ValueError("say which table to write by `table`")
        return self


class Output(Sink[OutputConfig]):
    """Write all records into a file, into one file for each value of a field, or into a table of a database.

    The extension says the format: delimited text (.csv, .tsv, .txt), .parquet, .arrow, Excel (.xlsx), JSON lines
    (.jsonl, .ndjson) and Alteryx's .yxdb. Options of a format stand under its name, such as
    `csv: {delimiter: ";", bom: true}`. A .csv.gz is packed. Pictures and models go into .yxdb, .parquet or .arrow; the
    others hold no bytes.

    Files appear under their names when all are complete; a run that fails or is stopped leaves the old ones as they
    were. Without records, the file holds the field names. With `name_from`, characters that file names cannot have
    become `_`, and there may be 500 files.

    A table is written in SQLite (.sqlite, .db) and DuckDB (.duckdb) files, and in PostgreSQL by the name of a
    connection (see Input). All is one transaction, at the end: a run that fails or is stopped leaves the database as
    it was. Fields find their columns by name. Update and upsert need every key to be there once.

    Example: `{tool: Output, connection: sales, table: orders, mode: upsert, by: [id]}`

    Example: `{tool: Output, path: results/predictions.csv, csv: {delimiter: ";"}}`
    """

    keywords = ("write", "save", "export", "csv", "excel", "xlsx", "parquet", "json", "yxdb", "file",
                "database", "sql", "postgresql", "sqlite", "duckdb", "table", "append", "upsert")  # fmt: skip

    @classmethod
    def config_class(cls) -> type[Config]:
        return formats.with_options(OutputConfig, "Write")

    @classmethod
    def choices(cls, setting: str, given: Mapping[str, Any], home: Home) -> list[str]:
        return databases.tables(given, home) if setting == "table" else []

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        written = self._written_schema(inputs["in"])
        if not written.names and not is_open(inputs["in"]):
            raise ToolError("There is no field to write.", hint="Let some pass in the Select before.")
        if "" in written.names:
            raise ToolError("A field has no name, and nobody could read it.", hint="Give it one with Select.")
        if self._is_database:
            self._table(written).check()
        elif self.config.table is not None:
            raise ToolError(f"{self.config.path} is no database: it has no tables.", setting="path")
        else:
            formats.check_fields(self._format, written)
        return {}

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        if not self._is_database:
            yield from formats.other_options(self.config, self._format)

    def reads(self) -> tuple[()] | None:
        return None if self._is_database else ()

    @property
    def _is_database(self) -> bool:
        return self.config.connection is not None or databases.is_database(self._path, self.config.format)

    def _table(self, schema: pa.Schema) -> databases.Writer:
        if self.config.table is None:
            raise ToolError(f"{self._path.name} is a database.", hint="Say which table to write.", setting="table")
        if self.config.name_from is not None:
            raise ToolError("Tables cannot be named by a field.", hint="Leave name_from out.", setting="name_from")
        place = databases.place_of(self._path, self.config.connection, self.config.format)
        return databases.Writer(place, self.config.table, self.config.mode, self.config.by, schema)

    def _written_schema(self, schema: pa.Schema) -> pa.Schema:
        if self.config.name_from is None:
            return schema
        field = find_field(schema, self.config.name_from.field, setting="name_from.field")
        if field.type in BLOBS:
            raise ToolError(f"[{field.name}] is {field.type}: no file name.", setting="name_from.field")
        return schema if self.config.name_from.keep else schema.remove(schema.get_field_index(field.name))

    def open(self, context: Context) -> None:
        super().open(context)
        self._schema = self._written_schema(context.inputs["in"])
        self._files: list[Outgoing] = []
        self._groups: dict[str, Spool] = {}
        if self._is_database:
            self._table(self._schema).rehearse()
            self._incoming = self._groups[""] = context.spool(self._schema)
            return
        if self.config.name_from is None:
            self._begin(self._path)

    def _begin(self, path: Path) -> Outgoing:
        if self.config.if_exists == "fail" and path.exists():
            raise ToolError(f"{path} is there already.", hint="Remove it, or set if_exists: overwrite.")
        options = formats.options_of(self.config, self._format)
        self._files.append(Outgoing(self.context, path, formats.formats()[self._format], self._schema, options))
        return self._files[-1]

    def write(self, batch: pa.RecordBatch) -> None:
        if self._is_database:  # set aside, so that the table is not locked while others still read it
            self._incoming.append(batch)
            return
        if self.config.name_from is None:
            self._files[0].write(batch)
            return
        field = find_field(batch.schema, self.config.name_from.field)
        values = pc.fill_null(batch[field.name].cast(pa.string()), "")
        columns = batch.select(self._schema.names)
        for value in pc.unique(values).to_pylist():
            self._group(value).append(columns.filter(pc.equal(values, value)))

    def _group(self, value: str) -> Spool:
        if value not in self._groups:
            if len(self._groups) == _MAX_FILES:
                raise ToolError(
                    f"The field of name_from has more than {_MAX_FILES} values, and each would be a file.",
                    hint="Choose a field with fewer values.",
                    setting="name_from.field",
                )
            self._groups[value] = self.context.spool(self._schema)
        return self._groups[value]

    def commit(self) -> None:
        if self._is_database:
            self._write_table()
            return
        for path, group in self._paths().items():
            file = self._begin(path)
            for batch in group:
                self.context.check()
                file.write(batch)
            file.finish()
            group.close()
        for file in self._files:
            file.finish()
        for file in self._files:
            file.commit()
        if not self._files:
            self.context.warning("No record came, so no file was written.")

    def _write_table(self) -> None:
        writer = self._table(self._schema)
        written = writer.write(self._told())
        self.context.info(f"Table {self.config.table} of {writer.place.title}: {written}.")

    def _told(self) -> Iterator[pa.RecordBatch]:
        done = 0
        for batch in self._incoming:
            done += batch.num_rows
            self.context.progress(done / self._incoming.rows, f"{done:,} records")
            yield batch

    def _paths(self) -> dict[Path, Spool]:
        """The file of each group; also where capitals do not count, as on most desktops, no two are the same."""
        values: dict[str, str] = {}
        for value in self._groups:
            path = self._path_of(value)
            other = values.setdefault(str(path).casefold(), value)
            if other != value:
                raise ToolError(
                    f"The values '{other}' and '{value}' would both be written into {path.name}.",
                    hint="Make them differ by letters or digits with Formula first.",
                    setting="name_from.field",
                )
        return {self._path_of(value): group for value, group in self._groups.items()}

    def _path_of(self, value: str) -> Path:
        assert self.config.name_from is not None
        path, mode = self._path, self.config.name_from.mode
        if mode != "path":
            return named(path, formats.split(path)[1], mode, value)
        return within(self.home, value, path.suffix)

    def close(self, failed: bool) -> None:
        for file in getattr(self, "_files", []):
            file.discard()
        for group in getattr(self, "_groups", {}).values():
            group.close()

    @property
    def _path(self) -> Path:
        return self.home.path(self.config.path or "")

    @property
    def _format(self) -> str:
        return formats.format_of(self._path, self.config.format, "Write")
